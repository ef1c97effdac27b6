"""Editions as they are built: their decks and deck.lock, and all of them in one go."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from guidepress.deck.carried import edition_of, of_one_edition
from guidepress.deck.lock import read_lock
from guidepress.deck.packed import read_apkg
from tests.pdf.inspection import texts
from tests.project import Project

GUIDE = """\
id: minimal
title: A Guide
edition: "1"
language: en
date: "2025-01-01"
contents:
  parts:
    - title: The Only Part
      chapters: [chapters/one.md, chapters/two.md]
editions:
  spring:
    variables: {cohort: Spring}
  taster:
    kind: sampler
    chapters: [two]
variables: {cohort: Everybody}
"""
ONE = """\
# One

Words of the first chapter.

/// card | What is ice?
    id: ice

Water that is frozen.
///

/// card | Who are you?
    id: who

{{ cohort }}.
///

/// card | Who is away in spring?
    id: away
    except: spring

Nobody.
///
"""
TWO = (
    "# Two\n\nWords of the second chapter.\n\n/// card | What is dew?\n    id: dew\n\nDrops.\n///\n"
)


@pytest.fixture
def editions(project: Project) -> Project:
    project.write("guide.yaml", GUIDE).chapter(ONE)
    return project.write("chapters/two.md", TWO)


def lock(project: Project) -> dict[str, str]:
    """The lines of deck.lock that are about cards, by what they begin with."""
    lines = (project.source / "deck.lock").read_text().splitlines()
    found = [re.match(r"(card \S+|variant \S+ \S+) (.*)", line) for line in lines]
    return {one[1]: one[2] for one in found if one}


def deck(project: Project, folder: str = "build") -> dict[str, tuple[str, int, bool]]:
    """The notes of a deck by card id: GUID, mod, and whether it is a tombstone."""
    data = (project.folder / folder / "deck.apkg").read_bytes()
    package = read_apkg(data, "deck.apkg").value
    assert package is not None
    return {note.key: (note.guid, note.mod, note.withdrawn) for note in package.notes.values()}


def build(project: Project, *arguments: str) -> str:
    built = project.build("--jobs", "1", "--only", "deck", *arguments)
    assert built.status == 0, built.err
    return built.out + built.err


def test_a_card_that_an_edition_leaves_out_is_not_withdrawn(editions: Project) -> None:
    """It stays in deck.lock as it is, and the edition's deck has nothing of it: no tombstone for other learners."""
    build(editions)
    before, guide = lock(editions), deck(editions)
    said = build(editions, "--edition", "taster")
    assert set(deck(editions)) == {"dew"}
    assert deck(editions)["dew"] == guide["dew"]
    assert lock(editions) == before
    assert "lock-drafts-forgotten" not in said
    build(editions)
    assert deck(editions) == guide


def test_a_card_that_is_withdrawn_is_so_in_every_edition(editions: Project) -> None:
    build(editions)
    releases = editions.folder / "releases"
    releases.mkdir()
    (releases / "2025-01-01.apkg").write_bytes(editions.artifacts["deck.apkg"])
    editions.chapter(ONE.partition("/// card | Who are")[0])
    editions.edit("guide.yaml", "2025-01-01", "2025-06-01")
    build(editions, "--edition", "spring")
    notes = deck(editions)
    assert {name for name, (_, _, gone) in notes.items() if gone} == {"who", "away"}
    assert " withdrawn " in lock(editions)["card who"]


def test_a_card_that_differs_by_edition_settles(editions: Project) -> None:
    """Building one edition after the other changes deck.lock once, and each deck's `mod` rises for its own changes."""
    build(editions)
    build(editions, "--edition", "spring")
    first, spring = lock(editions), deck(editions)
    assert set(first) == {"card ice", "card who", "card away", "card dew", "variant spring who"}
    build(editions)
    build(editions, "--edition", "spring")
    assert lock(editions) == first
    assert deck(editions) == spring
    editions.edit("guide.yaml", "cohort: Spring", "cohort: Class 3")
    editions.edit("guide.yaml", "2025-01-01", "2025-06-01")
    build(editions, "--edition", "spring")
    changed = deck(editions)
    assert [n for n in changed if changed[n][1] > spring[n][1]] == ["who"]
    assert changed["who"][0] == spring["who"][0]
    assert lock(editions)["card who"] == first["card who"]


def test_the_lock_in_a_deck_is_of_its_edition(editions: Project) -> None:
    build(editions)
    build(editions, "--edition", "spring")
    with zipfile.ZipFile(io.BytesIO(editions.artifacts["deck.apkg"])) as archive:
        carried = read_lock(archive.read("deck.lock").decode()).value
    assert carried is not None
    assert set(carried.notes) == {"ice", "who", "dew"}
    assert set(carried.variants) == {("spring", "who")}
    whole = read_lock((editions.source / "deck.lock").read_text()).value
    assert whole is not None
    assert whole.format == 3
    assert read_lock(whole.text()).value == whole
    assert whole.seen_by("spring").notes["who"] == whole.variants["spring", "who"]
    assert whole.seen_by("taster") == whole


def test_decks_of_one_edition_are_told_from_others(editions: Project) -> None:
    """By the lock that each carries; a deck without one may be of any."""
    build(editions)
    main = editions.artifacts["deck.apkg"]
    build(editions, "--edition", "taster")
    taster = editions.artifacts["deck.apkg"]
    assert edition_of(main, "m") == "-"
    assert edition_of(taster, "t") == "taster"
    assert edition_of(b"no deck", "n") is None
    decks = [("a", main), ("b", taster), ("c", b"no deck"), ("d", main)]
    assert [name for name, _ in of_one_edition(decks)] == ["a", "c", "d"]


def test_a_guide_whose_cards_are_the_same_keeps_its_format(editions: Project) -> None:
    editions.chapter(ONE.replace("{{ cohort }}", "We"))
    build(editions)
    build(editions, "--edition", "spring")
    assert "lock 1\n" in (editions.source / "deck.lock").read_text()


@pytest.mark.parametrize("cached", [True, False])
def test_all_editions_share_what_is_the_same(editions: Project, cached: bool) -> None:
    """Each stands in the folder of its name, as if it had been built alone; sections of several are laid out once."""
    more = () if cached else ("--no-cache",)
    built = editions.build("--jobs", "1", "--edition", "all", *more)
    assert built.status == 0, built.err
    folders = {path.name: path for path in (editions.folder / "build").iterdir() if path.is_dir()}
    assert set(folders) == {"main", "spring", "taster"}
    said = {
        line.split()[1].rstrip(":"): line for line in built.out.splitlines() if "built " in line
    }
    assert re.search(r": 0 of \d+ sections shared$", said["main"])
    # The second chapter, cover and imprint are the same; what has numbers of pages or a cohort in it is not.
    counts = re.search(r": (\d+) of (\d+) sections shared$", said["spring"])
    assert counts is not None
    assert 3 <= int(counts[1]) < int(counts[2])
    assert re.search(r"^\d+ of \d+ sections were shared between editions$", built.out, re.MULTILINE)
    assert "Words of the first chapter" not in "".join(texts(folders["taster"] / "handbook.pdf"))
    alone = editions.build("--jobs", "1", "--edition", "spring", "--no-cache")
    assert alone.status == 0
    for name in ("handbook.pdf", "deck.apkg", "cards.pdf"):
        assert (folders["spring"] / name).read_bytes() == editions.artifacts[name]


def test_editions_that_stand_are_not_built_again(editions: Project) -> None:
    arguments = ("--jobs", "1", "--only", "deck", "--edition", "all")
    assert editions.build(*arguments).status == 0
    # What the last edition put into deck.lock is news to those before it.
    editions.build(*arguments)
    again = editions.build(*arguments)
    assert again.status == 0
    assert again.out.count("unchanged ") == 3


def test_all_editions_are_checked(editions: Project) -> None:
    """A problem of several is reported once."""
    editions.write("chapters/two.md", TWO + "\nSee [the first](#one) and [nothing](#nothing).\n")
    checked = editions.check("--edition", "all", "--all")
    assert checked.status == 1
    assert checked.err.count("error[reference-left-out]") == 1
    assert checked.err.count("error[reference-unknown]") == 1


def test_one_edition_that_fails_stops_no_other(editions: Project) -> None:
    editions.write("chapters/two.md", TWO + "\nSee [the first](#one).\n")
    built = editions.build("--jobs", "1", "--only", "deck", "--edition", "all")
    assert built.status == 1
    assert built.err.count("reference-left-out") == 1
    assert "failed    taster" in built.out
    assert (editions.folder / "build/spring/deck.apkg").exists()
    assert not (editions.folder / "build/taster/deck.apkg").exists()
