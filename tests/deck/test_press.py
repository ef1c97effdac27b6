"""A deck as a new learner gets it: pressed, and imported by the real Anki."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.contents import make, replace
from tests.deck.books import (
    FIRST,
    MONTH,
    basic,
    book,
    chapter,
    cloze,
    codes,
    image,
    part,
    png,
    pressed,
    problems,
)  # fmt: skip
from tests.deck.collection import Imported, Learner
from tests.project import words_in

from guidepress.book.model import Card, Footnote
from guidepress.card_kinds import count
from guidepress.deck.identity import NOTE_ROOM, day_offset, note_guid
from guidepress.deck.packed import read_apkg
from guidepress.deck.press import consumed

CODE = (
    '<p>What does it print?</p><pre class="code" data-language="python"><code>'
    '<span class="k">for</span> <span class="n">x</span> <span class="ow">in</span> d: '
    '<span class="nb">print</span>(<span class="s1">&#39;{{x}}&#39;</span>)</code></pre>'
)

ADVICE = f"<p>{words_in()['update-advice']}</p>"


def every_kind(folder: Path) -> tuple[list[Card], dict[str, object]]:
    """Cards of every kind, with the number of cards of each note in its id (`…-3`)."""
    images = {
        key: image(key, png(folder / key, shade))
        for shade, key in enumerate(("images/a/plan.png", "images/b/plan.png", "images/unused.png"))
    }
    cards = [
        basic("plain-1"),
        basic("both-2", reverse=True, chapter="what"),
        basic("code-1", front=CODE, extra="<p>More.</p>", hint="<p>Look.</p>"),
        basic("generic-1", back="<p><code>&lt;List&lt;String&gt;&gt;</code> and {{braces}} a::b</p>"),
        basic("arabic-1", front="<p>ما هو الخادم؟</p>", back="<p>服务器 🚀</p>", chapter="sql"),
        basic("picture-1", front='<p>See <img src="images/a/plan.png" alt="Plan"></p>'),
        basic("picture-2nd-1", back='<p><img src="images/b/plan.png" alt="Other plan"></p>'),
        basic("typed-1", back="<p>idempotent</p>", tags=("typed", "http")),
        basic("steps-3", back="<ol><li>SYN</li><li>SYN-ACK</li><li>ACK</li></ol>", tags=("steps",)),
        cloze("gap-1", "A server keeps no [[session state]]."),
        cloze("gaps-3", "[[GET]] reads, [[PUT]] replaces, [[DELETE]] deletes."),
        cloze("together-2", "[[1:a]] and [[1:b]], then [[2:c]]"),
        cloze("nested-2", '[[all <mark class="cloze" data-cloze="2">of</mark> it]]'),
        cloze("braces-2", "[[{{x}}]] and [[a::b}]] but {{c9::no}}"),
        cloze("maths-1", 'The area is [[<span class="math" data-tex="\\frac{a}{b^{2}}">a</span>]] of it.'),
        cloze("glossary-1", "[[word]]", chapter="glossary"),
        basic("nowhere-1", chapter=""),
    ]  # fmt: skip
    return cards, {"images": images}


def expected_cards(cards: list[Card]) -> int:
    return sum(int(card.id[-1]) for card in cards)


def test_every_kind_of_card_comes_out_as_computed(
    tmp_path: Path, learner: Callable[..., Learner]
) -> None:
    cards, more = every_kind(tmp_path)
    deck, warnings = pressed(book(*cards, **more))
    assert not warnings
    assert (deck.notes, deck.cards, deck.media) == (len(cards), expected_cards(cards), 2)

    one = learner()
    assert one.take(deck.apkg) == Imported(len(cards), 0, 0, 0)
    assert one.col.card_count() == deck.cards
    for card in cards:
        assert len(one.cards(card.id)) == int(card.id[-1]) == count(card), card.id
    assert one.empty_cards() == []
    assert one.healthy()
    check = one.col.media.check()
    assert (list(check.missing), list(check.unused)) == ([], [])
    assert one.note_types() == ["test-guide card", "test-guide cloze"]


def test_a_second_import_finds_nothing_new(tmp_path: Path, learner: Callable[..., Learner]) -> None:
    cards, more = every_kind(tmp_path)
    deck, _ = pressed(book(*cards, **more))
    one = learner()
    one.take(deck.apkg)
    assert one.take(deck.apkg) == Imported(0, 0, len(cards), 0)
    assert (one.col.note_count(), one.col.card_count()) == (deck.notes, deck.cards)
    assert one.note_types() == ["test-guide card", "test-guide cloze"]
    assert one.healthy()


def test_decks_follow_parts_and_chapters(learner: Callable[..., Learner]) -> None:
    deck, _ = pressed(
        book(
            basic("a", chapter="http"), basic("b"), basic("c", chapter="what"),
            basic("d", chapter="glossary"), basic("e", chapter="preface"), basic("f", chapter=""),
            basic("g", chapter="", part="practice"),
            front=(chapter("preface", title="Std::vector\tfirst"),),
        )
    )  # fmt: skip
    one = learner()
    one.take(deck.apkg)
    assert one.decks() == [
        "A Test Guide",
        "A Test Guide::0 Std∷vector first",
        "A Test Guide::1 Orientation::01 Who you are",
        "A Test Guide::1 Orientation::02 What",
        "A Test Guide::2 Practice",
        "A Test Guide::2 Practice::03 HTTP",
        "A Test Guide::A Glossary",
    ]
    root = one.col.decks.by_name("A Test Guide")
    assert root is not None
    assert root["desc"] == f"<p>Cards for a test.</p>{ADVICE}"


def test_the_description_says_what_a_release_brought(learner: Callable[..., Learner]) -> None:
    first, _ = pressed(book(basic("a"), basic("b")))
    later = book(
        basic("a", back="<p>Another answer.</p>"), basic("c"), basic("d"), edition="2025.2"
    )
    second, _ = pressed(later, first.lock, released=FIRST + MONTH)
    one = learner()
    one.take(first.apkg)
    one.take(second.apkg)
    description = one.col.decks.by_name("A Test Guide")["desc"]
    assert (
        description
        == f"<p>Cards for a test.</p><p>Handbook 2025.2: 2 new cards, 1 changed, 1 withdrawn</p>{ADVICE}"
    )


def test_new_cards_are_due_in_the_order_of_the_book(learner: Callable[..., Learner]) -> None:
    ids = ["c", "a", "d", "b"]
    deck, _ = pressed(book(*(basic(id, reverse=True) for id in ids)))
    one = learner()
    one.take(deck.apkg)
    due = {id: [card.due for card in one.cards(id)] for id in ids}
    assert sorted(ids, key=lambda id: due[id]) == ids
    assert all(len(set(numbers)) == 1 for numbers in due.values())


def test_tags(learner: Callable[..., Learner]) -> None:
    card = basic(
        "git", origin="skill", tags=("typed", "allow-yes-no", "version control"), chapter="sql",
        stage="storage", skill="git",
    )  # fmt: skip
    deck, _ = pressed(book(card))
    one = learner()
    one.take(deck.apkg)
    assert sorted(one.note("git").tags) == [
        "test-guide::chapter::sql",
        "test-guide::from::skill",
        "test-guide::kind::version-control",
        "test-guide::skill::git",
        "test-guide::stage::storage",
        "test-guide::version-control",
    ]


def test_fields_of_a_card(learner: Callable[..., Learner]) -> None:
    card = basic(
        "refs",
        front='<p data-line="3" id="x">See <a class="ref" href="#stage-x">caching</a>, '
        '<span class="index" id="i-1" data-index="HTTP">HTTP</span>, '
        '<a href="https://example.org/?a=1&amp;b=2">site</a>, <em class="term" data-term="t">term</em>'
        '<sup class="footnote-ref" id="r1"><a href="#fn-who-7">7</a></sup>.</p>',
        extra="<p>More.</p>",
    )
    who = chapter("who", "1", footnotes=(make(Footnote, "fn-who-7", 7, "<p>A note.</p>"),))
    made = book(card, parts=(part("orientation", who),))
    deck, _ = pressed(made, folios={"card-refs": "87", "who": "80"})
    one = learner()
    one.take(deck.apkg)
    note = one.note("refs")
    assert note["Front"] == (
        '<p>See caching, HTTP, <a href="https://example.org/?a=1&amp;b=2">site</a>, '
        '<em class="term">term</em><sup class="footnote-ref">1</sup>.</p>'
    )
    assert note["Extra"] == '<p>More.</p><div class="footnote"><sup>1</sup> <p>A note.</p></div>'
    assert note["Source"] == "Handbook 2025.1, ch. 1, p. 87"


@pytest.mark.parametrize(
    ("chapter_id", "folios", "line"),
    [
        ("who", {}, "Handbook 2025.1, ch. 1"),
        ("who", {"who": "xii"}, "Handbook 2025.1, ch. 1, p. xii"),
        ("glossary", {"glossary": "9"}, "Handbook 2025.1, Glossary, p. 9"),
        ("", {}, "Handbook 2025.1"),
    ],
)
def test_the_source_line_tells_what_there_is(
    learner: Callable[..., Learner], chapter_id: str, folios: dict[str, str], line: str
) -> None:
    deck, _ = pressed(book(basic("a", chapter=chapter_id)), folios=folios)
    one = learner()
    one.take(deck.apkg)
    assert one.note("a")["Source"] == line


def test_braces_and_colons_survive_to_the_learner(
    tmp_path: Path, learner: Callable[..., Learner]
) -> None:
    cards, more = every_kind(tmp_path)
    deck, _ = pressed(book(*cards, **more))
    one = learner()
    one.take(deck.apkg)

    def shown(id: str, ordinal: int = 0) -> str:
        return one.cards(id)[ordinal].answer().replace("<!-- -->", "")

    assert "&lt;List&lt;String&gt;&gt;</code> and {{braces}} a::b" in shown("generic-1")
    assert "{{x}}</span> and" in shown("braces-2")
    assert "a::b}</span> but {{c9::no}}" in shown("braces-2", 1)
    assert r"\(\frac{a}{b^{2} }\)</span> of it." in shown("maths-1")
    assert ">{{x}}<" not in one.cards("braces-2")[0].question()


def test_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    code = (
        "import sys, hashlib, pathlib; sys.path.insert(0, '.');"
        "from tests.deck.test_press import every_kind; from tests.deck.books import *;"
        "cards, more = every_kind(pathlib.Path(sys.argv[1]));"
        "print(hashlib.sha256(pressed(book(*cards, **more))[0].apkg).hexdigest())"
    )
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    found = {
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)],
            cwd=Path(__file__).parents[2],
            check=True,
            text=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "TMPDIR": str(temporary)},
        ).stdout
        for seed, zone in (("0", "UTC"), ("1", "Asia/Kolkata"), ("2", "America/Lima"))
    }
    assert len(found) == 1
    assert list(temporary.iterdir()) == []


def test_a_guide_without_cards_is_an_empty_deck(learner: Callable[..., Learner]) -> None:
    deck, warnings = pressed(book())
    assert (deck.notes, deck.cards, warnings) == (0, 0, ())
    one = learner()
    assert one.take(deck.apkg) == Imported(0, 0, 0, 0)
    assert one.healthy()


def test_the_own_lock_gives_the_same_deck_again(tmp_path: Path) -> None:
    cards, more = every_kind(tmp_path)
    made = book(*cards, **more)
    deck, _ = pressed(made)
    again, warnings = pressed(made, deck.lock, released=FIRST)
    assert again.apkg == deck.apkg
    assert again.lock.text() == deck.lock.text()
    assert not warnings


def test_ids_of_notes_and_their_cards_are_for_ever(learner: Callable[..., Learner]) -> None:
    a, b = cloze("a", "[[one]] and [[two]]"), cloze("b", "[[three]] and [[four]]")
    first, _ = pressed(book(a, b))
    one = learner()
    one.take(first.apkg)
    before = {key: [card.id for card in one.cards(key)] for key in "ab"}
    a = replace(a, text=f"{a.text}<p><mark class='cloze' data-cloze='3'>five</mark></p>")
    second, _ = pressed(book(b, basic("new"), a), first.lock)
    one.take(second.apkg)
    assert {key: [card.id for card in one.cards(key)] for key in "ab"} == {
        "a": [*before["a"], before["a"][0] + 2],
        "b": before["b"],
    }


def test_of_two_notes_that_would_have_one_id_the_guid_decides() -> None:
    """Whichever of them the book has first."""
    found: dict[int, str] = {}
    for name in map(str, range(100_000)):
        if (other := found.setdefault(day_offset(note_guid(book().id, name)), name)) != name:
            break
    one, two = (
        basic(id_) for id_ in sorted((name, other), key=lambda id_: note_guid(book().id, id_))
    )
    for cards in ((one, two), (two, one)):
        contents = read_apkg(pressed(book(*cards))[0].apkg).value
        assert contents is not None
        ids = {note.values[-5]: note.id for note in contents.notes.values()}
        assert ids[two.id] == ids[one.id] + NOTE_ROOM


def test_two_guides_on_one_day_do_not_meet(learner: Callable[..., Learner]) -> None:
    cards = [basic("a"), cloze("b", "[[x]]")]
    first, _ = pressed(book(*cards))
    second, _ = pressed(book(*cards, id="other-guide", title="Other"))
    one = learner()
    one.take(first.apkg)
    assert one.take(second.apkg) == Imported(2, 0, 0, 0)
    assert one.healthy()
    assert len(one.note_types()) == 4


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (basic("a", front='<p><img src="gone.png" alt=""></p>'), "image-missing"),
        (cloze("a", "one [[501:too many]]"), "cloze-number"),
    ],
)
def test_a_card_that_anki_would_not_make_is_an_error_with_its_place(card: Card, code: str) -> None:
    result = problems(book(basic("fine"), card))
    assert result.value is None
    assert [(d.code, d.span) for d in result.diagnostics] == [(code, card.span)]


def test_a_card_without_id_is_an_error_in_a_release_only() -> None:
    made = book(basic("", front="<p>Draft?</p>"), basic("a"))
    assert codes(problems(made, release=True)) == ["card-id-missing"]
    deck, warnings = pressed(made)
    assert codes(warnings) == ["card-id-missing"]
    assert deck.notes == 2
    assert list(deck.lock.notes) == ["a"]


def test_cards_that_are_given_up_make_the_same_deck(tmp_path: Path) -> None:
    """Where nothing else wants the book's cards, the deck lets go of their trees, and is the same."""
    cards, files = every_kind(tmp_path)
    whole, _ = pressed(book(*cards, **files))
    names = {card.id for card in cards}
    spent, _ = pressed(book(**files), cards=consumed(cards))
    assert (spent.apkg, spent.lock_file) == (whole.apkg, whole.lock_file)
    assert (spent.notes, spent.cards) == (whole.notes, whole.cards)
    gc.collect()
    assert cards == []
    assert not [one for one in gc.get_objects() if isinstance(one, Card) and one.id in names]
