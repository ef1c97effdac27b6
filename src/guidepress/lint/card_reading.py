"""A card as the rules read it: words, lists, code, pictures and gaps, taken from its HTML once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from guidepress.book.model import Book, Card
from guidepress.book.model import Image as BookImage
from guidepress.card_kinds import kind_of
from guidepress.card_kinds.parts import gaps
from guidepress.content import EMPTY, Content, Element, Gap, Image, Node
from guidepress.content.marks import APOSTROPHE
from guidepress.content.walk import elements, line, placed, text
from guidepress.content.walk import words as words_of
from guidepress.lint.english import STOPWORDS

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W_]+(?:['’.+#/-][^\W_]+)*[+#]*")
# Two signs of a script without spaces weigh about as much as a word.
_SIGNS_A_WORD = 2


def words(text: str) -> list[str]:
    """The words of a text in lower case; of scripts without spaces each sign."""
    found: list[str] = []
    for piece in text.casefold().split():
        # Most are a word as they are.
        if piece.isalnum():
            found.append(piece)
        else:
            found += _WORD.findall(piece)
    if text.isascii() or not _CJK.search(text):
        return found
    return [part for word in found for part in (word if _CJK.search(word) else (word,))]


def word_count(text: str) -> int:
    """How many words a reader counts: `List<String>` is one; of scripts without spaces two signs are."""
    if text.isascii() or not _CJK.search(text):
        return _read(text)
    signs = len(_CJK.findall(text))
    return _read(_CJK.sub(" ", text)) + -(-signs // _SIGNS_A_WORD)


def _read(text: str) -> int:
    """How many pieces between spaces have a letter or a digit."""
    return sum([p[0].isalnum() or any(map(str.isalnum, p)) for p in text.split()])


def tells(found: Sequence[str]) -> bool:
    """Whether any of some words, in lower case, is more than grammar."""
    return any(word not in STOPWORDS for word in found)


class Side(Struct, frozen=True, gc=False):
    """One side of a card, or the text of a cloze card.

    `text` are the words outside of blocks of code, on one line, with apostrophes of a keyboard; `words` are those of
    it in lower case, `count` how many a reader counts. `code` are the blocks of code, `images` the pictures by key and
    alternative text. `items` is how many items the longest list has. `gaps` are number and hidden words of each gap,
    `hidden` how many words are hidden in all; those of a gap inside of another count once.
    """

    content: Content
    text: str
    words: tuple[str, ...]
    count: int
    code: tuple[str, ...] = ()
    images: tuple[tuple[str, str], ...] = ()
    items: int = 0
    gaps: tuple[tuple[str, str], ...] = ()
    hidden: int = 0


# What most sides consist of, in which there is nothing but words.
_WORDS_ALONE = frozenset(("p", "code", "em", "strong"))


def side_of(content: Content) -> Side:
    """A content as a side of a card."""
    shown = line(content.nodes, _is_code).replace(APOSTROPHE, "'")
    said = (content, shown, tuple(words(shown)), word_count(shown))
    every = list(elements(content.nodes))
    if all(one.name in _WORDS_ALONE for one in every):
        return Side(*said)
    lists = [one for one in every if one.name in ("ul", "ol")]
    hidden = [
        one
        for one, above in placed(content.nodes)
        if isinstance(one, Gap) and not any(isinstance(around, Gap) for around in above)
    ]
    return Side(
        *said,
        tuple(text(one.children).rstrip("\n") for one in every if _is_code(one)),
        _images(every),
        max((sum(_is_item(child) for child in one.children) for one in lists), default=0),
        tuple((str(one.number), words_of(one.children)) for one in every if isinstance(one, Gap)),
        sum(word_count(text(one.children)) for one in hidden),
    )


def _is_code(element: Element) -> bool:
    return element.name == "pre"


def _is_item(node: Node) -> bool:
    return isinstance(node, Element) and node.name == "li"


def _images(found: Iterable[Element]) -> tuple[tuple[str, str], ...]:
    return tuple([(one.src, one.alt) for one in found if isinstance(one, Image)])


_NOTHING = side_of(EMPTY)


class Reading(Struct, frozen=True, gc=False):
    """A card as the rules read it, with what they have to know of its book.

    `front` is the question, or the text with gaps; `back` is the answer, empty on a card with gaps, and where nobody
    recalls it word by word. `pictures` are those anywhere on the card, by key and alternative text. `gapped`: the card
    is a text with gaps, and has no question; `masked`: its gaps are parts of a picture. `english` says whether rules
    of the English language apply. `dated` and `sourced` say whether what the card is of says as of when it holds, and
    where that is from. `images` are the book's.
    """

    card: Card
    front: Side
    back: Side
    pictures: tuple[tuple[str, str], ...]
    gapped: bool
    masked: bool
    english: bool
    dated: bool
    sourced: bool
    images: Mapping[str, BookImage]

    @property
    def steps(self) -> tuple[Side, ...]:
        """What a card whose answer is asked in pieces hides, one by one; nothing of one that is a text with gaps."""
        if self.gapped:
            return ()
        return tuple(side_of(Content(one.children)) for one in gaps(self.card.text))


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
        kind = kind_of(card)
        front = side_of(kind.question(card))
        back = _NOTHING if kind.gapped or kind.explains else side_of(kind.answer(card))
        pictures = (*front.images, *back.images)
        for other in (card.extra.nodes, card.hint.nodes):
            if other:
                pictures += _images(elements(other))
        readings.append(
            Reading(
                card, front, back, pictures, kind.gapped, kind.masked, in_english, dated, sourced,
                book.images,
            )
        )  # fmt: skip
    return tuple(readings)
