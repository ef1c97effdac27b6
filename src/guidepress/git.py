"""Questions to git, where there is a git and a repository; one that a stranger made runs nothing."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
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
_FILTER = re.compile(r"filter\..*\.(?:clean|smudge|process|required)", re.DOTALL)
_ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}


def ask_git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints in a folder; None without git, without a repository, or where git fails."""
    # Not even started where it can have nothing to say: it would read the user's own configuration first.
    if not any(
        (place / ".git").exists() for place in (folder.absolute(), *folder.absolute().parents)
    ):
        return None
    own = _asked(folder, ["config", "--list", "--show-scope", "-z"], {})
    return None if own is None else _asked(folder, arguments, _without_filters(own))


def _asked(folder: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> bytes | None:
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    try:
        done = subprocess.run(
            ["git", *settings, *arguments],
            cwd=folder,
            env={**os.environ, **_ENVIRONMENT, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else done.stdout


def _without_filters(settings: bytes) -> dict[str, str]:
    """What of the environment takes from git the filters that a repository's own configuration brings.

    Git runs them to compare files. `settings` is all of the configuration with its scopes; filters that the user has
    for all repositories, such as that of Git LFS, stay.
    """
    parts = settings.decode("utf-8", "surrogateescape").split("\0")
    said = list(zip(parts[::2], parts[1::2], strict=False))
    known = {setting for scope, setting in said if scope in ("system", "global")}
    found = {
        setting.partition("\n")[0]
        for scope, setting in said
        if scope not in ("system", "global") and setting not in known
    }
    names = sorted(name for name in found if _FILTER.fullmatch(name))
    environment = {"GIT_CONFIG_COUNT": str(len(names))}
    for number, name in enumerate(names):
        environment[f"GIT_CONFIG_KEY_{number}"] = name
        environment[f"GIT_CONFIG_VALUE_{number}"] = ""
    return environment
