"""`## Heading {teaches="objective 1, topic 2"}`: the sections that keep what a stage promises."""

from __future__ import annotations

import subprocess

import pytest
from tests.project import Project

ROADMAP = """\
stages:
  - id: a
    title: A
    objectives: [count to ten, count back]
    topics:
      - numbers
      - noughts
  - {id: b, title: B, topics: [letters]}
"""


@pytest.fixture
def staged(project: Project) -> Project:
    project.write("roadmap.yaml", ROADMAP)
    project.write("chapters/two.md", "# Two\n\n/// roadmap\n///\n")
    project.edit("guide.yaml", "[chapters/one.md]", "[chapters/one.md, chapters/two.md]")
    return project


def chapter(*headings: str, stage: str = "a") -> str:
    front = f"---\nstage: {stage}\n---\n" if stage else ""
    return f"{front}# One\n\n" + "\n\n".join(f"## {one}\n\nText." for one in headings) + "\n"


def problems(project: Project) -> list[str]:
    return [f"{d.span} {d.code}: {d.message}" for d in project.problems()]


def test_each_promise_knows_its_section(staged: Project) -> None:
    """By an id or without; the first section counts; the attribute is in no product."""
    staged.chapter(
        chapter(
            'Up {#up teaches="objective 1, topic 1"}',
            'Down {teaches="objective 2,  topic 2"}',
            'Again {#again teaches="topic 1"}',
        )
    )
    assert problems(staged) == []
    book = staged.book()
    assert book.roadmap is not None
    stage, other = book.roadmap.stages
    one = next(c for c in book.chapters() if c.stage)
    assert stage.objective_places == ("up", one.headings[1].anchor)
    assert stage.topic_places == ("up", one.headings[1].anchor)
    assert (other.objective_places, other.topic_places) == ((), ("",))
    assert "teaches" not in repr(one.body)


def test_what_no_section_teaches_is_named_at_its_place(staged: Project) -> None:
    staged.chapter(chapter('Up {teaches="objective 1, topic 1"}'))
    assert problems(staged) == [
        "source/roadmap.yaml:4:32 topic-untaught: no section teaches objective 2 of the stage `a`",
        "source/roadmap.yaml:7:9 topic-untaught: no section teaches topic 2 of the stage `a`",
    ]


def test_who_says_nothing_is_asked_nothing(staged: Project) -> None:
    staged.chapter(chapter("Up"))
    assert problems(staged) == []


@pytest.mark.parametrize(
    ("said", "stage", "expected"),
    [
        ("objective 3", "a", "teaches-unknown: the stage `a` has 2 objectives; this section teaches objective 3"),
        ("objective 1", "b", "teaches-unknown: the stage `b` has no objectives; this section teaches objective 1"),
        ("topic 2", "b", "teaches-unknown: the stage `b` has 1 topic; this section teaches topic 2"),
        ("topic 1", "", "teaches-unknown: this section teaches something of a stage, but its chapter belongs to none"),
        ("topic", "a", "attribute-invalid: `topic` names no objective and no topic"),
        ("topic 0", "a", "attribute-invalid: `topic 0` names no objective and no topic"),
        ("", "a", "attribute-invalid: `` names no objective and no topic"),
    ],
)  # fmt: skip
def test_what_is_wrong(staged: Project, said: str, stage: str, expected: str) -> None:
    staged.chapter(chapter(f'Up {{teaches="{said}"}}', stage=stage))
    line = 6 if stage else 3
    assert problems(staged)[0] == f"source/chapters/one.md:{line}:4 {expected}"


def test_only_a_heading_teaches(staged: Project) -> None:
    staged.chapter(chapter('Up\n\n*word*{: teaches="topic 1" }'))
    (only,) = problems(staged)
    assert only.endswith("attribute-invalid: `teaches` belongs at the end of a heading")


def test_the_handbook_prints_the_page_of_each(staged: Project) -> None:
    """In the opener of the chapter and in the roadmap."""
    staged.chapter(
        chapter('Up {teaches="objective 1, objective 2, topic 1"}', 'Down {teaches="topic 2"}')
    )
    assert staged.build("--only", "handbook").status == 0
    pdf = staged.folder / "build/handbook.pdf"
    text = subprocess.run(
        ["pdftotext", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    for promise in ("count to ten", "count back", "numbers", "noughts"):
        assert f"{promise} (p. " in " ".join(text.split()), promise
