"""The only module that prints: diagnostics with an excerpt and a caret, progress, results.

Rich is loaded when there is something to print: a command has asked its daemon by then, and waits for it anyway.
"""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from guidepress.diagnostics import Diagnostic, Fix, Related, Severity, Span, ordered

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.text import Text

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
# An excerpt longer than this is cropped around its span, so that the caret stays in sight.
_WIDEST = 120
_FIXABLE = "`guidepress check --fix` does so"
# One cause is one message; so many of its places are shown.
_PLACES = 3
# So many messages of one code are shown, by severity: warnings that nobody reads hide those that matter.
_ALIKE = {Severity.ERROR: 10, Severity.WARNING: 3, Severity.NOTE: 3}
_ALL = "`--all` shows every one"
# Unicode's categories of characters that have no shape of their own: formats, line and paragraph separators.
_HIDDEN = frozenset({"Cf", "Zl", "Zp"})
# Those, and what a terminal obeys; tabs and line feeds apart.
_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0001-\U000e007f]"
)
# What a runner of GitHub Actions reads as a command (github.com/actions/runner, ActionCommand).
_COMMAND = re.compile(r"^\s*(?=::)|(?=##\[)")


class Excerpts:
    """Lines of source files for excerpts; `project` is the folder that spans are relative to."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self._lines: dict[str, list[str]] = {}

    def line(self, span: Span) -> str | None:
        """The line that a span is on, or None where it cannot be shown."""
        if not span.line:
            return None
        if span.file not in self._lines:
            self._lines[span.file] = (
                [] if self._leads_out(span) else _lines(self.project / span.file)
            )
        lines = self._lines[span.file]
        return lines[span.line - 1] if span.line <= len(lines) else None

    def _leads_out(self, span: Span) -> bool:
        """Whether a link of the project leads to a file elsewhere: its lines are nobody's business."""
        path = self.project / span.file
        at, base = Path(os.path.abspath(path)), Path(os.path.abspath(self.project))
        try:
            return at.is_relative_to(base) and not path.resolve().is_relative_to(base.resolve())
        except (OSError, ValueError):  # a name that the system refuses
            return True

    def path(self, span: Span) -> str:
        """How to reach the file from where the user stands."""
        path = self.project / span.file
        try:
            return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
        except (OSError, ValueError):
            return path.as_posix()


def _lines(path: Path) -> list[str]:
    """The lines of a file as spans count them; none where it cannot be read."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return []
        with path.open("rb") as file:
            text = file.read(20_000_000).decode("utf-8-sig", "replace")
    except (OSError, ValueError):
        return []
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


class Reporter(Protocol):
    """What a build reports while it works."""

    def step(self, name: str, done: int = 0, total: int = 0) -> None:
        """`name` is being done; `done` of `total` pieces are ready."""


def print_diagnostics(
    diagnostics: Iterable[Diagnostic],
    project: Path,
    form: str = "text",
    out: Any = None,
    *,
    everything: bool = False,
    made: str = "",
) -> None:
    """Print problems as `text` (to standard error), or as `json`, `github` or `sarif` (to standard output).

    As text, errors come last, and what has one cause is one message, unless `everything` is asked for. `made` ("23
    pages") begins the summary.
    """
    found, excerpts = ordered(diagnostics), Excerpts(project)
    if form == "text":
        console = _console(soft_wrap=True, file=out)
        for message in _readable(found, excerpts, everything):
            console.print(message)
        if summary := ", ".join(filter(None, (made, _summary(found)))):
            console.print(summary)
        return
    writers = {"json": _json, "github": _github, "sarif": _sarif}
    if text := writers[form](found, excerpts):
        _write(text, out or sys.stdout)


def _readable(found: Iterable[Diagnostic], excerpts: Excerpts, everything: bool) -> Iterator[Text]:
    """Problems as people read them: errors last, each cause once, few of one code."""
    from rich.text import Text

    causes: dict[Any, list[Diagnostic]] = defaultdict(list)
    for number, one in enumerate(found):
        alone = everything or one.span is None or one.related or one.fix
        causes[number if alone else (one.code, one.severity, one.message, one.hints)].append(one)
    shown: Counter[tuple[Severity, str]] = Counter()
    # Stable: what is as bad stays in the order of its first place.
    worst_last = sorted(causes.values(), key=lambda alike: alike[0].severity is Severity.ERROR)
    more: Counter[tuple[Severity, str]] = Counter()
    for alike in worst_last:
        kind = (alike[0].severity, alike[0].code)
        shown[kind] += 1
        if everything or shown[kind] <= _ALIKE[kind[0]]:
            yield render(alike[0], excerpts, [one.span for one in alike[1:] if one.span])
        else:
            more[kind] += len(alike)
    for (severity, code), count in more.items():
        yield Text(f"{count} more of {severity}[{code}]; {_ALL}\n")


def render(diagnostic: Diagnostic, excerpts: Excerpts, others: Sequence[Span] = ()) -> Text:
    """One problem as a compiler shows it: code and message, place, excerpt with a caret, help.

    `others` are more places of the same problem, of which the first are shown.
    """
    style = _STYLES[diagnostic.severity]
    from rich.text import Text

    text = Text()
    text.append(f"{diagnostic.severity}[{diagnostic.code}]", style=style)
    count = f" ({len(others) + 1} places)" if others else ""
    text.append(f": {_printable(diagnostic.message)}{count}\n", style="bold")
    seen = others[: _PLACES - 1]
    spans = (diagnostic.span, *seen, *(r.span for r in diagnostic.related))
    width = max((len(str(s.line)) for s in spans if s), default=1)
    for span in (diagnostic.span, *seen):
        if span:
            _excerpt(text, span, excerpts, width, style, "-->", "")
    for related in diagnostic.related:
        _excerpt(text, related.span, excerpts, width, "bold blue", ":::", related.message)
    rest = len(others) - len(seen)
    hints = [*diagnostic.hints]
    if rest:
        hints.append(f"there {'is' if rest == 1 else 'are'} {rest} more; {_ALL}")
    for hint in hints:
        text.append(f"{' ' * width} = ", style="bold blue")
        text.append("help: ", style="bold")
        text.append(f"{_printable(hint)}\n")
    return text


def _excerpt(
    text: Text, span: Span, excerpts: Excerpts, width: int, style: str, arrow: str, label: str
) -> None:
    place = f":{span.line}:{span.column}" if span.line else ""
    text.append(f"{' ' * width}{arrow} ", style="bold blue")
    text.append(f"{_printable(excerpts.path(span))}{place}\n")
    line = excerpts.line(span)
    if line is None:
        if label:
            text.append(f"{' ' * width} | {_printable(label)}\n")
        return
    start = max(0, min(span.column - 1, len(line)))
    end = max(start + 1, min(start + span.length, len(line)))
    line, start, end = _crop(line, start, end)
    from rich.cells import cell_len

    before, marked = _printable(line[:start]), _printable(line[start:end]) or " "
    bar = f"{' ' * width} |"
    text.append(f"{bar}\n{span.line:>{width}} | ", style="bold blue")
    text.append(f"{_printable(line)}\n")
    text.append(f"{bar} ", style="bold blue")
    text.append(" " * cell_len(before))
    text.append("^" * max(1, cell_len(marked)), style=style)
    text.append(f" {_printable(label)}\n" if label else "\n", style=style)


def _crop(line: str, start: int, end: int) -> tuple[str, int, int]:
    """A window of a long line around the span."""
    if len(line) <= _WIDEST:
        return line, start, end
    end = min(end, start + _WIDEST - 20)
    left = max(0, start - 30)
    window = line[left : left + _WIDEST]
    if left:
        window = "…" + window[1:]
    if left + _WIDEST < len(line):
        window = window[:-1] + "…"
    return window, start - left, min(end - left, len(window))


def _printable(text: str) -> str:
    """Tabs as spaces; control characters and escapes cannot reach the terminal.

    What is not seen, and may hide or turn what is, shows as its number: `<U+202E>`.
    """
    text = text.replace("\t", "    ")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _shown(c) for c in text)


def _shown(character: str) -> str:
    """Something printable for a character that is not."""
    if unicodedata.category(character) in _HIDDEN:
        return f"<U+{ord(character):04X}>"
    return "\N{REPLACEMENT CHARACTER}"


def _summary(found: tuple[Diagnostic, ...]) -> str:
    counts = []
    for severity in (Severity.ERROR, Severity.WARNING):
        number = sum(d.severity is severity for d in found)
        if number:
            counts.append(f"{number} {severity}{'s' if number > 1 else ''}")
    summary = " and ".join(counts)
    fixes = sum(d.fix is not None for d in found)
    return f"{summary}; `guidepress check --fix` corrects {fixes}" if fixes else summary


def _place(span: Span, excerpts: Excerpts) -> dict[str, Any]:
    return {
        "file": excerpts.path(span),
        "line": span.line,
        "column": span.column,
        "length": span.length,
    }


def _json(found: tuple[Diagnostic, ...], excerpts: Excerpts) -> str:
    items = [
        {
            "code": d.code,
            "severity": str(d.severity),
            "message": d.message,
            "span": _place(d.span, excerpts) if d.span else None,
            "hints": list(d.hints),
            "related": [{"message": r.message, **_place(r.span, excerpts)} for r in d.related],
            "fix": {**_place(d.fix.span, excerpts), "text": d.fix.text} if d.fix else None,
        }
        for d in found
    ]
    return json.dumps({"diagnostics": items}, indent=2)


def _github(found: tuple[Diagnostic, ...], excerpts: Excerpts) -> str:
    """Workflow commands of GitHub Actions, one a line."""

    def escape(text: str, in_property: bool = False) -> str:
        text = _printable(text).replace("%", "%25")
        return text.replace(":", "%3A").replace(",", "%2C") if in_property else text

    lines = []
    for d in found:
        kind = "notice" if d.severity is Severity.NOTE else str(d.severity)
        properties = [f"title={escape(d.code, True)}"]
        if d.span:
            properties.insert(0, f"file={escape(excerpts.path(d.span), True)}")
            if d.span.line:
                properties[1:1] = [f"line={d.span.line}", f"col={d.span.column}"]
        message = "; ".join((d.message, *d.hints, *((_FIXABLE,) if d.fix else ())))
        lines.append(f"::{kind} {','.join(properties)}::{escape(message)}")
    return "\n".join(lines)


def _sarif(found: tuple[Diagnostic, ...], excerpts: Excerpts) -> str:
    """SARIF 2.1.0, which code hosts show beside the source."""
    levels = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}

    def location(span: Span) -> dict[str, Any]:
        path = excerpts.path(span)
        uri = f"{'file://' if path.startswith('/') else ''}{quote(os.fsencode(path))}"
        physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
        if span.line:
            physical["region"] = {
                "startLine": span.line,
                "startColumn": span.column,
                "endColumn": span.column + span.length,
            }
        return {"physicalLocation": physical}

    def fix(one: Fix) -> dict[str, Any]:
        physical = location(one.span)["physicalLocation"]
        return {
            "artifactChanges": [
                {
                    "artifactLocation": physical["artifactLocation"],
                    "replacements": [
                        {
                            "deletedRegion": physical["region"],
                            "insertedContent": {"text": one.text},
                        }
                    ],
                }
            ]
        }

    def related(one: Related) -> dict[str, Any]:
        return {**location(one.span), "message": {"text": one.message}}

    results = [
        {
            "ruleId": d.code,
            "level": levels[d.severity],
            "message": {"text": "; ".join((d.message, *d.hints))},
            "locations": [location(d.span)] if d.span else [],
            "relatedLocations": [related(r) for r in d.related],
        }
        | ({"fixes": [fix(d.fix)]} if d.fix else {})
        for d in found
    ]
    rules = [{"id": code} for code in sorted({d.code for d in found})]
    run = {
        "tool": {"driver": {"name": "guidepress", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"version": "2.1.0", "runs": [run]}, indent=2)


@contextmanager
def reporter() -> Iterator[Reporter]:
    """A bar on a terminal, one plain line for each step in a pipe; both on standard error."""
    with ExitStack() as stack:
        yield _Steps(stack)


@dataclass(slots=True)
class _Steps:
    """Begins to show steps with the first; `stack` ends it."""

    stack: ExitStack
    _shown: Reporter | None = None

    def step(self, name: str, done: int = 0, total: int = 0) -> None:
        if self._shown is None:
            console = _console()
            self._shown = self._bar(console) if console.is_terminal else _Lines(console)
        self._shown.step(name, done, total)

    def _bar(self, console: Console) -> Reporter:
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (
            TextColumn("{task.description:<22}"),
            BarColumn(),
            TextColumn("{task.fields[count]}"),
        )
        return _Bar(self.stack.enter_context(Progress(*columns, console=console, transient=True)))


class _Lines:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._last = ""

    def step(self, name: str, done: int = 0, total: int = 0) -> None:
        if name != self._last:
            self._console.print(name)
            self._last = name


class _Bar:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None, count="")

    def step(self, name: str, done: int = 0, total: int = 0) -> None:
        count = f"{done}/{total}" if total else ""
        self._progress.update(
            self._task, description=name, completed=done, total=total or None, count=count
        )


def _console(**options: Any) -> Console:
    """Standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, **options)


def say(text: str) -> None:
    """A result, to standard output: one line or several, with nothing in them that a terminal or GitHub obeys."""
    lines = (_COMMAND.sub(r"\g<0>\\", _UNSEEN.sub(_seen, line)) for line in text.split("\n"))
    _write("\n".join(lines), sys.stdout)


def say_exactly(text: str) -> None:
    """What another program is to read to the letter: a patch."""
    _write(text, sys.stdout)


def say_json(value: object) -> None:
    """A result as JSON, to standard output; what is not seen is escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    _write(_UNSEEN.sub(lambda match: json.dumps(match[0])[1:-1], text), sys.stdout)


def _seen(match: re.Match[str]) -> str:
    return _shown(match[0])


def _write(text: str, out: Any) -> None:
    """Print, escaping what the stream's encoding does not have."""
    encoding = getattr(out, "encoding", None) or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), file=out)


def complain(line: str) -> None:
    """Why the command stops, to standard error, where no place in the source is to blame."""
    from rich.text import Text

    _console(soft_wrap=True).print(Text.assemble(("error", "bold red"), f": {_printable(line)}"))
