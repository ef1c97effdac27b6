"""An existing Markdown book as a guide: its files copied, its order found, a guide.yaml written.

The order comes from mdBook's SUMMARY.md where there is one, and the title from its book.toml; else the order comes from
the names of folders and files, and the title from the first of them or the folder.
"""

from __future__ import annotations

import contextlib
import errno
import json
import posixpath
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from guidepress.artifacts import write_atomically
from guidepress.book.slugs import identify
from guidepress.markdown import convert
from guidepress.scaffold.start import refuse_existing
from guidepress.source.files import MAX_IMAGE, inside, read_bytes, read_text
from guidepress.source.images import SUFFIXES

_LINK = re.compile(r"^\s*(?:[-*+]\s+|\d+[.)]\s+)?\[[^\]]*\]\(<?(?P<file>[^)>#]+\.md)>?\)")


@dataclass(slots=True)
class _Part:
    title: str
    files: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Contents:
    """The order of a book: its numbered chapters in parts, and what stands before and after them."""

    parts: list[_Part] = field(default_factory=list)
    front: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)


def adopt(folder: Path, markdown: Path) -> list[Path]:
    """Make the Markdown book in `markdown` a guide in `folder`; gives the files made.

    Raises FileExistsError where a guide is already there, FileNotFoundError where there is no Markdown.
    """
    texts = {p.relative_to(markdown).as_posix(): p for p in _below(markdown, {".md", ".markdown"})}
    if not texts:
        raise FileNotFoundError(2, "no Markdown files in this folder", str(markdown))
    summaries = [n for n in texts if posixpath.basename(n).lower() == "summary.md"]
    summary = min(summaries, key=lambda n: n.count("/"), default=None)
    contents = _from_summary(summary, texts) if summary else _Contents()
    if not contents.parts:
        contents = _Contents(_from_names([n for n in texts if n != summary]))
    title = _title(markdown, texts)
    chapters = folder / "source" / "chapters"
    guide = folder / "source" / "guide.yaml"
    copies = {
        chapters / p.relative_to(markdown): p
        for p in (*(p for n, p in texts.items() if n != summary), *_below(markdown, SUFFIXES))
    }
    refuse_existing(folder, [guide, *copies])
    written: list[Path] = []
    for target, path in copies.items():
        data = read_bytes(path, path.name, MAX_IMAGE).value
        if data is not None:
            write_atomically(target, data)
            written.append(target)
    write_atomically(guide, _guide(title, contents).encode())
    return [guide, *written]


def _below(folder: Path, suffixes: set[str]) -> list[Path]:
    """Files with one of the suffixes, names in natural order; nothing hidden, and no link out of the folder.

    Raises OSError where a name is not Unicode: guide.yaml could not hold it.
    """
    found = [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in suffixes
        and path.is_file()
        and inside(folder, path)
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    for path in found:
        if not str(path.relative_to(folder)).isprintable():
            raise OSError(errno.EILSEQ, "a file name that cannot be written down", str(path))
    return sorted(found, key=lambda p: _natural(p.relative_to(folder).as_posix()))


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sorts chapter-2 before chapter-10, and a folder's README or index before its other files."""
    keys: list[tuple[int, int, str]] = []
    for part in name.lower().split("/"):
        stem = posixpath.splitext(part)[0]
        if stem in ("readme", "index"):
            keys.append((-1, 0, ""))
            continue
        for piece in re.findall(r"\d+|\D+", part):
            keys.append((0, int(piece), "") if piece.isdigit() else (1, 0, piece))
    return keys


def _from_summary(summary: str, texts: dict[str, Path]) -> _Contents:
    """mdBook's SUMMARY.md: `# Title` opens a part, each link is a chapter, numbered where it stands in a list."""
    read = read_text(texts[summary], summary)
    found = _Contents()
    seen: set[str] = set()
    for line in (read.value.text if read.value else "").split("\n"):
        if line.startswith("# "):
            title = line[2:].strip()
            if title.lower() not in ("summary", "table of contents"):
                found.parts.append(_Part(title))
        elif link := _LINK.match(line):
            name = posixpath.normpath(
                posixpath.join(posixpath.dirname(summary), unquote(link["file"]))
            )
            if name not in texts or name in seen:
                continue
            seen.add(name)
            if not line.lstrip().startswith("["):
                if not found.parts:
                    found.parts.append(_Part("Chapters"))
                found.parts[-1].files.append(name)
            elif any(part.files for part in found.parts):
                found.back.append(name)
            else:
                found.front.append(name)
    found.parts = [part for part in found.parts if part.files]
    if not found.parts and found.front:
        return _Contents([_Part("Chapters", found.front)])
    return found


def _from_names(names: list[str]) -> list[_Part]:
    """A part for the files of the top folder, and one for each folder below it."""
    parts: dict[str, _Part] = {}
    for name in names:
        folder = name.partition("/")[0] if "/" in name else ""
        title = re.sub(r"^\d+[-_. ]*", "", folder).replace("-", " ").replace("_", " ").strip()
        title = title[:1].upper() + title[1:]
        parts.setdefault(folder, _Part(title or "Chapters")).files.append(name)
    return list(parts.values())


def _title(folder: Path, texts: dict[str, Path]) -> str:
    for settings in (folder / "book.toml", folder.parent / "book.toml"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            if title := str(tomllib.loads(settings.read_text("utf-8"))["book"]["title"]).strip():
                return title
    for name, path in texts.items():
        if posixpath.splitext(name.lower())[0] in ("readme", "index"):
            read = read_text(path, name)
            document = read.value and convert(read.value.text, name).value
            for heading in document.headings if document else ():
                if heading.level == 1 and heading.text:
                    return heading.text
    name = folder.resolve().name.replace("-", " ").replace("_", " ")
    return name[:1].upper() + name[1:] or "A Guide"


def _guide(title: str, contents: _Contents) -> str:
    """guide.yaml; JSON strings are YAML strings, whatever characters they hold."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    lines = [
        f"id: {identify(title)[:80].strip('-') or 'my-guide'} # permanent: every card's identity depends on it",
        f"title: {quoted(title)}",
        'edition: "1.0"',
        "language: en",
        "contents:",
    ]
    if contents.front:
        lines += ["  front:", *(f"    - {quoted(f'chapters/{name}')}" for name in contents.front)]
    lines.append("  parts:")
    for part in contents.parts:
        lines += [f"    - title: {quoted(part.title)}", "      chapters:"]
        lines += [f"        - {quoted(f'chapters/{name}')}" for name in part.files]
    if contents.back:
        lines += ["  back:", *(f"    - {quoted(f'chapters/{name}')}" for name in contents.back)]
    return "\n".join(lines) + "\n"
