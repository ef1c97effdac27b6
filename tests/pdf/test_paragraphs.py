"""Justified paragraphs are set as a whole: nothing is lost, lines are even, and what cannot be set so is as before."""

from __future__ import annotations

import random
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from bench.printed import Line, sheets
from tests.pdf.documents import FACES, SCRIPTS, STYLE, section

from guidepress.pdf import Metadata, Placement, Section, compile_section, link, paginate
from guidepress.pdf.engine.hyphenation import Hyphenation
from guidepress.pdf.engine.paragraphs import COUNTS
from guidepress.pdf.reading import read_pages

SET = """<style>p { text-align: justify; hyphens: auto; hyphenate-limit-chars: 6 3 3 }
code { overflow-wrap: anywhere; hyphens: none; padding: 0 2pt; background: #eee } em { margin-left: 1pt }
.footnote { float: footnote } .keep { white-space: nowrap }</style>"""
TEXT = """
the of and to a in is it for on with as are be the of and to a in is at by from or an have
time year people way day thing world life hand part child place work week case point government company number group
problem information development responsibility understanding international because through between another PostgreSQL
JavaScript well-known state-of-the-art e.g. 3,000 (so to speak) — “quoted” it’s naïve
"""
WORDS = TEXT.split()
# The edges of the text on the pages of `STYLE`, in points.
LEFT, RIGHT = 57.02, 362.5
IMAGE = '<svg width="12" height="8"><rect width="12" height="8"/></svg>'
MARKS = (
    "{}", "{}", "{}", "{}", "<em>{}</em>", "<strong>{}</strong>", "<code>{}</code>", "<a href='https://e.org'>{}</a>",
    "<em>{} <code>x.y(z)</code></em>", "<span class='keep'>{}</span>", "{}<br>", "{}<a id='ID'></a>",
    "{}<span class='footnote'>A note.</span>", "co\u00adoper\u00adate {}", f"{{}} {IMAGE}",
    "<a href='#t'><em>{}</em></a>,", "<b></b>{}", "{}\u00a0{}",
)  # fmt: skip


def prose(some: random.Random, count: int, marks: tuple[str, ...] = MARKS) -> str:
    pieces = []
    for number in range(count):
        words = " ".join(some.choices(WORDS, k=some.randrange(1, 4)))
        pieces.append(
            some.choice(marks).replace("ID", f"i{number}{some.random()}").replace("{}", words)
        )
    # Not at the end, where a break ends nothing.
    return " ".join([*pieces, "the end"])


def pages(one: Section, folder: Path) -> list[list[Line]]:
    """The lines of its paragraphs, page by page."""
    placements = [Placement(compile_section(one))]
    path = folder / "book.pdf"
    path.write_bytes(link(placements, paginate(placements), Metadata("T", "en")).pdf)
    return [
        [line for line in sheet.lines if line.block is not None and line.block.kind == "prose"]
        for sheet in sheets(path)
    ]


def lines(body: str, folder: Path) -> list[Line]:
    return [
        line for page in pages(section("one", f"<h1>T</h1>{SET}{body}"), folder) for line in page
    ]


def words_of(html: str) -> str:
    """All letters of a text, but for hyphens and white space."""
    html = re.sub(
        r"<span class='footnote'>.*?</span>|<style>.*?</style>", "", html, flags=re.DOTALL
    )
    return re.sub(r"[\s\u00a0\u00ad\u2010-]", "", re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize("seed", range(3))
def test_no_letter_is_lost_and_none_comes_twice(seed: int) -> None:
    """In any width and on any page: elements, notes, pictures, breaks, soft hyphens, no-break spaces."""
    some = random.Random(seed)
    before = COUNTS.copy()
    for _ in range(12):
        body = "".join(
            f'<p style="width: {some.randrange(70, 300)}pt; text-indent: {some.choice((0, 0, 12))}pt">'
            f"{prose(some, 30)}</p>"
            for _ in range(3)
        )
        fragment = compile_section(section("one", f"{SET}<h1>T</h1>{body}"))
        text = "".join(page.text for page in read_pages(fragment))
        # Calls of notes and the notes themselves.
        text = re.sub(r"\d?\.?Anote\.", "", text)
        found, wanted = (
            re.sub(r"\d", "", re.sub(r"[\u00ad\u2010-]", "", one)) for one in (text, words_of(body))
        )
        assert Counter(found) == Counter("T" + wanted)
        assert wanted[:40] in found
    done = COUNTS - before
    assert done["fitted"] > 200
    assert done["fitted"] > 5 * (done.total() - done["fitted"])


def test_lines_are_even(tmp_path: Path) -> None:
    """In a column of 70 letters: no line is loose, none tight, many are shrunk, few hyphens."""
    some = random.Random(5)
    marks = ("{}", "{}", "{}", "<em>{}</em>", "<strong>{}</strong>", "{},")
    body = "".join(f'<p style="width: 320pt">{prose(some, 60, marks)}</p>' for _ in range(12))
    found = lines(body, tmp_path)
    last = {line.block: line for line in found}
    inner = [line for line in found if last[line.block] is not line]
    assert len(inner) > 80
    ratios = sorted(line.ratio for line in inner)
    assert ratios[0] > 0.78
    assert ratios[-4] < 2
    assert ratios[-1] < 2.6
    assert sum(ratio > 1.55 for ratio in ratios) <= 0.03 * len(ratios)
    # Letters take their part of what lines lack.
    assert sum(ratio > 1.3 for ratio in ratios) <= 0.1 * len(ratios)
    assert sum(ratio < 0.98 for ratio in ratios) > 0.1 * len(ratios)
    assert sum(line.text.rstrip()[-1:] in "-\u2010" for line in inner) <= 0.1 * len(inner)


def test_lines_end_at_the_edge_but_for_punctuation_that_hangs(tmp_path: Path) -> None:
    some = random.Random(6)
    body = "".join(f'<p style="width: 290pt">{prose(some, 60, MARKS[:9])}</p>' for _ in range(6))
    found = lines(body, tmp_path)
    last = {line.block: line for line in found}
    inner = [line for line in found if last[line.block] is not line]
    assert inner
    for line in inner:
        over = line.box[2] - (LEFT + 290)
        hanging = line.text.rstrip()[-1] in "-\u2010.,;:’”—"
        # Code has room behind it, and quotation marks hang before the edge.
        assert -3 < over < (3.5 if hanging else 2.2), line.text
    assert any(
        line.text.rstrip()[-1] in "\u2010-," and line.box[2] > LEFT + 290.3 for line in inner
    )


def test_the_last_line_is_no_single_short_word(tmp_path: Path) -> None:
    """Where the text before may as well be set a little looser."""
    some, short = random.Random(7), 0
    for _ in range(4):
        body = "".join(
            f'<p style="width: 260pt">{prose(some, 40, MARKS[:1])}, so</p>' for _ in range(10)
        )
        found = lines(body, tmp_path)
        last = {line.block: line for line in found}
        short += sum(len(line.text.strip()) < 5 for line in last.values())
    assert short <= 2


def test_the_last_line_is_no_piece_of_a_word(tmp_path: Path) -> None:
    """However long the piece is, where the text before may as well be set a little looser."""
    some = random.Random(8)
    ends = [f"{' '.join(some.choices(WORDS, k=40))} misunderstandings." for _ in range(4)]
    body = "".join(f'<p style="width: {w}pt">{end}</p>' for w in range(236, 296, 4) for end in ends)
    found = lines(body, tmp_path)
    pieces = [
        after.text
        for line, after in pairwise(found)
        if line.block == after.block and line.text.endswith("\u2010") and " " not in after.text
    ]
    assert len({line.block for line in found}) == 60
    assert len(pieces) <= 1


def test_names_and_exceptions_are_not_broken(tmp_path: Path) -> None:
    words = "PostgreSQL JavaScript MongoDB Kubernetes containerization information "
    for hyphenation, broken in (
        ((), True),
        (("kubernetes", "container-ization", "information"), False),
    ):
        body = "".join(f'<p style="width: {w}pt">{words * 6}</p>' for w in range(90, 150, 3))
        one = section("one", f"<h1>T</h1>{SET}{body}")
        one = Section(one.name, one.html, one.styles, one.files, hyphenation=hyphenation)
        found = [line.text.strip() for page in pages(one, tmp_path) for line in page]
        starts = {line.rpartition(" ")[2] for line in found if line.endswith("\u2010")}
        assert not {start for start in starts if re.match("Postg|JavaS|Mongo", start)}
        assert any(start.startswith("Kuber") for start in starts) is broken
        assert any(start.startswith("infor") for start in starts) is broken
        if not broken:
            assert {start for start in starts if start.startswith("cont")} == {"container\u2010"}


@pytest.mark.parametrize(
    ("lang", "word", "parts"),
    [
        ("en", "knowledge", "knowl-edge"),
        ("en-GB", "knowledge", "know-ledge"),
        ("de", "Silbentrennung", "Sil-ben-tren-nung"),
        ("en", "PostgreSQL's", "PostgreSQL's"),
        ("en", "NASDAQ", "NASDAQ"),
        ("pt", "computadores", "com-pu-ta-do-res"),
        ("en", "Docker", "Docker"),
        ("en", "Terraforms", "Terra-forms"),
    ],
)
def test_words_are_hyphenated_by_their_language(lang: str, word: str, parts: str) -> None:
    """English is American, unless it says that it is not; names of products are written in one piece."""
    hyphenation = Hyphenation(["docker", "terra-form"])
    name = hyphenation.language_fallback(lang)
    assert name is not None
    places = hyphenation.places(word, name, 2, 2)
    assert "-".join(word[a:b] for a, b in zip((0, *places), (*places, None), strict=True)) == parts


def test_lines_are_looser_rather_than_two_in_a_row_end_in_a_hyphen(tmp_path: Path) -> None:
    texts = (
        "A real library would need more, and each of these is a good exercise: reservations, several copies of a book, "
        "members who forget to bring one back, and the like.",
        "An algorithm is a procedure that solves a problem in a finite number of steps. The two families to know first "
        "are sorting and searching, although much else is.",
        "Group rights into roles such as member, librarian and administrator, and give each account the fewest it "
        "needs. Ask for a permission, never for a role.",
    )
    found = lines(
        "".join(f'<p style="width: {w}pt">{text}</p>' for text in texts for w in range(285, 300)),
        tmp_path,
    )
    hyphened = [line.text.rstrip().endswith(("-", "\u2010")) for line in found]
    assert sum(hyphened) > 3
    assert not any(map(all, pairwise(hyphened)))


def test_long_code_is_broken_rather_than_the_line_before_it_torn_apart(tmp_path: Path) -> None:
    code = "<code>julianday(coalesce(returned_on,date('now')))</code>"
    text = f"The window goes on by the difference of {code} and then further on to the end of the line, as it should"
    found = lines(
        "".join(f'<p style="width: {w}pt">{text}</p>' for w in range(250, 330, 7)), tmp_path
    )
    assert max(line.ratio for line in found) < 3
    assert any(line.text.rstrip().endswith(("(", ",")) for line in found)


def test_a_line_above_what_nothing_divides_is_short_rather_than_full_of_holes(
    tmp_path: Path,
) -> None:
    """Its spaces are the font's own; the lines around it still end at the edge."""
    whole = f'<span class="keep">{"indivisible" * 5}</span>'
    found = lines(f"<p>After a few words {whole} {'and so on ' * 30}</p>", tmp_path)
    assert "indivisible" in found[1].text
    assert found[0].ratio == pytest.approx(1, abs=0.05)
    assert found[0].box[2] < RIGHT - 40
    assert found[2].box[2] == pytest.approx(RIGHT, abs=6)


def test_no_space_is_twice_as_wide_as_the_font_has_it(tmp_path: Path) -> None:
    """Nor where the letters of its line are widened, and their spaces with them."""
    whole = f'<span class="keep">{"indivisible" * 2}</span>'
    text = f"Some words, then a few more of them {whole} and so on to the end of it all"
    body = "".join(f'<p style="width: {w / 10}pt">{text}</p>' for w in range(1900, 1950))
    before, widest = "Some words, then a few more of them", []
    for line in lines(body, tmp_path):
        if line.text.strip() == before:
            widest.append(max(gap / natural * line.size for gap, natural in line.gaps))
    # Of the last ones, which are short.
    natural = widest[-1]
    assert len(widest) > 30
    assert 1.7 * natural < max(widest) <= 2.005 * natural


def test_a_reference_to_a_page_goes_to_the_next_line_rather_than_leaving_holes(
    tmp_path: Path,
) -> None:
    """Where it should stay with the word before it; else it does."""
    text = "You need some image of Kubernetes<span class='keep'> (p. 2001)</span>, and so on to the end of this text"
    found = lines(
        "".join(f'<p style="width: {w}pt">{text}</p>' for w in range(140, 240, 4)), tmp_path
    )
    starts = [line for line in found if line.text.startswith("(p. 2001)")]
    before = [found[found.index(line) - 1] for line in starts]
    assert 0 < len(starts) < 13
    assert all(line.text.rstrip().endswith("Kubernetes") for line in before)


def test_a_float_beside_makes_lines_shorter(tmp_path: Path) -> None:
    words = " ".join(WORDS[:40])
    body = f'<p>{words} {words}</p><div style="float: right; width: 100pt; height: 40pt">F</div><p>{words} {words}</p>'
    found = lines(body, tmp_path)
    beside = [line for line in found if line.box[2] < RIGHT - 95 and line.text != "F"]
    assert [line.text.split()[0] for line in beside[1:2]] != []
    assert len(beside) == 5
    assert all(abs(line.box[2] - (RIGHT - 100)) < 3 for line in beside[1:])
    assert abs(found[-2].box[2] - RIGHT) < 3


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        ('<span style="float: left">F</span>', "floats and placed boxes"),
        ('<span style="display: inline-block">B</span>', "blocks in lines"),
        ('<span style="white-space: pre">a  b</span>', "white space that is kept"),
        ("<code>" + "x" * 90 + "</code>", "a word that is wider than its line"),
    ],
)
def test_what_cannot_be_set_is_left_and_counted(inner: str, reason: str, tmp_path: Path) -> None:
    words = " ".join(WORDS[:40])
    before = COUNTS.copy()
    text = "".join(line.text for line in lines(f"<p>{words} {inner} {words}</p>", tmp_path))
    assert (COUNTS - before)[reason] > 0
    assert words_of(text).count(words_of(WORDS[20])) >= 2


ARABIC = "هذه فقرة طويلة من النص العربي تكتب من اليمين إلى اليسار وفيها كلمات كثيرة حتى تملأ عدة أسطر من الصفحة "


def test_a_heading_as_long_as_a_paragraph_is_left() -> None:
    before = COUNTS.copy()
    compile_section(section("one", f"<h1>{'word ' * 400}</h1>"))
    assert (COUNTS - before)["a heading as long as a paragraph"] > 10


def test_text_from_right_to_left(tmp_path: Path) -> None:
    """Lines fill the column from the right; with elements and numbers in them."""
    text = ARABIC * 4 + "<em>HTTP 404</em> " + ARABIC + f"<a href='#t'>{ARABIC}</a>" + ARABIC
    html = f'<div dir="rtl" lang="ar"><p style="width: 250pt; text-align: justify">{text}</p></div>'
    one = section("one", f"<h1 id='t'>T</h1>{SET}{html}", styles=(FACES, STYLE, SCRIPTS))
    before = COUNTS.copy()
    found = [line for page in pages(one, tmp_path) for line in page]
    assert set(COUNTS - before) <= {"fitted", "balanced"}
    assert len(found) > 8
    rights = [line.box[2] for line in found]
    lefts = [line.box[0] for line in found[:-1]]
    assert max(rights) - min(rights) < 0.5
    assert max(lefts) - min(lefts) < 0.5
    assert abs(max(rights) - min(lefts) - 250) < 3


@pytest.mark.parametrize("added", ["", " <span style='display: inline-block'>1</span>"])
def test_code_in_text_from_right_to_left(added: str, tmp_path: Path) -> None:
    """It stands close to what follows it, where lines are set here and where the engine sets them."""
    text = f"{ARABIC}<code dir='ltr'>x = y</code>) {ARABIC}{added}"
    html = f'<div dir="rtl" lang="ar"><p style="width: 250pt; text-align: justify">{text * 3}</p></div>'
    styles = SET.replace("padding: 0 2pt;", "")
    one = section("one", f"<h1>T</h1>{styles}{html}", styles=(FACES, STYLE, SCRIPTS))
    found = [line for page in pages(one, tmp_path) for line in page]
    rights, lefts = ([line.box[edge] for line in found[:-1]] for edge in (2, 0))
    assert max(rights) - min(rights) < 0.5
    assert max(lefts) - min(lefts) < 0.5
    holes = []
    for line in found:
        for code in (piece for piece in line.pieces if piece[3] - piece[1] < 6.5):
            holes += [code[0] - max(one[2] for one in line.pieces if one[2] < code[0] + 0.5)]
    assert len(holes) >= 3
    assert max(holes) < 0.3


@pytest.mark.parametrize("added", ["", " <span style='display: inline-block'>1</span>"])
def test_numbers_that_end_lines_from_right_to_left(added: str, tmp_path: Path) -> None:
    """Numbers with units are elements of another direction; the space behind them is taken off at the end of a line."""
    words = (
        word + f" <span dir='ltr'>{number} kB</span>" * (number % 3 == 1)
        for number, word in enumerate(ARABIC.split() * 3)
    )
    text = " ".join(words) + added
    body = "".join(
        f'<p style="width: {width}pt; text-align: justify">{text}</p>' for width in (200, 245, 290)
    )
    html = f'<div dir="rtl" lang="ar">{body}</div>'
    one = section("one", f"<h1>T</h1>{SET}{html}", styles=(FACES, STYLE, SCRIPTS))
    found = [line for page in pages(one, tmp_path) for line in page]
    last = {line.block: line for line in found}
    inner = [line for line in found if last[line.block] is not line]
    assert any(line.text.rstrip().endswith("kB") for line in inner)
    rights = [line.box[2] for line in inner]
    assert max(rights) - min(rights) < 0.5


def test_a_line_from_right_to_left_is_not_torn(tmp_path: Path) -> None:
    """Before an address that does not fit a line stays short, at the right."""
    text = f"{ARABIC[:24]} <code dir='ltr' style='overflow-wrap: normal'>{'x' * 40}</code> {ARABIC}"
    html = f'<div dir="rtl" lang="ar"><p style="width: 250pt; text-align: justify">{text}</p></div>'
    one = section("one", f"<h1>T</h1>{SET}{html}", styles=(FACES, STYLE, SCRIPTS))
    found = [line for page in pages(one, tmp_path) for line in page]
    assert max(line.box[2] for line in found) - min(line.box[2] for line in found) < 4
    assert found[0].box[0] > min(line.box[0] for line in found) + 20


def test_an_indent_from_right_to_left_is_at_the_right(tmp_path: Path) -> None:
    """Of lines that are set here, and of those that the engine sets."""
    text = "يحتفظ المخبأ بالإجابات قريبة ممن يسأل عنها وتزيد نسبة الإصابة عند ذلك كثيرا عما كانت عليه من قبل"
    body = "".join(
        f'<p style="width: 250pt; text-align: justify; text-indent: 20pt">{one}</p>'
        for one in (text, text.replace("عند", "<span dir='ltr'>12 kB</span> عند"))
    )
    one = section(
        "one",
        f'<h1>T</h1>{SET}<div dir="rtl" lang="ar">{body}</div>',
        styles=(FACES, STYLE, SCRIPTS),
    )
    found = [line for page in pages(one, tmp_path) for line in page]
    starts = {line.block: line.box for line in reversed(found)}
    right = max(line.box[2] for line in found)
    assert len(starts) == 2
    for box in starts.values():
        assert abs(right - 20 - box[2]) < 4
        assert abs(right - 250 - box[0]) < 4


def test_text_without_spaces_ends_at_the_edge(tmp_path: Path) -> None:
    """In Chinese, letters alone give way to what is no whole letter wide: an indent, the call of a footnote."""
    text = "茶叶在热水中释放出它的香气和味道而水温决定了释放的速度"
    call = '<span class="footnote">注释。</span>'
    body = "".join(
        f'<p style="width: 290pt; text-indent: {n}pt">{text}{call if n % 2 else ""}{text * 2}</p>'
        for n in range(9)
    )
    html = f'<div lang="zh">{body}</div>'
    one = section("one", f"<h1>T</h1>{SET}{html}", styles=(FACES, STYLE, SCRIPTS))
    found = [line for page in pages(one, tmp_path) for line in page]
    last = {line.block: line for line in found}
    inner = [line for line in found if last[line.block] is not line]
    assert len(inner) >= 18
    assert {line.text for line in inner if abs(line.box[2] - (LEFT + 290)) > 1} == set()


def test_lines_are_the_same_whatever_was_set_before() -> None:
    some = random.Random(9)
    one, other = (
        section(name, f"<h1>T</h1>{SET}{''.join(f'<p>{prose(some, 80)}</p>' for _ in range(6))}")
        for name in ("one", "two")
    )
    first = compile_section(one)
    compile_section(other)
    assert compile_section(one) == first


def test_links_cover_their_words_on_each_line(tmp_path: Path) -> None:
    words = " ".join(WORDS[:30])
    found = lines(
        f'<p>Here is <a href="https://e.org">{words}</a> and the end of it.</p>', tmp_path
    )
    with pikepdf.open(tmp_path / "book.pdf") as pdf:
        areas = [[float(edge) for edge in one.Rect] for one in pdf.pages[0].Annots]
    for line in found:
        assert any(min(area[1::2]) < line.base < max(area[1::2]) for area in areas)
        assert all(area[2] <= max(one.box[2] for one in found) + 4 for area in areas)


def test_lines_that_are_cut_off_end_with_an_ellipsis(tmp_path: Path) -> None:
    words = " ".join(WORDS)
    cut = f'<div style="max-lines: 2; block-ellipsis: auto; continue: discard"><p>{words} {words}</p></div><p>end</p>'
    found = lines(cut, tmp_path)
    assert len(found) == 3
    assert found[1].text.rstrip().endswith("…")
    assert found[1].box[2] < RIGHT + 3


def test_lines_are_balanced_where_a_style_asks_for_it(tmp_path: Path) -> None:
    """Also those of elements inside; without it, the last line is what is left."""
    text = (
        "Each completed transaction survives a crash of the server, of whatever <em>kind</em> it is"
    )
    for asked, even in (("", False), ("--text-wrap: balance", True)):
        body = f'<div style="width: 240pt; {asked}"><p style="text-align: left">{text}</p></div><p>end</p>'
        found = lines(body, tmp_path)[:-1]
        lengths = [line.box[2] - line.box[0] for line in found]
        assert len(lengths) > 1
        assert (min(lengths) > 0.7 * max(lengths)) is even


def test_headings_of_two_lines_are_balanced(tmp_path: Path) -> None:
    title = "Titles that are a little too long for one line of text"
    placements = [
        Placement(compile_section(section("one", f'<h1 style="width: 300pt">{title}</h1><p>x</p>')))
    ]
    path = tmp_path / "book.pdf"
    path.write_bytes(link(placements, paginate(placements), Metadata("T", "en")).pdf)
    heads = [
        line
        for sheet in sheets(path)
        for line in sheet.lines
        if line.block and line.block.kind == "head"
    ]
    long = [line.box[2] - line.box[0] for line in heads]
    assert len(long) == 2
    assert min(long) > 0.7 * max(long)
