"""Lines that are broken and painted from the shapes of words are those that Pango makes."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from tests.pdf.documents import STYLES as STYLES_OF_ALL
from tests.pdf.documents import section

from guidepress.pdf import compile_section
from guidepress.pdf.engine import patching
from guidepress.pdf.engine.words import COUNTS

TEXT = """
the of and in a to is it as on for with internationalization idempotent representation office affluent Table AVATAR To
Ty. “quoted” “a (see (p. 12), [ref] well-known client/server e.g. https://example.org/a-b/c_d?e=f 1,024.5 3–4 5—6 — …
• ‘so’ isn't don’t naïve Łódź café ≠ x² ½ A_B ! ? ; %s C++ #5 @x $1 & < > {} a/b/c co_operate 中文 שלום привет fi ffl
Wä Î
"""
TOKENS = [*TEXT.split(), "A\u00a0B", "co\u00adoperate"]
MARKS = ("{}", "{}", "{}", "<em>{}</em>", "<code>{}</code>", "<strong>{}</strong>", "<a href='#x'>{}</a>",
         "<span style='font-size: 80%'>{}</span>", "<u style='text-decoration: underline'>{}</u>")  # fmt: skip
STYLES = (
    "text-align: justify",
    "text-align: justify; hyphenate-limit-chars: 4 2 2",
    "text-align: justify; hyphens: none",
    "text-align: right; overflow-wrap: anywhere",
    "text-align: justify; font-kerning: none; overflow-wrap: break-word",
    "text-align: justify; hyphenate-limit-zone: 20%; hyphenate-character: '='",
    "text-align: justify; white-space: pre-line",
    "float: left; margin-right: 5mm",
    "text-align: justify; text-indent: 5mm; font-feature-settings: 'onum'",
    "text-align: justify; lang: de; font-variant-caps: small-caps",
)


def paragraphs(seed: int, count: int) -> str:
    """Paragraphs of all kinds, in all widths; elements begin and end with a space, without one, and in words."""
    some = random.Random(seed)
    pieces = []
    for number in range(count):
        words = []
        for _ in range(some.randrange(4, 40)):
            run = " ".join(some.choices(TOKENS, k=some.randrange(1, 6)))
            inner = some.choice(("", " ")) + run.replace("&", "&amp;").replace("<", "&lt;")
            words.append(some.choice(MARKS).format(inner + some.choice(("", " "))))
        text = some.choice((" ", " ", "")).join(words)
        width = some.randrange(60, 290)
        style = some.choice(STYLES)
        pieces.append(f'<p style="width: {width}pt; {style}" id="p{seed}-{number}">{text}</p>')
    return "".join(pieces)


@pytest.mark.parametrize("seed", range(4))
def test_any_text_in_any_width(seed: int) -> None:
    text = section("one", f"<h1>T</h1>{paragraphs(seed, 40)}")
    quick = compile_section(text)
    with patching.without("words"):
        assert compile_section(text) == quick


CODE = """
def load(self): x -> y => != == <= >= // /* */ -- ++ ... fi ffl ffi :: := |> 0xff __init__ 'a' "b" a,b a, [0] {} ( ) ;
@a #b $c %d ^e &f *g a.b() AVATAR To. 1,024 w/o — …
"""
KEPT = ("pre-wrap", "pre", "nowrap", "pre; overflow: hidden", "pre-wrap; overflow-wrap: anywhere")


@pytest.mark.parametrize("ligatures", ["none", "normal"])
def test_any_text_whose_spaces_or_lines_are_kept(ligatures: str) -> None:
    """Also in narrow cells, which are as wide as their longest word."""
    some = random.Random(5)
    tokens = CODE.split()
    pieces = []
    for number in range(60):
        runs = []
        for _ in range(some.randrange(1, 9)):
            run = some.choice((" ", "  ", "")).join(some.choices(tokens, k=some.randrange(1, 5)))
            escaped = run.replace("&", "&amp;").replace("<", "&lt;")
            edges = some.choice(("", " ", "   ")), some.choice(("", " ", "  ", "\n"))
            runs.append(some.choice(MARKS).format(escaped.join(edges)))
        style = f"font: 7pt {some.choice(('Mono', 'Serif'))}; white-space: {some.choice(KEPT)}"
        width = some.randrange(60, 290)
        text = "".join(runs)
        pieces.append(f'<p style="width: {width}pt; {style}">{text}</p>')
        pieces.append(
            f'<table style="hyphens: {some.choice(("none", "manual", "auto"))}; overflow-wrap:'
            f' {some.choice(("normal", "break-word"))}"><tr><td>{text}<td style="{style}">{number}'
            f"<td>{some.choice(tokens[:9])} {some.choice(tokens[:9])}<td>{TEXT[number]}</table>"
        )
    styles = (*STYLES_OF_ALL, f"p, td {{ font-variant-ligatures: {ligatures} }}")
    text = section("one", f"<h1>T</h1>{''.join(pieces)}", styles=styles)
    quick = compile_section(text)
    with patching.without("words"):
        assert compile_section(text) == quick


def test_lines_of_code_and_cells_are_not_left_to_pango() -> None:
    line = (
        "<span>def </span><b>load{0}</b><span>(self{0}, </span><i>n{0}</i><span>)  -> {0}:</span>\n"
    )
    row = "<tr><td>word{0}<td>two{0} words{0}<td style='white-space: nowrap'>12{0}"
    code = "".join(line.format(number) for number in range(40))
    rows = "".join(row.format(number) for number in range(40))
    text = section("one", f"<h1>T</h1><pre>{code}</pre><table style='hyphens: none'>{rows}</table>")
    before = COUNTS.copy()
    compile_section(text)
    done = COUNTS - before
    assert done["broken"] > 9 * done["left"]


MANY_STYLES = """
from guidepress.pdf import compile_section
from guidepress.pdf.engine.words import COUNTS
from tests.pdf.documents import section

sizes = [5 + index / 100 for index in range(600)]

def compile(text, sizes):
    return compile_section(section("one", "".join(f"<p style='font-size: {size}pt'>{text}</p>" for size in sizes)))

first = compile("many sizes", sizes[:40])
for start in range(40, 600, 40):
    compile("many sizes", sizes[start : start + 40])
compile("other words", sizes[:40])
assert compile("many sizes", sizes[:40]) == first
before = COUNTS.copy()
compile("new words", sizes[:40])
print((COUNTS - before)["left"] < 5)
"""


def test_fonts_outlive_those_that_pango_keeps() -> None:
    """It forgets the font of a style after those of 256 others: what has shapes of words in it would be left with the
    address of a font that is gone. In a process of its own, which that would end.
    """
    done = subprocess.run([sys.executable, "-c", MANY_STYLES], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_spacing_of_whole_pixels() -> None:
    """Pango keeps spaces whole that are wider by a whole number of pixels, and by an odd half of one at the ends."""
    words = "<em>ab </em>cd<em> ef </em>gh ij kl mn<br>"
    rows = "".join(
        f'<p style="width: {number / 4 + 90}px; text-align: justify; font: 10px Mono; hyphens: none">{words}end</p>'
        for number in range(200)
    )
    text = section("one", f"<h1>T</h1>{rows}")
    quick = compile_section(text)
    with patching.without("words"):
        assert compile_section(text) == quick


def test_most_lines_of_prose_are_not_left_to_pango() -> None:
    words = [
        "Sending",
        "the",
        "request",
        "twice",
        "leaves",
        "the",
        "server",
        "as",
        "sending",
        "it",
        "once,",
        "in",
        "groups",
        "of",
    ]
    some = random.Random(1)
    prose = "".join(
        f'<p style="text-align: {align}">{" ".join(some.choices(words, k=150))}</p>'
        for align in ("left", "justify")
        for _ in range(10)
    )
    before = COUNTS.copy()
    compile_section(section("one", f"<h1>T</h1>{prose}"))
    done = COUNTS - before
    # Justified lines are not broken one by one.
    assert done["broken"] > 9 * done["left"]
    assert done["painted"] > 9 * done["left unpainted"]


def test_page_numbers_keep_their_place_in_justified_lines() -> None:
    words = "A line with a reference (p. <span data-page='x'>88</span>) in the middle of it. "
    text = section("one", f"<h1 id='x'>T</h1><p style='text-align: justify'>{words * 9}</p>")
    quick = compile_section(text)
    with patching.without("words"):
        assert compile_section(text) == quick
