"""A cache for all tests here, for what they only look at."""

from __future__ import annotations

import pytest
from tests.cards import books


@pytest.fixture(scope="session", autouse=True)
def _kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    books.KEPT.place = tmp_path_factory.mktemp("kept")
