"""Linking fragments: numbers, links, fonts, and what is reported instead of guessed."""

from __future__ import annotations

import gc
import io
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from tests.pdf.conftest import METADATA, Book
from tests.pdf.documents import FACES, FONTS, LONG, STYLES, picture, section
from tests.pdf.inspection import destinations, flaws, texts

from guidepress.pdf import (
    FontError,
    Fragment,
    Linked,
    Metadata,
    Placement,
    Problem,
    Section,
    compile_section,
    joining,
    link,
    paginate,
    stale,
    turned,
)
from guidepress.pdf.engine import build_font
from guidepress.pdf.joining import Pieces
from guidepress.pdf.linker import unresolved

PLAIN = Metadata("A book", "en")


def bind(placements: Sequence[Placement]) -> Linked:
    return link(placements, paginate(placements), PLAIN)


def words(linked: Linked, folder: Path) -> list[list[str]]:
    path = folder / "linked.pdf"
    path.write_bytes(linked.pdf)
    return [text.split() for text in texts(path)]


def pages(count: int) -> str:
    return (
        "".join('<p style="break-after: page">page</p>' for _ in range(count - 1)) + "<p>last</p>"
    )


def test_every_page_shows_its_folio(book: Book) -> None:
    for text, label in zip(texts(book.path), book.page_map.labels, strict=True):
        shown = text.split()
        assert shown == [] or shown[-1] == label


def test_numbers_lead_to_their_sections(book: Book) -> None:
    shown = texts(book.path)
    anchors = book.page_map.anchors
    assert re.search(rf"On two-tables[ .]+{anchors['two-tables'].folio}\n", shown[0])
    assert f"(p. {anchors['two-tables'].folio})" in shown[anchors["one"].index]
    assert f"(p. {anchors['one-tables'].folio})" in shown[anchors["two"].index]


def test_nothing_is_reported_of_a_good_book(book: Book) -> None:
    assert book.linked.problems == ()


def word_boxes(pdf: bytes, folder: Path) -> list[tuple[float, float, str]]:
    """The words of a PDF with their left and right edges, pt."""
    (folder / "linked.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-bbox", str(folder / "linked.pdf"), "-"],
        check=True,
        capture_output=True,
        text=True,
    )
    found = re.findall(r'xMin="([\d.]+)".*?xMax="([\d.]+)".*?>(.*?)</word>', done.stdout)
    return [(float(left), float(right), word) for left, right, word in found]


@pytest.mark.parametrize("first", [1, 98, 998])
def test_folios_of_any_length_keep_their_edge(first: int, tmp_path: Path) -> None:
    """The outer edge of folios stays where it is; centred ones stay centred."""
    style = """@page { @bottom-center { content: "· " counter(page) " ·"; font: 9pt Sans } }"""
    fragment = compile_section(section("one", pages(4), styles=(*STYLES, style)))
    linked = bind([Placement(fragment, first=first)])
    boxes = word_boxes(linked.pdf, tmp_path)
    for number in range(first, first + 4):
        found = [(left, right) for left, right, word in boxes if word == str(number)]
        assert len(found) == 2
        (left, right), (other_left, other_right) = sorted(found, key=lambda edges: edges[0])
        outer, centred = ((other_left, other_right), (left, right))
        if (number - first) % 2:
            outer, centred = centred, outer
            assert outer[0] == pytest.approx(51.02, abs=0.6)
        else:
            assert outer[1] == pytest.approx(419.53 - 51.02, abs=0.6)
        assert sum(centred) / 2 == pytest.approx(419.53 / 2, abs=0.6)


def test_text_before_a_number_moves_with_its_right_edge(tmp_path: Path) -> None:
    """Placeholders are as long as numbers get: what stands before a shorter one closes up to it."""
    spot = '<p style="text-align: right"><span data-page="end" data-page-align="right">p. 888</span></p>'
    fragment = compile_section(section("one", f'{spot}{pages(3)}<p id="end">end</p>'))
    edges = []
    for first in (5, 50, 500):
        linked = bind([Placement(fragment, first=first)])
        found = word_boxes(linked.pdf, tmp_path)
        place = next(index for index, (_, _, word) in enumerate(found) if word == "p.")
        (_, end, _), (start, edge, number) = found[place : place + 2]
        assert number == paginate([Placement(fragment, first=first)]).anchors["end"].folio
        assert start - end == pytest.approx(2.5, abs=1.5)
        edges.append(edge)
    assert edges == pytest.approx([edges[0]] * 3, abs=0.6)


def test_roman_references(tmp_path: Path) -> None:
    front = compile_section(section("front", f'<div id="top">{pages(3)}<p id="end">e</p></div>'))
    one = compile_section(
        section(
            "one", '<p>From <span data-page="top">i</span> to <span data-page="end">iii</span>.</p>'
        )
    )
    placements = [Placement(front, "roman", 1), Placement(one, "arabic", 1)]
    page_map = paginate(placements)
    assert stale(one, page_map) == ()
    assert stale(replace(one, numbers=(replace(one.numbers[0], text="x"),)), page_map) == ("top",)
    assert words(bind(placements), tmp_path)[4][:4] == ["From", "i", "to", "iii."]


def test_numbers_in_kerned_and_upper_case_styles(tmp_path: Path) -> None:
    body = (
        '<p><span data-page="end">88</span>, <b><span data-page="end">88</span></b>, '
        '<code data-page="end">88</code>, '
        '<span style="font-variant-numeric: oldstyle-nums" data-page="end">88</span>, '
        '<span style="letter-spacing: .5pt" data-page="end">88</span>'
        f'</p>{pages(11)}<p id="end">end</p>'
    )
    upper = '<p style="text-transform: uppercase"><span data-page="end">x</span></p><p id="end">'
    plain = compile_section(section("one", body))
    roman = compile_section(section("one", upper))
    assert words(bind([Placement(plain)]), tmp_path)[0][:5] == ["11,", "11,", "11,", "11,", "11"]
    assert words(bind([Placement(roman, "roman", 5)]), tmp_path)[0][0] == "V"


def test_a_section_that_grows_leaves_the_others_alone(tmp_path: Path) -> None:
    """The others are not compiled again; their folios and references are right all the same."""
    short = compile_section(section("one", f'<h1 id="one">One</h1>{pages(2)}'))
    long = compile_section(section("one", f'<h1 id="one">One</h1>{pages(4)}'))
    two = compile_section(
        section("two", '<h1 id="two">Two</h1><p>see p. <span data-page="two">8</span></p>')
    )
    for one, number in ((short, "3"), (long, "5")):
        placements = [Placement(one), Placement(two)]
        assert stale(two, paginate(placements)) == ()
        assert words(bind(placements), tmp_path)[-1][-4:] == ["see", "p.", number, number]


def test_problems_are_reported() -> None:
    body = (
        '<p><a href="xref:nowhere">x</a> <span data-page="nowhere">8</span> '
        '<span data-page="cover">8</span> <a href="xref:twice">y</a></p><p id="twice">'
    )
    cover = compile_section(section("cover", '<p id="cover">C</p><p id="twice">'))
    one = compile_section(section("one", body))
    placements = [Placement(cover, "none"), Placement(one, "arabic", 1)]
    linked = bind(placements)
    # The preview, which does not link, knows them too.
    links = {"one": ["nowhere", "twice"]}
    assert set(unresolved(placements, paginate(placements), links)) == set(linked.problems)
    assert set(linked.problems) == {
        Problem("reference-unknown", "one", "nowhere"),
        Problem("page-unknown", "one", "nowhere"),
        Problem("page-unnumbered", "one", "cover"),
        Problem("anchor-ambiguous", "one", "twice"),
    }
    with pikepdf.open(io.BytesIO(linked.pdf)) as pdf:
        assert b"xref:" not in pdf.pages[2].obj.Annots[0].unparse(resolved=True)
        assert flaws(pdf) == []


def test_anchors_may_have_any_letters() -> None:
    one = compile_section(section("one", '<p><a href="xref:%C3%BCber%20uns">x</a></p>'))
    two = compile_section(section("two", '<p id="über uns">y</p>'))
    linked = bind([Placement(one), Placement(two)])
    assert linked.problems == ()
    with pikepdf.open(io.BytesIO(linked.pdf)) as pdf:
        named = destinations(pdf)
        assert [name.decode() for name in named] == ["über uns"]
        assert bytes(pdf.pages[0].obj.Annots[0].Dest) in named
        assert named["über uns".encode()][0].objgen == pdf.pages[2].obj.objgen


def test_labels_of_pages(book: Book) -> None:
    with pikepdf.open(book.path) as pdf:
        assert tuple(page.label for page in pdf.pages) == book.page_map.labels


def test_the_outline_nests_over_sections() -> None:
    part = compile_section(section("part", "<h1>Part</h1>"))
    style = "h1 { bookmark-level: 2 } h2 { bookmark-level: 3 }"
    chapter = compile_section(section("one", "<h1>Ch</h1><h2>S</h2>", styles=(*STYLES, style)))
    linked = bind([Placement(part), Placement(chapter)])
    with pikepdf.open(io.BytesIO(linked.pdf)) as pdf, pdf.open_outline() as outline:
        (top,) = outline.root
        assert top.title == "Part"
        assert [child.title for child in top.children] == ["Ch"]
        assert [child.title for child in top.children[0].children] == ["S"]


def test_each_font_is_embedded_once(book: Book) -> None:
    with pikepdf.open(book.path) as pdf:
        fonts = {
            font.objgen: font
            for page in pdf.pages
            if "/Font" in page.obj.Resources
            for font in page.obj.Resources.Font.values()
        }
        names = [str(font.BaseFont) for font in fonts.values()]
        assert len(names) == len(set(names))
        assert not any(name.endswith(",") for name in names)


def test_glyphs_that_a_subset_leaves_empty_are_as_fonttools_makes_them(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are passed over, but not those without contours whose widths vary, such as a space."""
    uses = [[use] for use in book.fragments["one"].fonts.values()]
    made = [build_font(of_one, None) for of_one in uses]
    monkeypatch.setattr("guidepress.pdf.engine.programs._but_for_empty", lambda whole: whole)
    assert [build_font(of_one, None) for of_one in uses] == made


def programs(linked: Linked) -> dict[str, TTFont]:
    """The embedded font programs by their names."""
    found: dict[str, TTFont] = {}
    with pikepdf.open(io.BytesIO(linked.pdf)) as pdf:
        for font in pdf.pages[0].obj.Resources.Font.values():
            descriptor: Any = font.DescendantFonts[0].FontDescriptor
            program = TTFont(io.BytesIO(descriptor.FontFile2.read_bytes()))
            found[str(font.BaseFont)] = program
    return found


def test_weights_and_styles_of_variable_fonts() -> None:
    """Every weight is the real one, though one file holds them all."""
    body = (
        '<p>m <b>m</b> <i>m</i> <b><i>m</i></b> <span style="font-weight: 600">m</span> '
        '<span style="font-weight: 300">m</span></p>'
    )
    # A font without optical sizes leaves that axis alone.
    style = 'html { font: 10pt Serif } p { font-variation-settings: "opsz" 12 }'
    found = programs(
        bind([Placement(compile_section(section("one", body, styles=(FACES, style))))])
    )
    widths = {}
    for name, program in found.items():
        assert "fvar" not in program
        widths[name] = max(width for width, _ in program["hmtx"].metrics.values())
    assert len(found) == 6
    upright = [name for name in found if "Italic" not in name]
    assert len({widths[name] for name in upright}) == len(upright)


def test_an_axis_that_a_font_lacks_changes_nothing() -> None:
    """Style sheets set axes on a whole page; fonts without them are the same as before."""
    style = 'html { font: 10pt Mono; font-variation-settings: "opsz" 12 }'
    plain = "html { font: 10pt Mono }"
    one = compile_section(section("one", "<p>m</p>", styles=(FACES, style)))
    two = compile_section(section("two", "<p>n</p>", styles=(FACES, plain)))
    linked = bind([Placement(one), Placement(two)])
    (program,) = programs(linked).values()
    assert "fvar" not in program
    with pikepdf.open(io.BytesIO(linked.pdf)) as pdf:
        first, second = (pdf.pages[number].obj.Resources.Font for number in (0, 2))
        assert next(iter(first.values())).objgen == next(iter(second.values())).objgen


@pytest.mark.parametrize("guess", ["right", "another section", "other numbers"])
def test_fragments_that_were_joined_ahead_give_the_same_book(guess: str) -> None:
    html = '<p id="{0}">{0} <a href="xref:c"><span data-page="c">8</span></a></p>'
    one, two, three = (compile_section(section(n, html.format(n))) for n in ("a", "b", "c"))
    placements = [
        Placement(one),
        Placement(turned(two)),
        Placement(three),
    ]
    page_map = paginate(placements)
    expected = link(placements, page_map, PLAIN)
    guessed = [placement.fragment for placement in placements]
    if guess == "another section":
        guessed[0] = compile_section(section("a", "<p>other</p>"))
    if guess == "other numbers":
        labels = tuple(str(100 + n) for n in range(page_map.page_count))
        supposed = replace(page_map, labels=labels)
    else:
        supposed = page_map
    pieces = Pieces("en")
    for n, fragment in enumerate(guessed):
        pieces.open(fragment, page_map.starts[n], supposed)
    assert link(placements, page_map, PLAIN, pieces=pieces) == expected


def test_what_was_taken_of_a_fragment_holds_no_pdf(book: Book) -> None:
    """Nor waits for the collector of garbage to let go of it: a book has as many PDFs as sections."""
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(one, pikepdf.Pdf) for one in gc.get_objects())
        pieces = Pieces(METADATA.language)
        for placement, start in zip(book.placements, book.page_map.starts, strict=True):
            pieces.open(placement.fragment, start, book.page_map)
        assert sum(isinstance(one, pikepdf.Pdf) for one in gc.get_objects()) == before
    finally:
        gc.enable()


def test_a_book_does_not_depend_on_those_before(monkeypatch: pytest.MonkeyPatch) -> None:
    html = '<p id="{0}">{0} <a href="xref:c"><span data-page="c">8</span></a></p>' + (
        f'<img alt="dot" src="{picture("RGBA")}">'
    )
    a, b, c = (compile_section(section(n, html.format(n))) for n in ("a", "b", "c"))
    other = compile_section(section("a", html.format("a") + "<ul><li>glyphs?</li></ul>"))
    longer = compile_section(section("a", html.format("a") + pages(3)))
    german = replace(b, language="de")
    taken: list[str] = []
    part = joining._part

    def noted(fragment: Fragment, language: str) -> joining.Part:
        taken.append(fragment.name)
        return part(fragment, language)

    pieces = Pieces("en")
    for fragments, new in (
        ((a, b, c), "abc"),
        ((other, b, c), "a"),
        ((longer, b, c), "a"),
        ((longer, german, c), "b"),
        ((c, longer), ""),
        ((a, b, c), "ab"),
        ((a, b, c), ""),
    ):
        placements = [Placement(fragment, recto=False) for fragment in fragments]
        expected = bind(placements)
        with monkeypatch.context() as patch:
            patch.setattr(joining, "_part", noted)
            assert link(placements, paginate(placements), PLAIN, pieces=pieces) == expected
        assert "".join(taken) == new
        taken.clear()
        with pikepdf.open(io.BytesIO(expected.pdf)) as pdf:
            assert flaws(pdf) == []
            images = {
                image.objgen for page in pdf.pages for image in page.obj.Resources.XObject.values()
            }
            assert len(images) == 1


def test_finished_fonts_are_kept() -> None:
    fonts: dict[str, bytes] = {}
    placements = [Placement(compile_section(section("one", "<p>abc</p>")))]
    first = link(placements, paginate(placements), PLAIN, fonts=fonts)
    kept = dict(fonts)
    assert kept
    again = link(placements, paginate(placements), PLAIN, fonts=fonts)
    assert again == first
    assert fonts == kept
    more = [Placement(compile_section(section("one", "<p>abcdef</p>")))]
    link(more, paginate(more), PLAIN, fonts=fonts)
    assert len(fonts) > len(kept)


def test_font_files_may_have_moved(tmp_path: Path) -> None:
    moved = tmp_path / "serif.ttf"
    moved.write_bytes(Path(FONTS["font:serif"]).read_bytes())
    fragment = compile_section(section("one", "<p>x</p>", files={"font:serif": str(moved)}))
    placements = [Placement(fragment)]
    expected = bind(placements)
    moved.unlink()
    assert link(placements, paginate(placements), PLAIN, files=FONTS) == expected
    with pytest.raises(FontError, match="cannot read font font:serif"):
        bind(placements)


def test_a_font_that_changed_is_refused(tmp_path: Path) -> None:
    font = tmp_path / "font.ttf"
    font.write_bytes(Path(FONTS["font:serif"]).read_bytes())
    one = compile_section(section("one", "<p>x</p>", files={"font:serif": str(font)}))
    font.write_bytes(Path(FONTS["font:mono"]).read_bytes())
    with pytest.raises(FontError, match="changed"):
        bind([Placement(one)])


def test_fragments_of_any_process_link() -> None:
    """Two processes compile a section each; the book is the same as from one process."""
    sections = [section("one", f"<p>{LONG}</p>"), section("two", "<h1>Other</h1><p>glyphs?</p>")]
    here = bind([Placement(compile_section(item)) for item in sections])
    there = bind([Placement(compiled_elsewhere(item)) for item in sections])
    assert there == here


def compiled_elsewhere(item: Section) -> Fragment:
    code = (
        "import pickle, sys\nfrom guidepress.pdf import compile_section\n"
        "pickle.dump(compile_section(pickle.load(sys.stdin.buffer)), sys.stdout.buffer)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(item), capture_output=True, check=True
    )
    fragment: Fragment = pickle.loads(done.stdout)
    return fragment


def test_linking_depends_on_nothing_else(book: Book, tmp_path: Path) -> None:
    """Another process with another hash seed, time zone and date links the same bytes."""
    code = (
        "import pickle, sys\nfrom guidepress.pdf import link\n"
        "placements, page_map, metadata = pickle.load(sys.stdin.buffer)\n"
        "sys.stdout.buffer.write(link(placements, page_map, metadata).pdf)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps((book.placements, book.page_map, METADATA)),
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": "5", "TZ": "Etc/GMT-9", "SOURCE_DATE_EPOCH": "77"},
        check=True,
    )
    assert done.stdout == book.linked.pdf
    assert done.stderr == b""


def test_blank_pages_are_as_large_as_their_neighbours() -> None:
    style = "@page { size: 100mm 150mm; bleed: 3mm }"
    fragment = compile_section(section("one", "<p>x</p>", styles=(*STYLES, style)))
    linked = bind([Placement(fragment), Placement(replace(fragment, name="two"))])
    with pikepdf.open(io.BytesIO(linked.pdf)) as pdf:
        first, blank, _ = (page.obj for page in pdf.pages)
        for box in ("/MediaBox", "/TrimBox", "/BleedBox"):
            assert [float(edge) for edge in blank[box]] == [float(edge) for edge in first[box]]
        assert "/Contents" not in blank


def test_links_in_repeated_heads_are_tagged_once() -> None:
    rows = "".join(f"<tr><td>{LONG}</td></tr>" for _ in range(60))
    table = (
        f'<table><thead><tr><th><a href="https://example.org">h</a></th></tr></thead>{rows}</table>'
    )
    fragment = compile_section(
        section("one", f'<div id="x">{table}<span class="footnote">n</span></div>')
    )
    assert fragment.page_count > 2
    with pikepdf.open(io.BytesIO(bind([Placement(fragment)]).pdf)) as pdf:
        assert flaws(pdf) == []
