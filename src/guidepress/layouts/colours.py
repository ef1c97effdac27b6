"""Colours of a layout, the brand's over them, and whether text in them can be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from guidepress.diagnostics import Diagnosed, Diagnostic, error, warning
from guidepress.layouts.layout import Layout

# Colours that text is set in, on paper and on tint; WCAG AA asks for this contrast.
TEXT_COLOURS = ("ink", "muted", "accent", "link", "note", "tip", "warning", "danger")
LEGIBLE = 4.5
_COLOUR = re.compile(r"^#[0-9a-fA-F]{6}$")


def palette(layout: Layout, brand: Mapping[str, str]) -> Diagnosed[Mapping[str, str]]:
    """Colours by name: the layout's, the brand's over them, and `on_accent` for text on the accent."""
    colours = {**layout.settings.get("colours", {}), **brand}
    named = ((f"colours.{name}", value) for name, value in colours.items())
    if problems := malformed(layout, named):
        return Diagnosed(None, problems)
    colours["on_accent"] = readable_on(colours["accent"], colours)
    weak = tuple(
        warning(
            "brand-contrast",
            f"text in the colour `{name}` has a contrast of {ratio:.1f}:1, less than {LEGIBLE}:1",
            hints=("choose a darker colour in brand.yaml",),
        )
        for name in TEXT_COLOURS
        if (ratio := contrast(colours[name], colours["tint"])) < LEGIBLE
    )
    return Diagnosed(colours, weak)


def malformed(layout: Layout, values: Iterable[tuple[str, object]]) -> tuple[Diagnostic, ...]:
    """An error for each of the settings (key, value) that is no colour, #rrggbb."""
    return tuple(
        error("layout-setting", f"{key}: not a colour: {value}", layout.settings_span)
        for key, value in values
        if not _COLOUR.match(str(value))
    )


def contrast(one: str, other: str) -> float:
    """The contrast of two #rrggbb colours as WCAG defines it: 1 (none) to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(ground: str, colours: Mapping[str, str]) -> str:
    """Paper or ink, whichever is easier to read on `ground`."""
    return max((colours["paper"], colours["ink"]), key=lambda colour: contrast(colour, ground))


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
