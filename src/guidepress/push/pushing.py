"""`guidepress push`: look at a running Anki, say what would change, and do it."""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from guidepress import scratch
from guidepress.deck.foreign import ForeignDeck, read_foreign
from guidepress.deck.packed import Package, read_apkg
from guidepress.deck.subset import subset
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error
from guidepress.push.ankiconnect import VERSION, AnkiConnect, AnkiError, Call
from guidepress.push.current import CurrentState, export, read_current
from guidepress.push.known import Known, read_known, write_record
from guidepress.push.plan import Kind, Plan, plan
from guidepress.push.stages import StageChange, StagePlan, Unlock, stage_changes

_UNSAFE = re.compile(r"[^\w.-]+")
# So many of what did not take are named.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Wishes:
    """How it is pushed: what of the owner's is replaced, how many notes may be deleted at most, whether those go that
    the deck no longer has, whether it is done at all, and which stages open.
    """

    replaced: frozenset[Kind] = frozenset()
    most_deleted: int = 10
    prune: bool = False
    applied: bool = False
    unlock: Unlock | None = None


@dataclass(frozen=True, slots=True)
class Pushed:
    """What was, or would be, done; where the backups are."""

    plan: Plan
    backups: tuple[Path, ...] = ()
    stages: tuple[StageChange, ...] = ()


@dataclass(slots=True)
class Pushing:
    """A push of the package in `deck`, made with `releases` before it, to a running Anki; backups go to `backups`.

    `stages` are those of the guide, where some are to open.
    """

    anki: AnkiConnect
    deck: Path
    releases: Sequence[Path]
    backups: Path
    wishes: Wishes
    stages: StagePlan | None = None
    problems: list[Diagnostic] = field(default_factory=list)

    def run(self) -> Diagnosed[Pushed]:
        """Push it; without `applied`, or with an error, nothing is changed.

        Errors: those of reading packages, `push-note-type`, `push-deletions`, `push-incomplete`. Raises AnkiError
        (an OSError); what was done by then is done, and another push goes on from there.
        """
        content = self.deck.read_bytes()
        package = self._read(self.deck, content)
        releases = [self._read(path, path.read_bytes()) for path in self.releases]
        if package is None or None in releases:
            return Diagnosed(None, tuple(self.problems))
        self._check_version()
        known = read_known(self.anki, package, [one for one in releases if one is not None])
        looked = self._plan(package, known)
        if looked is None:
            return Diagnosed(None, tuple(self.problems))
        current, planned = looked
        if len(planned.deleted) > self.wishes.most_deleted:
            self.problems.append(self._too_many(planned))
            return Diagnosed(Pushed(planned), tuple(self.problems))
        stages = self._stages(package, known)
        if not self.wishes.applied:
            return Diagnosed(Pushed(planned, (), stages))
        backups = tuple(self._backups(current)) if planned or stages else ()
        self._apply(planned, content, current.decks)
        if planned:
            # New cards have come.
            stages = self._stages(package, known)
        locked = self._suspend(stages, known.record.locked)
        self._record(package, known, locked)
        return Diagnosed(Pushed(planned, backups, stages), tuple(self.problems))

    def _stages(self, package: Package, known: Known) -> tuple[StageChange, ...]:
        if self.stages is None or self.wishes.unlock is None:
            return ()
        locked = known.record.locked
        return stage_changes(self.anki, package, self.stages, locked, self.wishes.unlock)

    def _suspend(self, stages: Sequence[StageChange], locked: Collection[int]) -> tuple[int, ...]:
        """Lock and open what is to be; all cards that are locked then."""
        now = set(locked)
        for change in stages:
            cards = list(change.cards)
            self.anki.call("suspend" if change.locked else "unsuspend", cards=cards)
            (now.update if change.locked else now.difference_update)(cards)
        return tuple(sorted(now))

    def _read(self, path: Path, content: bytes) -> Package | None:
        read = read_apkg(content, str(path))
        self.problems += read.diagnostics
        return read.value

    def _check_version(self) -> None:
        version = self.anki.call("version")
        if not isinstance(version, int) or version < VERSION:
            raise AnkiError(f"AnkiConnect speaks version {version} of its interface, not {VERSION}")

    def _plan(self, package: Package, known: Known) -> tuple[CurrentState, Plan] | None:
        current = read_current(self.anki, package, str(self.deck))
        self.problems += current.diagnostics
        if current.value is None:
            return None
        media = self.anki.call("getMediaFilesNames", pattern="*") if package.media else []
        wishes = self.wishes
        planned = plan(package, current.value, known, media, wishes.replaced, wishes.prune)
        return current.value, planned

    def _too_many(self, planned: Plan) -> Diagnostic:
        names = ", ".join(name for name, _ in planned.deleted[:_NAMED])
        message = (
            f"{len(planned.deleted)} notes would be deleted, more than {self.wishes.most_deleted}:"
            f" {names}{', …' if len(planned.deleted) > _NAMED else ''}"
        )
        hint = f"if they are to go, say so: --delete-at-most {len(planned.deleted)}"
        return error("push-deletions", message, Span(str(self.deck)), hints=(hint,))

    def _backups(self, current: CurrentState) -> Iterator[Path]:
        """Every deck with notes of ours in it, with their scheduling, as a package that Anki imports."""
        self.backups.mkdir(parents=True, exist_ok=True)
        now = datetime.now().strftime("%Y%m%d-%H%M%S-%f")
        for number, deck in enumerate(current.roots(), 1):
            name = _UNSAFE.sub("-", deck).strip("-.")[:60] or "deck"
            path = self.backups.resolve() / f"{now}-{number}-{name}.apkg"
            export(self.anki, deck, path, scheduling=True)
            yield path

    def _apply(self, planned: Plan, content: bytes, decks: Collection[str]) -> None:
        self._store(planned.media, content)
        if planned.add:
            self._import(subset(content, [note.guid for note in planned.add], decks))
        calls = [*_restyling(planned), *_edits(planned)]
        if planned.deleted:
            calls.append(("deleteNotes", {"notes": [id_ for _, id_ in planned.deleted]}))
        for _ in self.anki.calls(calls):
            pass

    def _store(self, names: Sequence[str], content: bytes) -> None:
        deck = read_foreign(content, str(self.deck)).value if names else None
        for name in names:
            assert isinstance(deck, ForeignDeck)
            data = base64.b64encode(deck.read(name)).decode()
            self.anki.call("storeMediaFile", filename=name, data=data)

    def _import(self, package: bytes) -> None:
        with tempfile.NamedTemporaryFile(
            dir=scratch.folder(), suffix=".apkg", delete=False
        ) as file:
            file.write(package)
        path = Path(file.name)
        try:
            if not self.anki.call("importPackage", path=str(path)):
                raise AnkiError("Anki did not import the new notes")
        finally:
            path.unlink(missing_ok=True)

    def _record(self, package: Package, known: Known, locked: tuple[int, ...]) -> None:
        """Look once more, since Anki keeps its own text of a note that is open in an editor; note what it has now."""
        looked = self._plan(package, known)
        if looked is None:
            return
        _, again = looked
        open_notes = [note.guid for note in again.add]
        open_notes += [change.note.guid for change in again.changes if change]
        looks = [one.id for one in again.restyle]
        write_record(self.anki, package, known, open_notes, looks, locked)
        if not again:
            return
        rows = [f"{name} ({how})" for how, name, _ in again.rows() if how not in ("keep", "leave")]
        message = f"Anki did not take all of it: {', '.join(rows[:_NAMED])}"
        hint = "close its browser and editors, and push again"
        self.problems.append(error("push-incomplete", message, Span(str(self.deck)), hints=(hint,)))


def _restyling(planned: Plan) -> Iterator[Call]:
    for one in planned.restyle:
        templates = {
            name: {"Front": front, "Back": back}
            for name, (front, back) in one.look.templates.items()
        }
        yield "updateModelTemplates", {"model": {"name": one.name, "templates": templates}}
        yield "updateModelStyling", {"model": {"name": one.name, "css": one.look.css}}


def _edits(planned: Plan) -> Iterator[Call]:
    # Decks first: the card of a gap that is new comes into the deck of its note's other cards.
    moves: dict[str, list[int]] = {}
    for change in planned.changes:
        if change.moved:
            moves.setdefault(change.note.deck, []).extend(change.moved)
    for deck, cards in moves.items():
        yield "changeDeck", {"cards": cards, "deck": deck}
    for change in planned.changes:
        if change.fields:
            note = {"id": change.id, "fields": dict(change.fields)}
            yield "updateNoteFields", {"note": note}
        # Tags in Anki have no spaces; one call takes several.
        if change.add_tags:
            yield "addTags", {"notes": [change.id], "tags": " ".join(change.add_tags)}
        if change.remove_tags:
            yield "removeTags", {"notes": [change.id], "tags": " ".join(change.remove_tags)}
