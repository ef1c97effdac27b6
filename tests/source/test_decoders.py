"""Only the decoders of printable pictures are open, whatever a file is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress.source.images import read_image

EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n0 0 moveto\n%%EOF\n"
TIFF = (
    b"II*\0\x08\0\0\0\x04\0" + b"\0\1\3\0\1\0\0\0\1\0\0\0" + b"\1\1\3\0\1\0\0\0\1\0\0\0"
    b"\x06\1\3\0\1\0\0\0\1\0\0\0" + b"\x11\1\4\0\1\0\0\0\0\0\0\0" + b"\0\0\0\0"
)


@pytest.mark.parametrize("data", [EPS, TIFF, b"P6 1 1 255\n\0\0\0"], ids=["eps", "tiff", "ppm"])
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.gif", "a.webp"])
def test_another_format_under_a_printable_name_is_broken(
    tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    read = read_image(path, name, name)
    assert read.value is None
    assert [d.code for d in read.diagnostics] == ["image-broken"]
