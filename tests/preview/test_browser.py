"""The preview in a real browser: headless Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.preview.previews import ONE, PATIENCE, Previewed, guide

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
]
Opened = Callable[[Previewed], Any]
PHONE = 375
FIRST = "#pages li[data-section=chapter-one]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        # As root, in a container, Chromium has no sandbox.
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Opened]:
    """Opens a preview in a tab, once its first chapter is drawn; what goes wrong in one fails the test."""
    context = browser.new_context(
        viewport={"width": 1300, "height": 800}, permissions=["clipboard-read", "clipboard-write"]
    )
    context.set_default_timeout(PATIENCE * 1000)
    wrong: list[str] = []

    def opened(preview: Previewed) -> Any:
        page = context.new_page()
        page.on("pageerror", lambda problem: wrong.append(str(problem)))
        page.goto(preview.address)
        page.wait_for_selector(f"{FIRST}[data-key]", state="attached")
        return page

    yield opened
    context.close()
    assert not wrong


def drawn(page: Any, selector: str = FIRST) -> str:
    """Scroll to a page; its key, once the picture of that key is to be seen."""
    item = page.locator(selector).first
    item.scroll_into_view_if_needed()
    page.wait_for_function(
        "s => { const { drawn, key } = document.querySelector(s).dataset; return drawn && drawn === key }",
        arg=selector,
    )
    return item.get_attribute("data-drawn") or ""


def test_it_shows_an_edit_and_stays_where_it_was(preview: Previewed, tab: Opened) -> None:
    preview.at_rest()
    page = tab(preview)
    third = '#pages li[data-section="chapter-three"]'
    drawn(page, third)
    scroller = page.locator("#pages-scroller")
    scroller.evaluate("one => { one.scrollTop += 137 }")
    top = "() => document.querySelector('#pages li[data-section=chapter-three]').getBoundingClientRect().top"
    before = page.evaluate(top)
    key = page.locator(third).first.get_attribute("data-key")
    # Above, a chapter grows by pages; here, a word changes.
    preview.project.write("chapters/one.md", ONE + "\n\n" + "More and more.\n\n" * 120)
    preview.project.edit("chapters/three.md", "Paragraph 1 of", "The first paragraph of")
    page.wait_for_function(
        "key => { const one = document.querySelector('#pages li[data-section=chapter-three]');"
        " return one.dataset.drawn !== key && one.dataset.drawn === one.dataset.key }",
        arg=key,
    )
    page.wait_for_function("() => document.getElementById('status').textContent === 'Up to date'")
    assert page.locator(FIRST).count() > 2
    assert abs(page.evaluate(top) - before) <= 2
    assert page.locator("li.edited").count() == 1


def test_of_an_edit_one_picture_is_loaded_and_once(preview: Previewed, tab: Opened) -> None:
    """In haste; when its chapter is complete, that page and the others are there already."""
    before = preview.at_rest()
    page = tab(preview)
    third = '#pages li[data-section="chapter-three"]'
    for at in range(page.locator(third).count()):
        page.locator(third).nth(at).scroll_into_view_if_needed()
    page.locator(third).nth(1).scroll_into_view_if_needed()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    page.wait_for_function(
        "() => [...document.querySelectorAll('#pages li')].every("
        "one => !one.near || one.dataset.drawn === (one.dataset.key || undefined))"
    )
    loaded.clear()
    preview.project.edit("chapters/three.md", "Paragraph 12 of", "Passage 12 of")
    after = preview.settled(before)
    page.wait_for_function("() => document.getElementById('status').textContent === 'Up to date'")
    changed = [
        new["key"]
        for old, new in zip(before["pages"], after["pages"], strict=True)
        if old["key"] != new["key"]
    ]
    assert len(changed) == 1
    pictures = [name.partition("?")[0] for name in loaded if "width" in name]
    assert pictures == [f"{changed[0]}.bmp"]


def test_a_broken_source_and_its_correction_are_shown(preview: Previewed, tab: Opened) -> None:
    preview.at_rest()
    page = tab(preview)
    key = drawn(page)
    preview.project.write("chapters/one.md", "# One\n\n[x](#nowhere)\n")
    page.wait_for_selector("#status.broken")
    problem = page.locator('#problems li[data-code="reference-unknown"]').first
    assert "source/chapters/one.md:3" in problem.inner_text()
    assert page.locator(FIRST).first.get_attribute("data-drawn") == key
    preview.project.write("chapters/one.md", ONE)
    page.wait_for_selector("#status:not(.broken)")
    page.wait_for_function("() => document.querySelectorAll('#problems li').length === 0")
    assert page.locator(FIRST).first.get_attribute("data-key") == key


def test_a_problem_leads_to_its_page(preview: Previewed, tab: Opened) -> None:
    preview.at_rest()
    page = tab(preview)
    preview.project.edit("chapters/three.md", "Paragraph 20 of", "[x](#nowhere) Paragraph 20 of")
    page.locator("#problems li button").click()
    item = page.locator("#pages li:has(button:focus)")
    assert item.get_attribute("data-section") == "chapter-three"
    assert item.evaluate("one => one.page.index") > 0


def test_a_click_tells_the_line_and_copies_it(shared: Previewed, tab: Opened) -> None:
    page = tab(shared)
    drawn(page)
    button = page.locator(FIRST).first.locator("button")
    box = button.bounding_box()
    assert box is not None
    at_apples = next(
        y
        for y in range(100)
        if shared.ask(
            f"/place/{button.evaluate('b => b.parentNode.page.key')}?x=0.3&y={y / 100}"
        ).json["line"]
        == 7
    )
    button.click(position={"x": box["width"] * 0.3, "y": box["height"] * (at_apples + 0.5) / 100})
    page.wait_for_function(
        "() => document.querySelector('#place code')?.textContent.endsWith(':7')"
    )
    page.wait_for_function(
        "async () => (await navigator.clipboard.readText()) === 'source/chapters/one.md:7'"
    )
    link = page.locator("#place a")
    path = (shared.project.source / "chapters/one.md").resolve().as_posix()
    assert link.get_attribute("href") == f"vscode://file{path}:7:1"


def test_cards_are_flipped_by_day_and_night_wide_and_narrow(shared: Previewed, tab: Opened) -> None:
    page = tab(shared)
    page.click("#tab-cards")
    card = page.frame_locator("#card-holder iframe")
    card.get_by_text("What colour is an apple?").wait_for()
    assert card.get_by_text("sometimes").count() == 0
    ground = "body => getComputedStyle(body).backgroundColor"
    day = card.locator("body").evaluate(ground)
    wide = page.locator("iframe").bounding_box()
    page.click("#flip")
    card.get_by_text("sometimes").wait_for()
    page.click("#night")
    page.wait_for_function(
        "() => document.querySelector('iframe').contentDocument?.body?.classList.contains('nightMode')"
    )
    night = card.locator("body").evaluate(ground)
    assert day != night
    page.click("#phone")
    card.locator("html.mobile").wait_for()
    narrow = page.locator("iframe").bounding_box()
    assert wide is not None
    assert narrow is not None
    assert wide["width"] > 1.5 * PHONE > narrow["width"] >= PHONE - 2
    page.click("#card-after")
    card.get_by_text("[...]").wait_for()
    assert page.locator("#flip").get_attribute("aria-pressed") == "false"


def test_sheets_are_front_over_back(shared: Previewed, tab: Opened, tmp_path: Path) -> None:
    page = tab(shared)
    page.click("#tab-sheets")
    pictures = page.locator("#sheet-list img")
    page.wait_for_function(
        "() => [...document.querySelectorAll('#sheet-list img')].filter(i => i.complete && i.naturalWidth).length >= 1"
    )
    assert [pictures.nth(i).get_attribute("alt") for i in range(pictures.count())] == [
        "Sheet 1, front",
        "Sheet 1, back",
    ]
    tops = [box["y"] for i in range(2) if (box := pictures.nth(i).bounding_box())]
    assert tops[0] < tops[1]
    page.screenshot(path=tmp_path / "sheets.png")
    assert len(Image.open(tmp_path / "sheets.png").getcolors(1 << 24) or ()) > 10


def test_two_tabs_follow(preview: Previewed, tab: Opened) -> None:
    preview.at_rest()
    pages = [tab(preview), tab(preview)]
    keys = [drawn(page) for page in pages]
    preview.project.edit("chapters/one.md", "Apples are red.", "Apples are blue.")
    for page, key in zip(pages, keys, strict=True):
        page.bring_to_front()
        page.wait_for_function(
            "key => document.querySelector('#pages li[data-section=chapter-one]').dataset.key !== key",
            arg=key,
        )
        assert drawn(page) != key


def test_a_tab_outlives_the_server(
    begin: Callable[..., Previewed], preview: Previewed, tab: Opened
) -> None:
    preview.at_rest()
    page = tab(preview)
    key = drawn(page)
    preview.end()
    page.wait_for_selector("#status.broken")
    preview.project.edit("chapters/one.md", "Apples are red.", "Apples are gone.")
    again = begin(preview.project, preview.port)
    again.at_rest()
    page.wait_for_selector("#status:not(.broken)")
    assert drawn(page) != key


def test_all_of_it_works_from_the_keyboard(shared: Previewed, tab: Opened) -> None:
    page = tab(shared)
    drawn(page)
    page.locator(FIRST).first.locator("button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#place code")
    assert page.inner_text("#place code") == "source/chapters/one.md:3"
    page.focus("#tab-handbook")
    page.keyboard.press("ArrowRight")
    assert page.locator("#cards").is_visible()
    assert page.evaluate("() => document.activeElement.id") == "tab-cards"
    for _ in range(40):
        if page.evaluate("() => document.activeElement.id") == "flip":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.frame_locator("iframe").get_by_text("sometimes").wait_for()
    page.focus("#tab-cards")
    page.keyboard.press("ArrowLeft")
    page.locator("#contents a", has_text="Apples").focus()
    page.keyboard.press("Enter")
    assert (
        page.locator("#pages li:has(button:focus)").get_attribute("data-section") == "chapter-one"
    )


@pytest.mark.parametrize("panel", ["handbook", "cards", "sheets"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_in_the_way_of_assistive_technology(
    preview: Previewed, tab: Opened, panel: str, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    preview.project.edit("chapters/one.md", "Red, and", "Red, and and and")
    preview.at_rest()
    page = tab(preview)
    page.emulate_media(color_scheme=scheme)
    drawn(page)
    page.locator(FIRST).first.locator("button").click()
    page.wait_for_selector("#place code")
    page.click(f"#tab-{panel}")
    page.wait_for_timeout(300)
    found = axe.Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    assert not serious, [(one["id"], [node["html"] for node in one["nodes"]]) for one in serious]


def test_a_page_is_no_wider_than_the_room_for_it(shared: Previewed, tab: Opened) -> None:
    """Until somebody sets the zoom; on a telephone, too."""
    page = tab(shared)
    drawn(page)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function(
            "() => { const list = document.querySelector('#pages-scroller');"
            " return list.scrollWidth <= list.clientWidth }"
        )
    page.locator("#zoom").fill("150")
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_timeout(100)
    assert page.inner_text("#zoom-value") == "150 %"


def test_tabs_by_the_keyboard(shared: Previewed, tab: Opened) -> None:
    page = tab(shared)
    drawn(page)
    page.focus("#tab-handbook")
    for key, wanted in (
        ("End", "tab-sheets"),
        ("Home", "tab-handbook"),
        ("ArrowRight", "tab-cards"),
    ):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == wanted
    assert page.get_attribute("#contents a", "dir") == "auto"


def test_pages_are_sharp_at_any_zoom(shared: Previewed, tab: Opened) -> None:
    page = tab(shared)
    drawn(page)
    page.locator("#zoom").fill("150")
    page.wait_for_function(
        "() => { const one = document.querySelector('#pages li[data-section=chapter-one] img');"
        " return one && one.naturalWidth >= one.clientWidth && one.clientWidth > 900 }"
    )
    assert page.inner_text("#zoom-value") == "150 %"


def test_a_guide_that_is_broken_from_the_start(
    begin: Callable[..., Previewed], browser: Any, tmp_path: Path
) -> None:
    project = guide(tmp_path / "guide").write("chapters/one.md", "[x](#nowhere)\n")
    preview = begin(project)
    page = browser.new_page()
    page.goto(preview.address)
    page.wait_for_selector("#status.broken", timeout=PATIENCE * 1000)
    assert page.inner_text("#status") == "The source has errors."
    page.wait_for_selector('#problems li[data-code="reference-unknown"]')
    page.close()
