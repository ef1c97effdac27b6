"""brand.yaml: colours, logo, fonts and imprint, without touching CSS."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from guidepress.model.base import Line, Markdown, Names, Record
from guidepress.model.guide import Path

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]


class Colours(Record):
    """`ink` for text, `accent` for titles and rules, `link` for links; #rrggbb each."""

    ink: Colour | None = None
    """The colour of text, `#rrggbb`."""
    accent: Colour | None = None
    """The colour of titles, numbers and rules, `#rrggbb`."""
    link: Colour | None = None
    """The colour of links, `#rrggbb`."""


Percent = Annotated[float, Field(ge=0, le=100)]
Cmyk = tuple[Percent, Percent, Percent, Percent]


class Ink(Record):
    """What a colour is printed with: process inks, or a spot ink for which they stand where it has no plate."""

    spot: Line | None = None
    """The name of a spot ink, as the printer knows it."""
    cmyk: Cmyk
    """Cyan, magenta, yellow and black, in per cent."""


def _ink(value: Any) -> Any:
    return {"cmyk": value} if isinstance(value, (list, tuple)) else value


PrintedWith = Annotated[Ink, BeforeValidator(_ink, json_schema_input_type=Cmyk | Ink)]


class BrandInks(Record):
    """Inks of the layout's colours, for the press; `[cyan, magenta, yellow, black]` or with a `spot` ink."""

    accent: PrintedWith | None = None
    """Of titles, numbers, rules and the cover."""
    link: PrintedWith | None = None
    """Of references."""
    note: PrintedWith | None = None
    """Of the bars of notes."""
    tip: PrintedWith | None = None
    """Of the bars of tips."""
    warning: PrintedWith | None = None
    """Of the bars of warnings."""
    danger: PrintedWith | None = None
    """Of the bars of what is dangerous."""


class Fonts(Record):
    """Families by role; each must come from an installed fontpkg package or from a file of the project."""

    text: Line | None = None
    """The family of running text: one of an installed fontpkg package, or a font file of the project."""
    headings: Line | None = None
    """The family of headings, tables and captions."""
    code: Line | None = None
    """The family of code."""


class Brand(Record):
    """brand.yaml as a whole; every key may be left out."""

    name: Line | None = None
    """Whose guide it is; on the cover."""
    colours: Colours = Colours()
    """Colours in place of the layout's."""
    inks: BrandInks = BrandInks()
    """What the layout's colours are printed with on a press; default: black."""
    fonts: Fonts = Fonts()
    """Families in place of the layout's."""
    logo: Annotated[Path, Names("image")] | None = None
    """An image for the cover, from the folder of guide.yaml."""
    logo_alt: Line | None = None
    """What the logo shows, for those who hear the book; default: `name`."""
    imprint: Markdown | None = None
    """The page of legal notes, in Markdown."""
    words: dict[str, Line] = {}
    """What the products print themselves, by name, in place of the layout's words."""
