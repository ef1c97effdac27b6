"""An exam on paper: the questions with room to answer, and apart from them the key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from markupsafe import Markup
from msgspec.structs import replace as with_nodes

from guidepress.book.model import Book, Card
from guidepress.card_kinds import kind_of
from guidepress.content import EMPTY, Content, Element, Node, NoteCall, Reference
from guidepress.content.walk import rewrite
from guidepress.handbook.composer import Composer
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.review import answer_of, question_of, written_lines
from guidepress.handbook.section_text import read

# Lines of room: so many for each line that the answer takes, and no more than these.
ROOM, MOST_ROOM = 2, 10


@dataclass(frozen=True, slots=True)
class ExamItem:
    """A question of the exam and what answers it."""

    number: int
    id: str
    html: Markup
    answer: Markup
    marks: int
    lines: int


def exam_book(book: Book) -> Book:
    """The book as an exam: its questions, and nothing of the text that they are about."""
    assert book.exam is not None
    by_id = {card.id: card for card in book.cards}
    cards = tuple(_alone(by_id[question.card]) for question in book.exam.questions)
    return replace(
        book,
        authors=(),
        description=EMPTY,
        brand=replace(book.brand, imprint=EMPTY),
        front=(),
        parts=(),
        back=(),
        roadmap=None,
        skills=(),
        questions=(),
        terms=(),
        tables=(),
        profiles=(),
        others={},
        cards=cards,
        labels={},
    )


def exam_sections(composer: Composer) -> Iterator[SectionDraft]:
    """The exam, or its key, of a book that `exam_book` gave."""
    book, words = composer.book, composer.words
    assert book.exam is not None
    items = tuple(_items(composer))
    title = words["answer-key"] if book.exam.key else book.title
    html = composer.render(
        "handbook/exam.html",
        items=items,
        key=book.exam.key,
        total=sum(item.marks for item in items),
        instructions=Markup(Content(_plain(book.exam.instructions)).html),
        verso=book.title,
        recto=title,
    )
    yield SectionDraft("exam", read(html), first=1, title=title)


def _items(composer: Composer) -> Iterator[ExamItem]:
    book = composer.book
    assert book.exam is not None
    for number, (card, asked) in enumerate(zip(book.cards, book.exam.questions, strict=True), 1):
        room = 0 if kind_of(card).gapped else max(ROOM * written_lines(card), ROOM)
        yield ExamItem(
            number,
            card.id,
            Markup(question_of(card, composer)),
            Markup(answer_of(card, composer)),
            asked.marks,
            min(room, MOST_ROOM),
        )


def _alone(card: Card) -> Card:
    """A card without links into the book that it is from."""
    texts: dict[str, Any] = {
        one.name: Content(_plain(value))
        for one in fields(Card)
        if isinstance(value := getattr(card, one.name), Content)
    }
    return replace(card, chapter="", part="", **texts)


def _plain(content: Content) -> tuple[Node, ...]:
    def visit(_: Element, new: Element) -> Element | tuple[Node, ...]:
        if isinstance(new, NoteCall):
            return ()
        if isinstance(new, Reference):
            return new.children
        if "data-term" in new.attributes:
            own = {key: value for key, value in new.attributes.items() if key != "data-term"}
            return with_nodes(new, attributes=own)
        return new

    return rewrite(content.nodes, visit)
