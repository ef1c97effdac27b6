"""Figures that do not fit on the rest of a page move below the text that follows, which fills the page.

CSS has no floats from page to page. A child of `main` of the class `floats` for which there is no room is exchanged
with its next sibling where that is text, again and again until the page is full; so it stands at the head of the next
page or near it. Text that announces what follows is passed with it, and code with what it prints and its call-outs.
Figures in a row are passed as one, and a heading only where much of the page would stay empty, so that figures keep
their order and mostly their section. A paragraph that so comes to follow another one gets the indent that the styles
have for such paragraphs. Where no text may pass a table, since there is none or the text above announces the table, its
rows begin on the page if much of that is left; and so do the lines of code that is kept whole, and what is of the class
`yields`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from weasyprint.formatting_structure import boxes

from guidepress.pdf.engine import cascade

# The class of what may move, and the elements that it may pass.
CLASS = "floats"
# The class of what is kept whole unless much of the page would stay empty.
YIELDS = "yields"
# The share of a page that figures and tables may not leave empty.
MUCH = 0.15
PASSED = frozenset({"p", "ul", "ol", "dl", "blockquote", "pre", "table"})
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})

Layout = Callable[..., Any]


class Children(list[Any]):
    """The children of a box, which may change places while they are laid out one after the other.

    `seen` is how many were asked for, counted from the first one; `ended` says whether it was asked if there are more.
    In those that are `changed`, something is no longer as it was built.
    """

    seen = 0
    ended = False

    def __init__(self, children: Iterable[Any]) -> None:
        super().__init__(children)
        self.changed: set[int] = set()
        self._last = 0

    def __getitem__(self, key: Any) -> Any:
        """An item; or those from one on, which are read as they come."""
        if not isinstance(key, slice):
            self._look(key + 1 if key >= 0 else len(self) + 1)
        elif key.stop is None and key.step is None:
            return self._laid_out(key.start or 0)
        else:
            self._look(len(self) + 1 if key.stop is None else key.stop)
        return super().__getitem__(key)

    def _laid_out(self, start: int) -> Iterator[Any]:
        for at, child in enumerate(self.ahead(start), start):
            self._last = at
            yield child

    def ahead(self, start: int) -> Iterator[Any]:
        """The children from one on, as they come."""
        while start < len(self):
            self._look(start + 1)
            yield super().__getitem__(start)
            start += 1
        self._look(len(self) + 1)

    def _look(self, count: int) -> None:
        self.seen = max(self.seen, min(count, len(self)))
        self.ended = self.ended or count > len(self)

    def change(self) -> None:
        """Note that something in the child that was asked for last was changed."""
        self.changed.add(id(super().__getitem__(self._last)))


def exchangeable(main: Any) -> Children:
    """The children of a `main`, made such that they can be exchanged."""
    if not isinstance(main.children, Children):
        main.children = Children(main.children)
    found: Children = main.children
    return found


def watched(block_container_layout: Layout) -> Layout:
    """WeasyPrint's function, with children of `main` that can be exchanged."""

    def layout(context: Any, box: Any, *args: Any, **named: Any) -> Any:
        if box.element_tag == "main":
            context.text = exchangeable(box)
        return block_container_layout(context, box, *args, **named)

    return layout


class Deferring:
    """Stands in for WeasyPrint's layout of a block."""

    def __init__(
        self,
        layout: Layout,
        resolve: Layout,
        remove: Layout,
        shared: Callable[[Any, Any], float] = lambda *_: 0.0,
    ) -> None:
        self._layout = layout
        # How many pixels can be shared out above a block that goes to the next page, in a context and container.
        self._shared = shared
        self._resolve = resolve
        self._remove = remove
        # What was put in the place of which figure, where on which page: WeasyPrint may ask a second time.
        self._last: tuple[Any, Any, tuple[int, float]] | None = None

    def layout(
        self,
        context: Any,
        box: Any,
        bottom_space: float,
        skip_stack: Any,
        containing_block: Any,
        page_is_empty: bool = False,
        *others: Any,
        **named: Any,
    ) -> Any:
        """Lay out a block, or the text that takes its place."""
        siblings = getattr(containing_block, "children", None)
        top = box.position_y

        def laid_out(one: Any, skip: Any, *rest: Any) -> Any:
            # A layout moves the block that it is given down by the margins above it.
            one.position_y = top
            return self._layout(
                context, one, bottom_space, skip, containing_block, page_is_empty, *rest, **named
            )

        # Blocks of a container come with all there is to say, by place; others are not meant.
        if not isinstance(siblings, Children) or page_is_empty or skip_stack:
            return laid_out(box, skip_stack, *others)
        if _yields(box) and box.style["break_inside"] == "avoid":
            shared = 0.0 if _is_code(box) else self._shared(context, containing_block)
            if (
                not _has_room(context, box, shared)
                and getattr(context, "announced", None) is not box
            ):
                return laid_out(box, None, *others)
            return self._in_parts(context, box, bottom_space, laid_out, others)
        if not _floats(box):
            return laid_out(box, skip_stack, *others)
        absolute_boxes, fixed_boxes, margins, *rest = others

        def fresh(one: Any) -> Any:
            # The margins above a block are noted in the list that it is given.
            return laid_out(one, None, absolute_boxes, fixed_boxes, list(margins), *rest)

        place = (context.current_page, box.position_y)
        if self._last is not None and self._last[0] is box and self._last[2] == place:
            return self._instead(box, self._last[1], containing_block, fresh)
        result = fresh(box)
        if _fits(context, result, bottom_space):
            return result
        at = next(n for n, one in enumerate(list(siblings)) if one is box)
        # Rows of a table may begin here rather than leave their section.
        heading = _has_room(context, box) and not _tables(box)
        if (
            at
            and _has_room(context, box)
            and _tables(box)
            and _is_announced(list(siblings)[at - 1])
        ):
            return self._in_rows(context, box, result, fresh)
        # Figures that come one after the other are passed as one, so that they keep their order.
        end = at + 1
        for one in siblings.ahead(end):
            if not _floats(one):
                break
            end += 1
        passed = _passed(siblings, end, heading=heading)
        if not passed:
            return self._in_rows(context, box, result, fresh) if _has_room(context, box) else result
        if result[0] is not None:
            self._remove(context, [result[0]], absolute_boxes, fixed_boxes)
        before = list(siblings)[at : end + passed]
        following = siblings[end]
        siblings[at : end + passed] = [*before[end - at :], *before[: end - at]]
        context.text.change()
        as_it_was = following.style, following.children
        if at:
            _indent(context, following, siblings[at - 1], containing_block)
        instead = self._instead(box, following, containing_block, fresh)
        if instead[0] is None:
            # Not a line of it fits either.
            siblings[at : end + passed] = before
            following.style, following.children = as_it_was
            return instead
        self._last = (box, following, place)
        return instead

    def _in_parts(
        self, context: Any, box: Any, bottom_space: float, laid_out: Layout, others: Any
    ) -> Any:
        """What is broken rather than leave much empty: code, where its announcement would stand alone, too."""
        absolute_boxes, fixed_boxes, margins, *rest = others
        result = laid_out(box, None, absolute_boxes, fixed_boxes, list(margins), *rest)
        if _fits(context, result, bottom_space):
            return result
        if result[0] is not None:
            self._remove(context, [result[0]], absolute_boxes, fixed_boxes)
        context.text.change()
        # Boxes of one look share their style.
        box.style = box.style.copy()
        box.style["break_inside"] = "auto"
        return laid_out(box, None, absolute_boxes, fixed_boxes, list(margins), *rest)

    def _in_rows(self, context: Any, box: Any, result: Any, fresh: Layout) -> Any:
        """A table that nothing may come before, broken between its rows rather than leave the page half empty."""
        if not (tables := _tables(box)):
            return result
        context.text.change()
        for one in tables:
            # Boxes of one look share their style.
            one.style = one.style.copy()
            one.style["break_inside"] = "auto"
        return fresh(box)

    def _instead(self, box: Any, following: Any, containing_block: Any, fresh: Layout) -> Any:
        following.position_x, following.position_y = box.position_x, box.position_y
        self._resolve(following, containing_block)
        return fresh(following)


def _tables(box: Any) -> list[Any]:
    """The blocks of a figure that keep its table whole, and not what is below that; none where it has no table."""
    whole = [one for one in (box, *box.descendants()) if one.style["break_inside"] == "avoid"]
    return [one for one in whole if one.element_tag in ("div", "figure") and _has_table(one)]


def _has_table(box: Any) -> bool:
    return any(isinstance(one, boxes.TableBox) for one in box.descendants())


def _indent(context: Any, box: Any, above: Any, container: Any) -> None:
    """Give a paragraph that comes to follow another one the indent that the styles have for such paragraphs."""
    if not box.element_tag == above.element_tag == "p":
        return
    style = cascade.behind(context.style_for, container.element, above.element, box.element)
    # Boxes of one look share their style, and layouts the lines of plain text.
    box.style = box.style.copy()
    box.style["text_indent"] = style["text_indent"]
    box.children = [one.copy() for one in box.children]
    for one in box.children:
        one.style = one.style.copy()
        one.style["text_indent"] = style["text_indent"]


def _has_room(context: Any, box: Any, shared: float = 0.0) -> bool:
    """Whether much of the page is left below a block's place, besides the pixels that can be shared out above it."""
    left: float = context.page_bottom - box.position_y - shared
    page: float = context.style_for.initial_page_sizes["area"][1]
    return left > MUCH * page


def _is_code(box: Any) -> bool:
    return bool(box.element_tag == "pre")


def _yields(box: Any) -> bool:
    return _is_code(box) or YIELDS in classes(box)


def _floats(box: Any) -> bool:
    return CLASS in classes(box)


def _passed(siblings: Children, start: int, *, heading: bool) -> int:
    """How many blocks a figure may move below at once: text with what it announces, or a `heading` with its text."""
    code = 0
    for count, one in enumerate(siblings.ahead(start), 1):
        if code and not of_code(one):
            return code
        if one.element_tag in HEADINGS:
            if not heading or one.element is None:
                return 0
            continue
        if one.element is None or _floats(one):
            return code
        if one.element_tag not in PASSED and not code:
            return 0
        if of_code(one):
            code = count
        elif not announces(one):
            return count
    return code


def of_code(box: Any) -> bool:
    """Whether a block is code, what that prints, or its call-outs."""
    return _is_code(box) or "callouts" in classes(box)


def _is_announced(above: Any) -> bool:
    """Whether the text above a figure announces it: other text between the two would seem to be what is meant."""
    return above.element is not None and above.element_tag == "p" and announces(above)


def announces(box: Any) -> bool:
    """Whether a text speaks of what comes right after it: it ends with a colon, or is the name of that, all bold."""
    if "code-title" in classes(box):
        return True
    text = "".join(box.element.itertext()).strip()
    return text.endswith((":", "：")) or _is_bold(box.element, text)


def _is_bold(element: Any, text: str) -> bool:
    """Whether a paragraph has no `text` but one that is set off in it: a heading that runs in to nothing."""
    if element.tag != "p":
        return False
    bold = (one for one in element.iter() if one.tag in ("strong", "b"))
    return bool(text) and any("".join(one.itertext()).strip() == text for one in bold)


def classes(box: Any) -> list[str]:
    """The classes of the element that a box is of; none where it is of none."""
    return (box.element.get("class") or "").split() if box.element is not None else []


def _fits(context: Any, result: Any, bottom_space: float) -> bool:
    new, resume_at = result[0], result[1]
    if new is None or resume_at is not None:
        return False
    return not context.overflows_page(bottom_space, new.border_box_y() + new.border_height())
