"""Trees are walked and made anew; what does not change is shared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.contents import content

from guidepress.content import Content, Element, Node, Text
from guidepress.content.html import VOID, read, write
from guidepress.content.walk import (
    elements,
    joined,
    line,
    line_of,
    placed,
    rewrite,
    text,
    trimmed,
    words,
)

_WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
_LEAVES = _WORDS.map(Text)
# Elements that libxml2 nests as they are written.
NODES = st.recursive(
    _LEAVES,
    lambda below: st.builds(
        Element,
        st.sampled_from(["div", "em", "span", "strong", "br"]),
        st.dictionaries(st.sampled_from(["class", "title", "lang"]), _WORDS, max_size=2),
        st.lists(below, max_size=3).map(joined),
        st.integers(0, 9),
    ).map(lambda one: replace(one, children=()) if one.name in VOID else one),
    max_leaves=12,
)
TREES = st.lists(NODES, max_size=4).map(joined)


@given(TREES)
def test_html_says_all_of_a_tree(nodes: tuple[Node, ...]) -> None:
    assert read(write(nodes)) == nodes


@given(TREES)
def test_what_does_not_change_is_shared(nodes: tuple[Node, ...]) -> None:
    assert rewrite(nodes, lambda _, new: new) is nodes


@given(TREES)
def test_the_words_stay_where_tags_go(nodes: tuple[Node, ...]) -> None:
    bare = rewrite(nodes, lambda _, new: new.children)
    assert text(bare) == text(nodes)
    assert all(isinstance(node, Text) for node in bare)
    assert len(bare) < 2


def test_visitors_see_children_first_and_the_element_as_it_was() -> None:
    seen = []

    def visit(old: Element, new: Element) -> Element | tuple[Node, ...]:
        seen.append((old.name, text(old.children), text(new.children)))
        return (Text("X"),) if old.name == "b" else new

    made = rewrite(content("<p>a <b>b</b> c</p>").nodes, visit)
    assert seen == [("b", "b", "b"), ("p", "a b c", "a X c")]
    assert write(made) == "<p>a X c</p>"


def test_line_is_that_of_the_nearest_element() -> None:
    nodes = content(
        '<ul data-line="3"><li><em>x</em></li><li data-line="4"><em>y</em></li></ul><b>z</b>'
    ).nodes
    found = {words(one.children): line_of(one, above) for one, above in placed(nodes)}
    assert (found["x"], found["y"], found["z"]) == (3, 4, 0)


def test_words_of_blocks_stay_apart_and_letters_of_a_word_together() -> None:
    nodes = content("<p>one</p><ul><li>two<br>t<em>hr</em>ee</li></ul><pre>four</pre>").nodes
    assert line(nodes) == "one two three four"
    assert line(nodes, lambda element: element.name == "pre") == "one two three"


def test_trimmed() -> None:
    nodes = content(" a <b> b </b> ").nodes
    assert write(trimmed(nodes)) == "a <b> b </b>"


def test_nothing_is_false_and_a_template_prints_html() -> None:
    assert not Content()
    assert content("<b>&amp;</b>").__html__() == "<b>&amp;</b>"
    assert [one.name for one in elements(content("<p><b>x</b></p><i></i>").nodes)] == [
        "p",
        "b",
        "i",
    ]
