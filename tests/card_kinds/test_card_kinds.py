"""The kinds of cards: what each holds and how it is asked, and that a module and a line make a new one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping

import pytest
from tests.deck.books import basic, cloze
from tests.project import Project

from guidepress.book.model import Card
from guidepress.card_kinds import KINDS, as_asked, count, faults, kinds_of
from guidepress.card_kinds.kind import CardKind, Fault
from guidepress.card_kinds.parts import gaps
from guidepress.content import EMPTY, Content, Element, Gap
from guidepress.content.walk import elements, line
from guidepress.deck.packed import Package, PackedNote, read_apkg
from guidepress.markdown.convert import _instances

STEPS = "<ol><li>SYN <b>first</b></li><li>ACK<ul><li>then</li></ul></li></ol>"
FORMULA = '<span class="math" data-tex="x">x</span>'


@pytest.mark.parametrize(
    ("card", "names", "cards"),
    [
        (basic("a"), ["basic"], 1),
        (basic("a", reverse=True), ["basic", "reversed"], 2),
        (basic("a", reverse=True, tags=("typed",)), ["basic", "reversed", "typed"], 2),
        (basic("a", back=STEPS, tags=("steps", "typed")), ["basic", "steps", "typed"], 2),
        (basic("a", back=STEPS, tags=("steps",), reverse=True), ["basic", "reversed", "steps"], 2),
        (cloze("a", "[[one]] and [[two]]"), ["cloze"], 2),
        (cloze("a", "[[1:one]] and [[1:two]]", tags=("typed",)), ["cloze", "typed"], 1),
        (cloze("a", "[[<b>one</b>]] and [[two]]"), ["cloze"], 2),
    ],
)
def test_a_card_is_of_its_kinds(card: Card, names: list[str], cards: int) -> None:
    """That which it is written as, and those that its options and tags ask for."""
    assert [kind.name for kind in kinds_of(card)] == names
    assert count(card) == cards
    assert not list(faults([card]))


def test_steps_become_gaps() -> None:
    """One for each item of the outermost list, with all that stands in it."""
    card = basic("a", back=STEPS, tags=("steps",), reverse=True)
    asked = as_asked(card)
    assert (asked.kind, asked.front, asked.back, asked.reverse) == ("cloze", EMPTY, EMPTY, False)
    assert asked.text.html == (
        "<p>What is a?</p>\n"
        '<ol><li><mark class="cloze" data-cloze="1">SYN <b>first</b></mark></li>'
        '<li><mark class="cloze" data-cloze="2">ACK<ul><li>then</li></ul></mark></li></ol>'
    )


def test_what_is_asked_in_pieces_is_numbered_in_the_book(project: Project) -> None:
    """Once for all products: paper has the answer as it was written, the deck the gaps beside it."""
    listed = "\n\n1. SYN\n2. ACK\n///\n"
    steps = f"/// card | How?\n    id: a\n    tags: [steps]{listed}"
    project.chapter(f"# One\n\n{steps}\n/// overlapping | Which?\n    id: b{listed}")
    for card in project.book().cards:
        hidden = [(gap.number, line(gap.children)) for gap in gaps(card.text)]
        assert hidden == [(1, "SYN"), (2, "ACK")], card.id
        assert as_asked(card).text is card.text
        assert line(card.back.nodes) == "SYN ACK"
        assert not gaps(card.back)


@pytest.mark.parametrize(
    ("card", "codes"),
    [
        (basic("a", front="<p> </p>"), ["card-empty"]),
        (basic("a", back="<p><br></p>"), ["card-empty"]),
        (basic("a", front="<p></p>", back="<hr>"), ["card-empty", "card-empty"]),
        (basic("a", front="<p>?</p>", back='<p><img src="x.png" alt=""></p>'), []),
        (basic("a", back="<p>&amp;</p>"), []),
        (cloze("a", "nothing hidden"), ["cloze-empty"]),
        (cloze("a", "<mark>marked</mark>"), ["cloze-empty"]),
        (cloze("a", "an [[ ]] empty one"), ["cloze-gap-empty"]),
        (cloze("a", "an [[<b> </b>]] empty one, and [[one]]"), ["cloze-gap-empty"]),
        (cloze("a", 'a [[<img src="x.png" alt="">]]'), []),
        (cloze("a", "one [[+]] two"), []),
        (basic("a", back="<p>no list</p>", tags=("steps",)), ["card-steps"]),
        (basic("a", back="<ol><li>one</li></ol>", tags=("steps",)), ["card-steps"]),
        (basic("a", back="<ul><li>one</li><li>two</li></ul>", tags=("steps",)), ["card-steps"]),
        (basic("a", back=f"<p>{'word ' * 20}</p>", tags=("typed",)), ["card-typed"]),
        (basic("a", back="<pre>x</pre>", tags=("typed",)), ["card-typed"]),
        (basic("a", back=FORMULA, tags=("typed",)), ["card-typed"]),
        (cloze("a", f"It is [[{FORMULA}]].", tags=("typed",)), ["card-typed"]),
        (cloze("a", f"Of {FORMULA} it is [[one]].", tags=("typed",)), []),
        (basic("a", back=STEPS.replace("ACK", "word " * 20), tags=("steps", "typed")), []),
    ],
)
def test_a_card_that_cannot_be_made_is_an_error_with_its_place(
    card: Card, codes: list[str]
) -> None:
    """Whatever made the Book; each kind knows what it cannot do without."""
    found = list(faults([basic("fine"), card]))
    assert [(problem.code, problem.span) for problem in found] == [(c, card.span) for c in codes]


def test_two_cards_with_one_id_are_an_error() -> None:
    """At the second, with the place of the first; cards that still want an id do not count."""
    cards = [basic("a"), cloze("a", "[[x]]"), basic(""), basic("")]
    (found,) = faults(cards)
    assert (found.code, found.span) == ("card-duplicate", cards[1].span)
    assert found.related[0].span == cards[0].span


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("/// card | What is steeped?\n    id: x\n///\n", "card-empty"),
        ("/// card\n    id: x\nTea\n///\n", "card-empty"),
        ("/// card | What?\n///\n", "card-empty"),
        ("/// cloze\n    id: x\nTea\n///\n", "cloze-empty"),
        ("/// card | How is tea made?\n    id: x\n    tags: [steps]\nSlowly.\n///\n", "card-steps"),
        ("/// card | What is x?\n    id: x\n    tags: [typed]\n\\(x\\)\n///\n", "card-typed"),
    ],
)
def test_check_tells_what_a_card_lacks(project: Project, block: str, code: str) -> None:
    """Before anything is pressed, and whether it has an id or not."""
    assert project.chapter(f"# One\n\n{block}").codes().count(code) == 1
    assert project.check().status == 1


def test_what_is_left_out_with_an_error_is_not_missed(project: Project) -> None:
    """One problem, not two, where the answer was nothing but a reference that leads nowhere."""
    project.chapter("# One\n\n/// card | What is steeped?\n    id: x\n[](#nix)\n///\n")
    assert project.codes() == ["reference-unknown"]
    project.write("glossary.yaml", "terms: [{id: a, term: A, definition: '[](#nix)'}]")
    assert set(project.codes()) == {"reference-unknown"}


class Jeopardy(CardKind):
    """The answer is given, and the question asked for."""

    name = "jeopardy"
    written = "`/// jeopardy`"
    anki = "one"
    paper = "the answer; the question"
    block = "jeopardy"
    argument = "front"
    content = "back"

    def faults(self, card: Card) -> Iterator[Fault]:
        if "?" not in card.front.words:
            yield Fault("card-jeopardy", "this is no question", ("end it with a question mark",))

    def question(self, card: Card) -> Content:
        return card.back

    def answer(self, card: Card) -> Content:
        return card.front

    def fields(self, card: Card) -> Mapping[str, Content]:
        return {"Front": self.question(card), "Back": self.answer(card)}

    def count(self, card: Card) -> int:
        return 1


class Verse(CardKind):
    """Lines with gaps, by their title."""

    name = "verse"
    written = "`/// verse`"
    anki = "one for each gap"
    paper = "the lines with blanks; the lines"
    block = "verse"
    argument = "front"
    content = "text"
    note = "cloze"
    gapped = True

    def question(self, card: Card) -> Content:
        return Content((Element("p", {}, card.front.nodes), *card.text.nodes))

    answer = question

    def fields(self, card: Card) -> Mapping[str, Content]:
        return {"Text": self.question(card)}

    def count(self, card: Card) -> int:
        return sum(isinstance(one, Gap) for one in elements(card.text.nodes))


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch, project: Project) -> Project:
    """A guide with cards of kinds that guidepress has never heard of."""
    monkeypatch.setitem(KINDS, "jeopardy", Jeopardy())
    monkeypatch.setitem(KINDS, "verse", Verse())
    # The instances of this thread have the blocks that were known when they were made.
    monkeypatch.setattr(_instances, "_dialects", {})
    project.write(
        "roadmap.yaml",
        "stages: [{id: s, title: S, cards:"
        " [{id: from-yaml, kind: jeopardy, front: Which herb is that?, back: A green one.}]}]",
    )
    return project.chapter(
        "# One\n\n/// jeopardy | Which leaf is that?\n    id: leaf\nA brown one.\n///\n\n"
        "/// verse | A Song of Tea\n    id: song\nThe ==kettle== sings of ==water== tonight.\n///\n\n"
        "/// roadmap\n///\n"
    )


def packed(project: Project) -> Mapping[str, PackedNote]:
    """The notes of the deck by the ids of their cards."""
    deck: Package | None = read_apkg(project.artifacts["deck.apkg"]).value
    assert deck is not None
    return {note.key: note for note in deck.notes.values()}


def words(project: Project, name: str) -> str:
    """The words of a PDF."""
    pdf = project.folder / "build" / name
    out = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
    return " ".join(out.stdout.split())


def test_a_new_kind_is_asked_everywhere(kinds: Project) -> None:
    """In the deck, on the sheets and in the handbook, from blocks and from YAML; the lock keeps it."""
    result = kinds.build("--jobs", "1")
    assert result.status == 0, result.err
    notes = packed(kinds)
    asked = {
        key: (notes[key].get("Front"), notes[key].get("Back")) for key in ("leaf", "from-yaml")
    }
    assert asked == {
        "leaf": ("<p>A brown one.</p>", "Which leaf is that?"),
        "from-yaml": ("A green one.", "Which herb is that?"),
    }
    assert notes["song"].get("Text") == (
        "<p>A Song of Tea</p><p>The {{c1::kettle}} sings of {{c2::water}} tonight.</p>"
    )
    assert [len(notes[key].cards) for key in ("leaf", "from-yaml", "song")] == [1, 1, 2]
    sheets, book = words(kinds, "cards.pdf"), words(kinds, "handbook.pdf")
    for text in ("A brown one.", "Which leaf is that?", "A green one.", "Which herb is that?"):
        assert text in sheets
        assert text in book
    assert "The kettle sings of water tonight." in sheets
    assert "sings of" in sheets.replace("The kettle sings of water tonight.", "")
    # Asked before it is answered.
    assert book.index("A brown one.") < book.index("Which leaf is that?")
    lock = (kinds.source / "deck.lock").read_text()
    assert "card leaf basic " in lock
    assert "card song cloze " in lock
    assert kinds.build("--jobs", "1", "--no-cache").status == 0
    assert (kinds.source / "deck.lock").read_text() == lock


def test_a_new_kind_has_its_own_errors(kinds: Project) -> None:
    """Reported by `check` at the card."""
    kinds.edit("chapters/one.md", "Which leaf is that?", "Which leaf is that")
    (found,) = [d for d in kinds.problems() if d.code == "card-jeopardy"]
    assert (str(found.span), found.hints) == (
        "source/chapters/one.md:3:1",
        ("end it with a question mark",),
    )


def test_options_are_those_of_the_kind(kinds: Project) -> None:
    """Nobody asks a question of this kind the other way round."""
    kinds.edit("chapters/one.md", "id: leaf", "id: leaf\n    reverse: true")
    assert kinds.codes() == ["block-option-unknown"]


def test_an_unknown_kind_is_an_error_with_its_place(project: Project) -> None:
    """In YAML, where the kind is named; ways of asking are none."""
    for name, hint in (
        ("clozes", "did you mean `cloze`?"),
        ("typed", "known: basic, cloze, code, overlapping, statements"),
    ):
        project.write(
            "faq.yaml",
            "questions: [{id: q, question: Is it?, answer: So.,\n"
            f" cards: [{{id: c, kind: {name}, front: Is it so?, back: It is.}}]}}]",
        )
        (found,) = [d for d in project.problems() if d.code == "value-invalid"]
        assert (str(found.span), found.hints) == ("source/faq.yaml:2:24", (hint,))
