"""Builds whose cache is broken, or is broken while they run: their bytes are those of any other build."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.disks import Disks
from tests.interruptions.builds import Known, Place, files_below, without

pytestmark = pytest.mark.slow


def ordinary_user() -> Sequence[str]:
    """Behind this, files that forbid reading and writing cannot be read and written, by root neither."""
    if os.geteuid():
        return ()
    if not (setpriv := shutil.which("setpriv")):
        pytest.skip("root may read everything")
    return (setpriv, "--bounding-set=-dac_override,-dac_read_search")


def test_read_only_cache(known: Known, disks: Disks, tmp_path: Path) -> None:
    """With entries that are whole, cut and missing: the first are used, no other is made."""
    place = known.place.copy(tmp_path, disks.prefix)
    cache = disks.mount(place.cache)
    shutil.copytree(known.place.cache, cache, dirs_exist_ok=True)
    for number, path in enumerate(files_below([cache])):
        if number % 3 == 1:
            path.write_bytes(path.read_bytes()[:-1])
        elif number % 3 == 2:
            path.unlink()
    disks.forbid_writing(place.cache)
    before = {path: path.read_bytes() for path in files_below([cache])}
    assert is_right(place, known)
    assert {path: path.read_bytes() for path in files_below([cache])} == before


def test_cache_that_is_a_file(known: Known, tmp_path: Path) -> None:
    """Nothing is kept, and the file is left alone."""
    place = known.place.copy(tmp_path)
    place.cache.write_bytes(b"mine")
    assert is_right(place, known)
    assert place.cache.read_bytes() == b"mine"


def test_entries_that_cannot_be_read(known: Known, tmp_path: Path) -> None:
    """Those of another user, in folders of another user; a folder, or a link to itself, in place of an entry."""
    place = known.place.copy_with_cache(tmp_path, ordinary_user())
    entries = files_below([place.cache])
    for number, path in enumerate(entries):
        match number % 4:
            case 0:
                path.chmod(0)
            case 1:
                path.unlink()
                path.mkdir()
            case 2:
                path.unlink()
                path.symlink_to(path.name)
    folders = sorted({path.parent for path in entries})
    for number, folder in enumerate(folders):
        folder.chmod((0, 0o500, 0o700)[number % 3])
    try:
        assert is_right(place, known)
    finally:
        for folder in folders:
            folder.chmod(0o700)


def test_cache_cleared_again_and_again(known: Known, tmp_path: Path) -> None:
    """While two builds run that share it."""
    place = known.place.copy_with_cache(tmp_path)
    place.edit()
    out = tmp_path / "out"
    builds = [place.start(), place.start("--out", out)]
    cleared = 0
    while any(build.poll() is None for build in builds):
        done = place.end(place.run("cache", "clear"))
        assert (done.status, done.err) == (0, "")
        cleared += 1
    assert cleared > 1
    for outcome in map(place.end, builds):
        assert (outcome.status, outcome.complaint) == (0, "")
    assert place.state() == known.after
    assert place.state(out) == known.after
    assert not place.litter(out)


def test_cache_damaged_meanwhile(known: Known, tmp_path: Path) -> None:
    """Entries are cut, overwritten and removed while they are written and read."""
    place = known.place.copy_with_cache(tmp_path)
    place.edit()
    chance = random.Random(1)
    build = place.start()
    while build.poll() is None:
        for path in files_below([place.cache]):
            if chance.random() < 0.2:
                damage(path, chance)
        time.sleep(0.002)
    outcome = place.end(build)
    assert (outcome.status, outcome.complaint) == (0, "")
    assert place.state() == known.after


def damage(path: Path, chance: random.Random) -> None:
    """Do something to a file that may be gone, or read, or written at the same time."""
    with contextlib.suppress(OSError), path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        match chance.choice(("cut", "overwrite", "lengthen", "remove")):
            case "cut":
                file.truncate(chance.randrange(size + 1))
            case "overwrite":
                file.seek(chance.randrange(size + 1))
                file.write(chance.randbytes(20))
            case "lengthen":
                file.write(b"more")
            case "remove":
                path.unlink()


def is_right(place: Place, known: Known) -> bool:
    """Whether a guide without edits comes out as ever, into an empty folder, without a complaint."""
    shutil.rmtree(place.out)
    built = place.build()
    assert (built.status, built.complaint) == (0, "")
    return without(place.state(), "deck.lock") == without(known.before, "deck.lock")
