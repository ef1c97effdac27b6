"""A section before page numbers: HTML with places for them, and how it stands in the book."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape

from guidepress.cache import digest
from guidepress.handbook.folios import fill
from guidepress.pdf import PageMap, Section
from guidepress.pdf.model import Numbering

# They begin with a space, since that is found by far the fastest, and all attributes have one before them.
_ID = re.compile(r' id="([^"]+)"')
_LINK = re.compile(r' href="#([^"]+)"')


# The section of the cover, which comes first.
COVER = "cover"

# The side of a section's first page, which WeasyPrint takes from the root.
VERSO = "html { break-before: verso }"


@dataclass(frozen=True)
class SectionDraft:
    """One section of the handbook.

    `name` is unique and made of `a-z`, `0-9`, `-`. `first` restarts the page numbers. `tab` is the number
    of the part whose thumb tab the section carries, 0 for none. `file` is the authored file that its
    `data-line` attributes speak of, empty for what the layout makes. `title` names the section in the PDF's structure;
    `hyphenation` are words that are broken at the hyphens in them only.
    """

    name: str
    html: str
    numbering: Numbering = "arabic"
    first: int | None = None
    recto: bool = True
    tab: int = 0
    file: str = ""
    title: str = ""
    hyphenation: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """A digest of the HTML."""
        return digest(self.html)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Every id that the section defines."""
        return frozenset(unescape(name) for name in _ID.findall(self.html))

    def filled(self, page_map: PageMap | None) -> str:
        """The HTML with numbers as the map has them, and links to other sections as the linker knows them."""
        return self._connected(fill(self.html, page_map))

    def section(
        self,
        html: str,
        styles: tuple[str, ...],
        files: Mapping[str, str],
        *,
        verso: bool = False,
    ) -> Section:
        """What the engine compiles; `html` is the draft's, filled. `verso` sections begin on a left-hand page."""
        styles = (*styles, VERSO) if verso else styles
        return Section(self.name, html, styles, files, self.title or self.name, self.hyphenation)

    def _connected(self, html: str) -> str:
        def link(match: re.Match[str]) -> str:
            inside = unescape(match[1]) in self.anchors
            return match[0] if inside else f' href="xref:{match[1]}"'

        return _LINK.sub(link, html)
