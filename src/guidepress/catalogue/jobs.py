"""A guide built on another machine: a pure function of its bundle, which gives what it left in its folders."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from guidepress import scratch
from guidepress.build import LOCK
from guidepress.cache import Cache, code_digest, digest
from guidepress.catalogue.building import Outcome, build_editions, note_of
from guidepress.catalogue.bundle import unpack
from guidepress.catalogue.confined import build_confined
from guidepress.catalogue.task import Task
from guidepress.diagnostics import Span
from guidepress.layouts.layout import builtin
from guidepress.pdf.version import ENGINE_VERSION, native_versions
from guidepress.source.location import find
from guidepress.up_to_date import tree

# The engine is set up for one process and its pages; a worker with several threads builds one guide after the other.
_one_at_a_time = threading.Lock()


class Job(msgspec.Struct, frozen=True):
    """What is to be built of a bundle: a guide's editions and products. `toolchain` is the sender's.

    `untrusted`: strangers wrote it, and the worker builds it in a confined process.
    """

    name: str
    editions: tuple[str, ...]
    products: tuple[str, ...]
    strict: bool
    toolchain: str
    untrusted: bool = False


class Done(msgspec.Struct, frozen=True):
    """What came of it: for each edition the files in its folder, and which files of the project and of the built-in
    layouts it was made from; and deck.lock.
    """

    outcomes: tuple[Outcome, ...]
    files: dict[str, dict[str, bytes]]
    project: dict[str, tuple[str, ...]]
    layouts: dict[str, tuple[str, ...]]
    lock: bytes | None


@cache
def toolchain() -> str:
    """A hash of all that a product's bytes depend on besides its source: this code, the engine and its libraries."""
    python = ".".join(map(str, sys.version_info[:2]))
    looks = sorted(tree([builtin()]).values())
    return digest(code_digest(), ENGINE_VERSION, native_versions(), python, *looks)


def build_bundle(job: Job, packed: bytes, kept: Cache) -> Done:
    """Build it in a folder of its own. Raises OSError; RuntimeError where the sender's guidepress is another one."""
    if job.toolchain != toolchain():
        raise RuntimeError("this worker has another guidepress, or another Pango or HarfBuzz")
    with (
        _one_at_a_time,
        tempfile.TemporaryDirectory(prefix="bundle-", dir=scratch.folder()) as place,
    ):
        # Called as it is at home, which may stand in messages.
        folder, out = Path(place).resolve() / job.name, Path(place).resolve() / "out"
        folder.mkdir()
        unpack(packed, folder)
        task = Task(job.name, folder, out, job.editions, job.products, None, "", Span(""))
        if job.untrusted:
            # For what is noted of it; what it made goes with the folder.
            kept = Cache(Path(place).resolve() / "cache")
            outcomes = build_confined(task, kept.place, job.strict)
        else:
            outcomes = build_editions(task, kept, job.strict)
        return _done(task, outcomes, job.strict, kept)


def _done(task: Task, outcomes: list[Outcome], strict: bool, kept: Cache) -> Done:
    found = find(task.folder).value
    path = (found[1] if found else task.folder) / LOCK
    held = [one.edition for one in outcomes if one.held]
    noted = {name: note_of(task, name, strict, kept).files for name in held}
    return Done(
        tuple(outcomes),
        {name: _content(task.out / name) for name in held},
        {name: _below(task.folder, files) for name, files in noted.items()},
        {name: _below(builtin().resolve(), files) for name, files in noted.items()},
        path.read_bytes() if path.is_file() else None,
    )


def _content(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.is_symlink()
    }


def _below(folder: Path, files: Iterable[Path]) -> tuple[str, ...]:
    return tuple(
        sorted(
            f.relative_to(folder).as_posix()
            for f in files
            if f.is_relative_to(folder) and ".." not in f.parts
        )
    )
