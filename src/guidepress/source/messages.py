"""A source file as translators' tools want it: messages, and what stands between them and stays as it is.

The pieces of a file, put together, are the file. Of Markdown, a message is a paragraph, a heading, a list, a table or
the argument of a block; code, fences, options and ids are no words to translate. Of YAML it is a value that holds
words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard

import yaml

from guidepress.model import Brand, GuideFile, Record
from guidepress.model.base import is_markdown
from guidepress.model.files import IN_DATA, source_models
from guidepress.model.kinds import KINDS
from guidepress.source.editions import is_plain
from guidepress.source.translations import text_hash
from guidepress.source.validation import models_in
from guidepress.source.yaml import require_shallow

_LETTER = re.compile(r"[^\W\d_]")
_FENCE = re.compile(r"[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(`{3,}|~{3,})")
_HEADER = re.compile(r"([ \t>]*/{3,}[ \t]*([A-Za-z][\w-]*)[ \t]*\|[ \t]*)(\S.*?)([ \t]*\n?)$")
_BLOCK = re.compile(r"[ \t>]*/{3,}[ \t]*(?:[A-Za-z][\w-]*[ \t]*)?\n?$")
_OPTION = re.compile(r"([ \t>]*(?:hint|extra|title):[ \t]+)(\S.*?)([ \t]*\n?)$")
_ANY_OPTION = re.compile(r"[ \t>]*(?:[a-z][a-z0-9_-]*:(?:[ \t\n]|$)|-[ \t])")
_HEADING = re.compile(r"[ \t>]*#{1,6}[ \t]")
_COMMENT = re.compile(r"[ \t]*<!--.*-->[ \t]*\n?$")
_FRONT = re.compile(r"((?:title|promise):[ \t]+)(\S.*?)([ \t]*\n?)$")
# Blocks whose argument is no text but a name.
_NAMED = frozenset({"code", "only", "except", *(p.block for k in KINDS.values() for p in k.blocks)})
# What of guide.yaml is text of the book.
TEXTS = ("title", "subtitle", "description", "keywords")
# What of an edition is, in a guide with `languages`, which its translations are not named in.
OF_EDITION = ("title", "subtitle")
# And of brand.yaml: not the names of fonts.
_OF_BRAND = ("name", "logo_alt", "imprint", "words")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a file from `line` on. `message` is the text to translate, None where there is none.

    `form` says how a translation is written in its place.
    """

    raw: str
    line: int
    message: str | None = None
    form: Literal["text", "yaml"] = "text"

    def written(self, translation: str) -> str:
        """What stands in the file with a translation in the place of the message."""
        if self.form == "text":
            return translation
        end = "\n" if self.raw.endswith("\n") else ""
        return json.dumps(translation, ensure_ascii=False) + end


def pieces(name: str, text: str) -> list[Piece]:
    """The pieces of the file `name`, which is relative to the folder of guide.yaml."""
    found = _markdown(text) if name.endswith(".md") else _yaml(name, text)
    assert "".join(piece.raw for piece in found) == text, f"the pieces of {name} are not the file"
    return found


def original_hash(name: str, text: str) -> str:
    """What a translation of this file carries. Of guide.yaml only the texts count: its date is not translated."""
    if name != "guide.yaml":
        return text_hash(text)
    return text_hash("\n".join(p.message for p in pieces(name, text) if p.message is not None))


class _Pieces:
    """Pieces as they are found, from the top of a text on."""

    def __init__(self) -> None:
        self.made: list[Piece] = []
        self.line = 1

    def add(
        self, raw: str, message: str | None = None, form: Literal["text", "yaml"] = "text"
    ) -> None:
        """Add what comes next; a message without a letter is none."""
        if not raw:
            return
        if message is not None and not _LETTER.search(message):
            message = None
        self.made.append(Piece(raw, self.line, message, form))
        self.line += raw.count("\n")


def _markdown(text: str) -> list[Piece]:
    lines = text.splitlines(keepends=True)
    made = _Pieces()
    at = _front_matter(lines, made)
    while at < len(lines):
        line = lines[at]
        if fence := _FENCE.match(line):
            end = _fence_end(lines, at, fence[1])
            made.add("".join(lines[at:end]))
            at = end
        elif (header := _HEADER.match(line)) or _BLOCK.match(line):
            _header(line, header, made)
            at = _options(lines, at + 1, made) if header or not _ends(line) else at + 1
        elif not line.strip() or _COMMENT.match(line):
            made.add(line)
            at += 1
        else:
            end = at + 1
            if not _HEADING.match(line):
                while end < len(lines) and _goes_on(lines[end]):
                    end += 1
            chunk = "".join(lines[at:end])
            words = chunk.rstrip("\n")
            made.add(words, words)
            made.add(chunk[len(words) :])
            at = end
    return made.made


def _front_matter(lines: Sequence[str], made: _Pieces) -> int:
    """The lines that front matter takes."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), 0)
    for line in lines[: end + 1] if end else ():
        _value(line, _FRONT.match(line), made)
    return end + 1 if end else 0


def _value(line: str, match: re.Match[str] | None, made: _Pieces) -> None:
    """A line of YAML whose value may be a message."""
    value: Any = None
    if match is not None:
        try:
            value = yaml.safe_load(match[2])
        except (yaml.YAMLError, ValueError, RecursionError):
            value = None
    if match is None or not isinstance(value, str):
        made.add(line)
        return
    made.add(match[1])
    made.add(match[2], value, "yaml")
    made.add(match[3])


def _header(line: str, header: re.Match[str] | None, made: _Pieces) -> None:
    if header is None or header[2].lower() in _NAMED:
        made.add(line)
        return
    made.add(header[1])
    made.add(header[3], header[3])
    made.add(header[4])


def _ends(line: str) -> bool:
    """Whether a line of slashes has no name."""
    return not _LETTER.search(line)


def _options(lines: Sequence[str], at: int, made: _Pieces) -> int:
    """The options below a header."""
    start = at
    while at < len(lines) and lines[at].strip():
        indented = lines[at].startswith(("    ", "\t")) and at > start
        if not indented and not _ANY_OPTION.match(lines[at]):
            break
        _value(lines[at], _OPTION.match(lines[at]), made)
        at += 1
    return at


def _fence_end(lines: Sequence[str], at: int, fence: str) -> int:
    closing = re.compile(rf"[ \t>]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*\n?$")
    for number in range(at + 1, len(lines)):
        if closing.match(lines[number]):
            return number + 1
    return len(lines)


def _goes_on(line: str) -> bool:
    """Whether a paragraph goes on with a line."""
    return bool(line.strip()) and not any(
        pattern.match(line) for pattern in (_FENCE, _HEADER, _BLOCK, _HEADING, _COMMENT)
    )


def _yaml(name: str, text: str) -> list[Piece]:
    made, end = _Pieces(), 0
    try:
        require_shallow(text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError):
        root = None
    for node in _messages(name, root) if root is not None else ():
        start, after = node.start_mark.index, node.end_mark.index
        if start < end:  # of an alias, whose words stand where they are defined
            continue
        made.add(text[end:start])
        made.add(text[start:after], node.value.strip(), "yaml")
        end = after
    made.add(text[end:])
    return made.made


def _messages(name: str, root: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """The scalars of a file that are messages, in order."""
    if name != "guide.yaml":
        yield from _scalars(root, _model(name, root))
        return
    of_editions = _has_languages(root)
    for key, value in _entries(root):
        if key in (*TEXTS, "contents"):
            yield from _of(GuideFile, key, value)
        elif key == "variables" and of_editions:
            yield from _all(value)
        elif key == "editions" and of_editions:
            for _, edition in _entries(value):
                yield from _of_edition(edition)


def _of_edition(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    for key, value in _entries(node):
        if key in OF_EDITION or key == "variables":
            yield from _all(value)
        elif key == "exam":
            yield from (v for k, v in _entries(value) if k == "instructions" and _is_scalar(v))


def _is_scalar(node: yaml.Node) -> TypeGuard[yaml.ScalarNode]:
    return isinstance(node, yaml.ScalarNode)


def _has_languages(node: yaml.Node) -> bool:
    """Whether a guide.yaml names the languages of the guide, of an edition or of a deck."""
    return any(key == "languages" or _has_languages(value) for key, value in _entries(node))


def _model(name: str, root: yaml.Node) -> type[Record] | None:
    if name.startswith("data/"):
        kinds = [v.value for k, v in _entries(root) if k == "kind"]
        return IN_DATA.get(str(kinds[0])) if kinds else None
    return source_models().get(name)


def _entries(node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key.value, value


def _scalars(node: yaml.Node, model: type[Record] | None) -> Iterator[yaml.ScalarNode]:
    """The scalars below a node that are messages, in order."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item, model)
        return
    if model is None:
        return
    for key, value in _entries(node):
        if model is not Brand or key in _OF_BRAND:
            yield from _of(model, key, value)


def _of(model: type[Record], key: str, value: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """The messages in the value of a key of a record."""
    names = {field.alias or name: name for name, field in model.model_fields.items()}
    name = names.get(key)
    if name is None:
        return
    if is_markdown(model, name) or (is_plain(model, name) and key != "deck"):
        yield from _all(value)
    elif below := models_in(model.model_fields[name].annotation):
        yield from _scalars(value, below[0])


def _all(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _all(item)
    else:
        for _, value in _entries(node):
            yield from _all(value)
