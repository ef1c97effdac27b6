"""brand.yaml: colours, logo, fonts and imprint, without touching CSS."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from guidepress.model.base import Line, Markdown, Record
from guidepress.model.guide import Path

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]


class Colours(Record):
    """`ink` for text, `accent` for titles and rules, `link` for links; #rrggbb each."""

    ink: Colour | None = None
    accent: Colour | None = None
    link: Colour | None = None


class Fonts(Record):
    """Families by role; each must come from an installed fontpkg package or from a file of the project."""

    text: Line | None = None
    headings: Line | None = None
    code: Line | None = None


class Brand(Record):
    """brand.yaml as a whole; every key may be left out."""

    name: Line | None = None
    colours: Colours = Colours()
    fonts: Fonts = Fonts()
    logo: Path | None = None
    logo_alt: Line | None = None
    imprint: Markdown | None = None
    # What the products say themselves, by name, in place of the layout's words.
    words: dict[str, Line] = {}
