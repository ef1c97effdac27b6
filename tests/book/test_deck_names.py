"""Names that the author gives to decks."""

from __future__ import annotations

from tests.project import Project


def test_parts_and_chapters_may_name_their_decks(project: Project) -> None:
    """They reach the book by id, and only where they are given."""
    assert project.book().deck.parts == {}
    assert project.book().deck.chapters == {}
    guide = (project.source / "guide.yaml").read_text()
    part = project.book().parts[0]
    entry = part.chapters[0].file.removeprefix("source/")
    named = guide.replace(f"- {entry}", f'- {{file: {entry}, deck: "01 One"}}', 1)
    assert named != guide or f"[{entry}]" in guide
    named = named.replace(f"[{entry}]", f'[{{file: {entry}, deck: "01 One"}}]', 1)
    named = named.replace(
        f"title: {part.title}\n", f"title: {part.title}\n      deck: 1 Basics\n", 1
    )
    project.write("guide.yaml", named)
    deck = project.book().deck
    assert deck.parts == {part.id: "1 Basics"}
    assert deck.chapters == {part.chapters[0].id: "01 One"}
