"""The text file that updates a deck and leaves a learner's own fields and tags alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from anki.collection import ImportCsvRequest
from tests.contents import replace
from tests.deck.books import FIRST, MONTH, Releases, basic, book, cloze, image, moved, png
from tests.deck.collection import Learner

from guidepress.book.model import Book
from guidepress.deck.packed import read_apkg
from guidepress.deck.update_file import update_text


def imported(learner: Learner, text: str) -> tuple[int, int, int]:
    """How many notes Anki's text import added, updated and left alone."""
    path = Path(learner.folder) / "deck-update.txt"
    path.write_text(text, encoding="utf-8")
    metadata = learner.col.get_csv_metadata(str(path), None)
    log = learner.col.import_csv(ImportCsvRequest(path=str(path), metadata=metadata)).log
    return len(log.new), len(log.updated), len(log.duplicate)


def text_of(guide: Releases) -> str:
    contents = read_apkg(guide.decks[-1].apkg).value
    assert contents is not None
    return update_text(contents, guide.decks[-1].lock.released)


def test_own_fields_tags_and_progress_stay_on_a_changed_note(
    learner: Callable[..., Learner],
) -> None:
    a = basic("a", reverse=True, hint="<p>Hint\twith tab</p>")
    c = cloze("c", '[[x]] "quoted" and\n[[y]]')
    guide = Releases()
    deck, _ = guide.release(book(a, c, basic("gone")))
    one = learner()
    one.take(deck.apkg)
    model = one.col.models.get(deck.lock.types["-", "basic"].id)  # type: ignore[arg-type]
    assert model is not None
    one.col.models.add_field(model, one.col.models.new_field("My notes"))
    one.col.models.update_dict(model)
    note = one.note("a")
    note["My notes"] = "mine"
    note.tags.append("own")
    one.col.update_note(note)
    interval = one.answer(one.cards("a")[0]).ivl

    guide.release(
        book(replace(a, back="<p>New.</p>"), moved(c, "sql"), basic("new", chapter="sql"))
    )
    assert imported(one, text_of(guide)) == (1, 3, 0)  # of `c` the source line
    note = one.note("a")
    assert (note["Back"], note["My notes"]) == ("<p>New.</p>", "mine")
    assert "own" in note.tags
    assert one.cards("a")[0].ivl == interval
    assert one.note("c")["Text"] == '<p>{{c1::x}} "quoted" and\n{{c2::y}}</p>'
    assert one.col.decks.name(one.cards("new")[0].did) == "A Test Guide::2 Practice::04 SQL"
    assert one.empty_cards() == [card.id for card in one.cards("gone")]
    assert one.healthy()
    assert imported(one, text_of(guide)) == (0, 0, 4)


def test_which_way_keeps_a_learner_s_own_tags(
    learner: Callable[..., Learner], tmp_path: Path
) -> None:
    """Of four ways to take a release that changes 21 of 31 notes and adds one, with new pictures."""
    pictures = [image("images/p.png", png(tmp_path / f"{n}" / "p.png", n)) for n in range(3)]

    def made(release: int) -> Book:
        cards = [basic(f"k{n}", back=f"<p>{release if n < 20 else 0}</p>") for n in range(30)]
        shown = basic("shown", back='<p><img src="images/p.png" alt="p"></p>')
        more = [basic("new", back='<p><img src="images/n.png" alt="n"></p>')] if release else []
        images = {"images/p.png": pictures[release], "images/n.png": pictures[2]}
        return book(*cards, shown, *more, images=images)

    guide = Releases()
    old, new = guide.release(made(0))[0], guide.release(made(1))[0]

    def after(*ways: str) -> tuple[int, int, int]:
        """How many notes have the learner's tag, how many the release's text, and how many pictures are missing."""
        one = learner()
        one.take(old.apkg)
        mods = one.col.db.all("SELECT mod, id FROM notes")  # type: ignore[union-attr]
        one.col.tags.bulk_add(list(one.col.find_notes("")), "own")
        one.col.db.executemany("UPDATE notes SET mod = ? WHERE id = ?", mods)  # type: ignore[union-attr]
        for way in ways:
            if way == "text":
                imported(one, text_of(guide))
            else:
                one.take(new.apkg, **({"update_notes": 2} if way == "never" else {}))
        contents = read_apkg(new.apkg).value
        assert contents is not None
        notes = [one.note(key) for key in new.lock.notes]
        current = [n for n in notes if n.fields == list(contents.notes[n.guid].values)]
        return (
            sum("own" in note.tags for note in notes),
            len(current),
            len(one.col.media.check().missing),
        )

    assert after("apkg") == (10, 32, 0)
    assert after("text") == (31, 32, 2)
    assert after("text", "apkg") == (31, 32, 2)
    # The best of them: what it lacks is the new picture of a card that changed.
    assert after("never", "text") == (31, 32, 1)


def test_what_was_withdrawn_earlier_is_not_brought_back() -> None:
    guide = Releases()
    guide.release(book(basic("a"), basic("gone")))
    guide.release(book(basic("a")))
    assert "gone" in text_of(guide)
    guide.release(book(basic("a")))
    assert guide.released == FIRST + 3 * MONTH
    assert "gone" not in text_of(guide)


def test_the_file_is_in_the_order_of_the_book() -> None:
    guide = Releases()
    guide.release(book(basic("b"), basic("a")))
    guide.release(book(basic("c"), basic("b"), basic("a")))
    lines = text_of(guide).splitlines()
    assert lines[:3] == ["#separator:tab", "#html:true", "#guid column:1"]
    assert [line.split("\t")[3] for line in lines[5:]] == [
        "<p>What is c?</p>", "<p>What is b?</p>", "<p>What is a?</p>",
    ]  # fmt: skip


FORMULAS = (
    "=1+1", "+1", "-v shows more", '@SUM(A1:A9)*"x"', "\ttab", '=HYPERLINK("https://evil.example")', "＝1",
)  # fmt: skip


def test_no_cell_is_a_formula_and_anki_imports_what_was_there(
    learner: Callable[..., Learner],
) -> None:
    """Over the deck, nothing changes; into an empty collection, the fields are those of the deck to the letter."""
    cards = [basic(f"f{n}", front=one, back=f"{one} x") for n, one in enumerate(FORMULAS)]
    guide = Releases()
    deck, _ = guide.release(book(*cards))
    text = text_of(guide)
    rows = list(csv.reader(io.StringIO(text.partition("#deck column:3\n")[2], ""), delimiter="\t"))
    assert len(rows) == len(FORMULAS)
    # A GUID, which has to stay as it is, may begin with a dash; of letters and digits it calls nothing.
    assert not [cell for row in rows for cell in row[1:] if cell[:1] in tuple("=+-@＝\t\r\n")]
    contents = read_apkg(deck.apkg).value
    assert contents is not None
    one = learner()
    one.take(deck.apkg)
    assert imported(one, text) == (0, 0, len(FORMULAS))
    other = learner()
    other.take(deck.apkg)
    other.col.remove_notes(list(other.col.find_notes("")))
    assert imported(other, text) == (len(FORMULAS), 0, 0)
    for each in (one, other):
        for n, written in enumerate(FORMULAS):
            note = each.note(f"f{n}")
            assert (note["Front"], note["Back"]) == (written, f"{written} x")
            assert note.fields == list(contents.notes[note.guid or ""].values)


def test_a_deck_that_is_called_like_a_formula_comes_as_a_package_only() -> None:
    guide = Releases()
    called = replace(book(basic("a")), title='=HYPERLINK("https://evil.example")')
    guide.release(replace(called, deck=replace(called.deck, name=called.title)))
    assert "HYPERLINK" not in text_of(guide)
