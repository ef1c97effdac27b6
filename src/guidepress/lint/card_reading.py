"""A card as the rules read it: words, lists, code, pictures and gaps, taken from its HTML once."""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass
from functools import cached_property

from lxml.html import HtmlElement

from guidepress.book.model import Card, Html
from guidepress.book.tree import elements, has_class, parse

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W_]+(?:['’.+#/-][^\W_]+)*[+#]*")
_READ = re.compile(r"\S*[^\W_]\S*")
_CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
# Words of neighbouring blocks do not run together.
_BLOCK = re.compile(
    r"</?(?:blockquote|br|dd|div|dl|dt|figcaption|figure|h[1-6]|li|ol|p|table|td|th|tr|ul)\b[^>]*>"
)
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
# Two signs of a script without spaces weigh about as much as a word.
_SIGNS_A_WORD = 2


def words(text: str) -> list[str]:
    """The words of a text in lower case; of scripts without spaces each sign."""
    found: list[str] = _WORD.findall(text.casefold())
    if not _CJK.search(text):
        return found
    return [part for word in found for part in (word if _CJK.search(word) else (word,))]


def word_count(text: str) -> int:
    """How many words a reader counts: `List<String>` is one; of scripts without spaces two signs are."""
    if not _CJK.search(text):
        return len(_READ.findall(text))
    signs = len(_CJK.findall(text))
    return len(_READ.findall(_CJK.sub(" ", text))) + -(-signs // _SIGNS_A_WORD)


def _plain(html: Html) -> str:
    """The words of a fragment outside of blocks of code, on one line."""
    if "<" in html:
        html = _TAG.sub("", _BLOCK.sub(" ", _CODE.sub(" ", html)))
    return " ".join(entities.unescape(html).split())


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
        return _plain(self.html)

    @cached_property
    def words(self) -> list[str]:
        """The words of `text`."""
        return words(self.text)

    @cached_property
    def count(self) -> int:
        """How many words there are."""
        return word_count(self.text)

    @cached_property
    def code(self) -> tuple[str, ...]:
        """The blocks of code."""
        if "<pre" not in self.html:
            return ()
        return tuple(str(pre.text_content()).rstrip("\n") for pre in elements(self.root, "pre"))

    @cached_property
    def images(self) -> tuple[tuple[str, str], ...]:
        """The pictures: key and alternative text."""
        if "<img" not in self.html:
            return ()
        found = elements(self.root, "img")
        return tuple((img.get("src") or "", img.get("alt") or "") for img in found)

    @cached_property
    def items(self) -> int:
        """How many items the longest list has."""
        if "<li" not in self.html:
            return 0
        lists = elements(self.root, "ul", "ol")
        return max((sum(1 for child in one if child.tag == "li") for one in lists), default=0)

    @cached_property
    def gaps(self) -> tuple[tuple[str, str], ...]:
        """The gaps: number and hidden words."""
        return tuple(
            (mark.get("data-cloze") or "1", " ".join(str(mark.text_content()).split()))
            for mark in elements(self.root, "mark")
            if has_class(mark, "cloze")
        )

    @cached_property
    def hidden(self) -> int:
        """How many words are hidden in all; those of a gap inside of another count once."""
        return sum(
            word_count(str(mark.text_content()))
            for mark in elements(self.root, "mark")
            if has_class(mark, "cloze")
            and not any(has_class(above, "cloze") for above in mark.iterancestors("mark"))
        )


@dataclass(frozen=True)
class Reading:
    """A card and its sides; `english` says whether rules of the English language apply."""

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
