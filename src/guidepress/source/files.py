"""Authored files, read once: text, hash and size, never from outside the project."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from guidepress.diagnostics import Diagnosed, Span, error

# A chapter of a million words has 6 MB; more is a mistake, and would cost memory without end.
MAX_TEXT = 10 * 1024 * 1024
MAX_IMAGE = 50 * 1024 * 1024

# Characters that no page, card or terminal shows, and that XML refuses.
CONTROL = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ufffe\\uffff]")
# Characters that turn the direction of what follows, by which a line can look otherwise than it reads (Boucher and
# Anderson, "Trojan Source", 2021; Unicode Standard Annex 9, 2.1 to 2.5).
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")

# Texts that an editor holds and has not saved, by resolved path: they are read in place of the files.
_UNSAVED: ContextVar[Mapping[Path, str] | None] = ContextVar("unsaved", default=None)


@contextmanager
def unsaved(texts: Mapping[Path, str]) -> Iterator[None]:
    """Within it, what is read of these files (resolved paths) are these texts, whether the files are there or not."""
    token = _UNSAVED.set(texts)
    try:
        yield
    finally:
        _UNSAVED.reset(token)


def _held(path: Path) -> bytes | None:
    """The bytes of a text that an editor holds in place of a file; None where it holds none."""
    texts = _UNSAVED.get()
    text = texts.get(Path(os.path.realpath(path))) if texts else None
    return None if text is None else text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A text file: `name` is relative to the project, `text` has line feeds only and no byte order mark."""

    name: str
    path: Path
    text: str
    sha256: str


def inside(root: Path, path: Path) -> bool:
    """Whether `path`, after following links, lies in the folder `root`."""
    try:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
    except (OSError, ValueError):  # a name the system refuses
        return False


def missing(path: Path) -> bool:
    """Whether nothing is there. What is there and cannot be read is for `read_bytes` to explain."""
    if _held(path) is not None:
        return False
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def read_bytes(path: Path, name: str, limit: int) -> Diagnosed[bytes]:
    """The bytes of a regular file of at most `limit` bytes.

    Problems: `file-missing`, `file-unreadable`, `file-too-large`.
    """
    span = Span(name)
    if (held := _held(path)) is not None:
        return Diagnosed(held)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Diagnosed(None, (error("file-unreadable", f"`{name}` is not a file", span),))
        if status.st_size > limit:
            message = f"`{name}` has {status.st_size / 1048576:.0f} MB; the limit is {limit // 1048576} MB"
            return Diagnosed(None, (error("file-too-large", message, span),))
        return Diagnosed(path.read_bytes())
    except FileNotFoundError:
        return Diagnosed(None, (error("file-missing", f"`{name}` does not exist", span),))
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        return Diagnosed(
            None, (error("file-unreadable", f"`{name}` cannot be read: {reason}", span),)
        )


def read_text(path: Path, name: str) -> Diagnosed[SourceFile]:
    """A UTF-8 text file.

    Problems: those of `read_bytes`, `file-encoding` at the first bad byte, `file-control-character`.
    """
    read = read_bytes(path, name, MAX_TEXT)
    if read.value is None:
        return Diagnosed(None, read.diagnostics)
    data = read.value
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = data[: problem.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        hint = "save the file as UTF-8"
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            hint = "the file looks like UTF-16; save it as UTF-8"
        elif not any(0x80 <= b < 0xA0 for b in data):
            hint = "the file looks like Latin-1; save it as UTF-8"
        message = f"the byte 0x{data[problem.start]:02x} is not UTF-8"
        return Diagnosed(
            None, (error("file-encoding", message, Span(name, line, column), hints=(hint,)),)
        )
    # A form feed parts the pages of a printer's text; here it is a space like any other.
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
    if bad := CONTROL.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        span = Span(name, line, bad.start() - text.rfind("\n", 0, bad.start()))
        message = f"the control character U+{ord(bad.group()):04X} cannot be printed"
        return Diagnosed(None, (error("file-control-character", message, span),))
    return Diagnosed(SourceFile(name, path, text, hashlib.sha256(data).hexdigest()))
