"""The index: terms and sub-terms by letter, each with its pages merged into runs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from guidepress.book.model import Book


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One line of the index; `depth` 0 is a term, 1 a sub-term. Anchors may be none: a term above others."""

    term: str
    depth: int
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexGroup:
    """The lines that begin with one letter."""

    letter: str
    lines: tuple[IndexLine, ...]


@dataclass(slots=True)
class _Term:
    anchors: list[str] = field(default_factory=list)
    below: dict[str, _Term] = field(default_factory=dict)


def index_groups(book: Book) -> tuple[IndexGroup, ...]:
    """The index of a book, in alphabetical order, symbols and digits first."""
    root = _Term()
    for chapter in book.chapters():
        for entry in chapter.index:
            node = root
            for word in entry.path:
                node = node.below.setdefault(word, _Term())
            node.anchors.append(entry.anchor)
    groups: dict[str, list[IndexLine]] = {}
    for name, term in sorted(root.below.items(), key=lambda item: sort_key(item[0])):
        groups.setdefault(letter(name), []).extend(_lines(name, term, 0))
    return tuple(IndexGroup(key, tuple(lines)) for key, lines in groups.items())


def sort_key(term: str) -> tuple[bool, str, str]:
    """Letters after all else; accents and case do not count until nothing else differs."""
    plain = _plain(term)
    return (plain[:1].isalpha(), plain, term)


def letter(term: str) -> str:
    """The heading a term stands under."""
    first = _plain(term)[:1].upper()
    return first if first.isalpha() else "#"


def _plain(term: str) -> str:
    decomposed = unicodedata.normalize("NFKD", term.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lstrip("\"'`.-_ ")


def _lines(name: str, term: _Term, depth: int) -> Iterator[IndexLine]:
    yield IndexLine(name, depth, tuple(dict.fromkeys(term.anchors)))
    for below, node in sorted(term.below.items(), key=lambda item: sort_key(item[0])):
        yield from _lines(below, node, depth + 1)
