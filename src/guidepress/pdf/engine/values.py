"""Values of styles found in one step, where no rule declares them.

WeasyPrint 70 computes a property of a style when it is first asked for, and for each goes through all that a property
may be: declared, logical, pending on a variable, a function to be calculated. Nine of ten are none of these: the
initial value, or that of the parent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.functions import check_math
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

# Properties that depend on others, or on more of their parent than its value.
_SPECIAL = frozenset(("display", "float", "position", "page"))
_DECORATION = "text_decoration_"

Missing = Callable[[Any, str], Any]


def _logical(name: str) -> tuple[str, ...]:
    """The logical properties that may stand in for a physical one."""
    function = PHYSICAL_FUNCTIONS.get(name)
    if function is None:
        return ()
    return tuple({function(block="ttb", inline=way): None for way in ("ltr", "rtl")})


def _plain() -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """The initial values of properties that are not inherited; by the names of those that are computed in no way
    unless they are declared, the logical ones.
    """
    initial: dict[str, Any] = {}
    plain: dict[str, tuple[str, ...]] = {}
    for name, value in INITIAL_VALUES.items():
        if name in _SPECIAL or name.startswith(_DECORATION) or check_math(value):
            continue
        if name not in INHERITED:
            if name in INITIAL_NOT_COMPUTED:
                continue
            initial[name] = value
        plain[name] = _logical(name)
    return initial, plain


_INITIAL, _PLAIN = _plain()
_NONE = object()


def computed(missing: Missing) -> Missing:
    """WeasyPrint's `ComputedStyle.__missing__`, for what a rule declares, and values that are no plain ones."""

    def found(style: Any, name: str) -> Any:
        logical = _PLAIN.get(name)
        if logical is None:
            return missing(style, name)
        declared = style.cascaded
        if name in declared:
            return missing(style, name)
        for other in logical:
            if other in declared:
                return missing(style, name)
        value = _INITIAL.get(name, _NONE)
        if value is _NONE:
            parent = style.parent_style
            if parent is None:
                return missing(style, name)
            value = parent[name]
            if type(value) is tuple or getattr(value, "type", None) == "function":
                return missing(style, name)
        style[name] = value
        return value

    return found


def _affected() -> dict[str, tuple[str, ...]]:
    """By the names of properties, those that have another value than the initial one where they are declared."""
    found: dict[str, list[str]] = {}
    for name in _INITIAL:
        for declared in (name, *_PLAIN[name]):
            found.setdefault(declared, []).append(name)
    return {name: tuple(names) for name, names in found.items()}


_AFFECTED = _affected()


def filled(initialize: Callable[..., None]) -> Callable[..., None]:
    """WeasyPrint's `ComputedStyle.__init__`; the style has the initial values of what is not declared from the start.

    Not those of pseudo-elements: what was asked of these so far is taken over by first lines and letters.
    """

    def fill(style: Any, parent: Any, cascaded: Any, pseudo_type: Any, *rest: Any) -> None:
        initialize(style, parent, cascaded, pseudo_type, *rest)
        if pseudo_type is None:
            style.update(_INITIAL)
            for name in cascaded:
                for other in _AFFECTED.get(name, ()):
                    style.pop(other, None)

    return fill


def filled_anonymous(initialize: Callable[..., None]) -> Callable[..., None]:
    """WeasyPrint's `AnonymousStyle.__init__`, with the initial values of what an anonymous box has of its own."""

    def fill(style: Any, parent: Any) -> None:
        style.update(_INITIAL)
        initialize(style, parent)

    return fill


def standardized(standardize: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """WeasyPrint's function that settles the counters of a page or of a box in its margins, called once for each style
    of a document: pages share them.
    """
    settled: dict[int, Any] = {}

    def settle(style: Any, pseudo_type: Any) -> None:
        if id(style) not in settled:
            settled[id(style)] = style
            standardize(style, pseudo_type)

    return settle


def anonymous(missing: Missing) -> Missing:
    """WeasyPrint's `AnonymousStyle.__missing__`, asked only for what depends on more than the initial value."""

    def found(style: Any, name: str) -> Any:
        value = _INITIAL.get(name, _NONE)
        if value is _NONE:
            return missing(style, name)
        style[name] = value
        return value

    return found
