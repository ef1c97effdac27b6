"""What mdBook puts into a page while it builds: `{{#include file}}`, and the lines of Rust that it hides.

Lines move here, so this is the last step: until then those of the report are the file's own.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from guidepress.scaffold.books.folder import Folder
from guidepress.scaffold.books.page import Page
from guidepress.scaffold.books.reading import decode
from guidepress.scaffold.books.report import Fate
from guidepress.source.files import CONTROL, MAX_TEXT, inside

_INCLUDE = re.compile(
    r"^(?P<before>[ \t>]*)\{\{\s*#(?P<kind>include|rustdoc_include|playground|playpen)\s+"
    r"(?P<path>[^\s:{}]+)(?P<part>(?::[\w-]*)*)[^{}]*\}\}[ \t]*$"
)
_TITLE = re.compile(r"\{\{\s*#title\s[^{}]*\}\}")
_ANCHOR = re.compile(r"ANCHOR(?:_END)?:\s*[\w-]+")
_HIDDEN = re.compile(r"^\s*#(?:\s.*)?$")


def expand(page: Page, folder: Folder) -> None:
    """Put files in the places that name them, and take out what mdBook hides."""
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
            made += _included(page, folder, match, at)
        elif "#title" in line and not page.code[at]:
            made.append(_TITLE.sub("", line))
        else:
            made.append(line)
    page.lines[:] = made
    page.scan()


def _included(page: Page, folder: Folder, match: re.Match[str], at: int) -> list[str]:
    path = Path(os.path.normpath(folder.path(page.name).parent / match["path"]))
    known = inside(folder.repository, path) and path.is_file()
    if not known or path.stat().st_size > MAX_TEXT:
        page.say(Fate.UNKNOWN, f"`{match['path']}`, to be included, is not there", at)
        return [match[0]]
    text = CONTROL.sub("", decode(path.read_bytes())[0].replace("\r\n", "\n"))
    lines = _part(text.split("\n"), match["part"].removeprefix(":"))
    if match["kind"] != "include" or path.suffix == ".rs":
        lines = [line for line in lines if not _HIDDEN.match(line)]
    lines = [line for line in lines if not _ANCHOR.search(line)]
    while lines and not lines[-1].strip():
        lines.pop()
    page.say(Fate.CHANGED, "a file is included", at)
    shown = [f"{match['before']}{line}" for line in lines]
    if match["kind"] in ("playground", "playpen") and not page.code[at]:
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
    begin = next(
        (n for n, one in enumerate(lines) if re.search(rf"ANCHOR:\s*{re.escape(first)}\b", one)), -1
    )
    end = next(
        (
            n
            for n, one in enumerate(lines)
            if re.search(rf"ANCHOR_END:\s*{re.escape(first)}\b", one)
        ),
        len(lines),
    )
    return lines[begin + 1 : end] if begin >= 0 else lines
