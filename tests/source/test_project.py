"""A project folder becomes a Guide: each file once, none from outside, all problems together."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.project import Project

from guidepress.diagnostics import Diagnosed
from guidepress.model import Guide
from guidepress.source.location import find
from guidepress.source.project import read_guide

CHAPTERS = "chapters: [chapters/one.md]"


def read(project: Project, edition: str | None = None) -> Diagnosed[Guide]:
    return read_guide(project.folder, edition)


def guide(project: Project, edition: str | None = None) -> Guide:
    """The guide of a project without problems."""
    result = read(project, edition)
    assert result.diagnostics == ()
    assert result.value is not None
    return result.value


def problems(project: Project, edition: str | None = None) -> list[str]:
    """Each problem as `place code: message (hint)`."""
    return [
        f"{d.span} {d.code}: {d.message}" + "".join(f" ({h})" for h in d.hints)
        for d in read(project, edition).diagnostics
    ]


def test_least_guide(project: Project) -> None:
    """Four keys and a Markdown file; everything else has a default."""
    read = guide(project)
    assert (read.source.id, read.source.language) == ("minimal", "en")
    (part,) = read.parts
    (chapter,) = part.chapters
    assert chapter.file == "source/chapters/one.md"
    assert chapter.text.startswith("# One\n")
    assert (read.front, read.back, read.roadmap, read.skills, read.tables) == ((), (), None, (), ())


def test_full_guide(tmp_path: Path) -> None:
    """Every kind of file is read."""
    read = guide(Project(tmp_path / "guide", "full"))
    assert len(read.front) == 1
    assert read.roadmap is not None
    for records in (
        read.parts,
        read.back,
        read.skills,
        read.questions,
        read.terms,
        read.tables,
        read.profiles,
    ):
        assert records
    assert read.brand.name


def test_guide_beside_its_files(project: Project) -> None:
    """DIR may hold guide.yaml itself; names of files are relative to it."""
    read = read_guide(project.source)
    assert read.diagnostics == ()
    assert read.value is not None
    assert read.value.root == read.value.project == project.source
    assert read.value.parts[0].chapters[0].file == "chapters/one.md"


def test_guide_in_source_comes_first(project: Project) -> None:
    """A stray guide.yaml above source/ changes nothing."""
    (project.folder / "guide.yaml").write_text("nonsense: [")
    assert guide(project).source.id == "minimal"


def test_no_guide(tmp_path: Path) -> None:
    """The folder as a whole is the place; what may have been meant is named."""
    assert find(tmp_path).diagnostics[0].message == "no guide.yaml here, nor in source/"
    assert find(tmp_path / "gone").diagnostics[0].message == "this folder does not exist"
    (tmp_path / "source").mkdir()
    for name in ("guide.yml", "Guide.yaml", "giude.yaml", "source/guide.yml"):
        (tmp_path / name).write_text("id: x\n")
        (only,) = find(tmp_path).diagnostics
        assert (only.code, str(only.span)) == ("guide-missing", ".")
        assert only.hints[0] == f"there is a `{name}`; the file must be called guide.yaml"
        (tmp_path / name).unlink()


def test_chapter_that_is_missing(project: Project) -> None:
    """A misspelt name, and a file in another folder, are found."""
    project.write("chapters/two.md", "# Two").write("three.md", "# Three")
    project.edit("guide.yaml", "chapters/one.md", "chapters/onne.md, chapters/three.md, x.md")
    assert problems(project) == [
        "source/guide.yaml:8:18 chapter-missing: the file `chapters/onne.md` does not exist "
        "(did you mean `chapters/one.md`?)",
        "source/guide.yaml:8:36 chapter-missing: the file `chapters/three.md` does not exist "
        "(did you mean `three.md`?)",
        "source/guide.yaml:8:55 chapter-missing: the file `x.md` does not exist",
    ]


def test_chapter_twice(project: Project) -> None:
    """Also under another spelling, and in another part of the contents."""
    project.edit("guide.yaml", CHAPTERS, f"{CHAPTERS}\n  back: [chapters/../chapters/one.md]")
    assert [p.split(":")[0] for p in problems(project)] == ["source/guide.yaml"]
    assert "chapter-duplicate" in problems(project)[0]


def test_empty_chapter(project: Project) -> None:
    """A file of blank lines is a mistake."""
    project.write("chapters/one.md", " \n\n")
    assert problems(project) == ["source/chapters/one.md file-empty: the chapter is empty"]


@pytest.mark.parametrize(
    "path", ["../../secret.md", "/etc/hostname", "chapters/../../../secret.md", "out/secret.md"]
)
def test_chapter_outside_of_the_project(project: Project, path: str) -> None:
    """By its path or behind a link, it is not read."""
    outside = project.folder.parent
    (outside / "secret.md").write_text("# Secret")
    (project.source / "out").symlink_to(outside)
    project.edit("guide.yaml", "[chapters/one.md]", f"[{path}]")
    assert problems(project) == [
        f"source/guide.yaml:8:18 file-outside: `{path}` lies outside of the project"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "guide.yaml",
        "brand.yaml",
        "roadmap.yaml",
        "skills.yaml",
        "faq.yaml",
        "glossary.yaml",
        "data/x.yaml",
    ],
)
def test_yaml_file_outside_of_the_project(project: Project, name: str) -> None:
    """A link out of the project is refused for every kind of file, and nothing of its text is shown."""
    secret = project.folder.parent / "secret"
    secret.write_text("password: [hunter2\n")
    path = project.source / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(secret)
    assert problems(project) == [
        f"source/{name} file-outside: `source/{name}` lies outside of the project"
    ]


def test_data_folder_outside_of_the_project(project: Project) -> None:
    """Nor is a whole folder of other files."""
    outside = project.folder.parent / "other"
    outside.mkdir()
    (outside / "x.yaml").write_text("kind: table\n")
    (project.source / "data").symlink_to(outside)
    assert [p.split()[1] for p in problems(project)] == ["file-outside:"]


def test_link_inside_of_the_project(project: Project) -> None:
    """Links are followed as long as they stay at home."""
    (project.source / "shared.md").write_text("# Shared")
    (project.source / "chapters/two.md").symlink_to("../shared.md")
    project.edit("guide.yaml", CHAPTERS, "chapters: [chapters/one.md, chapters/two.md]")
    assert guide(project).parts[0].chapters[1].text == "# Shared"


def test_loop_of_links(project: Project) -> None:
    """A chapter that is a link to itself cannot be read."""
    (project.source / "chapters/two.md").symlink_to("two.md")
    project.edit("guide.yaml", CHAPTERS, "chapters: [chapters/two.md]")
    (only,) = problems(project)
    assert only.startswith("source/chapters/two.md file-unreadable: ")


def test_broken_link_to_a_record_file(project: Project) -> None:
    """A link that leads nowhere is no absent file: somebody meant it to be read."""
    (project.source / "faq.yaml").symlink_to("gone.yaml")
    assert problems(project) == ["source/faq.yaml file-missing: `source/faq.yaml` does not exist"]


@pytest.mark.parametrize("name", ["chapters", "pipe", "x" * 300])
def test_chapter_that_is_no_file(project: Project, name: str) -> None:
    """A folder, a pipe, a name that no file system holds: a problem, and no waiting."""
    os.mkfifo(project.source / "pipe")
    project.edit("guide.yaml", "[chapters/one.md]", f"[{name}]")
    (only,) = problems(project)
    assert "file-unreadable" in only


@pytest.mark.parametrize("name", ["roadmap.yaml", "data/x.yaml"])
def test_folder_with_the_name_of_a_file(project: Project, name: str) -> None:
    """The same of the YAML files."""
    (project.source / name).mkdir(parents=True)
    assert problems(project) == [f"source/{name} file-unreadable: `source/{name}` is not a file"]


def test_names_that_are_not_unicode(project: Project) -> None:
    """Files that nobody names may be called anything; one that is read is explained."""
    folder = os.fsencode(project.source)
    for name in (b"\xff.md", b"chapters/\xff.md", b"\xfe.yaml"):
        Path(os.fsdecode(folder + b"/" + name)).write_text("x")
    assert problems(project) == []
    (project.source / "data").mkdir()
    Path(os.fsdecode(folder + b"/data/\xff.yaml")).write_text("kind: tabel\n")
    assert [d.code for d in read(project).diagnostics] == ["value-invalid"]
    result = project.check()
    assert result.status == 1
    assert "source/data/\ufffd.yaml" in result.err


def test_file_that_is_nearly_one_of_ours(project: Project) -> None:
    """A misspelt file would be left out of the book without a word."""
    for name in (
        "glosary.yaml",
        "roadmap.yml",
        "Skills.yaml",
        "notes.yaml",
        "mkdocs.yml",
        "docker-compose.yaml",
    ):
        project.write(name, "a: b\n")
    assert problems(project) == [
        "source/Skills.yaml file-unread: `Skills.yaml` is not read (did you mean `skills.yaml`?)",
        "source/glosary.yaml file-unread: `glosary.yaml` is not read (did you mean `glossary.yaml`?)",
        "source/roadmap.yml file-unread: `roadmap.yml` is not read (did you mean `roadmap.yaml`?)",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", " file-empty: the file holds no data"),
        ("a: b\n", ":1:1 key-missing: the key `kind` is missing: table or profiles"),
        ("- a\n", ":1:1 key-missing: the key `kind` is missing: table or profiles"),
        ("kind: tabel\n", ":1:7 value-invalid: `kind` must be table or profiles, not `tabel` (did you mean `table`?)"),
        ("kind: [table]\n", ":1:7 value-invalid: `kind` must be table or profiles, not a list"),
        ("kind:\n", ":1:1 key-missing: the key `kind` is missing: table or profiles"),
        ("kind: true\n", ":1:7 value-invalid: `kind` must be table or profiles, not true"),
    ],
)  # fmt: skip
def test_data_without_a_kind(project: Project, text: str, expected: str) -> None:
    """A file of data says what it is."""
    project.write("data/x.yaml", text)
    assert problems(project) == [f"source/data/x.yaml{expected}"]


def test_data_files_are_read_by_name(project: Project) -> None:
    """In the order of their names, `.yml` too; folders below are left alone."""
    table = "{{kind: table, id: {0}, title: T, columns: [{{id: a, name: A}}], rows: [[1]], as_of: '1', source: S}}"
    for name, id in (
        ("b.yaml", "second"),
        ("c.yml", "third"),
        ("a.yaml", "first"),
        ("sub/d.yaml", "no"),
    ):
        project.write(f"data/{name}", table.format(id))
    assert [t.id for t in guide(project).tables] == ["first", "second", "third"]


def test_every_file_is_checked(project: Project) -> None:
    """A broken guide.yaml hides no problem of the other files."""
    project.edit("guide.yaml", "title: A Minimal Guide", "titel: x")
    project.write("roadmap.yaml", "stages: []\n").write("data/x.yaml", "kind: table\n")
    found = read(project)
    assert found.value is None
    assert {str(d.span).split(":")[0] for d in found.diagnostics} == {
        "source/guide.yaml", "source/roadmap.yaml", "source/data/x.yaml"
    }  # fmt: skip


EDITIONS = """
products:
  handbook: {page: A5, bleed: 3mm}
  deck: {name: The Deck, description: All of it.}
editions:
  acme:
    title: The Acme Guide
    brand: acme.yaml
    products:
      handbook: {page: Letter}
  plain: {}
"""


def test_edition_says_only_what_differs(project: Project) -> None:
    """Whatever it leaves out stays, key by key, also inside of products."""
    project.edit("guide.yaml", "language: en", f"language: en{EDITIONS}")
    project.write("acme.yaml", "name: Acme\n").write("brand.yaml", "name: House\n")
    acme, plain, whole = guide(project, "acme"), guide(project, "plain"), guide(project)
    assert (acme.source.title, acme.brand.name) == ("The Acme Guide", "Acme")
    assert acme.source.products.handbook.page == "Letter"
    assert acme.source.products.handbook.bleed == "3mm"
    assert acme.source.products.deck.description == "All of it."
    assert acme.source.edition == whole.source.edition
    assert plain.source.model_dump() == whole.source.model_dump()
    assert (plain.brand.name, whole.brand.name) == ("House", "House")


def test_edition_keeps_the_places_of_the_guide(project: Project) -> None:
    """What an edition does not touch still knows where it stands."""
    project.edit("guide.yaml", "language: en", f"language: en{EDITIONS}")
    project.write("acme.yaml", "name: Acme\n")
    source = guide(project, "acme").source
    assert str(source.span("title")) == "source/guide.yaml:2:8"
    assert str(source.products.deck.span("description")) == "source/guide.yaml:7:39"


def test_unknown_edition(project: Project) -> None:
    """The hint names a close one, or all of them."""
    assert problems(project, "acme") == [
        "source/guide.yaml:1:1 edition-unknown: this guide has no edition `acme` "
        "(editions of this guide: none)"
    ]
    project.edit("guide.yaml", "language: en", f"language: en{EDITIONS}")
    assert problems(project, "acne")[0].endswith("(did you mean `acme`?)")
    assert problems(project, "zzz")[0].endswith("(editions of this guide: acme, plain)")


@pytest.mark.parametrize(
    ("brand", "expected"),
    [
        ("gone.yaml", "file-missing"),
        ("../../secret.yaml", "file-outside"),
        ("/etc/passwd", "file-outside"),
    ],
)
def test_brand_of_an_edition(project: Project, brand: str, expected: str) -> None:
    """A brand that an edition names must be there, and in the project."""
    (project.folder.parent / "secret.yaml").write_text("name: Secret\n")
    project.edit(
        "guide.yaml", "language: en", f"language: en\neditions: {{acme: {{brand: {brand}}}}}"
    )
    assert [d.code for d in read(project, "acme").diagnostics] == [expected]
    assert problems(project) == []
