"""A fragment of HTML as a run of tokens.

The fragments of a Book are well-formed (they were written by a serialiser and passed the
allow-list), so one regular expression splits them; a parser that builds trees would cost more than
all the rest of the deck.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

TokenKind = Literal["text", "open", "close", "void", "comment"]

VOID = frozenset(("br", "col", "hr", "img", "input", "source", "track", "wbr"))

_TAG = re.compile(
    r"<!--.*?-->|<(/?)([A-Za-z][\w:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.DOTALL
)
_ATTRIBUTE = re.compile(r"([^\s=/]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"']+))?")
_ANY_TAG = re.compile(r"<[^>]*>")
_INLINE = re.compile(
    r"<!--.*?-->|</?(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|"
    r"u|var)\b[^>]*>",
    re.DOTALL,
)
_FOOTNOTE_CALL = re.compile(r"<sup class=\"footnote-ref\".*?</sup>", re.DOTALL)
# A letter or digit outside of tags; what only entities spell is looked at more closely.
_SHOWN = re.compile(r"(?:^|>)[^<&]*\w")
# Content of its own that has no words.
_MEDIA = re.compile(r"<(?:img|audio|video|svg)\b")


class Token(NamedTuple):
    """Text, a tag or a comment: `raw` is what was written, `attributes` the raw text after the tag's name."""

    kind: TokenKind
    raw: str
    name: str = ""
    attributes: str = ""

    @property
    def values(self) -> Mapping[str, str]:
        """The attributes of a tag in their order, unescaped."""
        return _attributes(self.attributes)

    def get(self, attribute: str) -> str:
        """The value of an attribute, unescaped; empty where the tag does not have it."""
        return self.values.get(attribute, "")

    def has_class(self, name: str) -> bool:
        """Whether the `class` of the tag names it."""
        return name in self.get("class").split()


def tokens(fragment: str) -> Iterator[Token]:
    """Split a fragment; joining `raw` of all tokens gives it back. A stray `<` is text."""
    end = 0
    for match in _TAG.finditer(fragment):
        if match.start() > end:
            yield Token("text", fragment[end : match.start()])
        end = match.end()
        closing, name, attributes = match.groups()
        if name is None:
            yield Token("comment", match[0])
        elif closing:
            yield Token("close", match[0], name.lower())
        elif name.lower() in VOID or attributes.endswith("/"):
            yield Token("void", match[0], name.lower(), attributes)
        else:
            yield Token("open", match[0], name.lower(), attributes)
    if end < len(fragment):
        yield Token("text", fragment[end:])


@lru_cache(maxsize=4096)
def _attributes(raw: str) -> Mapping[str, str]:
    return {
        name.lower(): html.unescape(value[1:-1] if value[:1] in "\"'" else value)
        for name, value in _ATTRIBUTE.findall(raw)
    }


def tag(name: str, values: Mapping[str, str]) -> str:
    """Write an opening tag."""
    written = "".join(f' {key}="{html.escape(value)}"' for key, value in values.items())
    return f"<{name}{written}>"


def text(fragment: str) -> str:
    """The words of a fragment, on one line; the number of a footnote is none of them."""
    if "<" in fragment:
        if "footnote-ref" in fragment:
            fragment = _FOOTNOTE_CALL.sub("", fragment)
        # Words of neighbouring blocks must not run together; letters of one word must not be torn apart.
        fragment = _ANY_TAG.sub(" ", _INLINE.sub("", fragment))
    if "&" in fragment:
        fragment = html.unescape(fragment)
    return " ".join(fragment.split())


def is_empty(fragment: str) -> bool:
    """Whether a fragment shows nothing: neither words nor a picture."""
    return not _SHOWN.search(fragment) and not text(fragment) and not _MEDIA.search(fragment)
