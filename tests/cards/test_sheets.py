"""The finished PDF: registration, ticks, words, tags, outline, metadata, bytes."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import page as validator
import pytest
from tests.cards.books import basic, book, chapter, cloze, hidden, kept, many, sheets
from tests.cards.inspection import MM, opened, painted, rows, sheet_size, text_in, ticks
from tests.contents import make
from tests.pdf.inspection import elements, entries, flaws, outline

from guidepress.book.model import Part
from guidepress.cards.format import card_format
from guidepress.cards.imposition import Flip, Order, fold_line
from guidepress.cards.options import CardsOptions
from guidepress.cards.stock import PRESETS

FLIPS: tuple[Flip, ...] = ("long-edge", "short-edge", "fold")
PAIRS = [(name, flip) for name in PRESETS for flip in FLIPS if (name, flip) != ("single", "fold")]
SMALL = many(11)
RICH = book(
    basic("http", "What is <em>idempotent</em>?", "<p>Sending it <code>n</code> times.</p>", hint="A lift."),
    basic("list", back="<ul><li>one</li><li><p>two</p></li></ul><p>and<sup>1</sup></p>"),
    basic("code", back="<pre><code>def f(x):\n    return x</code></pre>"),
    basic("table", back="<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>"),
    cloze("rest", f"A {hidden('REST', 1)} server keeps {hidden('no', 2)} state.", extra="<p>From 2000.</p>"),
    basic("term", reverse=True, chapter="glossary", part=""),
)  # fmt: skip


@pytest.mark.parametrize(("name", "flip"), PAIRS)
def test_every_back_lies_on_its_own_front(name: str, flip: Flip) -> None:
    """Sheets folded over: through the paper, each corner of a front is the mirrored corner of its back."""
    preset = PRESETS[name]
    options = CardsOptions(sheet=preset.sheet, card=preset.card, flip=flip)
    pdf = kept(SMALL, sheet=preset.sheet, card=preset.card, flip=flip).pdf
    form = card_format(options).value
    assert form is not None
    width, height = sheet_size(pdf)
    assert (width, height) == pytest.approx(
        (form.grid.sheet.width * MM, form.grid.sheet.height * MM), abs=0.01
    )
    sides = painted(pdf)
    assert len(sides) == 22
    line = fold_line(form.grid) if flip == "fold" else None
    upright = (width > height) == (flip == "short-edge")
    for number in range(1, 12):
        front, back = sides[f"front-{number}"], sides[f"back-{number}"]
        assert back.page == front.page + (0 if line else 1)
        w, h = front.size
        for u, v in ((0, 0), (w, 0), (0, h)):
            x, y = front.at(u, v)
            if line and line.start.x == line.end.x:
                behind = 2 * line.start.x * MM - x, y
            elif line:
                behind = x, 2 * (height - line.start.y * MM) - y
            else:
                behind = (width - x, y) if upright else (x, height - y)
            assert back.at(w - u, v) == pytest.approx(behind, abs=0.02)


@pytest.mark.parametrize("order", ["stack", "reading"])
def test_words_are_where_the_card_is(tmp_path: Path, order: Order) -> None:
    """A viewer finds all words of a card in its place on the sheet, upside down or not."""
    for flip in ("long-edge", "short-edge"):
        pdf = kept(RICH, sheet="Letter", card="3x5", flip=flip, order=order).pdf
        sides = painted(pdf)
        for number, card in enumerate(RICH.cards, 1):
            said = (
                {"front": card.front, "back": card.back}
                if card.kind == "basic"
                else {"back": card.text}
            )
            for side, html in said.items():
                found = text_in(pdf, tmp_path, sides[f"{side}-{number}"])
                for word in re.findall(r"\w+", re.sub(r"<[^>]*>", " ", html.html)):
                    assert word in found
        back = text_in(pdf, tmp_path, sides["back-1"])
        assert "http" in back
        assert "1/6" in back


def test_gaps_are_not_given_away(tmp_path: Path) -> None:
    pdf = kept(RICH, sheet="card", card="A7").pdf
    sides = painted(pdf)
    front, back = (text_in(pdf, tmp_path, sides[f"{side}-5"]) for side in ("front", "back"))
    assert "REST" not in front
    assert "REST" in back
    assert "2000" in back


def test_ticks_of_avery_5371_stand_at_the_perforation() -> None:
    """At 0.75, 4.25 and 7.75 in across, 0.5 to 10.5 in down; none inside of the grid."""
    found = ticks(kept(SMALL, sheet="avery-5371").pdf)
    upright = {round(x / 25.4, 3) for x, _, z, _ in found if x == z}
    level = {round(y / 25.4, 3) for _, y, _, w in found if y == w}
    assert upright == {0.75, 4.25, 7.75}
    assert level == {0.5, 2.5, 4.5, 6.5, 8.5, 10.5}
    for x, y, z, w in found:
        across = max(x, z) < 0.75 * 25.4 or min(x, z) > 7.75 * 25.4
        assert across or max(y, w) < 0.5 * 25.4 or min(y, w) > 10.5 * 25.4


def test_ticks_of_avery_5388_stand_at_the_perforation() -> None:
    found = ticks(kept(SMALL, sheet="avery-5388").pdf)
    assert {round(x / 25.4, 3) for x, _, z, _ in found if x == z} == {1.75, 6.75}
    assert {round(y / 25.4, 3) for _, y, _, w in found if y == w} == {1, 4, 7, 10}


def test_backs_carry_neither_ticks_nor_colour_at_their_edges() -> None:
    pdf = kept(SMALL, sheet="Letter", card="3x5").pdf
    assert ticks(pdf, 0)
    assert not ticks(pdf, 1)
    with opened(pdf) as document:
        for name, side in painted(pdf).items():
            form: Any = document.pages[side.page].Resources.XObject[f"/{name}"]
            filled = re.findall(rb"(\S+) (\S+) (\S+) (\S+) re\n(?:f|f\*)\n", form.read_bytes())
            # The band in front is the only thing that reaches beyond the safe area.
            at_edge = [box for box in filled if float(box[0]) < 5 * MM / 0.75]
            assert bool(at_edge) == name.startswith("front")


def test_no_ticks_where_none_are_wanted() -> None:
    assert not ticks(kept(SMALL, sheet="Letter", card="3x5", ticks=False).pdf)


@pytest.mark.parametrize("flip", FLIPS)
def test_offset_moves_backs_only(flip: Flip) -> None:
    still, moved = (
        painted(kept(SMALL, sheet="Letter", card="3x5", flip=flip, offset=offset).pdf)
        for offset in (("0", "0"), ("1.5mm", "-0.5mm"))
    )
    for name, side in still.items():
        x, y, *_ = side.box
        shift = (1.5 * MM, 0.5 * MM) if name.startswith("back") else (0, 0)
        assert moved[name].box[:2] == pytest.approx((x + shift[0], y + shift[1]), abs=0.01)


def test_bleed_of_a_single_card_is_outside_of_its_trim_box() -> None:
    with opened(kept(SMALL, sheet="card", card="A7", bleed="3mm").pdf) as document:
        page = document.pages[0]
        media, trim = ([float(v) / MM for v in box] for box in (page.MediaBox, page.TrimBox))
    assert media == pytest.approx([0, 0, 111, 80], abs=0.01)
    assert trim == pytest.approx([3, 3, 108, 77], abs=0.01)


@pytest.mark.parametrize("flip", FLIPS)
def test_conforms_to_pdf_ua_and_pdf_a(flip: Flip) -> None:
    pdf = kept(RICH, sheet="Letter", card="3x5", flip=flip).pdf
    for profile in ("ua1", "3a"):
        report = validator.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, list(report.failures)
    with opened(pdf) as document:
        assert flaws(document) == []


def test_each_card_is_a_section_with_front_and_back() -> None:
    with opened(kept(RICH).pdf) as document:
        root: Any = document.Root.StructTreeRoot.K[0]
        parts = list(root.K)
        assert [str(part.T) for part in parts] == ["A  First Part", "B  Glossary"]
        cards = [card for part in parts for card in part.K]
        assert [str(card.T) for card in cards] == [
            f"{n}: {card.id}" for n, card in enumerate(RICH.cards, 1)
        ]
        for card in cards:
            assert [(str(side.S), str(side.T)) for side in card.K] == [
                ("/Sect", "Question"),
                ("/Sect", "Answer"),
            ]
        roles = {str(element.S) for element in elements(root)}
        assert {"/L", "/LI", "/Table", "/TH", "/Code", "/P"} <= roles


def test_cards_set_anew_in_smaller_type_keep_their_order() -> None:
    """Sides that did not fit at first come from another batch, but are tagged in their place."""
    long = "<br>".join(["a line of its own"] * 9)
    mixed = book(basic("a"), basic("b", back=long), basic("c"))
    done = kept(mixed)
    assert len(done.sizes) == 2
    with opened(done.pdf) as document:
        root: Any = document.Root.StructTreeRoot.K[0]
        assert [str(card.T) for card in root.K[0].K] == ["1: a", "2: b", "3: c"]
        assert flaws(document) == []
        assert len(list(entries(document.Root.StructTreeRoot.ParentTree, "/Nums"))) == 6


def test_outline_follows_the_cards() -> None:
    with opened(kept(RICH, order="stack").pdf) as document:
        found = outline(document)
    assert [(level, title) for level, title, _, _ in found] == [
        (0, "A  First Part"),
        (1, "1  What is idempotent?"),
        (1, "2  What is list?"),
        (1, "3  What is code?"),
        (1, "4  What is table?"),
        (1, "5  A … server keeps … state."),
        (0, "B  Glossary"),
        (1, "6  What is term?"),
    ]


@pytest.mark.parametrize(("flip", "duplex", "labels"), [
    ("long-edge", "/DuplexFlipLongEdge", ["1r", "1v", "2r", "2v"]),
    ("short-edge", "/DuplexFlipShortEdge", ["1r", "1v", "2r", "2v"]),
    ("fold", "/Simplex", ["1r", "2r", "3r"]),
])  # fmt: skip
def test_print_dialogue_is_prepared(flip: Flip, duplex: str, labels: list[str]) -> None:
    with opened(kept(SMALL, flip=flip).pdf) as document:
        preferences: Any = document.Root.ViewerPreferences
        assert preferences.Duplex == duplex
        assert preferences.PrintScaling == "/None"
        assert [str(label.P) for _, label in entries(document.Root.PageLabels, "/Nums")] == labels


def test_metadata() -> None:
    with opened(kept(SMALL).pdf) as document:
        assert str(document.docinfo.Title) == "A Small Guide: Cards"
        assert str(document.docinfo.Author) == "Ada"
        assert "small:2025.1:cards" in document.open_metadata().get("dc:identifier", "")
        assert str(document.Root.Lang) == "en"


def test_same_cards_give_the_same_bytes() -> None:
    one, other = (sheets(RICH, sheet="Letter", card="3x5").pdf for _ in range(2))
    assert one == other


def test_sheets_hold_what_was_counted() -> None:
    done = kept(SMALL)
    assert (done.cards, done.sheets, done.pages) == (11, 2, 4)
    with opened(done.pdf) as document:
        assert len(document.pages) == 4
    assert math.isclose(sum(done.sizes.values()), 22)


def test_places_that_stay_empty_say_how_to_learn(tmp_path: Path) -> None:
    """Eleven cards leave five of sixteen places: a card on learning, and a divider for each of three divisions."""
    done = kept(SMALL, guides=True)
    assert (done.cards, done.sheets) == (11, 2)
    sides = painted(done.pdf)
    assert len(sides) == 30
    assert "How to use these cards" in text_in(done.pdf, tmp_path, sides["front-12"])
    assert "Keep three piles." in text_in(done.pdf, tmp_path, sides["back-12"])
    fronts = [text_in(done.pdf, tmp_path, sides[f"front-{n}"]).split() for n in (13, 14, 15)]
    assert [sorted(words) for words in fronts] == [
        ["4", "A", "First", "Part", "cards"],
        ["4", "B", "Part", "Second", "cards"],
        ["3", "C", "Glossary", "cards"],
    ]
    backs = [text_in(done.pdf, tmp_path, sides[f"back-{n}"]) for n in (13, 14, 15)]
    assert [re.search(r"\d+–\d+", back)[0] for back in backs] == ["1–4", "5–8", "9–11"]  # type: ignore[index]
    with opened(done.pdf) as document:
        assert flaws(document) == []
        last = outline(document)[-5:]
    assert [(level, title) for level, title, _, _ in last] == [
        (0, "How to use these cards"), (1, "How to use these cards"),
        (1, "First Part"), (1, "Second Part"), (1, "Glossary"),
    ]  # fmt: skip


def test_a_long_title_on_a_divider_hangs_beside_its_letter() -> None:
    """The title of the guide, on the card on learning, begins where lines do, as there is no letter."""
    first = make(Part, "first", "I", "Questions and Answers, Again", "", (chapter("one", "1"),))
    some = book(basic("a"), basic("b", chapter="glossary", part=""), parts=(first,))
    pdf = sheets(some, guides=True, sheet=("120mm", "610mm")).pdf
    how_to, begun, gone_on, other = rows(pdf, 0, 20)
    assert (begun.text, gone_on.text, other.text) == ("AQuestionsand", "Answers,Again", "BGlossary")
    # The letter stands in the middle of a field of 1.6 em, to which the title keeps half an em.
    assert gone_on.left - begun.left > 1.4 * begun.size
    (title,) = (row for row in rows(pdf, 0, 7) if row.text == "ASmallGuide")
    assert title.left == pytest.approx(how_to.left, abs=2)


@pytest.mark.parametrize(
    ("count", "flip", "extra"),
    [
        (8, "long-edge", 0),
        (7, "long-edge", 1),
        (6, "long-edge", 1),
        (4, "long-edge", 4),
        (4, "fold", 0),
        (3, "fold", 1),
    ],
)
def test_dividers_come_all_or_not_at_all(count: int, flip: Flip, extra: int) -> None:
    """There are three divisions, and one more place is for the card on learning."""
    assert len(painted(kept(many(count), flip=flip, guides=True).pdf)) == 2 * (count + extra)


@pytest.mark.parametrize("language", ["ar", "de", "en", "es", "fr", "hi", "zh-Hans"])
def test_the_card_on_learning_fits_in_every_language(language: str) -> None:
    small = book(*(basic(f"c{n}") for n in range(7)), language=language)
    assert len(painted(kept(small, guides=True).pdf)) == 16


def test_a_card_on_learning_that_does_not_fit_is_left_out() -> None:
    """On a card that holds three lines. It is no fault of the author's."""
    small = book(*(basic(f"c{n}", "What?", "This.") for n in range(5)))
    done = kept(small, guides=True, sheet="A4", card=("56mm", "42mm"), safe="5mm")
    assert done.cards == 5
    assert "front-6" not in painted(done.pdf)


def test_playing_cards_bleed() -> None:
    """Eight on a sheet, 6 mm apart: the colour of a part runs 3 mm beyond the edge of the card."""
    preset = PRESETS["poker"]
    found = card_format(CardsOptions(sheet=preset.sheet, card=preset.card)).value
    assert found is not None
    assert (found.grid.count, found.grid.gutter.x, found.grid.gutter.y) == (8, 6, 6)
    assert (found.bleed.x, found.bleed.y) == (3, 3)
    pdf = kept(SMALL, sheet=preset.sheet, card=preset.card).pdf
    with opened(pdf) as document:
        side = painted(pdf)["front-1"]
        form: Any = document.pages[side.page].Resources.XObject["/front-1"]
        filled = re.findall(rb"(\S+) (\S+) (\S+) (\S+) re\n(?:f|f\*)\n", form.read_bytes())
    bands = [[float(v) * 0.75 / MM for v in box] for box in filled]
    assert any(
        x <= 0 and width >= 5 and height >= found.page.height - 0.1 for x, _, width, height in bands
    )


def test_ticks_stand_on_sheets_without_margins() -> None:
    """A7 on A4: each of four cuts has two or more, on the fronts alone."""
    pdf = kept(SMALL).pdf
    found = ticks(pdf)
    assert {round(x, 1) for x, _, z, _ in found if x == z} == {105}
    assert {round(y, 1) for _, y, _, w in found if y == w} == {74.5, 148.5, 222.5}
    assert not ticks(pdf, 1)
