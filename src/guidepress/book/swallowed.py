"""A code block that is never closed swallows what other texts refer to: one cause, one problem."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from guidepress.book.slugs import slugify
from guidepress.diagnostics import Diagnostic

# Problems of references, which name what they refer to.
_DEAD = ("reference-unknown", "reference-heading-unknown")
_REFERRED = re.compile(r"`#([^`]+)`")
_NAME = re.compile(r"\{:?[^{}]*#([\w-]+)")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.+?)[ \t]*(?:#+|\{[^{}]*\})?[ \t]*$")


def without_consequences(
    problems: Sequence[Diagnostic], texts: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """The problems but for dead references to what an unclosed code block holds; `texts` are those of the chapters."""
    names: set[str] = set()
    for problem in problems:
        if problem.code == "fence-unclosed" and problem.span and problem.span.file in texts:
            for line in texts[problem.span.file].split("\n")[problem.span.line :]:
                names.update(_NAME.findall(line))
                if heading := _HEADING.match(line):
                    names.add(slugify(heading[1]))
    for problem in problems:
        name = _REFERRED.search(problem.message) if problem.code in _DEAD else None
        if name is None or name[1] not in names:
            yield problem
