"""What a foreign file is called: its front matter, its first heading wherever it stands, its question, its name."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from html import unescape

from guidepress.scaffold.books.page import Page
from guidepress.scaffold.books.report import Fate

_ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_HTML = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", re.IGNORECASE)
_ATTRIBUTES = re.compile(r"\s*\{[:#.][^{}]*\}\s*$")
_PLAIN = (
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]]*)\]\[[^\]]*\]"), r"\1"),
    (re.compile(r"<[^<>]*>"), ""),
    (re.compile(r"`+([^`]*)`+"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)([*_])(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)
_MARKS = re.compile(r"[\[<`*_\\&]")
_NUMBER = re.compile(r"^\d+(?:\.\d+)*[-_. )]+(?=\S)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the text: its level, its words, and the lines that it takes, from 0."""

    level: int
    words: str
    first: int
    last: int
    typed: str = "atx"


def headings(page: Page) -> list[Heading]:
    """All headings of a page, in quotations and lists apart."""
    found: list[Heading] = []
    for at in range(page.start, len(page.lines)):
        if page.code[at]:
            continue
        line = page.lines[at]
        # Most lines are none of the three.
        if line.lstrip(" ")[:1] not in "#=-" and "<h" not in line:
            continue
        if match := _ATX.match(line):
            words = _ATTRIBUTES.sub("", match[2] or "")
            found.append(Heading(len(match[1]), plain(words), at, at))
        elif (match := _UNDERLINE.match(line)) and at > page.start:
            first = at
            while first > page.start and page.lines[first - 1].strip() and not page.code[first - 1]:
                first -= 1
            if first < at and not re.match(r"\s*([-*+>|]|\d+[.)]\s)|^ {4}", page.lines[first]):
                words = " ".join(page.lines[first:at])
                level = 1 if match[1][0] == "=" else 2
                found.append(Heading(level, plain(words), first, at, "setext"))
        elif match := _HTML.search(line):
            found.append(Heading(int(match[1]), plain(match[2]), at, at, "html"))
    return found


def plain(text: str) -> str:
    """A line of Markdown as words."""
    if _MARKS.search(text) is None:
        return " ".join(text.split())
    for pattern, new in _PLAIN:
        text = pattern.sub(new, text)
    return " ".join(unescape(text).split())


def readable(name: str) -> str:
    """The name of a file or a folder, without number and suffix, as a title."""
    base = posixpath.basename(name)
    stem = posixpath.splitext(base)[0] if "." in base[1:] else base
    words = _NUMBER.sub("", stem) or stem
    words = " ".join(words.replace("-", " ").replace("_", " ").split())
    return words[:1].upper() + words[1:]


def take_title(page: Page, nav: str, found: list[Heading]) -> str:
    """The title for guide.yaml, or nothing where the first heading of the page is one for guidepress, too.

    A heading that becomes the title leaves the text, if it is the only one of its level and no other is above it.
    """
    given = page.front.get("title")
    authored = plain(str(given)) if isinstance(given, str | int | float) else ""
    lead = found[0] if found else None
    if lead is not None and lead.words:
        before = any(
            page.lines[at].strip() and not page.code[at] for at in range(page.start, lead.first)
        )
        if lead.level == 1 and not before:
            return _above(page, lead, authored)
        # At the very top it is the title, whatever has its level below; elsewhere it has to be the only one.
        top = sum(one.level < lead.level + before for one in found) == before
        if top and lead.typed != "html" and (not authored or authored == lead.words):
            return _promote(page, lead, before)
    question = page.front.get("question")
    asked = plain(question) if isinstance(question, str) else ""
    words = lead.words if lead is not None else ""
    return authored or words or asked or nav or _of_folder(page.name)


def _above(page: Page, lead: Heading, authored: str) -> str:
    """The title of the front matter over a first heading that says something else."""
    if not authored or _letters(authored) == _letters(lead.words):
        return ""
    page.say(Fate.LEFT, "the first heading, as the front matter has another title", lead.first)
    return authored


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _promote(page: Page, lead: Heading, before: bool) -> str:
    """Make a heading the chapter's title; one that words precede goes from the text to guide.yaml."""
    if before:
        page.blank(lead.first, lead.last)
        page.say(Fate.CHANGED, "a heading below other text is the title of its chapter", lead.first)
        return lead.words
    page.say(Fate.CHANGED, "the first heading is the title of its chapter", lead.first)
    if lead.typed == "atx":
        page.lines[lead.first] = re.sub(r"#+", "#", page.lines[lead.first], count=1)
    else:
        page.lines[lead.last] = "==="
    return ""


def _of_folder(name: str) -> str:
    stem = posixpath.splitext(posixpath.basename(name))[0].lower()
    if stem in ("readme", "index", "_index") and posixpath.dirname(name):
        return readable(posixpath.dirname(name))
    return readable(name)
