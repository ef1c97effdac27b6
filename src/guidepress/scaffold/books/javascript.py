"""Plain data in JavaScript or TypeScript: objects, lists, strings, numbers. Anything else is refused."""

from __future__ import annotations

import re
from typing import Any

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\.|\$(?!\{))*`)
    |(?P<number>-?\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_$][\w$]*)
    |(?P<sign>[{}\[\]:,()])""",
    re.VERBOSE | re.DOTALL,
)
# Where the data begins: what a module exports, or the constant that it exports by name.
_EXPORT = re.compile(r"(?:module\.exports\s*=|export\s+default)\s*(?P<name>[A-Za-z_$][\w$]*)?")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_DEPTH = 60
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "undefined": None}


class NoData(ValueError):
    """The text is a program."""


def read_module(text: str) -> Any:
    """What a module exports. Raises NoData where that is not plain data."""
    match = _EXPORT.search(text)
    if match is None:
        raise NoData("it exports nothing")
    start = match.end()
    if name := match["name"]:
        constant = re.search(rf"\b(?:const|let|var)\s+{re.escape(name)}\b[^=]*=(?!=)", text)
        if constant is None:
            raise NoData(f"`{name}` is not written down in it")
        start = constant.end()
    return _Reader(text, start).value(0)


class _Reader:
    def __init__(self, text: str, at: int) -> None:
        self._text = text
        self._at = at
        self._next: tuple[str, str] | None = None

    def value(self, depth: int) -> Any:
        if depth > _DEPTH:
            raise NoData("it is nested too deep")
        kind, word = self._take()
        if kind == "string":
            return _unquoted(word)
        if kind == "number":
            return float(word) if "." in word else int(word)
        if kind == "name" and word in _WORDS:
            return _WORDS[word]
        if word == "{":
            return self._object(depth)
        if word == "[":
            return self._list(depth)
        raise NoData(f"`{word or 'the end'}` is no data")

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while True:
            kind, word = self._take()
            if word == "}":
                return found
            if kind not in ("string", "name", "number"):
                raise NoData(f"`{word}` is no key")
            key = _unquoted(word) if kind == "string" else word
            if self._take()[1] != ":":
                raise NoData(f"`{key}` has no value")
            found[key] = self.value(depth + 1)
            if not self._goes_on("}"):
                return found

    def _list(self, depth: int) -> list[Any]:
        found: list[Any] = []
        while self._peek()[1] != "]":
            found.append(self.value(depth + 1))
            if not self._goes_on("]"):
                return found
        self._take()
        return found

    def _goes_on(self, end: str) -> bool:
        word = self._take()[1]
        if word not in (",", end):
            raise NoData(f"`{word or 'the end'}` stands where a comma should")
        return word == ","

    def _peek(self) -> tuple[str, str]:
        if self._next is None:
            self._next = self._read()
        return self._next

    def _take(self) -> tuple[str, str]:
        token, self._next = self._peek(), None
        return token

    def _read(self) -> tuple[str, str]:
        while match := _TOKEN.match(self._text, self._at):
            self._at = match.end()
            if match.lastgroup != "space":
                return match.lastgroup or "", match[0]
        return "", self._text[self._at : self._at + 1]


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), word[1:-1], flags=re.DOTALL)
