"""Sounds of cards, from the source to the real Anki."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.deck.collection import Learner
from tests.project import Project

DECK = ("--jobs", "1", "--only", "deck", "--pages", "none")
SOUND = b"ID3 a sound"
CHAPTER = """\
# One

Text.

/// card | How is the word queue spoken aloud?
    id: queue
    audio: ../sounds/queue.mp3
Like the letter Q.
///

/// cloze
    id: cache
    audio: /sounds/queue.mp3
The word cache is spoken like ==cash== everywhere.
///
"""


@pytest.fixture
def project(project: Project) -> Project:
    return project.write("sounds/queue.mp3", SOUND).chapter(CHAPTER)


def built(project: Project) -> bytes:
    done = project.build(*DECK)
    assert done.status == 0, done.err
    return project.artifacts["deck.apkg"]


def test_anki_plays_it_with_the_answer(project: Project, tmp_path: Path) -> None:
    """One file for both cards, by a name that depends on its bytes."""
    learner = Learner(tmp_path / "learner")
    learner.take(built(project))
    (card,) = learner.cards("queue")
    (played,) = card.answer_av_tags()
    assert card.question_av_tags() == []
    name = played.filename  # type: ignore[union-attr]
    assert name.startswith("queue-")
    assert name.endswith(".mp3")
    assert Path(learner.col.media.dir(), name).read_bytes() == SOUND
    assert name in learner.note("cache")["Audio"]
    assert not learner.col.media.check().missing


def test_another_sound_is_a_changed_card(project: Project, tmp_path: Path) -> None:
    """Under a name of its own; the cards are updated, and nothing else is."""
    learner = Learner(tmp_path / "learner")
    learner.take(built(project))
    project.write("sounds/queue.mp3", SOUND + b"!")
    taken = learner.take(built(project))
    assert (taken.new, taken.updated, taken.conflicting) == (0, 2, 0)
    assert not learner.col.media.check().missing


def test_in_yaml(project: Project) -> None:
    """A key of a card; the path starts at its file."""
    project.write(
        "faq.yaml",
        "questions: [{id: q, question: Why so?, answer: So.,\n"
        " cards: [{id: c, front: How is it said?, back: So., audio: sounds/queue.mp3}]}]",
    )
    book = project.chapter("# One\n\n/// faq\n///\n").book()
    assert next(card.audio for card in book.cards if card.id == "c") == "sounds/queue.mp3"
    assert list(book.sounds) == ["sounds/queue.mp3"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../sounds/quene.mp3", "sound-missing"),
        ("../../../x.mp3", "sound-outside"),
        ("one.md", "sound-unknown-format"),
        ("../sounds", "sound-missing"),
    ],
)
def test_what_is_no_sound(project: Project, path: str, code: str) -> None:
    """An error at the card."""
    project.edit("chapters/one.md", "../sounds/queue.mp3", path)
    (found,) = [p for p in project.problems() if p.code == code]
    assert found.span is not None
    assert (found.span.file, found.span.line) == ("source/chapters/one.md", 5)
