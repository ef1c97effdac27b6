"""The rules for good cards: what each finds, what it lets pass, and how it is allowed."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.contents import make, replace
from tests.deck.books import basic, book, cloze

from guidepress.book.model import Book, Card, Image, Profile, ProfileSet
from guidepress.diagnostics import Diagnostic
from guidepress.lint.cards import check
from guidepress.lint.rules import RULES

GOOD = "Which header names the format of the answer?"


def words(count: int) -> str:
    return " ".join(f"word{n}" for n in range(count))


def ask(front: str = GOOD, back: str = "Content-Type", **more: Any) -> Card:
    return basic("x", front=f"<p>{front}</p>", back=f"<p>{back}</p>", **more)


def listed(count: int) -> str:
    return "<ul>" + "".join(f"<li>item{n}</li>" for n in range(count)) + "</ul>"


def stepped(*counts: int) -> str:
    return "</p><ol>" + "".join(f"<li>{words(count)}</li>" for count in counts) + "</ol><p>"


def code(lines: int, columns: int = 5) -> str:
    return f"<pre class='code'><code>{chr(10).join(['x' * columns] * lines)}</code></pre>"


def found(cards: Iterable[Card], **more: Any) -> list[tuple[str, str]]:
    return [(d.severity.value, d.code) for d in check(book(*cards, **more))]


W, E = "warning", "error"

NESTED = replace(
    cloze("x", ""),
    text='<p>Compilers <mark class="cloze">turn <mark class="cloze" data-cloze="2">source text</mark></mark>'
    " into machine code.</p>",
)
CASES: list[tuple[Card, list[tuple[str, str]]]] = [
    (ask(), []),
    (ask("Why " + words(24) + "?"), []),
    (ask("Why " + words(25) + "?"), [(W, "card-question-long")]),
    (ask("Why " + "abcdefghij " * 19 + "?"), [(W, "card-question-long")]),
    (ask("Why " + words(40) + "?"), [(E, "card-question-long")]),
    (ask("为什么" + "字" * 40 + "？"), []),
    (ask("为什么" + "字" * 60 + "？"), [(W, "card-question-long")]),
    (ask(back=words(20)), []),
    (ask(back=words(21)), [(W, "card-answer-long")]),
    (ask(back=words(31)), [(E, "card-answer-long")]),
    (ask(back="x" * 301), [(E, "card-answer-long")]),
    (ask(back=words(31), origin="faq"), [(W, "card-answer-long")]),
    # Steps are asked one by one.
    (ask(back=stepped(20, 20, 20), tags=("steps",)), []),
    (ask(back=stepped(5, 21), tags=("steps",)), [(W, "card-answer-long")]),
    (ask(back=stepped(31, 5), tags=("steps",)), [(E, "card-answer-long")]),
    (ask(back=listed(3)), []),
    (ask(back=listed(4)), [(W, "card-answer-list")]),
    (ask(back=listed(7)), [(E, "card-answer-list")]),
    (ask(back=listed(7), tags=("steps",)), []),
    (ask("What is a cache? When does it help?"), [(W, "card-two-questions")]),
    (ask("What is a cache, and when does it help?"), [(W, "card-two-questions")]),
    (ask("What are the client and the server called together?"), []),
    (ask("Is HTTP stateless?", "So it is."), [(W, "card-yes-no")]),
    (ask("Why is HTTP called stateless?", "No request knows another."), []),
    (ask("Which answer does HTTP get?", "Yes, always."), [(W, "card-yes-no")]),
    (ask("Is a cookie kept by the client or the server?", "By the client."), []),
    (ask("What is?"), [(W, "card-question-vague")]),
    (ask("REST", origin="term"), []),
    (ask("Tell me about the caches of HTTP."), [(W, "card-question-vague")]),
    (ask(f"What prints?</p>{code(2)}<p>"), []),
    (ask("It is used for which purpose?"), [(W, "card-pronoun")]),
    (ask("This is called what?"), [(W, "card-pronoun")]),
    (ask("This status tells a client what?"), []),
    (ask("Which code does 404 Not Found have?", "404"), [(W, "card-answer-leaked")]),
    (ask("Does one use GET or PUT to read?", "GET"), []),
    (ask("Idempotent", "An idempotent method.", reverse=True, origin="term"), [(W, "card-answer-leaked")]),
    (cloze("x", "A server keeps no [[session state]] between requests."), []),
    (cloze("x", "Use [[GET]] to read; GET is safe."), [(W, "card-answer-leaked")]),
    (cloze("x", "[[a1]] b1 [[c1]] d1 [[e1]] f1 [[g1]] h1."), [(W, "card-cloze-many")]),
    (cloze("x", "[[one two three]] four."), [(W, "card-cloze-many")]),
    (NESTED, []),
    (cloze("x", "Caches sit [[between]] a client [[and the]] server."), [(W, "card-cloze-stopword")]),
    (cloze("x", f"{words(40)} [[gap]]"), [(W, "card-cloze-long")]),
    (ask(back=code(10, 60)), []),
    (ask(back=code(11)), [(W, "card-code-long")]),
    (ask(back=code(1, 61)), [(W, "card-code-long")]),
    (ask("Which release is the latest?", "12"), [(W, "card-time-sensitive")]),
    (ask("What does a beginner earn?", "$50,000 a year"), [(W, "card-time-sensitive")]),
    (ask("What did a beginner earn in 2025?", "$50,000 a year"), []),
    (ask("What does a beginner earn?", "$50,000 a year", extra="<p>As of 2025.</p>"), []),
    (ask("What does a beginner earn?", "$50,000 a year", origin="data"), []),
]  # fmt: skip


@pytest.mark.parametrize(("card", "expected"), CASES)
def test_a_rule_finds_what_it_should(card: Card, expected: list[tuple[str, str]]) -> None:
    assert found([card]) == expected


@pytest.mark.parametrize("card", [card for card, expected in CASES if len(expected) == 1])
def test_every_rule_can_be_allowed_at_the_card(card: Card) -> None:
    (problem,) = check(book(card))
    rule = RULES[problem.code]
    assert rule.tag in problem.hints[-1]
    assert rule.why in problem.message
    assert problem.span == card.span
    assert found([replace(card, tags=(*card.tags, rule.tag))]) == []


def test_rules_of_the_language_stay_silent_in_others() -> None:
    silent = [
        card for card, expected in CASES
        if expected and expected[0][1] in {"card-yes-no", "card-pronoun", "card-time-sensitive"}
    ]  # fmt: skip
    assert [found([card], language="de") for card in silent] == [[]] * len(silent)


@pytest.mark.parametrize(
    ("as_of", "source", "expected"),
    [
        ("2025", "A survey", []),
        ("", "A survey", [(W, "card-time-sensitive")]),
        ("2025", "", [(W, "card-source-missing")]),
    ],
)
def test_profiles_answer_for_their_cards(
    as_of: str, source: str, expected: list[tuple[str, str]]
) -> None:
    town = make(Profile, "oslo", "Oslo", "Norway", "", ())
    group = make(ProfileSet, "towns", "Towns", "", (town,), as_of, source)
    card = ask(
        "What does a beginner earn there?",
        "$50,000 a year",
        origin="profile",
        record="profile-oslo",
    )
    assert found([card], profiles=(group,)) == expected
    allowed = tuple(RULES[code].tag for _, code in expected)
    assert found([replace(card, tags=allowed)], profiles=(group,)) == []


def pictured(
    tmp_path: Path, alt: str, width: int = 10, size: int = 10
) -> tuple[Book, list[Diagnostic]]:
    path = tmp_path / "a.png"
    path.write_bytes(bytes(size))
    card = ask(back=f'<img src="images/a.png" alt="{alt}">')
    made = book(card, images={"images/a.png": Image("images/a.png", path, "0", width, 10)})
    return made, list(check(made))


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        ({"alt": "Two boxes"}, None),
        ({"alt": ""}, "card-image-alt"),
        ({"alt": "x", "width": 1601}, "card-image-large"),
        ({"alt": "x", "size": 500_001}, "card-image-large"),
    ],
)
def test_pictures(tmp_path: Path, picture: dict[str, Any], code: str | None) -> None:
    _, problems = pictured(tmp_path, **picture)
    assert [d.code for d in problems] == ([code] if code else [])


def test_near_duplicates_and_the_same_answer() -> None:
    alike = "Which status code does a server send for a resource that has moved {}?"
    cards = [
        basic("a", front=alike.format("permanently"), back="301"),
        basic("b", front=alike.format("permanently once"), back="302"),
        basic("c", front="Which header tells a client the state?", back="Cookie"),
    ]
    (problem,) = check(book(*cards))
    assert (problem.code, problem.related[0].message[:3]) == ("card-near-duplicate", "`a`")
    assert found([cards[0], replace(cards[1], back="301")]) == []

    same = [
        basic(f"s{n}", front=f"Which tool number{n} stores keys?", back="Redis") for n in range(4)
    ]
    assert found(same[:3]) == []
    assert found(same) == [(W, "card-same-answer")]


def test_near_duplicates_are_those_that_comparing_all_pairs_finds() -> None:
    chance = random.Random(3)
    vocabulary = [f"w{n}" for n in range(12)]
    cards = [
        basic(
            f"c{n:03}", front="which " + " ".join(chance.sample(vocabulary, 9)) + "?", back=f"a{n}"
        )
        for n in range(150)
    ]
    sets = [frozenset(card.front.words.rstrip("?").split()) for card in cards]
    expected = {
        cards[i].id
        for i in range(len(cards))
        if any(len(sets[i] & sets[j]) >= 0.85 * len(sets[i] | sets[j]) for j in range(i))
    }
    problems = [d for d in check(book(*cards)) if d.code == "card-near-duplicate"]
    assert expected
    assert {d.message.split("`")[1] for d in problems} == expected


def test_an_allowance_that_allows_nothing_is_named() -> None:
    (problem,) = check(book(ask(tags=("allow-answer-lon",))))
    assert (problem.code, problem.hints) == (
        "card-allow-unknown",
        ("did you mean `allow-answer-long`?",),
    )
    assert found([ask(tags=("allow-answer-long",))]) == [(W, "card-allow-unused")]
