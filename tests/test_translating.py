"""A guide in two languages: what the translated edition holds, and what its translation lacks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from guidepress.source.messages import original_hash
from guidepress.source.translations import hash_in, text_hash, with_hash
from guidepress.translating import translation_status
from tests.project import Project, run

GUIDE = """\
id: minimal
title: A Guide
edition: "1"
language: en
contents:
  parts:
    - title: The Only Part
      chapters: [chapters/one.md, chapters/two.md]
editions:
  german:
    language: de
"""
ONE = """\
# One

See [the other](two.md#deep), [this](#here) and ![a dot](../images/dot.png).

## A heading {#here}

/// card | What is ice?
    id: ice

Water.
///

/// faq
///
"""
EINS = """\
# Eins

Siehe [das andere](two.md#deep), [dies](#here) und ![ein Punkt](../images/dot.png).

## Eine Überschrift {#here}

/// card | Was ist Eis?
    id: ice

Wasser.
///

/// faq
///
"""
FAQ = "questions:\n  - id: why\n    question: Why?\n    answer: Because.\n"
FRAGEN = "questions:\n  - id: why\n    question: Warum?\n    answer: Darum.\n"
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def both(project: Project) -> Project:
    """A guide of two chapters in English, all of it in German."""
    project.write("guide.yaml", GUIDE).chapter(ONE).write("images/dot.png", DOT)
    project.write("chapters/two.md", "# Two\n\n## Deep {#deep}\n\nSecond.\n").write("faq.yaml", FAQ)
    german = {
        "guide.yaml": GUIDE.replace("A Guide", "Ein Führer").replace("The Only Part", "Der Teil"),
        "chapters/one.md": EINS,
        "chapters/two.md": "# Zwei\n\n## Tief {#deep}\n\nZweites.\n",
        "faq.yaml": FRAGEN,
    }
    for name, text in german.items():
        original = (project.source / name).read_text()
        project.write(
            f"de/{name}", with_hash(text, original_hash(name, original), name.endswith(".md"))
        )
    return project


def state(project: Project) -> list[tuple[str, str]]:
    """The codes of what a translation lacks, with their places."""
    found = translation_status(project.folder)
    return [(d.code.removeprefix("translation-"), str(d.span)) for d in found.diagnostics]


def test_a_translated_edition(both: Project) -> None:
    """Its words are German, its ids, labels, pictures and references those of the original."""
    book = both.book("german")
    assert (book.title, book.language, book.parts[0].title) == ("Ein Führer", "de", "Der Teil")
    assert [(c.id, c.title) for c in book.chapters()] == [("one", "Eins"), ("two", "Zwei")]
    assert [(c.id, c.front.words) for c in book.cards] == [
        ("ice", "Was ist Eis?"),
        ("faq-why", "Warum?"),
    ]
    assert list(book.images) == ["images/dot.png"]
    assert all(card.varies for card in book.cards)
    assert both.book().title == "A Guide"
    assert not any(card.varies for card in both.book().cards)


def test_problems_of_a_translation_are_at_its_lines(both: Project) -> None:
    both.edit("de/chapters/one.md", "(#here)", "(#hier)")
    (found,) = both.problems("german")
    assert found.code == "reference-unknown"
    assert str(found.span).startswith("source/de/chapters/one.md:7:")


def test_what_is_not_translated_is_as_it_was(both: Project) -> None:
    (both.source / "de/chapters/two.md").unlink()
    book = both.compile("german").value
    assert book is not None
    assert [c.title for c in book.chapters()] == ["Eins", "Two"]
    (found,) = both.problems("german")
    assert (found.code, str(found.span)) == ("translation-missing", "source/chapters/two.md")


def test_the_deck_keeps_its_identities(both: Project) -> None:
    """One GUID in both languages; deck.lock has a line for each, and settles."""
    for edition in ((), ("--edition", "german")):
        assert both.build("--jobs", "1", "--only", "deck", *edition).status == 0
    lock = (both.source / "deck.lock").read_text()
    cards = [line.split() for line in lock.splitlines() if " ice " in line]
    assert [(c[0], c[-1]) for c in cards] == [("variant", 'Eis?"'), ("card", 'ice?"')]
    assert cards[0][4] == cards[1][3]
    for edition in ((), ("--edition", "german")):
        assert both.build("--jobs", "1", "--only", "deck", "--no-cache", *edition).status == 0
    assert (both.source / "deck.lock").read_text() == lock


def test_a_complete_translation(both: Project) -> None:
    assert state(both) == []
    done = run("translate", "status", both.folder)
    assert (done.status, done.out, done.err) == (0, "", "")


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "chapters/two.md",
            "Second.",
            "Second, more.",
            [("stale", "source/de/chapters/two.md:2:1")],
        ),
        ("faq.yaml", "Because.", "Why not.", [("stale", "source/de/faq.yaml:1:1")]),
        (
            "de/chapters/one.md",
            "    id: ice\n",
            "    id: eis\n",
            [
                ("missing", "source/chapters/one.md:7:1"),
                ("extra", "source/de/chapters/one.md:11:1"),
            ],
        ),
        (
            "de/chapters/one.md",
            "{#here}",
            "",
            [("missing", "source/chapters/one.md:5:1")],
        ),
        (
            "de/faq.yaml",
            "id: why",
            "id: warum",
            [("missing", "source/faq.yaml:2:9"), ("extra", "source/de/faq.yaml:3:9")],
        ),
        ("de/chapters/two.md", "original", "other", [("unmarked", "source/de/chapters/two.md")]),
    ],
)
def test_what_a_translation_lacks(
    both: Project, file: str, old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    if "#here" in old:
        both.edit("chapters/one.md", "[this](#here)", "this")
        both.edit("de/chapters/one.md", "[dies](#here)", "dies")
        original = (both.source / "chapters/one.md").read_text()
        text = (both.source / "de/chapters/one.md").read_text()
        both.write("de/chapters/one.md", with_hash(text, text_hash(original), True))
    both.edit(file, old, new)
    assert state(both) == sorted(expected, key=lambda one: one[1])


def test_files_that_only_one_language_has(both: Project) -> None:
    (both.source / "de/faq.yaml").unlink()
    both.write("de/chapters/three.md", "# Drei\n")
    assert state(both) == [
        ("extra", "source/de/chapters/three.md"),
        ("missing", "source/faq.yaml"),
    ]
    done = run("translate", "status", both.folder, "--format", "json")
    assert done.status == 1
    assert {d["code"] for d in json.loads(done.out)["diagnostics"]} == {
        "translation-extra",
        "translation-missing",
    }


def test_a_guide_without_translations(project: Project) -> None:
    done = run("translate", "status", project.folder)
    assert done.status == 0
    assert "no edition" in done.out


@pytest.mark.parametrize("markdown", [True, False])
@pytest.mark.parametrize("text", ["", "a\n", "---\ntitle: x\n---\na\n", "# a comment\nb: c\n"])
def test_hashes_are_put_in_place_of_others(text: str, markdown: bool) -> None:
    first = with_hash(text, "0" * 16, markdown)
    assert hash_in(first, markdown)[0] == "0" * 16
    second = with_hash(first, "f" * 16, markdown)
    assert second == with_hash(text, "f" * 16, markdown)
    assert hash_in(text, markdown) == ("", 0)


def test_a_translation_that_comes_is_a_new_build(both: Project, tmp_path: Path) -> None:
    """Its file was not read before, and makes the next build another one."""
    path = both.source / "de/chapters/two.md"
    text = path.read_text()
    path.unlink()
    arguments = ("--jobs", "1", "--only", "deck", "--edition", "german")
    assert "translation-missing" in both.build(*arguments).err
    path.write_text(text)
    assert "translation-missing" not in both.build(*arguments).err
