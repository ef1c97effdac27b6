"""Sections as they were composed before, in the cache: an edit of one chapter composes no other.

Nothing is taken on trust. While a section is composed, its book notes which of its parts are read, by templates of any
layout too. The section is used again where each of these, and all else that it is made of, is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from pydantic import BaseModel

from guidepress.book.model import Book, Card, Chapter
from guidepress.cache import Cache, code_digest, decoded, digest, encoded
from guidepress.words import Words, made_of

T = TypeVar("T")
# By section the terms that are marked there, and how often it names each.
Counts = list[tuple[list[str], dict[str, int]]]
_FIELDS = frozenset(field.name for field in fields(Book))


@dataclass(frozen=True, slots=True)
class _Entry:
    """What was composed of what: what of the book was read for it, each with its digest, and what came out."""

    made_of: str
    read: Mapping[str, str]
    made: bytes


class Kept:
    """The sections of one book, by name. `common` is what all of them are made of, but the book.

    `book` is the one to compose from. What cannot be told apart by its data, as a function, is composed each time.
    """

    def __init__(self, cache: Cache, book: Book, common: Sequence[object]) -> None:
        self.book = watched(book, self._note)
        self._cache = cache
        self._book = book
        self._common = data_digest((code_digest(), book.id, book.language, *common))
        self._digests: dict[str, str] = {}
        self._cards: dict[str, tuple[Card, ...]] | None = None
        self._read: set[str] | None = None

    def of(
        self,
        name: str,
        made_from: object,
        make: Callable[[], T],
        kind: type[T],
        sound: Callable[[], bool] = lambda: True,
    ) -> T:
        """What is called by a name, by `make` where it was not composed of the same before; a value of `kind`.

        It is kept if it is then `sound`: what was reported of it would not be reported again.
        """
        own = data_digest(made_from) if self._common else ""
        if not own:
            return make()
        key = digest("composed", self._common, name)
        entry = self._cache.get(key, _Entry)
        if entry is not None and entry.made_of == own and self._stands(entry.read):
            self._note(*entry.read)
            if (known := decoded(entry.made, kind)) is not None:
                return known
        with self._noting() as read:
            made = make()
        found = {part: self._part(part) for part in sorted(read)}
        if sound() and all(found.values()) and (data := encoded(made)) is not None:
            self._cache.put(key, _Entry(own, found, data))
        return made

    def cards(self, chapter: Chapter) -> tuple[Card, ...]:
        """The cards that a chapter names; what is noted is these, and not all of the book."""
        self._note(f"cards of {chapter.id}")
        return self._cards_of(chapter.id)

    def counts(self, chapter: Chapter, terms: object, make: Callable[[], Counts]) -> Counts:
        """How often a chapter names terms, by `make` where it was not counted before."""
        own = self.digest_of(chapter)
        key = digest("mentions", code_digest(), data_digest(terms), own)
        return self._cache.memo(key, make, Counts) if own else make()

    def digest_of(self, chapter: Chapter) -> str:
        """A digest of all that is in a chapter; empty where it has none."""
        name = f"chapter {chapter.id}"
        if name not in self._digests:
            self._digests[name] = data_digest(chapter)
        return self._digests[name]

    def _stands(self, read: Mapping[str, str]) -> bool:
        return all(self._part(part) == before for part, before in read.items())

    def _part(self, name: str) -> str:
        """The digest of a part of the book; empty where there is no such part, or none that has a digest."""
        if name not in self._digests:
            kind, _, chapter = name.partition(" of ")
            if kind == "cards":
                self._digests[name] = data_digest(self._cards_of(chapter))
            else:
                self._digests[name] = (
                    data_digest(getattr(self._book, name)) if name in _FIELDS else ""
                )
        return self._digests[name]

    def _cards_of(self, chapter: str) -> tuple[Card, ...]:
        if self._cards is None:
            by_id = {card.id: card for card in self._book.cards}
            self._cards = {
                one.id: tuple(by_id[name] for name in one.cards if name in by_id)
                for one in self._book.chapters()
            }
        return self._cards.get(chapter, ())

    def _note(self, *parts: str) -> None:
        if self._read is not None:
            self._read.update(parts)

    @contextmanager
    def _noting(self) -> Iterator[set[str]]:
        read: set[str] = set()
        around, self._read = self._read, read
        try:
            yield read
        finally:
            self._read = around
            if around is not None:
                around |= read


class _Watched(Book):
    """A book that tells of each of its parts that is read."""

    __slots__ = ("_note",)

    def __getattribute__(self, name: str) -> Any:
        if name in _FIELDS:
            object.__getattribute__(self, "_note")(name)
        return object.__getattribute__(self, name)


# What a template and its errors call it.
_Watched.__name__ = _Watched.__qualname__ = Book.__qualname__


def watched(book: Book, note: Callable[[str], None]) -> Book:
    """The book, which calls `note` with the name of each of its fields that is read."""
    made = _Watched.__new__(_Watched)
    for name in _FIELDS:
        object.__setattr__(made, name, getattr(book, name))
    object.__setattr__(made, "_note", note)
    return made


def data_digest(value: object) -> str:
    """A digest of data; empty where there are other things in it."""
    try:
        return digest(_ENCODER.encode(value))
    except (TypeError, ValueError):  # the latter from half of a character
        return ""


def _plain(value: object) -> object:
    """What MessagePack has no form for, as something that it has one for."""
    match value:
        case Words():
            return made_of(value)
        case str():
            return "html", "".join((value,))
        case BaseModel():
            return type(value).__name__, value.model_dump()
        case Path():
            return "path", str(value)
    raise TypeError(f"{type(value)} is no data")


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_plain)
