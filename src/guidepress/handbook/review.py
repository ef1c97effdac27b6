"""Review questions at the end of a chapter, from its cards, and their answers in the back matter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lxml.html import HtmlElement
from markupsafe import Markup

from guidepress.book.gaps import framed
from guidepress.book.model import Card, Chapter
from guidepress.card_kinds import answer, kind_of, question
from guidepress.content import Content, walk
from guidepress.content.working import elements, has_class, serialize
from guidepress.handbook.body import prepared, working
from guidepress.handbook.composer import Composer
from guidepress.layouts.sounds import said_after

# Characters that a hand writes on one line of the text width, about.
WRITTEN_LINE = 60
MOST_LINES = 4
# What a workbook has more than an answer needs.
ROOM_LINES = 2
# Characters of a question that stands beside another one: four lines of half a page. Code in it is short, too.
SHORT = 140
CODE_LINES, CODE_COLUMNS = 4, 30
# So many questions at least stand on the last page of several.
LEAST_KEPT = 4
NO_ANSWER = Markup()
# Answers in one section.
RUN = 250
# Cards of these records stand in print already where the record does: a question of the FAQ, a term.
ASKED_ELSEWHERE = frozenset({"faq", "term"})
# What needs the whole measure.
_TALL = ("table", "figure", "img", "ul", "ol", "dl", "blockquote")
# Em of a blank to write a short word in.
NARROWEST_BLANK = 6.0
# What a blank in a formula is wider than what it hides.
BLANK_IN_FORMULA = "3em"
_BREAK = "\N{ZERO WIDTH SPACE}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A review question: `lines` of room to write."""

    anchor: str
    number: int
    html: Markup
    lines: int
    short: bool = False
    # In an edition for instructors, what answers it.
    answer: Markup = NO_ANSWER


@dataclass(frozen=True, slots=True)
class Row:
    """One question, or two short ones side by side; a row that is `kept` stays on the page of the row above."""

    questions: tuple[Asked, ...]
    kept: bool = False


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


def questions(cards: Iterable[Card], composer: Composer) -> tuple[Asked, ...]:
    """The questions, numbered within the chapter."""
    options = composer.book.handbook
    in_place = options.answers == "in-place"
    return tuple(
        Asked(
            card.anchor,
            number,
            Markup(question_of(card, composer)),
            0 if in_place else _room(card, composer),
            _is_short(card) and not in_place and not options.room,
            Markup(answer_of(card, composer)) if in_place else NO_ANSWER,
        )
        for number, card in enumerate(cards, 1)
    )


def _room(card: Card, composer: Composer) -> int:
    """Lines to write an answer on. A text with gaps is answered in its blanks."""
    if kind_of(card).gapped:
        return 0
    if composer.book.handbook.room:
        return ROOM_LINES + written_lines(card)
    return min(composer.settings.writing_lines, written_lines(card))


def rows(asked: Sequence[Asked]) -> tuple[Row, ...]:
    """The questions in rows, in their order: two that are short share one."""
    pairs: list[tuple[Asked, ...]] = []
    waiting: Asked | None = None
    for one in asked:
        if waiting is not None and one.short:
            pairs.append((waiting, one))
            waiting = None
            continue
        if waiting is not None:
            pairs.append((waiting,))
        waiting = one if one.short else None
        if not one.short:
            pairs.append((one,))
    if waiting is not None:
        pairs.append((waiting,))
    kept: list[Row] = []
    below = 0
    for pair in reversed(pairs):
        below += len(pair)
        # The row that makes it enough may begin a page; those below it may not.
        kept.append(Row(pair, below < LEAST_KEPT))
    return tuple(reversed(kept))


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


def _is_short(card: Card) -> bool:
    asked = question(card)
    if next(walk.elements(asked.nodes, *_TALL), None) is not None:
        return False
    code = [walk.text(one.children) for one in walk.elements(asked.nodes, "pre")]
    lines = [line for text in code for line in text.strip().splitlines()]
    narrow = len(lines) <= CODE_LINES and all(len(line) <= CODE_COLUMNS for line in lines)
    return narrow and len(asked.words) <= SHORT


def written_lines(card: Card) -> int:
    """The lines that an answer takes by hand, about."""
    return min(MOST_LINES, 1 + len(answer(card).words) // WRITTEN_LINE)


def question_of(card: Card, composer: Composer) -> str:
    """What a card asks, with blanks to write in, ready for print."""
    asked = question(card)
    if not kind_of(card).gapped:
        return prepared(asked, composer)
    blank = framed(asked, lambda hidden, _: f"\\phantom{{{hidden}}}\\hspace{{{BLANK_IN_FORMULA}}}")
    root = working(blank, composer)
    for mark in list(elements(root, "mark")):
        if has_class(mark, "cloze"):
            hidden = mark.text_content()
            # Wide enough to write in by hand, which takes about twice the room of print.
            width = max(NARROWEST_BLANK, len(hidden) * 0.9)
            hint = mark.get("data-hint") or card.hint.words
            for child in list(mark):
                mark.remove(child)
            mark.attrib.clear()
            mark.tag = "span"
            mark.set("class", "blank")
            mark.set("style", f"padding-right: {width:.1f}em")
            mark.text = hint or "\u00a0"
            _let_break(mark)
    return serialize(root)


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
