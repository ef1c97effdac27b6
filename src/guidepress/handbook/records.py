"""Records of the guide in print: what each kind of block gives to its template."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from guidepress.book.model import Block, Book, Chapter, DataTable, Stage
from guidepress.book.printed import Context, records_of, stage_records, stages_of
from guidepress.content import Content
from guidepress.content.walk import elements
from guidepress.handbook.body import prepared
from guidepress.handbook.composer import Composer
from guidepress.handbook.plan import study_plan
from guidepress.handbook.roadmap import Graph, depths, graph
from guidepress.layouts.words import direction
from guidepress.lengths import MM_PER


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block in its chapter; `level` is that of the nearest heading above it."""

    block: Block
    chapter: Chapter
    level: int

    def anchor(self, label: str) -> str:
        """The anchor that a record has here, empty where another place defines it."""
        return self.block.anchors.get(label, "")


def render_block(place: PlacedBlock, composer: Composer) -> Markup:
    """The block, by the layout's template for it (`shared/blocks/BLOCK.html`)."""
    kind = place.block.kind
    context = records_of(place.block, composer.book)
    if context is None:
        return Markup()
    if kind in _ON_PAPER:
        context |= _ON_PAPER[kind](context, composer)

    def html(content: Content) -> Markup:
        return Markup(prepared(content, composer))

    return composer.render(
        f"shared/blocks/{kind}.html",
        anchor=place.anchor,
        html=html,
        heading=min(place.level + 1, 6),
        in_opener=False,
        **context,
    )


# The graph of the roadmap, mm. A node holds a number, a title of three lines, hours and page.
NODE_HEIGHT, ROW_GAP, COLUMN_GAP = 23.0, 13.0, 5.0
# Rows closer than this leave the lines between them no room.
LEAST_GAP = 6.0
# Above this width of the page nodes stand as far apart as they should, mm.
ROOMY = 150.0
# Narrower nodes would break words of a title; then the stages stand in a list instead.
# In ems of the nodes' type.
NARROWEST = 9.0
# The small graph of a chapter opener, mm.
MINI_WIDTH, MINI_ROW, MINI_GAP = 40.0, 3.2, 3.2


def stage_context(stage: Stage, composer: Composer) -> Context:
    """A stage, with the stages it needs and a small picture of where it stands."""
    context = stage_records(stage, composer.book)
    return context | _stage(context, composer)


def _stage(context: Context, composer: Composer) -> Context:
    stages = stages_of(composer.book)
    small = graph(stages, width=MINI_WIDTH, node_height=MINI_ROW, row_gap=MINI_GAP, column_gap=2)
    small = _turned(small, composer)
    stage = context["stage"]
    url = composer.drawing("shared/graphics/mini-roadmap.svg", graph=small, stage=stage)
    return {"mini": small, "mini_url": url}


def _drawing(stages: Sequence[Stage], composer: Composer) -> Graph:
    """The graph of the roadmap, its rows closer together where the page is low."""
    page = composer.geometry
    rows = max(depths(stages).values(), default=0) + 1
    room = page.height - page.top - page.bottom - rows * NODE_HEIGHT
    gap = max(LEAST_GAP, min(ROW_GAP, room / max(rows - 1, 1)))
    between = COLUMN_GAP if page.wide > ROOMY else COLUMN_GAP / 2
    drawing = graph(
        stages, width=page.wide, node_height=NODE_HEIGHT, row_gap=gap, column_gap=between
    )
    return _turned(drawing, composer)


def _turned(drawing: Graph, composer: Composer) -> Graph:
    """The graph as the book is read: its first stage on the side where lines begin."""
    return drawing.mirrored() if direction(composer.book.language) == "rtl" else drawing


def _drawable(drawing: Graph, composer: Composer) -> bool:
    """Whether a graph fits on one page of the layout, with text that fits into its nodes."""
    page = composer.geometry
    room = page.height - page.top - page.bottom
    narrowest = NARROWEST * page.type.table[0] * MM_PER["pt"]
    return drawing.node_width >= narrowest and drawing.height <= room + 0.1


def _roadmap(context: Context, composer: Composer) -> Context:
    stages = context["roadmap"].stages
    drawing = _drawing(stages, composer)
    drawable = _drawable(drawing, composer)
    return {
        "graph": drawing if drawable else None,
        "lines_url": (
            composer.drawing("shared/graphics/roadmap.svg", graph=drawing) if drawable else ""
        ),
        "unplaced": [one | _stage(one, composer) for one in context["unplaced"]],
        "plan": study_plan(stages, composer.settings.week_hours),
    }


def _data(context: Context, composer: Composer) -> Context:
    return {"bars": range_bars(context["table"])}


def _glossary(context: Context, composer: Composer) -> Context:
    return {"uses": term_uses(composer.book)}


# What paper adds to the records of a kind of block.
_ON_PAPER: Mapping[str, Callable[[Context, Composer], Context]] = {
    "roadmap": _roadmap,
    "stage": _stage,
    "data": _data,
    "glossary": _glossary,
}


@dataclass(frozen=True, slots=True)
class Bar:
    """An amount or a range on the scale of its table: start and length in per cent of the largest."""

    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a table, one a row, and the number of the column that they stand behind, from 0."""

    column: int
    rows: tuple[Bar | None, ...]


def range_bars(table: DataTable) -> Bars | None:
    """Bars from nought to an amount, or from the lowest to the highest of several in one unit.

    Only columns that share the first amount's unit count: a bar compares rows, and dollars and
    rupees have no common scale. There are none where nothing can be compared.
    """
    amounts = [i for i, column in enumerate(table.columns) if column.kind == "money"]
    if not amounts:
        return None
    unit = table.columns[amounts[0]].unit
    columns = [i for i in amounts if table.columns[i].unit == unit]
    rows = [[v for i in columns if (v := row[i]) is not None] for row in table.values]
    top = max((max(row) for row in rows if row), default=0.0)
    if top <= 0 or any(value < 0 for row in rows for value in row):
        return None
    return Bars(columns[-1], tuple(_bar(row, top) if row else None for row in rows))


def _bar(amounts: list[float], top: float) -> Bar:
    low = min(amounts) if len(amounts) > 1 else 0.0
    return Bar(100 * low / top, max(1.0, 100 * (max(amounts) - low) / top))


def term_uses(book: Book) -> dict[str, tuple[str, ...]]:
    """The anchors at which the chapters use each term of the glossary, in the order of the book."""
    found: dict[str, list[str]] = {}
    for chapter in book.chapters():
        for anchor, term in term_anchors(chapter):
            found.setdefault(term, []).append(anchor)
    return {term: tuple(anchors) for term, anchors in found.items()}


def term_anchors(chapter: Chapter) -> Iterator[tuple[str, str]]:
    """Each use of a term in a chapter's text: the anchor it has or gets, and the term's id."""
    count = 0
    for element in elements(chapter.body.nodes):
        if term := element.attributes.get("data-term"):
            count += 1
            yield element.id or f"{chapter.id}--term-{count}", term
