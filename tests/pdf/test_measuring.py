"""What is remembered of measured lines: none is measured twice."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.pdf.documents import section
from tests.pdf.test_shortcuts import CASES

from guidepress.pdf import compile_section
from guidepress.pdf.engine.measuring import Line, Measures, Split


def test_nothing_is_measured_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that come again, and columns that are laid out again to be balanced, cost no new line."""
    asked: Counter[tuple[object, ...]] = Counter()
    all_of_them = Counter[str]()
    original = Measures.remembering

    def counting(self: Measures, split: Split) -> Split:
        def counted(text: str, style: object, context: object, *options: object) -> Line:
            asked[text, self._styles.number(style), *options] += 1
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
