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
    adopted 1342697561419 1735000000 basic "Country" "Capital" {"name": "Geography", "flds": […], "tmpls": […]}
    tag europe-west "Europe::West"
    card france-capital basic@1342697561419 x9@F… 88c1… 1735000000 1342697561 active chapter:europe "France"
    card rest-stateless cloze 8sUw… 03fe… 1735689600 1735689600 active chapter:rest "A REST …" ["session state"]
    variant acme rest-stateless cloze 8sUw… 51bd… 1738368000 1735689600 active chapter:rest "A …" ["state"]
    card methods cloze Xb2q… 77e0… 1738368000 1735689600 active chapter:http "GET reads …" ["GET", {"gone": "PUT"}]
    card rest-stateless@de cloze p0Lm… 9b3c… 1738368000 1738368000 active chapter:rest@de "Ein …" ["Zustand"]

Columns: `type EDITION KIND ID SCHEMA STYLE MOD`; `deck EDITION PLACE KEY NAME`; `card ID KIND GUID
HASH MOD SINCE STATUS PLACE TITLE [CLOZES]`. Of a deck that was brought in also `adopted ID MOD KIND
FRONT BACK MODEL`, `tag WORD TAG`, and `KIND@ID` for a card in such a note type.
What ends in `@LANGUAGE` is of another language of a deck that has several (`deck.languages`).
`variant EDITION` and what follows `card` is the same of a card that is another in that edition than in the guide.
One line a card, sorted by id, so that two branches meet in git without conflicts; `deck.lock merge=union` in
.gitattributes is safe: where a card stands twice, the line with the later `mod` counts.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from json.encoder import encode_basestring as quote
from typing import IO, Literal, cast, get_args

from msgspec import Struct
from msgspec.structs import replace as changed

from guidepress.card_kinds import NoteKind
from guidepress.deck.languages import SEPARATOR
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error

# What can be read. A lock that holds nothing of a later format is written in the earlier one, which every guidepress
# reads: 2 has words of gaps that were taken out, and note types of a deck that was brought in; 3 has cards that are
# others in an edition, 4 has decks of several languages.
FORMAT = 4
# The member of a deck's archive that holds the lock it was released with; Anki passes over it.
CARRIED = "deck.lock"
HEADER = "# Every card's permanent identity. `guidepress build` keeps this file; commit it with the source."
# The hash of a note that was brought in, before its guide is built: what it is now is what learners have.
AS_IT_IS = "as-it-is"
Status = Literal["active", "withdrawn"]
# The edition of a guide that was built without `--edition`.
MAIN = "-"


class NoteLock(Struct, frozen=True, gc=False):
    """What is kept of one card.

    `mod` is when its content last changed and `since` when it first came out (seconds since 1970),
    `place` the deck it is in, `title` its first words. `clozes[n - 1]` is the text hidden by number
    n, None once that is gone; `gone` are the numbers of which it is known what they hid, and that.
    """

    id: str
    kind: NoteKind
    guid: str
    hash: str
    mod: int
    since: int
    status: Status
    place: str
    title: str
    clozes: tuple[str | None, ...] = ()
    gone: tuple[tuple[int, str], ...] = ()
    # The id of the note type that came with the note, from a deck that was brought in; 0 for one of ours.
    type: int = 0

    def line(self) -> str:
        """Its line in the file."""
        kind = f"{self.kind}@{self.type}" if self.type else self.kind
        hidden = f" {_clozes(self.clozes, dict(self.gone))}" if self.kind == "cloze" else ""
        return (
            f"card {self.id} {kind} {self.guid} {self.hash} {self.mod} {self.since} {self.status} {self.place}"
            f" {_quote(self.title)}{hidden}"
        )


@dataclass(frozen=True, slots=True)
class TypeLock:
    """What is kept of a note type: its id, the signature of its schema, the hash of its style, its `mod`."""

    id: int
    schema: str
    style: str
    mod: int


@dataclass(frozen=True, slots=True)
class AdoptedLock:
    """A note type that came with a deck: what Anki must always find unchanged.

    `front` and `back` are the fields that a card's question (or its text with gaps) and answer go into, `model` is
    the note type as Anki's JSON.
    """

    id: int
    mod: int
    kind: NoteKind
    front: str
    back: str
    model: str


@dataclass(frozen=True, slots=True)
class DeckLock:
    """What is kept of a deck: the key it sorts by among its siblings, and its full name."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Lock:
    """The whole file. `types` and `decks` are by edition and then by kind or place; `notes` by card id.

    Of a deck that was brought in, `adopted` are the note types by id, and `tags` the tags as they were, by the words
    that stand for them in the source. `variants` are cards that are others in an edition, by edition and card id.
    """

    guide: str
    released: int
    types: Mapping[tuple[str, str], TypeLock] = field(default_factory=dict)
    decks: Mapping[tuple[str, str], DeckLock] = field(default_factory=dict)
    notes: Mapping[str, NoteLock] = field(default_factory=dict)
    adopted: Mapping[int, AdoptedLock] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    variants: Mapping[tuple[str, str], NoteLock] = field(default_factory=dict)

    @property
    def format(self) -> int:
        """The earliest format that can hold it."""
        if any(SEPARATOR in kind for _, kind in self.types):
            return 4
        if self.variants:
            return 3
        return 2 if self.adopted or any(note.gone for note in self.notes.values()) else 1

    def encode(self) -> bytes:
        """The file as bytes, the same for equal locks."""
        return self.text().encode()

    def write_with(
        self, whole: IO[bytes], carried: IO[bytes], edition: str, left_out: Collection[str] = ()
    ) -> None:
        """Write the file, and that of one edition, which does not have the cards that are `left_out`.

        Lines of cards, which are most of both, are made once where they are the same. `whole` can be read, too.
        """
        own = self.of_edition(edition)
        _write(self._head(), whole)
        head = whole.tell()
        _write(self._cards(), whole)
        if left_out:
            gone = frozenset(left_out)
            notes = {name: note for name, note in self.notes.items() if name not in gone}
            _write(replace(own, notes=notes).lines(), carried)
            return
        _write(own._head(), carried)
        whole.seek(head)
        shutil.copyfileobj(whole, carried)

    def of_edition(self, edition: str) -> Lock:
        """The lock without what is of other editions alone."""
        return replace(
            self,
            types={key: t for key, t in self.types.items() if key[0] == edition},
            decks={key: d for key, d in self.decks.items() if key[0] == edition},
            variants={key: n for key, n in self.variants.items() if key[0] == edition},
        )

    def called(self, names: Mapping[str, str]) -> Lock:
        """The lock with its cards under other ids, by their GUIDs; those that `names` does not have keep theirs."""
        if all(names.get(note.guid, note.id) == note.id for note in self.notes.values()):
            return self
        now = {id_: names.get(note.guid, id_) for id_, note in self.notes.items()}
        notes = {now[id_]: changed(note, id=now[id_]) for id_, note in self.notes.items()}
        variants = {
            (edition, now.get(id_, id_)): changed(note, id=now.get(id_, id_))
            for (edition, id_), note in self.variants.items()
        }
        return replace(self, notes=notes, variants=variants)

    def seen_by(self, edition: str) -> Lock:
        """The lock with the cards as they are in one edition."""
        own = {name: note for (of, name), note in self.variants.items() if of == edition}
        return replace(self, notes={**self.notes, **own}) if own else self

    def text(self) -> str:
        """The file's text."""
        return "".join(f"{line}\n" for line in self.lines())

    def lines(self) -> Iterator[str]:
        """The file line by line."""
        yield from self._head()
        yield from self._cards()

    def _head(self) -> Iterator[str]:
        yield from (
            HEADER,
            f"lock {self.format}",
            f"guide {self.guide}",
            f"released {self.released}",
        )
        for (edition, kind), t in sorted(self.types.items()):
            yield f"type {edition} {kind} {t.id} {t.schema} {t.style} {t.mod}"
        for (edition, place), d in sorted(self.decks.items()):
            yield f"deck {edition} {place} {_quote(d.key)} {_quote(d.name)}"
        for id_, a in sorted(self.adopted.items()):
            yield f"adopted {id_} {a.mod} {a.kind} {_quote(a.front)} {_quote(a.back)} {a.model}"
        for word, original in sorted(self.tags.items()):
            yield f"tag {word} {_quote(original)}"
        for (edition, _), note in sorted(self.variants.items()):
            yield f"variant {edition} {note.line().removeprefix('card ')}"

    def _cards(self) -> Iterator[str]:
        return (self.notes[name].line() for name in sorted(self.notes))


_quote = quote
_BATCH = 1000


def _write(lines: Iterable[str], file: IO[bytes]) -> None:
    remaining = iter(lines)
    # Some at a time, so that they are joined quickly and never all there at once.
    while batch := list(islice(remaining, _BATCH)):
        file.write("\n".join((*batch, "")).encode())


def _clozes(clozes: Sequence[str | None], gone: Mapping[int, str]) -> str:
    written = [quote(hidden) for hidden in clozes if hidden is not None]
    if len(written) == len(clozes):
        # As `json` has it, in a fraction of the time.
        return f"[{', '.join(written)}]"
    column = [
        {"gone": gone[n]} if hidden is None and n in gone else hidden
        for n, hidden in enumerate(clozes, 1)
    ]
    return json.dumps(column, ensure_ascii=False)


def _unquote(written: str) -> str:
    return str(json.loads(written)) if "\\" in written else written[1:-1]


_NOTE = (
    r"(\S+) (basic|cloze)(?:@(\d+))? (\S+) (\S+) (\d+) (\d+) (active|withdrawn) (\S+)"
    r' ("(?:[^"\\]|\\.)*")(?: (\[.*\]))?'
)
_LINE: Mapping[str, re.Pattern[str]] = {
    "lock": re.compile(r"(\d+)"),
    "guide": re.compile(r"(\S+)"),
    "released": re.compile(r"(\d+)"),
    "type": re.compile(r"(\S+) ((?:basic|cloze)(?:@\S+)?) (\d+) (\S+) (\S+) (\d+)"),
    "deck": re.compile(r'(\S+) (\S+) ("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*")'),
    "adopted": re.compile(
        r'(\d+) (\d+) (basic|cloze) ("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*") (\{.*\})'
    ),
    "tag": re.compile(r'(\S+) ("(?:[^"\\]|\\.)*")'),
    "variant": re.compile(rf"(\S+) {_NOTE}"),
    "card": re.compile(_NOTE),
}
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})( |$)")


def read_lock(text: str, file: str = "deck.lock") -> Diagnosed[Lock]:
    """Read the file's text; `file` is its name for spans.

    Errors: `lock-conflict` (unresolved git conflict), `lock-line` (not a line of a lock),
    `lock-format` (written by a later guidepress), `lock-guid` (two cards with one GUID).
    """
    reading = _Reading()
    problems: list[Diagnostic] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        span = Span(file, number, 1, len(line))
        if _CONFLICT.match(line):
            problems.append(_conflict(span))
            continue
        try:
            reading.add(line)
        except ValueError:
            problems.append(_not_a_line(span))
    if int(reading.single.get("lock", FORMAT)) > FORMAT:
        problems.append(
            error("lock-format", "deck.lock was written by a later guidepress", Span(file),
                  hints=("update guidepress",))
        )  # fmt: skip
    problems.extend(_shared_guids(reading.notes.values(), file))
    return Diagnosed(None if problems else reading.lock(), tuple(problems))


class _Reading:
    """What the lines of a lock say, those of two branches merged; `single` are the words that stand for one value."""

    def __init__(self) -> None:
        self.single: dict[str, str] = {}
        self.types: dict[tuple[str, str], TypeLock] = {}
        self.decks: dict[tuple[str, str], DeckLock] = {}
        self.notes: dict[str, NoteLock] = {}
        self.adopted: dict[int, AdoptedLock] = {}
        self.tags: dict[str, str] = {}
        self.variants: dict[tuple[str, str], NoteLock] = {}

    def add(self, line: str) -> None:
        """Take in one line. Raises ValueError where it is none of a lock."""
        word, _, rest = line.partition(" ")
        match = _LINE[word].fullmatch(rest) if word in _LINE else None
        if match is None:
            raise ValueError(line)
        if word == "type":
            edition, kind, id_, schema, style, mod = match.groups()
            found = TypeLock(int(id_), schema, style, int(mod))
            key = (edition, kind)
            self.types[key] = max(self.types.get(key, found), found, key=lambda t: t.mod)
        elif word == "deck":
            self.decks[match[1], match[2]] = DeckLock(_unquote(match[3]), _unquote(match[4]))
        elif word == "variant":
            note = _note(match.groups()[1:])
            other = self.variants.get((match[1], note.id))
            merged = note if other is None else _merged(other, note)
            self.variants[match[1], note.id] = merged
        elif word == "card":
            note = _note(match.groups())
            before = self.notes.get(note.id)
            self.notes[note.id] = _merged(before, note) if before is not None else note
        elif word == "adopted":
            adopted = _adopted(match)
            self.adopted[adopted.id] = adopted
        elif word == "tag":
            self.tags[match[1]] = _unquote(match[2])
        elif word in ("lock", "released"):
            self.single[word] = str(max(int(match[1]), int(self.single.get(word, 0))))
        else:
            self.single[word] = match[1]

    def lock(self) -> Lock:
        """The lock that the lines make up."""
        released = int(self.single.get("released", 0))
        return Lock(
            self.single.get("guide", ""), released, self.types, self.decks, self.notes,
            self.adopted, self.tags, self.variants,
        )  # fmt: skip


def _conflict(span: Span) -> Diagnostic:
    return error(
        "lock-conflict",
        "git left a conflict here",
        span,
        hints=("keep the lines of both sides and delete the marker; the later `mod` counts",),
    )


def _not_a_line(span: Span) -> Diagnostic:
    return error(
        "lock-line",
        "this is not a line of deck.lock",
        span,
        hints=("restore the file from git: `git checkout -- deck.lock`",),
    )


def _kind(word: str) -> NoteKind:
    assert word in get_args(NoteKind)
    return cast(NoteKind, word)


def _note(columns: Sequence[str]) -> NoteLock:
    id_, kind, type_, guid, hash_, mod, since, status, place, title, clozes = columns
    hidden, gone = _read_clozes(clozes or "[]")
    return NoteLock(
        id_, _kind(kind), guid, hash_, int(mod), int(since), cast(Status, status), place,
        _unquote(title), hidden, gone, int(type_ or 0),
    )  # fmt: skip


def _adopted(match: re.Match[str]) -> AdoptedLock:
    id_, mod, kind, front, back, model = match.groups()
    if not isinstance(json.loads(model), dict):
        raise ValueError(model)
    return AdoptedLock(int(id_), int(mod), _kind(kind), _unquote(front), _unquote(back), model)


def _read_clozes(column: str) -> tuple[tuple[str | None, ...], tuple[tuple[int, str], ...]]:
    """What each number hides, and what those hid that are gone. Raises ValueError where it is no such column."""
    hidden: list[str | None] = []
    gone: list[tuple[int, str]] = []
    for number, item in enumerate(json.loads(column), 1):
        if item is None or isinstance(item, str):
            hidden.append(item)
        elif isinstance(item, dict) and list(item) == ["gone"] and isinstance(item["gone"], str):
            hidden.append(None)
            gone.append((number, item["gone"]))
        else:
            raise ValueError(column)
    return tuple(hidden), tuple(gone)


def _merged(one: NoteLock, other: NoteLock) -> NoteLock:
    """Two lines of one card, from two branches: the later counts, and no cloze number is lost."""
    first, second = sorted((one, other), key=lambda note: (note.mod, note.line()))
    length = max(len(first.clozes), len(second.clozes))
    clozes = second.clozes + (None,) * (length - len(second.clozes))
    hidden = {n: words for n, words in enumerate(first.clozes, 1) if words is not None}
    last = {**hidden, **dict(first.gone), **dict(second.gone)}
    gone = tuple((n, last[n]) for n in sorted(last) if clozes[n - 1] is None)
    # At the same `mod` nobody can say which of two contents learners have: neither counts as
    # current.
    hash_ = second.hash if second.mod > first.mod or second.hash == first.hash else "merged"
    return changed(second, hash=hash_, since=min(one.since, other.since), clozes=clozes, gone=gone)


def _shared_guids(notes: Iterable[NoteLock], file: str) -> list[Diagnostic]:
    owners: dict[str, str] = {}
    problems = []
    for note in notes:
        if (owner := owners.setdefault(note.guid, note.id)) != note.id:
            message = f"the cards `{owner}` and `{note.id}` have the same GUID"
            problems.append(error("lock-guid", message, Span(file)))
    return problems
