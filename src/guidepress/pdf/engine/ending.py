"""No page of a section ends too early, and no figure stands overleaf from the text that names it.

For that, the section is laid out with pages a line longer or a few lines shorter. Where its last page would hold a few
lines only, or what is kept together leaves much of a page inside of it empty, a line more on each of its pages often
takes these in, and a line or two less moves others to them. Where it would hold the last few questions only, a page
less is tried for, or one less with questions. Where a figure moved to the back of the sheet that its text is on
(`spreads`), some lines more or less before them bring it into view again. All pages of a section are as high, so that
facing pages stay level. The boxes in the margins stay where they are.

What does not depend on the height of pages is done once: parsing, styles, boxes, and the lines of plain text (`lines`).
A layout is given up at the page with which it is no better than the best one so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import le
from typing import Any, NamedTuple

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from guidepress.pdf.engine import lines
from guidepress.pdf.engine.sides import in_margin
from guidepress.pdf.engine.spreading import asks, leaves_few
from guidepress.pdf.engine.spreads import Shown, main_of, overleaf, shown

# Lines that pages are longer by, in the order in which they are tried.
TRIED = (1, -1, -2, -3)
# Of a section of so few pages, others too: what is kept together moves in larger pieces than a line or two.
SHORT, TRIED_IN_SHORT = 3, (-4, -5, -6)
# Down to so many for the sake of a few questions: what comes before them then fills the page that they began on.
LEAST_FOR_FEW = -2
# How full the last page of a section is at least, and the others, as shares of their height. They are to look full to a
# quarter, and to 85 %, and the ink of a page ends a little above its last line.
LAST, INNER = 0.26, 0.86
# A section that has been laid out so often that it came to so many pages stays as it is.
MOST_PAGES = 80


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A document that is laid out: its pages, and whatever else is known of that layout."""

    pages: Sequence[Any]
    known: Any = None


class Foot(NamedTuple):
    """How a page ends: how far down its height it is `filled`, 0 where it is blank; and whether it `asks` questions
    there. And what is `shown` on it.
    """

    filled: float
    asks: bool
    shown: Shown


# Lays out a tree of boxes in a context.
LayOut = Callable[[Any, Any], LaidOut]


class _Faults(NamedTuple):
    """What is wrong with a layout, the worse first: pages that end too `early`, figures that stand `overleaf`."""

    early: int
    overleaf: int


class NoBetterError(Exception):
    """A layout has as many faults as one before it."""


class HollowError(Exception):
    """Some pages of a layout are known by their `feet` alone. It came to its last page, or cannot go on behind those
    (`feet` are None).
    """

    def __init__(self, feet: Sequence[Foot] | None) -> None:
        super().__init__()
        self.feet = feet


class Ending:
    """How many pixels the pages of a document are `longer` than their styles say; None where that is to be found.

    It is `for_one_side` where a figure would stand overleaf if its first page were on the other side of the paper.
    """

    def __init__(self, longer: float | None) -> None:
        self.longer = longer or 0.0
        self.for_one_side = False
        self._settled = longer is not None
        self._making = False
        # How the pages of the layout at hand end, by number, and which end too early; and how many faults are too many.
        self._feet: dict[int, Foot] = {}
        self._wrong: dict[int, bool] = {}
        self._most: _Faults | None = None

    def high(self, page_height: Callable[..., Any]) -> Callable[..., Any]:
        """WeasyPrint's function that finds the height of a page."""

        def height(page: Any, *args: Any) -> None:
            page_height(page, *args)
            if self._making:
                page.height += self.longer

        return height

    def made(self, make_page: Callable[..., Any]) -> Callable[..., Any]:
        """WeasyPrint's function that makes a page, which gets its own height back when its content is in place."""

        def make(
            context: Any, root_box: Any, kind: Any, start: Any, number: int, *args: Any
        ) -> Any:
            self._making = True
            try:
                page, resume_at, *others = make_page(context, root_box, kind, start, number, *args)
            finally:
                self._making = False
            page.height -= self.longer
            if self.judges:
                self.judge(foot(page), number, resume_at)
            return page, resume_at, *others

        return make

    @property
    def judges(self) -> bool:
        """Whether the layout at hand is given up where it is no better than another."""
        return self._most is not None

    def judge(self, foot: Foot, number: int, resume_at: Any) -> None:
        """Note how a page ends. Gives a layout up that is no better than another."""
        if self._most is None:
            return
        goes_on = resume_at is not None
        self._wrong[number] = goes_on and 0 < foot.filled < INNER
        self._feet[number] = foot
        pages = [self._feet[n].shown for n in sorted(self._feet)]
        faults = _Faults(sum(self._wrong.values()), overleaf(pages, goes_on=goes_on))
        if faults >= self._most:
            raise NoBetterError

    def settled(self, lay_out: LayOut, root_box: Any, context: Any) -> LaidOut:
        """The layout of a tree of boxes with the least faults, and the first of these."""
        if self._settled or context.target_collector.counter_lookup_items:
            # What counts pages is filled in while pages are made.
            return lay_out(root_box, context)
        untouched = _copied(root_box)
        contexts = _Contexts(context)
        best = lay_out(root_box, context)
        feet: Sequence[Foot] = [foot(page) for page in best.pages]
        line = _line(best.pages[0])
        faults = _faults(feet) if line else _Faults(0, 0)
        few = bool(line) and leaves_few(best.pages)
        count, longer = len(feet), 0.0
        tried_lines = TRIED + (TRIED_IN_SHORT if TRIED and count <= SHORT else ())
        for more in tried_lines:
            if not (any(faults) or (few and more >= LEAST_FOR_FEW)) or count > MOST_PAGES:
                break
            self.longer = more * line
            self._feet, self._wrong = {}, {}
            self._most = faults._replace(overleaf=faults.overleaf + few)
            try:
                tried, others = self._tried(lay_out, untouched, contexts)
            except NoBetterError:
                continue
            finally:
                self._most = None
                count += len(self._wrong)
            found = _faults(others)
            saved = few and _is_less(others, feet)
            if found < faults or (found == faults and saved):
                best = tried or lay_out(_copied(untouched), contexts.another())
                feet, longer, faults = others, self.longer, found
                few = leaves_few(best.pages)
        self.longer = longer
        self.for_one_side = overleaf([foot.shown for foot in feet], turned=True) > 0
        return best

    def _tried(
        self, lay_out: LayOut, untouched: Any, contexts: _Contexts
    ) -> tuple[LaidOut | None, Sequence[Foot]]:
        """A layout, None where it is known by how its pages end, and that. Raises NoBetterError."""
        try:
            tried = lay_out(_copied(untouched), contexts.another())
        except HollowError as hollow:
            if hollow.feet is not None:
                return None, hollow.feet
            self._feet, self._wrong = {}, {}
            tried = lay_out(_copied(untouched), contexts.another())
        return tried, [foot(page) for page in tried.pages]


class _Contexts:
    """Contexts like one that nothing was laid out in yet."""

    def __init__(self, context: Any) -> None:
        self._like = context
        self._footnotes = list(context.footnotes)

    def another(self) -> Any:
        like = self._like
        context = type(like)(
            like.style_for,
            like.get_image_from_uri,
            like.font_config,
            like.counter_style,
            like.target_collector,
        )
        context.footnotes = list(self._footnotes)
        context.dictionaries = like.dictionaries
        lines.share(like, context)
        return context


def _copied(box: Any, *, lettered: bool = False) -> Any:
    """A copy of a tree of boxes: layout exchanges blocks, and leaves the lines of plain text as they are.

    But for those whose first letter has a style of its own (`lettered`), which it takes out of its text.
    """
    lettered = lettered or bool(box.first_letter_style)
    if not lettered and lines.is_plain(box):
        return box
    new = box.copy()
    if box.children:
        new.children = [_copied(child, lettered=lettered) for child in box.children]
    if isinstance(box, boxes.TableBox):
        new.column_groups = tuple(group.deepcopy() for group in box.column_groups)
    return new


def foot(page: Any) -> Foot:
    """How a page ends."""
    return Foot(_fill(page), asks(page), shown(page))


def _is_less(feet: Sequence[Foot], others: Sequence[Foot]) -> bool:
    """Whether there are fewer pages, or fewer with questions, and not more of either."""
    fewer = [(len(some), sum(foot.asks for foot in some)) for some in (feet, others)]
    return fewer[0] != fewer[1] and all(map(le, *fewer))


def _faults(feet: Sequence[Foot]) -> _Faults:
    return _Faults(_early(feet), overleaf([foot.shown for foot in feet]))


def _early(feet: Sequence[Foot]) -> int:
    """How many pages end too early."""
    fills = [foot.filled for foot in feet]
    if len(fills) < 2:
        return 0
    *inner, last = fills
    return sum(fill < INNER for fill in inner if fill) + (last < LAST)


def _fill(page: Any) -> float:
    """How far down its height the content of a page reaches; 0 for one that is blank."""
    # The place for notes is there before it is known that there are none.
    content = (box for box in page.children if box.children and not in_margin(box))
    bottom = max(_bottoms(content), default=None)
    return 0.0 if bottom is None else float((bottom - page.content_box_y()) / page.height)


def _bottoms(found: Iterable[Any]) -> Iterator[float]:
    """Where the innermost boxes end that can be seen, or that something is to be written in."""
    for one in found:
        box = one._box if isinstance(one, AbsolutePlaceholder) else one
        if box.children:
            yield from _bottoms(box.children)
        elif isinstance(box, (boxes.TextBox, boxes.ReplacedBox)) or box.border_bottom_width:
            yield box.position_y + box.margin_height()


def _line(page: Any) -> float:
    """The height of a line of text in pixels, 0 where there is no `main` that has one."""
    if (main := main_of(page)) is None:
        return 0.0
    line = main.style["line_height"]
    return float(line.value) if getattr(line, "unit", "") == "px" else 0.0
