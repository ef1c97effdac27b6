"""What of the Book stands in no section: a layout may leave a field out, and no block may print a record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from guidepress import content
from guidepress.book.model import Book, Card, Label
from guidepress.book.words import words_of
from guidepress.content import Content, Node
from guidepress.content.working import parse
from guidepress.diagnostics import Diagnostic, Span, error
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.memo import Memo
from guidepress.handbook.review import ASKED_ELSEWHERE
from guidepress.handbook.settled import unprinted
from guidepress.model.kinds import KINDS, listed
from guidepress.pdf.proof import Text, Words, normal, quoted, texts_of

# What the handbook adds inside of an author's sentence.
_ADDED = frozenset({"page-ref", "address", "kind", "uses"})


@dataclass(frozen=True, slots=True)
class Authored:
    """A piece of the book: its texts, and where it was written, so far as the book knows."""

    texts: Sequence[Text]
    span: Span | None


def omissions(
    book: Book, drafts: Sequence[SectionDraft], memo: Memo | None = None
) -> list[Diagnostic]:
    """An error for each piece of the book of which words stand in no section. `memo` is what is known of sections."""
    memo = memo or Memo()
    printed = Words(
        Text(0, memo.of(("words", one.name), one.html, partial(_words_in_print, one)))
        for one in drafts
    )
    problems = unprinted(book)
    for piece in pieces(book):
        for text in piece.texts:
            if not printed.has(normal(text.words)):
                message = f"the layout prints these words nowhere: “{quoted(text.words)}”"
                problems.append(error("handbook-text-omitted", message, _span(piece, text)))
                break
    return problems


def pieces(book: Book) -> Iterator[Authored]:
    """Everything in the book that readers are meant to see."""
    yield from (_plain(text, None) for text in (book.title, book.subtitle, *book.authors))
    yield from _written(None, book.description, book.brand.imprint)
    for part in book.parts:
        span = _at(book.labels.get(part.anchor))
        yield _plain(part.title, span)
        yield from _written(span, part.summary)
    for chapter in book.chapters():
        notes = (note.content for note in chapter.footnotes)
        yield from _written(Span(chapter.file, 1), chapter.title_html, chapter.promise, *notes)
        for node in chapter.body.nodes:
            yield Authored(list(_texts((node,))), Span(chapter.file))
    yield from _records(book)
    for card in book.cards:
        if card.chapter and card.origin not in ASKED_ELSEWHERE:
            yield from _written(card.span, *_sides(card, book))


def _records(book: Book) -> Iterator[Authored]:
    if book.roadmap and any(b.kind == "roadmap" for c in book.chapters() for b in c.blocks):
        yield from _written(None, book.roadmap.introduction)
    for kind in KINDS.values():
        # Those of a set are found in it.
        for one in listed(book, kind) if not kind.within else ():
            label = book.labels.get(one.label)
            if label or kind.own_pages:
                span = _at(label)
                for _, words in words_of(one.record):
                    if isinstance(words, Content):
                        yield from _written(span, words)
                    else:
                        yield _plain(words, span)


def _plain(words: str, span: Span | None) -> Authored:
    return Authored([Text(0, words)], span)


def _written(span: Span | None, *contents: Content) -> Iterator[Authored]:
    for one in contents:
        if one:
            yield Authored(list(_texts(one.nodes)), span)


def _texts(nodes: Sequence[Node], line: int = 0) -> Iterator[Text]:
    """Every text with the line of its block; the numbers of footnotes print anew."""
    for node in nodes:
        if isinstance(node, content.Text):
            yield Text(line, node.text)
        else:
            yield from _texts(node.children, node.line or line)


def _sides(card: Card, book: Book) -> tuple[Content, ...]:
    if book.handbook.answers == "none":
        # A text with gaps is printed without what they hide.
        return (card.front,)
    return (card.front, card.back, card.text, card.extra)


def _at(label: Label | None) -> Span | None:
    return label.span if label else None


def _span(piece: Authored, text: Text) -> Span | None:
    if piece.span is None or not text.line or piece.span.line:
        return piece.span
    return Span(piece.span.file, text.line)


def _words_in_print(draft: SectionDraft) -> str:
    """The author's words in a section, as they follow on one another."""
    return "".join(text.words for text in _in_print(draft))


def _in_print(draft: SectionDraft) -> list[Text]:
    """The author's texts in a section."""
    root = parse(draft.html)
    for element in list(root.iter("span")):
        if not _ADDED.isdisjoint((element.get("class") or "").split()):
            element.drop_tree()
    return texts_of(root)
