"""Runs of pages in the index and the glossary, where the first guess of the pages is far off."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bench.printed import sheets

from guidepress.book.model import Book
from guidepress.handbook.press import prepare
from guidepress.layouts import Layout
from guidepress.pdf import Metadata, Placement, compile_section, link, paginate
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


@pytest.mark.parametrize("height", range(480, 720, 40))
def test_a_running_head_names_what_is_on_its_page(
    height: int, sample: Book, layout: Layout, tmp_path: Path
) -> None:
    """A section that runs on below another one, and for which that has no room: its head goes along."""
    ready = prepare(sample, layout).value
    assert ready is not None
    draft = next(one for one in ready.drafts if one.name == "glossary")
    html = draft.filled(None)
    start = html.rindex("<main")
    # The third page is a right-hand one, whose head names the section.
    page = '<p style="break-after: page">Above</p>'
    above = f'{page * 2}<div style="height: {height}pt"></div>'
    text = f"{html[:start]}{above}{html[start:]}"
    fragment = compile_section(draft.section(text, ready.styles[draft.tab], ready.files))
    path = tmp_path / "one.pdf"
    placements = [Placement(fragment, recto=True)]
    path.write_bytes(link(placements, paginate(placements), Metadata("T", "en")).pdf)
    for sheet in sheets(path):
        texts = {line.text for line in sheet.lines if line.block}
        heads = {line.text for line in sheet.lines if line.block is None}
        assert "Abbreviations" in texts or "Abbreviations" not in heads
