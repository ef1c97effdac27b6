"""The page: trims, sides, openers, what shares a page, and that nothing is printed over something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest

from guidepress.book.model import Book, HandbookOptions, Heading, Label, Profile, Stage
from guidepress.cache import Cache
from guidepress.handbook.asides import has_notes
from guidepress.handbook.geometry import Geometry, handbook_settings, page_geometry
from guidepress.handbook.press import prepare, press
from guidepress.layouts import Layout, find_layout
from guidepress.pdf import Metadata, Placement, compile_section, link, paginate, turned
from guidepress.pdf.space import Box
from tests.contents import make, replace
from tests.handbook import books
from tests.handbook.conftest import Pressed, read
from tests.handbook.overlaps import overlaps, words

MM = 72 / 25.4
NAMED = ("A4", "Letter", "A5", "7x9.25", "170x240", "6x9", "Crown Quarto")


def with_stages(book: Book, count: int) -> Book:
    """The book with a roadmap of stages one below the other, and much in the first of them."""
    assert book.roadmap is not None
    first = replace(
        book.roadmap.stages[0],
        objectives=tuple(f"do the {n}th thing that a server is asked to do" for n in range(5)),
        topics=tuple(f"topic number {n} of those to learn" for n in range(7)),
        practice=tuple(f"practise what is number {n} on a machine of your own" for n in range(4)),
    )
    others = tuple(
        make(Stage, f"s{n}", n, f"Stage {n}", "", (), (f"s{n - 1}" if n > 2 else "stage-one",), 5, (), (), "")
        for n in range(2, count + 1)
    )  # fmt: skip
    roadmap = replace(book.roadmap, stages=(first, *others))
    [records] = book.parts[1].chapters
    anchors = {f"stage-{stage.id}": f"stage-{stage.id}" for stage in others}
    blocks = (replace(records.blocks[0], anchors=anchors), *records.blocks[1:])
    lists = replace(book.parts[1], chapters=(replace(records, blocks=blocks),))
    labels = {name: Label(name, "stage", name, name) for name in anchors}
    parts = (book.parts[0], lists)
    return replace(book, roadmap=roadmap, parts=parts, labels={**book.labels, **labels})


def with_lead(book: Book, paragraphs: int) -> Book:
    """The book with prose at the beginning of the chapter that teaches a stage."""
    http, *others = book.parts[0].chapters
    html = '<div class="block" data-block="0" data-line="3"></div>\n'
    html += "".join(books.filler(4 + n, 3) for n in range(paragraphs))
    html += '<h2 id="http--status" data-line="30"><span class="number">1.1</span> Status</h2>\n'
    html += books.filler(31, 4) + "".join(
        f'<p data-line="{40 + n}"><span id="http--index-{n}">Again</span>.</p>' for n in (1, 2)
    )
    made = books.chapter(
        "http", "1", "The Protocol", html, stage=http.stage, headings=http.headings,
        blocks=http.blocks, index=http.index, cards=http.cards,
    )  # fmt: skip
    part = replace(book.parts[0], chapters=(made, *others))
    return replace(book, parts=(part, *book.parts[1:]))


# Highlighted code has classes as short as those of a layout.
CODE_CARD = (
    '<p>Where can the client read it?</p><pre class="code"><code><span class="k">HTTP</span>/1.1 201\n'
    '<span class="nf">Location</span>: /loans/7\n<span class="nf">ETag</span>: "a"</code></pre>'
)


@pytest.fixture(scope="module")
def rich(sample: Book) -> Book:
    book = with_lead(with_stages(sample, 9), 4)
    cards = [
        books.card(f"code-{n}", "caching", front=CODE_CARD, back="There.", kind="basic")
        for n in range(3)
    ]
    http, caching = book.parts[0].chapters
    asking = replace(caching, cards=(*caching.cards, *(card.id for card in cards)))
    part = replace(book.parts[0], chapters=(http, asking))
    return replace(book, parts=(part, *book.parts[1:]), cards=(*book.cards, *cards))


def geometry_of(book: Book, layout: Layout, size: str) -> Geometry:
    settings = handbook_settings(layout).value
    assert settings is not None
    return page_geometry(settings, HandbookOptions(page=size), notes=has_notes(book))


@pytest.mark.parametrize("size", NAMED)
def test_nothing_is_printed_over_something_else_and_an_opener_holds_all(
    rich: Book, layout: Layout, tmp_path: Path, size: str
) -> None:
    result = read(replace(rich, handbook=HandbookOptions(page=size)), layout, tmp_path)
    assert {d.code for d in result.diagnostics} <= {"handbook-code-wide"}
    assert overlaps(result.path) == []
    # A page may be a line longer and keeps off its folio; a cutter may take 6 mm.
    page = geometry_of(rich, layout, size)
    foot = page.height * MM - page.bottom * MM + page.type.body[1]
    folios = [line[-1] for line in words(result.path) if line and line[-1][0][1] > foot]
    assert len(folios) > 5
    for box, text in folios:
        assert text.isalnum()
        assert box[1] > foot + page.type.body[1] * 0.4
        assert box[3] < (page.height - 6) * MM
    # Objectives, the map, hours, and prose: lines in the words of the filler.
    opener = result.page("http")
    for text in ("do the 4th thing", "10 hours", "STAGE 1 OF 9"):
        assert text in " ".join(opener.split())
    lines = [line for line in opener.splitlines() if len(line.split()) >= 6]
    told = ("asked", "keeps", "answers", "told")
    assert sum(any(word in line for word in told) for line in lines) >= 6
    # What the stage teaches follows the prose, and is nowhere twice.
    everything = [word for page in words(result.path) for _, word in page]
    assert everything.count("topic") == 7
    assert everything.count("practise") == 4


@pytest.mark.parametrize("size", ["A4", "6x9"])
def test_nothing_is_printed_over_something_else_on_one_side(
    rich: Book, layout: Layout, tmp_path: Path, size: str
) -> None:
    options = HandbookOptions(page=size, sides="single")
    result = read(replace(rich, handbook=options), layout, tmp_path)
    assert {d.code for d in result.diagnostics} <= {"handbook-code-wide"}
    assert overlaps(result.path) == []


def test_nothing_is_printed_over_something_else_in_the_pocket(rich: Book, tmp_path: Path) -> None:
    layout = find_layout("pocket").value
    assert layout is not None
    assert overlaps(read(rich, layout, tmp_path).path) == []


def test_an_overlap_is_found(sample: Book, layout: Layout, tmp_path: Path) -> None:
    """The finder finds what it is for: words over words, and words over a picture."""
    key = next(iter(sample.images))
    html = (
        '<p data-line="3">Here are some words.</p><p style="margin-top: -14pt">Others over them.</p>'
        f'<p data-line="5"><img src="{key}" alt="Grey" width="200"></p>'
        '<p style="margin-top: -30pt" data-line="6">Words over it.</p>'
    )
    result = read(books.with_chapter(sample, html), layout, tmp_path)
    found = " ".join(overlaps(result.path))
    assert "'Here' over 'Others'" in found
    assert "over a picture" in found


def test_a_layout_whose_openers_print_the_lists_prints_them_once(
    rich: Book, layout: Layout, tmp_path: Path
) -> None:
    """Its template of a stage may be older than the place of the lists below the prose."""
    name = "shared/blocks/stage.html"
    path = layout.path(name)
    assert path is not None
    original = path.read_text(encoding="utf-8")
    own = tmp_path / "guide" / "layouts" / "default" / name
    own.parent.mkdir(parents=True)
    listed = original.replace("{% if not in_opener %}\n{% include", "{% if true %}\n{% include")
    assert listed != original
    own.write_text(listed, encoding="utf-8")
    found = find_layout("default", tmp_path / "guide")
    assert found.value is not None
    result = read(rich, found.value, tmp_path)
    everything = [word for page in words(result.path) for _, word in page]
    assert everything.count("topic") == 7
    assert everything.count("practise") == 4


@pytest.fixture(scope="module")
def anywhere(rich: Book, layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Pressed:
    options = HandbookOptions(page="7x9.25", opening="any", multiple=4)
    return read(replace(rich, handbook=options), layout, tmp_path_factory.mktemp("anywhere"))


def test_chapters_may_open_on_the_left(anywhere: Pressed) -> None:
    assert {d.code for d in anywhere.diagnostics} <= {"handbook-code-wide"}
    starts = {a: anywhere.handbook.page_map.anchors[a].index for a in ("http", "caching", "end")}
    # After a part's opener on the right, the first chapter is on the left.
    assert starts["http"] % 2 == 1
    # Parts and the back matter begin on the right.
    for anchor in ("part-basics", "records", "end"):
        assert anywhere.handbook.page_map.anchors[anchor].index % 2 == 0, anchor


def test_margins_are_mirrored_wherever_a_section_begins(anywhere: Pressed) -> None:
    """The inner margin is at the spine on every page, also in sections that begin on the left."""
    inner, edge = 23 * MM, (177.8 - 23 - 125) * MM
    checked = set()
    for index, page in enumerate(words(anywhere.path)):
        lefts = [box[0] for box, _ in page if box[2] < 177.8 * MM - 10 * MM and box[0] > 12 * MM]
        if len(lefts) < 60:
            continue
        wanted = inner if index % 2 == 0 else edge
        # The ground of code hangs out of the measure, the code itself does not.
        assert min(lefts) == pytest.approx(wanted, abs=1.5), index
        checked.add(index % 2)
    assert checked == {0, 1}


def test_the_number_of_pages_is_a_multiple(anywhere: Pressed) -> None:
    with pikepdf.open(anywhere.path) as pdf:
        assert len(pdf.pages) % 4 == 0
        assert [page.label for page in pdf.pages] == list(anywhere.handbook.page_map.labels)


def test_sides_do_not_depend_on_workers_or_the_cache(
    anywhere: Pressed, rich: Book, layout: Layout, tmp_path: Path
) -> None:
    options = HandbookOptions(page="7x9.25", opening="any", multiple=4)
    book = replace(rich, handbook=options)
    for _ in range(2):
        made = press(book, layout, cache=Cache(tmp_path / "cache")).value
        assert made is not None
        assert made.pdf == anywhere.handbook.pdf


def test_what_comes_to_the_other_side_is_not_laid_out_again(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    """A chapter that grows by a page turns all those behind it; the book is what a first build makes of it."""
    chapters = [books.filler(3, 30), books.filler(3, 90), books.filler(3, 60), books.filler(3, 30)]
    options = HandbookOptions(page="7x9.25", opening="any")
    book = replace(books.with_chapters(sample, chapters), handbook=options)
    more = [chapters[0] + books.filler(4, 60), *chapters[1:]]
    grown = replace(books.with_chapters(sample, more), handbook=options)
    cache = Cache(tmp_path / "cache")
    before, after = press(book, layout, cache=cache).value, press(grown, layout, cache=cache).value
    assert before is not None
    assert after is not None
    places = [[made.page_map.anchors[f"c{n}"].index for n in (2, 3, 4)] for made in (before, after)]
    assert [one % 2 for one in places[0]] != [one % 2 for one in places[1]]
    # The first chapter, and nothing else but what lists its pages.
    assert len(after.sections - before.sections) == 1
    again = press(grown, layout).value
    assert again is not None
    assert again.pdf == after.pdf


def test_figures_are_seen_from_the_text_that_names_them(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    """Wherever a chapter begins, and whatever it takes: in a book of single pages, some are overleaf."""
    picture = books.png(tmp_path / "grey.png", 400, 240)
    chapters = []
    for n in range(6):
        lead = "".join(books.filler(3 + at, 3) for at in range(26 + n))
        see = f'<p id="see{n}" data-line="40">It is in <a class="ref" href="#fig{n}">Figure {n}</a>.</p>'
        figure = f'<figure id="fig{n}" data-line="41"><img src="{picture.key}" alt="Grey" width="100%"></figure>'
        rest = "".join(books.filler(42 + at, 3) for at in range(4 + 3 * (n % 3)))
        chapters.append(f"{lead}{see}{figure}{rest}")
    book = books.with_chapters(sample, chapters)
    book = replace(book, images={**book.images, picture.key: picture})
    overleaf, begins = {}, {}
    for sides in ("single", "double"):
        options = HandbookOptions(page="7x9.25", sides=sides, opening="any")
        made = press(replace(book, handbook=options), layout, cache=books.KEPT).value
        assert made is not None
        index = {name: anchor.index for name, anchor in made.page_map.anchors.items()}
        overleaf[sides] = [
            n for n in range(6) if (index[f"see{n}"] + 1) // 2 != (index[f"fig{n}"] + 1) // 2
        ]
        begins[sides] = {index[f"c{n + 1}"] % 2 for n in range(6)}
    assert overleaf["single"]
    assert overleaf["double"] == []
    assert begins["double"] == {0, 1}


def test_a_turned_page_is_set_as_one_that_was_laid_out_there(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    """Text, footnotes and all that stands in the margins. What spans the notes column is laid out for both sides."""
    wide = f'<div class="wide" data-line="5">{books.filler(6, 2)}</div>'
    for extra in ("", wide):
        # One chapter of text, and another that makes the book keep a notes column.
        noted = (
            f'<aside class="aside" data-line="3"><p>Beside the point.</p></aside>{books.filler(4)}'
        )
        book = books.with_chapters(sample, [books.filler(4, 90) + extra, noted])
        ready = prepare(book, layout).value
        assert ready is not None
        draft = next(draft for draft in ready.drafts if draft.name == "chapter-c1")
        pages = []
        for verso in (False, True):
            styles, text = ready.styles[draft.tab], draft.filled(None)
            fragment = compile_section(draft.section(text, styles, ready.files, verso=verso))
            if extra:
                assert fragment.turns is None
                continue
            # A layout that needs more than this for its other side has all sections laid out twice.
            assert fragment.turns is not None
            placements = [Placement(fragment if verso else turned(fragment))]
            path = tmp_path / f"{verso}.pdf"
            linked = link(placements, paginate(placements), Metadata("", "en"), files=ready.files)
            path.write_bytes(linked.pdf)
            pages.append(words(path))
        for ours, theirs in zip(*pages, strict=True) if pages else ():
            assert [word for _, word in ours] == [word for _, word in theirs]
            for (box, _), (other, _) in zip(ours, theirs, strict=True):
                assert box == pytest.approx(other, abs=0.01)


def test_code_and_what_it_prints_stand_at_the_same_edges(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    """Where one of them spans the notes column; code by itself does so for its own sake."""
    note = '<aside class="aside" data-line="3"><p>Beside the point.</p></aside>'
    text = books.filler(4, 12)
    blocks = [("alone1", 20, text), ("code1", 75, ""), ("prints1", 20, text), ("code2", 20, "")]
    blocks += [("prints2", 75, text), ("alone2", 75, text)]
    html = "".join(
        f'<pre data-line="{n}"><code>{name}{"x" * long}\n</code></pre>{after}'
        for n, (name, long, after) in enumerate(blocks, 5)
    )
    ready = prepare(books.with_chapter(sample, note + text + html), layout).value
    assert ready is not None
    draft = next(draft for draft in ready.drafts if draft.name == "chapter-only")
    found = re.findall(
        r'(?s)<pre [^>]*class="([^"]*)".*?(alone\d|code\d|prints\d)', draft.filled(None)
    )
    spans = {name: "wide" in classes.split() for classes, name in found}
    assert spans == {
        name: name in ("code1", "prints1", "code2", "prints2", "alone2") for name, _, _ in blocks
    }


def test_facts_of_a_skill_take_one_line(sample: Book, layout: Layout, tmp_path: Path) -> None:
    """The summary stands on the line of the grid right below them."""
    book = replace(sample, handbook=HandbookOptions(page="7x9.25"))
    result = read(book, layout, tmp_path)
    page = words(result.path)[result.handbook.page_map.anchors["skill-sql"].index]
    # Base lines as far as the boxes of words of one font tell.
    facts = next(box for box, word in page if word.upper() == "CORE")
    summary = next(box for box, word in page if word == "Ask")
    assert 10 < summary[3] - facts[3] < 16


def test_notes_stand_at_the_outer_edge_beside_their_text(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    """On both sides; text at the spine, what is wide over both; none at a heading, none away from its paragraph."""
    # Words that tell where each block begins.
    note = '<aside class="aside" data-line="3"><p>note{n} beside the point, of some length.</p></aside>'
    text = f'<p data-line="4">text{{n}} {books.FILLER * 3}</p>'
    wide = f'<div class="wide" data-line="5"><p>wide{{n}} {books.FILLER * 2}</p></div>'
    blocks = [
        *[
            note + text + (wide if n % 5 == 2 else "") + text.replace("text", "more")
            for n in range(24)
        ],
        # A note that ends its section goes up, and one without room is a box.
        *[text + note + '<h2 id="h{n}">head{n}</h2>' for n in range(24, 30)],
    ]
    html = "".join(block.replace("{n}", f"{n:02}") for n, block in enumerate(blocks))
    result = read(books.with_chapter(sample, html), layout, tmp_path)
    assert result.diagnostics == ()
    assert overlaps(result.path) == []
    sides = set()
    for index, page in enumerate(words(result.path)):
        found = {
            word: box for box, word in page if re.fullmatch(r"(note|text|more|wide|head)\d\d", word)
        }
        for word, box in found.items():
            left, top = box[0] / MM, box[1]
            # The paper is 210 mm wide: 22 to the spine, 122 of text, 5 between, 46 of notes, 15 to the edge.
            recto = index % 2 == 0
            places = {"note": 149, "wide": 22} if recto else {"note": 15, "wide": 15}
            wanted = places.get(word[:4], 22 if recto else 66)
            if word[:4] != "head":
                assert left == pytest.approx(wanted, abs=6.5), (word, index)
            if word[:4] == "note":
                sides.add(recto)
                beside = found.get(f"text{word[4:]}")
                assert beside is not None, word
                assert abs(top - beside[1]) < 2 * 15
    assert sides == {True, False}


def test_roman_numbers_in_the_contents_do_not_depend_on_a_guess(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    """How many pages the contents have is not known at first, and a preface after them has its number in them."""
    names = [f"only--{n}" for n in range(150)]
    html = "".join(
        f'<h2 id="{n}"><span class="number">1.1</span> A heading</h2><p>Words.</p>' for n in names
    )
    headings = tuple(make(Heading, n, 2, "1.1", "A heading", "A heading") for n in names)
    preface = books.chapter("preface", "", "Preface", books.filler(3, 2))
    book = replace(books.with_chapter(sample, html, headings=headings), front=(preface,))
    cache = Cache(tmp_path / "cache")
    first, again = (press(book, layout, cache=cache).value for _ in range(2))
    assert first is not None
    assert again is not None
    assert first.pdf == again.pdf


def test_a_layout_of_which_the_sides_differ_in_more_has_them_all_the_same(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    """Where the text of left-hand pages is narrower, a chapter that begins there is laid out for that side."""
    chapters = [books.filler(3, 30), books.filler(3, 90)]
    options = HandbookOptions(page="7x9.25", opening="any")
    book = replace(books.with_chapters(sample, chapters), handbook=options)
    own = tmp_path / "own" / "handbook" / "custom.css"
    own.parent.mkdir(parents=True)
    own.write_text("@page :left { margin-left: 40mm }")
    narrower = Layout("narrower", (tmp_path / "own", *layout.folders), layout.settings)
    cache = Cache(tmp_path / "cache")
    made, again = (press(book, narrower, cache=cache).value for _ in range(2))
    assert made is not None
    assert again is not None
    assert made.pdf == again.pdf
    (tmp_path / "made.pdf").write_bytes(made.pdf)
    start = made.page_map.anchors["c2"].index
    assert start % 2 == 1
    lefts = [box[0] / MM for box, _ in words(tmp_path / "made.pdf")[start]]
    # All but the thumb tab.
    assert sum(left < 39 for left in lefts) <= 1
    assert min(left for left in lefts if left > 30) == pytest.approx(40, abs=1)


def test_a_part_of_one_chapter_has_no_page_of_its_own(pressed: Pressed) -> None:
    places = pressed.handbook.page_map.anchors
    assert places["part-lists"].index == places["records"].index
    assert "PARTII" in "".join(pressed.page("records").split()).upper()
    with pikepdf.open(pressed.path) as pdf, pdf.open_outline() as outline:
        part = next(item for item in outline.root if item.title == "Part II. Lists")
        assert [item.title for item in part.children] == ["3. Records"]


def test_short_lists_run_on(pressed: Pressed) -> None:
    places = pressed.handbook.page_map.anchors
    assert places["list-of-figures"].index == places["handbook:contents"].index
    assert places["handbook:abbreviations"].index == places["handbook:glossary"].index


def test_the_notes_column_is_there_for_notes(sample: Book, layout: Layout, tmp_path: Path) -> None:
    """A4 with asides here and there keeps a column for them; otherwise the text takes the room."""
    assert has_notes(sample)
    lone = '<aside class="aside" data-line="3"><p>Beside the point.</p></aside>'
    some = lone + books.filler(4, 40)
    assert has_notes(books.with_chapter(sample, some))
    assert not has_notes(books.with_chapter(sample, some + books.filler(50, 400)))
    plain = books.with_chapter(sample, books.filler(3, 30))
    assert not has_notes(plain)
    long = f'<aside class="aside" data-line="3"><p>{books.FILLER * 4}</p></aside>'
    assert not has_notes(books.with_chapter(sample, long))
    result = read(plain, layout, tmp_path)
    page = words(result.path)[result.handbook.page_map.anchors["only"].index]
    # The thumb tab is at the edge of the paper.
    text = [box for box, _ in page if box[2] < 195 * MM]
    left, right = min(box[0] for box in text), max(box[2] for box in text)
    assert (right - left) / MM == pytest.approx(146, abs=3)


@pytest.mark.parametrize("size", ["A5", "7x9.25", "Letter"])
def test_profiles_stand_whole_below_each_other(
    sample: Book, layout: Layout, tmp_path: Path, size: str
) -> None:
    """Across the page, of which they leave little empty."""
    [towns] = sample.profiles
    profiles = tuple(
        make(
            Profile, f"t{n}", f"Town {n}", "Germany", f"s{n}x " * 40,
            tuple((f"f{n}x", "so many") for m in range(4)),
        )
        for n in range(24)
    )  # fmt: skip
    book = replace(sample, profiles=(replace(towns, profiles=profiles),))
    result = read(replace(book, handbook=HandbookOptions(page=size)), layout, tmp_path)
    pages = words(result.path)
    parted = set()
    for n in range(24):
        places = [
            (page, box)
            for page, found in enumerate(pages)
            for box, word in found
            if word in (f"s{n}x", f"f{n}x")
        ]
        assert len(places) == 44
        text = [box for _, box in places]
        assert max(box[2] for box in text) - min(box[0] for box in text) > 80 * MM, n
        on = [page for page, _ in places]
        if on[0] != on[-1]:
            # A page ends with it that would be left empty for a seventh otherwise.
            parted.add(on[0])
            assert {on.count(page) for page in set(on)} <= {2, 42}, n
            # Its name stands again above what is left.
            said = " ".join(word for _, word in pages[on[-1]])
            assert f"Town {n} (continued)" in said
    # A page of A5 holds two and a half.
    assert len(parted) <= 4


def contents_of(
    sample: Book, layout: Layout, where: Path, size: str, names: Sequence[Sequence[str]]
) -> Sequence[Sequence[tuple[str, Box]]]:
    """Pages from the contents on, of a book with chapters of sections."""
    chapters = tuple(
        books.chapter(
            f"c{c}", str(c + 1), f"No. {c}",
            "".join(f'<h2 id="c{c}--s{n}" data-line="{n}">{name}</h2>' for n, name in enumerate(own)),
            headings=tuple(make(Heading, f"c{c}--s{n}", 2, "", name, name) for n, name in enumerate(own)),
        )
        for c, own in enumerate(names)
    )  # fmt: skip
    book = books.with_chapters(sample, [""])
    part = replace(book.parts[0], chapters=chapters)
    labels = {c.id: Label(c.id, "chapter", c.id, c.title, c.number) for c in chapters}
    book = replace(book, parts=(part,), labels=labels, handbook=HandbookOptions(page=size))
    result = read(book, layout, where)
    start = result.handbook.page_map.anchors["handbook:contents"].index
    return [
        [(word, box) for box, word in page if word.startswith("Part")]
        for page in words(result.path)[start:]
    ]


def test_in_one_column_the_sections_of_a_chapter_go_on_over_the_page_in_the_contents(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    """The contents end at the foot of their pages, and no section stands alone."""
    names = [[f"Part{c}of{n}" for n in range(26)] for c in range(6)]
    first, second = contents_of(sample, layout, tmp_path, "A5", names)[:2]
    assert max(box[3] for _, box in first) > 170 * MM
    for own in names:
        here = {word for word, _ in first} & set(own)
        assert len(here) not in {1, len(own) - 1}
    assert {word for word, _ in second}.isdisjoint({word for word, _ in first} - {"Part"})


def test_in_two_columns_the_sections_of_a_chapter_stay_together_in_the_contents(
    sample: Book, layout: Layout, tmp_path: Path
) -> None:
    names = [[f"Part{c}of{n}" for n in range(9 + c)] for c in range(11)]
    pages = contents_of(sample, layout, tmp_path, "7x9.25", names)[:3]
    for own in names:
        places = {
            (number, round(box[0]))
            for number, page in enumerate(pages)
            for word, box in page
            if word in own
        }
        assert len(places) == 1, own
