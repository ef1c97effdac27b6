"""The body of a chapter on its way to paper: each pass takes the tree and changes one thing in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lxml.html import HtmlElement

from guidepress.book.model import Footnote
from guidepress.content import Code, Content, Element, Node, Text, islands
from guidepress.content.html import write
from guidepress.content.working import serialize, tree
from guidepress.handbook import (
    asides,
    boxes,
    code,
    figures,
    footnotes,
    formulas,
    references,
)
from guidepress.handbook.composer import Composer
from guidepress.handbook.footnotes import Endnote
from guidepress.layouts.sounds import give_codes
from guidepress.layouts.words import direction

Pass = Callable[[HtmlElement, Composer], None]


def mark_directions(root: HtmlElement, composer: Composer) -> None:
    """Code in a book from right to left, a passage in Arabic in one from left to right: each runs its own way."""
    islands.mark_directions(root, rtl=direction(composer.book.language) == "rtl")


def give_sounds(root: HtmlElement, composer: Composer) -> None:
    """A code behind each sound, where they are on the web."""
    give_codes(root, composer.book.audio_url)


# In this order: references first, so that what later passes move already carries its page numbers.
PASSES: tuple[Pass, ...] = (
    references.give_pages,
    code.set_code,
    give_sounds,
    figures.set_images,
    figures.set_tables,
    figures.let_move,
    asides.place,
    boxes.name_boxes,
    formulas.name_bookmarks,
    mark_directions,
)

# What none of them looks at.
_PLAIN = frozenset({"code", "em", "kbd", "li", "ol", "p", "strong", "sub", "sup", "ul"})


def prepared(content: Content, composer: Composer) -> str:
    """Authored content of any place as HTML, ready for print."""
    if not content:
        return ""
    if direction(composer.book.language) == "ltr" and _is_plain(content.nodes):
        html = write(content.nodes)
        if islands.runs_one_way(html):
            return html
    return serialize(working(content, composer))


def _is_plain(nodes: Sequence[Node]) -> bool:
    """Whether all that is in content is words that no pass changes, as nine of ten records and sides of cards have."""
    return all(
        type(node) is Text
        or (
            (type(node) is Element or type(node) is Code)
            and node.name in _PLAIN
            and (type(node) is Code or _is_plain(node.children))
        )
        for node in nodes
    )


def working(content: Content, composer: Composer) -> HtmlElement:
    """Authored content of any place as a tree, ready for print."""
    root = tree(content.nodes)
    apply_passes(root, composer)
    return root


def apply_passes(root: HtmlElement, composer: Composer) -> None:
    """Every pass, on a tree in place."""
    for step in PASSES:
        step(root, composer)


def place_notes(
    root: HtmlElement, notes: Sequence[Footnote], composer: Composer
) -> tuple[Endnote, ...]:
    """Put footnotes where they are first called; the ones that must become endnotes."""
    return footnotes.place(root, notes, lambda content: working(content, composer))
