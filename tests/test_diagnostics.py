"""Problems as values, and the page that explains each of them."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from guidepress.diagnostics import (
    Diagnosed,
    Diagnostic,
    Fix,
    Names,
    Related,
    Severity,
    Span,
    did_you_mean,
    error,
    has_errors,
    ordered,
    warning,
)
from guidepress.lint.rules import RULES
from guidepress.pdf.log import _PATTERNS

ROOT = Path(__file__).parent.parent
DOCUMENTED = (ROOT / "docs/diagnostics.md").read_text()
ROW = re.compile(r"^\| `(?P<code>(?:…-)?[a-z0-9-]+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)


def test_span_says_where() -> None:
    """A place, or a file as a whole."""
    assert str(Span("a.md", 3, 7)) == "a.md:3:7"
    assert str(Span("a.md")) == "a.md"


def test_severity_decides_what_stops() -> None:
    """Errors stop a build, warnings and notes do not."""
    notes = (warning("x-y", "m"), Diagnostic("x-y", Severity.NOTE, "m"))
    assert not has_errors(notes)
    assert has_errors((*notes, error("x-y", "m")))
    assert not Diagnosed(1, notes).failed
    assert Diagnosed(None, (error("x-y", "m"),)).failed


def test_ordered_by_place() -> None:
    """File, line, column, code; a problem without a place first; the same problem once."""
    spans = [None, Span("a"), Span("a", 2, 9), Span("a", 10, 1), Span("b", 1, 1)]
    expected = tuple(error(code, "m", span) for span in spans for code in ("a-a", "b-b"))
    assert ordered(reversed(expected + expected)) == expected


def test_values_travel_between_processes() -> None:
    """Frozen, hashable, equal after pickling."""
    fix = Fix(Span("a", 1, 2, 0), "\n")
    one = error("x-y", "m", Span("a", 1), hints=["h"], related=[Related(Span("b"), "r")], fix=fix)
    assert pickle.loads(pickle.dumps(one)) == one
    assert len({one, pickle.loads(pickle.dumps(one))}) == 1


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("titel", ["title", "subtitle"], "title"),
        ("Title", ["title", "tile"], "title"),
        ("LOGO.PNG", ["logo.png", "photo.png"], "logo.png"),
        ("cachng", ["stage-caching", "caching", "cache"], "caching"),
        ("ab", ["aB", "AB"], "AB"),
        ("zzz", ["title"], None),
        ("", ["title"], None),
        ("title", [], None),
    ],
)
def test_did_you_mean(word: str, known: list[str], meant: str | None) -> None:
    """One close name, case apart, the same one whatever order they come in."""
    expected = (f"did you mean `{meant}`?",) if meant else ()
    assert did_you_mean(word, known) == expected
    assert did_you_mean(word, reversed(known)) == expected


def test_of_many_names_those_are_compared_that_begin_or_end_alike() -> None:
    """So that a book with thousands of chapters and of dead links is checked in seconds."""
    few = [f"source/chapters/{number}/caching" for number in range(9)]
    many = [f"source/chapters/topic-{number}" for number in range(5_000)]
    assert list(Names(few).near("anything")) == few
    found = Names((*many, *few)).near("source/chapters/5/cacching")
    assert found == few
    assert did_you_mean("source/chapters/5/cacching", found) == (
        "did you mean `source/chapters/5/caching`?",
    )
    assert list(Names(many).near("elsewhere")) == []


def test_every_row_says_what_to_do() -> None:
    """Each code has its meaning and its remedy, in whole sentences."""
    rows = ROW.findall(DOCUMENTED)
    assert len(rows) == DOCUMENTED.count("\n| `")
    for code, meaning, remedy in rows:
        for text in (meaning, remedy):
            assert text.endswith("."), code


def test_what_the_engine_says_is_explained() -> None:
    """Its log and the linker have codes of their own; the products put their names before them."""
    own = {code for code, _ in _PATTERNS} | {"engine-debug", "engine-message"}
    for name in ("linker", "numbers"):
        text = (ROOT / f"src/guidepress/pdf/{name}.py").read_text()
        own |= set(re.findall(r'(?:Problem\(|kind = )"([a-z]+-[a-z]+)"', text))
    assert {f"…-{code}" for code in own} == {
        c for c, _, _ in ROW.findall(DOCUMENTED) if c.startswith("…")
    }


def test_every_code_in_the_tests_is_explained() -> None:
    """What a test expects, an author may meet."""
    known = {code for code, _, _ in ROW.findall(DOCUMENTED)}
    assert {"stage-unknown", "term-unknown", "card-answer-long"} <= known
    assert set(RULES) <= known
