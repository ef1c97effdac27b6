"""The cascade, merged once for each set of rules.

WeasyPrint 70 shares the computed style of elements that match the same rules below the same style, but merges the
declarations of these rules for each element again, and computes the styles of pseudo-elements one by one: six more for
each element, which its own style sheet has rules for.
"""

from __future__ import annotations

from math import inf
from typing import Any

from weasyprint import css

# Name -> (value, weight), as WeasyPrint keeps what is declared.
_Declared = dict[str, tuple[Any, Any]]
# What identifies a set of rules: the number of each.
_Rules = tuple[int, ...]


class StyleFor(css.StyleFor):  # type: ignore[misc]
    """Stands in for WeasyPrint's own class: the same styles for the same elements."""

    def __init__(
        self,
        html: Any,
        sheets: Any,
        presentational_hints: bool,
        font_config: Any,
        target_collector: Any,
    ) -> None:
        self._cascaded_styles: dict[tuple[Any, str | None], _Declared] = {}
        self._computed_styles: dict[tuple[Any, str | None], Any] = {}
        self.initial_page_sizes = {"box": None, "area": None}
        self._sheets = sheets
        # The selectors that may match, by all that they are looked up by.
        self._candidates: dict[tuple[object, ...], list[tuple[int, Any, tuple[Any, ...]]]] = {}
        self._numbers: dict[tuple[int, int], int] = {}
        matchers = [sheet.matcher for sheet, *_ in sheets]
        self._ids = frozenset(name for one in matchers for name in one.id_selectors)
        self._classes = frozenset(name for one in matchers for name in one.class_selectors)
        self.font_config = font_config
        self._base = {
            "root": html.etree_element,
            "base_url": html.base_url,
            "target_collector": target_collector,
        }
        self._elements(html, _own_declarations(html, presentational_hints))
        # Asked for again where the margins of pages get their styles.
        self._cascaded_styles.clear()

    def _elements(self, html: Any, own: dict[Any, tuple[tuple[Any, ...], _Declared]]) -> None:
        merged: dict[_Rules, dict[str | None, _Declared]] = {}
        known: dict[tuple[object, ...], Any] = {}
        pseudo_elements: list[tuple[Any, str, _Declared]] = []
        for wrapper in html.wrapper_element.iter_subtree():
            element = wrapper.etree_element
            parent = wrapper.parent.etree_element if wrapper.parent else None
            rules, matched = self._match(wrapper)
            declarations, style = own.get(element, (None, None))
            if style is None:
                by_type = merged.get(rules)
                if by_type is None:
                    by_type = merged[rules] = self._merged({}, matched)
            else:
                by_type = self._merged({None: style}, matched)
            for pseudo_type, declared in by_type.items():
                self._cascaded_styles[element, pseudo_type] = declared
                if pseudo_type:
                    pseudo_elements.append((element, pseudo_type, declared))
            above = id(self._computed_styles[parent, None]) if parent is not None else None
            self._compute((above, declarations, rules), known, element, None, parent)
        # They inherit from their elements, and come in any order.
        for element, pseudo_type, declared in pseudo_elements:
            above = id(self._computed_styles[element, None])
            self._compute((above, id(declared), pseudo_type), known, element, pseudo_type, element)

    def _compute(
        self,
        key: tuple[object, ...],
        known: dict[tuple[object, ...], Any],
        element: Any,
        pseudo_type: str | None,
        parent: Any,
    ) -> None:
        """Set the style of an element, or the one that is known by a key."""
        style = known.get(key)
        if style is not None:
            self._computed_styles[element, pseudo_type] = style
            return
        self.set_computed_styles(element, pseudo_type=pseudo_type, parent=parent, **self._base)
        style = self._computed_styles[element, pseudo_type]
        # An anchor that a pseudo-element is, is collected for each.
        if pseudo_type is None or not style["anchor"]:
            known[key] = style

    def _match(self, wrapper: Any) -> tuple[_Rules, list[tuple[Any, ...]]]:
        """The rules for an element and its pseudo-elements, in the order of their weight in each sheet."""
        namespace = wrapper.namespace_url
        speaks = "lang" in wrapper.etree_element.attrib
        name = wrapper.id if wrapper.id in self._ids else None
        key = wrapper.local_name, namespace, name, self._classes & wrapper.classes, speaks
        candidates = self._candidates.get(key)
        if candidates is None:
            candidates = self._candidates[key] = self._meant(wrapper)
        found = [candidate for candidate in candidates if candidate[1](wrapper)]
        return tuple([number for number, _, _ in found]), [rule for _, _, rule in found]

    def _meant(self, wrapper: Any) -> list[tuple[int, Any, tuple[Any, ...]]]:
        """The number, the test and the rule of each selector that may match elements like one."""
        found = []
        for sheet, origin, sheet_specificity in self._sheets:
            meant = _Selectors(sheet.matcher).match(wrapper)
            for specificity, order, pseudo_type, payload, test in meant:
                number = self._numbers.setdefault((id(sheet), order), len(self._numbers))
                weighs = sheet_specificity or specificity
                found.append((number, test, (sheet, origin, weighs, pseudo_type, *payload)))
        return found

    @staticmethod
    def _merged(
        styles: dict[str | None, _Declared], matched: list[tuple[Any, ...]]
    ) -> dict[str | None, _Declared]:
        for sheet, origin, specificity, pseudo_type, declarations, layer in matched:
            order = inf if layer is None else sheet.layers.index(layer)
            style = styles.setdefault(pseudo_type, {})
            for name, values, importance in declarations:
                precedence = css.declaration_precedence(origin, importance)
                _declare(style, name, values, (precedence, order, specificity))
        return styles


def behind(style_for: Any, parent: Any, above: Any, element: Any) -> Any:
    """The style that a child of an element would have if another child of it stood right before."""
    # Styles are computed from the root on.
    root = next(iter(style_for.get_computed_styles()))[0]
    tree = css.cssselect2.ElementWrapper.from_html_root(root)
    around = next(one for one in tree.iter_subtree() if one.etree_element is parent)
    wrappers = {one.etree_element: one for one in around.iter_children()}
    wrapper = wrappers[element]
    wrapper.previous = wrappers[above]
    matched = [
        (sheet, origin, sheet_specificity or specificity, pseudo_type, *payload)
        for sheet, origin, sheet_specificity in style_for._sheets
        for specificity, _, pseudo_type, payload in sheet.matcher.match(wrapper)
    ]
    own = _declared(css.find_style_attributes(element)).get(element, ((), {}))[1]
    declared = StyleFor._merged({None: own}, matched)[None]
    known = style_for(element)
    return css.ComputedStyle(
        known.parent_style, declared, None, known.root_style, known.base_url,
        style_for.font_config, style_for.initial_page_sizes,
    )  # fmt: skip


class _Selectors(css.cssselect2.Matcher):  # type: ignore[misc]
    """The selectors of a matcher, before they are put to the test."""

    def __init__(self, matcher: Any) -> None:
        self.__dict__.update(matcher.__dict__)

    @staticmethod
    def add_relevant_selectors(element: Any, selectors: Any, relevant: list[Any]) -> None:
        """Add all of them."""
        for test, specificity, order, pseudo_type, payload in selectors:
            relevant.append((specificity, order, pseudo_type, payload, test))


def _own_declarations(
    html: Any, presentational_hints: bool
) -> dict[Any, tuple[tuple[Any, ...], _Declared]]:
    """What elements declare by their attributes: the declarations that distinguish them, all of them merged."""
    attributes = css.find_style_attributes(html.etree_element, presentational_hints, html.base_url)
    return _declared(attributes)


def _declared(attributes: Any) -> dict[Any, tuple[tuple[Any, ...], _Declared]]:
    found: dict[Any, tuple[tuple[Any, ...], _Declared]] = {}
    for specificity, element, declarations, base_url in attributes:
        _, style = found.get(element, ((), {}))
        found[element] = tuple(declarations), style
        for name, values, importance in css.preprocess_declarations(base_url, declarations):
            precedence = css.declaration_precedence("author", importance)
            _declare(style, name, values, (precedence, inf, specificity))
    return found


def _declare(style: _Declared, name: str, values: Any, weight: Any) -> None:
    known = style.get(name)
    if known is None or known[1] <= weight:
        style[name] = values, weight
