"""Finding layouts, overriding them file by file, and what their mistakes turn into."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import pytest
from tests.project import words_in

from guidepress.diagnostics import Span
from guidepress.layouts import Layout, find_layout, layout_names


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def found(name: str, project: Path | None = None) -> Layout:
    result = find_layout(name, project)
    assert result.value is not None, result.diagnostics
    return result.value


def codes(name: str, project: Path | None) -> list[str]:
    return [d.code for d in find_layout(name, project).diagnostics]


def test_the_built_in_layouts_are_found() -> None:
    assert {"default", "pocket"} <= set(layout_names())
    assert found("default").path("handbook/page.css") is not None


def test_a_layout_stands_on_the_one_it_extends() -> None:
    pocket, default = found("pocket"), found("default")
    assert pocket.settings["handbook"]["page"] == "A5"
    # What pocket says nothing about is as in default.
    assert pocket.settings["handbook"]["pages"] == default.settings["handbook"]["pages"]
    assert pocket.path("handbook/page.css") == default.path("handbook/page.css")


def test_a_project_overrides_a_built_in_layout_file_by_file(tmp_path: Path) -> None:
    write(tmp_path, {"layouts/default/handbook/cover.html": "<p>mine</p>"})
    layout = found("default", tmp_path)
    assert layout.render("handbook/cover.html", {}).value == "<p>mine</p>"
    assert layout.path("handbook/part.html") == found("default").path("handbook/part.html")


def test_a_template_is_compiled_once_for_each_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A layout that is found again has its code; a file that was changed has another."""
    compiled: list[str] = []
    compile_ = jinja2.Environment.compile

    def counted(self: jinja2.Environment, source: str, *args: Any, **kwargs: Any) -> Any:
        compiled.append(source)
        return compile_(self, source, *args, **kwargs)

    monkeypatch.setattr(jinja2.Environment, "compile", counted)
    name = "handbook/cover.html"
    for text, count in (("<p>one</p>", 1), ("<p>one</p>", 1), ("<p>two</p>", 2), ("<p>one</p>", 3)):
        write(tmp_path, {f"layouts/default/{name}": text})
        assert found("default", tmp_path).render(name, {}).value == text
        assert len(compiled) == count


def test_a_layout_of_ones_own_extends_default_unasked(tmp_path: Path) -> None:
    write(tmp_path, {"layouts/mine/layout.yaml": 'colours: {accent: "#112233"}\n'})
    colours = found("mine", tmp_path).settings["colours"]
    assert colours["accent"] == "#112233"
    assert colours["ink"] == found("default").settings["colours"]["ink"]


def test_a_project_whose_layouts_are_the_built_in_ones_has_each_once() -> None:
    root = Path(__file__).parents[2]
    assert found("default", root).folders == found("default").folders


def test_an_unknown_layout_is_named_with_a_guess(tmp_path: Path) -> None:
    [problem] = find_layout("defalt", tmp_path).diagnostics
    assert problem.code == "layout-unknown"
    assert problem.hints == ("did you mean `default`?",)


def test_layouts_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"layouts/a/layout.yaml": "extends: b\n", "layouts/b/layout.yaml": "extends: a\n"},
    )
    assert codes("a", tmp_path) == ["layout-cycle"]


@pytest.mark.parametrize(
    ("content", "line"),
    [("fonts: [\n", 2), ("a: b\n\tc: d\n", 2), ("- a list\n", 1)],
)
def test_settings_that_are_no_mapping_are_shown_with_their_line(
    tmp_path: Path, content: str, line: int
) -> None:
    write(tmp_path, {"layouts/mine/layout.yaml": content})
    [problem] = find_layout("mine", tmp_path).diagnostics
    assert problem.code == "layout-settings"
    assert problem.span == Span("layouts/mine/layout.yaml", line)


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("<p>\n{{ book.nothing }}", 2),
        ("\n\n{{ nothing.at.all }}", 3),
        ("{% if %}", 1),
        ("one\n{{ 1 / 0 }}", 2),
        ("\n{{ ''.__class__.__mro__ }}", 2),
    ],
)
def test_a_mistake_in_a_template_is_shown_with_its_line(
    tmp_path: Path, template: str, line: int
) -> None:
    write(tmp_path, {"layouts/mine/x.html": template})
    result = found("mine", tmp_path).render("x.html", {"book": {"title": "A book"}})
    assert result.value is None
    [problem] = result.diagnostics
    assert problem.code == "layout-template"
    assert problem.span == Span("layouts/mine/x.html", line)


@pytest.mark.parametrize(
    "asked", ["words.chaptr", 'words["chaptr"]', 'words.phrase("chaptr", n=1)']
)
def test_a_word_that_there_is_not_is_named(tmp_path: Path, asked: str) -> None:
    """Not the class that holds the words."""
    write(tmp_path, {"layouts/mine/x.html": f"\n{{{{ {asked} }}}}"})
    [problem] = found("mine", tmp_path).render("x.html", {"words": words_in()}).diagnostics
    assert problem.message.startswith("no word is called `chaptr`")
    assert problem.span == Span("layouts/mine/x.html", 2)


def test_a_mistake_in_an_included_template_is_shown_there(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"layouts/mine/x.html": '{% include "y.html" %}', "layouts/mine/y.html": "\n{{ gone }}"},
    )
    [problem] = found("mine", tmp_path).render("x.html", {}).diagnostics
    assert problem.span == Span("layouts/mine/y.html", 2)


def test_a_template_that_is_missing_is_a_diagnostic(tmp_path: Path) -> None:
    write(tmp_path, {"layouts/mine/x.html": '{% include "gone.html" %}'})
    [problem] = found("mine", tmp_path).render("x.html", {}).diagnostics
    assert problem.code == "layout-file-missing"
    assert "gone.html" in problem.message


def test_text_is_escaped(tmp_path: Path) -> None:
    write(tmp_path, {"layouts/mine/x.html": "{{ text }}"})
    rendered = found("mine", tmp_path).render("x.html", {"text": "<b> & co"})
    assert rendered.value == "&lt;b&gt; &amp; co"


def test_a_template_cannot_change_what_it_is_given(tmp_path: Path) -> None:
    write(tmp_path, {"layouts/mine/x.html": "{{ items.append(1) }}"})
    items: list[int] = []
    assert found("mine", tmp_path).render("x.html", {"items": items}).failed
    assert items == []


def test_no_file_outside_of_the_layout_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"secret.txt": "secret", "layouts/mine/layout.yaml": ""})
    (tmp_path / "layouts/mine/link.txt").symlink_to(tmp_path / "secret.txt")
    layout = found("mine", tmp_path)
    for name in ("../../secret.txt", "link.txt", str(tmp_path / "secret.txt")):
        assert layout.path(name) is None


def test_style_sheets_come_in_order_and_the_projects_own_last(tmp_path: Path) -> None:
    write(tmp_path, {"layouts/mine/a.css": "a", "layouts/mine/b.css": "b {{ x }}"})
    layout = found("mine", tmp_path)
    assert layout.stylesheets(("b.css", "a.css"), "own.css", {"x": 1}).value == ("b 1", "a")
    write(tmp_path, {"layouts/mine/own.css": "own"})
    layout = found("mine", tmp_path)
    assert layout.stylesheets(("a.css",), "own.css", {}).value == ("a", "own")
    assert layout.stylesheets(("a.css",), "", {}).value == ("a",)
    broken = layout.stylesheets(("a.css", "b.css", "gone.css"), "own.css", {})
    assert broken.value is None
    assert [d.code for d in broken.diagnostics] == ["layout-template", "layout-file-missing"]


def test_settings_are_named_by_the_file_that_comes_first(tmp_path: Path) -> None:
    assert found("default").settings_span == Span("layouts/default/layout.yaml")
    write(tmp_path, {"layouts/default/layout.yaml": ""})
    assert found("default", tmp_path).settings_span == Span("layouts/default/layout.yaml")
