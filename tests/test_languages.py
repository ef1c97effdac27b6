"""Guides in other languages: whatever their products print is the author's, or stands in the catalogue."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from babel.dates import get_month_names

from guidepress.layouts.words import direction
from tests.pdf.inspection import texts
from tests.project import Project, words_in

# Every word of tests/guides/invented begins with xq. An id may have more: term-xqq.
INVENTED = re.compile(r"[\w-]*xq[\w-]*")
WORD = re.compile(r"[^\W\d_]{2,}")
# pdftotext takes joined letters apart; what is English has Latin ones.
LATIN = re.compile(r"[a-z]{2,}")
ROMAN = re.compile(r"[ivx]+")
# A language, and the folder of its products.
Built = tuple[str, Path]


def printed(pdf: Path) -> Iterator[str]:
    """What stands on the pages, in the outline, the metadata and the descriptions of pictures."""
    for page in texts(pdf):
        yield re.sub(r"[-\N{HYPHEN}\N{SOFT HYPHEN}]\n\s*", "", page)
    with pikepdf.open(pdf) as document:
        yield str(document.docinfo.get("/Title", ""))
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary):
                for key in ("/Alt", "/ActualText", "/Title", "/Contents"):
                    if isinstance(value := thing.get(key), pikepdf.String):
                        yield str(value)


def learned(deck: Path, folder: Path) -> Iterator[str]:
    """What a deck shows: fields, templates, names and descriptions of decks, what the editor says of fields.

    Names of fields and note types are names: a learner's templates refer to them.
    """
    with zipfile.ZipFile(deck) as package:
        package.extract("collection.anki2", folder)
    collection = sqlite3.connect(folder / "collection.anki2")
    for (fields,) in collection.execute("select flds from notes"):
        yield re.sub(r"<[^>]*>", " ", fields)
    ((models, decks),) = collection.execute("select models, decks from col")
    collection.close()
    for model in json.loads(models).values():
        yield from (field["description"] for field in model["flds"])
        for template in model["tmpls"]:
            for side in (template["qfmt"], template["afmt"]):
                yield re.sub(r"<[^>]*>|\{\{[^}]*\}\}", " ", side)
    for name, described in ((d["name"], d["desc"]) for d in json.loads(decks).values()):
        yield from ("" if name == "Default" else name, re.sub(r"<[^>]*>", " ", described))


def strangers(texts: Iterator[str], language: str) -> set[str]:
    """The words that are neither invented nor in the catalogue."""
    known = {
        word.casefold()
        for message in words_in(language).values()
        for word in WORD.findall(re.sub(r"\{[\w-]+\}", " ", message))
    }
    # All plural forms, which `Words` gives one by one.
    own = words_in(language)
    for name in own:
        if name.startswith(("n-", "pace")):
            for number in range(120):
                known |= {w.casefold() for w in WORD.findall(own.phrase(name, n=number, weeks=""))}
    months = get_month_names("wide", locale=language.replace("-", "_")).values()
    known |= {word.casefold() for month in months for word in WORD.findall(month)}
    said = (INVENTED.sub(" ", html.unescape(text).casefold()) for text in texts)
    pattern = WORD if direction(language) == "ltr" else LATIN
    found = {word for text in said for word in pattern.findall(text)}
    return {word for word in found - known if not ROMAN.fullmatch(word)}


@pytest.fixture(scope="module", params=["de", "ar"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The second release of the invented guide, so that there are news."""
    language = str(request.param)
    project = Project(tmp_path_factory.mktemp(language) / "guide", "invented")
    project.edit("guide.yaml", "language: de", f"language: {language}")
    first = project.build()
    assert first.status == 0, first.err
    project.edit("guide.yaml", "2025-11-01", "2025-12-01").edit("guide.yaml", '"1.0"', '"2.0"')
    project.edit("chapters/xqone.md", "Xqbefore.", "Xqafter.")
    project.edit(
        "chapters/xqone.md", "/// card | Xqleave?\n    id: xqcard-three\n\nXqgone.\n///\n", ""
    )
    project.edit(
        "chapters/xqone.md",
        "/// cloze\n",
        "/// card | Xqnew?\n    id: xqcard-new\n\nXqcome.\n///\n\n/// cloze\n",
    )
    second = project.build()
    assert second.status == 0, second.err
    return language, project.folder / "build"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["handbook.pdf", "cards.pdf"])
def test_a_pdf_says_nothing_that_stands_in_no_catalogue(built: Built, name: str) -> None:
    language, build = built
    assert strangers(printed(build / name), language) == set()


@pytest.mark.slow
def test_a_deck_says_nothing_that_stands_in_no_catalogue(built: Built, tmp_path: Path) -> None:
    language, build = built
    assert strangers(learned(build / "deck.apkg", tmp_path), language) == set()


@pytest.mark.slow
def test_every_product_speaks_the_language(built: Built, tmp_path: Path) -> None:
    """So that nothing is not found for want of anything printed."""
    language, build = built
    words = words_in(language)
    deck = "\n".join(learned(build / "deck.apkg", tmp_path))
    assert words.phrase("citation-chapter", n=1) in deck
    assert words.phrase("n-cards-changed", n=1) in deck
    assert words["field-front"] in deck
    with pikepdf.open(build / "cards.pdf") as document:
        assert str(document.docinfo["/Title"]) == "Xqtitel: Xqcards"
    assert "Xqhandbook 2.0" in deck
    assert "Xqcontents" in "".join(texts(build / "handbook.pdf"))
    if language == "de":
        pages = "\n".join(texts(build / "handbook.pdf")).casefold()
        for said in (
            *("Kapitel 1, Xqone", "Abbildung 1.1", "Etappe 1 von 2", "1 Stunde"),
            *("1. Dezember 2025", "Mai 2024", "12.000,50", "Neu in dieser Ausgabe"),
        ):
            assert said.casefold() in pages, said
    else:
        # The comma between the hours of a stage and its page.
        pages = re.sub("[\u200e\u200f\u202a-\u202e]", "", "\n".join(texts(build / "handbook.pdf")))
        facts = re.findall(r".*ساع.*\bص.*|.*\bص.*ساع.*", pages)
        assert facts
        assert all("،" in line and "," not in line for line in facts), facts


def test_a_broken_catalogue_or_layout_is_told_before_anything_is_pressed(tmp_path: Path) -> None:
    project = Project(tmp_path / "guide", "invented")
    broken = project.folder / "layouts/default/words/de.po"
    broken.parent.mkdir(parents=True)
    broken.write_text('msgid "part\n')
    for done in (project.check(), project.build()):
        assert done.status == 1
        assert "layout-words" in done.out + done.err
        assert "layouts/default/words/de.po" in done.out + done.err
    assert not (project.folder / "build").exists()
    project.edit("guide.yaml", "{page: A4}", "{layout: nowhere}")
    checked = project.check()
    assert checked.status == 1
    assert "layout-unknown" in checked.out + checked.err
