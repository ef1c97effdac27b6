"""brand.yaml: colours, logo, fonts and imprint, without touching CSS."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

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
