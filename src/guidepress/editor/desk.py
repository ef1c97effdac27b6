"""A guide as an editor has it open: looked through again after each change, in a thread of its own."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guidepress.build import Examined, examine
from guidepress.diagnostics import Diagnostic, Severity, Span
from guidepress.editor.known import Known
from guidepress.memory import MemoryCache
from guidepress.source.files import unsaved
from guidepress.source.location import find

# Seconds. While somebody types, it is waited for so long a pause, but not for longer than that altogether.
_PAUSE, _PATIENCE = 0.1, 0.5

# The texts that an editor holds, by resolved path, each with its version.
Held = Mapping[Path, tuple[str, int | None]]


@dataclass(slots=True)
class Desk:
    """The guide in `folder`. `examined` is how it was found last, and `texts` what the editor held then."""

    folder: Path
    root: Path
    cache: MemoryCache
    edition: str | None = None
    examined: Examined = field(default_factory=lambda: Examined(()))
    texts: Held = field(default_factory=dict)
    # What the guide named when it last could be read.
    known: Known | None = None
    # Files whose problems an editor was told of.
    told: set[str] = field(default_factory=set)
    # One look at a time: conversions and the cache are of one thread.
    lock: threading.Lock = field(default_factory=threading.Lock)
    _settled: bool = False

    def look(self, held: Held) -> Examined:
        """Look the guide through with the texts that an editor holds in place of files."""
        found = self.examine({path: text for path, (text, _) in held.items()}, self.edition)
        self.examined, self.texts = found, held
        if found.source is not None:
            self.known = Known(found.source)
        if not self._settled:
            # What was read of the guide stays; to look through it for garbage would take longer than most edits.
            self._settled = True
            gc.collect()
            gc.freeze()
        return found

    def examine(self, texts: Mapping[Path, str], edition: str | None) -> Examined:
        """The guide, or an edition of it, as it is with some texts in place of files."""
        with self.lock, unsaved(texts):
            try:
                return examine(self.folder, edition, self.cache)
            except OSError as problem:
                # A file that goes while it is read, a disk that fails: there will be another look.
                reason = f"{problem.strerror or problem}: {problem.filename or self.folder}"
                return Examined(
                    (Diagnostic("file-unreadable", Severity.ERROR, reason, Span("guide.yaml")),)
                )

    def name(self, path: Path) -> str:
        """How diagnostics call a file; empty for one outside of the project."""
        try:
            return path.relative_to(self.folder).as_posix()
        except ValueError:
            return ""

    def text(self, name: str, held: Held) -> str:
        """The text of a file, as the editor holds it or as it is saved; empty where there is none."""
        path = (self.folder / name).resolve()
        if path in held:
            return held[path][0]
        # Not `read_text` of the source: line ends must stay as they are.
        try:
            return path.read_bytes().decode("utf-8-sig", "replace")
        except (OSError, ValueError):
            return ""


def folder_of(path: Path) -> tuple[Path, Path] | None:
    """(project, folder of guide.yaml) of the guide that a file belongs to: the nearest one around it."""
    for folder in path.parents:
        found = find(folder).value
        if found is None:
            continue
        project, root = found
        # `source/guide.yaml` belongs to the folder above, which the command line would be given.
        if project == root and root.name == "source":
            return root.parent, root
        return found
    return None


class Examiner:
    """Looks guides through after changes; `held` gives the texts of the moment, `report` is called in its thread."""

    def __init__(self, held: Callable[[], Held], report: Callable[[Desk], None]) -> None:
        self._held = held
        self._report = report
        self._wanted: dict[Path, Desk] = {}
        self._since = self._last = 0.0
        self._news = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="examiner", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Look at nothing any more."""
        with self._news:
            self._stopped = True
            self._news.notify_all()

    def want(self, desk: Desk) -> None:
        """Have a guide looked through, once its editor is at rest for a moment."""
        with self._news:
            self._last = time.monotonic()
            if not self._wanted:
                self._since = self._last
            self._wanted[desk.folder] = desk
            self._news.notify_all()

    def _run(self) -> None:
        while desk := self._next():
            desk.look(self._held())
            self._report(desk)

    def _next(self) -> Desk | None:
        with self._news:
            while not self._stopped:
                if not self._wanted:
                    self._news.wait()
                    continue
                now = time.monotonic()
                due = min(self._last + _PAUSE, self._since + _PATIENCE)
                if due <= now:
                    return self._wanted.pop(next(iter(self._wanted)))
                self._news.wait(due - now)
        return None
