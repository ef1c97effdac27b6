"""The Backend Developer Handbook as it ships: pressed once, then looked at from outside."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from itertools import chain
from pathlib import Path

import page
import pypdfium2
import pytest
from bench.pages import rows
from bench.typography import Typography, measure

from tests.cards.inspection import letters
from tests.handbook.overlaps import words
from tests.project import Run, run

ROOT = Path(__file__).parent.parent

pytestmark = [pytest.mark.slow, pytest.mark.first]


@pytest.fixture(scope="module")
def pressed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    """A copy of the guide, pressed; the lock in the repository stays as it is."""
    folder = tmp_path_factory.mktemp("shipped")
    shutil.copytree(ROOT / "source", folder / "source")
    result = run("build", folder)
    assert result.status == 0, result.err
    return folder, result


@pytest.fixture(scope="module")
def handbook(pressed: tuple[Path, Run]) -> Path:
    return pressed[0] / "build" / "handbook.pdf"


@pytest.fixture(scope="module")
def measured(handbook: Path) -> Typography:
    return measure(handbook)


@pytest.fixture(scope="module")
def text(handbook: Path) -> str:
    found = subprocess.run(["pdftotext", handbook, "-"], capture_output=True, text=True, check=True)
    return " ".join(found.stdout.split())


def test_pressed_without_a_word(pressed: tuple[Path, Run]) -> None:
    """Not one warning is left unexplained."""
    output = pressed[1].err
    assert "warning" not in output
    assert "error" not in output


def test_lock_is_committed(pressed: tuple[Path, Run]) -> None:
    """A build changes nothing in deck.lock: every card's identity is in the repository."""
    lock = (pressed[0] / "source" / "deck.lock").read_text()
    assert lock == (ROOT / "source" / "deck.lock").read_text()


def test_pdf_is_whole(handbook: Path) -> None:
    """qpdf finds nothing wrong."""
    subprocess.run(["qpdf", "--check", handbook], check=True, capture_output=True)


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_handbook_is_accessible_and_archival(handbook: Path, profile: str) -> None:
    """PDF/UA-1 and PDF/A-3a in one file, by a validator that is not ours."""
    result = page.validate_pdf(handbook, profile=profile, limits=page.SafetyLimits.unlimited())
    assert result.is_compliant, [(f.rule_id, f.message) for f in result.failures][:5]


def test_cards_are_accessible(pressed: tuple[Path, Run]) -> None:
    """The sheets of cards pass PDF/UA-1 too."""
    path = pressed[0] / "build" / "cards.pdf"
    result = page.validate_pdf(path, profile="ua1", limits=page.SafetyLimits.unlimited())
    assert result.is_compliant, [(f.rule_id, f.message) for f in result.failures][:5]


def test_cards_can_be_read(pressed: tuple[Path, Run]) -> None:
    """Questions and answers are in 11 pt or more, code in 8.5 pt, all else in 7 pt; quotes are the language's."""
    pdf = pypdfium2.PdfDocument(pressed[0] / "build" / "cards.pdf")
    least: dict[str, float] = {}
    straight = 0
    for letter in chain.from_iterable(map(letters, pdf)):
        # Ids are set in the type of code, and are the only letters of it in 7 pt.
        kind = next(kind for kind in ("Serif", "Mono", "Sans") if kind in letter.font)
        kind = "id" if kind == "Mono" and letter.size < 7.1 else kind
        least[kind] = min(letter.size, least.get(kind, letter.size))
        straight += kind not in ("Mono", "id") and letter.text in "\"'"
    assert straight == 0
    assert least["Serif"] >= 10.99
    assert least["Mono"] >= 8.49
    assert min(least.values()) >= 6.99


def test_handbook_holds_the_guide(text: str) -> None:
    """Parts, stages, figures of pay, questions: a word from each corner is on a page."""
    for said in (
        "The Backend Developer Handbook",
        "Part II",
        "The Roadmap",
        "Containerization and Orchestration",
        "120,000",
        "1,200,000",
        "Estonia",
        "Salesforce",
        "Fynd Academy",
        "Review questions",
        "Glossary",
        "Index",
    ):
        assert said in text, said


def test_no_attributes_are_printed(text: str) -> None:
    """Attributes that Markdown finds no text for stay as they are typed."""
    assert not re.findall(r".{20}\{:.{20}", text)


def _laid_out(handbook: Path, first: int, last: int) -> list[str]:
    """The text of some pages, the lines side by side that stand so. Of all, it takes Poppler a quarter of a minute."""
    command = ["pdftotext", "-layout", "-f", str(first), "-l", str(last), handbook, "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.split("\f")


def test_contents_name_the_right_pages(handbook: Path) -> None:
    """The page that the contents give for a chapter is the one that carries its folio."""
    from pikepdf import Pdf

    with Pdf.open(handbook) as pdf:
        labels = [p.label for p in pdf.pages]
    contents = "\n".join(_laid_out(handbook, 1, 8))
    listed = re.search(r"\b12 +Caching[ .]+(\d+)", contents)
    assert listed is not None
    folio = listed[1]
    at = labels.index(folio) + 1
    opener = _laid_out(handbook, at, at)[0]
    assert "Caching" in opener
    assert "CHAPTER" in opener.upper()


def test_contents_take_three_pages(handbook: Path) -> None:
    """Parts, chapters, sections, technologies, skills; then captions, with a column of numbers."""
    pages = words(handbook, last=12)
    first = next(n for n, page in enumerate(pages) if any(word == "Contents" for _, word in page))
    own = pages[first : first + 3]
    said = " ".join(word for page in own for _, word in page)
    for listed in ("Message Brokers", "GraphQL", "Understanding of APIs", "Error log", "Index"):
        assert listed in said, listed
    [captions] = [page for page in own if any(word == "Figures" for _, word in page)]
    top = next(box[1] for box, word in captions if word == "Figures")
    below = [(box, word) for box, word in captions if box[1] > top]
    numbers = [box for box, word in below if re.fullmatch(r"\d+\.\d+", word)]
    assert len(numbers) > 10
    # A number in a title stands somewhere else.
    counts = Counter(round(box[0]) for box in numbers)
    lefts = [left for left, count in counts.items() if count > 1]
    assert len(lefts) == 2
    # A title, and what of it turns, begins to the right of every number of its column.
    for left in lefts:
        right = max(box[2] for box in numbers if round(box[0]) == left)
        starts = [box[0] for box, word in below if left < box[0] < right and not word[0].isdigit()]
        assert starts == []


def test_pages_are_as_a_publisher_wants_them(measured: Typography) -> None:
    """Word spaces, hyphens, marks, fill, blanks, grid, overlaps, review questions, index: all that is measured."""
    assert [row for row in rows(measured) if not row[-1]] == []


def test_words_are_spaced_as_tex_spaces_them(measured: Typography) -> None:
    found = measured.lines
    assert found.share(over=1.25) <= 0.07
    assert found.share(over=1.5) < 0.009
    assert found.count(over=2) == 0
    assert found.share(under=0.79) == 0
    assert found.share(under=0.99) > 0.1
    assert found.hyphens <= 0.045
    assert found.ladders[2] <= 2
    assert not [length for length in found.ladders if length > 2]
    assert found.broken_names == []


def test_deck_in_the_real_anki(pressed: tuple[Path, Run], tmp_path: Path) -> None:
    """Import gives every note and card, no empty card, a sound database; a second import nothing new."""
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    deck = pressed[0] / "build" / "deck.apkg"
    manifest = json.loads((pressed[0] / "build" / "manifest.json").read_text())
    facts = manifest["artifacts"]["deck.apkg"]
    collection = Collection(str(tmp_path / "collection.anki2"))
    try:
        request = ImportAnkiPackageRequest(
            package_path=str(deck), options=ImportAnkiPackageOptions()
        )
        first = collection.import_anki_package(request).log
        assert len(first.new) == facts["notes"] >= 550
        assert collection.card_count() == facts["cards"]
        assert not collection.get_empty_cards().notes
        assert not collection.media.check().missing
        assert collection.fix_integrity()[1]
        second = collection.import_anki_package(request).log
        assert not second.new
        assert not second.updated
        assert not second.conflicting
        assert len(second.duplicate) == facts["notes"]
    finally:
        collection.close()
