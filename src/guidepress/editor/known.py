"""What a guide names and where, for completion, hover and definitions: taken from its compiled book."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from guidepress import card_kinds
from guidepress.book.model import Label
from guidepress.book.words import words_of
from guidepress.build import Source
from guidepress.content import Content, Element, Reference
from guidepress.content.walk import elements, line
from guidepress.diagnostics import Span
from guidepress.lint.rules import RULES
from guidepress.model.editions import EDITION_KINDS
from guidepress.model.kinds import KINDS, listed, printed_by
from guidepress.source.images import SUFFIXES

_SOUNDS = (".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".flac")
_ENDINGS = {"image": tuple(SUFFIXES), "sound": _SOUNDS, "file": (".md",), "code": ("",)}
_MOST = 500


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name: of which `kind`, what it is called in print, where it is defined."""

    kind: str
    name: str
    title: str = ""
    span: Span | None = None

    @property
    def what(self) -> str:
        """The kind and the title: "stage: Foundations"."""
        return f"{self.kind}: {self.title}" if self.title else self.kind


class Known:
    """What the source of a guide names. It is of one moment; whoever wants it newer makes another."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.guide = source.guide
        self.book = source.book

    def names(self, kind: str) -> Mapping[str, Named]:
        """What there is of a kind (of records, or `chapter`, `part`, `edition`, `tag`, `card`, `variable`), by name."""
        return self._by_kind.get(kind, {})

    @cached_property
    def _by_kind(self) -> dict[str, dict[str, Named]]:
        found: dict[str, dict[str, Named]] = {
            name: {
                one.record.id: Named(name, one.record.id, str(getattr(one.record, kind.title)), one.record.span("id"))
                for one in listed(self.guide, kind)
            }
            for name, kind in KINDS.items()
        }  # fmt: skip
        chapters = self.book.chapters()
        found["chapter"] = {
            c.id: Named("chapter", c.id, c.title, self._chapter(c.id)) for c in chapters
        }
        parts = self.book.parts
        found["part"] = {
            p.id: Named("part", p.id, p.title, self._label(f"part-{p.id}")) for p in parts
        }
        source = self.guide.source
        found["edition"] = {name: Named("kind of edition", name) for name in EDITION_KINDS} | {
            name: Named("edition", name, one.title or "", one.span())
            for name, one in source.editions.items()
        }
        found["card"] = {card.id: self._card(card.id) for card in self.book.cards}
        found["variable"] = {
            name: Named("variable", name, value, source.span("variables", name))
            for name, value in source.variables.items()
        }
        rules = {rule.tag: Named("allows", rule.tag, rule.means) for rule in RULES.values()}
        kinds = {
            kind.tag: Named("kind of card", kind.tag, kind.written)
            for kind in card_kinds.KINDS.values()
            if kind.tag
        }
        used = {tag for card in self.book.cards for tag in card.tags}
        found["tag"] = {tag: Named("tag", tag) for tag in sorted(used)} | rules | kinds
        return found

    def _chapter(self, name: str) -> Span | None:
        return self._label(name)

    def _label(self, name: str) -> Span | None:
        label = self.book.labels.get(name)
        return label.span if label else None

    def _card(self, name: str) -> Named:
        card = next(card for card in self.book.cards if card.id == name)
        asked = line((card.front or card.text).nodes)
        return Named("card", name, asked[:120], card.span)

    def labels(self, file: str) -> Mapping[str, Named]:
        """What `#` can name in a file: labels of the book, and the headings of the file's own chapter."""
        found = {label.name: self._of_label(label) for label in self.book.labels.values()}
        return {**self.headings(file), **found}

    def headings(self, file: str) -> Mapping[str, Named]:
        """The headings of a file's chapter by the names that they have in it."""
        found = {}
        for chapter in self.book.chapters():
            if chapter.file == file:
                for heading in chapter.headings:
                    name = heading.anchor.removeprefix(f"{chapter.id}--")
                    found[name] = Named("section", name, heading.title, heading.span)
        return found

    def files(self, file: str) -> Mapping[str, Named]:
        """The chapters by their paths as seen from a file."""
        folder = posixpath.dirname(file)
        return {
            posixpath.relpath(one.file, folder or "."): Named("chapter", one.id, one.title, Span(one.file, 1))
            for one in self.book.chapters()
            if one.file != file
        }  # fmt: skip

    def printed(self, block: str) -> Mapping[str, Named]:
        """What the argument of a block that prints records may be."""
        found: dict[str, Named] = {}
        for kind, printing in printed_by(block):
            if printing.prints == "one" and not kind.within:
                found |= self.names(kind.name)
            elif printing.prints == "group":
                for one in listed(self.guide, kind):
                    found.setdefault(one.argument, Named(printing.what, one.argument))
        return found

    @cached_property
    def _places(self) -> Mapping[str, Named]:
        """What anchors of the book belong to."""
        found = {}
        for chapter in self.book.chapters():
            for heading in chapter.headings:
                found[heading.anchor] = Named(
                    "section", heading.anchor, heading.title, heading.span
                )
            for caption in chapter.captions:
                found[caption.anchor] = Named(
                    caption.kind, caption.anchor, caption.title, caption.span
                )
        labels = self.book.labels.values()
        return found | {label.anchor: self._of_label(label) for label in labels}

    def _of_label(self, label: Label) -> Named:
        """What a label belongs to: of a record, that it stands in its file, and not where it is printed."""
        title, span = f"{label.number} {label.title}".strip(), label.span
        for kind in KINDS:
            if label.name.startswith(f"{kind}-"):
                record = self.names(kind).get(label.name.removeprefix(f"{kind}-"))
                span = record.span if record else span
        return Named(label.kind, label.name, title, span)

    def target(self, file: str, line: int, column: int) -> Named | None:
        """What the reference leads to whose target is at a place (from 1)."""
        for one in self._references.get(file, ()):
            span = one.span
            if span.line == line and span.column <= column <= span.column + span.length:
                return self._places.get(one.anchor)
        return None

    @cached_property
    def _references(self) -> Mapping[str, list[Reference]]:
        found: dict[str, list[Reference]] = {}
        for nodes in self._contents():
            for element in elements(nodes):
                if isinstance(element, Reference):
                    found.setdefault(element.span.file, []).append(element)
        return found

    def _contents(self) -> Iterator[tuple[Element, ...]]:
        for _, words in words_of(self.book):
            if isinstance(words, Content):
                yield words.nodes  # type: ignore[misc]

    def paths(self, kind: str, folder: str, typed: str) -> Mapping[str, Named]:
        """The files and folders of a kind that a path may go on with; `folder` is where it starts, in the project."""
        base = self.guide.root if typed.startswith("/") else self.guide.project / folder
        head = posixpath.dirname(typed.lstrip("/"))
        found = {}
        try:
            entries = sorted(os.scandir(base / head), key=lambda entry: entry.name)[:_MOST]
        except (OSError, ValueError):
            return {}
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = posixpath.join("/" if typed.startswith("/") else "", head, entry.name)
            if entry.is_dir():
                found[f"{path}/"] = Named("folder", path)
            elif entry.name.lower().endswith(_ENDINGS[kind]):
                found[path] = Named(kind, path)
        return found
