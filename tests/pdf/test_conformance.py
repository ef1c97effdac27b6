"""The linked book conforms to PDF/UA-1 and PDF/A-3a, and its structure is whole."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import page
import pikepdf
import pytest
from tests.pdf.conftest import METADATA, Book
from tests.pdf.documents import DECORATED, DECORATION, STYLES, emoji, section
from tests.pdf.inspection import elements, flaws, kids, pictures, texts

from guidepress.pdf import Placement, compile_section, link, paginate


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_the_book_conforms(book: Book, profile: str) -> None:
    report = page.validate_pdf(
        str(book.path), profile=profile, limits=page.SafetyLimits.unlimited()
    )
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert report.is_compliant


def test_decorated_pages_conform() -> None:
    """Marks for the printer, shadows, gradients, masks, transparency, generated images."""
    fragment = compile_section(section("one", DECORATED, styles=(*STYLES, DECORATION)))
    assert fragment.log == ()
    placements = [Placement(fragment)]
    linked = link(placements, paginate(placements), METADATA)
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(linked.pdf, profile=profile)
        assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    with pikepdf.open(io.BytesIO(linked.pdf)) as pdf:
        assert flaws(pdf) == []


def test_emoji_conform(tmp_path: Path) -> None:
    """Characters that are pictures are painted, tagged and found as text."""
    emoji(tmp_path / "emoji.ttf")
    style = "@font-face { font-family: E; src: url(font:emoji) } html { font-family: Serif, E }"
    page_of = section(
        "one",
        "<h1>😀</h1><p>grin 😀.</p>",
        styles=(*STYLES, style),
        files={"font:emoji": str(tmp_path / "emoji.ttf")},
    )
    fragment = compile_section(page_of)
    assert fragment.log == ()
    placements = [Placement(fragment)]
    linked = link(placements, paginate(placements), METADATA)
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(linked.pdf, profile=profile)
        assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    path = tmp_path / "emoji.pdf"
    path.write_bytes(linked.pdf)
    assert "grin 😀." in " ".join(texts(path)[0].split())
    (picture,) = pictures(path, tmp_path / "pictures")
    colours = {colour for _, colour in picture.getcolors(picture.width * picture.height) or []}
    assert (255, 215, 0) in colours


def test_qpdf_finds_no_error(book: Book) -> None:
    done = subprocess.run(["qpdf", "--check", str(book.path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()


def test_the_structure_is_whole(book: Book) -> None:
    with pikepdf.open(book.path) as pdf:
        assert flaws(pdf) == []


def test_a_table_over_pages_is_one_table(book: Book) -> None:
    with pikepdf.open(book.path) as pdf:
        document = pdf.Root.StructTreeRoot.K[0]
        tables = [element for element in elements(document) if element.S == "/Table"]
        assert len(tables) == 4
        for table in tables:
            roles = [str(kid.S) for kid in kids(table)]
            assert len(roles) == len(set(roles)), "a repeated head is an artifact"
        rows = [element for element in elements(tables[0]) if element.S == "/TR"]
        assert len(rows) == 47


def test_each_section_is_a_part(book: Book) -> None:
    with pikepdf.open(book.path) as pdf:
        document = pdf.Root.StructTreeRoot.K[0]
        assert [(str(part.S), str(part.T)) for part in kids(document)] == [
            ("/Part", "Front"),
            ("/Part", "One"),
            ("/Part", "Two"),
            ("/Part", "Foreign"),
        ]


def test_other_languages_are_named(book: Book) -> None:
    with pikepdf.open(book.path) as pdf:
        foreign = kids(pdf.Root.StructTreeRoot.K[0])[3]
        named = [str(element.Lang) for element in elements(foreign) if "/Lang" in element]
        assert named == ["zh", "ar", "de"]


def test_notes_follow_their_calls(book: Book) -> None:
    with pikepdf.open(book.path) as pdf:
        one = kids(pdf.Root.StructTreeRoot.K[0])[1]
        paragraph = next(
            element
            for element in elements(one)
            if any(not isinstance(kid, int) and kid.get("/S") == "/Note" for kid in kids(element))
        )
        roles = [str(kid.S) for kid in kids(paragraph) if not isinstance(kid, int)]
        assert roles[-4:] == ["/Reference", "/Note", "/Reference", "/Note"]


def test_contents_lists_have_their_own_structure(book: Book) -> None:
    """Dots between a title and its page are artifacts."""
    with pikepdf.open(book.path) as pdf:
        front = kids(pdf.Root.StructTreeRoot.K[0])[0]
        items = [element for element in elements(front) if element.S == "/TOCI"]
        assert len(items) == 5
        label, reference = kids(items[1])
        assert (label.S, reference.S) == ("/Lbl", "/Reference")
        # The link with its text and its area, a space, and the number.
        assert [isinstance(kid, int) for kid in kids(reference)] == [False, True, True]
        assert len(kids(kids(reference)[0])) == 2


def test_metadata_agree(book: Book) -> None:
    with pikepdf.open(book.path) as pdf:
        assert pdf.docinfo["/Title"] == "The Book of Difficulties & Cures"
        assert pdf.docinfo["/Author"] == "Ada Author, Émile Écrivain"
        assert pdf.docinfo["/CreationDate"] == "D:20231114221320+00'00'"
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "The Book of Difficulties & Cures"
            assert metadata["dc:creator"] == ["Ada Author", "Émile Écrivain"]
            assert metadata["pdfuaid:part"] == "1"
            assert metadata.pdfa_status == "3A"


def test_no_image_is_stored_twice(book: Book, tmp_path: Path) -> None:
    with pikepdf.open(book.path) as pdf:
        images = {
            item.objgen
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        }
        assert len(images) == 4  # three pictures, and the mask of one
