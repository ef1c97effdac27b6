"""Where an element of a drawing lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress.source.extent import Unmeasured, extent

BEFORE = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 200 100">'


def box(tmp_path: Path, inside: str, opening: str = BEFORE) -> tuple[int, ...]:
    path = tmp_path / "a.svg"
    path.write_text(f"{opening}{inside}</svg>")
    return tuple(round(number) for number in extent(path, "x"))


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ('<rect id="x" x="20" y="10" width="40" height="50"/>', (10, 10, 20, 50)),
        ('<circle id="x" cx="100" cy="50" r="20"/>', (40, 30, 20, 40)),
        ('<ellipse id="x" cx="100" cy="50" rx="40" ry="10"/>', (30, 40, 40, 20)),
        ('<line id="x" x1="20" y1="10" x2="60" y2="30"/>', (10, 10, 20, 20)),
        ('<polygon id="x" points="20,10 60,10 40,40"/>', (10, 10, 20, 30)),
        ('<path id="x" d="m20 10 h40 v20 h-40 z"/>', (10, 10, 20, 20)),
        ('<path id="x" d="M0 50 C0 10 40 10 40 50"/>', (0, 20, 20, 30)),
        ('<g id="x" transform="translate(20,10)"><rect width="20" height="10"/></g>', (10, 10, 10, 10)),
        ('<g transform="scale(2)"><rect id="x" x="10" y="5" width="10" height="5"/></g>', (10, 10, 10, 10)),
        ('<rect id="x" width="20" height="10" transform="rotate(90 0 0) translate(10 -60)"/>', (25, 10, 5, 20)),
        ('<rect id="x" width="10" height="10" transform="matrix(1 0 0 1 20 10)"/>', (10, 10, 5, 10)),
        ('<g id="x"><rect width="20" height="10"/><rect x="60" y="40" width="20" height="10"/></g>', (0, 0, 40, 50)),
        ('<rect id="r" width="20" height="10"/><use id="x" xlink:href="#r" x="40" y="20"/>', (20, 20, 10, 10)),
        ('<rect id="x" x="-20" y="90" width="40" height="50"/>', (0, 90, 10, 10)),
    ],
)  # fmt: skip
def test_shapes_and_what_moves_them(tmp_path: Path, inside: str, expected: tuple[int, ...]) -> None:
    """Left, top, width and height in per cent."""
    assert box(tmp_path, inside) == expected


def test_a_drawing_may_begin_elsewhere_or_have_no_view_box(tmp_path: Path) -> None:
    """The places are parts of what is seen."""
    rect = '<rect id="x" x="0" y="0" width="50" height="50"/>'
    view = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-50 -50 100 100">'
    assert box(tmp_path, rect, view) == (50, 50, 50, 50)
    plain = '<svg xmlns="http://www.w3.org/2000/svg" width="100px" height="200px">'
    assert box(tmp_path, rect, plain) == (0, 0, 50, 25)


@pytest.mark.parametrize(
    "inside",
    [
        "",
        '<text id="x" x="1" y="2">words</text>',
        '<g id="x"/>',
        '<rect id="x" x="500" y="500" width="1" height="1"/>',
        '<use id="x" href="#x"/>',
        '<path id="x" d="nonsense"/>',
        '<rect id="x" width="1" height="1" transform="translate()"/>',
    ],
)
def test_what_cannot_be_measured_says_so(tmp_path: Path, inside: str) -> None:
    """And raises nothing else."""
    with pytest.raises(Unmeasured):
        box(tmp_path, inside)


def test_what_is_no_drawing(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_bytes(b"<svg")
    with pytest.raises(Unmeasured):
        extent(path, "x")
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><rect id="x" width="1" height="1"/></svg>'
    )
    with pytest.raises(Unmeasured):
        extent(path, "x")
