"""Name and number trees (ISO 32000-1, 7.9.6 and 7.9.7), and the outline.

pikepdf's NameTree puts entries in one by one and takes 2.7 times as long for 20,000 of them (NumberTree 1.2); what is
known whole is written whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

# Entries in one node: small enough to read quickly, large enough to keep the tree flat.
NODE_SIZE = 64


def name_tree(pdf: Pdf, entries: Sequence[tuple[bytes, Object]]) -> Object:
    """Return a name tree; `entries` need not be sorted."""
    ordered = sorted(entries, key=lambda entry: entry[0])
    nodes = []
    for start in range(0, len(ordered), NODE_SIZE):
        part = ordered[start : start + NODE_SIZE]
        names = Array()
        for name, value in part:
            names.append(String(name))
            names.append(value)
        limits = Array([String(part[0][0]), String(part[-1][0])])
        nodes.append(pdf.make_indirect(Dictionary(Limits=limits, Names=names)))
    return pdf.make_indirect(Dictionary(Kids=Array(nodes)))


def number_node(pdf: Pdf, entries: Sequence[tuple[int, Object]]) -> Object:
    """Return a node of a number tree with the given entries, sorted by their keys."""
    numbers = Array()
    for key, value in entries:
        numbers.append(key)
        numbers.append(value)
    limits = Array([entries[0][0], entries[-1][0]])
    return pdf.make_indirect(Dictionary(Limits=limits, Nums=numbers))


def flat(tree: Object | None, kind: str) -> Iterator[tuple[Object, Object]]:
    """Yield the entries of a tree; `kind` is /Names or /Nums."""
    if tree is None:
        return
    entries = tree.get(kind)
    if entries is not None:
        for index in range(0, len(entries), 2):
            yield entries[index], entries[index + 1]
    for kid in tree.get("/Kids", ()):
        yield from flat(kid, kind)


@dataclass(slots=True, eq=False)
class Entry:
    """An entry of the outline. `target` is an explicit destination."""

    level: int
    title: str
    target: Object
    closed: bool
    kids: list[Entry] = field(default_factory=list)


def outline(pdf: Pdf, entries: Sequence[Entry]) -> Object | None:
    """Return an outline whose nesting follows the levels; skipped levels leave no gap."""
    root = Entry(0, "", Dictionary(), False)
    path = [root]
    for entry in entries:
        while path[-1].level >= entry.level:
            path.pop()
        path[-1].kids.append(entry)
        path.append(entry)
    if not root.kids:
        return None
    top = pdf.make_indirect(Dictionary(Type=Name.Outlines))
    top.Count = _hang(pdf, top, root)
    return top


def _hang(pdf: Pdf, parent: Object, entry: Entry) -> int:
    """Hang the items of an entry's children below it; return how many of them show."""
    shown = 0
    previous: Object | None = None
    for kid in entry.kids:
        item = pdf.make_indirect(
            Dictionary(Title=String(kid.title), Parent=parent, Dest=kid.target)
        )
        if previous is None:
            parent.First = item
        else:
            previous.Next = item
            item.Prev = previous
        below = _hang(pdf, item, kid)
        if below:
            item.Count = -below if kid.closed else below
        shown += 1 + (0 if kid.closed else below)
        previous = item
    if previous is not None:
        parent.Last = previous
    return shown
