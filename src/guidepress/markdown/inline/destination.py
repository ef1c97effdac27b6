"""The parts of a link: label, destination, title."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guidepress.markdown.inline.characters import decode

# At most 999 characters, and no unescaped bracket.
LABEL = re.compile(r"\[((?:[^\\\[\]]|\\[^\n]|\\\n){1,999})\]")
_POINTED = re.compile(r"<((?:[^<>\n\\]|\\.)*)>")
_PLAIN = re.compile(r"(?:[^\\\x00-\x20\x7f()]|\\[!-/:-@\[-`{-~]|\\)+")
_TITLE = {
    '"': re.compile(r'"((?:[^"\\]|\\.|\\\n)*)"', re.DOTALL),
    "'": re.compile(r"'((?:[^'\\]|\\.|\\\n)*)'", re.DOTALL),
    "(": re.compile(r"\(((?:[^()\\]|\\.|\\\n)*)\)", re.DOTALL),
}
_SPACE = re.compile(r"[ \t\r\n]+")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
# CommonMark asks for three levels at least; implementations stop at 32.
_MAX_PARENTHESES = 32


@dataclass(frozen=True, slots=True)
class Part:
    """A parsed part: its text with escapes and entities resolved, and the offset after it."""

    text: str
    end: int


def normalize_label(label: str) -> str:
    """The form in which labels are compared; empty for a label of white space only."""
    return _SPACE.sub(" ", label.strip()).casefold()


def destination(text: str, at: int) -> Part | None:
    """A link's destination at `at`: `<…>`, or no spaces and balanced parentheses. May be empty."""
    if text.startswith("<", at):
        match = _POINTED.match(text, at)
        return Part(decode(match[1]), match.end()) if match else None
    depth, end = 0, at
    while True:
        if (match := _PLAIN.match(text, end)) is not None:
            end = match.end()
        character = text[end : end + 1]
        if character == "(":
            depth += 1
            if depth > _MAX_PARENTHESES:
                return None
        elif character == ")" and depth:
            depth -= 1
        else:
            break
        end += 1
    return Part(decode(text[at:end]), end) if not depth else None


def title(text: str, at: int) -> Part | None:
    """A link's title at `at`, in quotes or parentheses."""
    pattern = _TITLE.get(text[at : at + 1])
    match = pattern.match(text, at) if pattern else None
    if match is None or _EMPTY_LINE.search(match[1]):
        return None
    return Part(decode(match[1]), match.end())
