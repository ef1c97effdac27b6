"""Texts of a guide out to translators' tools and back, as gettext's catalogues (`.po`), message by message."""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.core import UnknownLocaleError
from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po, write_po

from guidepress.artifacts import write_atomically
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error
from guidepress.model import Guide
from guidepress.source.files import MAX_TEXT, missing, read_text
from guidepress.source.messages import Piece, original_hash, pieces
from guidepress.source.project import read_guide
from guidepress.source.translations import LANGUAGE, hash_in, translation_of, with_hash
from guidepress.translating import originals

# What a translation must take over as it is: ids, references into the book, variables.
_KEPT = re.compile(
    r"\{#[^}\s]+\}|\{\{[ \t]*[\w-]+[ \t]*\}\}|\]\((?:[^)\s#:]+\.md)?(?:#[^)\s]*)?\)|\[\^[^\]\s]+\]"
)
_EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Exported:
    """A catalogue as bytes: how many messages it has, and how many of them are translated."""

    data: bytes
    messages: int
    translated: int


@dataclass(frozen=True, slots=True)
class Imported:
    """The files that an import wrote, and how many messages of all had a translation."""

    files: tuple[Path, ...]
    messages: int
    translated: int


@dataclass(frozen=True, slots=True)
class _Text:
    """A file of the guide: its pieces, and the pieces of its translation where that is of the same shape."""

    path: Path
    name: str
    text: str
    pieces: list[Piece]
    theirs: Mapping[int, str]
    fresh: bool


def export(folder: Path, language: str, before: Path | None = None) -> Diagnosed[Exported]:
    """The catalogue of the guide in `folder` for a language.

    Translations come from the catalogue `before`, where it exists, and from the translated files. What belonged to
    another wording is marked as fuzzy. Errors: `language-invalid`, `po-unreadable`, those of reading the guide.
    """
    guide = read_guide(folder)
    if guide.value is None or guide.failed:
        return Diagnosed(None, guide.diagnostics)
    if problem := _wrong(language):
        return Diagnosed(None, (problem,))
    old: Catalog | None = None
    if before is not None and before.exists():
        read = _read(before)
        if read.value is None:
            return Diagnosed(None, read.diagnostics)
        old = read.value
    catalog = Catalog(
        locale=_locale(language),
        project=guide.value.source.title,
        version=guide.value.source.edition,
        header_comment=f"# {guide.value.source.title}: {language}",
        creation_date=_EARLIEST,
        revision_date=_EARLIEST,
        fuzzy=False,
    )
    texts = list(_texts(guide.value, language))
    for text in texts:
        for at, piece in enumerate(text.pieces):
            if piece.message is not None:
                _add(catalog, text, at, piece, old)
    if old is not None:
        _recall(catalog, old)
    file = io.BytesIO()
    write_po(file, catalog, width=0)
    messages = [message for message in catalog if message.id]
    done = sum(bool(message.string) and not message.fuzzy for message in messages)
    return Diagnosed(Exported(file.getvalue(), len(messages), done))


def bring_in(folder: Path, language: str, po: Path) -> Diagnosed[Imported]:
    """Write the translated files of the guide in `folder` from a catalogue.

    A message without a translation stays as it is in the translated file, or else in the original; a file of which
    nothing is translated is not written. Errors: those of `export`, and `po-message` where a translation lost an id, a
    reference or a variable, or `file-outside` where a file of it would be written behind a link that leads out of the
    guide; nothing is written then. Raises OSError.
    """
    guide = read_guide(folder)
    if guide.value is None or guide.failed:
        return Diagnosed(None, guide.diagnostics)
    if problem := _wrong(language):
        return Diagnosed(None, (problem,))
    read = _read(po)
    if read.value is None:
        return Diagnosed(None, read.diagnostics)
    problems: list[Diagnostic] = []
    ready: list[tuple[Path, str]] = []
    messages = translated = 0
    for text in _texts(guide.value, language):
        made, count = _translated(text, read.value, po, problems)
        messages += sum(piece.message is not None for piece in text.pieces)
        translated += count
        if count:
            hashed = original_hash(text.name, text.text)
            there = translation_of(text.path, guide.value.root, language)
            if _leads_out(there, guide.value.root):
                name = there.relative_to(folder).as_posix()
                message = f"`{name}` would be written outside of the guide, behind a link"
                problems.append(error("file-outside", message, Span(name)))
            ready.append((there, with_hash(made, hashed, text.name.endswith(".md"))))
    if problems:
        return Diagnosed(None, tuple(problems))
    for path, content in ready:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content.encode())
    return Diagnosed(Imported(tuple(path for path, _ in ready), messages, translated))


def _texts(guide: Guide, language: str) -> Iterator[_Text]:
    for path in originals(guide, brand=True):
        name = path.relative_to(guide.root).as_posix()
        read = read_text(path, name)
        if read.value is None or not path.is_relative_to(guide.root):
            continue
        text = read.value.text
        own = pieces(name, text)
        theirs, fresh = _theirs(
            translation_of(path, guide.root, language), guide.root, name, text, own
        )
        yield _Text(path, name, text, own, theirs, fresh)


def _theirs(
    there: Path, root: Path, name: str, text: str, own: list[Piece]
) -> tuple[Mapping[int, str], bool]:
    """The messages of a translated file by the places of those that they translate, and whether it is up to date.

    None where the files are not of one shape: then nobody can say which belong together.
    """
    if missing(there) or _leads_out(there, root):
        return {}, False
    read = read_text(there, name)
    if read.value is None:
        return {}, False
    markdown = name.endswith(".md")
    carried, _ = hash_in(read.value.text, markdown)
    plain = read.value.text
    if carried:
        # Without the line of the hash, and without front matter that holds nothing else.
        plain = re.sub(r"^(?:# )?original: .*\n", "", plain, count=1, flags=re.MULTILINE)
        plain = re.sub(r"\A---\n---\n\n?", "", plain)
    found = pieces(name, plain)
    ours = [at for at, piece in enumerate(own) if piece.message is not None]
    messages = [piece.message for piece in found if piece.message is not None]
    if len(ours) != len(messages):
        return {}, False
    return dict(zip(ours, messages, strict=True)), carried == original_hash(name, text)


def _add(catalog: Catalog, text: _Text, at: int, piece: Piece, old: Catalog | None) -> None:
    assert piece.message is not None
    known = old.get(piece.message, text.name) if old is not None else None
    string, flags = "", set()
    if known is not None and known.string:
        string, flags = str(known.string), {"fuzzy"} if known.fuzzy else set()
    elif (theirs := text.theirs.get(at, piece.message)) != piece.message:
        string, flags = theirs, set() if text.fresh else {"fuzzy"}
    catalog.add(
        piece.message, string, locations=[(text.name, piece.line)], flags=flags, context=text.name
    )


def _recall(catalog: Catalog, old: Catalog) -> None:
    """Offer translations of messages that are gone where one is much like them; they are to be looked at."""
    gone: dict[str, dict[str, Message]] = {}
    for message in old:
        if message.id and message.string and catalog.get(message.id, message.context) is None:
            gone.setdefault(str(message.context), {})[str(message.id)] = message
    for message in catalog:
        known = gone.get(str(message.context), {})
        if message.id and not message.string and known:
            for near in difflib.get_close_matches(str(message.id), known, 1):
                message.string = known[near].string
                message.flags.add("fuzzy")


def _translated(
    text: _Text, catalog: Catalog, po: Path, problems: list[Diagnostic]
) -> tuple[str, int]:
    """A file with the translations of a catalogue in it, and how many of its messages are translated."""
    made: list[str] = []
    count = 0
    for at, piece in enumerate(text.pieces):
        if piece.message is None:
            made.append(piece.raw)
            continue
        message = catalog.get(piece.message, text.name)
        string = str(message.string) if message and message.string and not message.fuzzy else ""
        if message is not None and string:
            problems += _lost(piece.message, string, Span(str(po), message.lineno or 0))
        elif text.fresh and text.theirs.get(at, piece.message) != piece.message:
            string = text.theirs[at]
        count += bool(string)
        made.append(piece.written(string) if string else piece.raw)
    return "".join(made), count


def _lost(message: str, string: str, span: Span) -> Iterator[Diagnostic]:
    theirs = _KEPT.findall(string)
    for kept in dict.fromkeys(_KEPT.findall(message)):
        if kept not in theirs:
            yield error("po-message", f"the translation lacks `{kept.removeprefix(']')}`", span)


def _leads_out(path: Path, root: Path) -> bool:
    """Whether a link on the way to a file below `root` leads elsewhere."""
    return not path.resolve().is_relative_to(root.resolve())


def _read(po: Path) -> Diagnosed[Catalog]:
    size = po.stat().st_size
    if size > MAX_TEXT:
        message = f"this catalogue has {size:,} bytes; {MAX_TEXT:,} are the most"
        return Diagnosed(None, (error("po-unreadable", message, Span(str(po))),))
    try:
        with po.open("rb") as file:
            return Diagnosed(read_po(file, abort_invalid=True))
    except (
        PoFileError,
        UnicodeDecodeError,
        ValueError,
        LookupError,
        UnknownLocaleError,
    ) as problem:
        message = f"this is not a catalogue in gettext's format: {problem}"
        return Diagnosed(None, (error("po-unreadable", message, Span(str(po))),))


def _wrong(language: str) -> Diagnostic | None:
    if LANGUAGE.fullmatch(language):
        return None
    message = f"`{language}` is no language: it is a code such as `de` or `pt-BR`"
    return error("language-invalid", message)


def _locale(language: str) -> str | None:
    """The language as gettext's tools name it; None for one that Babel does not know."""
    from babel import Locale

    try:
        return str(Locale.parse(language.replace("-", "_")))
    except (ValueError, UnknownLocaleError):
        return None
