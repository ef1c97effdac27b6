"""What of a style can be seen, asked once: most boxes have no ground, no border, no line and no place in the outline.

WeasyPrint 70 asks each box for the parts of these one by one, where it is finished and where it is painted, some twenty
properties in all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import weasyprint.draw.text
from weasyprint.layout.absolute import AbsolutePlaceholder

# What a box without a ground gets where that of its page is made.
_BARE = {
    "border_top_left_radius": (0, 0),
    "border_top_right_radius": (0, 0),
    "border_bottom_right_radius": (0, 0),
    "border_bottom_left_radius": (0, 0),
    "background": None,
}
_CORNERS = tuple(name for name in _BARE if name != "background")
_NOTHING = (0, "px")


class _Look:
    """What a style has: right corners and no ground (`bare`); no picture in the place of borders, and no columns that
    have rules (`bordered`); no mask (`unmasked`); an `outline`; text without lines (`lineless`).

    The style is kept, lest another gets its identity.
    """

    __slots__ = ("bare", "bordered", "lineless", "outline", "style", "unmasked")

    def __init__(self, style: Any) -> None:
        self.style = style
        visible = style["visibility"] == "visible"
        self.unmasked = style["mask_border_source"][0] == "none"
        framed = style["border_image_source"][0] != "none"
        self.bare = (
            self.unmasked
            and not framed
            and visible
            and not style["box_shadow"]
            and all(kind == "none" for kind, _ in style["background_image"])
            and _color(style, "background_color").alpha == 0
            and all(_NOTHING in style[corner] for corner in _CORNERS)
        )
        columns = style["column_width"] != "auto" or style["column_count"] != "auto"
        self.bordered = not framed and not columns
        self.outline = bool(
            visible and style["outline_width"] and _color(style, "outline_color").alpha
        )
        self.lineless = visible and style["text_decoration_line"] == "none"


class Looks:
    """The looks of the styles of one document."""

    def __init__(self) -> None:
        self._known: dict[int, _Look] = {}
        self._silent: dict[int, tuple[Any, bool]] = {}
        self._outlines = False

    def of(self, style: Any) -> _Look:
        """The look of a style."""
        look = self._known.get(id(style))
        if look is None:
            look = self._known[id(style)] = _Look(style)
            self._outlines = self._outlines or look.outline
        return look

    def grounds(self, layout_box_backgrounds: Callable[..., None]) -> Callable[..., None]:
        """WeasyPrint's function that makes the grounds of a box and of what is in it."""
        of = self.of

        def lay_out(
            page: Any, box: Any, get_image: Any, layout_children: bool = True, style: Any = None
        ) -> None:
            look = of(box.style)
            if (
                not look.bare
                or style is not None
                or type(box) is AbsolutePlaceholder
                or box is page
            ):
                layout_box_backgrounds(page, box, get_image, layout_children, style)
                return
            box.__dict__.update(_BARE)
            if layout_children:
                for child in box.all_children():
                    lay_out(page, child, get_image)

        return lay_out

    def outlines(self, draw_outline: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        """WeasyPrint's function that paints outlines; whatever is painted has had its ground made."""

        def draw(stream: Any, box: Any) -> None:
            if self._outlines:
                draw_outline(stream, box)

        return draw

    def borders(self, draw_border: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        """WeasyPrint's function that paints the borders of a box."""

        def draw(stream: Any, box: Any) -> None:
            if (
                box.border_top_width
                or box.border_right_width
                or box.border_bottom_width
                or box.border_left_width
                or not self.of(box.style).bordered
            ):
                draw_border(stream, box)

        return draw

    def masks(self, set_mask_border: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        """WeasyPrint's function that masks a box."""

        def mask(stream: Any, box: Any) -> None:
            if not self.of(box.style).unmasked:
                set_mask_border(stream, box)

        return mask

    def texts(self, draw_text: Callable[..., None]) -> Callable[..., None]:
        """WeasyPrint's function that paints a text with the lines under, over and through it."""
        matrix = weasyprint.draw.text.Matrix

        def draw(
            stream: Any, textbox: Any, offset_x: float, text_overflow: str, *ellipsis: str
        ) -> None:
            style = textbox.style
            if not self.of(style).lineless or not style["font_size"] or not ellipsis:
                draw_text(stream, textbox, offset_x, text_overflow, *ellipsis)
                return
            x, y = textbox.position_x, textbox.position_y + textbox.baseline
            stream.set_color(style["color"])
            textbox.pango_layout.reactivate(style)
            stream.begin_text()
            # Whatever paints lines at that time.
            draw_first_line = weasyprint.draw.text.draw_first_line
            emojis = draw_first_line(
                stream, textbox, text_overflow, *ellipsis, matrix(d=-1, e=x, f=y)
            )
            stream.end_text()
            weasyprint.draw.text.draw_emojis(stream, style, x, y, emojis)
            textbox.pango_layout.deactivate()

        return draw

    def anchors(self, gather_anchors: Callable[..., None]) -> Callable[..., None]:
        """WeasyPrint's function that finds what a box and what is in it add to links, anchors and the outline."""

        def gather(
            box: Any,
            anchors: Any,
            links: Any,
            bookmarks: Any,
            forms: Any,
            matrix: Any = None,
            form: Any = None,
            link: Any = None,
        ) -> None:
            if link or box.link or not self._is_silent(box):
                gather_anchors(box, anchors, links, bookmarks, forms, matrix, form, link)
                return
            for child in box.all_children():
                gather(child, anchors, links, bookmarks, forms, matrix, form, None)

        return gather

    def _is_silent(self, box: Any) -> bool:
        style = box.style
        known = self._silent.get(id(style))
        if known is None:
            silent = not (
                style["transform"]
                or style["bookmark_level"] != "none"
                or style["anchor"]
                or style["appearance"] == "auto"
            )
            known = self._silent[id(style)] = style, silent
        return known[1] and (box.element is None or box.element.tag != "form")


def colouring(set_color: Callable[..., None]) -> Callable[..., None]:
    """WeasyPrint's method that sets the colour of a stream, for one that is not set already."""
    # What a stream remembers of a colour, by its identity; it is kept, lest another gets that.
    known: dict[int, tuple[Any, tuple[Any, ...], str]] = {}

    def set_colour(stream: Any, color: Any, stroke: bool = False) -> None:
        if stroke:
            set_color(stream, color, stroke)
            return
        found = known.get(id(color))
        if found is None:
            *channels, alpha = color
            found = known[id(color)] = color, (color.space, *channels), f"A{alpha}"
        if stream._current_color != found[1] or stream._current_alpha != found[2]:
            set_color(stream, color)

    return set_colour


def _color(style: Any, name: str) -> Any:
    value = style[name]
    return style["color"] if value == "currentcolor" else value
