"""The HTML of a Book as the HTML of a field of an Anki note.

Only what cannot live in a collection is changed: references and index marks become plain text,
anchors and the compiler's own attributes go, pictures point to media.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from guidepress.book.model import Html, Image
from guidepress.deck.formulas import with_tex
from guidepress.deck.markup import Token, tag, tokens
from guidepress.deck.media import media_name

# What must be looked at more closely; most fields have none of it and stay as they are.
_WORK = ("<a ", "<img", "<!--", " id=", " style=", '"index"', '"block"')
_WORK_ATTRIBUTE = re.compile(r"\sdata-(?!cloze|hint|language)[\w-]+\s*=")
_OWN_ATTRIBUTE = re.compile(r"\s(?:id|style|data-[\w-]+)\s*=")
# The attribute that nearly every block has, where nearly every block has it.
_LINE = re.compile(r"(<[a-z][a-z0-9]*) data-line=\"\d+\"")
# Attributes of the compiler that the style sheet or the clozes need.
_KEPT = frozenset(("data-language", "data-cloze", "data-hint"))
_OUTSIDE = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
# A reference as the book writes it; only its words are of use in a collection.
_REFERENCE = re.compile(r"<a class=\"ref\" href=\"#[^<>\"]*\"[^<>]*>(.*?)</a>", re.DOTALL)
# What Anki would take for a sound or for LaTeX to be run, where an author wrote about it.
_SPECIAL = re.compile(r"\[(?=(?:sound|anki):|/?latex\]|/?\$\$?\])", re.IGNORECASE)


class Content(NamedTuple):
    """A field, with the keys of its pictures and what could not be placed."""

    html: Html
    images: tuple[str, ...] = ()
    unknown_images: tuple[str, ...] = ()
    blocks: int = 0


def convert(fragment: Html, images: Mapping[str, Image]) -> Content:
    """Convert a fragment; `images` are the book's. Pictures that are not among them keep what was written."""
    if 'data-tex="' in fragment:
        fragment = with_tex(fragment)
    if "[" in fragment:
        fragment = _SPECIAL.sub("[<!-- -->", fragment)
    if "data-line" in fragment:
        fragment = _LINE.sub(r"\1", fragment)
    if '<a class="ref"' in fragment:
        fragment = _REFERENCE.sub(r"\1", fragment)
    if not _needs_work(fragment):
        return Content(fragment)
    out: list[str] = []
    used: list[str] = []
    unknown: list[str] = []
    blocks = 0
    opened: list[tuple[str, bool]] = []
    for token in tokens(fragment):
        if token.kind == "open":
            keep = not _is_transparent(token)
            opened.append((token.name, keep))
            if token.name == "div" and token.has_class("block"):
                blocks += 1
            if keep:
                out.append(_cleaned(token))
        elif token.kind == "close":
            if _close(opened, token.name):
                out.append(token.raw)
        elif token.kind == "void" and token.name == "img":
            key = token.get("src")
            if (image := images.get(key)) is not None:
                used.append(key)
                out.append(_cleaned(token, {"src": media_name(image)}))
            else:
                unknown.append(key)
                out.append(_cleaned(token))
        elif token.kind == "void":
            out.append(_cleaned(token))
        elif token.kind == "text" or token.raw == "<!-- -->":
            out.append(token.raw)
    return Content("".join(out), tuple(used), tuple(unknown), blocks)


def _needs_work(fragment: Html) -> bool:
    if "<" not in fragment:
        return False
    for sign in _WORK:
        if sign in fragment:
            return True
    return " data-" in fragment and _WORK_ATTRIBUTE.search(fragment) is not None


def _is_transparent(token: Token) -> bool:
    """Whether only the words of an element stay: links that lead nowhere in Anki, and index marks."""
    if token.name == "a":
        return not _OUTSIDE.match(token.get("href"))
    return token.name == "span" and token.has_class("index")


def _close(opened: list[tuple[str, bool]], name: str) -> bool:
    """Close the innermost element of that name; whether its tags are written."""
    while opened:
        found, keep = opened.pop()
        if found == name:
            return keep
    return True


def _cleaned(token: Token, changed: Mapping[str, str] | None = None) -> str:
    if not changed and not _OWN_ATTRIBUTE.search(token.attributes):
        return token.raw
    kept = {
        name: value
        for name, value in token.values.items()
        if name in _KEPT or not (name in ("id", "style") or name.startswith("data-"))
    }
    return tag(token.name, {**kept, **(changed or {})})


_SPAN = re.compile(r"</?span\b[^>]*>")
_CODE = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)


def canonical(field: Html) -> str:
    """What of a field counts as its content: neither spans of highlighted code nor, outside of it, the kind of
    white space.

    So a later version of Pygments, or of the serialiser, does not touch every note of every
    learner; but code that is indented otherwise is other code.
    """
    if "<span" in field:
        field = _SPAN.sub("", field)
    if "<pre" not in field:
        return " ".join(field.split())
    # Blocks of code are the odd parts.
    parts = _CODE.split(field)
    parts[::2] = [" ".join(part.split()) for part in parts[::2]]
    return "".join(parts)
