"""What templates may touch: a layout by a stranger gets data, never a file or code.

Jinja's sandbox denies by a list (names with underscores, a few types). Here access is allowed by a list: plain values,
the parts that our frozen models declare, Jinja's own helpers, and calls of documented functions. Those come as
`Function`s, which lead to nothing: neither to their code nor to the objects that they work on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from types import BuiltinMethodType, FunctionType, MappingProxyType, MethodType, NoneType
from typing import Any

from jinja2 import Undefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace
from msgspec import Struct
from pydantic import BaseModel

_PLAIN = (
    *(str, int, float, NoneType, Decimal, date, Enum),
    *(list, tuple, dict, set, frozenset, MappingProxyType),
)
_HELPERS = (
    *(Undefined, BlockReference, Context, LoopContext, Macro, TemplateReference),
    *(Cycler, Joiner, Namespace),
)
_MAKERS = (dict, Cycler, Joiner, Namespace)
# The methods of our own that templates may call.
METHODS = frozenset({
    "Book.chapters", "Geometry.columns", "Grid.corner", "Grid.corners",
    "Words.around", "Words.date", "Words.number", "Words.ordinal", "Words.phrase",
})  # fmt: skip
# A frozen dataclass, but one that holds the folders of the layout and renders files of it.
_CLOSED = "guidepress.layouts.layout"


class Function:
    """A function that a template is given: it can be called, and says its name."""

    __slots__ = ("_call", "_name")

    def __init__(self, name: str, call: Callable[..., Any]) -> None:
        self._name = name
        self._call = call

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """What the function gives."""
        return self._call(*arguments, **named)

    def __repr__(self) -> str:
        return f"<function {self._name}>"


def given(context: Mapping[str, Any]) -> dict[str, Any]:
    """The names of a template as it gets them."""
    return {
        name: Function(name, value) if callable(value) else value for name, value in context.items()
    }


class PlainDataEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's environment for layouts. What is refused raises SecurityError at its line of the template."""

    def __init__(self, **options: Any) -> None:
        super().__init__(finalize=_printed, **options)
        del self.globals["lipsum"]
        # Class and attribute -> whether a template may read it.
        self._parts: dict[tuple[type, str], bool] = {}
        # Class -> whether its values may be read at all.
        self._values: dict[type, bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read the attribute, which is `value`."""
        # Both depend on classes alone, and a guide asks some ten thousand times.
        part = (type(obj), attr)
        if (safe := self._parts.get(part)) is None:
            safe = super().is_safe_attribute(obj, attr, value) and (
                isinstance(obj, (*_PLAIN, *_HELPERS)) or _declares(obj, attr)
            )
            self._parts[part] = safe
        if (known := self._values.get(type(value))) is None:
            known = self._values[type(value)] = _is_data_or_method(type(value))
        return safe and known

    def is_safe_callable(self, obj: Any) -> bool:
        """Whether a template may call the object."""
        if not super().is_safe_callable(obj):
            return False
        match obj:
            case BuiltinMethodType():
                return isinstance(obj.__self__, _PLAIN)
            case MethodType() if _is_ours(type(obj.__self__)):
                return f"{type(obj.__self__).__qualname__}.{obj.__name__}" in METHODS
            case MethodType():
                return isinstance(obj.__self__, (*_PLAIN, *_HELPERS))
            case FunctionType():
                # Jinja's own, such as `range` and a string's `format` in its guarded form.
                return str(obj.__globals__.get("__name__")).partition(".")[0] == "jinja2"
            case type():
                return obj in _MAKERS
        return isinstance(obj, (Function, *_HELPERS))


def _printed(value: Any) -> Any:
    """What stands between braces, if it can be printed."""
    if isinstance(value, Function) or _is_model(type(value)):
        raise SecurityError(
            f"this prints a {type(value).__name__} as a whole, not one of its parts"
        )
    return value


def _is_data_or_method(kind: type) -> bool:
    data = (Function, *_PLAIN, *_HELPERS, MethodType, BuiltinMethodType)
    return issubclass(kind, data) or _is_model(kind)


def _is_ours(kind: type) -> bool:
    return kind.__module__.startswith("guidepress.")


def _is_model(kind: type) -> bool:
    """Whether objects of the class are frozen values of ours."""
    if not _is_ours(kind) or kind.__module__ == _CLOSED:
        return False
    if issubclass(kind, Struct):
        return kind.__struct_config__.frozen
    if issubclass(kind, BaseModel):
        return bool(kind.model_config.get("frozen"))
    return is_dataclass(kind) and bool(kind.__dataclass_params__.frozen)  # type: ignore[attr-defined]


def _declares(value: Any, name: str) -> bool:
    """Whether a model of ours has the part itself; what it inherits from a library (parse_file, say) stays out."""
    return _is_model(type(value)) and any(
        name in vars(kind) or name in vars(kind).get("__annotations__", ())
        for kind in type(value).__mro__
        if _is_ours(kind)
    )
