"""The order of a book: from the settings of its tool, from front matter, from the links of an index, from names."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from guidepress.scaffold.books.configs import Node, Settings
from guidepress.scaffold.books.folder import INDEXES, Folder, natural
from guidepress.scaffold.books.page import Page
from guidepress.scaffold.books.reading import decode, load_yaml
from guidepress.scaffold.books.titles import headings, plain, readable

POSITIONS = ("sidebar_position", "sort_order", "weight", "nav_order", "order", "position")
_LINK = re.compile(r"\]\(\s*<?([^)\s>#]+)")


# What comes behind the question or the task beside it.
_ANSWERS = frozenset(("answer", "answers", "solution", "solutions"))


@dataclass(slots=True)
class Part:
    """A part: its title, and its files with what the table of contents calls them."""

    title: str
    files: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Contents:
    """The order of a book, and in words where it comes from."""

    parts: list[Part] = field(default_factory=list)
    front: list[tuple[str, str]] = field(default_factory=list)
    back: list[tuple[str, str]] = field(default_factory=list)
    source: str = ""

    def files(self) -> Iterator[tuple[str, str]]:
        """All files with their titles, in order."""
        yield from self.front
        for part in self.parts:
            yield from part.files
        yield from self.back


def find_order(folder: Folder, settings: Settings, pages: Mapping[str, Page]) -> Contents:
    """The contents of the book whose pages are in `pages`."""
    ordering = _Ordering(folder, pages)
    if settings.nodes:
        found = ordering.from_nodes(settings.nodes)
        found.source = settings.source
        if found.parts:
            return found
    return ordering.from_folders()


class _Ordering:
    def __init__(self, folder: Folder, pages: Mapping[str, Page]) -> None:
        self._folder = folder
        self._pages = pages
        self._seen: set[str] = set()
        self._by = "file names"
        # Folder -> its index page, the one of a section first.
        self._indexes: dict[str, str] = {}
        for name in sorted(
            pages, key=lambda n: INDEXES.index(_stem(n)) if _stem(n) in INDEXES else -1
        ):
            if _stem(name) in INDEXES:
                self._indexes[posixpath.dirname(name)] = name
        # The only page of a folder that has folders is what they are below.
        self._leads = _leads(pages, self._indexes)

    # A table of contents

    def from_nodes(self, nodes: Iterable[Node]) -> Contents:
        contents = Contents()
        loose: Part | None = None
        for node in nodes:
            if node.kind:
                files = list(self._below(node))
                (contents.front if node.kind == "front" else contents.back).extend(files)
            elif node.children or node.folder is not None:
                files = list(self._below(node))
                if files:
                    loose = None
                    contents.parts.append(Part(plain(node.title) or self._called(node.file), files))
            elif entries := list(self._below(node)):
                if loose is None:
                    loose = Part("")
                    contents.parts.append(loose)
                loose.files += entries
        return contents

    def _below(self, node: Node) -> Iterator[tuple[str, str]]:
        if node.file in self._pages and node.file not in self._seen:
            self._seen.add(node.file)
            yield node.file, "" if node.children else plain(node.title)
        if node.folder is not None:
            prefix = f"{node.folder}/" if node.folder else ""
            for name in self._sorted([n for n in self._pages if n.startswith(prefix)], prefix):
                if name not in self._seen:
                    self._seen.add(name)
                    yield name, ""
        for child in node.children:
            yield from self._below(child)

    def _called(self, name: str) -> str:
        """The title of a file that opens a part without one."""
        page = self._pages.get(name)
        if page is None:
            return ""
        title = page.front.get("title")
        found = headings(page)
        return plain(title) if isinstance(title, str) else found[0].words if found else ""

    # Folders

    def from_folders(self) -> Contents:
        names = list(self._pages)
        prefix = _common(names)
        parts: dict[str, Part] = {}
        for name in self._sorted(names, prefix):
            rest = name.removeprefix(prefix)
            first = rest.partition("/")[0] if "/" in rest else ""
            if first not in parts:
                parts[first] = Part(self._title(prefix + first) if first else "")
            parts[first].files.append((name, ""))
        return Contents(list(parts.values()), source=self._by)

    def _title(self, folder: str) -> str:
        """A folder's label, the title of its index where that is one of a section, or its name."""
        own = self._category(folder)
        label = own.get("label")
        if isinstance(label, str) and label.strip():
            return plain(label)
        index = self._indexes.get(folder, "")
        if _stem(index) == "_index":
            title = self._pages[index].front.get("title")
            if isinstance(title, str) and title.strip():
                return plain(title)
        return self._called(self._leads.get(folder, "")) or readable(folder)

    def _category(self, folder: str) -> Mapping[str, object]:
        for suffix in ("json", "yml", "yaml"):
            path = self._folder.path(f"{folder}/_category_.{suffix}")
            with suppress(OSError, ValueError):
                text = decode(path.read_bytes())[0]
                data = json.loads(text) if suffix == "json" else load_yaml(text)
                if isinstance(data, dict):
                    return data
        return {}

    def _sorted(self, names: list[str], prefix: str) -> list[str]:
        """The files below a folder, each folder in its own order."""
        places: dict[str, float] = {}
        linked = self._linked(names, prefix)
        by_folder: dict[str, set[str]] = {}
        for name in names:
            parts = name.removeprefix(prefix).split("/")
            for depth in range(len(parts)):
                here = prefix + "/".join(parts[:depth])
                by_folder.setdefault(here.rstrip("/"), set()).add(
                    posixpath.join(here, parts[depth])
                )
        for folder, entries in by_folder.items():
            self._places(folder, entries, linked, places)

        leads = set(self._leads.values())

        def key(name: str) -> list[tuple[float, int, list[tuple[int, int, str]]]]:
            parts = name.split("/")
            steps = ("/".join(parts[: depth + 1]) for depth in range(len(parts)))
            return [
                (
                    places.get(step, 0.0),
                    -1 if step in leads else int(_stem(step) in _ANSWERS),
                    natural(posixpath.basename(step)),
                )
                for step in steps
            ]

        return sorted(names, key=key)

    def _places(
        self, folder: str, entries: set[str], linked: Mapping[str, int], places: dict[str, float]
    ) -> None:
        """Give the files and folders of a folder numbers, where anything does; those without come last."""
        found = {entry: self._position(entry) for entry in entries}
        if not any(position is not None for position in found.values()):
            found = {entry: float(linked[entry]) if entry in linked else None for entry in entries}
            if sum(p is not None for p in found.values()) * 2 < len(entries) or len(entries) < 2:
                return
            self._by = "the links of an index page"
        else:
            self._by = "the front matter of the files"
        last = max(p for p in found.values() if p is not None) + 1
        for entry, position in found.items():
            first = entry in self._pages and _stem(entry) in INDEXES
            places[entry] = float("-inf") if first else last if position is None else position

    def _position(self, entry: str) -> float | None:
        if entry in self._pages:
            front: Mapping[str, object] = self._pages[entry].front
        else:
            front = self._category(entry)
            if not front:
                index = self._indexes.get(entry, "")
                front = self._pages[index].front if index else {}
        for key in POSITIONS:
            value = front.get(key)
            if isinstance(value, str):
                with suppress(ValueError):
                    value = float(value)
            if isinstance(value, int | float) and not isinstance(value, bool):
                return float(value)
        return None

    def _linked(self, names: Iterable[str], prefix: str) -> dict[str, int]:
        """Files and folders by their first link on the index page of the top folder or of their own."""
        known = set(names)
        found: dict[str, int] = {}
        indexes = [n for n in known if _stem(n) in INDEXES]
        for index in sorted(indexes, key=lambda n: (n.count("/"), natural(n))):
            page = self._pages[index]
            for match in _LINK.finditer("\n".join(page.lines)):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(index), match[1]))
                stems = (target, f"{target}.md", f"{target}/README.md", f"{target}/index.md")
                name = next((n for n in stems if n in known and n != index), "")
                if not name:
                    continue
                steps = name.removeprefix(prefix).split("/")
                for depth in range(1, len(steps) + 1):
                    found.setdefault(prefix + "/".join(steps[:depth]), len(found))
        return found


def _leads(pages: Iterable[str], indexes: Mapping[str, str]) -> dict[str, str]:
    """Folder -> the only page in it, if it has folders below and no index."""
    own: dict[str, list[str]] = {}
    above: set[str] = set()
    for name in pages:
        folder = posixpath.dirname(name)
        own.setdefault(folder, []).append(name)
        while folder:
            folder = posixpath.dirname(folder)
            above.add(folder)
    return {
        folder: names[0]
        for folder, names in own.items()
        if len(names) == 1 and folder and folder in above and folder not in indexes
    }


def _stem(name: str) -> str:
    return posixpath.splitext(posixpath.basename(name))[0].lower()


def _common(names: list[str]) -> str:
    """The folders that all files are in, with a slash behind; not the last of them, if none is below it."""
    if not names:
        return ""
    parts = [name.split("/")[:-1] for name in names]
    shared: list[str] = []
    for level in zip(*parts, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    if shared and all(len(one) == len(shared) for one in parts):
        shared.pop()
    return "".join(f"{part}/" for part in shared)
