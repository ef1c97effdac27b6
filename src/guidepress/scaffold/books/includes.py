"""What other tools put into a page while they build, and lines of code that they do not show.

mdBook's `{{#include file}}`, `{! file !}` and `--8<-- "file"` of Material for MkDocs, `{* file *}` of FastAPI's docs;
lines of Rust that begin with `#`, and javascript.info's marks around what it highlights. Lines move here, so this is
the last step: until then those of the report are the file's own.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path

from guidepress.scaffold.books.folder import MARKDOWN, Folder
from guidepress.scaffold.books.page import Page
from guidepress.scaffold.books.reading import decode
from guidepress.scaffold.books.report import Fate
from guidepress.source.files import CONTROL, MAX_TEXT, inside

_INCLUDE = re.compile(
    r"^(?P<before>[ \t>]*)\{\{\s*#(?P<kind>include|rustdoc_include|playground|playpen)\s+"
    r"(?P<path>[^\s:{}]+)(?P<part>(?::[\w-]*)*)[^{}]*\}\}[ \t]*$"
)
_OTHERS = (
    # markdown-include and mdx_include; the arrow makes a quotation of nothing.
    re.compile(r"^(?P<before>[ \t>]*)\{!>?[ \t]*(?P<path>[^\s!{}]+)(?P<part>)[ \t]*!\}[ \t]*$"),
    re.compile(
        r"^(?P<before>[ \t>]*)\{\*[ \t]*(?P<path>[^\s*{}]+)(?:[ \t]+ln\[(?P<part>\d+(?::\d*)?)\])?[^*{}]*\*\}[ \t]*$"
    ),
    re.compile(
        r"^(?P<before>[ \t>]*)-{1,}8<-{1,}[ \t]+[\"'](?P<path>[^\s:\"']+)(?P<part>(?::[\w-]*)*)[\"'][ \t]*$"
    ),
)
_OTHER_MARKS = ("{!", "{*", "8<", "[html ", "[js ", "[css ")
_SHOWN = re.compile(
    r"^(?P<before>[ \t>]*)\[(?:html|js|css)[ \t](?:[\w-]+[ \t]+)*src=\"(?P<path>[^\"\s]+)\"[^\[\]]*(?P<part>)\][ \t]*$"
)
_HIGHLIGHTED = ("*!*", "*/!*")
_TITLE = re.compile(r"\{\{\s*#title\s[^{}]*\}\}")
_ANCHOR = re.compile(r"ANCHOR(?:_END)?:\s*[\w-]+|-8<-+\s*\[(?:start|end):")
_HIDDEN = re.compile(r"^\s*#(?:\s.*)?$")


def expand(page: Page, folder: Folder, base: str, *, mdbook: bool) -> None:
    """Put files in the places that name them, and take out what the tool of the book does not show.

    `base` is the folder of the pages below `folder`, from which paths may start as well.
    """
    if mdbook:
        _mdbook(page, folder)
    if page.has(*_OTHER_MARKS):
        _others(page, folder, base)
    if all(page.has(mark) for mark in _HIGHLIGHTED):
        _highlights(page)


def _mdbook(page: Page, folder: Folder) -> None:
    has_rust = any(re.match(r"rust\b", fence.info) for fence in page.fences)
    if not has_rust and not page.has("{{#", "{{ #"):
        return
    rust = {
        at
        for fence in page.fences
        if re.match(r"rust\b", fence.info)
        for at in range(fence.start + 1, fence.end)
    }
    made: list[str] = []
    for at, line in enumerate(page.lines):
        if at >= page.start and at in rust and _HIDDEN.match(line):
            page.say(Fate.LEFT, "a line of Rust that mdBook hides", at)
        elif at >= page.start and (match := _INCLUDE.match(line)):
            here = folder.path(page.name).parent
            made += _included(page, folder, (here,), match, at)
        elif "#title" in line and not page.code[at]:
            made.append(_TITLE.sub("", line))
        else:
            made.append(line)
    page.lines[:] = made
    page.scan()


def _others(page: Page, folder: Folder, base: str) -> None:
    root = folder.root.resolve()
    around = [one for one in (root, *root.parents) if inside(folder.repository, one)]
    places = (folder.path(page.name).parent, root / base, *around)
    fenced = {at for fence in page.fences for at in range(fence.start, fence.end + 1)}
    made: list[str] = []
    for at, line in enumerate(page.lines):
        match = next(filter(None, (one.match(line) for one in (*_OTHERS, _SHOWN))), None)
        if at < page.start or match is None or (page.code[at] and at not in fenced):
            made.append(line)
            continue
        shown = _included(page, folder, places, match, at)
        suffix = posixpath.splitext(match["path"])[1]
        if at not in fenced and shown not in ([], [line]) and suffix not in MARKDOWN:
            # Outside of a block of code only a file of Markdown is text.
            shown = [f"{match['before']}```{suffix[1:]}", *shown, f"{match['before']}```"]
        made += shown
    page.lines[:] = made
    page.scan()


def _highlights(page: Page) -> None:
    """javascript.info's `*!*` and `*/!*` around what it highlights in code."""
    made: list[str] = []
    for at, line in enumerate(page.lines):
        if at >= page.start and page.code[at] and any(mark in line for mark in _HIGHLIGHTED):
            page.say(Fate.CHANGED, "code is printed without the marks of what is highlighted", at)
            line = line.replace("*/!*", "").replace("*!*", "")
            if not line.strip():
                continue
        made.append(line)
    page.lines[:] = made
    page.scan()


def _included(
    page: Page, folder: Folder, places: Iterable[Path], match: re.Match[str], at: int
) -> list[str]:
    """The lines of a file, looked for from several folders; the line that names it where it is not there."""
    paths = (Path(os.path.normpath(place / match["path"])) for place in places)
    path = next((p for p in paths if inside(folder.repository, p) and p.is_file()), None)
    if path is None or path.stat().st_size > MAX_TEXT:
        page.say(Fate.UNKNOWN, f"`{match['path']}`, to be included, is not there", at)
        return [] if match.re is _SHOWN else [match[0]]
    text = CONTROL.sub("", decode(path.read_bytes())[0].replace("\r\n", "\n"))
    lines = _part(text.split("\n"), (match["part"] or "").removeprefix(":"))
    kind = match.groupdict().get("kind") or ""
    if kind not in ("", "include") or (kind and path.suffix == ".rs"):
        lines = [line for line in lines if not _HIDDEN.match(line)]
    lines = [line for line in lines if not _ANCHOR.search(line)]
    while lines and not lines[-1].strip():
        lines.pop()
    page.say(Fate.CHANGED, "a file is included", at)
    shown = [f"{match['before']}{line}" for line in lines]
    if kind in ("playground", "playpen") and not page.code[at]:
        return [f"{match['before']}```rust", *shown, f"{match['before']}```"]
    return shown


def _part(lines: list[str], part: str) -> list[str]:
    """`5`, `5:10`, `:10`, `5:` or the name of an anchor."""
    if not part:
        return lines
    first, _, last = part.partition(":")
    if not first and not last:
        return lines
    if all(not one or one.isdigit() for one in (first, last)):
        start = int(first) - 1 if first else 0
        end = int(last) if last else (start + 1 if ":" not in part else len(lines))
        return lines[max(0, start) : end]
    starts = re.compile(rf"(?:ANCHOR:\s*|8<-+\s*\[start:\s*){re.escape(first)}\b")
    ends = re.compile(rf"(?:ANCHOR_END:\s*|8<-+\s*\[end:\s*){re.escape(first)}\b")
    begin = next((n for n, one in enumerate(lines) if starts.search(one)), -1)
    end = next((n for n, one in enumerate(lines) if ends.search(one)), len(lines))
    return lines[begin + 1 : end] if begin >= 0 else lines
