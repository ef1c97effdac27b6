"""What a study plan has printed: a calendar of reviews, and pages to write errors down."""

from __future__ import annotations

from guidepress.book.model import StudyPlan
from guidepress.handbook.calendar import AGAIN, calendar, error_rows
from tests.contents import replace
from tests.deck.books import basic, book, cloze
from tests.project import Project


def test_a_week_has_its_new_cards_and_the_piles_of_before() -> None:
    """Cards are counted as Anki makes them; a chapter may go over several weeks, and a week over several chapters."""
    cards = [basic(f"who-{n}") for n in range(5)]
    cards += [
        cloze("http", "[[a]] and [[b]]", chapter="http"),
        basic("sql", chapter="sql", reverse=True),
    ]
    weeks = calendar(book(*cards), StudyPlan(2, 2))
    assert [(w.number, w.new, [c.id for c in w.chapters], w.again) for w in weeks[:4]] == [
        (1, 4, ["who"], ()),
        (2, 4, ["who", "http", "sql"], (1,)),
        (3, 1, ["sql"], (1, 2)),
        (4, 0, [], (2, 3)),
    ]
    assert sum(week.new for week in weeks) == 9
    # Each pile comes as often as it should, and no week is listed in which nothing is to be done.
    for pile in (1, 2, 3):
        assert [w.number for w in weeks if pile in w.again] == [pile + after for after in AGAIN]
    assert all(week.new or week.again for week in weeks)


def test_cards_of_no_chapter_come_last_and_no_cards_are_no_weeks() -> None:
    made = book(basic("a"), replace(basic("b"), chapter=""))
    assert [week.new for week in calendar(made, StudyPlan(1, 1))][:2] == [1, 1]
    assert calendar(made, StudyPlan(1, 1))[1].chapters[0].id == "glossary"
    assert calendar(book(), StudyPlan(1, 7)) == ()


def test_there_is_room_for_errors() -> None:
    assert error_rows(45, 2) == 2 * error_rows(45, 1) > 20
    assert error_rows(3, 1) == 1
    assert error_rows(45, 0) == 0


def test_the_handbook_prints_them_where_there_is_a_plan(project: Project) -> None:
    """In the contents too; without a plan there is neither."""
    guide = (project.source / "guide.yaml").read_text()
    project.chapter(
        "# One\n\nText.\n\n/// card | What is steeped in a pot?\n    id: a\nTea.\n///\n"
    )
    book_ = project.book()
    assert book_.plan is None
    project.write("guide.yaml", f"{guide}plan: {{new: 3, days: 6, errors: 2}}\n")
    done = project.build("--jobs", "1", "--only", "handbook")
    assert done.status == 0, done.err
    with_plan = project.artifacts["handbook.pdf"]
    words = _text(with_plan)
    assert words.count("Review calendar") >= 2
    assert "3 new cards on each day of study" in words
    assert words.count("Error log") >= 2
    project.write("guide.yaml", f"{guide}plan: {{calendar: false, errors: 0}}\n")
    assert project.build("--jobs", "1", "--only", "handbook").status == 0
    assert "Review calendar" not in _text(project.artifacts["handbook.pdf"])


def test_what_is_no_plan(project: Project) -> None:
    guide = (project.source / "guide.yaml").read_text()
    done = project.write("guide.yaml", f"{guide}plan: {{days: 8}}\n").check()
    assert done.status == 1
    assert "days" in done.err


def _text(content: bytes) -> str:
    import pypdfium2

    pages = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
