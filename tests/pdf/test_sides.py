"""A fragment that is turned to the other side of the paper is one that was laid out there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import page
import pikepdf
import pytest
from PIL import ImageChops
from tests.handbook.overlaps import words
from tests.pdf.conftest import METADATA
from tests.pdf.documents import DECORATED, DECORATION, FACES, LONG, STYLE, difficult, section
from tests.pdf.inspection import flaws, links, outline, pictures

from guidepress.handbook.proof import prove
from guidepress.pdf import Fragment, Placement, compile_section, link, paginate, turned

# Text and notes, heads, folios and tabs that are mirrored, as a layout for two sides has them.
MIRRORED = """
@page { margin: 18mm 12mm 20mm 24mm }
@page :left { margin-left: 12mm; margin-right: 24mm }
@page :left { @left-top { content: "A"; background: #246; color: white; width: 6mm; margin-left: -1mm } }
@page :right { @right-top { content: "A"; background: #246; color: white; width: 6mm; transform: rotate(9deg) } }
"""
VERSO = "html { break-before: verso }"
DECORATED_HERE = DECORATION.replace("background: linear-gradient(#eee, #fff);", "background: #ffe;")
PLACED = """<div style="position: absolute; left: 30mm; top: 20mm">placed</div>
<div style="position: fixed; right: 0; bottom: 2mm">on each page</div>"""


@dataclass(frozen=True)
class Bound:
    """A fragment on the left side, bound."""

    fragment: Fragment
    path: Path

    @property
    def pdf(self) -> pikepdf.Pdf:
        return pikepdf.open(self.path)


def bound(fragment: Fragment, path: Path) -> Bound:
    before = compile_section(section("before", "<h1>Before</h1>"))
    placements = [Placement(before), Placement(fragment, recto=False)]
    path.write_bytes(link(placements, paginate(placements), METADATA).pdf)
    return Bound(fragment, path)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bound, Bound]:
    """A section that was turned to the left side, and one that was laid out there."""
    folder = tmp_path_factory.mktemp("sides")
    styles = (FACES, STYLE, DECORATED_HERE, MIRRORED)
    start, _ = difficult("one", "one").replace("xref:", "#").split('<h2 id="one-tables">')
    body = f'{PLACED}{DECORATED}{start}<h2 id="one-tables">Words</h2><p>{LONG * 40}</p></section>'
    right = compile_section(section("one", body, styles=styles))
    left = compile_section(section("one", body, styles=(*styles, VERSO)))
    return bound(turned(right), folder / "turned.pdf"), bound(left, folder / "left.pdf")


def test_words_stand_in_the_same_places(both: tuple[Bound, Bound]) -> None:
    ours, theirs = (words(one.path) for one in both)
    assert len(ours) > 5
    for one, other in zip(ours, theirs, strict=True):
        assert [word for _, word in one] == [word for _, word in other]
        for (box, _), (other_box, _) in zip(one, other, strict=True):
            assert box == pytest.approx(other_box, abs=0.01)


def test_pages_look_the_same(both: tuple[Bound, Bound], tmp_path: Path) -> None:
    ours, theirs = (pictures(one.path, tmp_path / one.path.stem) for one in both)
    for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        # Where an edge lies between two points of the screen, a thousandth of a point shows in their greys.
        off = ImageChops.difference(one, other).convert("L").point(lambda grey: grey > 96 and 255)
        assert off.getbbox() is None, index


def test_links_and_bookmarks_lead_to_the_same_places(both: tuple[Bound, Bound]) -> None:
    with both[0].pdf as ours, both[1].pdf as theirs:
        assert outline(ours) == outline(theirs)
        for (page, area, target), (other_page, other, other_target) in zip(
            links(ours), links(theirs), strict=True
        ):
            assert (page, target) == (other_page, other_target)
            assert area == pytest.approx(other, abs=0.01)
        for one, other in zip(places(ours), places(theirs), strict=True):
            assert one == pytest.approx(other, abs=0.01)


def places(pdf: pikepdf.Pdf) -> list[list[float]]:
    """The boxes of pictures in the structure, and where links within the book lead to."""
    found = [
        [float(edge) for edge in item.A.BBox]
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and "/BBox" in item.get("/A", {})
    ]
    for one in pdf.pages:
        for annotation in one.obj.get("/Annots", ()):
            if "/Dest" in annotation:
                found.append([float(value) for value in list(annotation.Dest)[2:4]])
    return sorted(found)


def test_what_the_fragments_say_is_the_same(both: tuple[Bound, Bound]) -> None:
    ours, theirs = (one.fragment for one in both)
    assert ours.turned
    assert not theirs.turned
    assert ours.page_count == theirs.page_count
    for name, anchor in theirs.anchors.items():
        place = ours.anchors[name]
        assert (place.page, place.x, place.y) == pytest.approx(
            (anchor.page, anchor.x, anchor.y), abs=0.01
        )
    assert [mark.x for mark in ours.outline] == pytest.approx(
        [mark.x for mark in theirs.outline], abs=0.01
    )
    said = [[(one.page, one.text, one.align) for one in f.folios] for f in (ours, theirs)]
    assert said[0] == said[1]


def test_the_structure_of_turned_pages_is_whole(both: tuple[Bound, Bound]) -> None:
    with both[0].pdf as pdf:
        assert flaws(pdf) == []


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_turned_pages_conform(both: tuple[Bound, Bound], profile: str) -> None:
    report = page.validate_pdf(str(both[0].path), profile=profile)
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []


def test_turning_is_the_same_whatever_was_linked_before(both: tuple[Bound, Bound]) -> None:
    again = bound(both[0].fragment, both[0].path.with_name("again.pdf"))
    assert again.path.read_bytes() == both[0].path.read_bytes()


def test_pages_that_are_the_same_on_both_sides_are_not_touched() -> None:
    style = "@page { margin: 10mm; @bottom-center { content: counter(page) } }"
    fragment = compile_section(section("one", LONG * 90, styles=(FACES, style)))
    assert fragment.turns
    assert turned(fragment) is fragment


TURNS = {
    "another width": "@page :left { margin-left: 40mm }",
    "another height": "@page :left { margin-bottom: 40mm }",
    "another area of footnotes": "@page :left { @footnote { margin-right: 5mm } }",
    "another padding": "@page :left { padding-left: 1mm; margin-left: 11mm }",
    "another ground": "@page :left { background: #eee }",
    "a counter of its own": "@page :left { counter-increment: page 2 }",
    "a picture on the ground": "@page { background: linear-gradient(red, blue) }",
    "margin boxes behind the text": "@page { @left-middle { content: '|'; z-index: -1 } }",
    "a side that is asked for": "h2 { break-before: right }",
}


@pytest.mark.parametrize("style", TURNS.values(), ids=TURNS)
def test_what_depends_on_the_side_cannot_be_turned(style: str) -> None:
    body = f"<p>{LONG * 60}</p><h2>Next</h2><p>{LONG}</p>"
    fragment = compile_section(section("one", body, styles=(FACES, MIRRORED, style)))
    assert fragment.turns is None


def test_the_same_side_of_all_may_be_asked_for_at_the_start() -> None:
    fragment = compile_section(section("one", LONG, styles=(FACES, MIRRORED, VERSO)))
    assert fragment.turns is not None


def test_words_are_proved_on_both_sides() -> None:
    """What hangs out to the left is on the paper of a right-hand page only, which has its wide margin there."""
    body = '<p style="margin-left: -20mm; white-space: nowrap">Outside of the text</p>'
    made = section("one", body, styles=(FACES, MIRRORED))
    proof = prove(made.html, compile_section(made))
    assert proof.losses == ()
    assert [loss.words for loss in proof.turned] == ["Outside of the text"]
