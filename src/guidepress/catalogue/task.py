"""What is to be built of a catalogue: one guide."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from guidepress.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Task:
    """A guide to be built: every edition of it, one after the other, since they share its deck.lock.

    `folder` is the guide's project, `out` where its editions go, each into a folder of its name. `untrusted`: strangers
    wrote it, and it is built confined.
    """

    name: str
    folder: Path
    out: Path
    editions: tuple[str, ...]
    products: tuple[str, ...]
    recipients: Path | None
    licence: str
    span: Span
    untrusted: bool = False
