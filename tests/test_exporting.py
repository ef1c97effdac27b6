"""`guidepress export`: what other tools get are the same notes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from anki.collection import CsvMetadata, ImportCsvRequest

from guidepress.deck.foreign import ForeignDeck, read_foreign
from guidepress.scaffold.sources import read_deck
from tests.deck.collection import Learner
from tests.project import Project, run

DECK = ("--jobs", "1", "--only", "deck", "--pages", "none")
CHAPTER = """\
# One

Text.

/// card | What does `GET` promise, "exactly"?
    id: get
    tags: [http]
It is **safe**, and

- nothing changes
///

/// cloze
    id: stateless
A server keeps no ==session state== between ==requests==.
///

/// card | What does this picture show, if anything?
    id: picture
![A box](../images/a.svg)
///

/// occlusion | ../images/a.svg
    id: box
    alt: A box
    masks: {box: 10 10 20 20}
///
"""
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9">'
    '<rect width="5" height="5"/></svg>'
)


@pytest.fixture
def built(project: Project) -> Project:
    """A deck with a card of each note type, and one that was withdrawn."""
    project.write("images/a.svg", DRAWING).chapter(
        f"{CHAPTER}\n/// card | Which card goes again?\n    id: gone\nThis.\n///\n"
    )
    assert project.build(*DECK).status == 0
    releases = project.folder / "releases"
    releases.mkdir()
    (releases / "1.apkg").write_bytes(project.artifacts["deck.apkg"])
    project.chapter(CHAPTER)
    done = project.build(*DECK)
    assert done.status == 0, done.err
    return project


def deck(project: Project) -> ForeignDeck:
    found = read_foreign(project.artifacts["deck.apkg"], "deck.apkg").value
    assert found is not None
    return found


def exported(project: Project, form: str) -> Path:
    done = run("export", project.folder, "--format", form)
    assert done.status == 0, done.err
    return project.folder / "build" / form


def said(found: ForeignDeck) -> dict[str, tuple[object, ...]]:
    """What there is to say of each note that is studied."""
    return {
        note.guid: (
            note.values,
            note.tags,
            note.deck,
            note.type.name,
            note.type.fields,
            note.type.cloze,
        )
        for note in found.notes
        if note.cards
    }


def test_crowdanki_has_the_same_notes(built: Project) -> None:
    """GUIDs, fields, tags, decks, note types with their templates, and pictures; but none that was withdrawn."""
    folder = exported(built, "crowdanki")
    back = read_deck(folder).value
    assert back is not None
    ours = deck(built)
    assert len(said(back)) == 4
    assert said(back) == said(ours)
    looks = {t.name: (t.fronts, t.backs, t.model["css"]) for t in ours.types}
    assert {t.name: (t.fronts, t.backs, t.model["css"]) for t in back.types} == looks
    assert {name: back.read(name) for name in back.media} == {
        name: ours.read(name) for name in ours.media
    }


def test_crowdanki_finds_all_that_it_asks_for(built: Project) -> None:
    """Every reference within the file leads somewhere, and building again changes no identity."""
    folder = exported(built, "crowdanki")
    data = json.loads((folder / "deck.json").read_text())

    def decks(one: dict[str, object]) -> list[dict[str, object]]:
        below = one["children"]
        assert isinstance(below, list)
        return [one, *(each for child in below for each in decks(child))]

    every = decks(data)
    models = {model["crowdanki_uuid"] for model in data["note_models"]}
    options = {one["crowdanki_uuid"] for one in data["deck_configurations"]}
    assert {one["deck_config_uuid"] for one in every} == options
    assert {note["note_model_uuid"] for one in every for note in one["notes"]} == models  # type: ignore[attr-defined]
    assert len({one["crowdanki_uuid"] for one in every}) == len(every)
    assert sorted(p.name for p in (folder / "media").iterdir()) == data["media_files"]
    before = (folder / "deck.json").read_bytes()
    assert (exported(built, "crowdanki") / "deck.json").read_bytes() == before


def test_tables_have_the_same_notes(built: Project) -> None:
    """A table a note type, a line a note."""
    folder = exported(built, "csv")
    rows = {}
    for path in folder.glob("*.csv"):
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                rows[row["guid"]] = row
    ours = {note.guid: note for note in deck(built).notes if note.cards}
    assert set(rows) == set(ours)
    for guid, note in ours.items():
        assert tuple(rows[guid][name] for name in note.type.fields) == note.values
        assert (rows[guid]["tags"], rows[guid]["deck"]) == (" ".join(note.tags), note.deck)
    assert (folder / "media").is_dir()


def test_anki_takes_tables_for_the_notes_it_has(built: Project, tmp_path: Path) -> None:
    """By their GUIDs: imported over the deck, every note is the same, none is doubled."""
    learner = Learner(tmp_path / "learner")
    learner.take(built.artifacts["deck.apkg"])
    before = sorted(learner.col.db.all("SELECT guid, flds, tags FROM notes"))
    for path in exported(built, "csv").glob("*.csv"):
        with path.open(newline="") as file:
            header, *rows = csv.reader(file)
        plain = tmp_path / "rows.csv"
        with plain.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        fields = len(header) - 3
        names = [one.name for one in learner.col.models.all_names_and_ids()]
        (name,) = [one for one in names if one.lower().replace(" ", "-") == path.stem]
        type_ = learner.col.models.id_for_name(name)
        metadata = learner.col.get_csv_metadata(str(plain), CsvMetadata.COMMA)
        metadata.is_html = metadata.force_is_html = True
        metadata.guid_column, metadata.tags_column, metadata.deck_column = 1, fields + 2, fields + 3
        metadata.global_notetype.id = type_
        metadata.global_notetype.field_columns[:] = range(2, fields + 2)
        log = learner.col.import_csv(ImportCsvRequest(path=str(plain), metadata=metadata)).log
        assert len(log.new) == 0
        assert len(log.updated) + len(log.duplicate) == len(rows)
    assert sorted(learner.col.db.all("SELECT guid, flds, tags FROM notes")) == before


def test_any_deck_and_no_deck(built: Project, tmp_path: Path) -> None:
    """A file instead of a folder; a guide that was never built; what is no deck."""
    apkg = built.folder / "build/deck.apkg"
    assert run("export", apkg, "--out", tmp_path / "out").status == 0
    assert (tmp_path / "out/deck.json").is_file()
    assert run("export", tmp_path).status == 2
    (tmp_path / "no.apkg").write_bytes(b"no")
    wrong = run("export", tmp_path / "no.apkg")
    assert wrong.status == 1
    assert "error[apkg-unreadable]" in wrong.err


def test_no_cell_of_a_table_is_a_formula(built: Project) -> None:
    """A guard stands before it, which Anki takes out of every field that it imports."""
    built.write("glossary.yaml", "terms:\n  - {id: flag, term: '=cmd(x)', definition: A word.}\n")
    assert built.build(*DECK).status == 0
    cells = []
    for path in exported(built, "csv").glob("*.csv"):
        with path.open(newline="") as file:
            cells += [cell for row in csv.reader(file) for cell in row[1:]]
    assert [cell for cell in cells if "=cmd(x)" in cell]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
