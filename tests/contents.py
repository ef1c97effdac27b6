"""Content written as HTML, in the form that `Content.html` gives."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar, get_type_hints

from guidepress.content import (
    Content,
    Element,
    Formula,
    Gap,
    Image,
    Node,
    NoteCall,
    RecordBlock,
    Reference,
)
from guidepress.content.html import read
from guidepress.content.nodes import NO_ATTRIBUTES
from guidepress.diagnostics import Span

T = TypeVar("T")
PLACE = Span("test.md", 1)


def content(html: str) -> Content:
    return Content(read(html, _made))


def _made(
    name: str, own: dict[str, str], children: tuple[Node, ...], line: int
) -> tuple[Element, ...]:
    index = own.pop("data-index", "")
    classes = own.get("class", "").split()
    common = (name, own, children, line, index)
    if name == "a" and classes == ["ref"]:
        anchor = own.pop("href").removeprefix("#")
        del own["class"]
        return (Reference(*common, target=f"#{anchor}", span=PLACE, anchor=anchor),)
    if name == "img":
        return (Image(*common, span=PLACE),)
    if "math" in classes and "data-tex" in own:
        tex = own.pop("data-tex")
        return (Formula(*common, tex=tex, display="display" in classes, span=PLACE),)
    if name == "mark" and "cloze" in classes:
        number, hint = own.pop("data-cloze", "1"), own.pop("data-hint", "")
        del own["class"]
        return (Gap(*common, number=int(number), hint=hint),)
    if name == "sup" and "footnote-ref" in classes:
        link = children[0]
        assert isinstance(link, Element)
        note = link.attributes["href"].removeprefix("#")
        (text,) = link.children
        assert not isinstance(text, Element)
        return (NoteCall(name, own, (), line, index, note=note, number=int(text.text)),)
    if "block" in classes and "data-block" in own:
        return (RecordBlock(name, own, (), line, index, block=int(own.pop("data-block"))),)
    return (Element(name, own or NO_ATTRIBUTES, *common[2:]),)


def make(model: Callable[..., T], *values: Any, **more: Any) -> T:
    """An object of a model of the book, whose contents may be given as HTML."""
    names = [field.name for field in fields(model)]  # type: ignore[arg-type]
    return model(**_typed(model, {**dict(zip(names, values, strict=False)), **more}))


def replace(one: T, **changes: Any) -> T:
    """`dataclasses.replace`, with contents that may be given as HTML."""
    return dataclasses.replace(one, **_typed(type(one), changes))  # type: ignore[type-var]


def _typed(model: Any, values: dict[str, Any]) -> dict[str, Any]:
    hints = _hints(model)
    return {name: _as(hints.get(name), value) for name, value in values.items()}


@cache
def _hints(model: Any) -> dict[str, Any]:
    """The types of a model's fields, which take long to find out."""
    return get_type_hints(model)


def _as(hint: Any, value: Any) -> Any:
    if hint is Content and isinstance(value, str):
        return content(value)
    if hint == tuple[Content, ...]:
        return tuple(_as(Content, one) for one in value)
    return value
