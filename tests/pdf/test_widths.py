"""Columns of names are as wide as their names, whatever prose stands beside them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.pdf.documents import section
from tests.pdf.inspection import texts

from guidepress.pdf import Metadata, Placement, compile_section, link, paginate
from guidepress.pdf.engine.widths import columns

PROSE = (
    "A sentence that takes several lines of its cell, since it has more words than the page is wide"
)


def printed(rows: str, folder: Path, style: str = "") -> list[str]:
    """The lines of a table, on one page or several."""
    table = f"<style>table {{ width: 100%; border-collapse: collapse }} {style}</style><table>{rows}</table>"
    placements = [Placement(compile_section(section("one", f"<h1>T</h1>{table}")))]
    path = folder / "book.pdf"
    path.write_bytes(link(placements, paginate(placements), Metadata("T", "en")).pdf)
    return [line.strip() for page in texts(path) for line in page.splitlines()]


def test_a_name_is_not_broken_beside_prose(tmp_path: Path) -> None:
    names = [f"stage number {number}" for number in range(40)]
    rows = "".join(f"<tr><td>{name}</td><td>7</td><td>{PROSE}</td></tr>" for name in names)
    lines = printed(rows, tmp_path)
    assert all(any(line.startswith(name) for line in lines) for name in names)


def test_a_column_with_a_width_of_its_own_keeps_it(tmp_path: Path) -> None:
    row = f"<tr><td class='own'>a name of words</td><td>{PROSE}</td></tr>"
    lines = printed(row, tmp_path, ".own { width: 5% }")
    assert not any("a name" in line for line in lines)


@given(
    st.lists(st.tuples(st.floats(1, 80), st.floats(0, 900)), min_size=1, max_size=7),
    st.floats(0.01, 0.99),
)
def test_all_room_is_divided_and_no_column_narrower_than_a_word(
    wanted: list[tuple[float, float]], part: float
) -> None:
    least = [word for word, _ in wanted]
    most = [word + more for word, more in wanted]
    widths = [low + (high - low) * part for low, high in zip(least, most, strict=True)]
    found = columns(widths, least, most)
    assert abs(sum(found) - sum(widths)) < 0.1
    assert all(
        low - 0.01 <= one <= high + 0.01 for low, one, high in zip(least, found, most, strict=True)
    )
    share = sum(widths) / len(widths)
    narrow = [at for at, high in enumerate(most) if high <= share * 0.7]
    kept = found == widths
    assert kept or all(abs(found[at] - most[at]) < 0.01 for at in narrow)
