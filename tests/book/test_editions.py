"""Editions of one source: what each has, what it leaves out, and what may not refer to that."""

from __future__ import annotations

import pytest
from tests.project import Project

from guidepress.content.walk import elements
from guidepress.diagnostics import Diagnostic, Severity

GUIDE = """\
id: minimal
title: A Guide for {{ cohort }}
edition: "1"
language: en
contents:
  parts:
    - title: The Only Part
      chapters: [chapters/one.md, chapters/two.md]
    - title: Another Part
      chapters: [chapters/three.md]
variables:
  cohort: Everybody
editions:
  spring:
    title: Spring
    subtitle: With {{ cohort }}
    variables: {cohort: Class *3*}
  instructor: {}
  taster:
    kind: sampler
    chapters: [two]
"""


@pytest.fixture
def editions(project: Project) -> Project:
    """Three chapters and three editions besides the guide itself."""
    project.write("guide.yaml", GUIDE)
    project.chapter("# One\n\nWords.\n")
    project.write("chapters/two.md", "# Two\n\nSecond.\n")
    return project.write("chapters/three.md", "# Three\n\nThird.\n")


def words(project: Project, edition: str | None = None) -> str:
    """The words of all chapters, title and all."""
    chapters = project.book(edition).chapters()
    return " ".join(f"{chapter.title} {chapter.body.words}" for chapter in chapters)


def the(problems: list[Diagnostic], code: str) -> Diagnostic:
    (found,) = [problem for problem in problems if problem.code == code]
    return found


BLOCKS = """\
# One

/// note | For those who teach
    only: instructor

Ask them first.
///

/// tip
except: [instructor, spring]

Think.
///

/// only | spring, instructor
Bare words.

- an item
///
"""


@pytest.mark.parametrize(
    ("edition", "there"),
    [
        (None, {"Think."}),
        ("instructor", {"Ask them first.", "Bare words."}),
        ("spring", {"Bare words."}),
    ],
)
def test_blocks_of_some_editions(editions: Project, edition: str | None, there: set[str]) -> None:
    editions.chapter(BLOCKS)
    text = words(editions, edition)
    assert {one for one in ("Ask them first.", "Think.", "Bare words.") if one in text} == there


def test_a_bare_block_leaves_no_element(editions: Project) -> None:
    editions.chapter(BLOCKS)
    chapter = next(editions.book("spring").chapters())
    assert [e.name for e in elements(chapter.body.nodes)] == ["p", "ul", "li"]
    assert not any("data-edition" in e.attributes for e in elements(chapter.body.nodes))


def test_headings_after_a_block_that_is_left_out_keep_their_places(editions: Project) -> None:
    """Each heading is known by its line, whichever stand before it."""
    editions.chapter(
        "# One\n\n/// only | instructor\n## Gone\n\na\n\n### Gone too\n\nb\n///\n\n## Here\n\n## There\n"
    )
    headings = next(editions.book().chapters()).headings
    assert [(h.title, h.number, h.span.line if h.span else 0) for h in headings] == [
        ("Here", "1.1", 13),
        ("There", "1.2", 15),
    ]


def test_footnotes_are_numbered_as_they_are_called(editions: Project) -> None:
    editions.chapter(
        "# One\n\n/// only | instructor\nA[^a].\n///\n\nB[^b], C[^c].\n\n[^a]: For A.\n[^b]: For B.\n[^c]: For C.\n"
    )
    chapter = next(editions.book().chapters())
    assert [(n.number, n.content.words) for n in chapter.footnotes] == [
        (1, "For B."),
        (2, "For C."),
    ]
    assert [(e.number, e.note) for e in elements(chapter.body.nodes, "sup")] == [  # type: ignore[attr-defined]
        (1, "fn-one-1"),
        (2, "fn-one-2"),
    ]
    assert len(next(editions.book("instructor").chapters()).footnotes) == 3


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        ("/// note\n    only: instrutor\n\na\n///\n", "instrutor", 4),
        ("/// only | nobody\na\n///\n", "nobody", 3),
    ],
)
def test_an_edition_that_is_none(editions: Project, text: str, name: str, line: int) -> None:
    editions.chapter(f"# One\n\n{text}")
    found = the(editions.problems(), "edition-unknown")
    assert f"`{name}`" in found.message
    assert found.span is not None
    assert (found.span.file, found.span.line) == ("source/chapters/one.md", line)


def test_chapters_that_are_chosen(editions: Project) -> None:
    """Their numbers are those of a book of its own, their ids those of the guide."""
    book = editions.book("taster")
    assert [(c.id, c.number) for c in book.chapters()] == [("two", "1")]
    assert [part.title for part in book.parts] == ["The Only Part"]


def test_a_chosen_chapter_that_is_none(editions: Project) -> None:
    editions.edit("guide.yaml", "chapters: [two]", "chapters: [two, thre]")
    found = the(editions.problems("taster"), "edition-chapter-unknown")
    assert found.hints == ("did you mean `three`?",)
    assert found.span is not None
    assert (found.span.line, found.span.length) == (21, 4)


def test_chapters_and_parts_with_conditions(editions: Project) -> None:
    editions.edit(
        "guide.yaml",
        "chapters: [chapters/one.md, chapters/two.md]",
        "chapters: [{file: chapters/one.md, except: spring}, chapters/two.md]",
    )
    editions.edit(
        "guide.yaml", "- title: Another Part", "- title: Another Part\n      only: spring"
    )
    assert [c.id for c in editions.book().chapters()] == ["one", "two"]
    assert [c.id for c in editions.book("spring").chapters()] == ["two", "three"]
    assert [p.number for p in editions.book("spring").parts] == ["I", "II"]


def test_an_edition_without_chapters(editions: Project) -> None:
    editions.edit("guide.yaml", "chapters: [two]", "chapters: [zzzzzz]")
    assert "edition-empty" in editions.codes("taster")


@pytest.mark.parametrize(
    "reference", ["[x](#two)", "[x](two.md)", "[x](#deep)", "[x](two.md#deep)", "[x](#a-name)"]
)
def test_a_reference_into_a_chapter_that_is_left_out(editions: Project, reference: str) -> None:
    """With both places: that of the reference, and the one that leaves the chapter out."""
    editions.write("chapters/two.md", "# Two\n\n## Deep\n\n## Deeper {#a-name}\n\nSecond.\n")
    editions.chapter(f"# One\n\nSee {reference}.\n")
    assert not editions.compile().failed
    editions.edit("guide.yaml", "chapters: [two]", "chapters: [one]")
    found = the(editions.problems("taster"), "reference-left-out")
    assert found.severity is Severity.ERROR
    assert found.span is not None
    assert (found.span.file, found.span.line) == ("source/chapters/one.md", 3)
    assert [(r.span.file, r.span.line) for r in found.related] == [("source/guide.yaml", 21)]
    assert "`taster`" in found.message


def test_a_reference_into_a_block_that_is_left_out(editions: Project) -> None:
    """A heading of the same name elsewhere is not what it meant."""
    editions.chapter(
        "# One\n\nSee [](#setup).\n\n/// only | instructor\n## Setup\n///\n",
    )
    editions.write("chapters/two.md", "# Two\n\n## Setup\n\nSecond.\n")
    assert not editions.compile("instructor").failed
    found = the(editions.problems(), "reference-left-out")
    assert found.related[0].span.line == 5


RECORDS = """\
questions:
  - id: why
    question: Why?
    answer: Because.
  - id: marks
    question: How are answers marked?
    answer: Kindly.
    only: instructor
  - id: how
    question: How?
    answer: Like this, {{ cohort }}.
    cards:
      - {id: how-long, front: How long?, back: A day., except: [instructor]}
"""


def test_records_and_their_cards(editions: Project) -> None:
    editions.write("faq.yaml", RECORDS)
    editions.chapter("# One\n\n/// faq\n///\n")
    book = editions.book()
    assert [q.id for q in book.questions] == ["why", "how"]
    assert [c.id for c in book.cards] == ["faq-why", "faq-how", "how-long"]
    assert book.left_out == ("faq-marks",)
    other = editions.book("instructor")
    assert [c.id for c in other.cards] == ["faq-why", "faq-marks", "faq-how"]
    assert other.left_out == ("how-long",)
    assert {c.id for c in book.cards if c.varies} == {"faq-how", "how-long"}


def test_a_record_that_names_one_that_is_left_out(editions: Project) -> None:
    editions.write(
        "roadmap.yaml",
        "stages:\n  - id: a\n    title: A\n    except: spring\n  - id: b\n    title: B\n    needs: [a]\n",
    )
    editions.chapter("# One\n\n/// roadmap\n///\n\n/// stage | a\n    except: spring\n///\n")
    assert not editions.compile().failed
    found = the(editions.problems("spring"), "reference-left-out")
    assert found.span is not None
    assert found.span.line == 7
    assert found.related[0].span.line == 4


@pytest.mark.parametrize("reference", ["/// stage | a\n///", "See [](#stage-a).", "---"])
def test_a_record_that_is_left_out_cannot_be_named(editions: Project, reference: str) -> None:
    editions.write(
        "roadmap.yaml", "stages:\n  - {id: a, title: A, except: spring}\n  - {id: b, title: B}\n"
    )
    front = "---\nstage: a\n---\n" if reference == "---" else ""
    editions.chapter(f"{front}# One\n\n/// roadmap\n///\n\n{reference}\n")
    assert not editions.compile().failed
    assert the(editions.problems("spring"), "reference-left-out").related[0].span.line == 2


def test_a_term_that_is_left_out(editions: Project) -> None:
    editions.write(
        "glossary.yaml", "terms:\n  - {id: dew, term: Dew, definition: Water., only: spring}\n"
    )
    editions.chapter("# One\n\nThere is *dew*{: .term }.\n")
    assert not editions.compile("spring").diagnostics
    assert the(editions.problems(), "reference-left-out").span is not None


def test_records_go_with_the_chapter_that_prints_them(editions: Project) -> None:
    """Cards of a sampler are those of its pages. The glossary has pages of its own."""
    editions.write("faq.yaml", "questions:\n  - {id: why, question: Why?, answer: Because.}\n")
    editions.write("glossary.yaml", "terms:\n  - {id: dew, term: Dew, definition: Water.}\n")
    editions.chapter("# One\n\n/// faq\n///\n\n/// glossary\n///\n")
    book = editions.book("taster")
    assert [c.id for c in book.cards] == ["term-dew"]
    assert book.left_out == ("faq-why",)
    assert book.cards[0].varies
    editions.write("chapters/two.md", "# Two\n\nSee [why](#faq-why).\n")
    assert the(editions.problems("taster"), "reference-left-out").related[0].span.line == 21


def test_one_card_in_two_wordings(editions: Project) -> None:
    """Under one id, since learners keep their progress when they change edition."""
    card = "/// card | Where?\n    id: where\n    {}\n\n{}.\n///\n\n"
    editions.chapter(
        "# One\n\n"
        + card.format("only: spring", "Room 1")
        + card.format("except: spring", "Anywhere")
    )
    assert [c.back.words for c in editions.book().cards] == ["Anywhere."]
    assert [c.back.words for c in editions.book("spring").cards] == ["Room 1."]


def test_variables_are_text(editions: Project) -> None:
    """Everywhere but in code; a value is no Markdown, and nothing in it is looked for."""
    editions.chapter(
        "# For {{cohort}}\n\nDear {{ cohort }}, `{{ cohort }}`, \\{{ cohort }}, ${{ cohort }}, {{ 2 + 2 }}.\n\n"
        "    {{ cohort }}\n\n[a](https://example.org/{{cohort}})\n"
    )
    text = words(editions, "spring")
    assert text.startswith(
        "For Class *3* Dear Class *3*, {{ cohort }}, {{ cohort }}, ${{ cohort }}, {{ 2 + 2 }}."
    )
    chapter = next(editions.book("spring").chapters())
    assert [e.attributes["href"] for e in elements(chapter.body.nodes, "a")] == [
        "https://example.org/Class%20%2A3%2A"
    ]
    assert "Dear Everybody," in words(editions)


def test_variables_in_plain_texts(editions: Project) -> None:
    assert editions.book().title == "A Guide for Everybody"
    book = editions.book("spring")
    assert (book.title, book.subtitle) == ("Spring", "With Class *3*")


def test_variables_in_cards(editions: Project) -> None:
    """In every part that a card has."""
    editions.chapter(
        "# One\n\n/// card | Who, {{ cohort }}?\n    id: who\n    extra: E {{ cohort }}\n"
        "    hint: H {{ cohort }}\n\nWe.\n///\n"
    )
    (card,) = editions.book().cards
    assert card.front.words == "Who, Everybody?"
    assert (card.extra.words, card.hint.words) == ("E Everybody", "H Everybody")
    assert card.varies


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("chapters/one.md", "Words.", "Dear {{ cohrt }}.", (3, 6, 11)),
        ("guide.yaml", "Another Part", "Another {{ cohrt }}", (9, 22, 11)),
        ("guide.yaml", "With {{ cohort }}", '"With {{ cohrt }}"', None),
        ("chapters/one.md", "# One", "---\ntitle: 'On {{ cohrt }}'\n---\n# One", (2, 12, 11)),
    ],
)
def test_a_variable_without_a_value(
    editions: Project, file: str, old: str, new: str, place: tuple[int, int, int] | None
) -> None:
    editions.edit(file, old, new)
    found = the(editions.problems("spring"), "variable-undefined")
    assert found.severity is Severity.ERROR
    assert found.hints == ("did you mean `cohort`?",)
    assert found.span is not None
    if place is not None:
        assert (found.span.line, found.span.column, found.span.length) == place


def test_braces_in_a_guide_without_variables(project: Project) -> None:
    """They may be meant, so they are printed, with a warning."""
    project.chapter("# One\n\nDear {{ name }}.\n")
    (found,) = project.problems()
    assert (found.code, found.severity) == ("variable-undefined", Severity.WARNING)
    assert "Dear {{ name }}." in words(project)


def test_a_name_that_no_edition_may_have(editions: Project) -> None:
    editions.edit("guide.yaml", "  spring:\n", "  all: {}\n  spring:\n")
    assert "edition-name" in editions.codes()
