"""A worker that is warm: what it was warmed with changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.pdf.documents import STYLES, section

from guidepress.cache import Cache
from guidepress.pdf import Section, compile_section
from guidepress.pdf.engine import environment
from guidepress.pdf.warming import keep, parts, warm_up


def test_what_was_kept_is_laid_out(tmp_path: Path) -> None:
    """The styles are parsed then, and the fonts are open."""
    cache = Cache(tmp_path / "cache")
    one = section("one", "<h1>T</h1>", styles=(*STYLES, "@counter-style only-here { symbols: a }"))
    keep(cache, tmp_path, one)
    assert list(warm_up((cache.place, tmp_path)))
    assert any("only-here" in "".join(styles) for styles in environment._environments)


@pytest.mark.parametrize("place", [None, "elsewhere"])
def test_nothing_was_kept(tmp_path: Path, place: str | None) -> None:
    assert not list(warm_up((tmp_path / place if place else None, tmp_path)))


def test_pages_are_the_same_after_another_book(tmp_path: Path) -> None:
    text: Section = section("two", "<h1>T</h1><p>Some words.</p>")
    cold = compile_section(text)
    cache = Cache(tmp_path / "cache")
    keep(cache, tmp_path, section("one", "<h1>U</h1>", styles=(*STYLES, "p { color: red }")))
    assert list(warm_up((cache.place, tmp_path)))
    assert compile_section(text) == cold


def test_of_each_kind_of_block_the_first_is_laid_out() -> None:
    """Some in a section; styles and files are those of the whole."""
    long = "long " * 200
    columns = f"<section><p>{long * 3}</p></section>"
    blocks = (
        f"<h1>T</h1><p>{long}</p><p>no</p><p class='note'>yes</p><ul><li>too</li></ul>{columns}"
    )
    whole = section("one", f"<main class='chapter'>{blocks}</main>")
    made = list(parts(whole))
    assert [part.html.count("<p") for part in made] == [1, 1]
    assert not any("no<" in part.html or "<section" in part.html for part in made)
    assert all("<main class=" in part.html and part.styles == whole.styles for part in made)
    assert made[0].html.index("<h1>") < made[0].html.index("long")


@pytest.mark.parametrize("html", ["<p>Words.</p>", "Words.", "", "<!-- none -->"])
def test_one_block_is_laid_out_as_it_is(html: str) -> None:
    whole = section("one", html)
    assert list(parts(whole)) == [whole]
