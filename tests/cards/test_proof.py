"""Proof-reading: what is cut, hidden or left out is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cards.books import basic, book, printed, sheets
from tests.pdf.documents import FONTS, STYLES

from guidepress.cards.composer import SideText
from guidepress.cards.divisions import Division
from guidepress.cards.fitting import lacking
from guidepress.cards.setting import set_and_read
from guidepress.layouts import Layout, find_layout
from guidepress.pdf import Section
from guidepress.pdf.reading import Print

CARD = basic("a", extra="<p>And more to say.</p>")


def read(body: str, style: str = "") -> Print:
    """The first page of an A6 document with margins of 10 mm."""
    page = "@page { size: 105mm 148mm; margin: 10mm; @bottom-right { content: none } }"
    html = f'<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>{body}</body></html>'
    section = Section("x", html, (*STYLES, page + style), FONTS, title="X")
    return set_and_read(section).prints[0]


def test_reads_what_is_there() -> None:
    found = read("<p>Efficient <em>figures</em> &amp; Straße</p>")
    assert found.text == "Efficientfigures&Straße"
    assert lack("<p>efficient <em>figures</em> &amp; STRASSE</p>", found) == ""


def lack(html: str, found: Print, *said: str) -> str:
    """What a side of this HTML lacks on a page."""
    return lacking(SideText(CARD, 1, "front", Division("A", "Part", 1), html, said), found)


def test_names_what_is_not_there() -> None:
    assert lack("<p>one</p> two <b>four</b> five", Print("onetwofive")) == "four"


@pytest.mark.parametrize(
    "text", ["Größe fi fl ffi", "soft\u00adhyphen", "a\u2011b", "e\u0301 é", "日本語", "x²"]
)
def test_same_words_in_other_characters(text: str) -> None:
    plain = text.replace("\u00ad", "").replace("\u2011", "-").replace("e\u0301", "é")
    assert lack(text, Print("".join(plain.split()))) == ""


def test_what_the_layout_does_not_say() -> None:
    page = Print("onetwothree")
    assert lack("<div>one two three</div>", page, "one two") == ""
    assert lack("<p>one</p>", page, "one two") == "one two"
    # All characters are there, but not as these words.
    assert lack("<p>two</p> and <p>one</p>", Print("twoandone"), "one two") == "one two"


def test_a_formula_that_is_not_drawn() -> None:
    html = '<p>So <img class="math" alt="x^2"> and <img class="math inline" alt="x^2"></p>'
    assert lack(html, Print("Soand", formulas=("x^2", "x^2"))) == ""
    assert lack(html, Print("Soand", formulas=("x^2",))) == "x^2"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "layouts" / "mine" / "cards").mkdir(parents=True)
    return tmp_path


def own_layout(project: Path, name: str, text: str) -> Layout:
    (project / "layouts" / "mine" / "cards" / name).write_text(text)
    found = find_layout("mine", project)
    assert found.value is not None
    return found.value


def test_layout_that_leaves_a_text_out(project: Path) -> None:
    layout = own_layout(project, "back.html", "<p>{{ answer }}</p>")
    found = printed(book(CARD), layout)
    assert [(d.code, d.span) for d in found.diagnostics] == [("cards-words-lost", CARD.span)]
    assert "“And more to say.”" in found.diagnostics[0].message


@pytest.mark.parametrize(
    "rule",
    [".extra { display: none }", ".extra { visibility: hidden }", ".extra p { font-size: 0 }"],
)
def test_style_that_hides_a_text(project: Path, rule: str) -> None:
    found = printed(book(CARD), own_layout(project, "custom.css", rule))
    assert [(d.code, d.span) for d in found.diagnostics] == [("cards-words-lost", CARD.span)]


@pytest.mark.parametrize(
    "rule",
    [
        ".extra { height: 0; overflow: hidden }",
        ".extra { position: absolute; top: 60mm }",
        ".answer { margin-left: -8mm }",
        ".answer { height: 49mm }",
    ],
)
def test_style_that_pushes_a_text_out(project: Path, rule: str) -> None:
    found = printed(book(CARD), own_layout(project, "custom.css", rule))
    assert [(d.code, d.span) for d in found.diagnostics] == [("card-too-long", CARD.span)]


def test_layout_of_a_project(project: Path) -> None:
    """A style of one's own is laid over the cards; a broken template is reported once."""
    sheets(book(CARD), own_layout(project, "custom.css", ".answer { font-weight: 700 }"))
    found = printed(book(CARD, basic("b")), own_layout(project, "back.html", "{{ nothing }}"))
    assert [d.code for d in found.diagnostics] == ["layout-template"]
