"""Sides of cards in a browser as wide as a telephone and wider, in each look: nothing is wider than the screen, and
nothing is cut off.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from tests.deck.books import FIRST, basic, book, cloze, templates

from guidepress.book.model import Card
from guidepress.deck.faces import ShownCard
from guidepress.deck.press import plan

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
CODE = (
    '<pre class="code" data-language="python"><code>'
    "for name in names_of(every_single_argument, and_one_more): print(name, file=out, flush=True)"
    "</code></pre>"
)
CELLS = "".join(f"<td>internationalisation-{n}</td>" for n in range(7))
TABLE = f"<table><thead><tr>{CELLS}</tr></thead><tbody><tr>{CELLS}</tr></tbody></table>"
# What is wider than the screen, or scrolls inside itself.
MEASURE = """() => ({
  page: document.documentElement.scrollWidth,
  scrolling: [...document.querySelectorAll("*")].filter((one) => one.scrollWidth > one.clientWidth + 1
    && getComputedStyle(one).overflowX === "auto").map((one) => one.localName),
  edges: [".question", ".answer"].map((one) => document.querySelector(one)?.getBoundingClientRect().left),
  sizes: [".question", ".answer", ".source"].map((one) => document.querySelector(one))
    .map((one) => one && parseFloat(getComputedStyle(one).fontSize)),
  paper: getComputedStyle(document.body).backgroundColor,
})"""


Cards = dict[str, dict[str, ShownCard]]
LOOKS = ("", "plain", "contrast")


@pytest.fixture(scope="module")
def looks() -> Cards:
    """Cards with all that is wide, by the ids of their notes, in each look."""
    made = book(
        basic("plain"),
        basic("code", front=f"<p>What does this print?</p>{CODE}", back=f"<p>Names.</p>{CODE}"),
        basic("table", front="<p>Which columns are there?</p>", back=TABLE),
        basic("word", front=f"<p>Where is <code>{'x' * 90}</code>?</p>", back=f"<p>{'a' * 90}</p>"),
        cloze("gap", f"It keeps [[no session state]] and {'b' * 90}."),
        overlapping("list", "SYN", "SYN-ACK", "ACK"),
    )
    planned = {look: plan(made, None, templates(look), released=FIRST) for look in LOOKS}
    return {look: {card.note: card for card in one.cards({})} for look, one in planned.items()}


@pytest.fixture
def cards(looks: Cards) -> dict[str, ShownCard]:
    """Those in the look that a guide has which names none."""
    return looks[""]


@pytest.fixture(scope="module")
def tab() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        # As root, in a container, Chromium has no sandbox.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def overlapping(id: str, *items: str) -> Card:
    """A card of a list that is recalled in order."""
    listed = "".join(f"<li>{item}</li>" for item in items)
    return basic(id, front="<p>Which?</p>", back=f"<ol>{listed}</ol>", kind="overlapping")


def measured(
    tab: Any, card: ShownCard, width: int, classes: str = "", root: str = 'class="mobile"'
) -> dict[str, Any]:
    """What there is to measure of the back of a card, on a page as Anki makes it."""
    tab.set_viewport_size({"width": width, "height": 700})
    tab.set_content(
        f"<!doctype html><html {root}><style>{card.css}</style>"
        f'<body class="card card1 {classes}">{card.back}</body></html>'
    )
    found: dict[str, Any] = tab.evaluate(MEASURE)
    return found


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(tab: Any, looks: Cards, look: str, width: int) -> None:
    """Long words break, code and tables scroll by themselves, question and answer begin at one edge."""
    cards = looks[look]
    found = {name: measured(tab, card, width) for name, card in cards.items()}
    assert {name: one["page"] for name, one in found.items()} == dict.fromkeys(cards, width)
    assert found["table"]["scrolling"] == ["table"] or width == 1280
    # It stands in the question and in the answer.
    assert set(found["code"]["scrolling"]) == {"pre"} or width >= 768
    assert not found["plain"]["scrolling"]
    edges = {edge for one in found.values() for edge in one["edges"] if edge is not None}
    assert len(edges) == 1


def test_what_is_beside_the_point_is_small(tab: Any, cards: dict[str, ShownCard]) -> None:
    """The page of the handbook and the id of the card are set smaller than what is asked and answered."""
    question, answer, source = measured(tab, cards["plain"], 360)["sizes"]
    assert question > answer > 1.3 * source


def test_a_night_is_dark(tab: Any, cards: dict[str, ShownCard]) -> None:
    """The classes that Anki's programs give their page, which go by the system."""
    day = measured(tab, cards["plain"], 360)["paper"]
    nights = {
        measured(tab, cards["plain"], 360, classes)["paper"]
        for classes in ("nightMode", "night_mode", "nightMode night_mode")
    }
    assert day == "rgb(253, 252, 250)"
    assert nights == {"rgb(44, 44, 44)"}


@pytest.mark.parametrize("look", LOOKS)
def test_the_system_decides_where_anki_says_nothing(tab: Any, looks: Cards, look: str) -> None:
    """A page of the web is dark where the system is; a desktop or a telephone is as Anki's own class says."""
    card = looks[look]["plain"]

    def paper(classes: str = "", root: str = "") -> str:
        return str(measured(tab, card, 390, classes, root)["paper"])

    light, dark = paper(), paper("nightMode")
    assert light != dark
    tab.emulate_media(color_scheme="dark")
    try:
        assert paper() == dark
        assert paper("isWin nightMode night_mode", 'data-bs-theme="dark"') == dark
        by_day = [("isWin", ""), ("isMac", ""), ("isLin", "")]
        by_day += [("", 'class="mobile android"'), ("", 'data-bs-theme="light"')]
        assert {paper(*page) for page in by_day} == {light}
    finally:
        tab.emulate_media(color_scheme="light")


def test_what_comes_after_an_item_is_out_of_view(tab: Any) -> None:
    """On both sides; each item has its number in the list, not that of its gap."""
    planned = plan(
        book(overlapping("list", "SYN", "SYN-ACK", "ACK")), None, templates(), released=FIRST
    )
    seen = []
    for card in planned.cards({}):
        for side in (card.front, card.back):
            tab.set_content(f'<style>{card.css}</style><body class="card">{side}</body>')
            seen.append(
                tab.evaluate("document.querySelector('.overlapping').innerText.split('\\n')")
            )
    assert seen == [
        ["[...]"], ["SYN"],
        ["SYN", "[...]"], ["SYN", "SYN-ACK"],
        ["SYN", "SYN-ACK", "[...]"], ["SYN", "SYN-ACK", "ACK"],
    ]  # fmt: skip
