"""What is missing on pages is found, whichever product they are of; what fonts and lines do to text is no loss."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from guidepress.pdf.proof import STRETCH, Text, Words, lost, normal, normals, undrawn

FOX = "The quick brown fox jumps over the lazy dog and is gone for good."


def losses(text: str, *pages: str) -> list[str]:
    return [loss.words for loss in lost([Text(1, text)], [normal(page) for page in pages])]


def test_breaks_are_no_losses() -> None:
    for place in range(5, 60):
        assert losses(FOX, FOX[:place], "a footnote", FOX[place:]) == []


def test_a_gap_is_a_loss() -> None:
    for place in range(0, 50):
        assert losses(FOX, FOX[:place] + FOX[place + 6 :]), place


def test_a_letter_that_is_another_is_a_loss() -> None:
    """Also where there are enough of it elsewhere."""
    words = normal(FOX)
    for place in range(STRETCH - 1, len(words) - STRETCH + 1):
        assert losses(FOX, words[:place] + "#" + words[place + 1 :] + words[::-1]), place


def test_characters_that_share_a_glyph() -> None:
    """A font may draw `∙` and `·` alike, and its glyph has one name; a word may be lost all the same."""
    assert losses("a ∙ b", "a·b") == []
    assert (
        losses("Bread ∙ butter ∙ and jam on a plate", "Bread · butter · and jam on a plate") == []
    )
    assert losses("Bread ∙ butter ∙ and jam on a plate", "Bread · and jam on a plate")
    # Neither for a marker of a list, nor for most of a word.
    assert losses("abc", "a•c") == ["abc"]
    assert losses("ab", "ax") == ["ab"]


def test_what_nobody_sees_is_not_missed() -> None:
    assert (
        losses(
            "left\u200e \u2067right\u2069 to\u00adgether \u26a0\ufe0f", "left right together \u26a0"
        )
        == []
    )


def test_formulas_are_counted() -> None:
    formulas = [Text(1, "x"), Text(2, "y"), Text(3, "x")]
    assert list(undrawn(formulas, [("x", "y"), ("x",)])) == []
    assert [loss.line for loss in undrawn(formulas, [("x",), ("y",)])] == [3]


@given(
    st.lists(st.text("abc", min_size=1, max_size=60), min_size=1, max_size=12),
    st.lists(st.text("abcd", min_size=1, max_size=8), max_size=8),
    st.randoms(use_true_random=False),
)
def test_words_are_found_in_any_order(
    printed: Sequence[str], others: Sequence[str], chance: Random
) -> None:
    """Where the search begins makes no difference to what it finds."""
    found = Words(map(normal, printed))
    everything = "".join(printed)
    wanted = [*printed, *others]
    chance.shuffle(wanted)
    for words in wanted:
        assert found.has(words) == (words in everything)


def test_far_words_do_not_hide_near_ones() -> None:
    """Texts longer than the stretch that is searched first, from the last to the first."""
    found = Words(normal(f"{n:04} " + "word " * 400) for n in range(20))
    assert all(found.has(f"{n:04}word") for n in reversed(range(20)))
    assert not found.has("0020word")


def test_a_mark_painted_behind_another_word_changes_no_letter() -> None:
    """In Persian the sign above `ه` comes behind the next word's alef, with which it would make one letter."""
    words = "شیوهٔ استفاده از این"
    painted = "".join(word[::-1] for word in ("این", "از", "استفاده")) + "\u0654" + "شیوه"[::-1]
    assert list(lost([Text(1, words)], [normal(painted)])) == []
    (one,) = lost([Text(1, words)], [normal(painted.replace("ف", ""))])
    assert one.words == words


_LETTERS = "ab cd-"


@given(
    st.text(_LETTERS, min_size=1, max_size=90),
    st.lists(
        st.tuples(st.integers(0, 90), st.integers(0, 20), st.text(_LETTERS, max_size=4)), max_size=3
    ),
)
def test_a_text_is_missing_where_too_many_stretches_in_a_row_are(
    text: str, edits: Sequence[tuple[int, int, str]]
) -> None:
    """As said of all stretches, one by one; letters there are enough of."""
    printed = text
    for at, length, new in edits:
        printed = printed[:at] + new + printed[at + length :]
    page = normal(printed + "dcba" * len(text))
    wanted = normal(text)
    there = {page[at : at + STRETCH] for at in range(len(page))}
    absent = "".join(
        "-" if wanted[at : at + STRETCH] in there else "x"
        for at in range(len(wanted) - STRETCH + 1)
    )
    expected = wanted not in page and len(wanted) > STRETCH and "x" * STRETCH in absent
    assert bool(losses(text, page)) == expected


@given(st.lists(st.text(max_size=20), max_size=5))
def test_texts_are_compared_alike_alone_and_together(texts: Sequence[str]) -> None:
    assert normals(texts) == list(map(normal, texts))


def test_what_is_ignored_wherever_it_stands() -> None:
    for c in map(chr, range(0x20, 0x3000)):
        for word in (f"a{c}b", f"{c}ß", f"É{c}"):
            assert normal(word + "é") == normal(word) + "é"
    assert (
        normal("A-\u00adB \u200b\u2010\u2011\u202a\u202e\u2066\u2069\ufe0f\ufeff\u061c\u2060c\n")
        == "abc"
    )
    assert normal("\u2012\u2014\u202f\u2065") == "\u2012\u2014\u2065"
