"""Fonts of roles, from packages and files, and those for the scripts that they lack."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from guidepress.cache import Cache
from guidepress.layouts import find_layout
from guidepress.layouts.fonts import (
    _characters,
    characters,
    fallback_faces,
    font_faces,
    fonts,
    missing_glyph,
)

LAYOUT = find_layout("default").value
assert LAYOUT is not None


def test_fonts_come_from_packages() -> None:
    faces = font_faces("Source Serif 4").value
    assert faces is not None
    assert {face.style for face in faces} == {"normal", "italic"}
    assert len({face.name for face in faces}) == len(faces)
    assert all(face.file.is_file() for face in faces)


def test_an_unknown_family_is_a_diagnostic() -> None:
    [problem] = font_faces("Source Serif").diagnostics
    assert problem.code == "layout-font"
    assert "did you mean `Source Serif 4`?" in problem.hints


def test_a_font_file_of_the_project_is_a_family(tmp_path: Path) -> None:
    source = font_faces("JetBrains Mono").value
    assert source is not None
    (tmp_path / "Mine.ttf").write_bytes(source[0].file.read_bytes())
    faces = font_faces("Mine.ttf", tmp_path).value
    assert faces is not None
    assert faces[0].family == "Mine"
    assert font_faces("Gone.ttf", tmp_path).diagnostics[0].code == "layout-font"


def test_fallback_fonts_are_those_of_optional_packages() -> None:
    families = {face.family for face in fallback_faces()}
    assert {"NotoSansArabic", "NotoSansSC"} <= families


def test_fallback_fonts_come_only_where_a_script_needs_them() -> None:
    def families(text: str, language: str = "en") -> list[str]:
        found = fonts(LAYOUT, {}, language, text).value
        assert found is not None
        return [f.family for f in found.faces if f.family.startswith("Noto")]

    assert families("Latin only") == []
    assert families("שלום") == ["NotoSansHebrew"]
    assert families("سلام ⟶ שלום") == ["NotoSansArabic", "NotoSansHebrew"]
    assert families("日本") == ["NotoSansSC"]
    assert families("日本", "ja") == ["NotoSansJP"]


def test_fallback_fonts_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time no font is taken apart, and other characters or another language are another question."""
    layout = find_layout("default", cache=Cache(tmp_path)).value
    assert layout is not None
    _characters.clear()
    first = fonts(layout, {}, "en", "日本 שלום ⟶")
    _characters.clear()
    monkeypatch.setattr("fontTools.ttLib.TTFont", None)
    assert fonts(layout, {}, "en", "日本 שלום ⟶") == first
    monkeypatch.undo()
    other = fonts(layout, {}, "ja", "日本 שלום ⟶").value
    assert other is not None
    assert "NotoSansJP" in {face.family for face in other.faces}


@pytest.mark.parametrize("family", ["SourceSerif4", "JetBrainsMono", "NotoSansJP", "NotoEmoji"])
def test_the_characters_of_a_font_are_those_that_it_maps(family: str) -> None:
    """To whatever glyph: no name of one is made up for that."""
    own = (
        face
        for name in ("Source Serif 4", "JetBrains Mono")
        for face in font_faces(name).value or ()
    )
    file = next(f.file for f in (*own, *fallback_faces()) if f.file.name.startswith(f"{family}["))
    with TTFont(file, lazy=True) as font:
        mapped = set(font.getBestCmap())
    assert characters(file, Cache(None)).among(range(0x110000)) == mapped


def test_an_unknown_font_of_the_brand_is_a_diagnostic() -> None:
    found = fonts(LAYOUT, {"text": "Comic Serif"}, "en", "")
    assert [d.code for d in found.diagnostics] == ["layout-font"]


def test_a_role_that_is_none_is_a_diagnostic() -> None:
    [problem] = fonts(LAYOUT, {"heading": "Source Sans 3"}, "en", "").diagnostics
    assert problem.code == "layout-setting"
    assert problem.hints == ("did you mean `headings`?",)


def test_stacks_fill_in_for_each_other() -> None:
    found = fonts(LAYOUT, {}, "en", "日本").value
    assert found is not None
    assert found.stacks["text"] == (
        '"Source Serif 4", "Source Sans 3", "JetBrains Mono", "NotoSansSC"'
    )
    assert set(found.files) == {f"font:{face.name}" for face in found.faces}


@pytest.mark.parametrize(
    ("letters", "script", "extra", "package"),
    [
        ("ابپ", "Arabic", "rtl", "justmytype-intl-rtl"),
        ("שלם", "Hebrew", "rtl", "justmytype-intl-rtl"),
        ("漢字", "Han", "cjk", "justmytype-intl-cjk"),
        ("한글", "Hangul", "cjk", "justmytype-intl-cjk"),
    ],
)
def test_missing_letters_are_one_message_a_script(
    letters: str, script: str, extra: str, package: str
) -> None:
    """It names what brings fonts for it, also where there is no guidepress to install from."""
    (found,) = {missing_glyph(letter) for letter in letters}
    message, hints = found
    assert script in message
    assert f"guidepress[{extra}]" in hints[0]
    assert f".venv/bin/pip install {package}" in hints[0]


def test_a_missing_sign_is_named() -> None:
    """What belongs to no script is reported by itself."""
    message, hints = missing_glyph("\U0001fbff")
    assert "U+1FBFF" in message
    assert hints == ("name a font file that has it in brand.yaml or layout.yaml, under `fonts`",)
