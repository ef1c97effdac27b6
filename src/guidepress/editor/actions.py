"""Quick fixes: what the diagnostics of a file carry as data, as edits of its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guidepress.diagnostics import Diagnostic, Rewording, Span


@dataclass(frozen=True, slots=True)
class QuickFix:
    """A change that answers a problem: `text` in place of what is at `span`. `sure` if it needs no decision."""

    problem: Diagnostic
    title: str
    span: Span
    text: str
    sure: bool


def quick_fixes(
    found: Sequence[Diagnostic], name: str, lines: Sequence[str], end: str
) -> Iterator[QuickFix]:
    """The quick fixes of problems in a file; `end` is its line end."""
    for problem in found:
        fix = problem.fix
        if fix is not None and fix.span.file == name:
            title = problem.hints[0] if problem.hints else f"correct `{problem.code}`"
            yield QuickFix(problem, title, fix.span, fix.text.replace("\n", end), True)
        if problem.span is None or problem.span.file != name:
            continue
        for one in problem.rewordings:
            if (span := _place(problem.span, one, lines)) is not None:
                yield QuickFix(problem, f"write `{one.right}`", span, one.right, False)


def _place(span: Span, one: Rewording, lines: Sequence[str]) -> Span | None:
    """Where the word stands that a problem is about: in the span's line from the span on, else anywhere in it."""
    if not 0 < span.line <= len(lines):
        return None
    text = lines[span.line - 1]
    # A word of the book may be known in small letters only.
    pattern = re.compile(
        rf"(?<![\w-]){re.escape(one.wrong)}(?![\w-])"
        if one.wrong[:1].isalnum()
        else re.escape(one.wrong),
        re.IGNORECASE,
    )
    found = pattern.search(text, span.column - 1) or pattern.search(text)
    if found is None:
        return None
    return Span(span.file, span.line, found.start() + 1, len(found[0]))
