"""Deck options that go along, in the real Anki."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.deck.collection import Learner
from tests.project import Project

DECK = ("--jobs", "1", "--only", "deck", "--pages", "none")


def built(project: Project) -> bytes:
    done = project.build(*DECK)
    assert done.status == 0, done.err
    return project.artifacts["deck.apkg"]


@pytest.fixture
def preset(project: Project) -> Project:
    guide = (project.source / "guide.yaml").read_text()
    return project.write(
        "guide.yaml", f"{guide}products: {{deck: {{preset: {{new: 7, retention: 0.85}}}}}}\n"
    )


def options(learner: Learner) -> dict[str, Any]:
    """The options of the deck with the cards."""
    (deck,) = {card.did for card in map(learner.col.get_card, learner.col.find_cards(""))}
    return dict(learner.col.decks.config_dict_for_deck_id(deck))


def test_who_ticks_it_gets_the_preset(preset: Project, tmp_path: Path) -> None:
    """All decks of the guide have it; a later import leaves it as the learner has it."""
    learner = Learner(tmp_path / "learner")
    learner.take(built(preset), with_deck_configs=True)
    found = options(learner)
    assert found["name"] == "A Minimal Guide"
    assert (found["new"]["perDay"], found["rev"]["perDay"], found["desiredRetention"]) == (
        7,
        200,
        0.85,
    )
    assert (found["newGatherPriority"], found["newSortOrder"]) == (1, 1), "in the order of the book"
    root = learner.col.decks.by_name("A Minimal Guide")
    assert root is not None
    assert "“Import any deck presets”" in root["desc"]
    assert root["conf"] == found["id"]
    learner.col.decks.update_config({**found, "new": {**found["new"], "perDay": 3}})
    learner.take(built(preset.edit("guide.yaml", "new: 7", "new: 9")), with_deck_configs=True)
    assert options(learner)["new"]["perDay"] == 3
    assert len(learner.col.decks.all_config()) == 2
    assert learner.col.fix_integrity()[1]


def test_nobody_gets_it_unasked(preset: Project, tmp_path: Path) -> None:
    """Without the tick the learner's own options hold."""
    learner = Learner(tmp_path / "learner")
    learner.take(built(preset))
    assert options(learner)["id"] == 1
    assert len(learner.col.decks.all_config()) == 1


def test_it_changes_no_card(project: Project, tmp_path: Path) -> None:
    """A preset that comes later touches no note and no lock."""
    learner = Learner(tmp_path / "learner")
    learner.take(built(project))
    lock = (project.source / "deck.lock").read_bytes()
    guide = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", f"{guide}products: {{deck: {{preset: {{}}}}}}\n")
    taken = learner.take(built(project))
    assert (taken.new, taken.updated) == (0, 0)
    assert (project.source / "deck.lock").read_bytes() == lock


def test_new_cards_come_from_the_plan(project: Project, tmp_path: Path) -> None:
    """Where the preset does not say how many."""
    learner = Learner(tmp_path / "learner")
    guide = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", f"{guide}plan: {{new: 5}}\nproducts: {{deck: {{preset: {{}}}}}}\n")
    learner.take(built(project), with_deck_configs=True)
    assert options(learner)["new"]["perDay"] == 5


@pytest.mark.parametrize("wrong", ["new: 0", "reviews: -1", "retention: 0.5", "learn: 3"])
def test_what_is_no_option(project: Project, wrong: str) -> None:
    """At its line."""
    guide = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", f"{guide}products: {{deck: {{preset: {{{wrong}}}}}}}\n")
    assert project.check().status == 1
