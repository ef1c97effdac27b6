"""Sections to compile: their styles, their fonts, and all that has ever broken a tagged PDF."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import fontpkg
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from PIL import Image

from guidepress.pdf import Section


def _noto(package: str, name: str) -> str:
    found = sorted(Path(str(files(package))).rglob(name))
    return str(found[0])


FONTS = {
    "font:serif": str(fontpkg.path("Source Serif 4")),
    "font:serif-italic": str(fontpkg.path("Source Serif 4", style="italic")),
    "font:sans": str(fontpkg.path("Source Sans 3")),
    "font:mono": str(fontpkg.path("JetBrains Mono")),
    "font:arabic": _noto("justmytype_intl_rtl", "NotoSansArabic*.ttf"),
    "font:chinese": _noto("justmytype_intl_cjk", "NotoSansSC*.ttf"),
}

FACES = """
@font-face { font-family: Serif; src: url(font:serif) }
@font-face { font-family: Serif; src: url(font:serif-italic); font-style: italic }
@font-face { font-family: Sans; src: url(font:sans) }
@font-face { font-family: Mono; src: url(font:mono) }
"""

SCRIPTS = """
@font-face { font-family: Arabic; src: url(font:arabic) }
@font-face { font-family: Chinese; src: url(font:chinese) }
html { font-family: Serif, Arabic, Chinese }
"""

STYLE = """
@page {
  size: A5; margin: 18mm;
  @top-left { content: string(title); font: 8pt Sans }
  @bottom-right { content: counter(page); font: 9pt Sans }
  @footnote { border-top: .5pt solid #888; padding-top: 2mm }
}
@page :left { @bottom-right { content: none } @bottom-left { content: counter(page); font: 9pt Sans } }
html { font: 9.5pt/13pt Serif; hyphens: auto }
h1, h2, h3 { font-family: Sans }
h1 { font-size: 20pt; string-set: title content(text) }
h1 { bookmark-level: 1 } h2 { bookmark-level: 2 } h3 { bookmark-level: 3 }
code, pre, kbd { font: 85% Mono; font-variant-ligatures: none }
pre { white-space: pre-wrap; background: #eee }
table { border-collapse: collapse; width: 100% } td, th { border: .5pt solid #aaa; padding: 1mm }
.footnote { float: footnote; font-size: 8pt }
.contents a::after { content: leader(" . ") }
"""

STYLES = (FACES, STYLE)


def section(
    name: str,
    body: str,
    *,
    styles: tuple[str, ...] = STYLES,
    files: Mapping[str, str] | None = None,
) -> Section:
    """A section with the usual styles and fonts."""
    html = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{name}</title></head><body>{body}</body></html>"
    )
    return Section(name, html, styles, {**FONTS, **(files or {})}, title=name.title())


def picture(mode: str = "RGB") -> str:
    """A small image as a data URL."""
    target = io.BytesIO()
    colour = {"L": (90,), "RGB": (200, 80, 40), "RGBA": (40, 80, 200, 120)}[mode]
    Image.new(mode, (60, 30), colour).save(target, "PNG")
    return "data:image/png;base64," + base64.b64encode(target.getvalue()).decode()


LONG = "Some words of a paragraph that goes on over the end of the page. "


def difficult(name: str, other: str) -> str:
    """The body of a chapter with everything that is hard to tag; `other` is another such chapter."""
    wide = "".join(
        f"<tr><td>Row {row}</td><td>With <code>code{row}</code> and "
        f'<a href="https://example.org/{row}">a link to <code>x{row}</code></a></td>'
        f"<td><ul><li>one</li><li><p>two</p></li></ul></td></tr>"
        for row in range(45)
    )
    spans = "".join(
        f'<tr><th scope="row" rowspan="2">R{row}</th><td colspan="2">both {row}</td></tr>'
        f"<tr><td>left {row}</td><td>right {row}</td></tr>"
        for row in range(30)
    )
    return f"""<section id="{name}"><h1 id="{name}-title">Difficult {name}</h1>
<p>A <a href="#{name}-tables"><code>code link</code> and <strong>bold</strong> text</a>, another
<a href="xref:{other}-tables">link <em>to</em> <code>{other}</code></a>
(p. <span data-page="{other}-tables">88</span>), and
<a href="https://example.org/far">a long link that will certainly run over the end of the line
since it has many words, really many <em>words</em></a>.
A note<span class="footnote">The note with <a href="https://example.org/n"><code>a link</code></a>
and <em>more</em>.</span>, a second<span class="footnote">Another note.</span>.</p>
<h2 id="{name}-lists">Lists</h2>
<ul><li><p>First</p><p>Second with <code>code</code></p></li><li><p>Other</p>
<ul><li>tight nested</li><li><p>loose nested</p></li></ul><p>After nested</p></li>
<li>tight <a href="https://example.org"><code>c</code></a></li></ul>
<ol><li><p>One</p><pre><code>let x = 1;
let y = 2;</code></pre></li><li><p>Two</p><ol type="a"><li><p>deep</p></li></ol></li></ol>
<ul style="list-style: none"><li><p>no marker</p></li><li>none, tight</li></ul>
<ul><li><input type="checkbox" disabled> to do</li></ul>
<dl><dt>Term</dt><dd>Definition</dd><dt>Term 2</dt><dt>Synonym</dt><dd><p>Loose</p><p>More</p></dd>
<dd>Second meaning</dd></dl>
<blockquote><p>Quote <a href="https://example.org/q">q</a></p><ul><li><p>in it</p></li></ul>
</blockquote><div>Text without a paragraph <q lang="fr">bonjour</q></div>
<h2 id="{name}-figures">Figures</h2>
<figure id="{name}-figure"><img src="{picture()}" alt="A red box"><figcaption>Figure 1: with
<a href="#{name}-tables">a link</a></figcaption></figure>
<p><a href="https://example.org/i"><img src="{picture("RGBA")}" alt="linked image"></a> inline
<img src="{picture("L")}" alt=""> decorative</p>
<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" viewBox="0 0 60 40">
<title>A box</title><rect x="5" y="5" width="50" height="30" fill="#48a"/>
<text x="10" y="22" font-size="9">hi</text></svg>
<hr><p>A<sup>2</sup> and H<sub>2</sub>O, <del>gone</del>, <kbd>Ctrl</kbd>, <mark>m</mark>,
<abbr title="Hypertext Transfer Protocol">HTTP</abbr>, <span style="opacity: .6">faint</span></p>
<div style="opacity: .5"><p>A faint <a href="#{name}">link</a></p></div>
<div style="position: relative; height: 15mm"><p style="position: absolute; right: 0">placed</p></div>
<div style="columns: 2"><p>{LONG * 3}</p></div>
<div style="display: flex"><p>flex one</p><p>flex two</p></div>
<h2 id="{name}-tables">Tables</h2>
<table><caption>A caption</caption><thead><tr><th>A</th><th>B</th><th>C</th></tr></thead>
<tbody>{wide}</tbody><tfoot><tr><td colspan="3">The foot</td></tr></tfoot></table>
<p>between</p>
<table><thead><tr><th colspan="2">A</th><th>C</th></tr></thead><tbody>{spans}</tbody></table>
<h3 id="{name}-end">End</h3>
<p>{LONG * 60}</p>
<p><a href="https://example.org/e">{"link text over a page break " * 60}</a></p>
</section>"""


def emoji(path: Path) -> None:
    """Write a font whose only character, U+1F600, is a picture."""
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" id="glyph1" viewBox="0 0 1000 1000">'
        '<circle cx="500" cy="500" r="400" fill="gold"/></svg>'
    )
    pen = TTGlyphPen(None)
    for point in ((0, 0), (0, 700), (700, 700)):
        (pen.lineTo if point[1] else pen.moveTo)(point)
    pen.closePath()
    glyph = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "grin"])
    builder.setupCharacterMap({0x1F600: "grin"})
    builder.setupGlyf({".notdef": glyph, "grin": glyph})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "grin": (1000, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Emoji", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    pictures = newTable("SVG ")
    pictures.docList = [(drawing, 1, 1)]
    builder.font["SVG "] = pictures
    builder.save(path)


DECORATION = f"""
@page {{
  bleed: 10mm; marks: crop cross; background: linear-gradient(#eee, #fff);
  @left-middle {{ content: counter(page); background: #246; color: white; width: 10mm }}
}}
.shadow {{ box-shadow: 2px 2px 5px #888, inset 0 0 3px red; border: 2px dashed; border-radius: 5px }}
.gradient {{ background: radial-gradient(red, rgba(0, 0, 255, .3)); opacity: .8 }}
.turned {{ transform: rotate(10deg) }}
.hidden {{ overflow: hidden; height: 5mm; outline: 2px solid blue }}
.tiles {{ background: url({picture("RGBA")}) repeat; background-size: 5mm }}
.framed {{ border: 5px solid; border-image: linear-gradient(red, blue) 10 }}
.lab {{ color: lab(50% 40 20) }}
.faint {{ color: rgba(0, 0, 0, .4) }}
.counted::before {{ content: url({picture()}) "on " counter(page) " " }}
"""

DECORATED = (
    '<h1 id="top">Top</h1>'
    + "".join(
        f'<div class="{name}"><p>a {name} <a href="#top">link</a></p></div>'
        for name in (
            ["shadow", "gradient", "turned", "hidden", "tiles", "framed", "lab", "faint", "counted"]
        )
    )
    + """<svg width="60" height="60" viewBox="0 0 90 90"><title>Shapes</title><defs>
<linearGradient id="g"><stop offset="0" stop-color="red" stop-opacity=".5"/>
<stop offset="1" stop-color="blue"/></linearGradient>
<mask id="m"><rect width="50" height="50" fill="white"/></mask>
<pattern id="p" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="2" height="2"/>
</pattern></defs><rect width="90" height="90" fill="url(#g)" mask="url(#m)"/>
<g opacity=".5"><rect width="50" height="50" fill="url(#p)"/></g></svg>"""
)


FOREIGN = """<h1 id="foreign">Other scripts</h1>
<p>中文段落 in English, <b>中文</b>. مرحبا in English.</p>
<p lang="zh">中文段落：缓存把结果保存起来，下次就不必再算。</p>
<p lang="ar" dir="rtl">السلام عليكم ورحمة الله وبركاته، هذا نص بالعربية.</p>
<p lang="de">Größe, Maß, Straße.</p>"""


def contents(anchors: Mapping[str, str]) -> str:
    """The body of front matter with a contents list: anchors, and placeholders of their pages."""
    items = "".join(
        f'<li><a href="xref:{anchor}">On {anchor}</a> '
        f'<span data-page="{anchor}" data-page-align="right">{number}</span></li>'
        for anchor, number in anchors.items()
    )
    return f'<nav class="contents" role="doc-toc"><h1 id="contents">Contents</h1><ul>{items}</ul></nav>'
