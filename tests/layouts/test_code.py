"""Code blocks become lines that lose nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guidepress.content.working import parse, serialize
from guidepress.layouts.code import Piece, code_lines, longest, refill


def lines(html: str) -> list[list[tuple[str, str]]]:
    found = code_lines(parse(f'<pre class="code"><code>{html}</code></pre>')[0])
    return [[(piece.text, piece.style) for piece in line] for line in found]


def test_a_span_over_several_lines_is_cut_into_them() -> None:
    assert lines('<span class="sd">"one\n two"</span> x') == [
        [('"one', "s")],
        [(' two"', "s"), (" x", "")],
    ]


def test_neighbours_of_one_style_are_one() -> None:
    assert lines('<span class="kn">from</span> <span class="k">x</span>') == [[("from x", "k")]]


def test_styles_that_nothing_shows_are_left_out() -> None:
    assert lines('<span class="n">a</span><span class="o">=</span><span class="mi">1</span>') == [
        [("a=", ""), ("1", "m")]
    ]


def test_empty_lines_stay_but_for_the_last() -> None:
    assert lines("a\n\nb\n\n") == [[("a", "")], [], [("b", "")]]
    assert lines('a\n<span class="w"> </span>\n \n') == [[("a", "")]]


def test_the_longest_line_is_measured_without_markup() -> None:
    root = parse('<pre><code>ab\n<span class="k">cde</span>f</code></pre>')
    assert longest(code_lines(root[0])) == 4
    assert longest([]) == 0


def test_what_stays_is_a_piece_of_its_own() -> None:
    root = parse('<pre><code>a <b>_</b>\nb<span class="k"><b>c</b> d</span></code></pre>')
    found = code_lines(root[0], lambda element: element.tag == "b")
    first, second = root[0].iter("b")
    assert found == [
        [Piece("a "), Piece(element=first)],
        [Piece("b"), Piece(element=second), Piece(" d", "k")],
    ]
    refill(root[0], found)
    assert serialize(root) == (
        '<pre><code><span class="line">a <b>_</b></span>'
        '<span class="line">b<b>c</b><span class="k"> d</span></span></code></pre>'
    )


def test_lines_are_marked_and_none_is_empty() -> None:
    root = parse("<pre><code>a\n\nb</code></pre>")
    refill(root[0], code_lines(root[0]), frozenset({3}))
    assert serialize(root) == (
        '<pre><code><span class="line">a</span><span class="line">\u00a0</span>'
        '<span class="line marked">b</span></code></pre>'
    )


@given(
    st.lists(
        st.text(
            st.characters(
                codec="ascii",
                exclude_characters="<>&\r\n\0\x0b\x0c",
                categories=("L", "N", "P", "Zs"),
            )
        ),
        min_size=1,
    )
)
def test_every_character_stays(code: list[str]) -> None:
    found = lines("\n".join(code))
    assert ["".join(text for text, _ in line) for line in found] == _without_last(code)


def _without_last(code: list[str]) -> list[str]:
    while code and not code[-1].strip():
        code = code[:-1]
    return code
