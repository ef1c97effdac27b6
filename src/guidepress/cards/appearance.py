"""Colours and fonts of the cards: the handbook's, the brand's over them, and a colour for each division."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guidepress.book.model import Brand
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, did_you_mean, error
from guidepress.layouts import SETTINGS, FontFace, Layout, fallback_faces, font_faces

ROLES = ("text", "headings", "code")
# Colours of divisions, where layout.yaml has no `cards.palette`: names of its `colours`, or #rrggbb.
# Each has 7:1 or more with white letters on it, and neighbours differ in lightness or hue.
PALETTE = ("accent", "#804406", "#5b3a7a", "#2f5d3a", "#8f1d2c", "#27468c", "#5c5210", "#7a2e62")

_COLOUR = re.compile(r"^#[0-9a-fA-F]{6}$")
# Characters that only the optional fallback fonts have: Hebrew and Arabic; CJK, kana and Hangul.
_RTL = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_CJK = re.compile(r"[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
# Which of the Noto families draws a shared ideograph the way readers of a language know it.
_CJK_FIRST = {
    "ja": "NotoSansJP",
    "ko": "NotoSansKR",
    "zh-Hant": "NotoSansTC",
    "zh-TW": "NotoSansTC",
}


@dataclass(frozen=True, slots=True)
class Appearance:
    """Colours by name, those of the divisions, font stacks by role, and the faces behind the stacks."""

    colours: Mapping[str, str]
    palette: tuple[str, ...]
    stacks: Mapping[str, str]
    faces: tuple[FontFace, ...]

    @property
    def files(self) -> dict[str, str]:
        """What `url(font:…)` in a style sheet stands for."""
        return {f"font:{face.name}": str(face.file) for face in self.faces}


def palette(layout: Layout, brand: Brand) -> Diagnosed[tuple[Mapping[str, str], tuple[str, ...]]]:
    """The colours of layout and brand by name, and those of the divisions in their order."""
    colours = {**layout.settings.get("colours", {}), **brand.colours}
    settings: Mapping[str, Any] = layout.settings.get("cards", {})
    wanted: Sequence[str] = settings.get("palette", PALETTE)
    divisions = tuple(str(colours.get(name, name)) for name in wanted)
    bad = [(f"colours.{name}", value) for name, value in colours.items()]
    bad += [("cards.palette", value) for value in divisions]
    problems = tuple(
        error("layout-setting", f"{key}: not a colour: {value}", _settings(layout))
        for key, value in bad
        if not _COLOUR.match(str(value))
    )
    if not divisions:
        problems = (error("layout-setting", "cards.palette: no colour", _settings(layout)),)
    return Diagnosed(None if problems else (colours, divisions), problems)


def appearance(layout: Layout, brand: Brand, language: str, text: str) -> Diagnosed[Appearance]:
    """Colours and fonts; `text` is all that is printed, to see which scripts it needs.

    `language` says how readers know the ideographs that several languages share.
    """
    colours = palette(layout, brand)
    problems: list[Diagnostic] = list(colours.diagnostics)
    families = {**layout.settings.get("fonts", {}), **brand.fonts}
    faces: list[FontFace] = []
    names: dict[str, str] = {}
    for role, family in families.items():
        if role not in ROLES:
            hints = did_you_mean(role, ROLES)
            message = f"fonts.{role}: there is no such role"
            problems.append(error("layout-setting", message, _settings(layout), hints=hints))
            continue
        found = font_faces(str(family), layout.project)
        problems += found.diagnostics
        if found.value:
            names[role] = found.value[0].family
            faces += [face for face in found.value if face not in faces]
    fallbacks = _fallbacks(text, language)
    faces += fallbacks
    rest = list(dict.fromkeys(face.family for face in fallbacks))
    # Sans and serif fill in for each other: a glyph that one lacks the other may have.
    stacks = {
        role: ", ".join(f'"{f}"' for f in dict.fromkeys([names[role], *names.values(), *rest]))
        for role in names
    }
    if problems or colours.value is None:
        return Diagnosed(None, tuple(problems))
    return Diagnosed(Appearance(*colours.value, stacks, tuple(faces)))


def _fallbacks(text: str, language: str) -> list[FontFace]:
    wanted = [
        *(["Arabic", "Hebrew"] if _RTL.search(text) else []),
        *(["SC", "TC", "JP", "KR"] if _CJK.search(text) else []),
    ]
    found = [f for f in fallback_faces() if f.family.removeprefix("NotoSans") in wanted]
    first = next((f for tag, f in _CJK_FIRST.items() if language.startswith(tag)), "NotoSansSC")
    return sorted(found, key=lambda face: (face.family != first, wanted.index(face.family[8:])))


def _settings(layout: Layout) -> Span | None:
    path = layout.path(SETTINGS)
    return layout.span(path) if path else None
