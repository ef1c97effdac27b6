"""A guide that was built before, for all tests of interruptions."""

from __future__ import annotations

import pytest

from tests.interruptions.builds import Known, Place


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    place = Place(tmp_path_factory.mktemp("known")).write_guide()
    first = place.build()
    assert first.succeeded, first.err
    before = place.state()
    other = place.copy(tmp_path_factory.mktemp("edited"))
    other.edit()
    edited = other.build()
    assert edited.succeeded, edited.err
    assert not other.litter()
    return Known(place, before, other.state(), edited.seconds)
