"""Page numbers of the handbook for products that cite it, where it is not laid out: those of an earlier build.

They come from the cache, which has them by what the handbook was made from, or else from the handbook that stands in
the folder of the artifacts; whether that is of the same source stands in the manifest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guidepress.artifacts import MANIFEST
from guidepress.cache import Cache, code_digest, digest
from guidepress.diagnostics import Diagnostic, Severity, Span, warning
from guidepress.product import News

HANDBOOK = "handbook.pdf"


@dataclass(frozen=True, slots=True)
class KnownPages:
    """Printed page numbers by anchor. `exact` says that laying the handbook out would give the same."""

    folios: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False
    problems: tuple[Diagnostic, ...] = ()


def source_digest(
    folder: Path, read: Mapping[Path, str], news: News, edition: str | None = None
) -> str:
    """A digest of what the pages of a handbook depend on.

    `read` are the files that a build in `folder` has read, with their hashes, but for deck.lock, of which the handbook
    has the `news` alone.
    """
    root = folder.resolve()
    files = sorted((_name(path.resolve(), root), hashed) for path, hashed in read.items())
    shown = (
        sorted(news.new),
        sorted(news.changed),
        [(one.id, one.words) for one in news.withdrawn],
    )
    return digest("pages", code_digest(), edition or "", json.dumps([files, shown]))


def keep(cache: Cache, source: str, folios: Mapping[str, str]) -> None:
    """Remember the pages of a handbook that was laid out; `source` is its `source_digest`."""
    cache.put(source, dict(folios))


def known_pages(cache: Cache, source: str, out: Path, guide: str, edition: str) -> KnownPages:
    """What is known of the pages of the handbook with this `source_digest`.

    `out` is the folder of the artifacts; a handbook in it counts if it is of this `guide` and `edition` (as printed).
    Warning: `pages-old`. Note: `pages-unknown`.
    """
    if (folios := cache.get(source, dict[str, str])) is not None:
        return KnownPages(folios, exact=True)
    entry = _entry(out, guide, edition)
    if entry is not None:
        # Not above: it loads what reads PDF.
        from guidepress.pdf.destinations import printed_pages

        if folios := printed_pages(out / HANDBOOK):
            exact = entry.get("source") == source
            return KnownPages(folios, exact, () if exact else (_old(),))
    return KnownPages(problems=(_unknown(),))


def _name(path: Path, root: Path) -> str:
    """The name of a file of the project; of any other its last part, wherever guidepress is installed."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _entry(out: Path, guide: str, edition: str) -> Mapping[str, object] | None:
    """What the manifest says of the handbook, where there is one that is still as it says."""
    try:
        manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        entry = manifest["artifacts"][HANDBOOK]
        if (manifest["guide"], manifest["edition"]) != (guide, edition):
            return None
        with (out / HANDBOOK).open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == entry["sha256"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return entry if same and isinstance(entry, dict) else None


def _old() -> Diagnostic:
    return warning(
        "pages-old",
        "the page numbers are those of the last handbook, and the source has changed since: some may be wrong",
        Span(HANDBOOK),
        hints=("build the handbook too, or choose `--pages fresh` (lay it out) or `--pages none`",),
    )


def _unknown() -> Diagnostic:
    return Diagnostic(
        "pages-unknown",
        Severity.NOTE,
        "no handbook of this edition was built before, so cards cite their chapter and no page",
        hints=("build the handbook too, or choose `--pages fresh`, which lays it out",),
    )
