"""ElementTree -> nodes: the last step of a conversion, and the last word on what may stand in one.

Only where an author typed HTML does a text go by way of HTML, which nh3 filters once more; whatever else is in the
tree passes the same allow-list as it becomes nodes, so that an extension of somebody else's cannot get past it either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from xml.etree.ElementTree import Element as Parsed

from pygments.token import STANDARD_TYPES

from guidepress.content import (
    Code,
    Content,
    Element,
    Formula,
    Image,
    Node,
    NoteCall,
    Quote,
    RecordBlock,
    Reference,
    Text,
    Variable,
)
from guidepress.content.html import VOID, read
from guidepress.content.nodes import NO_ATTRIBUTES
from guidepress.content.walk import joined, trimmed
from guidepress.markdown.html.elements import ALLOWED, DROPPED, GLOBAL, sanitize
from guidepress.markdown.markup import BLOCKS, MARKUP, inner, serialize
from guidepress.markdown.state import ParseState
from guidepress.markdown.tree.links import SCHEMES
from guidepress.source.files import CONTROL

_Use = TypeVar("_Use")
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_ADDRESSES = frozenset({"cite", "href", "src"})
_TOKENS = frozenset(STANDARD_TYPES.values()) - {""}
_CELLS = frozenset(("td", "th"))
_ALLOWED = {name: own | GLOBAL for name, own in ALLOWED.items()}


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes nodes of what one conversion has parsed."""

    state: ParseState

    def content(self, element: Parsed, *, inline: bool = False) -> Content:
        """What is inside of an element, without white space at its edges.

        `inline`: a single paragraph comes without its `<p>`.
        """
        if inline and len(element) == 1 and element[0].tag == "p" and not element.text:
            element = element[0]
        if _holds_html(element):
            return Content(trimmed(read(sanitize(inner(element)), self._make)))
        return Content(trimmed(self._inside(element)))

    def _inside(self, element: Parsed) -> tuple[Node, ...]:
        made: list[Node] = []
        if element.text:
            made.append(_text(element.text))
        for child in element:
            made += self._node(child)
            # A line ends after a block, so that words of two stay apart wherever the tags are stripped.
            after = ("\n" if child.tag in BLOCKS else "") + (child.tail or "")
            if after:
                made.append(_text(after))
        return joined(made)

    def _node(self, element: Parsed) -> Sequence[Node]:
        name = element.tag
        typed = _holds_html(element)
        if typed and name not in _CELLS:
            # With the element itself: a block that was typed in a paragraph ends it.
            return read(sanitize(serialize(element).removesuffix("\n")), self._make)
        if name in DROPPED:
            return ()
        children: Sequence[Node]
        if typed:
            # Without it: HTML knows no cell outside of a table.
            children = read(sanitize(inner(element)), self._make)
        else:
            children = () if name in VOID else self._inside(element)
        allowed = _ALLOWED.get(name)
        if allowed is None:
            return children
        own = {
            key: CONTROL.sub("\N{REPLACEMENT CHARACTER}", value)
            for key, value in element.items()
            if (key in allowed or key.startswith("data-"))
            and not (key in _ADDRESSES and _is_foreign(value))
        }
        line = own.pop("data-line", "")
        return self._make(name, own, tuple(children), int(line) if line else 0)

    def _make(
        self, name: str, own: dict[str, str], children: tuple[Node, ...], line: int
    ) -> Sequence[Node]:
        """The node of an element that has passed the allow-list: `data-` attributes are guidepress's own."""
        index = own.pop("data-index", "")
        if (at := own.pop("data-ref", "")) and (use := _at(self.state.references, at)):
            own = {key: value for key, value in own.items() if key not in ("class", "href")}
            made: Element = Reference(
                name, own, children, line, index, target=use.target, span=use.span
            )
        elif (at := own.pop("data-image", "")) and (picture := _at(self.state.images, at)):
            made = Image(name, own, (), line, index, span=picture.span)
        elif (at := own.pop("data-formula", "")) and (formula := _at(self.state.formulas, at)):
            own.pop("data-tex", None)
            made = Formula(
                name, own, children, line, index,
                tex=formula.tex, display=formula.display, span=formula.span,
            )  # fmt: skip
        elif (at := own.pop("data-quote", "")) and (quote := _at(self.state.quotes, at)):
            made = Quote(
                name, own, (), line, index,
                path=quote.path, region=quote.region, language=quote.language, span=quote.span,
            )  # fmt: skip
        elif (at := own.pop("data-variable", "")) and (variable := _at(self.state.variables, at)):
            made = Variable(
                name, own, children, line, index, variable=variable.name, span=variable.span
            )
        elif name == "sup" and own.get("class") == "footnote-ref":
            made = _call(own, children, line, index)
        elif at := own.pop("data-block", ""):
            made = RecordBlock(name, own, (), line, index, block=int(at))
        elif name == "code" and all(map(_is_token, children)):
            made = Code(name, own, children, line, index)
        else:
            made = Element(name, own or NO_ATTRIBUTES, children, line, index)
        return (made,)


def _is_token(node: Node) -> bool:
    """Whether it is a text, or what the highlighter makes of one."""
    if isinstance(node, Text):
        return True
    own = node.attributes
    return (
        node.name == "span"
        and len(own) == 1
        and own.get("class") in _TOKENS
        and all(isinstance(one, Text) for one in node.children)
    )


def _holds_html(element: Parsed) -> bool:
    return any(child.tag == MARKUP for child in element)


def _call(own: dict[str, str], children: tuple[Node, ...], line: int, index: str) -> Element:
    link = children[0] if children else None
    if not isinstance(link, Element) or not link.children:
        return Element("sup", own, children, line, index)
    note = link.attributes.get("href", "").removeprefix("#")
    number = link.children[0]
    assert isinstance(number, Text)
    return NoteCall("sup", own, (), line, index, note=note, number=int(number.text))


def _at(uses: Sequence[_Use], position: str) -> _Use | None:
    return uses[int(position)] if position.isdigit() and int(position) < len(uses) else None


def _text(text: str) -> Text:
    return Text(CONTROL.sub("\N{REPLACEMENT CHARACTER}", text))


def _is_foreign(address: str) -> bool:
    scheme = _SCHEME.match(address)
    return scheme is not None and scheme[1].lower() not in SCHEMES
