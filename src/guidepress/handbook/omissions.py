"""What of the Book stands in no section: a layout may leave a field out, and no block may print a record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from guidepress.book.model import Book, Card, Label, Stage
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
    texts = [text.words for draft in drafts for text in _authored_texts(draft)]
    printed = normal("".join(texts))
    # Nearly every text stands in one piece: then all that is printed need not be searched for it.
    whole = frozenset(map(normal, texts))
    problems = unprinted(book)
    for piece in pieces(book):
        for text in texts_of(parse(piece.html)):
            wanted = normal(text.words)
            if wanted not in whole and wanted not in printed:
                message = f"the layout prints these words nowhere: “{quoted(text.words)}”"
                problems.append(error("handbook-text-omitted", message, _span(piece, text)))
                break
    return problems


def unprinted(book: Book) -> list[Diagnostic]:
    """An error for each record that no block prints. (Terms without a block have a glossary of their own.)"""
    records = [
        *((f"stage-{s.id}", f"stage `{s.id}`", "roadmap") for s in _stages(book)),
        *((f"skill-{s.id}", f"skill `{s.id}`", f"skills | {s.kind}") for s in book.skills),
        *((f"faq-{q.id}", f"question `{q.id}`", "faq") for q in book.questions),
        *((f"data-{t.id}", f"table of data `{t.id}`", f"data | {t.id}") for t in book.tables),
        *((f"profiles-{p.id}", f"profiles `{p.id}`", f"profiles | {p.id}") for p in book.profiles),
    ]
    return [
        error(
            "handbook-record-unprinted",
            f"no chapter prints the {name}",
            hints=(f"write `/// {block}` and `///` where it belongs, or remove it",),
        )
        for label, name, block in records
        if label not in book.labels
    ]


def _stages(book: Book) -> tuple[Stage, ...]:
    return book.roadmap.stages if book.roadmap else ()


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
    labels = book.labels
    if book.roadmap and any(b.kind == "roadmap" for c in book.chapters() for b in c.blocks):
        yield Authored(book.roadmap.introduction, None)
    for stage in _stages(book):
        if label := labels.get(f"stage-{stage.id}"):
            title = _escape(stage.title)
            for html in (title, *stage.objectives, *stage.topics, *stage.practice):
                yield Authored(html, label.span)
    for skill in book.skills:
        if label := labels.get(f"skill-{skill.id}"):
            for html in (_escape(skill.name), skill.summary, skill.details):
                yield Authored(html, label.span)
    for question in book.questions:
        if label := labels.get(f"faq-{question.id}"):
            yield from (Authored(h, label.span) for h in (question.question, question.answer))
    for term in book.terms:
        known = labels.get(f"term-{term.id}")
        for html in (*map(_escape, (term.term, term.long, *term.aliases)), term.definition):
            yield Authored(html, known.span if known else None)
    for table in book.tables:
        if label := labels.get(f"data-{table.id}"):
            cells = [table.title, table.source, *(c.name for c in table.columns)]
            cells += [cell for row in table.rows for cell in row]
            yield from (Authored(h, label.span) for h in (*map(_escape, cells), table.note))
    for group in book.profiles:
        if label := labels.get(f"profiles-{group.id}"):
            yield Authored(group.introduction, label.span)
            for profile in group.profiles:
                values = (profile.name, profile.place, *(value for _, value in profile.facts))
                for html in (*map(_escape, values), profile.summary):
                    yield Authored(html, label.span)


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
