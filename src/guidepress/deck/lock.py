"""`deck.lock`: every card's permanent identity, as text that is read, merged and committed.

    # Every card's permanent identity. `guidepress build` keeps this file; commit it with the
    # source.
    lock 1
    guide backend-developer
    released 1735689600
    type - basic 2094712003125471 1f0c9a… 77b2… 1735689600
    deck - . "" "The Backend Developer Handbook"
    deck - chapter:who 01 "The Backend Developer Handbook::1 Orientation::01 Who"
    card http-idempotent basic 3qk0… 9a61… 1735689600 1735689600 active chapter:http "What does it mean …"
    card rest-stateless cloze 8sUw… 03fe… 1735689600 1735689600 active chapter:rest "A REST …" ["session state"]

Columns: `type EDITION KIND ID SCHEMA STYLE MOD`; `deck EDITION PLACE KEY NAME`; `card ID KIND GUID
HASH MOD SINCE STATUS PLACE TITLE [CLOZES]`. One line a card, sorted by id, so that two branches
meet in git without conflicts; `deck.lock merge=union` in .gitattributes is safe: where a card
stands twice, the line with the later `mod` counts.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from json.encoder import encode_basestring as quote
from typing import Literal, NamedTuple, cast, get_args

from guidepress.book.model import CardKind
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error

FORMAT = 1
HEADER = "# Every card's permanent identity. `guidepress build` keeps this file; commit it with the source."
Status = Literal["active", "withdrawn"]
# The edition of a guide that was built without `--edition`.
MAIN = "-"


class NoteLock(NamedTuple):
    """What is kept of one card.

    `mod` is when its content last changed and `since` when it first came out (seconds since 1970),
    `place` the deck it is in, `title` its first words. `clozes[n - 1]` is the text hidden by number
    n, None once that is gone.
    """

    id: str
    kind: CardKind
    guid: str
    hash: str
    mod: int
    since: int
    status: Status
    place: str
    title: str
    clozes: tuple[str | None, ...] = ()

    def line(self) -> str:
        """Its line in the file."""
        columns = [
            "card", self.id, self.kind, self.guid, self.hash, str(self.mod), str(self.since),
            self.status, self.place, _quote(self.title),
        ]  # fmt: skip
        if self.kind == "cloze":
            columns.append(_quote(list(self.clozes)))
        return " ".join(columns)


@dataclass(frozen=True, slots=True)
class TypeLock:
    """What is kept of a note type: its id, the signature of its schema, the hash of its style, its `mod`."""

    id: int
    schema: str
    style: str
    mod: int


@dataclass(frozen=True, slots=True)
class DeckLock:
    """What is kept of a deck: the key it sorts by among its siblings, and its full name."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Lock:
    """The whole file. `types` and `decks` are by edition and then by kind or place; `notes` by card id."""

    guide: str
    released: int
    types: Mapping[tuple[str, CardKind], TypeLock] = field(default_factory=dict)
    decks: Mapping[tuple[str, str], DeckLock] = field(default_factory=dict)
    notes: Mapping[str, NoteLock] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The file as bytes, the same for equal locks."""
        file = io.BytesIO()
        for line in self.lines():
            file.write(f"{line}\n".encode())
        return file.getvalue()

    def text(self) -> str:
        """The file's text."""
        return "".join(f"{line}\n" for line in self.lines())

    def lines(self) -> Iterator[str]:
        """The file line by line."""
        yield from (HEADER, f"lock {FORMAT}", f"guide {self.guide}", f"released {self.released}")
        for (edition, kind), t in sorted(self.types.items()):
            yield f"type {edition} {kind} {t.id} {t.schema} {t.style} {t.mod}"
        for (edition, place), d in sorted(self.decks.items()):
            yield f"deck {edition} {place} {_quote(d.key)} {_quote(d.name)}"
        for name in sorted(self.notes):
            yield self.notes[name].line()


def _quote(value: str | list[str | None]) -> str:
    return quote(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _unquote(written: str) -> str:
    return str(json.loads(written)) if "\\" in written else written[1:-1]


_LINE: Mapping[str, re.Pattern[str]] = {
    "lock": re.compile(r"(\d+)"),
    "guide": re.compile(r"(\S+)"),
    "released": re.compile(r"(\d+)"),
    "type": re.compile(r"(\S+) (basic|cloze) (\d+) (\S+) (\S+) (\d+)"),
    "deck": re.compile(r'(\S+) (\S+) ("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*")'),
    "card": re.compile(
        r"(\S+) (basic|cloze) (\S+) (\S+) (\d+) (\d+) (active|withdrawn) (\S+)"
        r' ("(?:[^"\\]|\\.)*")(?: (\[.*\]))?'
    ),
}
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})( |$)")


def read_lock(text: str, file: str = "deck.lock") -> Diagnosed[Lock]:
    """Read the file's text; `file` is its name for spans.

    Errors: `lock-conflict` (unresolved git conflict), `lock-line` (not a line of a lock),
    `lock-format` (written by a later guidepress), `lock-guid` (two cards with one GUID).
    """
    problems: list[Diagnostic] = []
    single: dict[str, str] = {}
    types: dict[tuple[str, CardKind], TypeLock] = {}
    decks: dict[tuple[str, str], DeckLock] = {}
    notes: dict[str, NoteLock] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        span = Span(file, number, 1, len(line))
        if _CONFLICT.match(line):
            problems.append(
                error(
                    "lock-conflict",
                    "git left a conflict here",
                    span,
                    hints=(
                        "keep the lines of both sides and delete the marker; the later `mod` counts",
                    ),
                )
            )
            continue
        word, _, rest = line.partition(" ")
        match = _LINE[word].fullmatch(rest) if word in _LINE else None
        try:
            if match is None:
                raise ValueError
            if word == "type":
                edition, kind, id_, schema, style, mod = match.groups()
                found = TypeLock(int(id_), schema, style, int(mod))
                key = (edition, _kind(kind))
                types[key] = max(types.get(key, found), found, key=lambda t: t.mod)
            elif word == "deck":
                decks[match[1], match[2]] = DeckLock(_unquote(match[3]), _unquote(match[4]))
            elif word == "card":
                note = _note(match)
                notes[note.id] = _merged(notes[note.id], note) if note.id in notes else note
            elif word == "released":
                single[word] = str(max(int(match[1]), int(single.get(word, 0))))
            else:
                single[word] = match[1]
        except ValueError:
            problems.append(
                error(
                    "lock-line",
                    "this is not a line of deck.lock",
                    span,
                    hints=("restore the file from git: `git checkout -- deck.lock`",),
                )
            )
    if int(single.get("lock", FORMAT)) > FORMAT:
        problems.append(
            error("lock-format", "deck.lock was written by a later guidepress", Span(file),
                  hints=("update guidepress",))
        )  # fmt: skip
    problems.extend(_shared_guids(notes.values(), file))
    if problems:
        return Diagnosed(None, tuple(problems))
    return Diagnosed(
        Lock(single.get("guide", ""), int(single.get("released", 0)), types, decks, notes)
    )


def _kind(word: str) -> CardKind:
    assert word in get_args(CardKind)
    return cast(CardKind, word)


def _note(match: re.Match[str]) -> NoteLock:
    id_, kind, guid, hash_, mod, since, status, place, title, clozes = match.groups()
    return NoteLock(
        id_, _kind(kind), guid, hash_, int(mod), int(since), cast(Status, status), place,
        _unquote(title), tuple(json.loads(clozes)) if clozes else (),
    )  # fmt: skip


def _merged(one: NoteLock, other: NoteLock) -> NoteLock:
    """Two lines of one card, from two branches: the later counts, and no cloze number is lost."""
    first, second = sorted((one, other), key=lambda note: (note.mod, note.line()))
    length = max(len(first.clozes), len(second.clozes))
    clozes = second.clozes + (None,) * (length - len(second.clozes))
    # At the same `mod` nobody can say which of two contents learners have: neither counts as
    # current.
    hash_ = second.hash if second.mod > first.mod or second.hash == first.hash else "merged"
    return second._replace(hash=hash_, since=min(one.since, other.since), clozes=clozes)


def _shared_guids(notes: Iterable[NoteLock], file: str) -> list[Diagnostic]:
    owners: dict[str, str] = {}
    problems = []
    for note in notes:
        if (owner := owners.setdefault(note.guid, note.id)) != note.id:
            message = f"the cards `{owner}` and `{note.id}` have the same GUID"
            problems.append(error("lock-guid", message, Span(file)))
    return problems
