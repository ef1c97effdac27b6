"""The style sheets of the handbook: the layout's CSS templates filled with geometry, colours and fonts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guidepress.book.model import Book
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, did_you_mean, error, warning
from guidepress.handbook.geometry import Geometry
from guidepress.layouts import SETTINGS, FontFace, Layout, fallbacks, font_faces

# In the order of the cascade. The last one is a project's to write; the built-in layouts have none.
SHEETS = (
    "shared/tokens.css",
    "handbook/page.css",
    "handbook/prose.css",
    "handbook/code.css",
    "handbook/blocks.css",
    "handbook/matter.css",
)
OWN_SHEET = "handbook/custom.css"
# Colours that text is set in, on paper and on tint; WCAG AA asks for this contrast.
TEXT_COLOURS = ("ink", "muted", "accent", "link", "note", "tip", "warning", "danger")
LEGIBLE = 4.5
ROLES = ("text", "headings", "code")
_COLOUR = re.compile(r"^#[0-9a-fA-F]{6}$")


@dataclass(frozen=True, slots=True)
class Fonts:
    """Font stacks by role, the brand's over the layout's, and the faces behind them."""

    stacks: Mapping[str, str]
    faces: tuple[FontFace, ...]

    @property
    def files(self) -> dict[str, str]:
        """What `url(font:…)` stands for."""
        return {f"font:{face.name}": str(face.file) for face in self.faces}


def palette(book: Book, layout: Layout) -> Diagnosed[Mapping[str, str]]:
    """Colours by name: the layout's, the brand's over them, and `on_accent` for text on the accent."""
    colours = {**layout.settings.get("colours", {}), **book.brand.colours}
    problems = tuple(
        error("layout-setting", f"colours.{name}: not a colour: {value}", _settings(layout))
        for name, value in colours.items()
        if not _COLOUR.match(str(value))
    )
    if problems:
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


def fonts(book: Book, layout: Layout, text: str) -> Diagnosed[Fonts]:
    """Fonts of the book; `text` is all that will be printed, to see which scripts it needs."""
    problems: list[Diagnostic] = []
    families = {**layout.settings.get("fonts", {}), **book.brand.fonts}
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
    more = fallbacks(text, faces, book.language)
    faces += more
    rest = [face.family for face in more]
    # Sans and serif fill in for each other: a glyph that one lacks the other may have.
    stacks = {
        role: ", ".join(f'"{f}"' for f in dict.fromkeys([names[role], *names.values(), *rest]))
        for role in names
    }
    if problems:
        return Diagnosed(None, tuple(problems))
    return Diagnosed(Fonts(stacks, tuple(faces)))


def stylesheets(layout: Layout, context: Mapping[str, Any]) -> Diagnosed[tuple[str, ...]]:
    """The CSS texts in the order of the cascade."""
    names = [*SHEETS, *([OWN_SHEET] if layout.path(OWN_SHEET) else [])]
    rendered = [layout.render(name, context) for name in names]
    problems = tuple(d for sheet in rendered for d in sheet.diagnostics)
    return Diagnosed(None if problems else tuple(s.value or "" for s in rendered), problems)


def page_context(geometry: Geometry, colours: Mapping[str, str], faces: Fonts) -> dict[str, Any]:
    """What every CSS template can use: `page`, `type`, `lead` (pt), `colour`, `font`, `faces`."""
    return {
        "page": geometry,
        "type": geometry.type,
        "lead": geometry.type.body[1],
        "colour": colours,
        "font": faces.stacks,
        "faces": faces.faces,
    }


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


def _settings(layout: Layout) -> Span | None:
    path = layout.path(SETTINGS)
    return layout.span(path) if path else None
