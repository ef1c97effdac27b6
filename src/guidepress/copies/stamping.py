"""`guidepress stamp`: a personal copy of a finished book for each recipient of a list."""

from __future__ import annotations

import hashlib
import io
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar

import pikepdf

import guidepress
from guidepress import scratch
from guidepress.artifacts import exclusive, write_atomically, write_pieces
from guidepress.cache import Cache
from guidepress.copies import metadata
from guidepress.copies.composing import Own, composed
from guidepress.copies.line import SetLine, Setter
from guidepress.copies.mark import ID
from guidepress.copies.master import (
    ID_LENGTH,
    Master,
    Unstampable,
    id_of,
    opened,
    prepared,
    room,
)
from guidepress.copies.naming import DEFAULT, file_names
from guidepress.copies.recipients import Recipient, read_recipients
from guidepress.copies.register import FILE, Entry, Register, deck_of, read_register
from guidepress.deck.ownership import Owner, Package, owner_of
from guidepress.deck.packed import read_apkg
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error
from guidepress.layouts import find_layout
from guidepress.layouts.words import layout_words
from guidepress.pdf.shared_fonts import SharedFonts
from guidepress.pdf.workers import Workers

T = TypeVar("T")
# What is being done, how much of it, and of how much.
Step = Callable[[str, int, int], None]

# What `--allow` may permit in protected copies. Reading aloud always is: PDF/UA asks for it.
PERMISSIONS = ("print", "copy", "annotate", "fill", "assemble", "change")
# The end of a copy, in which its trailer is sought.
_TRAILER = 1024


@dataclass(frozen=True, slots=True)
class Options:
    """How copies are made.

    `names` is the template of their files' names; an empty `licence` stands for the language's own words. Without
    `protect` they are not encrypted, and `allow` has no meaning. `deck` is an Anki deck of guidepress, of which each
    recipient gets a copy too.
    """

    names: str = DEFAULT
    licence: str = ""
    protect: bool = False
    allow: tuple[str, ...] = ("print",)
    deck: Path | None = None


@dataclass(frozen=True, slots=True)
class Stamped:
    """The files of the recipients, in the list's order, and how many of them were made already."""

    files: tuple[Path, ...]
    kept: int


@dataclass(frozen=True, slots=True)
class _Book:
    """The book as it was given: its file's hash, what it is called, its language."""

    data: bytes
    sha256: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class _Plan:
    """A copy to be: whose, its file, what its metadata and its deck say, and its identity in the trailer."""

    recipient: Recipient
    file: str
    about: metadata.About
    id: bytes
    deck: Owner | None


@dataclass(frozen=True, slots=True)
class _Job:
    """What a process needs to make one protected copy: where the master is, and the passwords."""

    master: str
    own: Own
    owner: str
    user: str
    allow: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Deck:
    """The deck as it was given, and its file's hash."""

    package: Package
    sha256: str


def stamp(
    book: Path,
    recipients: Path,
    out: Path,
    options: Options,
    workers: Workers,
    cache: Cache,
    step: Step,
) -> Diagnosed[Stamped]:
    """Make the copies of `book` in `out` that are not there yet; nothing is written where there is an error.

    Errors: those of `read_recipients`, `file_names` and `Setter.set`, `copies-book`, `copies-occupied`,
    `recipient-password`, `register-unreadable`, `apkg-unreadable`. Raises OSError.
    """
    return _Stamping(book, recipients, out, options, workers, cache, step).run()


@dataclass(slots=True)
class _Stamping:
    book: Path
    recipients: Path
    out: Path
    options: Options
    workers: Workers
    cache: Cache
    step: Step
    problems: list[Diagnostic] = field(default_factory=list)

    def run(self) -> Diagnosed[Stamped]:
        self.step("reading", 0, 0)
        people = self.take(read_recipients(self.recipients))
        data = self.book.read_bytes()
        if people is None:
            return self.failed()
        names = self.take(file_names(self.options.names, people, ".pdf"))
        self.check_passwords(people)
        try:
            with opened(data) as pdf:
                book = _about(pdf, data, self.book)
                space = room(pdf)
                setter = self.setter(book)
                if names is None or setter is None or self.problems:
                    return self.failed()
                setting = partial(self.step, "setting the lines")
                lines = self.take(setter.set(people, space, setting))
                if lines is None:
                    return self.failed()
                fonts = _fonts(lines, self.workers)
                master = prepared(pdf, space, fonts.data, not self.options.protect)
        except Unstampable as problem:
            message = f"this book cannot be stamped: {problem}"
            self.problems.append(error("copies-book", message, Span(self.book.as_posix())))
            return self.failed()
        deck = self.deck()
        if self.problems:
            return self.failed()
        self.out.mkdir(parents=True, exist_ok=True)
        with exclusive(self.out):
            register = self.register()
            if register is None:
                return self.failed()
            plans = [
                _plan(register, book, recipient, setter, name, self.options, deck)
                for recipient, name in zip(people, names, strict=True)
            ]
            return self.write(register, book, plans, lines, fonts, master, deck)

    def write(
        self,
        register: Register,
        book: _Book,
        plans: Sequence[_Plan],
        lines: Sequence[SetLine],
        fonts: _Fonts,
        master: Master,
        deck: _Deck | None,
    ) -> Diagnosed[Stamped]:
        """Write the register, then the copies that are not there."""
        todo = [number for number, plan in enumerate(plans) if not self.stands(plan)]
        decks = [plan for plan in plans if not self.deck_stands(plan)]
        wanted = [(plans[number], plans[number].file) for number in todo]
        wanted += [(plan, deck_of(plan.file)) for plan in decks]
        for plan, file in wanted:
            if file not in register.files and (self.out / file).exists():
                self.occupied(plan, file)
        if self.problems:
            return self.failed()
        for plan in plans:
            about = plan.about
            register.copies[about.mark] = Entry(
                about.number, about.name, about.licence, plan.file, book.title, book.sha256
            )
        write_atomically(self.out / FILE, register.encode())
        owns = [Own(plans[n].about, lines[n], fonts.names[n], plans[n].id) for n in todo]
        for done, (index, pieces) in enumerate(self.made(master, owns, plans, todo, register), 1):
            write_pieces(self.out / plans[todo[index]].file, pieces)
            self.step("writing the copies", done, len(todo))
        for done, plan in enumerate(decks, 1):
            assert deck is not None
            assert plan.deck is not None
            write_pieces(self.out / deck_of(plan.file), [deck.package.owned(plan.deck)])
            self.step("writing the decks", done, len(decks))
        files = [self.out / plan.file for plan in plans]
        if deck is not None:
            files += [self.out / deck_of(plan.file) for plan in plans]
        return Diagnosed(Stamped(tuple(files), len(files) - len(todo) - len(decks)))

    def made(
        self,
        master: Master,
        owns: Sequence[Own],
        plans: Sequence[_Plan],
        todo: Sequence[int],
        register: Register,
    ) -> Iterator[tuple[int, list[bytes]]]:
        """The bytes of copies, in whatever order they are ready."""
        if not self.options.protect:
            # Next to nothing is left to be done; processes would only pass it around.
            yield from ((index, composed(master, own)) for index, own in enumerate(owns))
            return
        with tempfile.TemporaryDirectory(prefix="copies-", dir=scratch.folder()) as folder:
            path = Path(folder) / "master"
            write_pieces(path, [pickle.dumps(master, protocol=5)])
            jobs = [
                _Job(
                    str(path),
                    own,
                    register.owner_password,
                    plans[n].recipient.password,
                    self.options.allow,
                )
                for n, own in zip(todo, owns, strict=True)
            ]
            for index, whole in self.workers.run(_protected, jobs, lambda j: j.own.about.name):
                yield index, [whole]

    def register(self) -> Register | None:
        """The register of the folder; a new one where it has none."""
        path = self.out / FILE
        return self.take(read_register(path)) if path.exists() else Register()

    def stands(self, plan: _Plan) -> bool:
        """Whether a copy is there as it would be made."""
        try:
            with (self.out / plan.file).open("rb") as file:
                return _identity(file) == plan.id
        except OSError:
            return False

    def deck_stands(self, plan: _Plan) -> bool:
        """Whether there is no deck to be made."""
        try:
            path = self.out / deck_of(plan.file)
            return plan.deck is None or owner_of(path.read_bytes()) == plan.deck
        except OSError:
            return False

    def deck(self) -> _Deck | None:
        """The deck that recipients get, if they get one."""
        path = self.options.deck
        if path is None:
            return None
        data = path.read_bytes()
        if self.take(read_apkg(data, path.as_posix())) is None:
            return None
        return _Deck(Package(data), hashlib.sha256(data).hexdigest())

    def occupied(self, plan: _Plan, file: str) -> None:
        message = f"there is a file that is no copy of this register: {file}"
        hints = ("move it away, or give another folder with --out",)
        self.problems.append(error("copies-occupied", message, plan.recipient.span, hints=hints))

    def check_passwords(self, people: Sequence[Recipient]) -> None:
        if self.options.protect:
            return
        for recipient in people:
            if recipient.password:
                message = "a password protects nothing without --protect"
                self.problems.append(error("recipient-password", message, recipient.span))

    def setter(self, book: _Book) -> Setter | None:
        layout = self.take(find_layout("default", None, self.cache))
        if layout is None:
            return None
        words = layout_words(layout, book.language)
        licence = self.options.licence or words["copy-licence"]
        return Setter(layout, words, book.language, licence, self.workers, self.cache)

    def take(self, diagnosed: Diagnosed[T]) -> T | None:
        self.problems.extend(diagnosed.diagnostics)
        return diagnosed.value

    def failed(self) -> Diagnosed[Stamped]:
        return Diagnosed(None, tuple(self.problems))


def _about(pdf: pikepdf.Pdf, data: bytes, path: Path) -> _Book:
    title = str(pdf.docinfo.get("/Title", "")) or path.stem
    language = str(pdf.Root.get("/Lang", "")) or "en"
    return _Book(data, hashlib.sha256(data).hexdigest(), title, language)


def _plan(
    register: Register,
    book: _Book,
    recipient: Recipient,
    setter: Setter,
    file: str,
    options: Options,
    deck: _Deck | None,
) -> _Plan:
    name, licence, _ = setter.parts(recipient)
    mark = register.seal(ID, "mark", book.sha256, recipient.number, name)
    about = metadata.About(name, recipient.number, licence, mark.hex())
    # Everything that a copy is made from, but for the passwords themselves.
    kind = [options.protect, *(options.allow if options.protect else ())]
    id_ = register.seal(
        ID_LENGTH,
        "file",
        guidepress.__version__,
        book.sha256,
        recipient.number,
        name,
        licence,
        recipient.password,
        kind,
    )
    owner = None
    if deck is not None:
        parts = ("deck", guidepress.__version__, deck.sha256, recipient.number, name, licence)
        seal = register.seal(ID_LENGTH, *parts).hex()
        owner = Owner(recipient.number, name, licence, about.mark, seal)
    return _Plan(recipient, file, about, id_, owner)


@dataclass(frozen=True, slots=True)
class _Fonts:
    """The fonts of all lines by key; and for each line the key of each font, by its name in the line."""

    data: dict[str, bytes]
    names: list[dict[str, str]]


def _fonts(lines: Sequence[SetLine], workers: Workers) -> _Fonts:
    """One subset of each font, with what all lines show: it is the same in every copy, and made once."""
    shared = SharedFonts([line.fragment for line in lines], None, {}, workers)
    fonts = _Fonts({}, [{} for _ in lines])
    for number, (data, users) in enumerate(shared.finished()):
        fonts.data[f"F{number}"] = data
        for index, name in users:
            fonts.names[index][name] = f"F{number}"
    return fonts


def _identity(file: io.BufferedReader) -> bytes:
    """The identity in the trailer of a PDF that is whole; empty where it is not."""
    end = file.seek(0, io.SEEK_END)
    file.seek(max(0, end - _TRAILER))
    _, found, last = file.read().rpartition(b"startxref")
    if not found or not last.strip().endswith(b"%%EOF") or not last.split()[0].isdigit():
        return b""
    file.seek(int(last.split()[0]))
    return id_of(file.read(_TRAILER))


@lru_cache(maxsize=1)
def _master(path: str) -> Master:
    master: Master = pickle.loads(Path(path).read_bytes())
    return master


def _protected(job: _Job) -> bytes:
    """In a worker: a copy, encrypted."""
    allow = set(job.allow)
    permissions = pikepdf.Permissions(
        accessibility=True,
        extract="copy" in allow,
        modify_annotation="annotate" in allow,
        modify_assembly="assemble" in allow,
        modify_form="fill" in allow,
        modify_other="change" in allow,
        print_highres="print" in allow,
        print_lowres="print" in allow,
    )
    encryption = pikepdf.Encryption(owner=job.owner, user=job.user, R=6, allow=permissions)
    target = io.BytesIO()
    whole = b"".join(composed(_master(job.master), job.own))
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        pdf.save(
            target,
            encryption=encryption,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
        )
    return target.getvalue()
