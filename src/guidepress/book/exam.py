"""An exam: questions drawn from the cards of the book, the same for the same seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from guidepress.book.model import Card, Exam, ExamQuestion
from guidepress.content import Content
from guidepress.diagnostics import Diagnostic, did_you_mean, error
from guidepress.model.guide import ExamDraw, ExamRecord


def draw_exam(
    record: ExamRecord, cards: Sequence[Card], chapters: Iterable[str], instructions: Content
) -> tuple[Exam, list[Diagnostic]]:
    """The questions that `record` asks for; no card is drawn twice.

    `cards` are those of the edition, `chapters` the ids of its chapters. Which of the fitting cards are drawn depends
    on the seed and their ids alone, so that a card that comes or goes changes no more than it must.

    Errors: `edition-chapter-unknown`, `exam-cards-few`.
    """
    problems: list[Diagnostic] = []
    questions: list[ExamQuestion] = []
    drawn: set[str] = set()
    known = list(chapters)
    for draw in record.draw:
        for at, name in enumerate(draw.chapters):
            if name not in known:
                span, hints = draw.span("chapters", at), did_you_mean(name, known)
                message = f"no chapter of this edition has the id `{name}`"
                problems.append(error("edition-chapter-unknown", message, span, hints=hints))
        fitting = [card for card in cards if card.id not in drawn and _fits(card, draw)]
        fitting.sort(key=lambda card: _lot(record.seed, card.id))
        if len(fitting) < draw.count:
            message = f"{draw.count} questions are to be drawn, and {len(fitting)} cards fit"
            hints = ("ask for fewer, or for more tags or chapters",)
            problems.append(error("exam-cards-few", message, draw.span(), hints=hints))
        taken = fitting[: draw.count]
        drawn |= {card.id for card in taken}
        questions += (ExamQuestion(card.id, draw.marks) for card in taken)
    return Exam(tuple(questions), instructions), problems


def _fits(card: Card, draw: ExamDraw) -> bool:
    return (not draw.tags or not set(draw.tags).isdisjoint(card.tags)) and (
        not draw.chapters or card.chapter in draw.chapters
    )


def _lot(seed: str, card: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{card}".encode()).digest()
