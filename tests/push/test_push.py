"""A deck pushed into Anki: the learner's own stays, all else becomes what the guide says, and nothing happens twice."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection
from tests.deck.collection import Learner
from tests.project import Project, Run, run
from tests.push.ankiconnect import Actions, serving
from tests.push.desktop import desktop

from guidepress.push.ankiconnect import AnkiConnect

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="{}" height="9"/></svg>'
)


def card(id: str, back: str, tags: str = "") -> str:
    header = f"    tags: [{tags}]\n" if tags else ""
    return f"/// card | What does the word “{id}” mean?\n    id: {id}\n{header}\n{back}\n///\n\n"


def gapped(text: str) -> str:
    return f"/// cloze\n    id: gaps\n\n{text}\n///\n\n"


@dataclass
class Shelf:
    """A guide whose cards are written one by one, and the Anki that it is pushed to."""

    project: Project
    anki: AnkiConnect
    address: str
    actions: Actions | None = None

    def write(self, *cards: str, title: str = "One") -> None:
        """Make the guide of these cards, and build its deck."""
        self.project.chapter(f"# {title}\n\n{''.join(cards)}")
        done = self.project.build("--only", "deck")
        assert done.status == 0, done.err

    def release(self) -> Path:
        """Keep the deck as one that learners have."""
        folder = self.project.folder / "releases"
        folder.mkdir(exist_ok=True)
        path = folder / "2026-01-01-1.apkg"
        path.write_bytes(self.project.artifacts["deck.apkg"])
        return path

    def push(self, *options: str, status: int = 0) -> Run:
        done = run("push", self.project.folder, "--address", self.address, *options)
        assert done.status == status, done.out + done.err
        return done

    def rows(self, *options: str, status: int = 0) -> set[tuple[str, str]]:
        """What is done to which card."""
        report = json.loads(self.push("--format", "json", *options, status=status).out)
        return {(row["what"], row["name"]) for row in report["rows"]}

    def note(self, key: str) -> dict[str, Any]:
        """A note as Anki has it."""
        (id_,) = self.anki.call("findNotes", query=f"CardKey:{key}")
        (info,) = self.anki.call("notesInfo", notes=[id_])
        found: dict[str, Any] = info
        return found

    def ids(self) -> set[str]:
        infos = self.anki.call("notesInfo", notes=self.anki.call("findNotes", query="CardKey:_*"))
        return {info["fields"]["CardKey"]["value"] for info in infos}

    def field(self, key: str, name: str) -> str:
        value = self.note(key)["fields"][name]["value"]
        assert isinstance(value, str)
        return re.sub("<[^>]*>", "", value)

    def edit(self, key: str, **fields: str) -> None:
        """As its owner, write into fields of a note."""
        note = {"id": self.note(key)["noteId"], "fields": fields}
        self.anki.call("updateNoteFields", note=note)

    def progress(self) -> dict[int, tuple[Any, ...]]:
        """The scheduling of every card."""
        ids = [c for key in self.ids() for c in self.note(key)["cards"]]
        names = ("type", "queue", "due", "interval", "factor", "reps")
        return {
            info["cardId"]: tuple(info[name] for name in names)
            for info in self.anki.call("cardsInfo", cards=ids)
        }

    def deck(self, key: str) -> set[str]:
        return set(self.anki.call("getDecks", cards=self.note(key)["cards"]))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """A guide, and the stand-in for the add-on on a fresh collection."""
    col = Collection(str(tmp_path / "collection.anki2"))
    actions = Actions(col)
    with serving(actions) as address:
        yield Shelf(Project(tmp_path / "guide"), AnkiConnect.at(address), address, actions)
    col.close()


def play(shelf: Shelf) -> None:
    """A guide is pushed, learnt and edited by a learner, changed by its author, and pushed again."""
    shelf.project.write("images/old.svg", DRAWING.format(3))
    shelf.project.write("images/new.svg", DRAWING.format(6))
    first = [card(name, f"The meaning of it, number {i}.", "shared, old")
             for i, name in enumerate(("kept", "edited", "gone", "moved", "removed"))]  # fmt: skip
    shelf.write(*first, gapped("Water is ==wet==."), card("drawn", "![Old](../images/old.svg)"))
    released = shelf.release()
    assert shelf.rows() == {("add", key) for key in shelf_keys(first)} | {
        ("add", "gaps"), ("add", "drawn"), ("media", media(shelf, "old"))
    }  # fmt: skip
    assert shelf.ids() == set()
    shelf.push("--apply")
    assert shelf.rows() == set()
    # The learner.
    learnt = [c for key in ("kept", "edited", "gaps", "moved") for c in shelf.note(key)["cards"]]
    shelf.anki.call("answerCards", answers=[{"cardId": card, "ease": 4} for card in learnt])
    model = shelf.note("kept")["modelName"]
    shelf.anki.call("modelFieldAdd", modelName=model, fieldName="My notes")
    shelf.edit("edited", Back="<b>My own words.</b>")
    shelf.edit("kept", **{"My notes": "mine alone"})
    shelf.anki.call("addTags", notes=[shelf.note("kept")["noteId"]], tags="mine")
    shelf.anki.call("removeTags", notes=[shelf.note("kept")["noteId"]], tags="minimal::shared")
    shelf.anki.call("changeDeck", cards=shelf.note("moved")["cards"], deck="A deck of my own")
    shelf.anki.call("deleteNotes", notes=[shelf.note("removed")["noteId"]])
    before = {key: shelf.note(key) for key in shelf.ids()}
    progress = shelf.progress()
    # The author.
    second = [card(name, "Quite another meaning.", "shared, new")
              for name in ("kept", "edited", "moved", "removed")]  # fmt: skip
    shelf.write(
        *second, gapped("==Water== is ==wet==."), card("drawn", "![New](../images/new.svg)"),
        card("fresh", "A card that is new."), title="First",
    )  # fmt: skip
    drawing = media(shelf, "new")
    expected = {
        ("add", "fresh"), ("change", "kept"), ("move", "kept"), ("change", "edited"), ("keep", "edited"),
        ("move", "edited"), ("change", "moved"), ("change", "gaps"), ("move", "gaps"), ("change", "drawn"),
        ("move", "drawn"), ("delete", "gone"), ("leave", "removed"), ("media", drawing),
    }  # fmt: skip
    assert shelf.rows() == expected
    assert {key: shelf.note(key) for key in shelf.ids()} == before
    done = shelf.push("--apply")
    # The learner's own.
    after = shelf.progress()
    assert {c: known for c, known in after.items() if c in progress} == {
        c: known for c, known in progress.items() if c in after
    }
    assert set(progress) - set(after) == set(before["gone"]["cards"])
    assert shelf.field("edited", "Back") == "My own words."
    assert shelf.field("kept", "My notes") == "mine alone"
    assert {"mine", "minimal::new"} <= set(shelf.note("kept")["tags"])
    assert not {"minimal::shared", "minimal::old"} & set(shelf.note("kept")["tags"])
    assert shelf.deck("moved") == {"A deck of my own"}
    # The guide's.
    assert shelf.ids() == {"kept", "edited", "moved", "gaps", "drawn", "fresh"}
    assert shelf.field("kept", "Back") == "Quite another meaning."
    assert shelf.field("moved", "Back") == "Quite another meaning."
    assert (
        shelf.deck("kept") == shelf.deck("fresh") == {"A Minimal Guide::1 The Only Part::01 First"}
    )
    assert len(shelf.note("gaps")["cards"]) == 2
    assert drawing in shelf.anki.call("getMediaFilesNames", pattern="*")
    assert [name for name in shelf.anki.call("modelNamesAndIds") if name.startswith("minimal")] == [
        "minimal card", "minimal cloze"
    ]  # fmt: skip
    assert shelf.rows() == {("keep", "edited"), ("leave", "removed")}
    # What the backup has is what was there.
    backups = [Path(line.split(None, 1)[1]) for line in done.out.splitlines() if "backup" in line]
    learner = Learner(shelf.project.folder.parent / "another")
    for path in backups:
        learner.take(path.read_bytes(), with_scheduling=True)
    assert learner.note("kept").tags == before["kept"]["tags"]
    assert [c.reps for c in learner.cards("gone")] == [0]
    assert [c.reps for c in learner.cards("moved")] == [1]
    learner.col.close()
    assert released.exists()


def shelf_keys(cards: list[str]) -> list[str]:
    return [re.findall(r"id: (\S+)", text)[0] for text in cards]


def media(shelf: Shelf, name: str) -> str:
    """The name that a picture has in the deck that was built."""
    from guidepress.deck.packed import read_apkg

    package = read_apkg(shelf.project.artifacts["deck.apkg"]).value
    assert package is not None
    (found,) = [one for one in package.media if one.startswith(name)]
    return found


def test_a_learner_keeps_all_that_is_theirs(shelf: Shelf) -> None:
    """Scheduling, tags, decks, deletions, fields; in the package `anki`, through the add-on's actions."""
    play(shelf)


@pytest.mark.slow
def test_the_same_in_the_desktop(tmp_path: Path) -> None:
    """With the add-on itself, where both are there."""
    with desktop(tmp_path / "profile") as address:
        play(Shelf(Project(tmp_path / "guide"), AnkiConnect.at(address), address))


def test_deletions_are_capped(shelf: Shelf) -> None:
    """More than are expected change nothing; withdrawn notes that their owner wrote in stay."""
    names = [f"word{i}" for i in range(5)]
    shelf.write(card("stays", "It stays."), *(card(name, f"Of {name}.") for name in names))
    shelf.release()
    shelf.push("--apply")
    shelf.edit("word0", Hint="my hint")
    shelf.write(card("stays", "It stays, changed."))
    done = shelf.push("--apply", "--delete-at-most", "3", status=1)
    assert "error[push-deletions]: 4 notes would be deleted, more than 3: word1, " in done.err
    assert shelf.field("stays", "Back") == "It stays."
    assert shelf.ids() == {"stays", *names}
    shelf.push("--apply", "--delete-at-most", "4")
    assert shelf.ids() == {"stays", "word0"}
    assert shelf.rows() == {("keep", "word0")}
    shelf.push("--apply", "--overwrite", "text")
    assert shelf.ids() == {"stays"}


def test_what_was_never_released_goes_when_asked(shelf: Shelf) -> None:
    """deck.lock forgets a draft, so that the deck does not have it any more; a card of the learner's own stays."""
    shelf.write(card("draft", "A first try."), card("stays", "It stays."))
    shelf.push("--apply")
    assert shelf.actions is not None
    col = shelf.actions.col
    model = col.models.by_name("minimal card")
    assert model is not None
    own = col.new_note(model)
    own["Front"], own["Back"] = "My question", "My answer"
    col.add_note(own, col.decks.id("Mine"))
    shelf.write(card("stays", "It stays."))
    assert shelf.rows() == set()
    assert "2 not in this deck" in shelf.push().out
    assert shelf.rows("--prune") == {("delete", "draft")}
    shelf.push("--apply", "--prune")
    assert shelf.ids() == {"stays"}
    assert "My question" in {note["fields"]["Front"]["value"] for note in shelf.anki.call(
        "notesInfo", notes=shelf.anki.call("findNotes", query="Mine OR deck:Mine"))}  # fmt: skip


def test_a_deck_that_was_imported_by_hand(shelf: Shelf, tmp_path: Path) -> None:
    """What is not known to be ours is kept; with the deck that was imported it is known."""
    shelf.write(card("word", "The meaning."))
    before = shelf.project.artifacts["deck.apkg"]
    (tmp_path / "imported.apkg").write_bytes(before)
    shelf.anki.call("importPackage", path=str(tmp_path / "imported.apkg"))
    shelf.write(card("word", "Another meaning."))
    assert shelf.rows() == {("keep", "word")}
    given = ("--released", str(tmp_path / "imported.apkg"))
    assert shelf.rows(*given) == {("change", "word")}
    shelf.push("--apply", *given)
    assert shelf.field("word", "Back") == "Another meaning."
    shelf.write(card("word", "A third one."))
    assert shelf.rows() == {("change", "word")}


def test_looks(shelf: Shelf) -> None:
    """A style that is ours follows the guide; one that the learner wrote stays, until it is to be replaced."""
    shelf.write(card("word", "The meaning."))
    shelf.push("--apply")
    brand = 'colours: {{accent: "{}"}}\n'
    shelf.project.write("brand.yaml", brand.format("#123456"))
    shelf.write(card("word", "The meaning."))
    assert shelf.rows() == {("look", "minimal card")}
    shelf.push("--apply")
    css = shelf.anki.call("modelStyling", modelName="minimal card")["css"]
    assert "#123456" in css
    own = {"name": "minimal card", "css": f"{css}\n.card {{ font-size: 3em }}"}
    shelf.anki.call("updateModelStyling", model=own)
    shelf.project.write("brand.yaml", brand.format("#654321"))
    shelf.write(card("word", "The meaning."))
    assert shelf.rows() == {("keep", "minimal card")}
    shelf.push("--apply", "--overwrite", "look")
    assert "#654321" in shelf.anki.call("modelStyling", modelName="minimal card")["css"]
    assert shelf.rows() == set()


def test_what_is_asked_for_is_replaced(shelf: Shelf) -> None:
    """Text, tags, decks and deleted notes, each for itself."""
    shelf.write(card("word", "The meaning."), card("other", "Of the other."))
    shelf.push("--apply")
    note = shelf.note("word")
    shelf.edit("word", Back="mine")
    shelf.anki.call("addTags", notes=[note["noteId"]], tags="mine")
    shelf.anki.call("changeDeck", cards=note["cards"], deck="Mine")
    shelf.anki.call("deleteNotes", notes=[shelf.note("other")["noteId"]])
    assert shelf.rows() == {("keep", "word"), ("leave", "other")}
    shelf.push("--apply", "--overwrite", "text")
    assert shelf.field("word", "Back") == "The meaning."
    assert "mine" in shelf.note("word")["tags"]
    shelf.push("--apply", "--overwrite", "tags")
    assert "mine" not in shelf.note("word")["tags"]
    assert shelf.deck("word") == {"Mine"}
    shelf.push("--apply", "--overwrite", "decks")
    assert shelf.deck("word") == {"A Minimal Guide::1 The Only Part::01 One"}
    shelf.push("--apply", "--overwrite", "deleted")
    assert shelf.field("other", "Back") == "Of the other."
    assert shelf.rows() == set()


@pytest.mark.parametrize("broken", ["exportPackage", "importPackage", "updateNoteFields"])
def test_a_push_that_breaks_off(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """Without a backup nothing is changed; what is left to do the next push does, and takes none of it for edits."""
    shelf.write(card("one", "First."), card("two", "Second."))
    shelf.push("--apply")
    shelf.write(card("one", "First, again."), card("two", "Second, again."), card("new", "Third."))

    def fail(self: Actions, **params: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Actions, broken, fail)
        done = shelf.push("--apply", status=3)
    assert f"AnkiConnect refused `{broken}`: the disk is full" in done.err
    assert "Traceback" not in done.err
    assert (shelf.ids() == {"one", "two"}) == (broken != "updateNoteFields")
    assert shelf.field("one", "Back") == "First."
    shelf.push("--apply")
    assert shelf.field("two", "Back") == "Second, again."
    assert shelf.rows() == set()


def test_a_note_that_is_open_in_an_editor(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anki writes its own text over it: that is told, and the next push does not take it for an edit."""
    shelf.write(card("one", "First."))
    shelf.push("--apply")
    shelf.write(card("one", "First, again."))
    with monkeypatch.context() as patch:
        patch.setattr(Actions, "updateNoteFields", lambda self, note: None)
        done = shelf.push("--apply", status=1)
    assert "error[push-incomplete]: Anki did not take all of it: one (change)" in done.err
    assert shelf.rows() == {("change", "one")}


def test_notes_without_the_id_of_a_card(shelf: Shelf) -> None:
    """Pictures with hidden parts are Anki's own note type: they are known by their GUIDs, through an export."""
    shelf.project.write("images/map.svg", DRAWING.format(4))
    masked = (
        "/// occlusion | ../images/map.svg\n    id: {}\n    alt: A map\n"
        "    masks: {{West: 0 0 40 50, East: 50 0 40 50}}\nWhich way?\n///\n\n"
    )
    shelf.write(masked.format("map"))
    shelf.push("--apply")
    assert shelf.rows() == set()
    shelf.write(masked.format("map").replace("Which way", "Which side"))
    (row,) = shelf.rows()
    assert row[0] == "change"
    shelf.push("--apply")
    assert shelf.rows() == set()
    assert len(shelf.anki.call("findNotes", query="")) == 1


def test_a_field_that_was_renamed(shelf: Shelf) -> None:
    """The add-on would pass over it silently."""
    shelf.write(card("one", "First."))
    shelf.push("--apply")
    assert shelf.actions is not None
    models = shelf.actions.col.models
    model = models.by_name("minimal card")
    assert model is not None
    models.rename_field(model, model["flds"][1], "Answer")
    models.update_dict(model)
    shelf.write(card("one", "First, again."))
    done = shelf.push("--apply", status=1)
    assert "error[push-note-type]" in done.err
    assert "has no field `Back`" in done.err


def test_a_record_that_is_none(shelf: Shelf) -> None:
    """Whatever lies there: what is not known to be ours is kept."""
    shelf.write(card("one", "First."))
    shelf.push("--apply")
    (name,) = shelf.anki.call("getMediaFilesNames", pattern="_guidepress*")
    for content in (b"[]", b"\xff", b'{"notes": {"x": 1}, "looks": {}, "format": 1}'):
        data = base64.b64encode(content).decode()
        shelf.anki.call("storeMediaFile", filename=name, data=data)
        shelf.write(card("one", f"First, with {len(content)}."))
        assert shelf.rows() == {("keep", "one")}


def test_a_key(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the add-on wants one."""
    assert shelf.actions is not None
    shelf.write(card("one", "First."))
    shelf.actions.key = "open"
    assert "valid api key must be provided" in shelf.push(status=3).err
    assert shelf.rows("--key", "open") == {("add", "one")}
    monkeypatch.setenv("GUIDEPRESS_ANKICONNECT_KEY", "open")
    shelf.push("--apply")


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("http://192.0.2.1:8765", 2, "`192.0.2.1` is not this machine"),
        ("http://anki.example.org", 2, "`anki.example.org` is not this machine"),
        ("https://127.0.0.1:8765", 2, "is no address"),
        ("http://127.0.0.1:1", 3, "start Anki with the add-on AnkiConnect"),
        ("http://127.0.0.1:x", 2, ""),
    ],
)
def test_addresses(tmp_path: Path, address: str, status: int, said: str) -> None:
    """Of this machine only; where nobody answers, what to do."""
    project = Project(tmp_path / "guide").chapter(f"# One\n\n{card('one', 'First.')}")
    assert project.build("--only", "deck").status == 0
    done = run("push", project.folder, "--address", address)
    assert (done.status, "Traceback" in done.err) == (status, False)
    assert said in done.err


@pytest.mark.parametrize(
    "reply", [b"hello", b"[]", b'{"result": 5}', b'{"result": 5, "error": null}']
)
def test_something_else_that_answers(shelf: Shelf, reply: bytes) -> None:
    """Is no AnkiConnect, or too old a one."""
    shelf.write(card("one", "First."))
    assert shelf.actions is not None
    shelf.actions.reply = reply
    done = shelf.push(status=3)
    assert "AnkiConnect" in done.err
    assert "Traceback" not in done.err
