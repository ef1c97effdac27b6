"""Footnotes at the foot of a page, however the lines that call them fall."""

from __future__ import annotations

import pytest
from tests.pdf.documents import section

from guidepress.pdf import compile_section
from guidepress.pdf.reading import read_pages

NOTE = '<span style="float: footnote; footnote-policy: line">{0} note is here.</span>'
FIRST = "<p>A line of its own, with a note.{0}</p>"
SECOND = "<p>Here is a paragraph of five lines, {1}and the note is called in one of them. {0}</p>"
LINES = " ".join(["Words that fill the lines until there are five of them, or at least four."] * 3)


@pytest.mark.parametrize("at", [0, 40, 90])
def test_no_note_is_lost(at: int) -> None:
    """The calling line may be the last on its page, and fit only where the page's other notes make room for it."""
    text = LINES[:at] + NOTE.format("Second") + LINES[at:]
    pieces = []
    for gap in range(380, 440, 2):
        pieces.append(
            f'<div style="break-before: page; height: {gap}pt"></div>'
            + FIRST.format(NOTE.format("First"))
            + SECOND.format(text, "")
        )
    pages = read_pages(compile_section(section("one", f"<h1>T</h1>{''.join(pieces)}")))
    everything = "".join(page.text for page in pages)
    assert everything.count("Firstnoteishere.") == 30
    assert everything.count("Secondnoteishere.") == 30
