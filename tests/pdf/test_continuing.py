"""Columns: heads stand again over what goes on in another one, and all of them start level."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from tests.pdf.documents import section
from tests.pdf.inspection import texts

from guidepress.handbook.proof import prove
from guidepress.pdf import Metadata, Placement, compile_section, link, paginate

STYLE = """<style>
main { columns: 2; column-fill: auto; font-size: 9pt; line-height: 12pt }
p { margin: 0; break-inside: avoid }
.continued::before { content: attr(data-text) }
.continued { break-after: avoid }
</style>"""


def entry(name: str, below: list[tuple[int, str]]) -> str:
    """An entry of an index with lines below it, each with how deep it stands."""
    html = f'<p data-depth="0">{name}</p><p class="continued" data-depth="0" data-text="{name} (continued)"></p>'
    for (depth, text), following in zip(below, [*below[1:], (0, "")], strict=True):
        html += f'<p data-depth="{depth}">{text}</p>'
        if following[0] > depth:
            html += f'<p class="continued" data-depth="{depth}" data-text="{name}: {text} (continued)"></p>'
    return f'<div class="continues">{html}</div>'


def columns(body: str, folder: Path) -> tuple[list[str], bytes]:
    """The lines of each page as they stand, and the file; nothing of the body is lost."""
    one = section("one", f"<h1>T</h1>{STYLE}<main>{body}</main>")
    fragment = compile_section(one)
    assert prove(one.html, fragment).losses == ()
    placements = [Placement(fragment)]
    book = link(placements, paginate(placements), Metadata("T", "en"))
    path = folder / "book.pdf"
    path.write_bytes(book.pdf)
    return texts(path), book.pdf


@pytest.mark.parametrize("before", [0, 7])
def test_an_entry_that_goes_on_says_so(tmp_path: Path, before: int) -> None:
    """Once in each column and on each page that it goes on in, and every line once."""
    lead = "".join(f"<p>before {n}</p>" for n in range(before))
    pages, pdf = columns(lead + entry("HTTP", [(1, f"sub {n:03}") for n in range(150)]), tmp_path)
    said = " ".join(" ".join(pages).split())
    assert [said.count(f"sub {n:03}") for n in range(150)] == [1] * 150
    # Of so many columns, the entry begins in the first.
    count = said.count("HTTP (continued)")
    assert count == 2 * len(pages) - 1 or count == 2 * len(pages) - 2
    assert all("HTTP (continued)" in page for page in pages)
    # What stands again is for the eye.
    path = tmp_path / "again.pdf"
    path.write_bytes(pdf)
    with pikepdf.open(path) as read:
        assert b"(continued)" not in read.Root.StructTreeRoot.unparse()


def test_what_is_not_broken_is_not_continued(tmp_path: Path) -> None:
    pages, _ = columns(entry("HTTP", [(1, f"sub {n}") for n in range(5)]), tmp_path)
    assert "continued" not in " ".join(pages)


def test_the_nearest_head_is_repeated(tmp_path: Path) -> None:
    """Lines two deep go on below the line that they belong to, others below the entry."""
    below = [
        (1, "commands"),
        *((2, f"git {n:03}") for n in range(90)),
        *((1, f"sub {n:03}") for n in range(90)),
    ]
    pages, _ = columns(entry("Git", below), tmp_path)
    said = " ".join(" ".join(pages).split())
    assert "Git: commands (continued)" in said
    assert "Git (continued)" in said
    assert all(said.count(text) == 1 for _, text in below[1:])


def test_columns_start_level() -> None:
    """Whatever white is above the heading that a column begins with, and above the block around it."""
    style = "<style>main { columns: 2 } p { margin: 0 } div { break-inside: avoid } h2 { margin: 3em 0 0 }</style>"
    lines = "<br>".join(f"line {n}" for n in range(8))
    body = f'<p id="one">{lines}</p><div><h2 id="two">Two</h2><p>{lines}</p></div>'
    anchors = compile_section(section("one", f"<h1>T</h1>{style}<main>{body}</main>")).anchors
    assert anchors["two"].x > anchors["one"].x
    assert anchors["two"].y == pytest.approx(anchors["one"].y, abs=0.01)
