"""Code quoted from files of the project: `/// code | project/loans.py#borrow`."""

from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path

import pytest
from tests.project import Project

from guidepress.diagnostics import Diagnostic

LOANS = """\
\"\"\"Loans.\"\"\"

import sqlite3


class Loans:
    # region borrow
    def borrow(self, book: int) -> None:
        with self.db:
            # region insert
            self.db.execute("INSERT INTO loan (book) VALUES (?)", (book,))
            # endregion

    # endregion

    def back(self, book: int) -> None: ...
"""
BORROW = """\
def borrow(self, book: int) -> None:
    with self.db:
        self.db.execute("INSERT INTO loan (book) VALUES (?)", (book,))
"""


def quote(project: Project, argument: str, options: str = "") -> Project:
    return project.chapter(f"# One\n\nText.\n\n/// code | {argument}\n{options}///\n")


def block(project: Project) -> tuple[dict[str, str], str]:
    """The attributes and the code of the only block of a chapter without problems."""
    (found,) = re.findall(
        r"<pre([^>]*)>(.*?)</pre>", project.book().parts[0].chapters[0].body.html, re.DOTALL
    )
    attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', found[0]))
    return attributes, html.unescape(re.sub("<[^>]+>", "", found[1]))


def problem(project: Project) -> Diagnostic:
    (only,) = project.problems()
    return only


@pytest.fixture(autouse=True)
def loans(project: Project) -> None:
    project.write("project/loans.py", LOANS)


def test_region_is_quoted(project: Project) -> None:
    """Without its indentation, its markers and those inside; with colours and the file's name."""
    attributes, code = block(quote(project, "project/loans.py#borrow"))
    assert code == BORROW
    assert attributes == {
        "class": "code", "data-title": "project/loans.py", "data-language": "python",
        "data-line": "5",
    }  # fmt: skip
    chapter = project.book().parts[0].chapters[0].body.html
    assert '<code><span class="k">def</span>' in chapter


def test_region_in_a_region(project: Project) -> None:
    """Each can be quoted by itself."""
    _, code = block(quote(project, "project/loans.py#insert"))
    assert code == 'self.db.execute("INSERT INTO loan (book) VALUES (?)", (book,))\n'


def test_whole_file(project: Project) -> None:
    """Where a marker stood, there is no gap of its own."""
    attributes, code = block(quote(project, "/project/loans.py"))
    assert attributes["data-title"] == "project/loans.py"
    kept = [line for line in LOANS.splitlines() if "region" not in line]
    kept.remove("")
    assert [line for line in code.splitlines() if line] == [line for line in kept if line]
    assert "(book,))\n\n    def back" in code
    assert "class Loans:\n    def borrow" in code


def test_options(project: Project) -> None:
    """A title, a name for references, a class, and a language where the file's name says none."""
    project.write("project/request.txt", "GET / HTTP/1.1\n")
    options = "    id: first\n    class: small\n    title: A *request*\n    language: HTTP\n"
    quote(project, "project/request.txt", options)
    attributes, _ = block(project)
    assert attributes["data-title"] == "A *request*"
    assert (attributes["id"], attributes["class"]) == ("first", "code small")
    assert attributes["data-language"] == "http"


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Dockerfile", "docker"),
        ("compose.yaml", "yaml"),
        ("schema.sql", "sql"),
        ("app.js", "javascript"),
        ("notes.txt", "text"),
        ("notes", None),
        ("notes.unheard-of", None),
    ],
)
def test_language_is_that_of_the_name(project: Project, name: str, language: str | None) -> None:
    """A name that says nothing is no problem: the code is printed plain."""
    project.write(f"project/{name}", "a: <b>\n")
    attributes, code = block(quote(project, f"project/{name}"))
    assert attributes.get("data-language") == language
    assert code == "a: <b>\n"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("# region a", "# endregion"),
        ("#region a", "#endregion a"),
        ("//#region a", "//#endregion"),
        ("  // region a", "// endregion"),
        ("-- region a", "-- endregion a"),
        ("/* region a */", "/* endregion */"),
        ("<!-- #region a -->", "<!-- #endregion -->"),
        ("#pragma region a", "#pragma endregion"),
        ("; region a", "; endregion"),
        ("# region: a", "# endregion: a"),
        ("# region  a b", "# endregion"),
    ],
)
def test_markers_of_many_languages(project: Project, start: str, end: str) -> None:
    """Comments as editors fold them."""
    project.write("project/x.txt", f"before\n{start}\n\tcode\n\n{end}\nafter\n")
    name = "a b" if "a b" in start else "a"
    _, code = block(quote(project, f"project/x.txt#{name}"))
    assert code == "code\n"


def test_prose_is_no_marker(project: Project) -> None:
    """A sentence of a comment, a string, or code that only speaks of regions stays."""
    text = (
        '# region a\nregion = "eu"  # region\nprint("# region b")\nthe_region: 1\n# endregion a\n'
    )
    project.write("project/x.py", text)
    _, code = block(quote(project, "project/x.py#a"))
    assert code == "".join(f"{line}\n" for line in text.splitlines()[1:-1])


def test_named_end_closes_what_is_open_inside(project: Project) -> None:
    """A comment that happens to begin with "region" needs no end of its own."""
    text = "# region a\n1\n# region of interest\n2\n# endregion a\n3\n# endregion b\n"
    project.write("project/x.py", text)
    assert block(quote(project, "project/x.py#a"))[1] == "1\n2\n"


def test_file_of_the_project_beside_the_guide(project: Project) -> None:
    """A guide can quote the code that it is about, wherever that lies in the project."""
    (project.folder / "src").mkdir()
    (project.folder / "src/app.py").write_text("pass\n")
    attributes, code = block(quote(project, "../src/app.py"))
    assert (attributes["data-title"], code) == ("../src/app.py", "pass\n")


def test_tabs_stay_and_line_ends_are_one_kind(project: Project) -> None:
    project.write("project/x.go", b"// region a\r\n\tif a {\r\n\t\tb()\r\n\t}\r\n// endregion\r\n")
    assert block(quote(project, "project/x.go#a"))[1] == "if a {\n\tb()\n}\n"


def test_in_cards_records_notes_and_boxes(project: Project) -> None:
    """Wherever Markdown stands."""
    project.write(
        "glossary.yaml",
        "terms:\n  - id: a\n    term: A\n    definition: |\n      Text.\n\n"
        "      /// code | project/loans.py#insert\n      ///\n",
    )
    project.chapter(
        "# One\n\n/// card | What does it do?\n    id: a\n//// code | project/loans.py#insert\n////\n///\n\n"
        "//// figure | Borrowing\n/// code | project/loans.py#borrow\n///\n////\n\nText.[^1]\n\n"
        "[^1]: A note.\n\n    /// code | project/loans.py#insert\n    ///\n"
    )
    book = project.book()
    assert "execute" in book.cards[0].back.html
    assert "execute" in book.terms[0].definition.html
    chapter = book.parts[0].chapters[0]
    assert "borrow" in chapter.body.html
    assert "execute" in chapter.footnotes[0].content.html
    assert "data-quote" not in str(book)
    assert [path.name for path in book.quoted] == ["loans.py"]


@pytest.mark.parametrize(
    ("argument", "code", "hint"),
    [
        ("project/loan.py", "code-file-missing", "did you mean `loans.py`?"),
        ("nowhere/x.py", "code-file-missing", "the path starts at the folder of guide.yaml"),
        ("..", "code-file-missing", "the path starts at the folder of guide.yaml"),
        (f"project/{'x' * 300}.py", "code-file-missing", "the path starts at the folder of guide.yaml"),
        ("#borrow", "code-outside", None),
        ("../../x.py", "code-outside", None),
        ("/../../x.py", "code-outside", None),
        ("project/link.py", "code-outside", None),
        ("project/loans.py#borow", "code-region-unknown", "did you mean `borrow`?"),
        (
            "project/loans.py#zzz",
            "code-region-unknown",
            "mark it in the file with comments: `region zzz` and `endregion`",
        ),
    ],
)  # fmt: skip
def test_what_is_gone_is_an_error(
    project: Project, argument: str, code: str, hint: str | None
) -> None:
    """At the place of the quote, though the file is another."""
    outside = project.folder.parent / "x.py"
    outside.write_text("secret = 1\n")
    (project.source / "project/link.py").symlink_to(outside)
    found = problem(quote(project, argument))
    assert found.code == code
    assert str(found.span) == "source/chapters/one.md:5:12"
    assert found.span is not None
    assert found.span.length == len(argument)
    assert found.hints == ((hint,) if hint else ())


@pytest.mark.parametrize(
    ("text", "code", "lines"),
    [
        ("# region a\n1\n", "code-region-unclosed", [1]),
        ("# region a\n# region b\n1\n# endregion\n", "code-region-unclosed", [1]),
        ("# region a\n1\n# endregion b\n", "code-region-unclosed", [1]),
        (
            "# region a\n1\n# endregion\n\n# region a\n2\n# endregion\n",
            "code-region-duplicate",
            [1, 5],
        ),
        ("# region a\n\n# region b\n# endregion\n# endregion\n", "code-empty", []),
    ],
)
def test_region_that_is_wrong(project: Project, text: str, code: str, lines: list[int]) -> None:
    """Reported at the quote, with the places in the file."""
    project.write("project/x.py", text)
    found = problem(quote(project, "project/x.py#a"))
    assert (found.code, str(found.span)) == (code, "source/chapters/one.md:5:12")
    assert [str(r.span) for r in found.related] == [f"source/project/x.py:{n}:1" for n in lines]


def test_file_that_is_no_text(project: Project) -> None:
    """Where it stops being text is reported, too; an empty file holds no code."""
    project.write("project/x.py", b"a\n\xff\n")
    found = problem(quote(project, "project/x.py"))
    assert (found.code, str(found.span)) == ("file-encoding", "source/chapters/one.md:5:12")
    assert [str(r.span) for r in found.related] == ["source/project/x.py:2:1"]
    project.write("project/x.py", "\n\n")
    assert problem(project).code == "code-empty"


def test_each_place_is_told(project: Project) -> None:
    """The file is read once, and every quote of it is reported."""
    project.chapter("# One\n\n/// code | project/y.py\n///\n\n/// code | project/y.py#a\n///\n")
    assert [(d.code, d.span and d.span.line) for d in project.problems()] == [
        ("code-file-missing", 3),
        ("code-file-missing", 6),
    ]


def test_language_that_is_unknown(project: Project) -> None:
    """The author's word is doubted, the code is printed."""
    found = problem(quote(project, "project/loans.py#insert", "    language: pythn\n"))
    assert (found.code, found.hints) == ("code-language-unknown", ("did you mean `python`?",))
    book = project.compile().value
    assert book is not None
    assert "execute" in book.parts[0].chapters[0].body.html


def test_problem_in_a_record_is_at_its_line(project: Project) -> None:
    project.write(
        "glossary.yaml",
        "terms:\n  - id: a\n    term: A\n    definition: |\n      Text.\n\n"
        "      /// code | project/gone.py\n      ///\n",
    )
    found = problem(project)
    assert (found.code, str(found.span)) == ("code-file-missing", "source/glossary.yaml:7:18")


def test_check_sees_it(project: Project) -> None:
    """Exit status 1, and the place."""
    result = quote(project, "project/loans.py#gone").check()
    assert result.status == 1
    assert "code-region-unknown" in result.err
    assert "one.md:5:12" in result.err


def test_build_follows_the_file(project: Project, tmp_path: Path) -> None:
    """An edit of the quoted file alone is built, through every cache; then the build stands again."""

    def words() -> str:
        target = tmp_path / "handbook.pdf"
        target.write_bytes(project.artifacts["handbook.pdf"])
        run = subprocess.run(["pdftotext", target, "-"], capture_output=True, check=True, text=True)
        return run.stdout

    quote(project, "project/loans.py#borrow")
    assert project.build("--only", "handbook").status == 0
    assert "def borrow" in words()
    assert "project/loans.py" in words()
    project.edit("project/loans.py", "def borrow", "def take_home")
    assert project.build("--only", "handbook").status == 0
    assert "def take_home" in words()
    assert "def borrow" not in words()
    again = project.build("--only", "handbook")
    assert "reading the source" not in again.err
    (project.source / "project/loans.py").unlink()
    gone = project.build("--only", "handbook")
    assert (gone.status, "code-file-missing" in gone.err) == (1, True)
    assert "def take_home" in words()
