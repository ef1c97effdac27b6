"""The bench: its synthetic guide is the same every time and builds; its report says what was measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bench import book, guide_source, raw, report, typst_source
from bench.figures import Copies, Deck, Figures, Handbook, Peer, Runs, Sheets
from bench.measure import Run
from bench.peers import GUIDEPRESS_NAME, TYPST_NAME
from bench.trials import JOBS, RAW

from tests.project import run


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chapters of a few pages."""
    monkeypatch.setattr(book, "SECTIONS", 1)


def files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_a_book_is_the_same_every_time(tmp_path: Path) -> None:
    """Nothing but the seed and the size decides what is in it."""
    one, two = (guide_source.write(book.book_of(40), tmp_path / name) for name in "ab")
    assert files(one) == files(two)


@pytest.mark.usefixtures("small")
def test_a_book_builds_without_problems(tmp_path: Path) -> None:
    """And as one document of raw WeasyPrint it has the same anchors and no page number left out."""
    folder = guide_source.write(book.book_of(20), tmp_path / "guide")
    built = run("build", folder, "--only", "handbook", "--jobs", "1", "--no-cache")
    assert built.status == 0, built.err
    assert "warning" not in built.err
    ready = raw.prepared(folder)
    html = raw.document(ready)
    anchors = set(re.findall(r'\bid="([^"]+)"', html))
    assert set().union(*(draft.text.anchors for draft in ready.drafts)) == anchors
    assert set(re.findall(r'data-target="#([^"]+)"', html)) <= anchors
    assert "data-page" not in html
    assert "url(font:" not in html


def test_a_longer_book_begins_with_a_shorter_one() -> None:
    """So that the cost of a page can be compared."""
    short, long = book.book_of(40), book.book_of(80)
    shapes = [[[type(b) for b in c.blocks] for c in text.chapters] for text in (short, long)]
    assert shapes[1][: len(shapes[0])] == shapes[0]


def test_typst_gets_the_same_text(tmp_path: Path) -> None:
    """Word for word, but for what each language writes around it."""
    text = book.book_of(20)
    source = typst_source.write(text, tmp_path / "typst").read_text()
    words = [b.text for b in text.chapters[0].blocks if isinstance(b, book.Listing)]
    assert words
    assert all(code in source for code in words)


def made_up() -> Figures:
    figures = Figures(["2 cores of a made-up machine"], 1)
    for name, pages in (("500", 500), ("150", 150), ("1500", 1500)):
        costs = {RAW: Run(100, 100, 10**9)}
        for jobs in JOBS:
            costs[f"cold {jobs}"] = Run(pages / 12, 50, 10**8)
            costs[f"no-op {jobs}"] = Run(0.2, 0.1, 10**7)
            costs[f"edit {jobs}"] = Run(4, 4, 10**8)
            costs[f"daemon {jobs}"] = Run(1, 1, 10**8)
            costs[f"growth {jobs}"] = Run(5, 5, 10**8)
        runs = Runs({step: [cost] for step, cost in costs.items()})
        figures.handbooks[name] = Handbook(name, 5, pages, pages, pages + 2, runs=runs)
    both = Runs({"guidepress": [Run(2, 2, 10**8)], "genanki": [Run(2, 2, 10**8)]})
    figures.deck = Deck(1000, both, {"guidepress": [3.2], "genanki": [2.0]})
    figures.sheets = Sheets(Runs({"100": [Run(3, 3, 10**8)]}), {"100": 26}, {"100": [2.0]})
    made = {"guidepress": [Run(50, 90, 10**8)], "qpdf": [Run(5, 5, 10**8)]}
    figures.copies = Copies(300, 1000, 10, Runs(made))
    for pages, seconds in ((500, 3), (5000, 40)):
        figures.peers[f"a text of {pages} pages"] = [
            Peer(
                GUIDEPRESS_NAME, "", pages=pages, runs=Runs({"cold": [Run(pages / 50, 9, 10**8)]})
            ),
            Peer(TYPST_NAME, "much", pages=pages, runs=Runs({"cold": [Run(seconds, 3, 10**8)]})),
            Peer("LaTeX", "tags", why="not installed"),
        ]
    return figures


def test_report_says_which_targets_were_met() -> None:
    """Ratios stand beside what was promised; an absent program is named as absent."""
    text = report.render(made_up())
    assert "| cold build, of raw's time | 0.417, **missed**; at most 0.15 |" in text
    assert "| one-word edit, of raw's time | 0.04, **missed**; at most 0.017 |" in text
    assert "| one-word edit with the daemon, of raw's time | 0.01, met; at most 0.01 |" in text
    assert (
        "cold build of a text of 500 pages, of Typst's time, at most 2.7: 3.33, **missed**" in text
    )
    assert "cold build of a text of 5000 pages, of Typst's time, at most 2.7: 2.5, met" in text
    assert "a page of 5,000 against one of 500, 2 jobs, at most 1.1: 1, met; Typst: 1.33" in text
    assert "a page of 1,500 against one of 150, 2 jobs, at most 1.1: 1, met" in text
    assert "the deck, of genanki's time, at most 1.2: 1.6, **missed**" in text
    assert "| LaTeX | not installed |" in text
    assert "at most 100 seconds and 1,000 MB: 50.0 s, met; 100 MB, met" in text
    assert "| qpdf --overlay | 500 | 500 | 100 | 0.1 | 0.18 |" in text


def test_report_says_what_shortcuts_save() -> None:
    figures = made_up()
    figures.shortcuts = {"markup": 0.94, "all of them": 0.7}
    figures.shortcuts |= {"proof": 0.035, "broken": 0.72, "painted": 0.95}
    text = report.render(figures)
    assert "| markup | 0.94 |" in text
    assert "takes 3.5 % of compiling and proving" in text
    assert "| proof |" not in text


def test_report_without_figures_has_none() -> None:
    """Until it was run, the file tells how the figures are come by."""
    assert report.NOT_YET in report.render(None)
