"""Front matter: YAML between two lines of `---` at the top of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from guidepress.diagnostics import Diagnostic, Span, error
from guidepress.source import yaml

_FENCE = re.compile(r"---[ \t]*$")
_KEY = re.compile(r"[A-Za-z_][\w-]*:(?:\s|$)")
_SKIPPED = re.compile(r"[ \t]*(?:#.*)?$")
_MAPPING = re.compile(r"[ ]*(?:[{?\"']|[\w][\w .-]*:(?:\s|$))")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*$")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Its values, the number of lines it takes, and its problems."""

    values: Mapping[str, object]
    lines: int
    diagnostics: tuple[Diagnostic, ...] = ()


def is_meant(body: Iterable[str]) -> bool:
    """Whether what stands between two lines of `---` is front matter, and no text between two thematic breaks.

    The first line that is neither empty nor a comment of YAML decides: it begins a mapping.
    """
    first = next((line for line in body if not _SKIPPED.match(line)), None)
    return first is None or _MAPPING.match(first) is not None


def read(lines: list[str], file: str) -> FrontMatter:
    """The front matter of a file, if it has one."""
    if len(lines) < 2 or not _FENCE.match(lines[0]) or not lines[1].strip():
        return FrontMatter({}, 0)
    end = next((at for at, line in enumerate(lines[1:], 1) if _END.match(line)), 0)
    if not end and _KEY.match(lines[1]):
        hints = ("end it with a line of `---`",)
        problem = error(
            "front-matter-invalid",
            "the front matter is never closed",
            Span(file, 1, 1, 3),
            hints=hints,
        )
        return FrontMatter({}, 0, (problem,))
    if not end or not any(line.strip() for line in lines[1:end]):
        # A thematic break, or two.
        return FrontMatter({}, end + 1 if end else 0)
    if not is_meant(lines[1:end]):
        return FrontMatter({}, 0)
    loaded = yaml.load("\n".join(lines[1:end]), file, 2)
    problems = tuple(replace(p, code="front-matter-invalid") for p in loaded.diagnostics)
    if loaded.value is None or loaded.value.value is None:
        return FrontMatter({}, end + 1, problems)
    values = loaded.value.value
    if not isinstance(values, dict):
        hints = ("front matter is lines of `key: value`",)
        problem = error(
            "front-matter-invalid", "this is not front matter", Span(file, 2), hints=hints
        )
        return FrontMatter({}, end + 1, (*problems, problem))
    return FrontMatter(values, end + 1, problems)
