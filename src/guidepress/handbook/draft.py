"""A section before page numbers: HTML with places for them, and how it stands in the book."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import unescape

from guidepress.pdf import Section
from guidepress.pdf.model import Numbering

_ID = re.compile(r'\bid="([^"]+)"')
_LINK = re.compile(r'\bhref="#([^"]+)"')


@dataclass(frozen=True)
class Draft:
    """One section of the handbook.

    `name` is unique and made of `a-z`, `0-9`, `-`. `first` restarts the page numbers. `tab` is the number
    of the part whose thumb tab the section carries, 0 for none. `file` is the authored file that its
    `data-line` attributes speak of, empty for what the layout makes.
    """

    name: str
    html: str
    numbering: Numbering = "arabic"
    first: int | None = None
    recto: bool = True
    tab: int = 0
    file: str = ""

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Every id that the section defines."""
        return frozenset(unescape(name) for name in _ID.findall(self.html))

    def section(self, html: str, styles: tuple[str, ...], files: Mapping[str, str]) -> Section:
        """What the engine compiles; `html` is the draft's with its numbers filled in."""
        return Section(self.name, html, styles, files, self.name)


def connect(drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts with links to other sections written as the linker knows them (`xref:ANCHOR`)."""
    return [replace(draft, html=_connected(draft)) for draft in drafts]


def _connected(draft: Draft) -> str:
    def link(match: re.Match[str]) -> str:
        inside = unescape(match[1]) in draft.anchors
        return match[0] if inside else f'href="xref:{match[1]}"'

    return _LINK.sub(link, draft.html)
