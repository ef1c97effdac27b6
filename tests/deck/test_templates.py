"""What a layout gives to the deck, and what it may get wrong."""

from __future__ import annotations

import html
import pickle
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.contents import make, replace
from tests.deck.books import LAYOUT, basic, book, cloze, codes, files, pressed, templates
from tests.deck.collection import Learner
from tests.project import words_in

from guidepress.book.model import Brand, DeckOptions
from guidepress.deck.press import press
from guidepress.deck.templates import FILES, templates_from
from guidepress.model.guide import DeckProduct


def test_every_file_of_the_layout_is_read() -> None:
    assert {path.name for path in LAYOUT.iterdir() if path.is_file()} == set(FILES.values())
    assert pickle.loads(pickle.dumps(templates())) == templates()


def test_a_file_that_is_missing_or_not_text_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "deck"
    shutil.copytree(LAYOUT, folder)
    (folder / "style.css").unlink()
    (folder / "cloze-back.html").write_bytes(b"\xff\xfe")
    assert codes(templates_from(files(folder), words_in())) == [
        "layout-file-encoding",
        "layout-file-missing",
    ]
    assert len(templates_from({}, words_in()).diagnostics) == len(FILES)


@pytest.mark.parametrize(
    ("part", "text", "code"),
    [
        ("basic_front", "{{Frnt}}", "deck-template-field"),
        ("cloze_front", "{{cloze:Front}}", "deck-template-field"),
        ("basic_back", "{{#Exta}}x{{/Exta}}", "deck-template-field"),
        ("cloze_back", "{{=hnt}}", "deck-template-word"),
    ],
)
def test_a_name_that_is_not_there_is_an_error(part: str, text: str, code: str) -> None:
    look = replace(templates(), **{part: f"\n{text}"})
    broken = press(book(basic("a")), None, look, released=1)
    assert set(codes(broken)) == {code}
    span = broken.diagnostics[0].span
    assert span is not None
    assert (span.file, span.line) == (f"deck/{FILES[part]}", 2)


@pytest.mark.parametrize(
    "text", ["{{#Front}}", "{{/Front}}", "{{#Front}}{{#Back}}{{/Front}}{{/Back}}"]
)
def test_a_condition_that_does_not_close_is_an_error(text: str) -> None:
    for part in ("basic_front", "basic_back"):
        broken = press(book(basic("a")), None, replace(templates(), **{part: text}), released=1)
        assert codes(broken) == ["deck-template-broken"]
        assert broken.value is None


def test_no_script_no_inline_colour_and_no_asset_from_outside() -> None:
    for part in FILES:
        text = getattr(templates(), part)
        assert not re.search(r"<script|javascript:|style=|https?:|url\(|@import", text), part


@pytest.mark.parametrize(
    ("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("fa-IR", "rtl")]
)
def test_the_language_sets_the_direction(
    learner: Callable[..., Learner], language: str, direction: str
) -> None:
    deck, _ = pressed(book(basic("a"), cloze("b", "[[x]]"), language=language))
    one = learner()
    one.take(deck.apkg)
    for key in ("a", "b"):
        (card,) = one.cards(key)
        assert f'lang="{language}" dir="{direction}"' in card.question()
        assert f'lang="{language}" dir="{direction}"' in card.answer()


def test_a_brand_brings_its_colours(learner: Callable[..., Learner]) -> None:
    deck, _ = pressed(book(basic("a"), brand=make(Brand, colours={"accent": "#aa0000"})))
    one = learner()
    one.take(deck.apkg)
    assert "--brand-accent: #aa0000" in one.cards("a")[0].question()


@pytest.mark.parametrize(
    ("report", "address"),
    [
        ("mailto:me@example.org", "mailto:me@example.org?subject=a%20(Handbook 2025.1, ch. 1)"),
        ("https://example.org/new?title={card}&body={source}",
         "https://example.org/new?title=a&body=Handbook 2025.1, ch. 1"),
    ],
)  # fmt: skip
def test_the_back_of_a_card_links_to_where_it_is_reported(
    report: str, address: str, learner: Callable[..., Learner]
) -> None:
    """Off unless it is asked for, and then on the back alone; the words around come from the catalogue."""
    cards = (basic("a", reverse=True), cloze("c", "[[x]] y"))
    plain, _ = pressed(book(*cards))
    linked, _ = pressed(book(*cards, deck=DeckOptions("A Test Guide", report=report)), plain.lock)
    one, other = learner(), learner()
    one.take(plain.apkg)
    other.take(linked.apkg)
    for card in one.cards("a"):
        assert "report" not in card.answer()
    for card in other.cards("a"):
        assert f'href="{address}"' in html.unescape(card.answer())
        assert ">Report this card</a>" in card.answer()
        assert "href=" not in card.question()
    assert "Report this card" in other.cards("c")[0].answer()
    assert linked.changes.changed == ()


@pytest.mark.parametrize(
    "report",
    ["me@example.org", "http://example.org/{card}", "https://example.org/", "javascript:alert(1)"],
)
def test_where_a_card_cannot_be_reported(report: str) -> None:
    with pytest.raises(ValidationError):
        DeckProduct.model_validate({"report": report})
