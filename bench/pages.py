"""Measure the pages of handbooks, beside what a publisher would want of them.

    python -m bench.pages [HANDBOOK.pdf | GUIDE …]

Without any, the file in build/. The handbook of a guide is made, in this process, and the lines of its paragraphs that
were left to WeasyPrint are counted by the reason.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.raw import prepared
from bench.typography import Typography, measure
from guidepress.handbook.press import metadata
from guidepress.pdf import Placement, compile_section, link, paginate
from guidepress.pdf.engine.paragraphs import COUNTS

ROOT = Path(__file__).parents[1]
# What is measured, what it is, what it should be, and whether it is that.
Row = tuple[str, str, str, bool]


def main(paths: Sequence[Path]) -> int:
    """Print a table for each file or guide; 1 where there is a figure that is not as wanted."""
    fails = 0
    for path in paths or [ROOT / "build" / "handbook.pdf"]:
        counts: Counter[str] = Counter()
        with tempfile.TemporaryDirectory(prefix="guidepress-bench-") as folder:
            if path.is_dir():
                file = Path(folder) / "handbook.pdf"
                counts = press(path, file)
            else:
                file = path
            found = measure(file)
        table = list(rows(found))
        fails += sum(not fine for *_, fine in table)
        print(f"{path}\n\n{render(table)}")
        print(*worst(found), *set_lines(counts), sep="\n")
    return 1 if fails else 0


def press(folder: Path, file: Path) -> Counter[str]:
    """Make the handbook of a guide; returns how its justified lines and headings were set, and how many."""
    ready = prepared(folder)
    before = COUNTS.copy()
    fragments = {
        draft.name: compile_section(
            draft.section(draft.filled(None), ready.styles[draft.tab], ready.files)
        )
        for draft in ready.drafts
    }
    counts = COUNTS - before
    placements = [
        Placement(fragments[draft.name], draft.numbering, draft.first, draft.recto)
        for draft in ready.drafts
    ]
    book = ready.composer.book
    linked = link(placements, paginate(placements), metadata(book), files=ready.files)
    file.write_bytes(linked.pdf)
    return counts


def set_lines(counts: Counter[str]) -> Iterator[str]:
    """How many lines were set in each way, or left for each reason."""
    total = counts.total()
    for how, count in counts.most_common():
        yield f"{_share(count / total):>8} of {total:,} justified lines and headings: {how}"


def rows(found: Typography) -> Iterator[Row]:
    """The figures of a handbook, each with its target."""
    lines, pages = found.lines, found.pages
    over = lines.share(over=1.5)
    yield "justified lines", f"{len(lines.ratios):,}", "", True
    yield "… word spaces over 1.5 of natural", _share(over), "< 2.5 %", over < 0.025
    wide = lines.share(over=1.25)
    yield "… over 1.25", _share(wide), "< 10 %", wide < 0.1
    for limit in (2.0, 2.5):
        count = lines.count(over=limit)
        yield f"… over {limit:g}", f"{count}", "0", not count
    shrunk = lines.share(under=0.99)
    yield "… under 1", _share(shrunk), "some", shrunk > 0
    tight = lines.share(under=0.79)
    yield "… under 0.8", _share(tight), "0 %", not tight
    hyphens = lines.hyphens
    yield "… ending in a hyphen", _share(hyphens), "<= 5 %", hyphens <= 0.05
    two, three = lines.ladders[2], sum(lines.ladders[n] for n in lines.ladders if n > 2)
    yield "ladders of two hyphens", f"{two}", "<= 2", two <= 2
    yield "ladders of three and more", f"{three}", "0", not three
    yield "last lines of a piece of a word", f"{lines.pieces}", "<= 2", lines.pieces <= 2
    names = len(lines.broken_names)
    yield "names of products broken", f"{names}", "0", not names
    straight = len(found.straight)
    yield "straight quotation marks outside code", f"{straight}", "0", not straight
    old = len(found.old_style)
    yield "old-style figures in headings, captions, tables, margins", f"{old}", "0", not old
    few = f"words on a page of running text ({len(pages.prose)} pages)"
    yield few, f"{pages.words:.0f}", ">= 320", pages.words >= 320
    yield "words that a page full of it holds", f"{pages.holds:.0f}", "", True
    block = pages.block_share
    yield "text block's share of the paper", _share(block), ">= 58 %", block >= 0.58
    blank = pages.blank / max(pages.count, 1)
    yield f"blank pages of {pages.count}", _share(blank), "<= 2 %", blank <= 0.02
    quarter = pages.under_quarter
    yield "pages under 25 % full", f"{quarter}", "0", not quarter
    yield "mean fill", _share(pages.fill), ">= 90 %", pages.fill >= 0.9
    short = len(pages.inner_short)
    yield "pages inside a chapter under 85 % full", f"{short}", "0", not short
    asking = len(pages.review) / max(pages.count, 1)
    yield "pages with review questions", _share(asking), "<= 12 %", asking <= 0.12
    fewest = min(pages.continued, default=4)
    yield "fewest questions on a page that goes on with them", f"{fewest}", ">= 4", fewest >= 4
    level = pages.level / pages.facing if pages.facing else 1.0
    facing = f"facing pages that end within a line of each other ({pages.facing} pairs)"
    yield facing, _share(level), ">= 90 %", level >= 0.9
    yield "lines of prose on the grid", _share(found.on_grid), ">= 90 %", found.on_grid >= 0.9
    turned = len(found.turned_for)
    yield "captions overleaf from the text that names them", f"{turned}", "0", not turned
    overlaps = len(found.overlaps)
    yield "lines of text over each other", f"{overlaps}", "0", not overlaps
    index = found.index_entries
    yield "index: entries a page", f"{index:.1f}", ">= 4", index >= 4


def render(table: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    head = "| measured | now | wanted | |\n|---|--:|--:|---|\n"
    return head + "".join(
        f"| {what} | {now} | {wanted} | {'' if fine else 'no'} |\n"
        for what, now, wanted, fine in table
    )


def worst(found: Typography) -> Iterator[str]:
    """The places that the figures come from, a few of each kind."""
    for ratio, place in found.lines.loosest[:5]:
        yield f"loose {ratio:.2f}  p. {place.page}  {place.text}"
    for name in sorted(set(found.lines.broken_names)):
        yield f"broken name  {name}"
    for place in found.straight[:10]:
        yield f"straight mark  p. {place.page}  {place.text}"
    for place in found.old_style[:10]:
        yield f"old-style figures  p. {place.page}  {place.text}"
    for number in found.pages.inner_short:
        yield f"short page  p. {number}"
    for place in found.turned_for:
        yield f"overleaf  p. {place.page}  {place.text}"
    for one, other in found.overlaps[:10]:
        yield f"overlap  p. {one.page}  {one.text!r} and {other.text!r}"


def _share(value: float) -> str:
    return f"{value * 100:.1f} %"


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
