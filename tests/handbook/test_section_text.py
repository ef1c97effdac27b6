"""What is read of a section's HTML: places of numbers, links, anchors and formulas, however a template writes them."""

from __future__ import annotations

from guidepress.content.working import parse
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.section_text import read
from guidepress.maths import Drawings
from guidepress.pdf import PageMap, Place

PAGE = """<!DOCTYPE html>
<html lang=de><head><meta charset="utf-8"><style>p > b { color: red }</style><title>T</title></head>
<body class='own'><main>
<h2 id=own>A &amp; B</h2><!-- a remark -->
<p>See <a class="x" href='#own'>here</a>, <a href="#else&amp;where">there</a>
(<span class="n" data-page-align='right' data-page='own'>p. </span>) <b></b>&lt;br&gt;<br>
<i data-pages="own else" lang="x">no</i> <span title="t" data-pages="own else">; </span></p>
<p>It is <span data-line="3" class='math' data-tex="x^2">x squared</span>.</p>
@body@</main></body></html>
"""
PLACES = {"own": Place(0, "7"), "else": Place(4, "11")}


def test_what_depends_on_pages_is_found_however_it_is_written() -> None:
    text = read(PAGE, {"@body@": parse('Above <p id="in">inner</p> below')})
    draft = SectionDraft("one", text)
    assert text.anchors == {"own", "in"}
    assert text.depends_on_pages
    assert text.keeps_edges
    filled = draft.filled(PageMap(PLACES, (), 20, (), ()))
    assert '<html lang="de">' in filled
    assert "<style>p > b { color: red }</style>" in filled
    assert '<body class="own">' in filled
    assert '<a class="x" href="#own">here</a>, <a href="xref:else&amp;where">there</a>' in filled
    assert ">p. 888</span>) <b></b>&lt;br&gt;<br>" in filled
    numbers = (
        '<a class="plain" href="#own"><span data-page="own">8</span></a>; '
        '<a class="plain" href="xref:else"><span data-page="else">88</span></a></p>'
    )
    assert numbers in filled
    assert '</p>\nAbove <p id="in">inner</p> below</main>' in filled
    assert "remark" not in filled
    # Without numbers it reads the same again.
    assert read(draft.html) == text


def test_formulas_become_pictures_and_have_words_before() -> None:
    text = read(PAGE)
    assert "x squared" in text.html
    drawn = text.pictured(Drawings(), "red")
    assert "x squared" not in drawn.html
    assert 'alt="x^2"' in drawn.html
    assert drawn.places == text.places


def test_a_text_that_runs_on_is_as_long_as_both() -> None:
    one, other = read('<p id="a"><b>fo</b>ur</p>'), read('<p id="b">five</p><p id="c">six</p>')
    joined = one.followed_by(other)
    assert [place.anchor for place in joined.places] == ["a", "b", "c"]
    assert [place.letters for place in joined.places] == [0, 4, 8]
    assert joined.letters == 11
    assert joined.html.count("</body>") == 1
    assert joined.html.index("six") > joined.html.index("ur<")
