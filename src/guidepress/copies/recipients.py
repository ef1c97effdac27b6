"""The recipients of personal copies: a CSV file, read whole or refused with all its errors."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from guidepress.diagnostics import Diagnosed, Diagnostic, Related, Span, did_you_mean, error

# Columns with a meaning; any others may be used in names of files.
NAME, COPY, LICENCE, PASSWORD = "name", "copy", "licence", "password"
COLUMNS = (NAME, COPY, LICENCE, PASSWORD)
# So many characters of a name or a licence line fit on any page that can be stamped.
LONGEST = 300
LARGEST = 64 * 1024 * 1024  # bytes of the file
_LAST_COPY = 2**31 - 1
# What AES-256 in PDF takes of a password, in bytes of UTF-8.
_LONGEST_PASSWORD = 127
# These turn the text around them, and a name with them could read as another's.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a copy. `number` is the copy's, `licence` empty where the row has none of its own.

    `fields` are all values of the row by column, as they were typed.
    """

    number: int
    name: str
    licence: str
    password: str
    fields: Mapping[str, str]
    span: Span


def read_recipients(path: Path) -> Diagnosed[tuple[Recipient, ...]]:
    """The rows of a CSV file with a header, in UTF-8, separated by commas or semicolons.

    Only `name` is required. Without a column `copy` the rows are numbered from 1. No value where anything is wrong;
    the errors (`recipients-unreadable`, `-header`, `-row`, `recipient-name`, `-copy`, `-licence`, `-password`) name
    their lines. Raises OSError.
    """
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    name = path.as_posix()
    if len(data) > LARGEST:
        message = f"it is larger than {LARGEST // 1024 // 1024} MB"
        return Diagnosed(None, (error("recipients-unreadable", message, Span(name)),))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        hints = ("save the table as “CSV UTF-8”",)
        found = error("recipients-unreadable", "this is not UTF-8", Span(name, line), hints=hints)
        return Diagnosed(None, (found,))
    return _Table(name).read(text)


@dataclass(slots=True)
class _Table:
    """One CSV file on its way to recipients."""

    file: str
    problems: list[Diagnostic] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    # Where each copy number was first seen.
    _copies: dict[int, Span] = field(default_factory=dict)

    def read(self, text: str) -> Diagnosed[tuple[Recipient, ...]]:
        found: list[Recipient] = []
        for line, row in self._rows(text):
            span = Span(self.file, line)
            if not self.columns:
                if not self._header(row, span):
                    break
            elif (recipient := self._recipient(row, span, len(found) + 1)) is not None:
                found.append(recipient)
        if not found and not self.problems:
            self._problem("recipients-unreadable", "it lists no recipients", Span(self.file))
        problems = tuple(self.problems)
        return Diagnosed(None if problems else tuple(found), problems)

    def _problem(self, code: str, message: str, span: Span, hints: Sequence[str] = ()) -> None:
        self.problems.append(error(code, message, span, hints=hints))

    def _rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """The rows that are not empty, each with the line that it starts on."""
        head = text.partition("\n")[0]
        separator = ";" if head.count(";") > head.count(",") else ","
        # A NUL, which no name has; csv of Python 3.11 and later reads it as any other character.
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                hints = ("a value with quotes is quoted itself, and its quotes are doubled",)
                self._problem("recipients-unreadable", str(problem), Span(self.file, line), hints)
                return
            if any(value.strip() for value in row):
                yield line, row

    def _header(self, row: Sequence[str], span: Span) -> bool:
        """Take the names of the columns; whether the rows can be understood by them."""
        self.columns = [value.strip().casefold() for value in row]
        for column in sorted({c for c in self.columns if self.columns.count(c) > 1}):
            message = f"there are two columns `{column}`" if column else "columns have no name"
            self._problem("recipients-header", message, span)
        if NAME not in self.columns:
            hints = did_you_mean(NAME, self.columns) or ("the first line names the columns",)
            self._problem("recipients-header", "there is no column `name`", span, hints)
        return not self.problems

    def _recipient(self, row: Sequence[str], span: Span, position: int) -> Recipient | None:
        before = len(self.problems)
        if len(row) != len(self.columns):
            message = f"there are {len(row)} values, and {len(self.columns)} columns"
            hints = ("a value with the separator in it wants quotes around it",)
            self._problem("recipients-row", message, span, hints)
            return None
        values = dict(zip(self.columns, row, strict=True))
        name = _clean(values[NAME])
        if not name:
            self._problem("recipient-name", "the row has no name", span)
        licence, password = _clean(values.get(LICENCE, "")), values.get(PASSWORD, "")
        if reason := _unfit(name):
            self._problem("recipient-name", f"the {NAME} {reason}", span)
        if reason := _unfit(licence):
            self._problem("recipient-licence", f"the {LICENCE} {reason}", span)
        if len(password.encode("utf-8", "surrogatepass")) > _LONGEST_PASSWORD:
            message = f"a password has at most {_LONGEST_PASSWORD} bytes"
            self._problem("recipient-password", message, span)
        number = self._number(values, span, position)
        if number is None or len(self.problems) > before:
            return None
        return Recipient(number, name, licence, password, values, span)

    def _number(self, values: Mapping[str, str], span: Span, position: int) -> int | None:
        """The number of a row's copy."""
        if COPY not in values:
            return position
        typed = values[COPY].strip()
        if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:20]) <= _LAST_COPY):
            message = f"`{typed[:40]}` is not the number of a copy"
            self._problem("recipient-copy", message, span, ("1, 2, 3 …",))
            return None
        number = int(typed)
        if (first := self._copies.setdefault(number, span)) != span:
            related = (Related(first, "first given here"),)
            message = f"copy {number} is somebody else's"
            self.problems.append(error("recipient-copy", message, span, related=related))
            return None
        return number


def _clean(value: str) -> str:
    """A value as it is printed: composed, with single spaces."""
    return unicodedata.normalize("NFC", " ".join(value.split()))


def _unfit(value: str) -> str:
    """Why a value cannot be printed on a line, empty where it can."""
    if len(value) > LONGEST:
        return f"has {len(value)} characters, more than {LONGEST}"
    for character in value:
        if character in _TURNING or unicodedata.category(character) in ("Cc", "Cs", "Cn"):
            return f"has a character that cannot be printed, U+{ord(character):04X}"
    return ""
