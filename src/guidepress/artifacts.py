"""Finished files: written whole or not at all, all of a build together, with a manifest of their hashes.

The only module that writes into `build/` (and `deck.lock` into `source/`): temporary file, fsync, os.replace.
A build that fails leaves what was there before; one that is killed leaves every file whole, the old or the new.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

MANIFEST = "manifest.json"
_PREFIX = ".guidepress-"


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the file at `path` by one that holds `data`. Raises OSError; then the old file stands."""
    with Staging(path.parent) as staging:
        staging.add(path.name, data)
        staging.publish()


@dataclass(slots=True)
class Staging:
    """Files on their way into `folder`. Leaving the context without `publish` throws them away."""

    folder: Path
    _staged: dict[str, Path] = field(default_factory=dict)
    _entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __enter__(self) -> Staging:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for path in self._staged.values():
            path.unlink(missing_ok=True)
        self._staged.clear()

    def add(self, name: str, data: bytes, **facts: str | int) -> None:
        """Stage a file; `facts` (pages, cards …) go into the manifest. Raises OSError, as on a full disk."""
        handle, temporary = tempfile.mkstemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=self.folder)
        self._staged[name] = Path(temporary)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files for the owner only; an artifact is as readable as any other new file.
        os.chmod(temporary, 0o666 & ~_umask())
        digest = hashlib.sha256(data).hexdigest()
        self._entries[name] = {"bytes": len(data), "sha256": digest, **facts}

    def publish(self) -> None:
        """Put every staged file in place, or none. Raises OSError."""
        kept = {name: self._keep(self.folder / name) for name in self._staged}
        new = [name for name in self._staged if not os.path.lexists(self.folder / name)]
        try:
            for name, temporary in self._staged.items():
                os.replace(temporary, self.folder / name)
        except BaseException:
            for name, old in kept.items():
                if old:
                    os.replace(old, self.folder / name)
                elif name in new:
                    (self.folder / name).unlink(missing_ok=True)
            raise
        finally:
            for old in filter(None, kept.values()):
                old.unlink(missing_ok=True)
        self._staged.clear()
        _sync(self.folder)

    def publish_with_manifest(self, about: Mapping[str, str]) -> None:
        """Put every staged file in place, and last the manifest that lists them.

        Artifacts of an earlier build that still stand unchanged stay in the manifest.
        """
        with _exclusive(self.folder):
            entries = {**_standing(self.folder), **self._entries}
            manifest = {**about, "artifacts": {name: entries[name] for name in sorted(entries)}}
            text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
            self.add(MANIFEST, text.encode())
            self.publish()

    def _keep(self, path: Path) -> Path | None:
        """A second name for the file at `path`, to bring it back by; none where there is no file."""
        old = self.folder / f"{_PREFIX}{os.getpid()}-old-{path.name}"
        with contextlib.suppress(OSError):  # nothing to keep, or a file system without links
            os.link(path, old, follow_symlinks=False)
            return old
        return None

    def _sweep(self) -> None:
        """Remove temporary files of processes that were killed."""
        for path in self.folder.glob(f"{_PREFIX}*"):
            owner = path.name.removeprefix(_PREFIX).partition("-")[0]
            if owner.isdigit() and not _alive(int(owner)):
                path.unlink(missing_ok=True)


def _standing(folder: Path) -> dict[str, dict[str, Any]]:
    """Entries of the manifest in `folder` whose files are still what it says."""
    standing: dict[str, dict[str, Any]] = {}
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        entries = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["artifacts"]
        for name, entry in entries.items():
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
                if digest == entry["sha256"]:
                    standing[name] = entry
    return standing


def _alive(process: int) -> bool:
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextlib.contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    """Holds other builds off the folder, where the system can: each waits for its turn to publish."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _sync(folder: Path) -> None:
    """Make the renames durable, where the system can sync a folder."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
