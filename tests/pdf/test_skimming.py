"""Pages read line by line say what they say when each operator is taken apart."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pikepdf
import pytest
from lxml import html as lxml_html
from tests.pdf.conftest import Book
from tests.pdf.documents import FONTS, STYLES, picture

from guidepress.pdf import Fragment, Section, compile_section, resident, skimming
from guidepress.pdf.proof import lost, normal, texts_of
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


@cache
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


# No two words have the same letters.
PROSE = (
    "<p style='text-align: justify'>Quick zebras vex jumpy dwarfs; <em>buzzing flocks</em> glide behind mighty"
    " oaks.</p><pre>print(quartz)\nwhile fog: pass</pre><p style='background: #eee; border: 1pt solid'>Nymphs jab"
    " waltz <small>kept warm</small></p><table style='border-collapse: collapse'><tr><td style='border: 1pt solid'>one"
    " cell<td style='border: 1pt solid'>two hats</table>"
)
_TEXT = re.compile(
    rb"(?P<element>/Span\n<</MCID \d+>>\nBDC\n)(?P<colour>(?:[^\n]+(?:gs|rg)\n)*)BT\n(?P<place>[^\n]+) Tm\n"
    rb"(?P<choice>[^\n]+) Tf\n\[(?P<shown>[^\n]+)\] TJ\nET\n"
)
_GLYPH = re.compile(rb"([0-9a-f]{4})(?=[0-9a-f>])")


def _written(m: re.Match[bytes], *, before: bytes = b"", **parts: bytes) -> bytes:
    """A text as the engine writes it, with other parts."""
    p = {name: parts.get(name, part) for name, part in m.groupdict().items()}
    return b"%b%b%bBT\n%b Tm\n%b Tf\n[%b] TJ\nET\n" % (
        p["element"], p["colour"], before, p["place"], p["choice"], p["shown"],
    )  # fmt: skip


def _moved(m: re.Match[bytes], by: float) -> bytes:
    *scale, x, y = m["place"].split()
    return _written(m, place=b" ".join([*scale, b"%f" % (float(x) + by), y]))


def _with_second(m: re.Match[bytes], glyph: bytes) -> bytes:
    """With another second glyph; the first may be a space."""
    second = list(_GLYPH.finditer(m["shown"]))[1]
    shown = m["shown"][: second.start()] + glyph + m["shown"][second.end() :]
    return _written(m, shown=shown)


HARMS: dict[str, Callable[[re.Match[bytes]], bytes]] = {
    "a text is gone": lambda m: m[0].replace(b"[" + m["shown"] + b"]", b"[]"),
    "an operator is gone": lambda m: b"".join(
        line for line in m[0].splitlines(True) if not line.endswith(b"TJ\n")
    ),
    "all of an element is gone": lambda m: m["element"] + m["colour"],
    "a glyph is gone": lambda m: _with_second(m, b""),
    "a glyph is another": lambda m: _with_second(m, b"0fff"),
    "its font is another": lambda m: _written(m, choice=b"/None 12"),
    "it is beside the page": lambda m: _moved(m, 5000),
    "it is before the page": lambda m: _moved(m, -5000),
    "it is under a clip": lambda m: _written(m, before=b"0 0 1 1 re\nW\nn\n"),
    "it is under a clip of lines": lambda m: _written(m, before=b"0 0 m\n1 0 l\n1 1 l\nh\nW*\nn\n"),
    "it is moved by a matrix": lambda m: _written(m, before=b"1 0 0 1 9000 0 cm\n"),
    "it is an artifact": lambda m: m[0].replace(m["element"], b"/Artifact\nBMC\n"),
    "it is in an artifact": lambda m: b"/Artifact\nBMC\nq\n" + m[0] + b"EMC\nQ\n",
    "it is a marked artifact": lambda m: m[0].replace(b"/Span", b"/Artifact"),
    "all from it on is an artifact": lambda m: b"/Artifact\nBMC\n" + m[0],
    "it is behind an artifact in its artifact": lambda m: (
        b"/Artifact\nBMC\nq\n/Artifact\nBMC\n0 0 1 1 re\nn\nQ\nEMC\n" + m[0] + b"EMC\n"
    ),
    "it is behind two drawings in one, with a clip between": lambda m: (
        b"q\n/Artifact\nBMC\nq\n1 w\nQ\n0 0 1 1 re\nW\nn\nq\n1 w\nn\nQ\nEMC\n" + m[0] + b"Q\n"
    ),
    "it is before a drawing that hides what comes": lambda m: (
        b"q\n/Artifact\nBMC\nq\n1 w\n0 0 1 1 re\nW\nn\nEMC\n" + m[0] + b"Q\nQ\n"
    ),
    "it is before a drawing that moves what comes": lambda m: (
        b"q\n/Artifact\nBMC\n1 0 0 1 9000 0 cm\n0 0 m\n9 0 l\nS\nEMC\n" + m[0] + b"Q\n"
    ),
}


def _harmed(fragment: Fragment, harm: Callable[[re.Match[bytes]], bytes]) -> Iterator[Fragment]:
    """A fragment with each of its texts harmed by turns."""
    for at in range(_texts(fragment)):
        with pikepdf.open(io.BytesIO(fragment.pdf)) as pdf:
            [page] = pdf.pages
            parts = [part.read_bytes() for part in page.obj.Contents]
            [painted] = [part for part in parts if _TEXT.search(part)]
            found = list(_TEXT.finditer(painted))[at]
            harmed = painted[: found.start()] + harm(found) + painted[found.end() :]
            assert harmed != painted
            page.obj.Contents[parts.index(painted)].write(harmed)
            pdf.save(out := io.BytesIO())
            yield replace(fragment, pdf=out.getvalue())


def _texts(fragment: Fragment) -> int:
    with pikepdf.open(io.BytesIO(fragment.pdf)) as pdf:
        [page] = pdf.pages
        return sum(len(_TEXT.findall(part.read_bytes())) for part in page.obj.Contents)


@pytest.mark.parametrize("name", HARMS)
def test_what_is_taken_from_a_page_is_missed(name: str) -> None:
    """Whatever is done to any text of a page: a loss is found, and all is read as it is operator by operator."""
    fragment = compiled(PROSE)
    texts = texts_of(lxml_html.document_fromstring(PROSE))
    assert not list(lost(texts, [normal(page.text) for page in skim_pages(fragment)]))
    assert _texts(fragment) > 8
    for harmed in _harmed(fragment, HARMS[name]):
        seen = [page.text for page in skim_pages(harmed)]
        assert seen == [page.text for page in read_pages(harmed, trimmed=True)]
        assert list(lost(texts, list(map(normal, seen))))
