"""YAML to plain values, with a span for every key and value.

libyaml's events are composed here, without recursion: PyYAML's own composer crashes the process on deep
nesting, keeps only the last of duplicate keys, and resolves scalars by YAML 1.1. Scalars follow YAML 1.2,
and numbers stay text until a model asks for one, so that `1.10`, `no` and `12:30` are what the author typed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from guidepress.diagnostics import Diagnosed, Diagnostic, Related, Span, error
from guidepress.model.base import Key, Row, SpanIndex
from guidepress.source.files import CONTROL

MAX_DEPTH = 50
# Values after expansion of aliases; a bomb has billions, the largest guide some thousands.
MAX_VALUES = 500_000

# YAML 1.2.2, section 10.3.2 (core schema); numbers apart.
_CONSTANTS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip

# A line `key: words` or `key: [word, word]` of which every YAML makes the same: words that begin with a letter or a
# digit and hold neither `:` nor `#`, which alone could mean something between them.
_WORDS = r"[A-Za-z0-9](?:[ -\"$-9;-~\w]*[!\"$-9;-~\w])?"
_WORD = r"[A-Za-z0-9][\w-]*"
_PAIR = re.compile(rf"([A-Za-z][\w-]{{0,63}}): (?:({_WORDS})|\[({_WORD}(?:, {_WORD})*)\])")


def require_shallow(text: str, most: int = 1000) -> None:
    """Raise yaml.YAMLError where a text is nested deeper than `most` levels, or is no YAML.

    For readers that make nodes of it: libyaml's would leave no stack, and the process would die.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > most:
            raise yaml.YAMLError(f"nested too deep, in more than {most} levels")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A YAML document: its value (dict, list, str, bool or None) and where everything stands.

    `aliased`: parts of it are the same objects, and written out they might be very many.
    """

    value: Any
    index: SpanIndex
    aliased: bool = False


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

    Problems: `yaml-syntax`, `yaml-tab`, `yaml-duplicate-key`, `yaml-too-deep`, `yaml-alias-bomb`, `merge-conflict`,
    `file-control-character`.
    """
    if (pairs := _pairs(text, file, line)) is not None:
        return Diagnosed(pairs)
    composer = _Composer(text, file, line)
    try:
        value = composer.compose()
    except _Problem as problem:
        return Diagnosed(None, (*composer.diagnostics, problem.diagnostic))
    except (yaml.YAMLError, UnicodeEncodeError) as problem:
        return Diagnosed(
            None, (*composer.diagnostics, _syntax(problem, composer.lines, file, line))
        )
    index = SpanIndex(file, composer.spans, composer.keys, composer.rows)
    if composer.diagnostics:
        return Diagnosed(None, tuple(composer.diagnostics))
    return Diagnosed(Loaded(value, index, composer.aliased))


def _pairs(text: str, file: str, line: int) -> Loaded | None:
    """What `_Composer` makes of a text, in a fraction of the time, where every line is a `_PAIR`, as far in as
    the first, as the options of nearly every block are; None for any other.
    """
    value: dict[str, Any] = {}
    lines = text.split("\n")
    margin = len(lines[0]) - len(lines[0].lstrip(" "))
    space = " " * margin
    whole = Span(file, line, margin + 1, len(lines[0]) - margin)
    spans: dict[tuple[Key, ...], Span] = {(): whole}
    keys: dict[tuple[Key, ...], Span] = {}
    for number, written in enumerate(lines, line):
        match = _PAIR.fullmatch(written, margin) if written.startswith(space) else None
        if match is None or match[1] in value:
            return None
        key, words, items = match.groups()
        keys[key,] = Span(file, number, margin + 1, len(key))
        if items is None:
            value[key] = _CONSTANTS.get(words, words)
            spans[key,] = Span(file, number, match.start(2) + 1, len(words))
            continue
        column = match.start(3) + 1
        # As libyaml has it, a list is where its bracket is.
        spans[key,] = Span(file, number, column - 1, 1)
        value[key] = []
        for at, word in enumerate(items.split(", ")):
            value[key].append(_CONSTANTS.get(word, word))
            spans[key, at] = Span(file, number, column, len(word))
            column += len(word) + 2
    return Loaded(value, SpanIndex(file, spans, keys, {}))


class _Lines:
    """The lines of a text, and the place of each character. libyaml itself counts more characters as line breaks."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def place(self, index: int) -> tuple[int, int]:
        """The line and column of a character, both from 0."""
        line = min(bisect_right(self._starts, index), len(self.lines)) - 1
        return line, min(index - self._starts[line], len(self.lines[line]))


class _Composer:
    def __init__(self, text: str, file: str, line: int) -> None:
        self.text = text.removeprefix("\ufeff")
        self.lines = _Lines(self.text)
        self.file = file
        self.first = line
        self.spans: dict[tuple[Key, ...], Span] = {}
        self.keys: dict[tuple[Key, ...], Span] = {}
        self.rows: dict[tuple[Key, ...], tuple[Row, ...]] = {}
        self.diagnostics: list[Diagnostic] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._stack: list[_Open] = []
        self._count = 0
        self.aliased = False

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
        return (
            bool(self._stack)
            and isinstance(self._stack[-1].value, dict)
            and not self._stack[-1].has_key
        )

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
        self.aliased = True
        value, count = self._anchors[name]
        return self._place(value, count, event)

    def _place(self, value: Any, count: int, event: yaml.Event, done: _Open | None = None) -> Any:
        """Put a finished value into the collection around it."""
        if done is None:
            self._count += count
        if self._count > MAX_VALUES:
            self._fail(
                "yaml-alias-bomb", f"aliases expand to more than {MAX_VALUES:,} values", event
            )
        if done is None and not self._wants_key():
            self._locate(event)
        if not self._stack:
            return value
        top = self._stack[-1]
        top.count += count
        if isinstance(top.value, list):
            top.value.append(value)
        elif not top.has_key:
            self._key(top, value, event)
        else:
            top.value[top.key] = value
            top.has_key = False
        return top.value

    def _locate(self, event: yaml.Event) -> None:
        """Note where the scalar or alias stands that comes next."""
        path = self._path()
        self.spans[path] = self._span(event)
        if isinstance(event, yaml.ScalarEvent) and (rows := self._rows(event)):
            self.rows[path] = rows

    def _rows(self, event: yaml.ScalarEvent) -> tuple[Row, ...]:
        """Where the words of a quoted or folded text were typed; nothing where its lines are those of the file."""
        (first, left), (last, right) = map(self.lines.place, _offsets(event))
        quoted, folded = event.style in ("'", '"'), event.style == ">"
        if event.style == "|" or not (quoted or first < last):
            return ()
        rows: list[Row] = []
        at = offset = blank = 0
        margin, was_deeper = -1, False
        for number in range(first + folded, last + 1):
            line = self.lines.lines[number]
            start = left + quoted if number == first else 0
            end = right - quoted if number == last else len(line)
            words = line[start:end].strip()
            if not words:
                blank += 1
                continue
            column = line.index(words, start)
            margin = column if margin < 0 else margin
            deeper = folded and column > margin
            # Blank lines before the first words are not counted: models strip them.
            if rows and (blank or deeper or was_deeper):
                at, offset = at + blank + (deeper or was_deeper), 0
            elif rows:
                offset += 1
            offset += column - margin if deeper else 0
            span = Span(self.file, self.first + number, column + 1, len(words))
            rows.append(Row(at, offset, span))
            offset, blank, was_deeper = offset + len(words), 0, deeper
        return tuple(rows)

    def _key(self, top: _Open, value: Any, event: yaml.Event) -> None:
        if not isinstance(value, str):
            # `yes:` and `null:` as keys: what was typed is what is meant.
            value = self._typed(event)
        key, span = str(value), self._span(event)
        if key in top.keys:
            self.diagnostics.append(
                error(
                    "yaml-duplicate-key",
                    f"the key `{key}` is repeated here",
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
        start, end = _offsets(event)
        return self.text[start:end].strip() or "null"

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        if bad := CONTROL.search(event.value):
            # Written as an escape, such as "\0": in the file itself `read_text` has found it.
            message = f"the control character U+{ord(bad.group()):04X} cannot be printed"
            self.diagnostics.append(error("file-control-character", message, self._span(event)))
        plain = event.style is None or event.style == ""
        return _CONSTANTS.get(event.value, event.value) if plain else event.value

    def _span(self, event: yaml.Event) -> Span:
        (first, column), (last, end) = map(self.lines.place, _offsets(event))
        if getattr(event, "style", None) in ("|", ">"):
            # What an author edits is the text, not its indicator.
            for at in range(first + 1, last + (end > 0)):
                if text := self.lines.lines[at].strip():
                    start = self.lines.lines[at].index(text) + 1
                    return Span(self.file, self.first + at, start, len(text))
        rest = len(self.lines.lines[first].rstrip()) - column
        length = end - column if last == first and end > column else rest
        return Span(self.file, self.first + first, column + 1, max(1, length))

    def _fail(self, code: str, message: str, event: yaml.Event) -> None:
        raise _Problem(error(code, message, self._span(event)))


def _offsets(event: yaml.Event) -> tuple[int, int]:
    """The first character of an event and the one after its last."""
    assert event.start_mark is not None  # libyaml marks every event
    assert event.end_mark is not None
    return event.start_mark.index, event.end_mark.index


# What libyaml was at -> the same at the place where that begins.
_BEGINS = {
    "while parsing a block collection": "the list begins here",
    "while parsing a block mapping": "the record begins here",
    "while parsing a flow sequence": "the `[` is here",
    "while parsing a flow mapping": "the `{` is here",
    "while scanning a quoted scalar": "the text begins here",
    "while scanning a simple key": "the key begins here",
}


def _syntax(problem: Exception, text: _Lines, file: str, first: int) -> Diagnostic:
    """libyaml's complaint in the author's words, at the place where the author can fix it."""
    lines = text.lines
    for at, content in enumerate(lines):
        if content.startswith("<<<<<<< "):
            return error(
                "merge-conflict",
                "a merge conflict has not been resolved",
                Span(file, first + at, 1, len(content)),
            )
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    if mark is None:
        # libyaml refuses a character and says which; its position counts bytes.
        refused = chr(getattr(problem, "character", 0))
        line, column = text.place(getattr(problem, "start", max(0, text.text.find(refused))))
        span = Span(file, first + line, column + 1)
        return error("yaml-syntax", "a character that YAML does not allow", span)
    line, column = text.place(mark.index)
    message = getattr(problem, "problem", None) or "this is not YAML"
    tab = re.match(r" *(?P<tab>\t[ \t]*)", lines[line])
    if tab and ("tab" in message or "cannot start any token" in message):
        return error(
            "yaml-tab",
            "a tab indents this line; YAML allows spaces only",
            Span(file, first + line, tab.start("tab") + 1, len(tab["tab"])),
            hints=("indent with spaces",),
        )
    if not "".join(lines[line:]).strip():
        line = max((i for i, content in enumerate(lines) if content.strip()), default=0)
        column = len(lines[line].rstrip())
    related: tuple[Related, ...] = ()
    context, start = getattr(problem, "context", None), getattr(problem, "context_mark", None)
    if context and start is not None and (place := text.place(start.index)) != (line, column):
        begin = _BEGINS.get(str(context), str(context))
        related = (Related(Span(file, first + place[0], place[1] + 1), begin),)
    hints: tuple[str, ...] = ()
    if "mapping values are not allowed" in message:
        message = "a `:` where no key can stand"
        hints = ("put a text that contains `: ` in quotes",)
    elif "could not find expected ':'" in message:
        message = "a line without `:` where a key must stand"
    elif "unexpected end of stream" in message:
        message = "the file ends inside a quoted text"
    elif "did not find expected '-' indicator" in message:
        message = "this line is indented like the items of the list above it, and begins no item"
        hints = ("indent it like the other keys of its item, or begin an item with `- `",)
    elif "did not find expected key" in message:
        message = "this line is not indented like the keys of the record that it stands in"
        hints = ("give all keys of a record the same indentation",)
    elif "did not find expected ',' or" in message:
        message = f"a `,` or a `{message[-2]}` is missing before this"
    elif "cannot start any token" in message:
        message = f"a text cannot begin with `{lines[line][column : column + 1]}`"
        hints = ("put it in quotes",)
    elif "did not find expected <document start>" in message:
        message = "this line belongs to nothing above it"
        hints = ("give it the indentation of the keys above, or make it a key: `name: …`",)
    elif "found undefined alias" in message:
        hints = ("put a text that begins with `*` in quotes",)
    span = Span(file, first + line, column + 1)
    return error("yaml-syntax", message, span, hints=hints, related=related)
