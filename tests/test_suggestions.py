"""`guidepress diff --learner`: what a learner edited in the real Anki, as changes to the source."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from anki.collection import ExportAnkiPackageOptions

from tests.deck.collection import Learner
from tests.project import Project, Run, run

CHAPTER = """\
# One

Text.

/// card | What does *HTTP* `GET` promise about the state of the server?
    id: get
That it is **safe**: nothing changes,
and nothing is lost.
//// extra
See the chapter on methods.
////
///

/// cloze
    id: stateless
A REST server keeps no ==session state== between ==requests==.
///

/// card | Which port does HTTPS use by default?
    id: port
443
///
"""
DECK = ("--jobs", "1", "--only", "deck", "--pages", "none")
PAGE = "source/chapters/one.md"


class Edited:
    """A guide whose deck a learner has, and what they do to it."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project = project.chapter(CHAPTER)
        self.learner = Learner(folder / "learner")
        self.file = folder / "theirs.apkg"
        self.give_out()

    def give_out(self) -> None:
        """Build, release and import."""
        done = self.project.build(*DECK)
        assert done.status == 0, done.err
        deck = self.project.artifacts["deck.apkg"]
        releases = self.project.folder / "releases"
        releases.mkdir(exist_ok=True)
        (releases / f"{len(list(releases.iterdir()))}.apkg").write_bytes(deck)
        self.learner.take(deck)

    def edit(self, card: str, field: str, old: str, new: str) -> None:
        """Edit a field in the learner's collection."""
        note = self.learner.note(card)
        assert old in note[field], note[field]
        note[field] = note[field].replace(old, new)
        self.learner.col.update_note(note)

    def diff(self, *options: str) -> Run:
        """Export, and ask what was edited."""
        options_of_anki = ExportAnkiPackageOptions(with_media=True, with_scheduling=False)
        self.learner.col.export_anki_package(
            out_path=str(self.file), options=options_of_anki, limit=None
        )
        return run("diff", "--learner", str(self.file), str(self.project.folder), *options)

    @property
    def chapter(self) -> str:
        return (self.project.folder / PAGE).read_text()


@pytest.fixture
def edited(project: Project, tmp_path: Path) -> Edited:
    return Edited(project, tmp_path)


def test_an_edit_is_found_at_its_line(edited: Edited) -> None:
    """With the words before and after; what was not touched is not named."""
    edited.edit("port", "Back", "443", "TCP 443")
    found = edited.diff()
    assert found.status == 0, found.err
    assert f"{PAGE}:19: port" in found.out
    assert "- 443\n  + TCP 443" in found.out
    assert "1 cards edited, 1 of them ready to apply" in found.out
    assert "get" not in found.out


def test_edits_keep_the_markup_around_them(edited: Edited) -> None:
    """Words changed, added and taken out, in every part, each in its place in the source."""
    edited.edit("get", "Front", "promise about", "say of")
    edited.edit("get", "Back", "nothing is lost", "nothing at all is lost")
    edited.edit("get", "Extra", "the chapter on methods", "the chapter")
    edited.edit("stateless", "Text", "A REST server", "A server")
    found = edited.diff("--format", "json")
    assert [(one["card"], one["ready"]) for one in json.loads(found.out)] == [
        ("get", True), ("stateless", True),
    ]  # fmt: skip
    assert edited.chapter == CHAPTER, "nothing is written before it is wanted"
    assert edited.diff("--apply", "get").status == 0
    expected = CHAPTER.replace("promise about", "say of").replace(
        "nothing is lost", "nothing at all is lost"
    )
    expected = expected.replace("the chapter on methods", "the chapter")
    assert edited.chapter == expected, "the other card is left alone"


def test_hidden_words_may_change(edited: Edited) -> None:
    """The gap stays one."""
    edited.edit("stateless", "Text", "session state", "client state")
    assert edited.diff("--apply", "stateless").status == 0
    assert "==client state==" in edited.chapter


def test_marks_are_no_edits(edited: Edited) -> None:
    """The compiler set those that are on the card; the source keeps those that were typed, but in words that change."""
    typed = 'It\'s 443 -- or so... "perhaps" for *most*'
    edited.project.edit("chapters/one.md", "443\n", f"{typed}\n")
    edited.give_out()
    assert "It’s 443\u00a0– or so… “perhaps”" in edited.learner.note("port")["Back"]
    assert "0 cards edited" in edited.diff().out
    edited.edit("port", "Back", "or so", "or thereabouts")
    edited.edit("port", "Back", "443", "TCP 443")
    assert edited.diff("--apply", "port").status == 0
    expected = typed.replace("so...", "thereabouts…").replace("443", "TCP 443")
    assert f"\n{expected}\n" in edited.chapter


def test_a_patch_for_git(edited: Edited, tmp_path: Path) -> None:
    """`git apply` makes the same of it."""
    edited.edit("port", "Back", "443", "TCP 443")
    edited.edit("get", "Back", "nothing is lost", "none is lost")
    patch = edited.diff("--format", "patch").out
    subprocess.run(
        ["git", "apply", "-"], input=patch, text=True, cwd=edited.project.folder, check=True
    )
    assert "\nTCP 443\n" in edited.chapter
    assert "and none is lost." in edited.chapter


def test_what_cannot_be_written_is_left_to_hand(edited: Edited) -> None:
    """Such as a new look of words, or an answer that is all new beside another like it."""
    edited.edit("port", "Back", "443", "<b>443</b>")
    found = edited.diff()
    assert f"{PAGE}:19: port: by hand" in found.out
    assert "+ **443**" in found.out
    refused = edited.diff("--apply", "port")
    assert refused.status == 1
    assert "error[suggestion-unknown]" in refused.err
    assert edited.chapter == CHAPTER


def test_our_own_changes_are_no_edits(edited: Edited) -> None:
    """A learner of the release before differs from the source, and has edited nothing."""
    edited.project.edit("chapters/one.md", "443\n", "Port 443\n")
    assert edited.project.build(*DECK).status == 0
    assert "0 cards edited" in edited.diff().out
    for deck in (edited.project.folder / "releases").iterdir():
        deck.unlink()
    assert "1 cards are of a release that is not in releases/" in edited.diff().out


def test_an_edit_of_an_older_release(edited: Edited) -> None:
    """What they changed is listed, not what we changed since."""
    edited.edit("get", "Extra", "methods", "verbs")
    edited.project.edit("chapters/one.md", "nothing is lost.", "none is lost.")
    assert edited.project.build(*DECK).status == 0
    (found,) = json.loads(edited.diff("--format", "json").out)
    assert list(found["parts"]) == ["extra"]


def test_asked_one_by_one(edited: Edited, monkeypatch: pytest.MonkeyPatch) -> None:
    """Yes to one, no to the other."""
    edited.edit("port", "Back", "443", "TCP 443")
    edited.edit("get", "Extra", "methods", "verbs")
    answers = iter([False, True])
    monkeypatch.setattr("click.confirm", lambda _: next(answers))
    assert edited.diff("--ask").status == 0
    assert edited.chapter == CHAPTER.replace("\n443\n", "\nTCP 443\n")


def test_wrong_uses(edited: Edited, tmp_path: Path) -> None:
    """Another's deck, and options that mean nothing."""
    edited.diff()
    assert (
        run(
            "diff", "--learner", str(edited.file), str(edited.project.folder), "--format", "notes"
        ).status
        == 2
    )
    assert run("diff", str(edited.file)).status == 2
    other = Learner(tmp_path / "other")
    note = other.col.new_note(other.col.models.by_name("Basic"))
    note["Front"] = "a"
    other.col.add_note(note, 1)
    other.col.export_anki_package(
        out_path=str(edited.file), options=ExportAnkiPackageOptions(), limit=None
    )
    wrong = run("diff", "--learner", str(edited.file), str(edited.project.folder))
    assert wrong.status == 1
    assert "error[collection-other]" in wrong.err
