"""What of the Book stands in no section: a layout may leave a field out, and no block may print a record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from guidepress.book.model import Book, Card, Label, Stage
from guidepress.book.tree import elements, has_class, parse
from guidepress.diagnostics import Diagnostic, Span, error
from guidepress.handbook.draft import Draft
from guidepress.handbook.proof import Text, normal, quoted, texts_of
from guidepress.handbook.review import ASKED_ELSEWHERE

# What the handbook adds inside of an author's sentence.
_ADDED = ("page-ref", "address", "kind", "uses")


@dataclass(frozen=True, slots=True)
class Authored:
    """A piece of the book: its texts, and where it was written, so far as the book knows."""

    texts: Sequence[Text]
    span: Span | None


def omissions(book: Book, drafts: Sequence[Draft]) -> list[Diagnostic]:
    """An error for each piece of the book of which words stand in no section."""
    printed = Printed(drafts)
    problems = unprinted(book)
    for piece in pieces(book):
        for text in piece.texts:
            if not printed.has(normal(text.words)):
                message = f"the layout prints these words nowhere: “{quoted(text.words)}”"
                problems.append(error("handbook-text-omitted", message, _span(piece, text)))
                break
    return problems


class Printed:
    """The words of all sections, to be searched in about the order in which they stand."""

    # What follows on a text in the source mostly follows on it in print, within so many characters.
    NEAR = 4_000

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self._words = normal("".join(text.words for draft in drafts for text in _in_print(draft)))
        self._at = 0

    def has(self, words: str) -> bool:
        """Whether the (normalized) words stand somewhere in a row."""
        found = self._words.find(words, self._at, self._at + self.NEAR)
        if found < 0:
            found = self._words.find(words, self._at)
        if found < 0:
            found = self._words.find(words, 0, self._at + len(words))
        # A word or two stand in many places: one far away says nothing of what comes next.
        if found >= 0 and (len(words) > 40 or abs(found - self._at) < self.NEAR):
            self._at = found
        return found >= 0


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
    yield from (_plain(text, None) for text in (book.title, book.subtitle, *book.authors))
    yield from _written(None, book.description, book.brand.imprint)
    for part in book.parts:
        span = _at(book.labels.get(part.anchor))
        yield _plain(part.title, span)
        yield from _written(span, part.summary)
    for chapter in book.chapters():
        notes = (note.html for note in chapter.footnotes)
        yield from _written(Span(chapter.file, 1), chapter.title_html, chapter.promise, *notes)
        for block in _uncalled(chapter.html):
            yield Authored([*texts_of(block), Text(0, block.tail or "")], Span(chapter.file))
    yield from _records(book)
    for card in book.cards:
        if card.chapter and card.origin not in ASKED_ELSEWHERE:
            yield from _written(card.span, *_sides(card))


def _records(book: Book) -> Iterator[Authored]:
    labels = book.labels
    if book.roadmap and any(b.kind == "roadmap" for c in book.chapters() for b in c.blocks):
        yield from _written(None, book.roadmap.introduction)
    for stage in _stages(book):
        if label := labels.get(f"stage-{stage.id}"):
            yield _plain(stage.title, label.span)
            yield from _written(label.span, *stage.objectives, *stage.topics, *stage.practice)
    for skill in book.skills:
        if label := labels.get(f"skill-{skill.id}"):
            yield _plain(skill.name, label.span)
            yield from _written(label.span, skill.summary, skill.details)
    for question in book.questions:
        if label := labels.get(f"faq-{question.id}"):
            yield from _written(label.span, question.question, question.answer)
    for term in book.terms:
        span = _at(labels.get(f"term-{term.id}"))
        yield from (_plain(words, span) for words in (term.term, term.long, *term.aliases))
        yield from _written(span, term.definition)
    for table in book.tables:
        if label := labels.get(f"data-{table.id}"):
            cells = [table.title, table.source, *(c.name for c in table.columns)]
            cells += [cell for row in table.rows for cell in row]
            yield from (_plain(cell, label.span) for cell in cells)
            yield from _written(label.span, table.note)
    for group in book.profiles:
        if label := labels.get(f"profiles-{group.id}"):
            yield from _written(label.span, group.introduction)
            for profile in group.profiles:
                values = (profile.name, profile.place, *(value for _, value in profile.facts))
                yield from (_plain(value, label.span) for value in values)
                yield from _written(label.span, profile.summary)


def _plain(words: str, span: Span | None) -> Authored:
    return Authored([Text(0, words)], span)


def _written(span: Span | None, *htmls: str) -> Iterator[Authored]:
    for html in htmls:
        if html:
            yield Authored(list(texts_of(parse(html))), span)


def _sides(card: Card) -> tuple[str, ...]:
    return (card.front, card.back, card.text, card.extra)


def _at(label: Label | None) -> Span | None:
    return label.span if label else None


def _span(piece: Authored, text: Text) -> Span | None:
    if piece.span is None or not text.line or piece.span.line:
        return piece.span
    return Span(piece.span.file, text.line)


def _in_print(draft: Draft) -> Iterator[Text]:
    """The author's texts in a section."""
    root = parse(draft.html)
    for element in list(root.iter("span")):
        if any(has_class(element, name) for name in _ADDED):
            element.drop_tree()
    yield from texts_of(root)


def _uncalled(html: str) -> HtmlElement:
    """The blocks of a chapter without the numbers of its footnotes, which print anew."""
    root = parse(html)
    for call in list(elements(root, "sup")):
        if has_class(call, "footnote-ref"):
            # Emptied, not dropped: the note now stands between the texts before and after.
            for child in list(call):
                call.remove(child)
            call.text = None
    return root
