"""Authored files: read once, with limits, never from outside the project."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from guidepress.diagnostics import Diagnostic, Span
from guidepress.source.files import MAX_TEXT, inside, missing, read_bytes, read_text


def problem(path: Path) -> Diagnostic:
    """The only problem of a text file called `a.md`."""
    read = read_text(path, "a.md")
    assert read.value is None
    (only,) = read.diagnostics
    return only


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "a.md"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"one\ntwo", "one\ntwo"),
        (b"one\r\ntwo\r\n", "one\ntwo\n"),
        (b"one\rtwo", "one\ntwo"),
        (b"\xef\xbb\xbfone", "one"),
        ("é 😀 عربي\n".encode(), "é 😀 عربي\n"),
        (b"tab\there", "tab\there"),
        (b"page one\n\fpage two\n", "page one\n page two\n"),
        ("line\u2028separator".encode(), "line\u2028separator"),
    ],
)
def test_text_is_read(tmp_path: Path, data: bytes, text: str) -> None:
    """Line ends of every system become one, and the byte order mark is gone; the hash is that of the bytes."""
    file = read_text(written(tmp_path, data), "a.md").value
    assert file is not None
    assert (file.name, file.text) == ("a.md", text)
    assert file.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("data", "span", "message", "hint"),
    [
        ("ok\ncaf\xe9 au lait".encode("latin-1"), Span("a.md", 2, 4), "the byte 0xe9 is not UTF-8",
         "the file looks like Latin-1; save it as UTF-8"),
        ("\ufeffhello".encode("utf-16-le"), Span("a.md", 1, 1), "the byte 0xff is not UTF-8",
         "the file looks like UTF-16; save it as UTF-8"),
        (b"\x93quoted\x94", Span("a.md", 1, 1), "the byte 0x93 is not UTF-8", "save the file as UTF-8"),
        ("ä😀".encode() + b"\xff", Span("a.md", 1, 3), "the byte 0xff is not UTF-8",
         "save the file as UTF-8"),
        (b"cut \xf0\x9f\x98", Span("a.md", 1, 5), "the byte 0xf0 is not UTF-8", "save the file as UTF-8"),
        (b"\xed\xa0\x80", Span("a.md", 1, 1), "the byte 0xed is not UTF-8", "save the file as UTF-8"),
    ],
)  # fmt: skip
def test_other_encoding_is_explained(
    tmp_path: Path, data: bytes, span: Span, message: str, hint: str
) -> None:
    """The first bad byte is the place, and the encoding is guessed."""
    found = problem(written(tmp_path, data))
    assert (found.code, found.span, found.message) == ("file-encoding", span, message)
    assert found.hints == (hint,)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\0", "0000"),
        ("\x1b", "001B"),
        ("\x7f", "007F"),
        ("\x85", "0085"),
        ("\x9b", "009B"),
        ("\uffff", "FFFF"),
    ],
)
def test_control_character_is_refused(tmp_path: Path, character: str, name: str) -> None:
    """No page shows it, and a terminal would obey it."""
    found = problem(written(tmp_path, f"one\ntwo{character}\n".encode()))
    assert found.code == "file-control-character"
    assert found.message == f"the control character U+{name} cannot be printed"
    assert found.span == Span("a.md", 2, 4)


def test_large_file_is_refused_unread(tmp_path: Path) -> None:
    """The limit is checked before a byte is read; the file here has none on the disk."""
    path = tmp_path / "a.md"
    with path.open("wb") as file:
        file.truncate(MAX_TEXT + 1)
    found = problem(path)
    assert (found.code, found.message) == ("file-too-large", "`a.md` has 10 MB; the limit is 10 MB")


def test_missing_file(tmp_path: Path) -> None:
    """Also behind a link that leads nowhere."""
    assert problem(tmp_path / "a.md").code == "file-missing"
    (tmp_path / "link.md").symlink_to("gone.md")
    assert problem(tmp_path / "link.md").code == "file-missing"


def test_what_is_no_file(tmp_path: Path) -> None:
    """A folder, a device, and a pipe that would block forever."""
    os.mkfifo(tmp_path / "pipe.md")
    for path in (tmp_path, tmp_path / "pipe.md", Path("/dev/zero")):
        found = problem(path)
        assert (found.code, found.message) == ("file-unreadable", "`a.md` is not a file")


def test_loop_of_links(tmp_path: Path) -> None:
    """It is there, and cannot be read."""
    path = tmp_path / "a.md"
    path.symlink_to("a.md")
    assert inside(tmp_path, path)
    assert not missing(path)
    assert problem(path).code == "file-unreadable"


def test_impossible_names(tmp_path: Path) -> None:
    """The system refuses the name; that is a problem like any other."""
    for name in ("x" * 300, "nul\0byte"):
        assert not missing(tmp_path / name)
        assert problem(tmp_path / name).code == "file-unreadable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file(tmp_path: Path) -> None:
    """A file without rights says why."""
    path = written(tmp_path, b"secret")
    path.chmod(0)
    found = problem(path)
    assert (found.code, found.message) == (
        "file-unreadable",
        "`a.md` cannot be read: Permission denied",
    )


def test_bytes_are_untouched(tmp_path: Path) -> None:
    """Images come as they are, up to the limit."""
    path = written(tmp_path, b"\x00\r\n\xff")
    assert read_bytes(path, "a.md", 4).value == b"\x00\r\n\xff"
    assert read_bytes(path, "a.md", 3).diagnostics[0].code == "file-too-large"


def test_inside_follows_links(tmp_path: Path) -> None:
    """What counts is where a path leads, not how it is written."""
    project, elsewhere = tmp_path / "project", tmp_path / "project-2"
    (project / "a").mkdir(parents=True)
    elsewhere.mkdir()
    (project / "out").symlink_to(elsewhere)
    (project / "in").symlink_to(project / "a")
    for path in (".", "a", "a/x.md", "a/../b", "in/x.md", "missing/../x", "out/../project/x"):
        assert inside(project, project / path), path
    for path in ("..", "../project-2", "out", "out/x.md", "a/../../x", "/etc/passwd", "nul\0byte"):
        assert not inside(project, project / path), path


def test_project_may_itself_be_a_link(tmp_path: Path) -> None:
    """A project reached by a link is inside of itself."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert inside(tmp_path / "link", tmp_path / "link" / "x.md")
    assert stat.S_ISLNK((tmp_path / "link").lstat().st_mode)
