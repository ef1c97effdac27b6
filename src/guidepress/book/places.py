"""Where chapters print records: each record's label is defined at its first, fullest place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from guidepress.book.draft import ChapterDraft, define
from guidepress.book.fields import Converter
from guidepress.book.model import Block
from guidepress.content.typography import Typography
from guidepress.diagnostics import Diagnostic, Span, did_you_mean, error
from guidepress.markdown import BlockUse, convert
from guidepress.model import Guide, Record
from guidepress.model.base import is_markdown
from guidepress.model.kinds import KINDS, Kind, block_for, listed, printed_by, value_of
from guidepress.source.consistency import left_out, references
from guidepress.source.editions import without


@dataclass(slots=True)
class Places:
    """`chapters` maps a record's label to the chapter that prints it; `unprinted` to the block that would."""

    chapters: dict[str, str] = field(default_factory=dict)
    unprinted: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Record:
    """A record as labels see it."""

    label: str
    kind: str
    title: str
    number: str = ""


class Fitting(NamedTuple):
    """A guide without records whose place in the book is not in the edition.

    `displaced` are the labels of all records that the edition does not print where the guide does, or not at all.
    """

    guide: Guide
    displaced: frozenset[str] = frozenset()
    diagnostics: tuple[Diagnostic, ...] = ()


def without_unplaced(
    guide: Guide, drafts: Iterable[ChapterDraft], gone: Iterable[tuple[BlockUse, Span]]
) -> Fitting:
    """The guide without records that only blocks print which the edition leaves out; they go with those.

    `gone` are these blocks. Errors: those of `consistency.references`, where a record that stays names one that goes.
    """
    reasons: dict[str, Span] = {}
    for use, span in gone:
        for record in _printed(guide, None, use, Places()):
            reasons.setdefault(record.label, span)
    if not reasons:
        return Fitting(guide)
    displaced = frozenset(reasons)
    for draft in drafts:
        for use in draft.document.blocks:
            for record in _printed(guide, None, use, Places()):
                reasons.pop(record.label, None)

    def reason(kind: str, record: Record) -> Span | None:
        if KINDS[kind].own_pages:
            return None
        return reasons.get(f"{kind}-{record.id}")  # type: ignore[attr-defined]

    guide = without(guide, reason)
    return Fitting(guide, displaced, tuple(references(guide)))


def place_records(
    guide: Guide, drafts: list[ChapterDraft], style: Typography, converter: Converter
) -> Places:
    """Turn the block uses of all drafts into blocks, and define the labels of the records they print.

    `style` sets the marks of titles, `converter` reads those that are Markdown. Problems: `stage-unknown`,
    `data-unknown`, `profiles-unknown`, `skills-unknown`, `block-empty`, `reference-left-out`.
    """
    places = Places()
    anchors: dict[tuple[str, int], dict[str, str]] = {}
    uses = [(d, i, use) for d in drafts for i, use in enumerate(d.document.blocks)]
    # A stage's own block defines it, wherever the overview stands.
    for draft, position, use in sorted(uses, key=lambda u: u[2].kind == "roadmap"):
        own = anchors[draft.id, position] = {}
        if any(kind.name in guide.unread for kind, _ in printed_by(use.kind)):
            continue
        for record in _printed(guide, draft, use, places, style, converter):
            if record.label in places.chapters:
                continue
            places.chapters[record.label] = draft.id
            own[record.label] = define(
                draft, record.label, record.kind, record.title, record.number, use.span
            )
    for draft, position, use in uses:
        draft.blocks.append(Block(use.kind, use.argument, use.span, anchors[draft.id, position]))
    _note_unprinted(guide, places)
    return places


def _printed(
    guide: Guide,
    draft: ChapterDraft | None,
    use: BlockUse,
    places: Places,
    style: Typography | None = None,
    converter: Converter = convert,
) -> Iterator[_Record]:
    """The records that a block prints, numbered where it stands in a draft; its problems go to `places`."""
    name = use.argument
    for kind, printing in printed_by(use.kind):
        records = list(listed(guide, kind))
        # In a folder, what is missing is the record and not a file.
        if not records and not kind.file.endswith("/"):
            _empty(use, places, kind, guide)
        known = list(dict.fromkeys(value_of(r.record, kind.argument) for r in records))
        wanted = printing.prints == "one" or (printing.prints == "group" and name and known)
        if printing.code and wanted and name not in known:
            reason = _reason(guide, kind, name)
            if reason is not None:
                what = f"the {printing.what} `{name}`"
                places.diagnostics.append(left_out(what, guide.active, use.span, reason))
            else:
                _unknown(printing.code, printing.what, use, known, places)
        for one in records:
            own = one.argument if kind.within else value_of(one.record, kind.argument)
            if printing.prints == "all" or own == name or (printing.prints == "group" and not name):
                number = str(one.position) if kind.number == "order" else ""
                if kind.number == "table" and draft is not None:
                    number = draft.tables.get(one.record.id, "")
                title = _title(one.record, kind.title, style, converter)
                yield _Record(one.label, kind.label, title, number)


def _reason(guide: Guide, kind: Kind, name: str = "") -> Span | None:
    """What leaves out a record that a block names; without a name, any of the kind."""
    for one in guide.left_out:
        if one.kind == kind.name and (not name or value_of(one.record, kind.argument) == name):
            return one.span
    return None


def _title(record: Record, field: str, style: Typography | None, converter: Converter) -> str:
    """What references call a record: a title that is Markdown without its marks."""
    title: str = getattr(record, field)
    if not is_markdown(type(record), field):
        return style.text(title) if style else title
    words = converter(title, record.span(field).file).value
    return words.content.words if words else title


def _empty(use: BlockUse, places: Places, kind: Kind, guide: Guide) -> None:
    if (reason := _reason(guide, kind)) is not None:
        what = f"every {kind.what} of {kind.file}"
        places.diagnostics.append(left_out(what, guide.active, use.span, reason))
        return
    message = f"there is nothing to print: the guide has no {kind.file}"
    places.diagnostics.append(error("block-empty", message, use.span))


def _unknown(code: str, what: str, use: BlockUse, known: list[str], places: Places) -> None:
    message = f"no {what} is called `{use.argument}`" if use.argument else f"which {what}?"
    hints = did_you_mean(use.argument, known)
    if not hints and known:
        hints = (f"known: {', '.join(known[:12])}{', …' if len(known) > 12 else ''}",)
    places.diagnostics.append(error(code, message, use.span, hints=hints))


def _note_unprinted(guide: Guide, places: Places) -> None:
    for kind in KINDS.values():
        for one in listed(guide, kind):
            if one.label not in places.chapters:
                places.unprinted[one.label] = f"`/// {block_for(kind, one)}`"
