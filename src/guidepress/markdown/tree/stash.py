"""What extensions put aside comes back: Python-Markdown lets them write a sign into the text that stands for HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, ETX, HTML_PLACEHOLDER_RE, STX

from guidepress.markdown.instance import Instance
from guidepress.markdown.markup import AUTHORED, authored

_CHARACTER = re.compile(rf"{STX}(\d+){ETX}")


class Unstash(Treeprocessor):
    """Puts what signs stand for in their place. HTML is filtered like any that an author types."""

    md: Instance

    def run(self, root: Element) -> None:
        """Look through the texts of all trees."""
        for tree in self.md.state.trees(root):
            for element in list(tree.iter()):
                if element.tag != AUTHORED and element.text and STX in element.text:
                    text, element.text = element.text, None
                    _insert(element, 0, list(self._pieces(text)))
                for at, child in reversed(list(enumerate(element))):
                    if child.tail and STX in child.tail:
                        text, child.tail = child.tail, None
                        _insert(element, at + 1, list(self._pieces(text)))

    def _pieces(self, text: str) -> Iterator[str | Element]:
        stash = self.md.htmlStash.rawHtmlBlocks
        at = 0
        for match in HTML_PLACEHOLDER_RE.finditer(text):
            yield _plain(text[at : match.start()])
            if int(match[1]) < len(stash):
                html = stash[int(match[1])]
                yield html if isinstance(html, Element) else authored(html)
            at = match.end()
        yield _plain(text[at:])


def _plain(text: str) -> str:
    """A text without the signs for characters that Python-Markdown must not touch again."""
    text = text.replace(AMP_SUBSTITUTE, "&")
    return _CHARACTER.sub(lambda match: chr(int(match[1])), text).replace(STX, "").replace(ETX, "")


def _insert(parent: Element, at: int, pieces: list[str | Element]) -> None:
    """Put texts and elements before the child at `at`."""
    for piece in pieces:
        if isinstance(piece, str):
            if at:
                parent[at - 1].tail = (parent[at - 1].tail or "") + piece
            else:
                parent.text = (parent.text or "") + piece
        else:
            parent.insert(at, piece)
            at += 1
