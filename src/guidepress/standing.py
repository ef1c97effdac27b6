"""Whether the last build still stands: then nothing is built, and neither engine is loaded.

A finished build leaves a note in the cache: the hashes of all it read and wrote, the names in the folders it
looked through, and what it reported. The next build with the same options compares hashes only; times of
files decide nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from guidepress import scratch
from guidepress.artifacts import mend
from guidepress.cache import Cache, code_digest, digest
from guidepress.diagnostics import Diagnostic, Related, Severity, Span
from guidepress.source.location import find


@dataclass(frozen=True, slots=True)
class Standing:
    """A build that still stands: what it reported, and the files it left."""

    diagnostics: tuple[Diagnostic, ...]
    artifacts: tuple[Path, ...]


class Note:
    """The note of one build: `folder` the project, `out` where its artifacts are, `options` what was asked for."""

    def __init__(self, folder: Path, out: Path, options: Sequence[str], cache: Cache) -> None:
        self.folder = folder
        self.out = out
        self.cache = cache
        self.key = digest(
            "standing", code_digest(), str(folder.resolve()), str(out.resolve()), *options
        )

    def read(self) -> Standing | None:
        """The build that stands, or None where anything differs from it."""
        data = self.cache.get(self.key)
        found = find(self.folder).value
        if data is None or found is None:
            return None
        try:
            # A build that was killed since has left files of its own, and maybe some in place of ours.
            scratch.sweep()
            for folder in (found[1], self.out):
                mend(folder)
            note = json.loads(data)
            if note["names"] != _names(self.folder) or not self._same(note["files"]):
                return None
            return Standing(
                tuple(_diagnostic(d) for d in note["diagnostics"]),
                tuple(self.out / name for name in note["artifacts"]),
            )
        except (ValueError, KeyError, TypeError, OSError):
            return None

    def write(
        self,
        read: Mapping[Path, str],
        diagnostics: Iterable[Diagnostic],
        artifacts: Sequence[Path],
    ) -> None:
        """Note a finished build. `read` maps files to the hash they had when they were read.

        A file that is another by now was edited meanwhile; then there is no note.
        """
        files = {str(path.resolve()): hashed for path, hashed in read.items()}
        try:
            if not self._same(files):
                return
            for path in artifacts:
                files[str(path.resolve())] = _hash(path)
            names = _names(self.folder)
        except OSError:
            return
        note = {
            "files": files,
            "names": names,
            "diagnostics": [asdict(d) for d in diagnostics],
            "artifacts": [path.relative_to(self.out).as_posix() for path in artifacts],
        }
        self.cache.put(self.key, json.dumps(note).encode())

    @staticmethod
    def _same(files: Mapping[str, str]) -> bool:
        return all(_hash(Path(name)) == hashed for name, hashed in files.items())


def tree(paths: Iterable[Path]) -> dict[Path, str]:
    """The files among some paths, and every file below the folders among them, with their hashes."""
    return {
        file: _hash(file)
        for path in paths
        for file in (path, *sorted(path.rglob("*")))
        if file.is_file()
    }


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _names(folder: Path) -> list[str]:
    """Names of files whose coming or going changes a build, though none of them was read."""
    found = find(folder).value
    if found is None:
        return []
    project, root = found
    yaml = [p for pattern in ("*.y*ml", "data/*.y*ml", "*.lock") for p in root.glob(pattern)]
    layouts = [p for p in (project / "layouts").rglob("*") if p.is_file()]
    return sorted(p.relative_to(project).as_posix() for p in (*yaml, *layouts))


def _diagnostic(data: dict[str, Any]) -> Diagnostic:
    return Diagnostic(
        code=data["code"],
        severity=Severity(data["severity"]),
        message=data["message"],
        span=Span(**data["span"]) if data["span"] else None,
        hints=tuple(data["hints"]),
        related=tuple(Related(Span(**r["span"]), r["message"]) for r in data["related"]),
    )
