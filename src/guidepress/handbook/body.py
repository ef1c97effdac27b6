"""The body of a chapter on its way to paper: each pass takes the tree and mends one thing in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lxml.html import HtmlElement

from guidepress.book.model import Footnote
from guidepress.book.tree import parse, serialize
from guidepress.handbook import asides, boxes, code, figures, footnotes, formulas, references
from guidepress.handbook.composer import Composer
from guidepress.handbook.footnotes import Endnote

Pass = Callable[[HtmlElement, Composer], None]

# In this order: references first, so that what later passes move already carries its page numbers.
PASSES: tuple[Pass, ...] = (
    references.give_pages,
    code.set_code,
    figures.set_images,
    figures.set_tables,
    asides.place,
    boxes.name_boxes,
    formulas.name_bookmarks,
)


def prepared(html: str, composer: Composer) -> str:
    """Authored HTML of any place, ready for print."""
    if not html:
        return ""
    root = parse(html)
    apply_passes(root, composer)
    return serialize(root)


def apply_passes(root: HtmlElement, composer: Composer) -> None:
    """Every pass, on a tree in place."""
    for step in PASSES:
        step(root, composer)


def with_notes(
    html: str, notes: Sequence[Footnote], composer: Composer
) -> tuple[str, tuple[Endnote, ...]]:
    """The HTML with its footnotes where they are first called; the ones that must become endnotes."""
    root = parse(html)
    ends = footnotes.place(root, notes, lambda text: prepared(text, composer))
    return serialize(root), ends
