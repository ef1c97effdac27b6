"""The tree of decks: the guide, its parts, their chapters, under names that sort in the order of the book.

Anki matches decks by name and sorts them by name. A number in front of a title puts it in order,
but if all numbers moved up for a chapter put in between, every learner's cards would stay behind
under the old names. So a deck keeps the key it first got, and a newcomer gets one between its
neighbours (`03.1`). An author may give a deck a name of its own (`deck:`), which neither title nor order changes.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import chain

from guidepress.book.model import Book, Chapter
from guidepress.content.marks import folded
from guidepress.deck.languages import ONLY, ROOT, DeckLanguage
from guidepress.deck.lock import DeckLock

# What an author calls a deck whose cards belong into the deck above.
ABOVE = "."
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def part_place(part: str) -> str:
    """The place of a part's deck, as the lock names it."""
    return f"part:{part}"


def chapter_place(chapter: str) -> str:
    """The place of a chapter's deck, as the lock names it."""
    return f"chapter:{chapter}"


def subdecks(
    book: Book,
    known: Mapping[str, DeckLock],
    held: Set[str] = frozenset(),
    language: DeckLanguage = ONLY,
    root: str | None = None,
) -> dict[str, DeckLock]:
    """Key and full name of every deck of the book by place, in order.

    `known` are those of the lock, `held` the places that cards were released in: these keep their keys whatever
    becomes of the order, with all decks above them. In a deck of several languages those of each stand below one that
    is called after it; `root` is the name of the topmost deck, where that is not the book's.
    """
    if root is None:
        root = _kept(_segment(book.deck.name), known.get(ROOT))
    decks = {ROOT: DeckLock("", root)}
    names = {
        **{part_place(part): name for part, name in book.deck.parts.items()},
        **{chapter_place(chapter): name for chapter, name in book.deck.chapters.items()},
    }
    if language.code:
        root = _language_deck(root, language, known.get(language.root))
        decks[language.root] = DeckLock("", root)
    if not language.own:
        # Names that the author gave are in the guide's language.
        names = {language.place(p): name for p, name in names.items() if name == ABOVE}
    tree = _Tree(names, known, held)
    top = [
        *((chapter_place(c.id), key, c.title) for c, key in zip(book.front, _front(), strict=False)),
        *((part_place(p.id), key, p.title)
          for p, key in zip(book.parts, _numbers(len(book.parts), 1), strict=True)),
        *((chapter_place(c.id), key, c.title) for c, key in zip(book.back, _back(), strict=False)),
    ]  # fmt: skip
    decks |= tree.below(language.root, root, _placed(top, language))
    width = 3 if sum(len(part.chapters) for part in book.parts) > 99 else 2
    for part in book.parts:
        inner = [
            (chapter_place(c.id), _chapter_key(c, i, width), c.title)
            for i, c in enumerate(part.chapters, 1)
        ]
        place = language.place(part_place(part.id))
        decks |= tree.below(place, decks[place].name, _placed(inner, language))
    return decks


def _placed(
    items: Sequence[tuple[str, str, str]], language: DeckLanguage
) -> Sequence[tuple[str, str, str]]:
    """Place, key and title of decks, as they are in a language."""
    return [(language.place(place), key, title) for place, key, title in items]


def _language_deck(root: str, language: DeckLanguage, known: DeckLock | None) -> str:
    """The name of the deck of a language; one that was given out stays, whatever Babel says of the language now."""
    if known is not None and known.name.rpartition("::")[0] == root:
        return known.name
    return f"{root}::{_segment(language.name)}"


def first_places(decks: Mapping[str, DeckLock]) -> dict[str, str]:
    """For every place the first that has its deck: those that an author put into the deck above share it."""
    first: dict[str, str] = {}
    return {place: first.setdefault(deck.name, place) for place, deck in decks.items()}


class _Tree:
    """The decks that are known, and what the author calls some of them."""

    def __init__(
        self, names: Mapping[str, str], known: Mapping[str, DeckLock], held: Set[str]
    ) -> None:
        self._names = names
        self._known = known
        self._held = [f"{known[place].name}::" for place in held if place in known]

    def below(
        self, parent: str, name: str, items: Sequence[tuple[str, str, str]]
    ) -> dict[str, DeckLock]:
        """The decks below one, from place, wanted key and title of each."""
        known = [self._known.get(place) for place, _, _ in items]
        fixed = {i for i, deck in enumerate(known) if deck and self._released(deck, parent)}
        pinned = [deck.key if deck else None for deck in known]
        keys = assign_keys([wanted for _, wanted, _ in items], pinned, fixed)
        return {
            place: self._deck(place, key, name, title)
            for (place, _, title), key in zip(items, keys, strict=True)
        }

    def _deck(self, place: str, key: str, above: str, title: str) -> DeckLock:
        if (given := self._names.get(place)) is None:
            name = f"{above}::{key} {_segment(title)}"
            return DeckLock(key, _kept(name, self._known.get(place)))
        if given == ABOVE:
            return DeckLock("", above)
        levels = "::".join(_segment(level) for level in given.split("::"))
        return DeckLock(key, f"{above}::{levels}")

    def _released(self, deck: DeckLock, parent: str) -> bool:
        """Whether learners have cards in a deck, which stands where it stood: elsewhere it has another name anyhow."""
        above = self._known.get(parent)
        return (
            above is not None
            and deck.name.rpartition("::")[0] == above.name
            and any(name.startswith(f"{deck.name}::") for name in self._held)
        )


def _kept(name: str, known: DeckLock | None) -> str:
    """A deck's name, or the one that it has if they differ in typographic marks only: Anki matches decks by name."""
    return known.name if known and folded(known.name) == folded(name) else name


def _segment(title: str) -> str:
    """A title as one level of a deck's name. `::` separates levels; a sign that looks the same does not."""
    title = _CONTROL.sub(" ", unicodedata.normalize("NFC", title)).replace("::", "\N{PROPORTION}")
    return " ".join(title.split()).strip(":") or "–"


def _chapter_key(chapter: Chapter, position: int, width: int) -> str:
    return (chapter.number if chapter.number.isdigit() else str(position)).zfill(width)


def _numbers(count: int, first: int) -> list[str]:
    width = len(str(count + first - 1))
    return [str(n).zfill(width) for n in range(first, first + count)]


def _front() -> Iterator[str]:
    """0, 0.1, 0.2 …: before the first part."""
    yield "0"
    yield from _after("0")


def _back() -> Iterator[str]:
    """A, B … as appendices are lettered: after every part, however many there will be."""
    yield from _LETTERS
    yield from _after("Z")


def _after(key: str) -> Iterator[str]:
    while True:
        yield from (f"{key}.{digit}" for digit in range(1, 9))
        key = f"{key}.9"
        yield key


def assign_keys(
    wanted: Sequence[str], pinned: Sequence[str | None], fixed: Set[int] = frozenset()
) -> list[str]:
    """A key for each of some siblings, given the keys they already have (None for a newcomer).

    Those at the positions in `fixed` keep theirs. Of the others as many as possible do, so that keys ascend; the
    rest get the wanted one where it fits, else one in between.
    """
    keys: list[str | None] = list(pinned)
    theirs = {pinned[i] for i in fixed}
    loose = {i for i in _longest_ascending(pinned) if pinned[i] not in theirs}
    for i in range(len(keys)):
        if i not in fixed and i not in loose:
            keys[i] = None
    for i, key in enumerate(keys):
        if key is not None:
            continue
        low = keys[i - 1] if i else None
        later = [k for k in keys[i + 1 :] if k is not None]
        # Of those that keep their keys out of order, only those that still lie ahead can follow.
        high = next((k for k in later if not fixed or _between(k, low, None)), None)
        candidates = (wanted[i], *_candidates(low, high))
        found = next((c for c in candidates if _between(c, low, high) and c not in keys), None)
        if found is None:  # no room before the first
            if not fixed:
                return list(wanted)
            found = next(c for c in chain((wanted[i],), _after(wanted[i])) if c not in keys)
        keys[i] = found
    return [key for key in keys if key is not None]


def _between(key: str, low: str | None, high: str | None) -> bool:
    # In a name a space follows the key, and sorts before the dot of a longer key.
    name = f"{key} "
    return (low is None or f"{low} " < name) and (high is None or name < f"{high} ")


def _candidates(low: str | None, high: str | None) -> Iterator[str]:
    if low is None:
        if high is not None and high.isdigit() and int(high) > 0:
            yield str(int(high) - 1).zfill(len(high))
        yield from ("00", "0", "00.1", "0.1")
        return
    head, dot, last = low.rpartition(".")
    if dot and last.isdigit() and int(last) < 9:
        yield f"{head}.{int(last) + 1}"
    for zeros in range(8):
        yield f"{low}.{'0.' * zeros}1"


def _longest_ascending(keys: Sequence[str | None]) -> set[int]:
    """Positions of a longest strictly ascending subsequence (patience sorting), None left out."""
    tails: list[str] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for i, key in enumerate(keys):
        if key is None:
            continue
        name = f"{key} "
        at = bisect_left(tails, name)
        before[i] = ends[at - 1] if at else None
        tails[at : at + 1] = [name]
        ends[at : at + 1] = [i]
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found
