"""Problems in the source, as values: where, what, how bad, and what would fix it.

A problem in the source is returned, never raised; all of them at once. Bugs and failing disks raise.
Codes are stable words (`reference-unknown`); docs/diagnostics.md lists every one and a test keeps it so.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")

# What stops a guide that was written for guidepress, and not one that was adopted: faults in the text of a chapter that
# a book can be printed with, if its author reads of it. docs/source.md lists them.
ADOPTED = frozenset({
    "block-argument-missing", "block-argument-unexpected", "block-header-invalid", "block-misplaced",
    "block-option-invalid", "block-option-unknown", "block-unclosed", "block-unknown",
    "block-unopened", "card-answer-list", "card-answer-long", "card-question-long",
    "fence-unclosed", "file-control-character", "file-empty", "file-encoding",
    "footnote-duplicate", "footnote-unknown", "front-matter-invalid", "handbook-anchor-ambiguous",
    "handbook-reference-unknown", "handbook-text-lost", "handbook-text-omitted", "html-unclosed",
    "image-broken", "image-missing", "image-outside", "image-too-complex", "image-too-large",
    "image-unknown-format", "maths-invalid", "reference-ambiguous", "reference-unknown",
    "table-missing",
})  # fmt: skip


class Severity(StrEnum):
    """How bad a problem is: an error stops the build, a warning does so under `--strict` only."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


# Known to the collector of garbage, for its size: where a note of a deck keeps the place of its card, memory of other
# things of that size cannot be used again, and of those without a header there are most.
class Span(Struct, frozen=True, order=True):
    """A place in an authored file.

    `file` is relative to the project, with forward slashes. `line` and `column` count from 1, in characters;
    a `line` of 0 means the file as a whole. `length` is in characters and stays on the line.
    """

    file: str
    line: int = 0
    column: int = 1
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a problem speaks of, with what it is ("first defined here")."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change to the source that corrects a problem and needs no decision of the author's.

    `text` replaces what is at `span`; a span of no length inserts it there. A line feed in `text` becomes the line
    end that the file has.
    """

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Rewording:
    """What a hint proposes, for an editor to offer: `right` in place of the first `wrong` from the problem's span on.

    `wrong` stands in the lines of the span. Unlike a `Fix` it is the author's to decide.
    """

    wrong: str
    right: str


# So many names are compared with a misspelt one; of more, those that have so many letters at one end in common with it.
_FEW, _ALIKE = 1_000, 4


class Hint(str):
    """A hint that says what to write, with the rewording that does so."""

    __slots__ = ("rewording",)
    rewording: Rewording

    def __new__(cls, text: str, wrong: str, right: str) -> Hint:
        """`text` is the hint as people read it."""
        hint = super().__new__(cls, text)
        hint.rewording = Rewording(wrong, right)
        return hint


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem, ready to be printed by `console` or written as JSON."""

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    hints: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    rewordings: tuple[Rewording, ...] = ()

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order for printing: by place, then by code."""
        span = self.span or Span("")
        return (span.file, span.line, span.column, self.code, self.message)


def error(
    code: str,
    message: str,
    span: Span | None = None,
    *,
    hints: Iterable[str] = (),
    related: Iterable[Related] = (),
    fix: Fix | None = None,
) -> Diagnostic:
    """A problem that stops the build."""
    return _diagnostic(code, Severity.ERROR, message, span, tuple(hints), tuple(related), fix)


def warning(
    code: str,
    message: str,
    span: Span | None = None,
    *,
    hints: Iterable[str] = (),
    related: Iterable[Related] = (),
    fix: Fix | None = None,
) -> Diagnostic:
    """A problem the author should look at; the build goes on."""
    return _diagnostic(code, Severity.WARNING, message, span, tuple(hints), tuple(related), fix)


def _diagnostic(
    code: str,
    severity: Severity,
    message: str,
    span: Span | None,
    hints: tuple[str, ...],
    related: tuple[Related, ...],
    fix: Fix | None,
) -> Diagnostic:
    rewordings = tuple(hint.rewording for hint in hints if isinstance(hint, Hint))
    plain = tuple(map(str, hints)) if rewordings else hints
    return Diagnostic(code, severity, message, span, plain, related, fix, rewordings)


@dataclass(frozen=True, slots=True)
class Diagnosed(Generic[T]):
    """A value together with the problems met on the way to it; no value where an error made it senseless."""

    value: T | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether any of the problems is an error."""
        return has_errors(self.diagnostics)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them stops the build."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def stops(diagnostics: Iterable[Diagnostic], strict: bool) -> bool:
    """Whether the problems stop a build: errors always, warnings under `--strict`."""
    found = tuple(diagnostics)
    return has_errors(found) or (strict and any(d.severity is Severity.WARNING for d in found))


def eased(diagnostics: Iterable[Diagnostic], strictness: str) -> tuple[Diagnostic, ...]:
    """The problems as a guide of this strictness has them: in an `adopted` one, errors of `ADOPTED` are warnings."""
    found = tuple(diagnostics)
    if strictness != "adopted":
        return found
    return tuple(
        replace(d, severity=Severity.WARNING)
        if d.severity is Severity.ERROR and d.code in ADOPTED
        else d
        for d in found
    )


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By place in the source, each problem once."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: d.sort_key))


class Names:
    """Many names, of which those are compared with a misspelt one that begin or end as it does.

    So a hint takes no longer the more names there are. Few are compared all.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._all = tuple(names)
        self._alike: dict[tuple[str, str], list[str]] = {}
        if len(self._all) > _FEW:
            for name in self._all:
                for key in self._keys(name):
                    self._alike.setdefault(key, []).append(name)

    def near(self, word: str) -> Sequence[str]:
        """Those that a misspelt word may mean, in their order."""
        if not self._alike:
            return self._all
        found = [self._alike.get(key, ()) for key in self._keys(word)]
        # What thousands begin with says nothing.
        return list(dict.fromkeys(chain(*(names for names in found if len(names) <= _FEW))))

    @staticmethod
    def _keys(name: str) -> tuple[tuple[str, str], tuple[str, str]]:
        folded = name.casefold()
        return ("", folded[:_ALIKE]), (folded[-_ALIKE:], "")


def did_you_mean(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """The hint for a misspelt name: at most one close match, or none (difflib ratio of 0.6 or more, case apart)."""
    names = {name.casefold(): name for name in sorted(set(known), reverse=True)}
    close = difflib.get_close_matches(word.casefold(), sorted(names), n=1)
    if not close:
        return ()
    meant = names[close[0]]
    return (Hint(f"did you mean `{meant}`?", word, meant),)
