"""A card as the rules read it: words, lists, code, pictures and gaps, taken from its HTML once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from guidepress.book.model import Book, Card
from guidepress.book.model import Image as BookImage
from guidepress.card_kinds import answer, kind_of, question
from guidepress.card_kinds.parts import gaps
from guidepress.content import EMPTY, Content, Element, Gap, Image, Node
from guidepress.content.marks import APOSTROPHE
from guidepress.content.walk import elements, line, placed, text
from guidepress.content.walk import words as words_of
from guidepress.lint.english import STOPWORDS

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W_]+(?:['’.+#/-][^\W_]+)*[+#]*")
_READ = re.compile(r"\S*[^\W_]\S*")
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


def tells(found: Sequence[str]) -> bool:
    """Whether any of some words, in lower case, is more than grammar."""
    return any(word not in STOPWORDS for word in found)


@dataclass(frozen=True)
class Side:
    """One side of a card, or the text of a cloze card."""

    content: Content

    @cached_property
    def text(self) -> str:
        """The words outside of blocks of code, on one line, with apostrophes of a keyboard."""
        found = line(self.content.nodes, lambda element: element.name == "pre")
        return found.replace(APOSTROPHE, "'")

    def named(self, *names: str) -> Iterator[Element]:
        """The elements of these names."""
        return elements(self.content.nodes, *names)

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
        return tuple(text(pre.children).rstrip("\n") for pre in self.named("pre"))

    @cached_property
    def images(self) -> tuple[tuple[str, str], ...]:
        """The pictures: key and alternative text."""
        return tuple((img.src, img.alt) for img in self.named("img") if isinstance(img, Image))

    @cached_property
    def items(self) -> int:
        """How many items the longest list has."""
        lists = self.named("ul", "ol")
        return max((sum(_is_item(child) for child in one.children) for one in lists), default=0)

    @cached_property
    def gaps(self) -> tuple[tuple[str, str], ...]:
        """The gaps: number and hidden words."""
        found = (one for one in self.named("mark") if isinstance(one, Gap))
        return tuple((str(gap.number), words_of(gap.children)) for gap in found)

    @cached_property
    def hidden(self) -> int:
        """How many words are hidden in all; those of a gap inside of another count once."""
        return sum(
            word_count(text(one.children))
            for one, above in placed(self.content.nodes)
            if isinstance(one, Gap) and not any(isinstance(around, Gap) for around in above)
        )


def _is_item(node: Node) -> bool:
    return isinstance(node, Element) and node.name == "li"


@dataclass(frozen=True)
class Reading:
    """A card as the rules read it, with what they have to know of its book.

    `english` says whether rules of the English language apply. `dated` and `sourced` say whether what the card is of
    says as of when it holds, and where that is from. `images` are the book's.
    """

    card: Card
    english: bool
    dated: bool = False
    sourced: bool = True
    images: Mapping[str, BookImage] = field(default_factory=dict)

    @property
    def gapped(self) -> bool:
        """Whether the card is a text with gaps, and has no question."""
        return kind_of(self.card).gapped

    @cached_property
    def steps(self) -> tuple[Side, ...]:
        """What a card whose answer is asked in pieces hides, one by one; nothing of one that is a text with gaps."""
        return (
            ()
            if self.gapped
            else tuple(Side(Content(one.children)) for one in gaps(self.card.text))
        )

    @property
    def masked(self) -> bool:
        """Whether its gaps are parts of a picture."""
        return kind_of(self.card).masked

    @cached_property
    def front(self) -> Side:
        """The question, or the text with gaps."""
        return Side(question(self.card))

    @cached_property
    def back(self) -> Side:
        """The answer; empty on a card with gaps, and where nobody recalls it word by word."""
        kind = kind_of(self.card)
        return Side(EMPTY if kind.gapped or kind.explains else answer(self.card))

    @cached_property
    def pictures(self) -> tuple[tuple[str, str], ...]:
        """The pictures anywhere on the card: key and alternative text."""
        sides = (self.front, self.back, Side(self.card.extra), Side(self.card.hint))
        return tuple(picture for side in sides for picture in side.images)


def read(book: Book) -> tuple[Reading, ...]:
    """The cards of a book, in its order."""
    in_english = book.language.split("-")[0].lower() == "en"
    profiles = {f"profile-{p.id}": group for group in book.profiles for p in group.profiles}
    readings = []
    for card in book.cards:
        # Tables of data have date and source; so have profiles, where their set says so.
        group = profiles.get(card.record)
        dated = card.origin in ("data", "profile") and (group is None or bool(group.as_of))
        sourced = group is None or bool(group.source)
        readings.append(Reading(card, in_english, dated, sourced, book.images))
    return tuple(readings)
