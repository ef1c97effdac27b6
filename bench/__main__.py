"""`./press bench`: measure, and write docs/performance.md."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import book, copies, faults, guide_source, peers, trials
from bench.figures import Figures
from bench.machine import description
from bench.measure import Run, supported
from bench.report import render
from bench.trials import JOBS, HandbookTrial
from guidepress.daemon.address import OFF

ROOT = Path(__file__).parents[1]
# Not measured, and so no part of the report.
FAULTS = "faults"
# Takes a quarter of an hour, and is measured where it is asked for by name only.
LONGEST = "5000"
PARTS = ("guide", "500", "1500", "deck", "cards", "copies", "peers", "shortcuts")
OWN = "the guide of this repository"
ENVIRONMENT = 3


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: pages of the synthetic books by their names, notes of the deck, cards on paper.

    `copies` are the pages of a book, its personal copies, and how many of them other programs make; `sections` those
    that the engine's shortcuts are tried on (None: all of the guide).
    """

    rounds: int
    pages: dict[str, int]
    notes: int
    cards: tuple[int, ...]
    copies: tuple[int, int, int]
    sections: int | None


FULL = Sizes(
    3,
    {"150": 150, "500": 500, "1500": 1500, LONGEST: 5000},
    100_000,
    (100, 1000),
    (300, 1000, 10),
    None,
)
QUICK = Sizes(
    1, {"150": 20, "500": 40, "1500": 80, LONGEST: 120}, 2_000, (20, 100), (40, 100, 5), 4
)


def main() -> int:
    """Measure what is asked for; the report of everything goes to docs/, that of less is printed."""
    arguments = _arguments()
    os.environ[OFF] = "1"
    if not supported():
        print("the bench reads /proc: it needs Linux", file=sys.stderr)
        return ENVIRONMENT
    if arguments.only == (FAULTS,):
        with tempfile.TemporaryDirectory(prefix="guidepress-faults-") as folder:
            return faults.run(Path(folder), arguments.kills, arguments.seed)
    sizes = QUICK if arguments.quick else FULL
    with tempfile.TemporaryDirectory(prefix="guidepress-bench-") as folder:
        rounds = arguments.rounds or sizes.rounds
        bench = Bench(
            sizes, rounds, rounds if arguments.longest is None else arguments.longest, Path(folder)
        )
        figures = bench.run(arguments.only, arguments.guide)
    report = render(figures)
    everything = not arguments.quick and not arguments.guide and set(arguments.only) == set(PARTS)
    out = arguments.out or (ROOT / "docs" / "performance.md" if everything else None)
    if out is None:
        print(report)
    else:
        out.write_text(report, encoding="utf-8")
    return 1 if figures.failures else 0


class Bench:
    """One run of the bench, in folders of its own in `place`; what cannot be measured costs no other figure."""

    def __init__(self, sizes: Sizes, rounds: int, longest: int, place: Path) -> None:
        self.sizes = sizes
        self.rounds = rounds
        self.longest = longest
        self.place = place
        self.figures = Figures(description(), rounds)

    def run(self, chosen: Sequence[str], guides: Sequence[Path] = ()) -> Figures:
        """Measure the parts that are chosen, or instead the guides in some folders."""
        start = time.monotonic()
        with self._attempt("warming up"):
            self._synthetic("20", 20).round()
        if guides:
            chosen = ()
        for number, folder in enumerate(guides):
            with self._attempt(str(folder)):
                place = self._folder(f"guide-{number}")
                self._handbooks({str(folder): HandbookTrial(folder.name, folder, place, say)})
                place = self._folder(f"peers-{number}")
                made = peers.compare_guide(folder, self.rounds, place, say)
                self.figures.peers[folder.name] = made
        if "guide" in chosen:
            with self._attempt(OWN):
                own = HandbookTrial(OWN, ROOT, self._folder("own"), say)
                self._handbooks({"guide": own})
        if "500" in chosen:
            with self._attempt("the book of 500 pages"):
                self._handbooks({"500": self._synthetic("500")})
        if "1500" in chosen:
            with self._attempt("the book of 1,500 pages"):
                self._handbooks({name: self._synthetic(name) for name in ("150", "1500")})
        if "deck" in chosen:
            with self._attempt("the deck"):
                place = self._folder("deck")
                self.figures.deck = trials.deck(self.sizes.notes, self.rounds, place, say)
        if "cards" in chosen:
            with self._attempt("cards on paper"):
                place = self._folder("cards")
                self.figures.sheets = trials.sheets(self.sizes.cards, self.rounds, place, say)
        if "copies" in chosen:
            with self._attempt("personal copies"):
                place = self._folder("copies")
                made = copies.compare(*self.sizes.copies, self.rounds, place, say)
                self.figures.copies = made
        if "peers" in chosen:
            with self._attempt("other programs"):
                text = book.book_of(self.sizes.pages["500"])
                place = self._folder("peers")
                self.figures.peers[text.title] = peers.compare(text, self.rounds, place, say)
        if LONGEST in chosen:
            with self._attempt("the book of 5,000 pages"):
                self._growing()
        if "shortcuts" in chosen:
            with self._attempt("the engine's shortcuts"):
                most = self.sizes.sections
                self.figures.shortcuts = trials.shortcuts(ROOT, self.rounds, most, say)
        self.figures.minutes = (time.monotonic() - start) / 60
        return self.figures

    def _growing(self) -> None:
        """A cold build of a long book and of one a tenth of its length, by guidepress and by Typst."""
        for name in ("500", LONGEST):
            text = book.book_of(self.sizes.pages[name])
            place = self._folder(f"growing-{name}")
            made = peers.compare(text, self.rounds, place, say, typst_only=True)
            self.figures.peers[text.title] = made

    def _handbooks(self, subjects: Mapping[str, HandbookTrial]) -> None:
        for number in range(self.rounds):
            for name, trial in subjects.items():
                if name == "1500" and number >= max(self.longest, 1):
                    continue
                jobs = JOBS[:1] if number and name == "1500" else JOBS  # it takes minutes
                raw = name != "150" and (name != "1500" or self.longest > 0)
                trial.round(raw=raw, text=name not in self.sizes.pages, jobs=jobs)
        self.figures.handbooks |= {name: trial.found for name, trial in subjects.items()}

    def _synthetic(self, name: str, pages: int = 0) -> HandbookTrial:
        pages = pages or self.sizes.pages[name]
        folder = guide_source.write(book.book_of(pages), self.place / f"{name}-guide")
        return HandbookTrial(f"a book of about {pages:,} pages", folder, self._folder(name), say)

    def _folder(self, name: str) -> Path:
        folder = self.place / name
        folder.mkdir()
        return folder

    @contextmanager
    def _attempt(self, what: str) -> Iterator[None]:
        try:
            yield
        except Exception as problem:  # whatever it is, the other figures took too long to lose them
            failure = f"{what}: {problem or type(problem).__name__}"
            self.figures.failures.append(failure)
            print(failure, file=sys.stderr)


def say(what: str, run: Run) -> None:
    """Tell of a run as soon as it is done."""
    costs = f"{run.wall:8.2f} s {run.cpu:8.2f} s of CPU {run.peak / 1e6:8.0f} MB"
    print(f"{what:60}{costs}", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./press bench", description=__doc__)
    parser.add_argument(
        "--only",
        type=_chosen,
        default=PARTS,
        metavar="PART,…",
        help=f"of {', '.join(PARTS)}, {LONGEST}; or {FAULTS}",
    )
    parser.add_argument(
        "--kills",
        type=int,
        default=faults.KILLS,
        help=f"with --only {FAULTS}; default: %(default)s",
    )
    parser.add_argument("--seed", type=int, help=f"with --only {FAULTS}: that of another run")
    parser.add_argument(
        "--guide",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="measure this guide instead",
    )
    parser.add_argument("--quick", action="store_true", help="one round of small sizes")
    parser.add_argument("--rounds", type=int, help="default: 3")
    parser.add_argument(
        "--longest",
        type=int,
        metavar="ROUNDS",
        help="for the longest book; 0: its first build only",
    )
    parser.add_argument("--out", type=Path, help="write the report to this file")
    return parser.parse_args()


def _chosen(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if names == (FAULTS,):
        return names
    if unknown := set(names) - {*PARTS, LONGEST}:
        raise argparse.ArgumentTypeError(f"no such part: {', '.join(sorted(unknown))}")
    return names


if __name__ == "__main__":
    sys.exit(main())
