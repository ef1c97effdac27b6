"""A section before page numbers: its text with places for them, and how it stands in the book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from guidepress.cache import digest
from guidepress.handbook.folios import Folios, Number, Pages
from guidepress.handbook.section_text import Formula, Link, SectionText
from guidepress.pdf import PageMap, Section
from guidepress.pdf.model import Numbering

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
    text: SectionText
    numbering: Numbering = "arabic"
    first: int | None = None
    recto: bool = True
    tab: int = 0
    file: str = ""
    title: str = ""
    hyphenation: tuple[str, ...] = ()

    @property
    def html(self) -> str:
        """The HTML without page numbers."""
        return self.text.html

    @cached_property
    def digest(self) -> str:
        """A digest of the HTML."""
        return digest(self.html)

    def filled(self, page_map: PageMap | None) -> str:
        """The HTML with numbers as the map has them, and links to other sections as the linker knows them."""
        folios = Folios(page_map, self.text.anchors)

        def write(piece: Number | Pages | Link | Formula) -> str:
            match piece:
                case Number():
                    return folios.number(piece)
                case Pages():
                    return folios.pages(piece)
                case Link(anchor):
                    return folios.link(anchor)
            return piece.html

        return self.text.written(write)

    def links(self, page_map: PageMap) -> list[str]:
        """The anchors of other sections that `filled` links to."""
        folios = Folios(page_map, self.text.anchors)
        found: list[str] = []
        for piece in self.text.body:
            match piece:
                case Link(anchor):
                    found.append(anchor)
                case Pages():
                    found += folios.linked(piece)
        return [anchor for anchor in found if anchor not in self.text.anchors]

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
