"""Every write of finished files, one by one: the one for which the disk has no room, the last before the power goes."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from guidepress import artifacts, build
from guidepress.artifacts import Files, Staging, Tree, write_atomically
from tests.project import Project

LITTER = ".guidepress-"
CARD = "# One\n\nText.\n\n/// card | Which is it?\n    id: a\n\nThis is {}\n///\n"


class FullDisk(Files):
    """A disk that has room for so many writes; after that for none, but renames still work."""

    def __init__(self, room: int, code: int = errno.ENOSPC) -> None:
        self.room = room
        self.code = code
        self.writes = 0

    def _take(self, path: object) -> None:
        self.writes += 1
        if self.writes > self.room:
            raise OSError(self.code, os.strerror(self.code), str(path))

    def make(self, folder: Path) -> tuple[int, str]:
        self._take(folder)
        return super().make(folder)

    def write(self, handle: int, pieces: Iterable[bytes], *, wait: bool = True) -> None:
        data = b"".join(pieces)
        half = data[: len(data) // 2]
        try:
            self._take("")
        except OSError:
            os.write(handle, half)
            os.close(handle)
            raise
        super().write(handle, [data], wait=wait)

    def make_folder(self, path: Path) -> None:
        if not path.exists():
            self._take(path)
        super().make_folder(path)

    def make_stage(self, folder: Path) -> str:
        self._take(folder)
        return super().make_stage(folder)

    def create(self, path: Path) -> int:
        self._take(path)
        return super().create(path)

    def link(self, path: Path, name: Path) -> None:
        self._take(name)
        super().link(path, name)

    def touch(self, path: Path) -> None:
        self._take(path)
        super().touch(path)


class BadDisk(FullDisk):
    """A disk on which a rename fails, too, once."""

    def replace(self, old: str | Path, new: Path) -> None:
        self.writes += 1
        if self.writes == self.room + 1:
            raise OSError(self.code, os.strerror(self.code), str(new))
        super().replace(old, new)

    def _take(self, path: object) -> None:
        self.writes += 1
        if self.writes == self.room + 1:
            raise OSError(self.code, os.strerror(self.code), str(path))


class Record(Files):
    """What was done, in its order; files by the names that they get."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []

    def write(self, handle: int, pieces: Iterable[bytes], *, wait: bool = True) -> None:
        self.done.append(("write", _name(handle)))
        super().write(handle, pieces, wait=wait)

    def sync_all(self, folder: Path, paths: Iterable[Path]) -> None:
        self.done.append(("sync", str(folder)))
        super().sync_all(folder, paths)

    def sync(self, handle: int) -> None:
        self.done.append(("sync", _name(handle)))
        super().sync(handle)

    def replace(self, old: str | Path, new: Path) -> None:
        self.done.append(("replace", f"{old} {new}"))
        super().replace(old, new)


def _name(handle: int) -> str:
    return os.readlink(f"/proc/self/fd/{handle}")


def state(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def publish(folder: Path, text: bytes) -> None:
    """What a build does at its end: three files, one of them in a folder below, and the manifest."""
    with Staging(folder) as staging:
        for name in ("a", "b", "web/c"):
            staging.add(name, text)
        staging.prepare({"about": text.decode()})
        write_atomically(folder.parent / "source" / "deck.lock", text)
        staging.publish()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    publish(tmp_path / "build", b"old")
    return tmp_path / "build"


@pytest.mark.parametrize("disk", [FullDisk, BadDisk])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_fault_at_each_write(
    folder: Path, disk: type[FullDisk], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All files are those of before or all are new, and nothing is left behind."""
    lock = folder.parent / "source" / "deck.lock"
    before = state(folder)
    for room in range(100):
        layer = disk(room, code)
        monkeypatch.setattr(artifacts, "_files", layer)
        with contextlib.suppress(OSError):
            publish(folder, b"new")
        monkeypatch.undo()
        after = state(folder)
        assert not [path for path in (*after, *os.listdir(lock.parent)) if LITTER in path], room
        made = {after[name] for name in ("a", "b", "web/c")}
        assert made in ({b"old"}, {b"new"}), room
        assert (after == before) == (made == {b"old"})
        # A lock that is older than its deck would cost learners their progress.
        assert made == {b"old"} or lock.read_bytes() == b"new"
        if layer.writes <= room:
            break
        publish(folder, b"old")
    assert 8 < room < 99
    assert made == {b"new"}


def test_what_is_renamed_is_on_the_disk_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the power could go between: a name that stands for a file without its content. The folders come last."""
    record = Record()
    monkeypatch.setattr(artifacts, "_files", record)
    publish(folder, b"new")
    synced: set[str] = set()
    renamed: list[Path] = []
    for what, name in record.done:
        if what == "write":
            synced.discard(name)
        elif what == "sync":
            synced.add(name)
            if Path(name).is_dir():
                renamed = [path for path in renamed if path.parent != Path(name)]
        else:
            old, new = name.split(" ")
            assert old in synced, f"{new} was renamed before it was written"
            renamed.append(Path(new))
    assert renamed == [], "these names may not outlive a loss of power"
    order = [name.partition(" ")[2] for what, name in record.done if what == "replace"]
    # The lock before the deck, the manifest last: it says that all the rest is there.
    assert order[0].endswith("deck.lock")
    assert order[-1].endswith("manifest.json")


def test_a_tree_is_on_the_disk_before_it_is_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files are waited for once, all together: 8,000 of them take seconds then."""
    record = Record()
    monkeypatch.setattr(artifacts, "_files", record)
    with Tree(tmp_path / "guide") as tree:
        tree.add("a", b"a")
        tree.add("b/c", b"c")
        tree.place()
    assert [what for what, _ in record.done] == ["write", "write", "sync", "replace", "sync"]
    stage, new = record.done[3][1].split(" ")
    assert (record.done[2][1], new) == (stage, str(tmp_path / "guide"))
    assert state(tmp_path / "guide") == {"a": b"a", "b/c": b"c"}
    # Where the system cannot do that at once, one by one.
    record.done.clear()
    monkeypatch.setattr("sys.platform", "other")
    with Tree(tmp_path / "other") as tree:
        tree.add("a", b"a")
        tree.place()
    assert [what for what, _ in record.done] == ["write", "sync", "sync", "replace", "sync"]


def test_a_clock_that_was_set_back_changes_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashes decide what is new; a file from the future is one like any other."""
    assert project.build("--only", "deck", "--pages", "none", "--jobs", "1").status == 0
    before = state(project.folder)
    for path in project.source.rglob("*"):
        os.utime(path, (2**32, 2**32))
    past = time.time() - 10 * 365 * 86400
    monkeypatch.setattr(time, "time", lambda: past)
    again = project.build("--only", "deck", "--pages", "none", "--jobs", "1", "--no-cache")
    assert again.status == 0, again.err
    assert state(project.folder) == before


@pytest.mark.parametrize("where", ["inside", "outside"])
def test_a_build_folder_that_is_a_link(project: Project, tmp_path: Path, where: str) -> None:
    """What it leads to gets the files, and stays a link."""
    target = (project.folder if where == "inside" else tmp_path) / "elsewhere"
    target.mkdir()
    (project.folder / "build").symlink_to(target)
    done = project.build("--only", "deck", "--pages", "none", "--jobs", "1")
    assert done.status == 0, done.err
    assert (project.folder / "build").is_symlink()
    assert {"deck.apkg", "manifest.json"} <= {path.name for path in target.iterdir()}
    assert not [path for path in target.iterdir() if path.name.startswith(LITTER)]


def test_a_source_that_is_edited_meanwhile(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read is what is built; the next build sees that it is not what is there."""
    arguments = ("--only", "deck", "--pages", "none", "--jobs", "1")
    project.chapter(CARD.format("before"))
    found = build.plan_deck

    def edit_first(*given: Any) -> Any:
        project.chapter(CARD.format("after"))
        return found(*given)

    monkeypatch.setattr(build, "plan_deck", edit_first)
    done = project.build(*arguments)
    assert done.status == 0, done.err
    assert "This is before" in project.artifacts["deck-update.txt"].decode()
    monkeypatch.undo()
    assert project.build(*arguments).status == 0
    assert "This is after" in project.artifacts["deck-update.txt"].decode()


def test_a_picture_that_is_exchanged_meanwhile(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read again when it is packed; another one than was measured is an error, and nothing is written."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="{}" height="5"/></svg>'
    project.write("images/a.svg", drawing.format(5))
    project.chapter(CARD.format("![A box](../images/a.svg)"))
    found = build.plan_deck

    def exchange_first(*given: Any) -> Any:
        project.write("images/a.svg", drawing.format(7))
        return found(*given)

    monkeypatch.setattr(build, "plan_deck", exchange_first)
    done = project.build("--only", "deck", "--pages", "none", "--jobs", "1")
    assert done.status == 1
    assert "error[image-changed]" in done.err
    assert not project.artifacts


@pytest.mark.parametrize("there", [None, {}, {"mine.md": b"mine"}])
@pytest.mark.parametrize("disk", [FullDisk, BadDisk])
def test_a_fault_at_each_write_of_a_new_guide(
    tmp_path: Path,
    disk: type[FullDisk],
    there: dict[str, bytes] | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All of it is there or nothing is, be the folder new, empty or somebody's; so are the folders above."""
    made = {"source/guide.yaml": b"a", "source/chapters/one.md": b"b", "report.md": b"c"}
    folder = tmp_path / "above" / "guide"
    for room in range(100):
        if there is not None:
            folder.mkdir(parents=True)
        for name, data in (there or {}).items():
            (folder / name).write_bytes(data)
        layer = disk(room)
        monkeypatch.setattr(artifacts, "_files", layer)
        with contextlib.suppress(OSError), Tree(folder) as tree:
            for name, data in made.items():
                tree.add(name, data)
            tree.place()
        monkeypatch.undo()
        after = state(tmp_path)
        whole = {f"above/guide/{name}": data for name, data in ((there or {}) | made).items()}
        old = {f"above/guide/{name}": data for name, data in (there or {}).items()}
        assert after in (old, whole), room
        folders = {path.name for path in tmp_path.rglob("*") if path.is_dir()}
        if after == old:
            assert folders == (set() if there is None else {"above", "guide"}), room
        shutil.rmtree(tmp_path / "above", ignore_errors=True)
        if layer.writes <= room:
            break
    assert after == whole
    assert 6 < room < 99
