"""Style sheets for books from right to left: every side is exchanged, and what runs from left to right stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.project import Project

from guidepress.handbook.press import prepare
from guidepress.layouts import find_layout
from guidepress.layouts.mirror import mirrored


def flat(css: str) -> str:
    return " ".join(css.split())


@pytest.mark.parametrize(
    ("written", "turned"),
    [
        ("p { margin-left: 1mm }", "p { margin-right: 1mm; }"),
        ("p { margin: 1mm 2mm 3mm 4mm }", "p { margin: 1mm 4mm 3mm 2mm; }"),
        ("p { margin: 1mm 2mm -3mm -4.5mm !important }", "p { margin: 1mm -4.5mm -3mm 2mm !important; }"),
        ("p { padding: 0 calc(1mm + 2pt) 0 1mm }", "p { padding: 0 1mm 0 calc(1mm + 2pt); }"),
        ("p { margin: 1mm 2mm 3mm }", "p { margin: 1mm 2mm 3mm; }"),
        ("p { border-left: 1pt solid red }", "p { border-right: 1pt solid red; }"),
        ("p { border-width: 1pt 2pt 3pt 4pt }", "p { border-width: 1pt 4pt 3pt 2pt; }"),
        ("p { border-top-left-radius: 1mm }", "p { border-top-right-radius: 1mm; }"),
        ("p { border-radius: 1mm 2mm 3mm 4mm }", "p { border-radius: 2mm 1mm 4mm 3mm; }"),
        ("p { border-radius: 1mm 2mm }", "p { border-radius: 2mm 1mm; }"),
        ("p { left: 0; top: 1mm }", "p { right: 0; top: 1mm; }"),
        ("p { text-align: left; float: right; clear: both }", "p { text-align: right; float: left; clear: both; }"),
        ("p { text-align: start; margin-inline: 1mm 2mm }", "p { text-align: start; margin-inline: 1mm 2mm; }"),
        ("p { background-position: 0 0 }", "p { background-position: 100% 0; }"),
        ("p { background-position: 2mm 50% }", "p { background-position: right 2mm top 50%; }"),
        ("p { background-position: left top }", "p { background-position: right top; }"),
        ('p { content: "left" }', 'p { content: "left"; }'),
        ("p { background: url(left.png) }", "p { background: url(left.png); }"),
        (".left > p:first-child { color: red }", ".left > p:first-child { color: red; }"),
        (
            "@page :left { margin-left: 1mm; @top-left { content: none } }",
            "@page :right { margin-right: 1mm; @top-right { content: none; } }",
        ),
        ("@page cover { margin: 1mm 2mm 3mm 4mm }", "@page cover { margin: 1mm 4mm 3mm 2mm; }"),
        ("@media print { p { left: 0 } }", "@media print { p { right: 0; } }"),
        ("/* @noflip */ p { left: 0 } a { left: 0 }", "p { left: 0 } a { right: 0; }"),
        ("p { /* @noflip */ left: 0; left: 1mm }", "p { left: 0; right: 1mm; }"),
        ('[dir="rtl"] p { left: 0 }', '[dir="rtl"] p { left: 0 }'),
        ("pre .line { padding-left: 2em }", "pre .line { padding-left: 2em }"),
        ("pre { text-align: left; margin-right: 1mm }", "pre { text-align: left; margin-left: 1mm; }"),
        ("present { left: 0 }", "present { right: 0; }"),
        ("@font-face { font-family: left; src: url(font:a) }", "@font-face { font-family: left; src: url(font:a) }"),
    ],
)  # fmt: skip
def test_sides_are_exchanged(written: str, turned: str) -> None:
    assert flat(mirrored(written)) == turned


def test_twice_mirrored_is_as_written(project: Project) -> None:
    """Of every sheet of the built-in layout, as it is filled: nothing gets lost on the way."""
    layout = find_layout("default").value
    assert layout is not None
    prepared = prepare(project.book(), layout).value
    assert prepared is not None
    for sheets in prepared.styles.values():
        for sheet in sheets:
            once = mirrored(sheet)
            twice = mirrored(once)
            assert mirrored(twice) == once
            assert once.count("{") == re.sub(r"/\*.*?\*/", "", sheet, flags=re.S).count("{")
            assert once.count(":") == re.sub(r"/\*.*?\*/", "", sheet, flags=re.S).count(":")


@pytest.mark.parametrize(
    "css",
    ["p { left: 0 } } a { left: 0 }", "p { left; top: 0 }", "p { left: 'a\nb }", "p { left: (] }"],
)
def test_what_is_no_css_stays_for_the_engine_to_report(css: str) -> None:
    assert mirrored(css) == css


@example("@\\0{0")
@given(st.text(alphabet="p{}[]();:@/*'\"\\ \nleftpagmr0%,."))
def test_anything_can_be_mirrored(css: str) -> None:
    """No text of a layout ends in a traceback."""
    mirrored(css)
