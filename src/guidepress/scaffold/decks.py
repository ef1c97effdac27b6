"""An existing deck as a guide whose learners keep every review.

Each note becomes a card of the guide. Its GUID and its note type, in which alone Anki finds it again, go into
deck.lock. Its fields become Markdown, which is compiled, written back into fields, and compared with what the note
had. What differs is written more plainly, and named in the report where it still differs.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from guidepress.artifacts import write_atomically
from guidepress.book.slugs import identify
from guidepress.build import LOCK, MEDIA, Source, compile_source, deck_templates
from guidepress.cache import Cache, own_folder
from guidepress.card_kinds import NoteKind
from guidepress.deck.adopted import NOTHING
from guidepress.deck.foreign import ForeignDeck, ForeignNote, ForeignType
from guidepress.deck.lock import AS_IT_IS, AdoptedLock, Lock, NoteLock
from guidepress.deck.media import media_name
from guidepress.deck.press import plan
from guidepress.deck.subdecks import ABOVE, chapter_place
from guidepress.deck.tags import is_directive
from guidepress.diagnostics import Diagnostic, Severity
from guidepress.lint.rule import ALLOW
from guidepress.lint.rules import RULES
from guidepress.scaffold.fields import Unwritable, Writer, seen, words_of
from guidepress.scaffold.start import refuse_existing
from guidepress.source.images import SUFFIXES, read_image

# So many cards stand in a chapter, before the next one goes on in the same deck.
_CHAPTER = 300
_DAY = 24 * 3600
# How often cards are written more plainly, and rules allowed at them, until the guide compiles.
_PASSES = 6
_PLAIN = 2
_MAX_ID = 60
_FIELD = re.compile(r"\{\{\s*(?![#^/!=])(?:[\w-]+:)*([^{}:]+?)\s*\}\}")
_CLOZE_FIELD = re.compile(r"\{\{\s*(?:[\w-]+:)*cloze:(?:[\w-]+:)*([^{}:]+?)\s*\}\}")
_SOUND = re.compile(r"\[sound:([^\]]+)\]")
_SAFE_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_MILLISECONDS = 1000


@dataclass(slots=True)
class _Card:
    """A card on its way: its note, where it stands, and how plainly it is written."""

    id: str
    note: ForeignNote
    kind: NoteKind
    front: str
    back: str
    level: int = 0
    allowed: set[str] = field(default_factory=set)
    tags: tuple[str, ...] = ()
    why: str = ""


@dataclass(slots=True)
class _Chapter:
    """A chapter: the deck it stands for (below its part's), and its cards."""

    id: str
    title: str
    deck: str
    cards: list[_Card] = field(default_factory=list)
    # The line of each card's header.
    lines: list[int] = field(default_factory=list)

    @property
    def file(self) -> str:
        """Its file, from the folder of guide.yaml."""
        return f"chapters/{self.id}.md"

    def at(self, line: int) -> _Card | None:
        """The card that a line belongs to."""
        found = [card for card, start in zip(self.cards, self.lines, strict=False) if start <= line]
        return found[-1] if found else None


@dataclass(slots=True)
class _Part:
    id: str
    title: str
    deck: str
    chapters: list[_Chapter] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Adoption:
    """The files that a deck became, what to say of it in lines, and the problems that are left."""

    files: tuple[Path, ...]
    report: tuple[str, ...]
    problems: tuple[Diagnostic, ...] = ()


def adopt_deck(folder: Path, deck: ForeignDeck, name: str) -> Adoption:
    """Make a deck a guide in `folder`; `name` is what it is called where its decks have no common name.

    Raises FileExistsError where a guide is already there.
    """
    return _Adopter(folder, deck, name).adopt()


class _Adopter:
    def __init__(self, folder: Path, deck: ForeignDeck, name: str) -> None:
        self._root = folder / "source"
        self._folder = folder
        self._deck = deck
        roots = Counter(note.deck.partition("::")[0] for note in deck.notes if note.deck)
        self._roots = [root for root, _ in roots.most_common()]
        self._title = self._roots[0] if len(self._roots) == 1 else name
        self._id = identify(self._title)[:80].strip("-") or "my-deck"
        self._types = {t.id: _mapping(t) for t in deck.types if t.id}
        self._tags: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._taken: Counter[str] = Counter()
        self._left: list[tuple[str, str]] = []
        self._lost: set[str] = set()
        self._pictures: dict[str, str] = {}
        self._sounds: set[str] = set()
        # Those that the deck lacks.
        self._silent: list[str] = []
        self._parts: list[_Part] = []
        self._files: list[Path] = []

    def adopt(self) -> Adoption:
        targets = [self._root / "guide.yaml", self._root / LOCK]
        refuse_existing(self._folder, targets)
        self._gather()
        self._copy_media()
        lock, changed, problems = self._prove()
        if lock is not None:
            self._write(LOCK, lock.encode())
        return Adoption(tuple(self._files), tuple(self._report(changed)), tuple(problems))

    # Reading

    def _gather(self) -> None:
        guids: set[str] = set()
        chapters: dict[str, list[_Card]] = defaultdict(list)
        for note in self._deck.notes:
            if reason := self._unfit(note, guids):
                self._left.append((_label(note), reason))
                continue
            guids.add(note.guid)
            chapters[note.deck].append(self._card(note))
        self._arrange(chapters)

    def _unfit(self, note: ForeignNote, guids: set[str]) -> str:
        """Why a note cannot become a card; empty if it can."""
        if note.type.id and (not note.guid or re.search(r"\s", note.guid)):
            return "it has no GUID that can be kept"
        if note.type.id and note.guid in guids:
            return "another note has its GUID"
        front, _ = self._sides(note)
        try:
            gaps = seen(front).gaps
        except Unwritable as problem:
            return str(problem)
        if note.type.cloze and not gaps:
            return "it is a cloze note without a gap"
        if note.type.cloze and any(not gap.words and "<img" not in front for gap in gaps):
            return "a gap hides nothing"
        return (
            "it is empty"
            if not any(words_of(value) or "<img" in value for value in note.values)
            else ""
        )

    def _sides(self, note: ForeignNote) -> tuple[str, str]:
        front, back = self._types[note.type.id] if note.type.id else _mapping(note.type)
        values = dict(zip(note.type.fields, note.values, strict=True))
        return values.get(front, ""), values.get(back, "")

    def _card(self, note: ForeignNote) -> _Card:
        front, back = self._types[note.type.id] if note.type.id else _mapping(note.type)
        words = identify(_label(note))[:_MAX_ID].strip("-") or "note"
        kind: NoteKind = "cloze" if note.type.cloze else "basic"
        tags = tuple(dict.fromkeys(self._tag(tag) for tag in note.tags))
        for value in note.values:
            self._sounds.update(map(html.unescape, _SOUND.findall(value)))
        return _Card(self._unique(words), note, kind, front, back, tags=tags)

    def _unique(self, words: str) -> str:
        """An id that no other card has."""
        self._taken[words] += 1
        if (count := self._taken[words]) == 1:
            return words
        return self._unique(f"{words}-{count}")

    def _tag(self, tag: str) -> str:
        """The word that stands for a tag in the source."""
        if (known := self._words.get(tag)) is not None:
            return known
        word = identify(tag)[:80].strip("-") or "tag"
        if is_directive(word):
            word = f"tag-{word}"
        free, number = word, 1
        while self._tags.get(free, tag) != tag:
            number += 1
            free = f"{word}-{number}"
        self._words[tag] = free
        self._tags[free] = tag
        return free

    def _arrange(self, decks: Mapping[str, list[_Card]]) -> None:
        """Parts and chapters: the second level of decks, and all below."""
        parts: dict[str, _Part] = {}
        ids: Counter[str] = Counter()

        def name(title: str, default: str) -> str:
            word = identify(title)[:_MAX_ID].strip("-") or default
            ids[word] += 1
            return word if ids[word] == 1 else name(f"{word}-{ids[word]}", default)

        for deck, cards in sorted(decks.items(), key=lambda item: _natural(item[0])):
            levels = deck.split("::") if deck else []
            if len(self._roots) == 1:
                levels = levels[1:]
            top = levels[0] if levels else ""
            part = parts.get(top)
            if part is None:
                title = top or self._title
                part = parts[top] = _Part(name(title, "part"), title, top or ABOVE)
            rest = levels[1:]
            for at in range(0, len(cards), _CHAPTER):
                title = " / ".join(rest) or part.title
                if len(cards) > _CHAPTER:
                    title += f" ({at // _CHAPTER + 1})"
                chapter = _Chapter(name(title, "chapter"), title, "::".join(rest) or ABOVE)
                chapter.cards = cards[at : at + _CHAPTER]
                part.chapters.append(chapter)
        self._parts = list(parts.values())

    # Media

    def _copy_media(self) -> None:
        wanted = set(self._deck.media)
        folder = self._root / MEDIA
        used = {p for note in self._deck.notes for v in note.values for p in seen_pictures(v)}
        taken: set[str] = set()
        for name in sorted(wanted):
            suffix = Path(name).suffix.lower()
            picture = name in used and suffix in SUFFIXES
            # A picture's name is only ours; a sound's, and that of a file of a template, stands in the notes.
            if not picture and name not in self._sounds and not name.startswith("_"):
                continue
            if "/" in name or "\\" in name or name in (".", ".."):
                continue
            target = _file_name(name, taken) if picture else name
            taken.add(target)
            path = folder / target
            write_atomically_in(path, self._deck.read(name))
            if picture and read_image(path, target, target).value is None:
                path.unlink()
                continue
            self._files.append(path)
            if picture:
                self._pictures[name] = f"../{MEDIA}/{target}"
        self._silent = sorted(self._sounds - wanted)
        self._sounds &= wanted

    # Writing and proving

    def _prove(self) -> tuple[Lock | None, list[tuple[str, str]], list[Diagnostic]]:
        """Write, compile, compare; again for what differs. The lock, what differs for good, and what is wrong still."""
        cache = Cache(own_folder())
        lock: Lock | None = None
        changed: list[tuple[str, str]] = []
        errors: list[Diagnostic] = []
        for attempt in range(_PASSES):
            self._write_source()
            source = compile_source(self._folder, None, cache)
            errors = [d for d in source.diagnostics if d.severity is Severity.ERROR]
            changed = []
            again = self._answer(errors, drop=attempt >= _PASSES - 3)
            if source.value is not None and not errors:
                lock, changed, again = self._compare(source.value, errors)
            if not again:
                break
        return lock, changed, errors

    def _answer(self, errors: Iterable[Diagnostic], *, drop: bool) -> bool:
        """Allow what rules forbid, and write more plainly what cannot be compiled; whether anything is another now."""
        by_file = {f"source/{c.file}": c for part in self._parts for c in part.chapters}
        again = False
        for problem in errors:
            chapter = by_file.get(problem.span.file) if problem.span else None
            card = chapter.at(problem.span.line) if chapter and problem.span else None
            if chapter is None or card is None:
                continue
            again = True
            rule = problem.code.removeprefix("card-")
            if problem.code in RULES and rule not in card.allowed:
                card.allowed.add(rule)
            elif card.level < _PLAIN:
                card.level += 1
            elif drop and card in chapter.cards:
                self._drop(card, f"{problem.code}: {problem.message}")
        return again

    def _compare(
        self, source: Source, errors: list[Diagnostic]
    ) -> tuple[Lock | None, list[tuple[str, str]], bool]:
        """The lock of the first build, the cards that differ from their notes, and whether to write some again."""
        templates = deck_templates(source).value
        assert templates is not None, "the layout was found"
        planned = plan(source.book, self._lock(), templates, released=0, media=self._root / MEDIA)
        errors += [d for d in planned.problems if d.severity is Severity.ERROR]
        if self._answer(errors, drop=True):
            return None, [], True
        names = {
            name: media_name(source.book.images[key])
            for name, path in self._pictures.items()
            if (key := path.removeprefix("../")) in source.book.images
        }
        cards = {card.id: card for part in self._parts for c in part.chapters for card in c.cards}
        changed: list[tuple[str, str]] = []
        again = False
        for identified in planned.notes:
            card = cards.get(identified.note.id)
            if card is None or not identified.note.type:
                continue
            fields = [
                name
                for name, old, new in zip(
                    card.note.type.fields, card.note.values, identified.note.values, strict=True
                )
                if not _same(old, new, names)
            ]
            if fields and card.level < _PLAIN:
                card.level += 1
                again = True
            elif any(_regapped(card.note, identified.note.values)):
                # It would have other cards.
                self._drop(card, "its gaps cannot be written")
                again = True
            elif fields:
                changed.append((card.id, ", ".join(fields)))
        return planned.lock, changed, again

    def _drop(self, card: _Card, reason: str) -> None:
        """Leave a note to its learners as it is."""
        self._left.append((_label(card.note), reason))
        for part in self._parts:
            for chapter in part.chapters:
                if card in chapter.cards:
                    chapter.cards.remove(card)

    def _lock(self) -> Lock:
        notes: dict[str, NoteLock] = {}
        for part in self._parts:
            for chapter in part.chapters:
                for card in chapter.cards:
                    if card.note.type.id:
                        notes[card.id] = _entry(card, chapter_place(chapter.id))
        used = {n.type for n in notes.values()}
        adopted = {t.id: _adopted(t, *self._types[t.id]) for t in self._deck.types if t.id in used}
        mods = [*(n.mod for n in notes.values()), *(a.mod for a in adopted.values()), 0]
        tags = {word: tag for word, tag in self._tags.items() if word != tag}
        released = max(mods) // _DAY * _DAY
        return Lock(self._id, released, notes=notes, adopted=adopted, tags=tags if notes else {})

    def _write_source(self) -> None:
        self._lost.clear()
        self._parts = [part for part in self._parts if any(c.cards for c in part.chapters)]
        for part in self._parts:
            part.chapters = [chapter for chapter in part.chapters if chapter.cards]
            for chapter in part.chapters:
                self._write(chapter.file, self._chapter(chapter).encode())
        self._write("guide.yaml", self._guide().encode())

    def _chapter(self, chapter: _Chapter) -> str:
        title = Writer({}).write(_html(chapter.title))
        lines = [f"# {title}", ""]
        chapter.lines = []
        for card in list(chapter.cards):
            try:
                block = self._block(card)
            except Unwritable as problem:
                self._left.append((_label(card.note), str(problem)))
                chapter.cards.remove(card)
                continue
            chapter.lines.append(len(lines) + 1)
            lines += [*block, ""]
        return "\n".join(lines)

    def _block(self, card: _Card) -> list[str]:
        writer = Writer(self._pictures, formulas=card.level == 0)
        write: Callable[..., str] = writer.plain if card.level >= _PLAIN else writer.write
        values = dict(zip(card.note.type.fields, card.note.values, strict=True))
        options = [f"    id: {card.id}"]
        tags = (*card.tags, *(f"{ALLOW}{rule}" for rule in sorted(card.allowed)))
        if tags:
            options.append(f"    tags: [{', '.join(tags)}]")
        front = write(values.get(card.front, ""), cloze=card.kind == "cloze")
        lines: list[str]
        if card.kind == "cloze":
            lines = ["/// cloze", *options, *front.split("\n")]
        else:
            back = write(values.get(card.back, "")) or NOTHING
            front = front or NOTHING
            if "\n" in front or "|" in front:
                lines = ["/// card", *options, "//// front", *front.split("\n"), "////"]
            else:
                lines = [f"/// card | {front}", *options]
            lines += back.split("\n")
        shown = {card.front} if card.kind == "cloze" else {card.front, card.back}
        others = [(name, write(value)) for name, value in values.items() if name not in shown]
        if others := [(name, written) for name, written in others if written]:
            lines.append("//// extra")
            for name, written in others:
                label = Writer({}).write(_html(name))
                lines += [f"///// details | {label}", *written.split("\n"), "/////"]
            lines.append("////")
        self._lost.update(writer.lost)
        return [*lines, "///"]

    def _guide(self) -> str:
        lines = [
            f"id: {self._id} # permanent: every card's identity depends on it",
            f"title: {_yaml(self._title)}",
            'edition: "1.0"',
            "language: en",
            "typography: none # the notes keep the marks that they came with",
            "strictness: adopted # faults of the text are warnings; `release` is what to work towards",
            "contents:",
            "  parts:",
        ]
        for part in self._parts:
            lines += [f"    - title: {_yaml(part.title)}", f"      id: {part.id}"]
            lines += [f"      deck: {_yaml(part.deck)}", "      chapters:"]
            for c in part.chapters:
                lines += [f"        - file: {c.file}", f"          id: {c.id}"]
                lines += [f"          title: {_yaml(c.title)}", f"          deck: {_yaml(c.deck)}"]
        lines += ["products:", "  deck:", f"    name: {_yaml(self._title)}"]
        if description_html := self._deck.descriptions.get(self._title, ""):
            description = Writer({}).write(description_html)
            lines.append(f"    description: {_yaml(description)}")
        return "\n".join(lines) + "\n"

    def _write(self, name: str, data: bytes) -> None:
        path = self._root / name
        write_atomically_in(path, data)
        if path not in self._files:
            self._files.append(path)

    # Telling

    def _report(self, changed: Sequence[tuple[str, str]]) -> Iterable[str]:
        cards = [card for part in self._parts for c in part.chapters for card in c.cards]
        kept = [card for card in cards if card.note.type.id]
        yield f"{len(cards)} of {len(self._deck.notes)} notes are cards now"
        yield f"{len(kept)} of them keep their GUIDs and their {len({c.note.type.id for c in kept})} note types"
        if len(cards) > len(kept):
            yield f"{len(cards) - len(kept)} are new cards: a table does not say what learners have of them"
        if len(self._roots) > 1:
            yield f"{len(self._roots)} decks were side by side and are below “{self._title}” now, for new learners"
        plain = [card for card in cards if card.level]
        yield from _some("written more plainly, for the same words", [(c.id, "") for c in plain])
        yield from _some("differ from their notes", changed)
        yield from _some(
            "pictures that are missing, or of a kind that cannot be printed",
            [(n, "") for n in sorted(self._lost)],
        )
        yield from _some("sounds that the deck lacks", [(name, "") for name in self._silent])
        yield from _some(
            "notes that could not be taken; learners keep them as they are", self._left
        )


def _mapping(note_type: ForeignType) -> tuple[str, str]:
    """The fields for question (or text with gaps) and answer of a note type; the second may be none."""
    names = note_type.fields
    if note_type.cloze:
        found = [n.strip() for front in note_type.fronts for n in _CLOZE_FIELD.findall(front)]
        return next((name for name in found if name in names), names[0]), ""
    front = [n.strip() for n in _FIELD.findall(note_type.fronts[0] if note_type.fronts else "")]
    back = [n.strip() for n in _FIELD.findall(note_type.backs[0] if note_type.backs else "")]
    question = next((name for name in front if name in names), names[0])
    answers = [name for name in back if name in names and name not in front]
    return question, next((n for n in (*answers, *names) if n != question), "")


def _adopted(note_type: ForeignType, front: str, back: str) -> AdoptedLock:
    kind: NoteKind = "cloze" if note_type.cloze else "basic"
    written = {**note_type.model, "id": note_type.id, "did": None}
    model = json.dumps(written, ensure_ascii=False, sort_keys=True)
    return AdoptedLock(note_type.id, note_type.mod, kind, front, back, model)


def _entry(card: _Card, place: str) -> NoteLock:
    since = card.note.id // _MILLISECONDS
    return NoteLock(
        card.id, card.kind, card.note.guid, AS_IT_IS, card.note.mod, since if since > 0 else card.note.mod,
        "active", place, _label(card.note), type=card.note.type.id,
    )  # fmt: skip


def _regapped(note: ForeignNote, values: Sequence[str]) -> Iterable[bool]:
    """For each field whether it has other gaps than it had."""
    for old, new in zip(note.values, values, strict=True):
        try:
            yield note.type.cloze and seen(old).gaps != seen(new).gaps
        except Unwritable:
            yield False


def _same(old: str, new: str, names: Mapping[str, str]) -> bool:
    try:
        before, after = seen(old, names), seen(new)
    except Unwritable:
        return False
    # Pictures that are not there cannot be kept; the report has them.
    there = set(names.values())
    pictures = tuple(p for p in before.pictures if p in there)
    return before._replace(pictures=pictures) == after


def _label(note: ForeignNote) -> str:
    """A note's first words, for people."""
    words = next(
        (
            words
            for value in note.values
            if (words := words_of(re.sub(r"\{\{c\d+::|\}\}", "", value)))
        ),
        "",
    )
    return words[:79] + "…" if len(words) > 80 else words or note.guid


def seen_pictures(value: str) -> tuple[str, ...]:
    """The names of the pictures in a field."""
    try:
        return seen(value).pictures
    except Unwritable:
        return ()


def _file_name(name: str, taken: set[str]) -> str:
    """A name for a file that Markdown can write without care."""
    path = Path(name)
    stem = path.stem if _SAFE_NAME.fullmatch(path.stem) else identify(path.stem) or "picture"
    found, number = f"{stem}{path.suffix.lower()}", 1
    while found in taken:
        number += 1
        found = f"{stem}-{number}{path.suffix.lower()}"
    return found


def write_atomically_in(path: Path, data: bytes) -> None:
    """Write a file whole, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, data)


def _natural(name: str) -> list[tuple[int, int, str]]:
    return [
        (0, int(piece), "") if piece.isdigit() else (1, 0, piece)
        for piece in re.findall(r"\d+|\D+", name.casefold())
    ]


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _yaml(text: str) -> str:
    """JSON strings are YAML strings, whatever characters they hold."""
    return json.dumps(text, ensure_ascii=False)


def _some(what: str, items: Sequence[tuple[str, str]]) -> Iterable[str]:
    if items:
        yield f"{len(items)} {what}"
        for name, detail in items:
            yield f"  {name}{f': {detail}' if detail else ''}"
