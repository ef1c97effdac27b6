"""Whether the last build still stands: then nothing is built, and neither engine is loaded.

A finished build leaves a note in the cache: the hashes of all it read and wrote, the names in the folders it
looked through, and what it reported. The next build with the same options compares hashes only; times of
files decide nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from guidepress import scratch
from guidepress.artifacts import recover
from guidepress.cache import Cache, code_digest, digest
from guidepress.diagnostics import Diagnostic
from guidepress.source.location import RELEASES, find
from guidepress.source.translations import LANGUAGE


@dataclass(frozen=True, slots=True)
class FinishedBuild:
    """A build that still stands: what it reported, and the files it left."""

    diagnostics: tuple[Diagnostic, ...]
    artifacts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Noted:
    """What a finished build leaves: `files` maps what it read and wrote to hashes."""

    files: Mapping[str, str]
    names: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    artifacts: tuple[str, ...]


class BuildNote:
    """The note of one build: `folder` the project, `out` where its artifacts are, `options` what was asked for."""

    def __init__(self, folder: Path, out: Path, options: Sequence[str], cache: Cache) -> None:
        self.folder = folder
        self.out = out
        self.cache = cache
        self.key = digest(
            "up_to_date", code_digest(), str(folder.resolve()), str(out.resolve()), *options
        )

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that the last finished build read and wrote; none where there is none."""
        note = self.cache.get(self.key, _Noted)
        return tuple(Path(name) for name in note.files) if note is not None else ()

    def read(self) -> FinishedBuild | None:
        """The build that stands, or None where anything differs from it."""
        note = self.cache.get(self.key, _Noted)
        found = find(self.folder).value
        if note is None or found is None:
            return None
        try:
            # A build that was killed since has left files of its own, and maybe some in place of ours.
            scratch.sweep()
            for folder in (found[1], self.out):
                recover(folder)
            if note.names != _names(self.folder) or not self._same(note.files):
                return None
        except (ValueError, OSError):  # the former from a name with a null in it
            return None
        return FinishedBuild(note.diagnostics, tuple(self.out / name for name in note.artifacts))

    def write(
        self,
        read: Mapping[Path, str],
        diagnostics: Iterable[Diagnostic],
        artifacts: Sequence[Path],
    ) -> None:
        """BuildNote a finished build. `read` maps files to the hash they had when they were read.

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
        written = tuple(path.relative_to(self.out).as_posix() for path in artifacts)
        self.cache.put(self.key, _Noted(files, names, tuple(diagnostics), written))

    @staticmethod
    def _same(files: Mapping[str, str]) -> bool:
        # Regular files only: a pipe would be waited for, a device read forever.
        return all(
            os.path.isfile(name) and _hash(Path(name)) == hashed for name, hashed in files.items()
        )


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


def _names(folder: Path) -> tuple[str, ...]:
    """Names of files whose coming or going changes a build, though none of them was read."""
    found = find(folder).value
    if found is None:
        return ()
    project, root = found
    yaml = [
        p
        for pattern in ("*.y*ml", "data/*.y*ml", "*.lock", "chapters/*.md")
        for p in root.glob(pattern)
    ]
    layouts = [p for p in (project / "layouts").rglob("*") if p.is_file()]
    releases = [*(project / RELEASES).glob("*.apkg")]
    languages = [p for p in root.iterdir() if LANGUAGE.fullmatch(p.name) and p.is_dir()]
    texts = [
        p for folder in languages for p in folder.rglob("*") if p.suffix in (".md", ".yaml", ".yml")
    ]
    found_names = (p.relative_to(project).as_posix() for p in (*yaml, *layouts, *releases, *texts))
    return tuple(sorted(found_names))
