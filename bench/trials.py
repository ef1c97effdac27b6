"""The trials. Each runs its subjects in turn, round by round, so that a busy minute of the machine hits them all."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

from bench import book, guide_source
from bench.figures import Deck, Handbook, Sheets
from bench.guide import PYTHON, Guide, chapter_files
from bench.measure import Run, measure
from bench.resident import Resident

RAW, TEXT = "raw", "raw, numbers as text"
JOBS = (2, 1)
# Chapters begin on right-hand pages: a blank page may take up what a chapter grew by.
_MOST_GROWTH = 3
# Called with what was measured.
Say = Callable[[str, Run], None]


class HandbookTrial:
    """A guide's handbook by WeasyPrint alone and by guidepress, as an author builds it and edits it."""

    def __init__(self, name: str, folder: Path, place: Path, say: Say) -> None:
        self.folder = folder
        self.place = place
        self.say = say
        self.found = Handbook(name, len(chapter_files(folder / "source")))

    def round(self, *, raw: bool = True, text: bool = False, jobs: tuple[int, ...] = JOBS) -> None:
        """Everything once; `text`: also WeasyPrint with page numbers as plain text; not `raw`: only a first build."""
        if raw:
            self.found.raw_pages = self._raw(RAW)
        one, *others = (self._series(count, edits=raw) for count in jobs)
        for other in others:
            self.found.differing |= {step for step in one if one[step] != other[step]}
        if text:
            self._raw(TEXT, "--placeholders")

    def _series(self, jobs: int, edits: bool) -> dict[str, str]:
        """An author's day; the hashes of the handbooks."""
        guide = Guide(self.folder, self.place / "guide")
        self._note(f"cold {jobs}", guide.build(jobs))
        self.found.pages = pages = guide.pages
        digests = {"cold": guide.digest}
        if edits:
            self._note(f"no-op {jobs}", guide.build(jobs))
            guide.change_word()
            self._note(f"edit {jobs}", guide.build(jobs))
            digests["edit"] = guide.digest
            for _ in range(_MOST_GROWTH):
                guide.grow()
                run = guide.build(jobs)
                if guide.pages != pages:
                    break
            self._note(f"growth {jobs}", run)
            self.found.grown_pages = guide.pages
            digests["growth"] = guide.digest
            digests["daemon"] = self._with_daemon(guide, jobs)
        return digests

    def _with_daemon(self, guide: Guide, jobs: int) -> str:
        """Two edits, of which a daemon is started for the first; the hash that comes out.

        One job does without a daemon, so that the bytes can be compared.
        """
        if jobs < 2:
            for _ in range(2):
                guide.change_word()
                guide.build(jobs)
            return guide.digest
        with Resident(guide) as resident:
            for _ in range(2):
                guide.change_word()
                run = resident.build(jobs)
        self._note(f"daemon {jobs}", run)
        return guide.digest

    def _raw(self, name: str, *options: str) -> int:
        html, pdf = self.place / "raw.html", self.place / "raw.pdf"
        measure([PYTHON, "-m", "bench.raw", self.folder, html, *options])
        run = measure([PYTHON, "-m", "weasyprint", html, pdf, "--pdf-variant", "pdf/ua-1", "-q"])
        self._note(name, run)
        return page_count(pdf)

    def _note(self, name: str, run: Run) -> None:
        self.found.runs.add(name, run)
        self.say(f"{self.found.name}: {name}", run)


def deck(notes: int, rounds: int, place: Path, say: Say) -> Deck:
    """A deck by guidepress, and the same notes by genanki alone."""
    found = Deck(notes)
    for number in range(rounds):
        for step in ("guidepress", "prepare", "genanki"):
            if step == "prepare" and number:
                continue
            run = measure([PYTHON, "-m", "bench.deck", step, str(notes), place])
            if step != "prepare":
                found.runs.add(step, run)
                found.seconds[step].append(json.loads(run.out)["seconds"])
                say(f"{notes:,} notes: {step}", run)
    return found


def sheets(counts: tuple[int, ...], rounds: int, place: Path, say: Say) -> Sheets | None:
    """Cards on paper; None where this guidepress does not print them."""
    if importlib.util.find_spec("guidepress.cards") is None:
        return None
    found = Sheets()
    guides = {str(n): guide_source.write(book.cards_of(n), place / str(n)) for n in counts}
    for _ in range(rounds):
        for name, folder in guides.items():
            run = measure([PYTHON, "-m", "bench.sheets", folder, place / "cards.pdf"])
            made = json.loads(run.out)
            found.runs.add(name, run)
            found.pages[name] = made["pages"]
            found.seconds[name].append(made["seconds"])
            say(f"{name} cards on sheets", run)
    return found


def shortcuts(folder: Path, rounds: int, most: int | None, say: Say) -> dict[str, float]:
    """What the engine's shortcuts save on the sections of a guide, or on some of them."""
    options = [] if most is None else [str(most)]
    run = measure([PYTHON, "-m", "bench.shortcuts", folder, str(rounds), *options])
    say("the engine's shortcuts", run)
    ratios: dict[str, float] = json.loads(run.out)
    return ratios


def page_count(pdf: Path) -> int:
    """Pages of any PDF."""
    code = "import pikepdf, sys; print(len(pikepdf.open(sys.argv[1]).pages))"
    return int(measure([PYTHON, "-c", code, pdf]).out)
