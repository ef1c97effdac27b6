"""The Guide: every authored file of a project, read and validated, with its spans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guidepress.model.base import Record
from guidepress.model.brand import Brand
from guidepress.model.data import Profiles, Table
from guidepress.model.editions import ActiveEdition, LeftOutRecord
from guidepress.model.faq import Question
from guidepress.model.glossary import Term
from guidepress.model.guide import ChapterEntry, GuideFile, PartEntry
from guidepress.model.roadmap import Roadmap
from guidepress.model.skills import Skill


@dataclass(frozen=True, slots=True)
class Chapter:
    """A Markdown file of the contents: `text` is the whole file, front matter and all, as it was read.

    `original` is the file that this one translates, empty where it is one of the guide's own language.
    """

    entry: ChapterEntry
    file: str
    text: str
    sha256: str
    original: str = ""

    @property
    def key(self) -> str:
        """The file by which other chapters refer to this one, in whatever language."""
        return self.original or self.file


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the project, found and measured (px); `width` is 0 where it has no size of its own.

    `key` is its path from the folder of guide.yaml, `size` counts bytes. `cleaned` is the SHA-256 of a drawing as
    products have it, where something had to be taken out of its file.
    """

    key: str
    # Not a part of what is shown: it is of the machine.
    path: Path = field(repr=False)
    sha256: str
    width: int
    height: int
    size: int
    cleaned: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the contents with its chapters read."""

    entry: PartEntry
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The authored guide.

    `project` is the folder the user named, `root` the folder of guide.yaml in it (perhaps the same).
    All `file` names are relative to the project. `unread` holds the prefixes of labels (`stage`, `term` …)
    whose records could not be read: that is a problem already, and what refers to them is none.
    `files` holds every text file that was read, with the SHA-256 of its bytes.
    """

    project: Path
    root: Path
    source: GuideFile
    brand: Brand
    front: tuple[Chapter, ...]
    parts: tuple[Part, ...]
    back: tuple[Chapter, ...]
    roadmap: Roadmap | None
    skills: tuple[Skill, ...]
    questions: tuple[Question, ...]
    terms: tuple[Term, ...]
    tables: tuple[Table, ...]
    profiles: tuple[Profiles, ...]
    unread: frozenset[str] = frozenset()
    files: tuple[tuple[str, str], ...] = ()
    # The records of kinds without an attribute here, by the name of the kind.
    others: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    # The edition that is built, and what of the source is not in it: records, and ids of the cards of records.
    active: ActiveEdition = field(default_factory=ActiveEdition)
    left_out: tuple[LeftOutRecord, ...] = ()
    cards_left_out: frozenset[str] = frozenset()
    # Translated files that were read -> those of the guide's own language.
    originals: Mapping[str, str] = field(default_factory=dict)
