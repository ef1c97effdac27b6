"""Footnotes at the foot of a page, however the lines that call them fall."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bench.printed import sheets
from tests.pdf.documents import section

from guidepress.pdf import Metadata, Placement, compile_section, link, paginate
from guidepress.pdf.reading import read_pages

NOTE = '<span style="float: footnote; footnote-policy: line">{0} note is here.</span>'
FIRST = "<p>A line of its own, with a note.{0}</p>"
SECOND = "<p>Here is a paragraph of five lines, {1}and the note is called in one of them. {0}</p>"
LINES = " ".join(["Words that fill the lines until there are five of them, or at least four."] * 3)


@pytest.mark.parametrize("note", [NOTE, NOTE.replace("policy: line", "policy: auto")])
@pytest.mark.parametrize("at", [0, 40, 90])
def test_no_note_is_lost(at: int, note: str) -> None:
    """The calling line may be the last on its page, and fit only where the page's other notes make room for it."""
    text = LINES[:at] + note.format("Second") + LINES[at:]
    pieces = []
    for gap in range(380, 440, 2):
        pieces.append(
            f'<div style="break-before: page; height: {gap}pt"></div>'
            + FIRST.format(note.format("First"))
            + SECOND.format(text, "")
        )
    pages = read_pages(compile_section(section("one", f"<h1>T</h1>{''.join(pieces)}")))
    everything = "".join(page.text for page in pages)
    assert everything.count("Firstnoteishere.") == 30
    assert everything.count("Secondnoteishere.") == 30


@pytest.mark.parametrize("keep", ["", ' style="break-inside: avoid"'])
def test_notes_stand_on_the_page_of_their_call(keep: str) -> None:
    """A paragraph at the foot does not send the notes above it away, be it kept whole and go itself or not."""
    pieces = []
    for gap in range(380, 440, 2):
        pieces.append(
            f'<div style="break-before: page; height: {gap}pt"></div>'
            + FIRST.format(NOTE.format("First"))
            + f"<div{keep}><p>Another paragraph. {LINES}</p></div>"
        )
    pages = read_pages(compile_section(section("one", f"<h1>T</h1>{''.join(pieces)}")))
    calling = [page.text for page in pages if "withanote" in page.text]
    assert len(calling) == 30
    assert all(text.count("Firstnoteishere.") == 1 for text in calling)


@pytest.mark.parametrize("align", ["justify", "left"])
@pytest.mark.parametrize("call", [NOTE.format("Some"), "<sup><a href='#x'>7</a></sup>"])
def test_no_line_begins_with_a_call(align: str, call: str, tmp_path: Path) -> None:
    """Unicode lets a line end between a full stop and a number."""
    style = f'style="text-align: {align}; hyphens: none"'
    texts = (
        f"<p {style}>{'m' * n} and some words that are called Agency.{call} Then comes the rest of it.</p>"
        for n in range(1, 60)
    )
    one = section("one", f"<h1 id='x'>T</h1>{''.join(texts)}")
    placements = [Placement(compile_section(one), recto=False)]
    path = tmp_path / "one.pdf"
    path.write_bytes(link(placements, paginate(placements), Metadata("T", "en")).pdf)
    read = [line for sheet in sheets(path) for line in sheet.lines]
    lines = [line.text for line in read if line.block and line.block.kind == "prose"]
    assert sum("Agency." in line for line in lines) == 59
    assert [line for line in lines if re.match(r"\d", line)] == []
