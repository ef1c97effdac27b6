"""Drawings: what is not on the list is taken out, what is drawn stays as it was."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image as Picture

from guidepress.maths.drawings import Drawings
from guidepress.source import svg
from guidepress.source.images import cleaned_svg, read_image
from guidepress.source.svg import TooComplex, clean

ROOT = Path(__file__).parents[2]
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"'


def png() -> str:
    out = io.BytesIO()
    Picture.new("RGB", (2, 2)).save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


PNG = png()
EPS = base64.b64encode(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EOF\n").decode()

# Something hostile -> what may not be left of it.
HOSTILE = {
    "<script>evil()</script>": "evil",
    "<SCRIPT>evil()</SCRIPT>": "evil",
    "<g><a xlink:href='#x'><script xlink:href='evil.js'/></a></g>": "evil",
    "<g onload='evil()'/>": "evil",
    "<rect OnClick='evil()'/>": "evil",
    "<a href='javascript:evil()'><rect/></a>": "evil",
    "<a xlink:href=' java&#10;script:evil()'><rect/></a>": "evil",
    "<a href='https://evil.example'><rect/></a>": "evil",
    "<use href='other.svg#evil'/>": "evil",
    "<use xlink:href='file:///etc/evil'/>": "evil",
    "<use href='data:image/svg+xml,evil'/>": "evil",
    "<image href='http://evil.example/a.png'/>": "evil",
    "<image href='evil.png'/>": "evil",
    "<image xlink:href='#x' href='evil.png'/>": "evil",
    f"<image href='data:image/png;base64,{EPS}'/>": EPS[:9],
    f"<image href='data:application/postscript;base64,{EPS}'/>": EPS[:9],
    "<image href='data:image/svg+xml,%3Csvg onload=evil()/%3E'/>": "evil",
    "<feImage href='http://evil.example/'/>": "evil",
    "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>evil</p></foreignObject>": "evil",
    "<p xmlns='http://www.w3.org/1999/xhtml'><iframe src='evil'/></p>": "evil",
    "<animate attributeName='href' to='evil'/>": "evil",
    "<set attributeName='onclick' to='evil'/>": "evil",
    "<handler xmlns='http://www.w3.org/2001/xml-events'>evil</handler>": "evil",
    "<style>@import url(http://evil.example/a.css);</style>": "evil",
    "<style>@import 'evil.css';</style>": "evil",
    r"<style>@\69mport 'evil.css';</style>": "evil",
    "<style>@font-face { font-family: x; src: url(evil.woff) }</style>": "evil",
    "<style>g { fill: url(evil.svg#a) }</style>": "evil",
    r"<style>g { fill: u\72l(evil.svg#a) }</style>": "evil",
    "<style>g { fill: url('evil.svg#a') }</style>": "evil",
    "<style>g { background: image-set('evil.png' 1x) }</style>": "evil",
    "<style>@media all { g { fill: url(evil.svg) } }</style>": "evil",
    "<style>g { --a: url(evil) }</style>": "evil",
    "<style><![CDATA[g { cursor: url(evil) }]]></style>": "evil",
    "<rect style='fill: url(evil.svg#a)'/>": "evil",
    "<rect style='fill: URL( \"evil.svg#a\" )'/>": "evil",
    r"<rect style='fill: \75\72\6c(evil.svg#a)'/>": "evil",
    "<rect fill='url(evil.svg#a)'/>": "evil",
    "<rect filter='url(#a) url(http://evil.example)'/>": "evil",
    "<rect xml:base='http://evil.example/'/>": "evil",
    "<?xml-stylesheet href='evil.css'?>": "evil",
    "<!-- evil -->": "evil",
    "<metadata>evil</metadata>": "evil",
    "<style><script>evil()</script></style>": "evil",
}

# What drawings are made of.
HARMLESS = [
    "<defs><linearGradient id='a'><stop offset='1' stop-color='red'/></linearGradient></defs>"
    "<rect fill='url(#a)' width='9' height='9' rx='1' opacity='.5'/>",
    "<style>.a { fill: url(#g); stroke: #000 } text { font: 10px serif }</style><path class='a' d='M0 0h9'/>",
    "<style>@media print { .a { fill: red } }</style>",
    "<symbol id='s' viewBox='0 0 9 9'><circle cx='1' cy='1' r='1'/></symbol><use xlink:href='#s' x='3'/>",
    "<clipPath id='c'><circle r='3'/></clipPath><g clip-path='url(#c)' transform='translate(1 2) scale(2)'/>",
    "<text x='1' y='2' text-anchor='middle'>words <tspan dy='1'>and more</tspan> words</text>",
    "<filter id='f'><feGaussianBlur stdDeviation='2'/></filter><rect filter='url(#f)'/>",
    "<marker id='m' orient='auto' markerWidth='4'><path d='M0 0'/></marker><line marker-end='url(#m)'/>",
    f"<image href='{PNG}' width='2' height='2'/>",
    f"<image xlink:href='{PNG}'/>",
    "<a href='#x'><title>more</title><rect style='fill: rgb(1, 2, 3)'/></a>",
    "<switch><g systemLanguage='en'/><g/></switch>",
]


def with_lxml(text: str) -> tuple[Any, Callable[[Any], bytes]]:
    return etree.fromstring(text), etree.tostring


def with_standard(text: str) -> tuple[Any, Callable[[Any], bytes]]:
    return ElementTree.fromstring(text), ElementTree.tostring


@pytest.mark.parametrize("parsed", [with_lxml, with_standard])
@pytest.mark.parametrize(("hostile", "gone"), HOSTILE.items())
def test_what_is_not_allowed_goes(parsed: Callable[[str], Any], hostile: str, gone: str) -> None:
    """Whichever library has read the drawing; the shapes beside it and text behind it stay."""
    root, written = parsed(f"{HEAD}><text>before</text>{hostile}<text>after</text></svg>")
    clean(root)
    left = written(root).decode()
    assert gone not in left
    assert left.count("before") == left.count("after") == 1
    assert not clean(root)


@pytest.mark.parametrize("parsed", [with_lxml, with_standard])
@pytest.mark.parametrize("harmless", HARMLESS)
def test_what_is_drawn_stays(parsed: Callable[[str], Any], harmless: str) -> None:
    root, written = parsed(f"{HEAD}>{harmless}</svg>")
    before = written(root)
    assert clean(root) == ()
    assert written(root) == before


def test_text_behind_what_goes_stays() -> None:
    root = etree.fromstring(
        f"{HEAD}><text>a<script>x</script>b<tspan>c</tspan>d<set/>e</text></svg>"
    )
    clean(root)
    assert "".join(root.itertext()) == "abcde"


def test_our_own_drawings_are_clean() -> None:
    """Those of the layouts, of the guides that are here, and formulas."""
    files = [p for place in ("source", "tests/guides") for p in (ROOT / place).rglob("*.svg")]
    assert files
    for path in files:
        assert clean(etree.parse(str(path)).getroot()) == (), path
    for tex in (
        r"\frac{a}{b}",
        r"\sqrt{x}",
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
        r"\mathbf{x}_1",
    ):
        drawing = Drawings().of(tex, True)
        assert clean(etree.fromstring(drawing.svg("#112233"))) == ()  # type: ignore[union-attr]


def bomb(levels: int, width: int, link: str) -> str:
    groups = ["<g id='a0'><rect/></g>"] + [
        f"<g id='a{n}'>" + link.format(n - 1) * width + "</g>" for n in range(1, levels)
    ]
    return f"{HEAD}>{''.join(groups)}</svg>"


@pytest.mark.parametrize(
    "drawing",
    [
        bomb(10, 10, "<use href='#a{}'/>"),
        bomb(10, 10, "<use xlink:href=' #a{} '/>"),
        bomb(10, 10, "<rect fill='url(#a{})'/>"),
        bomb(10, 10, "<rect style='fill: url( \"#a{}\" )'/>"),
        bomb(5, 4, "<path marker-mid='url(#a{})' d='M0 0" + " 1 1" * 40 + "'/>"),
        f"{HEAD}><g id='a'><use href='#a'/></g></svg>",
        f"{HEAD}><pattern id='a'><use href='#b'/></pattern><g id='b' fill='url(#a)'/></svg>",
        f"{HEAD}>" + "<rect/>" * 200_001 + "</svg>",
    ],
)
def test_bombs_are_refused(drawing: str) -> None:
    """In no time: they would be drawn for hours."""
    with pytest.raises(TooComplex):
        clean(ElementTree.fromstring(drawing))


def test_deep_nesting_is_no_matter() -> None:
    clean(ElementTree.fromstring(f"{HEAD}>{'<g>' * 20_000}{'</g>' * 20_000}</svg>"))


def test_many_uses_of_one_shape_are_allowed() -> None:
    uses = '<use href="#a"/>' * 5000
    clean(ElementTree.fromstring(f"{HEAD}><g id='a'/>{uses}</svg>"))


_SPACES = [f"{{{svg.NAMESPACE}}}", "", "{http://www.w3.org/1999/xhtml}"]
_NAMES = st.sampled_from(
    [
        *sorted(svg.ELEMENTS)[:20],
        "script",
        "foreignObject",
        "animate",
        "set",
        "iframe",
        "html",
        "style",
    ]
)
_KEYS = st.sampled_from(
    [
        "href",
        "{http://www.w3.org/1999/xlink}href",
        "onload",
        "onclick",
        "style",
        "fill",
        "id",
        "d",
        "class",
    ]
)
_VALUES = st.sampled_from(
    [
        "#a",
        "javascript:x",
        "http://x",
        "url(#a)",
        "url(http://x)",
        "fill:url(x)",
        "u\\72l(x)",
        PNG,
        "1 2",
    ]
) | st.text(max_size=20)


_TAGS = st.builds("{}{}".format, st.sampled_from(_SPACES), _NAMES)
# Elements as they come: the number of an earlier one that each stands in, and what it is.
_ELEMENTS = st.lists(
    st.tuples(st.integers(0, 9), _TAGS, st.dictionaries(_KEYS, _VALUES, max_size=2), _VALUES),
    max_size=9,
)


@given(_ELEMENTS)
def test_any_tree_comes_out_clean(
    elements: list[tuple[int, str, dict[str, str], str]],
) -> None:
    root = ElementTree.Element(f"{{{svg.NAMESPACE}}}svg")
    made = [root]
    for parent, tag, attributes, words in elements:
        child = ElementTree.SubElement(made[parent % len(made)], tag, attributes)
        child.text = child.tail = words
        made.append(child)
    try:
        clean(root)
    except TooComplex:
        return
    for element in root.iter():
        assert element.tag.rpartition("}")[2] in svg.ELEMENTS
        assert "xhtml" not in element.tag
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            if name.endswith("href"):
                assert value.strip().startswith("#") or value == PNG


def test_a_drawing_is_reported_where_it_is_cleaned(tmp_path: Path) -> None:
    """Each thing once, at its first line; the hash of what products have differs from the file's."""
    path = tmp_path / "a.svg"
    path.write_text(f"{HEAD}>\n<script/>\n<g onload='x'/>\n<script/>\n</svg>")
    read = read_image(path, "a.svg", "images/a.svg")
    assert read.value is not None
    assert read.value.cleaned not in ("", read.value.sha256)
    assert [(d.code, d.message, str(d.span)) for d in read.diagnostics] == [
        ("image-cleaned", "`<script>` was taken out of the drawing", "images/a.svg:2:1"),
        ("image-cleaned", "`onload` was taken out of the drawing", "images/a.svg:3:1"),
    ]


def test_many_things_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_text(f"{HEAD}>" + "".join(f"\n<g on{n}='x'/>" for n in range(30)) + "</svg>")
    found = read_image(path, "a.svg", "a.svg").diagnostics
    assert len(found) == 6
    assert found[-1].message == "25 more things were taken out of the drawing"


def test_a_harmless_drawing_stays_byte_for_byte(tmp_path: Path) -> None:
    """With all that its program noted in it."""
    text = (
        f"<?xml version='1.0'?>\n<!-- by hand -->\n{HEAD} xmlns:s='http://sodipodi' s:name='a'>"
        "<s:view/><metadata>m</metadata><rect data-x='1' aria-label='x'/></svg>"
    )
    path = tmp_path / "a.svg"
    path.write_text(text)
    read = read_image(path, "a.svg", "a.svg")
    assert read.value is not None
    assert (read.value.cleaned, read.diagnostics) == ("", ())
    assert cleaned_svg(text.encode()) == text.encode()


def test_namespaces_as_entities(tmp_path: Path) -> None:
    """As Illustrator writes them."""
    path = tmp_path / "a.svg"
    path.write_text(
        '<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg"><!ENTITY w "words">]>'
        '<svg xmlns="&ns;" width="30" height="20"><text>&w;</text><script/></svg>'
    )
    read = read_image(path, "a.svg", "a.svg")
    assert read.value is not None
    assert (read.value.width, read.value.height) == (30, 20)
    assert b"words" in cleaned_svg(path.read_bytes())


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;<!ENTITY a "">',
        '<!ENTITY b "'
        + "x" * 1000
        + '">'
        + "".join(f'<!ENTITY {chr(c + 1)} "{f"&{chr(c)};" * 20}">' for c in range(98, 108))
        + '<!ENTITY a "&l;">',
    ],
)
def test_entities_read_nothing_and_grow_to_nothing(tmp_path: Path, entities: str) -> None:
    path = tmp_path / "a.svg"
    path.write_text(f"<!DOCTYPE svg [{entities}]>{HEAD}><text>&a;</text></svg>")
    read = read_image(path, "a.svg", "a.svg")
    if read.value is None:
        assert [d.code for d in read.diagnostics] == ["image-broken"]
    else:
        assert b"root:" not in cleaned_svg(path.read_bytes())


def test_a_bomb_is_an_error_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_text(bomb(10, 10, "<use href='#a{}'/>"))
    read = read_image(path, "a.svg", "images/a.svg")
    assert read.value is None
    assert [d.code for d in read.diagnostics] == ["image-too-complex"]


def test_a_picture_of_too_many_pixels(tmp_path: Path) -> None:
    """Its header says so; nothing is decoded."""
    out = io.BytesIO()
    Picture.new("1", (12_000, 12_000)).save(out, "PNG")
    path = tmp_path / "a.png"
    path.write_bytes(out.getvalue())
    [problem] = read_image(path, "a.png", "a.png").diagnostics
    assert problem.code == "image-too-large"
    assert problem.message == "`a.png` has 12,000 × 12,000 pixels; the limit is 89,478,485"
