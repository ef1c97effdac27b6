"""A guide that was built before, for all tests of interruptions."""

from __future__ import annotations

import pytest

from tests.interruptions.builds import Known


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return Known.made(tmp_path_factory.mktemp("built"))
