"""A worker that has set a page before there is one to set.

The first section that a process lays out takes a quarter of a second more: style sheets are parsed, fonts opened,
hyphenation is loaded. While the source is still being read, a worker does that for the styles of the last build, which
are mostly those of this one, and for one block of each kind: what is laid out after that leaves hardly anything loaded
that was not. It is done in small parts, since a section may be there before all are. Where there was no build, all
workers do it while sections are composed, for the styles of a text that needs no fonts but those of the layout. If
these are others, or if anything fails, nothing is lost but the time of an idle core.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lxml import html as lxml_html

import guidepress
from guidepress.cache import Cache, code_digest, digest
from guidepress.pdf import compile_section
from guidepress.pdf.errors import EngineError, FontError
from guidepress.pdf.model import Section

# So many characters are laid out at a time; fewer would pay for a layout of their own. A block that is longer than so
# many is left out: review questions in columns take as long as all else, and leave nothing behind.
_PART, _LONG = 1_000, 2_000


def keep(cache: Cache, project: Path, section: Section) -> None:
    """Remember a section of the book in the folder `project`; a short one does."""
    cache.put(_key(project), section)


def is_kept(cache: Cache, project: Path) -> bool:
    """Whether there is a section for the book in a folder: it was built before."""
    return cache.has(_key(project))


def lay_out(section: Section) -> None:
    """In a worker: lay out a section for what it leaves loaded, whatever comes of it."""
    with suppress(EngineError, FontError):
        compile_section(section)


def warm_up(place_and_project: tuple[Path | None, Path]) -> Iterator[None]:
    """In a worker: lay out parts of the section that the cache at a place has for a project, if any, one a step."""
    place, project = place_and_project
    if (kept := Cache(place).get(_key(project), Section)) is not None:
        for part in parts(replace(kept, files=_own(kept.files, project))):
            lay_out(part)
            yield


def parts(section: Section) -> Iterator[Section]:
    """Sections with the first block of each kind that one has, some in each; itself where it is one block."""
    root = lxml_html.document_fromstring(section.html)
    around = root.find("body")
    while around is not None and len(around) == 1:
        around = around[0]
    if around is None or len(around) == 0:
        yield section
        return
    kinds: dict[tuple[str, str], lxml_html.HtmlElement] = {}
    for block in around:
        kinds.setdefault((str(block.tag), block.get("class") or ""), block)
    groups: list[list[lxml_html.HtmlElement]] = []
    length = _PART
    for block in kinds.values():
        if (own := len(lxml_html.tostring(block))) <= _LONG:
            if length >= _PART:
                groups.append([])
                length = 0
            groups[-1].append(block)
            length += own
    for group in groups:
        around[:] = group
        html = lxml_html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
        yield replace(section, html=html)


def _own(files: Mapping[str, str], project: Path) -> Mapping[str, str]:
    """The files of the project and of Python's packages: an entry of the cache has no say in what else is read."""
    roots = [Path(place).resolve() for place in (project, sys.prefix, guidepress.__path__[0])]
    return {
        url: path
        for url, path in files.items()
        if any(Path(path).resolve().is_relative_to(root) for root in roots) and os.path.isfile(path)
    }


def _key(project: Path) -> str:
    return digest("warm-up", code_digest(), str(project.resolve()))
