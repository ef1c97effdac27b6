"""YAML to plain values, with a span for every key and value.

libyaml's events are composed here, without recursion: PyYAML's own composer crashes the process on deep
nesting, keeps only the last of duplicate keys, and resolves scalars by YAML 1.1. Scalars follow YAML 1.2,
and numbers stay text until a model asks for one, so that `1.10`, `no` and `12:30` are what the author typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from guidepress.diagnostics import Diagnosed, Diagnostic, Related, Span, error
from guidepress.model.base import Key, PlainNumber, SpanIndex

MAX_DEPTH = 50
# Values after expansion of aliases; a bomb has billions, the largest guide some thousands.
MAX_VALUES = 500_000

_CONSTANTS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
# YAML 1.2.2, section 10.3.2 (core schema), decimal forms only.
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A YAML document: its value (dict, list, str, bool or None) and where everything stands."""

    value: Any
    index: SpanIndex


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been read yet."""

    value: Any
    path: tuple[Key, ...]
    anchor: str | None
    count: int = 1
    key: Any = None
    has_key: bool = False
    keys: dict[Any, Span] = field(default_factory=dict)


class _Problem(Exception):
    """Ends the composing; carries its diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


def load(text: str, file: str, line: int = 1) -> Diagnosed[Loaded]:
    """Load one YAML document. `line` is the line of `file` at which `text` starts.

    Problems: `yaml-syntax`, `yaml-tab`, `yaml-duplicate-key`, `yaml-too-deep`, `yaml-alias-bomb`, `merge-conflict`.
    """
    composer = _Composer(text, file, line)
    try:
        value = composer.compose()
    except _Problem as problem:
        return Diagnosed(None, (*composer.diagnostics, problem.diagnostic))
    except yaml.YAMLError as problem:
        return Diagnosed(None, (*composer.diagnostics, _syntax(problem, text, file, line)))
    index = SpanIndex(file, composer.spans, composer.keys)
    if composer.diagnostics:
        return Diagnosed(None, tuple(composer.diagnostics))
    return Diagnosed(Loaded(value, index))


class _Composer:
    def __init__(self, text: str, file: str, line: int) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.file = file
        self.first = line
        self.spans: dict[tuple[Key, ...], Span] = {}
        self.keys: dict[tuple[Key, ...], Span] = {}
        self.diagnostics: list[Diagnostic] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._stack: list[_Open] = []
        self._count = 0

    def compose(self) -> Any:
        root: Any = None
        documents = 0
        for event in self._events():
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._fail("yaml-syntax", "a second YAML document starts here", event)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self._open(event)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                done = self._stack.pop()
                if done.anchor:
                    self._anchors[done.anchor] = (done.value, done.count)
                root = self._place(done.value, done.count, event, done=done)
            elif isinstance(event, yaml.ScalarEvent):
                value = self._scalar(event)
                if event.anchor:
                    self._anchors[event.anchor] = (value, 1)
                root = self._place(value, 1, event)
            elif isinstance(event, yaml.AliasEvent):
                root = self._alias(event)
        return root

    def _events(self) -> Iterator[yaml.Event]:
        yield from yaml.parse(self.text, Loader=yaml.CSafeLoader)

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self._fail("yaml-too-deep", f"nested deeper than {MAX_DEPTH} levels", event)
        mapping = isinstance(event, yaml.MappingStartEvent)
        if mapping and self._wants_key():
            self._fail("yaml-syntax", "a key must be a word, not a mapping", event)
        if not mapping and self._wants_key():
            self._fail("yaml-syntax", "a key must be a word, not a list", event)
        path = self._path()
        self.spans[path] = self._span(event)
        self._stack.append(_Open({} if mapping else [], path, event.anchor))

    def _wants_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].value, dict) and not self._stack[-1].has_key

    def _path(self) -> tuple[Key, ...]:
        """The path of the value that comes next."""
        if not self._stack:
            return ()
        top = self._stack[-1]
        return (*top.path, top.key if isinstance(top.value, dict) else len(top.value))

    def _alias(self, event: yaml.AliasEvent) -> Any:
        name = event.anchor or ""
        if name not in self._anchors:
            inside = any(o.anchor == name for o in self._stack)
            what = "contains itself" if inside else "is not defined before this place"
            self._fail("yaml-syntax", f"the anchor `&{name}` {what}", event)
        value, count = self._anchors[name]
        return self._place(value, count, event)

    def _place(self, value: Any, count: int, event: yaml.Event, done: _Open | None = None) -> Any:
        """Put a finished value into the collection around it."""
        if done is None:
            self._count += count
        if self._count > MAX_VALUES:
            self._fail("yaml-alias-bomb", f"aliases expand to more than {MAX_VALUES:,} values", event)
        if not self._stack:
            if done is None:
                self.spans[()] = self._span(event)
            return value
        top = self._stack[-1]
        top.count += count
        if isinstance(top.value, list):
            if done is None:
                self.spans[self._path()] = self._span(event)
            top.value.append(value)
        elif not top.has_key:
            self._key(top, value, event)
        else:
            if done is None:
                self.spans[self._path()] = self._span(event)
            top.value[top.key] = value
            top.has_key = False
        return top.value

    def _key(self, top: _Open, value: Any, event: yaml.Event) -> None:
        if not isinstance(value, str):
            # `yes:` and `null:` as keys: what was typed is what is meant.
            value = self._typed(event)
        key, span = str(value), self._span(event)
        if key in top.keys:
            self.diagnostics.append(
                error(
                    "yaml-duplicate-key",
                    f"the key `{key}` stands here a second time",
                    span,
                    hints=("keep one of the two: the other would be lost",),
                    related=(Related(top.keys[key], "first here"),),
                )
            )
        top.keys.setdefault(key, span)
        top.key, top.has_key = key, True
        self.keys[(*top.path, key)] = span

    def _typed(self, event: yaml.Event) -> str:
        """The text of a scalar as it was typed."""
        assert event.start_mark is not None and event.end_mark is not None
        return self.text[event.start_mark.index : event.end_mark.index].strip() or "null"

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        plain = event.style is None or event.style == ""
        if plain and event.value in _CONSTANTS:
            return _CONSTANTS[event.value]
        if plain and _NUMBER.fullmatch(event.value):
            return PlainNumber(event.value)
        return event.value

    def _span(self, event: yaml.Event) -> Span:
        start, end = event.start_mark, event.end_mark
        assert start is not None and end is not None  # libyaml marks every event
        if getattr(event, "style", None) in ("|", ">"):
            # What an author edits is the text, not its indicator.
            for at in range(start.line + 1, min(end.line + 1, len(self.lines))):
                if text := self.lines[at].strip():
                    column = self.lines[at].index(text[0]) + 1
                    return Span(self.file, self.first + at, column, len(text))
        line = self.lines[start.line] if start.line < len(self.lines) else ""
        same = end.line == start.line and end.column > start.column
        length = end.column - start.column if same else len(line.rstrip()) - start.column
        return Span(self.file, self.first + start.line, start.column + 1, max(1, length))

    def _fail(self, code: str, message: str, event: yaml.Event) -> None:
        raise _Problem(error(code, message, self._span(event)))


def _syntax(problem: yaml.YAMLError, text: str, file: str, first: int) -> Diagnostic:
    """libyaml's complaint in the author's words, at the place where the author can mend it."""
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    lines = text.split("\n")
    for at, content in enumerate(lines):
        if content.startswith("<<<<<<< "):
            return error(
                "merge-conflict",
                "a merge conflict has not been resolved",
                Span(file, first + at, 1, len(content)),
            )
    if mark is None:
        position = getattr(problem, "position", 0)
        line = text.count("\n", 0, position)
        column = position - (text.rfind("\n", 0, position) + 1)
        span = Span(file, first + line, column + 1)
        return error("yaml-syntax", "a character that YAML does not allow", span)
    line, column = mark.line, mark.column
    if line >= len(lines) or (line == len(lines) - 1 and not lines[line].strip()):
        line = max((i for i, content in enumerate(lines) if content.strip()), default=0)
        column = len(lines[line].rstrip())
    # A tab in the indentation is reported at the start of a line, or at the construct before it.
    for at in (line, line + 1, line - 1):
        if 0 <= at < len(lines) and (tab := re.match(r" *\t[ \t]*", lines[at])):
            column = len(tab.group()) - len(tab.group().lstrip(" "))
            return error(
                "yaml-tab",
                "a tab indents this line; YAML allows spaces only",
                Span(file, first + at, column + 1, len(tab.group()) - column),
                hints=("indent with spaces",),
            )
    message = getattr(problem, "problem", None) or "this is not YAML"
    related: tuple[Related, ...] = ()
    context, start = getattr(problem, "context", None), getattr(problem, "context_mark", None)
    if context and start is not None and (start.line, start.column) != (line, column):
        related = (Related(Span(file, first + start.line, start.column + 1), str(context)),)
    hints: tuple[str, ...] = ()
    if "mapping values are not allowed" in message:
        message = "a `:` where no key can stand"
        hints = ("put a text that contains `: ` in quotes",)
    elif "could not find expected ':'" in message:
        message = "a line without `:` where a key must stand"
    elif "unexpected end of stream" in message:
        message = "the file ends inside a quoted text"
    span = Span(file, first + line, column + 1)
    return error("yaml-syntax", message, span, hints=hints, related=related)
