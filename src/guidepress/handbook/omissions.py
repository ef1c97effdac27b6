"""What of the Book stands in no section: a layout may leave a field out, and no block may print a record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from guidepress.book.model import Book, Card, Label
from guidepress.book.tree import elements, has_class, parse, serialize
from guidepress.diagnostics import Diagnostic, Span, error
from guidepress.handbook.draft import Draft
from guidepress.handbook.proof import Text, normal, quoted, texts_of
from guidepress.handbook.review import ASKED_ELSEWHERE

# What the handbook adds inside of an author's sentence.
_ADDED = ("page-ref", "address", "kind", "uses")


@dataclass(frozen=True, slots=True)
class Authored:
    """A piece of the book: HTML or plain text, and where it was written, so far as the book knows."""

    html: str
    span: Span | None


def omissions(book: Book, drafts: Sequence[Draft]) -> list[Diagnostic]:
    """An error for each piece of the book of which words stand in no section."""
    printed = normal("".join(text.words for draft in drafts for text in _authored_texts(draft)))
    problems = []
    for piece in pieces(book):
        for text in texts_of(parse(piece.html)):
            if normal(text.words) not in printed:
                message = f"the layout prints these words nowhere: “{quoted(text.words)}”"
                problems.append(error("handbook-text-omitted", message, _span(piece, text)))
                break
    return problems


def pieces(book: Book) -> Iterator[Authored]:
    """Everything in the book that readers are meant to see."""
    yield from (Authored(_escape(t), None) for t in (book.title, book.subtitle, *book.authors))
    yield Authored(book.description, None)
    yield Authored(book.brand.imprint, None)
    for part in book.parts:
        span = _at(book.labels.get(part.anchor))
        yield Authored(_escape(part.title), span)
        yield Authored(part.summary, span)
    for chapter in book.chapters():
        for html in (chapter.title_html, chapter.promise, *(n.html for n in chapter.footnotes)):
            yield Authored(html, Span(chapter.file, 1))
        for element in parse(chapter.html):
            yield Authored(_without_calls(element), Span(chapter.file))
    yield from _records(book)
    for card in book.cards:
        if card.chapter and card.origin not in ASKED_ELSEWHERE:
            yield from (Authored(html, card.span) for html in _sides(card))


def _records(book: Book) -> Iterator[Authored]:
    if book.roadmap:
        yield Authored(book.roadmap.introduction, None)
        for stage in book.roadmap.stages:
            span = _at(book.labels.get(f"stage-{stage.id}"))
            for html in (
                _escape(stage.title),
                *stage.objectives,
                *stage.topics,
                *stage.practice,
            ):
                yield Authored(html, span)
    for skill in book.skills:
        span = _at(book.labels.get(f"skill-{skill.id}"))
        yield from (Authored(h, span) for h in (_escape(skill.name), skill.summary, skill.details))
    for question in book.questions:
        span = _at(book.labels.get(f"faq-{question.id}"))
        yield from (Authored(html, span) for html in (question.question, question.answer))
    for term in book.terms:
        span = _at(book.labels.get(f"term-{term.id}"))
        plain = (term.term, term.long, *term.aliases)
        yield from (Authored(h, span) for h in (*map(_escape, plain), term.definition))
    for table in book.tables:
        span = _at(book.labels.get(f"data-{table.id}"))
        cells = [table.title, table.source, *(c.name for c in table.columns)]
        cells += [cell for row in table.rows for cell in row]
        yield from (Authored(html, span) for html in (*map(_escape, cells), table.note))
    for group in book.profiles:
        yield Authored(group.introduction, _at(book.labels.get(f"profiles-{group.id}")))
        for profile in group.profiles:
            span = _at(book.labels.get(f"profile-{profile.id}"))
            plain = (profile.name, profile.place, *(value for _, value in profile.facts))
            yield from (Authored(h, span) for h in (*map(_escape, plain), profile.summary))


def _sides(card: Card) -> tuple[str, ...]:
    return (card.front, card.back, card.text, card.extra)


def _at(label: Label | None) -> Span | None:
    return label.span if label else None


def _span(piece: Authored, text: Text) -> Span | None:
    if piece.span is None or not text.line or piece.span.line:
        return piece.span
    return Span(piece.span.file, text.line)


def _authored_texts(draft: Draft) -> Iterator[Text]:
    root = parse(draft.html)
    for element in list(root.iter("span")):
        if any(has_class(element, name) for name in _ADDED):
            element.drop_tree()
    yield from texts_of(root)


def _without_calls(element: HtmlElement) -> str:
    """A block of a chapter without the numbers of its footnotes, which print anew."""
    holder = parse("")
    holder.append(element)
    for call in list(elements(holder, "sup")):
        if has_class(call, "footnote-ref"):
            # Emptied, not dropped: the note now stands between the texts before and after.
            for child in list(call):
                call.remove(child)
            call.text = None
    return serialize(holder)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
