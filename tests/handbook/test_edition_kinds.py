"""Editions for instructors, workbooks and exams: where answers stand, and where there is room for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress.book.exam import draw_exam
from guidepress.content import EMPTY
from guidepress.model.guide import ExamRecord
from tests.pdf.inspection import texts
from tests.project import Project

GUIDE = """\
id: minimal
title: A Guide
edition: "1"
language: en
contents:
  parts:
    - title: The Only Part
      chapters: [chapters/one.md, chapters/two.md]
editions:
  instructor: {}
  workbook: {}
  finals:
    title: Final Exam
    exam:
      seed: 2025
      instructions: Answer in *ink*.
      draw:
        - {count: 1, chapters: [two], marks: 3}
        - {count: 2, tags: [water]}
"""
ONE = """\
# One

See [the other](#two).

/// exercise | Try it
Boil some water.
///

/// card | What is ice? See [the other](#two).
    id: ice
    tags: water

Water that is *frozen*.
///

/// cloze
    id: steam
    tags: water

Water that boils becomes ==vapour==.
///

/// card | Who wrote this?
    id: author

Nobody.
///
"""
TWO = "# Two\n\nSecond.\n\n/// card | What is dew?\n    id: dew\n\nDrops.\n///\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("kinds") / "guide")
    project.write("guide.yaml", GUIDE).chapter(ONE)
    project.write("chapters/two.md", TWO)
    done = project.build("--jobs", "1", "--only", "handbook", "--edition", "all")
    assert done.status == 0, done.err
    assert "warning" not in done.err
    return project


def pages(project: Project, edition: str, file: str = "handbook.pdf") -> list[str]:
    return [" ".join(page.split()) for page in texts(project.folder / "build" / edition / file)]


def review(project: Project, edition: str) -> str:
    """The page of the first chapter's questions."""
    return next(
        page for page in pages(project, edition) if "Review questions" in page and "ice" in page
    )


def test_instructors_have_the_answers_in_place(built: Project) -> None:
    page = review(built, "instructor")
    for words in ("Water that is frozen.", "becomes vapour", "Nobody."):
        assert words in page
    assert "Answers start on" not in page
    assert not any(page.startswith("Answers") for page in pages(built, "instructor"))


def test_students_have_them_apart(built: Project) -> None:
    page = review(built, "main")
    assert "Answers start on" in page
    assert "frozen" not in page
    assert sum("Water that is frozen." in page for page in pages(built, "main")) == 1


def test_a_workbook_has_room_and_no_answers(built: Project) -> None:
    whole = " ".join(pages(built, "workbook"))
    assert "Who wrote this?" in whole
    for words in ("frozen", "vapour", "Nobody.", "Answers"):
        assert words not in whole


def test_an_exam_asks_and_its_key_answers(built: Project) -> None:
    """Three questions, of which nothing else is printed; references are words, since nothing is there to refer to."""
    paper = " ".join(pages(built, "finals"))
    assert paper.startswith("Final Exam")
    assert "3 questions, 5 marks" in paper
    assert "Answer in ink." in paper
    for words in ("What is dew? 3 marks", "See the other."):
        assert words.replace(" 3 marks", "") in paper
    for words in ("frozen", "vapour", "Drops", "Second.", "Who wrote"):
        assert words not in paper
    key = " ".join(pages(built, "finals", "answer-key.pdf"))
    assert key.startswith("Answer key")
    for words in ("Water that is frozen.", "becomes vapour", "Drops.", "dew", "3 marks"):
        assert words in key


def test_an_exam_is_a_handbook_only(built: Project) -> None:
    files = {path.name for path in (built.folder / "build" / "finals").iterdir()}
    assert {"handbook.pdf", "answer-key.pdf"} <= files
    refused = built.build("--jobs", "1", "--only", "deck", "--edition", "finals")
    assert refused.status == 1
    assert "exam-handbook" in refused.err
    # Where all editions are asked for, one that has no such product is passed over.
    elsewhere = ("--out", str(built.folder / "decks"))
    decks = built.build("--jobs", "1", "--only", "deck", "--edition", "all", *elsewhere)
    assert decks.status == 0, decks.err
    assert "passed over finals: an exam has a handbook and no other product" in decks.out
    assert (built.folder / "decks/instructor/deck.apkg").exists()
    assert not (built.folder / "decks/finals").exists()
    whole = built.build("--jobs", "1", "--edition", "finals", "--out", str(built.folder / "other"))
    assert whole.status == 0, whole.err
    assert "deck.apkg" not in {path.name for path in (built.folder / "other").iterdir()}


def test_the_seed_decides_what_is_drawn(built: Project) -> None:
    """The same for one seed; a card that comes changes what is drawn by itself alone."""
    cards = built.book().cards

    def drawn(seed: str, *left: str) -> list[str]:
        record = ExamRecord.model_validate({"seed": seed, "draw": [{"count": 2}]})
        exam, problems = draw_exam(record, [c for c in cards if c.id not in left], (), EMPTY)
        assert not problems
        return [question.card for question in exam.questions]

    assert drawn("a") == drawn("a")
    assert len({tuple(drawn(str(seed))) for seed in range(20)}) > 3
    gone = next(card.id for card in cards if card.id not in drawn("a"))
    assert drawn("a", gone) == drawn("a")


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("count: 2", "count: 3", "exam-cards-few", 19),
        ("chapters: [two]", "chapters: [tow]", "edition-chapter-unknown", 18),
        ("  workbook: {}", "  workbook: {kind: exam}", "exam-missing", 11),
    ],
)
def test_what_is_wrong_with_an_exam(
    tmp_path: Path, old: str, new: str, code: str, line: int
) -> None:
    project = Project(tmp_path / "guide")
    project.write("guide.yaml", GUIDE.replace(old, new)).chapter(ONE)
    project.write("chapters/two.md", TWO)
    edition = "workbook" if code == "exam-missing" else "finals"
    found = [d for d in project.problems(edition) if d.code == code]
    assert [d.span.line for d in found if d.span] == [line]
