"""Cards that Anki reads aloud, from the source to the real Anki."""

from __future__ import annotations

from pathlib import Path

import pytest
from anki.cards import Card
from tests.deck.collection import Learner
from tests.project import Project

from guidepress.deck.speech import voice_of

DECK = ("--jobs", "1", "--only", "deck", "--pages", "none")
CHAPTER = """\
# One

Text.

/// card | Which word means *good day* in `fr`?
    id: bonjour
    speak: front, back fr
*Bonjour* [anki] & more
///

/// cloze
    id: gap
    speak: back
A queue keeps ==order==.
///

/// card | How is *six* written in French?
    id: six
    speak: back fr-CA
    tags: [typed]
six
///
"""


def built(project: Project) -> bytes:
    done = project.build(*DECK)
    assert done.status == 0, done.err
    return project.artifacts["deck.apkg"]


def said(card: Card, answer: bool = False) -> list[tuple[str, str]]:
    """Language and words of what Anki reads."""
    tags = card.answer_av_tags() if answer else card.question_av_tags()
    return [(tag.lang, tag.field_text.strip()) for tag in tags]  # type: ignore[union-attr]


def test_a_card_names_its_sides_and_their_languages(project: Project, tmp_path: Path) -> None:
    """The guide's language where it names none; an answer that is typed is read as well, and a text with gaps whole."""
    learner = Learner(tmp_path / "learner")
    learner.take(built(project.chapter(CHAPTER)))
    (bonjour,) = learner.cards("bonjour")
    asked = ("en_US", "Which word means good day in fr?")
    assert said(bonjour) == [asked]
    assert said(bonjour, answer=True) == [asked, ("fr_FR", "Bonjour anki & more")]
    (gap,) = learner.cards("gap")
    assert said(gap) == []
    assert said(gap, answer=True) == [("en_US", "A queue keeps order.")]
    (six,) = learner.cards("six")
    assert said(six, answer=True) == [("fr_CA", "six")]


def test_a_guide_reads_a_side_of_all_cards(project: Project, tmp_path: Path) -> None:
    """By templates: no note is touched."""
    learner = Learner(tmp_path / "learner")
    plain = CHAPTER.replace("    speak: front, back fr\n", "    reverse: true\n")
    plain = plain.replace("    speak: back\n", "").replace("    speak: back fr-CA\n", "")
    learner.take(built(project.chapter(plain)))
    guide = (project.source / "guide.yaml").read_text()
    project.write(
        "guide.yaml",
        f"{guide}date: '2030-01-01'\nproducts: {{deck: {{speech: 'front, back de-AT'}}}}\n",
    )
    taken = learner.take(built(project))
    assert (taken.new, taken.updated) == (0, 0)
    asked, reverse = sorted(learner.cards("bonjour"), key=lambda card: card.ord)
    question, answer = (
        ("en_US", "Which word means good day in fr?"),
        ("de_AT", "Bonjour [anki] & more"),
    )
    assert (said(asked), said(asked, answer=True)) == ([question], [answer])
    assert (said(reverse), said(reverse, answer=True)) == ([answer], [question])
    (gap,) = learner.cards("gap")
    assert said(gap) == [("en_US", "A queue keeps blank.")]
    assert said(gap, answer=True) == [("de_AT", "A queue keeps order.")]
    assert not learner.col.get_empty_cards().notes


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en", "en_US"), ("pt-BR", "pt_BR"), ("pt", "pt_BR"), ("zh-Hans", "zh_CN"), ("zh-Hant", "zh_TW"),
        ("zh-Hant-HK", "zh_HK"), ("ar", "ar_EG"), ("de", "de_DE"), ("xx", None),
    ],
)  # fmt: skip
def test_a_language_has_a_country(language: str, voice: str | None) -> None:
    assert voice_of(language) == voice


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("speak: back fr-CA", "speak: back xx", "card-speech"),
        ("speak: back\n", "speak: front\n", "card-speech"),
        ("speak: back\n", "speak: top\n", "block-option"),
        ("speak: back\n", "speak: back, back\n", "block-option"),
    ],
)
def test_what_cannot_be_read(project: Project, old: str, new: str, code: str) -> None:
    """At the card."""
    done = project.chapter(CHAPTER.replace(old, new)).build(*DECK)
    assert done.status == 1
    assert code in done.err
    assert "one.md" in done.err


def test_what_the_guide_reads_no_card_reads_again(project: Project) -> None:
    guide = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", f"{guide}products: {{deck: {{speech: back}}}}\n").chapter(CHAPTER)
    done = project.build(*DECK)
    assert done.status == 1
    assert "card-speech" in done.err
