"""The code that the shipped guide prints, and what each block says is to become of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "source"

_OPENING = re.compile(r"^( *)(`{3,})[ \t]*([^`]*)$")
_OPTION = re.compile(r'([\w-]+)="([^"]*)"')

# Ways to run a block, by its language.
RUNS = {
    "python": {"run", "pytest", "predict"},
    "sh": {"run"},
    "sql": {"run", "predict", "postgres"},
}
# Languages that are read for mistakes where they cannot be run.
LINTS = {"dockerfile", "http", "javascript", "json", "python", "sh", "sql", "text", "yaml"}


@dataclass(frozen=True)
class Fence:
    """A block of code with the words of its info string."""

    path: Path
    line: int
    language: str
    words: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    code: str

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(SOURCE)}:{self.line}"

    @property
    def title(self) -> str:
        return dict(self.options).get("title", "")

    @property
    def excuse(self) -> str:
        """Why the block cannot be tried, if it says so."""
        return dict(self.options).get("no-run", "")

    @property
    def use(self) -> str:
        """What becomes of it: run, pytest, predict, postgres, lint, output, no-run; empty if it does not say."""
        if self.excuse:
            return "no-run"
        if self.language == "output":
            return "output"
        for word in self.words:
            if word in RUNS.get(self.language, ()):
                return word
            if word == "lint" and self.language in LINTS:
                return word
        return ""


def read_fences(path: Path) -> list[Fence]:
    """The blocks of code of a file, in order."""
    found: list[Fence] = []
    lines = iter(enumerate(path.read_text(encoding="utf-8").splitlines(), start=1))
    for number, line in lines:
        opening = _OPENING.match(line)
        if opening is None:
            continue
        indent, ticks, info = opening.groups()
        code = []
        for _, inner in lines:
            if inner.strip() == ticks:
                break
            code.append(inner.removeprefix(indent))
        words = _OPTION.sub("", info).split()
        found.append(
            Fence(
                path,
                number,
                words[0] if words else "",
                tuple(words[1:]),
                tuple(_OPTION.findall(info)),
                "".join(f"{one}\n" for one in code),
            )
        )
    return found


@cache
def guide_fences() -> tuple[Fence, ...]:
    """The blocks of the whole guide."""
    files = [*SOURCE.glob("chapters/*.md"), *SOURCE.glob("*.yaml"), *SOURCE.glob("data/*.yaml")]
    return tuple(fence for path in sorted(files) for fence in read_fences(path))


def chapter_fences(chapter: str) -> list[Fence]:
    """The blocks of a chapter."""
    return [x for x in guide_fences() if x.path == SOURCE / "chapters" / f"{chapter}.md"]


def fence(chapter: str, language: str, holding: str) -> Fence:
    """The one block of a chapter in the language that holds the words."""
    (found,) = (x for x in chapter_fences(chapter) if x.language == language and holding in x.code)
    return found


def predictions() -> list[tuple[Fence, str]]:
    """Code that a card asks to predict, each with the output that the card's answer gives."""
    found = []
    for one in guide_fences():
        if one.use == "predict":
            lines = one.path.read_text(encoding="utf-8").splitlines()
            after = one.line + one.code.count("\n") + 1
            # The fence and the front end; the first line below is the answer.
            end = next(i for i in range(after, len(lines)) if re.fullmatch(r"/{3,}", lines[i]))
            answer = next(x for x in lines[end + 1 :] if x.strip())
            found.append((one, answer.strip().strip("`")))
    return found


def report_unrun() -> list[str]:
    """A line for each block that is not tried, under a count of what becomes of all."""
    fences = guide_fences()
    uses: dict[str, int] = {}
    for one in fences:
        uses[one.use or "unmarked"] = uses.get(one.use or "unmarked", 0) + 1
    counts = ", ".join(f"{count} {use}" for use, count in sorted(uses.items()))
    report = [f"{len(fences)} blocks of code in the guide: {counts}"]
    return report + [f"  not run: {x.place}: {x.excuse}" for x in fences if x.excuse]
