"""Formulas on the pages: pictures with descriptions, each of them counted."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest

from guidepress.book.model import Book, FormulaUse
from guidepress.diagnostics import Span
from guidepress.handbook.press import press
from guidepress.layouts import Layout, find_layout
from guidepress.pdf.workers import Workers
from tests.contents import replace
from tests.handbook import books
from tests.handbook.test_proof import styled
from tests.pdf.inspection import elements, flaws, texts
from tests.project import Project

CHAPTER = r"""# The cost \(O(n \log n)\)

Text with \(a < b\),[^1] and a $5 note.

\[ E = mc^2 \]

## Of \(|x|\)

| a | b |
|---|---|
| \(x | y\) | z |

[^1]: \(c_1\)

/// card | How much is \(1 + 1\)?
    id: sum
\(2\)
///

/// cloze
    id: gap
A mass has the energy \(E = ==mc^3==\), they say.
///
"""
FORMULA = '<span class="math" data-tex="{0}">{0}</span>'


def layout() -> Layout:
    found = find_layout("default").value
    assert found is not None
    return found


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("formulas")
    project = Project(folder / "guide").chapter(CHAPTER)
    result = press(project.book(), layout())
    assert result.value is not None
    assert [d.code for d in result.diagnostics] == []
    path = folder / "handbook.pdf"
    path.write_bytes(result.value.pdf)
    return path


def test_each_is_a_formula_described_by_its_tex(pdf: Path) -> None:
    with pikepdf.open(pdf) as found:
        assert flaws(found) == []
        read_out = [
            (str(e.Alt), "/Placement" in e.A)
            for e in elements(found.Root.StructTreeRoot.K[0])
            if e.get("/S") == "/Formula"
        ]
    assert ("a < b", False) in read_out
    assert ("c_1", False) in read_out
    assert ("x | y", False) in read_out
    assert ("1 + 1", False) in read_out
    assert ("2", False) in read_out
    assert "E = mc^2" in dict(read_out)
    # Contents, opener, answers.
    assert [alt for alt, _ in read_out].count(r"O(n \log n)") == 3


def test_a_gap_is_empty_in_the_question_and_framed_in_the_answer(pdf: Path) -> None:
    with pikepdf.open(pdf) as found:
        read_out = [
            str(e.Alt)
            for e in elements(found.Root.StructTreeRoot.K[0])
            if e.get("/S") == "/Formula" and "boxed" in str(e.Alt)
        ]
    assert read_out == [
        r"E = {\boxed{\phantom{mc^3}\hspace{3em}}}",
        r"E = {\boxed{mc^3}}",
    ]


def test_titles_have_words(pdf: Path) -> None:
    with pikepdf.open(pdf) as found, found.open_outline() as outline:
        part = next(item for item in outline.root if item.children)
        chapter = part.children[0]
        assert chapter.title == "1. The cost O(n log n)"
        assert chapter.children[0].title == "1.1 Of |x|"
    assert not any("data-tex" in page or "mc" in page for page in texts(pdf))


def test_the_same_bytes_again(pdf: Path, tmp_path: Path) -> None:
    project = Project(tmp_path / "guide").chapter(CHAPTER)
    with Workers(2) as workers:
        again = press(project.book(), layout(), workers=workers)
    assert again.value is not None
    assert again.value.pdf == pdf.read_bytes()


@pytest.mark.parametrize("css", [".cut { display: none }", ".cut { margin-left: 190mm }"])
def test_a_formula_that_is_cut_is_found(sample: Book, tmp_path: Path, css: str) -> None:
    html = (
        f'<p data-line="3">Before {FORMULA.format("a")}.</p>'
        f'<p class="cut" data-line="5">{FORMULA.format("b")}</p>'
    )
    found = press(
        books.with_chapter(sample, html), styled(tmp_path, css), cache=books.KEPT
    ).diagnostics
    assert [(d.code, d.span, "“b”" in d.message) for d in found if "lost" in d.code] == [
        ("handbook-text-lost", Span("source/chapters/only.md", 5), True)
    ]


def test_what_is_drawn_counts_as_printed(sample: Book) -> None:
    """The words of a formula are compared before it becomes a picture."""
    card = replace(sample.cards[0], extra="", id="new", chapter="", back=FORMULA.format("xyz^7"))
    term = replace(sample.terms[0], definition=FORMULA.format("xyz^7"))
    book = replace(sample, cards=(*sample.cards, card), terms=(term, *sample.terms[1:]))
    assert not [
        d for d in press(book, layout(), cache=books.KEPT).diagnostics if d.code.endswith("omitted")
    ]


@pytest.mark.parametrize(
    ("terms", "read_out"), [(10, []), (18, []), (40, ["handbook-formula-wide"])]
)
def test_what_shrinks_too_much_is_reported(sample: Book, terms: int, read_out: list[str]) -> None:
    tex = " + ".join(f"a_{{{n}}}" for n in range(terms))
    span = Span("source/chapters/only.md", 3, 1, 9)
    html = f'<div class="math display" data-line="3" data-tex="{tex}">a</div>'
    book = replace(books.with_chapter(sample, html), formulas=(FormulaUse(tex, True, span),))
    found = [
        d
        for d in press(book, layout(), cache=books.KEPT).diagnostics
        if d.span and d.span.line == 3
    ]
    assert [(d.code, d.span) for d in found] == [(code, span) for code in read_out]
    if terms > 10:
        result = press(book, layout(), cache=books.KEPT).value
        assert result is not None
        with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
            boxes = [
                [float(edge) for edge in e.A.BBox]
                for e in elements(pdf.Root.StructTreeRoot.K[0])
                if e.get("/S") == "/Formula"
            ]
        # The text is 146 mm wide.
        assert 410 < boxes[0][2] - boxes[0][0] < 415
