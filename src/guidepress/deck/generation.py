"""Which cards Anki will make of a note, computed: genanki's own rules differ from Anki's.

The rules are those of Anki's `template.rs` and `cloze.rs`, and tests compare every result with the
real Anki.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import Literal, NamedTuple

# The highest cloze number; all above share its card.
LAST_CLOZE = 500

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
# A field counts as empty if it holds only space and line breaks (Anki: `field_is_empty`).
_EMPTY_FIELD = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE | re.ASCII)
_CLOZE = re.compile(r"\{\{c([0-9,]+)::|\}\}")


class _Node(NamedTuple):
    kind: Literal["field", "if", "unless"]
    name: str
    inner: tuple[_Node, ...] = ()


def is_empty_field(value: str) -> bool:
    """Whether Anki takes a field for empty."""
    return _EMPTY_FIELD.fullmatch(value) is not None


# What a field that Anki takes for empty begins with.
_BLANK = " <\n\r\t\f\v"


def is_filled(value: str) -> bool:
    """Whether Anki takes a field for one that holds something."""
    # What begins with a letter or a paragraph does.
    return value != "" and (
        value[0] not in _BLANK or value[:2] == "<p" or not is_empty_field(value)
    )


def renders(template: str, filled: Set[str]) -> bool:
    """Whether a front shows anything when the fields in `filled` hold something: then the card exists.

    Text of the template itself does not count, nor does what stands in a negated condition around
    no field.
    """
    return _renders(_parse(template), filled)


def check_template(template: str) -> None:
    """Raise ValueError, saying what is wrong, where the conditions of a template do not close in order."""
    _parse(template)


def _renders(nodes: Sequence[_Node], filled: Set[str]) -> bool:
    for node in nodes:
        if node.kind == "field" and node.name in filled:
            return True
        if node.kind == "if" and node.name in filled and _renders(node.inner, filled):
            return True
        if node.kind == "unless" and node.name not in filled and _renders(node.inner, filled):
            return True
    return False


@lru_cache(maxsize=64)
def _parse(template: str) -> tuple[_Node, ...]:
    """The fields and conditions of a template. Raises ValueError where conditions do not close in order."""
    stack: list[tuple[_Node, list[_Node]]] = [(_Node("if", ""), [])]
    for match in _TAG.finditer(template):
        tag = match[1].strip()
        sign, name = tag[:1], tag[1:].strip()
        if sign in ("#", "^"):
            stack.append((_Node("if" if sign == "#" else "unless", name), []))
        elif sign == "/":
            opened, inner = stack.pop()
            if not stack or opened.name != name:
                raise ValueError(f"{{{{/{name}}}}} closes nothing that is open")
            stack[-1][1].append(opened._replace(inner=tuple(inner)))
        elif not tag.startswith("!"):
            stack[-1][1].append(_Node("field", tag.rpartition(":")[2].strip()))
    if len(stack) > 1:
        raise ValueError(f"{{{{#{stack[-1][0].name}}}}} is never closed")
    return tuple(stack[0][1])


def cloze_numbers(field: str) -> list[int]:
    """The numbers of the clozes in a field, each of which gets one card, ascending.

    Nested clozes count, if the outermost around them is closed; `{{c1,2::…}}` belongs to both numbers.
    """
    found: set[int] = set()
    opened: list[set[int]] = []
    for match in _CLOZE.finditer(field):
        if match[1] is not None:
            opened.append({int(number) for number in match[1].split(",") if number})
        elif opened:
            closed = opened.pop()
            (opened[-1] if opened else found).update(closed)
    return sorted({min(number, LAST_CLOZE) for number in found if number})
