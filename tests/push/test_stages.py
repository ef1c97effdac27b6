"""Stages that open one after another, in a real collection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection
from tests.project import Project, run
from tests.push.ankiconnect import Actions, serving
from tests.push.desktop import desktop
from tests.push.test_push import Shelf

from guidepress.push.ankiconnect import AnkiConnect

ROADMAP = """\
stages:
  - id: first
    title: First
    cards:
      - {id: a, front: What does the word “aba” mean?, back: One thing.}
      - {id: b, front: What does the word “bcb” mean?, back: Another thing.}
  - id: second
    title: Second
    needs: [first]
    cards:
      - {id: c, front: What does the word “cdc” mean?, back: A third thing.}
      - {id: d, front: What does the word “ded” mean?, back: A fourth thing.}
  - id: third
    title: Third
    needs: [first, second]
    cards: [{id: e, front: What does the word “efe” mean?, back: A fifth thing.}]
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """A guide of three stages, each of which needs those before it, and Anki."""
    col = Collection(str(tmp_path / "collection.anki2"))
    actions = Actions(col)
    with serving(actions) as address:
        yield staged(tmp_path / "guide", address, actions)
    col.close()


def staged(folder: Path, address: str, actions: Actions | None = None) -> Shelf:
    """The guide, beside the Anki that answers at an address."""
    project = Project(folder)
    project.write("roadmap.yaml", ROADMAP)
    guide = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", f"{guide}plan: {{known: 50}}\n")
    shelf = Shelf(project, AnkiConnect.at(address), address, actions)
    shelf.write(
        "/// card | What is of no stage?\n    id: none\nThis one.\n///\n\n/// roadmap\n///\n"
    )
    return shelf


def col(shelf: Shelf) -> Collection:
    assert shelf.actions is not None
    return shelf.actions.col


def cards(shelf: Shelf, *keys: str) -> list[int]:
    return [card for key in keys for card in shelf.note(key)["cards"]]


def suspended(shelf: Shelf) -> set[str]:
    """The ids of the cards that nobody is asked."""
    ids = {card: key for key in shelf.ids() for card in cards(shelf, key)}
    infos = shelf.anki.call("cardsInfo", cards=list(ids))
    return {ids[info["cardId"]] for info in infos if info["queue"] == -1}


def learn(shelf: Shelf, key: str) -> None:
    """Make a card mature."""
    mature = {"type": 2, "queue": 2, "due": 30, "ivl": 30}
    for card in cards(shelf, key):
        set_ = {"keys": list(mature), "newValues": list(mature.values()), "warning_check": True}
        assert all(shelf.anki.call("setSpecificValueOfCard", card=card, **set_))


def stages(shelf: Shelf, *options: str) -> set[tuple[str, str]]:
    return {row for row in shelf.rows(*options) if row[0] in ("lock", "open")}


def play(shelf: Shelf) -> None:
    """Nothing happens without `--apply`; cards of no stage, and what was begun, are left alone."""
    assert stages(shelf, "--unlock", "known", "--apply") == {("lock", "second"), ("lock", "third")}
    assert suspended(shelf) == {"c", "d", "e"}
    assert stages(shelf, "--unlock", "known") == set()
    learn(shelf, "a")
    assert stages(shelf, "--unlock", "known") == {("open", "second")}
    assert suspended(shelf) == {"c", "d", "e"}
    shelf.push("--unlock", "known", "--apply")
    assert suspended(shelf) == {"e"}
    learn(shelf, "c")
    # A push that says nothing of stages remembers what was locked.
    shelf.push("--apply")
    said = shelf.push("--unlock", "known", "--apply").out
    assert "open" in said
    assert "third" in said
    assert suspended(shelf) == set()


def test_a_stage_opens_when_those_before_it_are_known(shelf: Shelf) -> None:
    play(shelf)


@pytest.mark.slow
def test_the_same_in_the_desktop(tmp_path: Path) -> None:
    """With the add-on itself, where both are there."""
    with desktop(tmp_path / "profile") as address:
        play(staged(tmp_path / "guide", address))


def test_what_the_owner_did_stays(shelf: Shelf) -> None:
    """A card that they suspended does not count and stays so; one that they opened is not locked again."""
    shelf.push("--apply")
    col(shelf).sched.suspend_cards(cards(shelf, "b", "d"))
    assert stages(shelf, "--unlock", "known", "--apply") == {("lock", "second"), ("lock", "third")}
    col(shelf).sched.unsuspend_cards(cards(shelf, "e"))
    assert stages(shelf, "--unlock", "known", "--apply") == set()
    assert suspended(shelf) == {"b", "c", "d"}
    learn(shelf, "a")
    shelf.push("--unlock", "known", "--apply")
    assert suspended(shelf) == {"b", "d"}


def test_a_stage_that_was_begun_is_open(shelf: Shelf) -> None:
    shelf.push("--apply")
    shelf.anki.call("answerCards", answers=[{"cardId": cards(shelf, "d")[0], "ease": 3}])
    assert stages(shelf, "--unlock", "known", "--apply") == {("lock", "third")}
    assert suspended(shelf) == {"e"}


def test_all_stages_can_be_opened(shelf: Shelf) -> None:
    shelf.push("--unlock", "known", "--apply")
    col(shelf).sched.suspend_cards(cards(shelf, "a"))
    said = shelf.push("--unlock", "known").out
    assert "there is nothing to push" not in said
    assert stages(shelf, "--unlock", "all", "--apply") == {("open", "second"), ("open", "third")}
    assert suspended(shelf) == {"a"}


def test_a_guide_without_stages(shelf: Shelf) -> None:
    (shelf.project.source / "roadmap.yaml").unlink()
    shelf.write("/// card | What is of no stage?\n    id: none\nThis one.\n///\n")
    assert "push-stages" in shelf.push("--unlock", "known", status=1).err
    deck = shelf.project.folder / "build" / "deck.apkg"
    assert run("push", deck, "--address", shelf.address, "--unlock", "known").status == 2
