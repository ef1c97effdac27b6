"""What becomes of a section, in a process that needs to know nothing of the book, and what is expected of its pages.

They have all its words and formulas, and no heading at their foot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import html as lxml_html
from lxml.html import HtmlElement

from guidepress.pdf import Fragment, Section, compile_section, turned
from guidepress.pdf.proof import (
    STRETCH,
    Loss,
    formulas_of,
    lost,
    normal,
    normals,
    texts_of,
    undrawn,
)
from guidepress.pdf.skimming import Seen, skim_pages

# The class of figures that may stand below the text that follows them.
FLOATS = "floats"
_HEADINGS = ("h1", "h2", "h3", "h4")


@dataclass(frozen=True, slots=True)
class Stranded:
    """A heading at the foot of a page, its text on the next."""

    line: int
    title: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What reading a fragment back has shown; nothing where all is well.

    `turned` are the losses once its pages are turned to the other side.
    """

    losses: tuple[Loss, ...] = ()
    turned: tuple[Loss, ...] = ()
    stranded: tuple[Stranded, ...] = ()


@dataclass(frozen=True, slots=True)
class Compiled:
    """A section's HTML, the fragment it became, and what reading the fragment back has shown."""

    html: str
    fragment: Fragment
    proof: Proof

    def turned(self) -> Compiled:
        """The section as it is on the other side of the paper, to which its fragment can be turned."""
        proof = replace(self.proof, losses=self.proof.turned)
        return replace(self, fragment=turned(self.fragment), proof=proof)


def compile_and_prove(section: Section) -> Compiled:
    """Compile a section and read it back; a pure function, run in any process. Raises what `compile_section` does."""
    fragment = compile_section(section)
    return Compiled(section.html, fragment, prove(section.html, fragment))


def prove(html: str, fragment: Fragment) -> Proof:
    """Compare the text of a section's HTML with the text on its pages."""
    root = lxml_html.document_fromstring(html)
    pages, losses = _seen(root, fragment, "both")
    on_other: tuple[Loss, ...] = ()
    if losses and fragment.turns:
        # Perhaps on one side only.
        pages, losses = _seen(root, fragment, "laid out")
        _, on_other = _seen(root, fragment, "turned")
    return Proof(losses, on_other, tuple(_stranded(root, fragment, pages)))


def _seen(root: HtmlElement, fragment: Fragment, where: Seen) -> tuple[list[str], tuple[Loss, ...]]:
    """The normalized text of each page, and what is lost on them."""
    formulas = list(formulas_of(root))
    prints = skim_pages(fragment, where, formulas=bool(formulas))
    pages = normals([page.text for page in prints])
    drawn = (page.formulas for page in prints)
    return pages, (*lost(texts_of(root), pages), *undrawn(formulas, drawn))


def _stranded(root: HtmlElement, fragment: Fragment, pages: Sequence[str]) -> Iterator[Stranded]:
    """Headings whose following text begins on the next page."""
    for heading in root.iter(*_HEADINGS):
        anchor = fragment.anchors.get(heading.get("id") or "")
        following = _text_after(heading)
        if following != (beyond := _text_after(heading, moved=True)):
            # A figure may have moved below the text that it stands before.
            following = (
                beyond if anchor and beyond[: 2 * STRETCH] in pages[anchor.page] else following
            )
        if anchor is None or len(following) < STRETCH or anchor.page + 1 >= len(pages):
            continue
        start = following[: 2 * STRETCH]
        if start not in pages[anchor.page] and start in pages[anchor.page + 1]:
            line = next(
                (
                    a.get("data-line")
                    for a in [heading, *heading.iterancestors()]
                    if a.get("data-line")
                ),
                "0",
            )
            yield Stranded(int(line), " ".join(heading.text_content().split()))


def _text_after(heading: HtmlElement, *, moved: bool = False) -> str:
    """The normalized text that begins after a heading, or where figures have `moved` that of running text."""
    after = heading.tail or ""
    for element in heading.itersiblings():
        if moved and FLOATS in (element.get("class") or "").split():
            continue
        after += "".join(t.words for t in texts_of(element))
        if normal(after):
            break
    return normal(after)
