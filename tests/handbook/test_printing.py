"""Files for a printer, from a guide that asks for them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from guidepress.book.model import PressOptions
from guidepress.handbook.compilation import cover_pages, padded
from guidepress.handbook.cover import LEAST_SPINE, spread
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.press import prepare
from guidepress.handbook.printing import boxed, spine
from guidepress.handbook.section_text import SectionText
from guidepress.layouts import find_layout
from guidepress.pdf import LabelRun, PageMap
from guidepress.pdf.colour import srgb
from guidepress.pdf.printing.preflight import Preflight, preflight
from tests.pdf.printing.profiles import press_profile
from tests.project import Project, Run

MM = 72 / 25.4
CHAPTER = """# Tides

The sea rises and falls twice a day, and [the next section](#ebb) says why.

## Ebb {#ebb}

| high | low |
|---|---|
| 6 h | 12 h |

![A red square](../images/red.png)
"""
BRAND = """colours: {accent: "#0b4f6c", link: "#0b4f6c"}
inks:
  accent: [100, 45, 25, 30]
"""


def project(folder: Path, press: str, brand: str = BRAND, more: str = "") -> Project:
    """A guide of one chapter that is to be printed."""
    picture = io.BytesIO()
    Image.new("RGB", (900, 900), (200, 30, 30)).save(picture, "PNG")
    return (
        Project(folder)
        .write("press.icc", press_profile())
        .write("images/red.png", picture.getvalue())
        .write("brand.yaml", brand)
        .chapter(CHAPTER)
        .edit(
            "guide.yaml",
            "contents:",
            f"products: {{handbook: {{page: A5, press: {press}{more}}}}}\ncontents:",
        )
    )


def done(run: Run) -> None:
    assert run.status == 0, run.err


def inks_of(pdf: bytes) -> list[frozenset[str]]:
    found: Preflight = preflight(pdf)
    assert found.faults == ()
    return list(found.inks)


@pytest.mark.slow
def test_a_printer_gets_pages_and_a_cover(tmp_path: Path) -> None:
    made = project(tmp_path / "g", "{profile: press.icc, condition: TEST1}", more=", marks: true")
    done(made.build("--only", "handbook"))
    files = made.artifacts
    assert {"handbook.pdf", "interior.pdf", "cover.pdf"} <= set(files)
    inks, screen = inks_of(files["interior.pdf"]), preflight(files["handbook.pdf"])
    # The cover and its blank inside are a file of their own, and no pages of the book.
    assert len(inks) == len(screen.inks) - 2
    half_title, blank, title, imprint, *rest = inks
    assert (half_title, blank, title, imprint) == (
        frozenset({"black"}), frozenset(), frozenset({"black"}), frozenset({"black"}),
    )  # fmt: skip
    # The red picture is printed in colour, the contents before it in black.
    assert rest[0] == {"black"}
    assert any({"magenta", "yellow"} <= page for page in rest)
    assert "cyan" in inks_of(files["cover.pdf"])[0]
    with pikepdf.open(io.BytesIO(files["handbook.pdf"])) as pdf:
        # It shows what is left when it is cut, has its links, and no marks.
        for page in pdf.pages:
            assert page.obj.CropBox == page.obj.TrimBox
        assert any("/Annots" in page.obj for page in pdf.pages)
    facts = json.loads(files["manifest.json"])["artifacts"]
    assert facts["interior.pdf"]["pages"] == len(inks)
    width = facts["cover.pdf"]["spine-micrometres"] / 1000
    with pikepdf.open(io.BytesIO(files["cover.pdf"])) as pdf:
        left, _, right, _ = (float(x) for x in pdf.pages[0].obj.TrimBox)
        assert right - left == pytest.approx((2 * 148 + width) * MM, abs=0.1)


@pytest.mark.slow
def test_all_in_black_and_nothing_for_a_printer(tmp_path: Path) -> None:
    made = project(tmp_path / "g", "{profile: press.icc, inks: black}")
    done(made.build("--only", "handbook"))
    assert set(inks_of(made.artifacts["interior.pdf"])) == {frozenset({"black"}), frozenset()}
    # The handbook is the same whether no press is said or none is wanted.
    made.edit("guide.yaml", "press: {profile: press.icc, inks: black}", "press: false")
    done(made.build("--only", "handbook"))
    assert set(made.artifacts) == {"handbook.pdf", "manifest.json"}
    off = made.artifacts["handbook.pdf"]
    made.edit("guide.yaml", ", press: false", "")
    done(made.build("--only", "handbook"))
    assert made.artifacts["handbook.pdf"] == off


@pytest.mark.parametrize(
    ("press", "message"),
    [
        ("{profile: no.icc}", "does not exist"),
        ("{profile: screen.icc}", "it describes no printer"),
        ("{profile: ../../secret.icc}", "lies outside of the project"),
        ("{profile: brand.yaml}", "it is no ICC profile"),
        ("{profile: cut.icc}", "it is damaged"),
    ],
)
def test_a_profile_that_is_none_is_an_error_at_its_place(
    tmp_path: Path, press: str, message: str
) -> None:
    made = project(tmp_path / "g", press)
    made.write("screen.icc", srgb()).write("cut.icc", press_profile()[:-40])
    [problem] = made.problems()
    assert problem.code == "press-profile"
    assert message in problem.message
    assert problem.span is not None
    assert problem.span.file == "source/guide.yaml"


def test_one_colour_has_one_ink(tmp_path: Path) -> None:
    brand = f"{BRAND}  link: {{spot: Night Blue, cmyk: [100, 45, 25, 30]}}\n"
    made = project(tmp_path / "g", "{profile: press.icc}", brand)
    run = made.check()
    assert run.status == 1
    assert "press-inks" in run.err + run.out
    # Of two colours each may have its own.
    made.edit("brand.yaml", 'link: "#0b4f6c"', 'link: "#0b4f6d"')
    assert made.check().status == 0


def test_without_a_profile_nothing_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guidepress.layouts.pressing.packaged", lambda: None)
    run = project(tmp_path / "g", "true").check()
    assert run.status == 1
    assert "press-profile" in run.err + run.out


def test_the_spine_is_as_wide_as_its_paper() -> None:
    # 160 sheets of 0.144 mm, and 0.3 mm of board on both sides.
    assert spine(320, PressOptions(grammage=80, bulk=1.8)) == pytest.approx(23.64)
    assert spine(319, PressOptions(grammage=80, bulk=1.8)) == pytest.approx(23.64)
    assert spread(148, LEAST_SPINE - 0.1).size == 0
    assert 0 < spread(148, 8).size < spread(148, 20).size <= 14
    assert spread(148, 20).width == 316


def names(made: Project) -> list[str]:
    """The sections of a handbook."""
    layout = find_layout("default").value
    assert layout is not None
    prepared = prepare(made.book(), layout).value
    assert prepared is not None
    return [draft.name for draft in prepared.drafts]


def test_a_long_book_has_a_title_page(tmp_path: Path) -> None:
    short, long = ["cover", "imprint"], ["cover", "half-title", "title", "imprint"]
    made = Project(tmp_path / "g")
    assert names(made)[:2] == short
    made.edit("guide.yaml", "contents:", "products: {handbook: {front_matter: full}}\ncontents:")
    assert names(made)[:4] == long
    # A page of this size has some 250 words.
    made.chapter("# Long\n\n" + ("Some words of a paragraph. " * 100 + "\n\n") * 110)
    made.edit("guide.yaml", "front_matter: full", "page: A5")
    assert names(made)[:4] == long
    made.edit("guide.yaml", "page: A5", "front_matter: short")
    assert names(made)[:2] == short


def test_the_pages_between_covers_are_a_multiple() -> None:
    page_map = PageMap({}, (0, 2, 4), 9, ("",) * 9, (LabelRun(0, "arabic", 1),))
    drafts = [
        SectionDraft("cover", SectionText(), "none"),
        SectionDraft("half-title", SectionText(), "roman", 1),
    ]
    assert cover_pages(drafts, page_map) == 2
    assert padded(page_map, 4, 2).page_count == 2 + 8
    assert padded(page_map, 4).page_count == 12
    # A cover that is the title page is a page of the book.
    assert cover_pages([SectionDraft("cover", SectionText(), "roman", 1), drafts[1]], page_map) == 0


def test_the_bleed_is_in_the_bleed_box() -> None:
    with pikepdf.new() as pdf:
        for _ in range(2):
            pdf.add_blank_page(page_size=(300, 400))
        for page in pdf.pages:
            page.obj.TrimBox = pikepdf.Array([50, 50, 250, 350])
        source = io.BytesIO()
        pdf.save(source)
    for cropped in (False, True):
        with pikepdf.open(io.BytesIO(boxed(source.getvalue(), 5, cropped=cropped))) as pdf:
            for page in pdf.pages:
                box = [float(edge) for edge in page.obj.BleedBox]
                beyond = 5 * MM
                wanted = [50 - beyond, 50 - beyond, 250 + beyond, 350 + beyond]
                assert box == pytest.approx(wanted, abs=0.01)
                assert ("/CropBox" in page.obj) is cropped


def test_letters_on_the_spine_run_down_in_every_script() -> None:
    assert spread(148, 20).turn == 90
    assert spread(148, 20, leftwards=True).turn == -90
