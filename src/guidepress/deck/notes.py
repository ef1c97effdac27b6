"""Cards of a Book as notes: the values of their fields, all but what depends on the lock or on pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import PurePosixPath
from typing import NamedTuple

from guidepress import card_kinds
from guidepress.book.model import Book, Card, Footnote
from guidepress.card_kinds import CardKind, NoteKind
from guidepress.card_kinds.kind import FILLED
from guidepress.card_kinds.typed import KIND as TYPED
from guidepress.content import Content, Image, NoteCall
from guidepress.content.typography import typed_content
from guidepress.content.walk import elements, line
from guidepress.deck import cloze, occlusion
from guidepress.deck.field import Field, canonical, field_of, literal, plain_html, with_marks
from guidepress.deck.footnotes import numbered
from guidepress.deck.generation import LAST_CLOZE, cloze_numbers
from guidepress.deck.identity import short_hash
from guidepress.deck.lock import AS_IT_IS, NoteLock
from guidepress.deck.media import media_name
from guidepress.deck.note_types import NAMES
from guidepress.deck.subdecks import ROOT, chapter_place, part_place
from guidepress.deck.tags import Tagger
from guidepress.deck.tokens import Html
from guidepress.diagnostics import Diagnostic, Span, error, warning

# How much of a card's words the lock repeats, for whoever reads it.
_TITLE = 80
# What each number of a cloze note hides, and what those hid that are gone; as the lock has it.
_Gaps = tuple[tuple[str | None, ...], tuple[tuple[int, str], ...]]
_SOURCE: Mapping[NoteKind, int] = {kind: names.index("Source") for kind, names in NAMES.items()}


class Note(NamedTuple):
    """A note. `values` are those of its fields, `Source` still empty; `hash` covers them and the author's tags."""

    id: str
    kind: NoteKind
    values: tuple[Html, ...]
    tags: tuple[str, ...]
    place: str
    title: str
    hash: str
    span: Span | None = None
    card: Card | None = None
    images: tuple[str, ...] = ()
    clozes: tuple[str | None, ...] = ()
    gone: tuple[tuple[int, str], ...] = ()
    # The id of the note type that came with the note; 0 for one of ours.
    type: int = 0
    media: tuple[str, ...] = ()
    # The hash that the lock has of the same content, from before marks were no part of it; empty where it has none.
    former: str = ""

    @property
    def gaps(self) -> list[int]:
        """The ordinals of the cards that a cloze note has."""
        return [i for i, hidden in enumerate(self.clozes) if hidden is not None]

    def fields(self, source: Html = "") -> list[Html]:
        """The values of all fields, with the source line."""
        fields = list(self.values)
        if self.type:
            return fields
        fields[_SOURCE[self.kind]] = source
        return fields


@dataclass(frozen=True, slots=True)
class Composed:
    """What became of the cards of a book."""

    notes: tuple[Note, ...]
    diagnostics: tuple[Diagnostic, ...]


def compose(book: Book, known: Mapping[str, NoteLock]) -> Composed:
    """The notes of all cards in the book's order. `known` are the lock's, for the numbers of clozes.

    The cards are those that `card_kinds.faults` finds nothing wrong with. Errors: `cloze-number`, `card-count`,
    `image-missing`. Warning: `card-block`.
    """
    composer = _Composer(book, known)
    notes = tuple(note for card in book.cards if (note := composer.note(card)) is not None)
    return Composed(notes, tuple(composer.problems))


def tombstone(lock: NoteLock, guide: str) -> Note:
    """The note that a withdrawn card becomes: no card is made of it, and Empty Cards removes what it had."""
    values = {NAMES[lock.kind][0]: literal(lock.title), "Withdrawn": FILLED, "CardKey": lock.id}
    return Note(
        lock.id,
        lock.kind,
        _in_order(lock.kind, values),
        (f"{guide}::withdrawn",),
        lock.place,
        lock.title,
        lock.hash,
    )


class _Composer:
    def __init__(self, book: Book, known: Mapping[str, NoteLock]) -> None:
        self._known = known
        self._images = book.images
        self._sounds = book.sounds
        self._masked = occlusion.occlusion_type_id(book.id)
        self._tags = Tagger(book)
        self._places = {chapter.id: chapter_place(chapter.id) for chapter in book.chapters()}
        self._parts = {part.id for part in book.parts}
        stages = book.roadmap.stages if book.roadmap else ()
        self._teaches = {stage.id: stage.chapter for stage in stages}
        self._footnotes: dict[str, Footnote] = {
            note.anchor: note for chapter in book.chapters() for note in chapter.footnotes
        }
        self.problems: list[Diagnostic] = []

    def note(self, card: Card) -> Note | None:
        """The note of one card, or None with a problem."""
        before = len(self.problems)
        asked = card_kinds.as_asked(card)
        kind = card_kinds.kind_of(asked)
        values, images, gaps = self._written(card, asked)
        note = self._finish(asked, kind, values, images, *gaps)
        if len(self.problems) > before:
            return None
        known = self._known.get(card.id)
        if known is not None and known.hash not in (note.hash, AS_IT_IS):
            note = note._replace(former=self._former(card, asked, known.hash))
        return note

    def _written(
        self, card: Card, asked: Card, as_typed: bool = False
    ) -> tuple[dict[str, Html], tuple[str, ...], _Gaps]:
        """The values of a card's fields, the keys of its pictures, and its gaps; `asked` is it as notes ask it.

        `as_typed`: with every mark as the author typed it.
        """
        kind = card_kinds.kind_of(asked)
        ways = list(card_kinds.kinds_of(asked))
        contents = self._contents(asked, kind.fields(asked))
        for name, content in contents.items():
            # Learners type the marks that a keyboard has.
            if as_typed or (name == "Text" and TYPED in ways):
                contents[name] = typed_content(content)
        values: dict[str, Html] = {}
        images: list[str] = []
        gaps = self._write(asked, kind, contents, values, images)
        if (sound := self._sounds.get(asked.audio)) is not None:
            values["Audio"] = f"[sound:{media_name(sound)}]"
            images.append(sound.key)
        for way in ways:
            values |= way.marks(asked)
        return values, tuple(images), gaps

    def _former(self, card: Card, asked: Card, known: str) -> str:
        """The hash in the lock, if that is what the card hashed to when its marks counted, as they were typed."""
        problems = len(self.problems)
        values, _, _ = self._written(card, asked, as_typed=True)
        del self.problems[problems:]
        values["CardKey"] = card.id
        authored, _ = self._tags.of(card)
        kind = card_kinds.kind_of(asked).note
        return known if content_hash(kind, values, authored, with_marks) == known else ""

    def _write(
        self,
        card: Card,
        kind: CardKind,
        contents: Mapping[str, Content],
        values: dict[str, Html],
        images: list[str],
    ) -> _Gaps:
        """Put the author's text into `values` and the keys of its pictures into `images`; the gaps as `_gaps` does."""
        gaps: _Gaps = ((), ())
        for name, content in contents.items():
            if kind.gapped and name == "Text":
                text = self._text(content, card, images)
                # The lock has what gaps hide as it was typed.
                bare = typed_content(content)
                plain = text if bare is content else self._text(bare, card, [])
                gaps = self._gaps(card, text, plain, values, content if kind.masked else None)
            else:
                written = plain_html(content)
                values[name] = (
                    self._field(content, card, images).html if written is None else written
                )
        return gaps

    def _text(self, content: Content, card: Card, images: list[str]) -> cloze.ClozeText:
        text = cloze.parse_plain(content.nodes)
        return cloze.parse(self._field(content, card, images).tokens) if text is None else text

    def _field(self, content: Content, card: Card, images: list[str]) -> Field:
        field = field_of(content, self._images)
        for key in field.unknown_images:
            self._error("image-missing", f"there is no image `{key}`", card)
        if field.blocks:
            message = "a block of records cannot stand on a card; it is left out of the deck"
            self._warning("card-block", message, card)
        images += field.images
        return field

    def _gaps(
        self,
        card: Card,
        parsed: cloze.ClozeText,
        typed: cloze.ClozeText,
        values: dict[str, Html],
        masked: Content | None = None,
    ) -> _Gaps:
        """Write the gaps into the text as Anki has them; what the lock keeps of them, and of those that are gone.

        `typed` is the text with its marks as they were typed; `masked` is the text of a card whose gaps are parts of a
        picture.
        """
        before = self._known.get(card.id)
        known, gone = (before.clozes, dict(before.gone)) if before else ((), {})
        given = cloze.assign(typed.gaps, known, typed.visible, gone)
        if masked is None:
            values["Text"] = parsed.write(given)
        else:
            values["Text"] = occlusion.masks(masked, given)
            values["Image"] = occlusion.picture(masked, self._images)
        if given and max(given.values()) > LAST_CLOZE:
            self._error("cloze-number", f"Anki knows no cloze numbers above {LAST_CLOZE}", card)
        elif not parsed.plain and len(cloze_numbers(values["Text"])) != card_kinds.count(card):
            self._error("card-count", "Anki would not make a card of each gap", card)
        clozes = cloze.remembered(typed.gaps, given, known)
        return clozes, tuple(cloze.withdrawn(clozes, known, gone).items())

    def _contents(self, card: Card, own: Mapping[str, Content]) -> dict[str, Content]:
        """The fields that the author's text fills."""
        fields = dict(own)
        if card.extra:
            fields["Extra"] = card.extra
        if card.hint:
            fields["Hint"] = card.hint
        if self._footnotes and any(_calls(content) for content in fields.values()):
            fields, notes = numbered(fields, self._footnotes)
            if notes:
                fields["Extra"] = Content((*fields.get("Extra", Content()).nodes, *notes))
        return fields

    def _finish(
        self,
        card: Card,
        kind: CardKind,
        values: dict[str, Html],
        images: tuple[str, ...],
        clozes: tuple[str | None, ...],
        gone: tuple[tuple[int, str], ...],
    ) -> Note:
        values["CardKey"] = card.id
        authored, tags = self._tags.of(card)
        own = occlusion.note_values(values) if kind.masked else _in_order(kind.note, values)
        return Note(
            id=card.id,
            kind=kind.note,
            values=own,
            tags=tags,
            place=self._place(card),
            title=title(typed_content(kind.answer(card) if kind.masked else kind.question(card))),
            hash=content_hash(kind.note, values, authored),
            span=card.span,
            card=card,
            images=images,
            clozes=clozes,
            gone=gone,
            type=self._masked if kind.masked else 0,
        )

    def _place(self, card: Card) -> str:
        """The deck of a card: its chapter's; of a record that no chapter prints, its stage's chapter's."""
        return self._places.get(
            card.chapter or self._teaches.get(card.stage, ""),
            part_place(card.part) if card.part in self._parts else ROOT,
        )

    def _error(self, code: str, message: str, card: Card) -> None:
        name = f"card `{card.id}`: " if card.id else ""
        self.problems.append(error(code, f"{name}{message}", card.span))

    def _warning(self, code: str, message: str, card: Card) -> None:
        self.problems.append(warning(code, f"card `{card.id}`: {message}", card.span))


def _calls(content: Content) -> bool:
    return any(isinstance(element, NoteCall) for element in elements(content.nodes))


def title(front: Content) -> str:
    """The first words of a card for whoever reads the lock, and for its tombstone, which may not be without any.

    A card of pictures alone is called after them.
    """
    words = line(front.nodes) or _pictures(front)
    return words if len(words) <= _TITLE else words[: _TITLE - 1].rstrip() + "…"


def _pictures(front: Content) -> str:
    found = (element for element in elements(front.nodes) if isinstance(element, Image))
    return " ".join(picture.alt or PurePosixPath(picture.src).name for picture in found)


def content_hash(
    kind: NoteKind,
    values: Mapping[str, Html],
    tags: Sequence[str],
    counted: Callable[[Html], str] = canonical,
) -> str:
    """A hash of what a learner gets to see of a note; `counted` says what of a field counts."""
    parts: list[str] = [kind]
    for name, value in values.items():
        if value:
            parts += (name, counted(value))
    return short_hash(*parts, "tags", *tags)


def _in_order(kind: NoteKind, values: Mapping[str, Html]) -> tuple[Html, ...]:
    return tuple(map(values.get, NAMES[kind], repeat("")))
