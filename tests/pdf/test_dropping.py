"""Code that goes on over the page begins there with a line that has something on it."""

from __future__ import annotations

import pytest
from tests.pdf.test_feathering import FULL, HEAD, LEAD, lines, tops

# So many lines of code find room below the text.
ROOM = 10
EMPTY = frozenset(range(ROOM, ROOM + 2))


def page_of(kind: str = "") -> dict[str, tuple[int, float]]:
    """The places of the lines of code of which the first two on the second page are empty."""
    inner = "".join(
        f'<span id="c{n}" class="line" style="display: block">{chr(160) if n in EMPTY else "c"}</span>'
        for n in range(ROOM + 9)
    )
    style = f"margin: 0; padding: 0; font: 9pt/{LEAD}pt Mono"
    code = f'<pre class="code {kind}" style="{style}"><code style="display: block; font: inherit">{inner}</code></pre>'
    return tops(lines(FULL - ROOM) + code + lines(4, "q"))


def test_empty_lines_are_passed_over_at_the_head_of_a_page() -> None:
    found = page_of()
    assert found[f"c{ROOM - 1}"][0] == 0
    assert found[f"c{ROOM + 2}"] == (1, pytest.approx(0, abs=0.1))


def test_numbered_lines_stay() -> None:
    assert page_of("numbered")[f"c{ROOM + 2}"] == (1, pytest.approx(2, abs=0.1))


def test_empty_lines_within_a_page_stay() -> None:
    found = page_of()
    assert HEAD > 0
    assert found[f"c{ROOM + 4}"][1] - found[f"c{ROOM + 2}"][1] == pytest.approx(2, abs=0.1)
