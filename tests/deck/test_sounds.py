"""Sounds of cards, from the source to the real Anki."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from tests.deck.collection import Learner
from tests.project import Project

from guidepress.content.working import parse
from guidepress.layouts.sounds import give_codes

DECK = ("--jobs", "1", "--only", "deck", "--pages", "none")
SOUND = b"ID3 a sound"
CHAPTER = """\
# One

Text.

/// card | How is the word queue spoken aloud?
    id: queue
    audio: ../sounds/queue.mp3
Like the letter Q.
///

/// cloze
    id: cache
    audio: /sounds/queue.mp3
The word cache is spoken like ==cash== everywhere.
///
"""


@pytest.fixture
def project(project: Project) -> Project:
    return project.write("sounds/queue.mp3", SOUND).chapter(CHAPTER)


def built(project: Project) -> bytes:
    done = project.build(*DECK)
    assert done.status == 0, done.err
    return project.artifacts["deck.apkg"]


def test_anki_plays_it_with_the_answer(project: Project, tmp_path: Path) -> None:
    """One file for both cards, by a name that depends on its bytes."""
    learner = Learner(tmp_path / "learner")
    learner.take(built(project))
    (card,) = learner.cards("queue")
    (played,) = card.answer_av_tags()
    assert card.question_av_tags() == []
    name = played.filename  # type: ignore[union-attr]
    assert name.startswith("queue-")
    assert name.endswith(".mp3")
    assert Path(learner.col.media.dir(), name).read_bytes() == SOUND
    assert name in learner.note("cache")["Audio"]
    assert not learner.col.media.check().missing


def test_another_sound_is_a_changed_card(project: Project, tmp_path: Path) -> None:
    """Under a name of its own; the cards are updated, and nothing else is."""
    learner = Learner(tmp_path / "learner")
    learner.take(built(project))
    project.write("sounds/queue.mp3", SOUND + b"!")
    taken = learner.take(built(project))
    assert (taken.new, taken.updated, taken.conflicting) == (0, 2, 0)
    assert not learner.col.media.check().missing


def test_in_yaml(project: Project) -> None:
    """A key of a card; the path starts at its file."""
    project.write(
        "faq.yaml",
        "questions: [{id: q, question: Why so?, answer: So.,\n"
        " cards: [{id: c, front: How is it said?, back: So., audio: sounds/queue.mp3}]}]",
    )
    book = project.chapter("# One\n\n/// faq\n///\n").book()
    assert next(card.audio for card in book.cards if card.id == "c") == "sounds/queue.mp3"
    assert list(book.sounds) == ["sounds/queue.mp3"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../sounds/quene.mp3", "sound-missing"),
        ("../../../x.mp3", "sound-outside"),
        ("one.md", "sound-unknown-format"),
        ("../sounds", "sound-missing"),
    ],
)
def test_what_is_no_sound(project: Project, path: str, code: str) -> None:
    """An error at the card."""
    project.edit("chapters/one.md", "../sounds/queue.mp3", path)
    (found,) = [p for p in project.problems() if p.code == code]
    assert found.span is not None
    assert (found.span.file, found.span.line) == ("source/chapters/one.md", 5)


INLINE = """\
# One

Hear it: ![The word *queue*](../sounds/queue.mp3), as Britons say it.

/// card | ![](../sounds/queue.mp3)
    id: heard
It is *queue*.
///

/// cloze
    id: gap
The word is ==![said](../sounds/queue.mp3)== and ==written== so.
///

/// card | How is *cache* spoken aloud?
    id: spoken
    audio: ../sounds/queue.mp3
Like ![cash](../sounds/queue.mp3), in one syllable.
///
"""


def test_a_sound_stands_like_a_picture(project: Project, tmp_path: Path) -> None:
    """On either side and in a gap; its words stand for it where nothing plays, and Anki has the file."""
    learner = Learner(tmp_path / "learner")
    project.chapter(INLINE)
    learner.take(built(project))
    (heard,) = learner.cards("heard")
    (played,) = heard.question_av_tags()
    name = played.filename  # type: ignore[union-attr]
    assert learner.note("heard")["Front"] == f"[sound:{name}]"
    assert len(learner.cards("gap")) == 2
    assert f"{{{{c1::[sound:{name}]}}}}" in learner.note("gap")["Text"]
    hiding = min(learner.cards("gap"), key=lambda card: card.ord)
    assert (len(hiding.question_av_tags()), len(hiding.answer_av_tags())) == (0, 1)
    assert len(learner.cards("spoken")[0].answer_av_tags()) == 2
    assert not learner.col.media.check().missing
    assert not learner.col.media.check().unused
    assert '"said"' in (project.source / "deck.lock").read_text()
    assert project.book().cards[0].front.words == "Listen"


def test_print_has_the_words_and_a_code_of_the_address(project: Project) -> None:
    """In the chapter, with the question, with the answer; the code says in its alternative text where it leads."""
    project.chapter(INLINE)
    guide = (project.source / "guide.yaml").read_text()
    done = project.build("--jobs", "1")
    assert done.status == 0, done.err
    assert _codes(project, "handbook.pdf") == _codes(project, "cards.pdf") == []
    text = _text(project.artifacts["handbook.pdf"])
    assert "Hear it: The word queue, as Britons" in text
    assert "Like cash, in one" in text
    project.write(
        "guide.yaml", f"{guide}products: {{audio_url: https://a.example/tea, web: true}}\n"
    )
    done = project.build("--jobs", "1")
    assert done.status == 0, done.err
    assert set(_codes(project, "handbook.pdf")) == {"https://a.example/tea/sounds/queue.mp3"}
    # The chapter, two questions, one answer with its `audio`.
    assert len(_codes(project, "handbook.pdf")) >= 5
    assert len(_codes(project, "cards.pdf")) >= 3
    (page,) = (project.folder / "build" / "web").glob("one*.html")
    assert '<audio controls="" preload="none" src="sounds/queue-' in page.read_text()
    assert list((project.folder / "build" / "web" / "sounds").iterdir())


def test_a_code_is_what_segno_makes_of_the_address() -> None:
    """Each dark module, and no other, inside of a quiet zone."""
    segno = pytest.importorskip("segno")
    root = parse('<p><span class="sound" data-sound="a b.mp3">x</span></p>')
    give_codes(root, "https://a.example/{file}?v=1")
    (picture,) = root.iter("img")
    url = "https://a.example/a%20b.mp3?v=1"
    assert picture.get("alt") == url
    svg = base64.b64decode((picture.get("src") or "").partition(",")[2]).decode()
    dark = {
        (int(x) + n, int(y))
        for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg)
        for n in range(int(run))
    }
    matrix = segno.make(url, error="m", micro=False, boost_error=False).matrix
    wanted = {(x + 4, y + 4) for y, row in enumerate(matrix) for x, on in enumerate(row) if on}
    assert dark == wanted
    assert f'viewBox="0 0 {len(matrix) + 8} {len(matrix) + 8}"' in svg


@pytest.mark.parametrize(
    "wrong", ["sounds/", "ftp://a.example/", "https://a.example/{x}", "https://a b/"]
)
def test_what_is_no_address(project: Project, wrong: str) -> None:
    guide = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", f"{guide}products: {{audio_url: '{wrong}'}}\n")
    done = project.check()
    assert done.status == 1
    assert "audio_url" in done.err or "https://example.org/tea/" in done.err


def _codes(project: Project, name: str) -> list[str]:
    """The alternative texts of pictures in a PDF that are addresses."""
    with pikepdf.open(io.BytesIO(project.artifacts[name])) as pdf:
        found = (
            str(one.get("/Alt", "")) for one in pdf.objects if isinstance(one, pikepdf.Dictionary)
        )
        return [alt for alt in found if alt.startswith("https://a.example")]


def _text(content: bytes) -> str:
    """The words of all pages of a PDF."""
    pages = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
