"""deck.lock as text: read, written, merged by git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.contents import replace
from tests.deck.books import FIRST, MONTH, Releases, basic, book, cloze, codes, pressed

from guidepress.deck.lock import FORMAT, Lock, read_lock
from guidepress.diagnostics import Span


def lock_of(text: str) -> Lock:
    found = read_lock(text)
    assert found.value is not None, found.diagnostics
    return found.value


def test_a_lock_is_read_as_it_was_written() -> None:
    cards = (basic("a", front='<p>What is "x" \\ y?</p>'), cloze("b", "[[x]] and [[2:y]]"))
    deck, _ = pressed(book(*cards))
    assert lock_of(deck.lock.text()) == deck.lock
    assert lock_of(deck.lock.text()).text() == deck.lock.text()


def test_the_text_is_one_readable_line_a_card_in_the_order_of_ids() -> None:
    deck, _ = pressed(
        book(basic("zebra", front="<p>What is a zebra?</p>"), cloze("ant", "An [[ant]]."))
    )
    lines = deck.lock.text().splitlines()
    assert [line.split()[1] for line in lines if line.startswith("card ")] == ["ant", "zebra"]
    assert lines[-1].startswith("card zebra basic ")
    assert lines[-1].endswith(f' {FIRST} {FIRST} active chapter:who "What is a zebra?"')
    assert lines[-2].endswith('"An ant." ["ant"]')


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("<<<<<<< HEAD", "lock-conflict"),
        ("=======", "lock-conflict"),
        (">>>>>>> theirs", "lock-conflict"),
        ("card a basic", "lock-line"),
        ("hello", "lock-line"),
        ('card a basic g h 1 1 active . "unclosed', "lock-line"),
        ('card a cloze g h 1 1 active . "t" [1', "lock-line"),
        ('card a cloze g h 1 1 active . "t" [1]', "lock-line"),
        ('card a cloze g h 1 1 active . "t" [{"gone": null}]', "lock-line"),
    ],
)
def test_a_broken_line_is_named(line: str, code: str) -> None:
    found = read_lock(f"lock 1\nguide g\n{line}\n", "source/deck.lock")
    assert found.value is None
    (problem,) = found.diagnostics
    assert (problem.code, problem.span) == (code, Span("source/deck.lock", 3, 1, len(line)))


def test_a_lock_of_a_later_guidepress_is_refused() -> None:
    assert codes(read_lock(f"lock {FORMAT + 1}\nguide g\n")) == ["lock-format"]
    assert codes(read_lock(f"lock {FORMAT + 1}\nlock 1\nguide g\n")) == ["lock-format"]


def test_a_lock_is_of_the_earliest_format_that_can_hold_it() -> None:
    """So that those who build with an earlier guidepress are only asked to update where they must."""
    text = 'guide g\nreleased 1\ncard a cloze G h 5 3 active . "a" ["x", {}]\n'
    before = lock_of(text.format("null"))
    assert (before.format, before.notes["a"].gone) == (1, ())
    assert "\nlock 1\n" in before.text()
    after = lock_of(text.format('{"gone": "y"}'))
    assert (after.format, after.notes["a"].clozes, after.notes["a"].gone) == (
        2, ("x", None), ((2, "y"),),
    )  # fmt: skip
    assert "\nlock 2\n" in after.text()
    assert lock_of(after.text()) == after


def test_the_words_of_gone_gaps_outlive_a_merge() -> None:
    one = 'card a cloze G new 9 3 active . "a" ["x", {"gone": "y"}]'
    other = 'card a cloze G old 5 3 active . "a" ["x", "y", "z"]'
    for text in (f"{one}\n{other}\n", f"{other}\n{one}\n"):
        note = lock_of(f"lock 2\nguide g\n{text}").notes["a"]
        assert (note.clozes, note.gone) == (("x", None, None), ((2, "y"), (3, "z")))


def test_two_cards_with_one_guid_are_refused() -> None:
    text = 'lock 1\nguide g\ncard a basic G h 1 1 active . "a"\ncard b basic G h 1 1 active . "b"\n'
    assert codes(read_lock(text)) == ["lock-guid"]


def test_an_empty_file_is_the_lock_of_a_new_deck() -> None:
    deck, _ = pressed(book(basic("a")), lock_of(""))
    assert deck.lock.guide == "test-guide"


def test_a_card_that_stands_twice_counts_with_its_later_line() -> None:
    early = 'card a cloze G old 5 3 active . "a" ["x", "y"]'
    late = 'card a cloze G new 9 4 active . "a" ["x"]'
    for text in (f"{early}\n{late}\n", f"{late}\n{early}\n"):
        note = lock_of(f"guide g\n{text}").notes["a"]
        assert (note.hash, note.mod, note.since) == ("new", 9, 3)
        assert note.clozes == ("x", None)  # number 2 was used, and is not free again


def test_two_contents_under_one_mod_both_count_as_old() -> None:
    text = 'guide g\ncard a basic G one 5 5 active . "a"\ncard a basic G two 5 5 active . "a"\n'
    assert lock_of(text).notes["a"].hash == "merged"


def test_branches_that_add_and_edit_cards_merge_in_git(tmp_path: Path) -> None:
    cards = [basic(f"c{n:02}") for n in range(20)]
    start = Releases()
    start.release(book(*cards))

    def git(*words: str) -> str:
        return subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@t", *words],
            cwd=tmp_path, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip

    def commit(branch: str, *made: object) -> None:
        git("checkout", "-q", "-B", branch, "main")
        deck, _ = pressed(book(*made), lock_of(start.lock), released=FIRST + MONTH)  # type: ignore[arg-type]
        (tmp_path / "deck.lock").write_text(deck.lock.text())
        git("commit", "-qam", branch)

    git("init", "-q", "-b", "main")
    (tmp_path / ".gitattributes").write_text("deck.lock merge=union\n")
    (tmp_path / "deck.lock").write_text(start.lock)
    git("add", ".")
    git("commit", "-qm", "start")
    edited = replace(cards[3], back="<p>Left.</p>")
    other = replace(cards[3], back="<p>Right.</p>")
    commit("left", *cards[:3], edited, *cards[4:], basic("c10-left"))
    commit("right", *cards[:3], other, *cards[4:], basic("c10-right"))
    git("merge", "-q", "left", "-m", "merge")

    merged = lock_of((tmp_path / "deck.lock").read_text())
    both = [*cards[:3], edited, *cards[4:], basic("c10-left"), basic("c10-right")]
    deck, warnings = pressed(book(*both), merged, released=FIRST + MONTH)
    assert not warnings
    assert deck.changes.new == ()
    assert deck.changes.changed == ("c03",)  # learners of either branch get what was agreed on
    assert deck.lock.notes["c03"].mod == FIRST + MONTH + 1
