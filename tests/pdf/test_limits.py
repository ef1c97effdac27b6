"""A section that wants more of the machine than a worker may have is an error at its place."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.project import Project, run

from guidepress.pdf import Section, limits
from guidepress.pdf.errors import LimitError
from guidepress.pdf.workers import Workers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no such limits here")
SECTIONS = [Section(f"s-{n}", "", (), {}, title=f"Section {n}") for n in range(5)]


def spin_at(section: Section) -> str:
    """Never ends over the third section."""
    while section.name == "s-2":
        pass
    return section.name


def hoard_at(section: Section) -> str:
    """Takes all memory over the third section."""
    hoard = []
    while section.name == "s-2":
        hoard.append(bytearray(64 * 1024 * 1024))
    return section.name


def limits_of(section: Section) -> tuple[int, ...]:
    import resource

    names = (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_CPU)
    return tuple(resource.getrlimit(name)[0] for name in names)


def work(section: Section) -> str:
    """More CPU time in all sections together than the limit for one."""
    import time

    until = time.process_time() + 0.9
    while time.process_time() < until:
        pass
    return section.name


def test_a_worker_is_confined() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    with Workers(2) as workers:
        [(_, (core, files, memory, seconds))] = workers.run(limits_of, SECTIONS[:1])
    assert (core, files) == (0, limits.FILES)
    assert memory == limits.MEMORY * 1024 * 1024
    assert limits.SECONDS <= seconds < limits.SECONDS + 60
    # The build itself is not.
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_section_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not tried again; that would take as long."""
    monkeypatch.setenv(limits.SECONDS_NAME, "1")
    with (
        Workers(2) as workers,
        pytest.raises(LimitError, match="more than 1 seconds of CPU time") as raised,
    ):
        list(workers.run(spin_at, SECTIONS))
    assert raised.value.index == 2


def test_a_section_that_takes_all_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(limits.MEMORY_NAME, "2048")
    with Workers(2) as workers, pytest.raises(LimitError, match="2,048 MB") as raised:
        list(workers.run(hoard_at, SECTIONS))
    assert raised.value.index == 2


def test_each_section_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that has done many is not at its end."""
    monkeypatch.setenv(limits.SECONDS_NAME, "2")
    with Workers(2) as workers:
        assert len(list(workers.run(work, SECTIONS * 2))) == 10


@pytest.mark.parametrize("value", ["", "0", "-5", "much", "1.5", "٣"])
def test_a_limit_that_is_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(limits.SECONDS_NAME, value)
    assert limits.chosen() == limits.Limits()


@pytest.mark.slow
def test_a_chapter_over_the_limit_is_an_error_at_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build ends in order: status 1, the last build's files stay."""
    project = Project(tmp_path / "guide")
    assert run("build", project.folder, "--jobs", "2", "--only", "handbook").status == 0
    before = project.artifacts
    project.chapter(
        "# One\n\n" + "\n\n".join(f"Paragraph {n} of very many. " * 12 for n in range(3000))
    )
    monkeypatch.setenv(limits.SECONDS_NAME, "2")
    built = run("build", project.folder, "--jobs", "2", "--only", "handbook")
    assert built.status == 1
    assert "error[handbook-limit]" in built.err
    assert "chapters/one.md" in built.err
    assert "Traceback" not in built.err
    assert project.artifacts == before


def test_a_layout_without_a_font_is_told(project: Project) -> None:
    """Its own style sheet in place of the one that loads them."""
    folder = project.folder / "layouts/bare"
    (folder / "handbook").mkdir(parents=True)
    (folder / "layout.yaml").write_text("extends: default\n")
    (folder / "handbook/page.css").write_text("")
    guide = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", f"{guide}products: {{handbook: {{layout: bare}}}}\n")
    built = project.build("--only", "handbook", "--jobs", "1", "--no-cache")
    assert built.status == 1
    assert "error[layout-font]: no style sheet of the layout loads a font" in built.err
