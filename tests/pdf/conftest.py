"""A small book of difficult sections, compiled once for all tests here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.pdf.documents import (
    FACES,
    FOREIGN,
    SCRIPTS,
    STYLE,
    contents,
    difficult,
    section,
)

from guidepress.pdf import (
    Fragment,
    Linked,
    Metadata,
    PageMap,
    Placement,
    compile_section,
    link,
    paginate,
)

METADATA = Metadata(
    title="The Book of Difficulties & Cures",
    language="en",
    authors=("Ada Author", "Émile Écrivain"),
    subject="What breaks tagged PDFs",
    keywords=("tags", "print"),
    identifier="urn:guidepress:difficulties:1",
    created=1_700_000_000,
)

# What the contents list leads to, with numbers as long as the right ones.
CONTENTS = {"one": "8", "one-end": "88", "two": "88", "two-tables": "88", "foreign": "88"}


@dataclass(frozen=True)
class Book:
    placements: tuple[Placement, ...]
    page_map: PageMap
    linked: Linked
    path: Path

    @property
    def fragments(self) -> dict[str, Fragment]:
        return {item.fragment.name: item.fragment for item in self.placements}


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Roman front matter, two difficult chapters, and one in other scripts."""
    front = section("front", contents(CONTENTS))
    one = section("one", difficult("one", "two"))
    two = section("two", difficult("two", "one").replace(">88<", ">8<"))
    foreign = section("foreign", FOREIGN, styles=(FACES, STYLE, SCRIPTS))
    fragments = [compile_section(item) for item in (front, one, two, foreign)]
    placements = (
        Placement(fragments[0], "roman", 1),
        Placement(fragments[1], "arabic", 1),
        *map(Placement, fragments[2:]),
    )
    page_map = paginate(placements)
    linked = link(placements, page_map, METADATA)
    path = tmp_path_factory.mktemp("book") / "book.pdf"
    path.write_bytes(linked.pdf)
    return Book(placements, page_map, linked, path)
