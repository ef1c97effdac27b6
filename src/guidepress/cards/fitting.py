"""Set every side on a page of its own, in the largest type that fits; prove that nothing was lost."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from guidepress.cards.composer import CODE_BESIDE, SIZES, SMALLEST, TIGHT, SideText, document
from guidepress.cards.format import Format
from guidepress.cards.setting import SetPages, set_and_read
from guidepress.content.working import elements, has_class, parse, serialize, text_of
from guidepress.diagnostics import Diagnostic, Severity, Span, error, warning
from guidepress.layouts.fonts import missing_glyph
from guidepress.lengths import PT_PER_MM
from guidepress.maths import LEAST_SCALE, widths
from guidepress.pdf import EngineError, Fragment, LogLine, Section, classify
from guidepress.pdf.compiler import Compiler
from guidepress.pdf.errors import LimitError
from guidepress.pdf.log import severity
from guidepress.pdf.proof import Words, formulas_of, lost, normal, quoted, texts_of, undrawn
from guidepress.pdf.reading import Print
from guidepress.pdf.space import Box
from guidepress.product import Progress

# Sides in one section. A section costs as much as a side or two, and its layout stays in memory as a whole.
BATCH = 60
# The width of a letter in ems, the height of a line in sizes, and how much of a side's height its words must fill, by
# an estimate of these, for a size not to be tried at all.
_LETTER, _LINE, _SURELY_OVER = 0.46, 1.28, 1.35
# The content of a side ends no lower than its area does, but for rounding, pt.
_SLACK = 0.5
# Sizes of letters are products of many.
_ROUNDING = 0.05


@dataclass(frozen=True, slots=True)
class SetSide:
    """A side that fits: on the page `page` of the fragment, where it is the element `element` of the structure.

    Both count from 0. `size` is the index of its type size.
    """

    text: SideText
    fragment: Fragment
    page: int
    element: int
    size: int


@dataclass(slots=True)
class Fitting:
    """The sides of cards in one language on their way to pages; `problems` gathers what went wrong."""

    language: str
    form: Format
    styles: tuple[str, ...]
    files: Mapping[str, str]
    compiler: Compiler[SetPages]
    progress: Progress
    problems: list[Diagnostic] = field(default_factory=list)
    _set: dict[str, SetSide] = field(default_factory=dict)
    # What the names of sections begin with.
    _name: str = "cards"
    # Sides to be set once more, without their figures.
    _again: list[SideText] = field(default_factory=list)

    def run(self, sides: Sequence[SideText]) -> list[SetSide]:
        """The sides that fit, in their order. A card between the others that does not fit is left out.

        Errors: `card-too-long` where a side does not fit in the smallest type, `card-type-small` where letters cannot
        be read, `cards-words-lost` where words are not on the page, `cards-engine` where it cannot be laid out,
        `cards-` with the engine's own codes. Warning: `card-formula-wide`. Note: `card-figure-small`.
        """
        self._all(sides, len(sides))
        again, self._again = self._again, []
        self._name = "bare"
        self._all(again, len(sides))
        left_out = {s.number for s in sides if s.listed is not None and s.key not in self._set}
        return [
            self._set[side.key]
            for side in sides
            if side.key in self._set and side.number not in left_out
        ]

    def _all(self, sides: Sequence[SideText], total: int) -> None:
        """Set sides, each in the largest size that fits."""
        starts: dict[int, list[SideText]] = defaultdict(list)
        for side in sides:
            starts[self._first_size(side)].append(side)
        todo: list[SideText] = []
        for size in (*range(len(SIZES)), TIGHT):
            todo = sorted(
                [*todo, *starts[size]], key=lambda side: (side.number, side.side == "back")
            )
            if todo:
                todo = self._round(todo, size, total)

    def _first_size(self, side: SideText) -> int:
        """The largest size worth trying: in those above it the words alone would be too long, or dwarf the code."""
        room, letters = self.form.measure, sum(map(len, side.said))
        code = side.code_size(room.width * PT_PER_MM)
        for index, (size, _) in enumerate(SIZES):
            if code < CODE_BESIDE * size:
                continue
            a_line = room.width * PT_PER_MM / (_LETTER * size)
            height = letters / a_line * _LINE * size
            if height <= _SURELY_OVER * room.height * PT_PER_MM:
                return index
        return len(SIZES) - 1

    def _round(self, sides: Sequence[SideText], size: int, total: int) -> list[SideText]:
        """Set sides in one size; returns those that do not fit."""
        batches = [sides[at : at + BATCH] for at in range(0, len(sides), BATCH)]
        sections = [self._section(batch, size, number) for number, batch in enumerate(batches)]
        over: list[SideText] = []
        try:
            done = {section.name: pages for section, pages in self.compiler.compile(sections)}
        except LimitError as problem:
            names = [section.name for section in sections]
            self._too_much(batches[names.index(problem.section)], problem)
            return []
        except EngineError:
            self._blame(sides, size)
            return []
        for section, batch in zip(sections, batches, strict=True):
            pages = done[section.name]
            self._report(pages.fragment.log, batch)
            over += self._take(batch, pages, size)
            self.progress(len(self._set), total)
        return over

    def _too_much(self, batch: Sequence[SideText], problem: LimitError) -> None:
        """Report sides that are set together, and take more than a worker may."""
        cards = f"cards {batch[0].number} to {batch[-1].number}"
        message = f"{cards} cannot be laid out: {problem}"
        hints = ("look for one of them that is very large, or raise the limit (docs/security.md)",)
        self.problems.append(error("cards-limit", message, batch[0].card.span, hints=hints))

    def _blame(self, sides: Sequence[SideText], size: int) -> None:
        """Find the sides that the engine fails on; one at a time, since it stops at the first."""
        for side in sides:
            try:
                set_and_read(self._section([side], size, 0))
            except EngineError as problem:
                message = f"the {side.side} of card `{side.card.id}` cannot be laid out: {problem}"
                hint = "this is a bug of the layout engine; write the card another way"
                self.problems.append(error("cards-engine", message, side.card.span, hints=(hint,)))

    def _section(self, sides: Sequence[SideText], size: int, number: int) -> Section:
        # What is too long at one size is set again at the next, and what has a figure that cannot be read without it.
        title = f"{sides[0].number}–{sides[-1].number}"
        width = self.form.measure.width * PT_PER_MM
        body = "".join(side.element(size, width) for side in sides)
        html = document(self.language, body, title)
        return Section(f"{self._name}-{size}-{number}", html, self.styles, self.files, title=title)

    def _take(self, sides: Sequence[SideText], pages: SetPages, size: int) -> Iterator[SideText]:
        """Keep the sides that fit, and yield the others."""
        fragment, box = pages.fragment, self._box()
        starts = [fragment.anchors[side.key].page for side in sides]
        ends = [*starts[1:], fragment.page_count]
        for index, (side, page, end) in enumerate(zip(sides, starts, ends, strict=True)):
            over = self._lines_over(side, pages, page, end)
            if not over and pages.prints[page].is_inside(box):
                if not self._is_readable(side, pages.prints[page].smallest):
                    continue
                of_type = min(size, len(SIZES) - 1)
                self._prove(side, pages.prints[page], of_type)
                self._set[side.key] = SetSide(side, fragment, page, index, of_type)
            elif size < len(SIZES) - 1 or (size < TIGHT and side.is_tightened):
                yield side
            elif side.listed is None:
                self._too_long(side, over)

    def _lines_over(self, side: SideText, pages: SetPages, page: int, following: int) -> int:
        """How many lines a side is longer than its area, about; 0 if it is not."""
        foot = (self.form.bleed.y + self.form.safe + self.form.foot) * PT_PER_MM
        if following - page > 1:
            # The head and the foot stand on one of the pages too, outside of the area.
            head = foot + self.form.measure.height * PT_PER_MM
            ran_over = (y for p in pages.prints[page + 1 : following] for y in p.lines)
            return max(1, sum(foot <= y <= head for y in ran_over))
        # What cannot be broken stays on the page, below its area.
        excess = foot - pages.fragment.anchors[f"{side.key}-end"].y
        return math.ceil(excess / SIZES[-1][1]) if excess > _SLACK else 0

    def _box(self) -> Box:
        """The safe area, in points from the bottom left of a side's page."""
        page, safe = self.form.page, self.form.safe
        left, bottom = self.form.bleed.x + safe, self.form.bleed.y + safe
        box = (left, bottom, page.width - left, page.height - bottom)
        return tuple(edge * PT_PER_MM for edge in box)  # type: ignore[return-value]  # four, as box has

    def _prove(self, side: SideText, found: Print, size: int) -> None:
        """See that nothing of a side is lost, and that its formulas can be read."""
        if missing := lacking(side, found):
            self._lost(side, missing)
        if (scale := self._scale(side, size)) < LEAST_SCALE:
            message = f"a formula on the {side.side} of card `{side.card.id}` is printed at {scale:.0%} of the text"
            hint = "break it into lines with `\\begin{aligned} … \\\\ … \\end{aligned}`"
            self.problems.append(
                warning("card-formula-wide", message, side.card.span, hints=(hint,))
            )

    def _scale(self, side: SideText, size: int) -> float:
        """How much the widest formula of a side is shrunk to the card, about: 1 where it fits."""
        room = self.form.measure.width * PT_PER_MM / SIZES[size][0]
        return min([1.0, *(room / width for width in widths(side.html))])

    def _is_readable(self, side: SideText, smallest: float) -> bool:
        """Whether all letters can be read. A figure on a back whose labels cannot be is left out, with a note."""
        if not 0 < smallest < SMALLEST - _ROUNDING:
            return True
        where, card = f"on the {side.side} of card `{side.card.id}`", side.card
        sizes = (
            f"letters of {smallest:.1f} pt, and the smallest that can be read are {SMALLEST:g} pt"
        )
        hint = "make its labels larger, or print larger cards"
        bare = without_figures(side)
        if bare is not None:
            message = f"the figure {where} has {sizes}: it is not printed on paper"
            problem = Diagnostic(
                "card-figure-small", Severity.NOTE, message, card.span, hints=(hint,)
            )
            self._again.append(bare)
        else:
            message = f"{where.removeprefix('on ')} has {sizes}"
            problem = error("card-type-small", message, card.span, hints=(hint,))
        self.problems.append(problem)
        return False

    def _lost(self, side: SideText, words: str) -> None:
        message = f"the {side.side} of card `{side.card.id}` lacks the words “{words}”"
        hint = "look for rules in the layout's cards/ that hide text"
        self.problems.append(error("cards-words-lost", message, side.card.span, hints=(hint,)))

    def _too_long(self, side: SideText, lines: int) -> None:
        card, size = self.form.card, SIZES[-1][0]
        room = f"a card of {card.width:g} × {card.height:g} mm in {size:g} pt"
        if lines:
            over = f"it is about {lines} line{'s' if lines > 1 else ''} too long"
            message = f"the {side.side} of card `{side.card.id}` does not fit {room}: {over}"
        else:
            what = f"something on the {side.side} of card `{side.card.id}`"
            message = f"{what} is too wide for {room}"
        hint = "shorten it, make two cards of it, or print larger cards"
        if side.card.origin == "faq":
            hint = "give it a `short` answer: the card names the page of the whole one"
        self.problems.append(error("card-too-long", message, side.card.span, hints=(hint,)))

    def _report(self, log: Iterable[LogLine], sides: Sequence[SideText]) -> None:
        """A diagnostic for each line of the engine's log that was not reported before."""
        for line in log:
            finding = classify(line)
            hints: tuple[str, ...]
            span = None if finding.of_layout else _span_of(finding.subject, sides)
            message, hints = line.message, ()
            if finding.code == "glyph-missing":
                message, hints = missing_glyph(finding.subject)
            problem = Diagnostic(f"cards-{finding.code}", severity(line), message, span, hints)
            if problem not in self.problems:
                self.problems.append(problem)


def lacking(side: SideText, found: Print) -> str:
    """The first words that a side lacks, empty where it has all.

    The layout has to say what the author does, and the page what the layout says.
    """
    root = parse(side.html)
    texts = texts_of(root)
    composed = Words([normal("".join(text.words for text in texts))])
    unsaid = (words for words in side.said if not composed.has(normal(words)))
    losses = chain(
        (quoted(words) for words in unsaid),
        (loss.words for loss in lost(texts, [normal(found.text)])),
        (loss.words for loss in undrawn(formulas_of(root), [found.formulas])),
    )
    return next(losses, "")


def without_figures(side: SideText) -> SideText | None:
    """A back without its pictures; None where it has none, or nothing else. A question may be about its picture."""
    root = parse(side.html)
    pictures = [img for img in elements(root, "img") if not has_class(img, "math")]
    if side.side == "front" or not pictures or not any(map(str.strip, side.said)):
        return None
    for picture in pictures:
        above = picture.getparent()
        picture.drop_tree()
        if above is not None and above.tag == "p" and not len(above) and not text_of(above):
            above.drop_tree()
    return replace(side, html=serialize(root))


def _span_of(subject: str, sides: Sequence[SideText]) -> Span | None:
    """The card whose HTML holds what the engine complains of."""
    return next((side.card.span for side in sides if subject in side.html), None)
