"""Where chapters print records: each record's label is defined at its first, fullest place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from guidepress.book.draft import ChapterDraft, define
from guidepress.book.model import Block
from guidepress.content.typography import Typography
from guidepress.diagnostics import Diagnostic, did_you_mean, error
from guidepress.markdown import BlockUse, convert
from guidepress.model import Guide, Record
from guidepress.model.base import is_markdown
from guidepress.model.kinds import KINDS, block_for, listed, printed_by, value_of


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


def place_records(guide: Guide, drafts: list[ChapterDraft], style: Typography) -> Places:
    """Turn the block uses of all drafts into blocks, and define the labels of the records they print.

    `style` sets the marks of their titles.

    Problems: `stage-unknown`, `data-unknown`, `profiles-unknown`, `skills-unknown`, `block-empty`.
    """
    places = Places()
    anchors: dict[tuple[str, int], dict[str, str]] = {}
    uses = [(d, i, use) for d in drafts for i, use in enumerate(d.document.blocks)]
    # A stage's own block defines it, wherever the overview stands.
    for draft, position, use in sorted(uses, key=lambda u: u[2].kind == "roadmap"):
        own = anchors[draft.id, position] = {}
        if any(kind.name in guide.unread for kind, _ in printed_by(use.kind)):
            continue
        for record in _printed(guide, draft, use, places, style):
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
    guide: Guide, draft: ChapterDraft, use: BlockUse, places: Places, style: Typography
) -> Iterator[_Record]:
    """The records that a block prints; its problems go to `places`."""
    name = use.argument
    for kind, printing in printed_by(use.kind):
        records = list(listed(guide, kind))
        # In a folder, what is missing is the record and not a file.
        if not records and not kind.file.endswith("/"):
            _empty(use, places, kind.file)
        known = list(dict.fromkeys(value_of(r.record, kind.argument) for r in records))
        wanted = printing.prints == "one" or (printing.prints == "group" and name and known)
        if printing.code and wanted and name not in known:
            _unknown(printing.code, printing.what, use, known, places)
        for one in records:
            own = one.argument if kind.within else value_of(one.record, kind.argument)
            if printing.prints == "all" or own == name or (printing.prints == "group" and not name):
                number = str(one.position) if kind.number == "order" else ""
                if kind.number == "table":
                    number = draft.tables.get(one.record.id, "")
                title = _title(one.record, kind.title, style)
                yield _Record(one.label, kind.label, title, number)


def _title(record: Record, field: str, style: Typography) -> str:
    """What references call a record: a title that is Markdown without its marks."""
    title: str = getattr(record, field)
    if not is_markdown(type(record), field):
        return style.text(title)
    words = convert(title, record.span(field).file).value
    return style.content(words.content).words if words else title


def _empty(use: BlockUse, places: Places, file: str) -> None:
    message = f"there is nothing to print: the guide has no {file}"
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
