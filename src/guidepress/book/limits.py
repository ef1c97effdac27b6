"""How much a book may hold: far more than any does, and little enough that a machine gets through it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice

from guidepress.book.draft import ChapterDraft
from guidepress.diagnostics import Diagnostic, Span, error
from guidepress.markdown.flow.table import MAX_CELLS, cells_problem
from guidepress.model.project import Guide

# Of all chapters together.
MAX_FOOTNOTES = 20_000
MAX_ENTRIES = 100_000
# Of the glossary.
MAX_TERMS = 20_000
_CELL = re.compile(r"<t[dh]\b", re.IGNORECASE)


def too_much(guide: Guide, drafts: Sequence[ChapterDraft]) -> Iterator[Diagnostic]:
    """An error for each limit that the book is over, at the first thing too many.

    Errors: `footnotes-too-many`, `index-too-long`, `terms-too-many`, `table-too-large`.
    """
    notes = ((note.span for note in draft.document.footnotes) for draft in drafts)
    if span := _over(notes, MAX_FOOTNOTES):
        message = f"the book has more than {MAX_FOOTNOTES:,} footnotes"
        yield error("footnotes-too-many", message, span)
    entries = ((Span(draft.file, entry.line) for entry in draft.index) for draft in drafts)
    if span := _over(entries, MAX_ENTRIES):
        message = f"the index has more than {MAX_ENTRIES:,} entries"
        yield error("index-too-long", message, span)
    if len(guide.terms) > MAX_TERMS:
        message = f"the glossary has more than {MAX_TERMS:,} terms"
        yield error("terms-too-many", message, guide.terms[MAX_TERMS].span("id"))
    for table in guide.tables:
        counts = accumulate(map(len, table.rows))
        if row := next((at for at, count in enumerate(counts) if count > MAX_CELLS), None):
            yield cells_problem(table.span("rows", row))
    for draft in drafts:
        # In HTML, where they are counted by the chapter: its tables may stand in each other.
        text = draft.source.text
        if last := next(islice(_CELL.finditer(text), MAX_CELLS, None), None):
            line = text.count("\n", 0, last.start()) + 1
            column = last.start() - text.rfind("\n", 0, last.start())
            yield cells_problem(Span(draft.file, line, column))


def _over(counted: Iterable[Iterable[Span]], most: int) -> Span | None:
    """The place of the first thing that is too many."""
    every = (span for some in counted for span in some)
    return next(islice(every, most, None), None)
