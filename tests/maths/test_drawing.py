"""TeX in, outlines out; what cannot be drawn is put in words and never raised."""

from __future__ import annotations

import subprocess
import sys
from time import process_time
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidepress.cache import Cache
from guidepress.maths import Drawing, Drawings, Invalid

DRAWN = [
    r"E = mc^2", r"\frac{a}{\sqrt{b_{c}}}", r"\begin{cases} -x & x < 0 \\ x & x \ge 0 \end{cases}",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}^{\top}", r"\sum_{i=1}^{n} i", "a < b", "a::b",
    r"\binom{\frac{a}{b}}{k}", r"\text{50\%} \& \{x\}", r"\left\lceil \frac{n}{2} \right\rceil",
    r"\mathcal{O}(n \log n)", r"\begin{aligned} a &= b \\ &= c \end{aligned}", r"\cancel{x}",
    r"\sum_{\substack{i < n \\ j < m}} x", r"\boxed{x}",
]  # fmt: skip

WRONG = {
    "": "this formula is empty",
    r"\foo x": "no command is called `\\foo`",
    r"\text{a \foo}": "no command is called `\\foo`",
    r"\frac{a}": "a fraction takes two groups: `\\frac{a}{b}`",
    "{a": "a `{` is never closed",
    "a}": "`}` closes nothing",
    "x^": "nothing follows a `^` or `_`",
    "a^b^c": "two superscripts stand at one place; put the first into braces",
    r"\left( a": "`\\left` and `\\right` do not come in pairs",
    "a & b": "`&` stands outside of an environment",
    r"a \\ b": "`\\\\` stands outside of an environment",
    r"\begin{cases} a": "`\\begin{cases}` is never closed",
    r"\begin{case} a \end{case}": "no environment is called `case`",
    r"\begin{align} a \end{align}": "`align` cannot stand in a formula, which is one already",
    r"\begin{array}{c|c} a & b \end{array}": (
        "lines between the columns or rows of an array cannot be drawn"
    ),
    r"\def\a{\a\a}\a": "`\\def` cannot be used in a formula",
    r"\color{red} x": "`\\color` cannot be used in a formula",
    "100 $": "`$` means nothing in a formula",
    "猫": "the font for formulas has no `猫`",
    r"\,": "this formula shows nothing",
    "{" * 60 + "x" + "}" * 60: "groups are nested more than 40 deep",
}


@pytest.mark.parametrize("tex", DRAWN)
def test_formulas_are_drawn(tex: str) -> None:
    drawn = Drawings().of(tex, True)
    assert isinstance(drawn, Drawing), drawn
    assert 0.3 < drawn.width < 15
    assert 0.3 < drawn.height < 5
    svg = ElementTree.fromstring(drawn.svg("#1c2024"))
    assert svg.get("fill") == "#1c2024"
    assert not [e for e in svg.iter() if "id" in e.attrib]


@pytest.mark.parametrize("tex", WRONG, ids=lambda tex: tex[:20])
def test_what_is_wrong_is_told(tex: str) -> None:
    found = Drawings().of(tex, False)
    assert isinstance(found, Invalid)
    assert found.message == WRONG[tex]


def test_a_formula_stands_on_the_base_line() -> None:
    """`x` has nothing below the line but the room around it; `y` has its tail there, a fraction half of itself."""
    depths = {}
    for tex in ("x", "y", r"\frac{a}{b}"):
        drawn = Drawings().of(tex, True)
        assert isinstance(drawn, Drawing)
        depths[tex] = drawn.depth
    assert depths["x"] < 0.05
    assert 0.2 < depths["y"] < 0.3
    assert 0.6 < depths[r"\frac{a}{b}"] < 0.8


def test_displayed_limits_stand_above_and_below() -> None:
    small, large = (Drawings().of(r"\sum_{i=1}^n", display) for display in (False, True))
    assert isinstance(small, Drawing)
    assert isinstance(large, Drawing)
    assert large.height > small.height
    assert large.width < small.width


@settings(max_examples=150)
@given(st.text(alphabet=st.sampled_from("\\{}[]()^_&$#%xab1+=<>|:.,'~ \n\u00e9\u732b")) | st.text())
def test_any_text_is_drawn_or_told(tex: str) -> None:
    assert isinstance(Drawings().of(tex, True), Drawing | Invalid)


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            [
                r"\frac", r"\sqrt", "{", "}", "{", "}", "a", "^", "_", r"\left(", r"\right)",
                r"\begin{cases}", r"\end{cases}", r"\begin{array}{cc}", r"\end{array}", "&", r"\\",
                r"\text{a}", r"\limits", r"\sum", r"\overset", r"\middle|", r"\substack", r"\genfrac",
                r"\hline", r"\not", r"\big", r"\mathrm", r"\operatorname", r"\skew", r"\sideset",
            ]
        ),
        max_size=14,
    )
)  # fmt: skip
def test_any_commands_are_drawn_or_told(pieces: list[str]) -> None:
    assert isinstance(Drawings().of(" ".join(pieces), False), Drawing | Invalid)


def test_groups_in_groups_take_no_more_than_their_share() -> None:
    """The engine alone takes twice as long for each of them."""
    start = process_time()
    Drawings().of(r"\frac{1}{1+" * 14 + "x" + "}" * 14, True)
    assert process_time() - start < 5


def test_the_same_in_every_process() -> None:
    code = (
        "import hashlib, sys; from guidepress.maths import Drawings;"
        "svg = ''.join(Drawings().of(t, True).svg('#000') for t in sys.argv[1:]);"
        "print(hashlib.sha256(svg.encode()).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code, *order],
            env={"PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed, order in (("1", DRAWN), ("2", DRAWN))
    }  # fmt: skip
    assert len(hashes) == 1


def test_the_cache_spares_the_engine(tmp_path: object) -> None:
    """A build whose formulas are known, or that has none, does not load it."""
    assert isinstance(Drawings(Cache(tmp_path)).of("x", True), Drawing)  # type: ignore[arg-type]
    code = (
        "import sys; from pathlib import Path; from guidepress.cache import Cache;"
        "from guidepress.maths import Drawings;"
        "print(Drawings(Cache(Path(sys.argv[1]))).of('x', True).width, 'ziamath' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert result.stdout.split()[1] == "False"


def test_groups_in_words_mean_nothing() -> None:
    grouped, plain = (Drawings().of(tex, True) for tex in (r"\text{a{b {c}}}", r"\text{ab c}"))
    assert grouped == plain
