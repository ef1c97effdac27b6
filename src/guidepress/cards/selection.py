"""Which cards are printed."""

from __future__ import annotations

from collections.abc import Iterable

from guidepress.book.model import Book, Card
from guidepress.cards.options import Selection
from guidepress.diagnostics import Diagnosed, Diagnostic, Severity, Span, did_you_mean, error


def select(book: Book, wanted: Selection, span: Span | None = None) -> Diagnosed[tuple[Card, ...]]:
    """The cards to print, in the order of the book.

    Errors: `cards-part-unknown`, `cards-chapter-unknown`, `cards-tag-unknown`, `cards-none`.
    """
    chapters = {chapter.id for chapter in book.chapters()}
    tags = {tag for card in book.cards for tag in card.tags}
    problems = (
        *_unknown("cards-part-unknown", "part", wanted.parts, {p.id for p in book.parts}, span),
        *_unknown("cards-chapter-unknown", "chapter", wanted.chapters, chapters, span),
        *_unknown("cards-tag-unknown", "card with the tag", wanted.tags, tags, span),
    )
    if problems:
        return Diagnosed(None, problems)
    part_of = {chapter.id: part.id for part in book.parts for chapter in part.chapters}
    found = tuple(card for card in book.cards if _is_wanted(card, wanted, part_of))
    if not book.cards:
        # Nothing is wrong with a guide without cards; there is only nothing to print.
        return Diagnosed(None, (Diagnostic("cards-none", Severity.NOTE, "the guide has no cards"),))
    if not found and wanted.ids is not None:
        # Nothing is wrong with an edition that brings no such card.
        message = (
            "no card of the selection is new or changed in this edition: there is none to print"
        )
        return Diagnosed(None, (Diagnostic("cards-none", Severity.NOTE, message, span),))
    if not found:
        message = "no card fulfils every condition of the selection"
        return Diagnosed(None, (error("cards-none", message, span),))
    return Diagnosed(found)


def _is_wanted(card: Card, wanted: Selection, part_of: dict[str, str]) -> bool:
    return (
        (not wanted.parts or (card.part or part_of.get(card.chapter)) in wanted.parts)
        and (not wanted.chapters or card.chapter in wanted.chapters)
        and (not wanted.tags or not set(card.tags).isdisjoint(wanted.tags))
        and (wanted.ids is None or card.id in wanted.ids)
    )


def _unknown(
    code: str, kind: str, wanted: Iterable[str], known: set[str], span: Span | None
) -> tuple[Diagnostic, ...]:
    return tuple(
        error(code, f"there is no {kind} `{name}`", span, hints=did_you_mean(name, known))
        for name in wanted
        if name not in known
    )
