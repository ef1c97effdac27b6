"""Content streams in inks: what is painted stays, with what it is painted changes."""

from __future__ import annotations

from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Dictionary
from tests.pdf.printing.profiles import press_profile

from guidepress.pdf.printing.content import Rewriting
from guidepress.pdf.printing.inks import BLACK, RGB, Inks, Process, Spot

INKS = Inks(
    press_profile(),
    {"#0000ff": Process(1, 0.5), "#00ff00": Spot("Leaf", Process(0.8, 0, 1)), "#000000": BLACK},
)


def rewritten(content: str) -> list[tuple[list[Any], str]]:
    """What becomes of a content stream: its instructions, numbers as numbers."""
    with pikepdf.new() as pdf:
        done = Rewriting(INKS, lambda name: f"/{name}").stream(pdf.make_stream(content.encode()))
        return list(instructions(pdf, done))


def instructions(pdf: pikepdf.Pdf, content: bytes) -> Any:
    page = pdf.make_stream(content, Resources=Dictionary())
    for one in pikepdf.parse_content_stream(page):
        values = [v if isinstance(v, (pikepdf.Object, str)) else float(v) for v in one.operands]
        yield values, str(one.operator)


def operators(content: str) -> list[str]:
    return [operator for _, operator in rewritten(content)]


def test_letters_are_black_where_they_are_small() -> None:
    text = "q 0 0 1 rg BT /F {} Tf 1 0 0 1 0 0 Tm (x) Tj ET Q"
    assert ([0, 0, 0, 1], "k") in rewritten(text.format(9))
    assert ([1, 0.5, 0, 0], "k") in rewritten(text.format(20))
    # Of the size that they have on the page.
    assert ([0, 0, 0, 1], "k") in rewritten("q 0.5 0 0 0.5 0 0 cm " + text.format(20) + " Q")


def test_an_area_and_the_letters_on_it_may_differ() -> None:
    found = rewritten("0 0 1 rg 0 0 9 9 re f BT /F 9 Tf (x) Tj ET 0 0 9 9 re f")
    assert [values for values, operator in found if operator == "k"] == [
        [1, 0.5, 0, 0],
        [0, 0, 0, 1],
        [1, 0.5, 0, 0],
    ]


def test_a_spot_ink_has_a_colour_space() -> None:
    found = rewritten("0 1 0 rg 0 0 9 9 re f 0 1 0 RG 0 0 9 9 re S")
    assert [operator for _, operator in found if operator.lower() in ("cs", "scn")] == [
        "cs",
        "scn",
        "CS",
        "SCN",
    ]


def test_marked_content_goes() -> None:
    content = "/P <</MCID 0>> BDC 0 0 9 9 re f EMC /Artifact BMC 0 0 9 9 re f EMC"
    assert operators(content) == ["re", "f", "re", "f"]


@pytest.mark.parametrize(
    ("colour", "width", "least"),
    [("0 0 0", 0.1, 0.25), ("0 0 0", 0.3, 0.3), ("0.7 0.7 0.7", 0.3, 0.5), ("0 1 0", 0.1, 0.25)],
)
def test_thin_lines_are_as_thick_as_a_plate_holds_them(
    colour: str, width: float, least: float
) -> None:
    [[stroked]] = [
        values
        for values, operator in rewritten(f"{colour} RG {width} w 0 0 m 9 0 l S")
        if operator == "w"
    ]
    assert stroked == pytest.approx(least, abs=1e-5)
    [x, y, across, down] = next(
        values
        for values, operator in rewritten(f"{colour} rg 5 5 90 {width} re f")
        if operator == "re"
    )
    assert (x, across) == (5, 90)
    assert down == pytest.approx(least, abs=1e-5)
    # About its middle.
    assert y + down / 2 == pytest.approx(5 + width / 2, abs=1e-5)


def test_a_border_seen_through_a_slit_is_drawn_as_a_line() -> None:
    ring = "0.7 0.7 0.7 rg 10 10 80 40 re 10 10.3 80 39.7 re f*"
    slit = "10 10 m 90 10 l 90 10.3 l 10 10.3 l W* n"
    found = rewritten(f"q {slit} {ring} Q 1 0 0 rg 0 0 5 5 re f")
    assert [operator for _, operator in found] == ["q", "k", "re", "f", "Q", "k", "re", "f"]
    assert found[2][0] == pytest.approx([10, 9.9, 80, 0.5])


def test_a_slit_stays_a_clip_for_what_is_no_line() -> None:
    slit = "10 10 m 90 10 l 90 10.3 l 10 10.3 l W n"
    assert operators(f"q {slit} BT /F 9 Tf (x) Tj ET Q") == [
        "q", "m", "l", "l", "l", "W", "n", "BT", "Tf", "Tj", "ET", "Q",
    ]  # fmt: skip
    assert operators(f"q {slit} 0 0 20 20 re f Q") == [
        "q", "m", "l", "l", "l", "W", "n", "re", "f", "Q",
    ]  # fmt: skip


def test_widths_count_as_they_are_scaled() -> None:
    found = rewritten("0 0 0 RG q 0.1 0 0 0.1 0 0 cm 1 w 0 0 m 9 0 l S Q")
    assert next(values for values, operator in found if operator == "w") == pytest.approx([2.5])


COLOURS = st.sampled_from(["0 0 0", "1 1 1", "0 0 1", "0 1 0", "0.7 0.7 0.7", "0.9 0.1 0.2"])
STEPS = st.one_of(
    st.builds("{} {}".format, COLOURS, st.sampled_from(["rg", "RG"])),
    st.sampled_from(["q", "Q", "0 0 9 9 re f", "0 0 9 9 re S", "0 0 9 9 re B", "2 w"]),
    st.sampled_from(["/A <</B 1>> BDC", "EMC", "BT /F 30 Tf (x) Tj ET", "0 0 8 8 re W n"]),
)


@settings(max_examples=50)
@given(st.lists(STEPS, max_size=25))
def test_all_is_painted_with_the_inks_of_its_colours(steps: list[str]) -> None:
    content = " ".join([*steps, *(["Q"] * steps.count("q"))])
    before = painted("0 0 0 rg 0 0 0 RG " + content)
    after = painted_with_inks(rewritten("0 0 0 rg 0 0 0 RG " + content))
    assert after == [
        (operator, *((INKS.of(colour) if colour else None) for colour in colours))
        for operator, *colours in before
    ]


def painted(content: str) -> list[tuple[str, RGB | None, RGB | None]]:
    """What a stream of a screen's colours paints, and with which."""
    with pikepdf.new() as pdf:
        return _painted(list(instructions(pdf, content.encode())), _rgb)


def painted_with_inks(found: list[tuple[list[Any], str]]) -> list[Any]:
    return _painted(found, _ink)


def _rgb(values: list[Any], operator: str) -> Any:
    return tuple(values) if operator == "rg" else None


def _ink(values: list[Any], operator: str) -> Any:
    if operator == "k":
        return Process(*values)
    return Spot("Leaf", Process(0.8, 0, 1)) if operator == "scn" else None


def _painted(found: list[tuple[list[Any], str]], colour: Any) -> list[Any]:
    fill = stroke = None
    saved: list[Any] = []
    done: list[Any] = []
    for values, operator in found:
        if operator == "q":
            saved.append((fill, stroke))
        elif operator == "Q" and saved:
            fill, stroke = saved.pop()
        elif (new := colour(values, operator.lower())) is not None:
            fill, stroke = (fill, new) if operator.isupper() else (new, stroke)
        elif operator in ("f", "Tj"):
            done.append((operator, fill, None))
        elif operator == "S":
            done.append((operator, None, stroke))
        elif operator == "B":
            done.append((operator, fill, stroke))
    return done
