"""Formulas as Anki has them: TeX that MathJax gets whole, and a card for each gap, in the real Anki."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.deck.books import book, pressed
from tests.deck.collection import Learner
from tests.project import Project

from guidepress.book.model import Card
from guidepress.deck.packed import read_apkg
from guidepress.maths import Drawing, Drawings

TEX = {
    "fraction": r"\frac{a}{\sqrt{b_{c}}}",
    "cases": r"\begin{cases} 1 & x < 0 \\ {2} & \text{else} \end{cases}",
    "signs": r"a < b \& c > d",
    "braces": r"{{x}}^{{y}}",
    "colons": r"a :: b, a::b",
    "words": r"\text{std::vector} {x}",
    "special": r"\left[\$\right] [a]",
}


def cards(tmp_path: Path, text: str) -> tuple[Card, ...]:
    """The cards of a chapter of this text."""
    return Project(tmp_path / "guide").chapter(f"# One\n\n{text}").book().cards


def cloze(id: str, text: str) -> str:
    return f"/// cloze\n    id: {id}\n{text}\n///\n\n"


def squeezed(tex: str) -> str:
    """TeX without what means nothing in it: spaces, and empty groups in words; of a card what is seen at first."""
    tex = re.sub(r'data-cloze="[^"]*"', "", tex)
    return re.sub(r"\s|\{\}", "", html.unescape(tex))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\(E = ==mc^2==\)", r"\(E = {{c1::mc^2}}\)"),
        (r"==\(E = mc^2\)==", r"{{c1::\(E = mc^2\)}}"),
        (r"==\(\frac{a}{b_{c}}\)==", r"{{c1::\(\frac{a}{b_{c} }\)}}"),
        (r"\(\frac{==a==}{==b==}\)", r"\(\frac{ {{c1::a}} }{ {{c2::b}} }\)"),
        (r"\(x^==\frac{a}{b}== y\)", r"\(x^{ {{c1::\frac{a}{b} }} } y\)"),
        (r"\(\sqrt==x==\)", r"\(\sqrt{ {{c1::x}} }\)"),
        (r"==\(a::b \text{x::y} < \&\)==", r"{{c1::\(a: :b \text{x:{}:y} &lt; \&amp;\)}}"),
        (r"\({{x}}\) ==y==", r"\({ {x} }\) {{c1::y}}"),
        (r"so \[a ==b==\]", r"so \[a {{c1::b}}\]"),
    ],
)
def test_written_for_anki(tmp_path: Path, text: str, expected: str) -> None:
    deck, _ = pressed(book(*cards(tmp_path, cloze("one", text))))
    found = read_apkg(deck.apkg).value
    assert found is not None
    (note,) = found.notes.values()
    assert note.get("Text") == f"<p>{expected}</p>"


def test_a_display_is_a_block(tmp_path: Path) -> None:
    text = "/// card | What?\n    id: one\n\\[\na < b\n\\]\n///\n"
    deck, _ = pressed(book(*cards(tmp_path, text)))
    found = read_apkg(deck.apkg).value
    assert found is not None
    (note,) = found.notes.values()
    assert note.get("Back") == r"<div>\[a &lt; b\]</div>"


@pytest.mark.parametrize("name", TEX)
def test_the_real_anki_shows_it_whole(
    tmp_path: Path, learner: Callable[[], Learner], name: str
) -> None:
    """On a question, in the open beside a gap, inside of a gap, and around one: as many cards as computed."""
    tex = TEX[name]
    made = cards(
        tmp_path,
        f"/// card | What is \\({tex}\\)?\n    id: front\nIt is \\({tex}\\).\n///\n\n"
        + cloze("open", f"Here is \\({tex}\\) and ==there==.")
        + cloze("whole", f"Here is ==\\({tex}\\)== and ==there==.")
        + cloze("inside", f"Here is \\(f = =={tex}== + g\\) and ==there==."),
    )
    deck, _ = pressed(book(*made))
    anki = learner()
    anki.take(deck.apkg)
    assert [len(anki.cards(key)) for key in ("front", "open", "whole", "inside")] == [1, 1, 2, 2]
    assert deck.cards == 6
    assert anki.empty_cards() == []
    whole = squeezed(f"\\({tex}\\)")
    assert whole in squeezed(anki.cards("front")[0].question())
    assert whole in squeezed(anki.cards("front")[0].answer())
    assert whole in squeezed(anki.cards("open")[0].question())
    first, second = anki.cards("whole")
    assert whole in squeezed(first.answer())
    assert squeezed(tex) not in squeezed(first.question())
    assert whole in squeezed(second.question())
    first, second = anki.cards("inside")
    around = squeezed(f"\\(f={tex}+g\\)")
    assert around in squeezed(first.answer())
    assert squeezed(r"\(f=[...]+g\)") in squeezed(first.question())
    assert around in squeezed(second.question())


@pytest.mark.parametrize("name", TEX)
def test_what_anki_gets_is_still_tex(tmp_path: Path, name: str) -> None:
    """Our own engine reads what keeps braces and colons apart, and draws the same."""
    (card,) = cards(tmp_path, cloze("one", f"==\\({TEX[name]}\\)== x"))
    deck, _ = pressed(book(card))
    found = read_apkg(deck.apkg).value
    assert found is not None
    (note,) = found.notes.values()
    match = re.search(r"\{\{c1::\\\((.*)\\\)\}\}", note.get("Text"))
    assert match is not None
    written, authored = (Drawings().of(tex, False) for tex in (html.unescape(match[1]), TEX[name]))
    assert isinstance(authored, Drawing)
    assert written == authored


def test_gaps_that_keep_their_numbers(tmp_path: Path) -> None:
    """The lock remembers the TeX of a gap."""
    (card,) = cards(tmp_path, cloze("one", r"\(E = ==mc^2==\) ==\(p\)=="))
    deck, _ = pressed(book(card))
    assert deck.lock.notes["one"].clozes == ("mc^2", r"\(p\)")


@pytest.mark.parametrize(
    "text",
    [
        "/// card | What?\n    id: one\n    tags: [typed]\n\\(x\\)\n///\n",
        "/// cloze\n    id: one\n    tags: [typed]\nIt is ==\\(x\\)==.\n///\n",
    ],
)
def test_a_formula_cannot_be_typed(tmp_path: Path, text: str) -> None:
    assert Project(tmp_path / "guide").chapter(f"# One\n\n{text}").codes() == ["card-typed"]
