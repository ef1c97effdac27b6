"""Review questions at the end of a chapter, from its cards, and their answers in the back matter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from lxml.html import HtmlElement
from markupsafe import Markup

from guidepress.book.gaps import framed
from guidepress.book.model import Card, Chapter
from guidepress.card_kinds import answer, kind_of, question
from guidepress.content import Content, walk
from guidepress.content.working import elements, has_class, serialize
from guidepress.handbook.body import prepared, working
from guidepress.handbook.composer import Composer
from guidepress.handbook.geometry import Geometry
from guidepress.layouts.sounds import said_after
from guidepress.lengths import MM_PER

# Characters that a hand writes on one line of the text width, about.
WRITTEN_LINE = 60
MOST_LINES = 4
# What a workbook has more than an answer needs.
ROOM_LINES = 2
# An answer of so few characters, a word or a number, is written in a blank behind the question.
BRIEF = 12
# Characters of a question, without its code, that stands in a column: six or seven lines; and lines of its code.
SHORT, CODE_LINES = 220, 12
# Two columns are set where each has so much room for questions, mm.
NARROWEST_COLUMN = 38.0
# The column of the numbers and the white between columns, mm.
NUMBERS, GUTTER = 6.6, 4.6
# What code has on both sides together, mm, in `.asked pre` of the style sheet.
AROUND_CODE = 2.0
# Code in a column may be so much smaller than elsewhere, pt, before it is set across the page.
SMALLER = 0.2
# What an answer beside its question has at least, and what a letter of the question takes, mm.
LEAST_BESIDE, LETTER = 38.0, 1.5
NO_ANSWER = Markup()
# Answers in one section.
RUN = 250
# Cards of these records stand in print already where the record does: a question of the FAQ, a term.
ASKED_ELSEWHERE = frozenset({"faq", "term"})
# What needs the whole measure.
_TALL = ("table", "figure", "img", "ul", "ol", "dl", "blockquote")
# Em of a blank to write a short word in.
NARROWEST_BLANK = 6.0
# And of what may stand on its line: a space, a mark behind it.
BESIDE_BLANK = 1.0
# What a blank in a formula is wider than what it hides.
BLANK_IN_FORMULA = "3em"
_BREAK = "\N{ZERO WIDTH SPACE}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A review question: `lines` of room to write, below it, or beside what is `wide` mm."""

    anchor: str
    number: int
    html: Markup
    lines: int
    short: bool = False
    # In an edition for instructors, what answers it.
    answer: Markup = NO_ANSWER
    wide: float = 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that follow each other in two `columns`, or one across the page."""

    questions: tuple[Asked, ...]
    columns: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer in the back matter: the card's id, and the anchor of its question."""

    anchor: str
    number: int
    id: str
    html: Markup


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """The answers to the questions of one chapter, or where they are very many what `continued` them."""

    chapter: Chapter
    answers: tuple[Answered, ...]
    continued: bool = False

    @property
    def anchor(self) -> str:
        """Where the group starts."""
        return f"handbook:answers-{self.chapter.id}"


def review_cards(composer: Composer, chapter: Chapter) -> tuple[Card, ...]:
    """The cards that a chapter asks at its end."""
    return tuple(card for card in composer.cards(chapter) if card.origin not in ASKED_ELSEWHERE)


def questions(cards: Sequence[Card], composer: Composer) -> tuple[Asked, ...]:
    """The questions, numbered within the chapter; `short` are those that stand in columns."""
    short = [False, *(_is_short(card, composer) for card in cards), False]
    # A short one between two that are not has no column to stand in.
    columns = [one and (short[at - 1] or short[at + 1]) for at, one in enumerate(short)][1:-1]
    return tuple(
        _asked(number, card, composer, in_columns)
        for number, (card, in_columns) in enumerate(zip(cards, columns, strict=True), 1)
    )


def _asked(number: int, card: Card, composer: Composer, short: bool) -> Asked:
    if composer.book.handbook.answers == "in-place":
        said = Markup(answer_of(card, composer))
        return Asked(card.anchor, number, Markup(question_of(card, composer)), 0, answer=said)
    page = composer.geometry
    lines = _room(card, composer)
    brief = _is_brief(card, composer)
    wide = 0.0
    if short:
        page = in_column(page)
    elif lines and not composer.book.handbook.room:
        wide = _width_beside(card, page)
        if wide:
            page = _measure(page, wide)
    html = question_of(card, replace(composer, geometry=page), brief=brief)
    return Asked(card.anchor, number, Markup(html), lines, short, wide=wide)


def _measure(page: Geometry, width: float, smaller: float = 0.0) -> Geometry:
    """The page with a text of so many mm, in which code shrinks, by so many pt more than elsewhere, and wraps."""
    scale = page.type.model_copy(update={"code_least": page.smallest_code - smaller})
    return replace(page, text=width - AROUND_CODE, gap=0.0, notes=0.0, type=scale)


def in_column(page: Geometry) -> Geometry:
    """The page as a question in one of two columns has it."""
    return _measure(page, column_width(page), SMALLER)


def column_width(page: Geometry) -> float:
    """The width of questions in two columns, mm."""
    return (page.wide - GUTTER) / 2 - NUMBERS


def _width_beside(card: Card, page: Geometry) -> float:
    """The width of a question across the page that is answered beside itself, mm; 0 where too little room is left."""
    said, lines = _code(card)
    most = page.wide - NUMBERS - GUTTER - LEAST_BESIDE
    longest = max(map(len, lines), default=0)
    if _is_tall(question(card)) or longest > page.columns(most - AROUND_CODE, page.smallest_code):
        return 0.0
    advance = page.type.code[0] * 0.6 * MM_PER["pt"]
    # A little more, since widths are rounded.
    return min(max(longest * advance + AROUND_CODE + 0.5, len(said) * LETTER), most)


def _is_brief(card: Card, composer: Composer) -> bool:
    """Whether an answer is written in a blank: a word, a number."""
    options = composer.book.handbook
    if kind_of(card).gapped or options.room or not composer.settings.writing_lines:
        return False
    return len(answer(card).words) <= BRIEF and not _is_tall(answer(card))


def _room(card: Card, composer: Composer) -> int:
    """Lines to write an answer on. A text with gaps is answered in its blanks."""
    if kind_of(card).gapped or _is_brief(card, composer):
        return 0
    if composer.book.handbook.room:
        return ROOM_LINES + written_lines(card)
    return min(composer.settings.writing_lines, written_lines(card))


def groups(asked: Sequence[Asked]) -> tuple[Group, ...]:
    """The questions in their order: short ones together, in columns, each of the others by itself."""
    made: list[Group] = []
    for short, run in groupby(asked, lambda one: one.short):
        if short:
            made.append(Group(tuple(run), columns=True))
        else:
            made += (Group((one,)) for one in run)
    return tuple(made)


def answer_groups(chapters: Sequence[Chapter], composer: Composer) -> tuple[AnswerGroup, ...]:
    """The answers of all chapters that ask something."""
    groups = []
    for chapter in chapters:
        cards = review_cards(composer, chapter)
        if cards:
            answers = tuple(
                Answered(card.anchor, number, card.id, Markup(answer_of(card, composer)))
                for number, card in enumerate(cards, 1)
            )
            groups.append(AnswerGroup(chapter, answers))
    return tuple(groups)


def answer_runs(
    groups: Sequence[AnswerGroup], most: int = RUN
) -> Iterator[tuple[AnswerGroup, ...]]:
    """The groups in runs of `most` answers at most, of whole chapters where they fit: a section of the book each.

    What a page of columns costs the engine grows with all that stands in them: by a sixth from 300 answers to 1,200.
    And a section stays in memory as a whole.
    """
    run: list[AnswerGroup] = []
    room = most
    for group in groups:
        if run and len(group.answers) > room:
            yield tuple(run)
            run, room = [], most
        answers = group.answers
        while len(answers) > most:
            first = len(answers) == len(group.answers)
            yield (replace(group, answers=answers[:most], continued=not first),)
            answers = answers[most:]
        run.append(replace(group, answers=answers, continued=len(answers) < len(group.answers)))
        room -= len(answers)
    if run:
        yield tuple(run)


def _is_short(card: Card, composer: Composer) -> bool:
    """Whether a question, with its code, has room in a column."""
    options, page = composer.book.handbook, composer.geometry
    width = column_width(page)
    if options.answers == "in-place" or options.room or width < NARROWEST_COLUMN:
        return False
    if _is_tall(question(card)):
        return False
    said, lines = _code(card)
    column = in_column(page)
    most = column.columns(column.text, column.smallest_code)
    return (
        len(said) <= SHORT and len(lines) <= CODE_LINES and max(map(len, lines), default=0) <= most
    )


def _is_tall(content: Content) -> bool:
    return next(walk.elements(content.nodes, *_TALL), None) is not None


def _code(card: Card) -> tuple[str, list[str]]:
    """The words of a question outside of code, and the lines of its code."""
    asked = question(card)
    code = [walk.text(one.children).strip("\n") for one in walk.elements(asked.nodes, "pre")]
    said = asked.words
    for one in code:
        said = said.replace(" ".join(one.split()), "", 1)
    return said.strip(), [line for text in code for line in text.splitlines()]


def written_lines(card: Card) -> int:
    """The lines that an answer takes by hand, about."""
    return min(MOST_LINES, max(1, -(-len(answer(card).words) // WRITTEN_LINE)))


def question_of(card: Card, composer: Composer, *, brief: bool = False) -> str:
    """What a card asks, with blanks to write in, ready for print; a `brief` answer has a blank behind it."""
    asked = question(card)
    if not kind_of(card).gapped:
        if not brief:
            return prepared(asked, composer)
        root = working(asked, composer)
        _give_blank(root, len(answer(card).words), composer.geometry)
        return serialize(root)
    blank = framed(asked, lambda hidden, _: f"\\phantom{{{hidden}}}\\hspace{{{BLANK_IN_FORMULA}}}")
    root = working(blank, composer)
    for mark in list(elements(root, "mark")):
        if has_class(mark, "cloze"):
            hidden = mark.text_content()
            hint = mark.get("data-hint") or card.hint.words
            for child in list(mark):
                mark.remove(child)
            mark.attrib.clear()
            mark.tag = "span"
            _make_blank(mark, len(hidden), composer.geometry, hint)
            _let_break(mark)
    return serialize(root)


def _make_blank(span: HtmlElement, characters: int, page: Geometry, hint: str = "") -> None:
    """Make an element a blank for so many characters by hand, which take about twice the room of print, but no wider
    than a line of the page has room for.
    """
    line = page.text / (page.type.body[0] * MM_PER["pt"]) - BESIDE_BLANK
    width = max(NARROWEST_BLANK, min(characters * 0.9, line))
    span.set("class", "blank")
    span.set("style", f"padding-right: {width:.1f}em")
    span.text = hint or "\u00a0"


def _give_blank(root: HtmlElement, characters: int, page: Geometry) -> None:
    """Put a blank behind the last words of a question, before code that follows them."""
    paragraphs = [one for one in root if one.tag == "p"]
    place = paragraphs[-1] if paragraphs else root
    blank = place.makeelement("span")
    _make_blank(blank, characters, page)
    before = place[-1] if len(place) else None
    if before is not None:
        before.tail = f"{before.tail or ''} "
    else:
        place.text = f"{place.text or ''} "
    place.append(blank)


def _let_break(blank: HtmlElement) -> None:
    """Let a line break on either side of a blank where there are no spaces, as it may between the signs of Chinese."""
    previous, parent = blank.getprevious(), blank.getparent()
    if previous is not None:
        previous.tail = _breaking(previous.tail or "", -1)
    elif parent is not None:
        parent.text = _breaking(parent.text or "", -1)
    blank.tail = _breaking(blank.tail or "", 0)


def _breaking(text: str, at: int) -> str:
    """A text that lets a line break at its end (-1) or its beginning (0), where a sign stands there."""
    if not text or not text[at].isalpha() or unicodedata.east_asian_width(text[at]) not in "WF":
        return text
    return f"{text}{_BREAK}" if at else f"{_BREAK}{text}"


def answer_of(card: Card, composer: Composer) -> str:
    """What answers a card, ready for print."""
    answered = answer(card)
    if card.audio and composer.book.audio_url:
        heard = said_after(card.audio, composer.words["listen"])
        answered = Content((*answered.nodes, *heard.nodes))
    said = prepared(framed(answered, lambda hidden, _: hidden), composer)
    if not card.extra:
        return said
    # Boxes of their own: two pieces of one paragraph each would run into one another.
    return f'<div>{said}</div><div class="extra">{prepared(card.extra, composer)}</div>'
