"""The ISBN of a book, and its bar code."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest

from guidepress.handbook.barcode import HEIGHT, MODULE, TALL, barcode, modules
from guidepress.model.isbn import check_digit, digits, isbn
from tests.handbook.test_printing import done, inks_of, project
from tests.project import Project

ISBN = "978-0-306-40615-7"
# What a scanner knows of the right half of a code, and of the odd digits of the left one: the widths of its stripes.
WIDTHS = ("3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112")


def scanned(stripes: str) -> str:
    """The digits of a code, as a scanner finds them: by the widths of stripes, and by which side is even."""
    assert stripes[:3] == stripes[-3:] == "101"
    assert stripes[45:50] == "01010"
    found, even = "", ""
    for at in (*range(3, 45, 7), *range(50, 92, 7)):
        piece = stripes[at : at + 7]
        runs = "".join(
            str(len(run)) for run in piece.replace("01", "0 1").replace("10", "1 0").split()
        )
        odd = piece.count("1") % 2
        if at < 45:
            even += "O" if odd else "E"
            assert (piece[0], piece[-1]) == ("0", "1")
        else:
            assert (piece[0], piece[-1], odd) == ("1", "0", 0)
        found += str(WIDTHS.index(runs if odd or at >= 45 else runs[::-1]))
    first = (
        "OOOOOO",
        "OOEOEE",
        "OOEEOE",
        "OOEEEO",
        "OEOOEE",
        "OEEOOE",
        "OEEEOO",
        "OEOEOE",
        "OEOEEO",
        "OEEOEO",
    )
    return f"{first.index(even)}{found}"


def test_a_scanner_reads_every_digit() -> None:
    for first in range(10):
        for twelve in (f"{first}01234567890", f"{first}98765432109"):
            code = twelve + check_digit(twelve)
            assert scanned(modules(code)) == code
    assert scanned(modules(digits(ISBN))) == "9780306406157"


def test_a_code_has_its_size_and_white() -> None:
    code = barcode(digits(ISBN))
    assert code.width == pytest.approx(113 * MODULE)
    assert code.bars[0].left == pytest.approx(11 * MODULE)
    last = code.bars[-1]
    assert code.width - (last.left + last.width) == pytest.approx(7 * MODULE, abs=0.01)
    assert [bar.height for bar in code.bars].count(TALL) == 6
    assert {bar.height for bar in code.bars} == {HEIGHT, TALL}
    assert code.groups == ("9", "780306", "406157")


@pytest.mark.parametrize(
    "typed", [ISBN, "9780306406157", "978 0 306 40615 7", "ISBN 978-0-306-40615-7"]
)
def test_an_isbn_as_it_is_typed(typed: str) -> None:
    assert digits(isbn(typed)) == "9780306406157"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("978-0-306-40615-8", "would have to be 7"),
        ("978-0-306-46015-7", "would have to be"),
        ("0-306-40615-2", "thirteen digits"),
        ("977-0-306-40615-7", "978 or 979"),
    ],
)
def test_a_wrong_isbn_is_an_error_at_its_place(tmp_path: Path, typed: str, problem: str) -> None:
    made = Project(tmp_path / "g").edit("guide.yaml", "contents:", f"isbn: {typed}\ncontents:")
    [found] = made.compile().diagnostics
    assert problem in found.message
    assert found.span is not None
    assert found.span.file == "source/guide.yaml"


def test_an_edition_has_an_isbn_of_its_own_or_none(tmp_path: Path) -> None:
    made = Project(tmp_path / "g").edit(
        "guide.yaml",
        "contents:",
        f"isbn: {ISBN}\neditions: {{acme: {{title: A}}, other: {{isbn: 9791234567896}}}}\ncontents:",
    )
    editions = (None, "acme", "other")
    found = [made.compile(name).value for name in editions]
    assert [book.isbn if book else None for book in found] == [ISBN, "", "9791234567896"]


@pytest.mark.slow
def test_the_bar_code_is_on_the_cover_as_outlines(tmp_path: Path) -> None:
    made = project(tmp_path / "g", "{profile: press.icc}")
    made.edit("guide.yaml", "contents:", f"isbn: {ISBN}\ncontents:")
    done(made.build("--only", "handbook"))
    files = made.artifacts
    assert "black" in inks_of(files["cover.pdf"])[0]
    with pikepdf.open(io.BytesIO(files["cover.pdf"])) as pdf:
        [page] = pdf.pages
        drawn = pikepdf.parse_content_stream(page)
        operators = [str(one.operator) for one in drawn]
        # Thirty bars in one path, in black alone; nothing is made of dots.
        assert operators.count("h") == 30
        assert "Do" not in operators
        before = operators[: operators.index("h")]
        at = max(n for n, name in enumerate(before) if name == "k")
        assert [float(ink) for ink in drawn[at].operands] == [0, 0, 0, 1]
