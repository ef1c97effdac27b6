"""Saved files of a project, as they are saved."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

from guidepress.source.location import find

# Milliseconds. A save is several events: they are over after such a silence, and it is waited no longer than that.
_SILENCE, _PATIENCE = 10, 100
# How often it is looked whether other folders have to be watched.
_ROUND = 2000
_POLLING = 300
_FOREIGN = frozenset({"node_modules", "__pycache__"})


class Watch:
    """Tells of changes in a project: the folder of guide.yaml with what is below it, layouts, and `also`.

    `folder` is the project's, `out` where its products are put, which is not looked at. A context; from its beginning
    on no change is lost. A change that comes while nobody waits is reported when somebody does.
    """

    def __init__(self, folder: Path, out: Path) -> None:
        self.folder = folder
        self._out = out.resolve()
        # Folders of files outside of those that are watched anyway.
        self._also: frozenset[Path] = frozenset()
        self._stop = threading.Event()
        self._listening = threading.Event()
        self._changed: set[Path] = set()
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._listen, name="watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        self._listening.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._thread.join()

    def stop(self) -> None:
        """Tell everybody who waits that nothing comes any more."""
        self._stop.set()
        with self._news:
            self._news.notify_all()

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stop.is_set()

    @property
    def waiting(self) -> bool:
        """Whether there are changes that nobody has heard of."""
        return bool(self._changed)

    def include(self, files: Iterable[Path]) -> None:
        """Also tell of changes to these files, wherever in the project they are."""
        self._also = frozenset(file.resolve().parent for file in files)

    def changes(self) -> frozenset[Path]:
        """What changed since the last call; waits until there is something. Empty once stopped."""
        with self._news:
            while not self._changed and not self.stopped:
                # With a limit: without one, an interrupt from the terminal would have to wait, too.
                self._news.wait(1)
            found = frozenset(self._changed)
            self._changed.clear()
        return frozenset() if self.stopped else found

    def _listen(self) -> None:
        first = True
        while not self.stopped:
            folders = self._folders()
            try:
                notify = _notify(folders)
            except FileNotFoundError:  # one has just gone
                self._stop.wait(_SILENCE / 1000)
                continue
            if not first:
                # While nobody listened, anything may have happened to the folders.
                self._tell({self.folder})
            first = False
            self._listening.set()
            with contextlib.closing(notify):
                while not self.stopped and folders == self._folders():
                    found = notify.watch(_PATIENCE, _SILENCE, _ROUND, self._stop)
                    if isinstance(found, set):
                        paths = {Path(name) for _, name in found}
                        self._tell({path for path in paths if self._counts(path)})

    def _tell(self, paths: set[Path]) -> None:
        with self._news:
            self._changed |= paths
            if paths:
                self._news.notify_all()

    def _counts(self, path: Path) -> bool:
        """Whether a path is of the source: no editor's own file, and not what a build writes."""
        if path.name.startswith(".") or path.name.endswith("~"):
            return False
        return path != self._out and self._out not in path.parents

    def _folders(self) -> tuple[Path, ...]:
        project = self.folder.resolve()
        found = {project} if project.is_dir() else set()
        located = find(project).value
        tops = [project / "layouts", *(located[1:] if located else ())]
        for top in tops:
            found.update(self._below(top))
        found.update(place for place in self._also if place.is_dir())
        return tuple(sorted(found)) or (_nearest(project),)

    def _below(self, top: Path) -> Iterator[Path]:
        for place, names, files in os.walk(top):
            folder = Path(place)
            if folder == self._out or (folder != top and "pyvenv.cfg" in files):
                names.clear()
                continue
            names[:] = [n for n in names if not n.startswith(".") and n not in _FOREIGN]
            yield folder


def _nearest(folder: Path) -> Path:
    """The folder itself or, where it is gone, the next above it that is there."""
    return next(place for place in (folder, *folder.parents) if place.is_dir())


def _notify(folders: tuple[Path, ...]) -> RustNotify:
    """What tells of events in some folders; where the system gives no more watches, it looks again and again."""
    names = [str(folder) for folder in folders]
    polling = bool(os.environ.get("WATCHFILES_FORCE_POLLING"))
    try:
        return RustNotify(names, False, polling, _POLLING, False, True)
    except FileNotFoundError:
        raise
    except (OSError, WatchfilesRustInternalError):
        return RustNotify(names, False, True, _POLLING, False, True)
