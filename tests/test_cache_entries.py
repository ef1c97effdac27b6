"""Entries that somebody else wrote: they are data, run nothing, and are a miss where they are of another shape."""

from __future__ import annotations

import hashlib
import json
import marshal
import os
import pickle
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.bccache import bc_magic

from guidepress.cache import Cache, decoded, digest, encoded, refuse_shared
from guidepress.cards.setting import SetPages
from guidepress.conversions import _Kept as Conversions
from guidepress.handbook.proof import Compiled
from guidepress.maths.drawings import _Kept as Drawings
from guidepress.pdf import Section
from guidepress.up_to_date import _Noted
from tests.project import Project

KINDS = (
    Compiled,
    SetPages,
    Section,
    Conversions,
    Drawings,
    _Noted,
    tuple[str, ...],
    frozenset[int],
)
MARK_SIZE = len(b"guidepress 2\n")


class _Payload:
    """Unpickled, it writes a file."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return os.mkdir, (str(self.mark),)


def pickled(mark: Path) -> bytes:
    return pickle.dumps(_Payload(mark), protocol=5)


def template(mark: Path) -> bytes:
    """What Jinja's own cache of bytecode would run as a template."""
    source = f"import os\nos.mkdir({str(mark)!r})\nname = 'x'\nblocks = {{}}\nroot = None\n"
    code = marshal.dumps(compile(source, "template", "exec"))
    # The checksum of the source is in there too; without it Jinja would look no further.
    return bc_magic + pickle.dumps("", 2) + code


def as_code(mark: Path) -> bytes:
    return marshal.dumps(compile(f"import os\nos.mkdir({str(mark)!r})", "entry", "exec"))


def of_another_shape(mark: Path) -> bytes:
    return msgspec.msgpack.encode({"html": [1, 2], "files": None, "name": {"a": b"b"}})


def forge(path: Path, data: bytes) -> None:
    """Put other data into an entry, with the digest that makes it whole."""
    check = hashlib.sha256(path.name.encode() + b"\0" + data).digest()
    path.write_bytes(path.read_bytes()[:MARK_SIZE] + check + data)


def built(project: Path, cache: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "guidepress", "build", str(project), *options],
        env={**os.environ, "GUIDEPRESS_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def pressed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A guide with a formula and a picture in Arabic, built, with its cache beside it."""
    folder = tmp_path_factory.mktemp("pressed")
    project = Project(folder / "guide")
    project.write(
        "guide.yaml",
        'id: kept\ntitle: Kept\nedition: "1"\nlanguage: en\n'
        "contents:\n  parts:\n    - title: All\n      chapters: [chapters/one.md]\n",
    )
    project.write(
        "chapters/one.md",
        "# One\n\nA word, \\(E = mc^2\\), and ⇒.\n\n"
        "/// card | What is kept?\n    id: kept\n\nA word.\n///\n",
    )
    done = built(folder / "guide", folder / "cache")
    assert done.returncode == 0, done.stderr
    return folder


def products(project: Path) -> dict[str, str]:
    artifacts = json.loads((project / "build" / "manifest.json").read_text())["artifacts"]
    return {name: artifact["sha256"] for name, artifact in artifacts.items()}


def copied(pressed: Path, tmp_path: Path) -> list[Path]:
    """The entries of a copy of the cache, which is at `tmp_path`/cache."""
    copy = shutil.copytree(pressed / "cache", tmp_path / "cache")
    copy.chmod(0o700)
    return sorted(path for path in copy.glob("??/*") if path.is_file())


@pytest.mark.slow
@pytest.mark.parametrize("payload", [pickled, template, as_code, of_another_shape])
def test_forged_entries_are_misses(
    pressed: Path, tmp_path: Path, payload: Callable[[Path], bytes]
) -> None:
    """Each entry of a build is replaced; the next build writes the same products, and runs nothing."""
    project, mark = pressed / "guide", tmp_path / "mark"
    before = products(project)
    entries = copied(pressed, tmp_path)
    assert len(entries) > 5
    for path in entries:
        forge(path, payload(mark))
    done = built(project, tmp_path / "cache")
    assert "Traceback" not in done.stderr
    assert done.returncode == 0, done.stderr
    assert not mark.exists()
    assert products(project) == before


@pytest.mark.slow
def test_entries_of_other_entries(pressed: Path, tmp_path: Path) -> None:
    """Each entry gets the data of the next. Where they are of the same type, a page may be wrong, and no more."""
    entries = copied(pressed, tmp_path)
    data = [path.read_bytes()[MARK_SIZE + 32 :] for path in entries]
    for path, other in zip(entries, [*data[1:], data[0]], strict=True):
        forge(path, other)
    done = built(pressed / "guide", tmp_path / "cache")
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1)


@pytest.mark.slow
def test_no_entry_holds_code(pressed: Path, tmp_path: Path) -> None:
    """Every entry of a build is MessagePack from its first byte to its last."""
    for path in copied(pressed, tmp_path):
        msgspec.msgpack.decode(path.read_bytes()[MARK_SIZE + 32 :])


def test_a_pickle_is_a_miss(tmp_path: Path) -> None:
    cache, mark = Cache(tmp_path / "cache"), tmp_path / "mark"
    for kind in (*KINDS, bytes, object):
        cache.put_encoded(digest("a"), pickled(mark))
        assert cache.get(digest("a"), kind) is None
    assert not mark.exists()


@given(st.binary(max_size=200))
@pytest.mark.parametrize("kind", KINDS)
def test_any_bytes_are_a_miss_or_a_value(kind: type[object], data: bytes) -> None:
    """Nothing is raised, and what comes is of the type."""
    value = decoded(data, kind)
    if value is not None:
        assert decoded(encoded(value) or b"", kind) == value


@pytest.mark.parametrize(
    "data",
    [
        b"\x91" * 200_000,  # lists in lists
        b"\x81\xa1a" * 200_000,
        b"\xdd\xff\xff\xff\xff",  # lists, maps and bytes that say they are of four gigabytes
        b"\xdf\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\x81\x90\x01",  # a key that is a list
        b"\xc7\x0c\xff" + b"\xff" * 12,  # a time that is none
        b"\xa3\xed\xa0\xbd",  # half of a character
    ],
)
def test_bombs_are_misses(data: bytes) -> None:
    for kind in KINDS:
        assert decoded(data, kind) is None
    decoded(data, object)


def test_what_cannot_be_kept_is_not(tmp_path: Path) -> None:
    """Half of a character, as in a path that is not UTF-8, costs the entry only."""
    cache = Cache(tmp_path / "cache")
    cache.put(digest("a"), "gu\udcffde")
    assert cache.get(digest("a"), str) is None
    assert cache.memo(digest("a"), lambda: "gu\udcffde", str) == "gu\udcffde"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_a_miss(tmp_path: Path) -> None:
    """And nobody waits for a writer."""
    cache = Cache(tmp_path)
    cache._path(digest("a")).parent.mkdir()
    os.mkfifo(cache._path(digest("a")))
    assert cache.get(digest("a"), str) is None


def test_an_entry_larger_than_the_cache_is_a_miss(tmp_path: Path) -> None:
    """It is not read into memory to find out."""
    cache = Cache(tmp_path)
    cache.put(digest("a"), "data")
    with cache._path(digest("a")).open("r+b") as file:
        file.truncate(cache.limit + 1)
    assert cache.get(digest("a"), str) is None


def test_the_folder_is_its_owners(tmp_path: Path) -> None:
    """Whatever the umask allows."""
    umask = os.umask(0)
    try:
        Cache(tmp_path / "more" / "cache").put(digest("a"), "data")
    finally:
        os.umask(umask)
    for path in [tmp_path / "more" / "cache", *(tmp_path / "more" / "cache").iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    refuse_shared(tmp_path / "more" / "cache")


@pytest.mark.skipif(sys.platform == "win32", reason="rights are another thing there")
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o1777])
def test_a_folder_that_others_can_write_is_refused(tmp_path: Path, mode: int) -> None:
    """In one line, with status 3, before anything is read of it or written."""
    project = Project(tmp_path / "guide")
    project.write("guide.yaml", "id: x\n")
    cache = tmp_path / "cache"
    cache.mkdir()
    cache.chmod(mode)
    done = built(project.folder, cache)
    assert done.returncode == 3
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert (
        f"other users may write the cache; take that right away with `chmod go-w`: {cache}" in line
    )
    assert not list(cache.iterdir())
    assert "the cache" not in built(project.folder, cache, "--no-cache").stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="takes root")
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir(0o700)
    os.chown(cache, 12345, -1)
    with pytest.raises(PermissionError, match="belongs to another user"):
        refuse_shared(cache)


def test_a_folder_that_others_can_read_is_used(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    refuse_shared(tmp_path)
    refuse_shared(tmp_path / "not-there")
    refuse_shared(None)
