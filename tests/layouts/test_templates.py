"""Templates that are kept in compiled form between builds."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from guidepress.cache import Cache
from guidepress.layouts import Layout, find_layout


def layout(project: Path, cache: Cache) -> Layout:
    found = find_layout("mine", project, cache).value
    assert found is not None
    return found


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "layouts" / "mine" / "page.html"
    path.parent.mkdir(parents=True)
    (path.parent / "layout.yaml").write_text("extends: default\n")
    path.write_text("one {{ word }}")
    return path


def test_templates_are_compiled_once(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path / "cache")
    assert layout(tmp_path, cache).render("page.html", {"word": "a"}).value == "one a"

    def refuse(*_: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr(jinja2.Environment, "compile", refuse)
    assert layout(tmp_path, cache).render("page.html", {"word": "b"}).value == "one b"


def test_a_changed_template_is_compiled_anew(template: Path, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    layout(tmp_path, cache).render("page.html", {"word": "a"})
    template.write_text("two {{ word }}")
    assert layout(tmp_path, cache).render("page.html", {"word": "a"}).value == "two a"


def test_a_kept_template_tells_its_places(template: Path, tmp_path: Path) -> None:
    template.write_text("one\n{{ 1 / word }}")
    cache = Cache(tmp_path / "cache")
    for _ in range(2):
        [problem] = layout(tmp_path, cache).render("page.html", {"word": 0}).diagnostics
        assert problem.span is not None
        assert (problem.span.file, problem.span.line) == ("layouts/mine/page.html", 2)
