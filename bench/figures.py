"""What a run of the bench found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median

from bench.measure import Run

# Among the figures of the engine's shortcuts.
ALL, PROOF, BROKEN, PAINTED = "all of them", "proof", "broken", "painted"


@dataclass(slots=True)
class Runs:
    """Runs of the same things, by name, round by round."""

    by_name: dict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, run: Run) -> None:
        """Note a run."""
        self.by_name[name].append(run)

    def median(self, name: str) -> Run:
        """The median of each figure."""
        runs = self.by_name[name]
        return Run(
            median(run.wall for run in runs),
            median(run.cpu for run in runs),
            round(median(run.peak for run in runs)),
        )

    def __contains__(self, name: str) -> bool:
        return name in self.by_name


@dataclass(slots=True)
class Handbook:
    """A guide's handbook: `raw`, and for 1 and 2 jobs `cold`, `no-op`, `edit`, `growth`, `daemon` ("cold 2").

    `differing` names the builds that wrote other bytes with 1 job than with 2.
    """

    name: str
    chapters: int
    pages: int = 0
    raw_pages: int = 0
    grown_pages: int = 0
    differing: set[str] = field(default_factory=set)
    runs: Runs = field(default_factory=Runs)


@dataclass(slots=True)
class Deck:
    """A deck of so many notes: `guidepress` and `genanki`, and each one's seconds from the input in memory on."""

    notes: int
    runs: Runs = field(default_factory=Runs)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class Sheets:
    """Cards on paper: runs by the number of cards, and the seconds from the book in memory on."""

    runs: Runs = field(default_factory=Runs)
    pages: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class Copies:
    """Personal copies of a book of so many pages: `count` by guidepress, `few` by qpdf's overlay and by pikepdf."""

    pages: int
    count: int
    few: int
    runs: Runs = field(default_factory=Runs)


@dataclass(slots=True)
class Peer:
    """Another program that makes the same text into a PDF: what it lacks, or why there are no figures."""

    name: str
    lacks: str
    why: str = ""
    pages: int = 0
    runs: Runs = field(default_factory=Runs)


@dataclass(slots=True)
class Figures:
    """Everything; what was not asked for is empty. `failures` tells what could not be measured."""

    machine: list[str]
    rounds: int
    handbooks: dict[str, Handbook] = field(default_factory=dict)
    deck: Deck | None = None
    sheets: Sheets | None = None
    copies: Copies | None = None
    # By what they made into a PDF.
    peers: dict[str, list[Peer]] = field(default_factory=dict)
    # CPU time with a shortcut by the time without it, by its name.
    shortcuts: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    minutes: float = 0.0
