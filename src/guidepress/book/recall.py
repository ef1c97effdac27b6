"""Chapters as they were compiled before in this process: an edit of one does not compile the others again.

Nothing is taken on trust. What a chapter was made of is compared each time: its document, its number, the labels that
it met in the book and, for its references, all that they may name. Pictures and quoted files are read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from guidepress.book.draft import ChapterDraft, take_apart
from guidepress.book.model import FormulaUse, Label
from guidepress.book.references import Outside, Resolver
from guidepress.content import Node
from guidepress.content.typography import Typography
from guidepress.diagnostics import Diagnostic, Span
from guidepress.markdown import Document

V = TypeVar("V")
# What `take_apart` finds out about a draft.
_FOUND = ("body", "title", "title_html", "lead", "stage", "promise")
_LISTED = ("headings", "captions", "notes", "index", "lessons", "diagnostics")


class _Watched(MutableMapping[str, V]):
    """A table that several chapters share, while one of them reads and writes it."""

    def __init__(self, table: MutableMapping[str, V]) -> None:
        self._table = table
        # What was found under names that the chapter itself had not written.
        self.asked: dict[str, V | None] = {}
        self.written: dict[str, V] = {}

    def __getitem__(self, name: str) -> V:
        if name not in self.written:
            self.asked.setdefault(name, self._table.get(name))
        return self._table[name]

    def __setitem__(self, name: str, value: V) -> None:
        self.written[name] = self._table[name] = value

    def __delitem__(self, name: str) -> None:
        raise NotImplementedError("a label stays")

    def __iter__(self) -> Iterator[str]:
        raise NotImplementedError("a chapter asks for names that it knows")

    def __len__(self) -> int:
        raise NotImplementedError("a chapter asks for names that it knows")

    def fits(self, table: Mapping[str, V]) -> bool:
        """Whether a table answers as this one did."""
        return all(table.get(name) == value for name, value in self.asked.items())


@dataclass(frozen=True, slots=True)
class _Apart:
    """A chapter that was taken apart: what of, what it read and wrote, and what came out."""

    made_of: tuple[object, ...]
    names: _Watched[Label]
    tables: _Watched[str]
    found: Mapping[str, object]
    local: Mapping[str, Label]
    anchors: frozenset[str]

    def give(self, draft: ChapterDraft) -> None:
        """Make the draft what it became then."""
        draft.names.update(self.names.written)
        draft.tables.update(self.tables.written)
        for name in _FOUND:
            setattr(draft, name, self.found[name])
        for name in _LISTED:
            values = self.found[name]
            assert isinstance(values, tuple)
            setattr(draft, name, list(values))
        draft.local, draft.anchors = dict(self.local), set(self.anchors)


@dataclass(frozen=True, slots=True)
class _Resolved:
    """Nodes that were resolved: which, where, and what came out, with what was read from files."""

    made_of: tuple[object, ...]
    outside: Outside
    nodes: tuple[Node, ...]
    used: tuple[str, ...]
    formulas: tuple[FormulaUse, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(slots=True)
class Recall:
    """What became of chapters when the guide was compiled last, by file; for one thread.

    The book that comes out is the same as without.
    """

    _documents: dict[str, tuple[Document, str, Document]] = field(default_factory=dict)
    _apart: dict[str, _Apart] = field(default_factory=dict)
    _resolved: dict[tuple[str, int], _Resolved] = field(default_factory=dict)
    _world: object = None

    def typographic(
        self, document: Document, file: str, style: Typography, make: Callable[[Document], Document]
    ) -> Document:
        """The document of a file with typographic marks, which `make` sets."""
        known = self._documents.get(file)
        if known is not None and known[1] == style.language and known[0] == document:
            return known[2]
        made = make(document)
        self._documents[file] = document, style.language, made
        return made

    def take_apart(self, draft: ChapterDraft) -> ChapterDraft:
        """See `draft.take_apart`."""
        made_of = (
            draft.id, draft.number, draft.source.entry.title, draft.typography.language, draft.words, draft.document,
        )  # fmt: skip
        known = self._apart.get(draft.file)
        if (
            known is not None
            and known.made_of == made_of
            and known.names.fits(draft.names)
            and known.tables.fits(draft.tables)
        ):
            known.give(draft)
            return draft
        shared, numbers = draft.names, draft.tables
        names, tables = _Watched(shared), _Watched(numbers)
        draft.names, draft.tables = names, tables
        try:
            take_apart(draft)
        finally:
            draft.names, draft.tables = shared, numbers
        found: dict[str, object] = {name: getattr(draft, name) for name in _FOUND}
        found |= {name: tuple(getattr(draft, name)) for name in _LISTED}
        local, anchors = dict(draft.local), frozenset(draft.anchors)
        self._apart[draft.file] = _Apart(made_of, names, tables, found, local, anchors)
        return draft

    def begin(self, resolver: Resolver) -> None:
        """From here on the labels of the book are all there. Where any is another, no reference is as it was."""
        world = _world(resolver)
        if world != self._world:
            self._world = world
            self._resolved.clear()

    def resolve(
        self, resolver: Resolver, nodes: Sequence[Node], place: Span, chapter: str, part: int
    ) -> tuple[tuple[Node, ...], tuple[str, ...]]:
        """See `Resolver.resolve`; `part` counts what of the chapter is resolved."""
        made_of = (nodes, place, chapter)
        key = (place.file, part)
        known = self._resolved.get(key)
        if known is not None and known.made_of == made_of and resolver.finds(known.outside):
            resolver.formulas.update(dict.fromkeys(known.formulas))
            resolver.diagnostics.extend(known.diagnostics)
            return known.nodes, known.used
        with resolver.noted() as notes:
            resolved, used = resolver.resolve(nodes, place, chapter)
        self._resolved[key] = _Resolved(
            made_of,
            notes.outside,
            resolved,
            used,
            tuple(notes.formulas),
            tuple(notes.diagnostics),
        )
        return resolved, used


def _world(resolver: Resolver) -> object:
    """All that references of a chapter depend on but files, and but the places where labels are defined."""

    def known(labels: Iterable[tuple[str, Label]]) -> dict[str, object]:
        return {n: (a.name, a.kind, a.anchor, a.title, a.number, a.chapter) for n, a in labels}

    guide = resolver.guide
    return (
        known(resolver.names.items()),
        {chapter: known(table.items()) for chapter, table in resolver.local.items()},
        dict(resolver.chapters),
        dict(resolver.unprinted),
        resolver.left_out,
        dict(resolver.words),
        guide.active,
        guide.unread,
        guide.left_out,
        guide.originals,
        (guide.project, guide.root),
        resolver.terms,
    )
