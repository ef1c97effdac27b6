"""`strictness: adopted`: faults that stop a guide written for guidepress are warnings in one that was not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guidepress.diagnostics import ADOPTED, Severity, eased, error, warning
from tests.project import Project, run

DOCS = Path(__file__).parents[2] / "docs"
# Each with a text that is an error without.
FAULTS = {
    "block-unclosed": "/// note\nText",
    "block-unknown": "/// strange\n///",
    "fence-unclosed": "```\ncode",
    "footnote-duplicate": "a[^1]\n\n[^1]: x\n\n[^1]: y",
    "footnote-unknown": "Note[^gone].",
    "html-unclosed": "<!-- never closed\n\nText",
    "image-missing": "![What it shows](gone.png)",
    "image-outside": "![Beyond](../../../x.png)",
    "image-unknown-format": "![Format](x.bmp)",
    "maths-invalid": "\\(\\nosuchcommand{x}\\)",
    "reference-unknown": "[dead](#nowhere)",
}


def test_documented() -> None:
    """The list in docs/source.md is the one in the code."""
    section = (DOCS / "source.md").read_text().partition("<!-- adopted -->")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", section)) == ADOPTED


def test_only_errors_of_the_list_are_eased() -> None:
    found = (error("image-missing", "m"), error("id-duplicate", "m"), warning("link-empty", "m"))
    assert eased(found, "release") == found
    assert [d.severity for d in eased(found, "adopted")] == [
        Severity.WARNING, Severity.ERROR, Severity.WARNING
    ]  # fmt: skip


@pytest.mark.parametrize("code", FAULTS)
def test_fault(tmp_path: Path, code: str) -> None:
    """Without the key it is an error; with it a warning."""
    project = Project(tmp_path / "guide")
    project.write("chapters/x.bmp", "BM")
    project.chapter(f"# One\n\n{FAULTS[code]}\n")
    found = run("check", project.folder, "--format", "github")
    assert (found.status, "::error file" in found.out) == (1, True)
    assert code in found.out
    guide = project.folder / "source/guide.yaml"
    guide.write_text(f"{guide.read_text()}strictness: adopted\n")
    found = run("check", project.folder, "--format", "github")
    assert (found.status, "::error" in found.out) == (0, False)
    assert f"title={code}" in found.out


def test_everything_at_once_is_built(tmp_path: Path) -> None:
    """All products come out; an image that is missing is its text."""
    project = Project(tmp_path / "guide")
    project.write("chapters/x.bmp", "BM")
    apart = ("fence-unclosed", "html-unclosed")
    text = "\n\n".join(FAULTS[code] for code in FAULTS if code not in apart)
    project.chapter(f"# One\n\n{text}\n\nLast words.\n")
    guide = project.folder / "source/guide.yaml"
    guide.write_text(f"{guide.read_text()}strictness: adopted\n")
    built = run("build", project.folder, "--jobs", "1")
    assert built.status == 0, built.err
    for name in ("handbook.pdf", "deck.apkg"):
        assert (project.folder / "build" / name).exists()
    book = project.compile().value
    assert book is not None
    [chapter] = book.chapters()
    for shown in ("What it shows", "dead", "Beyond", "Last words."):
        assert shown in chapter.body.words
