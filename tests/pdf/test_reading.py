"""What a page shows is read back; what is cut or clipped is not taken for shown."""

from __future__ import annotations

from tests.pdf.documents import FONTS, STYLES, picture

from guidepress.pdf import Section, compile_section
from guidepress.pdf.reading import Print, read_pages


def read(body: str, style: str = "", *, trimmed: bool = False) -> Print:
    """The first page of an A6 document with margins of 10 mm."""
    page = "@page { size: 105mm 148mm; margin: 10mm; @bottom-right { content: none } }"
    html = f'<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>{body}</body></html>'
    section = Section("x", html, (*STYLES, page + style), FONTS, title="X")
    return read_pages(compile_section(section), trimmed=trimmed)[0]


def test_text_and_its_lines() -> None:
    found = read("<p>Efficient <em>figures</em><br>below</p>")
    assert found.text == "Efficientfiguresbelow"
    assert len(found.lines) == 2


def test_text_outside_of_the_box() -> None:
    box = (28.0, 28.0, 270.0, 392.0)
    assert read("<p>inside</p>").is_inside(box)
    assert not read('<p style="white-space: nowrap">' + "too wide " * 20 + "</p>").is_inside(box)
    assert not read('<p style="margin-left: -20mm">too far left</p>').is_inside(box)


def test_images_outside_of_the_box() -> None:
    box = (28.0, 28.0, 270.0, 392.0)
    image = '<img alt="x" style="{}" src="' + picture() + '">'
    assert read(image.format("width: 60mm")).is_inside(box)
    assert not read(image.format("width: 95mm")).is_inside(box)


def test_clipped_text_is_not_there() -> None:
    found = read('<div style="overflow: hidden; height: 14pt">seen<br>hidden</div>')
    assert found.text == "seen"
    assert found.clipped == "hidden"


def test_turned_text_is_read() -> None:
    found = read('<p style="transform: rotate(180deg)">upside down</p>')
    assert found.text == "upsidedown"
    assert found.is_inside((28.0, 28.0, 270.0, 392.0))


def test_text_of_a_form_is_read() -> None:
    assert read('<p>before</p><p style="opacity: 0.5">within</p>').text == "beforewithin"


def test_running_heads_take_room_but_are_not_of_the_text() -> None:
    found = read("<p>text</p>", '@page { @top-left { content: "Running head" } }')
    assert found.text == "text"
    assert len(found.lines) == 2
    assert not found.is_inside((28.0, 28.0, 270.0, 392.0))


def test_what_is_cut_off_is_not_there() -> None:
    body = '<p>text</p><p style="position: absolute; left: -18mm; top: 30mm">gone and seen</p>'
    bleed = "@page { bleed: 10mm }"
    assert read(body, bleed).text == "textgoneandseen"
    found = read(body, bleed, trimmed=True)
    assert found.text.startswith("text")
    assert found.text.endswith("seen")
    assert "gone" not in found.text
    assert "gon" in found.clipped
