"""Cards as the preview shows them, side by side with what the real Anki makes of the same deck."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.deck.books import FIRST, basic, book, cloze, templates
from tests.deck.collection import Learner
from tests.deck.test_occlusion import CARD, DRAWING
from tests.project import Project

from guidepress.book.model import Book
from guidepress.deck.faces import Filling, with_players
from guidepress.deck.press import plan

CHAPTER = r"""# One

/// card | What is \(x^2\)?
    id: squared
    hint: think of an area
    reverse: true

The square of \(x\), **always**.
///

/// card | Which method only reads?
    id: typed
    tags: [typed]

GET
///

/// cloze
    id: several

The ==Danube== flows through ==Vienna== and ==Budapest==; \(a = ==b==\).
///

/// cloze
    id: typed-gap
    tags: [typed]

A river through Vienna: the ==Danube==.
///

/// card | How is a branch pushed?
    id: pushed
    tags: [steps]

1. Commit
2. Push
///
"""
TYPED = re.compile(
    r'<input[^>]*id="typeans"[^>]*>|<code id="typeans">.*?</code>|\[\[type:[^\]]*\]\]'
)
FOLIOS: dict[str, str] = {}


def plain(side: str) -> str:
    """A side without what only the real Anki has: what is hidden, for those who reveal it, and its mark for typing."""
    side = re.sub(r' data-cloze="[^"]*"', "", side)
    return html.unescape(TYPED.sub("<TYPED>", side)).strip()


def compare(made: Book, learner: Learner) -> int:
    """The number of cards, once each side of each is as the real Anki has it."""
    planned = plan(made, None, templates(), released=FIRST)
    assert not planned.failed, planned.problems
    shown = list(planned.cards(FOLIOS))
    deck = planned.press(FOLIOS).value
    assert deck is not None
    learner.take(deck.apkg)
    assert deck.cards == len(shown)
    for one in shown:
        card = next(card for card in learner.cards(one.note) if card.ord == one.ordinal)
        rendered = card.render_output()
        assert plain(one.front) == plain(rendered.question_text), one.note
        assert plain(one.back) == plain(rendered.answer_text), one.note
        assert one.css == rendered.css
    return len(shown)


def test_cards_of_every_kind(tmp_path: Path, learner: Callable[[], Learner]) -> None:
    made = Project(tmp_path / "guide").chapter(CHAPTER).book()
    assert compare(made, learner()) >= 7


def test_cards_of_a_whole_guide(tmp_path: Path, learner: Callable[[], Learner]) -> None:
    assert compare(Project(tmp_path / "guide", "full").book(), learner()) > 10


def test_markup_that_looks_like_a_template(learner: Callable[[], Learner]) -> None:
    made = book(
        basic("braces", "<p>What is {{ x }} in Jinja?</p>", "<p>}} a value {{</p>"),
        cloze("many", "<p>[[a]] and [[1:b]], then [[3:c]]</p>"),
        cloze("nested", "<p>[[one <em>of</em> them]] &lt;b&gt;</p>"),
    )
    assert compare(made, learner()) == 4


@pytest.mark.parametrize(
    ("template", "front", "back"),
    [
        ("{{Front}}", "Q", "Q"),
        ("{{#Hint}}x{{/Hint}}{{^Hint}}y{{/Hint}}", "y", "y"),
        ("{{#Front}}a{{#Hint}}b{{/Hint}}c{{/Front}}", "ac", "ac"),
        ("a{{! a note }}b{{Unknown}}", "ab", "ab"),
        ("{{FrontSide}}", "", "F"),
        ("{{text:Bold}}", "b < c", "b < c"),
        ("{{cloze:Gaps}}", '<span class="cloze" data-ordinal="1">[h]</span>',
         '<span class="cloze" data-ordinal="1">a</span>'),
        ("{{type:cloze:Gaps}}", '<input type="text" id="typeans" aria-label="…" disabled>',
         '<code id="typeans">a</code>'),
        ("{{#c1}}yes{{/c1}}{{#c2}}no{{/c2}}", "yes", "yes"),
    ],
)  # fmt: skip
def test_the_template_language(template: str, front: str, back: str) -> None:
    fields = {"Front": "Q", "Hint": "", "Bold": "<b>b</b> &lt; c", "Gaps": "{{c1::a::h}}"}
    filling = Filling(fields, 0, True)
    assert filling.front(template) == front
    assert filling.back(template, "F") == back


def test_a_sound_has_a_player() -> None:
    assert with_players('a [sound:x &amp; "y".mp3] b') == (
        'a <audio controls src="x &amp; &quot;y&quot;.mp3"></audio> b'
    )


@pytest.mark.parametrize("hide", ["", "    hide: all\n"])
def test_masks_of_a_picture(tmp_path: Path, hide: str) -> None:
    project = Project(tmp_path / "guide").write("images/a.svg", DRAWING)
    made = project.chapter(CARD.replace("    masks:", f"{hide}    masks:")).book()
    planned = plan(made, None, templates(), released=FIRST)
    shown = list(planned.cards(FOLIOS))
    deck = planned.press(FOLIOS).value
    assert deck is not None
    assert len(shown) == 2
    learner = Learner(tmp_path / "learner")
    try:
        learner.take(deck.apkg)
        (found,) = learner.col.find_notes("note:*occlusion")
        for one, card in zip(shown, learner.col.get_note(found).cards(), strict=True):
            rendered = card.render_output()
            assert one.front.strip() == rendered.question_text.strip()
            assert one.back.strip() == rendered.answer_text.strip()
    finally:
        learner.col.close()
