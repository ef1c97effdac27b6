"""The last walk over the tree: links, images, headings and authored HTML, in document order."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from guidepress.diagnostics import Span
from guidepress.markdown.document import HeadingUse
from guidepress.markdown.html.filter import Filter, Scope
from guidepress.markdown.instance import Instance
from guidepress.markdown.markup import AUTHORED, MARKUP, markup, plain
from guidepress.markdown.origin import Origin
from guidepress.markdown.state import ParseState
from guidepress.markdown.tree import links

# Elements that tags typed around and inside of them may cross: `*a <b>c* d</b>`.
_INLINE = frozenset({"a", "abbr", "code", "del", "em", "mark", "span", "strong", "sup"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class Finish(Treeprocessor):
    """Numbers references and images, notes headings, filters HTML."""

    md: Instance

    def run(self, root: Element) -> None:
        """Walk all trees."""
        state = self.md.state
        walk = _Walk(state)
        for tree in state.trees(root):
            walk.headings = tree is root
            walk.visit(tree, Scope(), Span(state.file))


class _Walk:
    def __init__(self, state: ParseState) -> None:
        self.state = state
        self.filter = Filter(state)
        self.headings = True

    def visit(self, element: Element, scope: Scope, place: Span) -> None:
        inline = element.tag in _INLINE
        own = scope if inline else scope.inside(element.tag)
        if origin := self.state.origins.get(element):
            place = Span(origin.file, *origin.starts[0])
        if element.tag == "table":
            self.filter.check_table(scope.tables, self.state.spans.get(element, place))
        for child in element:
            span = self.state.spans.get(child, place)
            if child.tag == AUTHORED:
                self._authored(child, own, span)
            elif child.tag == "a":
                self._link(child, span)
            elif child.tag == "img":
                self._image(child, span)
            elif child.tag in _HEADINGS and self.headings:
                self.visit(child, own, place)
                self._heading(child, span)
                continue
            self.visit(child, own, place)
        if own is not scope and own.open:
            element.append(markup(self.filter.finish(own)))

    def _authored(self, element: Element, scope: Scope, span: Span) -> None:
        origin = self.state.origins.get(element) or Origin(span.file, ((span.line, span.column),))
        html = self.filter.fragment(element.text or "", origin, scope)
        element.tag = MARKUP
        element.text = AtomicString(html)

    def _link(self, element: Element, span: Span) -> None:
        href = element.get("href")
        if href is None or href.startswith("#fn-"):
            return
        del element.attrib["href"]
        for name, value in links.link(href, span, self.state).items():
            if name == "class":
                value = " ".join([value, *(element.get("class") or "").split()])
            element.set(name, value)

    def _image(self, element: Element, span: Span) -> None:
        src, alt = element.get("src") or "", element.get("alt") or ""
        for name, value in links.image(src, alt, span, self.state).items():
            element.set(name, value)

    def _heading(self, element: Element, span: Span) -> None:
        text = " ".join(plain(element).split())
        use = HeadingUse(int(element.tag[1]), text, element.get("id") or "", span)
        self.state.headings.append(use)
