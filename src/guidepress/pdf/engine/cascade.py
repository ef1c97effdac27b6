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
# That of page rules: the number of a sheet, of the rule in it, and of its selector.
_PageRules = tuple[tuple[int, int, int], ...]


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
        # Of pages only.
        self._cascaded_styles: dict[tuple[Any, str | None], _Declared] = {}
        self._computed_styles: dict[tuple[Any, str | None], Any] = {}
        # What is declared for elements and their pseudo-elements; styles of the latter are computed when asked for.
        self._declared: dict[Any, dict[str | None, _Declared]] = {}
        self._known: dict[tuple[object, ...], Any] = {}
        # What is declared for pages and the boxes in their margins, by the rules that match, and their styles.
        self._pages: dict[_PageRules, dict[str | None, _Declared]] = {}
        self._page_rules: dict[Any, _PageRules] = {}
        self._page_styles: dict[tuple[object, ...], Any] = {}
        self.initial_page_sizes = {"box": None, "area": None}
        self._sheets = sheets
        # The selectors that may match, by all that they are looked up by.
        self._candidates: dict[tuple[object, ...], list[tuple[int, Any, tuple[Any, ...]]]] = {}
        self._numbers: dict[tuple[int, int], int] = {}
        # The rules for each element and its pseudo-elements, by their numbers.
        self._rules: dict[Any, _Rules] = {}
        matchers = [sheet.matcher for sheet, *_ in sheets]
        self._ids = frozenset(name for one in matchers for name in one.id_selectors)
        self._classes = frozenset(name for one in matchers for name in one.class_selectors)
        self.font_config = font_config
        self._root = html.etree_element
        self._base_url = html.base_url
        self._target_collector = target_collector
        self._elements(html, _own_declarations(html, presentational_hints))

    def _elements(self, html: Any, own: dict[Any, tuple[tuple[Any, ...], _Declared]]) -> None:
        merged: dict[_Rules, dict[str | None, _Declared]] = {}
        for wrapper in html.wrapper_element.iter_subtree():
            element = wrapper.etree_element
            parent = wrapper.parent.etree_element if wrapper.parent else None
            rules, matched = self._match(wrapper)
            self._rules[element] = rules
            declarations, style = own.get(element, (None, None))
            if style is None:
                by_type = merged.get(rules)
                if by_type is None:
                    by_type = merged[rules] = self._merged({}, matched)
            else:
                by_type = self._merged({None: style}, matched)
            self._declared[element] = by_type
            above = id(self._computed_styles[parent, None]) if parent is not None else None
            key = above, declarations, rules
            self._compute(key, by_type.get(None, {}), element, None, parent)
        # They inherit from their elements, and come in any order; most are never asked for.
        for element, by_type in self._declared.items():
            for pseudo_type, declared in by_type.items():
                if pseudo_type and "anchor" in declared:
                    self._compute_pseudo(element, pseudo_type, declared)

    def __call__(self, element: Any, pseudo_type: str | None = None) -> Any:
        """The style of an element, a pseudo-element or a page."""
        style = self._computed_styles.get((element, pseudo_type))
        if element in self._page_rules:
            return style
        if style is None:
            by_type = self._declared.get(element)
            declared = by_type.get(pseudo_type) if by_type else None
            if not pseudo_type or declared is None:
                return None
            self._compute_pseudo(element, pseudo_type, declared)
            style = self._computed_styles[element, pseudo_type]
        if not style:
            # One of which nothing was asked yet would be taken for none.
            style["display"]
        return super().__call__(element, pseudo_type)

    def _compute_pseudo(self, element: Any, pseudo_type: str, declared: _Declared) -> None:
        above = id(self._computed_styles[element, None])
        self._compute((above, id(declared), pseudo_type), declared, element, pseudo_type, element)

    def _compute(
        self,
        key: tuple[object, ...],
        declared: _Declared,
        element: Any,
        pseudo_type: str | None,
        parent: Any,
    ) -> None:
        """Set the style of an element, or the one that is known by a key."""
        style = self._known.get(key)
        if style is not None:
            self._computed_styles[element, pseudo_type] = style
            return
        if parent is None:
            above, root = None, css.InitialStyle(self.font_config)
        else:
            above = self._computed_styles[parent, None]
            root = self._computed_styles[self._root, None]
        style = css.ComputedStyle(
            above, declared, pseudo_type, root, self._base_url,
            self.font_config, self.initial_page_sizes,
        )  # fmt: skip
        self._computed_styles[element, pseudo_type] = style
        # Of pseudo-elements always: first lines take over what was asked of theirs so far.
        anchor = style["anchor"] if pseudo_type or "anchor" in declared else None
        if anchor:
            self._target_collector.collect_anchor(anchor)
        # An anchor that a pseudo-element is, is collected for each.
        if pseudo_type is None or not anchor:
            self._known[key] = style

    def add_page_declarations(self, page_type: Any) -> None:
        """Note what is declared for a page; pages that match the same rules have it in common."""
        rules = []
        for number, (sheet, *_) in enumerate(self._sheets):
            for at, (_, selectors, _) in enumerate(sheet.page_rules):
                for place, (_, _, selected) in enumerate(selectors):
                    if self._page_type_match(selected, page_type):
                        rules.append((number, at, place))
        key = self._page_rules[page_type] = tuple(rules)
        by_kind = self._pages.get(key)
        if by_kind is None:
            super().add_page_declarations(page_type)
            found = self._cascaded_styles.items()
            self._pages[key] = {kind: style for (one, kind), style in found if one == page_type}
            return
        for kind, declared in by_kind.items():
            self._cascaded_styles[page_type, kind] = declared

    def set_computed_styles(
        self,
        element: Any,
        parent: Any,
        root: Any = None,
        pseudo_type: str | None = None,
        base_url: str | None = None,
        target_collector: Any = None,
    ) -> None:
        """Set the style of a page, or of a box in its margins; pages that match the same rules share them.

        But for the first one, before the size of pages is known.
        """
        key = self._page_rules[element], pseudo_type, self.initial_page_sizes["box"] is None
        style = self._page_styles.get(key)
        if style is None:
            super().set_computed_styles(
                element, parent, root, pseudo_type, base_url, target_collector
            )
            style = self._page_styles[key] = self._computed_styles[element, pseudo_type]
        self._computed_styles[element, pseudo_type] = style

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
        for place, (sheet, origin, sheet_specificity) in enumerate(self._sheets):
            meant = _Selectors(sheet.matcher).match(wrapper)
            for specificity, order, pseudo_type, payload, test in meant:
                number = self._numbers.setdefault((place, order), len(self._numbers))
                weighs = sheet_specificity or specificity
                found.append((number, test, (sheet, origin, weighs, pseudo_type, *payload)))
        return found

    def rules(self) -> dict[Any, tuple[tuple[int, int], ...]]:
        """The rules for each element and its pseudo-elements: the place of the style sheet, and of the rule in it."""
        places = list(self._numbers)
        known = {
            rules: tuple(places[number] for number in rules) for rules in set(self._rules.values())
        }
        return {element: known[rules] for element, rules in self._rules.items()}

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
