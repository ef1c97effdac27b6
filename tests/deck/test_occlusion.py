"""Pictures with hidden parts, from the source to the real Anki, and on paper."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from tests.deck.collection import Learner
from tests.project import Project

from guidepress.card_kinds import count, question
from guidepress.content.walk import elements
from guidepress.deck.packed import read_apkg

DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200" width="400" height="200">
  <rect x="10" y="20" width="80" height="160" fill="#def"/>
  <g id="syn" transform="translate(100 40)"><rect width="200" height="24" fill="#fff"/><text y="17">SYN</text></g>
  <text id="words" x="185" y="150">ACK</text>
</svg>
"""
CARD = """\
# One

Text.

/// occlusion | ../images/a.svg
    id: handshake
    alt: Messages between two hosts
    masks:
      SYN: syn
      ACK: 25 66 50 14
Which message is it?
//// extra
The handshake.
////
///
"""
DECK = ("--jobs", "1", "--only", "deck", "--pages", "none")


@pytest.fixture
def project(project: Project) -> Project:
    """A chapter with one such card."""
    return project.write("images/a.svg", DRAWING).chapter(CARD)


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    return Learner(tmp_path / "learner")


def built(project: Project) -> bytes:
    """The deck."""
    done = project.build(*DECK)
    assert done.status == 0, done.err
    return project.artifacts["deck.apkg"]


def give_out(project: Project, deck: bytes) -> None:
    """Release a deck: from now on it binds."""
    (project.folder / "releases").mkdir()
    (project.folder / "releases/1.apkg").write_bytes(deck)


def note(learner: Learner) -> Any:
    """What Anki's own editor of such notes reads."""
    (found,) = learner.col.find_notes("note:*occlusion")
    read = learner.col._backend.get_image_occlusion_note(found)
    assert read.WhichOneof("value") == "note", read.error
    return read.note


def masks(learner: Learner) -> dict[int, list[dict[str, str]]]:
    """The shapes by the number of their card."""
    return {
        one.ordinal: [{p.name: p.value for p in shape.properties} for shape in one.shapes]
        for one in note(learner).occlusions
    }


def cards(learner: Learner) -> int:
    return len(learner.col.find_cards("note:*occlusion"))


def test_anki_takes_it_for_a_note_of_its_own(project: Project, learner: Learner) -> None:
    """Picture, masks by element and by rectangle, question and answer stand where Anki looks for them."""
    taken = learner.take(built(project))
    assert (taken.new, taken.conflicting) == (1, 0)
    found = note(learner)
    assert found.image_file_name.startswith("a-")
    assert found.image_data.decode() == DRAWING
    assert not found.occlude_inactive
    assert (found.header, found.back_extra) == (
        "<p>Which message is it?</p>",
        "<p>The handshake.</p>",
    )
    # 100 to 300 of 400, 40 to 64 of 200, and 1 % around.
    element = {"left": ".24", "top": ".19", "width": ".52", "height": ".14"}
    rectangle = {"left": ".25", "top": ".66", "width": ".5", "height": ".14"}
    assert masks(learner) == {1: [element], 2: [rectangle]}
    asked = learner.col.get_card(learner.col.find_cards("note:*occlusion")[0]).question()
    assert 'data-shape="rect"' in asked
    assert "anki.imageOcclusion.setup()" in asked


def test_hide_all_hides_the_others_too(project: Project, learner: Learner) -> None:
    """Anki marks such shapes as hidden when they are not asked."""
    project.edit("chapters/one.md", "    masks:", "    hide: all\n    masks:")
    learner.take(built(project))
    assert note(learner).occlude_inactive
    assert all(shape["oi"] == "1" for shapes in masks(learner).values() for shape in shapes)


def test_there_are_as_many_cards_as_anki_makes(project: Project, learner: Learner) -> None:
    """One for each name; places in a list are hidden together."""
    project.edit(
        "chapters/one.md", "ACK: 25 66 50 14", "ACK: [25 66 50 14, 1 1 5 5]\n      FIN: 80 80 5 5"
    )
    (card,) = project.book().cards
    learner.take(built(project))
    package = read_apkg(project.artifacts["deck.apkg"]).value
    assert package is not None
    assert cards(learner) == count(card) == sum(len(n.cards) for n in package.notes.values()) == 3
    assert len(masks(learner)[2]) == 2
    assert not learner.col.get_empty_cards().notes


def test_masks_keep_their_progress(project: Project, learner: Learner) -> None:
    """A mask put before the others, one that is moved and one that goes: reviews stay with what they are of."""
    learner.take(built(project))
    for card in map(learner.col.get_card, learner.col.find_cards("note:*occlusion")):
        learner.answer(card)
    project.edit(
        "chapters/one.md",
        "      SYN: syn\n      ACK: 25",
        "      FIN: 80 80 5 5\n      SYN: syn\n      ACK: 30",
    )
    taken = learner.take(built(project))
    assert (taken.updated, taken.conflicting) == (1, 0)
    places = {number: shapes[0]["left"] for number, shapes in masks(learner).items()}
    assert places == {1: ".24", 2: ".3", 3: ".8"}
    project.edit("chapters/one.md", "      SYN: syn\n", "")
    learner.take(built(project))
    assert set(masks(learner)) == {2, 3}
    reviewed = {
        c.ord
        for c in map(learner.col.get_card, learner.col.find_cards("note:*occlusion"))
        if c.reps
    }
    assert reviewed == {0, 1}
    assert learner.col.fix_integrity()[1]


def test_building_again_changes_nothing(project: Project, learner: Learner) -> None:
    """The note type stands in the lock; a card beside it does not touch it; a second import updates nothing."""
    first = built(project)
    lock = (project.source / "deck.lock").read_text()
    assert "adopted " in lock
    learner.take(first)
    again = CARD + "\n/// card | What opens a connection?\n    id: opens\nA handshake.\n///\n"
    project.chapter(again)
    taken = learner.take(built(project))
    assert (taken.new, taken.updated, taken.conflicting) == (1, 0, 0)
    after = (project.source / "deck.lock").read_text().splitlines()
    assert set(lock.splitlines()) <= set(after)
    assert len([m for m in learner.col.models.all_names_and_ids() if "occlusion" in m.name]) == 1


def test_a_card_that_goes_is_taken_back(project: Project, learner: Learner) -> None:
    """Its note is emptied, and Empty Cards removes it."""
    deck = built(project)
    give_out(project, deck)
    learner.take(deck)
    project.chapter(
        "# One\n\nText.\n\n/// card | What opens a connection?\n    id: opens\nA handshake.\n///\n"
    )
    learner.take(built(project))
    gone = {card for one in learner.col.get_empty_cards().notes for card in one.card_ids}
    assert gone == set(learner.col.find_cards("note:*occlusion"))


def test_a_cloze_cannot_become_a_picture(project: Project) -> None:
    """Once it was released: Anki would never update it. A draft may."""
    text = "# One\n\nText.\n\n/// cloze\n    id: handshake\nFirst comes ==SYN== from the client.\n///\n"
    for chapter in (text, CARD, text):
        release = built(project.chapter(chapter))
    give_out(project, release)
    project.chapter(CARD)
    wrong = project.build(*DECK)
    assert wrong.status == 1
    assert "error[card-kind-changed]" in wrong.err


def test_on_paper_masks_are_numbered(project: Project) -> None:
    """The question has them on the picture; the answer has what they hide."""
    (card,) = project.book().cards
    drawn = [e for e in elements(question(card).nodes) if "mask" in e.classes]
    assert [e.attributes["style"] for e in drawn] == [
        "left: 24%; top: 19%; width: 52%; height: 14%",
        "left: 25%; top: 66%; width: 50%; height: 14%",
    ]
    assert question(card).words.count("SYN") == 1, "in the list, which review pages make blanks of"


@pytest.mark.parametrize(
    ("mask", "code", "said"),
    [
        (
            "SYN: sym",
            "occlusion-element",
            "the drawing has no element `sym`; it has `syn`, `words`",
        ),
        ("SYN: words", "occlusion-element", "text alone has none"),
        ("SYN: 60 10 50 10", "occlusion-mask", "ends in the picture"),
        ("SYN: 10 10 0 10", "occlusion-mask", "per cent"),
        ("SYN: 10 10", "block-option-invalid", "left, top, width and height"),
        ("SYN: {a: 1}", "block-option-invalid", "left, top, width and height"),
    ],
)
def test_what_is_wrong_with_a_mask_is_told(
    project: Project, mask: str, code: str, said: str
) -> None:
    """At the card, with what would do."""
    project.edit("chapters/one.md", "SYN: syn", mask)
    problems = [p for p in project.problems() if p.code == code]
    assert problems, project.problems()
    assert said in problems[0].message
    assert problems[0].span is not None
    assert problems[0].span.file == "source/chapters/one.md"


def test_a_photograph_has_no_elements(project: Project) -> None:
    """Nor does a card without masks hide anything, nor one whose picture is not there."""
    project.edit("chapters/one.md", "    masks:\n      SYN: syn\n      ACK: 25 66 50 14\n", "")
    assert project.codes() == ["occlusion-empty"]
    project.chapter(CARD.replace("a.svg", "none.svg"))
    assert project.codes() == ["image-missing"]


def test_media_go_along_once(project: Project) -> None:
    """The picture is in the package under one name."""
    with zipfile.ZipFile(BytesIO(built(project))) as archive:
        assert archive.read("media").count(b".svg") == 1


def test_it_is_printed_in_every_product(project: Project) -> None:
    """Review pages and answers, sheets and pages for a browser: nothing is lost, masks lie on the picture."""
    guide = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", f"{guide}products: {{web: true, epub: true}}\n")
    done = project.build("--jobs", "1")
    assert done.status == 0, done.err
    pages = "".join(p.read_text() for p in (project.folder / "build/web").rglob("*.html"))
    assert (
        '<span class="mask" style="left: 24%; top: 19%; width: 52%; height: 14%">1</span>' in pages
    )
