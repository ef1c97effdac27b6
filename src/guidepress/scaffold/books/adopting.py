"""An existing Markdown book as a guide: read, translated, staged, and put in place whole."""

from __future__ import annotations

import json
import os
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from guidepress.artifacts import Tree
from guidepress.book.slugs import identify
from guidepress.scaffold.books import containers, includes, inline, mdx, partials, shortcodes
from guidepress.scaffold.books.configs import Settings, read_settings
from guidepress.scaffold.books.folder import (
    INDEXES,
    Folder,
    language_of,
    natural,
    read_folder,
    without_translations,
)
from guidepress.scaffold.books.language import guess_language
from guidepress.scaffold.books.links import Links, Pictures, report_remote
from guidepress.scaffold.books.order import Contents, Part, find_order
from guidepress.scaffold.books.page import Page
from guidepress.scaffold.books.questions import add_cards, find_questions
from guidepress.scaffold.books.reading import read_page
from guidepress.scaffold.books.remote import fetch
from guidepress.scaffold.books.report import Fate, Report
from guidepress.scaffold.books.titles import headings, readable, take_title
from guidepress.scaffold.decks import Adoption
from guidepress.scaffold.start import refuse_existing
from guidepress.source.files import CONTROL

REPORT = "ADOPTED.md"
_GUIDE = "source/guide.yaml"
_CHAPTERS = "chapters"
# About what a page of A4 holds, bytes of UTF-8: of Latin letters one each, of Chinese ones, which are larger, three.
_PAGE = 3000
Step = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a book is adopted: questions become `cards`; images on the network are fetched."""

    cards: bool = False
    fetch: bool = False


@dataclass(slots=True)
class Book:
    """A foreign book as it was read; `pages` are in the order of the contents."""

    folder: Folder
    settings: Settings
    contents: Contents
    report: Report
    pages: dict[str, Page]
    title: str = ""
    language: str = "en"
    titles: dict[str, str] = field(default_factory=dict)
    pictures: Pictures = field(init=False)

    def __post_init__(self) -> None:
        self.pictures = Pictures(self.folder)


def read_book(root: Path, wishes: Wishes, step: Step) -> Book:
    """Read and translate the book in a folder. Raises FileNotFoundError where there is no Markdown."""
    report = Report()
    step("looking through the folder", 0, 0)
    folder = read_folder(root, report)
    settings = read_settings(folder)
    for file, problem in settings.problems:
        report.say(Fate.UNKNOWN, f"the order in {file}: {problem}", file)
    wanted = language_of(settings.language.replace("_", "-"))
    kept = without_translations(folder, wanted, report)
    _within(folder, settings, report)
    pages = _pages(folder, settings, report, step)
    if not pages:
        raise FileNotFoundError(2, "no Markdown files in this folder", str(root))
    contents = find_order(folder, settings, pages)
    listed = dict(contents.files())
    for name in pages:
        if name not in listed:
            report.say(Fate.LEFT, f"a file that {contents.source} does not list", name)
    book = Book(folder, settings, contents, report, {name: pages[name] for name in listed})
    book.language = guess_language(book.pages.values(), settings.language, kept, root=folder.root)
    _translate(book, wishes, step)
    book.title = _title(book)
    return book


def _within(folder: Folder, settings: Settings, report: Report) -> None:
    """What lies outside of the folder of pages that a tool's settings leave out of the book."""
    prefix = f"{settings.base}/"
    within = [name for name in folder.texts if name.startswith(prefix)]
    if not settings.base or not within or settings.nodes:
        return
    for name in folder.texts:
        if not name.startswith(prefix):
            report.say(Fate.LEFT, f"a file outside of {settings.base}/, where the pages are", name)
    folder.texts = within


def _pages(folder: Folder, settings: Settings, report: Report, step: Step) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    targets: set[str] = set()
    for count, name in enumerate(folder.texts, 1):
        step("reading the files", count, len(folder.texts))
        try:
            data = folder.path(name).read_bytes()
        except OSError as problem:
            report.say(Fate.LEFT, f"a file that cannot be read ({problem.strerror})", name)
            continue
        stem, suffix = posixpath.splitext(name)
        mdx = settings.mdx or suffix == ".mdx"
        if (
            mdx
            and posixpath.basename(stem).startswith("_")
            and posixpath.basename(stem) != "_index"
        ):
            report.say(Fate.LEFT, "a part of other pages, shown where they include it", name)
            continue
        target = name if suffix in (".md", ".markdown") else f"{stem}.md"
        if target in targets or (target != name and target in folder.texts):
            target = f"{stem}-{suffix[1:].lower()}.md"
        page = read_page(data, name, target, report, mdx=mdx)
        if not any(line.strip() for line in page.lines[page.start :]):
            report.say(Fate.LEFT, "a file without text", name)
            continue
        targets.add(target)
        page.scan()
        pages[name] = page
    return pages


def _translate(book: Book, wishes: Wishes, step: Step) -> None:
    targets = {name: page.target for name, page in book.pages.items()}
    links = Links(book.folder, targets, book.settings.base, book.pictures)
    called = dict(book.contents.files())
    taken: set[str] = set()
    cards = could = 0

    def rewrite(page: Page) -> None:
        mdx.translate(page)
        shortcodes.translate(page)
        containers.translate(page)
        inline.translate(page, maths=book.settings.maths)
        links.rewrite(page)

    for count, (name, page) in enumerate(book.pages.items(), 1):
        step("translating", count, len(book.pages))
        rewrite(page)
        if title := take_title(page, called[name], headings(page)):
            book.titles[name] = title
        found = find_questions(page)
        if wishes.cards:
            made, long = add_cards(page, found, taken)
            cards += made
            for one in long:
                page.say(Fate.LEFT, "a card, as the answer is too long for one", one.at)
        could += sum(bool(one.answer) for one in found)
        partials.expand(page, book.folder, rewrite)
        containers.renest(page)
        includes.expand(page, book.folder, book.settings.base, mdbook=book.settings.mdbook)
    files = "1 file" if len(book.pages) == 1 else f"{len(book.pages)} files"
    book.report.taken.append(f"{files} in the order of {book.contents.source}")
    if cards:
        book.report.taken.append(f"{cards} questions as cards")
    elif could:
        book.report.taken.append(f"{could} questions could be cards: `--cards` makes them")


def _title(book: Book) -> str:
    if book.settings.title:
        return book.settings.title
    first = sorted(book.pages, key=lambda n: (n.count("/"), natural(n)))
    for name in first:
        if _is_index(name):
            found = [h for h in headings(book.pages[name]) if h.level == 1 and h.words]
            own = book.titles.get(name, "")
            if title := (own if own != readable(name) else "") or (found[0].words if found else ""):
                return title
            break
    return readable(book.folder.root.resolve().name) or "A Guide"


def _is_index(name: str) -> bool:
    return posixpath.splitext(posixpath.basename(name))[0].lower() in INDEXES


# Into the project


def adopt(
    folder: Path, markdown: Path, wishes: Wishes | None = None, step: Step | None = None
) -> Adoption:
    """Make the Markdown book in `markdown` a guide in `folder`; gives the files made, and what to say of them.

    `step` is called with what is being done, how much of it is done, and of how much. Raises FileExistsError
    where a guide is already there, FileNotFoundError where there is no Markdown; then nothing is left behind.
    """
    files, report = _adopt(folder, markdown, wishes or Wishes(), step or _silent)
    return Adoption(tuple(files), tuple(describe(report, folder)))


def _silent(name: str, done: int, of: int) -> None:
    """Tell nobody."""


def _adopt(folder: Path, root: Path, wishes: Wishes, step: Step) -> tuple[list[Path], Report]:
    """Make the Markdown book in `root` a guide in `folder`: the files made, guide.yaml first, and the report.

    All of it is put in place at once; whatever stops the work, even a Ctrl-C, leaves nothing behind. Raises
    FileExistsError where a guide is already there, FileNotFoundError where there is no Markdown.
    """
    refuse_existing(folder, [folder / _GUIDE, folder / REPORT])
    book = read_book(root, wishes, step)
    with Tree(folder) as tree:
        if wishes.fetch and book.pictures.remote:
            _fetch(book, tree, step)
        report_remote(book.pictures, book.report)
        _write(book, tree, step)
        refuse_existing(folder, [folder / name for name in tree.names])
        tree.place()
    names = sorted(tree.names, key=lambda n: (n == REPORT, n != _GUIDE))
    return [folder / name for name in names], book.report


def _fetch(book: Book, tree: Tree, step: Step) -> None:
    """Bring the images of the network, and show them from where they are now."""
    names, problems = fetch(
        book.pictures.remote,
        lambda name, data: tree.add(f"source/images/remote/{name}", data),
        lambda done, of: step("fetching images", done, of),
    )
    for url, problem in problems.items():
        for file, line in book.pictures.remote[url]:
            book.report.say(Fate.LEFT, f"the image {url}: {problem}", file, line)
        del book.pictures.remote[url]
    book.pictures.fetched = {url: f"images/remote/{name}" for url, name in names.items()}
    targets = {name: page.target for name, page in book.pages.items()}
    links = Links(book.folder, targets, book.settings.base, book.pictures)
    shown = {file for url in names for file, _ in book.pictures.remote[url]}
    for name in shown:
        links.show_fetched(book.pages[name])
    book.report.taken.append(f"{len(names)} images from the network")


def _write(book: Book, tree: Tree, step: Step) -> None:
    """Stage everything."""
    chapters = posixpath.join("source", _CHAPTERS)
    for page in book.pages.values():
        tree.add(f"{chapters}/{page.target}", "\n".join(page.lines).encode("utf-8", "replace"))
    copies = {f"{chapters}/{name}": book.folder.path(name) for name in book.folder.images}
    copies |= {f"source/{name}": path for name, path in book.pictures.copies.items()}
    taken = 0
    for count, (name, path) in enumerate(copies.items(), 1):
        step("copying the images", count, len(copies))
        try:
            data = path.read_bytes()
        except OSError as problem:
            what = f"an image that cannot be read ({problem.strerror})"
            book.report.say(Fate.LEFT, what, os.path.relpath(path, book.folder.root))
            continue
        tree.add(name, data)
        taken += 1
    if taken:
        book.report.taken.append(f"{taken} images")
    book.report.taken.append(f"the language is `{book.language}`")
    name = identify(book.title)[:80].strip("-") or identify(tree.folder.resolve().name)
    tree.add(_GUIDE, _guide(book, name or "my-guide").encode())
    text = book.report.markdown(book.title, f"guidepress build {tree.folder}")
    tree.add(REPORT, text.encode("utf-8", "replace"))


# guide.yaml


def _guide(book: Book, name: str) -> str:
    """guide.yaml; JSON strings are YAML strings, whatever characters they hold."""
    lines = [
        f"id: {name} # permanent: every card's identity depends on it",
        f"title: {_quoted(book.title)}",
        'edition: "1.0"',
        f"language: {book.language}",
        "strictness: adopted # faults of the text are warnings; `release` is what to work towards",
        "contents:",
    ]
    if book.contents.front:
        lines += ["  front:", *_entries(book, book.contents.front, "    ")]
    lines.append("  parts:")
    for part in book.contents.parts:
        lines += [f"    - title: {_quoted(_part_title(book, part))}", "      chapters:"]
        lines += _entries(book, part.files, "        ")
    if book.contents.back:
        lines += ["  back:", *_entries(book, book.contents.back, "    ")]
    if _in_short_chapters(book):
        lines += [
            "products:",
            "  handbook:",
            "    opening: any # most chapters are short: `right` would leave every other page blank",
        ]
    return "\n".join(lines) + "\n"


def _in_short_chapters(book: Book) -> bool:
    """Whether most chapters take less than two pages."""
    names = [name for part in book.contents.parts for name, _ in part.files]
    sizes = [sum(len(line.encode()) for line in book.pages[name].lines) for name in names]
    return len(sizes) > 1 and median(sizes) < 2 * _PAGE


def _entries(book: Book, files: list[tuple[str, str]], indent: str) -> Iterator[str]:
    for name, _ in files:
        path = _quoted(f"{_CHAPTERS}/{book.pages[name].target}")
        if title := book.titles.get(name):
            if _is_index(name) and title == readable(name):
                # Nobody wrote "README" to be read.
                title = book.title
            yield f"{indent}- file: {path}"
            yield f"{indent}  title: {_quoted(title)}"
        else:
            yield f"{indent}- {path}"


def _part_title(book: Book, part: Part) -> str:
    """A part without a name of its own; a book of one file, or in another language, lends its own."""
    if part.title:
        return part.title
    return "Chapters" if len(book.pages) > 1 and book.language[:2] == "en" else book.title


def _quoted(text: str) -> str:
    # What a title cannot hold may stand in front matter as an escape.
    plain = " ".join(CONTROL.sub(" ", text.encode("utf-8", "replace").decode()).split())
    return json.dumps(plain or "?", ensure_ascii=False)


def describe(report: Report, folder: Path) -> list[str]:
    """What to print at the end: what became of the book, and the next command."""
    return [*report.summary(), f"next: guidepress build {folder}"]
