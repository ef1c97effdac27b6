"""Compile sections into fragments and link fragments into one book.

`compile_section` makes a Fragment of a Section, in any process, `compile_excerpt` one of some of its pages. `paginate`
gives every page its number and every anchor its place. `turned` is a fragment that begins on the other side of the
paper. `link` joins the fragments into one tagged and archivable PDF. Importing this package loads neither WeasyPrint
nor pikepdf.

In a section's HTML

- `<a href="#id">` links within the section, `<a href="xref:id">` to an anchor of any section;
- `<span data-page="id">88</span>` shows the page number of an anchor. It replaces a placeholder
  (as many digits, or the same roman number), and with `data-page-align="right"` it keeps the
  right edge whatever its length, so the placeholder is as long as it gets; text before the number,
  after a space, moves with it;
- `data-line="12"` on a block says which line of the source it was written on; `Fragment.lines` has where it is;
- margin boxes with `counter(page)` show the number of their own page, in their alignment.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from typing import TYPE_CHECKING

from guidepress.pdf.errors import EngineError, FontError
from guidepress.pdf.log import Finding, classify
from guidepress.pdf.model import (
    Anchor,
    Beginning,
    Bookmark,
    Excerpt,
    Figures,
    FontUse,
    Fragment,
    LabelRun,
    Linked,
    LogLine,
    Metadata,
    Number,
    PageMap,
    Place,
    Placement,
    Problem,
    Section,
    SourceBox,
)
from guidepress.pdf.pagination import folio, paginate, stale
from guidepress.pdf.turning import turned
from guidepress.pdf.version import ENGINE_VERSION
from guidepress.pdf.workers import Workers

if TYPE_CHECKING:
    from guidepress.pdf.joining import Pieces

__all__ = [
    "ENGINE_VERSION",
    "Anchor",
    "Beginning",
    "Bookmark",
    "EngineError",
    "Excerpt",
    "Figures",
    "Finding",
    "FontError",
    "FontUse",
    "Fragment",
    "LabelRun",
    "Linked",
    "LogLine",
    "Metadata",
    "Number",
    "PageMap",
    "Place",
    "Placement",
    "Problem",
    "Section",
    "SourceBox",
    "beginnings_of",
    "classify",
    "compile_excerpt",
    "compile_section",
    "folio",
    "link",
    "paginate",
    "stale",
    "turned",
]


def compile_section(section: Section) -> Fragment:
    """Compile a section: a pure function of the section and of the files that it names.

    Any number of processes may compile at once, but only one thread in each.

    Raises NoFontError when the styles load no font, EngineError when WeasyPrint fails.
    """
    from guidepress.pdf import engine

    return engine.compile_section(section)


def compile_excerpt(excerpt: Excerpt) -> Fragment | None:
    """Compile some pages of a section, as they are in the whole of it; None where it has not so many.

    Raises what `compile_section` does.
    """
    from guidepress.pdf import engine

    return engine.compile_excerpt(excerpt)


def beginnings_of(section: Section) -> tuple[Beginning | None, ...]:
    """How the pages of a section begin, as far as this process knows from compiling it last; empty where it did not."""
    from guidepress.pdf import engine

    return engine.beginnings_of(section)


def link(
    placements: Sequence[Placement],
    page_map: PageMap,
    metadata: Metadata,
    *,
    files: Mapping[str, str] | None = None,
    fonts: MutableMapping[str, bytes] | None = None,
    workers: Workers | None = None,
    pieces: Pieces | None = None,
) -> Linked:
    """Join fragments into one book that conforms to PDF/UA-1 and PDF/A-3a.

    `page_map` is that of `paginate` for the same placements. `files` says where the font
    programs are, by the URLs of the sections; without it they are where they were at compile time.
    `fonts` keeps finished fonts between books, by keys that change with their contents; the others
    are made by `workers`, while page numbers are written. `pieces` are what the fragments became in books before, or
    when they were taken ahead; it is left with those of this book.
    Raises FontError where a font program cannot be read or has changed.
    """
    from guidepress.pdf import linker

    return linker.link(
        placements, page_map, metadata, files=files, fonts=fonts, workers=workers, pieces=pieces
    )
