"""Colours and fonts of the cards: the handbook's, the brand's over them, and a colour for each division."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guidepress.book.model import Brand
from guidepress.diagnostics import Diagnosed, error
from guidepress.layouts import Fonts, Layout
from guidepress.layouts.colours import malformed, palette
from guidepress.layouts.fonts import fonts

# Colours of divisions, where layout.yaml has no `cards.palette`: names of its `colours`, or #rrggbb.
# Each has 7:1 or more with white letters on it, and neighbours differ in lightness or hue.
PALETTE = ("accent", "#804406", "#5b3a7a", "#2f5d3a", "#8f1d2c", "#27468c", "#5c5210", "#7a2e62")


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours by name, and those of the divisions in their order."""

    named: Mapping[str, str]
    divisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Appearance:
    """What the style sheets of the cards are filled with."""

    colours: Colours
    fonts: Fonts


def card_colours(layout: Layout, brand: Brand) -> Diagnosed[Colours]:
    """The colours of layout and brand."""
    named = palette(layout, brand.colours)
    if named.value is None:
        return Diagnosed(None, named.diagnostics)
    colours = named.value
    settings: Mapping[str, Any] = layout.settings.get("cards", {})
    wanted: Sequence[str] = settings.get("palette", PALETTE)
    divisions = tuple(str(colours.get(name, name)) for name in wanted)
    problems = malformed(layout, (("cards.palette", colour) for colour in divisions))
    if not divisions:
        problems = (
            error("layout-setting", "cards.palette: this is not a colour", layout.settings_span),
        )
    value = None if problems else Colours(colours, divisions)
    return Diagnosed(value, (*named.diagnostics, *problems))


def appearance(layout: Layout, brand: Brand, language: str, text: str) -> Diagnosed[Appearance]:
    """Colours and fonts; `text` is all that is printed, to see which scripts it needs.

    `language` says how readers know the ideographs that several languages share.
    """
    colours = card_colours(layout, brand)
    faces = fonts(layout, brand.fonts, language, text)
    problems = (*colours.diagnostics, *faces.diagnostics)
    if colours.value is None or faces.value is None:
        return Diagnosed(None, problems)
    return Diagnosed(Appearance(colours.value, faces.value), problems)
