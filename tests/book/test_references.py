"""References: every kind of name, from anywhere, and what is said where nothing is meant."""

from __future__ import annotations

import re

import pytest
from tests.project import Project

STAGES = "stages: [{id: caching, title: Caching}, {id: auth, title: Logging In}]"
GLOSSARY = "terms: [{id: ttl, term: TTL, definition: D}]"
FAQ = "questions: [{id: long, question: 'How *long* is `x`?', answer: A}]"
SKILLS = (
    "skills: [{id: git, name: Git & co, summary: S}, {id: sql, name: SQL, kind: tool, summary: S}]"
)
TABLE = "{kind: table, id: pay, title: Pay, columns: [{id: a, name: A}], rows: [[1]], as_of: x, source: y}"
PROFILES = (
    "{kind: profiles, id: cities, title: Cities, profiles: [{id: oslo, name: Oslo, summary: S}]}"
)


@pytest.fixture
def guide(project: Project) -> Project:
    """Three chapters; the second prints every record, the third is the one that refers."""
    project.write("roadmap.yaml", STAGES).write("glossary.yaml", GLOSSARY).write("faq.yaml", FAQ)
    project.write("skills.yaml", SKILLS).write("data/pay.yaml", TABLE).write(
        "data/cities.yaml", PROFILES
    )
    project.write("chapters/x.svg", '<svg viewBox="0 0 2 1"/>')
    project.edit(
        "guide.yaml",
        "[chapters/one.md]",
        "[chapters/one.md, chapters/sub/two.md, chapters/three.md]",
    )
    project.edit("guide.yaml", "title: The Only Part", "title: The Part\n      id: part")
    project.chapter(
        "# First *Chapter* {#first}\n\n## Shared\n\n## Deep & Meaningful\n\n## Marked {#marked}\n\n"
        "/// figure | Fig\n    id: fig\n![x](x.svg)\n///\n\n"
        "/// table | Tab\n    id: tab\n\n| a |\n|---|\n| 1 |\n///\n\n/// note | N\n    id: place\nx\n///\n"
    )
    project.write(
        "chapters/sub/two.md",
        "# Two\n\n## Shared\n\n/// roadmap\n///\n\n/// glossary\n///\n\n/// faq\n///\n\n/// skills | skill\n///\n\n"
        "/// data | pay\n///\n\n/// profiles | cities\n///\n",
    )
    project.write("chapters/three.md", "# Three\n")
    return project


def link(guide: Project, target: str, text: str = "") -> tuple[str, str]:
    """The anchor and text of a link in the third chapter, whose guide has no problem."""
    guide.write("chapters/three.md", f"# Three\n\nSee [{text}]({target}).\n\n## Own\n")
    html = guide.book().parts[0].chapters[2].body.html
    found = re.search(r'See <a class="ref" href="#([^"]*)">(.*?)</a>\.</p>', html)
    assert found, html
    return found[1], found[2]


def problem(guide: Project, target: str) -> tuple[str, str, str, tuple[str, ...]]:
    """Place, code, message and hints of the only problem of a link in the third chapter."""
    guide.write("chapters/three.md", f"# Three\n\nSee [words]({target}).\n\n## Own\n")
    (only,) = guide.problems()
    compiled = guide.compile().value
    assert compiled is not None
    assert "See words." in compiled.parts[0].chapters[2].body.html or "goes to" in only.message
    return str(only.span), only.code, only.message, only.hints


@pytest.mark.parametrize(
    ("target", "anchor", "text"),
    [
        ("#one", "one", "Chapter 1, First Chapter"),
        ("#two", "two", "Chapter 2, Two"),
        ("#first", "one", "Chapter 1, First Chapter"),
        ("#first-chapter", "one", "Chapter 1, First Chapter"),
        ("#own", "three--own", "3.1 Own"),
        ("#marked", "marked", "1.3 Marked"),
        ("#deep--meaningful", "one--deep--meaningful", "1.2 Deep &amp; Meaningful"),
        ("#fig", "fig", "Figure 1.1"),
        ("#tab", "tab", "Table 1.1"),
        ("#place", "place", "First Chapter"),
        ("#part-part", "part-part", "Part I, The Part"),
        ("#stage-caching", "stage-caching", "Stage 1, Caching"),
        ("#stage-auth", "stage-auth", "Stage 2, Logging In"),
        ("#term-ttl", "term-ttl", "TTL"),
        ("#faq-long", "faq-long", "How long is x?"),
        ("#skill-git", "skill-git", "Git &amp; co"),
        ("#data-pay", "data-pay", "Table 2.1"),
        ("#profiles-cities", "profiles-cities", "Cities"),
        ("#profile-oslo", "profile-oslo", "Oslo"),
        ("one.md", "one", "Chapter 1, First Chapter"),
        ("./one.md", "one", "Chapter 1, First Chapter"),
        ("sub/two.md", "two", "Chapter 2, Two"),
        ("sub/../one.md#shared", "one--shared", "1.1 Shared"),
        ("sub/two.md#shared", "two--shared", "2.1 Shared"),
        ("one.md#marked", "marked", "1.3 Marked"),
        ("one.md#first", "one", "Chapter 1, First Chapter"),
        ("/chapters/one.md#fig", "fig", "Figure 1.1"),
        ("three.md#own", "three--own", "3.1 Own"),
        ("sub/two.md#stage-auth", "stage-auth", "Stage 2, Logging In"),
    ],
)
def test_reference_without_text_takes_that_of_its_target(
    guide: Project, target: str, anchor: str, text: str
) -> None:
    """Title and number, as print calls such a thing."""
    assert link(guide, target) == (anchor, text)


@pytest.mark.parametrize("target", ["#marked", "one.md#marked", "#deep--meaningful"])
def test_reference_with_text_keeps_it(guide: Project, target: str) -> None:
    """The author's words, whatever is in them."""
    assert link(guide, target, "the *words*")[1] == "the <em>words</em>"


def test_encoded_target(guide: Project) -> None:
    """Names with spaces and letters of other scripts, as editors write them into links."""
    guide.write("chapters/größe a.md", "# Größe\n\n## Über uns\n")
    guide.edit("guide.yaml", "chapters/three.md]", "chapters/three.md, 'chapters/größe a.md']")
    assert link(guide, "gr%C3%B6%C3%9Fe%20a.md#%C3%BCber-uns")[1] == "4.1 Über uns"
    assert link(guide, "<größe a.md>")[1] == "Chapter 4, Größe"


def test_own_heading_comes_before_that_of_another_chapter(guide: Project) -> None:
    """A short name means the nearest thing that is called so."""
    guide.write("chapters/sub/two.md", "# Two\n\nSee [](#shared).\n\n## Shared\n")
    html = guide.compile().value
    assert html is not None
    assert 'href="#two--shared"' in html.parts[0].chapters[1].body.html


def test_reference_to_an_unnumbered_target(guide: Project) -> None:
    """Its title alone."""
    guide.write("chapters/pre.md", "# Before\n\n## Word {.unnumbered #word}\n\n/// table | T\n    id: pt\n\n"
                "| a |\n|---|\n| 1 |\n///\n")  # fmt: skip
    guide.edit("guide.yaml", "contents:", "contents:\n  front: [chapters/pre.md]")
    assert link(guide, "#pre")[1] == "Before"
    assert link(guide, "#word")[1] == "Word"
    assert link(guide, "#pt")[1] == "Table 1"


def test_links_into_the_network_are_left_alone(guide: Project) -> None:
    """They are no references."""
    guide.write(
        "chapters/three.md", "# Three\n\n[a](https://example.org/x.md#y) <mailto:a@example.org>\n"
    )
    html = guide.book().parts[0].chapters[2].body.html
    assert 'href="https://example.org/x.md#y"' in html
    assert 'class="ref"' not in html


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("#markd", ("reference-unknown", "nothing is called `#markd`", ("did you mean `marked`?",))),
        ("#stage-cachng", ("reference-unknown", "nothing is called `#stage-cachng`",
                           ("did you mean `stage-caching`?",))),
        ("#owm", ("reference-unknown", "nothing is called `#owm`", ("did you mean `own`?",))),
        ("#zzzzzz", ("reference-unknown", "nothing is called `#zzzzzz`", ())),
        ("#skill-sql", ("reference-unprinted", "no chapter prints `#skill-sql`",
                        ("print it in a chapter with `/// skills | tool`",))),
        ("#shared", ("reference-ambiguous", "`#shared` may mean several headings",
                     ("headings of this name are in `one`, `two`: give one of them an id with {#id}",))),
        ("oen.md", ("reference-outside", "`oen.md` is not a chapter of this guide; the link is printed as text",
                    ("did you mean `one.md`?",))),
        ("../README.md", ("reference-outside",
                          "`../README.md` is not a chapter of this guide; the link is printed as text",
                          ("add the file to the contents in guide.yaml",))),
        ("one.md#markd", ("reference-heading-unknown",
                          "no heading `#markd` in `one.md`; the link goes to the chapter",
                          ("did you mean `marked`?",))),
    ],
)  # fmt: skip
def test_reference_to_nothing(
    guide: Project, target: str, expected: tuple[str, str, tuple[str, ...]]
) -> None:
    """The words stay, the link goes, and the author reads what may have been meant."""
    place, *found = problem(guide, target)
    assert tuple(found) == expected
    assert place == "source/chapters/three.md:3:13"


def test_every_reference_is_checked(guide: Project) -> None:
    """In text, headings, captions, footnotes, cards and records alike."""
    guide.write(
        "chapters/three.md",
        "# A [](#n1)\n\n## B [](#n2)\n\n[](#n3)[^1]\n\n[^1]: [](#n4)\n\n/// card | Q [](#n5)\n    id: c\n    hint: h\n"
        "\nA [](#n6)\n///\n\n/// table | [](#n7)\n\n| [](#n8) |\n|---|\n| 1 |\n///\n",
    )
    guide.write("glossary.yaml", "terms: [{id: ttl, term: TTL, definition: 'D [](#n9)'}]")
    problems = [d for d in guide.problems() if d.code == "reference-unknown"]
    assert sorted(d.message for d in problems) == [
        f"nothing is called `#n{n}`" for n in range(1, 10)
    ]
    assert all(d.span and d.span.line for d in problems)


def test_label_defined_twice(guide: Project) -> None:
    """The first has the name in the book; each chapter's own links lead to its own."""
    guide.write("chapters/three.md", "# Three\n\nSee [](#marked).\n\n## Mine {#marked}\n")
    (only,) = guide.problems()
    assert (only.code, only.message) == (
        "label-duplicate",
        "the name `marked` is already defined",
    )
    assert (str(only.span), str(only.related[0].span)) == (
        "source/chapters/three.md:5:4", "source/chapters/one.md:7:4"
    )  # fmt: skip
    book = guide.compile().value
    assert book is not None
    assert 'href="#three--marked">3.1 Mine' in book.parts[0].chapters[2].body.html
    assert 'id="three--marked"' in book.parts[0].chapters[2].body.html
    assert book.labels["marked"].chapter == "one"


@pytest.mark.parametrize("name", ["two", "part-part", "stage-auth"])
def test_heading_with_the_name_of_something_else(guide: Project, name: str) -> None:
    """Chapters, parts and records keep theirs, and no anchor is given twice."""
    guide.write("chapters/three.md", f"# Three\n\n## Mine {{#{name}}}\n")
    assert guide.codes() == ["label-duplicate"]
    book = guide.compile().value
    assert book is not None
    ids = [i for c in book.chapters() for i in re.findall(r'\bid="([^"]*)"', c.body.html)]
    ids += [a for c in book.chapters() for b in c.blocks for a in b.anchors.values()]
    ids += [c.anchor for c in book.chapters()] + [p.anchor for p in book.parts]
    assert sorted(ids) == sorted(set(ids))


def test_unreadable_record_file_makes_no_references_unknown(guide: Project) -> None:
    """One mistake in a file is one problem, not one for each mention of what is in it."""
    guide.write("chapters/three.md", "# Three\n\n[](#stage-auth) [](#stage-nix) [](#term-ttl)\n")
    guide.edit("roadmap.yaml", "title: Caching", "titel: Caching")
    assert sorted(guide.codes()) == ["key-missing", "key-unknown"]
    guide.write("roadmap.yaml", STAGES).write("data/pay.yaml", "kind: table\nid: pay: x\n")
    assert guide.codes() == ["yaml-syntax", "reference-unknown"]


def test_chapters_know_what_they_refer_to(guide: Project) -> None:
    """Each target once, in order."""
    guide.write("chapters/three.md", "# Three\n\n[](#fig) [](#own) [](#fig) [x](#one)\n\n## Own\n")
    assert guide.book().parts[0].chapters[2].references == ("fig", "three--own", "one")


def test_the_book_speaks_the_guides_language(project: Project) -> None:
    """What it says itself; a title that an author wrote stays, though it may be an English word (German: a mark)."""
    project.edit("guide.yaml", "language: en", "language: de")
    project.write("brand.yaml", "words: {chapter: Lektion}")
    html = (
        project.chapter(
            '# One\n\n[](#one)\n\n!!! note\n    a\n\n!!! note "Note"\n    b\n\n/// tip\n\nc\n///\n\n> [!WARNING]\n> d\n'
        )
        .book()
        .parts[0]
        .chapters[0]
        .body.html
    )
    assert ">Lektion 1, One</a>" in html
    titles = re.findall(r'<p class="admonition-title"[^>]*>([^<]*)</p>', html)
    assert titles == ["Anmerkung", "Note", "Tipp", "Warnung"]
    assert "data-word" not in html
