"""Cards for a printer: one side a page, in inks, with a bleed."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from tests.cards.books import LAYOUT, many
from tests.contents import replace
from tests.pdf.printing.profiles import press_profile
from tests.project import Project

from guidepress.book.model import PressOptions, PressProfile, SheetOptions
from guidepress.cache import Cache
from guidepress.cards.format import card_format
from guidepress.cards.options import CardsOptions, options_of
from guidepress.cards.printing import for_printer, singles
from guidepress.pdf.printing.preflight import preflight
from guidepress.pdf.workers import Workers
from guidepress.product import News, Order, Pressed

MM = 72 / 25.4


class _Unchanged:
    """A release with nothing new in it."""

    news = News()


@pytest.mark.parametrize(
    ("options", "size"),
    [
        (CardsOptions(), (105, 74)),
        (CardsOptions(sheet="avery-5388"), (127, 76.2)),
        (CardsOptions(card="poker portrait", gutter="6mm"), (63.5, 88.9)),
        (CardsOptions(sheet="card"), (85.6, 53.98)),
    ],
)
def test_single_cards_are_as_large_as_those_on_sheets(
    options: CardsOptions, size: tuple[float, float]
) -> None:
    single = singles(options).value
    assert single is not None
    form = card_format(single).value
    assert form is not None
    assert (form.card.width, form.card.height) == pytest.approx(size)
    assert form.single
    assert form.bleed.x == form.bleed.y == 3


def test_what_is_wrong_with_the_sheet_is_said() -> None:
    assert [d.code for d in singles(CardsOptions(sheet="B0")).diagnostics] == [
        "cards-sheet-unknown"
    ]


@pytest.mark.slow
def test_a_side_a_page_in_inks(tmp_path: Path) -> None:
    profile = tmp_path / "press.icc"
    profile.write_bytes(press_profile())
    press = PressOptions(PressProfile("press.icc", profile, ""))
    book = replace(many(2), sheets=SheetOptions(press=press))
    assert LAYOUT is not None
    with Workers(1) as workers:
        order = Order(
            book, LAYOUT, tmp_path, _Unchanged(), workers, Cache(None), lambda *_: None,
            {"handbook": Pressed()},
        )  # fmt: skip
        done = for_printer(order, options_of(book.sheets))
    assert done.value is not None, done.diagnostics
    found = preflight(done.value.pdf)
    assert found.faults == ()
    assert len(found.inks) == done.value.pages == 4
    front, back = found.inks[:2]
    # The colour of the part runs over the edge of the front; on the back there is nothing but text.
    assert "cyan" in front
    assert back == {"black"}
    with pikepdf.open(io.BytesIO(done.value.pdf)) as pdf:
        for page in pdf.pages:
            trim, bleed = ([float(x) for x in page.obj[k]] for k in ("/TrimBox", "/BleedBox"))
            assert trim == pytest.approx([3 * MM, 3 * MM, 108 * MM, 77 * MM], abs=0.05)
            assert bleed == pytest.approx([0, 0, 111 * MM, 80 * MM], abs=0.05)


def test_cards_without_a_profile_are_not_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guidepress.layouts.pressing.packaged", lambda: None)
    project = Project(tmp_path / "g").edit(
        "guide.yaml", "contents:", "products: {cards: {press: true}}\ncontents:"
    )
    run = project.check()
    assert run.status == 1
    assert "press-profile" in run.err + run.out
