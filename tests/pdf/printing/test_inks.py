"""Colours of a screen as inks of a press."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.pdf.printing.profiles import press_profile

from guidepress.book.pressing import profile_fault
from guidepress.pdf.printing.inks import BLACK, RGB, Inks, Process, Spot, lightness
from guidepress.pdf.printing.profile import described, packaged

ACCENT = "#0b4f6c"
BLUE: RGB = (11 / 255, 79 / 255, 108 / 255)
BLUE_INK = Process(1.0, 0.45, 0.25, 0.3)


@cache
def inks(accent: Process | Spot | None = None, **options: bool) -> Inks:
    named = {"#1c2024": BLACK, "#ffffff": None, ACCENT: accent}
    return Inks(press_profile(), named, **options)


def test_greys_are_black_in_tints_as_light_as_they_are() -> None:
    assert inks().of((0.0, 0.0, 0.0)) == BLACK
    assert inks().of((1.0, 1.0, 1.0)) == Process()
    middle = inks().of((0.5, 0.5, 0.5))
    assert isinstance(middle, Process)
    assert middle.shares[:3] == (0, 0, 0)
    # The black of this press darkens evenly, from L* 100 to 10.
    assert middle.black == pytest.approx((100 - lightness((0.5, 0.5, 0.5))) / 90, abs=0.01)


def test_the_colour_of_text_is_all_black() -> None:
    assert inks().of((28 / 255, 32 / 255, 36 / 255)) == BLACK


def test_a_colour_without_an_ink_is_black_where_it_is_named_and_separated_elsewhere() -> None:
    named, other = inks().of(BLUE), inks().of((0.1, 0.3, 0.5))
    assert isinstance(named, Process)
    assert isinstance(other, Process)
    assert named.shares[:3] == (0, 0, 0)
    assert other.cyan > other.yellow


def test_a_colour_has_the_ink_that_it_is_given() -> None:
    assert inks(BLUE_INK).of(BLUE) == BLUE_INK
    assert inks(BLUE_INK, black_only=True).of(BLUE) == inks().of(BLUE)


def test_small_letters_are_of_one_solid_ink() -> None:
    spot = Spot("Night Blue", BLUE_INK)
    assert inks(BLUE_INK).of_text(BLUE, 10) == BLACK
    assert inks(BLUE_INK).of_text(BLUE, 24) == BLUE_INK
    assert inks(spot).of_text(BLUE, 10) == spot
    # Leaders, and letters on a dark ground.
    assert inks().of_text((0.8, 0.8, 0.8), 10) != BLACK
    assert inks().of_text((1.0, 1.0, 1.0), 10) == Process()


@settings(max_examples=50)
@given(st.tuples(*[st.integers(0, 255)] * 3), st.booleans())
def test_every_colour_has_an_ink(colour: tuple[int, int, int], black_only: bool) -> None:
    ink = inks(black_only=black_only).of(tuple(c / 255 for c in colour))  # type: ignore[arg-type]
    assert isinstance(ink, Process)
    assert all(0 <= share <= 1 for share in ink.shares)
    assert not (black_only and any(ink.shares[:3]))


def test_pictures_without_colour_are_printed_in_black() -> None:
    grey = Image.new("RGB", (4, 4), (120, 120, 120))
    colour = Image.new("RGB", (4, 4), (200, 40, 40))
    assert inks().picture(grey).mode == "L"
    separated = inks().picture(colour)
    assert separated.mode == "CMYK"
    cyan, magenta, *_ = separated.getpixel((0, 0))  # type: ignore[misc]
    assert magenta > cyan
    assert inks(black_only=True).picture(colour).mode == "L"


def test_the_extra_brings_a_profile_of_a_press() -> None:
    profile = packaged()
    if profile is None:
        pytest.skip("the extra `press` is not installed")
    assert profile_fault(profile) == ""
    assert described(profile) == "Chemical proof"
    assert packaged() == profile
