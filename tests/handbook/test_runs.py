"""Runs of pages in the index and the glossary, where the first guess of the pages is far off."""

from __future__ import annotations

import re

import pytest

from guidepress.layouts import Layout
from tests.handbook.conftest import Pressed, read
from tests.project import Project

# One word a line: the guess, which goes by the amount of text, takes all of it for less than a page.
LONG = "\n\n".join(f"w{number}\n:   x" for number in range(150))
CHAPTER = f"""# One

The *cache*{{: .term }} comes *first*{{: index="stretch" }}.

/// glossary
///

{LONG}

The *cache*{{: .term }} comes *last*{{: index="stretch" }}.
"""
GLOSSARY = "terms:\n  - {id: cache, term: cache, definition: A store of answers.}\n"


@pytest.fixture(scope="module")
def stretched(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Pressed:
    """A chapter that prints the glossary, with a term and an index entry at both of its ends."""
    folder = tmp_path_factory.mktemp("stretched")
    project = Project(folder / "guide").write("glossary.yaml", GLOSSARY).chapter(CHAPTER)
    return read(project.book(), layout, folder)


def ends(pressed: Pressed) -> str:
    """The folios of both ends of the chapter, as they are printed."""
    first, last = (
        next(n for n, text in enumerate(pressed.pages) if f"comes {word}" in " ".join(text.split()))
        for word in ("first", "last")
    )
    assert last > first + 1
    labels = pressed.handbook.page_map.labels
    return f"{labels[first]}, {labels[last]}"


def test_the_index_has_the_pages_as_they_came_out(stretched: Pressed) -> None:
    index = " ".join(stretched.pages[-1].split())
    assert f"stretch, {ends(stretched)}" in index


def test_the_glossary_has_the_pages_as_they_came_out(stretched: Pressed) -> None:
    [uses] = re.findall(
        r"A store of answers\. p\. (\d+(?:[,–] ?\d+)*)", " ".join(" ".join(stretched.pages).split())
    )
    assert uses == ends(stretched)
