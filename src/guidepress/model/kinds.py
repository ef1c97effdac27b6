"""The kinds of records: of each its file, where the guide holds it, the blocks that print it, and its labels.

A kind with a `home` has an attribute of its own in the Guide and in the Book. One without is read, compiled and
printed by its row here, its model and a template `shared/blocks/BLOCK.html`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from guidepress.model.base import Record


@dataclass(frozen=True, slots=True)
class Printing:
    """A block that prints records of a kind; `what` is what its argument names, for messages.

    It prints `all` records, the `one` that its argument names, or the `group` that it names, all without it.
    """

    block: str
    prints: Literal["all", "one", "group"] = "all"
    what: str = ""

    @property
    def code(self) -> str:
        """The code of the problem that the argument names nothing; empty where the block takes none."""
        return f"{self.block}-unknown" if self.what else ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of records. The label of a record is `NAME-ID`, and its cards come from `NAME`.

    `label` is how references see it, `what` how messages call a record. `home` is the way to the records from the
    Guide or the Book. `title` is the field that references print, `argument` the one that the argument of a block
    is compared with: the set's, where records are printed `within` a set. `number`: whether records are
    counted, numbered with the tables of their chapter, or neither.
    """

    name: str
    label: str
    what: str
    file: str
    blocks: tuple[Printing, ...]
    home: str = ""
    title: str = "title"
    argument: str = "id"
    within: bool = False
    number: Literal["", "order", "table"] = ""
    # The model of the file, and the attribute of it that holds the records; for kinds without a home.
    model: type[Record] | None = None
    records: str = ""
    # Whether the handbook prints them on pages of its own where no block does.
    own_pages: bool = False


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "stage", "stage", "stage", "roadmap.yaml",
            (Printing("roadmap"), Printing("stage", "one", "stage")),
            home="roadmap.stages", number="order",
        ),
        Kind(
            "skill", "skill", "skill", "skills.yaml", (Printing("skills", "group", "kind of skill"),),
            home="skills", title="name", argument="kind",
        ),
        Kind(
            "faq", "question", "question", "faq.yaml", (Printing("faq"),),
            home="questions", title="question",
        ),
        Kind(
            "term", "term", "term", "glossary.yaml", (Printing("glossary"),),
            home="terms", title="term", own_pages=True,
        ),
        Kind(
            "data", "data", "table of data", "data/", (Printing("data", "one", "table of data"),),
            home="tables", number="table",
        ),
        Kind(
            "profiles", "profiles", "set of profiles", "data/",
            (Printing("profiles", "one", "set of profiles"),), home="profiles",
        ),
        Kind(
            "profile", "profile", "profile", "data/", (Printing("profiles", "one"),),
            home="profiles.profiles", title="name", within=True,
        ),
    )
}  # fmt: skip


class Listed(NamedTuple):
    """A record, its label, the argument of the block that prints it, and its position in its file, from 1."""

    record: Any
    label: str
    argument: str
    position: int


def listed(holder: Any, kind: Kind) -> Iterator[Listed]:
    """The records of a kind in a Guide or a Book, in order."""
    if kind.home:
        found = [(holder, holder)]
        for step in kind.home.split("."):
            found = [
                (record, owner) for owner, _ in found for record in _many(getattr(owner, step))
            ]
    else:
        found = [(record, holder) for record in holder.others.get(kind.name, ())]
    for position, (record, owner) in enumerate(found, 1):
        source = owner if kind.within else record
        argument = "" if kind.blocks[0].prints == "all" else value_of(source, kind.argument)
        yield Listed(record, f"{kind.name}-{record.id}", argument, position)


def value_of(record: Any, name: str) -> str:
    """A name that a record gives, in the Guide or in the Book."""
    names = getattr(record, "names", {})
    return str(names[name] if name in names else getattr(record, name))


def _many(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def printed_by(block: str) -> Iterator[tuple[Kind, Printing]]:
    """The kinds whose records a block prints."""
    for kind in KINDS.values():
        for printing in kind.blocks:
            if printing.block == block:
                yield kind, printing


def block_for(kind: Kind, one: Listed) -> str:
    """How a chapter calls the block that prints a record: `skills | language`."""
    block = kind.blocks[0].block
    return f"{block} | {one.argument}" if one.argument else block


def names_in(file: str) -> set[str]:
    """The kinds whose records stand in a file."""
    return {kind.name for kind in KINDS.values() if kind.file == file}


def files() -> tuple[str, ...]:
    """The files beside guide.yaml that hold records."""
    return tuple(dict.fromkeys(k.file for k in KINDS.values() if not k.file.endswith("/")))
