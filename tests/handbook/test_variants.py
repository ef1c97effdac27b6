"""The same book on other pages, in another layout, for a printer, in another language."""

from __future__ import annotations

from pathlib import Path

import page
import pikepdf
import pytest

from guidepress.book.model import Book, Brand, HandbookOptions
from guidepress.handbook.press import press
from guidepress.layouts import Layout, find_layout
from tests.contents import make, replace
from tests.handbook.conftest import Pressed, read
from tests.project import Project

PT = 72 / 25.4


@pytest.mark.parametrize("size", ["A5", "Letter", ("7in", "9in")], ids=str)
def test_nothing_is_lost_on_other_pages(
    sample: Book, layout: Layout, tmp_path: Path, size: str | tuple[str, str]
) -> None:
    book = replace(sample, handbook=HandbookOptions(page=size))
    result = read(book, layout, tmp_path)
    # The sample has a line of code that no small page holds.
    assert {d.code for d in result.diagnostics} <= {"handbook-code-wide"}


def test_printed_on_one_side_no_page_is_blank(sample: Book, layout: Layout, tmp_path: Path) -> None:
    book = replace(sample, handbook=HandbookOptions(sides="single"))
    result = read(book, layout, tmp_path)
    assert all(text.strip() for text in result.pages)
    heads = " ".join(result.pages_of("http")[1].splitlines()[0].split())
    assert heads == "Part I Basics 1 The Protocol"


def test_the_pocket_layout_is_a5(sample: Book, tmp_path: Path) -> None:
    layout = find_layout("pocket").value
    assert layout is not None
    result = read(sample, layout, tmp_path)
    assert not [d for d in result.diagnostics if d.code != "handbook-code-wide"]
    with pikepdf.open(result.path) as pdf:
        _, _, width, height = (float(x) for x in pdf.pages[3].mediabox)  # type: ignore[union-attr]
    assert (width, height) == pytest.approx((148 * PT, 210 * PT), abs=0.1)


def test_marks_and_bleed_for_the_printer(sample: Book, layout: Layout, tmp_path: Path) -> None:
    book = replace(sample, handbook=HandbookOptions(bleed="3mm", marks=True))
    result = read(book, layout, tmp_path)
    assert {d.code for d in result.diagnostics} <= {"handbook-code-wide"}
    with pikepdf.open(result.path) as pdf:
        for one in pdf.pages:
            trim = [float(x) for x in one.trimbox]  # type: ignore[union-attr]
            media = [float(x) for x in one.mediabox]  # type: ignore[union-attr]
            assert trim == pytest.approx([0, 0, 210 * PT, 297 * PT], abs=0.1)
            # Bleed, and room for the marks outside of it.
            assert media[0] == pytest.approx(-10 * PT, abs=0.1)


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_the_handbook_conforms(pressed: Pressed, profile: str) -> None:
    report = page.validate_pdf_bytes(pressed.handbook.pdf, profile=profile)
    assert [(f.rule_id, f.message) for f in report.failures] == []


def test_a_brand_changes_colours_and_logo_without_css(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    brand = make(
        Brand,
        "The Academy",
        {"accent": "#5b2a86"},
        {"headings": "JetBrains Mono"},
        next(iter(sample.images)),
        "A grey box",
        "<p>All rights <em>reserved</em>.</p>",
    )
    result = read(replace(sample, brand=brand), layout, tmp_path)
    assert {d.code for d in result.diagnostics} == {"handbook-code-wide"}
    assert "The Academy" in result.pages[0]
    assert "All rights reserved." in result.pages[1]


def test_the_layouts_words_are_those_of_the_language(sample: Book, tmp_path: Path) -> None:
    settings = tmp_path / "layouts/default/layout.yaml"
    settings.parent.mkdir(parents=True)
    settings.write_text("words:\n  nl: {contents: Inhoud, page: blz., chapter: Hoofdstuk}\n")
    layout = find_layout("default", tmp_path).value
    assert layout is not None
    result = read(replace(sample, language="nl-BE"), layout, tmp_path)
    assert result.page("handbook:contents").strip().startswith("Inhoud")
    assert "(blz. " in result.page("http")
    # What has no Dutch word is said in English.
    assert "Review questions" in result.page("caching--review")


def test_a_broken_template_stops_with_its_line(sample: Book, tmp_path: Path) -> None:
    template = tmp_path / "layouts/default/handbook/part.html"
    template.parent.mkdir(parents=True)
    template.write_text("<h1>{{ part.titel }}</h1>")
    layout = find_layout("default", tmp_path).value
    assert layout is not None
    result = press(sample, layout)
    assert result.value is None
    assert {str(d.span) for d in result.diagnostics} == {"layouts/default/handbook/part.html:1:1"}


def test_an_arrow_stands_where_a_line_of_code_wraps(layout: Layout, tmp_path: Path) -> None:
    lines = "\n".join(f"{'word ' * count}end" for count in (2, 13, 30))
    project = Project(tmp_path / "g").chapter(f"# One\n\n```\n{lines}\n```\n")
    book = replace(project.book(), handbook=HandbookOptions(page="A5"))
    result = read(book, layout, tmp_path)
    with pikepdf.open(result.path) as pdf:
        [one] = [p for p, text in zip(pdf.pages, result.pages, strict=True) if "word word" in text]
        drawn = [
            one.obj.Resources.XObject[str(i.operands[0])].read_bytes()
            for i in pikepdf.parse_content_stream(one)
            if str(i.operator) == "Do"
        ]
    # The second line all but fills the measure.
    assert len(drawn) == 1
    assert b"9 6.5 l" in drawn[0]
