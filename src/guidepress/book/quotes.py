"""Code that chapters quote from files of the project: read, cut to a region, highlighted."""

from __future__ import annotations

import os
import posixpath
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from guidepress.content import Code, Element, Quote, Text
from guidepress.content.walk import joined
from guidepress.diagnostics import Diagnosed, Diagnostic, Related, Span, did_you_mean, error
from guidepress.markdown.highlight import quoted, turned
from guidepress.source.files import TURNING, SourceFile, inside, read_text

# A comment of nothing but `region NAME` or `endregion`, as editors fold them: `# region a`, `//#region a`,
# `-- region a`, `/* region a */`, `<!-- #region a -->`, `#pragma region a`.
_MARKER = re.compile(
    r"\s*(?:#|//|--|/\*|<!--|;+|%+|'|REM\b)\s*(?:#|pragma\b)?\s*(end)?region\b[ \t:]*(.*?)\s*(?:\*/|-->)?\s*"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """A line that starts or ends a region; `line` counts from 0, `name` may be empty at an end."""

    line: int
    name: str
    ends: bool


@dataclass(slots=True)
class Quotes:
    """Reads what the chapters of one guide quote. `project` is the user's folder, `root` that of guide.yaml.

    `read` maps the files that were read to the SHA-256 of their bytes.
    """

    project: Path
    root: Path
    read: dict[Path, str] = field(default_factory=dict)
    _files: dict[str, Diagnosed[SourceFile]] = field(default_factory=dict)

    def code(self, use: Quote) -> Diagnosed[tuple[str, Code]]:
        """The language and the code of what is quoted, or nothing and the problem, at the place of the quote."""
        source = self._source(use)
        if source.value is None:
            return Diagnosed(None, source.diagnostics)
        lines = source.value.text.split("\n")
        start, end = 0, len(lines)
        if use.region:
            found = find_region(source.value, use.region, use.span)
            if found.value is None:
                return Diagnosed(None, found.diagnostics)
            start, end = found.value
        code = textwrap.dedent("\n".join(_without_markers(lines[start:end]))).strip("\n")
        if not code.strip():
            what = f"the region `{use.region}` of `{use.path}`" if use.region else f"`{use.path}`"
            problem = error("code-empty", f"there is no code in {what}", use.span)
            return Diagnosed(None, (problem,))
        read = quoted(f"{code}\n", posixpath.basename(use.path), use.language, use.span)
        if read.value is None:
            return Diagnosed(None, read.diagnostics)
        language, pieces = read.value
        turns = _turns(lines, start, end, source.value.name)
        nodes = [
            Element("span", {"class": style}, (Text(text),)) if style else Text(text)
            for style, text in pieces
        ]
        made = Code("code", {}, joined(nodes))
        return Diagnosed((language, made), (*read.diagnostics, *turns))

    def _source(self, use: Quote) -> Diagnosed[SourceFile]:
        """The file, read once; problems are those of the place that wants it."""
        path = self.root / use.path.lstrip("/")
        if not use.path.strip("/") or not inside(self.project, path):
            message = f"the file `{use.path}` lies outside of the project"
            if not use.path.strip("/"):
                message = "this `code` block names no file"
            return Diagnosed(None, (error("code-outside", message, use.span),))
        name = posixpath.normpath(os.path.relpath(path, self.project).replace(os.sep, "/"))
        if name not in self._files:
            self._files[name] = self._read(path, name, use)
        known = self._files[name]
        return Diagnosed(known.value, tuple(replace(p, span=use.span) for p in known.diagnostics))

    def _read(self, path: Path, name: str, use: Quote) -> Diagnosed[SourceFile]:
        if not os.path.isfile(path):  # of a Path, a name that no system holds would raise
            hints = did_you_mean(path.name, _names_in(path.parent))
            hints = hints or ("the path starts at the folder of guide.yaml",)
            message = f"the file `{use.path}` does not exist"
            return Diagnosed(None, (error("code-file-missing", message, use.span, hints=hints),))
        read = read_text(path, name)
        if read.value is None:
            # The place of the quote is what is reported; where in the quoted file is worth knowing, too.
            return Diagnosed(None, tuple(_related(problem) for problem in read.diagnostics))
        self.read[path] = read.value.sha256
        return read


def markers(text: str) -> Iterator[Marker]:
    """The lines of a file that start or end a region."""
    for number, line in enumerate(text.split("\n")):
        if "region" in line and (match := _MARKER.fullmatch(line)):
            yield Marker(number, " ".join(match[2].split()), bool(match[1]))


def find_region(source: SourceFile, name: str, span: Span) -> Diagnosed[tuple[int, int]]:
    """The first line of a region and the one behind its last, counted from 0.

    An end without a name ends the region that was opened last, one with a name that region and those in it.
    Problems, at `span`: `code-region-unknown`, `code-region-duplicate`, `code-region-unclosed`.
    """
    found = list(markers(source.text))
    starts = [marker for marker in found if marker.name == name and not marker.ends]
    if not starts:
        known = [marker.name for marker in found if not marker.ends and marker.name]
        hints = did_you_mean(name, known) or (
            f"mark it in the file with comments: `region {name}` and `endregion`",
        )
        message = f"`{source.name}` has no region `{name}`"
        return Diagnosed(None, (error("code-region-unknown", message, span, hints=hints),))
    first, *more = starts
    if more:
        message = f"`{source.name}` has {len(starts)} regions `{name}`"
        related = tuple(
            Related(Span(source.name, one.line + 1), "one starts here") for one in starts
        )
        hints = ("give each a name of its own",)
        return Diagnosed(
            None, (error("code-region-duplicate", message, span, hints=hints, related=related),)
        )
    open_ = [name]
    for marker in found[found.index(first) + 1 :]:
        if not marker.ends:
            open_.append(marker.name)
        elif not marker.name:
            open_.pop()
        elif marker.name in open_:
            del open_[open_.index(marker.name) :]
        if not open_:
            return Diagnosed((first.line + 1, marker.line))
    message = f"the region `{name}` of `{source.name}` never ends"
    hints = (f"end it with a comment: `endregion {name}`",)
    related = (Related(Span(source.name, first.line + 1), "it starts here"),)
    return Diagnosed(
        None, (error("code-region-unclosed", message, span, hints=hints, related=related),)
    )


def _turns(lines: Sequence[str], start: int, end: int, name: str) -> Iterator[Diagnostic]:
    """A warning for each character that turns the direction of quoted code, where it stands in its file."""
    for number, line in enumerate(lines[start:end], start + 1):
        for match in TURNING.finditer(line):
            yield turned(match[0], Span(name, number, match.start() + 1))


def _without_markers(lines: list[str]) -> list[str]:
    """The lines without markers, and without the empty lines that would be too many where a marker stood."""
    kept: list[str] = []
    gap = False
    for line in lines:
        if "region" in line and _MARKER.fullmatch(line):
            gap = True
        elif line.strip() or not (gap and kept and not kept[-1].strip()):
            kept.append(line)
            gap = gap and not line.strip()
    return kept


def _related(problem: Diagnostic) -> Diagnostic:
    span = problem.span
    return replace(problem, related=(Related(span, "here"),)) if span and span.line else problem


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))[:500]
    except OSError:
        return []
