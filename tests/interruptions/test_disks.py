"""Builds on disks that are full: what was there stays, byte for byte, and one line says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress.cache import Cache
from tests.disks import Disks, fill
from tests.interruptions.builds import Known, without

pytestmark = pytest.mark.slow

FULL = "error: the disk is full; what stands is the last finished build"


@pytest.mark.parametrize("leave", [0, 64 * 1024])
def test_full_build_folder(known: Known, disks: Disks, tmp_path: Path, leave: int) -> None:
    """Where nothing more can be written, or a part of it: no file changes, and nothing is left behind."""
    place = known.place.copy_with_cache(tmp_path, disks.prefix)
    place.edit()
    folder = tmp_path / "out"
    out = disks.mount(folder, size="8m")
    for name, data in without(known.before, "deck.lock").items():
        (out / name).write_bytes(data)
    ballast = fill(out, leave)
    before = place.state(out)
    failed = place.build("--out", folder)
    assert (failed.status, failed.complaint) == (3, FULL)
    assert place.state(out) == before
    assert not place.litter(out)
    if leave:
        ballast.unlink()
        again = place.build("--out", folder)
        assert again.succeeded, again.err
        assert place.state(out) == known.after


def test_full_cache(known: Known, disks: Disks, tmp_path: Path) -> None:
    """Costs time only: what finds no room is not kept, and of what is kept nothing is half-written."""
    place = known.place.copy(tmp_path, disks.prefix)
    cache = disks.mount(place.cache, size="1m")
    fill(cache, leave=128 * 1024)
    built = place.build()
    assert (built.status, built.complaint) == (0, "")
    assert place.state() == known.before
    assert Cache(cache).info().entries > 0
    assert not list(cache.glob("??/.writing-*"))


@pytest.mark.parametrize(("leave", "end"), [(0, (0, "")), (16 * 1024, (3, FULL))])
def test_full_folder_for_temporary_files(
    known: Known, disks: Disks, tmp_path: Path, leave: int, end: tuple[int, str]
) -> None:
    """One that takes nothing at all is not used; one that fills up is a full disk as any other."""
    place = known.place.copy(tmp_path, disks.prefix)
    temporary = disks.mount(place.temporary, size="1m")
    ballast = fill(temporary, leave)
    before = place.state()
    built = place.build()
    assert (built.status, built.complaint) == end
    assert place.state() == before
    assert list(temporary.iterdir()) == [ballast]
