"""CHANGES.md keeps what an author wrote around its sections."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from guidepress.release.changes import section, with_section

HEADINGS = st.sampled_from(["1 (2025-01-01)", "2 (2026-01-01)", "2"])


def test_sections_are_put_in_their_place() -> None:
    one = with_section("", "1", section("1", None))
    assert one == "# Changes\n\n## 1\n\n- the first release\n"
    both = with_section(one, "2", "## 2\n\n- more\n")
    assert both == "# Changes\n\n## 2\n\n- more\n\n## 1\n\n- the first release\n"
    assert (
        with_section(both, "1", "## 1\n\n- other\n")
        == "# Changes\n\n## 2\n\n- more\n\n## 1\n\n- other\n"
    )
    assert with_section(both, "2", "## 2\n\n- other\n") == both.replace("more", "other")


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(HEADINGS, st.text(st.characters(exclude_characters="#\r"), max_size=20)),
        max_size=6,
    )
)
def test_once_more_changes_nothing(releases: list[tuple[str, str]]) -> None:
    text = "Intro ## no heading\n"
    for heading, words in releases:
        made = f"## {heading}\n\n- {words}\n"
        text = with_section(text, heading, made)
        assert with_section(text, heading, made) == text
        assert text.count(f"## {heading}\n") == 1
        assert text.startswith("Intro ## no heading\n")
