"""What the settings of other tools say of a book: order and titles, its name, its language, where its pages are.

A `Node` is an entry of a table of contents: a title, perhaps a file, and what stands below it.
"""

from __future__ import annotations

import json
import posixpath
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from guidepress.scaffold.books.folder import Folder
from guidepress.scaffold.books.javascript import NoData, read_module
from guidepress.scaffold.books.reading import decode, load_yaml

_LARGEST = 5_000_000
_HEAD = 2_000
_ID = re.compile(r"^id:[ \t]*(\S.*?)[ \t\r]*$", re.MULTILINE)
_LINK = re.compile(
    r"^(?P<indent>[ \t]*)(?P<item>[-*+][ \t]+|\d+[.)][ \t]+)?"
    r"\[(?P<title>(?:[^\[\]]|\[[^\]]*\])*)\]\(<?(?P<file>[^)>#\s]+(?: [^)>#\s]+)*)>?(?:#[^)]*)?\)"
)
_SUMMARIES = ("summary.md", "_sidebar.md")
_SIDEBARS = tuple(f"sidebars.{suffix}" for suffix in ("js", "json", "ts", "cjs", "mjs", "mts"))


@dataclass(slots=True)
class Node:
    """An entry of a table of contents. `kind` is empty, or `front` or `back` where it is outside of the chapters."""

    title: str = ""
    file: str = ""
    children: list[Node] = field(default_factory=list)
    kind: str = ""
    # All files of this folder, in their own order.
    folder: str | None = None


@dataclass(slots=True)
class Settings:
    """What was found. `source` names the file that gives the order; `base` the folder that holds the pages."""

    nodes: list[Node] = field(default_factory=list)
    source: str = ""
    title: str = ""
    language: str = ""
    base: str = ""
    # Whether Markdown files are MDX, and whether `\\(` begins a formula.
    mdx: bool = False
    mdbook: bool = False
    maths: bool = False
    # Files that could not be used, with the reason.
    problems: list[tuple[str, str]] = field(default_factory=list)


Finder = Callable[[str, str], str]


class Files:
    """Finds the files of a folder by what tables of contents call them."""

    def __init__(self, folder: Folder) -> None:
        self._known = {name: name for name in folder.texts}
        for name in reversed(folder.texts):
            stem = posixpath.splitext(name)[0]
            self._known.setdefault(stem, name)
            bare = "/".join(re.sub(r"^\d+[-_.]+(?=\D)", "", part) for part in stem.split("/"))
            self._known.setdefault(bare, name)
            if posixpath.basename(stem).lower() in ("readme", "index", "_index"):
                self._known.setdefault(posixpath.dirname(stem), name)
        self.folders = {
            parent for name in folder.texts for parent in _parents(name)
        }  # fmt: skip

    def name_by_id(self, folder: Folder) -> None:
        """Let files be found by the ids of their front matter, which stand for their names in their folders."""
        for name in folder.texts:
            with suppress(OSError), folder.path(name).open("rb") as file:
                head = file.read(_HEAD).decode("utf-8", "replace")
                if head.startswith("---") and (match := _ID.search(head.partition("\n---")[0])):
                    own = posixpath.join(posixpath.dirname(name), match[1].strip("\"' "))
                    self._known[own] = name

    def find(self, base: str, path: str) -> str:
        """The file that `path` means, relative to the folder `base`; nothing where there is none."""
        joined = posixpath.normpath(posixpath.join(base, unquote(path).lstrip("/")))
        for name in (joined, posixpath.splitext(joined)[0]):
            if name in self._known:
                return self._known[name]
        return ""


def _parents(name: str) -> Iterator[str]:
    while name := posixpath.dirname(name):
        yield name


def read_settings(folder: Folder) -> Settings:
    """The settings of whatever tool the book was written for; the first that gives an order counts."""
    settings = Settings()
    files = Files(folder)
    for reader in (_summary, _mkdocs, _docusaurus, _quarto, _jupyter_book):
        reader(folder, files, settings)
    _book_toml(folder, settings)
    _jekyll(folder, settings)
    return settings


def _configs(folder: Folder, *names: str) -> Iterator[tuple[Path, str, str]]:
    """The files of these names in the folder, in those below that have them nearest, and in those around it.

    Each with the folder that it is in, relative to the one adopted, and its text.
    """
    places = [folder.root, *sorted(p for p in folder.root.glob("*/") if not p.name.startswith("."))]
    around = folder.root.resolve()
    while around != folder.repository and around.parent != around:
        around = around.parent
        places += [around, *(p for n in ("website", "docs", "book") if (p := around / n).is_dir())]
    if folder.repository == folder.root.resolve():
        places.append(folder.root.resolve().parent)
    for place in places:
        for name in names:
            path = place / name
            with suppress(OSError):
                if path.is_file() and path.stat().st_size < _LARGEST:
                    base = posixpath.relpath(
                        place.resolve().as_posix(), folder.root.resolve().as_posix()
                    )
                    yield path, base, decode(path.read_bytes())[0]


def _order(settings: Settings, source: Path, nodes: list[Node]) -> None:
    if not settings.nodes and any(_files(nodes)):
        settings.nodes, settings.source = nodes, source.name


def _files(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if node.file or node.folder is not None:
            yield node.file or f"{node.folder}/"
        yield from _files(node.children)


# mdBook, GitBook, docsify: a Markdown file of links


def _summary(folder: Folder, files: Files, settings: Settings) -> None:
    found = [n for n in folder.texts if posixpath.basename(n).lower() in _SUMMARIES]
    tables: set[str] = set()
    for name in sorted(found, key=lambda n: (n.count("/"), "_sidebar" in n)):
        text = decode(folder.path(name).read_bytes())[0]
        if _is_table(text):
            tables.add(name)
            nodes = summary_nodes(text, partial(files.find, posixpath.dirname(name)))
            _order(settings, folder.path(name), nodes)
    folder.texts = [name for name in folder.texts if name not in tables]


def _is_table(text: str) -> bool:
    """Whether links are most of a file that may only happen to be called like a table of contents."""
    lines = [line for line in text.split("\n") if re.search(r"\w", line) and line[0] != "#"]
    return sum(map(bool, map(_LINK.match, lines))) * 2 >= len(lines)


def summary_nodes(text: str, find: Callable[[str], str]) -> list[Node]:
    """A heading opens a part, a link is a chapter, one that stands in no list is outside of the chapters."""
    parts: list[Node] = []
    front: list[Node] = []
    back: list[Node] = []
    fresh = True
    for line in text.split("\n"):
        heading = re.match(r"(#{1,6})\s+(.+?)\s*#*$", line)
        if heading:
            title = heading[2].strip()
            if not (fresh and title.lower() in ("summary", "table of contents")):
                parts.append(Node(title))
            fresh = False
        elif link := _LINK.match(line):
            file = find(link["file"])
            node = Node(link["title"].strip().strip("`*"), file)
            if not file:
                continue
            if link["item"] or link["indent"]:
                if not parts:
                    parts.append(Node())
                parts[-1].children.append(node)
            else:
                (back if any(p.children for p in parts) else front).append(node)
    if not any(part.children for part in parts):
        return [Node("", "", front)]
    made = [part for part in parts if part.children]
    return [*(_as(n, "front") for n in front), *made, *(_as(n, "back") for n in back)]


def _as(node: Node, kind: str) -> Node:
    node.kind = kind
    return node


def _book_toml(folder: Folder, settings: Settings) -> None:
    for _, base, text in _configs(folder, "book.toml"):
        with suppress(ValueError):
            data = tomllib.loads(text)
            settings.mdbook = True
            book = data.get("book")
            if isinstance(book, dict):
                settings.title = settings.title or _line(book.get("title"))
                settings.language = settings.language or _line(book.get("language"))
                settings.base = settings.base or _below(base, _line(book.get("src")) or "src")
            output = data.get("output")
            html = output.get("html") if isinstance(output, dict) else None
            settings.maths |= isinstance(html, dict) and html.get("mathjax-support") is True


# MkDocs


def _mkdocs(folder: Folder, files: Files, settings: Settings) -> None:
    for path, base, text in _configs(folder, "mkdocs.yml", "mkdocs.yaml"):
        data = load_yaml(text)
        if not isinstance(data, dict):
            settings.problems.append((path.name, "it cannot be read"))
            continue
        settings.title = settings.title or _line(data.get("site_name"))
        theme = data.get("theme")
        if isinstance(theme, dict):
            settings.language = settings.language or _line(theme.get("language"))
        docs = posixpath.normpath(posixpath.join(base, _line(data.get("docs_dir")) or "docs"))
        settings.base = settings.base or _below(base, _line(data.get("docs_dir")) or "docs")
        settings.maths |= "arithmatex" in text or "katex" in text or "mathjax" in text.lower()
        nav = data.get("nav")
        if isinstance(nav, list):
            _order(settings, path, list(_nav(nav, docs, files)))
        return


def _nav(items: Iterable[Any], docs: str, files: Files) -> Iterator[Node]:
    for item in items:
        pairs = item.items() if isinstance(item, dict) else [("", item)]
        for title, value in pairs:
            if isinstance(value, list):
                yield Node(_line(title), "", list(_nav(value, docs, files)))
            elif isinstance(value, str) and "://" not in value:
                yield _entry(_line(title), docs, value, files)


def _entry(title: str, base: str, path: str, files: Files) -> Node:
    """A file, or a folder with all that is in it."""
    folder = posixpath.normpath(posixpath.join(base, path.rstrip("*").rstrip("/") or "."))
    if (path.endswith(("/", "*")) and folder in files.folders) or path == "*":
        return Node(title, "", folder="" if folder == "." else folder)
    return Node(title, files.find(base, path))


# Docusaurus


def _docusaurus(folder: Folder, files: Files, settings: Settings) -> None:
    for _, base, text in _configs(
        folder, *(f"docusaurus.config.{suffix}" for suffix in ("js", "ts", "mjs", "cjs"))
    ):
        settings.mdx = True
        title = re.search(r"""\btitle\s*:\s*(["'`])((?:(?!\1).)+)\1""", text)
        language = re.search(r"""\bdefaultLocale\s*:\s*(["'])([\w-]+)\1""", text)
        settings.title = settings.title or (_line(title[2]) if title else "")
        settings.language = settings.language or (language[2] if language else "")
        docs = re.search(r"""\bdocs\s*:\s*\{[^{}]*?\bpath\s*:\s*(["'])([^"']+)\1""", text)
        settings.base = settings.base or _below(base, docs[2] if docs else "docs")
        break
    for path, base, text in _configs(folder, *_SIDEBARS):
        try:
            data = json.loads(text) if path.suffix == ".json" else read_module(text)
        except (NoData, ValueError, RecursionError) as problem:
            settings.problems.append((path.name, f"it is no plain data: {problem}"))
            continue
        settings.mdx = True
        files.name_by_id(folder)
        if isinstance(data, Mapping | list):
            nodes = _best_sidebar(data, base, files)
            _order(settings, path, nodes)


def _best_sidebar(data: Any, base: str, files: Files) -> list[Node]:
    """The ids of a sidebar are relative to the folder of pages, whose name is not in it: the likeliest is taken."""
    docs = posixpath.normpath(posixpath.join(base, "docs"))
    places = [docs, posixpath.normpath(posixpath.join(base, "../docs")), base, ".", "docs"]
    best: list[Node] = []
    for place in dict.fromkeys(places):
        items = data if isinstance(data, list) else _sidebars(data)
        nodes = list(_sidebar(items, place, files, 0))
        if sum(1 for _ in _files(nodes)) > sum(1 for _ in _files(best)):
            best = nodes
    return best


def _sidebars(data: Mapping[str, Any]) -> list[Any]:
    """The items of all sidebars; each becomes parts if there are several."""
    if len(data) == 1:
        value = next(iter(data.values()))
        return list(value) if isinstance(value, list) else [value]
    return [
        {"type": "category", "label": "", "items": v if isinstance(v, list) else [v]}
        for v in data.values()
    ]


def _sidebar(items: Any, docs: str, files: Files, depth: int) -> Iterator[Node]:
    if depth > 20 or not isinstance(items, list):
        return
    for item in items:
        if isinstance(item, str):
            yield Node("", files.find(docs, item))
            continue
        if not isinstance(item, Mapping):
            continue
        label, kind = _line(item.get("label")), item.get("type")
        if kind in ("doc", "ref") and isinstance(item.get("id"), str):
            yield Node(label, files.find(docs, item["id"]))
        elif kind == "autogenerated":
            place = posixpath.normpath(posixpath.join(docs, _line(item.get("dirName")) or "."))
            yield Node(label, "", folder="" if place == "." else place)
        elif kind == "category" or "items" in item:
            link = item.get("link")
            own = link.get("id") if isinstance(link, Mapping) else None
            file = files.find(docs, own) if isinstance(own, str) else ""
            yield Node(label, file, list(_sidebar(item.get("items"), docs, files, depth + 1)))
        elif kind is None:
            for title, value in item.items():
                below = value if isinstance(value, list) else [value]
                yield Node(_line(title), "", list(_sidebar(below, docs, files, depth + 1)))


# Quarto, Jupyter Book


def _quarto(folder: Folder, files: Files, settings: Settings) -> None:
    for path, base, text in _configs(folder, "_quarto.yml", "_quarto.yaml"):
        data = load_yaml(text)
        if not isinstance(data, dict):
            settings.problems.append((path.name, "it cannot be read"))
            continue
        settings.language = settings.language or _line(data.get("lang"))
        settings.maths = True
        for kind in ("book", "website"):
            book = data.get(kind)
            if not isinstance(book, dict):
                continue
            settings.title = settings.title or _line(book.get("title"))
            sidebar = book.get("sidebar")
            entries = book.get("chapters") or (
                sidebar.get("contents") if isinstance(sidebar, dict) else None
            )
            nodes = list(_chapters(entries, base, files))
            nodes += [_as(n, "back") for n in _chapters(book.get("appendices"), base, files)]
            _order(settings, path, nodes)
        return


def _jupyter_book(folder: Folder, files: Files, settings: Settings) -> None:
    for path, base, text in _configs(folder, "_toc.yml", "_toc.yaml"):
        data = load_yaml(text)
        if data is None:
            settings.problems.append((path.name, "it cannot be read"))
            continue
        _order(settings, path, list(_chapters(data, base, files)))
    for _, _, text in _configs(folder, "_config.yml"):
        data = load_yaml(text)
        if isinstance(data, dict) and "sphinx" in data:
            settings.maths = True


_BELOW = ("parts", "chapters", "sections", "contents", "pages", "subtrees", "entries")


def _chapters(value: Any, base: str, files: Files, depth: int = 0) -> Iterator[Node]:
    """Entries of Quarto's and Jupyter Book's tables, which differ in their words only."""
    if depth > 20:
        return
    if isinstance(value, str):
        yield _entry("", base, value, files)
    elif isinstance(value, list):
        for item in value:
            yield from _chapters(item, base, files, depth + 1)
    elif isinstance(value, Mapping):
        named = next((value[k] for k in ("file", "href", "root", "glob") if k in value), "")
        title = _line(
            next((value[k] for k in ("caption", "title", "text", "section") if k in value), "")
        )
        part = value.get("part")
        file = files.find(base, named) if isinstance(named, str) and named else ""
        if isinstance(part, str):
            # A part may be a file of its own.
            file, title = files.find(base, part) or file, "" if files.find(base, part) else part
        below = [n for k in _BELOW for n in _chapters(value.get(k), base, files, depth + 1)]
        if "root" in value:
            yield Node("", file)
            yield from below
        elif file or below:
            yield Node(title, file, below)


def _jekyll(folder: Folder, settings: Settings) -> None:
    for _, _, text in _configs(folder, "_config.yml", "_config.yaml"):
        data = load_yaml(text)
        if isinstance(data, dict):
            settings.title = settings.title or _line(data.get("title"))
            given = data.get("lang") or data.get("language") or data.get("locale")
            settings.language = settings.language or _line(given)


def _below(base: str, name: str) -> str:
    """A folder of pages, where it is in the folder adopted."""
    joined = posixpath.normpath(posixpath.join(base, name))
    return "" if joined.startswith("..") or joined == "." else joined


def _line(value: Any) -> str:
    """A value as one line; nothing where it is no text."""
    return " ".join(value.split()) if isinstance(value, str) else ""
