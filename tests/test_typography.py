"""Typographic marks in every product of one build, and the proof that every word is on its page agrees with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress.deck.packed import read_apkg
from tests.cards.inspection import painted, text_in
from tests.pdf.inspection import texts
from tests.project import Project

CHAPTER = """\
# L'eau "vive"

Il dit : "C'est *l'eau* `it's`" -- oui ! Attendez...

/// card | Qu'est-ce que "l'eau" ?
    id: eau

C'est "H2O"!
///
"""


def folded_lines(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
def test_every_product_has_the_marks(project: Project, tmp_path: Path) -> None:
    """In French, whose spaces are the hardest: none is lost on the way to a page, and code stays as it is."""
    project.chapter(CHAPTER)
    project.edit("guide.yaml", "language: en", "language: fr\nproducts: {web: true, epub: true}")
    done = project.build("--jobs", "1")
    assert done.status == 0, done.err
    assert "text-lost" not in done.err
    build = project.folder / "build"
    page = next(p for p in map(folded_lines, texts(build / "handbook.pdf")) if "Il dit" in p)
    assert "Il dit : « C’est l’eau it's » – oui ! Attendez…" in page
    web = (build / "web" / "one.html").read_text()
    assert "« C’est <em>l’eau</em> <code>it's</code> »" in web.replace("\u202f", " ")
    deck = read_apkg((build / "deck.apkg").read_bytes()).value
    assert deck is not None
    (note,) = deck.notes.values()
    assert note.values[:2] == (
        "Qu’est-ce que «\u202fl’eau\u202f»\u202f?",
        "<p>C’est «\u202fH2O\u202f»\u202f!</p>",
    )
    sheets = (build / "cards.pdf").read_bytes()
    front = text_in(sheets, tmp_path, painted(sheets)["front-1"])
    assert "Qu’est-ce que « l’eau » ?" in folded_lines(front)
