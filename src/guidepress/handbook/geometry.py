"""The page in numbers: size, margins, measure, lines, and the type scale, from the layout's settings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt, ValidationError

from guidepress.book.model import HandbookOptions
from guidepress.diagnostics import Diagnosed, Diagnostic, did_you_mean, error
from guidepress.layouts import Layout
from guidepress.lengths import MM_PER, millimetres

# A page borrows from named ones up to so much wider than itself; a book of 7 by 9 in is set like A4.
WIDER = 1.2
# From this width on a page carries a notes column beside the text, mm.
NOTES_FROM = 180.0
# What printers ask for around a page that is cut, mm.
PRESS_BLEED = 3.0
# The lines of the page that the sink is given for.
FULL_PAGE = 45
# Type shrinks in steps of so much, pt: a difference that is seen only where two sizes stand side by side.
SIZE_STEP = 0.1

NotNegative = Annotated[float, Field(ge=0)]
# Size and line, pt; headings also the space above and below.
Type = tuple[PositiveFloat, PositiveFloat]
HeadingType = tuple[PositiveFloat, PositiveFloat, NotNegative, NotNegative]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlainSettings(_Strict):
    """How a page with a notes column is set in a book that has too little to put there."""

    top: PositiveFloat
    lines: PositiveInt
    inner: PositiveFloat
    text: PositiveFloat
    type: str


class PageSettings(_Strict):
    """A named page of layout.yaml, in mm; `type` names a type scale.

    `sink` is the white above a chapter's title in lines, None for the layout's own.
    """

    width: PositiveFloat
    height: PositiveFloat
    top: PositiveFloat
    lines: PositiveInt
    inner: PositiveFloat
    text: PositiveFloat
    gap: NotNegative = 0
    notes: NotNegative = 0
    type: str
    sink: NotNegative | None = None
    without_notes: Annotated[PlainSettings | None, Field(alias="without-notes")] = None

    def plain(self) -> PageSettings:
        """This page in a book without notes."""
        if self.without_notes is None:
            return self
        changes = self.without_notes.model_dump()
        return self.model_copy(update={**changes, "gap": 0.0, "notes": 0.0, "without_notes": None})


class TypeScale(_Strict):
    """Sizes and lines in pt."""

    body: Type
    title: Type
    h2: HeadingType
    h3: HeadingType
    h4: HeadingType
    caption: Type
    table: Type
    code: Type
    code_least: Annotated[PositiveFloat | None, Field(alias="code-least")] = None


class HandbookSettings(_Strict):
    """The `handbook` section of layout.yaml."""

    page: str
    pages: Mapping[str, PageSettings]
    types: Mapping[str, TypeScale]
    sink: NotNegative
    contents_depth: Annotated[int, Field(alias="contents-depth", ge=1, le=4)]
    contents_recurring: Annotated[int, Field(alias="contents-recurring", ge=0)] = 0
    writing_lines: Annotated[int, Field(alias="writing-lines", ge=0, le=12)]
    study_days: Annotated[tuple[PositiveInt, ...], Field(alias="study-days")]
    week_hours: Annotated[tuple[PositiveInt, ...], Field(alias="week-hours", min_length=1)]
    print_links: Annotated[bool, Field(alias="print-links")]
    hyphenation: tuple[str, ...] = ()

    def forms(self, name: str) -> Mapping[str, PageSettings]:
        """A named page, and what it is in a book without notes where that differs, by their keys in `pages`."""
        page = self.pages[name]
        plain = {} if page.without_notes is None else {f"{name}.without-notes": page.plain()}
        return {name: page, **plain}


@dataclass(frozen=True, slots=True)
class Geometry:
    """The page as the templates see it: mm, and pt for type.

    `inner`, `edge` are margins at the spine and at the cut; `wide` is text, gap and notes together.
    `bleed` and `slug` widen the medium, `slug` only where printer's marks are asked for.
    """

    name: str
    width: float
    height: float
    top: float
    bottom: float
    inner: float
    text: float
    gap: float
    notes: float
    edge: float
    lines: int
    double: bool
    bleed: float
    marks: bool
    type: TypeScale
    sink: float | None = None

    @property
    def wide(self) -> float:
        """Width of what spans text and notes column, mm."""
        return self.text + self.gap + self.notes

    @property
    def smallest_code(self) -> float:
        """The size that code with long lines may shrink to, pt."""
        return self.type.code_least or self.type.code[0]

    def columns(self, width: float, size: float | None = None) -> int:
        """How many characters of code of `size` pt fit on a line of `width` mm; an advance is 0.6 em."""
        return int(width / ((size or self.type.code[0]) * 0.6 * MM_PER["pt"]) + 1e-6)

    def code_size(self, characters: int, width: float) -> float:
        """The size at which a line of code fits into `width` mm, pt; the smallest one where none does."""
        size = self.type.code[0]
        while size > self.smallest_code and self.columns(width, size) < characters:
            size = max(self.smallest_code, round(size - SIZE_STEP, 2))
        return size


def handbook_settings(layout: Layout) -> Diagnosed[HandbookSettings]:
    """The validated `handbook` section of the layout's settings."""
    raw = layout.settings.get("handbook", {})
    try:
        settings = HandbookSettings.model_validate(raw)
    except ValidationError as problem:
        return Diagnosed(None, tuple(_setting_problem(layout, e) for e in problem.errors()))
    problems = [
        error(
            "layout-setting",
            f"handbook.pages.{place}.type: there is no type scale `{page.type}`",
            layout.settings_span,
            hints=did_you_mean(page.type, settings.types),
        )
        for name in settings.pages
        for place, page in settings.forms(name).items()
        if page.type not in settings.types
    ]
    if settings.page not in settings.pages:
        message = f"handbook.page: there is no page `{settings.page}`"
        problems.append(error("layout-setting", message, layout.settings_span))
    return Diagnosed(None if problems else settings, tuple(problems))


def overfull(settings: HandbookSettings, name: str) -> Iterator[str]:
    """What a named page has no room for, in either of its forms."""
    for place, page in settings.forms(name).items():
        line = settings.types[page.type].body[1]
        high = page.top + page.lines * line * MM_PER["pt"]
        wide = page.inner + page.text + page.gap + page.notes
        for what, needed, there in (
            (f"`top` and {page.lines} lines of {line:g} pt", high, page.height),
            ("`inner`, `text`, `gap` and `notes`", wide, page.width),
        ):
            if needed > there:
                yield f"handbook.pages.{place}: {what} take {needed:.1f} mm, and the page has {there:g}"


def page_geometry(
    settings: HandbookSettings, options: HandbookOptions, *, notes: bool = True
) -> Geometry:
    """The geometry of the page that the guide asks for, or else of the layout's own.

    A size of its own is fitted to the nearest named page. A book without `notes` is given no column for them.
    """
    if not notes:
        plain = {name: page.plain() for name, page in settings.pages.items()}
        settings = settings.model_copy(update={"pages": plain})
    wanted = options.page
    if wanted is None or isinstance(wanted, str):
        name = wanted or settings.page
        page = settings.pages.get(name) or settings.pages[settings.page]
    else:
        name = "custom"
        width, height = (millimetres(length) for length in wanted)
        page = fitted(settings, width, height)
    type_ = settings.types[page.type]
    printed = page.lines * type_.body[1] * MM_PER["pt"]
    return Geometry(
        name=name,
        width=page.width,
        height=page.height,
        top=page.top,
        bottom=page.height - page.top - printed,
        inner=page.inner,
        text=page.text,
        gap=page.gap,
        notes=page.notes,
        edge=page.width - page.inner - page.text - page.gap - page.notes,
        lines=page.lines,
        double=options.sides == "double",
        bleed=millimetres(options.bleed)
        if options.bleed
        else PRESS_BLEED
        if options.press
        else 0.0,
        # Files for a printer have marks of their own.
        marks=options.marks and options.press is None,
        type=type_,
        sink=page.sink,
    )


def sink(geometry: Geometry, settings: HandbookSettings) -> float:
    """The white above a chapter's title, pt: whole lines, no more than the layout says, fewer on a small page."""
    lines = settings.sink * min(1.0, geometry.lines / FULL_PAGE)
    if geometry.sink is not None:
        lines = min(settings.sink, geometry.sink)
    return round(lines) * geometry.type.body[1]


def fitted(settings: HandbookSettings, width: float, height: float) -> PageSettings:
    """Settings for a page of any size (mm): the margins of the nearest named page scaled to it.

    The measure grows no wider than that page's, and the notes column falls away on narrow pages.
    """
    base = _nearest(settings.pages.values(), width, height)
    scale = width / base.width
    with_notes = base.notes > 0 and width >= NOTES_FROM
    notes, gap = (base.notes * scale, base.gap) if with_notes else (0.0, 0.0)
    inner = base.inner * scale
    edge = (base.width - base.inner - base.text - base.gap - base.notes) * scale
    text = min(width - inner - edge - gap - notes, base.text)
    top = base.top * height / base.height
    leading = settings.types[base.type].body[1] * MM_PER["pt"]
    # The bottom margin keeps its share of the page, as on the named one.
    bottom = (base.height - base.top - base.lines * leading) * height / base.height
    lines = max(1, int((height - top - bottom) / leading + 1e-6))
    return PageSettings(
        width=width,
        height=height,
        top=top,
        lines=lines,
        inner=inner,
        text=text,
        gap=gap,
        notes=notes,
        type=base.type,
        sink=base.sink,
    )


def _nearest(pages: Collection[PageSettings], width: float, height: float) -> PageSettings:
    """The named page to take margins and type from: not one so much wider that its type would be too large."""
    fitting = [page for page in pages if page.width <= width * WIDER]

    def distance(page: PageSettings) -> tuple[float, float]:
        # Of two that are as near, the wider one: small type on a large page looks lost.
        gap = page.width - width
        return (gap if gap >= 0 else -1.5 * gap, abs(page.height - height))

    return min(fitting or [min(pages, key=lambda page: page.width)], key=distance)


def _setting_problem(layout: Layout, problem: Any) -> Diagnostic:
    place = ".".join(("handbook", *(str(key) for key in problem["loc"])))
    return error("layout-setting", f"{place}: {problem['msg']}", layout.settings_span)
