"""`guidepress new`: a guide that builds, and Markdown books made into guides."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from guidepress.model import Guide
from guidepress.scaffold import adopt, start
from guidepress.source.project import read_guide
from tests.project import run


def guide(folder: Path) -> Guide:
    """The guide in a folder, without any problem."""
    read = read_guide(folder)
    assert read.diagnostics == ()
    assert read.value is not None
    return read.value


def book(folder: Path, **files: str) -> Path:
    """A folder of Markdown; `__` in a name stands for `/`."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def contents(folder: Path) -> dict[str, list[str]]:
    """Part -> its files, as guide.yaml lists them."""
    return {
        p.entry.title: [c.entry.file.removeprefix("chapters/") for c in p.chapters]
        for p in guide(folder).parts
    }


def test_new_guide_is_without_problems(tmp_path: Path) -> None:
    """What an author starts from checks clean, and every file that was made is listed."""
    made = start(tmp_path / "guide")
    assert all(path.is_file() for path in made)
    assert {p.relative_to(tmp_path / "guide").as_posix() for p in made} >= {
        "source/guide.yaml", "source/chapters/first.md"
    }  # fmt: skip
    result = run("check", tmp_path / "guide", "--strict")
    assert (result.status, result.out, result.err) == (0, "", "")


def test_nothing_of_an_author_is_overwritten(tmp_path: Path) -> None:
    """One file in the way is enough to write none."""
    for name in ("guide.yaml", "source/guide.yaml", "source/chapters/first.md"):
        folder = tmp_path / name.replace("/", "-")
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("mine")
        with pytest.raises(FileExistsError):
            start(folder)
        with pytest.raises(FileExistsError):
            adopt(folder, book(tmp_path / "book", first="# First"))
        assert [p for p in folder.rglob("*") if p.is_file()] == [folder / name]
        assert (folder / name).read_text() == "mine"


def test_folder_may_hold_other_files(tmp_path: Path) -> None:
    """A repository with a licence is a good place for a guide."""
    (tmp_path / "LICENSE").write_text("free")
    start(tmp_path)
    assert (tmp_path / "LICENSE").read_text() == "free"


def test_book_with_a_summary(tmp_path: Path) -> None:
    """mdBook's SUMMARY.md gives parts and order; what it leaves out stays out of the contents."""
    book(
        tmp_path / "book",
        README="# The *Book*\n",
        SUMMARY="# Summary\n\n[Introduction](README.md)\n\n# The Basics\n\n- [Two](two.md)\n"
        "  - [One](./sub/one.md)\n- [Draft]()\n- [Twice](two.md)\n- [Gone](gone.md)\n\n# Empty\n\n"
        "# More\n\n1. [Space](a%20b.md)\n* [Site](https://example.org/x)\n\n---\n\n[Thanks](thanks.md)\n",
        two="# Two\n", sub__one="# One\n", left_out="# Left out\n", thanks="# Thanks\n",
    )  # fmt: skip
    (tmp_path / "book/a b.md").write_text("# Space\n")
    made = adopt(tmp_path / "guide", tmp_path / "book")
    assert contents(tmp_path / "guide") == {
        "The Basics": ["two.md", "sub/one.md"], "More": ["a b.md"]
    }  # fmt: skip
    written = (tmp_path / "guide/source/guide.yaml").read_text()
    assert '  front:\n    - "chapters/README.md"\n  parts:\n' in written
    assert '  back:\n    - "chapters/thanks.md"\n' in written
    assert guide(tmp_path / "guide").source.title == "The Book"
    names = [p.relative_to(tmp_path / "guide").as_posix() for p in made.files]
    assert names[0] == "source/guide.yaml"
    assert names[-1] == "ADOPTED.md"
    assert "source/chapters/left_out.md" not in names
    assert "source/chapters/SUMMARY.md" not in names
    assert "  - `left_out.md`" in (tmp_path / "guide/ADOPTED.md").read_text()


def test_summary_without_a_list(tmp_path: Path) -> None:
    """Then its links are the chapters, and book.toml has the title."""
    book(tmp_path / "book/src", SUMMARY="[B](b.md)\n[A](a.md)\n", a="# A\n", b="# B\n")
    (tmp_path / "book/book.toml").write_text('[book]\ntitle = "Tea & More"\n')
    adopt(tmp_path / "guide", tmp_path / "book/src")
    assert contents(tmp_path / "guide") == {"Chapters": ["b.md", "a.md"]}
    assert guide(tmp_path / "guide").source.title == "Tea & More"


def test_summary_below_the_folder(tmp_path: Path) -> None:
    """mdBook keeps its files in src/."""
    book(
        tmp_path / "book",
        src__SUMMARY="- [B](b.md)\n- [A](sub/a.md)\n",
        src__b="# B",
        src__sub__a="# A",
    )
    adopt(tmp_path / "guide", tmp_path / "book")
    assert contents(tmp_path / "guide") == {"Chapters": ["src/b.md", "src/sub/a.md"]}


def test_book_without_a_summary(tmp_path: Path) -> None:
    """Folders become parts; numbers in names count, and a README comes first."""
    book(
        tmp_path / "my-book",
        chapter10="# Ten", chapter2="# Two", README="No heading here.",
        **{"02-API-design__b": "# B", "02-API-design__index": "# Index", "1_basics__x": "# X",
           "1_basics__z": "# Z", "1_basics__deep__y": "# Y"},
    )  # fmt: skip
    adopt(tmp_path / "guide", tmp_path / "my-book")
    assert contents(tmp_path / "guide") == {
        "Basics": ["1_basics/deep/y.md", "1_basics/x.md", "1_basics/z.md"],
        "API design": ["02-API-design/index.md", "02-API-design/b.md"],
        "Chapters": ["README.md", "chapter2.md", "chapter10.md"],
    }
    assert guide(tmp_path / "guide").source.title == "My book"
    assert guide(tmp_path / "guide").source.id == "my-book"


def test_images_come_along(tmp_path: Path) -> None:
    """Where the text expects them; anything else stays."""
    book(tmp_path / "book", one="# One\n\n![A dot](img/dot.svg)\n")
    (tmp_path / "book/img").mkdir()
    (tmp_path / "book/img/dot.svg").write_text('<svg viewBox="0 0 1 1"/>')
    (tmp_path / "book/data.csv").write_text("a,b")
    adopt(tmp_path / "guide", tmp_path / "book")
    assert (tmp_path / "guide/source/chapters/img/dot.svg").exists()
    assert not (tmp_path / "guide/source/chapters/data.csv").exists()
    assert run("check", tmp_path / "guide").status == 0


def test_only_what_belongs_to_the_book_is_copied(tmp_path: Path) -> None:
    """Nothing hidden, and nothing that a link brings in from elsewhere."""
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret")
    folder = book(tmp_path / "book", one="# One", **{".git__x": "# X", "node__.hidden": "# H"})
    (folder / "link.md").symlink_to(secret)
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "inner.md").symlink_to("one.md")
    adopt(tmp_path / "guide", folder)
    assert contents(tmp_path / "guide") == {"Chapters": ["inner.md", "one.md"]}
    assert not [
        p for p in (tmp_path / "guide").rglob("*") if p.is_file() and b"Secret" in p.read_bytes()
    ]


@pytest.mark.parametrize(
    "name",
    ["a b", 'it\'s: "quoted" #1 [x]', "ünï-日本", "no", "1.10", "- x", "%s {{ x }}", "x" * 100],
)
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    """Names of files, folders and books that mean something in YAML are written so that they mean themselves."""
    folder = tmp_path / name
    (folder / name).mkdir(parents=True)
    (folder / name / f"{name}.md").write_text("# One\n")
    adopt(tmp_path / "guide", folder)
    ((part, files),) = contents(tmp_path / "guide").items()
    assert files == [f"{name}/{name}.md"]
    assert part


def test_a_single_file_is_a_part_of_its_own_title(tmp_path: Path) -> None:
    made = adopt(tmp_path / "guide", book(tmp_path / "book", README="# My tool\n\n## Use\n"))
    assert contents(tmp_path / "guide") == {"My tool": ["README.md"]}
    assert made.report[0] == "1 file in the order of file names"


def test_title_that_means_something_in_yaml(tmp_path: Path) -> None:
    """The same of the title, whose id stays short enough."""
    title = "Yes: a \"book\" # of 'quotes' & " + "words " * 30
    adopt(tmp_path / "guide", book(tmp_path / "book", README=f"# {title}\n"))
    read = guide(tmp_path / "guide")
    assert read.source.title == title.strip()
    assert len(read.source.id) <= 80


def test_folder_without_markdown(tmp_path: Path) -> None:
    """There is nothing to adopt."""
    (tmp_path / "book").mkdir()
    with pytest.raises(FileNotFoundError, match="no Markdown files"):
        adopt(tmp_path / "guide", tmp_path / "book")
    assert not (tmp_path / "guide").exists()


def test_name_that_cannot_be_written_down(tmp_path: Path) -> None:
    """guide.yaml is Unicode; a file whose name is not is left out, and stops nothing else."""
    folder = book(tmp_path / "book", one="# One")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.md")).write_text("# Two")
    adopt(tmp_path / "guide", folder)
    assert contents(tmp_path / "guide") == {"Book": ["one.md"]}
    assert "a name that cannot be written down: 1" in (tmp_path / "guide/ADOPTED.md").read_text()


def test_command(tmp_path: Path) -> None:
    """`new` prints what it made; a second time it makes nothing, and says so in one line."""
    made = run("new", tmp_path / "guide")
    assert made.status == 0
    assert str(tmp_path / "guide/source/guide.yaml") in made.out.splitlines()
    again = run("new", tmp_path / "guide")
    assert (again.status, again.out) == (2, "")
    assert "there is a guide already" in again.err
    adopted = run("new", tmp_path / "other", "--from", book(tmp_path / "book", one="# One"))
    assert adopted.status == 0
    assert adopted.out.splitlines()[-1] == f"next: guidepress build {tmp_path / 'other'}"
    assert run("new", tmp_path / "third", "--from", tmp_path / "gone").status == 2


@pytest.mark.parametrize(
    ("name", "id_"),
    [("rust-book", "rust-book"), ("My First Guide!", "my-first-guide"), ("…", "my-guide")],
)
def test_a_new_guide_is_called_after_its_folder(tmp_path: Path, name: str, id_: str) -> None:
    """Its id, which no release binds yet."""
    assert run("new", tmp_path / name).status == 0
    assert guide(tmp_path / name).source.id == id_
