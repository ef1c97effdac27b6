"""A worker that has set a page before there is one to set.

The first section that a process lays out takes a quarter of a second more: style sheets are parsed, fonts opened,
hyphenation is loaded. While the source is still being read, a worker does that for the styles of the last build, which
are mostly those of this one. If they are not, or if anything fails, nothing is lost but the time of an idle core.
"""

from __future__ import annotations

import pickle
from pathlib import Path

from guidepress.cache import Cache, code_digest, digest
from guidepress.pdf import compile_section
from guidepress.pdf.model import Section


def keep(cache: Cache, project: Path, section: Section) -> None:
    """Remember a section of the book in the folder `project`; a short one does."""
    cache.put(_key(project), pickle.dumps(section, protocol=5))


def warm_up(place_and_project: tuple[Path | None, Path]) -> None:
    """In a worker: lay out the section that the cache at a place has for a project, if any."""
    place, project = place_and_project
    if (kept := Cache(place).get(_key(project))) is not None:
        compile_section(pickle.loads(kept))


def _key(project: Path) -> str:
    return digest("warm-up", code_digest(), str(project.resolve()))
