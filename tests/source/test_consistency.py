"""What no single file can tell: ids used twice, names that nothing defines, roadmaps that go in a circle."""

from __future__ import annotations

import pytest
from tests.project import Project

from guidepress.source.project import read_guide


def problems(project: Project) -> list[str]:
    """Each problem as `place code: message (hint)`, with the places it relates to."""
    return [
        f"{d.span} {d.code}: {d.message}"
        + "".join(f" ({h})" for h in d.hints)
        + "".join(f" [{r.span} {r.message}]" for r in d.related)
        for d in read_guide(project.folder).diagnostics
    ]


TABLE = "{{kind: table, id: {0}, title: T, as_of: '1', source: S, columns: [{{id: a, name: A}}], rows: {1}}}"
PROFILES = "{{kind: profiles, id: {0}, title: T, profiles: [{{id: {1}, name: A, summary: S}}]}}"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"roadmap.yaml": "stages: [{id: x, title: X}, {id: y, title: Y}, {id: x, title: Z}]"},
         "source/roadmap.yaml:1:53 id-duplicate: a second stage with the id `x` "
         "[source/roadmap.yaml:1:15 first here]"),
        ({"skills.yaml": "skills:\n- {id: x, name: X, summary: S}\n- {id: x, name: Y, summary: S}"},
         "source/skills.yaml:3:8 id-duplicate: a second skill with the id `x` "
         "[source/skills.yaml:2:8 first here]"),
        ({"faq.yaml": "questions:\n- {id: x, question: Q, answer: A}\n- {id: x, question: Q, answer: A}"},
         "source/faq.yaml:3:8 id-duplicate: a second question with the id `x` "
         "[source/faq.yaml:2:8 first here]"),
        ({"glossary.yaml": "terms:\n- {id: x, term: T, definition: D}\n- {id: x, term: U, definition: D}"},
         "source/glossary.yaml:3:8 id-duplicate: a second term with the id `x` "
         "[source/glossary.yaml:2:8 first here]"),
        ({"data/a.yaml": TABLE.format("x", "[[1]]"), "data/b.yaml": TABLE.format("x", "[[1]]")},
         "source/data/b.yaml:1:19 id-duplicate: a second table of data with the id `x` "
         "[source/data/a.yaml:1:19 first here]"),
        ({"data/a.yaml": PROFILES.format("x", "p"), "data/b.yaml": PROFILES.format("x", "q")},
         "source/data/b.yaml:1:22 id-duplicate: a second set of profiles with the id `x` "
         "[source/data/a.yaml:1:22 first here]"),
        ({"data/a.yaml": PROFILES.format("x", "p"), "data/b.yaml": PROFILES.format("y", "p")},
         "source/data/b.yaml:1:51 id-duplicate: a second profile with the id `p` "
         "[source/data/a.yaml:1:51 first here]"),
    ],
)  # fmt: skip
def test_id_used_twice(project: Project, files: dict[str, str], expected: str) -> None:
    """Both places are shown, also where they are in two files."""
    for name, text in files.items():
        project.write(name, text)
    assert problems(project) == [expected]


def test_part_id_used_twice(project: Project) -> None:
    """Parts have ids of their own."""
    project.write("chapters/two.md", "# Two")
    part = "\n    - {{id: x, title: P, chapters: [chapters/{0}.md]}}"
    project.edit("guide.yaml", "\n    - title: The Only Part\n      chapters: [chapters/one.md]",
                 part.format("one") + part.format("two"))  # fmt: skip
    assert problems(project) == [
        "source/guide.yaml:8:12 id-duplicate: a second part with the id `x` "
        "[source/guide.yaml:7:12 first here]"
    ]


def test_same_id_for_different_things(project: Project) -> None:
    """Each kind of record has its own names."""
    project.write("roadmap.yaml", "stages: [{id: x, title: X}]")
    project.write("skills.yaml", "skills: [{id: x, name: X, summary: S}]")
    project.write("glossary.yaml", "terms: [{id: x, term: T, definition: D}]")
    assert problems(project) == []


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("roadmap.yaml", "stages: [{id: caching, title: C}, {id: x, title: X, needs: [cachng]}]",
         ":1:61 stage-unknown: no stage has the id `cachng` (did you mean `caching`?)"),
        ("skills.yaml", "skills: [{id: x, name: X, summary: S, stages: [zzz]}]",
         ":1:48 stage-unknown: no stage has the id `zzz`"),
        ("glossary.yaml", "terms: [{id: cache, term: T, definition: D, see: [cahe]}]",
         ":1:51 term-unknown: no term has the id `cahe` (did you mean `cache`?)"),
        ("data/x.yaml", TABLE.format("x", "[[1], [1, 2], [], [3]]").replace("[],", "[4, 5, 6],"),
         ":1:96 row-length: this row has 2 cells for 1 column"),
        ("data/x.yaml", PROFILES.format("x", "p").replace("title: T", "title: T, fields: [{id: hubs, name: H}]")
         .replace("summary: S", "summary: S, facts: {hub: B}"),
         ":1:119 fact-unknown: no field `hub` in the set `x` (did you mean `hubs`?)"),
    ],
)  # fmt: skip
def test_name_that_nothing_defines(project: Project, name: str, text: str, expected: str) -> None:
    """The name is the place, and a close one the hint."""
    project.write(name, text)
    assert problems(project)[0] == f"source/{name}{expected}"


def roadmap(**needs: str) -> str:
    stages = [f"  - {{id: {s}, title: T, needs: [{', '.join(n)}]}}" for s, n in needs.items()]
    return "\n".join(["stages:", *stages])


def test_circle_in_the_roadmap(project: Project) -> None:
    """The circle is reported from its first stage on, each need at its place."""
    project.write("roadmap.yaml", roadmap(a="", b="ad", c="b", d="ac"))
    assert problems(project) == [
        "source/roadmap.yaml:3:34 roadmap-cycle: these stages need each other in a circle: "
        "`b` → `d` → `c` → `b` (take one of these `needs` out) "
        "[source/roadmap.yaml:5:34 `d` needs `c`] [source/roadmap.yaml:4:31 `c` needs `b`]"
    ]


def test_stage_that_needs_itself(project: Project) -> None:
    """The smallest circle."""
    project.write("roadmap.yaml", roadmap(a="a"))
    assert problems(project) == [
        "source/roadmap.yaml:2:31 roadmap-cycle: these stages need each other in a circle: "
        "`a` → `a` (take one of these `needs` out)"
    ]


def test_roadmap_that_branches_and_joins(project: Project) -> None:
    """Two ways to the same stage are no circle, whatever the order of the file."""
    project.write("roadmap.yaml", roadmap(d="bc", b="a", c="a", a=""))
    assert problems(project) == []


def test_unknown_need_hides_no_circle(project: Project) -> None:
    """All problems at once."""
    project.write("roadmap.yaml", roadmap(a="bz", b="a"))
    assert [p.split()[1] for p in problems(project)] == ["stage-unknown:", "roadmap-cycle:"]
