"""The deck: Book and lock in, .apkg and new lock out. Nothing is written here; the caller does, atomically."""

from __future__ import annotations

import html
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import count, pairwise
from pathlib import Path
from typing import Any, TypeVar

from guidepress import scratch
from guidepress.book.model import Book, Card, Image, Sound
from guidepress.card_kinds import NoteKind
from guidepress.deck.adopted import AdoptedType, adopt_notes, adopted_type, read_sounds
from guidepress.deck.citation import Citations
from guidepress.deck.drafts import left_out
from guidepress.deck.faces import Filling, ShownCard, shown_card
from guidepress.deck.field import without_marks
from guidepress.deck.guarding import unsafe_notes, unsafe_types
from guidepress.deck.identity import NOTE_ROOM, day_offset, deck_id, note_type_id
from guidepress.deck.languages import ROOT, DeckLanguage, Translation, suffix_in
from guidepress.deck.lock import CARRIED, MAIN, DeckLock, Lock, NoteLock
from guidepress.deck.media import media_name, read_media
from guidepress.deck.note_types import FIELDS, NoteType, note_types
from guidepress.deck.notes import SEPARATOR, Note, compose
from guidepress.deck.occlusion import occlusion_type, occlusion_type_id
from guidepress.deck.package import DeckRow, NoteRow, package
from guidepress.deck.presets import preset
from guidepress.deck.revision import Changes, Identified, news, revise
from guidepress.deck.speech import spoken_sides
from guidepress.deck.subdecks import first_places, subdecks
from guidepress.deck.templates import Templates, check
from guidepress.diagnostics import Diagnosed, Diagnostic, has_errors, ordered
from guidepress.garbage import uncollected
from guidepress.product import News, Withdrawn

T = TypeVar("T")
_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Deck:
    """A finished deck.

    `package` is the .apkg and `lock_path` the text of `lock`, to be written beside the source: temporary files
    (`scratch`). `notes` and `cards` count what a new learner gets to study, `tombstones` the withdrawn notes that go
    along without any card, `media` the pictures.
    """

    package: Path
    lock: Lock
    lock_path: Path
    changes: Changes
    notes: int
    cards: int
    tombstones: int
    media: int

    @property
    def apkg(self) -> bytes:
        """The .apkg in memory, of a deck that is small."""
        return self.package.read_bytes()

    @property
    def lock_file(self) -> bytes:
        """deck.lock in memory."""
        return self.lock_path.read_bytes()


def press(
    book: Book,
    lock: Lock | None,
    templates: Templates,
    *,
    folios: Mapping[str, str] | None = None,
    released: int,
    release: bool = False,
    edition: str = MAIN,
    cards: Iterable[Card] | None = None,
) -> Diagnosed[Deck]:
    """Compile a book's cards into an Anki deck, where its pages are known from the start or never will be.

    The arguments are those of `plan` and of `PlannedDeck.press`.
    """
    with uncollected():
        planned = plan(
            book, lock, templates, released=released, release=release, edition=edition, cards=cards
        )
        return planned.press(folios or {})


def plan(
    book: Book,
    lock: Lock | None,
    templates: Templates,
    *,
    released: int,
    release: bool = False,
    edition: str = MAIN,
    media: Path | None = None,
    cards: Iterable[Card] | None = None,
    translations: Sequence[Translation] = (),
) -> PlannedDeck:
    """Compose the notes of a book, and compare them with its lock.

    `lock` is what `deck.lock` holds (None: this deck was never built). `released` is the moment of the
    release in seconds (`book.dates.release_epoch`); `release` makes errors of what a draft may still
    lack; `edition` is the name given to `--edition`; `media` is the folder with the sounds of a deck that was
    brought in. `cards` are those of a book that has given them up, as `consumed` gives them: then the trees of a
    large deck are not kept beside its notes. `translations` are the guide in the other languages that the deck holds
    besides the book's.
    """
    with uncollected():
        return PlannedDeck(
            book, lock or Lock(book.id, 0), templates, released, release, edition, media, cards,
            translations,
        )  # fmt: skip


def consumed(things: list[T]) -> Iterator[T]:
    """The things in order; the list is empty in the end, and each is let go of when the next is asked for."""
    things.reverse()
    while things:
        yield things.pop()


class PlannedDeck:
    """A deck before its pages are known, which needs only the folios to be finished.

    `lock` is to be written beside the source, `news` says what is new in it; with an error among the `problems`
    they are worth nothing. It is pressed once: then its notes are gone.
    """

    def __init__(
        self,
        book: Book,
        lock: Lock,
        templates: Templates,
        released: int,
        release: bool,
        edition: str,
        media: Path | None = None,
        cards: Iterable[Card] | None = None,
        translations: Sequence[Translation] = (),
    ) -> None:
        own = DeckLanguage(book.language if translations else "")
        self._spoken = (Translation(own, book, templates, cards), *translations)
        self._book = book
        self._edition = edition
        self._templates = templates
        had = lock.seen_by(edition).notes
        self._left_out = left_out(book, lock, translations)
        composed = [compose(one.book, had, one.cards, one.language) for one in self._spoken]
        made = [note for one in composed for note in one.notes]
        adopted = dict(lock.adopted)
        if any(note.type for note in made):
            masked = occlusion_type(lock, book.id, max(released, lock.released))
            adopted[masked.id] = masked
        self._adopted = {id_: adopted_type(one) for id_, one in adopted.items()}
        notes, self._adoption = adopt_notes(made, lock, self._adopted)
        self._types = {
            name: type_ for one in self._spoken for name, type_ in _types(one, lock, edition)
        }
        self._decks = self._subdecks(lock, had)
        revision = revise(
            book, notes, lock, self._types, self._decks,
            released=released, edition=edition, release=release, adopted=adopted,
            left_out=self._left_out,
        )  # fmt: skip
        self.lock = revision.lock
        self._notes: list[Identified] | None = revision.notes
        self._changes = revision.changes
        self._mods = {t.id: self.lock.types[edition, name].mod for name, t in self._types.items()}
        self._count = len(notes)
        self._images = [
            (sorted({key for note in one.notes for key in note.images}), of.book)
            for one, of in zip(composed, self._spoken, strict=True)
        ]
        assets = {name for one in self._adopted.values() for name in one.assets(media)}
        # Those of the book come with its pictures.
        ours = {media_name(sound) for one in self._spoken for sound in one.book.sounds.values()}
        self._sounds = sorted(assets.union(*(note.media for note in notes)) - ours)
        self._folder = media
        self._lock_files: tuple[Path, Path] | None = None
        self.problems = ordered(
            (
                *check(templates, _known_fields()),
                *(problem for one in composed for problem in one.diagnostics),
                *self._adoption,
                *unsafe_notes(notes),
                *unsafe_types(self._adopted.values(), occlusion_type_id(book.id)),
                *revision.diagnostics,
            )
        )
        seen = self.lock.seen_by(edition)
        self._latest = latest = news(seen, self._left_out)
        # The handbook is of one language.
        self.news = News(
            frozenset(name for name in latest.new if not suffix_in(name)),
            frozenset(name for name in latest.changed if not suffix_in(name)),
            tuple(
                Withdrawn(name, seen.notes[name].title)
                for name in latest.withdrawn
                if not suffix_in(name)
            ),
        )

    def _subdecks(self, lock: Lock, had: Mapping[str, NoteLock]) -> dict[str, DeckLock]:
        """The decks of all languages."""
        known = {place: deck for (name, place), deck in lock.decks.items() if name == self._edition}
        held = {note.place for name, note in had.items() if name not in self._left_out}
        decks: dict[str, DeckLock] = {}
        for one in self._spoken:
            root = decks[ROOT].name if decks else None
            decks |= subdecks(one.book, known, held, one.language, root)
        return decks

    @property
    def notes(self) -> Sequence[Identified]:
        """The notes; none once the deck is pressed."""
        return self._notes or ()

    def cards(self, folios: Mapping[str, str]) -> Iterator[ShownCard]:
        """The cards as Anki will show them, in the order of the book; none once the deck is pressed.

        `folios` are the handbook's page numbers by anchor.
        """
        citations = self._citations(folios)
        for one in self.notes:
            if one.withdrawn:
                continue
            note = one.note
            source = citations[note.suffix].of(note.chapter, note.anchor)
            values = note.fields(source).split(SEPARATOR)
            if note.type:
                yield from _adopted_cards(note, values, self._adopted[note.type])
            else:
                yield from _own_cards(note, values, self._types[note.type_name])

    def _citations(self, folios: Mapping[str, str]) -> dict[str, Citations]:
        """What writes the source lines of each language; pages are known of the handbook in the guide's own."""
        return {
            one.language.suffix: Citations(
                one.book, folios if one.language.own else {}, one.templates.words
            )
            for one in self._spoken
        }

    def _pictures(self) -> Diagnosed[dict[str, bytes]]:
        """The pictures of the cards of all languages, and the sounds that the guide has."""
        found: dict[str, bytes] = {}
        problems: list[Diagnostic] = []
        for keys, book in self._images:
            files: dict[str, Image | Sound] = {**book.images, **book.sounds}
            read = read_media(keys, files)
            problems += read.diagnostics
            if read.value is None:
                return Diagnosed(None, tuple(problems))
            found |= read.value
        return Diagnosed(found, tuple(problems))

    @property
    def media(self) -> Diagnosed[dict[str, bytes]]:
        """The pictures and sounds of the cards by the names that the cards call them."""
        pictures = self._pictures()
        sounds = read_sounds(self._sounds, self._folder)
        problems = (*pictures.diagnostics, *sounds.diagnostics)
        return Diagnosed({**(pictures.value or {}), **(sounds.value or {})}, problems)

    @property
    def lock_files(self) -> tuple[Path, Path]:
        """deck.lock as it is to be written, and as the deck carries it: temporary files (`scratch`)."""
        if self._lock_files is None:
            paths = scratch.new_file(".lock"), scratch.new_file(".lock")
            with paths[0].open("r+b") as whole, paths[1].open("r+b") as carried:
                self.lock.write_with(whole, carried, self._edition, self._left_out)
            self._lock_files = paths
        return self._lock_files

    @property
    def failed(self) -> bool:
        """Whether there can be no such deck."""
        return has_errors(self.problems)

    def press(self, folios: Mapping[str, str]) -> Diagnosed[Deck]:
        """The finished deck, with all `problems`; one that is an error leaves no deck.

        `folios` are the printed page numbers of the handbook by anchor, for the source line.
        """
        with uncollected():
            return self._press(folios)

    def _press(self, folios: Mapping[str, str]) -> Diagnosed[Deck]:
        book = self._book
        media = self._pictures()
        sounds = read_sounds(self._sounds, self._folder)
        problems = ordered((*self.problems, *media.diagnostics, *sounds.diagnostics))
        if has_errors(problems) or media.value is None or sounds.value is None:
            return Diagnosed(None, problems)
        notes, self._notes = self._notes, None
        assert notes is not None, "this deck was pressed already"
        tombstones = len(notes) - self._count
        used = {n.note.place for n in notes if not n.withdrawn}
        citations = self._citations(folios)
        rows = _Rows(book, notes, self._types, self._adopted, citations, self._decks)
        root = deck_id(book.id, ROOT)
        options = _options(book, self._decks)
        packed = scratch.new_file(".apkg")
        package(
            packed,
            _deck_rows(
                book, self._decks, used, self._latest, self._templates, next(iter(options), 1)
            ),
            {
                **{t.id: t.model(self._mods[t.id], root) for t in self._types.values()},
                **{t.id: t.model for t in self._adopted.values()},
            },
            rows,
            {**media.value, **sounds.value},
            {CARRIED: lambda: self.lock_files[1]},
            options,
        )
        counts = (self._count, rows.cards, tombstones, len(media.value) + len(sounds.value))
        written, carried = self.lock_files
        carried.unlink()
        return Diagnosed(Deck(packed, self.lock, written, self._changes, *counts), problems)


def _types(one: Translation, lock: Lock, edition: str) -> Iterator[tuple[str, NoteType]]:
    """The note types of a language, by what the lock calls them."""
    book, suffix = one.book, one.language.suffix
    ids: dict[NoteKind, int] = {
        kind: old.id
        if (old := lock.types.get((edition, f"{kind}{suffix}")))
        else note_type_id(book.id, f"{kind}{suffix}")
        for kind in FIELDS
    }
    css = brand_css(book.brand.colours)
    made = note_types(
        book.id, book.language, one.templates, ids, css, book.deck.report,
        "" if one.language.own else one.language.code,
        spoken_sides(book.deck.speech, book.language),
    )  # fmt: skip
    for kind, type_ in made.items():
        yield f"{kind}{suffix}", type_


def _own_cards(note: Note, values: Sequence[str], kind: NoteType) -> Iterator[ShownCard]:
    """The cards of a note of ours."""
    fields = dict(zip((field.name for field in kind.fields), values, strict=True))
    for ordinal in note.gaps if note.clozes else kind.cards(values):
        filling = Filling(fields, ordinal, kind.kind == "cloze")
        template = kind.templates[0 if filling.gapped else ordinal]
        yield shown_card(note, filling, template.front, template.back, kind.css)


def _adopted_cards(note: Note, values: Sequence[str], kind: AdoptedType) -> Iterator[ShownCard]:
    """The cards of a note that came with a deck."""
    fields = dict(zip(kind.fields, values, strict=True))
    for ordinal in kind.cards(values):
        filling = Filling(fields, ordinal, kind.lock.kind == "cloze")
        at = 0 if filling.gapped else ordinal
        css = str(kind.model.get("css", ""))
        yield shown_card(note, filling, kind.fronts[at], kind.backs[at], css)


def brand_css(colours: Mapping[str, str]) -> str:
    """A brand's colours as the style sheet's variables (`--brand-accent: #…`), for the layout to make use of."""
    if not colours:
        return ""
    variables = " ".join(f"--brand-{name}: {value};" for name, value in sorted(colours.items()))
    return f".card, .gp {{ {variables} }}"


def _known_fields() -> dict[str, frozenset[str]]:
    names = {kind: frozenset(f.name for f in fields) for kind, fields in FIELDS.items()}
    return {
        "basic_front": names["basic"],
        "basic_back": names["basic"],
        "reverse_front": names["basic"],
        "reverse_back": names["basic"],
        "cloze_front": names["cloze"],
        "cloze_back": names["cloze"],
        "withdrawn": names["basic"] & names["cloze"],
    }


def _deck_rows(
    book: Book,
    decks: Mapping[str, DeckLock],
    used: Set[str],
    changes: Changes,
    templates: Templates,
    options: int,
) -> Iterator[DeckRow]:
    """The decks with cards, and all above them: Anki takes over the description of no other.

    `options` is the id of their options.
    """
    held = [f"{deck.name}::" for place, deck in decks.items() if place in used]
    first = first_places(decks)
    for place, deck in decks.items():
        if first[place] != place:
            continue
        if place == ROOT or any(name.startswith(f"{deck.name}::") for name in held):
            description = _description(book, changes, templates) if place == ROOT else ""
            yield DeckRow(deck_id(book.id, place), deck.name, description, options)


def _options(book: Book, decks: Mapping[str, DeckLock]) -> dict[int, dict[str, Any]]:
    """The preset of deck options that the guide gives along, by its id; it is called like the deck."""
    if book.deck.preset is None:
        return {}
    return dict([preset(book.id, decks[ROOT].name, book.deck.preset)])


def _description(book: Book, changes: Changes, templates: Templates) -> str:
    """The deck's description, what the latest release brought, and how to take the next one."""
    words = templates.words
    described = without_marks(book.deck.description.html)
    counts = [
        words.phrase(name, n=len(ids))
        for name, ids in (
            ("n-cards-new", changes.new),
            ("n-cards-changed", changes.changed),
            ("n-cards-withdrawn", changes.withdrawn),
        )
        if ids
    ]
    said = [words["update-advice"], *([words["preset-advice"]] if book.deck.preset else [])]
    advice = "".join(f"<p>{html.escape(one, quote=False)}</p>" for one in said)
    if not counts:
        return f"{described}{advice}"
    listed = words["separator"].join(counts)
    summary = words.phrase("release-news", edition=book.edition, counts=listed)
    return f"{described}<p>{html.escape(summary, quote=False)}</p>{advice}"


class _Rows:
    """The rows of the notes, in the order of their ids; `due` puts their cards in the order of the book.

    `notes` is emptied; `cards` counts their cards.
    """

    def __init__(
        self,
        book: Book,
        notes: list[Identified],
        types: Mapping[str, NoteType],
        adopted: Mapping[int, AdoptedType],
        citations: Mapping[str, Citations],
        decks: Mapping[str, DeckLock],
    ) -> None:
        self._types = types
        self._adopted = adopted
        self._citations = citations
        first = first_places(decks)
        places = {n.note.place for n in notes}
        self._decks = {p: deck_id(book.id, first.get(p, p)) for p in places}
        self._models = {name: t.id for name, t in types.items()}
        self._generated: dict[tuple[str, tuple[str, ...], bool], list[int]] = {}
        self.cards = 0
        # A note's id is the moment it was added, as Anki shows it; the ids of its cards follow. Both are for
        # ever: a card that comes later has to stand among those of its own note. When a front of the note
        # type changes, Anki reads the cards by id, takes a note whose cards are apart for two, and gives the
        # missing cards of each (rslib, `group_generated_cards_by_note`; seen after Check Database).
        self._ids = array("q", [n.since * _MILLISECONDS + day_offset(n.guid) for n in notes])
        self._order = array("q", self._by_id(notes))
        # In the order in which notes lie in memory: in that of their ids nothing of a note is in the processor's cache.
        self._rows = [*map(self._row, consumed(notes), count(1))]

    def _by_id(self, notes: Sequence[Identified]) -> list[int]:
        """The positions of the notes by their ids. Where several have the same one, the GUIDs decide."""
        ids = self._ids
        order = sorted(range(len(notes)), key=ids.__getitem__)
        same = [at for at, (one, other) in enumerate(pairwise(order), 1) if ids[one] == ids[other]]
        # They are few: each is put in among those before it.
        for at in same:
            position, to = order[at], at
            while (
                to > 0
                and ids[order[to - 1]] == ids[position]
                and notes[order[to - 1]].guid > notes[position].guid
            ):
                order[to] = order[to - 1]
                to -= 1
            order[to] = position
        return order

    def __iter__(self) -> Iterator[NoteRow]:
        following = 0
        for position in self._order:
            row = self._rows[position]
            row.id = max(self._ids[position], following)
            following = row.id + max(row.cards[-1] + 1 if row.cards else 0, NOTE_ROOM)
            yield row

    def _row(self, one: Identified, due: int) -> NoteRow:
        note = one.note
        source = self._citations[note.suffix].of(note.chapter, note.anchor)
        fields = note.fields(source)
        ordinals = () if one.withdrawn else self._ordinals(note, fields, source)
        self.cards += len(ordinals)
        return NoteRow(
            0, one.guid, note.type or self._models[note.type_name], one.mod, note.tags, fields, self._decks[note.place],
            due, ordinals,
        )  # fmt: skip

    def _ordinals(self, note: Note, fields: str, source: str) -> Sequence[int]:
        if note.type:
            return self._adopted[note.type].cards(fields.split(SEPARATOR))
        # `compose` made sure that Anki finds just these gaps in the text.
        if note.clozes:
            return note.gaps
        key = (note.type_name, note.filled, source != "")
        if (found := self._generated.get(key)) is None:
            filled = (*note.filled, "Source") if source else note.filled
            found = self._generated[key] = self._types[note.type_name].generated(filled)
        return found
