"""What of the Book stands in no section: a layout may leave a field out, and no block may print a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from lxml import etree

from guidepress import content
from guidepress.book.model import Book, Card, Chapter, Label
from guidepress.book.words import words_of
from guidepress.cache import Cache, code_digest, digest
from guidepress.content import Content, Node
from guidepress.content.working import found, parse
from guidepress.diagnostics import Diagnostic, Span, error
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.kept import data_digest
from guidepress.handbook.review import ASKED_ELSEWHERE
from guidepress.handbook.settled import unprinted
from guidepress.model.kinds import KINDS, listed
from guidepress.pdf.proof import Text, Words, normal, quoted

# What is no word of the author's: page numbers, and what the handbook adds inside of a sentence.
_NOT_AUTHORED = etree.XPath(
    " | ".join(
        (
            *("//title", "//style", "//script", "//*[@data-page]"),
            *(
                f'//span[contains(concat(" ", normalize-space(@class), " "), " {name} ")]'
                for name in ("page-ref", "address", "kind", "uses")
            ),
        )
    )
)


@dataclass(frozen=True, slots=True)
class Authored:
    """A piece of the book: its texts, and where it was written, so far as the book knows."""

    texts: Sequence[Text]
    span: Span | None


def omissions(
    book: Book, drafts: Sequence[SectionDraft], cache: Cache | None = None
) -> list[Diagnostic]:
    """An error for each piece of the book of which words stand in no section.

    `cache` has in which sections the words of chapters and records were found before.
    """
    cache = cache or Cache(None)
    printed = _Printed(drafts, cache)
    problems = unprinted(book)
    for own, made_of, some in _groups(book):
        found = data_digest(made_of)
        key = digest("printed", code_digest(), found)
        if found and printed.holds(cache.get(key, list[str])):
            continue
        where = printed.search(own)
        missing = [p for one in some() if (p := _omission(one, where)) is not None]
        problems += missing
        if found and not missing and where.within is not None:
            cache.put(key, sorted(where.within))
    return problems


def _omission(piece: Authored, where: _Search) -> Diagnostic | None:
    # Mostly it stands there as a whole; only where it does not is each of its texts looked for.
    if where.has_here(normal("".join([text.words for text in piece.texts]))):
        return None
    for text in piece.texts:
        if not where.has(normal(text.words)):
            message = f"the layout prints these words nowhere: “{quoted(text.words)}”"
            return error("handbook-text-omitted", message, _span(piece, text))
    return None


class _Printed:
    """The author's words in the sections, normalized, by the digest of a section's HTML."""

    def __init__(self, drafts: Sequence[SectionDraft], cache: Cache) -> None:
        self._cache = cache
        self._drafts = {draft.digest: draft for draft in drafts}
        self._names = {draft.name: draft.digest for draft in drafts}
        self._words: dict[str, str] = {}

    def holds(self, sections: Sequence[str] | None) -> bool:
        """Whether sections of these digests are still there."""
        return sections is not None and all(one in self._drafts for one in sections)

    def words(self, section: str) -> str:
        """The words in the section of a digest."""
        if section not in self._words:
            make = partial(_words_in_print, self._drafts[section])
            key = digest("words in print", code_digest(), section)
            self._words[section] = self._cache.memo(key, make, str)
        return self._words[section]

    @cached_property
    def all(self) -> Words:
        """The words of all sections, for what goes on from one in the next."""
        return Words(map(self.words, self._drafts))

    def search(self, names: Sequence[str]) -> _Search:
        """A search that begins in the sections of these names."""
        first = [self._names[name] for name in names if name in self._names]
        return _Search(self, [*first, *(one for one in self._drafts if one not in first)])


class _Search:
    """Looks for texts that mostly stand in few sections: `within` are those that had any, None if one stands across."""

    def __init__(self, printed: _Printed, sections: list[str]) -> None:
        self.within: set[str] | None = set()
        self._printed = printed
        self._sections = sections
        self._open: dict[str, Words] = {}

    def has_here(self, words: str) -> bool:
        """Whether they stand in the sections in which they are looked for first."""
        for section in self._sections[:2]:
            if self._words(section).has(words):
                if self.within is not None:
                    self.within.add(section)
                return True
        return False

    def _words(self, section: str) -> Words:
        if section not in self._open:
            self._open[section] = Words([self._printed.words(section)])
        return self._open[section]

    def has(self, words: str) -> bool:
        """Whether the (normalized) words stand somewhere in a row."""
        for at, section in enumerate(self._sections):
            if self._words(section).has(words):
                if self.within is not None:
                    self.within.add(section)
                if at > 1:
                    # What stands in one section of several mostly goes on there.
                    self._sections.insert(1, self._sections.pop(at))
                return True
        self.within = None
        return self._printed.all.has(words)


# What is looked for together: the sections in which it is likely, what it is made of, and the pieces.
_Group = tuple[Sequence[str], object, Callable[[], Iterable[Authored]]]


def _groups(book: Book) -> Iterator[_Group]:
    own = list(_of_book(book))
    yield [], own, lambda: own
    asked: dict[str, list[Card]] = {}
    for card in book.cards:
        if card.chapter and card.origin not in ASKED_ELSEWHERE:
            asked.setdefault(card.chapter, []).append(card)
    for chapter in book.chapters():
        name = f"chapter-{chapter.id}"
        yield [name], chapter, partial(_of_chapter, chapter)
        if cards := asked.get(chapter.id):
            made_of = (cards, book.handbook.answers)
            yield [name, "answers"], made_of, partial(_of_cards, cards, book)
    records = list(_records(book))
    yield [], records, lambda: records


def pieces(book: Book) -> Iterator[Authored]:
    """Everything in the book that readers are meant to see."""
    for _, _, some in _groups(book):
        yield from some()


def _of_book(book: Book) -> Iterator[Authored]:
    yield from (_plain(text, None) for text in (book.title, book.subtitle, *book.authors))
    yield from _written(None, book.description, book.brand.imprint)
    for part in book.parts:
        span = _at(book.labels.get(part.anchor))
        yield _plain(part.title, span)
        yield from _written(span, part.summary)


def _of_chapter(chapter: Chapter) -> Iterator[Authored]:
    notes = (note.content for note in chapter.footnotes)
    yield from _written(Span(chapter.file, 1), chapter.title_html, chapter.promise, *notes)
    for node in chapter.body.nodes:
        yield Authored(list(_texts((node,))), Span(chapter.file))


def _of_cards(cards: Sequence[Card], book: Book) -> Iterator[Authored]:
    for card in cards:
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
    """The author's words in a section, normalized, as they follow on one another."""
    root = parse(draft.html)
    for element in found(_NOT_AUTHORED, root):
        element.drop_tree()
    return normal(str(root.text_content()))
