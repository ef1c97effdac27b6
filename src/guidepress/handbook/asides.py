"""Asides: short ones in the notes column, longer ones as a box in the text.

A float taller than the rest of its page is cut without a word in the log, so only short ones float.
"""

from __future__ import annotations

from lxml.html import HtmlElement

from guidepress.book.model import Book
from guidepress.content import walk
from guidepress.content.working import elements, has_class
from guidepress.handbook.composer import Composer

# Characters that stay well below a third of the page in a column of 46 mm.
LONGEST = 320
_BLOCKS = ("ul", "ol", "dl", "table", "pre", "figure", "img", "blockquote")
# What an aside in the margin may stand in.
_AROUND = ("div", "section", "body", "html")


def has_notes(book: Book) -> bool:
    """Whether a book has anything to put into a notes column."""
    return any(
        element.name == "aside"
        and "aside" in element.classes
        and len(walk.text(element.children)) <= LONGEST
        and next(walk.elements(element.children, *_BLOCKS), None) is None
        and all(one.name in _AROUND for one in above)
        for chapter in book.chapters()
        for element, above in walk.placed(chapter.body.nodes)
    )


def place(root: HtmlElement, composer: Composer) -> None:
    """Mark each aside as a margin note or as a box."""
    for aside in list(elements(root, "aside")):
        if not has_class(aside, "aside"):
            continue
        short = len(aside.text_content()) <= LONGEST
        plain = not any(True for _ in elements(aside, *_BLOCKS))
        free = all(parent.tag in _AROUND for parent in aside.iterancestors())
        in_margin = bool(composer.geometry.notes) and short and plain and free
        aside.set("class", "aside margin" if in_margin else "aside box")
