"""What is remembered of measured lines changes nothing: the same pages as when each is measured anew."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.pdf.documents import difficult, section

from guidepress.pdf import Section, compile_section
from guidepress.pdf.engine.measuring import Line, Measures, Split

WORDS = (
    "A first, a second (and a third) word; some-compound “quoted” words — and ﬁnally naïve ones. "
)

CASES = {
    "difficult": difficult("one", "two"),
    "columns": f'<div style="columns: 3">{"".join(f"<p>{WORDS * n}</p>" for n in range(1, 30))}</div>',
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
    "table": "<table>"
    + "".join(f"<tr><td>{WORDS}</td><td>{row} {WORDS}</td><td>x</td></tr>" for row in range(30))
    + "</table>",
}


@pytest.mark.parametrize("name", CASES)
def test_the_same_as_without(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text: Section = section("one", f"<h1>T</h1>{CASES[name]}")
    remembered = compile_section(text)
    monkeypatch.setattr(Measures, "remembering", lambda self, split: split)
    assert compile_section(text) == remembered


def test_nothing_is_measured_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that come again, and columns that are laid out again to be balanced, cost no new line."""
    asked: Counter[tuple[object, ...]] = Counter()
    all_of_them = Counter[str]()
    original = Measures.remembering

    def counting(self: Measures, split: Split) -> Split:
        def counted(text: str, style: object, context: object, *options: object) -> Line:
            asked[text, self._key(style), *options] += 1
            return split(text, style, context, *options)

        remembering = original(self, counted)

        def whole(*arguments: object, **options: object) -> Line:
            all_of_them["calls"] += 1
            return remembering(*arguments, **options)

        return whole

    monkeypatch.setattr(Measures, "remembering", counting)
    compile_section(section("one", f"<h1>T</h1>{CASES['columns']}{CASES['flexible']}"))
    assert max(asked.values()) == 1
    assert asked.total() < all_of_them["calls"] / 2
