"""The same guide in six environments: every product, and the lock, come to the same bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.project import GUIDES, Project

pytestmark = pytest.mark.slow

CHAPTER = """\
# One {: index="one" }

Text with \\(x^2\\), a *term*{: index="term" }[^1], “quotes” -- and a [link](https://example.org/).

[^1]: A note.

/// figure | A pot

![A pot](../images/pot.svg)
///

```python
for name in {"b", "a"}:
    print(name)
```

/// card | What is the square?
    id: square

\\(x^2\\), and ![A pot](../images/pot.svg)
///

/// cloze
    id: gap

Two ==leaves== and a ==bud==.
///
"""
# Everything that a machine or a user may set and that must not be seen in a product.
ENVIRONMENTS: Mapping[str, tuple[dict[str, str], int, tuple[str, ...]]] = {
    "plain": ({"PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C.UTF-8"}, 0o022, ("--jobs", "1")),
    "no cache": ({"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LC_ALL": "C"}, 0o077, ("--jobs", "1", "--no-cache")),
    "two workers": ({"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LANG": "de_DE.UTF-8"}, 0o002, ("--jobs", "2")),
    "another user": ({"USER": "somebody", "LOGNAME": "somebody", "LC_ALL": "tr_TR.UTF-8"}, 0o027, ("--jobs", "1")),
    "a narrow terminal": ({"COLUMNS": "20", "TERM": "dumb", "LANGUAGE": "fr", "TZ": "Etc/GMT-14"}, 0, ("--jobs", "1")),
    "a warm cache": ({"PYTHONHASHSEED": "3", "PYTHONUTF8": "1", "SOURCE_DATE_EPOCH": "1"}, 0o022, ("--jobs", "1")),
}  # fmt: skip


def built(folder: Path, cache: Path, name: str) -> dict[str, str]:
    """The hashes of what a build in an environment leaves, by name; its guide and home are in `folder`."""
    project = Project(folder / "guide").chapter(CHAPTER)
    project.write("images/pot.svg", (GUIDES / "full/source/images/pot.svg").read_bytes())
    settings, umask, arguments = ENVIRONMENTS[name]
    own = {"HOME": str(folder), "GUIDEPRESS_CACHE": str(cache)}
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "TZ"))
    }
    done = subprocess.run(
        [sys.executable, "-P", "-m", "guidepress", "build", str(project.folder), *arguments],
        capture_output=True, text=True, check=False, env={**kept, **own, **settings}, umask=umask,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    files = {**project.artifacts, "deck.lock": (project.source / "deck.lock").read_bytes()}
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_in_six_environments(tmp_path: Path) -> None:
    """Each with a home and a path of its own; what the first keeps in its cache the last one takes from it."""
    found = {}
    for number, name in enumerate(ENVIRONMENTS):
        folder = tmp_path / ("deep/" * number + f"Ünï {number}")
        folder.mkdir(parents=True)
        cache = tmp_path / "cache" if name in ("plain", "a warm cache") else folder / "cache"
        found[name] = built(folder, cache, name)
    first = found["plain"]
    assert {"handbook.pdf", "deck.apkg", "cards.pdf", "deck-update.txt", "manifest.json"} <= set(
        first
    )
    differ = {name: [n for n in first if made.get(n) != first[n]] for name, made in found.items()}
    assert not any(differ.values()), differ
