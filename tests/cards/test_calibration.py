"""The calibration sheet: scales behind crosses, at their true size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import page as validator
import pytest
from tests.cards.books import LAYOUT
from tests.cards.inspection import MM, opened
from tests.pdf.inspection import texts
from tests.project import words_in

from guidepress.cards.calibration import RULER, calibrate, crosses, points, rulers, scales
from guidepress.cards.imposition import Flip, Point, Size, axis
from guidepress.cards.options import CardsOptions

WORDS = words_in()
A4, WIDE = Size(210, 297), Size(297, 210)


def sheet(**options: Any) -> bytes:
    assert LAYOUT is not None
    found = calibrate(LAYOUT, CardsOptions(**options))
    assert found.value is not None, found.diagnostics
    assert not found.diagnostics
    return found.value


@pytest.mark.parametrize("size", [A4, WIDE])
@pytest.mark.parametrize("flip", ["long-edge", "short-edge"])
def test_scales_lie_behind_the_crosses(size: Size, flip: Flip) -> None:
    about = axis(size, flip)
    backs = {mark.middle for mark in scales(size, about, WORDS, "x")}
    for cross in crosses(size, WORDS):
        x, y = cross.middle.x, cross.middle.y
        expected = Point(size.width - x, y) if about == "upright" else Point(x, size.height - y)
        assert expected in backs


def test_marks_stay_on_the_sheet() -> None:
    for size in (A4, WIDE, Size(148, 210)):
        for mark in (
            *crosses(size, WORDS),
            *rulers(size, WORDS),
            *scales(size, "upright", WORDS, "x"),
        ):
            assert mark.left > 5
            assert mark.top > 5
            assert mark.left + mark.size.width < size.width - 5
            assert mark.top + mark.size.height < size.height - 5


def test_two_pages_that_conform(tmp_path: Path) -> None:
    pdf = sheet(sheet="A4")
    for profile in ("ua1", "3a"):
        report = validator.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, list(report.failures)
    with opened(pdf) as document:
        assert len(document.pages) == 2
        assert [float(v) / MM for v in document.pages[0].MediaBox] == pytest.approx(
            [0, 0, 210, 297], abs=0.01
        )
        preferences: Any = document.Root.ViewerPreferences
        assert preferences.PrintScaling == "/None"
        assert preferences.Duplex == "/DuplexFlipLongEdge"
    path = tmp_path / "calibration.pdf"
    path.write_bytes(pdf)
    front, back = texts(path)
    assert "Push a pin" in front
    assert "offset: [0.5mm, -1mm]" in back
    assert "+5" in back


def test_crosses_are_drawn_where_they_should_be() -> None:
    """Read from the PDF: the middle of each cross, and the length of a ruler, in mm."""
    import pikepdf

    from guidepress.pdf.space import bounds, product
    from guidepress.pdf.space import matrix as operands

    middles, lengths = [], []
    with opened(sheet(sheet="A4")) as document:
        matrix, saved, path = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), [], []
        for instruction in pikepdf.parse_content_stream(document.pages[0]):
            operator, values = str(instruction.operator), instruction.operands
            if operator == "q":
                saved.append(matrix)
            elif operator == "Q":
                matrix = saved.pop()
            elif operator == "cm":
                matrix = product(operands(values), matrix)
            elif operator in ("m", "l"):
                path.append((float(values[0]), float(values[1])))
            elif operator in ("S", "B", "f", "n"):
                if len(path) >= 2:
                    # The engine begins every path at the origin.
                    left, bottom, right, top = (v / MM for v in bounds(path[-2:], matrix))
                    length = max(right - left, top - bottom)
                    lengths.append(length)
                    if length == pytest.approx(16, abs=0.01):
                        middles.append(((left + right) / 2, 297 - (bottom + top) / 2))
                path = []
    for point in points(A4):
        assert [m for m in middles if m == pytest.approx((point.x, point.y), abs=0.02)]
    assert [length for length in lengths if length == pytest.approx(RULER, abs=0.02)]


def test_nothing_to_calibrate() -> None:
    assert LAYOUT is not None
    for options in (CardsOptions(flip="fold"), CardsOptions(sheet="card")):
        found = calibrate(LAYOUT, options)
        assert [d.code for d in found.diagnostics] == ["cards-calibration"]
    assert [d.code for d in calibrate(LAYOUT, CardsOptions(sheet="B9")).diagnostics] == [
        "cards-sheet-unknown"
    ]


def test_an_offset_in_the_guide_is_ignored() -> None:
    assert sheet(offset=("3mm", "3mm")) == sheet()
