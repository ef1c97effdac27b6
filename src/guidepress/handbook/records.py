"""Records of the guide in print: what each kind of block hands to its template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from guidepress.book.model import Block, BlockKind, Chapter, DataTable, Stage
from guidepress.handbook.body import prepared
from guidepress.handbook.composer import Composer
from guidepress.handbook.roadmap import roadmap_rows

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A block in its chapter; `level` is that of the nearest heading above it."""

    block: Block
    chapter: Chapter
    level: int

    def anchor(self, label: str) -> str:
        """The anchor that a record has here, empty where another place defines it."""
        return self.block.anchors.get(label, "")


def render_block(place: Place, composer: Composer) -> Markup:
    """The block, by the layout's template for its kind (`shared/blocks/KIND.html`)."""
    kind = place.block.kind
    context = _CONTEXTS[kind](place, composer)
    if context is None:
        return Markup()

    def html(text: str) -> Markup:
        return Markup(prepared(text, composer))

    return composer.render(
        f"shared/blocks/{kind}.html",
        anchor=place.anchor,
        html=html,
        heading=min(place.level + 1, 6),
        in_opener=False,
        **context,
    )


def stage_context(stage: Stage, composer: Composer) -> Context:
    """A stage, with the stages it needs and a small picture of where it stands."""
    roadmap = composer.book.roadmap
    stages = roadmap.stages if roadmap else ()
    by_id = {s.id: s for s in stages}
    return {
        "stage": stage,
        "needs": [by_id[name] for name in stage.needs if name in by_id],
        "rows": roadmap_rows(stages),
    }


def stage_named(name: str, composer: Composer) -> Stage | None:
    """The stage with this id."""
    stages = composer.book.roadmap.stages if composer.book.roadmap else ()
    return next((stage for stage in stages if stage.id == name), None)


def _roadmap(place: Place, composer: Composer) -> Context | None:
    roadmap = composer.book.roadmap
    if roadmap is None:
        return None
    return {
        "roadmap": roadmap,
        "rows": roadmap_rows(roadmap.stages),
        "hours": sum(stage.hours for stage in roadmap.stages),
    }


def _stage(place: Place, composer: Composer) -> Context | None:
    stage = stage_named(place.block.argument, composer)
    return stage_context(stage, composer) if stage else None


def _skills(place: Place, composer: Composer) -> Context | None:
    kind = place.block.argument
    stages = composer.book.roadmap.stages if composer.book.roadmap else ()
    return {
        "skills": [s for s in composer.book.skills if not kind or s.kind == kind],
        "stages": {stage.id: stage for stage in stages},
    }


def _data(place: Place, composer: Composer) -> Context | None:
    tables = composer.book.tables
    table = next((t for t in tables if t.id == place.block.argument), None)
    return {"table": table, "bars": range_bars(table)} if table else None


def _profiles(place: Place, composer: Composer) -> Context | None:
    sets = composer.book.profiles
    found = next((p for p in sets if p.id == place.block.argument), None)
    return {"profiles": found} if found else None


def _faq(place: Place, composer: Composer) -> Context | None:
    return {"questions": composer.book.questions}


def _glossary(place: Place, composer: Composer) -> Context | None:
    return {"terms": composer.book.terms, "by_id": {t.id: t for t in composer.book.terms}}


_CONTEXTS: Mapping[BlockKind, Callable[[Place, Composer], Context | None]] = {
    "roadmap": _roadmap,
    "stage": _stage,
    "skills": _skills,
    "data": _data,
    "profiles": _profiles,
    "faq": _faq,
    "glossary": _glossary,
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A range on the scale of its table: start and length in per cent of the widest value."""

    start: float
    length: float


def range_bars(table: DataTable) -> tuple[Bar | None, ...]:
    """A bar a row, from the lowest to the highest amount in one unit; none where rows have no two amounts.

    Only columns that share the first amount's unit count: a bar compares rows, and dollars and
    rupees have no common scale.
    """
    amounts = [i for i, column in enumerate(table.columns) if column.kind in ("number", "money")]
    if not amounts:
        return ()
    unit = table.columns[amounts[0]].unit
    columns = [i for i in amounts if table.columns[i].unit == unit]
    rows = [[v for i in columns if (v := row[i]) is not None] for row in table.values]
    top = max((max(row) for row in rows if row), default=0.0)
    if top <= 0 or len(columns) < 2 or any(value < 0 for row in rows for value in row):
        return ()
    return tuple(
        Bar(100 * min(row) / top, max(1.0, 100 * (max(row) - min(row)) / top)) if row else None
        for row in rows
    )
