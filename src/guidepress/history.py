"""What is known of earlier releases of a guide whose deck.lock is not there."""

from __future__ import annotations

import shlex
from pathlib import Path

from guidepress.diagnostics import Diagnostic, Span, error
from guidepress.git import ask_git
from guidepress.source.location import RELEASES


def missing_lock(project: Path, lock: Path) -> Diagnostic | None:
    """The error of a build without its lock (`lock-missing`); None where nothing was ever released.

    A deck in `releases/`, or a commit that has `lock`, says that there was one.
    """
    hints = []
    if decks := sorted((project / RELEASES).glob("*.apkg")):
        name = decks[-1].relative_to(project).as_posix()
        hints.append(f"`guidepress lock --from {shlex.quote(name)}` makes it again")
        known = f"there is `{name}`"
    if (commit := _commit(lock)) is not None:
        hints.insert(0, f"restore it: `git checkout {commit} -- {shlex.quote(str(lock.name))}`"
                        f" in the folder of guide.yaml")  # fmt: skip
        known = f"git has it in {commit}"
    if not hints:
        return None
    hints.append("an empty file `deck.lock` starts a new deck")
    return error(
        "lock-missing",
        f"deck.lock is gone ({known}): built without it, every card would come as changed, and progress in the gaps"
        " of a sentence could pass from one to another",
        Span(lock.relative_to(project).as_posix()),
        hints=hints,
    )


def _commit(path: Path) -> str | None:
    """The last commit of the current branch in which a file is there; None without git, repository or such a commit."""
    found = ask_git(path.parent, "log", "-1", "--format=%h", "--diff-filter=AM", "--", path.name)
    return found.decode(errors="replace").strip() or None if found else None
