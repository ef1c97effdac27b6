"""A worker that is warm: what it was warmed with changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.pdf.documents import STYLES, section

from guidepress.cache import Cache
from guidepress.pdf import Section, compile_section
from guidepress.pdf.engine import environment
from guidepress.pdf.warming import keep, warm_up


def test_what_was_kept_is_laid_out(tmp_path: Path) -> None:
    """The styles are parsed then, and the fonts are open."""
    cache = Cache(tmp_path / "cache")
    one = section("one", "<h1>T</h1>", styles=(*STYLES, "@counter-style only-here { symbols: a }"))
    keep(cache, tmp_path, one)
    warm_up((cache.place, tmp_path))
    assert any("only-here" in "".join(styles) for styles in environment._environments)


@pytest.mark.parametrize("place", [None, "elsewhere"])
def test_nothing_was_kept(tmp_path: Path, place: str | None) -> None:
    warm_up((tmp_path / place if place else None, tmp_path))


def test_pages_are_the_same_after_another_book(tmp_path: Path) -> None:
    text: Section = section("two", "<h1>T</h1><p>Some words.</p>")
    cold = compile_section(text)
    cache = Cache(tmp_path / "cache")
    keep(cache, tmp_path, section("one", "<h1>U</h1>", styles=(*STYLES, "p { color: red }")))
    warm_up((cache.place, tmp_path))
    assert compile_section(text) == cold
