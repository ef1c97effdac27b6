"""Cards of a Book as notes: the values of their fields, all but what depends on the lock or on pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from functools import cache
from pathlib import PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from guidepress import card_kinds
from guidepress.book.model import Book, Card, Footnote
from guidepress.card_kinds import CardKind, NoteKind
from guidepress.card_kinds.kind import FILLED
from guidepress.card_kinds.typed import KIND as TYPED
from guidepress.content import Content, Element, Image, Node, NoteCall, Text
from guidepress.content.typography import typed_content, typed_line
from guidepress.content.walk import elements
from guidepress.deck import cloze, occlusion
from guidepress.deck.field import (
    Field,
    canonical,
    field_of,
    is_canonical,
    literal,
    plain_html,
    with_marks,
)
from guidepress.deck.footnotes import numbered
from guidepress.deck.generation import LAST_CLOZE, cloze_numbers, is_filled
from guidepress.deck.identity import short_hash
from guidepress.deck.languages import ONLY, ROOT, DeckLanguage, suffix_in
from guidepress.deck.lock import AS_IT_IS, NoteLock
from guidepress.deck.media import media_name
from guidepress.deck.note_types import NAMES
from guidepress.deck.speech import aloud, voice_of
from guidepress.deck.subdecks import chapter_place, part_place
from guidepress.deck.tags import Tagger
from guidepress.deck.tokens import Html
from guidepress.diagnostics import Diagnostic, Span, error, warning

# How much of a card's words the lock repeats, for whoever reads it.
_TITLE = 80
# What each number of a cloze note hides, and what those hid that are gone; as the lock has it.
_Gaps = tuple[tuple[str | None, ...], tuple[tuple[int, str], ...]]
# What Anki keeps the values of a note apart by; no text has it.
SEPARATOR = "\x1f"
# Where the source line will be, in the values of a note; no text has it.
_SOURCE = "\x1e"


class Note(Struct, frozen=True, gc=False):
    """A note. `written` are the values of its fields as Anki keeps them, the place of `Source` marked; `hash` covers
    them and the author's tags.

    `filled` are the names of the fields that Anki does not take for empty, but for `Source`. `chapter` and `anchor`
    are the card's in the handbook, `own` the author's tags, `varies` is the card's. Of its card a note keeps no more:
    a deck is most of its memory, and the trees are in the book.
    """

    id: str
    kind: NoteKind
    written: Html
    tags: tuple[str, ...]
    place: str
    title: str
    hash: str
    filled: tuple[str, ...] = ()
    span: Span | None = None
    chapter: str = ""
    anchor: str = ""
    own: tuple[str, ...] = ()
    varies: bool = False
    images: tuple[str, ...] = ()
    clozes: tuple[str | None, ...] = ()
    gone: tuple[tuple[int, str], ...] = ()
    # The id of the note type that came with the note; 0 for one of ours.
    type: int = 0
    media: tuple[str, ...] = ()
    # The hash that the lock has of the same content, from before marks were no part of it; empty where it has none.
    former: str = ""
    # What its note type and its id end in, of another language than the guide's; see `deck.languages`.
    suffix: str = ""

    @property
    def type_name(self) -> str:
        """The note type among ours, as the lock names it."""
        return f"{self.kind}{self.suffix}" if self.suffix else self.kind

    @property
    def values(self) -> tuple[Html, ...]:
        """The values of all fields, `Source` empty."""
        return tuple(self.fields().split(SEPARATOR))

    @property
    def gaps(self) -> list[int]:
        """The ordinals of the cards that a cloze note has."""
        return [i for i, hidden in enumerate(self.clozes) if hidden is not None]

    def fields(self, source: Html = "") -> Html:
        """The values of all fields as Anki keeps them, with the source line; a note type of elsewhere has none."""
        return self.written.replace(_SOURCE, source, 1)


@dataclass(frozen=True, slots=True)
class Composed:
    """What became of the cards of a book."""

    notes: tuple[Note, ...]
    diagnostics: tuple[Diagnostic, ...]


def compose(
    book: Book,
    known: Mapping[str, NoteLock],
    cards: Iterable[Card] | None = None,
    language: DeckLanguage = ONLY,
) -> Composed:
    """The notes of all cards in the book's order. `known` are the lock's, for the numbers of clozes; `cards` are the
    book's, where it has given them up; `language` is that of the book, in a deck of several.

    The cards are those that `card_kinds.faults` finds nothing wrong with. Errors: `cloze-number`, `card-count`,
    `image-missing`. Warning: `card-block`.
    """
    composer = _Composer(book, known, language)
    own: Iterable[Card] = book.cards if cards is None else cards
    if language.suffix:
        own = (changed(card, id=language.card(card.id)) for card in own)
    notes = tuple([note for card in own if (note := composer.note(card)) is not None])
    return Composed(notes, tuple(composer.problems))


def tombstone(lock: NoteLock, guide: str) -> Note:
    """The note that a withdrawn card becomes: no card is made of it, and Empty Cards removes what it had."""
    values = {NAMES[lock.kind][0]: literal(lock.title), "Withdrawn": FILLED, "CardKey": lock.id}
    return Note(
        lock.id,
        lock.kind,
        _in_order(lock.kind, values).replace(_SOURCE, ""),
        (f"{guide}::withdrawn",),
        lock.place,
        lock.title,
        lock.hash,
        suffix=suffix_in(lock.id),
    )


class _Composer:
    def __init__(self, book: Book, known: Mapping[str, NoteLock], language: DeckLanguage) -> None:
        self._known = known
        self._language = language
        self._images = book.images
        self._sounds = book.sounds
        self._spoken, self._speech = book.language, book.deck.speech
        self._masked = occlusion.occlusion_type_id(book.id)
        self._tags = Tagger(book, language.tags)
        self._places = {c.id: language.place(chapter_place(c.id)) for c in book.chapters()}
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
            note = replace(note, former=self._former(card, asked, known.hash))
        return note

    def _written(
        self, card: Card, asked: Card, as_typed: bool = False
    ) -> tuple[dict[str, Html], tuple[str, ...], _Gaps]:
        """The values of a card's fields, the keys of its pictures, and its gaps; `asked` is it as notes ask it.

        `as_typed`: with every mark as the author typed it.
        """
        kind = card_kinds.kind_of(asked)
        ways = card_kinds.kinds_of(asked)
        contents = self._contents(asked, kind.fields(asked))
        if as_typed or TYPED in ways:
            for name, content in contents.items():
                # Learners type the marks that a keyboard has.
                if as_typed or name == "Text":
                    contents[name] = typed_content(content)
        values: dict[str, Html] = {}
        images: list[str] = []
        gaps = self._write(asked, kind, contents, values, images)
        if (sound := self._sounds.get(asked.audio)) is not None:
            values["Audio"] = f"[sound:{media_name(sound)}]"
            images.append(sound.key)
        for way in ways:
            if marks := way.marks(asked):
                values |= marks
        if asked.speak:
            self._speak(asked, kind, values)
        return values, tuple(images), gaps

    def _speak(self, card: Card, kind: CardKind, values: dict[str, Html]) -> None:
        """Have the sides that a card names read aloud, where they stand; an answer that is typed, beside it."""
        for side, language in card.speak:
            if self._guide_speaks(side):
                message = f"the guide has every `{side}` read aloud already"
                self._error("card-speech", message, card, "take `speak` off the card")
                continue
            if (voice := voice_of(language or self._spoken)) is None:
                message = f"nobody knows in which country `{language or self._spoken}` is spoken"
                self._error("card-speech", message, card, "name one: `fr-CA`")
                continue
            if kind.gapped and side == "front":
                message = "a text with gaps is read aloud with its answer"
                self._error("card-speech", message, card, "write `speak: back`")
                continue
            content = (kind.answer if side == "back" else kind.question)(card)
            shown = side.capitalize()
            name = "Audio" if kind.gapped or (side == "back" and "Typed" in values) else shown
            values[name] = values.get(name, "") + aloud(content, voice)

    def _guide_speaks(self, side: str) -> bool:
        return any(one.side == side for one in self._speech)

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
        field = field_of(content, self._images, self._sounds)
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
        # Asking a content itself whether it is empty takes as long as all else here.
        if card.extra.nodes:
            fields["Extra"] = card.extra
        if card.hint.nodes:
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
        own = occlusion.note_values(values) if kind.masked else None
        return Note(
            card.id,
            kind.note,
            SEPARATOR.join(own) if own else _in_order(kind.note, values),
            tags,
            self._place(card),
            title(kind.answer(card) if kind.masked else kind.question(card)),
            content_hash(kind.note, values, authored),
            _filled(values),
            card.span,
            card.chapter,
            card.anchor,
            authored,
            card.varies,
            images,
            clozes,
            gone,
            self._masked if kind.masked else 0,
            suffix=self._language.suffix,
        )

    def _place(self, card: Card) -> str:
        """The deck of a card: its chapter's; of a record that no chapter prints, its stage's chapter's."""
        found = self._places.get(card.chapter or self._teaches.get(card.stage, ""))
        if found is not None:
            return found
        return self._language.place(part_place(card.part) if card.part in self._parts else ROOT)

    def _error(self, code: str, message: str, card: Card, *hints: str) -> None:
        name = f"card `{card.id}`: " if card.id else ""
        self.problems.append(error(code, f"{name}{message}", card.span, hints=hints))

    def _warning(self, code: str, message: str, card: Card) -> None:
        self.problems.append(warning(code, f"card `{card.id}`: {message}", card.span))


def _calls(content: Content) -> bool:
    return any(isinstance(element, NoteCall) for element in elements(content.nodes))


def title(front: Content) -> str:
    """The first words of a card for whoever reads the lock, and for its tombstone, which may not be without any.

    A card of pictures alone is called after them. Marks are as they were typed.
    """
    if (words := _paragraph(front.nodes)) is None:
        words = typed_line(front.nodes) or _pictures(front.nodes)
    return words if len(words) <= _TITLE else words[: _TITLE - 1].rstrip() + "…"


def _paragraph(nodes: Sequence[Node]) -> str | None:
    """The words of a front that is one paragraph of them, as most are; None for any other.

    They are the very string that the book has, of which the lock then holds no second one.
    """
    if len(nodes) != 1 or type(only := nodes[0]) is not Element or len(only.children) != 1:
        return None
    words = only.children[0]
    if type(words) is not Text or words.typed:
        return None
    return words.text if words.text == " ".join(words.text.split()) else None


def _pictures(nodes: Sequence[Node]) -> str:
    found = (element for element in elements(nodes) if isinstance(element, Image))
    return " ".join(picture.alt or PurePosixPath(picture.src).name for picture in found)


def content_hash(
    kind: NoteKind,
    values: Mapping[str, Html],
    tags: Sequence[str],
    counted: Callable[[Html], str] = canonical,
) -> str:
    """A hash of what a learner gets to see of a note; `counted` says what of a field counts."""
    parts: list[str] = [kind]
    for item in values.items():
        if item[1]:
            parts += item
    end = len(parts)
    parts += ("tags", *tags)
    text = "\0".join(parts)
    if counted is not canonical or not is_canonical(text):
        parts[2:end:2] = map(counted, parts[2:end:2])
        text = "\0".join(parts)
    return short_hash(text)


def _in_order(kind: NoteKind, values: Mapping[str, Html]) -> Html:
    """The values as Anki keeps them. Notes of a deck fill few different sets of fields."""
    return _form(kind, tuple(values)) % values


@cache
def _form(kind: NoteKind, names: tuple[str, ...]) -> str:
    """Where the values of these fields stand among those of a note, and its source line."""
    places = {**{name: f"%({name})s" for name in names}, "Source": _SOURCE}
    return SEPARATOR.join(places.get(name, "") for name in NAMES[kind])


def _filled(values: Mapping[str, Html]) -> tuple[str, ...]:
    """The names of the fields that Anki does not take for empty."""
    # A paragraph holds something for sure.
    names = tuple([name for name, value in values.items() if value[:2] == "<p" or is_filled(value)])
    return _SETS.setdefault(names, names)


# The sets of fields that notes fill, each once.
_SETS: dict[tuple[str, ...], tuple[str, ...]] = {}
