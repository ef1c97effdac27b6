"""What stands at the cursor in Markdown: a link, a name or an option of a block, front matter; by lines alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "link", "picture", "block", "argument", "option", "option-value", "front-key", "front-value", "variable"
]  # fmt: skip
HEADER = re.compile(r"[ \t>]*(/{3,})[ \t]*([A-Za-z][\w-]*)?[ \t]*(?:(\|)[ \t]*(.*?)[ \t]*)?$")
FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_LINK = re.compile(r"(!?)\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^()<>]*)>?\)?")
_OPEN_LINK = re.compile(r"(!?)\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^()<>\s]*)$")
_OPTION = re.compile(r"([ \t]*)([a-z][\w-]*)?(:?)(.*)$")
_FRONT = re.compile(r"([\w-]*)(:?)[ \t]*(.*)$")
_VARIABLE = re.compile(r"\{\{[ \t]*([\w-]*)")
_NAME = re.compile(r"[\w./@+-]*")


@dataclass(frozen=True, slots=True)
class Context:
    """What stands at the cursor: `word` is the whole of it from column `start` (from 1), `prefix` up to the cursor.

    `owner` is the block of an argument or an option, or the key of a value; `name` the option of a value.
    """

    kind: Kind
    word: str
    prefix: str
    start: int
    owner: str = ""
    name: str = ""
    given: frozenset[str] = frozenset()


def context(lines: Sequence[str], line: int, column: int) -> Context | None:
    """What the cursor is at, which stands before the character at `line` and `column`, both from 1."""
    end = front_end(lines)
    if 1 < line <= end:
        return _front(lines, line, column, end)
    if in_code(lines, line):
        return None
    text = lines[line - 1]
    if header := HEADER.match(text):
        return _header(header, column)
    return option(lines, line, column) or inline(text, column)


def front_end(lines: Sequence[str]) -> int:
    """The number of the line that ends the front matter; 0 where there is none."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    return next((n for n, text in enumerate(lines[1:], 2) if text.rstrip() in ("---", "...")), 0)


def in_code(lines: Sequence[str], line: int) -> bool:
    """Whether a line is in a block of code between fences."""
    fence = ""
    for text in lines[: line - 1]:
        found = FENCE.match(text)
        if fence and found and found[1].startswith(fence) and not text[found.end() :].strip():
            fence = ""
        elif not fence and found:
            fence = found[1]
    return bool(fence)


def inline(text: str, column: int) -> Context | None:
    """A link, a picture or a variable on a line, which may be one of a YAML text."""
    before = text[: column - 1]
    for found in _LINK.finditer(text):
        if found.start() < column - 1 <= found.end() and found.group().endswith(")"):
            kind: Kind = "picture" if found[1] else "link"
            word = found[2].split(" ")[0]
            prefix = text[
                found.start(2) : max(found.start(2), min(column - 1, found.start(2) + len(word)))
            ]
            return Context(kind, word, prefix, found.start(2) + 1)
    if open_ := _OPEN_LINK.search(before):
        kind = "picture" if open_[1] else "link"
        return Context(kind, open_[2], open_[2], open_.start(2) + 1)
    for found in _VARIABLE.finditer(text):
        if found.start() + 1 < column <= found.end() + 1:
            prefix = text[found.start(1) : column - 1].lstrip()
            return Context("variable", found[1], prefix, found.start(1) + 1)
    return None


def _header(found: re.Match[str], column: int) -> Context | None:
    at = column - 1
    name = found[2] or ""
    start = found.start(2) if found[2] else found.end(1)
    if found[3] and at >= found.end(3):
        word = found[4] or ""
        start = found.start(4)
        return Context("argument", word, word[: max(0, at - start)], start + 1, name.lower())
    if at < found.end(1):
        return None
    if not found[2]:
        start = min(at, len(found.string))
    return Context("block", name, name[: max(0, at - start)], start + 1)


def option(lines: Sequence[str], line: int, column: int) -> Context | None:
    """An option of a block: a line below its header, with nothing but options between."""
    header = next(
        (n for n in range(line - 1, max(0, line - 40), -1) if not _may_be_option(lines[n - 1])), 0
    )
    found = HEADER.match(lines[header - 1]) if header else None
    own = _OPTION.match(lines[line - 1])
    if found is None or not found[2] or own is None:
        return None
    block, at = found[2].lower(), column - 1
    if own[3] and at >= own.end(3):
        text = own[4]
        before = lines[line - 1][own.end(3) : at]
        prefix = re.split(r"[\s,\[\]{}\"']", before)[-1]
        rest = _NAME.match(lines[line - 1], at)
        word = prefix + (rest[0] if rest else "")
        given = frozenset(re.split(r"[\s,\[\]{}\"']+", text))
        return Context(
            "option-value", word, prefix, column - len(prefix), block, own[2] or "", given
        )
    if own[4] and not own[3]:
        return None
    name = own[2] or ""
    start = own.start(2) if own[2] else at
    names = (m[2] for m in map(_OPTION.match, lines[header : line - 1]) if m and m[2])
    return Context(
        "option", name, name[: max(0, at - start)], start + 1, block, given=frozenset(names)
    )


def _may_be_option(text: str) -> bool:
    return (
        bool(text.strip())
        and not HEADER.match(text)
        and (text[0] in " \t" or re.match(r"[a-z][\w-]*:", text) is not None)
    )


def _front(lines: Sequence[str], line: int, column: int, end: int) -> Context | None:
    found = _FRONT.match(lines[line - 1])
    if found is None or line == end:
        return None
    at = column - 1
    if found[2] and at >= found.end(2):
        word, start = found[3].strip("\"'"), found.start(3)
        return Context("front-value", word, word[: max(0, at - start)], start + 1, found[1])
    given = frozenset(
        text.partition(":")[0] for n, text in enumerate(lines[: end - 1], 1) if n != line
    )
    return Context("front-key", found[1], found[1][:at], 1, given=given)
