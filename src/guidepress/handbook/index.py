"""The index: terms and sub-terms by letter, each with its pages merged into runs.

In it are the places that authors marked, and what the guide's records tell: stages, skills, profiles, the questions of
the FAQ and the terms of the glossary. The place where a thing is explained is its main one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from guidepress.book.model import Book, Chapter, Term
from guidepress.diagnostics import Diagnostic, Span, did_you_mean, warning
from guidepress.handbook.mentions import CODE
from guidepress.handbook.records import term_uses

# What a question begins and ends with in some language, and the white that French has there.
_ASKING = "¿?؟？ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
# A term of no more lines than this stays in one column: of more, a fifth of the column above it might stay empty.
WHOLE = 8


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One line of the index; `depth` 0 is a term, 1 a sub-term. Anchors may be none: a term above others.

    `path` are the terms above it and itself. `main` are those of the anchors where the thing is explained. `see` are
    terms to look up instead, `see_also` others. `code` is a name that programs are written with.
    """

    path: tuple[str, ...]
    anchors: tuple[str, ...]
    main: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    code: bool = False

    @property
    def term(self) -> str:
        """The words of the line."""
        return self.path[-1]

    @property
    def depth(self) -> int:
        """How many terms stand above it."""
        return len(self.path) - 1


@dataclass(frozen=True, slots=True)
class IndexEntryLines:
    """A term with all that stands below it; `whole` where it is short enough to be kept in one column."""

    lines: tuple[IndexLine, ...]

    @property
    def whole(self) -> bool:
        """Whether the lines stay together."""
        return len(self.lines) <= WHOLE


@dataclass(frozen=True, slots=True)
class IndexGroup:
    """The lines that begin with one letter."""

    letter: str
    lines: tuple[IndexLine, ...]

    @property
    def entries(self) -> tuple[IndexEntryLines, ...]:
        """The lines by term."""
        found: list[list[IndexLine]] = []
        for line in self.lines:
            if line.depth and found:
                found[-1].append(line)
            else:
                found.append([line])
        return tuple(IndexEntryLines(tuple(lines)) for lines in found)


@dataclass(slots=True)
class _Term:
    name: str = ""
    code: bool = False
    anchors: dict[str, bool] = field(default_factory=dict)
    see: list[tuple[str, ...]] = field(default_factory=list)
    see_also: list[tuple[str, ...]] = field(default_factory=list)
    below: dict[str, _Term] = field(default_factory=dict)

    def under(self, path: tuple[str, ...]) -> _Term:
        """The term at the end of a path, made where there is none; names differ in more than case."""
        node = self
        for word in path:
            node = node.below.setdefault(word.casefold(), _Term(word))
        return node

    def at(self, path: tuple[str, ...]) -> _Term | None:
        """The term at the end of a path."""
        node: _Term | None = self
        for word in path:
            node = node.below.get(word.casefold()) if node else None
        return node

    def paths(self, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], _Term]]:
        """This term, which is at a path, and those below it, each with its own."""
        yield path, self
        for name, term in self.below.items():
            yield from term.paths((*path, name))

    def place(self, anchor: str, main: bool = False) -> None:
        """Note a place of the term."""
        if anchor:
            self.anchors[anchor] = main or self.anchors.get(anchor, False)

    def keep(self, defined: Set[str]) -> None:
        """Forget the places, here and below, that no anchor is at."""
        self.anchors = {name: main for name, main in self.anchors.items() if name in defined}
        for term in self.below.values():
            term.keep(defined)

    @property
    def leads(self) -> bool:
        """Whether a reader who looks here finds a page, now or one step on."""
        return bool(self.anchors or self.below or self.see)


def index_groups(
    book: Book, mentions: Sequence[tuple[str, str]] = (), defined: Set[str] | None = None
) -> tuple[IndexGroup, ...]:
    """The index of a book, in alphabetical order, symbols and digits first.

    `mentions` are further places of terms: the ids of the terms, and anchors. Of anchors only those `defined` count,
    or all.
    """
    root = _index(book, mentions)
    if defined is not None:
        root.keep(defined)
    groups: dict[str, list[IndexLine]] = {}
    for _, term in sorted(root.below.items(), key=lambda item: sort_key(item[1].name)):
        if term.leads:
            groups.setdefault(letter(term.name), []).extend(_lines(term, (), root))
    return tuple(IndexGroup(key, tuple(lines)) for key, lines in groups.items())


def index_problems(book: Book) -> list[Diagnostic]:
    """A warning for each entry that sends the reader to a term that the index does not have."""
    root = _index(book)
    names = [term.name for term in root.below.values()]
    problems = []
    for chapter in book.chapters():
        for entry in chapter.index:
            target = root.at(entry.target)
            if entry.target and (target is None or not target.leads):
                problems.append(
                    warning(
                        "index-see-unknown",
                        f"the index sends from `{'!'.join(entry.path)}` to `{'!'.join(entry.target)}`,"
                        " which is no entry of it",
                        Span(chapter.file, entry.line),
                        hints=did_you_mean(entry.target[0], names),
                    )
                )
    return problems


def sort_key(term: str) -> tuple[bool, str, str]:
    """Letters after all else; accents and case do not count until nothing else differs."""
    plain = _plain(term)
    return (plain[:1].isalpha(), plain, term)


def letter(term: str) -> str:
    """The heading a term stands under."""
    first = _plain(term)[:1].upper()
    return first if first.isalpha() else "#"


def _index(book: Book, mentions: Sequence[tuple[str, str]] = ()) -> _Term:
    root = _Term()
    for chapter in book.chapters():
        for entry in chapter.index:
            term = root.under(entry.path)
            if entry.kind in ("see", "see-also"):
                (term.see if entry.kind == "see" else term.see_also).append(entry.target)
            else:
                term.place(entry.anchor, entry.kind == "main")
    for path, anchor in _records(book):
        root.under(path).place(anchor, main=True)
    _terms(book, root, mentions)
    return root


def _records(book: Book) -> Iterator[tuple[tuple[str, ...], str]]:
    """What records are about, and where they stand, for those that a chapter prints."""
    names = {f"skill-{skill.id}": skill.name for skill in book.skills}
    names |= {f"profile-{one.id}": one.name for group in book.profiles for one in group.profiles}
    if book.roadmap:
        names |= {f"stage-{stage.id}": stage.title for stage in book.roadmap.stages}
    asked = {f"faq-{one.id}": one.question.words.strip(_ASKING) for one in book.questions}
    for chapter in book.chapters():
        for label, anchor in _placed(chapter):
            if label in names:
                yield (names[label],), anchor
            elif label in asked:
                yield (chapter.title, asked[label]), anchor


def _placed(chapter: Chapter) -> Iterator[tuple[str, str]]:
    for block in chapter.blocks:
        yield from block.anchors.items()


def _terms(book: Book, root: _Term, mentions: Sequence[tuple[str, str]]) -> None:
    """The glossary: where its terms are used and defined, their other names, and what else to look up."""
    uses = {term: [*anchors] for term, anchors in term_uses(book).items()}
    for term_id, anchor in mentions:
        if term_id.startswith(CODE):
            name = term_id.removeprefix(CODE)
            named = root.under(_path_of_code(name, root))
            named.place(anchor)
            named.code = named.code or named.name == name
        uses.setdefault(term_id, []).append(anchor)
    by_id = {term.id: term for term in book.terms}
    for term in book.terms:
        node = _node_of(term, root)
        for anchor in uses.get(term.id, ()):
            node.place(anchor)
        # The definition is where to look, unless an author names a better place.
        node.place(f"term-{term.id}", main=not any(node.anchors.values()))
        node.see_also += [(_node_of(by_id[name], root).name,) for name in term.see if name in by_id]
    for term in book.terms:
        for name in (term.long, *term.aliases):
            # A name that has places of its own keeps them; one that the entry begins with is found there.
            target = _node_of(term, root).name
            if not name or target.casefold().startswith(f"{name.casefold()} ("):
                continue
            if not (known := root.under((name,))).leads:
                known.see.append((target,))


def _path_of_code(name: str, root: _Term) -> tuple[str, ...]:
    """Where a name in code stands: below the entry that it begins with, if others of its kind do ("git rebase")."""
    words = name.split(" ")
    for count in range(len(words) - 1, 0, -1):
        first = " ".join(words[:count])
        if (head := root.at((first,))) is None:
            continue
        for path, node in head.paths((first,)):
            if any(one.startswith(f"{first} ".casefold()) for one in node.below):
                return (*path, name)
    return (name,)


def _node_of(term: Term, root: _Term) -> _Term:
    """The entry of a term: the one that authors wrote in the plural or in full ("cookies", "web host (WH)"), if any."""
    for name in (f"{term.term}s", f"{term.long} ({term.term})", f"{term.term} ({term.long})"):
        if (known := root.at((name,))) is not None and known.leads:
            if known.name.endswith("S"):
                # HTTPS is no plural of HTTP.
                continue
            if "(" in name and not (short := root.under((term.term,))).leads:
                short.see.append((known.name,))
            return known
    return root.under((term.term,))


def _plain(term: str) -> str:
    decomposed = unicodedata.normalize("NFKD", term.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lstrip("\"'`.-_ ")


def _lines(term: _Term, above: tuple[str, ...], root: _Term) -> Iterator[IndexLine]:
    path = (*above, term.name)
    yield IndexLine(
        path,
        tuple(term.anchors),
        tuple(anchor for anchor, main in term.anchors.items() if main),
        _targets(term.see, root),
        _targets(term.see_also, root),
        term.code,
    )
    for _, node in sorted(term.below.items(), key=lambda item: sort_key(item[1].name)):
        yield from _lines(node, path, root)


def _targets(paths: list[tuple[str, ...]], root: _Term) -> tuple[str, ...]:
    """The terms to look up as they are written in the index, in its order."""
    found = {": ".join(path) for path in paths if (term := root.at(path)) and term.leads}
    return tuple(sorted(found, key=sort_key))
