"""The report: figures as Markdown, ratios first, the targets beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.figures import (
    BROKEN,
    PAINTED,
    PROOF,
    Copies,
    Deck,
    Figures,
    Handbook,
    Peer,
    Sheets,
)
from bench.peers import GUIDEPRESS_NAME, TYPST_NAME
from bench.trials import JOBS, RAW, TEXT

METHOD = """\
# Performance

What a build costs, against WeasyPrint alone on the same text, and what a deck costs against genanki alone. `./press
bench` measures and writes this file; nothing in it is an estimate. That takes three quarters of an hour on two
cores; `./press bench --help` says how to measure a part, or everything in small.

## Method

- **Raw** is `weasyprint book.html book.pdf --pdf-variant pdf/ua-1`: the whole text as one tagged document, from the
  very HTML and style sheets that guidepress composes (`bench/raw.py`), so lean code and lean styles help both. Page
  numbers are CSS's `target-counter`, as an author would write them; how much of the time is theirs shows, for the
  guide of this repository, the line "{text}". Raw has less to do: it reads no Markdown, prints no
  thumb tabs, checks nothing.
- **Cold** is `guidepress build --only handbook` with an empty cache; **no-op** the same once more; **one-word
  edit** after a word of the middle chapter changed; **growth** after the first chapter grew by a page, or by more
  where a blank page took it up, so that later page numbers change. These are builds with `--no-daemon`. **With the
  daemon** is a one-word edit that a daemon builds which has built the guide once before; its processor time counts, and
  its memory is what it holds when it has nothing to do any more (`bench/resident.py`). Each with 2
  jobs and with 1 (in the longest book
  with 1 job only once).
- **The guides** are the one of this repository, and synthetic ones (`bench/book.py`): code, tables, drawings,
  references, footnotes, an index and review questions, the same in every run.
- **Time** is that of the whole process from start to end; CPU is user and system time of all its processes.
  Subjects take turns, round by round, and each figure is the median of the rounds. A small build that is not
  counted comes first.
- **Personal copies** are `guidepress stamp` against the same line laid over each page by `qpdf --overlay` and by
  pikepdf's `add_overlay`, each copy from the book's file to the finished one.
- **Memory** is the peak of all processes of a build together: the sum of their PSS, which divides a shared page
  among those who share it, read from /proc every 50 ms, or less often where reading took 2 % of a core; or the peak
  RSS of the largest process, which the kernel knows exactly, where that is more.
"""
HOLDS = """\
## What holds the figures where they are

By profiles of single builds, and not measured anew by the bench.

**Cold.** Layout takes half of a section, painting a quarter, and no function has more than a twentieth: what is
done in shorter ways has a table of its own. Of the book of 444 pages 2 s pass before there is a section to lay
out (imports, reading, compiling, composing), in which the second core has nothing to do; 0.2 to 0.6 s at the
end belong to the last section. Two workers take 26 s of CPU time for what Typst, which is compiled, does in 7:
so it stays at three times Typst's time, where 2.7 was wanted. A first section that is handed out while others
are still composed would save a second at most; compiled modules of the engine, which are not offered, a
quarter.

**Edit.** Without a daemon, of 2.3 s in the book of 444 pages, by the proportions of a profile with one job:
importing guidepress and the engine a fifth, reading and compiling an eighth, composing a twentieth, laying out
the one chapter two fifths, linking a seventh (two thirds of that while a worker is at the chapter). The engine
loads in another process meanwhile. A chapter that is a twentieth of its book costs a twentieth of a first
build's layout whatever else is fast, and the book of 444 pages has 24 of them; in the one of 1,340 the same
edit is half of what is allowed. With a daemon neither importing nor what did not change costs anything, and
pages before and after the edit are those of the last layout.

**Growth** compiles the first chapter, the index and the glossary (whose runs of pages, "12–14, 20", may become
others), and each chapter that names a page which got another number of digits. Numbers at a right edge
(contents, captions, answers) do not count among them. A number in justified text cannot get a digit more
without a new line break, so these are compiled again, and not guessed at. Sections that come to begin on the
other side of the paper are turned, and places of the index (`index: mentions`) are counted by chapter, so that
what the first chapter says moves none of another. Index and glossary wait for the pages of the first chapter,
and while they are laid out one core is idle. Columns that were tried and are right are not laid out again;
those of an even height still are, once for each height that is tried.

**Memory.** A worker does not grow with the book: after 170 pages and after 340 it holds the same. Workers are
renewed before the fonts are built, and hold nothing but the engine. The build itself holds the finished
fragments, and while it links them some 0.1 MB a page, where raw needs 2.7. Two workers and the build take 220
MB for a book of 20 pages already: the shorter a book, the more of raw's memory they need.
"""
SHORTCUTS = """\
WeasyPrint's work done in shorter ways, with the same bytes (`pdf/engine/`, one module each). CPU time of compiling the
sections of the guide of this repository with all of them, by the time without one, or without any; in one process, in
turn, the least of each section counts.
"""
STEPS = {
    "cold": "cold",
    "no-op": "nothing changed",
    "edit": "one word edited",
    "growth": "a page more in the first chapter",
    "daemon": "one word edited, with the daemon",
}
COPIERS = {"guidepress": "guidepress", "qpdf": "qpdf --overlay", "pikepdf": "pikepdf, add_overlay"}
NOT_YET = "## Figures\n\nNot measured yet. Run `./press bench`.\n"


@dataclass(frozen=True, slots=True)
class Target:
    """A figure of one guide and the most that it may be."""

    figure: float
    most: float

    def __str__(self) -> str:
        kept = self.figure <= self.most
        return f"{_number(self.figure)}, " + ("met" if kept else "**missed**")


def render(figures: Figures | None) -> str:
    """docs/performance.md; without figures only how they are come by."""
    method = METHOD.format(text=TEXT)
    return "\n".join((method, *(_parts(figures) if figures else [NOT_YET])))


def _parts(figures: Figures) -> Iterator[str]:
    """Everything below the method."""
    machine = "\n".join(f"- {line}" for line in figures.machine)
    yield f"## Machine\n\n{machine}\n- rounds: {figures.rounds}, minutes: {figures.minutes:.0f}\n"
    books = figures.handbooks
    whole = [book for book in books.values() if RAW in book.runs]
    if whole or figures.deck or figures.peers:
        yield f"## Targets\n\n{_targets(whole, figures)}"
    for book in whole:
        yield f"## Handbook: {book.name}\n\n{_handbook(book)}"
    if len(books) > 1:
        yield f"## Cost of a page\n\n{_page_costs(books.values())}"
    if figures.deck:
        yield f"## Deck\n\n{_deck(figures.deck)}"
    if figures.sheets:
        yield f"## Cards on paper\n\n{_sheets(figures.sheets)}"
    if figures.copies:
        yield f"## Personal copies\n\n{_copies(figures.copies)}"
    if figures.peers:
        tables = "\n".join(f"### {text}\n\n{_peers(made)}" for text, made in figures.peers.items())
        yield f"## Other programs on the same text\n\n{tables}"
    if figures.shortcuts:
        yield f"## The engine's shortcuts\n\n{_shortcuts(figures.shortcuts)}"
    if whole:
        yield HOLDS
    if figures.failures:
        failures = "\n".join(f"- {line}" for line in figures.failures)
        yield f"## Not measured\n\n{failures}\n"


def _targets(books: Sequence[Handbook], figures: Figures) -> str:
    names = [name for name, book in figures.handbooks.items() if RAW in book.runs]
    rows: list[list[object]] = []
    for what, most, figure in PROMISES:
        limits = [
            most[min(SIZES.index(name) if name in SIZES else 0, len(most) - 1)] for name in names
        ]
        found = [Target(figure(book), limit) for book, limit in zip(books, limits, strict=True)]
        rows.append([what, *(f"{one}; at most {one.most:g}" for one in found)])
    text = _table(["2 jobs", *(_title(b) for b in books)], rows) if books else ""
    facts = []
    if {"150", "1500"} <= figures.handbooks.keys():
        few, many = figures.handbooks["150"], figures.handbooks["1500"]
        for jobs in JOBS:
            cost = Target(_page_cost(many, f"cold {jobs}") / _page_cost(few, f"cold {jobs}"), 1.1)
            pages = f"a page of {many.pages:,} against one of {few.pages:,}, {_jobs(jobs)}"
            facts.append(f"- {pages}, at most 1.1: {cost}")
    facts += _beside_typst(figures.peers)
    if figures.deck:
        ours, bare = (figures.deck.runs.median(name) for name in ("guidepress", "genanki"))
        ratios = (("time", _deck_cost(figures.deck), 1.2), ("memory", ours.peak / bare.peak, 1.25))
        for what, ratio, most in ratios:
            facts.append(f"- the deck, of genanki's {what}, at most {most}: {Target(ratio, most)}")
    if books:
        other = [f"{book.name}, {step}" for book in books for step in sorted(book.differing)]
        same = f"**no** ({'; '.join(other)})" if other else "yes"
        facts.append(f"- the same bytes with 1 job and with 2, cold and after each edit: {same}")
    return text + ("\n" if text and facts else "") + "".join(f"{fact}\n" for fact in facts)


def _beside_typst(peers: Mapping[str, Sequence[Peer]]) -> Iterator[str]:
    """Our time by Typst's for each text, and what a page of the longest costs against one of the shortest."""
    costs = []
    for text, made in peers.items():
        found = {one.name: one for one in made if not one.why}
        if {GUIDEPRESS_NAME, TYPST_NAME} <= found.keys():
            ours, theirs = (
                found[name].runs.median("cold").wall for name in (GUIDEPRESS_NAME, TYPST_NAME)
            )
            yield f"- cold build of {text}, of Typst's time, at most 2.7: {Target(ours / theirs, 2.7)}"
            costs.append(
                (found[GUIDEPRESS_NAME].pages, text, ours, found[TYPST_NAME].pages, theirs)
            )
    if len(costs) > 1:
        short, long = min(costs), max(costs)
        if long[0] > 5 * short[0]:
            growth = (long[2] / long[0]) / (short[2] / short[0])
            typst = (long[4] / long[3]) / (short[4] / short[3])
            what = f"a page of {long[0]:,} against one of {short[0]:,}, 2 jobs, at most 1.1"
            yield f"- {what}: {Target(growth, 1.1)}; Typst: {_number(typst)}"


def _handbook(book: Handbook) -> str:
    names = {RAW: RAW, TEXT: TEXT}
    for step, what in STEPS.items():
        names |= {f"{step} {jobs}": f"{what}, {_jobs(jobs)}" for jobs in JOBS}
    raw = book.runs.median(RAW)
    rows = []
    for name, what in names.items():
        if name in book.runs:
            run = book.runs.median(name)
            time = [_seconds(run.wall), _number(run.wall / raw.wall), _seconds(run.cpu)]
            rows.append([what, *time, _megabytes(run.peak), _number(run.peak / raw.peak)])
    pages = (
        f"{book.pages:,} pages ({book.raw_pages:,} in raw; {book.grown_pages:,} after the growth) in "
        f"{book.chapters} chapters; rounds: {len(book.runs.by_name[RAW])}.\n\n"
    )
    head = ["", "seconds", "of raw", "CPU seconds", "peak MB", "of raw"]
    return pages + _table(head, rows)


def _page_costs(books: Iterable[Handbook]) -> str:
    rows = []
    for book in sorted(books, key=lambda b: b.pages):
        raw = "–"
        if RAW in book.runs:
            raw = f"{1000 * book.runs.median(RAW).wall / book.raw_pages:.0f}"
        done = [f"cold {jobs}" if f"cold {jobs}" in book.runs else "" for jobs in JOBS]
        cold = [f"{1000 * _page_cost(book, name):.0f}" if name else "–" for name in done]
        peaks = [_megabytes(book.runs.median(name).peak) if name else "–" for name in done]
        rows.append([book.name, f"{book.pages:,}", raw, *cold, *peaks])
    head = ["", "pages", "raw, ms a page"]
    head += [f"cold, {_jobs(jobs)}, ms a page" for jobs in JOBS]
    head += [f"peak MB, {_jobs(jobs)}" for jobs in JOBS]
    return _table(head, rows)


def _deck(deck: Deck) -> str:
    text = (
        f"{deck.notes:,} notes: guidepress from a compiled book, genanki from the fields and tags that "
        "guidepress arrived at (`bench/deck.py`).\n"
        "The deck alone is CPU seconds from the input in memory to the written file.\n\n"
    )
    rows = []
    for name in ("guidepress", "genanki"):
        run = deck.runs.median(name)
        alone = _seconds(median(deck.seconds[name]))
        rows.append([name, alone, _seconds(run.wall), _seconds(run.cpu), _megabytes(run.peak)])
    ours, bare = deck.runs.median("guidepress"), deck.runs.median("genanki")
    whole = [ours.wall / bare.wall, ours.cpu / bare.cpu, ours.peak / bare.peak]
    ratios = [_deck_cost(deck), *whole]
    rows.append(["of genanki", *map(_number, ratios)])
    head = ["", "deck alone, s", "whole process, s", "CPU s", "peak MB"]
    return text + _table(head, rows)


def _sheets(sheets: Sheets) -> str:
    rows = []
    for name, pages in sheets.pages.items():
        run, alone = sheets.runs.median(name), median(sheets.seconds[name])
        each = f"{1000 * alone / int(name):.1f}"
        whole = [_seconds(run.wall), _megabytes(run.peak)]
        rows.append([f"{int(name):,}", str(pages), _seconds(alone), each, *whole])
    head = ["cards", "pages", "sheets alone, s", "ms a card", "whole process, s", "peak MB"]
    text = "Pressed anew, 2 jobs; the sheets alone are from a compiled book on (`bench/sheets.py`).\n\n"
    return text + _table(head, rows)


def _copies(copies: Copies) -> str:
    """What a copy costs; the others do less (bench/copies.py)."""
    ours = copies.runs.median("guidepress")
    rows = []
    for name, what in COPIERS.items():
        if name in copies.runs:
            run = copies.runs.median(name)
            count = copies.count if name == "guidepress" else copies.few
            own = [run.wall / count, run.cpu / count]
            ratios = [
                _number(ours.wall / copies.count / own[0]),
                _number(ours.cpu / copies.count / own[1]),
            ]
            rows.append([what, *(f"{1000 * x:.0f}" for x in own), _megabytes(run.peak), *ratios])
    whole = (
        f"{copies.count:,} copies of {copies.pages:,} pages, 2 jobs, at most 100 seconds and 1,000 MB: "
        f"{_seconds(ours.wall)} s, {'met' if ours.wall <= 100 else '**missed**'}; "
        f"{_megabytes(ours.peak)} MB, {'met' if ours.peak <= 1e9 else '**missed**'}.\n"
        f"The others make {copies.few:,}, with less on them: no mark, no metadata, Latin letters only.\n\n"
    )
    head = ["", "ms a copy", "CPU ms a copy", "peak MB", "guidepress, of its time", "of its CPU"]
    return whole + _table(head, rows)


def _peers(peers: Sequence[Peer]) -> str:
    rows = []
    for peer in peers:
        if peer.why:
            figures = [peer.why, "–", "–", "–"]
        else:
            run = peer.runs.median("cold")
            figures = [_seconds(run.wall), _seconds(run.cpu), _megabytes(run.peak)]
            figures.append(f"{peer.pages:,}")
        rows.append([peer.name, *figures, peer.lacks])
    return _table(["", "seconds", "CPU seconds", "peak MB", "pages", "what it leaves out"], rows)


def _shortcuts(ratios: Mapping[str, float]) -> str:
    shares = {name: f"{100 * ratios[name]:.1f} %" for name in (PROOF, BROKEN, PAINTED)}
    rows = [[name, _number(ratio)] for name, ratio in ratios.items() if name not in shares]
    facts = (
        f"The proof that no word is lost takes {shares[PROOF]} of compiling and proving. Of the lines that are\n"
        f"measured, {shares[BROKEN]} are broken from the shapes of words; of those painted, {shares[PAINTED]}.\n"
        "The others are left to Pango.\n"
    )
    return f"{SHORTCUTS}\n{_table(['', 'CPU with it, of without'], rows)}\n{facts}"


def _wall(book: Handbook, name: str) -> float:
    return book.runs.median(name).wall / book.runs.median(RAW).wall


def _peak(book: Handbook, name: str) -> float:
    return book.runs.median(name).peak / book.runs.median(RAW).peak


def _page_cost(book: Handbook, name: str) -> float:
    return book.runs.median(name).wall / book.pages


def _deck_cost(deck: Deck) -> float:
    return median(deck.seconds["guidepress"]) / median(deck.seconds["genanki"])


# A limit each for the guide of this repository, for 500 and for 1,500 pages, or the last of them for all that follow;
# any other guide is held to the first.
SIZES = ("guide", "500", "1500")
PROMISES: tuple[tuple[str, tuple[float, ...], Callable[[Handbook], float]], ...] = (
    ("cold build, of raw's time", (0.20, 0.15, 0.16), lambda b: _wall(b, "cold 2")),
    ("one-word edit, of raw's time", (0.033, 0.017), lambda b: _wall(b, "edit 2")),
    ("one-word edit with the daemon, of raw's time", (0.02, 0.010), lambda b: _wall(b, "daemon 2")),
    ("growth by a page, of raw's time", (0.06, 0.03), lambda b: _wall(b, "growth 2")),
    ("no-op, of raw's time", (0.005,), lambda b: _wall(b, "no-op 2")),
    ("no-op, seconds", (0.3,), lambda b: b.runs.median("no-op 2").wall),
    ("peak memory of a cold build, of raw's", (0.5, 0.26, 0.15), lambda b: _peak(b, "cold 2")),
)


def _title(book: Handbook) -> str:
    return f"{book.name}, {book.pages:,} pages"


def _jobs(jobs: int) -> str:
    return "1 job" if jobs == 1 else f"{jobs} jobs"


def _number(value: float) -> str:
    return f"{value:.3g}"


def _seconds(value: float) -> str:
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _megabytes(size: float) -> str:
    return f"{size / 1e6:,.0f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; every column but the first one is of figures."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)
