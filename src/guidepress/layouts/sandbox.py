"""What templates may touch: a layout by a stranger gets data, never a file or code.

Jinja's sandbox denies by a list (names with underscores, a few types). Here access is allowed by a list: plain values,
the parts that our frozen models declare, Jinja's own helpers, and calls of documented functions.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import partial
from types import BuiltinMethodType, FunctionType, MappingProxyType, MethodType, NoneType
from typing import Any

from jinja2 import Undefined
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
# A frozen dataclass, but one that holds the folders of the layout and renders files of it.
_CLOSED = "guidepress.layouts.layout"


class PlainDataEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's environment for layouts. What is refused raises SecurityError at its line of the template."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read the attribute, which is `value`."""
        return (
            super().is_safe_attribute(obj, attr, value)
            and (isinstance(obj, (*_PLAIN, *_HELPERS)) or _declares(obj, attr))
            and (_is_data(value) or isinstance(value, MethodType | BuiltinMethodType))
        )

    def is_safe_callable(self, obj: Any) -> bool:
        """Whether a template may call the object."""
        if not super().is_safe_callable(obj):
            return False
        match obj:
            case partial():
                return self.is_safe_callable(obj.func)
            case BuiltinMethodType():
                return isinstance(obj.__self__, _PLAIN)
            case MethodType() if isinstance(obj.__self__, (*_PLAIN, *_HELPERS)):
                return True
            case FunctionType() | MethodType():
                return obj.__module__.partition(".")[0] in ("guidepress", "jinja2", "markupsafe")
            case type():
                return obj in _MAKERS
        return isinstance(obj, _HELPERS)


def _is_data(value: Any) -> bool:
    return isinstance(value, (*_PLAIN, *_HELPERS)) or _is_model(type(value))


def _is_model(kind: type) -> bool:
    """Whether objects of the class are frozen values of ours."""
    if not kind.__module__.startswith("guidepress.") or kind.__module__ == _CLOSED:
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
        if kind.__module__.startswith("guidepress.")
    )
