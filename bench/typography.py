"""What a finished handbook measures, as a typesetter would measure it: word spaces, hyphens, use of the paper.

Judges pages only: a line is justified where it ends at the edge that the lines of its page have in common and is not
the last of its paragraph. Running text is what stands in paragraphs, lists and boxes in the size of the body: the one
that most letters of paragraphs have. Smaller print (questions, answers, the glossary, columns) is none. The text block
is as wide as running text, and where a column stands beside that for notes, tables and code, as wide as both.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median

from bench.printed import Block, Line, Sheet, sheets
from guidepress.pdf.space import Box

# Lines that end so close to the edge, in points, end at it; punctuation may hang beyond it.
_AT_EDGE, _HANGING = 0.6, 5.0
# Lines that make an edge, and the share of its lines that end there in a justified paragraph; others end at breaks.
_COMMON, _MOSTLY = 3, 0.6
_HYPHENS = "-\u2010\u00ad"
# A capital after a small letter: the name of a product, which is written in one piece.
_NAME = re.compile(r"[^\W\d_]*[a-z][A-Z][^\W\d_]*")
# What two boxes of text may have in common, in points, before they overlap.
_TOUCHING = 1.0
# Sizes so close to the body's, as a share of it, are the body's: letters are fitted by 3 %.
_FITTED = 0.035
# How much lower a box ends that has the last line of the page in it, in points.
_TAIL = 3.0
# What holds running text, among the kinds of blocks.
_RUNNING = frozenset(("prose", "list"))
# Where figures are as high as capitals.
_HIGH_FIGURES = frozenset(("head", "caption", "table"))
# What the names of the head of a chapter's review questions end with, and those of the questions begin with.
_REVIEW, _QUESTION = "--review", "card-"
# Pages of running text are half full of it at least, and have nothing but that and headings in so many of their lines.
_HALF, _PROSE = 0.5, 0.9
# A column beside the text is one where such a share of the pages with running text uses it, and widens them so much.
_USED, _WIDER = 0.25, 1.15


@dataclass(frozen=True, slots=True)
class Place:
    """A line on a page, by the page's number in the file, from 1."""

    page: int
    text: str


@dataclass(slots=True)
class Lines:
    """The justified lines: the ratios of their word spaces to the font's, and how many end in a hyphen.

    `ladders` counts runs of such lines by their length; `broken_names` are names of products that a line ends in;
    `pieces` counts last lines that are the rest of a hyphenated word.
    """

    ratios: list[float] = field(default_factory=list)
    hyphened: int = 0
    ladders: Counter[int] = field(default_factory=Counter)
    broken_names: list[str] = field(default_factory=list)
    pieces: int = 0
    loosest: list[tuple[float, Place]] = field(default_factory=list)

    def share(self, *, over: float = 0.0, under: float = float("inf")) -> float:
        """The share of lines whose ratio is over one number and under another."""
        chosen = sum(over < ratio < under for ratio in self.ratios)
        return chosen / len(self.ratios) if self.ratios else 0.0

    def count(self, *, over: float) -> int:
        """How many lines have wider spaces than so many of the font's."""
        return sum(ratio > over for ratio in self.ratios)

    @property
    def hyphens(self) -> float:
        """The share of lines that end in a hyphen."""
        return self.hyphened / len(self.ratios) if self.ratios else 0.0


@dataclass(slots=True)
class Pages:
    """How the paper is used: `fills` are those of pages with something on them, from 0 to 1; `half_titles`
    are pages of a section of one text alone.

    `inner_short` are pages under 85 % full whose section goes on behind them. `facing` are the pairs of facing pages
    with running text inside of a section, `level` those that end within a line of each other. `prose` are the pages of
    running text, `words` the median of the words on each; `holds` are the words that a page full of it has. `review`
    are the pages with review questions, from their head to the end of its section, and `continued` how many begin on
    each of these that does not have the head.
    """

    count: int = 0
    blank: int = 0
    fills: list[float] = field(default_factory=list)
    half_titles: int = 0
    inner_short: list[int] = field(default_factory=list)
    facing: int = 0
    level: int = 0
    block_share: float = 0.0
    prose: list[int] = field(default_factory=list)
    words: float = 0.0
    holds: float = 0.0
    review: list[int] = field(default_factory=list)
    continued: list[int] = field(default_factory=list)

    @property
    def fill(self) -> float:
        """The mean of how full the pages are."""
        return fmean(self.fills) if self.fills else 0.0

    @property
    def under_quarter(self) -> int:
        """The pages under a quarter full, but for those of one text that are a section of their own: half-titles."""
        return sum(fill < 0.25 for fill in self.fills) - self.half_titles


@dataclass(slots=True)
class Typography:
    """All that is measured of one PDF. `turned_for` are the captions that readers of a book printed on both sides turn
    the page for: what names them is on the other side of the sheet.
    """

    lines: Lines
    pages: Pages
    straight: list[Place]
    overlaps: list[tuple[Place, Place]]
    on_grid: float
    index_entries: float
    old_style: list[Place]
    turned_for: list[Place]


def measure(path: Path) -> Typography:
    """Read a handbook and measure it."""
    read = sheets(path)
    pages = _pages(read)
    return Typography(
        lines=_lines(read),
        pages=pages,
        straight=list(_straight(read)),
        overlaps=list(_overlaps(read)),
        on_grid=_on_grid(read),
        index_entries=_index(read),
        old_style=list(_old_style(read)),
        turned_for=list(_turned_for(read)),
    )


def _paragraphs(sheet: Sheet) -> Iterator[list[Line]]:
    """The lines of each paragraph of prose on a page, in order."""
    found: dict[int, list[Line]] = defaultdict(list)
    for line in sheet.lines:
        if line.block is not None and line.block.kind == "prose" and not line.code:
            found[line.block.number].append(line)
    yield from found.values()


def _edges(sheet: Sheet) -> list[float]:
    """Where lines of the page's paragraphs end in common."""
    ends = Counter(
        round(line.box[2] * 2) / 2 for lines in _paragraphs(sheet) for line in lines[:-1]
    )
    return [end for end, count in ends.items() if count + ends[end - 0.5] >= _COMMON]


def _lines(read: Sequence[Sheet]) -> Lines:
    found = Lines()
    last_of: dict[Block | None, Line] = {
        line.block: line for sheet in read for line in sheet.lines if line.block
    }
    words = Counter(
        word for s in read for line in s.lines for word in re.findall(r"[^\W\d_]+", line.text)
    )
    for number, sheet in enumerate(read, 1):
        edges = _edges(sheet)
        for lines in _paragraphs(sheet):
            run = 0
            inner = [line for line in lines if line is not last_of[line.block]]
            if sum(_ends_at(line, edges) for line in inner) < _MOSTLY * len(inner):
                continue
            for line, following in zip(lines, [*lines[1:], None], strict=True):
                hyphened = False
                if line is not last_of[line.block] and _ends_at(line, edges):
                    found.ratios.append(line.ratio)
                    found.loosest.append((line.ratio, Place(number, line.text)))
                    hyphened = line.text.rstrip()[-1:] in _HYPHENS
                if hyphened:
                    run += 1
                    found.broken_names += _broken_name(line, following, words)
                    found.pieces += _is_piece(following) and following is last_of[line.block]
                found.hyphened += hyphened
                if not hyphened or following is None:
                    found.ladders[run] += run > 1
                    run = 0
    found.loosest = sorted(found.loosest, key=lambda one: -one[0])[:20]
    return found


def _is_piece(line: Line | None) -> bool:
    """Whether there is less than one word on a line, below one that ends in a hyphen."""
    return line is not None and len(line.text.split()) == 1


def _ends_at(line: Line, edges: Iterable[float]) -> bool:
    hanging = line.text.rstrip()[-1:] in _HYPHENS + ".,;:’”»"
    beyond = _HANGING if hanging else _AT_EDGE
    return any(edge - _AT_EDGE <= line.box[2] <= edge + beyond for edge in edges)


def _broken_name(line: Line, following: Line | None, words: Counter[str]) -> list[str]:
    start = re.search(r"[^\W\d_]+(?=[-\u2010\u00ad]\s*\Z)", line.text)
    end = re.match(r"[^\W\d_]+", following.text) if following is not None else None
    if not start or not end or not _NAME.fullmatch(start[0] + end[0]):
        return []
    if end[0][0].isupper() and start[0] + end[0] not in words:
        # A compound with a hyphen of its own.
        return []
    return [f"{start[0]}-{end[0]}"]


def _straight(read: Sequence[Sheet]) -> Iterator[Place]:
    """Straight quotation marks and apostrophes outside code, one a mark."""
    for number, sheet in enumerate(read, 1):
        for line in sheet.lines:
            for _ in re.findall("[\"']", line.plain):
                yield Place(number, line.text)


def _old_style(read: Sequence[Sheet]) -> Iterator[Place]:
    """Lines of headings, captions, tables and margins with figures that are not as high as capitals."""
    for number, sheet in enumerate(read, 1):
        for line in sheet.lines:
            if line.old_style and (line.block is None or line.block.kind in _HIGH_FIGURES):
                yield Place(number, line.text)


def _overlaps(read: Sequence[Sheet]) -> Iterator[tuple[Place, Place]]:
    """Lines of text that are painted over each other."""
    for number, sheet in enumerate(read, 1):
        # From the top, so that only a few lines stand beside or under each.
        lines = sorted(sheet.lines, key=lambda line: -line.box[3])
        for index, line in enumerate(lines):
            for other in lines[index + 1 :]:
                if other.box[3] < line.box[1] + _TOUCHING:
                    break
                if _overlap(line.box, other.box) and any(
                    _overlap(one, two) for one in line.pieces for two in other.pieces
                ):
                    yield Place(number, line.text), Place(number, other.text)


def _overlap(one: Box, other: Box) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > _TOUCHING and high > _TOUCHING


def _pages(read: Sequence[Sheet]) -> Pages:
    found = Pages(len(read))
    shown = [sheet.extent for sheet in read if sheet.extent is not None]
    found.blank = len(read) - len(shown)
    if not shown:
        return found
    top = _quantile([box[3] for box in shown], 0.95)
    bottom = _quantile([box[1] for box in shown], 0.05)
    for number, sheet in enumerate(read, 1):
        if sheet.extent is None:
            continue
        fill = min(max((top - sheet.extent[1]) / max(top - bottom, 1), 0.0), 1.0)
        found.fills.append(fill)
        alone = sum(other.section == sheet.section for other in read) == 1
        if fill < 0.25 and alone and len({line.block for line in sheet.lines if line.block}) == 1:
            found.half_titles += 1
        following = read[number].section if number < len(read) else None
        if fill < 0.85 and sheet.section is not None and following == sheet.section:
            found.inner_short.append(number)
    _use(found, read, top - bottom)
    _reviewed(found, read)
    return found


def _use(found: Pages, read: Sequence[Sheet], high: float) -> None:
    """What the pages of running text hold, and how much of the paper its block is; `high` is the block's height."""
    size, lead = _body(read)
    if not lead:
        return
    running = [[line for line in sheet.lines if _is_running(line, size)] for sheet in read]
    for left in _facing(read):
        if running[left] and running[left + 1]:
            found.facing += 1
            found.level += abs(read[left].foot - read[left + 1].foot) <= lead + _TAIL
    words = []
    for number, (sheet, lines) in enumerate(zip(read, running, strict=True), 1):
        heads = [line for line in sheet.lines if line.block and line.block.kind == "head"]
        held = [line for line in sheet.lines if line.block and not _is_mark(line)]
        text = len(lines) + len(heads)
        if len(lines) * lead >= _HALF * high and text >= _PROSE * len(held):
            found.prose.append(number)
            words.append(sum(len(line.text.split()) for line in held))
    if words:
        found.words = median(words)
    broad = [
        line for lines in running for line in lines if line.block and line.block.kind == "prose"
    ]
    if broad:
        edges = Counter(round(line.box[2] - line.box[0]) for line in broad)
        wide = max(width for width, count in edges.items() if count >= max(edges.values()) / 2)
        wide = _with_column(wide, [read[at] for at, lines in enumerate(running) if lines])
        left, low, right, top = read[0].trim
        found.block_share = wide * high / ((right - left) * (top - low))
        of_line = fmean(len(line.text.split()) for line in broad)
        found.holds = of_line * (int(high / lead) + 1)


def _with_column(wide: float, read: Sequence[Sheet]) -> float:
    """The width of the text and of the column beside it, where there is one in use; else that of the text, `wide`."""
    extents = [sheet.extent[2] - sheet.extent[0] for sheet in read if sheet.extent is not None]
    wider = [extent for extent in extents if extent > wide * _WIDER]
    return _quantile(wider, 0.9) if len(wider) > len(extents) * _USED else wide


def _reviewed(found: Pages, read: Sequence[Sheet]) -> None:
    """Find the pages of review questions, which end a section."""
    asking: int | None = None
    for number, sheet in enumerate(read, 1):
        if any(name.endswith(_REVIEW) for name in sheet.anchors):
            asking = sheet.section
        elif asking is not None and sheet.section == asking:
            begun = [name for name in sheet.anchors if name.startswith(_QUESTION)]
            found.continued.append(len(begun))
        else:
            continue
        found.review.append(number)


def _facing(read: Sequence[Sheet]) -> Iterator[int]:
    """The places of left pages whose section goes on behind the right one; the first page of a book is a right one."""
    for left in range(1, len(read) - 2, 2):
        sections = {sheet.section for sheet in read[left : left + 3]}
        if len(sections) == 1 and None not in sections:
            yield left


def _turned_for(read: Sequence[Sheet]) -> Iterator[Place]:
    """The captions that are overleaf from all that names them in their section, and not far behind some of it."""
    if not _is_mirrored(read):
        return
    naming: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, sheet in enumerate(read):
        for goal, words in sheet.links:
            if sheet.section == read[goal].section:
                naming[goal, _flat(words)].append(place)
    for (goal, words), places in naming.items():
        facing = goal - 1 if goal % 2 == 0 else goal + 1
        if goal in places or facing in places or not any(0 < goal - at <= 2 for at in places):
            continue
        for line in read[goal].lines:
            captioned = line.block is not None and line.block.kind == "caption"
            if captioned and _flat(line.text).startswith(words):
                yield Place(goal + 1, line.text)


def _is_mirrored(read: Sequence[Sheet]) -> bool:
    """Whether text begins elsewhere on left pages than on right ones, as where both sides of the paper are printed."""
    edges: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
    for place, sheet in enumerate(read):
        edges[place % 2].update(
            round(line.box[0]) for lines in _paragraphs(sheet) for line in lines
        )
    most = [found.most_common(1)[0][0] for found in edges if found]
    return len(most) == 2 and abs(most[0] - most[1]) > _TOUCHING


def _flat(text: str) -> str:
    return " ".join(text.split())


def _body(read: Sequence[Sheet]) -> tuple[float, float]:
    """The size of running text and the distance of its lines, 0 where there is none."""
    letters: Counter[float] = Counter()
    for sheet in read:
        for lines in _paragraphs(sheet):
            for line in lines:
                letters[round(line.size * 2) / 2] += len(line.text)
    if not letters:
        return 0.0, 0.0
    size = letters.most_common(1)[0][0]
    steps: Counter[float] = Counter()
    for sheet in read:
        for lines in _paragraphs(sheet):
            inner = [line.base for line in lines if _is_running(line, size)]
            steps.update(round(one - other, 2) for one, other in pairwise(inner))
    return size, next((step for step, _ in steps.most_common(1) if step > 0), 0.0)


def _is_running(line: Line, size: float) -> bool:
    """Whether a line is one of running text, set in the size of the body."""
    if line.block is None or line.code or line.block.kind not in _RUNNING or _is_mark(line):
        return False
    return abs(line.size - size) <= max(size * _FITTED, 0.26)


def _quantile(values: Sequence[float], at: float) -> float:
    ordered = sorted(values)
    return ordered[round(at * (len(ordered) - 1))]


def _is_mark(line: Line) -> bool:
    """Whether a line is the mark of an item of a list."""
    return line.block is not None and line.block.roles[-1] == "LI"


def _on_grid(read: Sequence[Sheet]) -> float:
    """The share of lines of running text that stand on the lines of the page that most others stand on."""
    size, lead = _body(read)
    if not lead:
        return 0.0
    phases = [line.base % lead for sheet in read for line in sheet.lines if _is_running(line, size)]
    common, _ = Counter(round(phase * 4) / 4 for phase in phases).most_common(1)[0]
    near = (min(abs(phase - common), lead - abs(phase - common)) for phase in phases)
    return sum(off <= 0.3 for off in near) / len(phases)


def _index(read: Sequence[Sheet]) -> float:
    """The lines with links of the last section, an entry each, for each page before it; 0 where that is no index."""
    last = max((sheet.section for sheet in read if sheet.section is not None), default=None)
    blocks = {
        line.block
        for sheet in read
        if sheet.section == last
        for line in sheet.lines
        if line.block is not None
    }
    entries = [block for block in blocks if block.linked]
    before = sum(sheet.extent is not None and sheet.section != last for sheet in read)
    if not before or len(entries) < len(blocks) / 2:
        return 0.0
    return len(entries) / before
