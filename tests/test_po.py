"""Catalogues for translators: out, and back into files of another language."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po
from hypothesis import given, settings
from hypothesis import strategies as st

from guidepress.source.messages import original_hash, pieces
from guidepress.translating import translation_status
from tests.project import GUIDES, Project, run

GUIDE = """\
id: minimal
title: A Guide   # the title
edition: "1"
contents:
  parts:
    - title: The Only Part
      chapters: [chapters/one.md]
editions:
  german: {language: de}
"""
ONE = """\
---
title: One
stage: x
---

# One

A paragraph
of two lines, see [here](#here).

## A heading {#here}

```python
print("code")
```

//// note | Mind this
    class: wide
It is so.

/// card | What is ice?
    id: ice
    hint: Cold

Water.
///
////

/// code | a.py#b
///

- one
- two

42
"""
FAQ = """\
# comment
questions:
  - id: why
    question: Why?
    answer: |
      Because.

      So.
    tags: [a]
    cards:
      - {id: how, front: "How?", back: So}
"""


@pytest.fixture
def guide(project: Project) -> Project:
    project.write("guide.yaml", GUIDE).chapter(ONE.replace("stage: x\n", ""))
    project.write("project/a.py", "x = 1\n")
    project.chapter(project_chapter())
    return project.write("faq.yaml", FAQ)


def project_chapter() -> str:
    """The chapter as it compiles: without a stage and a file that the guide does not have."""
    return ONE.replace("stage: x\n", "").replace("/// code | a.py#b\n///\n\n", "/// faq\n///\n\n")


def messages(name: str, text: str) -> list[str]:
    return [piece.message for piece in pieces(name, text) if piece.message is not None]


def test_messages_of_markdown() -> None:
    """Words only: no code, options, ids, or names of files."""
    assert messages("chapters/one.md", ONE) == [
        "One",
        "# One",
        "A paragraph\nof two lines, see [here](#here).",
        "## A heading {#here}",
        "Mind this",
        "It is so.",
        "What is ice?",
        "Cold",
        "Water.",
        "- one\n- two",
    ]


def test_messages_of_yaml() -> None:
    assert messages("faq.yaml", FAQ) == ["Why?", "Because.\n\nSo.", "How?", "So"]
    assert messages("guide.yaml", GUIDE) == ["A Guide", "The Only Part"]


@pytest.mark.parametrize(
    "path", sorted(p for p in GUIDES.rglob("*") if p.suffix in (".md", ".yaml")), ids=str
)
def test_pieces_are_the_file(path: Path) -> None:
    """Whatever it holds, faults and all."""
    text = path.read_bytes().decode("utf-8", "replace").replace("\r", "")
    name = path.name if path.suffix == ".yaml" else f"chapters/{path.name}"
    found = pieces(name, text)
    assert "".join(piece.raw for piece in found) == text
    assert all(text.split("\n")[p.line - 1 :] for p in found)


LINES = (
    "---", "title: a", "# b", "", "```", "/// card | c", "    id: d", "///", "text", "- e", "   hint: 'f'",
    "<!-- g -->", "//// note", "////",
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.sampled_from(LINES), max_size=14))
def test_pieces_of_any_markdown_are_it(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert "".join(piece.raw for piece in pieces("a.md", text)) == text


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def translate(path: Path, **strings: str) -> None:
    """Translate every message of a catalogue; those whose first word is named, as it says."""
    catalog = catalogue(path)
    for message in catalog:
        if not message.id:
            continue
        words = str(message.id)
        marked = words.startswith(("#", "-")) or "](" in words
        usual = words.replace("one", "eins").replace("A ", "Ein ") if marked else f"DE {words}"
        message.string = strings.get(words.split()[0].strip("?."), usual)
    with path.open("wb") as file:
        write_po(file, catalog)


def test_all_words_of_a_guide_are_messages() -> None:
    """Whatever YAML libyaml reads has its words in the catalogue; a path is none of them."""
    root = GUIDES / "full" / "source"
    found = {
        path.name: {p.message for p in pieces(path.relative_to(root).as_posix(), path.read_text())}
        for path in root.rglob("*.yaml")
    }
    assert "Does the milk come first?" in found["faq.yaml"]
    assert (
        "Who decides about milk?" in found["faq.yaml"]
    )  # in braces, where a plain `?` precedes a comma
    assert "Know the Leaf" in found["roadmap.yaml"]
    assert "Say what you taste." in found["skills.yaml"]
    assert "In which country is Darjeeling?" in found["regions.yaml"]
    assert "Before You Brew" in found["guide.yaml"]
    assert {t for t in found["brand.yaml"] if t} >= {"Pot & Sons", "A tea pot"}
    assert not [text for text in found["guide.yaml"] if text and text.endswith(".md")]
    flow = 'terms: [{id: x, term: "😀 é", definition: Why?, aliases: [b😀]}]\n'
    assert [p.message for p in pieces("glossary.yaml", flow) if p.message] == [
        "😀 é",
        "Why?",
        "b😀",
    ]


def test_out_and_in(guide: Project) -> None:
    """What comes back is a complete translation, with code, ids, comments and hashes as they have to be."""
    out = run("translate", "export", guide.folder, "--language", "de")
    assert out.status == 0, out.err
    po = guide.folder / "de.po"
    assert "0 of 16 messages are translated" in out.out
    translate(
        po, Why="Warum?", What="Was ist Eis?", Because='Darum: „ja“\n\nSo "ist" es.', One="Eins"
    )
    done = run("translate", "import", guide.folder, "--language", "de")
    assert done.status == 0, done.err
    assert "16 of 16 messages are translated" in done.out
    assert translation_status(guide.folder).diagnostics == ()
    text = (guide.source / "de/chapters/one.md").read_text()
    assert 'print("code")' in text
    assert "/// card | Was ist Eis?\n    id: ice\n" in text
    faq = (guide.source / "de/faq.yaml").read_text()
    assert "# comment" in faq
    book = guide.book("german")
    assert book.questions[0].question.words == "Warum?"
    assert book.questions[0].answer.words == "Darum: „ja“ So „ist“ es."
    assert [c.id for c in book.cards] == [c.id for c in guide.book().cards]


def test_an_edit_keeps_what_did_not_change(guide: Project) -> None:
    """Only the message that changed is to be looked at again; its old translation is offered."""
    po = guide.folder / "de.po"
    run("translate", "export", guide.folder, "--language", "de")
    translate(po)
    run("translate", "import", guide.folder, "--language", "de")
    guide.edit("faq.yaml", "Why?", "Why so?")
    again = run("translate", "export", guide.folder, "--language", "de")
    assert "15 of 16 messages are translated" in again.out
    changed = catalogue(po).get("Why so?", "faq.yaml")
    assert changed is not None
    assert (changed.string, changed.fuzzy) == ("DE Why?", True)
    done = run("translate", "import", guide.folder, "--language", "de")
    assert done.status == 0
    faq = (guide.source / "de/faq.yaml").read_text()
    assert "Why so?" in faq
    assert "DE So" in faq


def test_translated_files_are_exported(guide: Project) -> None:
    """Those that were not written with a catalogue, too; it is the same each time."""
    po = guide.folder / "de.po"
    run("translate", "export", guide.folder, "--language", "de")
    translate(po)
    run("translate", "import", guide.folder, "--language", "de")
    po.unlink()
    out = run("translate", "export", guide.folder, "--language", "de")
    assert "of 16 messages are translated" in out.out
    found = catalogue(po).get("How?", "faq.yaml")
    assert found is not None
    assert found.string == "DE How?"
    first = po.read_bytes()
    run("translate", "export", guide.folder, "--language", "de")
    assert po.read_bytes() == first


@pytest.mark.parametrize("lost", ["A paragraph\nof two lines, see here.", "## Ein Titel"])
def test_a_translation_that_loses_a_name_is_refused(guide: Project, lost: str) -> None:
    po = guide.folder / "de.po"
    run("translate", "export", guide.folder, "--language", "de")
    translate(po, A=lost)
    refused = run("translate", "import", guide.folder, "--language", "de")
    assert refused.status == 1
    assert "po-message" in refused.err
    assert not (guide.source / "de").exists()


def test_nothing_is_written_behind_a_link(guide: Project, tmp_path: Path) -> None:
    """The folder of a language came with the guide, and leads to where a stranger wants files."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    po = guide.folder / "de.po"
    run("translate", "export", guide.folder, "--language", "de")
    translate(po, One="Eins")
    (guide.source / "de").symlink_to(elsewhere)
    refused = run("translate", "import", guide.folder, "--language", "de")
    assert refused.status == 1
    assert "error[file-outside]: `source/de/" in refused.err
    assert list(elsewhere.iterdir()) == []
    (guide.source / "de").unlink()
    po.write_bytes(b"#" * 10_485_761)
    assert "po-unreadable" in run("translate", "import", guide.folder, "--language", "de").err


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b'msgid "a\nmsgstr ""\n', b'"Language: xx_YY_ZZ\\n"']
)
def test_a_file_that_is_no_catalogue(guide: Project, data: bytes) -> None:
    (guide.folder / "de.po").write_bytes(data)
    for command in ("import", "export"):
        refused = run("translate", command, guide.folder, "--language", "de")
        assert "Traceback" not in refused.err
        assert refused.status in (0, 1)
    assert not (guide.source / "de").exists()


def test_a_language_that_is_none(guide: Project) -> None:
    refused = run("translate", "export", guide.folder, "--language", "../x")
    assert refused.status == 1
    assert "language-invalid" in refused.err


def test_a_new_date_makes_no_translation_stale() -> None:
    dated = GUIDE.replace('edition: "1"', 'edition: "2"\ndate: "2026-01-01"')
    assert original_hash("guide.yaml", GUIDE) == original_hash("guide.yaml", dated)
