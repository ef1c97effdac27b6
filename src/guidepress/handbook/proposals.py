"""Proposals for the index: what authors may want to mark in their chapters. None of it is printed unasked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guidepress.book.model import Book, Chapter, Heading
from guidepress.content import walk
from guidepress.content.nodes import Element, Node
from guidepress.handbook.mentions import CODE, Mentions, sections_of, texts_of


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place to mark: `words` as they stand there, the `entry` to write, and the `reason`."""

    file: str
    line: int
    words: str
    entry: str
    reason: str

    @property
    def markup(self) -> str:
        """What to write in the place of the words."""
        return f'{self.words}{{: index="{self.entry}" }}'


def proposals(book: Book) -> tuple[Proposal, ...]:
    """What could be marked, in the order of the book: terms and names in code where sections name them, bare sections.

    What a section has marked is not proposed for it.
    """
    mentions = Mentions.of(book)
    names = {term.id: term.term for term in book.terms}
    found: list[Proposal] = []
    for chapter in book.chapters():
        own: list[Proposal] = []
        for number, section in enumerate(sections_of(chapter.body.nodes)):
            wanted = mentions.wanted.get((chapter.id, number), frozenset())
            marked = _marked(section)
            own += _mentioned(section, chapter, mentions, wanted, marked, names)
            if number and not marked and (bare := _bare(section, chapter)) is not None:
                own.append(bare)
        found += sorted(own, key=lambda one: one.line)
    return tuple(found)


def _mentioned(
    section: Sequence[Node],
    chapter: Chapter,
    mentions: Mentions,
    wanted: frozenset[str],
    marked: frozenset[str],
    names: dict[str, str],
) -> Iterator[Proposal]:
    left = {
        term
        for term in wanted
        if not {(name := names.get(term, term.removeprefix(CODE)).casefold()), f"{name}s"} & marked
    }
    for line, text, is_code in texts_of(section):
        if is_code and (code := CODE + text) in left:
            left.discard(code)
            yield Proposal(
                chapter.file, line, f"`{text}`", text, "a name that the text comes back to"
            )
        if is_code:
            continue
        for start, end, term in mentions.names.matches(text):
            if term in left:
                left.discard(term)
                words = f"[{text[start:end]}]"
                yield Proposal(chapter.file, line, words, names[term], "a term of the glossary")


def _bare(section: Sequence[Node], chapter: Chapter) -> Proposal | None:
    """The heading of a section in which nothing is marked, unless records are printed there."""
    first = section[0]
    if not isinstance(first, Element) or any(
        "data-block" in e.attributes for e in walk.elements(section)
    ):
        return None
    heading: Heading | None = next((h for h in chapter.headings if h.anchor == first.id), None)
    if heading is None:
        return None
    title = heading.title
    return Proposal(chapter.file, first.line, f"## {title} ", title, "a section without an entry")


def _marked(section: Sequence[Node]) -> frozenset[str]:
    """The first words of the entries in a section, in small letters; terms of the glossary that are used in it."""
    entries = (e.index for e in walk.elements(section) if e.index)
    return frozenset(
        " ".join(one.partition("|")[0].split("!")[0].split()).casefold()
        for entry in entries
        for one in entry.split(";")
    )
