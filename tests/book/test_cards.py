"""Cards: where they come from, in the order of the book, each with an id of its own."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.project import Project

from guidepress.book.model import Book, Card


def card(project: Project, name: str) -> Card:
    """The card of this id in a guide without errors."""
    return next(c for c in project.book().cards if c.id == name)


def test_card_block(project: Project) -> None:
    """Everything an author may say in one; references and terms in it are resolved."""
    project.write("glossary.yaml", "terms: [{id: ttl, term: TTL, definition: D, card: none}]")
    project.chapter(
        "---\nstage: s\n---\n# One\n\n/// card | What is *x* in [](#one)?\n    id: x\n    hint: not *y*\n"
        "    reverse: true\n    tags: [a, b-c]\n    extra: more\n\nThe *TTL*{: .term}.\n\n- and\n- so on\n///\n"
    )
    project.write("roadmap.yaml", "stages: [{id: s, title: S}]")
    one = card(project, "x")
    assert (one.kind, one.origin, one.reverse, one.tags) == ("basic", "card", True, ("a", "b-c"))
    assert one.front.html == 'What is <em>x</em> in <a class="ref" href="#one">Chapter 1, One</a>?'
    assert 'data-term="ttl"' in one.back.html
    assert "<li" in one.back.html
    assert "<em>y</em>" in one.hint.html
    assert "more" in one.extra.html
    assert (one.chapter, one.part, one.stage, one.skill) == ("one", "the-only-part", "s", "")
    assert (one.anchor, str(one.span)) == ("card-x", "source/chapters/one.md:6:1")
    assert "card" not in project.book().parts[0].chapters[0].body.html


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("==a== and ==b==", [("1", "a"), ("2", "b")]),
        ("==a=={: cloze=2} and ==b== and ==c==", [("2", "a"), ("1", "b"), ("3", "c")]),
        ("==a=={: cloze=1} and ==b=={: cloze=1}", [("1", "a"), ("1", "b")]),
        ("==a=={: cloze=3} ==b=={: cloze=1} ==c==", [("3", "a"), ("1", "b"), ("2", "c")]),
        ("==a *b*== c", [("1", "a <em>b</em>")]),
    ],
)
@pytest.mark.parametrize("where", ["block", "record"])
def test_gaps_are_numbered(
    project: Project, text: str, gaps: list[tuple[str, str]], where: str
) -> None:
    """As the author says, the others in order with what is left; in blocks and in YAML alike."""
    if where == "block":
        project.chapter(f"# One\n\n/// cloze\n    id: x\n\n{text}\n///\n")
    else:
        project.write(
            "roadmap.yaml", f"stages: [{{id: s, title: S, cards: [{{id: x, cloze: '{text}'}}]}}]"
        )
    one = card(project, "x")
    marks = re.findall(r"<mark ([^>]*)>(.*?)</mark>", one.text.html)
    assert [(re.findall(r'data-cloze="(\d+)"', a)[0], words) for a, words in marks] == gaps
    assert all('class="cloze"' in attributes for attributes, _ in marks)
    assert (one.kind, one.front.html, one.back.html) == ("cloze", "", "")


def test_a_gap_that_takes_a_group_of_braces_apart(project: Project) -> None:
    """In a formula, at its place; the other gaps stand."""
    project.chapter("# One\n\n/// cloze\n    id: x\n\n\\(\\frac{==a}{b==}\\) ==c==\n///\n")
    (only,) = project.problems()
    assert (only.code, only.message) == (
        "maths-invalid",
        "a gap takes a group of braces apart",
    )
    assert only.span is not None
    assert (only.span.line, only.span.column) == (6, 1)


def test_hint_of_a_gap(project: Project) -> None:
    """It travels with the gap."""
    project.chapter("# One\n\n/// cloze\n    id: x\n\n==a=={: hint='b < c' }\n///\n")
    assert 'data-hint="b &lt; c"' in card(project, "x").text.html


def test_footnote_on_a_card(project: Project) -> None:
    """Its call leads to the note of the chapter, and is no second anchor."""
    project.chapter(
        "# One\n\nx[^a]\n\n/// card | Q[^b]?\n    id: x\n\nA[^a].\n///\n\n[^a]: First.\n[^b]: Second.\n"
    )
    one = card(project, "x")
    assert one.front.html == 'Q<sup class="footnote-ref"><a href="#fn-one-2">2</a></sup>?'
    assert '<sup class="footnote-ref"><a href="#fn-one-1">1</a></sup>' in one.back.html
    assert [n.anchor for n in project.book().parts[0].chapters[0].footnotes] == [
        "fn-one-1",
        "fn-one-2",
    ]


def test_card_holds_no_anchor(project: Project) -> None:
    """It is printed in several places: what would be an anchor is left out, with a word to the author."""
    project.chapter("# One\n\n/// card | *Q*{: #here }?\n    id: x\n\nA *b*{: index='b' }.\n///\n")
    assert project.codes() == ["attribute-misplaced", "attribute-misplaced"]
    one = card(project, "x")
    assert (one.front.html, one.back.html) == ("<em>Q</em>?", '<p data-line="6">A <em>b</em>.</p>')


RECORDS = {
    "roadmap.yaml": "stages:\n"
    "  - {id: a, title: A, cards: [{id: a1, front: F, back: B}]}\n"
    "  - {id: b, title: B, cards: [{id: b2, front: F, back: B}, {id: b1, cloze: 'x ==y=='}]}\n",
    "skills.yaml": "skills:\n"
    "  - {id: s, name: S, summary: S, cards: [{id: s1, front: F, back: B}]}\n"
    "  - {id: t, name: T, kind: tool, summary: S, cards: [{id: t1, front: F, back: B}]}\n",
    "faq.yaml": "questions:\n"
    "  - {id: q, question: 'Is *q*?', answer: 'A *long* one.', short: Yes & no., tags: [x], "
    "cards: [{id: q1, front: F, back: B}]}\n"
    "  - {id: r, question: R?, answer: 'See *r*.'}\n"
    "  - {id: n, question: N?, answer: A, card: false, cards: [{id: n1, front: F, back: B}]}\n",
    "glossary.yaml": "terms:\n"
    "  - {id: both, term: 'A & <b>', long: All & more, definition: 'It *is*.', tags: [y]}\n"
    "  - {id: one, term: One, definition: D, card: forward}\n"
    "  - {id: none, term: None, definition: D, card: none}\n",
    "data/t.yaml": "{kind: table, id: t, title: T, columns: [{id: a, name: A}], rows: [[1]], as_of: x, source: y, "
    "cards: [{id: d1, front: F, back: B}]}",
    "data/p.yaml": "{kind: profiles, id: p, title: P, profiles: [{id: o, name: O, summary: S, "
    "cards: [{id: p1, front: F, back: B}]}]}",
}


@pytest.fixture
def records(project: Project) -> Project:
    for name, text in RECORDS.items():
        project.write(name, text)
    return project


def test_every_origin(records: Project) -> None:
    """Each record's own cards, questions and terms; those that no chapter prints belong to none."""
    records.chapter("# One\n\n/// card | F\n    id: c\nB\n///\n")
    assert [(c.origin, c.id, c.chapter) for c in records.book().cards] == [
        ("card", "c", "one"),
        ("stage", "a1", ""), ("stage", "b2", ""), ("stage", "b1", ""),
        ("skill", "s1", ""), ("skill", "t1", ""),
        ("faq", "faq-q", ""), ("faq", "q1", ""), ("faq", "faq-r", ""), ("faq", "n1", ""),
        ("term", "term-both", ""), ("term", "term-one", ""),
        ("data", "d1", ""), ("profile", "p1", ""),
    ]  # fmt: skip


def test_question_as_a_card(records: Project) -> None:
    """The short answer is the back and the whole one the extra; without a short one the answer is the back."""
    one, other = card(records, "faq-q"), card(records, "faq-r")
    assert (one.front.html, one.back.html, one.extra.html) == (
        "Is <em>q</em>?",
        "Yes &amp; no.",
        "A <em>long</em> one.",
    )
    assert (other.back.html, other.extra.html) == ("See <em>r</em>.", "")
    assert (one.tags, one.anchor) == (("x",), "card-faq-q")


def test_term_as_a_card(records: Project) -> None:
    """Both ways unless it says otherwise; what it stands for is the extra."""
    one, other = card(records, "term-both"), card(records, "term-one")
    assert (one.front.html, one.back.html, one.extra.html) == (
        "A &amp; &lt;b&gt;",
        "It <em>is</em>.",
        "All &amp; more",
    )
    assert (one.reverse, other.reverse, one.tags) == (True, False, ("y",))


def test_cards_follow_the_book(records: Project) -> None:
    """Chapter by chapter and line by line, a record's cards where it is printed first, and in its fullest place."""
    records.write("chapters/two.md", "# Two\n\n/// card | F\n    id: c3\nB\n///\n\n/// stage | b\n///\n\n"
                  "/// card | F\n    id: c4\nB\n///\n\n/// profiles | p\n///\n\n/// faq\n///\n")  # fmt: skip
    records.edit("guide.yaml", "[chapters/one.md]", "[chapters/one.md, chapters/two.md]")
    records.chapter("# One\n\n/// card | F\n    id: c1\nB\n///\n\n/// roadmap\n///\n\n/// skills | tool\n///\n\n"
                    "/// cloze\n    id: c2\n\n==x==\n///\n\n/// glossary\n///\n\n/// glossary\n///\n\n"
                    "/// data | t\n///\n")  # fmt: skip
    book = records.book()
    one, two = book.parts[0].chapters
    assert one.cards == ("c1", "a1", "t1", "c2", "term-both", "term-one", "d1")
    assert two.cards == ("c3", "b2", "b1", "c4", "p1", "faq-q", "q1", "faq-r", "n1")
    assert [c.id for c in book.cards] == [*one.cards, *two.cards, "s1"]
    by_id = {c.id: c for c in book.cards}
    assert [by_id[name].stage for name in ("a1", "b2", "c3")] == ["a", "b", ""]
    assert [by_id[name].skill for name in ("t1", "s1", "c1")] == ["t", "s", ""]
    assert {by_id[name].chapter for name in two.cards} == {"two"}


def test_card_of_a_chapter_that_teaches_a_stage(records: Project) -> None:
    """It belongs to the stage, also when it comes from a record that the chapter prints."""
    records.chapter(
        "---\nstage: a\n---\n# One\n\n/// card | F\n    id: c\nB\n///\n\n/// glossary\n///\n"
    )
    by_id = {c.id: c for c in records.book().cards}
    assert (by_id["c"].stage, by_id["term-both"].stage, by_id["b1"].stage) == ("a", "a", "b")


def problems(project: Project) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (str(d.span), d.code, tuple(str(r.span) for r in d.related)) for d in project.problems()
    ]


def test_second_card_with_an_id(records: Project) -> None:
    """Wherever the two stand: in chapters, in records, or made from a question."""
    records.chapter("# One\n\n/// card | F\n    id: c\nB\n///\n\n/// card | G\n    id: c\nB\n///\n\n"
                    "/// card | G\n    id: a1\nB\n///\n\n/// card | G\n    id: faq-q\nB\n///\n")  # fmt: skip
    assert problems(records) == [
        ("source/chapters/one.md:8:1", "card-duplicate", ("source/chapters/one.md:3:1",)),
        ("source/faq.yaml:2:10", "card-duplicate", ("source/chapters/one.md:18:1",)),
        ("source/roadmap.yaml:2:36", "card-duplicate", ("source/chapters/one.md:13:1",)),
    ]


def test_card_without_an_id(project: Project) -> None:
    """The suggestion is an id that nobody has to invent."""
    project.chapter("# One\n\n/// card | What *is* a `cache`, and why?\nB\n///\n\n"
                    "/// cloze\n\nThe ==größte== gap.\n///\n")  # fmt: skip
    found = [(d.code, d.hints) for d in project.problems()]
    assert found == [
        ("card-id-missing", ("add `id: one-what-is-a-cache-and-why` and never change it again",)),
        ("card-id-missing", ("add `id: one-the-grote-gap` and never change it again",)),
    ]


def test_suggested_ids_differ(project: Project) -> None:
    """Two cards with the same question are given two ids, and neither is one that is in use."""
    block = "/// card | Same?\n{}\nB\n///\n\n"
    project.chapter("# One\n\n" + block.format("") * 2 + block.format("    id: one-same-1\n"))
    hints = [d.hints[0] for d in project.problems()]
    assert hints == [
        "add `id: one-same` and never change it again",
        "add `id: one-same-2` and never change it again",
    ]


@pytest.mark.parametrize("where", ["block", "record"])
def test_cloze_that_hides_nothing(project: Project, where: str) -> None:
    """One problem, at the card."""
    if where == "block":
        project.chapter("# One\n\n/// cloze\n    id: x\n\nnothing\n///\n")
    else:
        project.write(
            "roadmap.yaml", "stages: [{id: s, title: S, cards: [{id: x, cloze: nothing}]}]"
        )
    assert project.codes() == ["cloze-empty"]


# -- permanence --------------------------------------------------------------------------------------

WORDS = st.lists(
    st.sampled_from(["tea", "water", "leaf", "*hot*", "`cup`", "80", "[x](#one)", "déjà"]),
    min_size=1,
    max_size=5,
)
CHAPTERS = st.lists(st.lists(WORDS, min_size=1, max_size=3), min_size=1, max_size=3)


def write(project: Project, chapters: list[list[list[str]]], order: list[int]) -> Book:
    """A guide whose cards say these words, its chapters in this order."""
    names = [f"c{i}" for i in range(len(chapters))]
    for name, cards in zip(names, chapters, strict=True):
        blocks = [
            f"{' '.join(words)}\n\n/// card | {' '.join(words)}?\n    id: {name}-{i}\n\n{' '.join(words)}\n///\n"
            for i, words in enumerate(cards)
        ]
        project.write(f"chapters/{name}.md", f"# {' '.join(cards[0])}\n\n" + "\n".join(blocks))
    files = ", ".join(f"chapters/{names[i]}.md" for i in order)
    project.write("guide.yaml", "id: g\ntitle: G\nedition: '1'\ncontents:\n  back: [chapters/one.md]\n"
                  f"  parts: [{{title: P, chapters: [{files}]}}]\n")  # fmt: skip
    return project.book()


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(CHAPTERS, st.data())
def test_editing_and_reordering_change_no_id(
    project: Project, chapters: list[list[list[str]]], data: st.DataObject
) -> None:
    """Ids are the author's: other words, other titles and another order of chapters leave them alone."""
    order = list(range(len(chapters)))
    before = write(project, chapters, order)
    edited = [[data.draw(WORDS) for _ in cards] for cards in chapters]
    after = write(project, edited, data.draw(st.permutations(order)))
    assert {c.id for c in before.cards} == {c.id for c in after.cards}
    assert {c.id: c.chapter for c in before.cards} == {c.id: c.chapter for c in after.cards}


def test_a_card_of_a_record_names_it(project: Project) -> None:
    """The lint rules ask a card's record for its date and its source."""
    project.write(
        "data/towns.yaml",
        "kind: profiles\nid: towns\ntitle: Towns\nprofiles:\n  - id: oslo\n    name: Oslo\n    summary: A town.\n"
        "    cards:\n      - {id: oslo-sea, front: By which sea does Oslo lie?, back: The North Sea.}\n",
    )
    project.chapter("# One\n\n/// profiles | towns\n///\n")
    [card] = project.book().cards
    assert card.record == "profile-oslo"
