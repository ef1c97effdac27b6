"""What each page would be on the other side of the paper.

A section is laid out once, and the linker turns its pages where it begins on the other side. That takes a layout whose
left and right pages differ in nothing but their side margins and the boxes in the margins: then what is on a page is
moved as a whole. The boxes in the margins are laid out for both sides, which takes little. Whether left and right
pages differ in more is asked of the styles of each page; if they do, the section cannot be turned, and has to be laid
out again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from weasyprint.anchors import gather_anchors
from weasyprint.formatting_structure import boxes
from weasyprint.layout import background, page, percent

_MARGINS = frozenset({"margin_left", "margin_right"})
# Breaks that leave a page blank, or do not, by the side that they come to.
_SIDED = frozenset({"left", "right", "recto", "verso"})
_SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Other:
    """A page as it would be on the other side: its content moved to the right by `shift` pixels, and the boxes in its
    margins, None where they are the same.
    """

    shift: float = 0.0
    furniture: tuple[Any, ...] | None = None


class Sides:
    """The other sides of the pages of a document, but for the `skipped` ones at its start. While `turns`, they can be
    had without laying it out again; never where the layout is good `for_one` side only.
    """

    def __init__(
        self,
        shift: Callable[[Any], float | None] = lambda page: 0.0,
        skipped: int = 0,
        *,
        for_one: bool = False,
    ) -> None:
        self.turns = not for_one
        self._skipped = skipped
        # How far to the right a page's content moves besides its margins; None where its parts move apart.
        self._shift = shift
        self._others: dict[int, Other] = {}
        # The names of boxes in margins and other areas that any page rule speaks of; None is the page itself.
        self._kinds: frozenset[str | None] | None = None

    def of(self, page_box: Any) -> Other:
        """The other side of a page; the page itself where it cannot be turned."""
        return self._others.get(id(page_box), Other())

    def watching(self, pages: Iterable[Any], html: Any, context: Any) -> Iterator[Any]:
        """The pages of a document that was laid out in a context; the other side is laid out for each."""
        breaks = (after["break"] for _, after, *_ in context.page_maker[1:-1])
        self.turns = self.turns and _SIDED.isdisjoint(breaks)
        for number, page_box in enumerate(pages):
            if self.turns and number >= self._skipped:
                self._turn(page_box, html, context)
            yield page_box

    def _turn(self, page_box: Any, html: Any, context: Any) -> None:
        own = page_box.page_type
        other = own._replace(side="left" if own.side == "right" else "right")
        style_for = context.style_for
        style_for.add_page_declarations(other)
        differing = {
            kind
            for kind in self._all_kinds(style_for)
            if _declared(style_for, own, kind) != _declared(style_for, other, kind)
        }
        if not differing:
            return
        if not all(kind is None or kind in _BOXES for kind in differing) or not _MARGINS.issuperset(
            _differing(_declared(style_for, own, None), _declared(style_for, other, None))
        ):
            self.turns = False
            return
        page.set_page_type_computed_styles(other, html, style_for)
        turned = _turned(page_box, other, context)
        shift = turned.content_box_x() - page_box.content_box_x()
        moved = self._shift(page_box)
        if (
            moved is None
            or not _same_room(page_box, turned)
            or (shift + moved and _has_picture(page_box))
        ):
            self.turns = False
            return
        shift += moved
        state = context.page_maker[context.current_page][3]
        furniture = tuple(page.make_margin_boxes(context, turned, state))
        for box in furniture:
            background.layout_box_backgrounds(turned, box, context.get_image_from_uri)
            # Where a box is turned or scaled to is found out on the way.
            gather_anchors(box, {}, [], [], {None: []})
        self._others[id(page_box)] = Other(shift, furniture)

    def _all_kinds(self, style_for: Any) -> frozenset[str | None]:
        if self._kinds is None:
            self._kinds = frozenset({None}) | {
                kind
                for sheet, *_ in style_for._sheets
                for _, selectors, _ in sheet.page_rules
                for _, kind, _ in selectors
            }
        return self._kinds


_BOXES = frozenset(
    [f"@{edge}-{place}" for edge in ("top", "bottom") for place in ("left", "center", "right")]
    + [f"@{edge}-{place}" for edge in ("left", "right") for place in ("top", "middle", "bottom")]
    + [f"@{edge}-{side}-corner" for edge in ("top", "bottom") for side in ("left", "right")]
)


def _declared(style_for: Any, page_type: Any, kind: str | None) -> dict[str, Any]:
    """What page rules declare for a page or for a box in its margins."""
    found = style_for.get_cascaded_styles().get((page_type, kind), {})
    return {name: value for name, (value, _) in found.items()}


def _differing(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    """The properties of which only one has a value, or each another."""
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def _turned(page_box: Any, page_type: Any, context: Any) -> Any:
    """A page of another type with the same content, which is not moved."""
    turned = page_box.copy_with_children(page_box.children)
    turned.page_type = page_type
    turned.style = context.style_for(page_type)
    turned.style["overflow"] = page_box.style["overflow"]
    width, height = turned.style["size"]
    percent.resolve_percentages(turned, (width, height))
    page.page_width(turned, context, width)
    page.page_height(turned, context, height)
    return turned


def _same_room(one: Any, other: Any) -> bool:
    """Whether two pages have as much room, at the same height."""
    return (
        all(
            abs(getattr(one, name) - getattr(other, name)) < _SAME
            for name in ("width", "height", "margin_top", "margin_bottom")
        )
        and abs(one.margin_width() - other.margin_width()) < _SAME
    )


def _has_picture(page_box: Any) -> bool:
    """Whether the ground of a page, which reaches over its margins and stays where it is, has a picture on it.

    That is placed by the margins, or else by the paper.
    """
    grounds = (page_box.background, page_box.canvas_background)
    layers = (layer for ground in grounds if ground is not None for layer in ground.layers)
    return any(layer.image is not None for layer in layers)


def in_margin(box: Any) -> bool:
    """Whether a box of a page is one of those in its margins."""
    return isinstance(box, boxes.MarginBox)
