"""Two releases compared, as packages and as locks."""

from __future__ import annotations

from pathlib import Path

from tests.contents import make, replace
from tests.deck.books import (
    Releases,
    basic,
    book,
    chapter,
    cloze,
    codes,
    image,
    moved,
    part,
    png,
    templates,
)  # fmt: skip

from guidepress.book.model import DeckOptions
from guidepress.deck.diff import Difference, compare_files, release_notes

A = basic("a", back="<p>Sending it twice is as once.</p>")
C = cloze("c", "[[one]] and [[two]]")


def released(*more: object) -> tuple[Releases, list[str]]:
    guide = Releases()
    locks = []
    for made in more:
        options = {}
        if isinstance(made, tuple):
            made, options = made
        guide.release(made, **options)  # type: ignore[arg-type]
        locks.append(guide.lock)
    return guide, locks


def both(*more: object) -> tuple[Difference, Difference]:
    """The last two of some releases compared: as packages, as locks."""
    guide, locks = released(*more)
    packed = compare_files(guide.decks[-2].apkg, guide.decks[-1].apkg)
    locked = compare_files(locks[-2].encode(), locks[-1].encode())
    assert packed.value is not None
    assert locked.value is not None
    return packed.value, locked.value


def text(difference: Difference) -> str:
    return "\n".join(difference.lines())


def test_nothing_changed() -> None:
    made = book(A, C)
    for difference in both(made, made):
        assert not difference
        assert text(difference) == ""


def test_words_that_changed_are_shown() -> None:
    packed, locked = both(
        book(A, C),
        book(replace(A, back="<p>Sending it <b>twice</b> is like once.</p>", tags=("x",)), C),
    )
    assert text(packed) == (
        "1 changed: learners get the new text and keep their progress\n"
        "  a: What is a?\n"
        "    Back: Sending it twice is [-as-] {+like+} once.\n"
        "    Tags: test-guide::chapter::who test-guide::from::card {+test-guide::x+}"
    )
    assert text(locked).splitlines() == text(packed).splitlines()[:2]
    assert [c.card.id for c in locked.changed] == ["a"]


def test_new_withdrawn_restored_and_gaps() -> None:
    start = book(A, C, basic("gone"), basic("both", reverse=True))
    later = book(
        A, cloze("c", "[[one]] and two and [[three]] and [[four]]"), basic("new"), basic("both")
    )
    packed, locked = both(start, later)
    for difference in (packed, locked):
        assert [card.id for card in difference.new] == ["new"]
        assert [card.id for card in difference.withdrawn] == ["gone"]
    assert text(packed) == (
        "1 new: come as new cards\n"
        "  new: What is new?\n"
        "2 changed: learners get the new text and keep their progress\n"
        "  c: [1: one] and two and [3: three] and [4: four]\n"
        "    Text: [1: one] and [-[2: two]-] {+two and [3: three] and [4: four]+}\n"
        "    cards more: 1\n"
        "  both: What is both?\n"
        "    cards that go blank, until Tools > Empty Cards removes them: 1\n"
        "1 withdrawn: go blank, until Tools > Empty Cards removes them\n"
        "  gone: What is gone?"
    )
    packed, locked = both(start, later, start)
    assert (
        [card.id for card in packed.restored] == [card.id for card in locked.restored] == ["gone"]
    )


def test_moved_and_renamed() -> None:
    chapters = (chapter("who", "1"), chapter("what", "2"))
    start = book(A, basic("b"), moved(basic("d"), "what"), parts=(part("p", *chapters),))
    later = book(
        A, moved(basic("b"), "what"), moved(basic("d"), "what"), parts=(part("p", *chapters),)
    )
    for difference in both(start, later):
        assert [(c.id, old, new) for c, old, new in difference.moved] == [
            ("b", "A Test Guide::1 P::01 Who", "A Test Guide::1 P::02 What")
        ]
    # A card that moves while the deck is renamed is all that moved.
    renamed = replace(later, deck=make(DeckOptions, "New"))
    for difference in both(start, renamed):
        assert difference.renamed == (("A Test Guide", "New"),)
        assert [(c.id, new) for c, _, new in difference.moved] == [("b", "New::1 P::02 What")]
    packed, locked = both(start, replace(start, deck=make(DeckOptions, "New")))
    assert not packed.moved
    assert not locked.moved


def test_braces_of_a_question_are_no_gap_and_new_indentation_is_told() -> None:
    start = book(basic("x", front="<p>{{x}}?</p>", back="<pre>if a:\n    b\n</pre>"))
    later = book(basic("x", front="<p>{{x}}?</p>", back="<pre>if a:\n  b\n</pre>"))
    packed, _ = both(start, later)
    assert list(packed.lines())[1:] == [
        "  x: {{x}}?",
        "    the words are the same; markup, or white space in code, is not",
    ]


def test_a_new_look() -> None:
    look = templates()
    packed, locked = both(book(A), (book(A), {"layout": replace(look, style=".x{}")}))
    assert packed.looks == ("test-guide card", "test-guide cloze")
    assert locked.looks == ("basic", "cloze")


def test_what_reaches_nobody_is_named() -> None:
    first, _ = released(book(A, C))
    second, _ = released(book(replace(A, back="<p>New.</p>")))
    found = compare_files(first.decks[0].apkg, second.decks[0].apkg).value
    assert found is not None
    assert "its `mod` did not rise: no learner will get this" in text(found)
    assert "1 lost: stay as they are permanently" in text(found)
    assert found.as_dict()["changed"] == [
        {
            "id": "a",
            "fields": {"Back": {"old": "Sending it twice is as once.", "new": "New."}},
            "cards": [1, 1],
            "reaches_learners": False,
        }
    ]


def test_a_deck_is_not_compared_with_a_lock() -> None:
    guide, locks = released(book(A))
    assert codes(compare_files(guide.decks[0].apkg, locks[0].encode())) == ["diff-mixed"]
    assert codes(compare_files(b"PK", b"PK")) == ["apkg-unreadable", "apkg-unreadable"]
    assert codes(compare_files(b"x", locks[0].encode())) == ["lock-line"]


def test_the_notes_of_a_release_say_what_a_learner_has_to_do(tmp_path: Path) -> None:
    pictures = [image("images/p.png", png(tmp_path / f"{n}" / "p.png", n)) for n in range(2)]
    shown = basic("shown", back='<p><img src="images/p.png" alt="p"></p>')
    first = book(A, C, shown, basic("gone"), images={"images/p.png": pictures[0]})
    later = replace(A, back="<p>Once.</p>")
    second = book(
        later, moved(C, "sql"), shown, basic("new"),
        images={"images/p.png": pictures[1]}, deck=DeckOptions("New Name"),
    )  # fmt: skip
    packed, _ = both(first, second)
    notes = "\n".join(release_notes(packed))
    for expected in (
        "- 1 new card\n- 2 cards changed\n- 1 card withdrawn\n",
        "- Rename the deck “A Test Guide” to “New Name”",
        "tick “Merge note types”",
        "`deck.apkg` with “Update notes: Never”, then `deck-update.txt`",
        "come without “Never” only: `shown`",
        "Tools > Empty Cards",
        "- 1 card has moved",
        "Tools > Check Media",
    ):
        assert expected.rstrip() in notes, notes


def test_the_notes_of_a_release_that_brings_nothing() -> None:
    packed, _ = both(book(A), book(A))
    notes = "\n".join(release_notes(packed))
    assert "- nothing" in notes
    assert "Rename" not in notes
    assert "Empty Cards" not in notes
