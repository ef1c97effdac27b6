"""Images of the book: found beside the text, never outside of the project, never on the network."""

from __future__ import annotations

import io
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image as Picture
from tests.project import Project

from guidepress.diagnostics import Diagnostic

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}"/>'


def png(width: int = 3, height: int = 2) -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", (width, height)).save(out, "PNG")
    return out.getvalue()


def image(project: Project, text: str) -> dict[str, str]:
    """The attributes of the only image of a chapter without problems."""
    project.chapter(f"# One\n\n{text}\n")
    (tag,) = re.findall(r"<img ([^>]*)>", project.book().parts[0].chapters[0].body.html)
    return dict(re.findall(r'([\w-]+)="([^"]*)"', tag))


def problem(project: Project, text: str) -> Diagnostic:
    """The only problem of a chapter that says `text`."""
    project.chapter(f"# One\n\n{text}\n")
    (only,) = project.problems()
    return only


@pytest.fixture(autouse=True)
def pictures(project: Project) -> None:
    project.write("chapters/a.png", png()).write("images/a.png", png(5, 4)).write(
        "images/b c.svg", SVG.format(8, 6)
    )
    (project.folder / "assets").mkdir()
    (project.folder / "assets/d.png").write_bytes(png(7, 7))


@pytest.mark.parametrize(
    ("src", "key", "size"),
    [
        ("a.png", "chapters/a.png", ("3", "2")),
        ("./a.png", "chapters/a.png", ("3", "2")),
        ("../images/a.png", "images/a.png", ("5", "4")),
        ("../chapters/../images/a.png", "images/a.png", ("5", "4")),
        ("/images/a.png", "images/a.png", ("5", "4")),
        ("../images/b%20c.svg", "images/b c.svg", ("8", "6")),
        ("<../images/b c.svg>", "images/b c.svg", ("8", "6")),
        ("a.png?raw=true", "chapters/a.png", ("3", "2")),
        ("../../assets/d.png", "../assets/d.png", ("7", "7")),
    ],
)
def test_image_is_found(project: Project, src: str, key: str, size: tuple[str, str]) -> None:
    """Relative to the Markdown file, or with a slash to the folder of guide.yaml; anywhere in the project."""
    found = image(project, f"![Alt]({src})")
    assert (found["src"], found["alt"]) == (key, "Alt")
    assert (found["width"], found["height"]) == size
    assert "data-image" not in found
    entry = project.book().images[key]
    assert entry.path.read_bytes() == (project.source / key).read_bytes()


def test_authored_width_stays(project: Project) -> None:
    """Only what the author left open is filled in."""
    found = image(project, "![Alt](a.png){: width=90 }")
    assert (found["width"], found.get("height")) == ("90", None)


def test_same_name_in_two_folders(project: Project) -> None:
    """Each stays itself; the same file written in two ways is one image."""
    project.chapter("# One\n\n![A](a.png) ![B](../images/a.png) ![C](../chapters/a.png)\n")
    book = project.book()
    assert sorted(book.images) == ["chapters/a.png", "images/a.png"]
    assert re.findall(r'src="([^"]*)"', book.parts[0].chapters[0].body.html) == [
        "chapters/a.png", "images/a.png", "chapters/a.png"
    ]  # fmt: skip


def test_drawing_without_a_size(project: Project) -> None:
    """Nothing is invented."""
    project.write("chapters/x.svg", "<svg/>")
    assert "width" not in image(project, "![x](x.svg)")


def test_image_in_raw_html(project: Project) -> None:
    """The same rules."""
    assert image(project, '<img src="../images/a.png" alt="Alt">')["src"] == "images/a.png"
    assert problem(project, '<img src="../../../x.png" alt="Alt">').code == "image-outside"


def test_images_of_records_and_brand(project: Project) -> None:
    """Relative to their YAML files."""
    project.write(
        "glossary.yaml", "terms: [{id: a, term: A, definition: 'See ![A](images/a.png).'}]"
    )
    project.write("brand.yaml", "logo: images/b c.svg\nimprint: '![I](chapters/a.png)'\n")
    book = project.book()
    assert 'src="images/a.png"' in book.terms[0].definition.html
    assert (book.brand.logo, sorted(book.images)) == (
        "images/b c.svg", ["chapters/a.png", "images/a.png", "images/b c.svg"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("src", "hint"),
    [
        ("b.png", "did you mean `a.png`?"),
        ("A.PNG", "did you mean `a.png`?"),
        ("zzz.svg", None),
        ("x/a.png", "a path starts at the file that names it: from here it is `a.png`"),
    ],
)
def test_missing_image(project: Project, src: str, hint: str | None) -> None:
    """The file of nearly that name is the hint; upper and lower case are not the same everywhere."""
    found = problem(project, f"Text ![Alt]({src}).")
    assert (found.code, found.message) == ("image-missing", f"the image `{src}` does not exist")
    assert str(found.span) == "source/chapters/one.md:3:13"
    assert found.hints == ((hint,) if hint else ())


@pytest.mark.parametrize(
    "src", ["../../../x.png", "/../../x.png", "out/x.png", "../../../../../etc/passwd", "a%00b.png"]
)
def test_image_outside_of_the_project(project: Project, src: str) -> None:
    """By its path or behind a link, it is not read."""
    (project.folder.parent / "x.png").write_bytes(png())
    (project.source / "chapters/out").symlink_to(project.folder.parent)
    found = problem(project, f"![Alt]({src})")
    assert found.code == "image-outside"
    assert found.message == f"the image `{unquote(src)}` lies outside of the project"


@pytest.mark.parametrize(
    "src", ["https://example.org/x.png", "HTTP://example.org/x.png", "//example.org/x.png"]
)
def test_image_on_the_network(project: Project, src: str) -> None:
    """A build never reads it; its text stands in its place."""
    found = problem(project, f"See ![the *Alt*]({src}) here.")
    assert found.code == "image-remote"
    book = project.compile().value
    assert book is not None
    assert "See <span>the Alt</span> here." in book.parts[0].chapters[0].body.html
    assert book.images == {}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.png", b"no image", "image-broken"),
        ("x.svg", b"<svg", "image-broken"),
        ("x.tiff", b"II*\0", "image-unknown-format"),
        ("x", b"", "image-unknown-format"),
    ],
)
def test_image_that_cannot_be_read(project: Project, name: str, data: bytes, code: str) -> None:
    """Reported once, at the first place that wants it."""
    project.write(f"chapters/{name}", data)
    found = problem(project, f"![Alt]({name}) and ![again]({name})")
    assert found.code == code
    assert str(found.span) == "source/chapters/one.md:3:8"


def test_image_that_is_a_folder_or_has_an_impossible_name(project: Project) -> None:
    """There is no such image."""
    (project.source / "chapters/dir.png").mkdir()
    for src in ("dir.png", "x" * 300 + ".png"):
        assert problem(project, f"![Alt]({src})").code == "image-missing"


def test_reading_follows_links_inside_of_the_project(project: Project) -> None:
    """A link to a shared image is an image."""
    (project.source / "chapters/l.png").symlink_to("../images/a.png")
    assert image(project, "![Alt](l.png)")["width"] == "5"


def test_path_is_where_the_file_is(project: Project) -> None:
    """Later stages read the image by it, from any folder."""
    project.chapter("# One\n\n![A](../images/a.png)\n")
    path: Path = project.book().images["images/a.png"].path
    assert path.is_file()


def test_missing_alternative_text(project: Project) -> None:
    """A picture that shows something says what; one that only decorates is marked so."""
    project.write("images/a.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    project.chapter(
        "# One\n\n![](../images/a.svg) ![](../images/a.svg){: .decoration } ![A dot](../images/a.svg)\n"
    )
    (problem,) = project.problems()
    assert problem.code == "image-alt-missing"
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (3, 5)
