"""What the front matter of a chapter may say."""

from __future__ import annotations

import pytest
from tests.project import Project

ROADMAP = "stages: [{id: caching, title: Caching}]"


def problems(project: Project, front: str) -> list[str]:
    project.write("roadmap.yaml", ROADMAP)
    project.chapter(f"---\n{front}\n---\n\n# One\n")
    return [
        f"{d.span} {d.code}: {d.message}" + "".join(f" ({h})" for h in d.hints)
        for d in project.problems()
    ]


def test_all_keys(project: Project) -> None:
    """Id, title, stage and promise, the last with Markdown and references."""
    assert (
        problems(
            project,
            "id: the-one\ntitle: The *One*\nstage: caching\npromise: 'Know *it*, see [](#the-one).'\ntags: [x, y]",
        )
        == []
    )
    one = project.book().parts[0].chapters[0]
    assert (one.id, one.title, one.title_html.html, one.stage) == (
        "the-one",
        "The *One*",
        "The *One*",
        "caching",
    )
    assert one.promise.html == (
        'Know <em>it</em>, see <a class="ref" href="#the-one">Chapter 1, The *One*</a>.'
    )
    assert project.book().roadmap.stages[0].chapter == "the-one"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "front",
    ["author: Somebody", "subtitle: More", "date: 2025-01-01\ndraft: false\nlayout: post\nweight: 3",
     "tags:\n  - a\n  - {b: c}", "title:", "stage: ~"],
)  # fmt: skip
def test_foreign_front_matter_is_no_problem(project: Project, front: str) -> None:
    """A book written for another tool may keep its keys."""
    assert problems(project, front) == []


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("titel: x", "2:8 front-matter-unknown: the front matter's key `titel` is not used (did you mean `title`?)"),
        ("Stage: caching",
         "2:8 front-matter-unknown: the front matter's key `Stage` is not used (did you mean `stage`?)"),
        ("tags: [x]\nid: Foo Bar",
         "3:5 front-matter-invalid: `id`: an id is lower-case letters, digits and single hyphens"),
        ("title: [a, b]", "2:8 front-matter-invalid: `title` must be a text"),
        ("promise: {a: b}", "2:10 front-matter-invalid: `promise` must be a text"),
        ("stage: true", "2:8 front-matter-invalid: `stage` must be a text"),
        ("stage: cachng", "2:8 stage-unknown: no stage has the id `cachng` (did you mean `caching`?)"),
        ("promise: \"See [](#oen).\"",
         "2:18 reference-unknown: nothing is called `#oen` (did you mean `one`?)"),
    ],
)  # fmt: skip
def test_mistakes(project: Project, front: str, expected: str) -> None:
    """At their place, with what was meant."""
    assert problems(project, front) == [f"source/chapters/one.md:{expected}"]


def test_broken_front_matter(project: Project) -> None:
    """YAML's own problems come under one code, and the chapter goes on."""
    (only,) = problems(project, "title: a: b")
    assert only.startswith("source/chapters/one.md:2:9 front-matter-invalid: ")
    (only,) = problems(project, "id: a\nid: b")
    assert only.startswith(
        "source/chapters/one.md:3:1 front-matter-invalid: the key `id` is repeated here"
    )


def test_first_chapter_that_names_a_stage_teaches_it(project: Project) -> None:
    """Otherwise the chapter that prints the stage does."""
    project.write(
        "roadmap.yaml", "stages: [{id: a, title: A}, {id: b, title: B}, {id: c, title: C}]"
    )
    project.write("chapters/two.md", "---\nstage: a\n---\n# Two\n")
    project.edit("guide.yaml", "[chapters/one.md]", "[chapters/one.md, chapters/two.md]")
    project.chapter("# One\n\n/// stage | b\n///\n")
    book = project.book()
    assert book.roadmap is not None
    assert [s.chapter for s in book.roadmap.stages] == ["two", "one", ""]
