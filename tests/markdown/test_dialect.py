"""Every construct of the dialect: fixtures/*.md."""

from __future__ import annotations

import pytest
from tests.markdown.cases import ALWAYS, Case, all_cases, outcome

from guidepress.markdown import convert


@pytest.mark.parametrize("case", all_cases(), ids=str)
def test_case(case: Case) -> None:
    sections = outcome(convert(case.source, "text.md"))
    wanted = dict.fromkeys(ALWAYS, "") | case.expected
    assert {name: sections[name] for name in wanted} == wanted
