"""Records of the guide, compiled: Markdown as HTML, values as they are printed."""

from __future__ import annotations

import pytest
from tests.project import Project

TABLE = """\
kind: table
id: t
title: T
columns:
  - {id: a, name: A}
  - {id: b, name: B, kind: number}
  - {id: c, name: C, kind: money, unit: USD}
rows:
  - [3.10, 3.10, 1200]
  - [2025, 2025, 1234567.5]
  - ["1,000", "1,000", -99999]
  - [1e3, 1e3, +1000]
  - [word, n/a, 0.50]
as_of: 2025
source: S
note: See *this*.
"""


def test_numbers_are_printed_as_they_were_typed(project: Project) -> None:
    """Grouped by thousands in columns of numbers; versions and years in columns of text stay what they are."""
    (table,) = project.write("data/t.yaml", TABLE).book().tables
    assert table.rows == (
        ("3.10", "3.10", "1,200"),
        ("2025", "2,025", "1,234,567.5"),
        ("1,000", "1,000", "-99,999"),
        ("1e3", "1e3", "+1,000"),
        ("word", "n/a", "0.50"),
    )
    assert table.values == (
        (None, 3.1, 1200.0), (None, 2025.0, 1234567.5), (None, None, -99999.0), (None, None, 1000.0),
        (None, None, 0.5),
    )  # fmt: skip
    assert (table.as_of, table.source, table.note.html) == ("2025", "S", "See <em>this</em>.")
    assert [c.unit for c in table.columns] == ["", "", "USD"]


@pytest.mark.parametrize(
    ("language", "printed"),
    [
        ("en-GB", "1,200"),
        ("de", "1.200"),
        ("fr-CA", "1\u00a0200"),
        ("fr", "1\u202f200"),
        ("tlh", "1,200"),
    ],
)
def test_thousands_by_language(project: Project, language: str, printed: str) -> None:
    """As CLDR has it; as in English where it knows nothing of the language."""
    project.edit("guide.yaml", "language: en", f"language: {language}")
    assert project.write("data/t.yaml", TABLE).book().tables[0].rows[0][2] == printed


def test_row_of_the_wrong_length_breaks_nothing(project: Project) -> None:
    """It is a problem of the source, and there is a book to show it in."""
    project.write(
        "data/t.yaml",
        TABLE.replace("[3.10, 3.10, 1200]", "[1, 2, 3, 4]").replace("[word, n/a, 0.50]", "[]"),
    )
    assert project.codes() == ["row-length", "row-length"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("pay", ["Ulm", "bonn", "Aachen", "Celle"]),
        ("-pay", ["Aachen", "bonn", "Ulm", "Celle"]),
        ("town", ["Aachen", "bonn", "Celle", "Ulm"]),
        ("-town", ["Ulm", "Celle", "bonn", "Aachen"]),
    ],
)
def test_rows_are_sorted_as_the_table_says(project: Project, sort: str, order: list[str]) -> None:
    """Numbers by their size, text without regard to case; what has no number comes last in both directions."""
    table = (
        "kind: table\nid: t\ntitle: T\ncolumns:\n  - {id: town, name: Town}\n"
        "  - {id: pay, name: Pay, kind: money}\nrows:\n  - [Celle, n/a]\n  - [bonn, 900]\n"
        f"  - [Aachen, 1000]\n  - [Ulm, 80]\nas_of: '2025'\nsource: S\nsort: {sort}\n"
    )
    [found] = project.write("data/t.yaml", table).book().tables
    assert [row[0] for row in found.rows] == order
    # The values go with their rows.
    assert dict(zip(order, (v[1] for v in found.values), strict=True)) == {
        "Celle": None, "bonn": 900, "Aachen": 1000, "Ulm": 80,
    }  # fmt: skip


def test_a_column_to_sort_by_has_to_be_there(project: Project) -> None:
    table = TABLE.replace("kind: table\n", "kind: table\nsort: -pa\n", 1)
    assert project.write("data/t.yaml", table).codes() == ["sort-unknown"]


def test_terms_are_in_alphabetical_order(project: Project) -> None:
    """Case apart; what they point to stays as it was."""
    project.write("glossary.yaml", "terms:\n" + "".join(
        f"  - {{id: t{i}, term: '{term}', definition: D}}\n" for i, term in enumerate(["b", "API", "a", "Zoo", "Éa"])
    ))  # fmt: skip
    assert [t.term for t in project.book().terms] == ["a", "API", "b", "Zoo", "Éa"]


def test_stages_keep_the_order_of_the_file(project: Project) -> None:
    """And are numbered by it, whatever order their needs suggest."""
    project.write("roadmap.yaml", "stages:\n  - {id: b, title: B, needs: [a], hours: 10, objectives: ['do *x*']}\n"
                  "  - {id: a, title: A}\n")  # fmt: skip
    roadmap = project.book().roadmap
    assert roadmap is not None
    assert [(s.number, s.id, s.hours, s.needs) for s in roadmap.stages] == [
        (1, "b", 10, ("a",)),
        (2, "a", 0, ()),
    ]
    assert roadmap.stages[0].objectives[0].html == "do <em>x</em>"
    assert roadmap.title == "Roadmap"


def test_facts_follow_the_fields(project: Project) -> None:
    """Whatever order a profile gives them in; what it leaves out is left out."""
    project.write("data/p.yaml", "kind: profiles\nid: p\ntitle: P\nfields: [{id: x, name: The X}, {id: y, name: Y}]\n"
                  "profiles:\n  - {id: a, name: A, summary: S, facts: {y: '2', x: 1.10}}\n"
                  "  - {id: b, name: B, summary: S, facts: {y: no}}\n")  # fmt: skip
    (profiles,) = project.book().profiles
    assert [p.facts for p in profiles.profiles] == [(("The X", "1.10"), ("Y", "2")), (("Y", "no"),)]


def test_one_paragraph_comes_without_its_tag(project: Project) -> None:
    """Where the layout puts it into a line; where it makes a text, it is a paragraph."""
    project.write("skills.yaml", "skills: [{id: a, name: A, summary: 'One *line*.', details: 'One *line*.'},"
                  " {id: b, name: B, summary: \"Two\\n\\nblocks.\"}]")  # fmt: skip
    one, two = project.book().skills
    assert one.summary.html == "One <em>line</em>."
    assert one.details.html.startswith("<p")
    assert two.summary.html.count("<p") == 2


def test_problem_in_a_record_stands_where_it_was_typed(project: Project) -> None:
    """In the line and column of the YAML file, however YAML folds the text."""
    project.write("faq.yaml", """\
questions:
  - id: a
    question: "What is [](#n1)?"
    answer: >-
      A long answer
      that mentions [](#n2) in
      its second line, and ![x](n3.png) in its third.
    short: |
      Words
      and [](#n4)
  - id: b
    question: plain text that
      goes on to [](#n5)
    answer: ok
""")  # fmt: skip
    project.write("roadmap.yaml", "stages: [{id: a, title: A, objectives: [one, 'see [](#n6)']}]\n")
    found = {d.message.split("`")[1].lstrip("#"): str(d.span) for d in project.problems()}
    assert found == {
        "n1": "source/faq.yaml:3:27",
        "n2": "source/faq.yaml:6:24",
        "n3.png": "source/faq.yaml:7:33",
        "n4": "source/faq.yaml:10:14",
        "n5": "source/faq.yaml:13:21",
        "n6": "source/roadmap.yaml:1:54",
    }


def test_problem_in_a_record_is_told_once(project: Project) -> None:
    """An answer is printed in the FAQ and asked in the deck; its mistake is one."""
    project.chapter("# One\n\n/// faq\n///\n")
    project.write(
        "faq.yaml", "questions: [{id: a, question: Q, answer: 'See [](#n1) and *x*{: .term }.'}]"
    )
    assert sorted(project.codes()) == ["reference-unknown", "term-undefined"]


def test_footnote_in_a_record(project: Project) -> None:
    """A record may be printed in any chapter, so a note of its own would be lost: that is an error, reported once."""
    project.chapter("# One\n\n/// faq\n///\n")
    project.write(
        "faq.yaml", 'questions: [{id: a, question: Q, answer: "See[^1].\\n\\n[^1]: Note."}]'
    )
    (only,) = project.problems()
    assert (only.code, str(only.span)) == ("footnote-misplaced", "source/faq.yaml:1:42")


def test_anchor_in_a_record(project: Project) -> None:
    """Has no effect, as its table may be printed twice."""
    project.write("faq.yaml", "questions: [{id: a, question: Q, answer: '*A*{: #here index=a }.'}]")
    (only,) = project.problems()
    assert (only.code, only.message) == (
        "attribute-misplaced",
        "`index` has no effect in a card or in a record",
    )
    assert project.book().questions[0].answer.html == '<p data-line="1"><em>A</em>.</p>'
