"""A process that stays takes the pages that an edit leaves as they were, and comes to the bytes of a new one."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from tests.pdf.documents import SCRIPTS, STYLES, picture, section

from guidepress.cache import encoded
from guidepress.pdf import Section, compile_section, resident
from guidepress.pdf.engine import compiling, repainting, resuming
from guidepress.pdf.engine.patching import replaced
from guidepress.pdf.workers import Workers

WORDS = "Words of running text that take some lines on a page of this size, and then some more of them. "
RUNNING = """
@page { @top-right { content: string(part) } @top-center { content: string(first, first-except) } }
h2 { string-set: part content(text) } h3 { string-set: first content(text) }
main { line-height: 13pt } main.grid p { margin: 0 }
p { text-align: justify; orphans: 2; widows: 2 } h2, h3 { break-after: avoid }
.whole { break-inside: avoid } .flex { display: flex; gap: 3mm } .apart { break-before: page }
.floats { break-inside: avoid; margin: 13pt 0 } ul { counter-reset: item } li::marker { color: red }
aside { float: right; width: 25mm; margin-left: 3mm } .placed { position: relative }
.placed span { position: absolute; right: 0 } figure { counter-increment: figure }
figcaption::before { content: "Figure " counter(figure) ": " }
"""
# Words in other scripts, and a ligature.
OTHERS = ("عربي", "ﬁ", "中文", "Ω")
# Letters that are on few pages.
LETTERS = "QXZJKVÄß%&§"
Block = Callable[[random.Random], str]


def words(dice: random.Random, most: int = 6) -> str:
    return WORDS * dice.randint(1, most) + f"{dice.randint(0, 99)}."


def table(dice: random.Random) -> str:
    return "".join(
        f"<tr><td>{row}</td><td>{words(dice, 2)}</td></tr>" for row in range(dice.randint(2, 14))
    )


def items(dice: random.Random) -> str:
    return "".join(f"<li>{words(dice, 2)}</li>" for _ in range(dice.randint(2, 12)))


def drawing(dice: random.Random) -> str:
    """A drawing with some of what can be seen through, and letters."""
    return (
        f"<svg width='90' height='40'><path fill-opacity='0.{dice.randint(3, 9)}' d='M0 0h9v9z'/>"
        f"<g opacity='{dice.choice(('1', '0.5'))}'><text x='9' y='30'>{dice.choice(LETTERS)} it</text></g></svg>"
    )


BLOCKS: tuple[Block, ...] = (
    lambda dice: f"<p>{words(dice)}</p>",
    lambda dice: f"<p>{words(dice)}</p>",
    lambda dice: f"<p>{words(dice)} As follows:</p>",
    lambda dice: f"<p>{words(dice)}<em>And {words(dice)}</em> <code>a.code()</code></p>",
    lambda dice: f"<h2>Part {dice.randint(0, 99)}</h2>",
    lambda dice: f"<h3>Of it {dice.randint(0, 99)}</h3>",
    lambda dice: f"<ul>{items(dice)}</ul>",
    lambda dice: f"<ol>{items(dice)}</ol>",
    lambda dice: "<pre>" + "a line of code\n" * dice.randint(2, 50) + "</pre>",
    lambda dice: "<pre class='whole'>" + "a line of code\n" * dice.randint(2, 30) + "</pre>",
    lambda dice: (
        f"<p>A note<span class='footnote'>{words(dice)}</span>. {words(dice)}"
        f"Another<span class='footnote'>{words(dice, 12)}</span>.</p>"
    ),
    lambda dice: (
        f"<figure class='floats'><table>{table(dice)}</table><figcaption>It</figcaption></figure>"
    ),
    lambda dice: (
        f"<figure class='floats'><div style='height: {dice.randint(20, 120)}mm'>x</div></figure>"
    ),
    lambda dice: (
        f"<p>{words(dice)} See <a class='ref' href='#f{(named := dice.randint(0, 99))}'>it</a>.</p>"
        f"<figure class='floats' id='f{named}'><div style='height: {dice.randint(20, 60)}mm'>x</div></figure>"
    ),
    lambda dice: f"<table>{table(dice)}</table>",
    lambda dice: f"<div class='flex'><p>{words(dice)}</p><p>{words(dice)}</p></div>",
    lambda dice: (
        f"<div><p>{words(dice)}</p><figure class='floats'>{words(dice)}</figure><p>{words(dice)}</p></div>"
    ),
    lambda dice: f"<aside>{words(dice, 2)}</aside><p>{words(dice)}</p>",
    lambda dice: f"<p class='placed'>{words(dice)}<span>there</span></p>",
    lambda dice: f"<p><img src='{picture()}' alt='A picture'> <a href='#top'>{words(dice)}</a></p>",
    lambda dice: f"<p class='apart' id='a{dice.randint(0, 9)}'>{words(dice)}</p>",
    lambda dice: f"<p>{dice.choice(OTHERS)} {words(dice)}</p>",
    lambda dice: (
        f"<p>See page <span data-page='there'>{dice.randint(1, 99)}</span>. {words(dice)}</p>"
    ),
    lambda dice: f"<div style='columns: 2'><p>{words(dice)}</p><p>{words(dice)}</p></div>",
    lambda dice: f"<p style='opacity: 0.{dice.randint(3, 9)}'>{words(dice, 2)}</p>",
    lambda dice: (
        f"<p style='color: rgb(9 9 9 / 0.{dice.randint(3, 9)}); outline: 1pt solid'>{words(dice)}</p>"
    ),
    lambda dice: f"<p style='background: linear-gradient(red, blue)'>{words(dice, 2)}</p>",
    lambda dice: f"<p style='background: url({picture()})'>{words(dice, 2)}</p>",
    lambda dice: f"<p>{drawing(dice)}</p>",
    lambda dice: f"<p><b>{dice.choice(LETTERS)}</b> <a href='#a{dice.randint(0, 9)}'>there</a></p>",
    lambda dice: f"<div class='continues'><p>{words(dice)}</p><p class='continued'>More</p></div>",
)


def edited(blocks: list[str], dice: random.Random) -> list[str]:
    """A guide after an author did something to it."""
    blocks = list(blocks)
    at = dice.randrange(1, len(blocks))
    match dice.randrange(6):
        case 0 | 1:
            blocks[at] = blocks[at].replace(
                "Words", dice.choice(("Some", "Very many other words", "")), 1
            )
        case 2:
            blocks.insert(at, dice.choice(BLOCKS)(dice))
        case 3 if len(blocks) > 30:
            del blocks[at]
        case 4:
            blocks.insert(dice.randrange(1, len(blocks)), blocks.pop(at))
        case _:
            blocks[at] = dice.choice(BLOCKS)(dice)
    return blocks


def chapter(blocks: list[str], *, classes: str = "", styles: tuple[str, ...] = ()) -> Section:
    lines = [block.replace("<p", f"<p data-line='{n}'", 1) for n, block in enumerate(blocks)]
    body = f"<main class='{classes}'>{''.join(lines)}</main>"
    return section("chapter", body, styles=(*STYLES, SCRIPTS, RUNNING, *styles))


@pytest.fixture(autouse=True)
def _staying() -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(replaced(compiling, "_shelf", resuming.Shelf()))
        resident.stay()
        # Other tests may have filled this process.
        stack.enter_context(replaced(resident, "MOST", float("inf")))
        yield
        resident.stay(stays=False)


def from_nothing(one: Section) -> bytes | None:
    """What a new process makes of a section."""
    with replaced(compiling, "_shelf", resuming.Shelf()):
        resident.stay(stays=False)
        made = encoded(compile_section(one))
        resident.stay()
    return made


def counted(counts: Counter[str], one: Section) -> Counter[str]:
    """What compiling a section adds to some counts; it has the bytes of a new process."""
    before = counts.copy()
    made = encoded(compile_section(one))
    added = counts - before
    assert made == from_nothing(one)
    return added


def taken(one: Section) -> tuple[int, int]:
    """How many pages of a section are taken, and how many made."""
    counts = counted(resuming.COUNTS, one)
    return counts["taken"], counts["made"]


LONG = [
    "<h1 id='top'>T</h1>",
    *(f"<h2>Part {n}</h2><p>{n} {WORDS * 5}</p><p>{WORDS * 9}</p>" for n in range(20)),
]


@pytest.mark.parametrize("seed", range(3))
def test_edits_one_after_another(seed: int) -> None:
    dice = random.Random(seed)
    blocks = ["<h1 id='top'>T</h1>", *(dice.choice(BLOCKS)(dice) for _ in range(40))]
    classes = ("spreads", "grid spreads")[seed % 2]
    compile_section(chapter(blocks, classes=classes))
    before = resuming.COUNTS["taken"]
    for _ in range(6):
        blocks = edited(blocks, dice)
        taken(chapter(blocks, classes=classes))
    assert resuming.COUNTS["taken"] > before


def test_a_word_costs_the_pages_around_it() -> None:
    compile_section(chapter(LONG))
    others = list(LONG)
    others[14] = others[14].replace("Words", "Terms", 1)
    found, made = taken(chapter(others))
    assert 1 <= made <= 4 < found


def painted(one: Section) -> tuple[int, int]:
    """Of how many pages of a section the painted content is taken, and how many are painted."""
    counts = counted(repainting.COUNTS, one)
    return counts["taken"], counts["painted"]


def changed(at: int, one: str, other: str, blocks: list[str] = LONG) -> list[str]:
    """A guide with something else in one of its blocks, or before it."""
    return [
        *blocks[:at],
        blocks[at].replace(one, other, 1) if one else other + blocks[at],
        *blocks[at + 1 :],
    ]


def test_a_word_costs_painting_the_pages_around_it() -> None:
    compile_section(chapter(LONG))
    found, made = painted(chapter(changed(14, "Words", "Terms")))
    assert 1 <= made <= 4 < found


@pytest.mark.parametrize(
    "what",
    [
        "<b>Q</b><code>fi ﬁ</code><em>f&zwnj;i ﬁ</em> <b>中文</b>",
        "<b style='font-size: 7.3pt'>QX</b> See <span data-page='there' style='font-size: 7.3pt'>12</span>",
        "<span style='color: rgb(9 9 9 / 0.4)'>seen</span> <span style='background: rgb(9 9 9 / 0.3)'>seen</span>",
        "<span style='opacity: 0.4; display: inline-block'>a group</span> <a href='#top'>a link</a>",
        "<b lang='ar' dir='rtl'>عربي</b>",
        "A note<span class='footnote'>Ü</span>",
        "<svg width='90' height='40'><text fill-opacity='.4' x='9' y='30'>ß</text></svg>",
    ],
)
def test_what_is_painted_first_on_another_page(what: str) -> None:
    """What a page finds known goes on a page before it, or comes there, in another size or for another text."""
    other = what.replace("ﬁ", "fi").replace("7.3pt", "13pt").replace("0.4", "0.6")
    late = changed(16, "Words", f"Words {what}", changed(14, "Words", f"Words {what}"))
    compile_section(chapter(changed(2, "Words", f"Words {what}", late)))
    painted(chapter(changed(2, "Words", "Terms", late)))
    painted(chapter(changed(2, "Words", f"Words {other}", late)))
    painted(chapter(changed(8, "Words", f"Words {what}", late)))


def test_figures_that_were_overleaf_are_looked_for_again() -> None:
    """In heights that lost, too, of which the ends of pages are held: edits bring figures into view, and out of it."""
    style = (
        "@page { size: 148mm 180mm } p, h2 { margin: 0; text-align: left; orphans: 1; widows: 1; font-size: 1em }",
    )
    figure = "<figure class='floats' id='f{0}'><div style='height: 50mm'>x</div></figure>"
    see = "</p><p>See <a class='ref' href='#f{0}'>it</a>.</p>"
    blocks = [
        block.replace("</p>", (see + figure).format(n), 1) if n % 3 == 1 else block
        for n, block in enumerate(LONG[:12])
    ]
    longer = set()
    for at in range(1, len(blocks), 3):
        blocks = changed(at, "Words", "Very many other words " * 5, blocks)
        for side in ("recto", "verso"):
            styles = (*style, f"html {{ break-before: {side} }}")
            one = chapter(blocks, classes="spreads", styles=styles)
            found, _ = taken(one)
            longer.add((side, compile_section(one).longer))
            # Of what is laid out for both sides, both are held.
            assert at == 1 or found
    assert len(longer) > 3


def test_heights_that_lost_are_known_to_lose() -> None:
    """Until their pages are others: one that fills its pages less, one that was given up, and one that comes to win."""
    style = (
        "@page { size: 148mm 150mm } p { margin: 0; text-align: left } pre { break-inside: avoid }",
    )
    code = f"<pre>{'a line of code<br>' * 18}</pre>"
    blocks = [block + (code if n % 2 else "") for n, block in enumerate(LONG[:16])]
    last = len(blocks) - 1
    compile_section(chapter(blocks, styles=style))
    found, made = taken(chapter(changed(last, "Words", "Terms", blocks), styles=style))
    # More than there are pages, and of the heights that lost none was laid out anew.
    assert found > 30 > 3 * made
    for at in range(2, last, 4):
        taken(chapter(changed(at, "Words", "Very many other words " * at, blocks), styles=style))
    longer = set()
    for count in range(1, last, 3):
        one = chapter(blocks[:-count], styles=style)
        taken(one)
        longer.add(compile_section(one).longer)
    assert len(longer) > 1


def test_lines_of_the_source_move_alone() -> None:
    """The pages stay; where they say that their blocks were written does not."""
    compile_section(chapter(LONG))
    moved = chapter(LONG)
    html = moved.html.replace("data-line='1", "data-line='2")
    assert taken(replace(moved, html=html))[1] == 0


def test_another_head_is_on_all_pages() -> None:
    compile_section(chapter(LONG))
    found, made = taken(chapter(["<h1 id='top'>Another</h1>", *LONG[1:]]))
    assert found > made > 0


def test_a_link_that_leads_nowhere_any_more() -> None:
    blocks = [*LONG, "<p id='end'>The end</p>"]
    blocks[2] += "<p><a href='#end'>there</a></p>"
    compile_section(chapter(blocks))
    assert taken(chapter([*blocks[:-1], "<p>The end</p>"]))[0] > 4


def test_a_style_that_comes_from_what_stands_before() -> None:
    style = ("h3 + h2 + p { margin-left: 20mm }",)
    compile_section(chapter(LONG, styles=style))
    others = [*LONG[:10], "<h3>New</h3>", *LONG[10:]]
    taken(chapter(others, styles=style))


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, styles=(*one.styles, "p { color: red }")),
        lambda one: replace(one, hyphenation=("run-ning",)),
        lambda one: replace(one, longer=5.0),
        lambda one: replace(
            one, html=one.html.replace("<head>", "<head><style>p { color: red }</style>")
        ),
        lambda one: replace(one, html=one.html.replace("<main", "<main style='color: red'")),
        lambda one: replace(one, html=one.html.replace("<html", "<html dir='rtl'")),
    ],
)
def test_what_all_pages_depend_on(change: Callable[[Section], Section]) -> None:
    compile_section(chapter(LONG))
    assert taken(change(chapter(LONG)))[0] == 0


def test_a_picture_that_is_another(tmp_path: Path) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="{0}"><path d="M0 0h9v9z"/></svg>'
    file = tmp_path / "a.svg"
    file.write_text(drawing.format(30))
    one = chapter([*LONG, "<p><img src='picture:a' alt='A drawing'></p>"])
    one = replace(one, files={**one.files, "picture:a": str(file)})
    compile_section(one)
    assert taken(one)[1] == 0
    file.write_text(drawing.format(90))
    assert taken(one)[0] == 0


def test_what_counts_pages_is_laid_out_anew() -> None:
    style = ("a::after { content: target-counter(attr(href), page) }",)
    blocks = [
        LONG[0],
        "<p><a href='#end'>the end on page </a></p>",
        *LONG[1:],
        "<p id='end'>it</p>",
    ]
    compile_section(chapter(blocks, styles=style))
    assert taken(chapter([*blocks, "<p>more</p>"], styles=style))[0] == 0


def test_a_process_that_ends_holds_nothing() -> None:
    resident.stay(stays=False)
    compile_section(chapter(LONG))
    resident.stay()
    assert taken(chapter(LONG)) == (0, 0)


def test_few_sections_are_held() -> None:
    for n in range(resident.SECTIONS + 1):
        compile_section(replace(chapter(LONG), name=f"chapter-{n}"))
    assert taken(replace(chapter(LONG), name="chapter-0")) == (0, 0)
    assert taken(replace(chapter(LONG), name=f"chapter-{resident.SECTIONS}"))[1] == 0


def test_nothing_is_held_where_memory_is_short() -> None:
    compile_section(chapter(LONG))
    with replaced(resident, "MOST", 1):
        compile_section(chapter(LONG))
    assert taken(chapter(LONG)) == (0, 0)


def who(name: str) -> int:
    return os.getpid()


def test_a_worker_gets_what_it_did_before() -> None:
    names = [f"s-{n}" for n in range(6)]
    with Workers(2, lasting=True) as workers:
        first = {names[index]: worker for index, worker in workers.run(who, names)}
        for name in (*names, *reversed(names)):
            assert list(workers.run(who, [name])) == [(0, first[name])]
