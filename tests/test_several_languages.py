"""A guide that names its languages: each edition of it in each of them, and one deck that holds them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guidepress.deck.identity import note_guid
from guidepress.deck.lock import read_lock
from guidepress.deck.packed import Package, read_apkg
from guidepress.source.messages import original_hash
from guidepress.source.translations import with_hash
from guidepress.translating import translation_status
from tests.deck.collection import Learner
from tests.project import Project

GUIDE = """\
id: minimal
title: A Guide for {{ cohort }}
edition: "1"
language: en
date: "2025-01-01"
languages: [de, ar]
variables: {cohort: everybody, year: "2025"}
contents:
  parts:
    - title: The Only Part
      chapters: [chapters/one.md]
editions:
  spring:
    title: Spring of {{ year }}
    variables: {cohort: the spring class}
  finals:
    languages: [de]
    exam:
      seed: 1
      instructions: You have an hour.
      draw: [{count: 1}]
"""
GERMAN = """\
id: minimal
title: Ein Buch für {{ cohort }}
edition: "1"
variables: {cohort: alle, year: "1999"}
contents:
  parts:
    - title: Der Teil
      chapters: [chapters/one.md]
editions:
  spring:
    title: Frühling {{ year }}
    variables: {cohort: die Frühlingsklasse}
  finals:
    exam:
      seed: 1
      instructions: Sie haben eine Stunde.
      draw: [{count: 1}]
"""
ONE = """\
# One

For {{ cohort }}.

/// card | What is ice?
    id: ice

Water.
///

/// cloze
    id: dew
    only: main

==Dew== are drops.
///
"""
EINS = """\
# Eins

Für {{ cohort }}.

/// card | Was ist Eis?
    id: ice

Wasser.
///

/// cloze
    id: dew
    only: main

==Tau== sind Tropfen.
///
"""
ARABIC = """\
# واحد

{{ cohort }}.

/// card | ما هو الجليد؟
    id: ice

ماء.
///

/// cloze
    id: dew
    only: main

==الندى== قطرات.
///
"""


@pytest.fixture
def guide(project: Project) -> Project:
    """A guide in English, with translations into German and Arabic."""
    project.write("guide.yaml", GUIDE).chapter(ONE)
    arabic = GERMAN.replace("Ein Buch für", "كتاب").replace("Der Teil", "الجزء")
    for name, text in {
        "de/guide.yaml": GERMAN, "de/chapters/one.md": EINS,
        "ar/guide.yaml": arabic, "ar/chapters/one.md": ARABIC,
    }.items():  # fmt: skip
        original = name.partition("/")[2]
        hashed = original_hash(original, (project.source / original).read_text())
        project.write(name, with_hash(text, hashed, name.endswith(".md")))
    return project


def deck(project: Project, *arguments: str) -> Package:
    built = project.build("--jobs", "1", "--only", "deck", *arguments)
    assert built.status == 0, built.err
    package = read_apkg(project.artifacts["deck.apkg"]).value
    assert package is not None
    return package


def lines(project: Project) -> list[str]:
    return (project.source / "deck.lock").read_text().splitlines()


def test_each_edition_is_there_in_each_language(guide: Project) -> None:
    """One that says its languages itself in those alone. What stands in a condition holds for its translations."""
    built = guide.build("--jobs", "1", "--only", "deck", "--edition", "all")
    folders = {path.name for path in (guide.folder / "build").iterdir() if path.is_dir()}
    assert folders == {"main", "de", "ar", "spring", "spring-de", "spring-ar"}
    # An exam has no deck.
    assert re.findall(r"^passed over (\S+):", built.out, re.M) == ["finals", "finals-de"]
    assert [c.id for c in guide.book("de").cards] == ["ice", "dew"]
    assert [c.id for c in guide.book("spring-de").cards] == ["ice"]
    assert guide.codes("finals-ar") == ["edition-unknown"]


@pytest.mark.parametrize(
    ("edition", "title", "text"),
    [
        (None, "A Guide for everybody", "For everybody."),
        ("de", "Ein Buch für alle", "Für alle."),
        ("spring", "Spring of 2025", "For the spring class."),
        ("spring-de", "Frühling 2025", "Für die Frühlingsklasse."),
    ],
)
def test_what_an_edition_says_itself_is_translated(
    guide: Project, edition: str | None, title: str, text: str
) -> None:
    """Its title and its variables. A value without words is the original's, which a translation may have outlived."""
    book = guide.book(edition)
    assert book.title == title
    assert text in book.parts[0].chapters[0].body.words


def test_instructions_of_an_exam_are_translated(guide: Project) -> None:
    exam = guide.book("finals-de").exam
    assert exam is not None
    assert exam.instructions.words == "Sie haben eine Stunde."
    guide.edit("de/guide.yaml", "eine Stunde", "[eine](#nichts) Stunde")
    (found,) = guide.problems("finals-de")
    assert str(found.span).startswith("source/de/guide.yaml:17:")


def test_a_change_of_what_an_edition_says_makes_its_translation_stale(guide: Project) -> None:
    assert not translation_status(guide.folder).diagnostics
    guide.edit("guide.yaml", "the spring class", "the class of spring")
    found = translation_status(guide.folder).diagnostics
    assert [d.code for d in found] == ["translation-stale"] * 2
    # What has no words is nothing to translate.
    guide.edit("guide.yaml", "the class of spring", "the spring class")
    guide.edit("guide.yaml", '"2025"', '"2026"')
    assert not translation_status(guide.folder).diagnostics
    assert guide.book("spring-de").title == "Frühling 2026"


def test_a_language_that_nothing_is_translated_into(guide: Project) -> None:
    """The edition is an error where it is asked for; the guide itself is none."""
    guide.edit("guide.yaml", "languages: [de, ar]", "languages: [de, fr]")
    assert guide.codes() == []
    (found,) = guide.problems("spring-fr")
    assert (found.code, str(found.span)) == ("edition-language", "source/guide.yaml:6:17")
    guide.edit("guide.yaml", "languages: [de]\n", "languages: [it]\n")
    (found,) = guide.problems("finals-it")
    assert (found.code, str(found.span)) == ("edition-language", "source/guide.yaml:17:17")


def test_an_edition_that_is_named_goes_before(guide: Project) -> None:
    guide.edit(
        "guide.yaml", "  spring:\n", "  spring-de: {language: de, title: Von Hand}\n  spring:\n"
    )
    assert guide.book("spring-de").title == "Von Hand"
    assert guide.book("spring-ar").language == "ar"


def test_a_deck_of_several_languages(guide: Project, tmp_path: Path) -> None:
    """The guide's own language keeps its identity; each other has notes, decks, note types and a tag of its own."""
    alone = deck(guide)
    guide.edit("guide.yaml", "contents:", "products: {deck: {languages: [de, ar]}}\ncontents:")
    package = deck(guide)
    notes = {note.key: note for note in package.notes.values()}
    assert set(notes) == {"ice", "dew", "ice@de", "dew@de", "ice@ar", "dew@ar"}
    assert {n.guid for n in alone.notes.values()} == {notes["ice"].guid, notes["dew"].guid}
    assert notes["ice@de"].guid == note_guid("minimal", "ice@de")
    assert {n.deck for n in package.notes.values()} == {
        f"A Guide for everybody::{name}"
        for name in (
            "English::1 The Only Part::01 One",
            "Deutsch::1 Der Teil::01 Eins",
            "العربية::1 الجزء::01 واحد",
        )
    }
    assert notes["ice@de"].values[:2] == ("Was ist Eis?", "<p>Wasser.</p>")
    assert {t.name for t in package.types.values()} == {
        f"minimal {kind}{of}" for kind in ("card", "cloze") for of in ("", " de", " ar")
    }
    assert {name: note.tags[-1] for name, note in notes.items() if "ice" in name} == {
        "ice": "minimal::language::en",
        "ice@de": "minimal::language::de",
        "ice@ar": "minimal::language::ar",
    }
    assert r"lang=\"ar\" dir=\"rtl\"" in notes["ice@ar"].type.json
    assert r"lang=\"de\" dir=\"ltr\"" in notes["ice@de"].type.json
    assert "Kap. 1" in notes["ice@de"].get("Source")
    learner = Learner(tmp_path / "learner")
    data = guide.artifacts["deck.apkg"]
    assert learner.take(data).new == 6
    assert learner.take(data).new == 0
    assert len(learner.note_types()) == 6
    assert learner.healthy()


def test_the_lock_of_a_deck_of_several_languages(guide: Project, tmp_path: Path) -> None:
    """It settles; a word that is translated anew changes one note; what another edition's deck does not hold stays."""
    guide.edit("guide.yaml", "contents:", "products: {deck: {languages: [de]}}\ncontents:")
    deck(guide, "--edition", "spring-ar")
    again = guide.build("--jobs", "1", "--only", "deck")
    assert "format 4 from now on, which is of a deck of several languages" in again.err
    first = deck(guide)
    assert "lock 4" in lines(guide)
    written = lines(guide)
    for edition in ("de", "spring", "spring-de"):
        deck(guide, "--edition", edition)
    again = deck(guide)
    assert again == first
    settled = lines(guide)
    assert [line for line in settled if line.startswith("card ")] == [
        line for line in written if line.startswith("card ")
    ]
    lock = read_lock("\n".join(settled)).value
    assert lock is not None
    assert read_lock(lock.text()).value == lock
    assert {note.status for note in lock.notes.values()} == {"active"}
    # An edition of the guide has the deck's languages, too; one in a language has that alone.
    spring = deck(guide, "--edition", "spring")
    assert {note.key for note in spring.notes.values()} == {"ice", "ice@de"}
    german = deck(guide, "--edition", "de")
    assert {note.key: note.values[0] for note in german.notes.values()}["ice"] == "Was ist Eis?"
    learner = Learner(tmp_path / "learner")
    deck(guide)
    assert learner.take(guide.artifacts["deck.apkg"]).new == 4
    releases = guide.folder / "releases"
    releases.mkdir()
    (releases / "2025-01-01.apkg").write_bytes(guide.artifacts["deck.apkg"])
    guide.edit("guide.yaml", '"2025-01-01"', '"2025-06-01"')
    guide.edit("de/chapters/one.md", "Wasser.", "Gefrorenes Wasser.")
    text = re.sub(
        r"/// cloze.*?///\n", "", (guide.source / "de/chapters/one.md").read_text(), flags=re.S
    )
    guide.write("de/chapters/one.md", text)
    later = {note.key: note for note in deck(guide).notes.values()}
    before = {note.key: note for note in first.notes.values()}
    assert {name for name, note in later.items() if note.mod > before[name].mod} == {
        "ice@de",
        "dew@de",
    }
    assert later["dew@de"].withdrawn
    assert {name: n.guid for name, n in later.items()} == {
        name: n.guid for name, n in before.items()
    }
    taken = learner.take(guide.artifacts["deck.apkg"])
    assert (taken.new, taken.updated) == (0, 2)
    assert learner.note("ice")["Back"] == "<p>Water.</p>"
    assert learner.note("ice@de")["Back"] == "<p>Gefrorenes Wasser.</p>"


def test_a_deck_with_a_language_that_is_not_there(guide: Project) -> None:
    guide.edit("guide.yaml", "contents:", "products: {deck: {languages: [de, fr]}}\ncontents:")
    checked = guide.check()
    assert checked.status == 1
    assert "error[deck-language]" in checked.err
    assert "source/guide.yaml:8:" in checked.err
    guide.edit("guide.yaml", "[de, fr]", "[de]")
    guide.edit("de/chapters/one.md", "Wasser", "[Wasser](#nichts)")
    checked = guide.check()
    assert "source/de/chapters/one.md:" in checked.err
