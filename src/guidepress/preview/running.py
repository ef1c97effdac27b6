"""A preview from its first page to its end: watch, lay out, show."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from guidepress.memory import MemoryCache
from guidepress.pdf.errors import LimitError
from guidepress.pdf.workers import Workers
from guidepress.preview.board import Board
from guidepress.preview.pages import Pictures
from guidepress.preview.server import Server, listen
from guidepress.preview.stage import Stage
from guidepress.preview.workbench import Superseded, Workbench
from guidepress.watching import Watch

# Seconds. The browser is answered between two steps of the builder, which share one interpreter.
_TURN = 0.001
_LEAVING = 1.0


@dataclass(slots=True)
class Loop:
    """Lays out the guide at every change, in a thread of its own; `failed` gets what it could not go on after."""

    watch: Watch
    bench: Workbench
    stage: Stage
    failed: BaseException | None = None

    def run(self, ended: Callable[[], None]) -> None:
        """Work until the watch is stopped; call `ended` where it ends by itself."""
        changed: frozenset[Path] = frozenset()
        try:
            while not self.watch.stopped:
                self._refresh(changed)
                changed = self.watch.changes()
        except BaseException as problem:
            if not self.watch.stopped:
                self.failed = problem
                ended()

    def _refresh(self, changed: frozenset[Path]) -> None:
        failure = ""
        try:
            self.bench.refresh(changed)
        except Superseded:
            return
        except (OSError, MemoryError, LimitError) as problem:
            # The machine's fault: the next save tries again.
            failure = str(problem) or type(problem).__name__
        self.watch.include(self.bench.read)
        self.stage.idle(failure)


def preview(
    folder: Path,
    out: Path,
    edition: str | None,
    port: int | None,
    workers: Workers,
    cache: MemoryCache,
    ready: Callable[[str], None],
) -> None:
    """Serve the guide in `folder` until the process is interrupted.

    `out` is where builds put their products, which is not watched. `ready` is called with the address once the page
    can be opened. Raises OSError where the port is taken.
    """
    listening = listen(port)
    number = listening.getsockname()[1]
    board = Board()
    stage = Stage(folder, board, Pictures(), cache)
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        with listening, Watch(folder, out) as watch, Workers(2) as font_workers:
            bench = Workbench(
                folder,
                edition,
                workers,
                font_workers,
                cache,
                stage,
                lambda: watch.waiting or watch.stopped,
            )
            loop = Loop(watch, bench, stage)
            server = Server(stage, listening)
            thread = threading.Thread(target=loop.run, args=(server.end,), daemon=True)
            thread.start()
            ready(f"http://127.0.0.1:{number}/")
            try:
                server.serve_all()
            finally:
                watch.stop()
                bench.stop()
                board.close()
                thread.join(_LEAVING)
    finally:
        sys.setswitchinterval(before)
    if loop.failed is not None:
        raise loop.failed
