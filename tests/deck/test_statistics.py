"""What the real Anki keeps of reviews, by card of the guide."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import ExportAnkiPackageOptions
from anki.scheduler.v3 import CardAnswer
from tests.deck.books import basic, book, cloze, codes, pressed
from tests.deck.collection import Learner
from tests.project import Project, run

from guidepress.deck.lock import Lock
from guidepress.deck.statistics import CardStatistics, read_statistics, worst_first

RATINGS = {"again": CardAnswer.AGAIN, "good": CardAnswer.GOOD, "easy": CardAnswer.EASY}


def answer(learner: Learner, key: str, *ratings: str) -> None:
    """Answer the first card of a note, each time as a review that is due."""
    for rating in ratings:
        card = learner.cards(key)[0]
        card.start_timer()
        states = learner.col._backend.get_scheduling_states(card.id)
        learner.col.sched.answer_card(
            learner.col.sched.build_answer(card=card, states=states, rating=RATINGS[rating])
        )
        learner.col.sched.set_due_date([learner.cards(key)[0].id], "0")


@pytest.fixture
def studied(learner: Callable[..., Learner]) -> tuple[Learner, Lock]:
    """A collection in which one card is a leech, one is hard, one is known, and one was never asked."""
    deck, _ = pressed(
        book(basic("leech"), basic("hard"), cloze("known", "[[x]] [[y]]"), basic("new"))
    )
    one = learner()
    one.take(deck.apkg)
    answer(one, "leech", "easy", *["again"] * 9)
    one.col.sched.suspend_cards([one.cards("leech")[0].id])
    answer(one, "hard", "easy", "again", "again", "good")
    answer(one, "known", "easy", "good", "good")
    return one, deck.lock


def test_the_cards_that_need_it_most_come_first(studied: tuple[Learner, Lock]) -> None:
    one, lock = studied
    one.col.close()
    path = one.folder / "collection.anki2"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    found = read_statistics(path, lock).value
    assert found is not None
    assert [card.id for card in found] == ["leech", "hard", "known"]
    leech, hard, known = found
    assert (leech.leech, leech.suspended, leech.again) == (True, True, leech.reviews - 1)
    assert leech.lapses >= 8
    assert (hard.reviews, hard.again, hard.leech) == (4, 2, False)
    assert (known.again, known.lapses) == (0, 0)
    assert known.ease == 2.5
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert sorted(p.name for p in one.folder.glob("collection.anki2*")) == ["collection.anki2"]
    one.col.reopen()


def test_a_collection_that_is_open(studied: tuple[Learner, Lock]) -> None:
    """What Anki has not merged into the file yet counts."""
    one, lock = studied
    found = read_statistics(one.folder / "collection.anki2", lock).value
    assert found is not None
    assert [card.id for card in found] == ["leech", "hard", "known"]


def test_difficulty_where_fsrs_is_on(learner: Callable[..., Learner]) -> None:
    deck, _ = pressed(book(basic("a")))
    one = learner()
    one.col.set_config("fsrs", True)
    one.take(deck.apkg)
    answer(one, "a", "good", "again")
    found = read_statistics(one.folder / "collection.anki2", deck.lock).value
    assert found is not None
    assert found[0].difficulty is not None
    assert 1 <= found[0].difficulty <= 10


def test_what_anki_exports_with_scheduling(studied: tuple[Learner, Lock]) -> None:
    one, lock = studied
    for legacy in (False, True):
        path = one.folder / f"export-{legacy}.apkg"
        options = ExportAnkiPackageOptions(
            with_scheduling=True, with_deck_configs=False, with_media=False, legacy=legacy
        )
        one.col.export_anki_package(out_path=str(path), limit=None, options=options)
        found = read_statistics(path, lock).value
        assert found is not None
        assert [card.id for card in found] == ["leech", "hard", "known"]


def test_few_answers_weigh_little() -> None:
    def card(id: str, reviews: int, again: int, **more: object) -> CardStatistics:
        values = {"lapses": 0, "seconds": 1.0, "ease": None, "difficulty": None, "leech": False,
                  "suspended": False, **more}  # fmt: skip
        return CardStatistics(id, reviews, again, **values)  # type: ignore[arg-type]

    cards = [
        card("once", 1, 1),
        card("often", 20, 10),
        card("never", 20, 0),
        card("leech", 20, 1, leech=True),
    ]
    assert [c.id for c in worst_first(cards)] == ["leech", "often", "once", "never"]


@pytest.mark.parametrize("content", [b"", b"no database", b"PK\x03\x04"])
def test_what_is_no_collection(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "collection.anki2"
    path.write_bytes(content)
    assert codes(read_statistics(path, Lock("g", 0))) == ["collection-unreadable"]


def test_an_archive_without_a_collection(tmp_path: Path) -> None:
    path = tmp_path / "x.apkg"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("media", "{}")
    assert codes(read_statistics(path, Lock("g", 0))) == ["collection-unreadable"]


def test_a_collection_of_other_cards(studied: tuple[Learner, Lock]) -> None:
    one, _ = studied
    found = read_statistics(one.folder / "collection.anki2", Lock("g", 0))
    assert codes(found) == ["collection-other"]


def test_the_command_names_the_lines(project: Project, learner: Callable[..., Learner]) -> None:
    assert project.build("--jobs", "1", "--only", "deck").status == 0
    one = learner()
    one.take(project.artifacts["deck.apkg"])
    answer(one, "minimal-what", "easy", "again", "good")
    path = one.folder / "collection.anki2"
    shown = run("stats", path, project.folder)
    assert shown.status == 0, shown.err
    assert shown.out.startswith("source/chapters/one.md:")
    assert ": minimal-what: 1 of 3 answers wrong, 1 lapses, ease " in shown.out
    (listed,) = json.loads(run("stats", path, project.folder, "--format", "json").out)
    assert (listed["id"], listed["reviews"], listed["again"]) == ("minimal-what", 3, 1)
    assert listed["place"].startswith("source/chapters/one.md:")
    (project.source / "deck.lock").unlink()
    assert "error[lock-none]" in run("stats", path, project.folder).err
