"""A guide by strangers, built by a process of its own that the kernel confines: what holds that holds for its life.

The order goes to its standard input, which stays open as long as somebody waits; what became of the guide comes back
from its standard output. Both are data, and what comes back is a stranger's word.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import msgspec

from guidepress import scratch
from guidepress.cache import Cache
from guidepress.catalogue.building import Outcome, broken, build_editions
from guidepress.catalogue.task import Task
from guidepress.confinement.confining import cache_of, confine, kept_environment
from guidepress.diagnostics import Diagnostic, Span
from guidepress.every_edition import Variant, variants
from guidepress.model.base import ID
from guidepress.pdf import limits

# -P: a file of the folder that this runs in must not stand in for a library.
_COMMAND = (sys.executable, "-P", "-m", "guidepress.catalogue.confined")
# Seconds for a process that has said all to end.
_PATIENCE = 10
# Bytes of an answer; each problem of a guide has some hundreds.
_MOST = 64 * 1024 * 1024
_LENGTH = 8
_TRUSTED = "`untrusted: false` in the catalogue would trust it"
_TIME = "it takes more than {:,} seconds of CPU time (${})"


class _Question(msgspec.Struct, frozen=True, tag=True):
    """Which editions the guide in a folder has."""

    folder: str


class _Order(msgspec.Struct, frozen=True, tag=True):
    name: str
    folder: str
    out: str
    editions: tuple[str, ...]
    products: tuple[str, ...]
    recipients: str | None
    licence: str
    cache: str | None
    strict: bool


def cache_for(task: Task, place: Path | None) -> Path | None:
    """The folder in which the builds of a guide keep what they made: a stranger's has one that nobody else believes."""
    return cache_of(place, task.folder) if task.untrusted else place


def build_confined(task: Task, place: Path | None, strict: bool) -> list[Outcome]:
    """Build the editions of one guide in a confined process; `place` is its cache, as `cache_for` has it.

    Never raises for what is wrong with the guide, nor where the system cannot confine a process.
    """
    try:
        said, ending = _answer(_order(task, place, strict))
        return _believed(task, said, ending)
    except OSError as problem:
        return [broken(task, edition, problem) for edition in task.editions]


def variants_confined(folder: Path) -> Mapping[str, Variant] | None:
    """What `every_edition.variants` finds, read by a confined process; None where it cannot be read.

    Why not is then told of the build, which fails likewise.
    """
    try:
        said, ending = _answer(msgspec.msgpack.encode(_Question(os.fspath(folder))))
        found = msgspec.msgpack.decode(said, type=dict[str, Variant])
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None
    # Names become folders.
    return found if found and not ending and all(re.fullmatch(ID, name) for name in found) else None


def _order(task: Task, place: Path | None, strict: bool) -> bytes:
    order = _Order(
        task.name,
        os.fspath(task.folder),
        os.fspath(task.out),
        task.editions,
        task.products,
        os.fspath(task.recipients) if task.recipients else None,
        task.licence,
        os.fspath(place) if place else None,
        strict,
    )
    return msgspec.msgpack.encode(order)


def _answer(order: bytes) -> tuple[bytes, int]:
    """What a confined process says of an order, and the status it ended with. Raises OSError."""
    environment = {**kept_environment(), "TMPDIR": tempfile.gettempdir()}
    # No terminal to write into.
    process = subprocess.Popen(
        _COMMAND,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(len(order).to_bytes(_LENGTH, "big") + order)
            process.stdin.flush()
        said = process.stdout.read(_MOST)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
    finally:
        # Whatever it is at: more than anybody has to say, or what an interrupt leaves to nobody.
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    return said, process.returncode


def _believed(task: Task, said: bytes, ending: int) -> list[Outcome]:
    """What it said, where that is an answer to what was asked; files that it names are those of the guide."""
    try:
        outcomes = msgspec.msgpack.decode(said, type=list[Outcome])
    except (msgspec.DecodeError, msgspec.ValidationError):
        outcomes = []
    if ending or tuple(one.edition for one in outcomes) != task.editions:
        reason = f"the confined process that built it {_how(ending)}"
        return [broken(task, edition, reason) for edition in task.editions]
    return [
        replace(
            one,
            guide=task.name,
            folder=os.fspath(task.folder),
            diagnostics=within(one.diagnostics),
            confined=True,
        )
        for one in outcomes
    ]


def within(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Problems of a stranger's telling: without places outside of the guide, whose lines would be shown."""
    return tuple(
        replace(
            one,
            span=one.span if one.span is not None and _is_within(one.span) else None,
            related=tuple(other for other in one.related if _is_within(other.span)),
            fix=None,
        )
        for one in diagnostics
    )


def _is_within(span: Span) -> bool:
    path = PurePosixPath(span.file)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in span.file


def _how(ending: int) -> str:
    if ending == -getattr(signal, "SIGXCPU", 0):
        return f"was ended: {_TIME.format(limits.chosen().seconds, limits.SECONDS_NAME)}"
    if ending < 0:
        return (
            f"was killed ({signal.Signals(-ending).name}); most likely the system is out of memory"
        )
    return f"gave no answer (exit status {ending})"


def main() -> None:
    """In the process: confine it, do what is ordered, say what became of it."""
    # Whatever a library prints is no answer.
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    order = msgspec.msgpack.decode(_read(sys.stdin.buffer), type=_Order | _Question)
    limit = limits.chosen()
    limit.confine()
    limit.begin()
    said = _look(order) if isinstance(order, _Question) else _build(order)
    with answer:
        answer.write(msgspec.msgpack.encode(said))


def _look(question: _Question) -> Mapping[str, Variant]:
    """The editions of a guide. Raises OSError where the system cannot confine this process."""
    folder = Path(question.folder)
    confine(folder, scratch.folder(), None)
    return variants(folder).value or {}


def _build(order: _Order) -> list[Outcome]:
    recipients = Path(order.recipients) if order.recipients else None
    task = Task(
        order.name, Path(order.folder), Path(order.out), order.editions, order.products,
        recipients, order.licence, Span(""),
    )  # fmt: skip
    place = Path(order.cache) if order.cache else None
    try:
        confine(task.folder, task.out, place, [recipients] if recipients else [])
    except OSError as problem:
        found = [broken(task, edition, problem) for edition in task.editions]
        return [replace(one, reason=f"{one.reason}; {_TRUSTED}") for one in found]
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return build_editions(task, Cache(place), order.strict)


def _read(pipe: BinaryIO) -> bytes:
    return pipe.read(int.from_bytes(pipe.read(_LENGTH), "big"))


def _end_with_parent() -> None:
    """End this process when nobody waits for it any more."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main()
