"""Extensions of Python-Markdown that a guide names: what they add works, and has places; the rest is refused."""

from __future__ import annotations

import re
import sqlite3
import sys
import zipfile
from pathlib import Path

import pytest
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor, Pattern
from tests.pdf.inspection import texts
from tests.project import Project

from guidepress.content.html import write
from guidepress.diagnostics import Diagnostic
from guidepress.markdown import convert, dialect, extension_fault
from guidepress.markdown.extensions import named


def converted(text: str, *names: str) -> tuple[str, list[Diagnostic]]:
    """HTML of a text, and its problems."""
    done = convert(text, "text.md", extensions=tuple(named(name, {}) for name in names))
    assert done.value is not None
    return write(done.value.content.nodes), list(done.diagnostics)


def test_an_inline_pattern_takes_its_place_among_our_own() -> None:
    html, problems = converted(
        "Press ++ctrl+c++, **++enter++** or `++a++`: \\++b++.", "pymdownx.keys"
    )
    assert (
        '<kbd class="key-control">Ctrl</kbd><span>+</span><kbd class="key-c">C</kbd></span>, '
        in html
    )
    assert '<strong><span class="keys"><kbd class="key-enter">Enter</kbd></span></strong>' in html
    assert "<code>++a++</code>" in html
    assert not problems


def test_a_link_of_an_extension_is_one_of_ours() -> None:
    """It passes the same checks, at the place of what was typed."""
    _, problems = converted("One.\n\nSee [[Some Page]].", "wikilinks")
    assert [(p.code, p.span.line, p.span.column) for p in problems if p.span] == [
        ("link-local-file", 3, 5)
    ]


def test_a_block_processor_takes_blocks_and_what_is_in_them_has_places() -> None:
    text = """\
Before.

??? note "A *title*"
    Inside **bold** [x](#nowhere).

    - item

        deeper

    More.

After.

    code
"""
    html, _ = converted(text, "pymdownx.details")
    assert '<details class="note" data-line="3"><summary>A <em>title</em></summary>' in html
    assert '<p data-line="4">Inside <strong>bold</strong>' in html
    assert '<ul data-line="6">' in html
    assert html.index("More.") < html.index("</details>") < html.index("After.")
    assert '<p data-line="12">After.</p>' in html
    assert "<code>code" in html


def test_a_block_processor_works_between_fences_and_not_in_a_list() -> None:
    text = '/// note | N\n??? tip "T"\n    in it\n\nrest\n///\n\n- ??? tip "U"\n'
    html, problems = converted(text, "pymdownx.details")
    assert '<details class="tip"' in html
    assert html.index("in it") < html.index("</details>") < html.index("rest")
    assert "??? tip" in html.rpartition("<li")[2]
    assert not problems


def test_what_an_extension_puts_aside_comes_back_filtered() -> None:
    html, problems = converted("(c) 1/2 --> a", "pymdownx.smartsymbols")
    assert "© ½ → a" in html
    assert not problems


def test_a_tree_processor_works_before_references_are_numbered() -> None:
    html, _ = converted("[TOC]\n\n# One\n\n## Two\n", "toc")
    assert '<a class="ref" href="#two">Two</a>' in html


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pymdownx.snippets", "it adds a preprocessor (`SnippetPreprocessor`)"),
        ("pymdownx.b64", "it adds a postprocessor (`B64Postprocessor`)"),
        ("extra", "it adds a preprocessor"),
        ("nobody.has.this", "it is not installed"),
        ("os.path", "it is not installed"),
        ("pymdownx.nothing", "it cannot be loaded: ModuleNotFoundError"),
        ("lxml.etree", "its package is not made for Python-Markdown"),
        ("flask.__main__", "its package is not made for Python-Markdown"),
    ],
)
def test_what_cannot_be_used_says_why(name: str, reason: str) -> None:
    assert extension_fault(*named(name, {})).startswith(reason)


def test_settings_reach_an_extension_and_wrong_ones_are_reported() -> None:
    done = convert("[[A]]", "a.md", extensions=(named("wikilinks", {"html_class": "wiki"}),))
    assert done.value is not None
    assert 'class="wiki"' in write(done.value.content.nodes)
    assert "KeyError" in extension_fault(*named("wikilinks", {"nothing": 1}))


class _Shout(Pattern):
    def handleMatch(self, m: object) -> str:  # type: ignore[override]
        return str(m.group(2)).upper()  # type: ignore[attr-defined]


class _Broken(InlineProcessor):
    def handleMatch(self, m: object, data: str) -> tuple[None, None, None]:  # type: ignore[override]
        raise RuntimeError("no luck")


class _Own(Extension):
    def extendMarkdown(self, md: object) -> None:  # type: ignore[override]
        md.inlinePatterns.register(_Shout("!([a-z]+)!"), "shout", 1)  # type: ignore[attr-defined]
        md.inlinePatterns.register(_Broken("%"), "broken", 0)  # type: ignore[attr-defined]


def test_old_patterns_work_and_an_exception_is_a_problem_of_the_text() -> None:
    own = dialect.Dialect()
    _Own().extendMarkdown(own)
    root = own.read("a !b! c % d % e", dialect.Origin("a.md", ((7, 1),)))
    assert root[0].text == "a B c % d % e"
    (problem,) = own.state.diagnostics
    assert problem.code == "markdown-extension-failed"
    assert "_Broken` fails: RuntimeError: no luck" in problem.message
    assert problem.span is not None
    assert problem.span.line == 7


def test_a_guide_names_them_and_they_reach_its_products(project: Project, tmp_path: Path) -> None:
    """In chapters, cards and records alike; built again, from the cache."""
    project.edit("guide.yaml", "contents:", "markdown: { extensions: [pymdownx.keys] }\ncontents:")
    project.write(
        "faq.yaml", "questions:\n  - { id: a, question: What is ++f1++?, answer: Help. }\n"
    )
    project.chapter(
        "# One\n\nPress ++enter++.\n\n/// card | ++tab++?\n    id: one\n\nNext.\n///\n\n/// faq\n///\n"
    )
    ran = project.build()
    assert ran.status == 0, ran.err
    pages = " ".join(" ".join(texts(project.folder / "build" / "handbook.pdf")).split())
    # A key has a border, and so room around it.
    assert re.search(r"Press Enter ?\.", pages)
    assert re.search(r"What is F1 ?\?", pages)
    with zipfile.ZipFile(project.folder / "build" / "deck.apkg") as package:
        package.extract("collection.anki2", tmp_path)
    collection = sqlite3.connect(tmp_path / "collection.anki2")
    fields = "".join(f for (f,) in collection.execute("select flds from notes"))
    collection.close()
    assert '<kbd class="key-tab">Tab</kbd>' in fields
    before = project.artifacts
    project.edit("guide.yaml", 'edition: "1"', 'edition: "1" ')
    assert project.build().status == 0
    assert project.artifacts["handbook.pdf"] == before["handbook.pdf"]


def test_a_wrong_one_is_an_error_at_its_line(project: Project) -> None:
    project.edit(
        "guide.yaml",
        "contents:",
        "markdown:\n  extensions:\n    - pymdownx.keys\n    - pymdownx.snippets\ncontents:",
    )
    (problem,) = project.problems()
    assert (problem.code, problem.span and problem.span.line) == ("markdown-extension", 8)


def test_a_module_in_the_folder_is_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "guest.py").write_text("raise SystemExit('loaded')")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert extension_fault(*named("guest", {})) == "it is not installed"
