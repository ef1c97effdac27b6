"""In a book from right to left, code and addresses are islands that run from left to right."""

from __future__ import annotations

from lxml.html import HtmlElement

from guidepress.content.islands import mark_islands
from guidepress.handbook.composer import Composer
from guidepress.layouts.words import direction


def mark(root: HtmlElement, composer: Composer) -> None:
    """Give them their direction."""
    if direction(composer.book.language) == "rtl":
        mark_islands(root)
