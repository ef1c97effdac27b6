"""What builds before the first release bind: nothing. What a released deck binds: ids, kinds, the guide."""

from __future__ import annotations

import shutil

import pytest

from guidepress.deck.lock import Lock, read_lock
from tests.project import Project, Run, run

CHAPTER = "# One\n\n/// card | What is asked?\n    id: asked\n\nThis.\n///\n"


def build(project: Project) -> Run:
    return project.build("--jobs", "1", "--only", "deck")


def lock(project: Project) -> Lock:
    """What deck.lock says."""
    found = read_lock((project.source / "deck.lock").read_text()).value
    assert found is not None
    return found


@pytest.fixture
def drafted(project: Project) -> Project:
    """A guide that was built once and never released."""
    project.chapter(CHAPTER)
    built = build(project)
    assert built.status == 0, built.err
    return project


@pytest.fixture
def released(drafted: Project) -> Project:
    """The same, and its deck is in `releases/`."""
    kept = drafted.folder / "releases" / "2025-01-01-2025.1.apkg"
    kept.parent.mkdir()
    kept.write_bytes(drafted.artifacts["deck.apkg"])
    return drafted


def test_before_a_release_the_guide_may_be_renamed(drafted: Project) -> None:
    """deck.lock starts anew, and says so once."""
    old = lock(drafted).notes["asked"].guid
    drafted.edit("guide.yaml", "id: minimal", "id: renamed")
    assert drafted.check().status == 0
    built = build(drafted)
    assert built.status == 0, built.err
    assert "note[lock-restarted]" in built.err
    assert lock(drafted).guide == "renamed"
    assert lock(drafted).notes["asked"].guid != old
    assert "lock-restarted" not in build(drafted).err


def test_before_a_release_a_card_may_become_one_of_another_kind(drafted: Project) -> None:
    """A question becomes a text with gaps under the same id."""
    drafted.chapter("# One\n\n/// cloze\n    id: asked\n\nWhat is ==hidden==?\n///\n")
    built = build(drafted)
    assert built.status == 0, built.err
    assert lock(drafted).notes["asked"].kind == "cloze"


def test_before_a_release_a_card_may_get_another_id(drafted: Project) -> None:
    """The old id leaves no tombstone, and nobody is warned of lost progress."""
    drafted.chapter(CHAPTER.replace("id: asked", "id: better"))
    built = build(drafted)
    assert built.status == 0, built.err
    assert "card-id-changed" not in built.err
    assert "note[lock-drafts-forgotten]" in built.err
    assert list(lock(drafted).notes) == ["better"]
    again = build(drafted)
    assert "lock-drafts-forgotten" not in again.err


def test_a_released_guide_keeps_its_id(released: Project) -> None:
    """`lock-guide`, at the id in guide.yaml."""
    released.edit("guide.yaml", "id: minimal", "id: renamed")
    for refused in (build(released), released.check()):
        assert refused.status == 1
        assert "error[lock-guide]" in refused.err
        assert "source/guide.yaml:1:5" in refused.err


def test_a_released_card_keeps_its_kind(released: Project) -> None:
    """A card that is in the released deck cannot become another; a draft since can."""
    cloze = "\n/// cloze\n    id: {0}\n\nWhat is ==hidden==?\n///\n"
    released.chapter("# One\n" + cloze.format("asked"))
    assert "error[card-kind-changed]" in build(released).err
    released.chapter(CHAPTER + CHAPTER.partition("\n")[2].replace("asked", "draft"))
    assert build(released).status == 0
    released.chapter(CHAPTER + cloze.format("draft"))
    assert build(released).status == 0
    assert lock(released).notes["draft"].kind == "cloze"


def test_a_released_card_leaves_a_tombstone(released: Project) -> None:
    """A new id is a new card, with a warning; a draft since goes without a trace."""
    released.chapter(CHAPTER + CHAPTER.partition("\n")[2].replace("asked", "draft"))
    assert build(released).status == 0
    released.chapter(CHAPTER.replace("id: asked", "id: better"))
    built = build(released)
    assert built.status == 0, built.err
    assert "warning[card-id-changed]" in built.err
    notes = lock(released).notes
    assert {name: note.status for name, note in notes.items()} == {
        "asked": "withdrawn",
        "better": "active",
    }


def test_a_deck_that_comes_into_releases_is_noticed(drafted: Project) -> None:
    """The last build does not count as up to date once there is a released deck."""
    drafted.edit("guide.yaml", "id: minimal", "id: renamed")
    assert build(drafted).status == 0
    old = lock(drafted)
    (drafted.folder / "releases").mkdir()
    shutil.copy(drafted.folder / "build/deck.apkg", drafted.folder / "releases/2025-01-01.apkg")
    drafted.edit("guide.yaml", "id: renamed", "id: minimal")
    assert "error[lock-guide]" in build(drafted).err
    assert lock(drafted) == old


def test_a_released_deck_that_cannot_be_read_binds_all(released: Project) -> None:
    """Nobody knows what learners have: nothing of deck.lock is free."""
    (released.folder / "releases/2025-01-01-2025.1.apkg").write_bytes(b"no deck")
    released.edit("guide.yaml", "id: minimal", "id: renamed")
    assert "error[lock-guide]" in build(released).err


def test_a_lock_made_again_is_one_of_learners(drafted: Project) -> None:
    """`lock --from` keeps the deck in `releases/`: learners have it."""
    deck = drafted.folder / "given.apkg"
    deck.write_bytes(drafted.artifacts["deck.apkg"])
    (drafted.source / "deck.lock").unlink()
    assert run("lock", drafted.folder, "--from", deck).status == 0
    drafted.chapter("# One\n\n/// cloze\n    id: asked\n\nWhat is ==hidden==?\n///\n")
    assert "error[card-kind-changed]" in build(drafted).err
