"""Name and number trees (ISO 32000-1, 7.9.6 and 7.9.7), and the outline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

if TYPE_CHECKING:
    from guidepress.pdf.writing import Body

T = TypeVar("T")
# Entries in one node: small enough to read quickly, large enough to keep the tree flat.
NODE_SIZE = 64


def name_tree(body: Body, entries: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return a name tree; `entries`, names and values as text, need not be sorted."""
    ordered = sorted(entries, key=lambda entry: entry[0])
    nodes = []
    for start in range(0, len(ordered), NODE_SIZE):
        part = [(String(name).unparse(), value) for name, value in ordered[start:][:NODE_SIZE]]
        names = b" ".join(b"%s %s" % entry for entry in part)
        node = b"<< /Limits [ %s %s ] /Names [ %s ] >>" % (part[0][0], part[-1][0], names)
        nodes.append(b"%d 0 R" % body.add(node))
    return b"<< /Kids [ %s ] >>" % b" ".join(nodes)


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
class Entry(Generic[T]):
    """An entry of the outline. `target` is an explicit destination."""

    level: int
    title: str
    target: T
    closed: bool
    kids: list[Entry[T]] = field(default_factory=list)


@dataclass(slots=True)
class _Item(Generic[T]):
    """An object of the outline, the first of them its root: the places of others by key, and how many are below it."""

    entry: Entry[T] | None
    others: dict[str, int]
    count: int = 0


def outline(pdf: Pdf, entries: Sequence[Entry[Object]]) -> Object | None:
    """Return an outline whose nesting follows the levels; skipped levels leave no gap."""
    items = _hung(entries)
    made = [pdf.make_indirect(Dictionary()) for _ in items]
    for one, item in zip(made, items, strict=True):
        if item.entry is None:
            one.Type = Name.Outlines
        else:
            one.Title, one.Dest = String(item.entry.title), item.entry.target
        for key, place in item.others.items():
            one[f"/{key}"] = made[place]
        if item.count:
            one.Count = item.count
    return made[0] if made else None


def outline_text(body: Body, entries: Sequence[Entry[bytes]]) -> int | None:
    """Return the number of an outline as text."""
    items = _hung(entries)
    numbers = [body.reserve() for _ in items]
    for number, item in zip(numbers, items, strict=True):
        text = b"/Type /Outlines"
        if item.entry is not None:
            title = String(item.entry.title).unparse()
            text = b"/Title %s /Dest %s" % (title, item.entry.target)
        for key, place in item.others.items():
            text += b" /%s %d 0 R" % (key.encode(), numbers[place])
        if item.count:
            text += b" /Count %d" % item.count
        body.texts[number] = b"<< %s >>" % text
    return numbers[0] if numbers else None


def _hung(entries: Sequence[Entry[T]]) -> list[_Item[T]]:
    """The root of an outline and its items; nothing where there is no entry."""
    tops: list[Entry[T]] = []
    path: list[Entry[T]] = []
    for entry in entries:
        while path and path[-1].level >= entry.level:
            path.pop()
        (path[-1].kids if path else tops).append(entry)
        path.append(entry)
    items: list[_Item[T]] = [_Item(None, {})]
    items[0].count = _hang(items, 0, tops)
    return items if tops else []


def _hang(items: list[_Item[T]], parent: int, kids: Sequence[Entry[T]]) -> int:
    """Hang entries below an item; return how many of them and below them show."""
    shown = 0
    previous = 0
    for kid in kids:
        place = len(items)
        item = _Item(kid, {"Parent": parent})
        items.append(item)
        if previous:
            items[previous].others["Next"] = place
            item.others["Prev"] = previous
        else:
            items[parent].others["First"] = place
        below = _hang(items, place, kid.kids)
        item.count = -below if kid.closed else below
        shown += 1 + (0 if kid.closed else below)
        previous = place
    if previous:
        items[parent].others["Last"] = previous
    return shown
