"""What an author may write out of habit: each names its cause and the way out."""

from __future__ import annotations

import pytest
from tests.project import Project

from guidepress.markdown import convert


def reported(text: str) -> list[tuple[str, int, int, int]]:
    """The problems of a text: code, line, column, length."""
    return [
        (d.code, d.span.line, d.span.column, d.span.length)
        for d in convert(text, "a.md").diagnostics
        if d.span
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A formula $x^2$ here.", [("formula-dollars", 1, 11, 5)]),
        ("$$E = mc^2$$", [("formula-dollars", 1, 1, 12)]),
        ("$5 and $10, $HOME/$PATH, US$x^2$, \\$x^2\\$, `$x^2$`, $`x^2`$", []),
        ("```\n$x^2$ :rocket:\n:::note\n```", []),
        ("To the :rocket: of :nobody: at 10:30:20.", [("shortcode-unknown", 1, 8, 8)]),
        (":::note Title\nText\n:::", [("container-unknown", 1, 1, 13)]),
        ("- a\n\n  ::: {.callout-tip}\n  x\n  :::", [("container-unknown", 3, 3, 18)]),
        ("Term\n:   Definition", []),
        ("[x](www.example.com/a.html) [y](example.org)", [
            ("link-scheme-missing", 1, 5, 22), ("link-scheme-missing", 1, 33, 11)
        ]),
        ("[x](report.pdf) [y](data.csv)", [("link-local-file", 1, 5, 10), ("link-local-file", 1, 21, 8)]),
    ],
)  # fmt: skip
def test_mark(text: str, expected: list[tuple[str, int, int, int]]) -> None:
    """At its place, and nothing at what only looks like one."""
    assert reported(text) == expected


def test_ways_out() -> None:
    """The hints say what to write."""
    found = convert("$x^2$ :rocket: [x](www.example.com)\n\n:::note\n", "a.md").diagnostics
    hints = {d.code: d.hints[0] for d in found}
    assert hints == {
        "formula-dollars": "write `\\(…\\)`",
        "shortcode-unknown": "write the sign itself: 🚀",
        "link-scheme-missing": "write `https://www.example.com`",
        "container-unknown": "write `/// note`, and `///` where it ends",
    }


def test_second_title(project: Project) -> None:
    """Reported once a chapter, at the second `#`; a file without a title may have many."""
    project.chapter("# One\n\n## A\n\n# Two\n\n# Three\n")
    [problem] = project.problems()
    assert (problem.code, problem.span and problem.span.line) == ("heading-second-title", 5)
    assert "“One” already, and “Two”" in problem.message
    project.chapter("Words.\n\n# A\n\n# B\n")
    assert project.codes() == []


def test_chapter_that_is_not_listed(project: Project) -> None:
    """One message for all of them, with the first three names."""
    for name in "abcde":
        project.write(f"chapters/{name}.md", "# X\n")
    [problem] = project.problems()
    assert problem.code == "chapter-unlisted"
    assert "`source/chapters/c.md` and 2 more" in problem.message
    assert str(problem.span).startswith("source/guide.yaml:")


def test_new_chapter_beside_a_build(project: Project) -> None:
    """A build that stands is looked at again once a file joins the chapters."""
    project.chapter("# One\n\nText.\n")
    assert project.build("--only", "deck").status == 0
    project.write("chapters/new.md", "# New\n")
    assert "chapter-unlisted" in project.build("--only", "deck").err


def test_fence_that_swallows(project: Project) -> None:
    """The fence is the one problem, and not what refers to the headings in it."""
    project.chapter(
        "# One\n\n[](#later) [](#other-thing) [](#gone)\n\n```py\nx\n\n## Later {#later}\n\n## Other thing\n"
    )
    assert project.codes() == ["reference-unknown", "fence-unclosed"]


@pytest.mark.parametrize("path", ["images/x.png", "/chapters/images/x.png", "../pictures/x.png"])
def test_image_seen_from_elsewhere(project: Project, path: str) -> None:
    """The hint has the path as the file sees it."""
    project.write("images/x.png", "").write("other/x.png", "")
    project.chapter(f"# One\n\n![An x]({path})\n")
    [problem] = project.problems()
    assert problem.code == "image-missing"
    assert problem.hints == (
        "a path starts at the file that names it: from here it is `../images/x.png`",
    )


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("questions:\n  - id: a\n  question: b\n", "begins no item", "begin an item with `- `"),
        ("questions:\n  - id: a\n     question: b\n", "where no key can stand", "quotes"),
        ("questions: [a, b\nx: 1\n", "missing before this", ""),
        ("questions:\n  - id: @a\n", "a text cannot begin with `@`", "quotes"),
        ("questions:\n    - id: a\n  x: 1\n", "not indented like", "same indentation"),
    ],
)
def test_yaml(project: Project, text: str, message: str, hint: str) -> None:
    """libyaml's words are those of a parser; these are an author's."""
    project.write("faq.yaml", text)
    problem = next(p for p in project.problems() if p.code == "yaml-syntax")
    assert message in problem.message
    assert hint in " ".join(problem.hints)
    assert not any("while parsing" in r.message for r in problem.related)
