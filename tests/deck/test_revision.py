"""Which notes rise, from release to release, and what the author reads of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.contents import content, make, replace
from tests.deck.books import (
    FIRST,
    MONTH,
    Releases,
    basic,
    book,
    chapter,
    cloze,
    codes,
    moved,
    part,
    pressed,
    problems,
    templates,
)  # fmt: skip
from tests.deck.collection import Learner

from guidepress.book.dates import EARLIEST, release_epoch
from guidepress.book.model import Book, Brand, DeckOptions, Footnote
from guidepress.deck.notes import title
from guidepress.deck.press import plan
from guidepress.deck.revision import Changes, news

A, B, C = basic("a"), basic("b"), cloze("c", "[[one]] and [[two]]")


def mods(guide: Releases) -> dict[str, int]:
    return {id: note.mod - FIRST for id, note in guide.decks[-1].lock.notes.items()}


def test_only_a_changed_note_rises_to_the_release() -> None:
    guide = Releases()
    guide.release(book(A, B, C))
    deck, warnings = guide.release(book(A, replace(B, back="<p>New.</p>"), C))
    assert mods(guide) == {"a": 0, "b": MONTH, "c": 0}
    assert deck.changes == Changes(changed=("b",))
    assert not warnings


def test_a_second_change_on_one_day_still_rises() -> None:
    first, _ = pressed(book(A))
    second, _ = pressed(book(replace(A, back="<p>x</p>")), first.lock)
    third, _ = pressed(book(replace(A, back="<p>y</p>")), second.lock, released=FIRST - MONTH)
    assert [d.lock.notes["a"].mod - FIRST for d in (first, second, third)] == [0, 1, 2]


@pytest.mark.parametrize(
    "same",
    [
        replace(A, anchor="elsewhere"),
        replace(A, front='<p  data-line="9">What\nis  a?</p>'),
        replace(A, stage="storage", tags=("allow-yes-no",)),
        replace(A, chapter="what"),
    ],
)
def test_what_is_no_change_of_content(same: object) -> None:
    guide = Releases()
    guide.release(book(A, B), folios={"card-a": "7"})
    deck, _ = guide.release(book(same, B), folios={"card-a": "99"})  # type: ignore[arg-type]
    assert mods(guide) == {"a": 0, "b": 0}
    assert deck.changes.changed == ()


def test_new_colours_of_code_touch_no_note_and_new_code_does() -> None:
    code = '<pre class="code" data-language="c"><code>{}x = 1;</code></pre>'
    guide = Releases()
    guide.release(book(basic("a", back=code.format('<span class="n">int</span> '))))
    guide.release(book(basic("a", back=code.format('<span class="kt">int</span> '))))
    assert mods(guide) == {"a": 0}
    guide.release(book(basic("a", back=code.format('<span class="kt">long</span> '))))
    assert mods(guide) == {"a": 2 * MONTH}


def test_white_space_is_no_change_but_in_code() -> None:
    first, _ = pressed(book(basic("x", back="<p>a b</p><pre><code>if a:\n    b\nc</code></pre>")))
    for back, changed in (
        ("<p>a\n  b</p>\n<pre><code>if a:\n    b\nc</code></pre>", ()),
        ("<p>a b</p><pre><code>if a:\n    b\n    c</code></pre>", ("x",)),
    ):
        assert pressed(book(basic("x", back=back)), first.lock)[0].changes.changed == changed


def test_a_footnote_put_in_above_changes_no_card_below() -> None:
    def made(number: int, words: str) -> Book:
        call = f'<sup class="footnote-ref"><a href="#fn-who-{number}">{number}</a></sup>'
        note = make(Footnote, f"fn-who-{number}", number, words)
        who = chapter("who", "1", footnotes=(note,))
        return book(basic("x", front=f"<p>Why?{call}</p>"), parts=(part("one", who),))

    first, _ = pressed(made(1, "<p>So.</p>"))
    assert first.lock.notes["x"].title == "Why?"
    assert pressed(made(2, "<p>So.</p>"), first.lock)[0].changes == Changes()
    assert pressed(made(2, "<p>Thus.</p>"), first.lock)[0].changes.changed == ("x",)


def test_the_title_of_a_card_of_pictures_is_what_they_show() -> None:
    front = '<p><img src="a/plan.png" alt="A plan"> <img src="b/map.png" alt=""></p>'
    assert title(content(front)) == "A plan map.png"


def test_reordering_and_renumbering_touch_no_note() -> None:
    guide = Releases()
    first, _ = guide.release(book(A, B, C))
    second, warnings = guide.release(book(C, B, A, edition="2026.1", title="Another title"))
    assert second.changes == Changes()
    assert not warnings
    assert {n.guid for n in second.lock.notes.values()} == {
        n.guid for n in first.lock.notes.values()
    }


def test_withdrawn_and_restored() -> None:
    guide = Releases()
    guide.release(book(A, B))
    deck, warnings = guide.release(book(A))
    assert deck.changes == Changes(withdrawn=("b",))
    assert (deck.notes, deck.tombstones) == (1, 1)
    assert mods(guide) == {"a": 0, "b": MONTH}
    assert not warnings
    deck, _ = guide.release(book(A))
    assert deck.changes == Changes()
    assert mods(guide) == {"a": 0, "b": MONTH}
    deck, _ = guide.release(book(A, B))
    assert deck.changes == Changes(restored=("b",))
    assert mods(guide) == {"a": 0, "b": 3 * MONTH}
    assert deck.lock.notes["b"].since == FIRST


def test_a_style_rises_by_itself() -> None:
    guide = Releases()
    guide.release(book(A))
    look = templates()
    deck, _ = guide.release(book(A), layout=replace(look, style=look.style + "\n.x{}"))
    assert {t.mod - FIRST for t in deck.lock.types.values()} == {MONTH}
    assert mods(guide) == {"a": 0}
    deck, _ = guide.release(
        book(A), layout=replace(look, cloze_back="{{cloze:Text}}", style=look.style + "\n.x{}")
    )
    assert {kind: t.mod - FIRST for (_, kind), t in deck.lock.types.items()} == {
        "basic": MONTH, "cloze": 2 * MONTH,
    }  # fmt: skip


def test_another_edition_has_a_style_and_a_name_of_its_own() -> None:
    main, _ = pressed(book(A))
    branded = book(
        A, brand=make(Brand, colours={"accent": "#123456"}), deck=make(DeckOptions, "Branded")
    )
    other, warnings = pressed(branded, main.lock, released=FIRST + MONTH, edition="acme")
    assert not warnings
    assert other.lock.types["-", "basic"] == main.lock.types["-", "basic"]
    assert other.lock.types["acme", "basic"].id == main.lock.types["-", "basic"].id
    assert other.lock.types["acme", "basic"].style != main.lock.types["-", "basic"].style
    assert other.lock.notes == main.lock.notes
    again, warnings = pressed(book(A), other.lock)
    assert not warnings
    assert again.lock.types["-", "basic"] == main.lock.types["-", "basic"]


def test_a_gap_that_is_put_back_has_its_number_back() -> None:
    guide = Releases()
    methods = cloze("m", "[[GET]] reads, [[PUT]] replaces, [[DELETE]] deletes.")
    guide.release(book(methods))
    _, said = guide.release(book(cloze("m", "[[GET]] reads, [[DELETE]] deletes.")))
    assert codes(said) == ["lock-migrated"]
    deck, said = guide.release(book(cloze("m", "[[PATCH]] and [[GET]], [[DELETE]] deletes.")))
    assert deck.lock.notes["m"].clozes == ("GET", None, "DELETE", "PATCH")
    assert deck.lock.notes["m"].gone == ((2, "PUT"),)
    assert not said
    deck, _ = guide.release(book(cloze("m", "[[PUT]], [[GET]], [[DELETE]], [[PATCH]].")))
    assert deck.lock.notes["m"].clozes == ("GET", "PUT", "DELETE", "PATCH")
    assert deck.lock.notes["m"].gone == ()
    assert deck.lock.format == 1


def test_a_card_that_is_put_back_knows_the_gaps_it_had_lost_before() -> None:
    guide = Releases()
    guide.release(book(A, cloze("m", "[[one]] and [[two]].")))
    guide.release(book(A, cloze("m", "[[one]].")))
    guide.release(book(A))
    deck, _ = guide.release(book(A, cloze("m", "[[two]] and [[one]].")))
    assert deck.lock.notes["m"].clozes == ("one", "two")


def test_a_lock_of_another_guide_is_refused() -> None:
    deck, _ = pressed(book(A))
    assert codes(problems(book(A, id="renamed"), deck.lock)) == ["lock-guide"]


def test_a_schema_that_drifted_is_refused() -> None:
    deck, _ = pressed(book(A))
    types = {key: replace(t, schema="0") for key, t in deck.lock.types.items()}
    found = problems(book(A), replace(deck.lock, types=types))
    assert codes(found) == ["deck-schema-drift", "deck-schema-drift"]


def test_the_schema_is_the_one_that_was_first_released() -> None:
    """Change these only together with a migration: they are in every learner's collection."""
    deck, _ = pressed(book(A))
    assert {kind: t.schema for (_, kind), t in deck.lock.types.items()} == {
        "basic": "60959c5f4f55af14",
        "cloze": "6c8cae099c8e564f",
    }
    assert deck.lock.notes["a"].guid == "z47kwJQueuyV0bgg"


def test_a_card_cannot_become_one_of_another_kind() -> None:
    deck, _ = pressed(book(A))
    found = problems(book(cloze("a", "[[x]]")), deck.lock)
    assert codes(found) == ["card-kind-changed"]
    assert found.diagnostics[0].span is not None


def test_a_card_under_a_new_id_is_pointed_out() -> None:
    first, _ = pressed(book(A, B))
    _, (warned,) = pressed(book(replace(A, id="renamed"), B), first.lock)
    assert (warned.code, warned.hints) == ("card-id-changed", ("give it its id back: `id: a`",))
    assert not pressed(book(basic("other"), B), first.lock)[1]


def test_an_old_date_is_pointed_out_in_a_release() -> None:
    deck, _ = pressed(book(A))
    edited = book(replace(A, back="<p>x</p>"))
    assert codes(pressed(edited, deck.lock, release=True)[1]) == ["deck-date-old"]
    assert not pressed(edited, deck.lock, release=True, released=FIRST + MONTH)[1]
    assert not pressed(edited, deck.lock)[1]


def test_a_moved_card_is_a_warning_that_says_what_learners_see() -> None:
    guide = Releases()
    guide.release(book(A, B, C))
    deck, warnings = guide.release(book(moved(A, "sql"), moved(B, "sql"), C))
    (warning,) = warnings
    assert warning.code == "card-moved"
    assert "“A Test Guide::1 Orientation::01 Who you are”" in warning.message
    assert "“A Test Guide::2 Practice::04 SQL”" in warning.message
    assert deck.changes == Changes(moved=("a", "b"))
    assert guide.release(book(moved(A, "sql"), moved(B, "sql"), C))[1] == ()


def test_a_renamed_deck_is_one_warning() -> None:
    guide = Releases()
    guide.release(book(A, moved(B, "sql")))
    _, warnings = guide.release(book(A, moved(B, "sql"), deck=make(DeckOptions, "New Name")))
    (warning,) = warnings
    assert warning.code == "deck-renamed"
    assert "“A Test Guide”" in warning.message
    assert "“New Name”" in warning.message


def test_a_renamed_part_is_one_warning_and_a_renamed_chapter_another() -> None:
    chapters = (chapter("who", "1"), chapter("what", "2"))
    cards = (A, moved(B, "what"))
    guide = Releases()
    guide.release(book(*cards, parts=(part("p", *chapters),)))
    _, warnings = guide.release(book(*cards, parts=(part("p", *chapters, title="Renamed"),)))
    assert codes(warnings) == ["deck-renamed"]
    renamed = (chapter("who", "1", "Whoever"), chapters[1])
    _, warnings = guide.release(book(*cards, parts=(part("p", *renamed, title="Renamed"),)))
    assert codes(warnings) == ["deck-renamed"]
    assert "Whoever" in warnings[0].message


def test_a_deck_that_nobody_has_a_card_in_is_renamed_silently() -> None:
    guide = Releases()
    guide.release(book(A, parts=(part("p", chapter("who", "1"), chapter("what", "2")),)))
    made = book(A, parts=(part("p", chapter("who", "1"), chapter("what", "2", "Renamed")),))
    assert guide.release(made)[1] == ()


def test_a_chapter_put_in_between_renames_nothing() -> None:
    guide = Releases()
    guide.release(
        book(A, moved(B, "what"), parts=(part("p", chapter("who", "1"), chapter("what", "2")),))
    )
    chapters = (chapter("who", "1"), chapter("new", "2"), chapter("what", "3"))
    deck, warnings = guide.release(
        book(A, basic("n", chapter="new"), moved(B, "what"), parts=(part("p", *chapters),))
    )
    assert not warnings
    names = [deck.lock.decks["-", f"chapter:{c.id}"].name.rpartition("::")[2] for c in chapters]
    assert names == ["01 Who", "01.1 New", "02 What"]


def test_parts_and_chapters_in_another_order_rename_nothing() -> None:
    guide = Releases()
    http, sql = chapter("http", "1", "HTTP"), chapter("sql", "2", "SQL")
    who = chapter("who", "3", "Who")
    cards = (A, basic("h", chapter="http"), basic("s", chapter="sql"))
    guide.release(book(*cards, parts=(part("one", http, sql), part("two", who))))
    before = guide.decks[-1].lock.decks
    deck, warnings = guide.release(
        book(
            *cards,
            parts=(part("new", chapter("what", "1")), part("two", who), part("one", sql, http)),
        )
    )
    assert not warnings
    assert {place: deck.lock.decks[place] for place in before} == before


def test_a_deck_with_a_name_of_its_own_keeps_it_whatever_the_title() -> None:
    guide = Releases()
    options = DeckOptions("A Test Guide", parts={"p": "Basics"}, chapters={"who": "0 You"})
    guide.release(book(A, parts=(part("p", chapter("who", "1")),), deck=options))
    assert guide.decks[-1].lock.decks["-", "chapter:who"].name == "A Test Guide::Basics::0 You"
    renamed = part("p", chapter("who", "1", "Renamed"), title="Renamed")
    deck, warnings = guide.release(book(A, parts=(renamed,), deck=options, title="Renamed"))
    assert not warnings
    assert deck.lock.decks["-", "chapter:who"].name == "A Test Guide::Basics::0 You"


def test_a_renamed_deck_says_how_to_keep_its_name() -> None:
    guide = Releases()
    guide.release(book(A, parts=(part("p", chapter("who", "1", "Who")),)))
    renamed = book(A, parts=(part("p", chapter("who", "1", "Whoever")),))
    _, (warned,) = pressed(renamed, guide.decks[-1].lock)
    assert warned.hints[0] == 'to keep the name, write `deck: "01 Who"` at the chapter `who`'
    assert "“A Test Guide::1 P::01 Who” to “A Test Guide::1 P::01 Whoever”" in warned.hints[1]
    kept = replace(renamed, deck=replace(renamed.deck, chapters={"who": "01 Who"}))
    assert not pressed(kept, guide.decks[-1].lock)[1]


def test_chapters_may_share_a_deck(learner: Callable[..., Learner]) -> None:
    """Two of one name, and one whose cards are in the deck above."""
    names = {"http": "Web", "sql": "Web", "who": "."}
    cards = (A, basic("h", chapter="http"), basic("s", chapter="sql"))
    deck, warnings = pressed(book(*cards, deck=DeckOptions("A Test Guide", chapters=names)))
    assert not warnings
    one = learner()
    one.take(deck.apkg)
    assert one.decks() == ["A Test Guide::1 Orientation", "A Test Guide::2 Practice::Web"]
    assert one.healthy()


def test_the_news_of_an_edition_are_the_same_before_and_after_it_is_built() -> None:
    guide = Releases()
    first, _ = guide.release(book(A, B, C))
    assert news(first.lock) == Changes()
    later = book(replace(A, back="<p>x</p>"), C, basic("d"))
    expected = Changes(new=("d",), changed=("a",), withdrawn=("b",))
    planned = plan(later, first.lock, templates(), released=guide.released)
    assert not planned.failed
    assert news(planned.lock) == expected
    second, _ = guide.release(later)
    assert second.lock == planned.lock
    assert news(second.lock) == expected
    assert guide.release(later)[0].changes == Changes()
    assert news(guide.decks[-1].lock) == Changes()


def test_every_lock_is_its_own_fixed_point() -> None:
    guide = Releases()
    steps = [
        book(A, B, C),
        book(replace(A, back="<p>x</p>"), C),
        book(B, cloze("c", "[[zero]], [[one]] and [[two!]]"), moved(A, "sql")),
        book(B, parts=(part("q", chapter("who", "1"), chapter("new", "2")),)),
    ]
    for made in steps:
        released = guide.released
        deck, _ = guide.release(made)
        again, _ = pressed(made, deck.lock, released=released)
        assert again.apkg == deck.apkg
        assert again.lock == deck.lock
        assert again.changes == Changes()


@pytest.mark.parametrize(
    ("date", "epoch"),
    [
        ("2025-03-01", FIRST),
        ("2025-03", FIRST),
        ("2026", 1_767_225_600),
        ("", EARLIEST),
        ("March 2025", EARLIEST),
        ("1969-01-01", EARLIEST),
    ],
)
def test_release_epoch(date: str, epoch: int) -> None:
    assert release_epoch(date) == epoch
