"""Nothing gets past the allow-list, and nothing typed can pass for what guidepress makes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from tests.markdown.cases import nodes_of

from guidepress.content import Gap, NoteCall, RecordBlock, Reference
from guidepress.content.html import read as read_html
from guidepress.content.walk import elements
from guidepress.markdown import Document, convert
from guidepress.markdown.html.elements import ALLOWED, DROPPED, GLOBAL, KNOWN, sanitize

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src='javascript:alert(1)'>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java&#x0A;script:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='data:text/html,x'>x</a>",
    "[x](javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "*x*{: onclick=alert(1) style=x }",
    "![x](x.png){: onerror=alert(1) }",
    "<div style='background:url(x)'>x</div>",
    "<iframe src='https://example.com'></iframe>",
    "<object data='x'></object><embed src='x'>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi>x</mi></math>",
    "<style>p { display: none }</style>",
    "<link rel=stylesheet href=x><meta http-equiv=refresh content=0><base href=x>",
    "<form action=x><button>x</button></form>",
    "x <scr<script>ipt>alert(1)</script>",
    "<p title='\"><script>alert(1)</script>'>x</p>",
    '```"><script>alert(1)</script>\nx\n```',
    '``` x title="\\"><script>alert(1)</script>"\nx\n```',
    '!!! note "<script>alert(1)</script>"\n    x',
    "/// note | <script>alert(1)</script>\nx\n///",
    "| <script>alert(1)</script> |\n|---|\n| x |",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    '<a href="https://x"title="y"onclick=alert(1)>x</a>',
    "<noscript><p title='</noscript><script>alert(1)</script>'></noscript>",
    "\x02<script>alert(1)</script>\x03",
    "<details ontoggle=alert(1) open>x</details>",
]


def read(text: str) -> Document:
    document = convert(text, "text.md").value
    assert document is not None
    return document


def check(text: str) -> None:
    """Only allowed elements and attributes; data attributes only where guidepress set them."""
    root = html.fragment_fromstring(f"<div>{text}</div>")
    for element in root.iterdescendants():
        assert element.tag in ALLOWED
        for name, value in element.attrib.items():
            assert name.startswith("data-") or name in ALLOWED[element.tag] | GLOBAL
            if name in ("href", "src"):
                scheme = value.partition(":")[0].lower().strip()
                assert ":" not in value or scheme in ("http", "https", "mailto", "tel")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text: str) -> None:
    document = read(text)
    check(document.content.html)
    assert "alert(1)" not in document.content.html or "<script" not in document.content.html.lower()
    assert read_html(sanitize(document.content.html)) == read_html(document.content.html)


@pytest.mark.parametrize(
    "text",
    [
        '<div class="block" data-block="7"></div>',
        '<a class="ref" href="https://example.com" data-ref="7">x</a>',
        '<img src="x.png" data-image="7">',
        '<mark class="cloze" data-cloze="x">x</mark>',
        '<sup class="footnote-ref"><a href="#fn-none">1</a></sup>',
        '<pre class="code" data-language="x">x</pre>',
        "*x*{: .block .ref .cloze .code .footnote-ref data-block=7 data-ref=7 }",
        '<p data-line="x">y</p>',
        '*x*{: data-index="" } [x](#y){: data-ref=9 }',
    ],
)
def test_forged(text: str) -> None:
    document = read(text)
    targets = [one.target for one in nodes_of(document, Reference)]
    assert targets == [word for word in ("#fn-none", "#y") if word in text]
    for element in elements(document.content.nodes):
        assert not isinstance(element, Gap | NoteCall | RecordBlock)
        assert not {"block", "cloze", "code", "footnote-ref", "ref"} & set(element.classes)
        assert not {"data-block", "data-cloze", "data-image", "data-ref"} & set(element.attributes)


def test_what_is_removed_is_told() -> None:
    codes = [
        d.code for d in convert("<p style=x onclick=y>a</p>\n\n<svg></svg> b", "x").diagnostics
    ]
    assert codes == ["html-removed"] * 3


def test_sets_do_not_overlap() -> None:
    assert not set(ALLOWED) & DROPPED
    assert set(ALLOWED) < KNOWN


TAGS = st.sampled_from([
    "<b>", "</b>", "<div>", "</div>", "<p>", "</p>", "<details>", "</details>", "<summary>", "<i", ">",
    "<ul><li>", "</li>", "</ul>", "<table>", "<tr><td>", "</table>", "<svg>", "</svg>", "<script>",
    "</script>", "<!--", "-->", "<T>", "</T>", '<a href="#x">', "</a>", "<img src=a.png>", "<br/>",
    "<h2>", "</h2>", '<p class="block" x=y>', "<pre>", "</pre>", "<textarea>", "<?", "?>", "<![CDATA[",
    "]]>", "word", "*", "**", "\n", "\n\n", "- ", "> ", "# ", "`", "&amp;", "&lt;script>", '"', "'", "<",
    "<input type=checkbox>", "</", "{: .x }", "<select>", "<frameset>", "<body>", "<html>", "<style>",
])  # fmt: skip


@given(st.lists(TAGS, max_size=25).map("".join))
def test_any_tags(text: str) -> None:
    document = read(text)
    check(document.content.html)
    check(sanitize(document.content.html))
