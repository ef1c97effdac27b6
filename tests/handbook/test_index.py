"""The index: order, letters, sub-terms, what records tell, and where to look instead."""

from __future__ import annotations

import re
from ctypes import c_int, create_string_buffer
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from pypdfium2 import raw

from guidepress.book.model import Book, IndexEntry, Term
from guidepress.handbook.index import IndexLine, index_groups, index_problems, letter, sort_key
from guidepress.handbook.mentions import Mentions
from guidepress.handbook.press import prepare
from guidepress.layouts import Layout
from tests.contents import make, replace
from tests.handbook import books
from tests.handbook.conftest import Pressed, read
from tests.handbook.overlaps import words
from tests.project import Project


def lines(book: Book, **mentions: str) -> dict[str, IndexLine]:
    """The lines of a book's index by their terms."""
    groups = index_groups(book, tuple(mentions.items()))
    return {line.term: line for group in groups for line in group.lines}


def term(
    name: str, long: str = "", aliases: tuple[str, ...] = (), see: tuple[str, ...] = ()
) -> Term:
    return make(Term, name.casefold().replace(" ", "-"), name, long, "What it is.", aliases, see)


def test_accents_and_case_do_not_count() -> None:
    terms = ["zebra", "Éclair", "eagle", "_hidden", "3 tiers", "Zoo"]
    assert sorted(terms, key=sort_key) == ["3 tiers", "eagle", "Éclair", "_hidden", "zebra", "Zoo"]
    assert [letter(t) for t in ("Éclair", "_hidden", "3 tiers")] == ["E", "H", "#"]


def test_sub_terms_stand_below_their_term(sample: Book) -> None:
    entries = (
        IndexEntry(("HTTP", "methods"), "a"),
        IndexEntry(("HTTP",), "b"),
        IndexEntry(("HTTP", "caching"), "c"),
        IndexEntry(("HTTP", "methods"), "d"),
    )
    [group] = index_groups(books.with_chapter(sample, "", index=entries))
    assert [(line.term, line.depth, line.anchors) for line in group.lines] == [
        ("HTTP", 0, ("b",)),
        ("caching", 1, ("c",)),
        ("methods", 1, ("a", "d")),
    ]


def test_a_long_entry_may_break_and_a_short_one_stays_together(sample: Book) -> None:
    many = tuple(IndexEntry(("HTTP", f"{n}"), f"a{n}") for n in range(30))
    few = (IndexEntry(("cache", "place"), "b"),)
    groups = index_groups(books.with_chapter(sample, "", index=(*many, *few)))
    assert [(e.lines[0].term, e.whole) for g in groups for e in g.entries] == [
        ("cache", True),
        ("HTTP", False),
    ]


def test_columns_end_between_lines_that_may_be_parted(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    """No term stands at the foot of a column with nothing below it, nor what is below a term alone at the next head."""
    entries = tuple(
        IndexEntry((f"Term{n:02}", f"sub{n:02}x{m:02}", *deeper), "only--a")
        for n in range(40)
        for m in range(9 + n % 3)
        for deeper in ((), (("deep",) if m == 5 else ()))
    )
    book = books.with_chapter(sample, "<h2 id='only--a'>S</h2>", index=entries)
    result = read(book, layout, tmp_path)
    start = result.handbook.page_map.anchors["handbook:index"].index
    columns: list[list[str]] = []
    for page in words(result.path)[start:]:
        by_column: dict[int, list[tuple[float, str]]] = {}
        edges = sorted({round(box[0]) for box, word in page if word.startswith("Term")})
        for box, word in page:
            if re.match("Term|sub|deep", word):
                column = sum(edge <= box[0] + 1 for edge in edges)
                by_column.setdefault(column, []).append((box[1], word))
        columns += [[word for _, word in sorted(found)] for _, found in sorted(by_column.items())]
    parted = 0
    for column, following in pairwise(columns):
        assert not column[-1].startswith("Term"), column
        if (
            following[0].startswith("Term")
            and following[1:2]
            and column[-1][3:5] == following[0][4:6]
        ):
            # A head that is continued.
            parted += 1
            assert following[2].startswith(("sub", "deep")), following
    assert parted > 3


def test_a_name_in_code_stands_with_others_of_its_kind(sample: Book) -> None:
    """Below the entry that it begins with, where an author put such names; else by itself."""
    entries = (
        IndexEntry(("Git", "commands", "git add"), "a"),
        IndexEntry(("Docker", "layers"), "b"),
    )
    book = books.with_chapter(sample, "", index=entries)
    mentions = (("`git add", "c"), ("`git fetch", "d"), ("`docker run", "e"))
    [group, git] = index_groups(book, mentions)
    assert [line.path for line in (*group.lines, *git.lines)] == [
        ("Docker",),
        ("Docker", "layers"),
        ("docker run",),
        ("Git",),
        ("Git", "commands"),
        ("Git", "commands", "git add"),
        ("Git", "commands", "git fetch"),
    ]
    assert git.lines[2].anchors == ("a", "c")


def test_a_name_in_full_that_an_entry_begins_with_is_no_entry(sample: Book) -> None:
    entries = (IndexEntry(("cross-site scripting (XSS)",), "a"),)
    marked = books.with_chapter(sample, "", index=entries)
    found = lines(replace(marked, terms=(term("XSS", "cross-site scripting"),)))
    assert "cross-site scripting" not in found
    assert found["XSS"].see == ("cross-site scripting (XSS)",)


def test_a_name_that_ends_in_a_capital_is_no_plural(sample: Book) -> None:
    entries = (IndexEntry(("HTTPS",), "a"), IndexEntry(("HTTP",), "b"))
    marked = books.with_chapter(sample, "", index=entries)
    found = lines(replace(marked, terms=(term("HTTP", "Hypertext Transfer Protocol"),)))
    assert (found["HTTP"].anchors, found["HTTPS"].anchors) == (("b", "term-http"), ("a",))
    assert found["Hypertext Transfer Protocol"].see == ("HTTP",)


def test_names_that_differ_in_case_are_one_entry(sample: Book) -> None:
    entries = (IndexEntry(("Caching",), "a"), IndexEntry(("caching",), "b"))
    found = lines(books.with_chapter(sample, "", index=entries))
    assert [(t, line.anchors) for t, line in found.items()] == [("Caching", ("a", "b"))]


def test_records_are_in_the_index_with_their_main_place(sample: Book) -> None:
    found = lines(sample)
    for name, anchor in (
        ("SQL", "skill-sql"),
        ("Ulm", "profile-ulm"),
        ("Beginnings", "stage-stage-one"),
        ("Why at all", "faq-why"),
        ("cache", "term-cache"),
    ):
        assert anchor in found[name].main, name
    # A question stands below the chapter that answers it.
    assert (found["Records"].depth, found["Why at all"].depth) == (0, 1)


@pytest.mark.parametrize("asked", ["Pourquoi\N{NARROW NO-BREAK SPACE}?", "¿Por qué?", "لماذا؟"])
def test_a_question_is_an_entry_without_its_marks(sample: Book, asked: str) -> None:
    [question] = sample.questions
    book = replace(sample, questions=(replace(question, question=asked),))
    [found] = [line.term for line in lines(book).values() if "faq-why" in line.main]
    assert found == asked.strip("¿?؟\N{NARROW NO-BREAK SPACE}")


def test_the_glossary_tells_where_to_look(sample: Book) -> None:
    book = replace(
        books.with_chapter(sample, "", index=(IndexEntry(("cookies",), "a"),)),
        terms=(
            term("CSP", "Content Security Policy", see=("cookie",)),
            term("cookie", aliases=("web cookie",)),
        ),
    )
    found = lines(book, csp="m")
    assert found["CSP"].anchors == ("m", "term-csp")
    assert found["CSP"].main == ("term-csp",)
    # The author wrote the plural, and the term keeps to it.
    assert "cookie" not in found
    assert found["CSP"].see_also == ("cookies",)
    assert found["Content Security Policy"].see == ("CSP",)
    assert found["web cookie"].see == ("cookies",)
    assert found["cookies"].anchors == ("a", "term-cookie")


def test_an_authors_main_place_is_the_only_one(sample: Book) -> None:
    book = replace(
        books.with_chapter(sample, "", index=(IndexEntry(("etag",), "a", "main"),)),
        terms=(term("ETag"),),
    )
    assert lines(book)["etag"].main == ("a",)


def test_another_name_of_a_term_keeps_places_of_its_own(sample: Book) -> None:
    marked = books.with_chapter(sample, "", index=(IndexEntry(("web cookie",), "a"),))
    terms = (term("cookie", aliases=("web cookie", "browser cookie")),)
    found = lines(replace(marked, terms=terms))
    assert (found["web cookie"].anchors, found["web cookie"].see) == (("a",), ())
    assert found["browser cookie"].see == ("cookie",)


def test_a_place_that_is_marked_twice_stays_the_main_one(sample: Book) -> None:
    entries = (IndexEntry(("etag",), "a", "main"), IndexEntry(("etag",), "a"))
    assert lines(books.with_chapter(sample, "", index=entries))["etag"].main == ("a",)


INDEXED = """# One

The [copy]{: index="cache|main" } and the [rest]{: index="memory|see cache; buffer|see also cache; buffer" }.

A [pipe]{: index="a | b" } and a [dead end]{: index="lost|see nothing such" }.
"""


def test_what_authors_write_behind_a_bar(tmp_path: Path) -> None:
    book = Project(tmp_path).chapter(INDEXED).book()
    found = lines(book)
    assert len(found["cache"].main) == 1
    assert (found["memory"].anchors, found["memory"].see) == ((), ("cache",))
    assert (len(found["buffer"].anchors), found["buffer"].see_also) == (1, ("cache",))
    # A bar that says none of that belongs to the term.
    assert len(found["a | b"].anchors) == 1
    assert "lost" not in found or found["lost"].see == ()
    [problem] = index_problems(book)
    assert problem.code == "index-see-unknown"
    assert problem.span is not None
    assert problem.span.line == 5
    assert "`lost` to `nothing such`" in problem.message


def test_an_entry_that_leads_nowhere_is_reported_with_a_build(
    tmp_path: Path, layout: Layout
) -> None:
    result = read(Project(tmp_path / "guide").chapter(INDEXED).book(), layout, tmp_path)
    assert "index-see-unknown" in {d.code for d in result.diagnostics}
    index = " ".join(result.page("handbook:index").split())
    assert "memory, see cache" in index
    assert "See also cache" in index


def test_mentions_are_chosen_section_by_section(sample: Book) -> None:
    html = (
        "<p>Caches: a Cache, and caches. <code>cache</code> and <a href='#x'>cache</a> do not count.</p>"
        "<h2 id='only--a'>A cache in a heading</h2><p>Nothing here but REST, and the rest.</p>"
        "<h2 id='only--b'>B</h2><ul><li>The <em>cache</em> again, as caches do</li></ul><pre><code>cache</code></pre>"
    )
    book = replace(
        books.with_chapter(sample, html), terms=(term("cache", aliases=("buffer",)), term("REST"))
    )
    mentions = Mentions.of(book)
    assert mentions.wanted == {
        ("only", 0): {"cache"},
        ("only", 1): {"rest"},
        ("only", 2): {"cache"},
    }
    # A common word that comes once may mean anything; a name means itself.
    once = books.with_chapter(sample, "<p>An image, and REST, and a web cache.</p>")
    once = replace(once, terms=(term("REST"), term("image"), term("web cache")))
    assert Mentions.of(once).wanted == {("only", 0): {"rest", "web-cache"}}


def test_names_in_code_count_where_a_text_comes_back_to_them(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    html = (
        '<p data-line="3"><code>Cache-Control</code> and <code>cache</code>, <code>once_only</code>, <code>set</code>.'
        "</p>"
        '<h2 id="only--a"><span class="number">1.1</span> A</h2>'
        '<p data-line="6">Again <code>Cache-Control</code>, <code>git rebase</code>, <code>git rebase</code>,'
        " <code>set</code>.</p>"
    )
    book = replace(books.with_chapter(sample, html), terms=(term("cache"),))
    assert {name for names in Mentions.of(book).wanted.values() for name in names} == {
        "`Cache-Control",
        "`git rebase",
    }
    options = replace(book.handbook, index="mentions")
    result = read(replace(book, handbook=options), layout, tmp_path)
    assert result.diagnostics == ()
    text = " ".join(result.page("handbook:index").split())
    assert f"Cache-Control, {result.folio('only')}" in text
    assert f"git rebase, {result.folio('only--a')}" in text


def test_a_term_in_many_sections_is_noted_where_it_is_named_most(sample: Book) -> None:
    html = "".join(
        f"<h2 id='only--{n}'>S</h2><p>{'A cache. ' * (3 if n % 2 else 1)}</p>" for n in range(40)
    )
    mentions = Mentions.of(replace(books.with_chapter(sample, html), terms=(term("cache"),)))
    assert {section for _, section in mentions.wanted} == {2 * n + 2 for n in range(12)}


def test_mentions_lead_to_their_pages(sample: Book, layout: Layout, tmp_path: Path) -> None:
    html = (
        books.filler(3, 30)
        + '<h2 id="only--late"><span class="number">1.1</span> Late</h2>'
        + '<p data-line="9">Before it, a <strong>bold word</strong>, then the web cache, and words after it.</p>'
    )
    book = replace(books.with_chapter(sample, html), terms=(term("web cache"),))
    for index, expected in (("mentions", 1), ("marked", 0)):
        options = replace(book.handbook, index=index)
        result = read(replace(book, handbook=options), layout, tmp_path)
        assert result.diagnostics == ()
        places = [a for a in result.handbook.pages if "--mention-" in a]
        assert len(places) == expected
        text = " ".join(result.page("handbook:index").split())
        folios = [result.folio(a) for a in (*places, "term-web-cache")]
        assert f"web cache, {', '.join(folios)}" in text
        assert "then the web cache, and words after it" in " ".join(
            result.page("only--late").split()
        )


def test_a_chapter_is_composed_the_same_whatever_others_mention(
    sample: Book, layout: Layout
) -> None:
    """Else a word in the first chapter would have all chapters laid out again."""
    few = "".join(
        f"<h2 id='c2--{n}'>S</h2><p>A cache. A <code>Set-Cookie</code>.</p>" for n in range(9)
    )
    many = "".join(f"<h2 id='c1--{n}'>S</h2><p>A cache, a cache, REST.</p>" for n in range(20))
    terms = (term("cache"), term("REST"))
    options = replace(sample.handbook, index="mentions")
    texts = []
    for first in ("<p>REST, REST.</p>", many):
        book = replace(books.with_chapters(sample, [first, few]), terms=terms, handbook=options)
        ready = prepare(book, layout).value
        assert ready is not None
        texts.append(next(draft.html for draft in ready.drafts if draft.name == "chapter-c2"))
    assert texts[0] == texts[1]
    assert "c2--mention-1" in texts[0]


def test_main_pages_are_bold(pressed: Pressed) -> None:
    """And no other letters are."""
    index = pressed.handbook.page_map.anchors["handbook:index"].index
    text = pypdfium2.PdfDocument(pressed.path)[index].get_textpage()
    words = text.get_text_range()
    start = words.index(f"Ulm, {pressed.folio('profile-ulm')}")
    name = create_string_buffer(99)
    bold = []
    for at in range(start, start + len(f"Ulm, {pressed.folio('profile-ulm')}")):
        raw.FPDFText_GetFontInfo(text.raw, at, name, 99, c_int())
        bold.append(b"Bold" in name.value)
    assert bold == [letter.isdigit() for letter in words[start : start + len(bold)]]
    assert "Structured Query Language, see SQL" in " ".join(words.split())


def test_the_sample_index_has_no_dead_end(sample: Book) -> None:
    assert index_problems(sample) == []
