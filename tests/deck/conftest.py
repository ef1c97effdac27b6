"""Fixtures for tests of the deck."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.deck.collection import Learner


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Callable[..., Learner]]:
    """Makes learners, each with a fresh collection."""
    made: list[Learner] = []

    def make() -> Learner:
        made.append(Learner(tmp_path / f"learner{len(made)}"))
        return made[-1]

    yield make
    for one in made:
        one.col.close()
