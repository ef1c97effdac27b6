"""Images: measured as they are shown, broken ones explained."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image as Picture
from PIL import ImageFile

from guidepress.diagnostics import Diagnostic
from guidepress.source.images import read_image


def raster(form: str = "PNG", size: tuple[int, int] = (30, 20), orientation: int = 0) -> bytes:
    out = io.BytesIO()
    exif = Picture.Exif()
    if orientation:
        exif[0x0112] = orientation
    Picture.new("RGB", size).save(out, form, exif=exif)
    return out.getvalue()


def size(tmp_path: Path, name: str, data: bytes) -> tuple[int, int]:
    (tmp_path / name).write_bytes(data)
    image = read_image(tmp_path / name, name, name).value
    assert image is not None
    assert (image.sha256, image.size) == (hashlib.sha256(data).hexdigest(), len(data))
    return image.width, image.height


def problem(tmp_path: Path, name: str, data: bytes) -> Diagnostic:
    (tmp_path / name).write_bytes(data)
    read = read_image(tmp_path / name, name, f"images/{name}")
    assert read.value is None
    (only,) = read.diagnostics
    return only


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.gif", "GIF"), ("a.webp", "WEBP")],
)
def test_raster_image_is_measured(tmp_path: Path, name: str, form: str) -> None:
    """In pixels, for each format that can be printed."""
    assert size(tmp_path, name, raster(form)) == (30, 20)


@pytest.mark.parametrize(
    ("orientation", "shown"), [(1, (30, 20)), (3, (30, 20)), (6, (20, 30)), (8, (20, 30))]
)
def test_photograph_on_its_side(tmp_path: Path, orientation: int, shown: tuple[int, int]) -> None:
    """A camera notes how it was held; browsers and the engine turn the picture, so the size is turned too."""
    assert size(tmp_path, "a.jpg", raster("JPEG", orientation=orientation)) == shown


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('width="120" height="80"', (120, 80)),
        ('width="120px" height="80.4px"', (120, 80)),
        ('width="1in" height="2.54cm"', (96, 96)),
        ('width="25.4mm" height="72pt"', (96, 96)),
        ('width="6pc" height="96"', (96, 96)),
        ('viewBox="0 0 300 150"', (300, 150)),
        ('viewBox="0,0,300,150"', (300, 150)),
        ('width="100%" height="auto" viewBox="0 0 300 150"', (300, 150)),
        ('width="60" viewBox="0 0 300 150"', (60, 150)),
        ('width="10em" height="10em"', (0, 0)),
        ("", (0, 0)),
    ],
)
def test_drawing_is_measured(tmp_path: Path, attributes: str, expected: tuple[int, int]) -> None:
    """In CSS pixels; by its viewBox where it has no lengths; 0 where it has no size of its own."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}><rect width="1" height="1"/></svg>'
    assert size(tmp_path, "a.svg", svg.encode()) == expected


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", b""),
        ("a.png", b"no image at all"),
        ("a.png", raster()[:20]),
        ("a.jpg", b"\xff\xd8\xff\xe0 cut"),
        ("a.svg", b""),
        ("a.svg", b"<svg"),
        ("a.svg", b"<html><body/></html>"),
        ("a.svg", b'<svg width="1.2.3"/>'),
        ("a.svg", b'<svg viewBox="a b c d"/>'),
        ("a.svg", b'<svg viewBox="0 0 inf nan"/>'),
    ],
)
def test_broken_image_is_a_problem(tmp_path: Path, name: str, data: bytes) -> None:
    """Whatever the library raises, the author reads which file it is."""
    found = problem(tmp_path, name, data)
    assert found.code == "image-broken"
    assert found.message == f"`images/{name}` is broken, or not the image that its name says"
    assert str(found.span) == f"images/{name}"


@pytest.mark.parametrize("lenient", [False, True])
def test_a_damaged_image_is_a_problem_whoever_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lenient: bool
) -> None:
    """WeasyPrint has Pillow pass such images in every process that has imported it, as a daemon has."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    whole = raster()
    at = whole.index(b"IDAT") + 8
    damaged = whole[:at] + bytes((whole[at] ^ 255,)) + whole[at + 1 :]
    assert problem(tmp_path, "a.png", damaged).code == "image-broken"
    assert lenient == ImageFile.LOAD_TRUNCATED_IMAGES


def test_other_file_is_no_image(tmp_path: Path) -> None:
    """The ending decides, and the message says which there are."""
    found = problem(tmp_path, "a.bmp", raster("BMP"))
    assert found.code == "image-unknown-format"
    assert (
        found.message
        == "`images/a.bmp` is not an image that can be printed (gif, jpeg, jpg, png, svg, webp)"
    )


def test_picture_that_would_fill_the_memory(tmp_path: Path) -> None:
    """A few bytes may stand for more pixels than the machine holds; only the header is read."""
    data = bytearray(raster(size=(1, 1)))
    data[16:24] = (50_000).to_bytes(4, "big") * 2
    found = problem(tmp_path, "a.png", bytes(data))
    assert found.code == "image-broken"


def test_drawing_reads_nothing_else(tmp_path: Path) -> None:
    """No entity of a drawing reaches a file, and none multiplies."""
    (tmp_path / "secret").write_text("300")

    def with_entity(entity: str) -> bytes:
        return f'<!DOCTYPE svg [<!ENTITY e {entity}>]><svg viewBox="0 0 1 1"><text>&e;</text></svg>'.encode()

    assert size(tmp_path, "a.svg", with_entity('"300"')) == (1, 1)
    for file in (tmp_path / "secret", f"file://{tmp_path}/secret"):
        found = problem(tmp_path, "a.svg", with_entity(f'SYSTEM "{file}"'))
        assert found.code == "image-broken"
    laughs = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    bomb = (
        f'<!DOCTYPE svg [<!ENTITY e0 "ha">{laughs}]><svg viewBox="0 0 1 1"><text>&e11;</text></svg>'
    )
    assert problem(tmp_path, "a.svg", bomb.encode()).code == "image-broken"
