"""Which words of a book are hyphenated otherwise than their language has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress.diagnostics import Severity
from guidepress.handbook.geometry import handbook_settings
from guidepress.handbook.hyphenation import hyphenation
from guidepress.handbook.press import prepare
from guidepress.layouts import find_layout
from tests.project import Project


def project(folder: Path, words: str) -> Project:
    made = Project(folder)
    guide = (made.source / "guide.yaml").read_text()
    made.write("guide.yaml", f"hyphenation: [{words}]\n{guide}")
    return made.write(
        "glossary.yaml",
        "terms:\n  - {id: lb, term: Load balancer, aliases: [Verteiler, balancer], definition: Shares work.}\n",
    )


def test_terms_names_and_the_guides_own_words(tmp_path: Path) -> None:
    """The guide has the last word, the terms of the glossary the first."""
    book = project(tmp_path, "Data-base, Kuber-netes, bal-ancer").book()
    layout = find_layout("default").value
    assert layout is not None
    settings = handbook_settings(layout).value
    assert settings is not None
    found = hyphenation(book, settings)
    assert "Load" not in found
    assert {"Verteiler", "bal-ancer", "Data-base", "Kuber-netes", "Docker"} <= set(found)
    assert not {"balancer", "Kubernetes"} & set(found)
    assert list(found) == sorted(found)


def test_they_reach_the_engine_with_each_section(tmp_path: Path) -> None:
    book = project(tmp_path, "data-base").book()
    layout = find_layout("default").value
    assert layout is not None
    ready = prepare(book, layout).value
    assert ready is not None
    sections = [
        draft.section(draft.html, ready.styles[draft.tab], ready.files) for draft in ready.drafts
    ]
    assert sections
    assert all("data-base" in section.hyphenation for section in sections)


@pytest.mark.parametrize("word", ["two words", "-data", "a1b"])
def test_what_is_no_word_is_reported_at_its_place(tmp_path: Path, word: str) -> None:
    [problem] = [
        p for p in project(tmp_path, f"fine, {word}").problems() if p.severity is Severity.ERROR
    ]
    assert "with hyphens where it may be broken" in problem.message
    assert problem.span is not None
    assert problem.span.line == 1
