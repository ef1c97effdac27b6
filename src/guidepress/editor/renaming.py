"""Rename a card, a label, a record, a chapter or a part: in every file that names it, and in deck.lock.

What is found is tried before it is offered: the guide, and each edition of it, must have no problem that it had not
before, and every card keeps the GUID that learners' collections know it by.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guidepress.book import front_matter
from guidepress.book.model import Label
from guidepress.build import LOCK, Examined, Source
from guidepress.card_kinds import blocks as card_blocks
from guidepress.content import Content, Reference
from guidepress.content.walk import elements
from guidepress.conversions import Conversions
from guidepress.diagnostics import Severity, Span
from guidepress.editor import context, schemas
from guidepress.editor.answers import Place
from guidepress.editor.desk import Desk, Held
from guidepress.editor.positions import Text
from guidepress.markdown import Document
from guidepress.markdown.extensions import named as extension
from guidepress.model import Chapter
from guidepress.model.base import ID, Key
from guidepress.model.kinds import KINDS, listed, printed_by
from guidepress.source.yaml import load

_NAME = re.compile(r"[^\s#\"'{}()\[\]|<>]+")
_DEFINITION = re.compile(r"[ \t>]*\[[^\]]+\]:[ \t]*<?(\S+?)>?(?:[ \t]|$)")
# Cards that are made of records: their ids are a prefix and the record's.
_ASKED = {"faq": "faq-", "term": "term-"}
_OPTION_ID = re.compile(
    r"[ \t>]*id[ \t]*:[ \t]*(?P<quote>[\"']?)(?P<name>[^\s\"'#]+)(?P=quote)[ \t]*(?:#.*)?$"
)
_ATTRIBUTE = re.compile(
    r"\{:?[^{}]*?(?:#|\bid=[\"']?)(?P<name>[^\s\"'{}#]+)[^{}]*\}|<[^<>]*?\bid=[\"']?(?P<tag>[^\s\"'>]+)"
)


class Refused(Exception):
    """The rename cannot be done; the message says why."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be renamed: of which `kind` (`card`, `label`, `chapter`, `part`, or a kind of records), and its name.

    `span` is the name as it stands at the cursor.
    """

    kind: str
    name: str
    span: Span


Edits = dict[str, dict[Span, str]]


def subject(place: Place) -> Subject | None:
    """What the cursor is at that can be renamed."""
    found = _in_yaml(place) if place.is_yaml else _defined(place)
    return found or _referred(place)


def _in_yaml(place: Place) -> Subject | None:
    spot = place.spot()
    if spot is None or not spot.in_value or not spot.word:
        return None
    span = Span(place.name, place.line, spot.start, len(spot.word))
    if spot.path[-1] != "id":
        kinds = schemas.named(place.schemas(spot))
        kind = next((k for k in kinds if k in KINDS or k in ("chapter", "part")), None)
        return Subject(kind, spot.word, span) if kind else None
    owner = [key for key in spot.path[:-1] if isinstance(key, str)]
    if owner[-1:] == ["cards"]:
        return Subject("card", spot.word, span)
    if place.inside == "guide.yaml":
        kind = {"parts": "part", "chapters": "chapter", "front": "chapter", "back": "chapter"}.get(
            "".join(owner[-1:])
        )
        return Subject(kind, spot.word, span) if kind else None
    for kind_ in KINDS.values():
        for one in listed(place.known.guide, kind_):
            at = one.record.span("id")
            if (at.file, at.line) == (span.file, span.line) and one.record.id == spot.word:
                return Subject(kind_.name, spot.word, span)
    return None


def _defined(place: Place) -> Subject | None:
    """A name at the place that defines it."""
    here = place.context()
    text = place.lines[place.line - 1]
    if here is not None and here.kind == "front-value":
        kind = {"id": "chapter", "stage": "stage"}.get(here.owner)
        span = Span(place.name, place.line, here.start, len(here.word))
        return Subject(kind, here.word, span) if kind and here.word else None
    option = _OPTION_ID.match(text)
    if here is not None and here.kind == "option-value" and here.name == "id" and option:
        kind = "card" if here.owner in card_blocks() else "label"
        return _found(place, kind, option, "name")
    if here is not None and here.kind == "argument":
        for kind_, printing in printed_by(here.owner):
            if (
                printing.prints == "one"
                and not kind_.within
                and here.word in place.known.names(kind_.name)
            ):
                return Subject(
                    kind_.name, here.word, Span(place.name, place.line, here.start, len(here.word))
                )
    for found in _ATTRIBUTE.finditer(text):
        group = "name" if found["name"] else "tag"
        if found.start(group) < place.column <= found.end(group) + 1 and not context.in_code(
            place.lines, place.line
        ):
            return _found(place, "label", found, group)
    return None


def _found(place: Place, kind: str, found: re.Match[str], group: str) -> Subject:
    return Subject(
        kind, found[group], Span(place.name, place.line, found.start(group) + 1, len(found[group]))
    )


def _referred(place: Place) -> Subject | None:
    """The name that a reference at the cursor ends in."""
    here = place.context()
    if here is None or here.kind != "link":
        return None
    path, mark, name = here.word.partition("#")
    if not mark or not name:
        return None
    span = Span(place.name, place.line, here.start + len(path) + 1, len(name))
    label = place.known.book.labels.get(name)
    if label is None:
        return None
    if label.kind == "chapter":
        return Subject("chapter", name, span)
    for kind in ("part", *KINDS):
        if name.startswith(f"{kind}-") and name.removeprefix(f"{kind}-") in place.known.names(kind):
            inner = name.removeprefix(f"{kind}-")
            return Subject(
                kind, inner, Span(span.file, span.line, span.column + len(kind) + 1, len(inner))
            )
    return Subject("label", name, span)


@dataclass(slots=True)
class Renaming:
    """One rename in the guide of a desk, as the editor holds it."""

    desk: Desk
    held: Held
    subject: Subject
    new: str
    edits: Edits = field(default_factory=dict)

    def run(self) -> Edits:
        """The edits, by file: what takes the place of each span. Raises Refused."""
        self._check_name()
        texts = {path: text for path, (text, _) in self.held.items()}
        before: dict[str | None, Examined] = {None: self.desk.examine(texts, None)}
        main = before[None].source
        if main is None:
            raise Refused("the guide cannot be read; correct guide.yaml first")
        editions: Sequence[str | None] = [None, *main.guide.source.editions]
        for edition in editions[1:]:
            before[edition] = self.desk.examine(texts, edition)
        sources = [one.source for one in before.values() if one.source is not None]
        self._check_free(sources)
        for source in sources:
            self._in_source(source)
        if not self.edits:
            raise Refused(f"nothing is called `{self.subject.name}`")
        self._in_lock(main)
        self._try(texts, before)
        return self.edits

    def _check_name(self) -> None:
        if self.subject.kind == "label":
            if not _NAME.fullmatch(self.new):
                raise Refused(f"`{self.new}`: a name has no spaces, quotes, brackets or `#`")
        elif not re.fullmatch(ID, self.new) or len(self.new) > 80:
            raise Refused(f"`{self.new}`: an id is lower-case letters, digits and single hyphens")

    def _check_free(self, sources: Sequence[Source]) -> None:
        kind = self.subject.kind
        for source in sources:
            names: set[str] = set(source.book.labels)
            wanted = self.new if kind in ("label", "chapter") else f"{kind}-{self.new}"
            if kind == "card":
                names, wanted = {card.id for card in source.book.cards}, self.new
            if wanted in names:
                raise Refused(f"there is a `{self.new}` already")

    def _in_source(self, source: Source) -> None:
        """What is to be changed in the files of the guide, or of an edition of it."""
        guide = source.guide
        label = source.book.labels.get(self._label)
        for name, _ in guide.files:
            text = Text(self.desk.text(name, self.held))
            if name.endswith((".yaml", ".yml")):
                self._in_yaml(source, name, text)
        for chapter in (*guide.front, *(c for p in guide.parts for c in p.chapters), *guide.back):
            self._in_chapter(source, chapter, label)

    @property
    def _label(self) -> str:
        """How references call it."""
        kind, name = self.subject.kind, self.subject.name
        return name if kind in ("label", "chapter") else f"{kind}-{name}"

    def _put(self, span: Span, text: str | None = None) -> None:
        self.edits.setdefault(span.file, {})[span] = self.new if text is None else text

    def _in_yaml(self, source: Source, name: str, text: Text) -> None:
        inside = posixpath.relpath(name, _root(source))
        loaded = load("\n".join(text.lines), name).value
        kind = schemas.kind_of(inside)
        if loaded is None or kind is None:
            return
        own = {
            one.record.span("id")
            for one in _listed(source, self.subject.kind)
            if one.record.id == self.subject.name
        }
        for path, value in _leaves(loaded.value):
            if value != self.subject.name:
                continue
            span = loaded.index.at(*path)
            if path[-1] == "id":
                if span in own or self._is_own_id(inside, path):
                    self._put(_exact(span, self.subject.name, text))
            elif self.subject.kind in schemas.named(schemas.at(kind, path)):
                self._put(_exact(span, self.subject.name, text))
        self._links(name, text.lines)

    def _links(self, name: str, lines: Sequence[str]) -> None:
        """Links in lines of YAML, whose texts are Markdown here and there."""
        pattern = re.compile(rf"\]\(<?[^()<>\s]*#{re.escape(self._label)}(?=[)>\s])")
        for number, line in enumerate(lines, 1) if self.subject.kind != "card" else ():
            for found in pattern.finditer(line):
                self._put_label(name, number, found.end())

    def _is_own_id(self, inside: str, path: tuple[Key, ...]) -> bool:
        owner = [key for key in path[:-1] if isinstance(key, str)][-1:]
        if self.subject.kind == "card":
            return owner == ["cards"]
        if inside != "guide.yaml":
            return False
        return {"part": owner == ["parts"], "chapter": owner[0:1] != ["parts"] and bool(owner)}.get(
            self.subject.kind, False
        )

    def _put_label(self, name: str, line: int, end: int) -> None:
        """A label that ends before a column (from 0) of a line: its part that is the name."""
        length = len(self.subject.name)
        self._put(Span(name, line, end - length + 1, length))

    def _in_chapter(self, source: Source, chapter: Chapter, label: Label | None) -> None:
        text = Text(self.desk.text(chapter.file, self.held))
        options = source.guide.source.markdown.extensions
        extensions = tuple(extension(one.name, one.settings) for one in options)
        with self.desk.lock:
            convert = Conversions(self.desk.cache)
            document = convert(chapter.text, chapter.file, extensions=extensions).value
        if document is None:
            return
        kind, name = self.subject.kind, self.subject.name
        if kind == "card":
            for use in document.cards:
                if use.id == name:
                    self._option(use.span, text)
            return
        front = {"chapter": "id", "stage": "stage"}.get(kind)
        if front and document.front_matter.get(front) == name:
            self._put(_exact(front_matter.span(chapter, front), name, text))
        for block in document.blocks:
            prints = (
                k.name == kind and p.prints == "one" and not k.within
                for k, p in printed_by(block.kind)
            )
            if block.argument == name and any(prints):
                self._put(_exact(block.span, name, text, behind="|"))
        if (
            label is not None
            and label.span is not None
            and label.span.file == chapter.file
            and kind == "label"
        ):
            self._definition(label.span, text)
        self._links(chapter.file, text.lines[: context.front_end(text.lines)])
        self._references(source, chapter, document, text)

    def _option(self, header: Span, text: Text) -> None:
        """The option `id` below the header of a block."""
        for number in range(header.line + 1, len(text.lines) + 1):
            found = _OPTION_ID.match(text.line(number))
            if found and found["name"] == self.subject.name:
                self._put(Span(header.file, number, found.start("name") + 1, len(found["name"])))
                return
            if not text.line(number).strip():
                return

    def _definition(self, span: Span, text: Text) -> None:
        """The id of what begins at a line: an option of a block, or an attribute before the next empty line."""
        for number in range(span.line, len(text.lines) + 1):
            line = text.line(number)
            option = _OPTION_ID.match(line)
            if option and option["name"] == self.subject.name:
                self._put(Span(span.file, number, option.start("name") + 1, len(option["name"])))
                return
            for found in _ATTRIBUTE.finditer(line):
                group = "name" if found["name"] else "tag"
                if found[group] == self.subject.name:
                    self._put(Span(span.file, number, found.start(group) + 1, len(found[group])))
                    return
            if not line.strip() and number > span.line:
                return

    def _references(self, source: Source, chapter: Chapter, document: Document, text: Text) -> None:
        wanted = f"#{self._label}"
        local = {
            h.anchor for c in source.book.chapters() if c.file == chapter.file for h in c.headings
        }
        # A heading of these words goes before a label of another chapter.
        shadowed = any(anchor.endswith(f"--{self._label}") for anchor in local)
        defined = False
        for one in _references_in(document):
            path, _, name = one.target.partition("#")
            if f"#{name}" != wanted or (shadowed and not path):
                continue
            line = text.line(one.span.line)
            end = min(len(line), one.span.column - 1 + one.span.length)
            at = line.find(wanted, one.span.column - 1, end)
            if at >= 0:
                self._put_label(chapter.file, one.span.line, at + len(wanted))
            else:
                defined = True
        for number, line in enumerate(text.lines, 1) if defined else ():
            found = _DEFINITION.match(line)
            if found and found[1].endswith(wanted):
                self._put_label(chapter.file, number, found.end(1))

    def _in_lock(self, source: Source) -> None:
        """What deck.lock has of it: a card's line under its id, whose GUID stays; the place of cards in decks."""
        kind, name = self.subject.kind, self.subject.name
        path = source.guide.root / LOCK
        file = self.desk.name(path)
        text = Text(self.desk.text(file, self.held))
        if kind == "card" or kind in _ASKED:
            card = re.escape(_ASKED.get(kind, "") + name)
            pattern = re.compile(rf"(?:card|variant \S+) {card}(?=[ @])")
        elif kind in ("chapter", "part"):
            pattern = re.compile(rf"(?:deck|card|variant) [^\"]*\b{kind}:{re.escape(name)}(?=[ @])")
        else:
            return
        for number, line in enumerate(text.lines, 1):
            if found := pattern.match(line):
                self._put_label(file, number, found.end())

    def _try(self, texts: Mapping[Path, str], before: Mapping[str | None, Examined]) -> None:
        """Look the guide through as it would be. Raises Refused where anything is worse than before."""
        after = dict(texts)
        for name, edits in self.edits.items():
            path = (self.desk.folder / name).resolve()
            after[path] = applied(self.desk.text(name, self.held), edits)
        for edition, old in before.items():
            found = self.desk.examine(after, edition)
            known = Counter(d.code for d in old.diagnostics)
            for problem in found.diagnostics:
                known[problem.code] -= 1
                if known[problem.code] < 0 and problem.severity is not Severity.NOTE:
                    where = f" ({problem.span})" if problem.span else ""
                    raise Refused(f"with that name: {problem.message}{where}")
            if _guids(old) != _guids(found):
                raise Refused("cards would lose the identity that learners' progress depends on")


def _guids(found: Examined) -> frozenset[str] | None:
    """The GUIDs that a deck would have, withdrawn cards and all, where it has a lock; None where that is not known."""
    if found.plan is None or not found.plan.before:
        return None
    release: Any = found.plan.release
    return frozenset(note.guid for note in release.lock.notes.values())


def applied(text: str, edits: Mapping[Span, str]) -> str:
    """A text with edits applied; each is of one line."""
    ends = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]
    mark = text.startswith("\ufeff")
    out, done = [], 0
    for span, new in sorted(edits.items()):
        start = ends[span.line - 1] + span.column - 1 + (mark and span.line == 1)
        out += [text[done:start], new]
        done = start + span.length
    return "".join(out) + text[done:]


def _root(source: Source) -> str:
    return source.guide.root.relative_to(source.guide.project).as_posix()


def _listed(source: Source, kind: str) -> Iterator[Any]:
    """The records of a kind, those that the edition leaves out among them."""
    if kind in KINDS:
        yield from listed(source.guide, KINDS[kind])
        yield from (one for one in source.guide.left_out if one.kind == kind)


def _leaves(value: Any, path: tuple[Key, ...] = ()) -> Iterator[tuple[tuple[Key, ...], Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _leaves(inner, (*path, at))
    elif path:
        yield path, value


def _exact(span: Span, name: str, text: Text, behind: str = "") -> Span:
    """The name itself in a span, which may have quotes around it or words before."""
    line = text.line(span.line)
    start = line.find(behind, span.column - 1) if behind else span.column - 1
    at = line.find(name, max(start, 0))
    return Span(span.file, span.line, at + 1, len(name)) if at >= 0 else span


def _references_in(document: Document) -> Iterator[Reference]:
    contents = [document.content, *(note.content for note in document.footnotes)]
    for card in document.cards:
        contents += [
            part
            for part in (card.front, card.back, card.text, card.extra, card.hint, card.why)
            if part
        ]
    for content in contents:
        assert isinstance(content, Content)
        yield from (one for one in elements(content.nodes) if isinstance(one, Reference))
