"""WeasyPrint's work is done in shorter ways, and comes to the same pages, byte by byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from tests.pdf.documents import FACES, FOREIGN, SCRIPTS, STYLE, STYLES, difficult, section
from weasyprint.formatting_structure.boxes import Box

from guidepress.pdf import Fragment, Section, compile_section
from guidepress.pdf.engine import flow, patching

WORDS = (
    "A first, a second (and a third) word; some-compound “quoted” words — and ﬁnally naïve ones. "
)


def _columns(blocks: Iterable[str]) -> str:
    """Blocks in columns between two paragraphs."""
    return f'<p>{WORDS}</p><div style="columns: 2">{"".join(blocks)}</div><p>{WORDS}</p>'


CASES = {
    "difficult": difficult("one", "two"),
    "columns": f'<div style="columns: 3">{"".join(f"<p>{WORDS * n}</p>" for n in range(1, 30))}</div>',
    "kept in columns": _columns(
        f'<div style="break-inside: avoid; margin: {n % 4}mm 0">{"<h3>" * (n % 3)}{WORDS * (1 + n * n % 5)}</h3></div>'
        for n in range(14)
    ),
    "heads in columns": _columns(
        f'<h3 style="break-after: avoid">{n}</h3><p style="break-inside: avoid; border-bottom: 2pt solid">'
        f"{WORDS * n}</p>"
        for n in range(1, 9)
    ),
    "notes in columns": _columns(
        f'<p style="break-inside: avoid">{WORDS * (n % 4)}<span style="float: footnote">{WORDS}</span></p>'
        f'<p style="break-inside: avoid">{WORDS * 4}<i style="position: absolute">x</i></p>'
        for n in range(1, 7)
    ),
    "flexible": "".join(
        f'<div style="display: flex; gap: 2mm"><div style="flex: 1 1 0; {style}">{WORDS}</div>'
        f'<div style="flex: 2 1 0">{WORDS.replace("word", "w&shy;ord")}</div></div>'
        for style in (
            "hyphens: none",
            "hyphens: auto",
            "overflow-wrap: anywhere",
            "word-break: break-all",
            "letter-spacing: 1pt",
            "word-spacing: 3pt",
            "white-space: pre-wrap",
            "white-space: nowrap; width: 10mm",
            "text-decoration: underline",
            "text-transform: uppercase; font-variant-caps: small-caps",
            "font: bold italic 7pt Sans",
            "text-align: justify; hyphenate-limit-chars: 4 2 2",
        )
    ),
    "decorated": "".join(
        f'<p style="{style}">{WORDS * 3}<em>{WORDS}</em></p><svg width="90" height="20">'
        f'<text x="5" y="10" letter-spacing="2" {svg}>Té<tspan>xt</tspan></text></svg>'
        for style, svg in (
            ("text-decoration: underline overline", 'text-anchor="end"'),
            ("text-decoration: line-through; text-align: justify; word-spacing: 2pt", ""),
            ("font-feature-settings: 'smcp'; font-variant-numeric: oldstyle-nums", 'rotate="4 5"'),
            ("letter-spacing: 0.4pt; font-kerning: none", 'x="1 9 20"'),
            ("word-break: break-all; hyphens: none", 'textLength="40"'),
            ("font-language-override: 'SRB'; hyphens: none; tab-size: 3; white-space: pre", ""),
            ("direction: rtl; text-align: right", 'font-weight="bold"'),
            (
                "box-sizing: border-box; width: 50%; padding: 5%; margin: -1mm 10%; border: 1pt solid",
                "",
            ),
            ("float: right; width: 30%; font-variation-settings: 'wght' 700", ""),
            ("position: relative; left: 3mm; font-size: 200%; line-height: normal", ""),
        )
    )
    + "<style>p::before { content: attr(style) } h2::after { content: leader('.') counter(page) }"
    " em::after { content: counter(page) ' ' attr(x, 'y') } .lead::first-letter { color: red }"
    " .lead::first-line { font-weight: bold } @page { @bottom-right { content: counter(page) } }</style>"
    f"<p style='overflow: hidden; text-overflow: ellipsis; white-space: nowrap'>{WORDS * 3}</p>"
    "<h2>Led</h2><p class='lead'>The first words of it</p><p class='lead'><em>Then</em> some</p>"
    "<ul><li>one</li><li style='list-style-type: square'>two</li></ul>"
    "<p>a \u200b b \u00ad c</p><p>😀 ☃ \U0010f00d</p>",
    "looks": "".join(
        f'<div style="{style}"><p id="{number}">{WORDS}<em>{WORDS}</em></p></div><p style="{style}">{WORDS}</p>'
        f'<p>in <span style="{style}; display: inline-block">{WORDS}</span> a line <b style="{style}">bold</b></p>'
        for number, style in enumerate(
            (
                "outline: 1pt dotted red; outline-offset: 2pt",
                "outline: 1pt solid; visibility: hidden",
                "border-radius: 2mm 0 1mm 3mm; background: #eee",
                "border-radius: 5% 0; border: 1pt solid",
                "border-image: linear-gradient(red, blue) 1; border-width: 2pt",
                "mask-border: linear-gradient(red, transparent) 30; border: 2pt solid",
                "background: linear-gradient(red, blue); visibility: hidden",
                "background-image: none, linear-gradient(red, transparent)",
                "box-shadow: 1pt 1pt 2pt #888",
                "columns: 2; column-rule: 1pt solid red",
                "text-decoration: underline line-through; text-decoration-thickness: 2pt",
                "transform: rotate(2deg); anchor: turned; bookmark-level: 2; bookmark-label: 'turned'",
                "color: rgba(255, 0, 0, .5); background: currentcolor; border: 1pt dashed currentcolor",
                "color: color(srgb 1 0 0); position: absolute; right: 0; opacity: .9; outline: 2pt double",
                "color: hsl(120, 50%, 50%); float: left; outline: 2pt inset; border-top: 1pt groove",
                "border-collapse: collapse; padding: 1mm 2mm; display: table",
                "margin-inline-start: 5mm; padding-block-end: 2mm; direction: rtl; border-inline-end: 1pt solid",
                "--own: 3mm; margin-left: var(--own); width: calc(50% + var(--own)); max-width: calc(40mm + 2em)",
                "all: initial; display: inherit; font-size: inherit; line-height: inherit",
                "appearance: auto; overflow: hidden; height: 4mm; z-index: 2; position: relative",
            )
        )
    ),
    "pages": "<style>@page { margin: 20mm 15vw; @top-right { content: counter(page) / counter(pages) } }"
    "@page wide { size: A5 landscape; @top-right { content: string(title) } @top-left { content: 'w' } }"
    "@page :first { @bottom-center { content: 'first' } } @page :blank { @top-center { content: 'b' } }"
    "@page :nth(3n + 1) { background: #eee; @left-middle { content: counter(page); border: 1pt solid } }"
    ".wide { page: wide } .left { break-before: left } .set { counter-reset: page 41 }"
    "h2::marker { content: 'x' } p::after { content: '' ; anchor: after } .note { float: footnote }</style>"
    + "".join(
        f"<h2 style='string-set: title content()'>{kind}</h2><p class='{kind}'>{WORDS * 30}"
        f"<span class='note'>{kind}</span></p><p>{WORDS * 30}</p>"
        for kind in ("wide", "left", "none", "set", "left wide", "none", "left", "left")
    ),
    "names": "<style>@page { @top-left { content: 'plain' } } @page a { @top-left { content: 'a' } }"
    "@page b { @top-left { content: 'b' } } .a { page: a } .b { page: b } .root { display: flow-root }"
    ".float { float: left; width: 20% } .cut { overflow: hidden } .in { display: inline-block; width: 30% }</style>"
    + "".join(
        f"<section>{first}<div class='{kind}'><p class='float'>{kind}</p><p>{WORDS}</p></div>{last}</section>"
        for first, last in (
            (
                "<div class='a'><p>in a</p></div>",
                "<div><p>x</p><div><p class='b'>in b</p></div></div>",
            ),
            ("<p class='float a'>floats</p><p>x</p>", "<p><b class='b'>in a line</b></p>"),
            (
                "<table class='a'><tr><td class='b'>1</td></tr></table>",
                "<table><tr><td class='a'>2</td></tr></table>",
            ),
            (
                "<p class='b' style='position: absolute'>placed</p>",
                "<div><div class='a'></div></div>",
            ),
            ("", "<p>x <span class='in'>in <i class='a'>a line</i></span></p>"),
        )
        for kind in ("root", "cut", "a", "in")
    ),
    "table": "<table>"
    + "".join(f"<tr><td>{WORDS}</td><td>{row} {WORDS}</td><td>x</td></tr>" for row in range(30))
    + "</table>",
}


def sections() -> Iterator[Section]:
    for name, body in CASES.items():
        yield section(name, f"<h1>T</h1>{body}")
    yield section("foreign", FOREIGN, styles=(FACES, STYLE, SCRIPTS))
    layered = "@layer a, b; @layer b { p { color: red } } @layer a { p { color: blue !important } }"
    yield section(
        "layers", '<p id="x" style="color: green">x</p><p>y</p>', styles=(*STYLES, layered)
    )


SECTIONS = {one.name: one for one in sections()}


def compiled(name: str) -> Fragment:
    return compile_section(SECTIONS[name])


@pytest.mark.parametrize("name", SECTIONS)
def test_the_same_as_without_any(name: str) -> None:
    shortened = compiled(name)
    with patching.without(*patching.SHORTCUTS):
        assert compiled(name) == shortened


@pytest.fixture(scope="module")
def difficult_one() -> Fragment:
    """With every shortcut."""
    return compiled("difficult")


@pytest.mark.parametrize("shortcut", patching.SHORTCUTS)
def test_each_can_be_left_out(shortcut: str, difficult_one: Fragment) -> None:
    with patching.without(shortcut):
        assert compiled("difficult") == difficult_one


def test_nothing_is_left_behind() -> None:
    """WeasyPrint is itself again for whoever uses it next in the process."""
    before = {
        (place.__name__, name): getattr(place, name) for place, name, _ in patching.all_patches()
    }
    compiled("layers")
    for place, name, _ in patching.all_patches():
        assert getattr(place, name) is before[place.__name__, name]


def test_an_unknown_shortcut_is_refused() -> None:
    with pytest.raises(ValueError, match="no such shortcuts: wings"), patching.without("wings"):
        pass


def test_pages_that_match_the_same_rules_share_their_styles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from weasyprint import css

    made: list[int] = []
    original = css.ComputedStyle.__init__

    def counting(style: css.ComputedStyle, *rest: object) -> None:
        made.append(1)
        original(style, *rest)

    monkeypatch.setattr(css.ComputedStyle, "__init__", counting)
    counts = []
    for pages in (4, 12):
        made.clear()
        body = "".join(f"<p style='break-after: page'>{page}</p>" for page in range(pages))
        assert compile_section(section("one", f"<h1>T</h1>{body}")).page_count >= pages
        counts.append(len(made))
    assert counts[1] < counts[0] + 12


def test_columns_are_not_tried_at_heights_at_which_nothing_else_comes_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """WeasyPrint looks for an even height by a pixel at a time."""
    from weasyprint.layout import block

    tried: list[float] = []
    original = block.block_container_layout

    def counting(
        context: object, box: Box, bottom_space: float, *rest: object, **named: object
    ) -> object:
        if box.is_column:
            tried.append(bottom_space)
        return original(context, box, bottom_space, *rest, **named)

    monkeypatch.setattr(block, "block_container_layout", counting)
    kept = "".join(f'<p style="break-inside: avoid">{WORDS * n}</p>' for n in (5, 8, 3, 9, 4))
    questions = section("questions", f'<h1>T</h1><div style="columns: 2">{kept}</div>')
    shortened = compile_section(questions)
    few = len(tried)
    with patching.without("columns"):
        assert compile_section(questions) == shortened
    print(few, len(tried))
    assert 4 * few < len(tried) - few


def test_what_is_in_a_box_is_found_in_its_order() -> None:
    from weasyprint.formatting_structure import boxes

    def box(name: str, *children: object, kind: type = list) -> boxes.Box:
        made = boxes.BlockBox(name, {}, None, [])
        made.children = kind(children)
        return made

    tree = box(
        "a", box("b", box("c"), box("d"), kind=tuple), "no box", box("e", box("f")), kind=tuple
    )
    found = [getattr(one, "element_tag", one) for one in tree.descendants()]
    shorter = [getattr(one, "element_tag", one) for one in flow.descendants(tree)]
    assert shorter == found == ["a", "b", "c", "d", "no box", "e", "f"]
