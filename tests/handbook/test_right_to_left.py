"""Books from right to left: pages, lines, lists, tables, contents, islands of code; looked up on the finished pages."""

from __future__ import annotations

import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from lxml import html

from guidepress.book.model import HandbookOptions
from guidepress.handbook.geometry import handbook_settings, page_geometry
from guidepress.layouts import find_layout
from tests.pdf.inspection import texts
from tests.project import Project

LAYOUT = find_layout("default").value
assert LAYOUT is not None
SETTINGS = handbook_settings(LAYOUT).value
assert SETTINGS is not None
PAGE = page_geometry(SETTINGS, HandbookOptions())
MM = 72 / 25.4
WIDTH, INNER, TEXT, EDGE = (
    length * MM for length in (PAGE.width, PAGE.inner, PAGE.text, PAGE.edge)
)

# Paragraphs of the kind that a technical book has: with brackets, Latin words, figures, code and addresses.
BOOKS = {
    "ar": (
        "دليل الخوادم",
        "الخادم برنامج ينتظر الطلبات ويجيب عنها. يعمل على المعالج المركزي (CPU) ويخزّن ما يحتاج إليه في الذاكرة (RAM)، "
        "ثم يرسل الجواب عبر HTTP/1.1 إلى المتصفح. هل جرّبت prototypes؟ نعم، في سنة 2025 كان هناك 12 مليون خادم، "
        "بزيادة 3.5%.",
        "البند",
    ),
    "fa": (
        "راهنمای سرور",
        "سرور برنامه‌ای است که منتظر درخواست‌ها می‌ماند و به آن‌ها پاسخ می‌دهد. پردازنده (CPU) دستورها را اجرا می‌کند؛ نسخهٔ "
        "۳.۱۱ از Python را نصب کنید. در سال ۱۴۰۴ بیش از ۱۲ میلیون سرور روشن بود.",
        "مورد",
    ),
    "he": (
        "מדריך לשרתים",
        "שרת הוא תוכנית שממתינה לבקשות ועונה עליהן. המעבד (CPU) מריץ פקודות, והתשובה נשלחת בפרוטוקול HTTP/2 אל הדפדפן. "
        'ראו את "prototypes?" בעמ\' 12, וגם C++. בשנת 2025 היו 12 מיליון שרתים, עלייה של 3.5%.',
        "פריט",
    ),
}


@dataclass(frozen=True)
class Word:
    """A word on a page, numbered from 1, in pt from the top left."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


def words(path: Path) -> list[Word]:
    try:
        done = subprocess.run(
            ["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True
        )
    except FileNotFoundError:
        pytest.skip("pdftotext is not installed")
    root = html.document_fromstring(done.stdout.encode())
    return [
        Word(w.text or "", n, *(float(w.get(s)) for s in ("xmin", "ymin", "xmax", "ymax")))
        for n, page in enumerate(root.iter("page"), 1)
        for w in page.iter("word")
    ]


def chapter(language: str) -> str:
    title, text, item = BOOKS[language]
    return f"""# {title}

{text} {text}

- {item} LISTED
    1. {item} NESTED

| {item} | FIRST | LAST |
|---|---|---|
| {item} | ONE | TWO |

!!! note "{item} BOXED"
    {text} `python -m http.server 8000` <https://example.org/a/b?c=d>

```python
def handle(request):
    return "{item}", 200  # NUMBER
```

{text} [{item}](https://example.org/docs/index.html) ملف `config/settings.yaml`[^1]: \\(a^2 + b^2\\).

[^1]: {item} NOTED (startup).

/// aside | {item}
BESIDE {item}.
///

/// card | {item} (idempotent) — QUESTION?
    id: one

{item} (RAM) `PUT /users/7` ANSWER
///
"""


@pytest.fixture(scope="module", params=sorted(BOOKS))
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A book in one of the languages, in all products; not a word of it is called lost."""
    project = Project(tmp_path_factory.mktemp(request.param) / "guide")
    title, text, item = BOOKS[request.param]
    project.edit("guide.yaml", "language: en", f"language: {request.param}")
    project.edit("guide.yaml", "title: A Minimal Guide", f'title: "{title}"\nsubtitle: "{item}"')
    project.edit("guide.yaml", "[chapters/one.md]", "[chapters/one.md, chapters/two.md]")
    guide = (project.source / "guide.yaml").read_text() + "products: {web: true, epub: true}\n"
    project.write("guide.yaml", guide)
    # A drawing without a size of its own, in a line of the cover.
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    project.write("images/logo.svg", drawing).write(
        "brand.yaml", f"logo: images/logo.svg\nlogo_alt: {item}\n"
    )
    project.chapter(chapter(request.param))
    project.write("chapters/two.md", f"# {item}\n\n" + f"{text}\n\n" * 12)
    built = project.build("--jobs", "1")
    assert built.status == 0, built.err
    assert "lost" not in built.err
    return project


@pytest.fixture(scope="module")
def found(book: Project) -> list[Word]:
    return words(book.folder / "build/handbook.pdf")


def find(found: list[Word], text: str) -> Word:
    """The first word of the body that holds a text."""
    return next(word for word in found if text in word.text and word.page >= 7)


def test_every_word_lies_on_its_page(found: list[Word]) -> None:
    """Nothing runs off an edge: not leaders, nor page numbers, nor tables."""
    assert all(word.left >= 0 and word.right <= WIDTH for word in found)


def test_the_first_page_of_a_chapter_is_a_left_one(found: list[Word]) -> None:
    """The book is bound at its right: the text stands at the right edge but for the inner margin."""
    opener = find(found, "LISTED").page
    assert opener % 2 == 1
    lines = [w for w in found if w.page == opener and w.top > 300]
    assert max(w.right for w in lines) == pytest.approx(WIDTH - INNER, abs=3)
    # On the page behind, the outer margin is at the right.
    second = next(w.page for w in found if w.page > opener and w.page % 2 == 0)
    text = [w for w in found if w.page == second and w.top > 80 and w.text not in ("I", "II")]
    assert max(w.right for w in text) == pytest.approx(WIDTH - EDGE, abs=3)


def test_viewers_are_told(book: Project) -> None:
    """Which page of two is on the left."""
    with pikepdf.open(book.folder / "build/handbook.pdf") as pdf:
        assert pdf.Root.ViewerPreferences.Direction == "/R2L"
        assert str(pdf.Root.Lang) in BOOKS


def test_folios_and_running_heads_stand_outside(found: list[Word]) -> None:
    """At the left of left pages, at the right of right ones."""
    for page in {w.page for w in found if w.page >= 8}:
        low = [w for w in found if w.page == page and w.top > 740 and w.text.isdigit()]
        for folio in low:
            assert (folio.left < WIDTH / 2) == (page % 2 == 1)


def test_contents_run_to_the_left(found: list[Word]) -> None:
    """Titles begin at the right, numbers end at the left edge of a column, and leaders lie between."""
    leaders = [w for w in found if w.page == 3 and set(w.text) == {"."}]
    numbers = [w for w in found if w.page == 3 and w.text.isdigit()]
    ends = [
        number.left
        for number in numbers
        for leader in leaders
        if abs(leader.bottom - number.bottom) < 3 and 0 <= leader.left - number.right < 32
    ]
    assert ends
    # One edge for each of at most two columns, and none beyond the margin.
    edges = {round(end / 2) for end in ends}
    assert len(edges) <= 2
    assert min(ends) > EDGE - 2


def test_answers_keep_to_their_columns(found: list[Word]) -> None:
    """The number of the page that asks stands at the left end of the line, within the page's margins."""
    answer = [word for word in found if word.text == "ANSWER"][-1]
    line = [w for w in found if w.page == answer.page and 80 < w.top < answer.top]
    assert min(w.left for w in line) > EDGE - 2
    number = [w for w in line if w.text.isdigit() and w.left < answer.left]
    assert number


def test_justified_lines_end_where_their_paragraph_does(found: list[Word]) -> None:
    """At the left edge: a line may not be moved by the space that ends it."""
    page = find(found, "LISTED").page + 2
    body = [w for w in found if w.page == page and 380 < w.top < 700]
    lines: dict[float, float] = {}
    for word in body:
        key = round(word.bottom / 3)
        lines[key] = min(word.left, lines.get(key, WIDTH))
    full = sorted(lines.values())
    text_left = WIDTH - EDGE - TEXT if page % 2 == 0 else WIDTH - INNER - TEXT
    assert full[0] > text_left - 1.5


def test_lists_and_tables_are_mirrored(found: list[Word]) -> None:
    """Deeper is further to the left, the first column is the rightmost, the note's column is at the left."""
    listed, nested = find(found, "LISTED"), find(found, "NESTED")
    assert nested.right < listed.right
    around = [w for w in found if w.page == nested.page and abs(w.bottom - nested.bottom) < 2]
    marker = next(w for w in around if w.text.strip(".") == "1")
    assert marker.left >= max(w.right for w in around if w is not marker)
    first, last = find(found, "FIRST"), find(found, "LAST")
    assert last.right < first.left
    beside = find(found, "BESIDE")
    opposite = [w for w in found if w.page == beside.page and abs(w.top - beside.top) < 60]
    assert beside.right < WIDTH - EDGE - TEXT + 5 or beside.right < WIDTH - INNER - TEXT + 5
    assert len(opposite) > 1


def test_code_and_addresses_run_from_left_to_right(book: Project, found: list[Word]) -> None:
    """In lines of text, in boxes, and as blocks."""
    text = "\n".join(texts(book.folder / "build/handbook.pdf"))
    # It may be broken over lines.
    assert any(word.text.startswith(("https://", "example.org/")) for word in found)
    assert not any(word.text.startswith("/") and "example" in word.text for word in found)
    # A line may end behind the slash.
    for code in ("def handle(request):", "settings.yaml", "PUT /users/7"):
        assert code in " ".join(text.split()), code
    python, server = find(found, "python"), find(found, "http.server")
    if python.bottom == server.bottom:
        assert python.right < server.left
    handle, request = find(found, "handle"), find(found, "return")
    assert handle.left > request.left - 40
    definition = find(found, "def")
    assert definition.left < handle.left


def test_the_web_and_the_epub_say_so(book: Project) -> None:
    """Code and addresses have a direction of their own; so have the pages, and the order of an EPUB's."""
    page = html.document_fromstring((book.folder / "build/web/one.html").read_bytes())
    assert page.get("dir") == "rtl"
    for element in page.iter("code", "pre"):
        assert element.get("dir") == "ltr"
    links = [a for a in page.iter("a") if (a.text or "").startswith("https://")]
    assert links
    assert all(a.get("dir") == "ltr" for a in links)
    assert b'page-progression-direction="rtl"' in epub_part(book, "package.opf")


def epub_part(book: Project, name: str) -> bytes:
    with zipfile.ZipFile(book.folder / "build/book.epub") as archive:
        (found,) = [entry for entry in archive.namelist() if entry.endswith(name)]
        return archive.read(found)


def test_cards_run_to_the_left(book: Project) -> None:
    """Head and number change sides, and code keeps its own."""
    found = words(book.folder / "build/cards.pdf")
    answer = next(w for w in found if w.text == "ANSWER")
    put, users = (
        next(w for w in found if w.text == text and w.page == answer.page)
        for text in ("PUT", "/users/7")
    )
    if abs(put.bottom - users.bottom) < 1:
        assert put.right <= users.left + 1
