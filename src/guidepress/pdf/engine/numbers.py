"""Record where page numbers are painted, so that they can be replaced in the finished pages."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.text.ffi import FROM_UNITS, ffi, pango
from weasyprint.text.line_break import Layout

from guidepress.pdf import figures, log
from guidepress.pdf.engine import clusters
from guidepress.pdf.engine.shaping import SHAPING
from guidepress.pdf.model import Align, Figures

LOGGER = logging.getLogger(log.LOGGER)

NUMBER = r"(?P<number>[0-9]+|[ivxlcdmIVXLCDM]+)"
_LAST = re.compile(r"(?<!\S)" + NUMBER + r"\Z")
ALIGNMENTS: dict[str, Align] = {"left": "left", "center": "center", "right": "right"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A text that holds a page number: `text[start:end]`. A folio has no `anchor`."""

    start: int
    end: int
    align: Align
    anchor: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """A painted number: `item` of the stream shows it, a shift may come before item `shift`."""

    stream: Any
    shift: int
    item: int
    text: str
    align: Align
    figures: int
    anchor: str | None


class Recorder:
    """Stands in for the engine's painting of a line of text, and remembers the numbers in it."""

    def __init__(self, paint: Callable[..., list[Any]]) -> None:
        self.paint = paint
        # The content and the alignment of the text boxes that count pages, by identity.
        self.counted: dict[int, tuple[Sequence[Any], Align]] = {}
        self.recorded: list[Recorded] = []
        self.figures: list[Figures] = []
        self._known: dict[tuple[object, ...], int] = {}
        # Whether clusters of glyphs were looked for, which changes what is known of glyphs.
        self.clustered = False

    def anew(self) -> Recorder:
        """One that knows the same boxes, and has recorded nothing."""
        new = Recorder(self.paint)
        new.counted = self.counted
        return new

    def looks(self) -> dict[tuple[object, ...], Figures]:
        """The figures so far, by what is asked of the styles that they are in."""
        return dict(zip(self._known, self.figures, strict=True))

    def know(self, look: tuple[object, ...], figures: Figures) -> None:
        """Add the figures of styles, unless they are known."""
        if look not in self._known:
            self._known[look] = len(self.figures)
            self.figures.append(figures)

    def repeat(
        self, number: Recorded, stream: Any, shift: int, item: int, look: tuple[object, ...]
    ) -> None:
        """Record a number once more, in another stream."""
        index = self._known[look]
        self.recorded.append(replace(number, stream=stream, shift=shift, item=item, figures=index))

    def find_folios(self, page_boxes: Iterable[Any]) -> None:
        """Look for a page's own number in boxes of it: those in its margins, and generated content."""
        for child in page_boxes:
            margin = isinstance(child, boxes.MarginBox)
            align = _alignment(child.style) if margin else "left"
            for text_box, content in _counted(child, _content(child) if margin else ()):
                self.counted[id(text_box)] = content, align

    def draw_first_line(
        self, stream: Any, textbox: Any, text_overflow: str, block_ellipsis: str, matrix: Any
    ) -> list[Any]:
        """Paint a line of text, recording the page number in it."""
        text = textbox.pango_layout.text
        counted = self.counted.get(id(textbox))
        slot = _folio(text, *counted) if counted else _reference(textbox, text)
        if slot is None or not text.strip():
            start = len(stream.stream)
            emojis = self.paint(stream, textbox, text_overflow, block_ellipsis, matrix)
            if clusters.COMPLEX.search(text):
                self.clustered = True
                painted = stream.stream[start:]
                found = clusters.clusters(stream, textbox.pango_layout)
                stream.stream[start:] = clusters.marked(painted, found)
            return emojis
        parts = [*enumerate((text[: slot.start], text[slot.start : slot.end], text[slot.end :]))]
        if _from_the_right(textbox):
            # Painted from left to right, as the eye meets them.
            parts.reverse()
        emojis = []
        shift: int | None = None
        for index, part in parts:
            if not part:
                continue
            # Begun anew, as the spacing of the text before would go on in the middle of this one's letters.
            textbox.pango_layout.setup(textbox.style)
            textbox.pango_layout.set_text(part)
            first = len(stream.stream)
            emojis += self.paint(stream, textbox, "clip", "none", matrix)
            if shift is not None:
                # Only the first part says where the line starts; the pen moves on from there.
                del stream.stream[first]
            shown = [
                item
                for item in range(first, len(stream.stream))
                if _shows_text(stream.stream[item])
            ]
            if shift is None and shown:
                shift = shown[0]
            if index == 1:
                self._record(stream, textbox, slot, part, shown, shift)
        textbox.pango_layout.setup(textbox.style)
        textbox.pango_layout.set_text(text)
        return emojis

    def _record(
        self,
        stream: Any,
        textbox: Any,
        slot: Slot,
        text: str,
        shown: Sequence[int],
        shift: int | None,
    ) -> None:
        font = (stream._current_font or ("",))[0]
        if textbox.style["text_transform"] == "uppercase":
            # Numbers are distinguished by their text before it is transformed, as in the page map.
            text = text.lower()
        index = self._figures(stream, textbox.style)
        if (
            len(shown) != 1
            or shift is None
            or self.figures[index].font != font
            or not figures.printable(self.figures[index], text)
        ):
            LOGGER.warning("Page number %s cannot be replaced in its font", text)
            return
        self.recorded.append(
            Recorded(stream, shift, shown[0], text, slot.align, index, slot.anchor)
        )

    def _figures(self, stream: Any, style: Any) -> int:
        key = tuple(str(style[name]) for name in _SHAPING)
        if key not in self._known:
            self._known[key] = len(self.figures)
            self.figures.append(_shape(stream, style))
        return self._known[key]


# The properties that change how digits look.
_SHAPING = (*SHAPING, "text_transform")


def _shape(stream: Any, style: Any) -> Figures:
    """Shape every pair of digits and of roman numerals in a style.

    Characters that the font of the digits lacks are left out.
    """
    upper = style["text_transform"] == "uppercase"
    name = ""
    glyphs: dict[str, int] = {}
    widths: dict[str, float] = {}
    pairs: dict[str, dict[str, float]] = {}
    for characters in (figures.DIGITS, figures.ROMAN):
        text = figures.every_pair(characters)
        shown = text.upper() if upper else text
        for index, font, glyph, width, advance in _glyphs(stream, style, shown):
            name = name or font.hash
            if font.hash == name:
                character, following = text[index], text[index + 1 :][:1]
                font.to_unicode.setdefault(glyph, shown[index])
                glyphs[character] = glyph
                widths[character] = font.widths.setdefault(glyph, width)
                if following:
                    pairs.setdefault(character, {})[following] = advance
    advances: dict[str, float] = {}
    for character, found in pairs.items():
        # Most pairs are not kerned.
        plain, _ = Counter(found.values()).most_common(1)[0]
        advances[character] = plain
        for following, advance in found.items():
            if advance != plain:
                advances[character + following] = advance
    return Figures(name, glyphs, widths, advances)


def _glyphs(stream: Any, style: Any, text: str) -> Iterator[tuple[int, Any, int, int, float]]:
    """Shape a text; yield each character's index, font, glyph, the glyph's width and advance.

    Characters without a glyph, and those in ligatures, are left out.
    """
    layout = Layout(style)
    layout.set_text(text)
    line, _ = layout.get_first_line()
    run = line.runs[0]
    position = 0
    while run != ffi.NULL:
        item = run.data
        run = run.next
        start, position = position, position + item.item.num_chars
        if item.glyphs.num_glyphs != item.item.num_chars:
            continue
        pango_font = item.item.analysis.font
        font, size = stream.add_font(pango_font)
        for offset in range(item.item.num_chars):
            info = item.glyphs.glyphs[offset]
            if not info.glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
                width = _width(stream, pango_font, info.glyph, size)
                advance = info.geometry.width * 1000 * FROM_UNITS / size
                yield start + offset, font, info.glyph, width, advance


def _width(stream: Any, font: Any, glyph: int, size: float) -> int:
    pango.pango_font_get_glyph_extents(font, glyph, stream.ink_rect, stream.logical_rect)
    width: float = stream.logical_rect.width * 1000 * FROM_UNITS / size
    return round(width)


def _shows_text(item: object) -> bool:
    return isinstance(item, bytes) and item.endswith(b" TJ")


def _reference(text_box: Any, text: str) -> Slot | None:
    # Text in SVG images has no element.
    element = getattr(text_box, "element", None)
    if element is None or text_box.element_tag != element.tag:
        return None
    anchor = element.get("data-page")
    if not anchor:
        return None
    # What keeps its right edge in a line from left to right keeps its left one in a line from right to left.
    ends = element.get("data-page-align") == "right" and not _from_the_right(text_box)
    align: Align = "right" if ends else "left"
    match = _LAST.search(text)
    return Slot(match.start() if match else 0, len(text), align, anchor)


def _from_the_right(text_box: Any) -> bool:
    return bool(text_box.style["direction"] == "rtl")


def _alignment(style: Any) -> Align:
    value = style["text_align_all"]
    right_to_left = style["direction"] == "rtl"
    if value in ALIGNMENTS:
        return ALIGNMENTS[value]
    return "right" if (value == "end") != right_to_left else "left"


def _counted(box: Any, content: Sequence[Any]) -> Iterator[tuple[Any, Sequence[Any]]]:
    """Yield the text boxes whose generated content counts pages, with that content."""
    for child in (_unwrapped(child) for child in box.children):
        if isinstance(child, boxes.TextBox):
            if any(item[0] == "counter()" and item[1][0] == "page" for item in content):
                yield child, content
        else:
            # Anonymous boxes have the content of the box around them, elements have none.
            pseudo = "::" in (child.element_tag or "")
            inherited = content if pseudo or child.element is None else ()
            yield from _counted(child, (pseudo and _content(child)) or inherited)


def _unwrapped(box: Any) -> Any:
    return box._box if isinstance(box, AbsolutePlaceholder) else box


def _content(box: Any) -> Sequence[Any]:
    content = box.style["content"]
    return content if isinstance(content, tuple) else ()


def _folio(text: str, content: Sequence[Any], align: Align) -> Slot | None:
    """Find the page number in a text that was made from the given content."""
    pattern = ""
    for kind, value in content:
        if kind == "string":
            words = value.split()
            pattern += r"\s*" + r"\s+".join(re.escape(word) for word in words) + r"\s*"
        elif kind == "counter()" and value[0] == "page" and "number" not in pattern:
            pattern += NUMBER
        else:
            pattern += ".*?"
    match = re.fullmatch(r"\s*" + pattern + r"\s*", text)
    if not match:
        # Part of the content, after a line break: its number is the only one there.
        found = list(re.finditer(r"\b" + NUMBER + r"\b", text))
        match = found[0] if len(found) == 1 else None
    if not match:
        return None
    start, end = match.span("number")
    return Slot(start, end, align, None)
