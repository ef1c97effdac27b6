"""The pressed sample book, read page by page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pikepdf

from guidepress.book.model import Book
from guidepress.cache import Cache
from guidepress.handbook.press import prepare, press
from guidepress.handbook.sections import contents_entries
from guidepress.layouts import Layout
from guidepress.pdf import Section, compile_section
from guidepress.pdf.workers import Workers
from tests.handbook.conftest import Pressed
from tests.project import Project


def squeezed(text: str) -> str:
    return " ".join(text.split())


def listed(page: str, title: str) -> str:
    """The page number behind the leader of a line of the contents, which stand in columns."""
    found = re.search(rf"{re.escape(title)}[ .]+(\w+)", squeezed(page))
    assert found is not None, title
    return found[1]


def test_nothing_is_amiss(pressed: Pressed) -> None:
    # The sample has a line of code that no page holds.
    assert [d.code for d in pressed.diagnostics] == ["handbook-code-wide"]


def test_the_contents_have_the_right_pages(pressed: Pressed) -> None:
    contents = pressed.page("handbook:contents")
    wanted = {
        "Preface": "preface",
        "The Protocol": "http",
        "Status": "http--status",
        "Where it sits": "caching--where",
        "Records": "records",
        "Answers": "handbook:answers",
        "Index": "handbook:index",
    }
    for title, anchor in wanted.items():
        assert listed(contents, title) == pressed.folio(anchor), title
        assert pressed.page(anchor).find(title) >= 0


def test_front_matter_is_roman_and_the_body_starts_at_one(pressed: Pressed) -> None:
    pages = pressed.handbook.pages
    assert pages["handbook:contents"] == "iii"
    assert re.fullmatch("[ivx]+", pages["preface"])
    assert pages["part-basics"] == "1"


def test_pages_are_labelled_as_they_are_numbered(pressed: Pressed) -> None:
    labels = pressed.handbook.page_map.labels
    with pikepdf.open(pressed.path) as pdf:
        assert [page.label for page in pdf.pages] == list(labels)


def test_chapters_open_on_the_right(pressed: Pressed) -> None:
    places = pressed.handbook.page_map.anchors
    for anchor in (
        "part-basics",
        "http",
        "caching",
        "part-lists",
        "records",
        "end",
        "handbook:index",
    ):
        assert places[anchor].index % 2 == 0, anchor


def test_references_name_the_page_of_their_target(pressed: Pressed) -> None:
    http = squeezed(pressed.page("http"))
    assert f"answers that are kept (p. {pressed.folio('caching')})" in http
    caching = squeezed(pressed.page("caching"))
    assert f"the protocol (p. {pressed.folio('http')})" in caching
    assert f"Figure 2.1 (p. {pressed.folio('fig-cache')})" in caching


def test_running_heads_and_folios(pressed: Pressed) -> None:
    verso, recto = pressed.pages_of("http")[1:3]
    assert "Part I Basics" in squeezed(verso.splitlines()[0])
    assert "1 The Protocol" in squeezed(recto.splitlines()[0])
    index = pressed.handbook.page_map.anchors["http"].index
    for offset, text in ((1, verso), (2, recto)):
        last = [line for line in text.splitlines() if line.strip()][-1]
        assert last.strip() == pressed.handbook.page_map.labels[index + offset]
        # Outside: on the left of a left page, on the right of a right one.
        assert (last.index(last.strip()) > 40) == (offset == 2)


def test_openers_and_blank_pages_are_bare(pressed: Pressed) -> None:
    opener = pressed.page("http")
    assert "Part I" not in opener
    lines = [line.strip() for line in opener.splitlines() if line.strip()]
    assert lines[-1] != pressed.folio("http")
    part = pressed.handbook.page_map.anchors["part-basics"].index
    assert pressed.pages[part + 1].strip() == ""


def test_an_opener_has_all_it_should(pressed: Pressed) -> None:
    opener = squeezed(pressed.page("http"))
    for words in (
        "CHAPTER",
        "The Protocol",
        "Know the rules.",
        "say what a request is",
        "10 hours",
    ):
        assert words in opener


def test_footnotes_stand_at_the_foot(pressed: Pressed) -> None:
    lines = [line.strip() for line in pressed.page("caching").splitlines() if line.strip()]
    at = next(i for i, line in enumerate(lines) if "The first note." in line)
    assert at >= len(lines) - 3
    assert "It has two paragraphs." in squeezed(" ".join(lines[at:]))


def test_a_note_with_a_list_stands_at_the_end_of_the_chapter(pressed: Pressed) -> None:
    chapter = squeezed(" ".join(pressed.pages_of("caching")))
    assert chapter.index("A note with") < chapter.index("Review questions")


def test_repeated_calls_of_a_note_keep_its_number(pressed: Pressed) -> None:
    words = squeezed(pressed.page("caching--where"))
    assert "a second look1 and a list2." in words


def test_heads_of_long_tables_are_repeated(pressed: Pressed) -> None:
    pages = [page for page in pressed.pages if "Cell number" in page]
    assert len(pages) >= 3
    assert all(re.search(r"Name\s+Amount\s+Text", page) for page in pages)
    assert len(re.findall(r"Cell number", "".join(pages))) == 80


def test_wide_code_wraps_and_keeps_every_character(pressed: Pressed) -> None:
    with_code = next(page for page in pressed.pages if "def answer" in page)
    assert with_code.count("x") >= 150


def test_review_questions_and_answers_name_each_other(pressed: Pressed) -> None:
    review = squeezed(pressed.page("caching--review"))
    assert f"Answers start on p. {pressed.folio('handbook:answers-caching')}" in review
    assert "What is cache-what?" in review
    assert "answers" not in review.partition("A cache keeps")[2].partition(".")[0]
    answers = squeezed(pressed.page("handbook:answers"))
    assert f"1 cache-what p. {pressed.folio('card-cache-what')}" in answers
    assert "It is cache-what itself." in answers
    assert "Something extra." in answers
    assert "A cache keeps answers." in answers


def test_every_card_of_a_chapter_has_a_page(pressed: Pressed, sample: Book) -> None:
    for card in sample.cards:
        assert card.anchor in pressed.handbook.pages


def test_the_index_merges_pages(pressed: Pressed) -> None:
    first, last = (int(pressed.folio(f"http--index-{n}")) for n in (1, 2))
    assert last > first + 1
    index = squeezed(pressed.page("handbook:index"))
    assert f"protocol, {first}, {last}" in index
    assert f"place, {pressed.folio('caching--index-1')}" in index


def test_the_glossary_names_the_pages_of_its_terms(pressed: Pressed) -> None:
    glossary = squeezed(pressed.page("term-cache"))
    assert f"p. {pressed.folio('caching--term-1')}" in glossary
    assert "See also SQL" in glossary


def test_abbreviations_are_listed(pressed: Pressed) -> None:
    assert re.search(r"SQL\s+Structured Query Language", pressed.page("handbook:abbreviations"))


def test_figures_and_tables_are_listed(pressed: Pressed) -> None:
    lists = pressed.page("list-of-figures")
    for title, anchor in (
        ("A box", "fig-cache"),
        ("Many rows", "tbl-rows"),
        ("What is paid", "data-pay"),
    ):
        assert listed(lists, title) == pressed.folio(anchor), title


def test_records_are_printed(pressed: Pressed) -> None:
    text = squeezed(" ".join(pressed.pages_of("records")))
    for words in (
        "10 hours", "Study plan", "Ask for data.", "What is paid", "As of 2025. Source: A survey.",
        "A town with a tall tower.", "Height", "161 m", "Why at all?", "make it fast",
    ):  # fmt: skip
        assert words in text, words


def test_the_outline_has_parts_chapters_and_sections(pressed: Pressed) -> None:
    with pikepdf.open(pressed.path) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert "Part I. Basics" in titles
        basics = outline.root[titles.index("Part I. Basics")]
        assert [item.title for item in basics.children] == ["1. The Protocol", "2. Caching"]
        assert "1.1 Status" in [item.title for item in basics.children[0].children]
        assert next(item.title for item in basics.children[1].children) == "2.1 Where it sits"


def test_workers_change_nothing(pressed: Pressed, sample: Book, layout: Layout) -> None:
    with Workers(2) as workers:
        again = press(sample, layout, workers=workers).value
    assert again is not None
    assert again.pdf == pressed.handbook.pdf


def test_a_warm_cache_changes_nothing(
    pressed: Pressed, sample: Book, layout: Layout, tmp_path: Path
) -> None:
    cache = Cache(tmp_path / "cache")
    for _ in range(2):
        made = press(sample, layout, cache=cache).value
        assert made is not None
        assert made.pdf == pressed.handbook.pdf


def test_workers_are_warmed_in_the_styles_of_the_book(sample: Book, layout: Layout) -> None:
    """Of a text that needs no fonts but those of the layout."""
    early: list[Section] = []
    ready = prepare(sample, layout, early=early.append).value
    assert ready is not None
    assert early[0].styles == ready.styles[1]
    assert compile_section(early[0]).page_count == 1


def test_most_sections_are_compiled_once(sample: Book, layout: Layout) -> None:
    """Index and glossary wait for the pages they list, so a round is enough for nearly all."""
    counts: list[tuple[int, int]] = []
    press(sample, layout, progress=lambda done, total: counts.append((done, total)))
    sections = counts[0][1]
    assert counts[-1][0] == counts[-1][1] <= sections + 3


def test_page_numbers_are_guessed_as_long_as_they_get(layout: Layout, tmp_path: Path) -> None:
    """Code takes less room than its letters seem to, so that pages around the tenth were guessed to be later ones, and
    whoever names them was laid out twice.
    """
    project = Project(tmp_path / "guide")
    names = [f"c{n}" for n in range(8)]
    code = "\n".join(["```python", *["print('a line of code that is printed')"] * 65, "```"])
    named = " ".join(f"See [it](#{name})." for name in names)
    for name in names:
        project.write(f"chapters/{name}.md", f"# The Chapter {name}\n\n{named}\n\n{code}\n")
    files = ", ".join(f"chapters/{name}.md" for name in names)
    project.edit("guide.yaml", "chapters/one.md", files)
    counts: list[tuple[int, int]] = []
    made = press(project.book(), layout, progress=lambda done, total: counts.append((done, total)))
    assert made.value is not None
    assert made.value.pages["c3"] == "9"
    # The first ones are guessed at with nothing to go by.
    assert counts[-1][0] == counts[-1][1] <= counts[0][1] + 3


def test_what_a_longer_chapter_changes_is_laid_out_beside_it(
    layout: Layout, tmp_path: Path
) -> None:
    """The guess follows the text: whoever names the tenth page, and the index, have to wait for no page."""
    project = Project(tmp_path / "guide")
    names = [f"c{n}" for n in range(8)]
    named = " ".join(f"See [it](#{name})." for name in names)
    files = ", ".join(f"chapters/{name}.md" for name in names)
    project.edit("guide.yaml", "chapters/one.md", files)

    def book(lines: int) -> Book:
        for name in names:
            count = lines if name == "c0" else 65
            code = "\n".join(["```python", *["print('a line of code')"] * count, "```"])
            head = f'# The Chapter {name} {{: index="chapter {name}" }}'
            project.write(f"chapters/{name}.md", f"{head}\n\n{named}\n\n{code}\n")
        return project.book()

    caches = [Cache(tmp_path / f"cache-{jobs}") for jobs in (1, 2)]
    before = press(book(65), layout, cache=caches[0]).value
    assert before is not None
    shutil.copytree(tmp_path / "cache-1", tmp_path / "cache-2")
    cold = press(book(65 + 55), layout).value
    assert cold is not None
    for jobs, cache in zip((1, 2), caches, strict=True):
        counts: list[tuple[int, int]] = []
        count = lambda done, total, counts=counts: counts.append((done, total))  # noqa: E731
        with Workers(jobs) as workers:
            made = press(book(65 + 55), layout, cache=cache, workers=workers, progress=count).value
        assert made is not None
        assert (before.pages["c3"], made.pages["c3"]) == ("9", "11")
        assert made.pdf == cold.pdf
        assert counts[-1] == (counts[0][1], counts[0][1])


def test_a_guess_that_was_wrong_costs_no_page(layout: Layout, tmp_path: Path) -> None:
    """Only another round."""
    project = Project(tmp_path / "guide")
    names = [f"c{n}" for n in range(6)]
    named = " ".join(f"See [it](#{name})." for name in names)
    files = ", ".join(f"chapters/{name}.md" for name in names)
    project.edit("guide.yaml", "chapters/one.md", files)
    # Letters that take less room than others, and paragraphs that take more than they seem to.
    texts = ("", "l. " * 4_000, "x\n\n" * 60, "")

    def book(text: str) -> Book:
        for name in names:
            own = text if name == "c0" else ""
            head = f'# The Chapter {name} {{: index="chapter {name}" }}'
            project.write(f"chapters/{name}.md", f"{head}\n\n{named}\n\n{own}\n")
        return project.book()

    cache = Cache(tmp_path / "cache")
    for text in texts:
        with Workers(2) as workers:
            made = press(book(text), layout, cache=cache, workers=workers).value
        cold = press(book(text), layout).value
        assert made is not None
        assert cold is not None
        assert made.pdf == cold.pdf


def test_sections_that_most_chapters_have_are_not_in_the_contents(
    layout: Layout, tmp_path: Path
) -> None:
    project = Project(tmp_path / "guide")
    names = [f"c{n}" for n in range(5)]
    for n, name in enumerate(names):
        heads = ["## Practice", f"## Section {n}"] + ["## Reading"] * (n < 3)
        project.write(f"chapters/{name}.md", "\n\nWords.\n\n".join([f"# {name}", *heads, ""]))
    files = ", ".join(f"chapters/{name}.md" for name in names)
    project.edit("guide.yaml", "chapters/one.md", files)
    ready = prepare(project.book(), layout).value
    assert ready is not None
    listed = [str(entry.title) for entry in contents_entries(ready.composer.book, ready.composer)]
    assert "Practice" not in listed
    assert listed.count("Reading") == 3
    assert sum(title.startswith("Section") for title in listed) == 5


def test_the_contents_have_sections_and_skills_as_the_text_has_them(
    layout: Layout, tmp_path: Path
) -> None:
    project = Project(tmp_path / "guide")
    project.write(
        "skills.yaml",
        "skills:\n- {id: sql, name: SQL, summary: Ask., kind: core}\n"
        "- {id: go, name: Go, summary: Run., kind: language}\n",
    )
    project.chapter(
        "# One\n\n/// skills | core\n///\n\n## How deep?\n\n/// skills | language\n///\n\n## Last\n\nWords.\n"
    )
    ready = prepare(project.book(), layout).value
    assert ready is not None
    listed = [str(entry.title) for entry in contents_entries(ready.composer.book, ready.composer)]
    first = listed.index("One")
    assert listed[first + 1 : first + 5] == ["SQL", "How deep?", "Go", "Last"]
