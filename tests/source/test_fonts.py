"""Font files by strangers: outside of the project, damaged, or bombs; and those that are what they should be."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from fontTools.ttLib import TTFont
from tests.project import Project

from guidepress.layouts.fonts import fallback_faces, font_faces
from guidepress.source import fonts
from guidepress.source.fonts import packing_fault


@pytest.fixture(scope="module")
def plain() -> bytes:
    """A small font of the packages."""
    face = min(fallback_faces(), key=lambda face: face.file.stat().st_size)
    return face.file.read_bytes()


def flavoured(data: bytes, flavour: str | None) -> bytes:
    target = io.BytesIO()
    font = TTFont(io.BytesIO(data))
    font.flavor = flavour
    font.save(target)
    return target.getvalue()


def woff_bomb(said: int) -> bytes:
    packed = zlib.compress(bytes(1 << 20))
    head = struct.pack(">4sIIHHIHHIIIII", b"wOFF", 0x00010000, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0)
    return head + struct.pack(">4sIIII", b"glyf", 64, len(packed), said, 0) + packed


def woff2_bomb(said: int) -> bytes:
    packed = brotli.compress(bytes(1 << 20))
    parts = [said >> 21, said >> 14 & 0x7F, said >> 7 & 0x7F]
    sizes = bytes([*(0x80 | part for part in parts if said >> 21), said & 0x7F])
    table = bytes([63]) + b"abcd" + sizes
    head = struct.pack(
        ">4sIIHHIIHHIIIII", b"wOF2", 0x00010000, 0, 1, 0, 0, len(packed), 1, 0, 0, 0, 0, 0, 0
    )
    return head + table + packed


@pytest.mark.parametrize("flavour", ["woff", "woff2", None])
def test_a_font_that_is_packed_is_one(plain: bytes, flavour: str | None, project: Project) -> None:
    data = flavoured(plain, flavour)
    assert packing_fault(data) == ""
    project.write("../x.ttf", data)
    assert font_faces("x.ttf", project.folder).value


@pytest.mark.parametrize(("bomb", "size"), [(woff_bomb, 1 << 20), (woff2_bomb, 1 << 21)])
def test_a_bomb_is_not_unpacked(
    bomb: Callable[[int], bytes], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it says its size or another one."""
    assert packing_fault(bomb(100)) == "it is damaged"
    monkeypatch.setattr(fonts, "MAX_FONT", 1 << 19)
    assert "has more than" in packing_fault(bomb(size))


@pytest.mark.parametrize(
    "data", [b"", b"garbage", b"wOFF", b"wOF2", b"wOF2" + bytes(60), b"wOFF" + b"\xff" * 60, b"\0\1\0\0" + b"\xff" * 40]
)  # fmt: skip
def test_what_is_no_font_is_told(project: Project, data: bytes) -> None:
    """At its place in brand.yaml, by `check` as by a build."""
    project.write("../x.ttf", data).write("brand.yaml", "fonts: {text: x.ttf}\n")
    done = project.check()
    assert done.status == 1
    assert "error[layout-font]: `x.ttf` is not a font" in done.err
    assert "brand.yaml:1:" in done.err


def test_a_font_outside_is_not_read(project: Project, tmp_path: Path, plain: bytes) -> None:
    (tmp_path / "mine.ttf").write_bytes(plain)
    (project.folder / "link.ttf").symlink_to(tmp_path / "mine.ttf")
    for name in (str(tmp_path / "mine.ttf"), "../mine.ttf", "link.ttf"):
        found = font_faces(name, project.folder)
        assert [one.code for one in found.diagnostics] == ["layout-font"], name
