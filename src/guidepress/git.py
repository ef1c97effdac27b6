"""Questions to git, where there is a git and a repository; one that a stranger made runs nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

# Reading the history of a large repository takes seconds; nothing else waits for it.
_PATIENCE = 60
# What a repository's own configuration could have git run: a monitor of files, a program that checks signatures, and
# what would fetch objects that are left out.
_SETTINGS = (
    "core.fsmonitor=false",
    "log.showSignature=false",
    "core.quotepath=false",
    "protocol.allow=never",
)
_ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}


def ask_git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints in a folder; None without git, without a repository, or where git fails."""
    # Not even started where it can have nothing to say: it would read the user's own configuration first.
    if not any(
        (place / ".git").exists() for place in (folder.absolute(), *folder.absolute().parents)
    ):
        return None
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    try:
        done = subprocess.run(
            ["git", *settings, *arguments],
            cwd=folder,
            env={**os.environ, **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else done.stdout
