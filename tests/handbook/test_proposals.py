"""What could be marked for the index: proposed to the author, and printed by nobody."""

from __future__ import annotations

from pathlib import Path

from guidepress.handbook.proposals import proposals
from tests.project import Project, run

CHAPTER = """# One

A cache keeps answers as other caches do, and the `Cache-Control` header says for how long.
The *web host*{: index="web hosts" } is marked, and so web hosts need no proposal.

## Marked

Caches and a cache again; [one]{: index="cache!eviction" } forgets. `Cache-Control` is named twice.

## Nothing marked here

Words on something else, `once_only`, with a web host in them.

/// card | What is it?
    id: what

A cache.
///
"""
GLOSSARY = """terms:
  - {id: cache, term: cache, definition: A store of answers.}
  - {id: host, term: web host, definition: A computer that serves.}
"""


def project(folder: Path) -> Project:
    return Project(folder).write("glossary.yaml", GLOSSARY).chapter(CHAPTER)


def test_what_is_proposed(tmp_path: Path) -> None:
    found = [(p.line, p.markup, p.reason) for p in proposals(project(tmp_path).book())]
    assert found == [
        (3, '[cache]{: index="cache" }', "a term of the glossary"),
        (3, '`Cache-Control`{: index="Cache-Control" }', "a name that the text comes back to"),
        (8, '`Cache-Control`{: index="Cache-Control" }', "a name that the text comes back to"),
        (
            10,
            '## Nothing marked here {: index="Nothing marked here" }',
            "a section without an entry",
        ),
        (12, '[web host]{: index="web host" }', "a term of the glossary"),
    ]


def test_what_is_written_as_proposed_is_in_the_index(tmp_path: Path) -> None:
    """An author who takes every proposal has them all, and is asked for nothing more."""
    one = project(tmp_path)
    text = CHAPTER
    for p in proposals(one.book()):
        words = p.words.strip("[] ")
        lines = text.splitlines(keepends=True)
        assert words in lines[p.line - 1], p
        lines[p.line - 1] = lines[p.line - 1].replace(words, p.markup, 1)
        text = "".join(lines)
    book = one.chapter(text).book()
    assert proposals(book) == ()
    entries = {entry.path for chapter in book.chapters() for entry in chapter.index}
    assert {("cache",), ("Cache-Control",), ("web host",), ("Nothing marked here",)} <= entries


def test_the_command_prints_and_changes_nothing(tmp_path: Path) -> None:
    one = project(tmp_path)
    before = (one.source / "chapters" / "one.md").read_bytes()
    done = run("index", one.folder, "--suggest")
    assert done.status == 0, done.err
    line = 'source/chapters/one.md:3: [cache]{: index="cache" }  (a term of the glossary)'
    assert line in done.out
    listed = run("index", one.folder)
    assert "cache: 1" in listed.out
    assert "  eviction: 1" in listed.out
    assert (one.source / "chapters" / "one.md").read_bytes() == before


def test_a_broken_guide_is_reported(tmp_path: Path) -> None:
    one = Project(tmp_path).chapter("# One\n\nSee [](#nowhere).\n")
    assert run("index", one.folder, "--suggest").status in (0, 1)
    (one.source / "guide.yaml").write_text("title: [")
    done = run("index", one.folder)
    assert done.status == 1
    assert "Traceback" not in done.err
