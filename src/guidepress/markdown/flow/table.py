"""Tables with pipes, as GitHub reads them."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from guidepress.diagnostics import Diagnostic, Severity, Span, error, warning
from guidepress.markdown import attributes, formula
from guidepress.markdown.flow.frame import Flow, Leaf, Proceed, Rule, Started
from guidepress.markdown.flow.paragraph import open_paragraph
from guidepress.markdown.origin import Origin

_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
# Short rows are filled up to the width of the head; without a limit, 10 KB of pipes make gigabytes.
MAX_COLUMNS = 100
MAX_CELLS = 50_000
# A figure and its unit, as each cell of a column may have it; from so many rows on the head can say it for all.
_WITH_UNIT = re.compile(
    r"[~≈<>≤≥+−-]?[ \t]*\d[\d.,–\u202f-]*(?<=\d)[ \t\u00a0\u202f]*(?P<unit>[^\d\s.,–-][^\d|]{0,11})"
)
UNIT_ROWS = 3

Cell = tuple[str, int]


class Table(Leaf):
    """Rows up to an empty line or another block."""

    kind = "table"

    def __init__(self, element: Element, alignments: list[str]) -> None:
        super().__init__(element)
        self.alignments = alignments
        self.body: Element | None = None
        self.cells = 0
        # The places of the head's cells, and the unit that all cells of each column have so far, if any.
        self.heads: list[Span] = []
        self.units: list[str | None] = []
        self.rows = 0

    def proceed(self, flow: Flow) -> Proceed:
        """Anything but an empty line; other blocks interrupt."""
        return Proceed.STOP if flow.cursor.blank else Proceed.GO

    def row(self, cells: list[Cell], tag: str, origin: Origin, flow: Flow) -> Element:
        """A row with as many cells as the head has; an empty one where the table has too many."""
        self.cells += len(self.alignments)
        if self.cells > MAX_CELLS:
            if self.cells - len(self.alignments) <= MAX_CELLS:
                flow.report(cells_problem(Span(origin.file, *origin.starts[0])))
            return Element("tr")
        self._check(cells, origin, flow)
        self._note(cells, tag, origin)
        row = Element("tr", {"data-line": str(origin.line)})
        for at, alignment in enumerate(self.alignments):
            text, column = cells[at] if at < len(cells) else ("", 0)
            cell = SubElement(row, tag)
            if alignment:
                cell.set("align", alignment)
            if text:
                place = Origin(origin.file, ((origin.line, origin.starts[0][1] + column),))
                cell.text = attributes.take_end(cell, text, place, flow.state)
                flow.state.origins[cell] = place
        return row

    def close(self, flow: Flow) -> None:
        """Propose to say a unit once that each cell of a column repeats."""
        if self.rows < UNIT_ROWS:
            return
        for place, unit in zip(self.heads, self.units, strict=True):
            if unit:
                message = f"each figure in this column has its unit, “{unit}”"
                hints = (f"say it once, in the head: `…, {unit}`",)
                flow.report(
                    Diagnostic("table-unit-repeated", Severity.NOTE, message, place, hints=hints)
                )

    def _note(self, cells: list[Cell], tag: str, origin: Origin) -> None:
        """Note the units of a row."""
        line, column = origin.starts[0]
        if tag == "th":
            self.heads = [
                Span(origin.file, line, column + at, max(len(text), 1)) for text, at in cells
            ]
            return
        found = [_WITH_UNIT.fullmatch(text) for text, _ in cells[: len(self.heads)]]
        units = [match["unit"].rstrip() if match else None for match in found]
        units += [None] * (len(self.heads) - len(units))
        if self.rows:
            both = zip(self.units, units, strict=True)
            units = [one if one == other else None for one, other in both]
        self.units = units
        self.rows += 1

    def _check(self, cells: list[Cell], origin: Origin, flow: Flow) -> None:
        """Tell of cells that no column is left for: GitHub drops them without a word."""
        width = len(self.alignments)
        if any(text for text, _ in cells[width:]):
            line, column = origin.starts[0]
            flow.report(
                warning(
                    "table-row-long",
                    f"this row has {len(cells)} cells and the table {width} columns; the rest is left out",
                    Span(flow.file, line, column + cells[width][1]),
                    hints=("a `|` that is text is written `\\|`",),
                )
            )


def cells_problem(span: Span) -> Diagnostic:
    """The error for a table with too many cells, at the first row that is too much: `table-too-large`."""
    message = f"the table has more than {MAX_CELLS:,} cells; divide it"
    return error("table-too-large", message, span)


class TableRule(Rule):
    """A row of dashes below a row of as many cells."""

    characters = "|:-"

    def start(self, flow: Flow) -> Started:
        """The last line of the open paragraph as a table's head."""
        cursor, paragraph = flow.cursor, open_paragraph(flow)
        if paragraph is None or not _DELIMITERS.match(cursor.line, cursor.next):
            return Started.NOTHING
        line = cursor.line[cursor.next :]
        head = paragraph.lines[-1].rstrip(" \t")
        if "|" not in head or ("|" not in line and ":" not in line):
            return Started.NOTHING
        if line.startswith(("- ", "-\t")):
            # An item of a list, for GitHub too.
            return Started.NOTHING
        delimiters, cells = split(line), split(head)
        if len(delimiters) != len(cells) or len(cells) > MAX_COLUMNS:
            return Started.NOTHING
        start = paragraph.starts[-1]
        del paragraph.lines[-1], paragraph.starts[-1]
        if paragraph.lines:
            flow.close_from(flow.matched - 1)
        else:
            flow.drop(paragraph)
        table = Table(Element("table"), [_alignment(text) for text, _ in delimiters])
        flow.enter(table)
        table.element.set("data-line", str(start[0]))
        flow.state.spans[table.element] = Span(flow.file, *start)
        section = SubElement(table.element, "thead")
        section.append(table.row(cells, "th", Origin(flow.file, (start,)), flow))
        return Started.LEAF


class TableRowRule(Rule):
    """A further row of the open table; asked last, so that other blocks come first."""

    def start(self, flow: Flow) -> Started:
        """Add the line as a row."""
        table, cursor = flow.container, flow.cursor
        if not isinstance(table, Table):
            return Started.NOTHING
        if table.body is None:
            table.body = SubElement(table.element, "tbody")
        origin = Origin(flow.file, (cursor.place(cursor.next),))
        text = cursor.line[cursor.next :].rstrip(" \t")
        table.body.append(table.row(split(text), "td", origin, flow))
        return Started.LEAF


def split(line: str) -> list[Cell]:
    r"""The cells of a row with their offsets; `\|` is a pipe in a cell, in code too. In a formula it is TeX's."""
    line = line.rstrip(" \t")
    cells: list[Cell] = []
    start = at = 1 if line.startswith("|") else 0
    # The cell so far, its escaped pipes made plain.
    text = ""

    def close(end: int) -> None:
        blank = len(line[start:end]) - len(line[start:end].lstrip(" \t"))
        cells.append((text.strip(" \t"), start + blank))

    while at < len(line):
        following = at + 1
        if line[at] == "\\":
            ends = formula.end(line, at) if line[at : at + 2] in formula.ENDS else -1
            following = ends if ends > 0 else at + 2
        piece = line[at:following]
        if piece == "|":
            close(at)
            start, text = following, ""
        else:
            text += "|" if piece == "\\|" else piece
        at = following
    if start < len(line) or not cells:
        close(len(line))
    return cells


def _alignment(delimiter: str) -> str:
    left, right = delimiter.startswith(":"), delimiter.endswith(":")
    if left and right:
        return "center"
    return "left" if left else "right" if right else ""
