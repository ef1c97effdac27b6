"""A chapter taken apart: its title, headings, captions, notes and places in the index."""

from __future__ import annotations

import re

import pytest
from tests.project import Project

from guidepress.book.model import Book, Chapter


def chapter(project: Project, text: str, *codes: str) -> Chapter:
    """The only chapter of the guide, which says `text`, and has problems of these codes only."""
    compiled = project.chapter(text).compile()
    assert [d.code for d in compiled.diagnostics] == list(codes)
    assert compiled.value is not None
    return compiled.value.parts[0].chapters[0]


def anchors(book: Book) -> list[str]:
    """Every anchor that the book defines, as often as it does."""
    found = [label.anchor for label in book.labels.values() if label.kind in ("chapter", "part")]
    for one in book.chapters():
        found += re.findall(r'\bid="([^"]*)"', one.body.html)
        found += [note.anchor for note in one.footnotes]
        found += [anchor for block in one.blocks for anchor in block.anchors.values()]
    return found


# -- titles ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title", "html", "body"),
    [
        ("# One\n\nText\n", "One", "One", "Text"),
        ("One\n===\n\nText\n", "One", "One", "Text"),
        ("<!-- note -->\n\n# One\n\nText\n", "One", "One", "Text"),
        ("# *One* & `two` <three>\n\nText\n", "One & two <three>",
         "<em>One</em> &amp; <code>two</code> &lt;three&gt;", "Text"),
        ("---\ntitle: Front\n---\n\n# One\n\nText\n", "Front", "Front", "Text"),
        ("---\ntitle: Q & <A>\n---\n\nText\n", "Q & <A>", "Q &amp; &lt;A&gt;", "Text"),
        ("Text\n\n# One\n", "One-two three", "One-two three", "Text"),
        ("Text\n", "One-two three", "One-two three", "Text"),
        ("## Two\n\nText\n", "One-two three", "One-two three", "Two"),
    ],
)  # fmt: skip
def test_title(project: Project, text: str, title: str, html: str, body: str) -> None:
    """From front matter, the first heading, or the name of the file; an h1 that is the title leaves the text."""
    project.write("chapters/one-two_three.md", text)
    project.edit("guide.yaml", "chapters/one.md", "chapters/one-two_three.md")
    one = project.book().parts[0].chapters[0]
    if title == "One-two three":
        title = html = "One two three"
    assert (one.title, one.title_html.html) == (title, html)
    assert body in one.body.html
    assert ("One" in one.body.html) == (text.startswith("Text\n\n"))


def test_title_in_the_contents_wins(project: Project) -> None:
    """The guide may call a chapter otherwise than its file does; references to the old title still lead here."""
    project.edit(
        "guide.yaml", "[chapters/one.md]", "[{file: chapters/one.md, title: Mine & theirs}]"
    )
    one = chapter(project, "---\ntitle: Front\n---\n# The Old One\n\nSee [](#the-old-one).\n")
    assert (one.title, one.title_html.html) == ("Mine & theirs", "Mine &amp; theirs")
    assert ">Chapter 1, Mine &amp; theirs</a>" in one.body.html


def test_title_with_a_link_a_note_and_a_place(project: Project) -> None:
    """What a list of contents cannot repeat is left out of the title, and no word is lost."""
    one = chapter(
        project,
        "# See [*this*](#here)[^1] {: index='this!that' }\n\nText.[^1]\n\n## Here {#here}\n\n[^1]: Note.\n",
    )
    assert (one.title, one.title_html.html) == ("See this", "See <em>this</em>")
    assert [n.number for n in one.footnotes] == [1]
    assert [(e.path, e.anchor) for e in one.index] == [(("this", "that"), "one")]


def test_unknown_reference_in_a_title(project: Project) -> None:
    """Leaving the link out does not leave out the problem."""
    one = chapter(project, "# See [this](#nowhere)\n", "reference-unknown")
    assert one.title_html.html == "See this"


def test_logo_in_a_title_opens_the_text(project: Project) -> None:
    """As READMEs have it."""
    project.write("chapters/logo.svg", '<svg viewBox="0 0 2 1"/>')
    one = chapter(project, "# ![Logo](logo.svg) Tea\n\nText\n")
    assert (one.title, one.title_html.html) == ("Tea", "Tea")
    assert one.body.html.index('src="chapters/logo.svg"') < one.body.html.index("Text")


# -- headings ----------------------------------------------------------------------------------------


def headings(one: Chapter) -> list[tuple[int, str, str]]:
    return [(h.level, h.number, h.title) for h in one.headings]


def test_headings_are_numbered_by_chapter(project: Project) -> None:
    """Two levels; the number stands before the words."""
    one = chapter(project, "# One\n\n## A\n\n### B\n\n#### C\n\n### D\n\n## E\n")
    assert headings(one) == [
        (2, "1.1", "A"), (3, "1.1.1", "B"), (4, "", "C"), (3, "1.1.2", "D"), (2, "1.2", "E")
    ]  # fmt: skip
    assert '<span class="number">1.1</span> A</h2>' in one.body.html


def test_heading_without_a_number(project: Project) -> None:
    """Nor have the headings below it one: a number would put them into another section."""
    one = chapter(
        project, "# One\n\n## A\n\n## B {.unnumbered}\n\n### C\n\n#### D\n\n## E\n\n### F\n"
    )
    assert headings(one) == [
        (2, "1.1", "A"), (2, "", "B"), (3, "", "C"), (4, "", "D"), (2, "1.2", "E"), (3, "1.2.1", "F")
    ]  # fmt: skip


def test_heading_in_a_quotation(project: Project) -> None:
    """It is one of the text that is quoted: no section, and nothing is skipped after it; but it can be referred to."""
    one = chapter(
        project,
        "# One\n\n## A\n\n> #### A *quoted* one\n>\n> Text.\n\n### B\n\nSee [that](#a-quoted-one).\n",
    )
    assert headings(one) == [(2, "1.1", "A"), (3, "1.1.1", "B")]
    heading = '<p id="one--a-quoted-one" class="quoted-heading" data-line="5">'
    assert f"{heading}<strong>A <em>quoted</em> one</strong></p>" in one.body.html
    assert 'href="#one--a-quoted-one"' in one.body.html


def test_front_matter_is_not_numbered(project: Project) -> None:
    """Neither is back matter, and chapters count through all parts."""
    for name in ("pre", "two", "three", "post"):
        project.write(f"chapters/{name}.md", f"# {name}\n\n## Section\n")
    project.edit(
        "guide.yaml",
        "contents:",
        "contents:\n  front: [chapters/pre.md]\n  back: [chapters/post.md]",
    )
    project.edit("guide.yaml", "chapters/one.md]", "chapters/one.md]\n    - title: More\n      chapters: "
                 "[chapters/two.md, chapters/three.md]")  # fmt: skip
    book = project.book()
    assert [(c.id, c.number, [h.number for h in c.headings]) for c in book.chapters()] == [
        ("pre", "", [""]), ("one", "1", []), ("two", "2", ["2.1"]), ("three", "3", ["3.1"]), ("post", "", [""])
    ]  # fmt: skip
    assert [(p.number, p.id) for p in book.parts] == [("I", "the-only-part"), ("II", "more")]


def test_several_h1(project: Project) -> None:
    """A file written one level too high is put right; its first heading is the title."""
    one = chapter(project, "# One\n\n# A\n\n## B\n\n# C\n", "heading-second-title")
    assert headings(one) == [(2, "1.1", "A"), (3, "1.1.1", "B"), (2, "1.2", "C")]


def test_skipped_level(project: Project) -> None:
    """Levels that nobody uses are closed, with a word to the author at the heading."""
    one = chapter(project, "# One\n\n## A\n\n##### B\n\n## C\n", "heading-skipped")
    assert headings(one) == [(2, "1.1", "A"), (3, "1.1.1", "B"), (2, "1.2", "C")]
    [problem] = project.problems()
    assert (str(problem.span), problem.message, problem.hints) == (
        "source/chapters/one.md:5:7", "a heading of level 5 follows one of level 2", ("use ###",)
    )  # fmt: skip


def test_same_level_for_the_same(project: Project) -> None:
    """Also where a level is skipped before it is used: what was deeper stays deeper."""
    text = "# One\n\n###### A\n\n#### B\n\n###### C\n\n#### D\n\n###### E\n"
    one = chapter(project, text, *["heading-skipped"] * 3)
    assert headings(one) == [
        (3, "", "A"), (2, "1.1", "B"), (3, "1.1.1", "C"), (2, "1.2", "D"), (3, "1.2.1", "E")
    ]  # fmt: skip


def test_level_of_many_h1(project: Project) -> None:
    """The same in a file that is written one level too high."""
    text = "Text\n\n# A\n\n###### B\n\n#### C\n\n###### D\n"
    one = chapter(project, text, *["heading-skipped"] * 2)
    assert [(level, title) for level, _, title in headings(one)] == [
        (2, "A"), (4, "B"), (3, "C"), (4, "D")
    ]  # fmt: skip


def test_all_six_levels(project: Project) -> None:
    """Those of a file that is written one level too high are one more than HTML has: the last two are one."""
    text = "Text\n\n" + "\n\n".join(f"{'#' * level} L{level}" for level in range(1, 7)) + "\n"
    one = chapter(project, text)
    assert [level for level, _, _ in headings(one)] == [2, 3, 4, 5, 6, 6]


def test_same_heading_twice(project: Project) -> None:
    """The second gets a number, as on GitHub."""
    one = chapter(project, "# One\n\n## A\n\n## A\n\n## A 1\n\n## 😀\n\nSee [](#a-1).\n")
    assert [h.anchor for h in one.headings] == ["one--a", "one--a-1", "one--a-1-1", "one--section"]
    assert 'href="#one--a-1"' in one.body.html


def test_heading_knows_its_place(project: Project) -> None:
    """Also behind headings in raw HTML and after a title that has left."""
    one = chapter(project, "# One\n\n<h2>Raw</h2>\n\n## A\n\ntext\n\nB\n---\n")
    spans = {h.title: str(h.span) for h in one.headings}
    assert spans["A"] == "source/chapters/one.md:5:4"
    assert spans["B"] == "source/chapters/one.md:9:1"


# -- captions ----------------------------------------------------------------------------------------

FIGURE = "/// figure | {}\n![x](x.svg)\n///\n\n"
TABLE = "/// table | {}\n\n| a |\n|---|\n| 1 |\n///\n\n"


def test_figures_and_tables_are_numbered_by_chapter(project: Project) -> None:
    """Each kind by itself; a table of data counts among the tables."""
    project.write("chapters/x.svg", '<svg viewBox="0 0 2 1"/>')
    project.write("data/d.yaml", "kind: table\nid: d\ntitle: D\ncolumns: [{id: a, name: A}]\nrows: [[1]]\n"
                  "as_of: x\nsource: y\n")  # fmt: skip
    one = chapter(
        project,
        "# One\n\n" + FIGURE.format("F1") + TABLE.format("T1") + "/// data | d\n///\n\n"
        + FIGURE.format("*F2*[^1]") + TABLE.format("T3") + "See [](#data-d).\n\n[^1]: Note.\n",
    )  # fmt: skip
    assert [(c.kind, c.number, c.title, c.anchor) for c in one.captions] == [
        ("figure", "1.1", "F1", "one--figure-1"),
        ("table", "1.1", "T1", "one--table-1"),
        ("figure", "1.2", "F2", "one--figure-2"),
        ("table", "1.3", "T3", "one--table-3"),
    ]
    assert ">Table 1.2</a>" in one.body.html
    assert project.book().tables[0].number == "1.2"


def test_table_of_data_printed_twice_has_one_number(project: Project) -> None:
    """That of its first place; no number is lost to the second."""
    project.write("data/d.yaml", "kind: table\nid: d\ntitle: D\ncolumns: [{id: a, name: A}]\nrows: [[1]]\n"
                  "as_of: x\nsource: y\n")  # fmt: skip
    project.write("chapters/two.md", "# Two\n\n/// data | d\n///\n\n" + TABLE.format("T"))
    project.edit("guide.yaml", "[chapters/one.md]", "[chapters/one.md, chapters/two.md]")
    project.chapter("# One\n\n/// data | d\n///\n\n/// data | d\n///\n\n" + TABLE.format("T"))
    book = project.book()
    assert book.tables[0].number == "1.1"
    assert [[c.number for c in chapter.captions] for chapter in book.chapters()] == [
        ["1.2"],
        ["2.1"],
    ]


def test_figure_without_a_caption_has_no_number(project: Project) -> None:
    """There is nothing to print a number with."""
    project.write("chapters/x.svg", '<svg viewBox="0 0 2 1"/>')
    one = chapter(project, "# One\n\n/// figure\n![x](x.svg)\n///\n\n" + FIGURE.format("F"))
    assert [(c.number, c.title) for c in one.captions] == [("1.1", "F")]


def test_no_two_anchors_are_the_same(project: Project) -> None:
    """Whatever the headings are called."""
    project.write("chapters/x.svg", '<svg viewBox="0 0 2 1"/>')
    project.chapter(
        "# One\n\n## Figure 1\n\n## Table 1\n\n## Index 1\n\n*a*{: index='a' }\n\n"
        + FIGURE.format("F") + TABLE.format("T") + "x[^1] y[^1]\n\n[^1]: n\n"
    )  # fmt: skip
    found = anchors(project.book())
    assert sorted(found) == sorted(set(found))


# -- footnotes and index -----------------------------------------------------------------------------


def test_footnotes_are_numbered_by_their_first_call(project: Project) -> None:
    """Every call has an anchor of its own; names of two chapters do not meet."""
    project.write("chapters/two.md", "# Two\n\nx[^1]\n\n[^1]: other\n")
    project.edit("guide.yaml", "[chapters/one.md]", "[chapters/one.md, chapters/two.md]")
    project.chapter("# One\n\nx[^b] y[^a] z[^b]\n\n[^a]: *A*, see [](#one)\n[^b]: B\n")
    book = project.book()
    one, two = book.parts[0].chapters
    assert [(n.anchor, n.number) for n in one.footnotes] == [("fn-one-1", 1), ("fn-one-2", 2)]
    assert ">Chapter 1, One</a>" in one.footnotes[1].content.html
    assert [n.anchor for n in two.footnotes] == ["fn-two-1"]
    calls = re.findall(
        r'<sup class="footnote-ref" id="([^"]*)"><a href="([^"]*)">(\d)</a>', one.body.html
    )
    assert calls == [
        ("fnref-one-1", "#fn-one-1", "1"), ("fnref-one-2", "#fn-one-2", "2"), ("fnref-one-3", "#fn-one-1", "1")
    ]  # fmt: skip


def test_index(project: Project) -> None:
    """Terms and sub-terms, several at one place, each place an anchor."""
    one = chapter(
        project,
        "# One\n\n## Head {#head index='heads'}\n\n*a*{: index='HTTP ! idempotence;REST' }"
        " [b]{: index='C++' } `c`{: index=';!; ' }\n",
    )
    assert [(e.path, e.anchor) for e in one.index] == [
        (("heads",), "head"),
        (("HTTP", "idempotence"), "one--index-2"),
        (("REST",), "one--index-2"),
        (("C++",), "one--index-3"),
    ]
    assert 'id="one--index-3"' in one.body.html


def test_footnote_in_a_footnote(project: Project) -> None:
    """Its call leads to the note, and what stands in a note has labels and index entries too."""
    one = chapter(
        project,
        "# One\n\nx[^a], see [](#here).\n\n[^a]: More[^b].\n[^b]: *Last*{: #here index='last' }.\n",
    )
    assert (
        '<sup class="footnote-ref" id="fnref-one-2"><a href="#fn-one-2">2</a></sup>'
        in one.footnotes[0].content.html
    )
    assert 'id="here"' in one.footnotes[1].content.html
    assert [(e.path, e.anchor) for e in one.index] == [(("last",), "here")]


def test_paragraphs_of_anchors_become_marks(project: Project) -> None:
    """`<a id="…"></a>` in a paragraph of its own, as foreign books write before headings, stays a place to refer to."""
    project.chapter(
        '# One\n\nSee [it](#old).\n\n<a id="old"></a><a id="older"></a>\n\n## Two\n\nText.\n'
    )
    html = project.book().parts[0].chapters[0].body.html
    assert '<div class="mark" id="old"></div><div class="mark" id="older"></div>' in html
    assert 'href="#old"' in html
