"""Review questions, and the answers in the back matter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markupsafe import Markup

from guidepress.book.model import Book, Chapter, HandbookOptions
from guidepress.handbook.composer import Composer
from guidepress.handbook.geometry import handbook_settings, page_geometry
from guidepress.handbook.press import prepare
from guidepress.handbook.review import (
    Answered,
    AnswerGroup,
    Asked,
    answer_runs,
    groups,
    in_column,
    question_of,
    questions,
)
from guidepress.layouts import Layout, find_layout
from guidepress.layouts.words import layout_words
from guidepress.pdf import compile_section
from guidepress.pdf.skimming import skim_pages
from tests.contents import make, replace
from tests.handbook import books
from tests.handbook.books import card
from tests.handbook.conftest import read
from tests.handbook.overlaps import words


def group(name: str, count: int) -> AnswerGroup:
    answers = tuple(Answered(f"card-{i}", i, f"{name}{i}", Markup("x")) for i in range(count))
    return AnswerGroup(make(Chapter, name, f"{name}.md", "1", name, name, ""), answers)


def test_answers_run_in_whole_chapters_and_none_is_lost() -> None:
    made = [group("a", 2), group("b", 2), group("c", 3), group("d", 9), group("e", 1)]
    runs = list(answer_runs(made, 4))
    assert [[(g.chapter.id, len(g.answers), g.continued) for g in run] for run in runs] == [
        [("a", 2, False), ("b", 2, False)],
        [("c", 3, False)],
        [("d", 4, False)],
        [("d", 4, True)],
        [("d", 1, True), ("e", 1, False)],
    ]
    assert [a for run in runs for g in run for a in g.answers] == [
        a for g in made for a in g.answers
    ]
    assert not list(answer_runs([], 4))


def asked(number: int, *, short: bool) -> Asked:
    return Asked(f"card-{number}", number, Markup("?"), 1, short)


def test_short_questions_stand_in_columns_in_their_order() -> None:
    """A long one spans the page, and none is moved past another."""
    made = groups([asked(n, short=n not in (3, 6, 7)) for n in range(1, 10)])
    assert [([q.number for q in group.questions], group.columns) for group in made] == [
        ([1, 2], True),
        ([3], False),
        ([4, 5], True),
        ([6], False),
        ([7], False),
        ([8, 9], True),
    ]


@pytest.fixture
def composer(sample: Book, layout: Layout) -> Composer:
    return composed(sample, layout)


def composed(book: Book, layout: Layout) -> Composer:
    settings = handbook_settings(layout).value
    assert settings is not None
    geometry = page_geometry(settings, book.handbook)
    return Composer(book, layout, settings, geometry, layout_words(layout, "en"), {})


def code(width: int, lines: int = 1) -> str:
    inside = "\n".join(["x" * width] * lines)
    return f'<p>What does it print?</p><pre class="code"><code>{inside}\n</code></pre>'


def made(
    composer: Composer, *fronts: str, back: str = "<p>It is a longer answer.</p>"
) -> list[Asked]:
    cards = [card(f"c{n}", "http", front=front, back=back) for n, front in enumerate(fronts)]
    return list(questions(cards, composer))


def test_what_is_too_long_for_a_column_has_none(composer: Composer) -> None:
    """Nor has a short one between two such. Code shrinks as far as the layout lets it, and then wraps nowhere."""
    column = in_column(composer.geometry)
    most = column.columns(column.text, column.smallest_code)
    fronts = ["<p>Why?</p>", code(most), code(most + 1), "<p>Why?</p>", f"<p>{'why ' * 60}</p>"]
    assert [one.short for one in made(composer, *fronts)] == [True, True, False, False, False]


def test_a_question_across_the_page_is_answered_beside_itself(composer: Composer) -> None:
    page = composer.geometry
    [narrow] = made(composer, code(20, 13))
    assert 20 * page.type.code[0] * 0.6 / 72 * 25.4 < narrow.wide < page.wide / 2
    [wide] = made(composer, code(page.columns(page.wide, page.smallest_code)))
    assert (wide.wide, wide.lines) == (0.0, 1)


def test_a_word_or_a_number_is_written_behind_the_question(composer: Composer) -> None:
    """Before code, which has no room to write in."""
    [said] = made(composer, "<p>How <em>many</em></p>", back="<p>12</p>")
    assert (said.lines, re.sub("<span.*?</span>", "_", said.html)) == (
        0,
        "<p>How <em>many</em> _</p>",
    )
    [printed] = made(composer, code(5), back="<p>12</p>")
    assert re.search(r'print\? <span class="blank".*</span></p><pre', printed.html)
    [line] = made(composer, "<p>How many</p>", back="<p>Thirteen of a dozen</p>")
    assert (line.lines, line.html) == (1, "<p>How many</p>")


def test_a_workbook_and_instructors_have_whole_lines(sample: Book, layout: Layout) -> None:
    """And so do readers of a layout without room to write have no blanks."""
    fronts = ("<p>How many?</p>", "<p>How many?</p>")
    for options in ({"room": True}, {"answers": "in-place"}):
        book = replace(sample, handbook=replace(sample.handbook, **options))
        found = made(composed(book, layout), *fronts, back="<p>12</p>")
        assert not any(one.short or "blank" in one.html for one in found)
    pocket = find_layout("pocket").value
    assert pocket is not None
    found = made(composed(sample, pocket), *fronts, back="<p>12</p>")
    assert all(one.short and not one.lines and "blank" not in one.html for one in found)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("取{}和{}。", "取\u200b_\u200b和\u200b_。"),
        ("Take {} and {}.", "Take _ and _."),
        ("{}", "_"),
    ],
)
def test_lines_break_beside_blanks(text: str, asked: str, sample: Book, layout: Layout) -> None:
    """Where nothing is between the words: else a line of Chinese with blanks runs out of its column."""
    composer = composed(sample, layout)
    gaps = ('<mark class="cloze" data-cloze="1">x</mark>',) * text.count("{}")
    cloze = card("c", "http", kind="cloze", front="", back="", text=f"<p>{text.format(*gaps)}</p>")
    html = question_of(cloze, composer)
    assert re.sub(r'<span class="blank".*?</span>', "_", html) == f"<p>{asked}</p>"


@pytest.mark.parametrize("words", ["hidden", "a shared responsibility for what is hidden"])
def test_a_blank_is_no_wider_than_its_column(words: str, sample: Book, layout: Layout) -> None:
    """Its line ran out of the column, and off the page, where what it hides is long."""
    composer = composed(sample, layout)
    column = replace(composer, geometry=in_column(composer.geometry))
    gap = f'<mark class="cloze" data-cloze="1">{words}</mark>'
    cloze = card("c", "http", kind="cloze", front="", back="", text=f"<p>Under {gap}.</p>")
    [wide] = re.findall(r"padding-right: ([\d.]+)em", question_of(cloze, column))
    em = column.geometry.type.table[0] * 25.4 / 72
    assert 6 * em <= float(wide) * em < column.geometry.text


def test_the_heading_stands_at_the_edge_of_its_questions(sample: Book, layout: Layout) -> None:
    """On left-hand pages with a notes column, too, which the questions use."""
    ready = prepare(sample, layout).value
    assert ready is not None
    [draft] = [one for one in ready.drafts if one.name == "chapter-http"]
    for verso in (False, True):
        section = draft.section(
            draft.filled(None), ready.styles[draft.tab], ready.files, verso=verso
        )
        anchors = compile_section(section).anchors
        [heading] = [one for name, one in anchors.items() if name.endswith("--review")]
        first = min(
            (one.page, -one.y, one.x) for name, one in anchors.items() if name.startswith("card-")
        )
        assert heading.page == first[0]
        assert heading.x == pytest.approx(first[2], abs=1)


def test_a_question_stands_on_the_line_of_its_number(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    """Beside more lines to write on than it takes itself, too."""
    back = (
        f"<p>{'It prints what it was given, which is little, and then it ends at once. ' * 4}</p>"
    )
    fronts = [code(40), code(70), code(40, 5), "<p>What for?</p>"]
    cards = [card(f"q{n}", "only", front=front, back=back) for n, front in enumerate(fronts)]
    names = tuple(one.id for one in cards)
    book = books.with_chapter(sample, books.filler(3, 4), cards=names)
    book = replace(book, cards=tuple(cards), handbook=HandbookOptions(page="7x9.25"))
    result = read(book, layout, tmp_path)
    place = result.handbook.page_map.anchors["card-q0"].index
    page = words(result.path)[place]
    asked = [box for box, word in page if word == "What"]
    for n, question in enumerate(asked, 1):
        beside = [box for box, word in page if word == str(n) and box[0] < question[0]]
        assert min(abs(box[3] - question[3]) for box in beside) < 2, n
    assert len(asked) == len(fronts)


def test_the_first_question_keeps_off_the_rule_above_it(sample: Book, layout: Layout) -> None:
    """By as much again as the white that each question has above it: its letters would touch the rule otherwise."""
    ready = prepare(sample, layout).value
    assert ready is not None
    [draft] = [one for one in ready.drafts if one.name == "chapter-http"]
    anchors = compile_section(
        draft.section(draft.filled(None), ready.styles[draft.tab], ready.files)
    ).anchors
    [heading] = [one for name, one in anchors.items() if name.endswith("--review")]
    first = max(one.y for name, one in anchors.items() if name.startswith("card-"))
    # Heading and note are two lines, with little white between them.
    assert heading.y - first > 45


@pytest.mark.parametrize(
    ("size", "pitch"), [("A5", 5), ("6x9", 5), ("170x240", 5.6), ("7x9.25", 6), ("A4", 6)]
)
def test_rules_to_write_on_stand_closer_on_small_pages(
    sample: Book, layout: Layout, size: str, pitch: float
) -> None:
    """These would have more pages of questions than others for the same text."""
    book = replace(sample, handbook=HandbookOptions(page=size))
    ready = prepare(books.with_chapter(book, books.filler(3, 30)), layout).value
    assert ready is not None
    styles = "".join(ready.styles[min(ready.styles)])
    assert f".asked .writing {{ height: {pitch}mm; }}" in styles


def test_the_id_of_a_card_gets_no_hyphen_that_it_does_not_have(
    sample: Book, layout: Layout
) -> None:
    """A reader looks it up in the deck; it breaks at its own hyphens."""
    ready = prepare(sample, layout).value
    assert ready is not None
    [draft] = [one for one in ready.drafts if one.name == "answers"]
    html = draft.filled(None)
    for length in range(2, 20, 3):
        long = f"{'a' * length}-languages-enterprise-representation-communication"
        replaced = html.replace(">http-what<", f">{long}<")
        assert replaced != html
        fragment = compile_section(draft.section(replaced, ready.styles[draft.tab], ready.files))
        assert long in skim_pages(fragment)[0].text
