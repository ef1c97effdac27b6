"""A paragraph as it is before it has lines: its elements and texts in order, and the places where lines may end."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from typing import Any, NamedTuple

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline, percent
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS

from guidepress.pdf.engine import hyphenation, justifying, shaping
from guidepress.pdf.engine.breaking import is_raised
from guidepress.pdf.engine.fitting import Break, Extent, Kind
from guidepress.pdf.engine.hyphenation import TECHNICAL, Hyphenation
from guidepress.pdf.engine.shaping import Styles
from guidepress.pdf.engine.words import Shapes, is_plain, shapes_of

# By how much of themselves word spaces are fairly stretched and shrunk, and letters either way. A line of 60 letters
# gets as much from its letters as from its spaces: holes are seen, letters that are so much wider are not.
STRETCH, SHRINK, LETTER_FIT = 0.25, 0.2, 0.025
# What a paragraph consists of, in order.
OPEN, CLOSE, TEXT, ATOM = range(4)
_WRAPPING = frozenset(("normal", "pre-line"))
_COLLAPSING = frozenset(("normal", "nowrap", "pre-line"))
_TOKENS = re.compile("[ \u00a0]|[^ \u00a0]+")
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# Letters that stand on a line at the least where a word has to be hyphenated.
_FEW = 2
_SOFT = "\u00ad"
# What Pango ends a line at, and tabs.
_LINE_ENDS = re.compile("[\n\t\r\f\v\u0085\u2028\u2029]")
_HYPHENS = "-\u2010"
_LINE_BREAK = shaping.LINE_BREAK

# The parts of themselves by which punctuation at the end and at the start of a line hangs over the edge.
_HANG_END = {
    "-": 0.6, "\u2010": 0.6, ".": 0.6, ",": 0.6, ";": 0.3, ":": 0.3, "’": 0.5, "”": 0.4, "»": 0.3, "–": 0.2, "—": 0.15,
}  # fmt: skip
_HANG_START = {"“": 0.4, "‘": 0.5, "„": 0.4, "«": 0.3}


# What a line that ends with the space at the end of a text shows, and where it stops.
_Waiting = tuple[Extent, tuple[int, int]]


class Hyphens(IntEnum):
    """How words are hyphenated: not at all, as their style has it, or rather than having a line with holes.

    Rather than that, lines also end before a text that starts with a space and should stay with what is before it.
    """

    NONE = 0
    FAIR = 1
    ANY = 2


class Unfit(Exception):
    """A paragraph that is left to the engine; says why."""


class Place(NamedTuple):
    """Where a line may end: what it shows stops at `stop`, the next one goes on at `go`, an event and a letter in it.

    `hyphen` is added to the line; `hang` is how far its last letter may hang over the edge, in pixels.
    """

    measured: Break
    stop: tuple[int, int]
    go: tuple[int, int]
    hyphen: str = ""
    hang: float = 0.0

    @property
    def kind(self) -> Kind:
        """What the line ends at."""
        return self.measured.kind


@dataclass(slots=True)
class Text:
    """A paragraph that was read. `around` has the elements that are open before each event."""

    width: float
    space: float
    style: Any
    events: list[tuple[int, Any]] = field(default_factory=list)
    paths: list[tuple[int, ...]] = field(default_factory=list)
    around: list[tuple[Any, ...]] = field(default_factory=list)
    texts: list[tuple[Any, str]] = field(default_factory=list)
    atoms: dict[int, Any] = field(default_factory=dict)
    _at: dict[tuple[int, ...], int] = field(default_factory=dict)
    _places: dict[tuple[Hyphens, bool], list[Place]] = field(default_factory=dict)

    def add(self, kind: int, box: Any, path: tuple[int, ...], around: tuple[Any, ...]) -> None:
        """Add what comes next."""
        if kind != CLOSE:
            self._at[path] = len(self.events)
        self.events.append((kind, box))
        self.paths.append(path)
        self.around.append(around)
        if kind == TEXT:
            self.texts.append((box, box.text))

    def letter_fit(self, style: Any) -> float:
        """By how much of their width the letters of a style may be stretched and shrunk: not those of code."""
        return LETTER_FIT if style["font_family"] == self.style["font_family"] else 0.0

    @property
    def first(self) -> tuple[int, int]:
        """Where the first line starts: behind the space that it may begin with."""
        kind, box = self.events[0]
        return 0, int(kind == TEXT and box.text[0] == " ")

    def is_in(self, box: Any) -> bool:
        """Whether a line box still holds these texts."""
        found = list(_texts(box))
        return len(found) == len(self.texts) and all(
            one is known and one.text == text
            for one, (known, text) in zip(found, self.texts, strict=True)
        )

    def located(self, skip: Any) -> tuple[int, int]:
        """The event and the letter that the engine goes on at."""
        if skip is None:
            return self.first
        path: tuple[int, ...] = ()
        while skip is not None:
            ((index, skip),) = skip.items()
            event = self._at.get(path)
            if event is not None and self.events[event][0] == TEXT:
                text = self.events[event][1].text
                return event, len(text.encode()[:index].decode())
            path = (*path, index)
        if path not in self._at:
            raise Unfit("starts in the middle of a word")
        return self._at[path], 0

    def resumed(self, at: tuple[int, int]) -> Any:
        """What the engine calls a place where the next line starts."""
        event, letter = at
        skip: Any = None
        if letter:
            skip = {len(self.events[event][1].text[:letter].encode()): None}
        for index in reversed(self.paths[event]):
            skip = {index: skip}
        return skip

    def places(self, reader: Reader, hyphens: Hyphens, *, code: bool) -> list[Place]:
        """Where lines may end, in order."""
        key = hyphens, code
        if key not in self._places:
            self._places[key] = list(_Scan(self, reader, hyphens, code=code).places())
        return self._places[key]

    def forget_places(self) -> None:
        """Lines have been chosen: what there was to choose from takes more memory than the text."""
        self._places.clear()

    def hang_before(self, at: tuple[int, int], reader: Reader) -> float:
        """How far the letter that a line starts with may hang over the edge, in pixels."""
        event, letter = at
        while event < len(self.events):
            kind, box = self.events[event]
            if kind == TEXT:
                return hanging(box.text[letter : letter + 1], box.style, _HANG_START, reader)
            if kind != OPEN or start_space(box):
                return 0.0
            event, letter = event + 1, 0
        return 0.0


def _texts(box: Any) -> Iterator[Any]:
    for child in box.children:
        if isinstance(child, boxes.TextBox):
            if child.text:
                yield child
        elif isinstance(child, boxes.InlineBox):
            yield from _texts(child)


def start_space(box: Any) -> float:
    """What an element takes before its content."""
    if box.style["direction"] == "ltr":
        return float(box.margin_left + box.border_left_width + box.padding_left)
    return float(box.margin_right + box.border_right_width + box.padding_right)


def end_space(box: Any) -> float:
    """What an element takes behind its content."""
    if box.style["direction"] == "ltr":
        return float(box.margin_right + box.border_right_width + box.padding_right)
    return float(box.margin_left + box.border_left_width + box.padding_left)


def hanging(letter: str, style: Any, parts: dict[str, float], reader: Reader) -> float:
    """How far a letter at the edge of a line hangs over it, in pixels."""
    part = parts.get(letter)
    return part * reader.drawn(letter, style) if part else 0.0


class Reader:
    """Reads paragraphs of a document, and measures their texts."""

    def __init__(self, context: Any, styles: Styles, hyphenation: Hyphenation) -> None:
        self.context = context
        self.hyphenation = hyphenation
        self._styles = styles
        self._containing_block: Any = None

    def read(self, line_box: Any, containing_block: Any) -> Text:
        """Take a paragraph apart; raises Unfit where it holds what cannot be set here."""
        self._containing_block = containing_block
        text = Text(containing_block.width, self.drawn(" ", line_box.style), line_box.style)
        self._children(text, line_box, (), ())
        if not text.texts or text.space <= 0:
            raise Unfit("no text")
        if text.texts[0][1][0] == " " and (text.events[0][0] != TEXT or text.texts[0][1] == " "):
            raise Unfit("white space at the start")
        return text

    def _children(
        self, text: Text, parent: Any, path: tuple[int, ...], around: tuple[Any, ...]
    ) -> None:
        for index, box in enumerate(parent.children):
            here = (*path, index)
            if not box.is_in_normal_flow():
                raise Unfit("floats and placed boxes")
            if box.is_leader:
                raise Unfit("leaders")
            if isinstance(box, boxes.TextBox):
                self._text(text, box, here, around)
            elif isinstance(box, boxes.InlineBox):
                percent.resolve_percentages(box, self._containing_block)
                if box.margin_left == "auto":
                    box.margin_left = 0
                if box.margin_right == "auto":
                    box.margin_right = 0
                if box.style["box_decoration_break"] == "clone" and (
                    start_space(box) or end_space(box)
                ):
                    raise Unfit("decorations on each line")
                text.add(OPEN, box, here, around)
                self._children(text, box, here, (*around, box))
                text.add(CLOSE, box, here, (*around, box))
            elif isinstance(box, boxes.ReplacedBox):
                text.atoms[len(text.events)] = self.atom(box)
                text.add(ATOM, box, here, around)
            else:
                raise Unfit("blocks in lines")

    def _text(self, text: Text, box: Any, path: tuple[int, ...], around: tuple[Any, ...]) -> None:
        style = box.style
        if not box.text:
            return
        if box.text != "\n" and _LINE_ENDS.search(box.text):
            raise Unfit("line ends in the text")
        if (
            style["white_space"] not in _COLLAPSING
            or style["word_break"] != "normal"
            or not style["font_size"]
        ):
            raise Unfit("white space that is kept")
        percent.resolve_percentages(box, self._containing_block)
        text.add(TEXT, box, path, around)

    def atom(self, box: Any) -> Any:
        """A picture, laid out."""
        percent.resolve_percentages(box, self._containing_block)
        return inline.atomic_box(self.context, box, 0, None, self._containing_block, [], [])

    def shapes(self, style: Any) -> Shapes | None:
        """The shapes of words in a style, if it has such."""
        return shapes_of(self._styles.setup(style), style)

    def natural(self, text: str, style: Any) -> float:
        """The width of a text in one piece, in pixels."""
        return float(self._split(text, style)[3])

    def _split(self, text: str, style: Any) -> Any:
        return inline.split_first_line(text, style, self.context, None, 0)

    def drawn(self, text: str, style: Any) -> float:
        """The width of a text whose words and spaces are painted one by one, in pixels."""
        shapes = self.shapes(style)
        if shapes is None or not is_plain(text):
            return self.natural(text, style)
        total = 0.0
        for token in _TOKENS.findall(text):
            wide = shapes.width(token)
            if wide is None:
                return self.natural(text, style)
            total += wide
        return total

    def spread(self, text: str, style: Any) -> float:
        """The width of a text whose spaces are widened, without what they are widened by, in pixels."""
        shapes = self.shapes(style)
        if (" " not in text and "\u00a0" not in text) or (shapes is not None and is_plain(text)):
            return self.drawn(text, style)
        return justifying.spread(self.context, text, style)

    def token_width(self, text: str, style: Any) -> Callable[[str], float]:
        """What measures the words and spaces of a text, each by itself, in pixels."""
        shapes = self.shapes(style)
        if shapes is None or not is_plain(text):
            return partial(self.natural, style=style)
        width = shapes.width

        def measured(token: str) -> float:
            found = width(token)
            return self.natural(token, style) if found is None else found

        return measured

    def beginnings(self, word: str, style: Any) -> list[float] | None:
        """How wide the first letters of a word are, by their number; None where that has to be measured."""
        shapes = self.shapes(style)
        shape = shapes.shape(False, word, False) if shapes is not None and is_plain(word) else None
        if shape is None:
            return None
        widths, total = [0.0], 0
        for _, advance, letters in shape.glyphs:
            before = total
            total += advance
            for number in range(1, len(letters) + 1):
                widths.append((before + advance * number / len(letters)) * FROM_UNITS)
        return widths

    def layout(self, text: str, style: Any, spacing: float) -> tuple[Any, float, float]:
        """The engine's layout of a text with wider spaces, its height and baseline."""
        shapes = self.shapes(style)
        layouts = line_break.Layout
        if shapes is None or not is_plain(text) or not issubclass(layouts, shaping.Layout):
            layout, _, _, _, height, baseline = self._split(text, style)
            if spacing:
                layout = line_break.create_layout(text, style, self.context, None, spacing)
                layout.deactivate()
            return layout, height, baseline
        layout = layouts.unasked(self._styles.setup(style), text, None)
        layout.justification_spacing = spacing
        return layout, shapes.height, shapes.baseline


class _Scan:
    """Goes through a paragraph from its start, and finds where lines may end."""

    def __init__(self, text: Text, reader: Reader, hyphens: Hyphens, *, code: bool) -> None:
        self.text = text
        self.reader = reader
        self.hyphens = hyphens
        self.code = code
        self.wide = self.stretch = self.shrink = 0.0
        self.whole = "".join(
            box.text if kind == TEXT else "x" if kind == ATOM else "" for kind, box in text.events
        )
        style = text.texts[0][0].style
        bits = shaping.bits(line_break.get_log_attrs(self.whole, style["lang"]))
        # For each letter, whether a line may start with it.
        self.starts = bytes([bit & _LINE_BREAK > 0 for bit in bits])

    @property
    def here(self) -> Extent:
        """All up to here."""
        return Extent(self.wide, self.stretch, self.shrink)

    def allows(self, at: int) -> bool:
        """Whether a line may start with a letter of the paragraph."""
        return bool(self.starts[at])

    def places(self) -> Iterator[Place]:
        """In order; the last one is the end of the paragraph."""
        events = self.text.events
        done = 0
        # The style of the text before, and the place where it and the elements it ends have ended.
        before: Any = None
        edge, edge_here = 0, self.here
        open_since = False
        waiting: _Waiting | None = None
        for event, (kind, box) in enumerate(events):
            if kind == OPEN:
                if waiting is not None:
                    yield self._space(*waiting, (event, 0))
                    waiting = None
                open_since = True
                self.wide += start_space(box)
            elif kind == CLOSE:
                self.wide += end_space(box)
                if waiting is not None:
                    end, stop = waiting
                    waiting = end._replace(width=end.width + end_space(box)), stop
                if not open_since:
                    edge, edge_here = event + 1, self.here
            else:
                if waiting is not None:
                    yield self._space(*waiting, (event, 0))
                    waiting = None
                elif before is not None and self._parts(before, event, done):
                    if not open_since:
                        edge = event
                    yield self._boundary((edge, 0), edge_here, done)
                if kind == ATOM:
                    self.wide += self.text.atoms[event].margin_width()
                    done += 1
                elif box.text == "\n":
                    yield self._forced(event)
                    done += 1
                    box = None
                else:
                    waiting = yield from self._text(event, box, done)
                    done += len(box.text)
                before = box
                edge, edge_here = event + 1, self.here
                open_since = False
        yield self._end(waiting)

    def _parts(self, before: Any, event: int, at: int) -> bool:
        """Whether a line may end between two texts without a space."""
        wraps = any(
            one.style["white_space"] in _WRAPPING for one in (before, self.text.events[event][1])
        )
        if not wraps or self.whole[at - 1] == " " or not self.allows(at):
            return False
        # Between a full stop and the number of a footnote Unicode would have it.
        return not any(map(is_raised, self.text.around[event]))

    def _space(self, end: Extent, stop: tuple[int, int], go: tuple[int, int]) -> Place:
        return self._place(Break(end, self.here, Kind.SPACE), stop, go)

    def _place(
        self, measured: Break, stop: tuple[int, int], go: tuple[int, int], hyphen: str = ""
    ) -> Place:
        """With what hangs over the edges on both sides of it."""
        event, letter = stop
        hang = 0.0
        if letter:
            box = self.text.events[event][1]
            last = hyphen or box.text[letter - 1]
            hang = hanging(last, box.style, _HANG_END, self.reader)
        before = self.text.hang_before(go, self.reader)
        end, start, kind = measured
        measured = Break(
            end._replace(width=end.width - hang), start._replace(width=start.width + before), kind
        )
        return Place(measured, stop, go, hyphen, hang)

    def _boundary(self, at: tuple[int, int], here: Extent, done: int) -> Place:
        kind = Kind.COMPOUND if self.whole[done - 1] in _HYPHENS else Kind.SPACE
        return Place(Break(here, here, kind), at, at)

    def _forced(self, event: int) -> Place:
        """The end of a line that the author set, and of the white space that no line starts with."""
        events = self.text.events
        go, letter = event + 1, 0
        start = self.here
        while go < len(events):
            kind, box = events[go]
            if kind == TEXT and box.text[0] == " " and start == self.here:
                wide = self.reader.drawn(" ", box.style)
                fit = wide * self.text.letter_fit(box.style)
                space = self.text.space
                start = Extent(
                    self.wide + wide,
                    self.stretch + fit + space * STRETCH,
                    self.shrink + fit + space * SHRINK,
                )
                if box.text != " ":
                    letter = 1
                    break
            elif kind != CLOSE:
                break
            go += 1
        if go == len(events):
            raise Unfit("ends in a line break")
        following = next((box for kind, box in events[go:] if kind in (TEXT, ATOM)), None)
        if not letter and getattr(following, "text", "x")[0] == " ":
            raise Unfit("white space at the start")
        return Place(Break(self.here, start, Kind.FORCED), (event, 0), (go, letter))

    def _end(self, waiting: _Waiting | None) -> Place:
        go = len(self.text.events), 0
        end, stop = waiting or (self.here, go)
        return Place(Break(end, end, Kind.END), stop, go)

    def _text(self, event: int, box: Any, done: int) -> Generator[Place, None, _Waiting | None]:
        """The places in a text; returns what waits for its next line where the text ends with a space."""
        text, style = box.text, box.style
        wraps = style["white_space"] in _WRAPPING
        drawn, fit = self.reader.token_width(text, style), self.text.letter_fit(style)
        breaks_words = bool(self.hyphens) or self.code
        starts, behind = self.starts, 0
        for token in _TOKENS.findall(text):
            at, behind = behind, behind + len(token)
            if token not in " \u00a0":
                if wraps and (breaks_words or starts.find(1, done + at + 1, done + behind) >= 0):
                    yield from self._word(event, box, token, at, done)
                self._advance(drawn(token), fit)
                continue
            if not event and not at and token == " ":
                # White space before the paragraph.
                continue
            breaks = wraps or (self.hyphens == Hyphens.ANY and not at)
            begins = not at and done > 0 and self.whole[done - 1] == "\n"
            end = self.here
            self._advance(drawn(token), fit)
            self.stretch += self.text.space * STRETCH
            self.shrink += self.text.space * SHRINK
            closes = behind == len(text)
            if token == " " and closes and done + behind == len(self.whole):
                return end, (event, at)
            if token == "\u00a0" or begins or not breaks or not self.allows(done + behind):
                continue
            if closes:
                return end, (event, at)
            if text[at - 1] in _HANG_END or text[behind] in _HANG_START:
                yield self._space(end, (event, at), (event, behind))
            else:
                yield Place(Break(end, self.here, Kind.SPACE), (event, at), (event, behind))
        return None

    def _advance(self, wide: float, fit: float) -> None:
        self.wide += wide
        self.stretch += wide * fit
        self.shrink += wide * fit

    def _word(self, event: int, box: Any, word: str, at: int, done: int) -> Iterator[Place]:
        """The places in a word."""
        stops: dict[int, Kind] = {}
        begin = done + at
        start = self.starts.find(1, begin + 1, begin + len(word))
        while start >= 0:
            stop = start - begin
            if word[stop - 1] != _SOFT:
                stops[stop] = Kind.COMPOUND if word[stop - 1] in _HYPHENS else Kind.SPACE
            elif self.hyphens and box.style["hyphens"] != "none":
                stops[stop] = Kind.HYPHEN
            start = self.starts.find(1, start + 1, begin + len(word))
        if self.hyphens:
            for stop in self._hyphenated(word, box.style):
                stops.setdefault(stop, Kind.HYPHEN)
        if self.code and box.style["overflow_wrap"] != "normal":
            for stop in hyphenation.places_in_code(word):
                stops.setdefault(stop, Kind.CODE)
        if not stops:
            return
        style = box.style
        widths = self.reader.beginnings(word, style)
        hyphen = style["hyphenate_character"]
        fit = self.text.letter_fit(style)
        for stop in sorted(stops):
            kind = stops[stop]
            wide = widths[stop] if widths else self.reader.drawn(word[:stop], style)
            here = Extent(self.wide + wide, self.stretch + wide * fit, self.shrink + wide * fit)
            end = here
            if kind == Kind.HYPHEN:
                end = here._replace(width=here.width + self.reader.drawn(hyphen, style))
            place = event, at + stop
            added = hyphen if kind == Kind.HYPHEN else ""
            yield self._place(Break(end, here, kind), place, place, added)

    def _hyphenated(self, token: str, style: Any) -> Iterator[int]:
        """Where the words in a token may be hyphenated by their language."""
        lang = style["lang"] and hyphenation.language(style["lang"])
        if style["hyphens"] != "auto" or not lang or _SOFT in token or TECHNICAL.search(token):
            return
        total, left, right = style["hyphenate_limit_chars"]
        if self.hyphens == Hyphens.ANY:
            total, left, right = min(total, _FEW + 3), min(left, _FEW), min(right, _FEW)
        for match in _WORDS.finditer(token):
            word = match[0]
            if len(word) >= total:
                for place in self.reader.hyphenation.places(word, lang, left, right):
                    yield match.start() + place
