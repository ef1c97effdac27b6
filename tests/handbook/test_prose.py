"""Small things of running text, looked up on the finished page: boxes of tasks, links, addresses, details."""

from __future__ import annotations

import itertools
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from lxml.html import fragment_fromstring

from guidepress.handbook.boxes import name_boxes
from tests.project import Project


@dataclass(frozen=True)
class Word:
    """A word on a page, in pt from the top left."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


def words(path: Path) -> list[Word]:
    """The words of a PDF as pdftotext sees them."""
    try:
        done = subprocess.run(
            ["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True
        )
    except FileNotFoundError:
        pytest.skip("pdftotext is not installed")
    from lxml import html

    root = html.document_fromstring(done.stdout.encode())
    return [
        Word(
            w.text or "", number, *(float(w.get(side)) for side in ("xmin", "ymin", "xmax", "ymax"))
        )
        for number, page in enumerate(root.iter("page"), 1)
        for w in page.iter("word")
    ]


def pressed(project: Project, text: str, *only: str) -> list[Word]:
    """The words of a chapter's pages, or of the card sheets."""
    product = only[0] if only else "handbook"
    project.chapter("# One\n\n" + text)
    built = project.build("--jobs", "1", "--only", product)
    assert built.status == 0, built.err
    return words(project.folder / "build" / f"{product}.pdf")


def find(found: list[Word], text: str) -> Word:
    """The last such word: what comes before the chapter has none of it."""
    return [word for word in found if word.text == text][-1]


TASKS = (
    "- [ ] openly\n- [x] done "
    + "and so on " * 20
    + "hanging\n- plainly\n\n1. [ ] loosely\n\n2. [x] numbered\n"
)


def test_a_task_stands_beside_its_box(project: Project) -> None:
    """In the line of the box, where the text of other items begins, and where its second line does."""
    found = pressed(project, TASKS)
    first, done, plain = (find(found, text) for text in ("openly", "done", "plainly"))
    # As far apart as one line of a list is from the next: a box of its own would take a line more.
    assert done.top - first.top < 1.6 * (first.bottom - first.top)
    assert first.left == pytest.approx(plain.left, abs=0.6)
    second_line = next(
        w
        for w in found
        if w.page == done.page and w.top > done.bottom - 4 and w.left < done.left + 20
    )
    assert second_line.left == pytest.approx(done.left, abs=0.6)
    loose, numbered = (find(found, text) for text in ("loosely", "numbered"))
    assert numbered.top - loose.top < 2.2 * (loose.bottom - loose.top)


def test_a_task_stands_beside_its_box_on_cards(project: Project) -> None:
    """And a box that is ticked shows it."""
    card = (
        "/// card | What is to be done here?\n    id: done\n\n- [ ] openly\n- [x] finished\n///\n"
    )
    found = pressed(project, card, "cards")
    first, done = find(found, "openly"), find(found, "finished")
    assert done.top - first.top < 1.7 * (first.bottom - first.top)
    ticked = rectangles(project.folder / "build/cards.pdf")
    project.edit("chapters/one.md", "[x] finished", "[ ] finished")
    assert project.build("--jobs", "1", "--only", "cards").status == 0
    assert ticked == rectangles(project.folder / "build/cards.pdf") + 1


def rectangles(path: Path) -> int:
    """How many rectangles are filled on the pages of a PDF."""

    def count(holder: pikepdf.Object) -> int:
        operators = [str(o) for _, o in pikepdf.parse_content_stream(holder)]
        forms = holder.get("/Resources", {}).get("/XObject", {})
        inner = sum(count(forms[name]) for name in forms if forms[name].get("/Subtype") == "/Form")
        return sum(o in ("f", "f*") for o in operators) + inner

    with pikepdf.open(path) as pdf:
        return sum(count(page.obj) for page in pdf.pages)


def test_a_link_that_is_printed_as_text_has_the_colour_of_text(project: Project) -> None:
    """In the handbook, the deck and on the web."""
    plain = "Read a letter here.\n"
    link = plain.replace("a letter", "[a letter](https://example.org/)")
    assert painted(project, link, ACCENT) > painted(project, plain, ACCENT)
    for dead in ("[a letter](letter.pdf)", "[a letter]()", "[a letter](javascript:x)"):
        text = plain.replace("a letter", dead)
        assert painted(project, text, ACCENT) == painted(project, plain, ACCENT)
    for sheet, rule in (("deck/style.css", ".gp a[href] {"), ("web/style.css", "\na[href] {")):
        assert rule in (Path(__file__).parents[2] / "layouts/default" / sheet).read_text()


# Of the default layout: links and numbers; captions and notes.
ACCENT, MUTED = "#0f4c5c", "#565d66"


def painted(project: Project, text: str, colour: str) -> int:
    """How often the pages turn to a colour."""
    project.chapter("# One\n\n" + text)
    assert project.build("--jobs", "1", "--only", "handbook").status == 0
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    with pikepdf.open(project.folder / "build/handbook.pdf") as pdf:
        return sum(
            [round(float(number) * 255) for number in operands] == wanted
            for page in pdf.pages
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) == "rg"
        )


# Between two words, pt.
SPACE = 2.5
ADDRESS = (
    "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Strict-Transport-Security"
)


def test_an_address_does_not_tear_lines_open(project: Project) -> None:
    """It goes on in the next line behind any of its signs, so that the line before is full; copied, it is whole."""
    text = f"Some words before the link and then another [with a very long address]({ADDRESS}) and an end.\n"
    found = pressed(project, "".join(f"{'Word ' * n}{text}\n" for n in range(6)))
    lines: dict[tuple[int, float], list[Word]] = {}
    for word in found:
        lines.setdefault((word.page, round(word.bottom)), []).append(word)
    # What a line has more than its words and plain spaces: no more than the piece of the address that did not fit.
    slack = [
        sum(right.left - left.right - SPACE for left, right in itertools.pairwise(line))
        for line in lines.values()
        if {"another", "address"} & {word.text for word in line}
    ]
    assert len(slack) >= 6
    assert max(slack) < 45
    copied = "".join(word.text for word in found)
    assert copied.count(ADDRESS.removeprefix("https://")) == 6


def details(lines: int) -> str:
    return (
        "<details>\n<summary>Solution</summary>\n\n```\n" + "code\n" * lines + "```\n\n</details>\n"
    )


FILLER = "Some words that fill a line of the page and go on to another one, so that there is less room.\n\n"


@pytest.mark.parametrize(("lines", "pages"), [(2, 1), (40, 2)])
def test_short_details_stay_whole_and_tall_ones_break(
    project: Project, lines: int, pages: int
) -> None:
    """Code and lists are tall though they have few characters; a page is not left half empty for them."""
    found = pressed(project, FILLER * 6 + details(lines))
    shown = {word.page for word in found if word.text in ("Solution", "code")}
    assert len(shown) == pages
    if pages == 2:
        filler = max(word.page for word in found if word.text == "Some")
        assert min(shown) == filler


def test_a_paragraph_of_a_list_counts_once() -> None:
    """A box is as tall where the items of its list are paragraphs as where they are text, and is kept whole alike."""
    for item in ("<li>{}</li>", "<li><p>{}</p></li>"):
        items = "".join(item.format(word) for word in ("one", "<em>two</em>", "three"))
        text = f'<div><div class="admonition tip"><ul>{items}</ul></div></div>'
        root = fragment_fromstring(text)
        name_boxes(root, SimpleNamespace(words={}))
        assert "long" not in root[0].get("class").split()


def test_long_details_are_as_dark_as_short_ones(project: Project) -> None:
    """They were grey: the class that lets them break was that of the long form of a term."""
    dark = painted(
        project, "<details>\n<summary>Solution</summary>\n\nWords.\n\n</details>\n", MUTED
    )
    long = "Words. " * 400
    text = f"<details>\n<summary>Solution</summary>\n\n{long}\n\n</details>\n"
    # A running head or two more, on the pages that it takes more; not each of its lines.
    assert painted(project, text, MUTED) <= dark + 4


@pytest.mark.parametrize("language", ["en", "ar"])
def test_columns_of_a_table_are_aligned_as_they_say(project: Project, language: str) -> None:
    """To a side of the page, whichever way the language runs."""
    project.edit("guide.yaml", "language: en", f"language: {language}")
    rows = "".join(f"| l{'x' * n} | c{'x' * n} | r{'x' * n} |\n" for n in (1, 9))
    found = pressed(project, f"| Left | Centre | Right |\n|:---|:---:|---:|\n{rows}")
    (l1, c1, r1), (l9, c9, r9) = (
        [next(w for w in found if w.text == letter + "x" * n) for letter in "lcr"] for n in (1, 9)
    )
    assert l1.left == pytest.approx(l9.left, abs=0.5)
    assert c1.left + c1.right == pytest.approx(c9.left + c9.right, abs=1)
    assert r1.right == pytest.approx(r9.right, abs=0.5)


def test_no_row_of_a_table_stands_alone_on_its_page(project: Project) -> None:
    """Of tables that are too long to be kept whole."""
    tables = (
        f"{'Words of a text. ' * (9 * (n % 11) + 1)}\n\n| a | b |\n|---|---|\n"
        + "".join(f"| T{n}R{row} | x |\n" for row in range(17))
        for n in range(16)
    )
    found = pressed(project, "\n\n".join(tables))
    rows = [(w.text.split("R")[0], w.page) for w in found if re.fullmatch(r"T\d+R\d+", w.text)]
    assert len(rows) == 16 * 17
    counts = Counter(rows)
    assert len(counts) > 16
    assert min(counts.values()) > 1


@pytest.mark.parametrize("option", ["", "\n    place: here"])
def test_a_figure_that_is_pinned_stays_where_it_was_written(project: Project, option: str) -> None:
    """And so does a table; others let the text after them come first where their page has no room."""
    rows = "".join(f"| Block{{n}} {row} | x |\n" for row in range(14))
    code = "x\n" * 16
    blocks = (
        f"/// table | A table{option}\n\n| a | b |\n|---|---|\n{rows}///",
        f"/// figure | A figure{option}\n\n```\nBlock{{n}}\n{code}```\n///",
    )
    text = "".join(
        f"{'Words of a text. ' * (7 * (n % 9) + 1)}\n\n{blocks[n % 2]}\n\nBehind{n} it.\n\n{'Other words. ' * 60}\n\n"
        .replace("{n}", str(n))
        for n in range(18)
    )  # fmt: skip
    found = [word.text for word in pressed(project, text)]
    passed = [n for n in range(18) if found.index(f"Behind{n}") < found.index(f"Block{n}")]
    assert {n % 2 for n in passed} == (set() if option else {0, 1})
