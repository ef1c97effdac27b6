"""The preflight: a good file passes, and one that is bad in one way has that fault and no other."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image
from tests.pdf.printing.profiles import press_profile

from guidepress.pdf.model import Metadata
from guidepress.pdf.printing.document import Press, PressError, for_press
from guidepress.pdf.printing.inks import BLACK, Process, Spot
from guidepress.pdf.printing.preflight import preflight

METADATA = Metadata("A Book", "en", ("Ada",), created=1_735_689_600)
NAMED = {"#000000": BLACK, "#0000ff": Process(1, 0.5), "#00ff00": Spot("Leaf", Process(0.8, 0, 1))}
PAGE = [0, 0, 200, 300]


def page(pdf: Pdf, content: str, **resources: object) -> None:
    """Add a page with a content stream and resources."""
    one = Dictionary(
        Type=Name.Page,
        MediaBox=Array(PAGE),
        Contents=pdf.make_stream(content.encode()),
        Resources=Dictionary(**{key: Dictionary(value) for key, value in resources.items()}),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(one)))


def picture(pdf: Pdf, colour: tuple[int, int, int]) -> pikepdf.Stream:
    """A picture of one colour."""
    data = Image.new("RGB", (2, 2), colour).tobytes()
    return pikepdf.Stream(
        pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=2, Height=2,
        ColorSpace=Name.DeviceRGB, BitsPerComponent=8,
    )  # fmt: skip


@cache
def screen() -> bytes:
    """A PDF for the screen: pages of black, of blue, of a spot ink, a photograph, a gradient, and a blank one."""
    with pikepdf.new() as pdf:
        page(pdf, "0 0 0 rg 20 20 99 99 re f 0.8 0.8 0.8 RG 1 w 9 9 m 99 9 l S")
        page(pdf, "0 0 1 rg 20 20 99 99 re f")
        page(pdf, "0 1 0 rg 20 20 99 99 re f")
        page(pdf, "50 0 0 50 0 0 cm /P Do", XObject={"/P": picture(pdf, (200, 30, 30))})
        ends = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 1, 1], C1=[0, 0, 1], N=1)
        gradient = Dictionary(
            ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 9, 9], Function=ends
        )
        page(pdf, "/G sh", Shading={"/G": pdf.make_indirect(gradient)})
        page(pdf, "")
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[9, 9, 50, 20])
        pdf.pages[0].Annots = Array([pdf.make_indirect(link)])
        target = io.BytesIO()
        pdf.save(target, static_id=True)
        return target.getvalue()


@cache
def printed(marks: bool = False) -> bytes:
    """The same for the press."""
    return for_press(screen(), Press(press_profile(), "TEST1", NAMED, marks=marks), METADATA)


def test_a_file_for_the_press_has_no_fault() -> None:
    for marks in (False, True):
        assert preflight(printed(marks)).faults == ()


def test_inks_are_counted_page_by_page() -> None:
    found = preflight(printed(True)).inks
    photograph = found[3]
    assert {"magenta", "yellow"} <= photograph
    assert found[:3] == (
        frozenset({"black"}),
        frozenset({"cyan", "magenta"}),
        frozenset({"Leaf"}),
    )
    assert found[4:] == (frozenset({"cyan", "magenta"}), frozenset())


def test_printed_in_black_alone() -> None:
    press = Press(press_profile(), named=NAMED, black_only=True)
    found = preflight(for_press(screen(), press, METADATA)).inks
    assert set(found[:4]) == {frozenset({"black"})}


def test_a_file_for_the_screen_has_faults() -> None:
    messages = {fault.message for fault in preflight(screen()).faults}
    assert "a colour is red, green and blue" in messages
    assert "there is an annotation on the page (Link)" in messages
    assert "there are 0 output intents for PDF/X, and not one" in messages


def test_boxes_are_exact_and_the_slug_is_white() -> None:
    with pikepdf.open(io.BytesIO(printed(True))) as pdf:
        one = pdf.pages[1].obj
        mm = 72 / 25.4
        for key, by in (("/TrimBox", 0), ("/BleedBox", 3), ("/MediaBox", 10)):
            wanted = [-by * mm, -by * mm, 200 + by * mm, 300 + by * mm]
            assert [float(v) for v in one[key]] == pytest.approx(wanted, abs=0.01)
        content = one.Contents.read_bytes().decode()
    # What is painted ends at the bleed; the marks begin beyond it.
    bleed = "-8.504 -8.504 217.008 317.008"
    assert content.startswith(f"q {bleed} re W n")
    assert content.index("/Registration CS") > content.index("\nQ\n")


def test_the_same_bytes_for_the_same_book() -> None:
    press = Press(press_profile(), "TEST1", NAMED)
    assert for_press(screen(), press, METADATA) == printed()


def test_pages_can_be_left_out() -> None:
    done = for_press(screen(), Press(press_profile(), named=NAMED), METADATA, range(2))
    assert preflight(done).inks[0] == {"Leaf"}


def _embed(pdf: Pdf) -> None:
    pdf.attachments["a.txt"] = b"text"


def _font(pdf: Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(font)))
    pdf.pages[0].Contents = pdf.make_stream(b"BT /F 9 Tf (x) Tj ET")


def _transfer(pdf: Pdf) -> None:
    pdf.pages[0].Resources = Dictionary(ExtGState=Dictionary(G=Dictionary(TR=Name.Identity)))
    pdf.pages[0].Contents = pdf.make_stream(b"/G gs")


def _annotation(pdf: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[9, 9, 50, 20])
    pdf.pages[0].Annots = Array([pdf.make_indirect(note)])


def _intent(pdf: Pdf) -> None:
    from guidepress.pdf.colour import srgb

    pdf.Root.OutputIntents[0].DestOutputProfile = pikepdf.Stream(pdf, srgb(), N=3)


def _metadata(pdf: Pdf, old: bytes, new: bytes) -> None:
    packet = pdf.Root.Metadata.read_bytes()
    assert old in packet
    pdf.Root.Metadata = pikepdf.Stream(
        pdf, packet.replace(old, new), Type=Name.Metadata, Subtype=Name.XML
    )


def _rgb(pdf: Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(b"1 0 0 rg 0 0 9 9 re f")


def _line(pdf: Pdf, content: bytes) -> None:
    pdf.pages[0].Contents = pdf.make_stream(content)


DAMAGE: dict[str, Callable[[Pdf], object]] = {
    "the page has no TrimBox": lambda pdf: pdf.pages[0].obj.__delitem__("/TrimBox"),
    "the page has a TrimBox and an ArtBox": lambda pdf: setattr(
        pdf.pages[0].obj, "ArtBox", Array(PAGE)
    ),
    "the boxes of the page do not lie in each other": lambda pdf: setattr(
        pdf.pages[0].obj, "TrimBox", Array([-50, 0, 200, 300])
    ),
    "the CropBox cuts the bleed": lambda pdf: setattr(pdf.pages[0].obj, "CropBox", Array(PAGE)),
    "there is an annotation on the page (Text)": _annotation,
    "the page acts by itself": lambda pdf: setattr(pdf.pages[0].obj, "AA", Dictionary()),
    "the page blends in other colours than the inks": lambda pdf: setattr(
        pdf.pages[0].obj, "Group", Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    ),
    "a colour is red, green and blue": _rgb,
    "a line is 0.1 pt thick, too thin to be printed": lambda pdf: _line(
        pdf, b"q 0.5 0 0 0.5 0 0 cm 0 0 0 1 K 0.2 w 0 0 m 50 0 l S Q 0 0 0 1 k 9 9 50 0.25 re f"
    ),
    "a line is 0.3 pt thick, too thin to be printed": lambda pdf: _line(
        pdf, b"0 0 0 1 K 0.3 w 0 0 m 50 0 l S 0 0 0 0.4 k 9 9 50 0.3 re f 5 5 0.3 0.3 re f"
    ),
    "a line is 0.4 pt thick, too thin to be printed": lambda pdf: _line(
        pdf, b"0 0 0 0.4 k q 9 9 50 0.4 re W n 0 0 90 90 re f Q 0 0 90 90 re f"
    ),
    "the font Helvetica is not embedded": _font,
    "a graphics state has /TR": _transfer,
    "the catalogue names /EmbeddedFiles": _embed,
    "the catalogue has /OpenAction": lambda pdf: setattr(pdf.Root, "OpenAction", Dictionary()),
    "there is no XMP packet": lambda pdf: pdf.Root.__delitem__("/Metadata"),
    "the file says that it is PDF/X-9": lambda pdf: _metadata(pdf, b"PDF/X-4", b"PDF/X-9"),
    "the metadata lack xmpMM:DocumentID": lambda pdf: _metadata(
        pdf, b"xmpMM:DocumentID", b"xmpMM:OtherThing"
    ),
    "whether it is trapped is not said": lambda pdf: pdf.docinfo.__delitem__("/Trapped"),
    "the two places that say whether it is trapped differ": lambda pdf: pdf.docinfo.__setitem__(
        "/Trapped", Name("/True")
    ),
    "the document information lacks /CreationDate": lambda pdf: pdf.docinfo.__delitem__(
        "/CreationDate"
    ),
    "there are 0 output intents for PDF/X, and not one": lambda pdf: pdf.Root.__delitem__(
        "/OutputIntents"
    ),
    "the output intent has no profile": lambda pdf: pdf.Root.OutputIntents[0].__delitem__(
        "/DestOutputProfile"
    ),
    "the output intent names no printing condition": lambda pdf: setattr(
        pdf.Root.OutputIntents[0], "OutputConditionIdentifier", String("")
    ),
    "the profile of the output intent is not that of a press with four inks": _intent,
}


@pytest.mark.parametrize("message", DAMAGE)
def test_each_fault_is_found(message: str) -> None:
    with pikepdf.open(io.BytesIO(printed())) as pdf:
        DAMAGE[message](pdf)
        target = io.BytesIO()
        pdf.save(target, force_version="1.6", static_id=True)
    assert {fault.message for fault in preflight(target.getvalue()).faults} == {message}


def test_an_encrypted_or_newer_file_is_found() -> None:
    with pikepdf.open(io.BytesIO(printed())) as pdf:
        target = io.BytesIO()
        pdf.save(target, force_version="2.0", encryption=pikepdf.Encryption(owner="o", user=""))
    messages = {fault.message for fault in preflight(target.getvalue()).faults}
    assert messages == {"the file is PDF 2.0, and PDF/X-4 is 1.6", "the file is encrypted"}


def test_what_is_no_ink_is_refused_with_its_page() -> None:
    with pikepdf.new() as pdf:
        page(pdf, "")
        function = pikepdf.Stream(
            pdf, b"{dup dup}", FunctionType=4, Domain=[0, 1], Range=[0, 1] * 3
        )
        gradient = Dictionary(
            ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 9, 9], Function=function
        )
        page(pdf, "/G sh", Shading={"/G": pdf.make_indirect(gradient)})
        target = io.BytesIO()
        pdf.save(target)
    with pytest.raises(PressError, match="a gradient by a function of type 4") as found:
        for_press(target.getvalue(), Press(press_profile()), METADATA)
    assert found.value.page == 1


def masked(content: str) -> bytes:
    """A page seen through a mask that blends in red, green and blue."""
    with pikepdf.new() as pdf:
        ends = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 1, 1], C1=[0, 1, 0], N=1)
        fading = Dictionary(
            ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 9, 9], Function=ends
        )
        group = pikepdf.Stream(
            pdf, content.encode(), Type=Name.XObject, Subtype=Name.Form, BBox=PAGE,
            Group=Dictionary(S=Name.Transparency, CS=Name.DeviceRGB),
            Resources=Dictionary(Shading=Dictionary(F=pdf.make_indirect(fading))),
        )  # fmt: skip
        mask = Dictionary(Type=Name.Mask, S=Name.Luminosity, G=pdf.make_indirect(group))
        state = pdf.make_indirect(Dictionary(Type=Name.ExtGState, SMask=mask))
        page(pdf, "/M gs 0 0 0 rg 0 0 99 99 re f", ExtGState={"/M": state})
        target = io.BytesIO()
        pdf.save(target)
        return target.getvalue()


def test_masks_become_shades_and_take_no_ink() -> None:
    found = preflight(
        for_press(masked("1 0 0 rg 0 0 9 9 re f /F sh"), Press(press_profile()), METADATA)
    )
    assert found.faults == ()
    assert found.inks == (frozenset({"black"}),)
    faults = {fault.message for fault in preflight(masked("1 0 0 rg 0 0 9 9 re f")).faults}
    assert {"a group blends in red, green and blue", "a colour is red, green and blue"} <= faults
    with pytest.raises(PressError, match="a mask that is a picture"):
        for_press(masked("/P Do"), Press(press_profile()), METADATA)


def test_ghostscript_counts_the_same_inks(tmp_path: Path) -> None:
    if shutil.which("gs") is None:
        pytest.skip("Ghostscript is not installed (Debian: ghostscript)")
    file = tmp_path / "printed.pdf"
    file.write_bytes(printed())
    command = ["gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=inkcov", "-o", "-", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    counted = [line.split() for line in done.stdout.splitlines() if line.rstrip().endswith("OK")]
    names = ("cyan", "magenta", "yellow", "black")
    witnessed = [
        frozenset(n for n, share in zip(names, row, strict=False) if float(share) > 0)
        for row in counted
    ]
    ours = [
        # It has no plate for a spot ink, and prints the inks that stand for it.
        frozenset({"cyan", "yellow"}) if found == {"Leaf"} else found
        for found in preflight(printed()).inks
    ]
    assert witnessed == ours
