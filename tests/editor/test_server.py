"""The language server, spoken to as an editor does: one server, whole texts, positions in UTF-16."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from tests.editor.client import Editor, applied, edits_of
from tests.project import Project

from guidepress.deck.lock import read_lock

KINDS, BREWING = "chapters/kinds.md", "chapters/brewing.md"


def codes(found: list[lsp.Diagnostic]) -> list[str]:
    return [str(problem.code) for problem in found]


def test_columns_are_utf_16(desk: Editor, tea: Project) -> None:
    """A character beyond U+FFFF counts as two."""
    path = tea.source / BREWING
    (problem,) = desk.type(path, path.read_text() + "\n😀 😀 [x](#nowhere)\n")
    line = desk.texts[path].count("\n") - 1
    assert (problem.code, problem.severity) == ("reference-unknown", lsp.DiagnosticSeverity.Error)
    assert problem.range == lsp.Range(lsp.Position(line, 10), lsp.Position(line, 18))
    assert problem.source == "guidepress"
    assert desk.type(path, path.read_text()) == []


def test_an_open_text_goes_before_its_file(desk: Editor, tea: Project) -> None:
    """What one text lacks is a problem of another; files are untouched, and count again when it is shut."""
    glossary, kinds = tea.source / "glossary.yaml", tea.source / KINDS
    assert desk.open(kinds) == []
    without = glossary.read_text().replace("id: oxidation", "id: oxidising", 1)
    desk.type(glossary, without)
    # The second look is of the same version: only its problems are others.
    found = desk.type(kinds, kinds.read_text())
    assert "reference-unknown" in codes(found)
    desk.shut(glossary)
    assert desk.type(kinds, kinds.read_text()) == []
    assert "id: oxidation" in glossary.read_text()


def test_problems_are_those_of_check(desk: Editor, tea: Project) -> None:
    """Of every file, with what is related, those of the deck among them; also where nothing is open."""
    tea.write("roadmap.yaml", "stages:\n  - {id: leaf, title: A}\n  - {id: leaf, title: B}\n")
    found = desk.open(tea.source / "guide.yaml")
    assert "lock-new" not in codes(found)
    (problem,) = (p for p in desk.problems(tea.source / "roadmap.yaml") if p.code == "id-duplicate")
    assert problem.range.start == lsp.Position(2, 9)
    assert problem.related_information is not None
    assert problem.related_information[0].location.range.start == lsp.Position(1, 9)


def test_a_broken_guide_file_keeps_what_was_known(desk: Editor, tea: Project) -> None:
    path, guide = tea.source / KINDS, tea.source / "guide.yaml"
    desk.open(path)
    assert codes(desk.type(guide, "id: [")) == ["yaml-syntax"]
    desk.type(path, path.read_text() + "\n[x](#fi")
    assert "fig-pot" in desk.complete(path, "[x](#fi‸")


def test_a_file_of_no_guide_is_left_alone(desk: Editor, tmp_path: Path, tea: Project) -> None:
    stray = tmp_path / "stray.md"
    stray.write_text("[x](#nowhere)\n")
    desk.send(stray, "[](#a)")
    desk.open(tea.source / KINDS)
    assert stray.as_uri() not in desk.published


@pytest.mark.parametrize(
    ("typed", "expected", "absent"),
    [
        ("[x](#fig‸", {"fig-pot", "brewing", "term-ctc", "harvest"}, {"kettle"}),
        ("[x](kinds.md#‸", {"green-black", "harvest"}, {"fig-pot"}),
        ("[x](‸", {"kinds.md", "#fig-pot"}, set()),
        ("![x](../images/‸", {"../images/pot.svg"}, set()),
        ("/// ‸", {"card", "cloze", "roadmap", "figure", "note"}, {"id"}),
        ("/// stage | ‸", {"leaf", "brew"}, {"ctc"}),
        ("/// skills | ‸", {"tool", "skill"}, {"kettle"}),
        ("/// only | instructor, ‸", {"school", "exam"}, set()),
        ("/// card | Q?\n    id: q\n    ‸", {"hint", "tags", "why", "only"}, {"id", "open"}),
        ("/// card | Q?\n    tags: [steps, ‸", {"typed", "allow-yes-no"}, {"steps"}),
        ("/// card | Q?\n    reverse: ‸", {"true", "false"}, set()),
        ("/// figure | F\n    place: ‸", {"here", "any"}, set()),
    ],
)  # fmt: skip
def test_completion_in_a_chapter(
    desk: Editor, tea: Project, typed: str, expected: set[str], absent: set[str]
) -> None:
    path = tea.source / BREWING
    desk.type(path, path.read_text() + "\nDone.\n\n" + typed.replace("‸", ""))
    found = desk.complete(path, f"Done.\n\n{typed}")
    assert expected <= set(found)
    assert not absent & set(found)


def test_completion_takes_the_place_of_what_was_typed(desk: Editor, tea: Project) -> None:
    path = tea.source / BREWING
    text = path.read_text() + "\nDone. 😀 [x](#fig"
    desk.type(path, text)
    edit = desk.complete(path, "Done. 😀 [x](#fig‸")["fig-pot"].text_edit
    assert isinstance(edit, lsp.TextEdit)
    assert applied(text, [edit]).endswith("Done. 😀 [x](#fig-pot")


def test_front_matter(desk: Editor, tea: Project) -> None:
    path = tea.source / KINDS
    desk.type(path, path.read_text().replace("stage: leaf", "stage: \nti"))
    assert "leaf" in desk.complete(path, "stage: ‸\n")
    found = desk.complete(path, "\nti‸\n")
    assert "title" in found
    assert "promise" not in found, "it is there"


@pytest.mark.parametrize(
    ("file", "old", "typed", "expected", "absent"),
    [
        ("roadmap.yaml", "needs: [leaf]", "needs: [‸]", {"leaf", "brew"}, {"kettle"}),
        ("roadmap.yaml", "    needs: [leaf]\n", "    ‸\n", {"needs", "promise", "topics"}, {"title", "hours"}),
        ("glossary.yaml", "see: [ctc]", "see: [‸]", {"ctc", "pot"}, {"leaf"}),
        ("glossary.yaml", "card: none", "card: ‸", {"both", "forward", "none"}, set()),
        ("guide.yaml", "flip: short-edge", "flip: ‸", {"long-edge", "fold"}, set()),
        ("guide.yaml", "title: Tea at School\n", "title: Tea at School\n    ‸\n", {"kind", "chapters"}, {"id"}),
        ("guide.yaml", "    - chapters/questions.md", "    - chapters/‸", {"chapters/kinds.md"}, set()),
    ],
)  # fmt: skip
def test_completion_in_yaml(
    desk: Editor,
    tea: Project,
    file: str,
    old: str,
    typed: str,
    expected: set[str],
    absent: set[str],
) -> None:
    path = tea.source / file
    text = path.read_text()
    assert old in text
    desk.open(tea.source / KINDS)
    desk.type(path, text.replace(old, typed.replace("‸", ""), 1))
    before = text[: text.index(old)].rsplit("\n", 2)[-2:]
    marked = "\n".join(before) + typed
    found = desk.complete(path, marked)
    assert expected <= set(found), sorted(found)
    assert not absent & set(found)


@pytest.mark.parametrize(
    ("file", "marked", "expected"),
    [
        (KINDS, "see [](#fig-‸pot)", "figure: 1.1 A pot"),
        (KINDS, "/// fig‸ure | A *pot*", "with a caption, numbered"),
        (KINDS, "/// figure | A *pot*\n    i‸d:", "A name for references"),
        (KINDS, "pro‸mise:", "in a sentence of Markdown"),
        (KINDS, "stage: le‸af", "stage: Know the Leaf"),
        (BREWING, "/// data | temper‸atures", "Water for tea"),
        ("roadmap.yaml", "nee‸ds: [leaf]", "Ids of the stages that come before."),
        ("roadmap.yaml", "needs: [le‸af]", "stage: Know the Leaf"),
        ("guide.yaml", "publi‸sher:", "Who publishes it"),
    ],
)
def test_hover(desk: Editor, tea: Project, file: str, marked: str, expected: str) -> None:
    path = tea.source / file
    desk.open(tea.source / "faq.yaml")
    desk.open(path)
    assert expected in desk.hover(path, marked)


@pytest.mark.parametrize(
    ("file", "marked", "expected"),
    [
        (BREWING, "[there](kinds.md#har‸vest)", ("kinds.md", "### Harvest")),
        (BREWING, "[](#tbl-‸kinds)", ("kinds.md", "/// table | Two kinds")),
        (BREWING, "/// data | temp‸eratures", ("temperatures.yaml", "id: temperatures")),
        (KINDS, "../images/p‸ot.svg", ("pot.svg", "<svg")),
        (KINDS, "stage: l‸eaf", ("roadmap.yaml", "  - id: leaf")),
        ("roadmap.yaml", "needs: [le‸af]", ("roadmap.yaml", "  - id: leaf")),
        ("roadmap.yaml", "(#term-ox‸idation)", ("glossary.yaml", "  - id: oxidation")),
        ("guide.yaml", "[chapters/k‸inds.md]", ("kinds.md", "---")),
    ],
)
def test_definition(
    desk: Editor, tea: Project, file: str, marked: str, expected: tuple[str, str]
) -> None:
    path = tea.source / file
    desk.open(path)
    found = desk.definition(path, marked)
    assert found is not None
    name, line = found
    (there,) = tea.source.rglob(name)
    assert name == expected[0]
    assert there.read_text().split("\n")[line - 1].startswith(expected[1])


def apply_all(project: Project, edits: dict[str, list[lsp.TextEdit]]) -> None:
    for name, own in edits.items():
        (path,) = project.folder.rglob(name)
        path.write_text(applied(path.read_text(), own))


def test_a_label_is_renamed_across_files(desk: Editor, tea: Project) -> None:
    """With what stands in another chapter's path, in a footnote and in YAML; not what is code."""
    tea.edit(
        BREWING,
        "## Harvest",
        "`[](#fig-pot)` [p](kinds.md#fig-pot) [q][ref]\n\n[ref]: #fig-pot\n\n## Harvest",
    )
    tea.edit(
        "faq.yaml",
        "questions:",
        "questions:\n  - {id: pot, question: A pot?, answer: 'See [](#fig-pot).'}",
    )
    path = tea.source / KINDS
    desk.open(path)
    assert desk.renamable(path, "see [](#fig-‸pot)") == "fig-pot"
    edits = desk.rename(path, "id: fig-‸pot", "kettle-drawn")
    apply_all(tea, dict(edits))
    assert set(edits) == {"kinds.md", "brewing.md", "faq.yaml"}
    assert (
        "`[](#fig-pot)` [p](kinds.md#kettle-drawn) [q][ref]\n\n[ref]: #kettle-drawn"
        in (tea.source / BREWING).read_text()
    )
    assert not [p for p in tea.problems() if "fig-pot" in p.message]
    assert "kettle-drawn" in tea.book().labels


def test_a_record_is_renamed_with_what_names_it(desk: Editor, tea: Project) -> None:
    path = tea.source / "roadmap.yaml"
    desk.open(path)
    edits = desk.rename(path, "needs: [le‸af]", "plant")
    apply_all(tea, dict(edits))
    assert "needs: [plant]" in path.read_text()
    assert "- id: plant" in path.read_text()
    assert "stage: plant" in (tea.source / KINDS).read_text()
    assert "id: leaf-plant" in path.read_text(), "a card of another name"
    assert tea.problems() == []


def test_a_card_is_renamed_and_stays_the_learners(desk: Editor, tea: Project) -> None:
    """Its lines in deck.lock go by the new id, with the GUIDs that they had; the editions' texts follow."""
    assert tea.build("--only", "deck").status == 0
    # As a deck of several languages has it.
    text = (tea.source / "deck.lock").read_text()
    german = next(line for line in text.splitlines() if line.startswith("card brewing-order "))
    german = german.replace("-order", "-order@de").replace(" basic ", " basic x", 1)
    (tea.source / "deck.lock").write_text(f"{text}{german.replace(':brewing', ':brewing@de')}\n")
    lock = read_lock((tea.source / "deck.lock").read_text()).value
    assert lock is not None
    path = tea.source / BREWING
    desk.open(path)
    edits = desk.rename(path, "id: brewing-‸order", "brewing-first")
    assert set(edits) == {"brewing.md", "deck.lock"}
    apply_all(tea, dict(edits))
    assert tea.build("--only", "deck").status == 0
    now = read_lock((tea.source / "deck.lock").read_text()).value
    assert now is not None
    assert now.notes["brewing-first"].guid == lock.notes["brewing-order"].guid
    assert now.notes["brewing-first@de"].guid == lock.notes["brewing-order@de"].guid
    assert {n.guid for n in now.notes.values()} == {n.guid for n in lock.notes.values()}
    assert all(note.status == "active" for note in now.notes.values())


def test_the_card_of_a_term_follows_it(desk: Editor, tea: Project) -> None:
    assert tea.build("--only", "deck").status == 0
    path = tea.source / "glossary.yaml"
    desk.open(path)
    edits = desk.rename(path, "- id: oxi‸dation", "browning")
    assert {"glossary.yaml", "deck.lock", "kinds.md", "roadmap.yaml"} <= set(edits)
    apply_all(tea, dict(edits))
    assert "card term-browning basic" in (tea.source / "deck.lock").read_text()
    assert tea.problems() == []


def test_a_chapter_is_renamed_with_its_deck(desk: Editor, tea: Project) -> None:
    assert tea.build("--only", "deck").status == 0
    path = tea.source / "guide.yaml"
    desk.open(path)
    apply_all(tea, dict(desk.rename(path, "          id: brew‸ing", "water")))
    assert "summary: What tea **is**. See [](#water)." in path.read_text()
    assert "chapter:brewing" not in (tea.source / "deck.lock").read_text()
    checked = tea.check()
    assert checked.status == 0
    assert "moved" not in checked.err


@pytest.mark.parametrize(
    ("file", "marked", "new", "reason"),
    [
        (KINDS, "id: fig-‸pot", "tbl-kinds", "there is a `tbl-kinds` already"),
        (KINDS, "id: fig-‸pot", "two words", "has no spaces"),
        ("roadmap.yaml", "needs: [le‸af]", "Leaf", "lower-case letters"),
        (KINDS, "All tea co‸mes", "x", "can be renamed"),
        (BREWING, "[there](kinds.md#har‸vest)", "x", "can be renamed"),
    ],
)
def test_what_cannot_be_renamed(
    desk: Editor, tea: Project, file: str, marked: str, new: str, reason: str
) -> None:
    path = tea.source / file
    desk.open(path)
    with pytest.raises(JsonRpcException, match=re.escape(reason)):
        desk.rename(path, marked, new)


def test_quick_fixes(desk: Editor, tea: Project) -> None:
    path = tea.source / BREWING
    added = "\r\n\r\n/// card | A new one?\r\n\r\nYes, new.\r\n///\r\n\r\n/// not\r\nx\r\n///\r\n\r\n[x](#fig-pott)\r\n"
    text = path.read_text().replace("\n", "\r\n") + added
    desk.type(path, text)
    found = {one.title: one for one in desk.fixes(path)}
    assert {"Write `fig-pot`", "Write `note`"} <= set(found)
    (identified,) = (one for title, one in found.items() if title.startswith("Add `id: "))
    assert identified.is_preferred
    assert identified.edit is not None
    (edit,) = edits_of(identified.edit)["brewing.md"]
    assert edit.new_text.startswith("\r\n    id: ")
    for title in ("Write `fig-pot`", "Write `note`"):
        one = found[title]
        assert one.edit is not None
        text = applied(text, edits_of(one.edit)["brewing.md"])
    assert "[x](#fig-pot)" in text
    assert "/// note\r\nx" in text
    (everything,) = desk.fixes(path, "source.fixAll")
    assert everything.edit is not None
    assert len(edits_of(everything.edit)["brewing.md"]) == 1


def test_a_file_changed_elsewhere_is_read_again(desk: Editor, tea: Project) -> None:
    """As by git: the editor's watcher says so."""
    path = tea.source / KINDS
    assert desk.open(path) == []
    other = tea.source / "glossary.yaml"
    other.write_text(other.read_text().replace("id: oxidation", "id: oxidising", 1))
    event = lsp.FileEvent(other.as_uri(), lsp.FileChangeType.Changed)
    desk.notify(
        desk.client.workspace_did_change_watched_files, lsp.DidChangeWatchedFilesParams([event])
    )
    # What is known is then of the new file.
    found = desk.type(path, path.read_text() + "\n")
    assert "reference-unknown" in codes(found)
