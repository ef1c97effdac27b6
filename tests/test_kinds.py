"""A new kind of record is a model, a row of the table and a template: here one is added and pressed."""

from __future__ import annotations

import dataclasses
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import pytest
from pydantic import Field

from guidepress.book.model import Html, Words, Writing
from guidepress.book.words import words_of
from guidepress.deck.packed import read_apkg
from guidepress.markdown.convert import _instances
from guidepress.model import CardRecord, Record
from guidepress.model.base import Id, Line, Markdown
from guidepress.model.kinds import KINDS, Kind, Printing
from tests.project import Project


class Law(Record):
    """A rule of thumb."""

    id: Id
    name: Line
    text: Markdown
    year: Annotated[int, Field(gt=0)] | None = None
    authors: tuple[Line, ...] = ()
    field: Literal["teams", "code"] | None = None  # no template has to print it
    cards: tuple[CardRecord, ...] = ()


class Laws(Record):
    """laws.yaml as a whole."""

    laws: tuple[Law, ...]


LAWS = """\
laws:
  - id: brooks
    name: Brooks's law
    year: 1975
    authors: [Fred Brooks]
    text: Late projects get *later* with more people. See [](#law-conway).
    cards: [{id: law-brooks, front: "Who adds people to a late project?", back: "Nobody wise."}]
  - {id: conway, name: Conway's law, text: Systems copy their makers.}
"""
TEMPLATE = """\
{% for law in records %}<div{% if anchor("law-" ~ law.id) %} id="{{ anchor("law-" ~ law.id) }}"{% endif %}>
<p><strong>{{ law.plain.name }}</strong> {{ law.plain.year }} {{ law.lines.authors | join(", ") }}</p>
<p>{{ html(law.html.text) }}</p></div>{% endfor %}
"""


@pytest.fixture
def laws(monkeypatch: pytest.MonkeyPatch, project: Project) -> Project:
    """A guide with a kind of record that guidepress has never heard of."""
    row = Kind(
        "law", "law", "law", "laws.yaml", (Printing("laws"),),
        title="name", model=Laws, records="laws",
    )  # fmt: skip
    monkeypatch.setitem(KINDS, "law", row)
    # The instance of this thread has the blocks that were known when it was made.
    monkeypatch.setattr(_instances, "_dialects", {})
    template = project.folder / "layouts/default/shared/blocks/laws.html"
    template.parent.mkdir(parents=True)
    template.write_text(TEMPLATE)
    project.write("laws.yaml", LAWS)
    return project.chapter("# One\n\nSee [](#law-brooks).\n\n/// laws\n///\n")


def test_a_new_kind_is_printed_and_asked(laws: Project) -> None:
    """Its words are in the handbook, references find it, and its card is a row of the deck."""
    result = laws.build("--jobs", "1")
    assert result.status == 0, result.err
    pdf = laws.folder / "build/handbook.pdf"
    out = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
    text = " ".join(out.split())
    assert "See Brooks’s law" in text
    assert "Late projects get later with more people. See Conway’s law" in text
    assert "Systems copy their makers." in text
    deck = read_apkg(laws.artifacts["deck.apkg"]).value
    assert deck is not None
    [asked] = [note for note in deck.notes.values() if note.key == "law-brooks"]
    assert any("Who adds people" in value for value in asked.values)
    assert "minimal::from::law" in asked.tags


def test_a_new_kind_is_checked_like_the_others(laws: Project) -> None:
    """Two of one id, a block with nothing to print, and records that no chapter prints, are reported."""
    laws.edit("laws.yaml", "id: conway", "id: brooks")
    assert "id-duplicate" in laws.codes()
    (laws.source / "laws.yaml").unlink()
    assert "block-empty" in laws.codes()
    laws.write("laws.yaml", LAWS).chapter("# One\n\nSee [](#law-conway).\n")
    found = next(d for d in laws.problems() if d.code == "reference-unprinted")
    assert found.hints == ("print it in a chapter with `/// laws`",)
    laws.chapter("# One\n")
    laws.edit("laws.yaml", " See [](#law-conway).", "")
    assert "no chapter prints the law `brooks`" in laws.build("--jobs", "1").err


def test_a_field_of_a_new_kind_is_missed(laws: Project) -> None:
    """The handbook is searched for every field that holds words or a number, whichever the template leaves out."""
    template = laws.folder / "layouts/default/shared/blocks/laws.html"
    laws.edit("laws.yaml", " See [](#law-conway).", "").chapter("# One\n\n/// laws\n///\n")
    for lost in (
        "{{ law.plain.name }}", "{{ html(law.html.text) }}", "{{ law.plain.year }}",
        '{{ law.lines.authors | join(", ") }}',
    ):  # fmt: skip
        template.write_text(TEMPLATE.replace(lost, ""))
        result = laws.build("--jobs", "1", "--only", "handbook")
        assert result.status == 1, lost
        assert "handbook-text-omitted" in result.err


def test_a_field_that_cannot_be_printed_is_refused(
    laws: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be lost without a word."""

    class Sorted(Law):
        ranks: tuple[int, ...] = ()

    class Sets(Record):
        laws: tuple[Sorted, ...]

    monkeypatch.setitem(KINDS, "law", dataclasses.replace(KINDS["law"], model=Sets))
    with pytest.raises(TypeError, match=r"Sorted\.ranks"):
        laws.compile()


@dataclass(frozen=True)
class Inner:
    name: str
    summary: Html


@dataclass(frozen=True)
class Outer:
    id: str
    title: Words
    notes: tuple[Html, ...]
    facts: tuple[tuple[str, Words], ...]
    inner: tuple[Inner, ...]
    by_name: Mapping[str, Words]
    one: Inner | None = None


def test_words_are_found_by_the_types_of_fields() -> None:
    """In lists, pairs, mappings and records below; names are no words."""
    record = Outer("x", "T", ("a", "b"), (("f", "v"),), (Inner("n", "s"),), {"k": "m"}, Inner("o", "p"))  # fmt: skip
    html, plain = Writing.HTML, Writing.PLAIN
    assert list(words_of(record)) == [
        (plain, "T"), (html, "a"), (html, "b"), (plain, "v"), (html, "s"), (plain, "m"), (html, "p"),
    ]  # fmt: skip
