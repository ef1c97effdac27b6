"""What stands between a build and the pipelines: an order goes in, finished files come out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from guidepress.artifacts import sha256_of
from guidepress.book.model import Book
from guidepress.cache import Cache
from guidepress.diagnostics import Diagnosed
from guidepress.layouts import Layout
from guidepress.pdf.workers import Workers

# Called with the number of pieces done and the number there are, so far as known.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A card that the book no longer has: its id, and its first words as they were."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class News:
    """The cards that are not as readers of the edition before know them: ids of new and changed ones, and what went."""

    new: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    withdrawn: tuple[Withdrawn, ...] = ()

    @property
    def cards(self) -> frozenset[str]:
        """The ids of those that the book has."""
        return self.new | self.changed


class Release(Protocol):
    """What is known of a release before there are pages."""

    @property
    def news(self) -> News:
        """What is new in it."""


@dataclass(frozen=True, slots=True)
class File:
    """A finished file; `facts` (pages, cards …) go into the manifest. A name may lead to a folder: `web/index.html`.

    Its content is in memory, or in a temporary file (`scratch`) that whoever puts the file in place may take.
    """

    name: str
    data: bytes | Path
    facts: Mapping[str, int] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """The hash of its content, in hexadecimal digits."""
        if isinstance(self.data, bytes):
            return hashlib.sha256(self.data).hexdigest()
        return sha256_of(self.data)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a product came to.

    `folios` are the printed page numbers of its anchors, for products that cite it; `lock` is a temporary file with
    what deck.lock is to say once the files are out. `sections` are the pieces that were laid out by themselves, by what
    they depend on: two of one key look the same.
    """

    files: tuple[File, ...] = ()
    folios: Mapping[str, str] = field(default_factory=dict)
    lock: Path | None = None
    sections: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Order:
    """What a product is pressed from.

    `folder` is the project's. `pressed` holds what the product `needs`, and no other. The result depends neither on
    `workers` nor on `cache`; `progress` is called with how far the work is.
    """

    book: Book
    layout: Layout
    folder: Path
    release: Release
    workers: Workers
    cache: Cache
    progress: Progress
    pressed: Mapping[str, Pressed]


def may_leave(file: str, files: Iterable[str]) -> bool:
    """Whether a product that names `files` may leave one of this name."""
    return any(file == name or (name.endswith("/") and file.startswith(name)) for name in files)


class Product(Protocol):
    """An output of a guide.

    `name` is what `--only` calls it, `files` are those that it may leave (`web/`: any below that folder), `needs` the
    products that are pressed before it, even where nobody asked for them.
    """

    name: str
    files: tuple[str, ...]
    needs: tuple[str, ...]

    def press(self, order: Order) -> Diagnosed[Pressed]:
        """The finished product, with every problem; without a value, the build ends."""
