"""The parts of WeasyPrint that are replaced while a section is compiled: all of them, and nothing else is.

Corrections make up for mistakes that lose or misplace text, guards keep pictures to what is allowed. Shortcuts give
the same pages in less time, each of them by itself: `without` leaves some out, for tests that compare and for the
bench.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

import PIL.Image
import pydyf
import weasyprint
import weasyprint.draw.text
from weasyprint import anchors, css, html, images, svg
from weasyprint.draw import border
from weasyprint.formatting_structure import boxes
from weasyprint.layout import background, block, float, inline, page, percent, preferred, table
from weasyprint.pdf import stream
from weasyprint.text import line_break

from guidepress.pdf.engine import (
    breaking,
    cascade,
    continuing,
    deferring,
    dropping,
    flow,
    footnotes,
    grid,
    justifying,
    leading,
    leftwards,
    levelling,
    markup,
    operands,
    outward,
    pictures,
    shaping,
    spreading,
    values,
    widths,
)
from guidepress.pdf.engine.columns import Columns
from guidepress.pdf.engine.glyphs import Keys, Painter
from guidepress.pdf.engine.hyphenation import Hyphenation
from guidepress.pdf.engine.keeping import Keeping
from guidepress.pdf.engine.lines import Lines
from guidepress.pdf.engine.looks import Looks, colouring
from guidepress.pdf.engine.measuring import Measures
from guidepress.pdf.engine.paragraphs import Paragraphs, scaling
from guidepress.pdf.engine.shaping import Styles
from guidepress.pdf.engine.words import Words, Writer
from guidepress.source.pictures import only_these

# Where something is replaced, its name there, and what stands in for it.
Patch = tuple[Any, str, Any]

SHORTCUTS = (
    "markup",
    "cascade",
    "values",
    "shaping",
    "words",
    "measuring",
    "flow",
    "columns",
    "lines",
    "glyphs",
    "looks",
    "operands",
)
_chosen = frozenset(SHORTCUTS)


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Compile without some shortcuts: slower, and the same pages."""
    global _chosen
    before = _chosen
    if unknown := set(names) - set(SHORTCUTS):
        raise ValueError(f"no such shortcuts: {', '.join(sorted(unknown))}")
    _chosen = before - set(names)
    try:
        yield
    finally:
        _chosen = before


@contextmanager
def patched(hyphenation: Iterable[str] = ()) -> Iterator[None]:
    """For one document, from its HTML to its painted pages. Not for several threads at once.

    `hyphenation` are words that are broken at their hyphens only.
    """
    with ExitStack() as stack:
        for place, name, value in all_patches(Hyphenation(hyphenation)):
            stack.enter_context(replaced(place, name, value))
        yield


def all_patches(hyphenation: Hyphenation | None = None) -> Iterator[Patch]:
    """What is replaced for one document. Those that come later are made when those before them are in place."""
    styles = Styles()
    for name, patches in _SHORTCUTS.items():
        if name in _chosen:
            yield from patches(styles)
    yield from _corrections(styles)
    yield from _typesetting(styles, hyphenation or Hyphenation())
    yield from _guards()


def _corrections(styles: Styles) -> Iterator[Patch]:
    yield line_break, "first_line_metrics", leading.levelled(line_break.first_line_metrics)
    yield inline, "split_first_line", breaking.corrected(inline.split_first_line)
    whole = breaking.Whole()
    yield inline, "split_first_line", whole.text(inline.split_first_line)
    yield inline, "split_text_box", whole.box(inline.split_text_box)
    yield inline, "split_inline_level", breaking.Starts().level(inline.split_inline_level)
    yield inline, "split_inline_box", breaking.keeping_leaders(inline.split_inline_box)
    yield inline, "text_align", leftwards.aligning(inline.text_align)
    yield inline, "justify_line", justifying.justified(inline.justify_line)
    yield inline, "add_word_spacing", justifying.widened(inline.add_word_spacing)
    strip = leftwards.stripping(inline.remove_last_whitespace, inline.split_text_box)
    yield inline, "remove_last_whitespace", strip
    lay_out = leftwards.placed(inline.inline_replaced_box_layout)
    yield inline, "inline_replaced_box_layout", lay_out
    yield table, "auto_table_layout", widths.settled(table.auto_table_layout)
    yield block, "_linebox_layout", footnotes.corrected(block._linebox_layout)
    yield block, "float_layout", outward.whole(block.float_layout)
    watched = deferring.watched(block.block_container_layout)
    continued = continuing.continuing(watched)
    yield block, "block_container_layout", dropping.dropping(levelling.levelling(continued))
    keep = Keeping(block.block_level_layout)
    defer = deferring.Deferring(
        keep.layout, block.resolve_percentages, block.remove_placeholders, keep.shared
    )
    spread = spreading.spreading(defer.layout, block.remove_placeholders)
    yield block, "block_level_layout", grid.snapping(spread)


def _typesetting(styles: Styles, hyphenation: Hyphenation) -> Iterator[Patch]:
    """Paragraphs are broken as a whole, and words where their language has it."""
    yield line_break, "pyphen", hyphenation
    paragraphs = Paragraphs(styles, hyphenation)
    yield inline, "split_inline_box", paragraphs.splitting(inline.split_inline_box)
    yield inline, "text_align", paragraphs.aligning(inline.text_align)
    draw = weasyprint.draw.text.draw_first_line
    yield from _everywhere(draw, scaling(draw), "draw_first_line")


def _guards() -> Iterator[Patch]:
    """Drawings have what is on a list, and of pictures four formats are opened, wherever they come from."""
    yield images, "SVGImage", pictures.CleanDrawing
    yield html, "SVGImage", pictures.CleanDrawing
    text = pictures.legible(svg.text)
    # Which nodes are texts is asked by their function.
    tags = {name: text if draw is svg.text else draw for name, draw in svg.TAGS.items()}
    yield svg, "TAGS", tags
    yield svg, "text", text
    yield PIL.Image, "open", only_these(PIL.Image.open)


def _markup(styles: Styles) -> Iterator[Patch]:
    parser = weasyprint.tinyhtml5
    yield parser, "parse", markup.parsing(parser.parse)


def _cascade(styles: Styles) -> Iterator[Patch]:
    yield css, "StyleFor", cascade.StyleFor


def _values(styles: Styles) -> Iterator[Patch]:
    computed, anonymous = css.ComputedStyle, css.AnonymousStyle
    yield computed, "__missing__", values.computed(computed.__missing__)
    yield anonymous, "__missing__", values.anonymous(anonymous.__missing__)
    for kind, filling in (
        (css.ComputedStyle, values.filled),
        (css.AnonymousStyle, values.filled_anonymous),
    ):
        yield kind, "__init__", filling(kind.__init__)
    settle = page._standardize_page_based_counters
    yield page, "_standardize_page_based_counters", values.standardized(settle)


def _shaping(styles: Styles) -> Iterator[Patch]:
    yield line_break, "Layout", shaping.layout_class(styles)
    for function in (
        shaping.line_size,
        shaping.get_next_break_point,
        shaping.get_log_attrs,
        shaping.can_break_text,
    ):
        yield from _everywhere(getattr(line_break, function.__name__), function)
    yield from _everywhere(line_break.strut, styles.struts(line_break.strut))


def _words(styles: Styles) -> Iterator[Patch]:
    layouts = line_break.Layout
    if not issubclass(layouts, shaping.Layout):
        # They are made without Pango only with what `shaping` knows of styles.
        return
    split = Words(styles, layouts).splitting(line_break.split_first_line)
    for module in (inline, preferred):
        yield module, "split_first_line", split


def _measuring(styles: Styles) -> Iterator[Patch]:
    split = Measures(styles).remembering(inline.split_first_line)
    for module in (inline, preferred):
        yield module, "split_first_line", split


def _flow(styles: Styles) -> Iterator[Patch]:
    yield boxes.Box, "is_in_normal_flow", flow.is_in_normal_flow
    yield boxes.Box, "descendants", flow.descendants
    yield boxes.Box, "establishes_formatting_context", flow.establishes_formatting_context
    yield boxes.ParentBox, "page_values", flow.page_values
    yield from _everywhere(block.collapse_margin, flow.collapse_margin)
    lengths = flow.Lengths(percent.resolve_percentages)
    yield from _everywhere(percent.resolve_percentages, lengths.resolve)
    yield from _everywhere(float.avoid_collisions, flow.avoiding(float.avoid_collisions))


def _columns(styles: Styles) -> Iterator[Patch]:
    yield block, "block_box_layout", Columns(block.block_box_layout).layout


def _lines(styles: Styles) -> Iterator[Patch]:
    yield inline, "get_next_linebox", Lines().keeping(inline.get_next_linebox)


def _glyphs(styles: Styles) -> Iterator[Patch]:
    yield stream, "get_pango_font_key", Keys(stream.get_pango_font_key).get
    shown = Writer(styles).shown if "words" in _chosen and "shaping" in _chosen else None
    painter = Painter(weasyprint.draw.text.draw_first_line, shown)
    yield from _everywhere(weasyprint.draw.text.draw_first_line, painter.draw_first_line)


def _looks(styles: Styles) -> Iterator[Patch]:
    looks = Looks()
    grounds = background.layout_box_backgrounds
    yield from _everywhere(grounds, looks.grounds(grounds), "layout_box_backgrounds")
    for function, shorter in (
        (border.draw_outline, looks.outlines),
        (border.draw_border, looks.borders),
        (border.set_mask_border, looks.masks),
        (weasyprint.draw.text.draw_text, looks.texts),
        (anchors.gather_anchors, looks.anchors),
    ):
        yield from _everywhere(function, shorter(function))
    yield stream.Stream, "set_color", colouring(stream.Stream.set_color)


def _operands(styles: Styles) -> Iterator[Patch]:
    yield pydyf, "_to_bytes", operands.written(pydyf._to_bytes)


_SHORTCUTS: dict[str, Callable[[Styles], Iterator[Patch]]] = {
    "markup": _markup,
    "cascade": _cascade,
    "values": _values,
    "shaping": _shaping,
    "words": _words,
    "measuring": _measuring,
    "flow": _flow,
    "columns": _columns,
    "lines": _lines,
    "glyphs": _glyphs,
    "looks": _looks,
    "operands": _operands,
}


def _everywhere(function: Any, value: Any, name: str = "") -> Iterator[Patch]:
    """Wherever WeasyPrint's modules have a function under its name."""
    name = name or function.__name__
    for module in _having(name):
        if getattr(module, name) is function:
            yield module, name, value


@cache
def _having(name: str) -> tuple[Any, ...]:
    """The modules of WeasyPrint that have something under a name."""
    return tuple(
        module
        for module in list(sys.modules.values())
        if getattr(module, "__name__", "").startswith("weasyprint.") and hasattr(module, name)
    )


@contextmanager
def replaced(place: Any, name: str, value: object) -> Iterator[None]:
    """Have something else under a name of a module or a class."""
    original = getattr(place, name)
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, original)
