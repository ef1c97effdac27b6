"""Guide -> Book: contents, ids, options, and a book even where there are errors."""

from __future__ import annotations

import pytest
from tests.project import Project, words_in

from guidepress.book.compiler import compile_book
from guidepress.source.project import read_guide


def chapters(project: Project, *files: str) -> Project:
    """Make these the chapters of the only part."""
    for file in files:
        name = file.partition("file: ")[2].partition(",")[0].strip("}") or file
        if not (project.source / name).exists():
            project.write(name, "Text\n")
    return project.edit("guide.yaml", "[chapters/one.md]", f"[{', '.join(files)}]")


def ids(project: Project) -> list[str]:
    return [c.id for c in project.book().chapters()]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["chapters/one.md", "a b.md", "x/Größe.md"], ["one", "a-b", "groe"]),
        (["x/intro.md", "y/intro.md", "z/intro-1.md"], ["intro", "intro-1", "intro-1-1"]),
        (["x/README.md", "y/index.md", "README.md"], ["x", "y", "source"]),
        (["日本.md", "x/日本.md"], ["chapter", "chapter-1"]),
        (["{file: chapters/one.md, id: mine}", "mine.md"], ["mine", "mine-1"]),
    ],
)
def test_ids_of_chapters(project: Project, files: list[str], expected: list[str]) -> None:
    """Authored, or made from the name of the file; a folder's README is named after the folder."""
    assert ids(chapters(project, *files)) == expected


def test_chapter_id_used_twice(project: Project) -> None:
    """Given by two authors, it is a problem, at the place where it was given."""
    project.write("two.md", "---\nid: one\n---\n# Two\n")
    chapters(project, "chapters/one.md", "two.md")
    found = [(d.code, d.message) for d in project.problems()]
    assert ("id-duplicate", "a second chapter has the id `one`") in found


def test_ids_of_parts(project: Project) -> None:
    """Authored, or made from the title; an authored one is never taken by another part."""
    project.write("two.md", "# Two").write("three.md", "# Three")
    project.edit("guide.yaml", "    - title: The Only Part\n      chapters: [chapters/one.md]",
                 "    - {title: Work, chapters: [chapters/one.md]}\n    - {title: Work, chapters: [two.md]}\n"
                 "    - {title: 日本, id: work, chapters: [three.md]}")  # fmt: skip
    assert [(p.id, p.number, p.anchor) for p in project.book().parts] == [
        ("work-1", "I", "part-work-1"), ("work-2", "II", "part-work-2"), ("work", "III", "part-work")
    ]  # fmt: skip


def test_everything_of_a_guide_is_in_the_book(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The full guide: identity, brand, options and each kind of record."""
    book = Project(tmp_path_factory.mktemp("full") / "guide", "full").book()
    assert (book.id, book.title, book.subtitle) == (
        "tea",
        "The Tea Handbook",
        "Leaves, water, time",
    )
    assert (book.edition, book.language, book.date, book.licence) == (
        "2.10",
        "en",
        "2025-11-01",
        "CC BY 4.0",
    )
    assert (book.authors, book.keywords) == (("Ada Brewer", "Max Kettle"), ("tea", "water"))
    assert book.publisher == "Pot & Sons"
    assert book.description.html == "How to brew tea, for people who <em>read</em>."
    assert (book.handbook.page, book.handbook.sides, book.handbook.bleed) == ("A5", "single", "3mm")
    assert book.handbook.marks
    assert book.deck.name == "Tea"
    assert "<em>The Tea Handbook</em>" in book.deck.description.html
    assert (book.brand.name, book.brand.logo, book.brand.logo_alt) == (
        "Pot & Sons",
        "images/pot.svg",
        "A tea pot",
    )
    assert book.brand.colours == {"ink": "#1a1a1a", "accent": "#6b3e26", "link": "#2f5d50"}
    assert "<strong>The Tea Handbook</strong>" in book.brand.imprint.html
    assert [(c.id, c.number) for c in book.chapters()] == [
        ("preface", ""), ("kinds", "1"), ("brewing", "2"), ("places", "3"), ("questions", "")
    ]  # fmt: skip
    assert 'href="#brewing">Chapter 2, Brewing</a>' in book.parts[0].summary.html
    assert {c.origin for c in book.cards} == {
        "card",
        "faq",
        "term",
        "stage",
        "skill",
        "data",
        "profile",
    }
    for records in (book.skills, book.questions, book.terms, book.tables, book.profiles):
        assert records
    kinds = {block.kind for chapter in book.chapters() for block in chapter.blocks}
    assert kinds == {"roadmap", "stage", "skills", "data", "profiles", "faq", "glossary"}


def test_edition_of_a_guide(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Another title, brand and page; the same cards."""
    folder = Project(tmp_path_factory.mktemp("full") / "guide", "full").folder
    guide, school = read_guide(folder), read_guide(folder, "school")
    assert guide.value is not None
    assert school.value is not None
    book, other = (compile_book(g, words_in()).value for g in (guide.value, school.value))
    assert book is not None
    assert other is not None
    assert (other.title, other.brand.name, other.brand.logo) == (
        "Tea at School",
        "The School of Tea",
        "",
    )
    assert (other.handbook.page, other.handbook.sides) == (("170mm", "240mm"), "single")
    assert other.deck == book.deck
    assert other.cards == book.cards


def test_book_in_spite_of_errors(project: Project) -> None:
    """A preview shows what there is; a build looks at the errors."""
    project.chapter(
        "# One\n\n[](#nowhere) ![x](gone.png)\n\n/// data | nix\n///\n\n/// card | Q\nA\n///\n"
    )
    compiled = project.compile()
    assert compiled.failed
    assert compiled.value is not None
    assert compiled.value.parts[0].chapters[0].title == "One"
    assert compiled.value.cards == ()


def test_problems_are_in_the_order_of_the_source(project: Project) -> None:
    """By file and line, whichever step found them."""
    project.write("glossary.yaml", "terms: [{id: a, term: A, definition: '[](#n1)'}]")
    project.chapter(
        "# One\n\n*x*{: .term}\n\n[](#n2)\n\n![x](gone.png)\n\n/// data | nix\n///\n\n##### Deep\n"
    )
    guide = read_guide(project.folder).value
    assert guide is not None
    places = [
        (d.span.file, d.span.line) for d in compile_book(guide, words_in()).diagnostics if d.span
    ]
    assert places == sorted(places)
    assert len(places) == 6


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("stage | aut", ("stage-unknown", "no stage is called `aut`", ("did you mean `auth`?",))),
        ("skills | skil", ("skills-unknown", "no kind of skill is called `skil`", ("did you mean `skill`?",))),
        ("data | zzz", ("data-unknown", "no table of data is called `zzz`", ())),
        ("profiles | x", ("profiles-unknown", "no set of profiles is called `x`", ())),
        ("faq", ("block-empty", "there is nothing to print: the guide has no faq.yaml", ())),
        ("glossary", ("block-empty", "there is nothing to print: the guide has no glossary.yaml", ())),
    ],
)  # fmt: skip
def test_block_that_prints_nothing(
    project: Project, block: str, expected: tuple[str, str, tuple[str, ...]]
) -> None:
    """At the block, with what there is."""
    project.write("roadmap.yaml", "stages: [{id: auth, title: A}]")
    project.write("skills.yaml", "skills: [{id: a, name: A, summary: S}]")
    project.chapter(f"# One\n\n/// {block}\n///\n")
    (only,) = project.problems()
    assert (only.code, only.message, only.hints) == expected
    assert str(only.span) == "source/chapters/one.md:3:1"


@pytest.mark.parametrize("block", ["roadmap", "stage | x", "skills"])
def test_block_without_its_file(project: Project, block: str) -> None:
    """There is no roadmap.yaml and no skills.yaml."""
    project.chapter(f"# One\n\n/// {block}\n///\n")
    assert "block-empty" in project.codes()


def test_record_is_defined_at_its_fullest_place(project: Project) -> None:
    """A stage's own block defines it, even if the overview comes first; later places of a record define nothing."""
    project.write("roadmap.yaml", "stages: [{id: a, title: A}, {id: b, title: B}]")
    chapters(project, "chapters/one.md", "two.md")
    project.write("two.md", "# Two\n\n/// stage | b\n///\n\n/// roadmap\n///\n")
    project.chapter("# One\n\n/// roadmap\n///\n\n[](#stage-a) [](#stage-b)\n")
    book = project.book()
    one, two = book.parts[0].chapters
    assert [dict(b.anchors) for b in (*one.blocks, *two.blocks)] == [
        {"stage-a": "stage-a"}, {"stage-b": "stage-b"}, {}
    ]  # fmt: skip
    assert (book.labels["stage-a"].chapter, book.labels["stage-b"].chapter) == ("one", "two")


def test_terms_are_tied_to_the_glossary(project: Project) -> None:
    """By term, alias or long form, whatever the case, in one or in many."""
    project.write("glossary.yaml", "terms: [{id: api, term: API, long: Interface, aliases: [web service, keys],"
                  " definition: 'See *apis*{: .term }.'}]")  # fmt: skip
    words = ["API", "apis", "interface", "Web Services", "key", "keys"]
    project.chapter("# One\n\n" + " ".join(f"*{word}*{{: .term }}" for word in words)
                    + "[^1]\n\n[^1]: **API**{: .term }\n")  # fmt: skip
    book = project.book()
    one = book.parts[0].chapters[0]
    assert one.body.html.count('data-term="api"') == len(words)
    assert 'data-term="api"' in one.footnotes[0].content.html
    assert 'data-term="api"' in book.terms[0].definition.html


def test_word_that_the_glossary_does_not_know(project: Project) -> None:
    """A warning with the nearest term."""
    project.write("glossary.yaml", "terms: [{id: api, term: interface, definition: D}]")
    project.chapter("# One\n\nText\n\nAn *intreface*{: .term }.\n")
    (only,) = project.problems()
    assert (only.code, only.message, only.hints) == (
        "term-undefined", "`intreface` is not in the glossary", ("did you mean `interface`?",)
    )  # fmt: skip
    assert only.span is not None
    assert only.span.line == 5
