"""Pages read line by line say what they say when each operator is taken apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.pdf.conftest import Book
from tests.pdf.documents import FONTS, STYLES, picture

from guidepress.pdf import Fragment, Section, compile_section, resident, skimming
from guidepress.pdf.reading import read_pages
from guidepress.pdf.skimming import skim_pages

CLIPPED = "".join(
    f'<div style="overflow: hidden; width: {width}mm; height: {height}pt; white-space: nowrap">'
    f"seen first AVAV <em>then</em><br>second line</div>"
    for width in (8, 13, 18, 40)
    for height in (7, 14, 21)
)
BODIES = {
    "clipped": CLIPPED,
    "clips in clips": f'<div style="overflow: hidden; width: 20mm; height: 30mm">{CLIPPED}</div>',
    "turned": '<p style="transform: rotate(90deg) scale(0.7)">turned about</p>' + CLIPPED,
    "turned clip": f'<div style="transform: rotate(20deg)">{CLIPPED}</div>',
    "forms": f'<p>before</p><div style="opacity: 0.5">{CLIPPED}<p style="opacity: 0.2">in it</p></div><p>after</p>',
    "drawing": '<svg width="90" height="40"><g opacity=".5"><text x="5" y="20">drawn</text></g></svg>',
    "off the page": '<p style="position: absolute; left: -18mm; white-space: nowrap">gone and seen, gone and seen,'
    " gone and seen, gone and seen</p>",
    "raised": "<p>H<sub>2</sub>O <span style='font-variant-position: super'>2</span> ﷺ</p>",
    "justified": f'<p style="text-align: justify; width: 40mm; overflow: hidden">{"words of it " * 20}</p>',
    "picture": f'<p>with <img alt="x" src="{picture()}"> in it</p>',
    "empty": "",
}


def compiled(body: str) -> Fragment:
    page = "@page { size: 105mm 148mm; margin: 10mm; bleed: 5mm }"
    html = f'<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>{body}</body></html>'
    return compile_section(Section("x", html, (*STYLES, page), FONTS, title="X"))


@pytest.mark.parametrize("name", BODIES)
def test_the_same_text(name: str) -> None:
    fragment = compiled(BODIES[name])
    found = read_pages(fragment, trimmed=True)
    assert [page.text for page in skim_pages(fragment)] == [page.text for page in found]


def test_what_is_known_of_pages_counts_while_they_are_the_same() -> None:
    """Also where another glyph of a font stands for something else."""
    bodies = [f"<p>{'the same words ' * 300}</p>{body}" for body in BODIES.values()]
    new = [skim_pages(compiled(body)) for body in bodies]
    resident.stay()
    try:
        before = skimming.COUNTS["known"]
        for body, pages in zip(bodies, new, strict=True):
            fragment = compiled(body)
            assert skim_pages(fragment) == pages
            assert skim_pages(fragment) == pages
            assert skim_pages(fragment, "turned") == skim_pages(fragment, "turned")
            fonts = {
                name: replace(use, text=dict.fromkeys(use.text, "x"))
                for name, use in fragment.fonts.items()
            }
            others = replace(fragment, fonts=fonts)
            found = read_pages(others, trimmed=True)
            assert [page.text for page in skim_pages(others)] == [page.text for page in found]
        assert skimming.COUNTS["known"] > before + len(bodies)
    finally:
        resident.stay(stays=False)


def test_something_is_clipped() -> None:
    """Or the bodies above would say nothing of clips."""
    (page,) = read_pages(compiled(BODIES["clips in clips"]), trimmed=True)
    assert page.text
    assert page.clipped


def test_the_same_of_a_whole_book(book: Book) -> None:
    """All scripts too, where glyphs are marked with the text that they stand for."""
    for fragment in book.fragments.values():
        skimmed = [(page.text, page.formulas) for page in skim_pages(fragment)]
        found = read_pages(fragment, trimmed=True)
        assert skimmed == [(page.text, page.formulas) for page in found]
