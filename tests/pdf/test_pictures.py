"""Pictures and drawings on their way to the page: only what can be printed is opened, whatever it is called."""

from __future__ import annotations

import base64
import io
import os
import zipfile
from pathlib import Path

import pytest
from PIL import Image as Picture
from tests.pdf.documents import section
from tests.project import Project, run

from guidepress.pdf import compile_section
from guidepress.pdf.engine.pictures import label_size
from guidepress.pdf.reading import read_pages

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" width="20" height="20">{}</svg>'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n0 0 moveto\n%%Trailer\n%%EOF\n"


def picture(form: str) -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", (10, 10), "red").save(out, form)
    return out.getvalue()


def url(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def drawing(content: str) -> str:
    return url(SVG.format(content).encode(), "image/svg+xml")


def painted(html: str) -> tuple[bool, list[str]]:
    """Whether there is a picture on the page of an HTML, and what was logged above debugging."""
    fragment = compile_section(section("a", f"<h1>T</h1>{html}"))
    log = [line.message for line in fragment.log if line.level in ("warning", "error")]
    return b"/Subtype /Image" in fragment.pdf, log


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_pictures_that_can_be_printed(form: str) -> None:
    """In the page and embedded in a drawing, even under the name of another."""
    data = url(picture(form))
    assert painted(f'<img alt="x" src="{data}">') == (True, [])
    assert painted(f'<img alt="x" src="{drawing(f"<image href={data!r}/>")}">') == (True, [])


@pytest.mark.parametrize("form", ["TIFF", "BMP", "PPM", "ICO", "JPEG2000", "TGA"])
def test_other_formats_are_not_opened(form: str) -> None:
    """Pillow could read them all."""
    data = url(picture(form))
    shown, log = painted(f'<img alt="x" src="{data}">')
    assert not shown
    assert [line[:20] for line in log] == ["Failed to load image"]
    for html in (drawing(f"<image href={data!r}/>"), drawing(f"<image xlink:href={data!r}/>")):
        assert not painted(f'<img alt="x" src="{html}">')[0]
    assert not painted(SVG.format(f"<image href={data!r}/>"))[0]


def test_a_drawing_of_a_layout_is_cleaned_with_a_word() -> None:
    """Inline and as a URL; what is drawn beside it stays."""
    hostile = "<script>x()</script><text x='2' y='9' font-size='9'>here</text>"
    empty = compile_section(section("a", "<h1>T</h1>"))
    for html in (f'<p><img alt="x" src="{drawing(hostile)}"></p>', f"<p>{SVG.format(hostile)}</p>"):
        fragment = compile_section(section("a", f"<h1>T</h1>{html}"))
        assert "Took `<script>` out of a drawing" in [line.message for line in fragment.log]
        [page] = read_pages(fragment)
        assert len(page.lines) > len(read_pages(empty)[0].lines)


def test_a_bomb_in_a_drawing_is_an_error() -> None:
    groups = "".join(
        f"<g id='a{n + 1}'>{f'<use href={chr(39)}#a{n}{chr(39)}/>' * 10}</g>" for n in range(9)
    )
    shown, log = painted(
        f'<img alt="x" src="{drawing(f"<g id={chr(39)}a0{chr(39)}><rect/></g>{groups}")}">'
    )
    assert not shown
    assert [line[:20] for line in log] == ["Failed to load image"]


HOSTILE = (
    "<script>evil()</script><rect onclick='evil()' width='9' height='9'/>"
    f"<image width='9' height='9' href='{url(EPS)}'/><text x='1' y='9' font-size='5'>shown</text>"
)


@pytest.mark.slow
def test_no_program_is_started_for_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ghostscript, which Pillow asks for, is a trap here; no picture springs it, in none of the products."""
    trap, mark = tmp_path / "bin" / "gs", tmp_path / "mark"
    trap.parent.mkdir()
    trap.write_text(f"#!/bin/sh\ntouch '{mark}'\necho 10.0\n")
    trap.chmod(0o755)
    monkeypatch.setenv("PATH", f"{trap.parent}{os.pathsep}{os.environ['PATH']}")
    project = Project(tmp_path / "guide")
    # Large enough for letters that can be read on a card.
    drawing = SVG.format(HOSTILE).replace('width="20" height="20"', 'width="40" height="40"')
    project.write("images/a.svg", drawing)
    project.write("images/eps.png", EPS)
    chapter = (
        "# One\n\n![A drawing](../images/a.svg)\n\n"
        "/// card | What is shown?\n    id: one\n\n![A drawing](../images/a.svg)\n///\n"
    )
    project.chapter(chapter)
    built = run("build", project.folder, "--no-cache")
    assert built.status == 0, built.err
    assert "was taken out of the drawing" in built.err
    with zipfile.ZipFile(io.BytesIO(project.artifacts["deck.apkg"])) as deck:
        contents = b"".join(map(deck.read, deck.namelist()))
        assert b"shown" in contents
        assert b"evil" not in contents
        assert base64.b64encode(EPS) not in contents
    project.chapter(f"{chapter}\n![EPS](../images/eps.png)\n")
    assert "image-broken" in run("build", project.folder, "--no-cache").err
    assert not mark.exists()


@pytest.mark.parametrize(("width", "sizes"), [(50, (7.2, 8)), (55, (7.9, 8))])
def test_labels_are_set_in_the_size_that_the_page_needs(
    tmp_path: Path, width: int, sizes: tuple[float, float]
) -> None:
    """Of the book's own drawings; those of a layout stay as they are, and so do titles, but for a fifth."""
    file = tmp_path / "a.svg"
    texts = (
        '<text y="20" font-size="{0}">a</text><text y="60"><tspan font-size="{1}">b</tspan></text>'
    )
    data = SVG.replace("20 20", "240 100").format(texts.format(10.1, 12))
    file.write_text(data)
    html = f'<h1 style="font-size: 30pt">T</h1><img alt="x" src="{{}}" style="width: {width}mm">'
    given = section("a", html.format("image:a.svg"), files={"image:a.svg": str(file)})
    print_ = read_pages(compile_section(given))[0]
    assert print_.smallest == pytest.approx(sizes[0], abs=0.1)
    drawn = section("a", html.format(url(data.encode(), "image/svg+xml")))
    unit = width / 25.4 * 72 / 240
    assert read_pages(compile_section(drawn))[0].smallest == pytest.approx(10.1 * unit, abs=0.01)
    assert label_size(12, unit) * unit == pytest.approx(sizes[1], abs=0.1)
    assert label_size(10, 1) == pytest.approx(9)
    assert label_size(40, 0.5) * 0.5 == pytest.approx(40 * 0.5 / 1.2)


@pytest.mark.parametrize(
    ("attributes", "around"),
    [
        ('x="50" text-anchor="middle"', True),
        ('x="12"', True),
        ('x="88" text-anchor="end"', True),
        ('x="50" text-anchor="middle"', False),
    ],
    ids=["middle", "start", "end", "without a box"],
)
def test_labels_are_no_larger_than_the_box_around_them(
    tmp_path: Path, attributes: str, around: bool
) -> None:
    """All labels of a drawing then are, so that those of its boxes stay alike."""
    file = tmp_path / "a.svg"
    box = f'<rect x="10" y="10" width="80" height="40" data-n="{around}"/>' if around else ""
    label = f'<text {attributes} y="30" font-family="Sans">Middleware 1</text>'
    other = '<text x="120" y="80">b</text>'
    data = SVG.replace("20 20", "240 100").format(f'<g font-size="13.5">{box}{label}{other}</g>')
    file.write_text(data)
    html = '<h1 style="font-size: 30pt">T</h1><img alt="x" src="image:a.svg" style="width: 42mm">'
    smallest = read_pages(compile_section(section("a", html, files={"image:a.svg": str(file)})))
    drawn = 13.5 * 42 / 25.4 * 72 / 240
    if around:
        assert drawn <= smallest[0].smallest < drawn * 1.1
    else:
        assert smallest[0].smallest == pytest.approx(8, abs=0.1)
