"""What a learner edited on their cards, as changes to the source that are ready to be applied, one card at a time.

A change is looked for where the card is written, word by word, so that the author's markup stays. Whether it is right
is proved: the changed source is compiled, and the card has to say what the learner's says. What cannot be proved is
left to be made by hand.
"""

from __future__ import annotations

import difflib
import html
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from guidepress import scratch
from guidepress.artifacts import write_atomically
from guidepress.build import compile_source, plan_deck
from guidepress.deck.field import canonical
from guidepress.deck.foreign import ForeignNote, read_foreign
from guidepress.deck.lock import AdoptedLock
from guidepress.deck.note_types import NAMES
from guidepress.deck.press import PlannedDeck
from guidepress.deck.revision import Identified
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error
from guidepress.scaffold.fields import Seen, Unwritable, Writer, seen, words_of
from guidepress.source.location import RELEASES

# Fields that an author writes, by what they are called in the source.
_FIELDS: Mapping[str, str] = {
    "Front": "front", "Back": "back", "Text": "text", "Extra": "extra", "Hint": "hint"
}  # fmt: skip
_NOT_COPIED = shutil.ignore_patterns("build", RELEASES, ".git", ".venv", "node_modules")
# Between two words of the source: white space and marks.
_BETWEEN = r"[\s*_`=~\[\]<>]+"
_MARKS = r"[*_`=~\[]*"
# Words around a change by which its place is found.
_CONTEXT = 3
# What may be typed in the source for a sign of a card: typographic marks are set by the compiler.
_TYPED = {
    **dict.fromkeys("'\u2018\u2019\u201a", "['\u2018\u2019\u201a]"),
    **dict.fromkeys('"\u201c\u201d\u201e\u00ab\u00bb', '["\u201c\u201d\u201e\u00ab\u00bb]'),
    **dict.fromkeys("\u2013\u2014", "(?:[\u2013\u2014]|-{2,3})"),
    "\u2026": r"(?:\u2026|\.{3})",
}
# Cards that are tried one by one where all changes together cannot be compiled.
_ONE_BY_ONE = 40


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a file: the characters from `start` to `end` become `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a learner changed on a card: by the names of its parts, Markdown before and after.

    `place` is where the card is written. `edits` change the file there; without any the change has to be made by hand.
    """

    card: str
    place: Span
    parts: Mapping[str, tuple[str, str]]
    edits: tuple[Edit, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "card": self.card,
            "place": f"{self.place.file}:{self.place.line}",
            "parts": {name: {"before": b, "after": a} for name, (b, a) in self.parts.items()},
            "ready": bool(self.edits),
        }


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What a learner changed, in the order of the source; `texts` are the files as they are.

    `older` counts notes that differ because they are of a release that is not in `releases/`.
    """

    folder: Path
    found: tuple[Suggestion, ...] = ()
    older: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)

    def patch(self) -> str:
        """All changes that are ready, as a patch for `git apply`."""
        out: list[str] = []
        for file, suggestions in _by_file(self.found).items():
            old = self.texts[file]
            new = _applied(old, [edit for one in suggestions for edit in one.edits])
            out += difflib.unified_diff(
                old.splitlines(keepends=True), new.splitlines(keepends=True),
                f"a/{file}", f"b/{file}", n=1,
            )  # fmt: skip
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in out)

    def apply(self, cards: Iterable[str]) -> list[Path]:
        """Write the changes of some cards into the source; the files that changed. Raises OSError."""
        wanted = set(cards)
        written = []
        chosen = [one for one in self.found if one.card in wanted]
        for file, suggestions in _by_file(chosen).items():
            edits = [edit for one in suggestions for edit in one.edits]
            path = self.folder / file
            data = _applied(self.texts[file], edits).encode("utf-8", "surrogateescape")
            write_atomically(path, data)
            written.append(path)
        return written


def read_suggestions(folder: Path, learner: Path) -> Diagnosed[Suggestions]:
    """What the notes in an export of a learner's say otherwise than the guide in `folder`, by their own edit.

    Errors: those of the source and of deck.lock; `apkg-unreadable`; `collection-other` where none of the notes is of
    this guide. Raises OSError where a file cannot be read.
    """
    theirs = read_foreign(learner.read_bytes(), str(learner))
    planned = _planned(folder)
    if theirs.value is None or planned.value is None:
        return Diagnosed(None, (*theirs.diagnostics, *planned.diagnostics))
    ours = {one.guid: one for one in planned.value.notes if not one.withdrawn and one.note.id}
    known = [note for note in theirs.value.notes if note.guid in ours]
    if not known:
        message = "no note of this deck is of this guide"
        return Diagnosed(None, (error("collection-other", message, Span(str(learner))),))
    released = _released(folder)
    adopted = planned.value.lock.adopted
    older = 0
    found: list[Suggestion] = []
    for note in known:
        own = ours[note.guid]
        changed = _changed(note, own, released.get(note.guid, ()), adopted)
        if changed and note.mod <= own.mod:
            older += 1
        elif changed and own.note.span is not None:
            found.append(_suggestion(own, changed))
    found.sort(key=lambda one: one.place)
    made = Suggestions(folder, tuple(found), older, _texts(folder, found))
    return Diagnosed(_proved(_located(made, ours.values()), known, adopted))


def _planned(folder: Path) -> Diagnosed[PlannedDeck]:
    source = compile_source(folder)
    if source.value is None:
        return Diagnosed(None, source.diagnostics)
    planned = plan_deck(source.value, folder)
    if planned.value is None:
        return Diagnosed(None, planned.diagnostics)
    return Diagnosed(planned.value.release)


def _released(folder: Path) -> dict[str, list[ForeignNote]]:
    """Every released version of each note, by GUID."""
    found: dict[str, list[ForeignNote]] = defaultdict(list)
    for path in sorted((folder / RELEASES).glob("*.apkg")):
        deck = read_foreign(path.read_bytes(), path.name)
        for note in deck.value.notes if deck.value is not None else ():
            found[note.guid].append(note)
    return found


# By field: what it says in our deck, and in the learner's.
Changed = dict[str, tuple[str, str]]


def _parts(names: Sequence[str], adopted: AdoptedLock | None) -> Mapping[str, str]:
    """The fields of a note type that an author writes, by their names."""
    if adopted is None:
        return {name: part for name, part in _FIELDS.items() if name in names}
    front = "text" if adopted.kind == "cloze" else "front"
    return {adopted.front: front, adopted.back: "back"}


def _changed(
    note: ForeignNote,
    own: Identified,
    released: Sequence[ForeignNote],
    adopted: Mapping[int, AdoptedLock],
) -> Changed:
    """The parts that say what neither we nor any release says."""
    type_ = adopted.get(own.note.type)
    names = note.type.fields if own.note.type else NAMES[own.note.kind]
    ours = dict(zip(names, own.note.values, strict=False))
    theirs = dict(zip(note.type.fields, note.values, strict=True))
    found: Changed = {}
    for name, part in _parts(names, type_).items():
        if name not in theirs:
            continue
        versions = [ours.get(name, "")]
        versions += [
            dict(zip(r.type.fields, r.values, strict=True)).get(name, "") for r in released
        ]
        if not any(_same(theirs[name], version) for version in versions):
            found[part] = (ours.get(name, ""), theirs[name])
    return found


def _same(one: str, other: str) -> bool:
    if canonical(one) == canonical(other):
        return True
    return _seen(one) == _seen(other) and _tags(one) == _tags(other)


def _seen(value: str) -> Seen | str:
    try:
        return seen(value)
    except Unwritable:
        return value


def _tags(value: str) -> list[str]:
    """The elements of a field that mean something; Anki's editor adds and takes away others."""
    return re.findall(r"<(b|strong|i|em|code|pre|u|li|sub|sup|img)\b", value)


def _suggestion(own: Identified, changed: Changed) -> Suggestion:
    assert own.note.span is not None
    parts = {
        part: (_markdown(was, part), _markdown(now, part)) for part, (was, now) in changed.items()
    }
    return Suggestion(own.note.id, own.note.span, parts)


def _markdown(value: str, part: str) -> str:
    try:
        return Writer({}).write(value, cloze=part == "text")
    except Unwritable:
        return words_of(value)


def _texts(folder: Path, found: Iterable[Suggestion]) -> dict[str, str]:
    texts = {}
    for file in {one.place.file for one in found}:
        texts[file] = (folder / file).read_bytes().decode("utf-8", "surrogateescape")
    return texts


def _located(made: Suggestions, ours: Iterable[Identified]) -> Suggestions:
    """The same with the edits that are found in the source."""
    lines: dict[str, list[int]] = defaultdict(list)
    for own in ours:
        if own.note.span is not None:
            lines[own.note.span.file].append(own.note.span.line)
    found = []
    for one in made.found:
        text = made.texts[one.place.file]
        starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
        following = [line for line in lines[one.place.file] if line > one.place.line]
        begin = starts[one.place.line - 1]
        end = starts[min(following) - 1] if following else len(text)
        edits: list[Edit] = []
        for before, after in one.parts.values():
            edits += _edits(text, begin, end, before, after)
        found.append(replace(one, edits=tuple(edits)))
    return replace(made, found=tuple(found))


def _edits(text: str, begin: int, end: int, before: str, after: str) -> Iterator[Edit]:
    """The changes that make one text of another, where each is found in the source once and no more."""
    old, new = _words(before), _words(after)
    for what, i1, i2, j1, j2 in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if what == "equal":
            continue
        written = Writer({}).write(html.escape(" ".join(new[j1:j2]), quote=False))
        for around in range(_CONTEXT, -1, -1):
            left, right = old[max(0, i1 - around) : i1], old[i2 : i2 + around]
            place = _place(text, begin, end, left, old[i1:i2], right)
            if place is not None:
                yield _edit(*place, written, bool(left), what)
                break


def _words(markdown: str) -> list[str]:
    plain = re.sub(r"\\(.)", r"\1", re.sub(r"\{:[^}]*\}|[*_`]+|==", "", markdown))
    return plain.split()


def _place(
    text: str, begin: int, end: int, left: Sequence[str], old: Sequence[str], right: Sequence[str]
) -> tuple[int, int] | None:
    """Where `old` stands between `left` and `right`, or the place between them; None where that is not one place."""
    if not (left or old or right):
        return None
    pieces = [_BETWEEN.join(map(_pattern, run)) for run in (left, old, right)]
    gap = _BETWEEN if old else ""
    pattern = pieces[0] + (gap if left and old else "")
    pattern += f"(?P<old>{pieces[1]})" if old else ("(?P<old>)" if left else "")
    if right:
        pattern += (
            (_BETWEEN if left or old else "") + ("" if left or old else "(?P<old>)") + pieces[2]
        )
    found = list(re.compile(rf"(?<![\w]){pattern}(?![\w])").finditer(text, begin, end))
    return found[0].span("old") if len(found) == 1 else None


def _pattern(word: str) -> str:
    """A word as it may be written: with backslashes, in marks, with typographic marks or those of a keyboard."""
    out = [rf"\\?{_TYPED.get(sign) or re.escape(sign)}" for sign in word]
    return _MARKS + "".join(out) + r"[*_`=~\]]*"


def _edit(start: int, end: int, written: str, after_words: bool, what: str) -> Edit:
    if what == "insert":
        return Edit(start, end, f" {written}" if after_words else f"{written} ")
    return Edit(start, end, written)


def _applied(text: str, edits: Iterable[Edit]) -> str:
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _by_file(found: Iterable[Suggestion]) -> dict[str, list[Suggestion]]:
    files: dict[str, list[Suggestion]] = defaultdict(list)
    for one in found:
        if one.edits:
            files[one.place.file].append(one)
    return files


def _proved(
    made: Suggestions, notes: Iterable[ForeignNote], adopted: Mapping[int, AdoptedLock]
) -> Suggestions:
    """The same, in which only what was proved to say what the learner's card says has edits."""
    theirs = {note.guid: note for note in notes}
    ready = [one for one in made.found if one.edits]
    proved: set[str] = set()
    if ready:
        with tempfile.TemporaryDirectory(prefix="learner-", dir=scratch.folder()) as place:
            copy = Path(place) / "guide"
            shutil.copytree(made.folder, copy, ignore=_NOT_COPIED, symlinks=True)
            proved = _try(made, ready, copy, theirs, adopted) or set()
            if not proved and len(ready) <= _ONE_BY_ONE:
                for one in ready:
                    proved |= _try(made, [one], copy, theirs, adopted) or set()
    found = tuple(one if one.card in proved else replace(one, edits=()) for one in made.found)
    return replace(made, found=found)


def _try(
    made: Suggestions,
    ready: Sequence[Suggestion],
    copy: Path,
    theirs: Mapping[str, ForeignNote],
    adopted: Mapping[int, AdoptedLock],
) -> set[str] | None:
    """The cards that say what the learner's say once some changes are made; None where they cannot be compiled."""
    for file, text in made.texts.items():
        edits = [edit for one in ready if one.place.file == file for edit in one.edits]
        write_atomically(copy / file, _applied(text, edits).encode("utf-8", "surrogateescape"))
    planned = _planned(copy).value
    if planned is None:
        return None
    wanted = {one.card for one in ready}
    return {
        own.note.id
        for own in planned.notes
        if own.note.id in wanted and not _changed(theirs[own.guid], own, (), adopted)
    }


def lines(made: Suggestions) -> Iterator[str]:
    """What was found, for a terminal."""
    for one in made.found:
        yield f"{one.place.file}:{one.place.line}: {one.card}" + ("" if one.edits else ": by hand")
        for part, (before, after) in one.parts.items():
            yield f"  {part}"
            yield from (f"  - {line}" for line in before.splitlines() or [""])
            yield from (f"  + {line}" for line in after.splitlines() or [""])
    ready = sum(bool(one.edits) for one in made.found)
    yield f"{len(made.found)} cards edited, {ready} of them ready to apply"
    if made.older:
        yield f"{made.older} cards are of a release that is not in {RELEASES}/: nobody can tell what was edited on them"


def unknown(made: Suggestions, cards: Iterable[str]) -> Iterator[Diagnostic]:
    """An error for each card that is to be changed and cannot be. `suggestion-unknown`."""
    ready = {one.card for one in made.found if one.edits}
    for card in cards:
        if card not in ready:
            message = f"there is no change of the card `{card}` that is ready to apply"
            yield error("suggestion-unknown", message)
