"""Where chapters speak of the terms of the glossary, for a guide whose index is to have these places, too.

A term is noted where a section first names it, in the sections that name it most: an index that lists every page
with a common word on it helps nobody. Names in code (`Cache-Control`, `git rebase`) count as terms where a text comes
back to them. Any section that names a term has an anchor there, noted or not, so that no chapter is laid out again
for what another one says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial

from lxml.html import HtmlElement

from guidepress.book.model import Book, Chapter, Term
from guidepress.content import walk
from guidepress.content.nodes import Element, Node, Text
from guidepress.handbook.kept import Counts, Kept

# Places of a term at most, besides those that the author marked.
MOST = 12
# A name in code is looked up if it comes so often.
OFTEN = 2
# Before such a name, in the place of a term's id, which has no such sign.
CODE = "`"
# Words, with the signs that names have in the middle ("B-tree", "Node.js", "2.0").
_WORD = re.compile(r"[^\W_]+(?:[-.'’][^\W_]+)*")
# Code that is a name to look up: of one word or two, with more than small letters in it.
_NAME = re.compile(r"(?![a-z]+\Z)[A-Za-z_][\w.-]{2,}(?: [a-z][a-z-]+)?(?:\(\))?")
# What no reader takes for running text, or what is a place of the index already.
_SKIPPED = frozenset({"pre", "code", "a", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "sup"})

# A section: the chapter's id and the number of the section in it, 0 above the first heading.
Section = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of terms, by their first word in lower case: the words of each name, and its term's id."""

    by_first: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]

    @classmethod
    def of(cls, terms: Sequence[Term]) -> Names:
        """The names and other names of terms."""
        found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for term in terms:
            for name in (term.term, *term.aliases):
                if words := tuple(_WORD.findall(name)):
                    found.setdefault(words[0].casefold(), []).append((words, term.id))
        # The longest first: "access token" is no place of "access".
        return cls(
            {first: sorted(names, reverse=True, key=_size) for first, names in found.items()}
        )

    def matches(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and term of each name in a text."""
        words = list(_WORD.finditer(text))
        after = 0
        for at, word in enumerate(words):
            if at < after:
                continue
            folded = word[0].casefold()
            names = self.by_first.get(folded, ())
            if folded.endswith("s") and (singular := self.by_first.get(folded[:-1])):
                names = (*names, *singular)
            for name, term in names:
                here = words[at : at + len(name)]
                if len(here) == len(name) and _says([w[0] for w in here], name):
                    yield word.start(), here[-1].end(), term
                    after = at + len(name)
                    break


@dataclass(slots=True)
class Mentions:
    """The places of a book's terms: `named` has all by section, `wanted` those for the index.

    `found` are the wanted ones with their anchors; it grows while chapters are composed.
    """

    names: Names
    named: Mapping[Section, frozenset[str]]
    wanted: Mapping[Section, frozenset[str]]
    found: list[tuple[str, str]] = field(default_factory=list)
    # How many anchors the chapter that is marked has.
    _count: int = 0

    @classmethod
    def of(cls, book: Book, kept: Kept | None = None) -> Mentions:
        """Count the names of terms in each section, and choose the sections that name them most.

        `kept` has the counts of chapters that are as they were.
        """
        names = Names.of(book.terms)
        counts: dict[str, list[tuple[int, int, Section]]] = {}
        # A common word in passing ("merge", "image") may not even mean the term.
        common = {term.id for term in book.terms if term.term.islower() and " " not in term.term}
        known = {name.casefold() for term in book.terms for name in (term.term, *term.aliases)}
        for chapter in book.chapters():
            count_all = partial(_counts, chapter, names, known)
            counted = (
                kept.counts(chapter, (names, sorted(known)), count_all) if kept else count_all()
            )
            for number, (marked, found) in enumerate(counted):
                place = (chapter.id, number)
                for term, count in found.items():
                    if term not in marked and (count > 1 or term not in common):
                        places = counts.setdefault(term, [])
                        places.append((-count, len(places), place))
        named: dict[Section, set[str]] = {}
        wanted: dict[Section, set[str]] = {}
        for term, places in counts.items():
            for _, _, place in places:
                named.setdefault(place, set()).add(term)
            if term.startswith(CODE) and sum(-count for count, *_ in places) < OFTEN:
                continue
            for _, _, place in sorted(places)[:MOST]:
                wanted.setdefault(place, set()).add(term)
        return cls(names, _frozen(named), _frozen(wanted))

    def mark(self, root: HtmlElement, chapter: Chapter) -> None:
        """Give the places in a chapter anchors of their own."""
        self._count = 0
        section, left = 0, set(self.named.get((chapter.id, 0), ()))
        for child in list(root):
            if child.tag == "h2":
                section += 1
                left = set(self.named.get((chapter.id, section), ()))
            elif left and isinstance(child.tag, str):
                self._mark(child, (chapter.id, section), left)

    def named_in(self, chapter: Chapter) -> list[tuple[int, list[str], list[str]]]:
        """What is looked for in a chapter: by the number of the section, the terms, and those for the index."""
        return [
            (at, sorted(terms), sorted(self.wanted.get((name, at), ())))
            for (name, at), terms in sorted(self.named.items())
            if name == chapter.id
        ]

    def _mark(self, element: HtmlElement, section: Section, left: set[str]) -> None:
        if element.tag == "code" and (code := CODE + element.text_content()) in left:
            left.discard(code)
            if not element.get("id"):
                element.set("id", self._anchor(section, code))
        if element.tag in _SKIPPED or element.get("data-block") is not None:
            return
        children = list(element)
        element.text = self._spans(element, 0, element.text, section, left)
        for child in children:
            if isinstance(child.tag, str):
                self._mark(child, section, left)
            if child.tail and left:
                place = element.index(child) + 1
                child.tail = self._spans(element, place, child.tail, section, left)

    def _spans(
        self, parent: HtmlElement, place: int, text: str | None, section: Section, left: set[str]
    ) -> str | None:
        """Put a span around each name in a text, below `parent` from `place` on; the text before the first."""
        if not text or not left:
            return text
        spans = []
        for start, end, term in self.names.matches(text):
            if term in left:
                left.discard(term)
                spans.append((start, end, self._anchor(section, term)))
        for start, end, anchor in reversed(spans):
            span = parent.makeelement("span", {"id": anchor})
            span.text, span.tail, text = text[start:end], text[end:], text[:start]
            parent.insert(place, span)
        return text

    def _anchor(self, section: Section, term: str) -> str:
        # Counted in its chapter: an edit of one moves no place of another.
        self._count += 1
        anchor = f"{section[0]}--mention-{self._count}"
        if term in self.wanted.get(section, ()):
            self.found.append((term, anchor))
        return anchor


def _frozen(places: Mapping[Section, set[str]]) -> dict[Section, frozenset[str]]:
    return {place: frozenset(terms) for place, terms in places.items()}


def _size(name: tuple[tuple[str, ...], str]) -> int:
    return len(name[0])


def _says(words: Sequence[str], name: Sequence[str]) -> bool:
    """Whether words are a name: capitals count where the name has some, the last word may have a plural's s."""
    *before, last = words
    *first, end = name
    return all(map(_same, before, first)) and (
        _same(last, end) or (last.endswith("s") and _same(last[:-1], end))
    )


def _same(word: str, name: str) -> bool:
    return word == name if not name.islower() else word.casefold() == name


def sections_of(nodes: Sequence[Node]) -> Iterator[tuple[Node, ...]]:
    """The blocks of each section of a chapter: those above the first heading, then those of each, with it."""
    section: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.name == "h2":
            yield tuple(section)
            section = []
        section.append(node)
    yield tuple(section)


def texts_of(nodes: Sequence[Node], line: int = 0) -> Iterator[tuple[int, str, bool]]:
    """The running text below nodes, piece by piece: its line in the file, its words, whether it is code."""
    for node in nodes:
        if isinstance(node, Text):
            yield line, node.text, False
        elif node.name == "code":
            yield node.line or line, walk.text(node.children), True
        elif node.name not in _SKIPPED and "data-block" not in node.attributes:
            yield from texts_of(node.children, node.line or line)


def _counts(chapter: Chapter, names: Names, known: Set[str]) -> Counts:
    """Of each section of a chapter the terms that are marked in it, and how often it names any."""
    return [
        (
            sorted({e.attributes["data-term"] for e in walk.elements(section) if _is_use(e)}),
            dict(_count(section, names, known)),
        )
        for section in sections_of(chapter.body.nodes)
    ]


def _count(nodes: Sequence[Node], names: Names, known: Set[str]) -> Counter[str]:
    """How often each term is named below nodes, and each name in code that is not `known` as a term."""
    found: Counter[str] = Counter()
    for _, text, is_code in texts_of(nodes):
        if not is_code:
            found.update(term for _, _, term in names.matches(text))
        elif _NAME.fullmatch(text) and text.casefold() not in known:
            found[CODE + text] += 1
    return found


def _is_use(element: Element) -> bool:
    return "data-term" in element.attributes
