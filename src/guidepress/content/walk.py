"""Ways through a tree: its elements, its words, and a new tree of it. Only those of words enter code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from guidepress.content.nodes import Code, Element, Node, Text

Nodes = Sequence[Node]
# An element as it was, and with its new children; what stands in its place.
Visit = Callable[[Element, Element], Element | Sequence[Node]]


def elements(nodes: Nodes, *names: str) -> Iterator[Element]:
    """The elements in document order, all or those of the names."""
    for node in nodes:
        if isinstance(node, Element):
            if not names or node.name in names:
                yield node
            if node.children and not isinstance(node, Code):
                yield from elements(node.children, *names)


def placed(
    nodes: Nodes, above: tuple[Element, ...] = ()
) -> Iterator[tuple[Element, tuple[Element, ...]]]:
    """The elements in document order, each with those around it, the outermost first."""
    for node in nodes:
        if isinstance(node, Element):
            yield node, above
            if node.children and not isinstance(node, Code):
                yield from placed(node.children, (*above, node))


def line_of(element: Element, above: Sequence[Element]) -> int:
    """The line that the nearest element around carries; 0 where none does."""
    return element.line or next((one.line for one in reversed(above) if one.line), 0)


def rewrite(nodes: Nodes, visit: Visit) -> tuple[Node, ...]:
    """A new tree: `visit` is called with each element, its children first. What does not change is shared."""
    made: list[Node] = []
    changed = False
    for node in nodes:
        if not isinstance(node, Element):
            made.append(node)
            continue
        children = node.children
        if children and not isinstance(node, Code):
            children = rewrite(children, visit)
        new = node if children is node.children else replace(node, children=children)
        result = visit(node, new)
        if isinstance(result, Element):
            made.append(result)
            changed = changed or result is not node
        else:
            made.extend(result)
            changed = True
    if not changed:
        return nodes if isinstance(nodes, tuple) else tuple(nodes)
    return joined(made)


def substitute(
    nodes: Nodes, found: Mapping[int, Callable[[Element], Element | Nodes]]
) -> tuple[Node, ...]:
    """A new tree in which the elements of these identities (`id()`) became what the functions give for them."""
    if not found:
        return tuple(nodes)
    return rewrite(nodes, lambda old, new: found[id(old)](new) if id(old) in found else new)


def joined(nodes: Nodes) -> tuple[Node, ...]:
    """The nodes with neighbouring texts as one."""
    made: list[Node] = []
    for node in nodes:
        if isinstance(node, Text) and made and isinstance(last := made[-1], Text):
            typed = (last.typed or last.text) + (node.typed or node.text)
            made[-1] = Text(last.text + node.text, typed if last.typed or node.typed else "")
        elif not isinstance(node, Text) or node.text:
            made.append(node)
    return tuple(made)


def trimmed(nodes: Nodes) -> tuple[Node, ...]:
    """The nodes without white space at their edges."""
    made = list(nodes)
    if made and isinstance(first := made[0], Text):
        made[0] = Text(first.text.lstrip(), first.typed.lstrip())
    if made and isinstance(last := made[-1], Text):
        made[-1] = Text(last.text.rstrip(), last.typed.rstrip())
    return joined(made)


def texts(nodes: Nodes) -> Iterator[str]:
    """Every text in order."""
    for node in nodes:
        if isinstance(node, Text):
            yield node.text
        elif isinstance(node, Element):
            yield from texts(node.children)


def text(nodes: Nodes) -> str:
    """All text, as it is."""
    return "".join(texts(nodes))


def words(nodes: Nodes) -> str:
    """The words on one line."""
    return " ".join(text(nodes).split())


# Elements whose tags tear no word apart.
INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp",
    "small", "span", "strong", "sub", "sup", "u", "var",
})  # fmt: skip


def line(nodes: Nodes, skip: Callable[[Element], bool] | None = None) -> str:
    """The words on one line, those of neighbouring blocks apart, without what `skip` holds for."""
    if len(nodes) == 1 and isinstance(only := nodes[0], Element) and len(only.children) == 1:
        # A paragraph of words, as most are.
        text = only.children[0]
        if isinstance(text, Text) and (skip is None or not skip(only)):
            return " ".join(text.text.split())
    out: list[str] = []
    _line(nodes, skip, out)
    return " ".join("".join(out).split())


def _line(nodes: Nodes, skip: Callable[[Element], bool] | None, out: list[str]) -> None:
    for node in nodes:
        if isinstance(node, Text):
            out.append(node.text)
            continue
        apart = node.name not in INLINE
        if apart:
            out.append(" ")
        if skip is None or not skip(node):
            _line(node.children, skip, out)
        if apart:
            out.append(" ")


def with_attributes(element: Element, **changes: str | None) -> Element:
    """The element with attributes set, or taken off where the value is None; `class_` and `data_x` as in Python."""
    attributes = dict(element.attributes)
    for name, value in changes.items():
        key = name.rstrip("_").replace("_", "-")
        if value is None:
            attributes.pop(key, None)
        else:
            attributes[key] = value
    return replace(element, attributes=attributes)
