"""Pages of the last layout of a section taken for those of the next, where they begin and go on as before.

After an edit most pages of a chapter come out as they were. A process that stays holds the pages of the section that
it laid out last. Of the next text of that section, HTML, styles and boxes are made from nothing, and each page is
either taken or made.

A page depends on what it begins with (`_Start`) and on the blocks that were looked at while it was made: the children
of `main`, which report that (`deferring.Children`). It is taken where both are as before. Half a block is not among
what a page begins with, nor is a block that was tried on the page before and did not come out of that as it was built;
so pages are taken, or made, in runs from one clean beginning to the next. Whatever else one page leaves to another
keeps a beginning from being clean (notes that did not fit) or a section from being held.

Of a layout that lost to another height of pages, no boxes are held, but how each page ends. Where these can be taken,
it is known how the layout goes on; should it win this time, it is laid out anew.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import count
from typing import Any, NamedTuple

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from guidepress.pdf import resident
from guidepress.pdf.engine.cascade import StyleFor
from guidepress.pdf.engine.deferring import Children, exchangeable
from guidepress.pdf.engine.ending import Ending, Foot, HollowError, foot
from guidepress.pdf.engine.environment import Environment, Fetcher, stamp
from guidepress.pdf.engine.outward import Outward
from guidepress.pdf.engine.paragraphs import way_of
from guidepress.pdf.engine.repainting import Painted
from guidepress.pdf.model import Section

# What of an element says where it was written, and nothing of how it is laid out.
_PLACE = "data-line"
# What painting a drawing asks of the context that it was read in.
_FOR_DRAWINGS = ("font_config", "counter_style", "dictionaries", "get_image_from_uri")
# Boxes that are laid out as often as one likes, and stay as they were built.
_STEADY = frozenset(
    (boxes.BlockBox, boxes.LineBox, boxes.InlineBox, boxes.TextBox, boxes.InlineReplacedBox)
)

# Pages that were "taken" and "made" where some could be taken, since the process began; tests and the bench read it.
COUNTS: Counter[str] = Counter()
_NUMBERS = count()
_Rules = Mapping[Any, tuple[tuple[int, int], ...]]


class _Block(NamedTuple):
    """A child of `main`: its element, the number of what it is laid out from, and the boxes of its footnotes.

    `steady`: nothing of it changes where it is tried. `by_line`: nor are its lines chosen together.
    """

    element: Any
    built: int
    notes: tuple[Any, ...]
    steady: bool
    by_line: bool


@dataclass(frozen=True, slots=True)
class _Start:
    """What a page begins with, besides its blocks: its kind, the break before it, counters, and where in its first
    block that is. `clean`: there is nothing else.
    """

    kind: Any
    following: Any
    state: Any
    inner: Any
    clean: bool


@dataclass(frozen=True, slots=True)
class _Made:
    """A page that was made, and what else came of that.

    `blocks` were looked at, from the place `at` on, which the page begins with; behind it they are in another `order`.
    `ended`: it was asked if there are more; `among` so many blocks in all. `inside` are the boxes of the page that have
    an element. Where its `foot` is known, the page is there without its boxes.
    """

    start: _Start
    at: int
    blocks: tuple[_Block, ...]
    order: tuple[int, ...]
    ended: bool
    among: int
    page: Any
    children: tuple[Any, ...]
    inside: tuple[Any, ...]
    resume_at: Any
    next_page: Any
    state: Any
    shift: float | None
    bottom: float
    foot: Foot | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A section that was laid out in a `context`. `frame` is what its pages have in common, `numbers` are those of what
    blocks are laid out from; `around` are the elements around these. `painted` is the content of its pages, by the
    identity of their boxes.
    """

    context: Any
    frame: Any
    numbers: dict[bytes, int]
    around: tuple[Any, ...]
    sizes: dict[str, Any]
    pages: tuple[_Made, ...]
    painted: dict[int, Painted] = field(default_factory=dict)

    def hollow(self) -> Held:
        """This layout with pages without boxes."""
        pages = tuple(map(_hollow, self.pages))
        return replace(self, context=None, pages=pages, painted={})


Layouts = dict[float, Held]


class Looked:
    """What is known of a text whatever the height of its pages: the numbers of what blocks are laid out from, `before`
    being what is held of the last text, and the blocks by their elements, once they were looked through.
    """

    def __init__(self, before: Layouts) -> None:
        self.numbers: dict[bytes, int] = {}
        for held in before.values():
            self.numbers |= held.numbers
        self.blocks: dict[Any, _Block] = {}


class Resuming:
    """Stands in for the making of the pages of one document; `before` is what is held of its last text."""

    def __init__(
        self, before: Held | None, outward: Outward, ending: Ending, looked: Looked
    ) -> None:
        self._before = before
        self._outward = outward
        self._ending = ending
        self._numbers = looked.numbers
        self._known = looked.blocks
        self._main: Children | None = None
        self._frame: Any = None
        self._around: tuple[Any, ...] = ()
        self._blocks: dict[int, _Block] = {}
        self._pages: list[_Made] = []
        self._clean = True
        self._lined = False
        # Pages are taken up to this one. For elements of the last text, those of this one.
        self._until = 0
        self._now: dict[Any, Any] = {}

    def begin(self, root_box: Any, context: Any) -> None:
        """Look through a tree of boxes of which nothing was laid out yet."""
        around = _around(root_box)
        style_for = context.style_for
        if not around or not isinstance(style_for, StyleFor):
            return
        if context.target_collector.counter_lookup_items:
            return
        rules = style_for.rules()
        children = exchangeable(around[-1])
        if any(child.element is None for child in list(children)):
            return
        blocks = [self._known.get(child.element) or self._block(child, rules) for child in children]
        elements = {block.element for block in blocks} | {box.element for box in around}
        notes = sum(len(block.notes) for block in blocks)
        if (
            self._lined
            or len(elements) != len(blocks) + len(around)
            or notes != len(context.footnotes)
        ):
            return
        self._known.update({block.element: block for block in blocks})
        self._main = children
        self._blocks = {id(child): block for child, block in zip(children, blocks, strict=True)}
        self._around = tuple(box.element for box in around)
        self._frame = (
            [_record(element, rules) for element in self._around],
            root_box.page_values(),
        )
        if self._before is not None and self._before.frame == self._frame:
            self._now.update(zip(self._before.around, self._around, strict=True))
        else:
            self._before = None

    def _block(self, box: Any, rules: _Rules) -> _Block:
        made_of: list[Any] = [_record(element, rules) for element in box.element.iter()]
        made_of += [(element.text, element.tail) for element in box.element.iter()][1:]
        made_of.append(box.element.text)
        notes, steady, by_line = [], True, True
        for one in box.descendants():
            made_of.append((one.element_tag, one.bookmark_label, one.string_set))
            if isinstance(one, boxes.TextBox):
                made_of.append(one.text)
            if one.footnote is not None:
                notes.append(one.footnote)
            steady = steady and _is_steady(one)
            # What such a line looks like depends on what was asked of its style before.
            self._lined = self._lined or one.first_line_style is not None
            by_line = by_line and not (isinstance(one, boxes.LineBox) and way_of(one))
        for note in notes:
            made_of += [one.text for one in note.descendants() if isinstance(one, boxes.TextBox)]
        built = blake2b(repr(made_of).encode("utf-8", "surrogatepass")).digest()
        number = self._numbers.setdefault(built, next(_NUMBERS))
        return _Block(box.element, number, tuple(notes), steady, steady and by_line)

    def held(self, context: Any) -> Held | None:
        """What is to be held of a document that is laid out, if anything."""
        pages = self._pages
        if self._main is None or not any(made.start.clean for made in pages[1:]):
            return None
        if any(made.page.fixed_boxes for made in pages):
            return None
        if any(
            found for by_page in context.running_elements.values() for found in by_page.values()
        ):
            return None
        sizes = dict(context.style_for.initial_page_sizes)
        used = {block.built for block in self._blocks.values()}
        numbers = {built: number for built, number in self._numbers.items() if number in used}
        return Held(context, self._frame, numbers, self._around, sizes, tuple(pages))

    def made(self, make_page: Callable[..., Any]) -> Callable[..., Any]:
        """WeasyPrint's function that makes a page, or takes the one that was made before."""

        def make(
            context: Any, root_box: Any, kind: Any, resume_at: Any, number: int, state: Any
        ) -> Any:
            main = self._main
            at = _place(resume_at)
            if main is None or at is None or number != len(self._pages) + 1:
                self._main = None
                if self._is_hollow():
                    raise HollowError(None)
                return make_page(context, root_box, kind, resume_at, number, state)
            following = deepcopy(context.page_maker[number - 1][1])
            inner = deepcopy(_inner(resume_at))
            start = _Start(kind, following, deepcopy(state), inner, self._clean)
            if number > self._until:
                self._until = self._run(main, start, at, number)
            if number <= self._until:
                taken = self._take(context, main, start, at, number, state)
                self._end(context, taken[1])
                return taken
            main.seen, main.ended = at, False
            main.changed.clear()
            before = list(main)
            made = make_page(context, root_box, kind, resume_at, number, state)
            COUNTS["made"] += self._before is not None
            self._keep(context, main, before, start, at, made, state)
            self._end(context, made[1])
            return made

        return make

    def _is_hollow(self) -> bool:
        """Whether a page was taken that is there without its boxes."""
        return any(made.foot for made in self._pages)

    def _end(self, context: Any, resume_at: Any) -> None:
        """Raises HollowError behind the last page where one is there without its boxes."""
        if resume_at is None and not context.reported_footnotes and self._is_hollow():
            raise HollowError([made.foot or foot(made.page) for made in self._pages])

    def _keep(
        self,
        context: Any,
        main: Children,
        before: list[Any],
        start: _Start,
        at: int,
        made: Any,
        state: Any,
    ) -> None:
        """Remember a page that was made; `before` are the blocks as they stood then."""
        page, resume_at, next_page = made
        after = list(main)
        places = {id(child): place for place, child in enumerate(before)}
        kept = _Made(
            start=start,
            at=at,
            blocks=tuple(self._blocks[id(child)] for child in before[at : main.seen]),
            order=tuple(places[id(child)] - at for child in after[at : main.seen]),
            ended=main.ended,
            among=len(main),
            page=page,
            children=tuple(page.children),
            inside=tuple(_inside(page)),
            resume_at=resume_at,
            next_page=deepcopy(next_page),
            state=deepcopy(state),
            shift=self._outward.shift(page),
            bottom=context.page_bottom,
        )
        self._pages.append(kept)
        go = _place(resume_at)
        tried = after[go : main.seen] if go is not None else after
        announced = getattr(context, "announced", None)
        self._clean = (
            (_inner(resume_at) is None or (bool(tried) and self._blocks[id(tried[0])].by_line))
            and not context.reported_footnotes
            and not context.broken_out_of_flow
            and all(self._blocks[id(one)].steady and id(one) not in main.changed for one in tried)
            and not any(inner is announced for one in tried for inner in one.descendants())
        )

    def _run(self, main: Children, start: _Start, at: int, number: int) -> int:
        """The last page of those that can be taken from this one on; 0 where it cannot."""
        old = self._before.pages[number - 1 :] if self._before else ()
        if not old or not start.clean or old[0].start != start:
            return 0
        blocks = [self._blocks[id(child)] for child in list(main)]
        by = at - old[0].at
        now: dict[Any, Any] = {}
        for counted, made in enumerate(old, 1):
            place, end = made.at + by, made.at + by + len(made.blocks)
            there = blocks[place:end]
            if [one.built for one in there] != [one.built for one in made.blocks]:
                return 0
            if made.ended and end != len(blocks):
                return 0
            if made.order != tuple(range(len(there))) and (by or made.among != len(blocks)):
                # What came to follow another block got the style that it has there, which may depend on its number.
                return 0
            for block, one in zip(made.blocks, there, strict=True):
                now.update(zip(block.element.iter(), one.element.iter(), strict=True))
            if any(box.element not in now and box.element not in self._now for box in made.inside):
                return 0
            blocks[place:end] = [there[place] for place in made.order]
            if counted == len(old) or old[counted].start.clean:
                self._now.update(now)
                return number + counted - 1
        return 0

    def _take(
        self, context: Any, main: Children, start: _Start, at: int, number: int, state: Any
    ) -> Any:
        """The page that was made before, with all that came of it."""
        assert self._before is not None
        pages = self._before.pages
        old = pages[number - 1]
        end = at + len(old.blocks)
        there = list(main)[at:end]
        main[at:end] = [there[place] for place in old.order]
        resume_at = _moved(old.resume_at, at - old.at)
        for box in old.inside:
            box.element = self._now[box.element]
            # Painting makes another.
            box.link_annotation = None
        old.page.children = list(old.children)
        self._outward.shifts[id(old.page)] = old.shift
        context.page_bottom = old.bottom
        if number == 1:
            context.style_for.initial_page_sizes.update(self._before.sizes)
        _put_in_place(state, old.state)
        go = _place(resume_at)
        left = {
            id(note)
            for child in list(main)[len(main) if resume_at is None else go :]
            for note in self._blocks[id(child)].notes
        }
        context.footnotes[:] = [note for note in context.footnotes if id(note) in left]
        blocks = tuple(self._blocks[id(child)] for child in there)
        self._pages.append(
            replace(old, start=start, at=at, blocks=blocks, among=len(main), resume_at=resume_at)
        )
        self._clean = number < len(pages) and pages[number].start.clean
        COUNTS["taken"] += 1
        if self._ending.judges:
            self._ending.judge(old.foot or foot(old.page), number, resume_at)
        return old.page, resume_at, deepcopy(old.next_page)


# What is held of a section: what it was laid out with, the files that were read for it, its layouts.
_Shelved = tuple[tuple[Any, ...], dict[str, Any], Layouts]
# A section may be laid out for either side of the paper.
_SIDES = 2


class Shelf:
    """What this process holds of the sections that it laid out last: layouts, by what their pages are longer by."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, list[_Shelved]] = OrderedDict()

    def take(self, section: Section, environment: Environment) -> Layouts:
        """What is held of a section, unless its styles or its files are others. It is held no longer."""
        shelved = self._held.get(section.name, [])
        wanted = _key(section, environment)
        for one in shelved:
            key, read, held = one
            if key == wanted:
                shelved.remove(one)
                return held if _is_as_read(read) else {}
        return {}

    def put(
        self, section: Section, environment: Environment, fetcher: Fetcher, held: Layouts
    ) -> None:
        """Hold a section whose pages are painted, and of the others no more than there is room for."""
        for one in held.values():
            if one.context is not None:
                _lighten(one.context)
        if held:
            shelved = self._held.pop(section.name, [])
            shelved.append((_key(section, environment), fetcher.read, held))
            self._held[section.name] = shelved[-_SIDES:]
        while len(self._held) > resident.SECTIONS:
            self._held.popitem(last=False)


def _is_as_read(files: Mapping[str, Any]) -> bool:
    """Whether files are as they were when a section was laid out."""
    try:
        return all(one is not None and stamp(one[0]) == one for one in files.values())
    except OSError:
        return False


def _hollow(made: _Made) -> _Made:
    """A page without its boxes."""
    if made.foot:
        return made
    blocks = tuple(block._replace(notes=()) for block in made.blocks)
    page = made.page.copy_with_children([])
    return replace(made, blocks=blocks, page=page, children=(), inside=(), foot=foot(made.page))


def _lighten(context: Any) -> None:
    """Leave of a context what drawings on its pages need to be painted again: styles take more than all the pages."""
    kept = {name: vars(context)[name] for name in _FOR_DRAWINGS}
    vars(context).clear()
    vars(context).update(kept)


def _key(section: Section, environment: Environment) -> tuple[Any, ...]:
    """What a section is laid out with, besides what is in its `body`. The fonts are the same only as an object."""
    head = section.html.partition("<body")[0]
    files = sorted(section.files.items())
    return head, section.styles, files, section.hyphenation, section.longer, environment.fonts


def _is_steady(box: Any) -> bool:
    """Whether a box is laid out as often as one likes, and stays as it was built."""
    return (
        type(box) in _STEADY
        and box.first_letter_style is box.first_line_style is None
        and box.style["column_count"] == box.style["column_width"] == "auto"
    )


def _around(root_box: Any) -> list[Any]:
    """The boxes around the blocks of a document, the outermost first; none where it is not one `main` alone."""
    found = [root_box]
    while found[-1].element_tag != "main":
        children = found[-1].children
        if len(children) != 1 or type(children[0]) is not boxes.BlockBox:
            return []
        found.append(children[0])
    # Where to go on is said by places in `html`, `body` and `main`.
    return found if len(found) == 3 else []


def _record(element: Any, rules: _Rules) -> tuple[Any, ...]:
    """What the style of an element depends on, besides that of the one around it."""
    attributes = [item for item in element.attrib.items() if item[0] != _PLACE]
    return element.tag, attributes, rules.get(element)


def _place(resume_at: Any) -> int | None:
    """The place in `main` of the block that a page begins with; None where it begins with anything else."""
    if resume_at is None:
        return 0
    try:
        ((_, resume_at),) = resume_at.items()
        ((_, resume_at),) = resume_at.items()
        ((place, _),) = resume_at.items()
    except (AttributeError, ValueError):
        return None
    return int(place)


def _inner(resume_at: Any) -> Any:
    """Where in its first block a page begins; None for its top."""
    for _ in range(3 if resume_at else 0):
        ((_, resume_at),) = resume_at.items()
    return resume_at


def _moved(resume_at: Any, by: int) -> Any:
    """The place where the next page begins, so many blocks further on."""
    if resume_at is None:
        return None
    ((root, body),) = resume_at.items()
    ((main, block),) = body.items()
    ((place, inner),) = block.items()
    return {root: {main: {place + by: deepcopy(inner)}}}


def _inside(page: Any) -> Iterator[Any]:
    """The boxes of a page that have an element."""
    waiting = list(page.children)
    while waiting:
        one = waiting.pop()
        box = one._box if isinstance(one, AbsolutePlaceholder) else one
        if box.element is not None:
            yield box
        waiting += box.all_children()


def _put_in_place(state: Any, other: Any) -> None:
    """Make the counters of a page those of another one, in the objects that WeasyPrint has for them."""
    for mine, its in zip(state, deepcopy(other), strict=True):
        mine.clear()
        if isinstance(mine, dict):
            mine.update(its)
        else:
            mine.extend(its)
