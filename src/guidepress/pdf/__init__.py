"""Compile sections into fragments and link fragments into one book.

`compile_section` turns a Section into a Fragment, in any process. `paginate` gives
every anchor its place. `link` joins the fragments into one tagged, archivable PDF.
Importing this package loads neither WeasyPrint nor pikepdf.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guidepress.pdf.model import (
    Anchor,
    Bookmark,
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
)

__all__ = [
    "Anchor",
    "Bookmark",
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
    "compile_section",
    "link",
]


def compile_section(section: Section) -> Fragment:
    """Compile a section; a pure function of the section and the files that it names."""
    from guidepress.pdf import engine

    return engine.compile_section(section)


def link(
    placements: Sequence[Placement],
    page_map: PageMap,
    metadata: Metadata,
    *,
    files: Mapping[str, str] | None = None,
) -> Linked:
    """Join fragments into one book."""
    from guidepress.pdf import linker

    return linker.link(placements, page_map, metadata, files=files)
