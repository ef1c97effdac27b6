"""The search for words that no section prints."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.omissions import Printed


@given(
    st.lists(st.text("abc", min_size=1, max_size=60), min_size=1, max_size=12),
    st.lists(st.text("abcd", min_size=1, max_size=8), max_size=8),
    st.randoms(use_true_random=False),
)
def test_printed_words_are_found_in_any_order(
    printed: Sequence[str], others: Sequence[str], chance: Random
) -> None:
    """Where the search begins makes no difference to what it finds."""
    found = Printed([SectionDraft(f"s-{n}", f"<p>{words}</p>") for n, words in enumerate(printed)])
    everything = "".join(printed)
    wanted = [*printed, *others]
    chance.shuffle(wanted)
    for words in wanted:
        assert found.has(words) == (words in everything)


def test_far_words_do_not_hide_near_ones() -> None:
    """Texts longer than the stretch that is searched first, from the last to the first."""
    texts = [f"{n:04} " + "word " * 400 for n in range(20)]
    found = Printed([SectionDraft("one", "".join(f"<p>{text}</p>" for text in texts))])
    assert all(found.has(f"{n:04}word") for n in reversed(range(20)))
    assert not found.has("0020word")
