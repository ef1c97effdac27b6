"""The problems that docs/diagnostics.md explains, from docs/problems/*.yaml: a row of the table and an example each."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "problems"
# A file's name -> the heading of its problems. `engine` has the codes that begin with a product's name.
GROUPS = {
    "text": "Text",
    "blocks": "Blocks and code",
    "references": "References, images and sounds",
    "source": "Files, records and editions",
    "cards": "Cards",
    "deck": "The deck and deck.lock",
    "layout": "Layouts and pages",
    "release": "Releases, copies and catalogues",
    "engine": "The layout engine",
}
# What an example may call the chapter of its guide, whose title it then does not write.
CHAPTER = "chapter"
# Contents that no text can be -> what stands in their place in the docs.
MADE = {"the released deck": "the deck that was released", "the handbook": "the guide's handbook"}

Files = Mapping[str, str | bytes]


@dataclass(frozen=True, slots=True)
class Problem:
    """A code: what it `means`, `why` that matters, the `remedy`, and sources that have it (`bad`) and do not (`good`).

    The sources are files by their names in `source/`, or with `/` before it in the project; of guide.yaml they are the
    keys that differ from those of tests/guides/minimal. `chapter` is the text below the title of chapters/one.md. The
    code comes from `guidepress check`, from the `command`, or where `runs` says so from pressing that product. Learners
    have the deck of that guide if it is `released`. `none` says why there is no example.
    """

    code: str
    means: str
    remedy: str
    why: str
    bad: Files | None = None
    good: Files | None = None
    command: str = "check"
    runs: str = ""
    released: bool = False
    none: str = ""


def _files(value: Any) -> Files | None:
    return {CHAPTER: value} if isinstance(value, str) else value


@functools.cache
def groups() -> Mapping[str, tuple[Problem, ...]]:
    """The problems by the file that has them, in alphabetical order."""
    found = {}
    for name in GROUPS:
        content = yaml.load((FOLDER / f"{name}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
        found[name] = tuple(
            Problem(code, **{**values, "bad": _files(values.get("bad")), "good": _files(values.get("good"))})
            for code, values in sorted(content.items())
        )  # fmt: skip
    return found
