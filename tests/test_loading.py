"""YAML that the cache knows is loaded as without."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress.cache import Cache
from guidepress.conversions import Loading
from guidepress.source.yaml import load

TEXTS = [
    "a: 1\nb: [x, {c: 'quoted\n  text'}]\nd: >\n  folded\n  text\ne: ~\nf: true\n",
    "a: &one [x]\nb: *one\n",
    "a: 1\na: 2\n",
    "a: [\n",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_second_time_gives_what_the_first_gave(text: str, tmp_path: Path) -> None:
    fresh = load(text, "one.yaml")
    for _ in range(2):
        again = Loading(Cache(tmp_path))(text, "one.yaml")
        assert again.diagnostics == fresh.diagnostics
        assert (again.value is None) == (fresh.value is None)
        if again.value is not None and fresh.value is not None:
            assert again.value.value == fresh.value.value
            assert again.value.index.file == fresh.value.index.file
            assert again.value.index.parts == fresh.value.index.parts


def test_another_text_is_loaded_anew(tmp_path: Path) -> None:
    loading = Loading(Cache(tmp_path))
    for text in ("a: 1", "a: 2", "a: 1"):
        loaded = loading(text, "one.yaml").value
        assert loaded is not None
        assert loaded.value == {"a": text[-1]}


def test_aliases_are_not_written_out(tmp_path: Path) -> None:
    """A text of a few lines may stand for gigabytes."""
    lines = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]" for n in range(1, 6))
    bomb = f"a0: &a0 [{'x' * 10_000}]\n{lines}\n"
    cache = Cache(tmp_path / "cache")
    assert Loading(cache)(bomb, "one.yaml").value is not None
    assert cache.info().entries == 0
