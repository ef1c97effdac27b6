"""Type as large as fits, and cards that are too long."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pikepdf
import pytest
from tests.cards.books import (
    LAYOUT,
    basic,
    book,
    chapter,
    cloze,
    hidden,
    many,
    printed,
    sheets,
)
from tests.cards.inspection import Row, painted, rows, text_in, type_sizes
from tests.contents import make

from guidepress.book.model import Image, Part
from guidepress.cards import fitting
from guidepress.cards import press as pressing
from guidepress.cards.composer import SIZES, is_term
from guidepress.cards.content import CardSides
from guidepress.cards.press import press
from guidepress.cards.setting import SetPages
from guidepress.diagnostics import Severity, Span
from guidepress.pdf import EngineError, Section
from guidepress.pdf.workers import Workers


def lines(count: int) -> str:
    return "<br>".join(["a line"] * count)


def test_type_gets_smaller_as_text_gets_longer() -> None:
    """A card for each of ten lengths: the type goes down from 18 to 11 pt by the way."""
    cards = [basic(f"c{n}", back="word " * (14 + 8 * n)) for n in range(9)]
    sizes = list(sheets(book(*cards)).sizes)
    assert (sizes[0], sizes[-1]) == (SIZES[0][0], SIZES[-1][0]) == (18, 11)
    assert len(sizes) >= 4


def test_one_line_too_many_is_an_error_at_the_source() -> None:
    """Nine lines go on an A7 card in small type; the tenth does not in the smallest."""
    place = Span("chapters/one.md", 41, 3)
    assert min(sheets(book(basic("a", back=lines(9)))).sizes) == 12
    found = printed(book(basic("fits"), basic("long", back=lines(10), span=place)))
    assert found.value is None
    (problem,) = found.diagnostics
    assert (problem.code, problem.severity) == ("card-too-long", Severity.ERROR)
    assert problem.span == place
    assert "the back of card `long` does not fit a card of 105 × 74 mm in 11 pt" in problem.message
    assert "about 1 line too long" in problem.message


def test_every_card_that_is_too_long_is_named() -> None:
    text = "word " * 300
    found = printed(book(
        basic("a", front=text), basic("b"), cloze("c", text + hidden("gap")), basic("d", back=text, extra=text)
    ))  # fmt: skip
    assert {d.message.split(" does not")[0] for d in found.diagnostics} == {
        "the front of card `a`", "the front of card `c`", "the back of card `c`", "the back of card `d`",
    }  # fmt: skip


@pytest.mark.parametrize(
    "back",
    [
        "<p>" + "unbreakable" * 40 + "</p>",
        "<pre><code>" + "x" * 300 + "</code></pre>",
        "<table><tr>" + "<td>longishword</td>" * 14 + "</tr></table>",
    ],
)
def test_wide_content_is_wrapped_or_refused_but_never_clipped(back: str) -> None:
    found = printed(book(basic("a", back=back)))
    assert found.value is not None or [d.code for d in found.diagnostics] == ["card-too-long"]


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("he", "מהו מטמון HTTP?", "<p>עותק של <em>תשובה</em> קודמת.</p>"),
        ("ar", "ما هي ذاكرة التخزين المؤقت؟", "<p>نسخة من <b>إجابة</b> سابقة.</p>"),
        ("zh", "什么是缓存？", "<p>把结果<b>保存</b>起来，下次就不必再算。</p>"),
        ("el", "Τι είναι;", "<p>Ό,τι <em>μένει</em>.</p>"),
    ],
)
def test_other_scripts_are_proved_too(language: str, question: str, answer: str) -> None:
    sheets(book(basic("a", question, answer), language=language))


def test_long_titles_and_ids_do_not_make_a_card_too_long() -> None:
    long = (
        "An Exceedingly Long Title of a Chapter, with a Subtitle That Does Not End Before the Line"
    )
    card = basic("a-card-with-quite-a-long-identifier-that-goes-on-for-sixty-letters")
    titled = make(Part, "first", "I", long, "", (chapter("one", "14", long),))
    sheets(book(card, parts=(titled,)), sheet="card", card="business")


def test_sides_are_sized_apart() -> None:
    assert sheets(book(basic("a", back=lines(9)))).sizes == {18: 1, 12: 1}


def test_work_grows_with_the_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times the cards are ten times the sections, each no larger than before."""
    from guidepress.cards.setting import set_and_read

    sections: list[Section] = []

    def counted(section: Section) -> SetPages:
        sections.append(section)
        return set_and_read(section)

    monkeypatch.setattr(pressing, "set_and_read", counted)
    monkeypatch.setattr(fitting, "BATCH", 6)
    counts = []
    for cards in (3, 30):
        sections.clear()
        sheets(many(cards))
        counts.append(len(sections))
        assert all(section.html.count("<section") <= 6 for section in sections)
    assert counts == [1, 10]


def test_a_failure_of_the_engine_is_laid_at_the_cards_door(monkeypatch: pytest.MonkeyPatch) -> None:
    from guidepress.cards.setting import set_and_read

    def failing(section: Section) -> SetPages:
        if "boom" in section.html:
            raise EngineError("division by zero")
        return set_and_read(section)

    monkeypatch.setattr(pressing, "set_and_read", failing)
    monkeypatch.setattr(fitting, "set_and_read", failing)
    found = printed(book(basic("a"), basic("b", back="boom")))
    assert [d.code for d in found.diagnostics] == ["cards-engine"]
    assert "the back of card `b`" in found.diagnostics[0].message


def test_progress_and_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The result does not depend on how many sections are compiled at a time."""
    assert LAYOUT is not None
    steps: list[tuple[int, int]] = []
    monkeypatch.setattr(fitting, "BATCH", 12)
    some = many(12)
    one = press(some, LAYOUT, progress=lambda done, total: steps.append((done, total)))
    with Workers(2) as workers:
        two = press(some, LAYOUT, workers=workers)
    assert one.value is not None
    assert two.value is not None
    assert one.value.pdf == two.value.pdf
    # Four places stay empty: for the card on learning, and three dividers.
    assert steps[-1] == (32, 32)


def test_no_word_stands_alone_on_the_last_line() -> None:
    """Where it need not, as lines are balanced. On the front of the card that is, and on its back."""
    text = "A signal that an operation has failed; it passes up through its callers until one of them handles it."
    pdf = sheets(book(basic("a", text, f"<p>{text}</p>")), sheet="card", card="A7").pdf
    for page in (0, 1):
        found = rows(pdf, page, 10)
        assert len(found) > 2
        assert min(len(row.text) for row in found) > 0.7 * max(len(row.text) for row in found)


def test_a_short_card_is_set_large() -> None:
    """In 18 pt; what is longer in 15 pt, and so on."""
    assert sheets(book(basic("a"))).sizes == {18: 2}
    assert 15 in sheets(book(basic("b", back="word " * 32))).sizes


def drawing(folder: Path, label: int) -> Image:
    """A figure as wide as two cards, with a label of so many units of 1/96 in."""
    path = folder / f"figure-{label}.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 200" width="800" height="200">'
        f'<rect width="800" height="200" fill="#ddd"/><text x="20" y="100" font-size="{label}">Stack</text></svg>'
    )
    return Image(path.name, path, hashlib.sha256(path.read_bytes()).hexdigest(), 800, 200)


@pytest.mark.parametrize(("label", "codes"), [(28, []), (12, ["card-figure-small"])])
def test_a_figure_whose_labels_cannot_be_read_is_not_printed(
    tmp_path: Path, label: int, codes: list[str]
) -> None:
    """On a back, where words are left; with a note at the card."""
    image = drawing(tmp_path, label)
    card = basic("a", back=f'<p>Both.</p><p><img src="{image.key}" alt="A stack"></p>')
    found = printed(book(basic("first"), card, basic("last"), images={image.key: image}))
    assert found.value is not None
    assert [d.code for d in found.diagnostics] == codes
    assert all(d.span == card.span and d.severity is Severity.NOTE for d in found.diagnostics)
    sides = painted(found.value.pdf)
    assert "Both." in text_in(found.value.pdf, tmp_path, sides["back-2"])
    assert ("Stack" in text_in(found.value.pdf, tmp_path, sides["back-2"])) is (not codes)
    assert "It is last." in text_in(found.value.pdf, tmp_path, sides["back-3"])


@pytest.mark.parametrize("side", ["front", "back"])
def test_letters_that_cannot_be_read_are_an_error(tmp_path: Path, side: str) -> None:
    """A question may be about its figure, and an answer may be nothing else."""
    image = drawing(tmp_path, 12)
    card = basic("a", **{side: f'<img src="{image.key}" alt="A stack">'})
    found = printed(book(card, images={image.key: image}))
    assert [d.code for d in found.diagnostics] == ["card-type-small"]
    assert f"the {side} of card `a` has letters of 6." in found.diagnostics[0].message


def test_no_letter_is_smaller_than_it_may_be() -> None:
    """Answers 11 pt, extras 8.5 pt, with code and tables in them; all else 7 pt, marks of footnotes too."""
    extra = (
        "<p>More<sup>2</sup> of <code>QQ</code></p>"
        "<table><tr><th>A<sub>1</sub></th><td><code>KK</code></td></tr></table>"
        "<pre><code>ZZ</code></pre>"
    )
    table = "<table><tr><td>GG <code>JJ</code></td></tr></table>"
    note = 'a note<sup class="footnote-ref"><a href="#fn-one-1">1</a></sup>'
    card = basic(
        "a", back=f"<p>{'word ' * 16}<code>XX</code>{note}</p>{table}", extra=extra, chapter="one"
    )
    found = sheets(book(card))
    assert found.sizes == {18: 1, 11: 1}
    sizes = type_sizes(found.pdf, 1)
    assert list(sizes["w"]) == pytest.approx([11], abs=0.01)
    assert min(sizes["M"]) == pytest.approx(8.58, abs=0.01)
    assert all(min(sizes[letter]) >= 10.99 for letter in "XGJ")
    assert all(min(sizes[letter]) >= 8.49 for letter in "QKZ")
    assert min(size for each in sizes.values() for size in each) >= 6.99


def test_the_page_stands_on_the_back(tmp_path: Path) -> None:
    """That of the card, or of its chapter; a question of the FAQ has no more, since its whole answer is there."""
    some = book(
        basic("faq-a", back="Yes.", extra="<p>Long winded.</p>", origin="faq"),
        basic("b", chapter="two", part="second"),
    )
    assert LAYOUT is not None
    made = press(some, LAYOUT, folios={"card-faq-a": "284", "two": "19"}).value
    assert made is not None
    sides = painted(made.pdf)
    backs = [text_in(made.pdf, tmp_path, sides[f"back-{n}"]) for n in (1, 2)]
    for back, folio in zip(backs, ("284", "19"), strict=True):
        assert f"Handbook p. {folio}" in " ".join(back.split())
    assert "Yes." in backs[0]
    assert "winded" not in backs[0]


def test_a_question_of_the_faq_is_answered_shortly() -> None:
    """The whole answer is in the handbook; one that is too long is to be given a short one."""
    short = basic("faq-a", back="Yes.", extra="<p>Long winded.</p>", origin="faq")
    with_extra = basic("b", back="Yes.", extra="<p>Long winded.</p>")
    faq, plain = (CardSides(book(card)).of(card) for card in (short, with_extra))
    assert (faq.extra, plain.extra) == ("", "<p>Long winded.</p>")
    long = basic("faq-c", back="word " * 300, origin="faq")
    (problem,) = printed(book(long)).diagnostics
    assert "`short`" in problem.hints[0]


@pytest.mark.parametrize(
    ("front", "origin", "alone"),
    [
        ("What is it?", "card", False),
        ("PKCE", "card", True),
        ("dependency injection", "term", True),
        ("A question in fewer than 44 characters", "card", False),
        ("ما هو؟", "card", False),
        ("什么是缓存？", "card", False),
        ("France", "card", True),
        ("Is it?", "term", True),
    ],
)
def test_only_a_term_is_set_like_a_title(front: str, origin: str, alone: bool) -> None:
    assert is_term(basic("a", front, origin=origin), front) is alone


@pytest.mark.parametrize(("length", "shown"), [(40, True), (70, False)])
def test_an_id_is_printed_where_there_is_room(tmp_path: Path, length: int, shown: bool) -> None:
    card = basic("x" * length, "What?", "This.")
    pdf = sheets(book(card), sheet="card", card="business").pdf
    found = text_in(pdf, tmp_path, painted(pdf)["back-1"]).replace("\n", "")
    assert ("x" * 20 in found) is shown


def test_the_chapter_stands_on_the_front(tmp_path: Path) -> None:
    pdf = sheets(book(basic("a"))).pdf
    assert "First Part, ch. 1" in text_in(pdf, tmp_path, painted(pdf)["front-1"])


def test_a_mark_stands_where_code_wraps_on_a_card() -> None:
    """Below a line that does not wrap it is hidden by the line's own box."""
    line = "monitoring_find_bug_label = [1, 2, 3, 4, 5, 6, 7, 8]"
    pdf = sheets(book(basic("code", back=f'<pre class="code"><code>x\n{line}</code></pre>'))).pdf
    with pikepdf.open(io.BytesIO(pdf)) as read:
        drawn = [one.read_bytes() for one in read.objects if isinstance(one, pikepdf.Stream)]
    assert any(b"9 6.5 l" in data for data in drawn)


@pytest.mark.parametrize(
    ("columns", "size"), [(20, 18), (28, 18), (32, 18), (40, 15), (49, 13), (51, 13)]
)
def test_code_is_smaller_before_its_lines_wrap(columns: int, size: float, tmp_path: Path) -> None:
    """And its side with it, so that the text is not twice as large."""
    line = ("x = call(one, two) + " * 9)[:columns]
    front = f"What is it?<pre><code>{line}\n</code></pre>"
    done = sheets(book(basic("a", front=front, back="Short.")))
    assert max(done.sizes) == 18
    assert min(done.sizes) == size
    said = text_in(done.pdf, tmp_path, painted(done.pdf)["front-1"])
    assert line.strip() in said


def test_words_that_look_like_what_code_says_of_its_columns_stay(tmp_path: Path) -> None:
    done = sheets(
        book(basic("a", front='Does <code>pre data-columns="90"</code> wrap?', back="No."))
    )
    said = text_in(done.pdf, tmp_path, painted(done.pdf)["front-1"])
    assert 'pre data-columns="90"' in " ".join(said.split())


LONG = '    return slow_hash_matches(password, hashes[name], "pepper")'


@pytest.mark.parametrize(("side", "least"), [("front", 8.5), ("back", 11)])
def test_code_wraps_where_it_would_be_too_small(side: str, least: float) -> None:
    """On a question below 8.5 pt, in an answer below 11 pt; what goes on is indented further than the line is."""
    code = f"<pre><code>def sign_in(name):\n{LONG}\n</code></pre>"
    pdf = sheets(book(basic("a", **{side: code})), sheet="card", card="A7").pdf
    first, line, *more = found = code_rows(pdf, 0 if side == "front" else 1)
    assert min(row.size for row in found) >= least - 0.01
    letter = 0.6 * line.size
    assert len({round(row.size, 2) for row in found}) == 1
    assert "".join(row.text for row in (line, *more)) == "".join(LONG.split())
    assert line.left - first.left == pytest.approx(4 * letter, abs=0.1)
    assert len(more) >= 1
    for row in more:
        assert row.left - first.left == pytest.approx(4 * letter + 2 * line.size, abs=0.1)


def test_code_that_wraps_anyway_is_as_large_as_takes_no_more_lines() -> None:
    """59 columns do not fit in 8.5 pt; in two lines they do in much more."""
    line = "docker login --username loans --password hunter2 example.org"
    found = code_rows(sheets(book(basic("a", front=f"<pre><code>{line}</code></pre>"))).pdf, 0)
    assert len(found) == 2
    assert min(row.size for row in found) >= 10


@pytest.mark.parametrize("side", ["front", "back"])
def test_code_of_many_lines_is_smaller_in_a_question(side: str) -> None:
    """In 8.5 pt an A7 card has room for ten lines below a question, and two that are empty; answers stay in 11 pt."""
    code = (
        "<pre><code>" + "\n".join(f"line_{n:02}()" for n in range(9)) + "\n\n\nend()</code></pre>"
    )
    found = printed(book(basic("a", **{side: f"So?{code}"})), sheet="card", card="A7")
    if side == "back":
        assert [d.code for d in found.diagnostics] == ["card-too-long"]
        return
    assert found.value is not None
    assert found.value.sizes == {18: 1, 11: 1}
    code_sizes = [round(row.size, 1) for row in code_rows(found.value.pdf, 0)]
    assert code_sizes == [8.5] * 10
    assert list(type_sizes(found.value.pdf, 0)["S"]) == pytest.approx([11], abs=0.01)


def code_rows(pdf: bytes, page: int) -> list[Row]:
    """The rows of code on a page; the id of the card is set in the same type, in 7 pt."""
    return rows(pdf, page, 7.1, "Mono")


def test_code_of_very_long_lines_wraps(tmp_path: Path) -> None:
    done = sheets(book(basic("a", front="<pre><code>" + "word " * 20 + "</code></pre>")))
    said = text_in(done.pdf, tmp_path, painted(done.pdf)["front-1"])
    assert 0 < max(line.count("word") for line in said.split("\n")) < 20
