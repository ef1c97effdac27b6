"""HTML that is nested as it is written reads like with tinyhtml5; all other is left to it."""

from __future__ import annotations

import io
from xml.etree.ElementTree import Element

import pytest
import weasyprint
from hypothesis import given, settings
from hypothesis import strategies as st

from guidepress.pdf.engine import markup

BLOCKS = (
    "p",
    "div",
    "ul",
    "ol",
    "li",
    "table",
    "tbody",
    "thead",
    "tr",
    "td",
    "th",
    "caption",
    "h1",
    "h2",
    "pre",
)
INLINE = ("a", "b", "em", "code", "span", "sub", "q")
OTHER = (
    "dl",
    "dt",
    "dd",
    "figure",
    "section",
    "svg",
    "button",
    "select",
    "option",
    "textarea",
    "nobr",
    "col",
)
TEXTS = ("x", " ", "\n", "\nx", "&amp;", "&lt;b&gt;", "&nbsp;", "&eacute;", "&#233;", "&#x2014;", "&", "&bogus;",
         "&amp", "&#0;", "&#128;", "\xa0", "é", "<", "a < b", "\f", "\t", "<!-- c -->", "<br>", "<hr/>", "<img src=a>",
         '<img alt="&quot;">', "<wbr>", "<col>", "<input>")  # fmt: skip
ATTRIBUTES = ("", ' class="a b"', ' id="x" id="y"', " hidden", ' title="a&amp;b &lt; > "', " x='1'", ' DATA-X="1"',
              ' data-x="&copy"', ' xml:lang="en"')  # fmt: skip


def document(body: str) -> str:
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>a&amp;b</title></head>\n<body>{body}</body>\n</html>\n'


def plain(element: Element) -> object:
    kids = [plain(kid) for kid in element]
    return element.tag, list(element.attrib.items()), element.text or "", element.tail or "", kids


def by_the_standard(html: str) -> object:
    return plain(weasyprint.tinyhtml5.parse(io.StringIO(html), namespace_html_elements=False))


@st.composite
def elements(draw: st.DrawFn, depth: int = 4) -> str:
    """Elements in any order; mostly closed in the order of their tags."""
    pieces = []
    for _ in range(draw(st.integers(0, 3))):
        if depth and draw(st.booleans()):
            names = st.sampled_from(BLOCKS) | st.sampled_from(INLINE) | st.sampled_from(OTHER)
            name = draw(names)
            end = draw(st.sampled_from((name, name, name, name, name, name, "p", "")))
            inner = draw(elements(depth=depth - 1))
            pieces.append(
                f"<{name}{draw(st.sampled_from(ATTRIBUTES))}>{inner}" + (f"</{end}>" if end else "")
            )
        else:
            pieces.append(draw(st.sampled_from(TEXTS)))
    return "".join(pieces)


@given(elements())
@settings(max_examples=600)
def test_what_is_taken_reads_the_same(body: str) -> None:
    html = document(body)
    root = markup.read(html)
    if root is not None:
        assert plain(root) == by_the_standard(html)


@pytest.mark.parametrize(
    "body",
    [
        "<p>A <em>word</em>, <a href='x'>a link</a></p>".replace("'", '"'),
        "<ul>\n<li>one<ul><li>two</li></ul></li>\n</ul>",
        "<table><thead><tr><th>a</th></tr></thead><tbody>\n<tr><td><p>x</p><ul><li>y</li></ul></td></tr></tbody></table>",
        "<pre>\n\ncode &lt;br&gt;</pre>",
        "<dl><dt>a</dt><dd><dl><dt>b</dt><dd>c</dd></dl></dd></dl>",
        "<figure><img alt=\"\"><figcaption>x</figcaption></figure><hr><br>",
        "<div><a><div>in it</div></a></div>",
    ],
)  # fmt: skip
def test_ordinary_markup_is_taken(body: str) -> None:
    html = document(body)
    root = markup.read(html)
    assert root is not None
    assert plain(root) == by_the_standard(html)


@pytest.mark.parametrize(
    "body",
    [
        "<p><div>x</div></p>",
        "<p>a<p>b",
        "<b><i>x</b></i>",
        "<table><tr><td>x</td></tr></table>",
        "<table>x<tbody></tbody></table>",
        "<a><a></a></a>",
        "<ul><li><li></li></li></ul>",
        "<h1><h2></h2></h1>",
        "<svg></svg>",
        "<!-- x -->",
        "<p>&bogus;</p>",
        "<p>&copy</p>",
        "\0",
        "<script>x</script>",
    ],
)
def test_what_needs_the_whole_standard_is_left(body: str) -> None:
    assert markup.read(document(body)) is None
    assert markup.read(f"<body>{body}") is None
