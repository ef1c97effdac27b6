"""Decks that were not made here, brought in: what learners have of them goes on, in the real Anki."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import genanki
import pytest
from anki.collection import AddNoteRequest, Collection, ExportAnkiPackageOptions
from tests.deck.books import codes, png
from tests.deck.collection import Learner
from tests.project import run

from guidepress.build import LOCK, MEDIA, compile_source, deck_templates
from guidepress.deck.adopted import split_details
from guidepress.deck.foreign import read_foreign
from guidepress.deck.lock import read_lock
from guidepress.deck.press import plan
from guidepress.deck.profiles import PROFILES, profiles
from guidepress.scaffold import adopt_deck, read_deck
from guidepress.scaffold.fields import Unwritable, Writer, seen

GENERATIONS = ("anki2", "anki21", "anki21b")


def collection(folder: Path) -> Collection:
    """Somebody's collection with a deck in it: note types of their own, of Anki's, media, subdecks, odd HTML."""
    folder.mkdir(parents=True)
    col = Collection(str(folder / "collection.anki2"))
    media = Path(col.media.dir())
    png(media / "pic one.png", 7)
    (media / "hello.mp3").write_bytes(b"sound")
    (media / "_style.css").write_bytes(b".x {}")
    geography = col.models.new("Geography")
    for name in ("Country", "Country info", "Capital", "Flag"):
        col.models.add_field(geography, col.models.new_field(name))
    for name, front, back in (
        ("C", "{{Country}}<br>{{#Country info}}{{Country info}}{{/Country info}}", "{{Capital}}"),
        ("R", "{{#Capital}}{{Capital}}{{/Capital}}", "{{FrontSide}}{{Country}}"),
        ("F", "{{#Flag}}{{Flag}}{{/Flag}}", "{{Country}}"),
    ):
        template = col.models.new_template(name)
        template["qfmt"], template["afmt"] = front, back
        col.models.add_template(geography, template)
    geography["css"] += "@import url('_style.css');"
    col.models.add(geography)
    requests = []

    def add(kind: str, deck: str, *values: str, tags: tuple[str, ...] = ()) -> None:
        model = col.models.by_name(kind)
        assert model is not None
        note = col.new_note(model)
        note.fields[: len(values)] = list(values)
        note.tags = list(tags)
        requests.append(AddNoteRequest(note, col.decks.id(deck)))  # type: ignore[arg-type]

    picture = '<img src="pic one.png">'
    add("Geography", "World::Europe", "France", "In the <b>west</b> of<br>Europe", "Paris", picture,
        tags=("Europe::West", "capital"))  # fmt: skip
    add("Geography", "World::Europe", "Germany &amp; co", "[sound:hello.mp3] # no heading",
        "<div>Berlin</div><div>2nd *line*</div>", tags=("Europe::West",))  # fmt: skip
    add("Geography", "World", "Nowhere")
    add(
        "Cloze",
        "World::Asia::East",
        "The {{c1::cat::animal}} sat on {{c2::the <b>mat</b>}}, {{c1::ran}}",
    )
    add(
        "Basic",
        "World::Asia",
        "Is it so? 1. yes / no | maybe",
        r"T\(x^2\) <ul><li>a</li></ul>",
        tags=("typed",),
    )
    add(
        "Basic (and reversed card)",
        "World::Asia",
        "long " * 60,
        "<pre>a\n  b</pre><code>x*y</code>",
    )
    col.add_notes(requests)
    return col


def exported(col: Collection, folder: Path, *, legacy: bool = False) -> bytes:
    path = folder / "deck.apkg"
    options = ExportAnkiPackageOptions(
        with_scheduling=False, with_deck_configs=False, with_media=True, legacy=legacy
    )
    col.export_anki_package(out_path=str(path), limit=None, options=options)
    return path.read_bytes()


def oldest(folder: Path) -> bytes:
    """A deck of the first generation, as genanki and old Ankis write it."""
    model = genanki.Model(
        1607392319, "Old", fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Why"}],
        templates=[{"name": "Card 1", "qfmt": "{{Question}}", "afmt": "{{Answer}}<br>{{Why}}"}],
    )  # fmt: skip
    deck = genanki.Deck(2059400110, "Old::Part")
    for number in range(12):
        deck.add_note(
            genanki.Note(model, [f"What is {number} &lt; 20?", f"It is <i>{number}</i>.", "So."])
        )
    path = folder / "old.apkg"
    genanki.Package(deck).write_to_file(str(path), timestamp=1_700_000_000)
    return path.read_bytes()


def original(folder: Path, generation: str) -> bytes:
    if generation == "anki2":
        folder.mkdir(parents=True, exist_ok=True)
        return oldest(folder)
    col = collection(folder)
    # Made some time ago: what later releases date a second later each is then older than a learner's tag.
    col.db.execute("UPDATE notes SET mod = mod - 1000")  # type: ignore[union-attr]
    try:
        return exported(col, folder, legacy=generation == "anki21")
    finally:
        col.close()


def brought_in(content: bytes, folder: Path) -> Path:
    """The guide of a deck."""
    deck = read_foreign(content, "deck.apkg")
    assert deck.value is not None, deck.diagnostics
    made = adopt_deck(folder, deck.value, "deck")
    assert not made.problems, made.problems
    assert not [line for line in made.report if "differ" in line or "not be taken" in line]
    return folder


def released(folder: Path) -> bytes:
    """A release of the guide, without laying out its handbook. It dates what changed one second later than it was:
    of what comes from the future Check Database thinks little.
    """
    source = compile_source(folder).value
    assert source is not None
    path = folder / "source" / LOCK
    lock = read_lock(path.read_text()).value
    templates = deck_templates(source).value
    assert lock is not None
    assert templates is not None
    media = folder / "source" / MEDIA
    deck = plan(source.book, lock, templates, released=0, media=media).press({})
    assert deck.value is not None, deck.diagnostics
    path.write_bytes(deck.value.lock.encode())
    return deck.value.apkg


def table(learner: Learner, columns: str, of: str) -> list[Any]:
    return list(learner.col.db.all(f"SELECT {columns} FROM {of} ORDER BY id"))  # type: ignore[union-attr]


def answer_all(learner: Learner) -> None:
    """Answer every card, and have Check Database add what answering leaves out (the time of the last review)."""
    for card in list(learner.col.find_cards("")):
        learner.answer(learner.col.get_card(card))
    learner.col.fix_integrity()


def edit(folder: Path, old: str, new: str) -> None:
    """Change the one chapter that has a text."""
    (path,) = [p for p in (folder / "source/chapters").iterdir() if old in p.read_text()]
    path.write_text(path.read_text().replace(old, new, 1))


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_deck_of_any_generation_goes_on_where_its_learners_are(
    generation: str, tmp_path: Path, learner: Callable[..., Learner]
) -> None:
    """The built deck over the old one: every note is left as it is, none doubled, none in conflict, no review lost."""
    content = original(tmp_path / "old", generation)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert f"collection.{generation}" in archive.namelist()
    folder = brought_in(content, tmp_path / "guide")
    one = learner()
    count = one.take(content).new
    answer_all(one)
    before = (table(one, "id, guid, mid, mod, tags, flds", "notes"), table(one, "*", "revlog"))
    cards = table(one, "id, nid, did, ord, due, ivl, reps", "cards")
    types = one.note_types()
    got = one.take(released(folder))
    assert (got.new, got.updated, got.duplicate, got.conflicting) == (0, 0, count, 0)
    assert (
        table(one, "id, guid, mid, mod, tags, flds", "notes"),
        table(one, "*", "revlog"),
    ) == before
    assert table(one, "id, nid, did, ord, due, ivl, reps", "cards") == cards
    assert one.note_types() == types
    assert one.empty_cards() == []
    assert one.healthy()


@pytest.mark.parametrize("generation", GENERATIONS[1:])
def test_a_new_learner_gets_the_same_deck(
    generation: str, tmp_path: Path, learner: Callable[..., Learner]
) -> None:
    content = original(tmp_path / "old", generation)
    folder = brought_in(content, tmp_path / "guide")
    old, new = learner(), learner()
    old.take(content)
    new.take(released(folder))
    assert new.decks() == old.decks()
    assert new.col.card_count() == old.col.card_count()
    assert new.empty_cards() == []
    assert not new.col.media.check().missing
    assert "_style.css" in {path.name for path in Path(new.col.media.dir()).iterdir()}
    tags = {note.guid: note.tags for note in map(old.col.get_note, old.col.find_notes(""))}
    assert {n.guid: n.tags for n in map(new.col.get_note, new.col.find_notes(""))} == tags


def test_three_releases_of_a_deck_that_was_brought_in(
    tmp_path: Path, learner: Callable[..., Learner]
) -> None:
    content = original(tmp_path / "old", "anki21b")
    folder = brought_in(content, tmp_path / "guide")
    one = learner()
    one.take(content)
    answer_all(one)
    reviews = one.col.db.scalar("SELECT count() FROM revlog")  # type: ignore[union-attr]
    cards = table(one, "id, nid, did, ord, due, ivl, reps", "cards")
    first = released(folder)
    one.take(first)

    # An edit of each kind, a new gap, and a new card, which is of our own note types.
    edit(folder, "Paris", "Paris, on the *Seine*")
    edit(folder, "of\\\nEurope", "of the continent")
    edit(folder, "sat on", "==quietly== sat on")
    edit(
        folder,
        "/// card | Nowhere",
        "/// card | What is new?\n    id: new\nThis.\n///\n\n/// card | Nowhere",
    )
    second = released(folder)
    got = one.take(second)
    assert (got.new, got.updated, got.conflicting) == (1, 2, 0)
    by_field = {
        f: v for n in map(one.col.get_note, one.col.find_notes("")) for f, v in n.items() if v
    }
    (france,) = map(one.col.get_note, one.col.find_notes("France"))
    assert france["Capital"] == "Paris, on the <em>Seine</em>"
    assert france["Country info"] == "In the <strong>west</strong> of the continent"
    assert sorted(france.tags) == ["Europe::West", "capital"]
    assert "{{c3::quietly}}" in by_field["Text"]
    # The id of a new note is a moment of the day it was added, so that it may stand before or after the old ones.
    known = {row[0] for row in cards}
    after = table(one, "id, nid, did, ord, due, ivl, reps", "cards")
    assert [row for row in after if row[0] in known] == cards

    # One is withdrawn.
    edit(folder, "/// card | Nowhere\n    id: nowhere\n—\n///\n", "")
    third = released(folder)
    got = one.take(third)
    assert (got.new, got.updated, got.conflicting) == (0, 1, 0)
    assert len(one.empty_cards()) == 1
    one.remove_empty_cards()
    assert one.col.db.scalar("SELECT count() FROM revlog") == reviews  # type: ignore[union-attr]
    assert one.healthy()
    for releases in ((first, second), (second, third)):
        played = profiles(("old", releases[0]), ("new", releases[1]))
        assert played.value is not None
        assert {check.name: check.wrong for check in played.value.checks} == {
            p.name: () for p in PROFILES
        }


def test_the_command_says_what_became_of_the_deck(tmp_path: Path) -> None:
    path = tmp_path / "world.apkg"
    path.write_bytes(original(tmp_path / "old", "anki21b"))
    made = run("new", tmp_path / "guide", "--from", path)
    assert made.status == 0, made.err
    assert (
        "6 of 6 notes are cards now\n6 of them keep their GUIDs and their 4 note types\n"
        in made.out
    )
    assert run("check", tmp_path / "guide").status == 0
    assert run("new", tmp_path / "guide", "--from", path).status == 2
    guide = (tmp_path / "guide/source/guide.yaml").read_text()
    assert 'title: "World"' in guide
    assert '    - title: "Asia"\n      id: asia\n      deck: "Asia"\n' in guide


def test_a_deck_that_lacks_sounds(tmp_path: Path) -> None:
    """They are named, and the deck is built; one that is there is found whatever its name holds."""
    col = Collection(str(tmp_path / "collection.anki2"))
    (Path(col.media.dir()) / "Tom & Jerry.mp3").write_bytes(b"sound")
    model = col.models.by_name("Basic")
    assert model is not None
    for front, back in (("gone", "[sound:gone.mp3]"), ("there", "[sound:Tom &amp; Jerry.mp3]")):
        note = col.new_note(model)
        note.fields = [front, back]
        col.add_note(note, col.decks.id("Sounds"))  # type: ignore[arg-type]
    content = exported(col, tmp_path)
    col.close()
    (tmp_path / "sounds.apkg").write_bytes(content)
    done = run("new", tmp_path / "guide", "--from", tmp_path / "sounds.apkg")
    assert done.status == 0, done.err
    assert "1 sounds that the deck lacks\n  gone.mp3" in done.out
    built = run("build", tmp_path / "guide", "--only", "deck", "--pages", "none")
    assert built.status == 0, built.err
    assert "media-missing" in built.err
    learner = Learner(tmp_path / "learner")
    assert learner.take(content).new == 2
    deck = (tmp_path / "guide" / "build" / "deck.apkg").read_bytes()
    taken = learner.take(deck)
    assert (taken.new, taken.updated, taken.conflicting) == (0, 0, 0)
    with zipfile.ZipFile(io.BytesIO(deck)) as archive:
        assert json.loads(archive.read("media")) == {"0": "Tom & Jerry.mp3"}


def test_what_cannot_be_taken_is_said_and_left_alone(tmp_path: Path) -> None:
    col = collection(tmp_path / "old")
    cloze, basic = col.models.by_name("Cloze"), col.models.by_name("Basic")
    assert cloze is not None
    assert basic is not None
    for model, front in (
        (cloze, "No gap"),
        (cloze, "{{c1::a {{c2::b}}}}"),
        (basic, '<img src="gone.png"> x'),
    ):
        note = col.new_note(model)
        note.fields[0], note.fields[1] = front, "back"
        col.add_note(note, col.decks.id("World"))  # type: ignore[arg-type]
    deck = read_foreign(exported(col, tmp_path), "deck.apkg").value
    col.close()
    assert deck is not None
    made = adopt_deck(tmp_path / "guide", deck, "deck")
    report_text = "\n".join(made.report)
    assert "7 of 9 notes are cards now" in report_text
    assert "No gap: it is a cloze note without a gap" in report_text
    assert "a gap within a gap" in report_text
    assert (
        "1 pictures that are missing, or of a kind that cannot be printed\n  gone.png"
        in report_text
    )


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip"])
def test_what_is_no_package(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.apkg"
    path.write_bytes(content)
    made = run("new", tmp_path / "guide", "--from", path)
    assert made.status == 1
    assert "error[apkg-unreadable]" in made.err
    assert not (tmp_path / "guide").exists()


def test_a_cut_package_is_named(tmp_path: Path) -> None:
    content = original(tmp_path / "old", "anki21b")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        packed = archive.read("collection.anki21b")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("collection.anki21b", packed[: len(packed) // 2])
    assert codes(read_foreign(out.getvalue(), "x.apkg")) == ["apkg-unreadable"]


def crowd(folder: Path) -> Path:
    """A folder as CrowdAnki exports it."""
    folder.mkdir(parents=True)
    model = {
        "__type__": "NoteModel", "crowdanki_uuid": "u-1", "name": "Crowd", "type": 0, "css": "",
        "flds": [{"name": "Front", "ord": 0}, {"name": "Back", "ord": 1}],
        "tmpls": [{"name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{Back}}"}],
    }  # fmt: skip
    note = {"__type__": "Note", "note_model_uuid": "u-1", "tags": ["a::b"]}
    deck = {
        "__type__": "Deck", "name": "Crowd", "desc": "About", "note_models": [model], "media_files": ["p.png"],
        "notes": [{**note, "guid": "g1", "fields": ["Q1", '<img src="p.png">']}],
        "children": [{
            "__type__": "Deck", "name": "Crowd::Sub", "notes": [{**note, "guid": "g2", "fields": ["Q2", "A2"]}],
            "children": [],
        }],
    }  # fmt: skip
    (folder / "deck.json").write_text(json.dumps(deck))
    png(folder / "media" / "p.png")
    return folder


def test_a_folder_of_crowdanki_s(tmp_path: Path, learner: Callable[..., Learner]) -> None:
    made = run("new", tmp_path / "guide", "--from", crowd(tmp_path / "crowd"))
    assert made.status == 0, made.err
    one = learner()
    assert one.take(released(tmp_path / "guide")).new == 2
    assert {n.guid for n in map(one.col.get_note, one.col.find_notes(""))} == {"g1", "g2"}
    assert one.decks() == ["Crowd", "Crowd::Sub"]
    assert not one.col.media.check().missing


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"__type__": "Note"}', '{"__type__": "Deck", "notes": [1]}']
)
def test_what_is_no_export_of_crowdanki(text: str, tmp_path: Path) -> None:
    (tmp_path / "deck.json").write_text(text)
    assert codes(read_deck(tmp_path)) == ["deck-unreadable"]


def test_a_table_becomes_new_cards(tmp_path: Path, learner: Callable[..., Learner]) -> None:
    path = tmp_path / "notes.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([
            ["Front", "Back", "Tags", "Source"],
            ["What is *this*?", "That, or\nthis.", "a b::c", "A book"],
            ["The {{c1::sky}} is blue", "", "", ""],
        ])  # fmt: skip
    made = run("new", tmp_path / "guide", "--from", path)
    assert made.status == 0, made.err
    assert "2 are new cards" in made.out
    one = learner()
    assert one.take(released(tmp_path / "guide")).new == 2
    note = one.note("what-is-this")
    assert note["Front"] == "What is *this*?"
    assert "A book" in note["Extra"]


@pytest.mark.parametrize(
    "field",
    [
        "a&nbsp;b &lt;tag&gt; &amp;amp;", "<b>bold</b>word and<i> it </i>x",
        "snake_case *star* `tick` ~~x~~ H~2~O ==e==",
        "1. one<br>2. two<br>- three<br># four<br>/// six", "[link](x) [^1] ![x](y) [r]: http://x", "{: .c } }} {{",
        "<ul><li>a<ul><li>b</li></ul></li></ul>", r"\(\frac{1}{2}\) \[x\]", "a | b",
        "<table><tr><td>1</td></tr></table>", "<blockquote>q<br>m</blockquote>", "<pre>a\n\n  b</pre>",
        "C++ -- --- ... (c) :smile: ::", "*", "-", "<h2>H</h2>t",
        "http://auto.link/x_y_z", "مرحبا <b>عالم</b>", "<ruby>漢<rt>かん</rt></ruby>", "<br><br>x<br>", "&lt;b&gt;",
    ],
)  # fmt: skip
def test_fields_come_back_as_they_were(field: str, tmp_path: Path) -> None:
    """Written as Markdown, compiled, and put into a field again."""
    model = genanki.Model(
        1, "M", fields=[{"name": "F"}, {"name": "B"}, {"name": "More"}],
        templates=[{"name": "C", "qfmt": "{{F}}", "afmt": "{{B}}"}],
    )  # fmt: skip
    deck = genanki.Deck(2, "D")
    deck.add_note(genanki.Note(model, [f"Q {field}", field, field]))
    genanki.Package(deck).write_to_file(str(tmp_path / "x.apkg"))
    read = read_foreign((tmp_path / "x.apkg").read_bytes(), "x.apkg").value
    assert read is not None
    made = adopt_deck(tmp_path / "guide", read, "d")
    assert not made.problems
    assert made.report[0] == "1 of 1 notes are cards now"
    assert not any("differ" in line for line in made.report), made.report


def test_what_is_seen_of_a_field() -> None:
    found = seen(
        'The {{c1::<b>cat</b>::animal}} <img src="a b.png"> [sound:x.mp3]<script>no</script>'
    )
    assert found.words == "Thecat[sound:x.mp3]"
    assert (found.pictures, found.sounds) == (("a b.png",), ("[sound:x.mp3]",))
    assert found.gaps == ((1, "cat", "animal"),)
    for bad in ("{{c1::a {{c2::b}}}}", "{{c1,2::x}}"):
        with pytest.raises(Unwritable):
            seen(bad)
    writer = Writer({})
    assert writer.write('<img src="gone.png" alt="A map">') == "A map"
    assert writer.lost == ["gone.png"]


def test_blocks_of_a_card_by_their_summaries() -> None:
    inner = "<details><summary>In</summary>i</details>"
    html = f"<p>x</p><details><summary>A <b>b</b></summary>\n<p>1</p>{inner}</details><p>y</p>"
    assert split_details(html) == ({"A b": f"<p>1</p>{inner}"}, "<p>x</p><p>y</p>")
