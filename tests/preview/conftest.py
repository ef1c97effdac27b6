"""Previews that tests begin and that are ended after them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.preview.previews import Previewed, guide


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all, so that only the first has to lay out what they have in common."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def begin(cache: Path) -> Iterator[Callable[..., Previewed]]:
    """Begins previews."""
    begun: list[Previewed] = []

    def begin(*arguments: object) -> Previewed:
        begun.append(Previewed(arguments[0], cache, *arguments[1:]))  # type: ignore[arg-type]
        return begun[-1]

    yield begin
    for one in begun:
        if one.process.poll() is None:
            one.end()


@pytest.fixture
def preview(begin: Callable[..., Previewed], tmp_path: Path) -> Previewed:
    """A preview of a guide that the test may change."""
    return begin(guide(tmp_path / "guide"))


@pytest.fixture(scope="module")
def shared(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Previewed]:
    """A preview that no test changes anything of."""
    made = Previewed(guide(tmp_path_factory.mktemp("shared")), cache)
    made.at_rest()
    yield made
    made.end()
