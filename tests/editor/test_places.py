"""Places: columns in the units of the protocol, and what the cursor is at in Markdown and in YAML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position

from guidepress.diagnostics import Span
from guidepress.editor.context import context
from guidepress.editor.positions import Text
from guidepress.editor.schemas import ITEM, spot

TEXTS = st.text(st.sampled_from("ab é😀\n\r\u2028\x0c"), max_size=30)


@given(TEXTS, st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_each_character_has_a_place_and_back(text: str, encoding: str) -> None:
    """Lines end where the protocol says, and at no other character that Python's `splitlines` knows."""
    counted = Text(text, encoding)
    for number, line in enumerate(counted.lines, 1):
        for column in range(1, len(line) + 2):
            position = counted.position(number, column)
            assert position.line == number - 1
            assert len(
                line[: column - 1].encode(f"{encoding}-le" if encoding != "utf-8" else encoding)
            ) == (position.character * {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding])
            assert counted.place(position) == (number, column)


@given(TEXTS, st.integers(-1, 9), st.integers(-1, 40), st.integers(0, 9))
def test_a_span_of_another_text_is_somewhere_in_this(
    text: str, line: int, column: int, length: int
) -> None:
    """What the editor shows is newer than the problem, perhaps."""
    counted = Text(text)
    found = counted.range(Span("a.md", line, column, length))
    assert 0 <= found.start.line == found.end.line < len(counted.lines)
    assert (
        found.start.character
        <= found.end.character
        <= len(counted.line(found.end.line + 1).encode("utf-16-le")) // 2
    )
    counted.place(Position(line + 1, column + 1))


def marked(text: str) -> tuple[list[str], int, int]:
    before = text[: text.index("‸")]
    return (
        text.replace("‸", "").split("\n"),
        before.count("\n") + 1,
        len(before.rsplit("\n", 1)[-1]) + 1,
    )


@pytest.mark.parametrize(
    ("text", "kind", "owner", "word", "prefix"),
    [
        ("a [b](#c-‸d) e", "link", "", "#c-d", "#c-"),
        ("a [b](x.md#‸", "link", "", "x.md#", "x.md#"),
        ('[b](x‸.md "t")', "link", "", "x.md", "x"),
        ("a ‸[b](#c)", None, "", "", ""),
        ("![b](i‸mg.png)", "picture", "", "img.png", "i"),
        ("/// fig‸", "block", "", "fig", "fig"),
        ("> /// ‸", "block", "", "", ""),
        ("/// stage | f‸oo", "argument", "stage", "foo", "f"),
        ("/// card | Q?\n    hi‸nt: x", "option", "card", "hint", "hi"),
        ("/// card | Q?\n    id: x\n    tags: [a, b‸c]", "option-value", "card", "bc", "b"),
        ("/// card | Q?\n    id: x\n\n    hint: ‸", None, "", "", ""),
        ("```\n/// fig‸\n```", None, "", "", ""),
        ("```\na\n```\n\n/// fig‸", "block", "", "fig", "fig"),
        ("---\nsta‸ge: x\n---\n", "front-key", "", "stage", "sta"),
        ("---\nstage: x‸y\n---\n", "front-value", "stage", "xy", "x"),
        ("a {{ na‸me }} b", "variable", "", "name", "na"),
        ("plain ‸words", None, "", "", ""),
    ],
)
def test_in_markdown(text: str, kind: str | None, owner: str, word: str, prefix: str) -> None:
    found = context(*marked(text))
    if kind is None:
        assert found is None
        return
    assert found is not None
    assert (found.kind, found.owner, found.word, found.prefix) == (kind, owner, word, prefix)
    lines, line, column = marked(text)
    assert lines[line - 1][found.start - 1 :].startswith(word)
    assert found.start + len(prefix) == column


@pytest.mark.parametrize(
    ("text", "path", "in_value", "given"),
    [
        ("ti‸", (), False, set()),
        ("a: 1\n‸\nb: 2", (), False, {"a", "b"}),
        ("stages:\n  - id: x\n    ‸\n    hours: 1\n  - id: y\n    title: z", ("stages", ITEM), False, {"id", "hours"}),
        ("stages:\n  - ‸\n    hours: 1", ("stages", ITEM), False, {"hours"}),
        ("stages:\n- id: x\n  needs: [a, ‸]", ("stages", ITEM, "needs", ITEM), True, set()),
        ("stages:\n- id: x\n  needs:\n  - ‸", ("stages", ITEM, "needs", ITEM), False, set()),
        ("a:\n  b:\n    c: x‸\n", ("a", "b", "c"), True, set()),
        ("a:\n  b: 1\n# note\n\n  ‸", ("a",), False, {"b"}),
        ("products:\n  cards: {sheet: A4, ‸", ("products", "cards"), False, {"sheet"}),
        ("products:\n  cards: {sheet: A4, flip: ‸}", ("products", "cards", "flip"), True, {"sheet", "flip"}),
        ("a: {b: [{c: 1}, {d: ‸", ("a", "b", ITEM, "d"), True, {"d"}),
    ],
)  # fmt: skip
def test_in_yaml(text: str, path: tuple[str | int, ...], in_value: bool, given: set[str]) -> None:
    found = spot(*marked(text))
    assert (found.path, found.in_value) == (path, in_value)
    assert set(found.given) == given


@given(st.text(st.sampled_from("a:-[]{}#'\" \n|/`()!"), max_size=40), st.data())
def test_no_text_is_too_broken(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    line = data.draw(st.integers(1, len(lines)))
    column = data.draw(st.integers(1, len(lines[line - 1]) + 1))
    context(lines, line, column)
    spot(lines, line, column)
