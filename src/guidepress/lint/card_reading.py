"""A card as the rules read it: words, lists, code, pictures and gaps, taken from its HTML once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from lxml.html import HtmlElement

from guidepress.book.model import Card, Html
from guidepress.book.tree import elements, has_class, parse

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W_]+(?:['’.+#/-][^\W_]+)*[+#]*", re.UNICODE)
_BLOCKS = frozenset(
    """blockquote br dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 li ol p table td th tr ul""".split()  # noqa: SIM905
)
# Two signs of a script without spaces weigh about as much as a word.
_SIGNS_A_WORD = 2


def words(text: str) -> list[str]:
    """The words of a text in lower case; of scripts without spaces each sign."""
    found: list[str] = []
    for word in _WORD.findall(text.casefold()):
        found.extend(word if _CJK.search(word) else (word,))
    return found


def word_count(text: str) -> int:
    """How many words a text has; of scripts without spaces two signs count as one."""
    found = words(text)
    signs = sum(1 for word in found if _CJK.match(word))
    return len(found) - signs + -(-signs // _SIGNS_A_WORD)


@dataclass(frozen=True)
class Side:
    """One side of a card, or the text of a cloze card."""

    html: Html

    @cached_property
    def root(self) -> HtmlElement:
        """The side as a tree."""
        return parse(self.html)

    @cached_property
    def text(self) -> str:
        """The words outside of blocks of code, on one line."""
        return " ".join(" ".join(_texts(self.root)).split())

    @cached_property
    def words(self) -> list[str]:
        """The words of `text`."""
        return words(self.text)

    @property
    def count(self) -> int:
        """How many words there are."""
        return word_count(self.text)

    @cached_property
    def code(self) -> tuple[str, ...]:
        """The blocks of code."""
        return tuple(str(pre.text_content()).rstrip("\n") for pre in elements(self.root, "pre"))

    @cached_property
    def images(self) -> tuple[tuple[str, str], ...]:
        """The pictures: key and alternative text."""
        return tuple(
            (img.get("src") or "", img.get("alt") or "") for img in elements(self.root, "img")
        )

    @cached_property
    def items(self) -> int:
        """How many items the longest list has."""
        lists = elements(self.root, "ul", "ol")
        return max((sum(1 for child in one if child.tag == "li") for one in lists), default=0)

    @cached_property
    def gaps(self) -> tuple[tuple[str, str], ...]:
        """The gaps: number and hidden words."""
        return tuple(
            (mark.get("data-cloze") or "1", " ".join(" ".join(_texts(mark)).split()))
            for mark in elements(self.root, "mark")
            if has_class(mark, "cloze")
        )


@dataclass(frozen=True)
class Reading:
    """A card and its sides."""

    card: Card
    english: bool

    @cached_property
    def front(self) -> Side:
        """The question, or the text of a cloze card."""
        return Side(self.card.text if self.card.kind == "cloze" else self.card.front)

    @cached_property
    def back(self) -> Side:
        """The answer; empty on a cloze card."""
        return Side(self.card.back)

    @property
    def written(self) -> bool:
        """Whether an author wrote this as a card; others are made of a question or a term."""
        return self.card.origin not in ("faq", "term")


def _texts(element: HtmlElement) -> list[str]:
    """The texts in an element, but for blocks of code; blocks are set apart by spaces."""
    found = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str):
            found.append(child.tail or "")
            continue
        if child.tag != "pre":
            inner = "".join(_texts(child))
            found.append(f" {inner} " if child.tag in _BLOCKS else inner)
        found.append(child.tail or "")
    return ["".join(found)]
