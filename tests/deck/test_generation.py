"""The computed number of cards is the real Anki's, whatever is in the fields."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from tests.deck.books import packed, templates
from tests.deck.collection import Learner

from guidepress.card_kinds import NoteKind
from guidepress.deck.generation import cloze_numbers, is_empty_field, renders
from guidepress.deck.note_types import note_types
from guidepress.deck.notes import SEPARATOR
from guidepress.deck.package import DeckRow, NoteRow

PIECES = (
    "{{c1::", "{{c2::", "{{c12::", "{{c0::", "{{c500::", "{{c499::", "{{c502::", "{{C1::", "{{c1,3::",
    "{{c02::", "}}", "}}", "}}", "::", "a", "{", "}", " ", "<br>", "<!-- -->", "{{", "\\(", "\\)",
)  # fmt: skip
FIELDS = (
    "", " ", "\n", "<br>", "<br/>", "<br />", "<BR>", "<div><br></div>", "x", "<p></p>", "<img src=x>",
    "&nbsp;", "\u00a0", "\u2003", "<br  >", "<DIV>",
)  # fmt: skip


def counted(
    learner: Learner, kind: NoteKind, values: list[list[str]]
) -> list[tuple[list[int], list[int]]]:
    """For each note: the ordinals of its cards as computed, and as the real Anki makes them."""
    types = note_types("g", "en", templates(), {"basic": 3 * 10**12, "cloze": 3 * 10**12 + 1})
    note_type = types[kind]
    fields = ["x"] * len(note_type.fields)
    row = NoteRow(2 * 10**12, "guid", note_type.id, 1, (), SEPARATOR.join(fields), 1, 1, [0])
    model = note_type.model(1, 1)
    learner.take(packed([DeckRow(1, "Default")], {note_type.id: model}, [row]))
    real = learner.col.models.get(note_type.id)  # type: ignore[arg-type]
    assert real is not None
    notes = []
    for fields in values:
        note = learner.col.new_note(real)
        note.fields = list(fields)
        learner.col.add_note(note, 1)  # type: ignore[arg-type]
        notes.append(note)
    # Anki leaves no note without a card: it makes the first one all the same, and calls it empty.
    empty = set(learner.empty_cards())
    return [
        (note_type.cards(note.fields), sorted(c.ord for c in note.cards() if c.id not in empty))
        for note in notes
    ]


def test_clozes_are_counted_as_anki_counts_them(learner: Callable[..., Learner]) -> None:
    chance = random.Random(5)
    texts = ["".join(chance.choices(PIECES, k=chance.randrange(1, 9))) for _ in range(500)]
    values = [[text, *[""] * 12] for text in texts]
    for text, (computed, real) in zip(texts, counted(learner(), "cloze", values), strict=True):
        assert computed == real, text


def test_fronts_are_counted_as_anki_counts_them(learner: Callable[..., Learner]) -> None:
    chance = random.Random(5)
    values = [[field, *["x"] * 14] for field in FIELDS]
    values += [chance.choices(FIELDS, k=15) for _ in range(300)]
    for fields, (computed, real) in zip(values, counted(learner(), "basic", values), strict=True):
        assert computed == real, fields


@pytest.mark.parametrize(
    ("template", "filled", "shown"),
    [
        ("{{A}}", {"A"}, True),
        ("{{A}}", {"B"}, False),
        ("text {{hint:type:A}}", {"A"}, True),
        ("{{#A}}text{{/A}}", {"A"}, False),
        ("{{#A}}{{B}}{{/A}}", {"B"}, False),
        ("{{^A}}{{B}}{{/A}}", {"B"}, True),
        ("{{^A}}{{B}}{{/A}}", {"A", "B"}, False),
        ("{{^A}}{{#B}}{{C}}{{/B}}{{/A}}{{#A}}gone{{/A}}", {"B", "C"}, True),
    ],
)
def test_a_front_that_shows_nothing_makes_no_card(
    template: str, filled: set[str], shown: bool
) -> None:
    assert renders(template, filled) is shown


@pytest.mark.parametrize("template", ["{{#A}}", "{{/A}}", "{{#A}}{{#B}}{{/A}}{{/B}}"])
def test_conditions_must_close(template: str) -> None:
    with pytest.raises(ValueError, match="clos"):
        renders(template, set())


def test_nested_and_unclosed_clozes() -> None:
    assert cloze_numbers("{{c1::a {{c3::b}} }} {{c2::open") == [1, 3]
    assert is_empty_field(" <br>\n<div></div>")
    assert not is_empty_field("<p></p>")
