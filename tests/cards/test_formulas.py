"""Formulas on printed cards."""

from __future__ import annotations

import io

import pikepdf
from tests.cards.books import LAYOUT, basic, book, cloze, hidden
from tests.pdf.inspection import elements

from guidepress.book.model import Card
from guidepress.cards.content import CardSides
from guidepress.cards.press import CardSheets, press

FORMULA = '<span class="math" data-tex="{0}">{0}</span>'


def pressed(*cards: Card) -> CardSheets:
    assert LAYOUT is not None
    result = press(book(*cards), LAYOUT)
    assert result.value is not None
    assert result.diagnostics == ()
    return result.value


def described(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as found:
        return [
            str(e.Alt)
            for e in elements(found.Root.StructTreeRoot.K[0])
            if e.get("/S") == "/Formula"
        ]


def test_they_are_drawn_and_found() -> None:
    card = basic("a", f"What is {FORMULA.format('x^2')}?", f"It is {FORMULA.format('x x')}.")
    sheets = pressed(card)
    assert described(sheets.pdf) == ["x^2", "x x"]


def test_a_gap_in_a_formula() -> None:
    text = f'<span class="math" data-tex="E = mc^2">E = {hidden("mc^2")}</span> is {hidden("energy", 2)}'
    found = CardSides(book(cloze("c", text))).of(book(cloze("c", text)).cards[0])
    assert r'data-tex="E = {\boxed{\,1\,}}"' in found.question
    assert "mc^2" not in found.question
    assert r'data-tex="E = {\boxed{mc^2}}"' in found.answer
    assert described(pressed(cloze("c", text)).pdf) == [
        r"E = {\boxed{\,1\,}}",
        r"E = {\boxed{mc^2}}",
    ]


def test_what_shrinks_too_much_is_reported() -> None:
    assert LAYOUT is not None
    wide = " + ".join(f"a_{{{n}}}" for n in range(40))
    html = f'<div class="math display" data-tex="{wide}">a</div>'
    result = press(book(basic("a", back=html)), LAYOUT)
    assert [d.code for d in result.diagnostics] == ["card-formula-wide"]
