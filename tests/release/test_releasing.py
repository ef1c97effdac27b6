"""Releases: refused with problems open, fixed from what learners have, and made again years later from their tags."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from tests.deck.collection import Learner
from tests.project import Project, Run, run

from guidepress.deck.lock import read_lock
from guidepress.deck.packed import read_apkg
from guidepress.deck.verify import verify
from guidepress.release import releasing
from guidepress.release.kept import release_of
from guidepress.source.messages import original_hash
from guidepress.source.translations import with_hash

CARD = "\n/// card | What is {0}?\n    id: {0}\n\n{1}.\n///\n"


class Guide(Project):
    """A guide under git."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.dated("2025-01-01", "2025.1")
        (folder / ".gitignore").write_text("build/\n")
        self.git("init", "-q", "-b", "main")
        self.commit("start")

    def git(self, *arguments: str | Path) -> str:
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        done = subprocess.run(
            ["git", *who, *map(str, arguments)], cwd=self.folder, env={**os.environ, **own},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    def commit(self, message: str, tag: str = "") -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        if tag:
            self.git("tag", tag)

    def dated(self, date: str, edition: str) -> None:
        text = (self.source / "guide.yaml").read_text()
        text = re.sub(
            r"^edition: .*\n(date: .*\n)?",
            f'edition: "{edition}"\ndate: {date}\n',
            text,
            flags=re.M,
        )
        self.write("guide.yaml", text)

    def card(self, name: str, answer: str) -> None:
        chapter = self.source / "chapters" / "one.md"
        chapter.write_text(chapter.read_text() + CARD.format(name, answer))

    def release(self, *options: str | Path) -> Run:
        return run("release", self.folder, "--jobs", "1", *options)

    def files(self) -> dict[str, bytes]:
        """Everything but git's own and the build's."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not {".git", "build"} & set(path.parts)
        }

    @property
    def bundle(self) -> bytes:
        (found,) = (data for name, data in self.artifacts.items() if name.endswith(".zip"))
        return found

    def notes(self, name: str) -> dict[str, str]:
        contents = read_apkg((self.folder / "releases" / f"{name}.apkg").read_bytes()).value
        assert contents is not None
        return {note.key: note.guid for note in contents.notes.values()}


@pytest.fixture
def guide(tmp_path: Path) -> Guide:
    return Guide(tmp_path / "guide")


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def two_releases(guide: Guide) -> tuple[bytes, bytes]:
    """A year lies between them, and drafts whose cards came and went; the bundles."""
    guide.card("kept", "One")
    guide.commit("first")
    done = guide.release()
    assert done.status == 0, done.err
    assert "git tag 2025-01-01-2025.1" in done.out
    first = guide.bundle
    guide.commit("release", "v1")
    guide.card("draft", "Never released")
    assert guide.build("--jobs", "1").status == 0
    guide.edit("chapters/one.md", CARD.format("draft", "Never released"), "")
    guide.edit("chapters/one.md", "\nOne.\n", "\nAnother.\n")
    guide.card("fresh", "Two")
    assert guide.build("--jobs", "1").status == 0
    guide.dated("2026-01-01", "2026.1")
    guide.commit("drafts")
    done = guide.release()
    assert done.status == 0, done.err
    (guide.folder / "build" / "minimal-2025-01-01-2025.1.zip").unlink()
    second = guide.bundle
    guide.commit("release", "v2")
    return first, second


def test_two_releases_a_year_apart_are_made_again(guide: Guide, tmp_path: Path) -> None:
    """From their tags, in other folders, with nothing of before: the same bytes, and nothing in the project changes."""
    bundles = two_releases(guide)
    for tag, bundle in zip(("v1", "v2"), bundles, strict=True):
        again = Guide.__new__(Guide)
        again.folder = tmp_path / tag
        guide.git("worktree", "add", "-q", again.folder, tag)
        before = again.files()
        done = again.release()
        assert done.status == 0, done.err
        assert "is as it was released" in done.out
        assert again.bundle == bundle
        assert again.files() == before
        # An ordinary build of the tag gives the same products.
        shutil.rmtree(again.folder / "build")
        assert again.build("--jobs", "1").status == 0
        made = {f"minimal-{name}": data for name, data in again.artifacts.items()}
        packed = {name.partition("/")[2]: data for name, data in unpacked(bundle).items()}
        for name in ("handbook.pdf", "deck.apkg", "cards.pdf", "deck-update.txt"):
            assert made[f"minimal-{name}"] == packed[name]


def test_made_again_with_other_packages_it_says_what_made_it(
    guide: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bill of materials is that of the first time; a release that has none, of an earlier version, gets none."""
    assert guide.release("--first").status == 0
    kept = guide.folder / "releases" / "2025-01-01-2025.1.cdx.json"
    before, first = kept.read_bytes(), guide.bundle
    guide.commit("released")
    monkeypatch.setattr(releasing, "sbom", lambda *given: b"another")
    done = guide.release()
    assert done.status == 0, done.err
    assert (kept.read_bytes(), guide.bundle) == (before, first)
    kept.unlink()
    guide.commit("of before")
    assert guide.release().status == 0
    assert not kept.exists()
    assert not [name for name in unpacked(guide.bundle) if name.endswith("sbom.cdx.json")]


def test_editions_and_languages_are_made_again(guide: Guide, tmp_path: Path) -> None:
    """Each is a release of its own, whose deck goes on from what learners of any have, and comes out the same again."""
    text = (guide.source / "guide.yaml").read_text()
    guide.write("guide.yaml", f"{text}languages: [de]\neditions:\n  acme: {{title: Acme}}\n")
    for name in ("guide.yaml", "chapters/one.md"):
        own = (guide.source / name).read_text()
        made = with_hash(own, original_hash(name, own), name.endswith(".md"))
        guide.write(f"de/{name}", made.replace("What is", "Was ist").replace("A Minimal", "Ein"))
    guide.commit("in two languages")
    bundles = {}
    for edition in ("", "de", "acme-de"):
        done = guide.release(*(("--edition", edition) if edition else ()))
        assert done.status == 0, done.err
        (path,) = (guide.folder / "build").glob("*.zip")
        bundles[edition] = path.read_bytes()
        path.unlink()
        guide.commit(f"release {edition}")
    guide.git("tag", "v1")
    guids = {
        frozenset(guide.notes(one.stem).values())
        for one in (guide.folder / "releases").glob("*.apkg")
    }
    assert len(guids) == 1
    again = Guide.__new__(Guide)
    again.folder = tmp_path / "again"
    guide.git("worktree", "add", "-q", again.folder, "v1")
    before = again.files()
    for edition, bundle in bundles.items():
        done = again.release(*(("--edition", edition) if edition else ()))
        assert done.status == 0, done.err
        assert "is as it was released" in done.out
        (path,) = (again.folder / "build").glob("*.zip")
        assert path.read_bytes() == bundle
        path.unlink()
    assert again.files() == before


def test_what_was_never_released_is_free(guide: Guide) -> None:
    """A card that came and went between two releases leaves no trace; the others keep what learners know them by."""
    two_releases(guide)
    first, second = guide.notes("2025-01-01-2025.1"), guide.notes("2026-01-01-2026.1")
    assert set(first) == {"minimal-what", "kept"}
    assert set(second) == {"minimal-what", "kept", "fresh"}
    assert {name: second[name] for name in first} == first
    lock = read_lock((guide.source / "deck.lock").read_text()).value
    assert lock is not None
    assert set(lock.notes) == {"minimal-what", "kept", "fresh"}
    assert lock.notes["kept"].mod == lock.notes["fresh"].since == 1767225600
    assert lock.notes["minimal-what"].mod == 1735689600


def test_learners_can_take_one_after_the_other(guide: Guide, tmp_path: Path) -> None:
    """The decks that were kept are those that `verify` plays."""
    two_releases(guide)
    decks = sorted((guide.folder / "releases").glob("*.apkg"))
    found = verify([(deck.name, deck.read_bytes()) for deck in decks])
    assert found.value is not None
    assert all(one.held for one in found.value)
    learner = Learner(tmp_path / "learner")
    taken = [learner.take(deck.read_bytes()) for deck in decks]
    assert [(one.new, one.updated) for one in taken] == [(2, 0), (1, 1)]


def test_a_card_that_was_renamed_is_the_same_card(guide: Guide, tmp_path: Path) -> None:
    """deck.lock has its GUID under the new id; so has the release, of which learners keep their progress."""
    guide.card("kept", "One")
    guide.commit("first")
    assert guide.release().status == 0
    guide.commit("release", "v1")
    for name in ("chapters/one.md", "deck.lock"):
        text = (guide.source / name).read_text()
        guide.write(name, re.sub(r"(?m)^(    id: |card )kept\b", r"\1renamed", text))
    assert guide.build("--jobs", "1").status == 0
    guide.dated("2026-01-01", "2026.1")
    guide.commit("renamed")
    done = guide.release()
    assert done.status == 0, done.err
    first, second = guide.notes("2025-01-01-2025.1"), guide.notes("2026-01-01-2026.1")
    assert set(second) == {"minimal-what", "renamed"}
    assert second["renamed"] == first["kept"]
    learner = Learner(tmp_path / "learner")
    decks = sorted((guide.folder / "releases").glob("*.apkg"))
    assert [learner.take(deck.read_bytes()).new for deck in decks] == [2, 0]
    # Dropped after that, it goes blank for those who have it.
    text = (guide.source / "chapters/one.md").read_text()
    guide.write("chapters/one.md", text[: text.index("/// card | What is kept?")])
    assert guide.build("--jobs", "1").status == 0
    lock = read_lock((guide.source / "deck.lock").read_text()).value
    assert lock is not None
    assert lock.notes["renamed"].status == "withdrawn"


def test_what_a_school_publishes(guide: Guide) -> None:
    """Everything in one folder, each file with its checksum, on a page and in a list that `sha256sum` reads."""
    first, second = two_releases(guide)
    for bundle, folder in (
        (first, "minimal-2025-01-01-2025.1"),
        (second, "minimal-2026-01-01-2026.1"),
    ):
        files = unpacked(bundle)
        assert {name.partition("/")[0] for name in files} == {folder}
        own = {name.partition("/")[2]: data for name, data in files.items()}
        assert set(own) == {
            "handbook.pdf", "deck.apkg", "deck-update.txt", "cards.pdf", "NOTES.md", "SHA256SUMS", "index.html",
            "sbom.cdx.json",
        }  # fmt: skip
        listed = dict(line.split("  ")[::-1] for line in own["SHA256SUMS"].decode().splitlines())
        page = own["index.html"].decode()
        for name, data in own.items():
            digest = hashlib.sha256(data).hexdigest()
            if name not in ("SHA256SUMS", "index.html"):
                assert listed.pop(name) == digest
            if name != "index.html":
                assert digest in page
                assert f'href="{name}"' in page
        assert listed == {}
    assert (
        "- 1 new card\n- 1 card changed\n" in files["minimal-2026-01-01-2026.1/NOTES.md"].decode()
    )


def test_changes_are_told_newest_first(guide: Guide) -> None:
    """Beside what the author wrote; a release that is made again tells nothing twice."""
    (guide.folder / "CHANGES.md").write_text("# What happened\n\nBy hand.\n")
    two_releases(guide)
    text = (guide.folder / "CHANGES.md").read_text()
    assert text.startswith("# What happened\n\nBy hand.\n\n## 2026.1 (2026-01-01)\n\n- 1 new")
    assert re.findall("^## .*", text, re.M) == ["## 2026.1 (2026-01-01)", "## 2025.1 (2025-01-01)"]
    assert "fresh" in text
    assert "draft" not in text
    assert guide.release().status == 0
    assert (guide.folder / "CHANGES.md").read_text() == text


def refused(guide: Guide, code: str, *options: str) -> Run:
    """A release that is refused leaves everything as it was."""
    before = guide.files()
    built = guide.artifacts
    done = guide.release(*options)
    assert done.status == 1
    assert f"[{code}]" in done.err
    assert "Traceback" not in done.err
    assert guide.files() == before
    assert guide.artifacts == built
    return done


def test_open_problems_refuse_it(guide: Guide) -> None:
    """Errors, and warnings that nobody accepted."""
    guide.card("open", "Yes")
    guide.edit("chapters/one.md", "What is open?", "Is it open?")
    guide.commit("a question of yes or no")
    refused(guide, "card-yes-no")
    refused(guide, "card-yes-no", "--accept", "card-pronoun")
    done = guide.release("--accept", "card-yes-no", "--accept", "card-pronoun")
    assert done.status == 0, done.err
    assert "card-yes-no" in done.err
    guide.edit("chapters/one.md", "# One", "# One\n\nSee [](#nowhere).")
    guide.dated("2025-02-01", "2025.2")
    guide.commit("broken")
    refused(guide, "reference-unknown", "--accept", "reference-unknown")


def test_a_card_without_an_id_cannot_be_released(guide: Guide) -> None:
    guide.edit("chapters/one.md", "    id: minimal-what\n", "")
    guide.commit("no id")
    refused(guide, "card-id-missing", "--accept", "card-id-missing")


def test_without_a_card_there_is_nothing_to_release(guide: Guide) -> None:
    """Neither of a guide that never had one, nor of an exam, which has no deck. Withdrawn cards are something."""
    exam = "editions: {final: {kind: exam, exam: {seed: 1, draw: [{count: 1}]}}}\n"
    text = (guide.source / "guide.yaml").read_text()
    guide.write("guide.yaml", text + exam)
    guide.commit("an exam")
    refused(guide, "release-empty", "--edition", "final")
    whole = (guide.source / "chapters/one.md").read_text()
    guide.chapter("# One\n\nThe only chapter, without a card.\n").write("guide.yaml", text)
    guide.commit("no card")
    refused(guide, "release-empty")
    guide.chapter(whole)
    guide.commit("a card")
    assert guide.release().status == 0
    guide.chapter("# One\n\nThe only chapter, without a card.\n")
    guide.dated("2025-02-01", "2025.2")
    guide.commit("no card any more")
    done = guide.release()
    assert done.status == 0, done.err
    assert "withdrawn" in (guide.folder / "build/NOTES.md").read_text()


@pytest.mark.parametrize("date", ["", "2025", "2025-03", "soon", "2025-02-30"])
def test_a_release_has_a_day(guide: Guide, date: str) -> None:
    guide.edit("guide.yaml", "date: 2025-01-01\n", f"date: {date}\n" if date else "")
    guide.commit("no day")
    refused(guide, "release-date")


def test_releases_go_forward(guide: Guide) -> None:
    assert guide.release().status == 0
    guide.dated("2024-12-31", "2024.9")
    guide.commit("back")
    refused(guide, "release-order")


def test_an_edition_is_released_once(guide: Guide) -> None:
    """Once more it has to be the same, down to the handbook."""
    assert guide.release().status == 0
    guide.commit("release")
    assert guide.release().status == 0
    guide.edit("chapters/one.md", "The only chapter", "The very only chapter")
    guide.commit("another text")
    done = refused(guide, "release-exists")
    assert "handbook.pdf" in done.err
    guide.card("late", "Tomorrow")
    guide.commit("another card")
    refused(guide, "release-exists")


def test_what_git_does_not_have_is_not_released(guide: Guide) -> None:
    guide.card("late", "Tomorrow")
    (guide.source / "Ünïcode.txt").write_text("x")
    done = refused(guide, "release-uncommitted")
    assert "source/chapters/one.md" in done.err
    assert "Ünïcode.txt" in done.err
    assert guide.release("--uncommitted").status == 0


def test_without_git_nothing_is_asked(tmp_path: Path) -> None:
    project = Project(tmp_path / "guide").edit(
        "guide.yaml", 'edition: "1"', 'edition: "1"\ndate: 2025-01-01'
    )
    assert run("release", project.folder, "--jobs", "1").status == 0


def test_whether_drafts_were_given_away(guide: Guide) -> None:
    """deck.lock alone cannot tell: who releases says so."""
    guide.card("gone", "Away")
    assert guide.build("--jobs", "1").status == 0
    given = (guide.folder / "build" / "deck.apkg").read_bytes()
    guide.edit("chapters/one.md", CARD.format("gone", "Away"), "")
    guide.dated("2025-02-01", "2025.2")
    guide.commit("drafts")
    refused(guide, "release-first")
    first = tuple(guide.folder.parent / name for name in ("given", "not-given"))
    shutil.copytree(guide.folder, first[0])
    (first[0] / "releases").mkdir()
    (first[0] / "releases" / "2025-01-01-by-hand.apkg").write_bytes(given)
    assert run("release", first[0], "--jobs", "1", "--uncommitted").status == 0
    assert "card gone " in (first[0] / "source" / "deck.lock").read_text()
    assert guide.release("--first").status == 0
    assert "card gone " not in (guide.source / "deck.lock").read_text()
    guide.dated("2025-03-01", "2025.3")
    guide.commit("again")
    refused(guide, "release-first", "--first")


def test_a_broken_release_before_stops_it(guide: Guide) -> None:
    assert guide.release().status == 0
    (guide.folder / "releases" / "2025-01-01-2025.1.apkg").write_bytes(b"broken")
    guide.dated("2025-02-01", "2025.2")
    guide.commit("broken")
    refused(guide, "apkg-unreadable")


@pytest.mark.parametrize(
    ("edition", "name"),
    [
        ("2025.1", "2025-01-01-2025.1"),
        ("a/b\\c: d", "2025-01-01-a-b-c-d"),
        ("..", "2025-01-01"),
        ("第二版", "2025-01-01"),
    ],
)
def test_names_of_releases_are_names_of_files(edition: str, name: str, tmp_path: Path) -> None:
    assert release_of(tmp_path, "2025-01-01", edition).name == name
    assert release_of(tmp_path, "2025-01-01", edition, "pro").name == f"{name}-pro"
