"""The cache: what was put is got, and nothing else ever is."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidepress.cache import Cache, digest, folder
from tests.disks import Disks


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def entry(cache: Cache) -> Path:
    assert cache.place is not None
    return next(cache.place.glob("??/*"))


def test_put_and_get(cache: Cache) -> None:
    """Data comes back as it was, and a key that was never put gives nothing."""
    cache.put(digest("a"), b"data")
    assert cache.get(digest("a"), bytes) == b"data"
    assert cache.get(digest("b"), bytes) is None


@given(cut=st.integers(0, 60), flip=st.integers(0, 200))
def test_damage_is_a_miss(tmp_path_factory: pytest.TempPathFactory, cut: int, flip: int) -> None:
    """An entry cut short or altered anywhere is a miss, and is gone afterwards."""
    cache = Cache(tmp_path_factory.mktemp("cache"))
    key = digest("a")
    cache.put(key, b"some data that is long enough to be cut")
    path = entry(cache)
    content = bytearray(path.read_bytes())
    if cut:
        del content[-cut:]
    if content:
        content[flip % len(content)] ^= 1
    path.write_bytes(content)
    assert cache.get(key, bytes) is None
    assert not path.exists()


def test_entry_under_another_name_is_a_miss(cache: Cache) -> None:
    """A file that was moved to another key is not that key's data."""
    cache.put(digest("a"), b"data")
    target = cache._path(digest("b"))
    target.parent.mkdir(exist_ok=True)
    entry(cache).rename(target)
    assert cache.get(digest("b"), bytes) is None


def test_digest_tells_parts_apart() -> None:
    """The same bytes cut elsewhere are another key."""
    assert digest("ab", "c") != digest("a", "bc")


def test_digest_of_any_text() -> None:
    """A path that is not UTF-8, or half of a character, has a key too."""
    names = [os.fsdecode(b"gu\xffde"), os.fsdecode(b"gu\xfede"), "gu\ud83dde"]
    assert len({digest(name) for name in names}) == 3


def test_prune_keeps_what_was_used_last(tmp_path: Path) -> None:
    """Over its limit, the cache forgets what was not used for the longest time."""
    cache = Cache(tmp_path, limit=2500)
    for age, name in enumerate("abc"):
        cache.put(digest(name), bytes(1000))
        os.utime(cache._path(digest(name)), (1000 + age, 1000 + age))
    assert cache.get(digest("a"), bytes)  # used just now
    cache.prune()
    assert [name for name in "abc" if cache.get(digest(name), bytes)] == ["a", "c"]


def test_memo_makes_only_what_is_not_there(cache: Cache) -> None:
    """And makes it anew where the entry is damaged."""
    made = iter((b"first", b"second"))

    def make() -> bytes:
        return next(made)

    assert [cache.memo(digest("a"), make, bytes) for _ in range(2)] == [b"first", b"first"]
    entry(cache).write_bytes(b"damaged")
    assert [cache.memo(digest("a"), make, bytes) for _ in range(2)] == [b"second", b"second"]


def test_info_and_clear(cache: Cache) -> None:
    """`info` counts, `clear` forgets."""
    cache.put(digest("a"), b"12345")
    assert cache.info().entries == 1
    assert cache.info().size > 5
    cache.clear()
    assert cache.info().entries == 0


def test_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """Without a place to keep things, nothing is kept and nothing fails."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    cache = Cache(blocked / "cache")
    cache.put(digest("a"), b"data")
    assert cache.get(digest("a"), bytes) is None
    assert Cache(None).get(digest("a"), bytes) is None


def test_folder_in_place_of_an_entry(cache: Cache) -> None:
    """It is a miss, and makes way for the next entry; so does a file where a folder should be."""
    key = digest("a")
    cache._path(key).mkdir(parents=True)
    (cache._path(key) / "file").write_text("x")
    assert cache.get(key, bytes) is None
    cache.put(key, b"data")
    assert cache.get(key, bytes) == b"data"
    cache.clear()
    cache._path(key).parent.rmdir()
    cache._path(key).parent.write_text("x")
    assert cache.get(key, bytes) is None
    cache.put(key, b"data")
    assert cache.get(key, bytes) == b"data"


def test_link_in_place_of_an_entry(cache: Cache) -> None:
    """One that leads nowhere, or to itself, is a miss, makes way for an entry, and can be cleared."""
    keys = [digest("a"), digest("b")]
    for key, target in zip(keys, ["nowhere", keys[1]], strict=True):
        cache._path(key).parent.mkdir(parents=True)
        cache._path(key).symlink_to(target)
        assert cache.get(key, bytes) is None
    assert cache.info().entries == 2
    cache.put(keys[0], b"data")
    assert cache.get(keys[0], bytes) == b"data"
    cache.clear()
    assert cache.info().entries == 0


def test_entries_that_have_to_stay(disks: Disks, tmp_path: Path) -> None:
    """On a read-only disk they can be read; nothing is kept, and `clear` says that it could not."""
    cache = Cache(disks.mount(tmp_path))
    cache.put(digest("a"), b"data")
    cache._path(digest("b")).mkdir(parents=True)
    disks.forbid_writing(tmp_path)
    cache.put(digest("c"), b"data")
    cache.prune()
    Cache(cache.place, limit=0).prune()
    with pytest.raises(OSError, match="Read-only"):
        cache.clear()
    assert cache.get(digest("a"), bytes) == b"data"
    assert cache.info().entries == 2


def test_what_is_not_its_own_is_left_alone(tmp_path: Path) -> None:
    """Whoever names a folder that holds other things loses none of them."""
    other = tmp_path / "go" / "bin"
    hexadecimal = tmp_path / "ab" / "notes.txt"
    for path in (other, hexadecimal):
        path.parent.mkdir()
        path.write_text("mine")
    cache = Cache(tmp_path, limit=0)
    cache.put(digest("a"), b"data")
    cache.prune()
    cache.clear()
    assert cache.info().entries == 0
    assert other.exists()
    assert hexadecimal.exists()


@pytest.mark.parametrize("age", [2 * 3600, -2 * 3600])
def test_prune_sweeps_what_killed_processes_left(cache: Cache, age: int) -> None:
    """Half-written files of another time, though a clock was wrong; not what is being written now."""
    cache.put(digest("a"), b"data")
    folder = entry(cache).parent
    for name, then in ((".writing-old", time.time() - age), (".writing-new", time.time())):
        (folder / name).write_bytes(b"half")
        os.utime(folder / name, (then, then))
    cache.prune()
    assert not (folder / ".writing-old").exists()
    assert (folder / ".writing-new").exists()
    assert cache.get(digest("a"), bytes) == b"data"


def test_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user id that no list of users has keeps nothing, and fails at nothing."""

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("GUIDEPRESS_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert folder() is None


def _hammer(place: Path, start: int) -> int:
    cache = Cache(place, limit=20_000)
    wrong = 0
    for i in range(200):
        key = digest(str((start + i) % 7))
        cache.put(key, key.encode() * 50)
        found = cache.get(key, bytes)
        wrong += found is not None and found != key.encode() * 50
        if i % 20 == 0:
            cache.prune()
    return wrong


def test_two_processes_at_once(tmp_path: Path) -> None:
    """Processes that write, read and prune the same keys never see half of an entry."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.starmap(_hammer, [(tmp_path, 0), (tmp_path, 3)]) == [0, 0]


def test_folder_that_comes_and_goes(tmp_path: Path) -> None:
    """A cache that somebody removes as a whole while it is used loses entries, and nothing fails."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        result = pool.starmap_async(_hammer, [(tmp_path / "cache", 0)])
        while not result.ready():
            shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        assert result.get() == [0]


def test_folder_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`$XDG_CACHE_HOME` is followed where it is absolute, as its specification says."""
    monkeypatch.delenv("GUIDEPRESS_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert folder() == tmp_path / "guidepress"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert folder() == Path.home() / ".cache" / "guidepress"
