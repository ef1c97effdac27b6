"""The folder `releases/` of a project: the decks that learners have, each with the lock it came out with in it.

A name begins with the day of the release, so that names sort by age: `2025-11-01-2025.2.apkg`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from guidepress.artifacts import Staging
from guidepress.deck.carried import lock_of_decks
from guidepress.deck.lock import Lock
from guidepress.diagnostics import Diagnosed
from guidepress.source.location import RELEASES

DECK, SUMS, SBOM = ".apkg", ".sha256", ".cdx.json"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A release that was kept, or is to be."""

    folder: Path
    name: str

    @property
    def deck(self) -> Path:
        """Its deck."""
        return self.folder / f"{self.name}{DECK}"

    @property
    def sums(self) -> Path:
        """The checksums of all its files."""
        return self.folder / f"{self.name}{SUMS}"

    @property
    def sbom(self) -> Path:
        """What it was made with; releases of earlier versions of guidepress have none."""
        return self.folder / f"{self.name}{SBOM}"

    def digests(self) -> dict[str, str]:
        """The SHA-256 of each of its files by name. Raises OSError."""
        found = {"deck.apkg": hashlib.sha256(self.deck.read_bytes()).hexdigest()}
        if self.sums.exists():
            for line in self.sums.read_text(encoding="utf-8", errors="replace").splitlines():
                digest, _, name = line.partition("  ")
                found.setdefault(name, digest)
        return found

    @property
    def day(self) -> str:
        """The day in its name; empty for a deck that somebody put there under another name."""
        found = _DAY.match(self.name)
        return found[0] if found else ""

    def variant(self, variants: Iterable[str]) -> str:
        """Which of the guide's variants it is; empty for the guide itself."""
        fitting = [variant for variant in variants if self.name.endswith(f"-{variant}")]
        return max(fitting, key=len, default="")


def release_of(project: Path, date: str, edition: str, variant: str | None = None) -> Kept:
    """A release by its name, such as `2025-11-01-2025.2`; a variant of the guide (`--edition`) comes last."""
    parts = [date, _UNSAFE.sub("-", edition).strip("-."), variant or ""]
    return Kept(project / RELEASES, "-".join(part for part in parts if part))


def kept(project: Path) -> Sequence[Kept]:
    """The releases of a project, oldest first."""
    folder = project / RELEASES
    return [Kept(folder, path.stem) for path in sorted(folder.glob(f"*{DECK}"))]


def lock_of(
    releases: Sequence[Kept], guide: str, variants: Iterable[str], now: Lock | None
) -> Diagnosed[Lock]:
    """What learners have: the lock of the last release, with what other variants brought of their own.

    Cards are called as in deck.lock, which is `now`. Problems: those of `lock_of_decks`. Raises OSError.
    """
    names = tuple(variants)
    last = {release.variant(names): release for release in releases}
    decks = [release for release in releases if release in last.values()]
    return lock_of_decks([(str(one.deck), one.deck.read_bytes()) for one in decks], guide, now=now)


def keep(release: Kept, deck: bytes, sums: bytes, sbom: bytes) -> None:
    """Keep the deck of a release, the checksums of all its files, and what it was made with. Raises OSError."""
    release.folder.mkdir(parents=True, exist_ok=True)
    with Staging(release.folder) as staging:
        staging.add(release.sums.name, sums)
        staging.add(release.sbom.name, sbom)
        staging.add(release.deck.name, deck)
        staging.publish()
