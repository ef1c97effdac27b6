"""A cache in memory gives what a cache on the disk gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress.cache import Cache, digest, encoded
from guidepress.memory import MemoryCache

KEY, OTHER = digest("a"), digest("b")


@pytest.fixture(params=["folder", "none"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> MemoryCache:
    return MemoryCache(tmp_path / "cache" if request.param == "folder" else None)


def test_what_is_put_is_there(cache: MemoryCache) -> None:
    assert not cache.has(KEY)
    assert cache.get(KEY, str) is None
    cache.put(KEY, "value")
    assert cache.has(KEY)
    assert cache.get(KEY, str) == "value"
    assert cache.get(KEY, int) is None


def test_a_value_is_decoded_once(cache: MemoryCache) -> None:
    cache.put(KEY, ("a", "b"))
    assert cache.get(KEY, tuple) is cache.get(KEY, tuple)


def test_a_newer_value_takes_the_place_of_the_older(cache: MemoryCache) -> None:
    cache.put(KEY, "old")
    assert cache.get(KEY, str) == "old"
    data = encoded("new")
    assert data is not None
    cache.put_encoded(KEY, data)
    assert cache.get(KEY, str) == "new"


def test_the_disk_has_it_for_other_processes(tmp_path: Path) -> None:
    MemoryCache(tmp_path).put(KEY, "value")
    assert Cache(tmp_path).get(KEY, str) == "value"
    assert MemoryCache(tmp_path).get(KEY, str) == "value"


def test_the_least_recently_used_leave_the_memory_and_not_the_disk(tmp_path: Path) -> None:
    cache = MemoryCache(tmp_path, most=1)
    cache.put(KEY, ("a",))
    cache.put(OTHER, ("b",))
    first = cache.get(KEY, tuple)
    cache.get(OTHER, tuple)
    again = cache.get(KEY, tuple)
    assert again == first
    assert again is not first
