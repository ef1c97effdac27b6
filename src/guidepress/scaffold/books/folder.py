"""What is in a foreign folder: Markdown and pictures that are taken, and what nobody reads, which is left out."""

from __future__ import annotations

import os
import posixpath
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel import Locale
from babel.localedata import exists

from guidepress.scaffold.books.report import Fate, Report
from guidepress.source.files import MAX_IMAGE, MAX_TEXT, inside
from guidepress.source.images import SUFFIXES

MARKDOWN = frozenset((".md", ".markdown", ".mdx", ".mdown", ".mkd", ".qmd", ".rmd"))
INDEXES = ("readme", "index", "_index")
# Nobody wrote these for readers.
_UNREAD = frozenset((
    "__pycache__", "bower_components", "env", "node_modules", "site-packages", "target", "venv", "vendor",
))  # fmt: skip
_TRANSLATIONS = frozenset(("i18n", "l10n", "locale", "locales", "translations"))
_OLD = frozenset(("versioned_docs", "versioned_sidebars"))
_CODE = re.compile(r"([a-z]{2,3})(?:[-_]([A-Za-z]{2}|[A-Za-z]{4}|\d{3}))?")
_ANY_SUFFIXED = re.compile(r"^(.+?)[._-]([A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?)$")
_SUFFIXED = re.compile(r"^(?P<stem>.+?)(?P<mark>[._-])(?P<code>[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?)$")
# A hyphen and a short word are a language where one file in so many has it.
_SHARE = 20


@dataclass(slots=True)
class Folder:
    """A folder as it was found. Names are relative to `root`, with forward slashes.

    `repository` is the folder of the repository around it, or `root` itself.
    """

    root: Path
    repository: Path
    texts: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)

    def path(self, name: str) -> Path:
        """Where a file is."""
        return self.root / name


def read_folder(root: Path, report: Report) -> Folder:
    """Look through a folder. What cannot be read is reported and stops nothing."""
    folder = Folder(root, _repository(root))

    def unreadable(problem: OSError) -> None:
        name = os.path.relpath(problem.filename or root, root)
        report.say(Fate.LEFT, f"a folder that cannot be read ({problem.strerror})", _shown(name))

    for here, folders, files in os.walk(root, onerror=unreadable):
        base = os.path.relpath(here, root).replace(os.sep, "/")
        base = "" if base == "." else f"{base}/"
        folders[:] = [name for name in sorted(folders) if _enters(base, name, report)]
        for name in sorted(files):
            _take(folder, f"{base}{name}", report)
    folder.texts.sort(key=natural)
    folder.images.sort(key=natural)
    return folder


def _enters(base: str, name: str, report: Report) -> bool:
    if name.startswith("."):
        return False
    if _unprintable(name):
        report.say(Fate.LEFT, "a name that cannot be written down", _shown(base + name))
        return False
    if name.startswith("_") or name.lower() in _UNREAD:
        report.say(Fate.LEFT, "a folder that nobody reads", base + name)
        return False
    if name.lower() in _OLD:
        report.say(Fate.LEFT, "a folder of earlier versions", base + name)
        return False
    return True


def _take(folder: Folder, name: str, report: Report) -> None:
    base = posixpath.basename(name)
    suffix = posixpath.splitext(base)[1].lower()
    if base.startswith(".") or (suffix not in MARKDOWN and suffix not in SUFFIXES):
        return
    path = folder.path(name)
    if _unprintable(base):
        report.say(Fate.LEFT, "a name that cannot be written down", _shown(name))
    elif not inside(folder.root, path):
        report.say(Fate.LEFT, "a link out of the folder", name)
    elif not path.is_file():
        report.say(Fate.LEFT, "what is no file, or a link to nothing", name)
    elif path.stat().st_size > (MAX_TEXT if suffix in MARKDOWN else MAX_IMAGE):
        report.say(Fate.LEFT, "a file that is too large", name)
    elif suffix in MARKDOWN:
        folder.texts.append(name)
    else:
        folder.images.append(name)


def _repository(root: Path) -> Path:
    """The nearest folder with a `.git`, from `root` upwards."""
    resolved = root.resolve()
    for folder in (resolved, *resolved.parents):
        if (folder / ".git").exists():
            return folder
    return resolved


def _unprintable(name: str) -> bool:
    return any(unicodedata.category(character) in ("Cc", "Cs") for character in name)


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode().replace("\n", "\\n")


def natural(name: str) -> list[tuple[int, int, str]]:
    """Sorts chapter-2 before chapter-10, and a folder's README or index before its other files."""
    keys: list[tuple[int, int, str]] = []
    for part in name.lower().split("/"):
        stem = posixpath.splitext(part)[0]
        if stem in INDEXES:
            keys.append((-1, 0, ""))
            continue
        for piece in re.findall(r"[0-9]+|[^0-9]+", part):
            keys.append((0, int(piece), "") if piece.isdigit() else (1, 0, piece))
    return keys


# Translations


@cache
def language_of(name: str) -> str:
    """The language that a name such as `zh_CN` stands for, as BCP 47 writes it, or nothing."""
    match = _CODE.fullmatch(name)
    if match is None or not exists(match[1]):
        return ""
    second = match[2] or ""
    if not second:
        return match[1]
    second = second.title() if len(second) == 4 else second.upper()
    english = Locale("en")
    if second == match[1].upper():
        # `ja-JA`, where Japanese was meant.
        return match[1]
    # `my-book` is no Burmese in the script "Book".
    known = english.scripts if len(second) == 4 else english.territories
    return f"{match[1]}-{second}" if second in known else ""


def without_translations(folder: Folder, language: str, report: Report) -> str:
    """Leave out what says the same in other languages; gives the language of what stays, if a name says it.

    `language` is the one wanted, if the book says so.
    """
    kept, chosen = set(folder.texts), ""
    trees = {n for n in folder.texts if any(p in _TRANSLATIONS for p in n.lower().split("/")[:-1])}
    if trees and len(trees) < len(kept):
        kept -= trees
        _leave(trees, report)
    by_parent: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name in kept:
        parts = name.split("/")
        for depth, part in enumerate(parts[:-1]):
            if language_of(part):
                rest = "/".join(parts[depth + 1 :])
                by_parent["/".join(parts[:depth])][part].add(rest)
    for parent, found in sorted(by_parent.items()):
        prefix = f"{parent}/" if parent else ""
        beside = {n.removeprefix(prefix) for n in kept if n.startswith(prefix)}
        own = {n for n in beside if n.partition("/")[0] not in found}
        stays, goes = _choose(found, own, language)
        chosen = chosen or (language_of(stays) if stays else "")
        lost = {f"{prefix}{part}/{rest}" for part in goes for rest in found[part]} & kept
        kept -= lost
        _leave(lost, report)
    suffixed, one = _suffixed(kept, language)
    _leave(suffixed, report)
    kept -= suffixed
    folder.texts = [name for name in folder.texts if name in kept]
    return chosen or one


def _choose(found: dict[str, set[str]], own: set[str], language: str) -> tuple[str, list[str]]:
    """Of folders named after languages, the one that stays (none if it is their parent) and those that go."""
    bare = {_bare(name) for name in own}
    mirrors = [
        p
        for p, names in found.items()
        if own and len({_bare(n) for n in names} & bare) * 2 >= len(names)
    ]
    if mirrors:
        return "", mirrors
    if len(found) < 2:
        only = next(iter(found))
        # A folder `go` or `is` beside others is a word, and no language.
        return ("" if own else only), []
    best = next((p for p in found if language and language_of(p) == language), "")
    best = best or next((p for p in found if language and language_of(p)[:2] == language[:2]), "")
    best = best or next((p for p in found if language_of(p)[:2] == "en"), "")
    best = best or max(sorted(found), key=lambda part: len(found[part]))
    ours = {_bare(name) for name in found[best]}
    alike = [
        p
        for p in found
        if p != best and len({_bare(n) for n in found[p]} & ours) * 3 >= len(found[p])
    ]
    return (best if alike else ""), alike


def _bare(name: str) -> str:
    """A name without its suffix and the language in it: `README-de_DE.md` is `readme`."""
    stem = posixpath.splitext(name)[0]
    match = _ANY_SUFFIXED.match(stem)
    return (match[1] if match and language_of(match[2].lower()) else stem).lower()


def _suffixed(names: Iterable[str], language: str) -> tuple[set[str], str]:
    """Files such as `intro.fr.md` beside `intro.md`, or beside `intro.en.md`."""
    names = list(names)
    stems: dict[str, dict[str, str]] = defaultdict(dict)
    plain = {posixpath.splitext(name)[0].lower(): name for name in names}
    found = [
        (name, match, code)
        for name in names
        if (match := _SUFFIXED.match(posixpath.splitext(posixpath.basename(name))[0]))
        and (code := language_of(match["code"]))
    ]
    often = Counter(code for _, _, code in found)
    for name, match, code in found:
        # `operator-lt` is a word, unless such names are many.
        named = match["mark"] != "-" or "-" in code or match["stem"].lower() in INDEXES
        if named or often[code] * _SHARE >= len(names):
            stems[posixpath.join(posixpath.dirname(name), match["stem"]).lower()][code] = name
    gone: set[str] = set()
    chosen = ""
    for stem, codes in stems.items():
        if stem in plain:
            gone |= set(codes.values())
        elif len(codes) > 1:
            stays = next((c for c in (language, "en") if c in codes), "") or min(codes)
            gone |= {name for code, name in codes.items() if code != stays}
            chosen = chosen or stays
    return gone, chosen


def _leave(names: Iterable[str], report: Report) -> None:
    for name in sorted(names, key=natural):
        report.say(Fate.LEFT, "a translation of another file", name)
