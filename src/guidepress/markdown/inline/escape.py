"""Backslash escapes, entities and line breaks."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from guidepress.markdown.inline.characters import ENTITY, PUNCTUATION, entity
from guidepress.markdown.inline.scanner import InlineRule, Scan

_SPACES = re.compile(r" *")


class Escape(InlineRule):
    r"""`\*`, and a backslash at the end of a line."""

    starts = r"\\"
    characters = "\\"

    def parse(self, scan: Scan, at: int) -> int:
        """The character without its meaning."""
        following = scan.text[at + 1 : at + 2]
        if following == "\n":
            scan.push(Element("br"))
            return _line(scan, at + 1)
        if following and following in PUNCTUATION:
            scan.push(following)
            return at + 2
        return -1


class Entity(InlineRule):
    """`&copy;`, `&#169;`."""

    starts = r"&"
    characters = "&"

    def parse(self, scan: Scan, at: int) -> int:
        """The character that it stands for."""
        match = ENTITY.match(scan.text, at)
        if match is None:
            return -1
        scan.push(entity(match))
        return match.end()


class LineBreak(InlineRule):
    """The end of a line: a hard break after two spaces."""

    starts = r"\n"
    characters = "\n"

    def parse(self, scan: Scan, at: int) -> int:
        """Leave out the spaces around."""
        last = scan.tokens[-1] if scan.tokens else None
        if isinstance(last, str) and last.endswith(" "):
            words = last.rstrip(" ")
            scan.tokens[-1] = words
            if len(last) - len(words) >= 2:
                scan.push(Element("br"))
        return _line(scan, at)


def _line(scan: Scan, at: int) -> int:
    """A new line, without the spaces at its start."""
    scan.push("\n")
    spaces = _SPACES.match(scan.text, at + 1)
    assert spaces is not None  # the pattern matches everywhere
    return spaces.end()
