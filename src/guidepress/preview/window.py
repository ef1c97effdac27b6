"""The pages around an edit, to be laid out before the rest of their chapter.

A chapter of twenty pages takes more than a second, and whoever saved it looks at one of them. What stands before a page
does not depend on what is on it, so the chapter can be laid out from the last page that begins with a block of its
own, up to the last page of the edit; text of the page after it is there for what it may have to give. Mostly these
pages are final; where they are not, as where a float moves, the chapter as a whole is shown right after them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from guidepress.pdf import Beginning, Excerpt, Fragment, Section

# Further back, most of a chapter would be laid out twice.
_BACK = 8
_LINE = re.compile(r' data-line="\d*"')


@dataclass(frozen=True, slots=True)
class Window:
    """A section without what is before and after some pages of it.

    `first` is the number in the section, from 0, of the first page that may look otherwise, `count` how many are to be
    shown from it on, and `edited` that of the page with the edit. In what is laid out, `skipped` pages come before
    them. Unless it `begins` as the section does, empty pages among these make the next a left or a right one that is
    not the first, `blank` of them; where it is `cut`, the last page is not complete. The first page with text begins as
    `beginning` says, where it is in the midst of a block.
    """

    html: str
    first: int
    count: int
    edited: int
    skipped: int
    begins: bool
    cut: bool
    blank: int = 0
    beginning: Beginning | None = None

    def excerpt(self, section: Section) -> Excerpt:
        """These pages, of a section of their HTML."""
        return Excerpt(
            section, self.skipped, self.count, self.cut, self.blank, beginning=self.beginning
        )


def window(
    before: str,
    now: str,
    fragment: Fragment,
    verso: bool = False,
    beginnings: Sequence[Beginning | None] = (),
) -> Window | None:
    """The pages around what differs in two versions of a section, of which `fragment` is the one `before`.

    The section begins on a left-hand page if `verso`; where pages are skipped, what is laid out begins on a right one.
    `beginnings` are those of the pages of `fragment`, as far as they are known.

    None where all of the section has to be laid out, or no block of it differs.
    """
    old = _blocks(lxml_html.document_fromstring(before))
    tree = lxml_html.document_fromstring(now)
    new = _blocks(tree)
    extents = _extents(old, fragment)
    if extents is None:
        return None
    first, last = _difference([_text(b) for b in old], [_text(b) for b in new])
    if first == len(old) == len(new):
        return None
    edited = extents[min(first, len(extents) - 1)][0]
    reaches = _reaches(extents, old, fragment)
    # What was at the head of a page may have found room on the one before.
    seen = edited - (first > 0 and edited > 0 and reaches[first - 1] < edited)
    start = _start(extents, reaches, first, edited)
    page = extents[start][0] if start else 0
    beginning = None
    for at, (place, one) in _inside(old, extents, reaches, first, seen, beginnings):
        if start is None or at > page:
            start, page, beginning = place, at, one
        break
    if start is None:
        return None
    seen = max(seen, page)
    # So many blocks at the end begin after the page that follows the one on which the edit ends. A figure before
    # them may do so too: text passes it.
    until = len(old) - last
    ending = extents[until - 1][1] if until > first else edited
    kept = [at for at in range(until, len(extents)) if extents[at][0] <= ending + 1]
    after = len(extents) - 1 - max(kept, default=until - 1)
    blank = 2 - (page + verso) % 2 if start else 0
    if start:
        _drop_before(new[start])
        if beginning is None:
            # As at the top of a page, where the engine drops it.
            new[start].set("style", f"{new[start].get('style') or ''}; margin-top: 0")
        else:
            line = new[start].get("data-line") or ""
            beginning = replace(beginning, line=int(line))
    if after:
        _drop_after(new[len(new) - after - 1])
    _put_pages(tree, blank)
    text = str(lxml_html.tostring(tree, encoding="unicode", doctype="<!DOCTYPE html>"))
    return Window(
        text,
        first=seen,
        count=ending - seen + 1,
        edited=edited,
        skipped=blank + seen - page,
        begins=not start,
        cut=bool(after),
        blank=blank,
        beginning=beginning,
    )


def _blocks(tree: HtmlElement) -> list[HtmlElement]:
    """The blocks that have a line of the source and are in no other such block."""
    found = tree.xpath("//*[@data-line][not(ancestor::*[@data-line])]")
    return [cast("HtmlElement", one) for one in cast("list[object]", found)]


def _text(block: HtmlElement) -> str:
    """A block without the numbers of its lines, which an edit before it changes."""
    return _LINE.sub("", str(etree.tostring(block, encoding="unicode", with_tail=False)))


def _extents(blocks: Sequence[HtmlElement], fragment: Fragment) -> list[tuple[int, int]] | None:
    """The first and the last page of each block; None where one of them is nowhere."""
    pages: dict[int, list[int]] = {}
    for box in fragment.lines:
        pages.setdefault(box.line, []).append(box.page)
    found: list[tuple[int, int]] = []
    for block in blocks:
        own = pages.get(int(block.get("data-line") or 0))
        if not own:
            return None
        found.append((min(own), max(own)))
    return found or None


def _reaches(
    extents: Sequence[tuple[int, int]], blocks: Sequence[HtmlElement], fragment: Fragment
) -> list[int]:
    """The last page that has something of each block or of those before it: also of a footnote that found no room on
    the page of its call.
    """
    reaches: list[int] = []
    for (_, last), block in zip(extents, blocks, strict=True):
        names = (one.get("id") or "" for one in block.iter() if isinstance(one.tag, str))
        places = (fragment.anchors[name].page for name in names if name in fragment.anchors)
        reaches.append(max((last, *reaches[-1:], *places)))
    return reaches


def _difference(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many blocks are the same at the start, and how many at the end."""
    most = min(len(old), len(new))
    start = next((i for i in range(most) if old[i] != new[i]), most)
    end = next((i for i in range(most - start) if old[-1 - i] != new[-1 - i]), most - start)
    return start, end


def _start(
    extents: Sequence[tuple[int, int]], reaches: Sequence[int], edited: int, page: int
) -> int | None:
    """The last block before the one that is `edited` with which a page begins; 0 for the section as a whole.

    Nothing of what is before it may be on that page, and nothing of what is after it on one before.
    """
    begins = [begin for begin, _ in extents]
    for at in range(min(edited, len(extents)) - 1, 0, -1):
        if page - begins[at] > _BACK:
            return None
        if reaches[at - 1] < begins[at] == min(begins[at:]):
            return at
    return 0 if page <= _BACK else None


def _inside(
    blocks: Sequence[HtmlElement],
    extents: Sequence[tuple[int, int]],
    reaches: Sequence[int],
    edited: int,
    seen: int,
    beginnings: Sequence[Beginning | None],
) -> Iterator[tuple[int, tuple[int, Beginning]]]:
    """The pages up to one that begin in the midst of a block before the one that is `edited`, the last page first: each
    with the place of the block. Blocks before it have nothing on that page, and those after it none before.
    """
    lines = [int(block.get("data-line") or 0) for block in blocks]
    for page in range(min(seen, len(beginnings) - 1), 0, -1):
        beginning = beginnings[page]
        if beginning is None or lines.count(beginning.line) != 1:
            continue
        at = lines.index(beginning.line)
        parent = blocks[at].getparent()
        if (
            at < edited
            and parent is not None
            and parent.tag == "main"
            and all(reach < page for reach in reaches[at - 1 : at] if at)
            and extents[at][0] < page <= extents[at][1]
            and all(begin >= page for begin, _ in extents[at + 1 :])
        ):
            yield page, (at, beginning)


def _drop_before(block: HtmlElement) -> None:
    """Remove what is seen before a block, but not what it stands in."""
    for element in (block, *block.iterancestors()):
        neighbour = element.getprevious()
        for other in list(element.itersiblings(preceding=True)):
            if other.tag == "head":
                continue
            # A paragraph looks otherwise after a heading than after a paragraph; what is empty may set a running head.
            if other is neighbour and isinstance(other.tag, str):
                _hide(other)
            elif not isinstance(other.tag, str) or other.text_content().strip() or _pictured(other):
                _remove(other)


def _hide(element: HtmlElement) -> None:
    """Leave of an element what selectors for the next one may ask for: its name and its class."""
    if element.text_content().strip() or _pictured(element):
        kind, tail = element.get("class"), element.tail
        element.clear()
        element.tail = tail
        if kind is not None:
            element.set("class", kind)
        element.set("style", "display: none")


def _drop_after(block: HtmlElement) -> None:
    """Remove what comes after a block, but not what it stands in."""
    for element in (block, *block.iterancestors()):
        for other in list(element.itersiblings()):
            _remove(other)
        if element.getparent() is not None:
            element.tail = "\n"


def _pictured(element: HtmlElement) -> bool:
    return any(True for _ in element.iter("img", "svg", "hr", "table"))


def _remove(element: HtmlElement) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _put_pages(tree: HtmlElement, count: int) -> None:
    """Put empty pages in front."""
    body = tree.find("body")
    if body is None:
        return
    main = body.find("main")
    inner = body if main is None else main
    for _ in range(count):
        inner.insert(0, inner.makeelement("div", {"style": "break-after: page"}))
