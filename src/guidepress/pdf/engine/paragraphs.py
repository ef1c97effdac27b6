"""Justified paragraphs broken as a whole, and set so; headings balanced, and what a style sheet asks for.

WeasyPrint 70 fills line by line. Here a paragraph is read once into boxes, words and the places where lines may end
(`reading`), the breaks are chosen together (`fitting`), and each line is made when the engine asks for it: page
breaks, footnotes, floats and heights are its own. What a paragraph holds beyond text, elements and pictures is left
to the engine, and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.matrix import Matrix

from guidepress.pdf.engine.fitting import Extent, Kind, Measure, balance, fit, is_flawed
from guidepress.pdf.engine.hyphenation import Hyphenation
from guidepress.pdf.engine.reading import (
    CLOSE,
    LETTER_FIT,
    OPEN,
    SHRINK,
    STRETCH,
    TEXT,
    Hyphens,
    Place,
    Reader,
    Text,
    Unfit,
    end_space,
    start_space,
)
from guidepress.pdf.engine.shaping import Styles

# Lines that were set here ("fitted", "balanced"), and those of justified text that were not, by the reason. Since the
# process began; the bench reads it.
COUNTS: Counter[str] = Counter()

# One attempt after another to set a paragraph: how far lines may be stretched, as times of what is fair; how words are
# hyphenated; whether code is broken where it has no spaces.
_ATTEMPTS = (
    (1.0, Hyphens.NONE, False),
    (1.8, Hyphens.FAIR, False),
    (2.4, Hyphens.FAIR, True),
    (2.4, Hyphens.ANY, True),
    (1e9, Hyphens.ANY, True),
)
_UNBROKEN = ((0.0, Hyphens.NONE, False),)
# Letters of lines that are too loose anyway are stretched that far.
_MOST_FIT = 0.03
# A space is widened by no more than so many times its width: above code that no break divides a line stays short.
_WIDEST = 1.0
# A last line that is shorter than that many spaces is a single short word.
_SHORT = 12
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# Where the arguments of `split_inline_box` are, behind context and box.
_X, _MAX_X, _SKIP, _CONTAINING_BLOCK = 0, 1, 3, 4
# Places in a heading where lines may end: how its lines are balanced takes time that grows with their square.
_LONGEST_HEADING = 100
_TOO_WIDE = "a word that is wider than its line"
_ROUNDING = 3
# Lines are said to be that much narrower, lest they seem too wide for their place; pixels.
_HAIR = 0.001

# The event and the letter in it where a line starts, the room of that line, and of those after it.
_Start = tuple[int, int, float, float]


class Paragraphs:
    """Sets the paragraphs of one document."""

    def __init__(self, styles: Styles, hyphenation: Hyphenation) -> None:
        self._styles = styles
        self._hyphenation = hyphenation
        # By the identity of a line box, which is kept.
        self._known: dict[int, tuple[Any, _Paragraph | None, str]] = {}
        self._current: Any = None

    def splitting(self, split_inline_box: Callable[..., Any]) -> Callable[..., Any]:
        """WeasyPrint's function, with the lines of paragraphs that are set here."""

        def split(context: Any, box: Any, *rest: Any) -> Any:
            if not isinstance(box, boxes.LineBox):
                return split_inline_box(context, box, *rest)
            way = way_of(box)
            if not way:
                return split_inline_box(context, box, *rest)
            line = self._line(context, box, way, rest)
            if isinstance(line, str):
                COUNTS[line] += 1
                return split_inline_box(context, box, *rest)
            COUNTS[way] += 1
            return line

        return split

    def _line(self, context: Any, box: Any, way: str, rest: tuple[Any, ...]) -> Any:
        """What the engine's function returns; the reason where it has to be asked."""
        x, max_x, skip = rest[_X], rest[_MAX_X], rest[_SKIP]
        if rest[-1] or (rest[-2] and skip is None):
            return "style of a first line or letter"
        paragraph = self._paragraph(context, box, rest[_CONTAINING_BLOCK], skip is None)
        if isinstance(paragraph, str):
            return paragraph
        room = max_x - x
        rooms = room, room + (box.text_indent if skip is None else 0)
        try:
            return paragraph.line(x, rooms, skip, way)
        except Unfit as reason:
            return str(reason)

    def _paragraph(
        self, context: Any, box: Any, containing_block: Any, first: bool
    ) -> _Paragraph | str:
        known = self._known.get(id(box))
        if known is not None:
            paragraph, reason = known[1:]
            if paragraph is None:
                return reason
            if (box is self._current and not first) or paragraph.is_of(box, containing_block):
                self._current = box
                return paragraph
        reader = Reader(context, self._styles, self._hyphenation)
        try:
            text = reader.read(box, containing_block)
        except Unfit as problem:
            self._known[id(box)] = box, None, str(problem)
            return str(problem)
        paragraph = _Paragraph(box, text, reader)
        # A page may begin in the midst of it (`beginnings`).
        box.ends = paragraph.ends
        paragraph.ends.update(box.__dict__.get("known_ends", ()))
        self._known[id(box)] = box, paragraph, ""
        self._current = box
        return paragraph

    def aligning(self, text_align: Callable[..., float]) -> Callable[..., float]:
        """WeasyPrint's function, but for lines that have their spaces already."""

        def align(context: Any, line: Any, available_width: float, last: bool) -> float:
            if "fitted" in line.__dict__:
                # As `leftwards` has it of the other lines.
                return line.text_indent if line.style["direction"] == "rtl" else 0.0
            return text_align(context, line, available_width, last)

        return align


def scaling(draw_first_line: Callable[..., Any]) -> Callable[..., Any]:
    """WeasyPrint's function that paints a line of text, with letters that are a little wider or narrower."""

    def draw(stream: Any, textbox: Any, overflow: str, ellipsis: str, matrix: Any) -> Any:
        scale = textbox.__dict__.get("letter_scale")
        if ellipsis != "none":
            # A line that is cut off has its own spaces; those of the whole line would be put into the ellipsis.
            layout = textbox.pango_layout
            layout.setup(textbox.style)
            layout.set_text(layout.text)
        elif scale is not None:
            a, b, c, d, e, f = matrix.values
            matrix = Matrix(a * scale, b * scale, c, d, e, f)
        return draw_first_line(stream, textbox, overflow, ellipsis, matrix)

    return draw


def way_of(box: Any) -> str:
    """How the lines of a paragraph are set here; "" where they are not."""
    style = box.style
    if style["white_space"] not in ("normal", "pre-line"):
        return ""
    if style["text_align_all"] == "justify":
        return "fitted"
    return "balanced" if box.element_tag in _HEADINGS or _is_balanced(style) else ""


def _is_balanced(style: Any) -> bool:
    """Whether a style sheet asks for it: `--text-wrap: balance`, since WeasyPrint 70 knows no `text-wrap`."""
    return any(token.type == "ident" and token.value == "balance" for token in style["__text_wrap"])


@dataclass(slots=True)
class _Paragraph:
    """A paragraph that was read, with the lines that were chosen so far."""

    box: Any
    text: Text
    reader: Reader
    # Where the line that starts at a place ends.
    ends: dict[_Start, Place] = field(default_factory=dict)
    # What stands before a place where a line may start.
    origins: dict[tuple[int, int], Extent] = field(default_factory=dict)
    # A width that it cannot be set in.
    too_narrow: float = 0.0

    def is_of(self, box: Any, containing_block: Any) -> bool:
        """Whether it is still what the box holds; texts change where they count pages."""
        return self.text.width == containing_block.width and self.text.is_in(box)

    def line(self, x: float, rooms: tuple[float, float], skip: Any, way: str) -> Any:
        """The line that starts at a place in the box, as `split_inline_box` returns it."""
        at = self.text.located(skip)
        start = (*at, round(rooms[0], _ROUNDING), round(rooms[1], _ROUNDING))
        end = self.ends.get(start)
        if end is None:
            self._choose(at, rooms, way)
            end = self.ends[start]
        line = _Line(self, at, end, way).made(x, rooms[0])
        resume = None if end.kind == Kind.END else self.text.resumed(end.go)
        forced = end.kind == Kind.FORCED
        return line, resume, forced, None, None, {"left": 0, "right": 0}

    def _choose(self, at: tuple[int, int], rooms: tuple[float, float], way: str) -> None:
        measure = Measure(*rooms, _SHORT * self.text.space)
        if self.too_narrow and measure.width <= self.too_narrow:
            raise Unfit(_TOO_WIDE)
        for place in self._chosen(at, self._origin(at), measure, way):
            start = (*at, round(rooms[0], _ROUNDING), round(rooms[1], _ROUNDING))
            self.ends[start] = place
            at, rooms = place.go, (rooms[1], rooms[1])
        self.text.forget_places()

    def _origin(self, at: tuple[int, int]) -> Extent:
        """What stands before a place, also where the engine ended the line before it."""
        if at == self.text.first:
            return Extent(self.text.hang_before(at, self.reader), 0.0, 0.0)
        if at not in self.origins:
            places = self.text.places(self.reader, Hyphens.FAIR, code=False)
            self.origins |= {place.go: place.measured.start for place in places}
            if at not in self.origins:
                raise Unfit("starts in the middle of a word")
        return self.origins[at]

    def _chosen(
        self, at: tuple[int, int], origin: Extent, measure: Measure, way: str
    ) -> list[Place]:
        flawed: list[Place] = []
        for loosest, hyphens, code in _UNBROKEN if way == "balanced" else _ATTEMPTS:
            if flawed and hyphens is Hyphens.ANY:
                break
            places = self.text.places(self.reader, hyphens, code=code)
            ahead = [place for place in places if place.go > at]
            breaks = [place.measured for place in ahead]
            if way == "balanced" and len(breaks) > _LONGEST_HEADING:
                raise Unfit("a heading as long as a paragraph")
            found = (
                balance(breaks, measure, origin)
                if way == "balanced"
                else fit(breaks, measure, origin, loosest)
            )
            if found is not None:
                chosen = [ahead[index] for index in found]
                if hyphens is not Hyphens.ANY and is_flawed(breaks, found, measure):
                    # Looser lines are better than two hyphens in a row, or a word or the end of one as the last line.
                    flawed = flawed or chosen
                    continue
                return self._noted(chosen)
        if flawed:
            return self._noted(flawed)
        self.too_narrow = measure.width
        raise Unfit(_TOO_WIDE)

    def _noted(self, chosen: list[Place]) -> list[Place]:
        for place in chosen:
            self.origins[place.go] = place.measured.start
        return chosen


@dataclass(slots=True)
class _Piece:
    """What of a text stands on a line: its width without further spacing, its spaces, whether its letters give way."""

    text: str
    width: float
    spaces: int
    elastic: bool


class _Line:
    """Makes a line of a paragraph: the boxes from one place to another."""

    def __init__(self, paragraph: _Paragraph, at: tuple[int, int], end: Place, way: str) -> None:
        self.box = paragraph.box
        self.text = paragraph.text
        self.reader = paragraph.reader
        self.at = at
        self.end = end
        self.way = way
        self.justified = way == "fitted" and end.kind < Kind.FORCED
        self.ltr = _runs_right(self.box)
        # The element that each box around what comes is made from, its children, where it starts, whether it is whole.
        self.frames: list[tuple[Any, list[Any], float, bool]] = []
        self.x = self.edge = 0.0
        # What is added to each space, and the width of letters by that of the font.
        self.spacing, self.scale = 0.0, 1.0

    def made(self, x: float, room: float) -> Any:
        """The line box."""
        first, last = self._hangs()
        pieces = self._pieces(as_drawn=self.justified)
        wide = self._width(pieces)
        spaces = sum(piece.spaces for piece in pieces.values())
        target = room + first + (last if self.justified else 0)
        if not self.justified and self.way == "fitted" and wide > target:
            # A last line that is a little too long.
            self.justified = True
            pieces = self._pieces(as_drawn=True)
            wide = self._width(pieces)
            target += last
        # Where nothing separates words, as in Chinese, letters alone give way.
        fitted = self.justified and (spaces > 0 or any(one.elastic for one in pieces.values()))
        full = fitted and self._share(target - wide, spaces, pieces)
        self.x = x - first if self.ltr else x
        self.edge = x + room
        self._emit(pieces)
        children = self.frames[0][1]
        if not self.ltr:
            _reverse(children)
        line = self.box.copy_with_children(children)
        line.position_x = self.box.position_x
        line.width = _inner_width(line)
        if fitted:
            line.fitted = True
            if full or self.ltr:
                line.width = x + room - _HAIR - line.content_box_x()
        inline._adjust_line_height(line)
        return line

    def _share(self, room: float, spaces: int, pieces: dict[int, _Piece]) -> bool:
        """Divide what a line has too much or too little between its letters and its spaces; False if it stays short."""
        letters = sum(piece.width for piece in pieces.values() if piece.elastic)
        if letters:
            fair = (
                spaces * self.text.space * (STRETCH if room > 0 else SHRINK) + letters * LETTER_FIT
            )
            part = room / fair * LETTER_FIT
            part = max(-LETTER_FIT, min(part, _MOST_FIT))
            self.scale = 1 + part
            room -= letters * part
        # Spaces are scaled with their letters.
        if room > spaces * self.text.space * (1 + _WIDEST - self.scale) + _HAIR:
            # Better a short line than one full of holes.
            self.scale = 1.0
            return False
        self.spacing = room / spaces if spaces else 0.0
        return True

    def _hangs(self) -> tuple[float, float]:
        """How far the first and the last letter of the line reach beyond its edges."""
        if not self.ltr or self.way != "fitted":
            return 0.0, 0.0
        return self.text.hang_before(self.at, self.reader), self.end.hang

    def _pieces(self, *, as_drawn: bool) -> dict[int, _Piece]:
        """The text of each event on the line; `as_drawn`: as wide as words and spaces are one by one."""
        pieces = {}
        last, stop = self.end.stop
        for event in range(self.at[0], min(last + 1, len(self.text.events))):
            kind, box = self.text.events[event]
            if kind != TEXT:
                continue
            begin = self.at[1] if event == self.at[0] else 0
            text = box.text[begin:stop] if event == last else box.text[begin:]
            if text == "\n" or not text:
                continue
            if event == last and self.end.hyphen:
                text += self.end.hyphen
            spaces = text.count(" ") + text.count("\u00a0")
            measure = self.reader.spread if as_drawn else self.reader.natural
            elastic = self.way == "fitted" and self.text.letter_fit(box.style) > 0
            pieces[event] = _Piece(text, measure(text, box.style), spaces, elastic)
        return pieces

    def _width(self, pieces: dict[int, _Piece]) -> float:
        """The width of all that is on the line, without further spacing."""
        wide = sum(piece.width for piece in pieces.values())
        around = dict.fromkeys(self.text.around[self.at[0]], False)
        for event in range(self.at[0], self._behind()):
            kind, box = self.text.events[event]
            if kind == OPEN:
                around[box] = True
                wide += start_space(box)
            elif kind == CLOSE:
                wide += end_space(box)
            elif kind != TEXT:
                wide += self.text.atoms[event].margin_width()
        return wide

    def _behind(self) -> int:
        """The event behind the last one on the line."""
        event, letter = self.end.go
        return event if not letter or event > self.end.stop[0] else event + 1

    def _emit(self, pieces: dict[int, _Piece]) -> None:
        self.frames = [(self.box, [], self.x, True)]
        for box in self.text.around[self.at[0]]:
            self.frames.append((box, [], self.x, False))
        for event in range(self.at[0], self._behind()):
            kind, box = self.text.events[event]
            if kind == OPEN:
                self.frames.append((box, [], self.x, True))
                if _runs_right(box):
                    self.x += start_space(box)
            elif kind == CLOSE:
                self._close(whole=True)
            elif kind == TEXT:
                if event in pieces:
                    self._add(self._text_box(box, pieces[event]))
            else:
                self._add(self.reader.atom(box))
        while len(self.frames) > 1:
            self._close(whole=False)

    def _add(self, box: Any) -> None:
        box.position_x = self.x
        box.position_y = self.box.position_y
        self.frames[-1][1].append(box)
        self.x += box.margin_width()

    def _close(self, *, whole: bool) -> None:
        """Make the innermost element of its children; `whole`: it ends on the line."""
        box, children, x, starts = self.frames.pop()
        new = box.copy_with_children(children)
        spacing = box.margin_left + box.border_left_width + box.padding_left
        new.remove_decoration(start=not starts, end=not whole)
        new.position_x = x
        new.position_y = self.box.position_y
        if not _runs_right(box):
            _reverse(children)
            if whole:
                for child in children:
                    child.translate(dx=spacing)
        new.width = 0
        if children:
            new.width = _inner_width(new)
        inline._adjust_line_height(new)
        self.frames[-1][1].append(new)
        self.x = x + new.margin_width()

    def _text_box(self, box: Any, piece: _Piece) -> Any:
        scale = self.scale if piece.elastic else 1.0
        # Spaces are scaled with the letters of their text.
        spacing = self.spacing / scale if piece.spaces else 0.0
        layout, height, baseline = self.reader.layout(piece.text, box.style, spacing)
        new = box.copy_with_text(piece.text)
        # What an ellipsis has to fit in.
        layout.max_width = self.edge - self.x
        new.pango_layout = layout
        new.justification_spacing = spacing
        new.width = (piece.width + piece.spaces * spacing) * scale
        if scale != 1:
            new.letter_scale = scale
        new.height = height
        half_leading = (inline.strut(box.style)[0] - height) / 2
        new.margin_top = new.margin_bottom = half_leading
        new.baseline = baseline + half_leading
        return new


def _runs_right(box: Any) -> bool:
    """Whether the content of a box runs from left to right."""
    return bool(box.style["direction"] == "ltr")


def _reverse(children: list[Any]) -> None:
    """Place boxes from right to left, from where the first one is on."""
    if len(children) > 1:
        x = children[0].position_x
        for child in reversed(children):
            child.translate(dx=x - child.position_x)
            x += child.margin_width()


def _inner_width(box: Any) -> float:
    """How far the children of a box reach."""
    children = box.children
    if not children:
        return 0.0
    last = children[-1] if _runs_right(box) else children[0]
    width: float = last.position_x + last.margin_width() - box.content_box_x()
    return width
