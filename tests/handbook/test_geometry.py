"""The page in numbers, as facts of print design ask for them."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from guidepress.book.model import HandbookOptions
from guidepress.build import check
from guidepress.handbook.geometry import (
    Geometry,
    HandbookSettings,
    handbook_settings,
    page_geometry,
)
from guidepress.layouts import Layout, find_layout
from guidepress.lengths import millimetres
from tests.contents import replace
from tests.project import Project

PT = 25.4 / 72


@pytest.fixture
def settings(layout: Layout) -> HandbookSettings:
    found = handbook_settings(layout).value
    assert found is not None
    return found


def geometry(settings: HandbookSettings, page: str | tuple[str, str] | None) -> Geometry:
    return page_geometry(settings, HandbookOptions(page=page))


@pytest.mark.parametrize(
    ("page", "lines", "bottom", "wide"),
    [
        ("A4", 46, 28.6, 173),
        ("Letter", 44, 24.6, 175),
        ("A5", 37, 22.3, 104),
        ("7x9.25", 43, 19.7, 125),
        ("170x240", 44, 20.2, 121),
        ("6x9", 42, 18, 108),
        ("Crown Quarto", 46, 17, 126),
    ],
)
def test_named_pages(
    settings: HandbookSettings, page: str, lines: int, bottom: float, wide: float
) -> None:
    own = geometry(settings, page)
    assert own.lines == lines
    assert own.bottom == pytest.approx(bottom, abs=0.2)
    assert own.wide == wide
    assert min(own.inner, own.edge, own.top, own.bottom) >= 14
    assert own.inner + own.wide + own.edge == pytest.approx(own.width)
    printed = own.height - own.top - own.bottom
    assert printed == pytest.approx(lines * own.type.body[1] * PT)


def pages() -> tuple[str, ...]:
    """The pages that the default layout names."""
    layout = find_layout("default").value
    assert layout is not None
    return tuple(layout.settings["handbook"]["pages"])


PAGES = pages()


@pytest.mark.parametrize("page", PAGES)
def test_the_measure_is_within_what_eyes_follow(settings: HandbookSettings, page: str) -> None:
    own = geometry(settings, page)
    # On finished pages a letter of Source Serif 4 takes 0.48 em, word spaces included.
    characters = own.text / (own.type.body[0] * 0.48 * PT)
    assert 60 <= characters <= 75


@pytest.mark.parametrize("page", ["A4", "Letter", "7x9.25", "170x240", "Crown Quarto"])
def test_eighty_columns_of_code_fit(settings: HandbookSettings, page: str) -> None:
    own = geometry(settings, page)
    assert own.columns(own.wide, own.smallest_code) >= 80


def test_code_shrinks_only_as_far_as_its_lines_ask(settings: HandbookSettings) -> None:
    own = geometry(settings, "7x9.25")
    normal, least = own.type.code[0], own.smallest_code
    fits = own.columns(own.text)
    assert own.code_size(fits, own.text) == normal
    between = own.code_size(fits + 3, own.text)
    assert least < between < normal
    assert own.columns(own.text, between) >= fits + 3
    assert own.code_size(500, own.text) == least


def test_most_of_a_trade_page_is_text(settings: HandbookSettings) -> None:
    own = geometry(settings, "7x9.25")
    printed = own.text * (own.height - own.top - own.bottom)
    assert printed / (own.width * own.height) >= 0.58


@pytest.mark.parametrize("page", PAGES)
def test_without_notes_the_text_takes_their_room(settings: HandbookSettings, page: str) -> None:
    with_notes = geometry(settings, page)
    own = page_geometry(settings, HandbookOptions(page=page), notes=False)
    assert (own.notes, own.gap) == (0, 0)
    assert own.inner + own.text + own.edge == pytest.approx(own.width)
    assert (own.text > with_notes.text) == bool(with_notes.notes)
    # Larger type keeps the line from growing too long.
    assert own.text / (own.type.body[0] * 0.45 * PT) <= 81


def test_headings_keep_whole_lines(settings: HandbookSettings) -> None:
    for scale in settings.types.values():
        for _, line, above, below in (scale.h2, scale.h3):
            assert (line + above + below) % scale.body[1] == 0


@pytest.mark.parametrize(
    ("size", "notes"),
    [
        (("7in", "9in"), False),
        (("200mm", "280mm"), True),
        (("200mm", "250mm"), True),
        (("100mm", "100mm"), False),
    ],
)
def test_a_page_of_any_size_is_fitted(
    settings: HandbookSettings, size: tuple[str, str], notes: bool
) -> None:
    own = geometry(settings, size)
    assert (own.width, own.height) == tuple(millimetres(length) for length in size)
    assert bool(own.notes) is notes
    assert own.edge > 5
    assert own.inner > 5
    assert own.bottom > 5
    assert own.inner + own.wide + own.edge == pytest.approx(own.width)


@pytest.mark.parametrize(
    ("size", "type_"),
    [
        (("7in", "9in"), "trade"),
        (("176mm", "250mm"), "trade"),
        (("171mm", "240mm"), "trade"),
        (("205mm", "290mm"), "large"),
        (("6in", "9in"), "small"),
        (("100mm", "100mm"), "small"),
    ],
)
def test_a_page_takes_its_type_from_one_that_is_not_much_wider(
    settings: HandbookSettings, size: tuple[str, str], type_: str
) -> None:
    """Small type on a large page looks lost, large type on a small one leaves too few words to a line."""
    assert geometry(settings, size).type == settings.types[type_]


def test_the_layouts_own_page_stands_in_where_the_guide_names_none(
    settings: HandbookSettings,
) -> None:
    pocket = settings.model_copy(update={"page": "A5"})
    assert geometry(pocket, None).name == "A5"
    assert geometry(pocket, "Letter").name == "Letter"
    assert geometry(settings, None).name == "A4"


def test_a_guide_may_ask_a_layout_of_small_pages_for_a4(tmp_path: Path) -> None:
    """`page: A4` is a wish as any other; nothing else counts as none."""
    for products, width in (("page: A4, ", 210), ("", 148)):
        project = Project(tmp_path / f"of {width}")
        text = (project.source / "guide.yaml").read_text()
        wish = f"\nproducts: {{handbook: {{{products}layout: pocket}}}}\n"
        book = project.write("guide.yaml", text + wish).book()
        layout = find_layout("pocket", project.folder).value
        assert layout is not None
        pocket = handbook_settings(layout).value
        assert pocket is not None
        assert page_geometry(pocket, book.handbook).width == width


def test_a_layout_names_a_page_of_its_own(tmp_path: Path) -> None:
    """And a guide may ask for it; one that no layout names is an error that says which there are."""
    project = Project(tmp_path / "guide")
    own = project.folder / "layouts" / "own" / "layout.yaml"
    own.parent.mkdir(parents=True)
    page = "{width: 176, height: 250, top: 18, lines: 40, inner: 22, text: 120, type: small}"
    own.write_text(f"extends: default\nhandbook:\n  pages:\n    Leaflet: {page}\n")
    text = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", f"{text}\nproducts: {{handbook: {{page: Leaflet, layout: own}}}}\n")
    assert project.build("--only", "handbook").status == 0
    with pikepdf.open(project.folder / "build" / "handbook.pdf") as pdf:
        box = [float(edge) * 25.4 / 72 for edge in pdf.pages[0].mediabox]
    assert box[2:] == pytest.approx([176, 250], abs=0.1)
    project.edit("guide.yaml", "layout: own", "layout: default")
    ran = project.check()
    assert ran.status == 1
    assert "error[page-unknown]: the layout `default` has no page `Leaflet`" in ran.err + ran.out
    assert "guide.yaml:" in ran.err + ran.out


def test_a_page_holds_what_its_layout_says(tmp_path: Path) -> None:
    """Too many lines, and too wide a column, are no words that were lost: they are said before a page is laid out."""
    project = Project(tmp_path / "guide")
    own = project.folder / "layouts" / "default" / "layout.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("handbook: {pages: {A4: {lines: 60, without-notes: {text: 200, type: larg}}}}\n")
    said = " ".join(d.message for d in check(project.folder))
    assert "handbook.pages.A4.without-notes.type: there is no type scale `larg`" in said
    own.write_text(
        "handbook: {pages: {A4: {lines: 60, without-notes: {text: 200}}, A5: {lines: 99}}}\n"
    )
    found = sorted(d.message for d in check(project.folder) if d.code == "layout-setting")
    assert found == [
        "handbook.pages.A4.without-notes: `inner`, `text`, `gap` and `notes` take 230.0 mm, and the page has 210",
        "handbook.pages.A4: `top` and 60 lines of 15 pt take 342.5 mm, and the page has 297",
    ]


def test_a_wrong_setting_is_named(layout: Layout) -> None:
    handbook = {**layout.settings["handbook"], "sink": "deep", "sinkk": 3}
    broken = replace(layout, settings={**layout.settings, "handbook": handbook})
    messages = [d.message for d in handbook_settings(broken).diagnostics]
    assert any(m.startswith("handbook.sink:") for m in messages)
    assert any(m.startswith("handbook.sinkk:") for m in messages)
