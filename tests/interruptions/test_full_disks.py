"""Every command that writes, on a disk that has room for so many writes: one line says so; no half of a file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from guidepress import artifacts
from tests.interruptions.test_faults import LITTER, FullDisk, state
from tests.project import Project, run

pytestmark = pytest.mark.slow

Argument = str | Path
# So many writes; of a hundred alike some.
ROOMS = (*range(8), 12, 30, 500)
CARDS = "# One\n\nText.\n\n/// card | Which is it?\n    id: a\n\nThis.\n///\n"


def export(project: Project) -> list[Argument]:
    (project.folder / "releases").mkdir()
    assert project.build("--only", "deck", "--pages", "none", "--jobs", "1").status == 0
    deck = project.folder / "build" / "deck.apkg"
    return ["export", deck, "--format", "csv", "--out", project.folder / "export"]


def translate_export(project: Project) -> list[Argument]:
    return ["translate", "export", project.folder, "--language", "de"]


def translate_import(project: Project) -> list[Argument]:
    assert run(*translate_export(project)).status == 0
    po = project.folder / "de.po"
    po.write_text(
        po.read_text().replace('msgid "Text."\nmsgstr ""', 'msgid "Text."\nmsgstr "Wort."')
    )
    return ["translate", "import", project.folder, "--language", "de"]


def stamp(project: Project) -> list[Argument]:
    pages = ["--only", "handbook", "--jobs", "1"]
    assert project.build(*pages).status == 0
    (project.folder / "people.csv").write_text("name\nAda\nGrace\n")
    book = project.folder / "build" / "handbook.pdf"
    people = project.folder / "people.csv"
    return [
        "stamp",
        book,
        "--recipients",
        people,
        "--out",
        project.folder / "copies",
        "--jobs",
        "1",
    ]


def web(project: Project) -> list[Argument]:
    text = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", f"{text}products:\n  web: true\n  epub: true\n")
    return [
        "build",
        project.folder,
        "--only",
        "web",
        "--only",
        "epub",
        "--jobs",
        "1",
        "--pages",
        "none",
    ]


def new(project: Project) -> list[Argument]:
    return ["new", project.folder / "made"]


def adopt(project: Project) -> list[Argument]:
    book = project.folder / "book"
    book.mkdir()
    (book / "one.md").write_text("# One\n\nText.\n")
    (book / "two.md").write_text("# Two\n\nText.\n")
    return ["new", project.folder / "made", "--from", book]


def bring_in(project: Project) -> list[Argument]:
    deck = export(project)[1]
    return ["new", project.folder / "made", "--from", deck]


def lock(project: Project) -> list[Argument]:
    deck = export(project)[1]
    return ["lock", project.folder, "--from", deck]


def correct(project: Project) -> list[Argument]:
    project.chapter(CARDS.replace("    id: a\n", ""))
    return ["check", project.folder, "--fix"]


def release(project: Project) -> list[Argument]:
    project.edit("guide.yaml", "edition:", "date: 2025-01-01\nedition:")
    return ["release", project.folder, "--jobs", "1"]


def is_whole(data: bytes) -> bool:
    """Copies and their register, which has a secret of its own each time it begins."""
    return data.endswith(b"%%EOF\n") or isinstance(json.loads(data), dict)


@pytest.mark.parametrize(
    "command",
    [
        export, translate_export, translate_import, stamp, web, new, adopt, bring_in, lock, correct, release,
    ],
)  # fmt: skip
def test_a_full_disk_at_each_write(
    command: Callable[[Project], list[Argument]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each file is the one of before, or the one that the command makes: which it does, once there is room."""
    monkeypatch.setenv("GUIDEPRESS_CACHE", str(tmp_path / "cache"))
    project = Project(tmp_path / "guide").chapter(CARDS)
    arguments = command(project)
    before = state(tmp_path / "guide")
    kept = tmp_path / "kept"
    shutil.copytree(project.folder, kept)
    failures: list[dict[str, bytes]] = []
    for room in ROOMS:
        layer = FullDisk(room)
        monkeypatch.setattr(artifacts, "_files", layer)
        done = run(*arguments)
        monkeypatch.setattr(artifacts, "_files", artifacts.Files())
        after = state(project.folder)
        assert not [name for name in after if LITTER in name], (room, after.keys())
        if done.status == 0:
            break
        assert done.status == 3, (room, done.err)
        assert "the disk is full" in done.err, (room, done.err)
        assert "Traceback" not in done.err
        failures.append(after)
        shutil.rmtree(project.folder)
        shutil.copytree(kept, project.folder)
    else:
        pytest.fail("there never is room enough")
    assert failures
    for at, left in enumerate(failures):
        for name, data in left.items():
            # What a guide is made of is written more than once, whole each time.
            again = name.startswith("made/") or (name.startswith("copies/") and is_whole(data))
            assert again or data in (before.get(name), after.get(name)), (at, name)
        assert before.keys() <= left.keys(), at
