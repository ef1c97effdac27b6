"""Abbreviations are marked wherever they occur."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from guidepress.markdown.instance import Instance


class MarkAbbreviations(Treeprocessor):
    """Puts every occurrence of a defined abbreviation into an <abbr>."""

    md: Instance

    def run(self, root: Element) -> None:
        """Mark them in all trees."""
        known = self.md.state.abbreviations
        if not known:
            return
        names = sorted(known, key=lambda name: (-len(name), name))
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
        for tree in self.md.state.trees(root):
            for element in list(tree.iter()):
                if element.tag not in ("code", "abbr", "pre"):
                    _mark(element, pattern, known)


def _mark(element: Element, pattern: re.Pattern[str], known: dict[str, str]) -> None:
    texts = [element.text, *(child.tail for child in element)]
    if not any(text and pattern.search(text) for text in texts):
        return
    children = list(element)
    for child in children:
        element.remove(child)
    element.text = _split(element, element.text, pattern, known)
    for child in children:
        element.append(child)
        child.tail = _split(element, child.tail, pattern, known)


def _split(
    parent: Element, text: str | None, pattern: re.Pattern[str], known: dict[str, str]
) -> str | None:
    """Append an <abbr> for each occurrence; gives the text before the first."""
    if not text or isinstance(text, AtomicString):
        return text
    first: str | None = None
    last: Element | None = None
    at = 0
    for match in pattern.finditer(text):
        before = text[at : match.start()]
        if last is None:
            first = before
        else:
            last.tail = before
        last = Element("abbr", {"title": known[match[0]]})
        last.text = AtomicString(match[0])
        parent.append(last)
        at = match.end()
    if last is None:
        return text
    last.tail = text[at:]
    return first
