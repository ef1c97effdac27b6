"""How much of a folder of Markdown is in the guide that it becomes: `python tests/fidelity.py FOLDER`.

Each file is rendered twice: as it stands, the way GitHub reads it (markdown-it-py), and by guidepress as `guidepress
new --from` writes it. What both show is counted. A difference is explained by what the report of the adoption says of
the file, or by what guidepress reads and markdown-it-py does not; one that nothing explains is a fault.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import html as lxml_html
from lxml.html import HtmlElement
from markdown_it import MarkdownIt

from guidepress.markdown import convert
from guidepress.scaffold.books.adopting import Book, Wishes, read_book
from guidepress.scaffold.books.page import Page
from guidepress.scaffold.books.reading import read_page
from guidepress.scaffold.books.report import Fate, Report

KINDS = ("headings", "paragraphs", "list items", "code blocks", "table cells", "images", "links")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Part of the dialect that GitHub's Markdown, as markdown-it-py has it, knows nothing of.
_NATIVE = (
    ("footnotes", re.compile(r"\[\^[^\]\s]+\]")),
    ("definition lists", re.compile(r"^ {0,3}: {1,3}\S", re.MULTILINE)),
    ("abbreviations", re.compile(r"^\*\[[^\]]+\]:", re.MULTILINE)),
    ("admonitions", re.compile(r"^\s*!!! ?\w", re.MULTILINE)),
    ("blocks of slashes", re.compile(r"^\s*/{3,}", re.MULTILINE)),
    ("formulas", re.compile(r"\\\(|\\\[|```math")),
    ("attribute lists", re.compile(r"\{:|\{#")),
)


@dataclass(frozen=True)
class Difference:
    """What a file has `before` and `after`, of one kind, with the causes that are known."""

    file: str
    kind: str
    before: int
    after: int
    causes: tuple[str, ...]

    def __str__(self) -> str:
        causes = "; ".join(self.causes) or "NOTHING EXPLAINS IT"
        return f"{self.file}: {self.kind}: {self.before} -> {self.after} ({causes})"


@dataclass(frozen=True)
class Result:
    """The totals before and after by kind, and the differences."""

    before: Counter[str]
    after: Counter[str]
    differences: tuple[Difference, ...]

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        """Differences without a cause."""
        return tuple(one for one in self.differences if not one.causes)


def compare(folder: Path) -> Result:
    """Compare a folder with the guide that it becomes."""
    book = read_book(folder, Wishes(), lambda *_: None)
    renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    totals: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    differences: list[Difference] = []
    for name, page in book.pages.items():
        data = folder.joinpath(name).read_bytes()
        original = read_page(data, name, name, Report(), mdx=page.mdx)
        source = "\n".join(original.lines[original.start :])
        text = "\n".join(page.lines[page.start :])
        before = count(renderer.render(source))
        converted = convert("\n" + text, name).value
        assert converted is not None
        notes = "".join(note.content.html for note in converted.footnotes)
        after = count(converted.content.html + notes)
        causes = tuple(_causes(book, page, text))
        for kind in sorted({_kind(k) for k in before | after}):
            here = Counter({k: n for k, n in before.items() if _kind(k) == kind})
            there = Counter({k: n for k, n in after.items() if _kind(k) == kind})
            totals[0][kind] += here.total()
            totals[1][kind] += there.total()
            if here != there:
                differences.append(Difference(name, kind, here.total(), there.total(), causes))
    return Result(*totals, tuple(differences))


def _kind(key: str) -> str:
    return key.partition(" at ")[0]


def count(html: str) -> Counter[str]:
    """What a rendering shows: headings and list items by their depth, the rest by number."""
    root = lxml_html.fromstring(f"<div>{html}</div>")
    found: Counter[str] = Counter()
    levels = sorted({e.tag for e in root.iter(*_HEADINGS)})
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        classes = (element.get("class") or "").split()
        if element.tag in _HEADINGS:
            found[f"headings at {levels.index(element.tag) + 1}"] += 1
        elif element.tag == "p" and not {"admonition-title", "box-title"} & set(classes):
            found["paragraphs"] += bool(element.text_content().strip() or len(element))
        elif element.tag == "li":
            depth = sum(1 for e in element.iterancestors() if e.tag in ("ul", "ol"))
            found[f"list items at {depth}"] += 1
        elif element.tag == "pre":
            found["code blocks"] += 1
        elif element.tag in ("td", "th"):
            found["table cells"] += 1
        elif element.tag == "img":
            found["images"] += 1
        elif element.tag == "a" and _leads(element):
            found["links"] += 1
    return found


def _leads(link: HtmlElement) -> bool:
    """Whether it is a link with words of its own: bare addresses are links for GitHub, but not for the renderer."""
    address = link.get("href") or link.get("data-href")
    if address is None or any(
        "footnote-ref" in (e.get("class") or "") for e in link.iterancestors()
    ):
        return False
    words = "".join(link.text_content().split())
    return words not in (address, re.sub(r"^\w+:(//)?", "", address))


def _causes(book: Book, page: Page, text: str) -> Iterator[str]:
    """What the report says of a file, and what of its text guidepress alone reads."""
    for fate in Fate:
        for what, places in book.report.places(fate).items():
            lines = sorted({line for file, line in places if file == page.name})
            if lines:
                yield f"{what}, line {', '.join(map(str, lines))}" if any(lines) else what
    code = {at for at, hidden in enumerate(page.code) if hidden}
    prose = "\n".join(line for at, line in enumerate(page.lines) if at not in code)
    for name, pattern in _NATIVE:
        if pattern.search(prose):
            yield f"guidepress reads {name}"


def main(folder: Path) -> int:
    """Print the table and the differences; 1 if one of them is not explained."""
    result = compare(folder)
    print(f"{'':14}{'source':>8}{'guide':>8}")
    for kind in KINDS:
        print(f"{kind:14}{result.before[kind]:8}{result.after[kind]:8}")
    for difference in result.differences:
        print(difference)
    print(f"{len(result.differences)} differences, {len(result.unexplained)} without a cause")
    return 1 if result.unexplained else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
