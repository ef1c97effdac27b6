"""Notes of a deck that was brought in: they keep their note types, in which alone Anki finds them again.

A card's question, or its text with gaps, and its answer go into two fields of the note type, which the lock names. All
other fields stand in the card's `extra`, each in a block `details` whose summary is the field's name.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from guidepress.deck.generation import cloze_numbers, is_empty_field, renders
from guidepress.deck.lock import AdoptedLock, Lock, NoteLock
from guidepress.deck.note_types import NAMES
from guidepress.deck.notes import SEPARATOR, Note
from guidepress.deck.tokens import Html
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error, warning

# What stands where a note has nothing in the field of its question or its answer.
NOTHING = "\N{EM DASH}"
# Fields for what stands in `extra` outside of all blocks, and for hints, by what they are usually called.
_EXTRA = ("extra", "back extra", "notes", "remarks", "comments")
# Anki keeps a file that a template names by a first `_`.
_ASSET = re.compile(r"(?<![\w.-])_[\w.-]+\.\w+")
_DETAILS = re.compile(r"<(/?)details\b[^>]*>")
_SOUND = re.compile(r"\[sound:([^\]]+)\]")
# How the compiler keeps apart what an author wrote about Anki's own signs.
_APART = re.compile(r"\[<!-- -->(?=(?:sound|anki):|/?latex\]|/?\$\$?\])", re.IGNORECASE)
_PARAGRAPH = re.compile(
    r"<p>((?:(?!</?(?:p|div|ul|ol|table|pre|blockquote|h[1-6])\b).)*)</p>", re.DOTALL
)
_CLOZE_FIELD = re.compile(r"\{\{\s*(?:[\w-]+:)*cloze:(?:[\w-]+:)*([^{}]+?)\s*\}\}")


@dataclass(frozen=True, slots=True)
class AdoptedType:
    """A note type of a deck that was brought in."""

    lock: AdoptedLock
    model: Mapping[str, Any]
    fields: tuple[str, ...]
    fronts: tuple[str, ...]
    backs: tuple[str, ...]
    gapped: frozenset[str] = field(default_factory=frozenset)

    @property
    def id(self) -> int:
        """Its id in Anki."""
        return self.lock.id

    def cards(self, values: Sequence[str]) -> list[int]:
        """The ordinals of the cards that Anki makes of a note with these values."""
        by_name = dict(zip(self.fields, values, strict=True))
        if self.lock.kind == "cloze":
            numbers = {n for name in self.gapped for n in cloze_numbers(by_name.get(name, ""))}
            return [number - 1 for number in sorted(numbers)]
        filled = frozenset(name for name, value in by_name.items() if not is_empty_field(value))
        return [at for at, front in enumerate(self.fronts) if _shows(front, filled)]

    def assets(self, folder: Path | None) -> list[str]:
        """The files that its templates and its style want, as far as they are in a folder."""
        written = " ".join((*self.fronts, *self.backs, str(self.model.get("css", ""))))
        names = sorted(set(_ASSET.findall(written)))
        return [name for name in names if folder is not None and (folder / name).is_file()]

    def note(self, note: Note, tags: Mapping[str, str]) -> tuple[Note, list[str]]:
        """A composed note in the fields of this type, and the fields that its card names and the type has not."""
        ours = dict(zip(NAMES[note.kind], note.values, strict=True))
        question = ours["Text" if note.kind == "cloze" else "Front"]
        values = {self.lock.front: question}
        if note.kind == "basic":
            values[self.lock.back] = ours["Back"]
        named, rest = split_details(ours["Extra"])
        values |= named
        lower = {name.casefold(): name for name in self.fields}
        for content, names in ((rest, _EXTRA), (ours["Hint"], ("hint",))):
            place = next((lower[name] for name in names if name in lower), "")
            if content.strip() and place:
                values[place] = values.get(place, "") + content
        written = tuple(_field(values.get(name, "")) for name in self.fields)
        # An author's tags are those that the notes always had; none of ours is added.
        made = replace(
            note,
            written=SEPARATOR.join(written),
            tags=tuple(sorted(tags.get(tag, tag) for tag in note.own)),
            type=self.id,
            media=tuple(html.unescape(name) for value in written for name in _SOUND.findall(value)),
        )
        unknown = [name for name in named if name not in self.fields]
        if rest.strip() and not any(name in lower for name in _EXTRA):
            unknown.append("extra")
        if ours["Audio"]:
            # Its sounds stand in its own fields, as they were brought in.
            unknown.append("audio")
        return made, unknown

    def tombstone(self, lock: NoteLock) -> Note:
        """The note that a withdrawn card becomes: with nothing in its fields it has no cards."""
        return Note(
            lock.id, lock.kind, SEPARATOR * (len(self.fields) - 1), (), lock.place, lock.title,
            lock.hash, type=self.id,
        )  # fmt: skip


def adopted_type(lock: AdoptedLock) -> AdoptedType:
    """A note type from what the lock says of it."""
    model = json.loads(lock.model)
    fields = sorted(model["flds"], key=lambda f: f.get("ord", 0))
    templates = sorted(model["tmpls"], key=lambda t: t.get("ord", 0))
    fronts = tuple(str(t["qfmt"]) for t in templates)
    backs = tuple(str(t["afmt"]) for t in templates)
    gapped = frozenset(name.strip() for front in fronts for name in _CLOZE_FIELD.findall(front))
    names = tuple(str(f["name"]) for f in fields)
    return AdoptedType(
        lock, {**model, "id": lock.id, "mod": lock.mod}, names, fronts, backs, gapped
    )


def adopted_types(lock: Lock) -> dict[int, AdoptedType]:
    """The note types that a lock has from elsewhere, by id."""
    return {id_: adopted_type(one) for id_, one in lock.adopted.items()}


def adopt_notes(
    notes: Sequence[Note], lock: Lock, types: Mapping[int, AdoptedType]
) -> tuple[Sequence[Note], list[Diagnostic]]:
    """Put the notes that came with a deck into their note types again.

    Error: `adopted-field` for a field that the note type has not.
    """
    if not types:
        return notes, []
    problems: list[Diagnostic] = []
    made: list[Note] = []
    for note in notes:
        entry = lock.notes.get(note.id)
        found = types.get(entry.type) if entry is not None and entry.kind == note.kind else None
        # One that has a note type is written into it already.
        if found is None or note.type:
            made.append(note)
            continue
        written, unknown = found.note(note, lock.tags)
        made.append(written)
        for name in unknown:
            message = (
                f"card `{note.id}`: its note type `{found.model['name']}` has no field `{name}`"
            )
            hints = (f"it has {', '.join(found.fields)}: write `/// details | FIELD` in `extra`",)
            problems.append(error("adopted-field", message, note.span, hints=hints))
    return made, problems


def split_details(extra: Html) -> tuple[dict[str, Html], Html]:
    """The blocks `details` at the top of a fragment, by their summaries, and what stands outside of them."""
    named: dict[str, Html] = {}
    if "<details" not in extra:
        return named, extra
    outside: list[str] = []
    depth = end = start = 0
    for match in _DETAILS.finditer(extra):
        if not match[1]:
            if depth == 0:
                outside.append(extra[end : match.start()])
                start = match.end()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                head, _, body = extra[start : match.start()].partition("</summary>")
                summary = html.unescape(re.sub(r"<[^>]*>", "", head))
                named[" ".join(summary.split())] = body.strip()
                end = match.end()
    outside.append(extra[end:])
    return named, "".join(outside).strip()


def read_sounds(names: Iterable[str], folder: Path | None) -> Diagnosed[dict[str, bytes]]:
    """The files that notes play, from the folder that they were put in.

    Warning: `media-missing`. A deck that is brought in may lack some, and its learners with it; the others' cards are
    no worse for that.
    """
    found: dict[str, bytes] = {}
    problems: list[Diagnostic] = []
    for name in names:
        path = (
            folder / name if folder is not None and "/" not in name and "\\" not in name else None
        )
        try:
            if path is None:
                raise FileNotFoundError(2, "no such file", name)
            found[name] = path.read_bytes()
        except OSError as problem:
            message = f"the sound `{name}` cannot be read: {problem.strerror}"
            hints = ("put it into the folder `media` beside guide.yaml",)
            problems.append(warning("media-missing", message, Span(f"media/{name}"), hints=hints))
    return Diagnosed(found, tuple(problems))


def _field(value: Html) -> Html:
    """A value as a field holds it: one paragraph without its tags, as Anki's editor writes it."""
    value = _APART.sub("[", value).strip()
    if (match := _PARAGRAPH.fullmatch(value)) is not None:
        value = match[1]
    return "" if value == NOTHING else value


def _shows(front: str, filled: frozenset[str]) -> bool:
    try:
        return renders(front, filled)
    except ValueError:
        # A template with a fault of its own; Anki makes its card and shows the fault.
        return True
