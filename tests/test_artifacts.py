"""Finished files: whole or not at all, whatever fails and whenever the process dies."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

import pytest

from guidepress.artifacts import MANIFEST, Staging, recover, write_atomically
from tests.disks import Disks, fill

ABOUT = {"generator": "test", "edition": "1"}
OLD = {name: f"old {name}".encode() * 1000 for name in ("one", "two")}
NEW = {name: f"new {name}".encode() * 1000 for name in ("one", "two", "three")}


def files(folder: Path) -> dict[str, bytes]:
    """Every file of the folder, hidden ones too."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def manifest(folder: Path) -> dict[str, dict[str, object]]:
    artifacts: dict[str, dict[str, object]] = json.loads((folder / MANIFEST).read_bytes())[
        "artifacts"
    ]
    return artifacts


def publish(folder: Path, **contents: bytes) -> None:
    with Staging(folder) as staging:
        for name, data in contents.items():
            staging.add(name, data)
        staging.prepare(ABOUT)
        staging.publish()


def script(code: str, *arguments: str | Path, prefix: Sequence[str] = ()) -> subprocess.Popen[str]:
    """A process of its own, which may be killed or starved."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_files_are_published_together(tmp_path: Path) -> None:
    """Nothing is to be seen before `publish`, everything after it, and no temporary file is left."""
    folder = tmp_path / "a" / "build"
    with Staging(folder) as staging:
        staging.add("one", b"1", pages=3)
        staging.add("two", b"22")
        assert not {"one", "two"} & files(folder).keys()
        staging.prepare(ABOUT)
        staging.publish()
    assert files(folder).keys() == {"one", "two", MANIFEST}
    assert json.loads((folder / MANIFEST).read_bytes()) == {
        "generator": "test",
        "edition": "1",
        "artifacts": {
            "one": {"bytes": 1, "sha256": hashlib.sha256(b"1").hexdigest(), "pages": 3},
            "two": {"bytes": 2, "sha256": hashlib.sha256(b"22").hexdigest()},
        },
    }


def test_a_temporary_file_is_taken(tmp_path: Path) -> None:
    """A large file comes from another one, which is gone then; the manifest says of it what it says of any."""
    made = tmp_path / "made"
    made.write_bytes(NEW["one"] * 1000)
    folder = tmp_path / "build"
    with Staging(folder) as staging:
        staging.add("one", made, cards=3)
        staging.prepare(ABOUT)
        staging.publish()
    data = (folder / "one").read_bytes()
    assert data == NEW["one"] * 1000
    assert manifest(folder)["one"] == {
        "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "cards": 3
    }  # fmt: skip
    assert not made.exists()


def test_leaving_without_publishing_changes_nothing(tmp_path: Path) -> None:
    """A build that fails in between leaves the folder as it was."""
    publish(tmp_path, one=b"old")
    before = files(tmp_path)
    with Staging(tmp_path) as staging:
        staging.add("one", b"new")
    assert files(tmp_path) == before


def test_file_that_cannot_be_put_in_place(tmp_path: Path) -> None:
    """All of them or none: what was replaced before the failure is brought back, what was new is gone."""
    publish(tmp_path, a=b"old a", b=b"old b")
    (tmp_path / "c").mkdir()
    before = files(tmp_path)
    with pytest.raises(IsADirectoryError):
        publish(tmp_path, a=b"new a", new=b"new", c=b"new c", b=b"new b")
    assert files(tmp_path) == before


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    """Temporary files are for the owner only; an artifact is permanentybody the umask allows."""
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "one", b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o640


def test_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    """An artifact is written into the folder, never through a link out of it."""
    (tmp_path / "elsewhere").write_bytes(b"theirs")
    folder = tmp_path / "build"
    folder.mkdir()
    (folder / "one").symlink_to("../elsewhere")
    publish(folder, one=b"ours")
    assert (tmp_path / "elsewhere").read_bytes() == b"theirs"
    assert not (folder / "one").is_symlink()


def test_manifest_keeps_what_still_stands(tmp_path: Path) -> None:
    """Artifacts of an earlier build stay listed as long as they are what it wrote."""
    publish(tmp_path, same=b"1", changed=b"2", gone=b"3")
    (tmp_path / "changed").write_bytes(b"by hand")
    (tmp_path / "gone").unlink()
    publish(tmp_path, new=b"4")
    assert manifest(tmp_path).keys() == {"same", "new"}
    assert (tmp_path / "changed").read_bytes() == b"by hand"


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b'{"artifacts": []}', b'{"artifacts": {"one": 3, "x\\u0000": {}}}', b"\xff",
     b'{"artifacts": {"one": {}, "two": {"sha256": 1}}}', b"null"],
)  # fmt: skip
def test_manifest_that_is_no_manifest(tmp_path: Path, text: bytes) -> None:
    """It is written anew."""
    (tmp_path / MANIFEST).write_bytes(text)
    publish(tmp_path, one=b"1")
    assert manifest(tmp_path).keys() == {"one"}


def test_sweeps_after_the_dead_only(tmp_path: Path) -> None:
    """What a dead process left is litter; one that lives holds the folder, and is waited for."""
    process = script(
        """
        import sys
        from pathlib import Path
        from guidepress.artifacts import Staging
        with Staging(Path(sys.argv[1])) as staging:
            staging.add("one", b"theirs")
            print("staged", flush=True)
            sys.stdin.readline()
            staging.publish()
        """,
        tmp_path,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "staged\n"
    waiting = Thread(target=recover, args=(tmp_path,))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    process.communicate("\n")
    waiting.join()
    assert files(tmp_path) == {"one": b"theirs"}
    for name in (".guidepress-new-abc", ".guidepress-notes"):
        (tmp_path / name).write_bytes(b"x")
    recover(tmp_path)
    assert files(tmp_path).keys() == {"one", ".guidepress-notes"}


def test_folders_are_held_together(tmp_path: Path) -> None:
    """In any order, the same one twice, and again by whoever holds them: nobody waits forever."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    code = """
        import sys
        from pathlib import Path
        from guidepress.artifacts import Staging, exclusive
        first, second = map(Path, sys.argv[1:])
        for _ in range(200):
            with exclusive(first, second, first), exclusive(second), Staging(first) as staging:
                staging.add("one", b"1")
                staging.publish()
        """
    a, b = tmp_path / "a", tmp_path / "b"
    processes = [script(code, a, b), script(code, b, a)]
    for process in processes:
        _, problem = process.communicate(timeout=60)
        assert process.returncode == 0, problem


def test_leaving_after_preparing_changes_nothing(tmp_path: Path) -> None:
    """Nothing of the manifest either, nor of what was noted to bring files back by."""
    publish(tmp_path, one=b"old")
    before = files(tmp_path)
    with Staging(tmp_path) as staging:
        staging.add("one", b"new")
        staging.add("two", b"new")
        staging.prepare(ABOUT)
    assert files(tmp_path) == before


def test_single_file_beside_prepared_ones(tmp_path: Path) -> None:
    """What is written in between is in place, and the others can be brought back all the same."""
    publish(tmp_path, one=b"old")
    before = files(tmp_path)
    (tmp_path / "two").mkdir()
    with Staging(tmp_path) as staging:
        staging.add("one", b"new")
        staging.add("two", b"new")
        staging.prepare(ABOUT)
        write_atomically(tmp_path / "lock", b"new")
        with pytest.raises(IsADirectoryError):
            staging.publish()
    assert files(tmp_path) == {**before, "lock": b"new"}


def test_prepared_files_need_no_more_room(disks: Disks, tmp_path: Path) -> None:
    """Whatever fills the disk in between, they can be put in place."""
    folder = disks.mount(tmp_path, size="256k", nr_inodes=50)
    publish(folder, one=b"old")
    with Staging(folder) as staging:
        staging.add("one", b"new")
        staging.add("two", b"new")
        staging.prepare(ABOUT)
        ballast = fill(folder)
        for number in range(os.statvfs(folder).f_favail):
            (folder / f"filler-{number}").touch()
        staging.publish()
    assert manifest(folder).keys() == {"one", "two"}
    assert (folder / "one").read_bytes() == b"new"
    assert ballast.exists()


def test_killed_while_writing(tmp_path: Path) -> None:
    """`kill -9` with everything staged leaves the old files whole; the next build clears up."""
    publish(tmp_path, one=b"old", two=b"old")
    before = files(tmp_path)
    process = script(
        """
        import sys
        from pathlib import Path
        from guidepress.artifacts import Staging
        with Staging(Path(sys.argv[1])) as staging:
            staging.add("one", b"new")
            staging.add("two", b"new")
            print("staged", flush=True)
            sys.stdin.read()
        """,
        tmp_path,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "staged\n"
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    after = files(tmp_path)
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 2
    publish(tmp_path, one=b"newer")
    assert files(tmp_path).keys() == before.keys()


KILLED = """
import os, signal, sys
from pathlib import Path
from guidepress.artifacts import Staging

left = int(sys.argv[2])
replace = os.replace

def dying(*arguments):
    # Dies right before a rename: from outside, that moment cannot be hit.
    global left
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    replace(*arguments)

os.replace = dying
with Staging(Path(sys.argv[1])) as staging:
    for name in ("one", "two", "three"):
        staging.add(name, f"new {name}".encode() * 1000)
    staging.prepare({})
    staging.publish()
"""


@pytest.mark.parametrize("renames", range(5))
def test_killed_while_publishing(tmp_path: Path, renames: int) -> None:
    """At every step each file is whole, the old or the new; whoever comes next makes them all old or all new."""
    old = {name: f"old {name}".encode() * 1000 for name in ("one", "two")}
    new = {name: f"new {name}".encode() * 1000 for name in ("one", "two", "three")}
    publish(tmp_path, **old)
    before = files(tmp_path)
    process = script(KILLED, tmp_path, str(renames))
    process.communicate()
    assert process.returncode == (0 if renames == 4 else -signal.SIGKILL)
    after = files(tmp_path)
    assert [after.get(name) == new[name] for name in new] == [i < renames for i in range(3)]
    assert all(after[name] in (old[name], new[name]) for name in old)
    recover(tmp_path)
    after = files(tmp_path)
    assert after == before if renames < 4 else after.keys() == {*new, MANIFEST}
    for name, entry in manifest(tmp_path).items():
        assert entry["sha256"] == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()


DISTURBED = """
import json, os, shutil, sys
from itertools import count
from pathlib import Path
from guidepress import artifacts
from tests.test_artifacts import ABOUT, NEW, OLD, files, publish

how, folder = sys.argv[1], Path(sys.argv[2])

def after(lines, end):
    # Calls `end` before one line of `artifacts` is run.
    def trace(frame, event, argument):
        nonlocal lines
        if frame.f_code.co_filename != artifacts.__file__:
            return None
        lines -= event == "line"
        if not lines:
            sys.settrace(None)
            end()
        return trace
    return trace

def killed():
    os._exit(9)

def interrupted():
    raise KeyboardInterrupt

for line in count(1):
    shutil.rmtree(folder, ignore_errors=True)
    publish(folder, **OLD)
    before = files(folder)
    if not (child := os.fork()):
        sys.settrace(after(line, {"killed": killed, "interrupted": interrupted}[how]))
        try:
            publish(folder, **NEW)
        except KeyboardInterrupt:
            os._exit(9)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if how == "killed":
        artifacts.recover(folder)
    found = files(folder)
    # An interrupt while it clears up leaves the rest to the next build.
    names = {name for name in found if not name.startswith(".guidepress-")}
    manifest = json.loads(found["manifest.json"])["artifacts"]
    listed = {name: found[name] for name in manifest}
    assert names == {*manifest, "manifest.json"} and listed in (OLD, NEW), (line, sorted(found))
    assert (listed == OLD) == (found["manifest.json"] == before["manifest.json"])
    artifacts.recover(folder)
    assert files(folder) == {name: found[name] for name in names}, (line, sorted(files(folder)))
    if not status:
        break
print(line)
"""


@pytest.mark.parametrize("how", ["killed", "interrupted"])
def test_disturbed_at_any_line(tmp_path: Path, how: str) -> None:
    """From the first line to the last: files of one build, as soon as whoever comes next has recovered them."""
    out, problem = script(DISTURBED, how, tmp_path / "build").communicate()
    assert not problem
    assert int(out) > 100


@pytest.mark.parametrize("renames", range(5))
def test_killed_while_publishing_first(tmp_path: Path, renames: int) -> None:
    """Where there was no build before, there is none afterwards, or all of it."""
    script(KILLED, tmp_path, str(renames)).communicate()
    recover(tmp_path)
    assert files(tmp_path).keys() == ({"one", "two", "three", MANIFEST} if renames == 4 else set())


@pytest.mark.parametrize("removed", [".guidepress-old-manifest.json", ".guidepress-old-one"])
def test_killed_while_clearing_up(tmp_path: Path, removed: str) -> None:
    """With the manifest in place, the new files stand."""
    publish(tmp_path, one=b"old", two=b"old")
    kept = files(tmp_path)
    publish(tmp_path, one=b"new", two=b"new")
    new = files(tmp_path)
    for name, data in kept.items():
        (tmp_path / f".guidepress-old-{name}").write_bytes(data)
    (tmp_path / removed).unlink()
    recover(tmp_path)
    assert files(tmp_path) == new


def test_two_builds_at_once(tmp_path: Path) -> None:
    """Builds take turns: the files are all of one of them, and the manifest is true."""
    code = """
        import sys
        from pathlib import Path
        from guidepress.artifacts import Staging
        sys.stdin.readline()
        for _ in range(30):
            with Staging(Path(sys.argv[1])) as staging:
                for name in ("one", "two", "three"):
                    staging.add(name, (sys.argv[2] + name).encode())
                staging.prepare({"by": sys.argv[2]})
                staging.publish()
        """
    processes = [script(code, tmp_path, who) for who in ("first", "second")]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        _, problem = process.communicate()
        assert process.returncode == 0, problem
    found = files(tmp_path)
    who = json.loads(found[MANIFEST])["by"]
    assert found.keys() == {"one", "two", "three", MANIFEST}
    for name, entry in manifest(tmp_path).items():
        assert found[name] == f"{who}{name}".encode()
        assert entry["sha256"] == hashlib.sha256(found[name]).hexdigest()


STARVED = """
import sys
from pathlib import Path
from guidepress.artifacts import Staging
try:
    with Staging(Path(sys.argv[1])) as staging:
        staging.add("one", b"small")
        staging.add("two", b"x" * int(sys.argv[2]))
        staging.prepare({})
        staging.publish()
except OSError as problem:
    print(problem.errno)
"""


def test_file_that_grows_too_large(tmp_path: Path) -> None:
    """A write that the system cuts short leaves the old files, and nothing else."""
    publish(tmp_path, one=b"old", two=b"old")
    before = files(tmp_path)
    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
    )
    process = script(limit + STARVED, tmp_path, "1000000")
    out, problem = process.communicate()
    assert (out, problem) == (f"{27}\n", "")  # EFBIG
    assert files(tmp_path) == before


def test_full_disk(disks: Disks, tmp_path: Path) -> None:
    """The same on a disk that is really full."""
    folder = disks.mount(tmp_path, size="256k")
    publish(folder, one=b"old", two=b"old")
    before = files(folder)
    process = script(STARVED, tmp_path, "1000000", prefix=disks.prefix)
    out, problem = process.communicate()
    assert (out, problem) == (f"{errno.ENOSPC}\n", "")
    assert files(folder) == before


@pytest.mark.parametrize("room", range(10))
def test_killed_on_a_disk_with_little_room(disks: Disks, tmp_path: Path, room: int) -> None:
    """Where there is room for the new files, but not to note the old ones, no file is put in place."""
    folder = disks.mount(tmp_path, nr_inodes=20)
    publish(folder, one=b"old", two=b"old")
    for number in range(os.statvfs(folder).f_favail - room):
        (folder / f"filler-{number}").touch()
    before = files(folder)
    process = script(KILLED, tmp_path, "1", prefix=disks.prefix)
    _, problem = process.communicate()
    if process.returncode == -signal.SIGKILL:
        recover(folder)
    else:
        assert "No space left on device" in problem
    assert files(folder) == before


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A file where the folder should be, or a folder that takes no files, raises and is left alone."""
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(OSError, match="file"), Staging(tmp_path / "file"):
        pass
    with pytest.raises(OSError, match="file"):
        write_atomically(tmp_path / "file" / "one", b"1")
    assert files(tmp_path) == {"file": b"x"}


def below(folder: Path) -> dict[str, bytes]:
    """Every file in and below the folder."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_files_below_folders(tmp_path: Path) -> None:
    """What an earlier build left below, and no one stages again, goes; what others put there stays."""
    with Staging(tmp_path) as staging:
        for name in ("one", "web/a", "web/deep/b%2Fc", "other/x"):
            staging.add(name, name.encode())
        staging.prepare(ABOUT)
        staging.publish()
    (tmp_path / "web" / "own").write_bytes(b"own")
    with Staging(tmp_path) as staging:
        staging.add("web/a", b"new")
        staging.prepare(ABOUT)
        staging.publish()
    found = below(tmp_path)
    listed = json.loads(found.pop(MANIFEST))["artifacts"]
    assert found == {"one": b"one", "web/a": b"new", "web/own": b"own", "other/x": b"other/x"}
    assert set(listed) == {"one", "web/a", "other/x"}


def test_what_is_not_made_again_goes(tmp_path: Path) -> None:
    """Only what the manifest lists, as it lists it, of those who publish now."""
    publish(tmp_path, cover=b"1", edited=b"2", deck=b"3", book=b"4")
    (tmp_path / "edited").write_bytes(b"own")
    (tmp_path / "interior").write_bytes(b"own")
    with Staging(tmp_path) as staging:
        staging.add("book", b"new")
        staging.prepare(ABOUT, ours={"book", "cover", "edited", "interior"}.__contains__)
        staging.publish()
    found = files(tmp_path)
    assert found.pop(MANIFEST)
    assert found == {"book": b"new", "edited": b"own", "interior": b"own", "deck": b"3"}
    assert set(manifest(tmp_path)) == {"book", "deck"}


@pytest.mark.parametrize("renames", range(4))
def test_killed_while_publishing_below_a_folder(tmp_path: Path, renames: int) -> None:
    """All files are those of before, or all are the new ones."""
    with Staging(tmp_path) as staging:
        for name in ("one", "web/a%2F"):
            staging.add(name, b"old")
        staging.prepare(ABOUT)
        staging.publish()
    before = below(tmp_path)
    code = f"""
import os
from guidepress import artifacts
left = [{renames}]
replace = os.replace
def one_more(*names):
    if not left[0]:
        os._exit(9)
    left[0] -= 1
    replace(*names)
artifacts.os.replace = one_more
with artifacts.Staging(artifacts.Path({str(tmp_path)!r})) as staging:
    for name in ("one", "web/a%2F", "web/b"):
        staging.add(name, b"new")
    staging.prepare({ABOUT!r})
    staging.publish()
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    recover(tmp_path)
    assert below(tmp_path) == before


def stranger(folder: Path, **notes: str) -> None:
    """A folder of somebody else's, in which a build seems to have been killed; notes by their names."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f".guidepress-none-{MANIFEST}").write_text("")
    for name, content in notes.items():
        (folder / f".guidepress-{name}").write_text(content)


def test_notes_of_strangers_lead_nowhere(tmp_path: Path) -> None:
    """A folder may come with notes of a killed build that nobody here has written: to restore a file, or remove one."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "profile").write_text("mine")
    folder = tmp_path / "project" / "build"
    absolute = str(mine / "profile").replace("/", "%2F")
    stranger(
        folder,
        **{
            "old-..%2F..%2Fmine%2Fprofile": "theirs",
            "none-..%2F..%2Fmine%2Fprofile": "",
            f"old-{absolute}": "theirs",
            "old-out%2Fprofile": "theirs",
            "old-a%2F..%2F..%2F..%2Fmine%2Fprofile": "theirs",
        },
    )
    (folder / "out").symlink_to(mine)
    recover(folder)
    assert [path.name for path in mine.iterdir()] == ["profile"]
    assert (mine / "profile").read_text() == "mine"
    assert not list(folder.glob(".guidepress-*"))


def test_a_manifest_of_strangers_removes_nothing(tmp_path: Path) -> None:
    """What an earlier build left below `web/` goes; what the manifest calls so, and is elsewhere, stays."""
    (tmp_path / "profile").write_text("mine")
    folder = tmp_path / "project" / "build"
    folder.mkdir(parents=True)
    entry = {"bytes": 4, "sha256": hashlib.sha256(b"mine").hexdigest()}
    listed = {"artifacts": {"web/../../../profile": entry, str(tmp_path / "profile"): entry}}
    (folder / MANIFEST).write_text(json.dumps(listed))
    with Staging(folder) as staging:
        staging.add("web/index.html", b"x")
        staging.prepare(ABOUT)
        staging.publish()
    assert (tmp_path / "profile").read_text() == "mine"
    assert list(manifest(folder)) == ["web/index.html"]


def test_nothing_is_put_behind_a_link(tmp_path: Path) -> None:
    """That leads out of the folder: the files there are somebody's own."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("mine")
    folder = tmp_path / "build"
    folder.mkdir()
    (folder / "web").symlink_to(tmp_path / "site")
    with Staging(folder) as staging, pytest.raises(OSError, match="leads out of the folder"):
        staging.add("web/index.html", b"theirs")
    assert (tmp_path / "site" / "index.html").read_text() == "mine"


@pytest.mark.parametrize(
    "name", ["../x", "a/../x", "/x", "a//b", ".", "", ".guidepress-old-x", "a\0"]
)
def test_what_is_no_name(tmp_path: Path, name: str) -> None:
    with Staging(tmp_path) as staging, pytest.raises(ValueError, match="is no name"):
        staging.add(name, b"x")
    assert list(tmp_path.iterdir()) == []
