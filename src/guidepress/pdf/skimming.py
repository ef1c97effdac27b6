"""What is shown on the pages of a fragment, read line by line, as the engine has just written it.

`reading` takes apart any content stream, which is a tenth of what a book costs. The engine writes an operator a line,
text as glyphs only; whether a whole line lies under a clip is asked once, and glyph by glyph only where the clip
cuts it. A page with anything else on it (replacements for text, say) is read as any other.

A process that stays knows what it read last, by the content of a page and all that its glyphs are known to be.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Literal

import pikepdf

from guidepress.pdf import reading, resident
from guidepress.pdf.model import FontUse, Fragment
from guidepress.pdf.space import (
    IDENTITY,
    Box,
    Matrix,
    bounds,
    corners,
    grown,
    holds,
    matrix,
    product,
    within,
)

# Rules and grounds, which leave everything as it was: artifacts that end in painting a path, without text, forms,
# pictures, marks or states within states (letters of whose operators are left out).
_DRAWN = rb"[-+.0-9 /*\n\[\]a-pr-zABF-HJ-PRSU-Z]+\n(?:[BFSbfs]\*?|n)\n"
_drawings = re.compile(rb"/Artifact\nBMC\n(?:q\nq\n%b(?:Q\n){2}|q\n%bQ\n)EMC\n" % (_DRAWN, _DRAWN))
# What mostly stands between two texts: another element begins, perhaps in another colour.
_next_element = re.compile(
    rb"EMC\n(/[A-Za-z0-9]+)\n<</MCID [0-9]+>>\nBDC(?:\n[-.0-9 ]+ rg)?"
).fullmatch


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on a page as it is cut: its text without white space, in the order of painting, without artifacts;
    and the descriptions of the formulas that are wholly on it.
    """

    text: str
    formulas: tuple[str, ...] = ()


# Pages read from what this process knows, since it began; tests read it.
COUNTS: Counter[str] = Counter()
# The text of the pages that were read last, by digests of all that it depends on.
_known: dict[bytes, str] = {}

# On which pages of a fragment a thing is to be seen: as they were laid out, turned, or both.
Seen = Literal["laid out", "turned", "both"]


def skim_pages(
    fragment: Fragment, seen: Seen = "laid out", *, formulas: bool = True
) -> tuple[Shown, ...]:
    """Read a fragment back: the same text and formulas as `reading.read_pages` finds on its trimmed pages.

    `formulas`: whether these are looked for, which takes all of its structure.
    """
    global _known
    fonts = _Fonts(fragment.fonts)
    memory = _Memory(_known, fragment) if resident.stays() else None
    with pikepdf.open(io.BytesIO(fragment.pdf)) as pdf:
        drawn = reading.formulas_by_page(pdf) if formulas else {}
        shown = tuple(
            _skimmed(
                page,
                _room(page, fragment, index, seen),
                fragment,
                fonts,
                drawn.get(page.obj.objgen, []),
                memory,
            )
            for index, page in enumerate(pdf.pages)
        )
    if memory is not None:
        _known = memory.now
    return shown


class _Memory:
    """What is known of pages from `before`, and `now` of those of a fragment."""

    def __init__(self, before: dict[bytes, str], fragment: Fragment) -> None:
        self.now: dict[bytes, str] = {}
        self._before = before
        glyphs = [(name, use.text, use.widths) for name, use in fragment.fonts.items()]
        self._glyphs = blake2b(repr(glyphs).encode("utf-8", "surrogatepass"))

    def key(self, parts: Sequence[bytes], room: Box) -> bytes:
        """What the text of a page is known by; names of images are by what they are."""
        found = self._glyphs.copy()
        found.update(repr((room, [len(part) for part in parts])).encode())
        for part in parts:
            found.update(part)
        return found.digest()

    def get(self, key: bytes) -> str | None:
        """The text of a page."""
        text = self._before.get(key)
        if text is not None:
            self.now[key] = text
            COUNTS["known"] += 1
        return text


def _room(page: pikepdf.Page, fragment: Fragment, index: int, seen: Seen) -> Box:
    """Where on a page things are seen. What a page is turned by moves all that is on it."""
    left, bottom, right, top = reading.trim_box(page)
    shift = fragment.turns[index].shift if fragment.turns else 0.0
    match seen:
        case "turned":
            return left - shift, bottom, right - shift, top
        case "both":
            return max(left, left - shift), bottom, min(right, right - shift), top
    return left, bottom, right, top


def _skimmed(
    page: pikepdf.Page,
    room: Box,
    fragment: Fragment,
    fonts: _Fonts,
    formulas: Sequence[tuple[str, Box]],
    memory: _Memory | None,
) -> Shown:
    outer = grown(room, reading.SLACK)
    parts = _contents(page)
    key = b"" if memory is None else memory.key(parts, room)
    text = None if memory is None else memory.get(key)
    if text is None:
        skimmer = _Skimmer(fonts, _objects(page.obj), _State(IDENTITY, outer))
        try:
            for part in parts:
                skimmer.read(part)
        except _Unusual:
            found = reading.read_page(page, fragment.fonts, room, formulas)
            return Shown(found.text, found.formulas)
        text = "".join(skimmer.text)
        if memory is not None and not skimmer.forms:
            memory.now[key] = text
    names = tuple(sorted(words for words, box in formulas if holds(outer, box)))
    return Shown(text, names)


class _Unusual(Exception):
    """Something on a page that is for `reading`."""


class _Font(dict[bytes, float]):
    """What the pieces of text in a font come to, by what stands between two `<` of an array; there are few of them.

    In thousandths of an em: how far the pen goes, and in `backs` how far back in that. `texts` is what they say.
    """

    def __init__(self, use: FontUse) -> None:
        super().__init__()
        self.backs: dict[bytes, float] = {}
        self.texts: dict[bytes, str] = {}
        self._use = use

    def __missing__(self, piece: bytes) -> float:
        glyphs, shift = self.glyphs(piece)
        self.backs[piece] = max(shift, 0.0)
        self.texts[piece] = "".join([text for _, text in glyphs])
        advance = self[piece] = sum([width for width, _ in glyphs]) - shift
        return advance

    def glyphs(self, piece: bytes) -> tuple[list[tuple[float, str]], float]:
        """The widths and texts of the glyphs of a piece, and how far the pen goes back then. Raises _Unusual."""
        codes, end, shift = piece.partition(b">")
        if not end:
            codes, shift = b"", codes
        widths, texts = self._use.widths, self._use.text
        found = []
        try:
            for at in range(0, len(codes), 4):
                glyph = int(codes[at : at + 4], 16)
                text = texts.get(glyph, "")
                found.append((widths.get(glyph, 0.0), "" if text.isspace() else text))
            return found, float(shift or 0.0)
        except ValueError:
            raise _Unusual from None


class _Fonts:
    """The fonts of a fragment, by the lines that choose them in a size."""

    def __init__(self, uses: Mapping[str, FontUse]) -> None:
        self._fonts = {
            b"/" + name.encode(): None if use.attributes.bitmap else _Font(use)
            for name, use in uses.items()
        }
        self._known: dict[bytes, tuple[_Font | None, bool, float]] = {}

    def chosen(self, line: bytes) -> tuple[_Font | None, bool, float]:
        """The font, None where it is not for here; whether there is one; its size."""
        known = self._known.get(line)
        if known is None:
            name, size, _ = line.split()
            known = self._known[line] = self._fonts.get(name), name in self._fonts, float(size)
        return known


@dataclass(slots=True)
class _State:
    """What `q` saves, so far as text needs it; `clip` has the slack of `reading` around it."""

    matrix: Matrix
    clip: Box
    font: _Font | None = None
    known: bool = False
    size: float = 0.0
    rise: float = 0.0

    def copy(self) -> _State:
        return _State(self.matrix, self.clip, self.font, self.known, self.size, self.rise)


@dataclass(slots=True)
class _Skimmer:
    """Reads the streams of a page or of a form on it; `objects` are the images and forms that it may paint."""

    fonts: _Fonts
    objects: Any
    state: _State
    text: list[str] = field(default_factory=list)
    # Whether marked content, the innermost last, is an artifact.
    artifacts: list[bool] = field(default_factory=lambda: [False])
    saved: list[_State] = field(default_factory=list)
    tag: bytes = b""
    pen: Matrix = IDENTITY
    path: list[tuple[float, float]] = field(default_factory=list)
    clips: bool = False
    # Whether there are forms, of which a page says nothing but the name.
    forms: bool = False

    def read(self, stream: bytes) -> None:
        """Read a stream; what it begins may go on in the next. Raises _Unusual."""
        first, *texts = _drawings.sub(b"", stream).split(b"\nBT\n")
        self.follow(first)
        for text in texts:
            lines = text.split(b"\n", 4)
            if (
                len(lines) == 5
                and lines[3] == b"ET"
                and lines[2].endswith(b" TJ")
                and lines[1].endswith(b" Tf")
                and lines[0].endswith(b" Tm")
            ):
                # As nearly all texts are written.
                self.pen = _matrix(lines[0])
                self.choose(lines[1])
                self.say(lines[2])
                element = _next_element(lines[4])
                if element is not None and len(self.artifacts) > 1:
                    self.tag = element[1]
                    self.artifacts[-1] = self.artifacts[-2] or self.tag == b"/Artifact"
                else:
                    self.follow(lines[4])
            else:
                self.pen = IDENTITY
                self.follow(text)

    def follow(self, lines: bytes) -> None:
        """Read lines one by one."""
        known = _OPERATORS.get
        for line in lines.split(b"\n"):
            operator = line[line.rfind(b" ") + 1 :]
            does = known(operator)
            if does is not None:
                does(self, line)
            elif line.startswith((b"/", b"<<")):
                # The tag and the properties of marked content have lines of their own.
                if b"/ActualText" in line:
                    raise _Unusual
                if operator == line:
                    self.tag = line

    def save(self, line: bytes) -> None:
        self.saved.append(self.state.copy())

    def restore(self, line: bytes) -> None:
        if self.saved:
            self.state = self.saved.pop()

    def begin(self, line: bytes) -> None:
        self.pen = IDENTITY

    def place(self, line: bytes) -> None:
        self.pen = _matrix(line)

    def transform(self, line: bytes) -> None:
        self.state.matrix = product(_matrix(line), self.state.matrix)

    def rise(self, line: bytes) -> None:
        self.state.rise = float(line.split()[0])

    def choose(self, line: bytes) -> None:
        state = self.state
        state.font, state.known, state.size = self.fonts.chosen(line)

    def paint(self, line: bytes) -> None:
        """Read a form."""
        item = self.objects.get(line.split()[0].decode())
        if item is None:
            raise _Unusual
        if item.get("/Subtype") == pikepdf.Name.Image:
            return
        self.forms = True
        state = self.state.copy()
        state.matrix = product(matrix(item.get("/Matrix", IDENTITY)), state.matrix)
        left, bottom, right, top = (float(edge) for edge in item.BBox)
        around = bounds(corners((left, bottom, right, top)), state.matrix)
        state.clip = within(state.clip, grown(around, reading.SLACK))
        objects = _objects(item) if "/Resources" in item else self.objects
        inner = _Skimmer(self.fonts, objects, state, self.text, [self.artifacts[-1]])
        inner.read(item.read_bytes())

    def mark(self, line: bytes) -> None:
        if b" " in line:
            # All of it in one line, which is not how the engine writes it.
            raise _Unusual
        self.artifacts.append(self.artifacts[-1] or self.tag == b"/Artifact")

    def unmark(self, line: bytes) -> None:
        if len(self.artifacts) > 1:
            self.artifacts.pop()

    def rectangle(self, line: bytes) -> None:
        x, y, width, height = map(float, line.split()[:4])
        self.path += corners((x, y, x + width, y + height))

    def draw(self, line: bytes) -> None:
        """Note the points of a path."""
        values = [float(value) for value in line.split()[:-1]]
        self.path += zip(values[::2], values[1::2], strict=True)

    def clip(self, line: bytes) -> None:
        self.clips = True

    def close(self, line: bytes) -> None:
        """A path has been painted, or become a clip."""
        if self.clips and self.path:
            # The clip has slack around it, and so has its part that the path leaves.
            around = grown(bounds(self.path, self.state.matrix), reading.SLACK)
            self.state.clip = within(self.state.clip, around)
        self.path, self.clips = [], False

    def give_up(self, line: bytes) -> None:
        raise _Unusual

    def show(self, line: bytes) -> None:
        """Note the text of a line, and move the pen behind it."""
        length = self.say(line)
        self.pen = product((1, 0, 0, 1, length, 0), self.pen)

    def say(self, line: bytes) -> float:
        """Note the text of a line that is not under a clip; how far it reaches."""
        state = self.state
        font = state.font
        if font is None:
            if state.known:
                raise _Unusual
            return 0.0
        if not (line.startswith(b"[") and line.endswith(b"] TJ")):
            raise _Unusual
        pieces = line[1:-4].split(b"<")
        scale = state.size / 1000
        length = sum(map(font.__getitem__, pieces)) * scale
        if not self.artifacts[-1]:
            # The pen goes back by so much at most.
            back = sum(map(font.backs.__getitem__, pieces)) * scale
            if self.is_seen(-back, length + back):
                self.text += map(font.texts.__getitem__, pieces)
            else:
                self.say_seen(pieces, font, scale)
        return length

    def is_seen(self, start: float, end: float) -> bool:
        """Whether the middle of all that stands between two places on the base line is within the clip."""
        state = self.state
        a, b, c, d, e, f = product(self.pen, state.matrix)
        middle = state.rise + (reading.ASCENT - reading.DESCENT) * state.size / 2
        left, bottom, right, top = state.clip
        x, y = c * middle + e, d * middle + f
        return (
            left <= a * start + x <= right
            and left <= a * end + x <= right
            and bottom <= b * start + y <= top
            and bottom <= b * end + y <= top
        )

    def say_seen(self, pieces: Sequence[bytes], font: _Font, scale: float) -> None:
        """Note what a clip leaves of a line, glyph by glyph."""
        pen = 0.0
        for piece in pieces:
            glyphs, shift = font.glyphs(piece)
            for width, text in glyphs:
                middle = pen + width * scale / 2
                if self.is_seen(middle, middle):
                    self.text.append(text)
                pen += width * scale
            pen -= shift * scale


def _matrix(line: bytes) -> Matrix:
    a, b, c, d, e, f = map(float, line.split()[:6])
    return a, b, c, d, e, f


def _contents(page: pikepdf.Page) -> list[bytes]:
    contents: Any = page.obj.get("/Contents")
    if contents is None:
        return []
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return [part.read_bytes() for part in parts]


def _objects(holder: Any) -> Any:
    """The images and forms of a page or a form, by their names."""
    resources = holder.get("/Resources")
    return {} if resources is None else resources.get("/XObject", {})


_OPERATORS: dict[bytes, Callable[[_Skimmer, bytes], None]] = {
    b"q": _Skimmer.save,
    b"Q": _Skimmer.restore,
    b"cm": _Skimmer.transform,
    b"BT": _Skimmer.begin,
    b"Tm": _Skimmer.place,
    b"Tf": _Skimmer.choose,
    b"Ts": _Skimmer.rise,
    b"TJ": _Skimmer.show,
    b"BDC": _Skimmer.mark,
    b"BMC": _Skimmer.mark,
    b"EMC": _Skimmer.unmark,
    b"Do": _Skimmer.paint,
    b"re": _Skimmer.rectangle,
    **dict.fromkeys((b"m", b"l", b"c", b"v", b"y"), _Skimmer.draw),
    **dict.fromkeys((b"W", b"W*"), _Skimmer.clip),
    **dict.fromkeys(
        (b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*", b"n"), _Skimmer.close
    ),
    # Not from this engine, or with more to it than a line: inline images, and text in other operators than TJ.
    **dict.fromkeys(
        (b"BI", b"Tj", b"'", b'"', b"Tz", b"Tc", b"Tw", b"TD", b"Td", b"T*", b"TL"),
        _Skimmer.give_up,
    ),
}
