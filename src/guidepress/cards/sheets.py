"""Impose: paint every side, set on a page of its own, at its place on a sheet."""

from __future__ import annotations

import io
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from guidepress.cards.composer import short_title
from guidepress.cards.divisions import Division, runs
from guidepress.cards.fitting import SetSide
from guidepress.cards.format import Format
from guidepress.cards.imposition import (
    Flip,
    Imposition,
    Line,
    Position,
    fold_line,
    folding,
    ticks,
)
from guidepress.cards.structure import Structure
from guidepress.lengths import PT_PER_MM
from guidepress.pdf import Metadata, Placement, link, paginate, trees
from guidepress.pdf.saving import saved
from guidepress.pdf.space import Matrix
from guidepress.pdf.workers import Workers

# Thin enough to cut along, pt; a white edge keeps it visible on colour that bleeds.
_TICK_WIDTH, _TICK_EDGE = 0.25, 1.25
# Outlines of more cards than this are closed at first.
_OPEN_OUTLINE = 60

_DUPLEX = {
    "long-edge": Name.DuplexFlipLongEdge,
    "short-edge": Name.DuplexFlipShortEdge,
    "fold": Name.Simplex,
}


@dataclass(frozen=True, slots=True)
class SetCard:
    """Both sides of a card, set."""

    front: SetSide
    back: SetSide


def sheets(
    cards: Sequence[SetCard],
    imposition: Imposition,
    form: Format,
    metadata: Metadata,
    words: Mapping[str, str],
    fonts: MutableMapping[str, bytes] | None = None,
    workers: Workers | None = None,
) -> bytes:
    """The PDF of the sheets. `imposition` has the places of the cards, in their order.

    `fonts` keeps finished fonts between builds; `workers` make those that it lacks.
    """
    fragments = {
        side.fragment.name: side.fragment for card in cards for side in (card.front, card.back)
    }
    placements = [Placement(f, numbering="none", recto=False) for f in fragments.values()]
    page_map = paginate(placements)
    linked = link(placements, page_map, metadata, fonts=fonts, workers=workers)
    numbers = {name: index for index, name in enumerate(fragments)}
    with pikepdf.open(io.BytesIO(linked.pdf)) as pdf:
        work = _Sheets(pdf, form, imposition, numbers, page_map.starts)
        work.place(cards, words)
        work.finish(cards)
        return saved(pdf)


def print_preferences(flip: Flip) -> Dictionary:
    """What the print dialogue is to start with."""
    return Dictionary(
        DisplayDocTitle=True,
        Duplex=_DUPLEX[flip],
        # A printer that makes the sheet fit its margins moves every card.
        PrintScaling=Name("/None"),
        PickTrayByPDFSize=True,
    )


def tick_lines(form: Format) -> tuple[tuple[Line, ...], Line | None]:
    """The ticks of a page with fronts, and the line to fold along, if there is one."""
    if form.flip != "fold":
        return (ticks(form.grid, form.bleed) if form.ticks else ()), None
    marks = ticks(folding(form.grid), form.bleed) if form.ticks else ()
    return marks, fold_line(form.grid)


@dataclass(slots=True)
class _Sheets:
    pdf: Pdf
    form: Format
    imposition: Imposition
    numbers: Mapping[str, int]
    starts: Sequence[int]
    structure: Structure = field(init=False)
    # The pages that sides were set on, and those of the sheets.
    sources: list[Object] = field(init=False)
    pages: list[Object] = field(init=False)
    painted: list[list[tuple[str, Matrix]]] = field(init=False)

    def __post_init__(self) -> None:
        self.structure = Structure(self.pdf)
        self.sources = [page.obj for page in self.pdf.pages]
        count = self.imposition.pages
        self.pages = [self.pdf.make_indirect(self.page()) for _ in range(count)]
        self.painted = [[] for _ in range(count)]

    def page(self) -> Dictionary:
        sheet, grid = self.form.grid.sheet, self.form.grid
        page = Dictionary(
            Type=Name.Page,
            MediaBox=_box(0, 0, sheet.width, sheet.height),
            Resources=Dictionary(XObject=Dictionary()),
        )
        if self.form.single:
            x, y = grid.origin.x, grid.origin.y
            page.TrimBox = _box(x, y, x + grid.card.width, y + grid.card.height)
            page.BleedBox = _box(0, 0, sheet.width, sheet.height)
        return page

    def place(self, cards: Sequence[SetCard], words: Mapping[str, str]) -> None:
        """Make a form of every side, and tag it, in the order of the cards."""
        elements = self.structure.elements()
        starts = {start: division for division, start, _ in runs(_divisions(cards))}
        for index, (card, placed) in enumerate(zip(cards, self.imposition.cards, strict=True)):
            if index in starts:
                self.structure.part(_title(starts[index]))
            sides = []
            for side, position in ((card.front, placed.front), (card.back, placed.back)):
                element = elements[self.numbers[side.fragment.name]][side.element]
                self.paint(side, position, element)
                sides.append((words["question" if side is card.front else "answer"], element))
            self.structure.card(_card_title(card), sides)

    def paint(self, side: SetSide, position: Position, element: Object) -> None:
        source = self.sources[self.starts[self.numbers[side.fragment.name]] + side.page]
        form = _form(self.pdf, source)
        page = self.pages[position.page]
        matrix = self.matrix(position)
        name = f"/{side.text.key}"
        page.Resources.XObject[name] = form
        self.painted[position.page].append((name, matrix))
        self.structure.move(element, page, form, matrix)

    def matrix(self, position: Position) -> Matrix:
        """From the page of a side, with its bleed, to its place on the sheet."""
        size, bleed = self.form.page, self.form.bleed
        left = position.corner.x - bleed.x
        bottom = self.form.grid.sheet.height - position.corner.y + bleed.y - size.height
        if position.turned:
            return (-1, 0, 0, -1, _pt(left + size.width), _pt(bottom + size.height))
        return (1, 0, 0, 1, _pt(left), _pt(bottom))

    def finish(self, cards: Sequence[SetCard]) -> None:
        """Write the sheets, and a catalogue that speaks of them."""
        pdf, root = self.pdf, self.pdf.Root
        del pdf.pages[:]
        marks, fold = tick_lines(self.form)
        fronts = {placed.front.page for placed in self.imposition.cards}
        for index, (page, painted) in enumerate(zip(self.pages, self.painted, strict=True)):
            drawn = self.drawn(marks, fold) if index in fronts else b""
            forms = b"".join(b"q %s cm %s Do Q\n" % (_numbers(m), n.encode()) for n, m in painted)
            page.Contents = pdf.make_stream(forms + drawn)
            pdf.pages.append(pikepdf.Page(page))
        for resources in {id(s): s.Resources for s in self.sources}.values():
            self.structure.drop_stale_forms(resources)
        self.structure.finish()
        for key in ("/Names", "/Outlines"):
            if key in root:
                del root[key]
        root.Outlines = self.outline(cards)
        root.PageMode = Name.UseOutlines
        root.PageLabels = Dictionary(Nums=Array(list(self.labels())))
        root.ViewerPreferences = print_preferences(self.form.flip)

    def outline(self, cards: Sequence[SetCard]) -> Object | None:
        """Divisions, and their cards below them."""
        closed = len(cards) > _OPEN_OUTLINE
        entries = []
        for division, start, count in runs(_divisions(cards)):
            entries.append(trees.Entry(1, _title(division), self.target(start), closed))
            for index in range(start, start + count):
                title = _outline_title(cards[index])
                entries.append(trees.Entry(2, title, self.target(index), False))
        return trees.outline(self.pdf, entries)

    def target(self, index: int) -> Object:
        """Where the front of a card begins."""
        front = self.imposition.cards[index].front
        top = self.form.grid.sheet.height - front.corner.y
        return Array([self.pages[front.page], Name.XYZ, _pt(front.corner.x), _pt(top), 0])

    def labels(self) -> list[int | Object]:
        """Leaves are counted as in old books: `1r` is the recto of the first sheet, `1v` its verso."""
        labels: list[int | Object] = []
        sides = "r" if self.form.flip == "fold" else "rv"
        for index in range(self.imposition.pages):
            text = f"{index // len(sides) + 1}{sides[index % len(sides)]}"
            labels += [index, Dictionary(P=String(text))]
        return labels

    def drawn(self, marks: Sequence[Line], fold: Line | None) -> bytes:
        """The ticks and the fold, which are no part of the text."""
        if not marks and fold is None:
            return b""
        lines = b"".join(self.line(mark) for mark in marks)
        parts = [b"/Artifact <</Type /Layout>> BDC q 0 J\n"]
        if marks:
            parts.append(b"1 1 1 RG %.2f w\n%sS\n" % (_TICK_EDGE, lines))
            parts.append(b"0 0 0 RG %.2f w\n%sS\n" % (_TICK_WIDTH, lines))
        if fold is not None:
            parts.append(b"0.6 0.6 0.6 RG %.2f w [2 3] 0 d\n%sS\n" % (_TICK_WIDTH, self.line(fold)))
        return b"".join([*parts, b"Q EMC\n"])

    def line(self, mark: Line) -> bytes:
        height = self.form.grid.sheet.height
        ends = (mark.start, mark.end)
        start, end = ((_pt(point.x), _pt(height - point.y)) for point in ends)
        return b"%s m %s l\n" % (_numbers(start), _numbers(end))


def _form(pdf: Pdf, page: Object) -> Object:
    """A form of the content of a page: the very stream, where there is only one."""
    contents = page.Contents
    if isinstance(contents, pikepdf.Array):
        contents = pdf.make_stream(b"\n".join(part.read_bytes() for part in contents))
    contents.Type = Name.XObject
    contents.Subtype = Name.Form
    contents.BBox = page.MediaBox
    contents.Resources = page.Resources
    contents.StructParents = page.StructParents
    return contents


def _divisions(cards: Sequence[SetCard]) -> list[Division]:
    return [card.front.text.heading for card in cards]


def _title(division: Division) -> str:
    return f"{division.letter}  {division.title}".strip()


def _card_title(card: SetCard) -> str:
    return f"{card.front.text.number}: {card.front.text.card.id}"


def _outline_title(card: SetCard) -> str:
    text = card.front.text
    title = short_title(text.card)
    return title if text.listed else f"{text.number}  {title}"


def _pt(millimetres: float) -> float:
    return round(millimetres * PT_PER_MM, 3)


def _box(left: float, bottom: float, right: float, top: float) -> Array:
    return Array([_pt(edge) for edge in (left, bottom, right, top)])


def _numbers(values: Sequence[float]) -> bytes:
    return " ".join(
        f"{value:g}" if value == int(value) else f"{value:.3f}" for value in values
    ).encode()
