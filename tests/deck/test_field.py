"""The short ways of writing a field: what they write is what the long way writes, or they leave it alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contents import PLACE, content

from guidepress.content import Content, Element, Formula, Gap, Image, Node, Reference, Text
from guidepress.deck import cloze
from guidepress.deck.field import canonical, field_of, is_canonical, plain_html

_TEXT = st.text(alphabet="ab &<>\"'[]{}:\\ \N{NO-BREAK SPACE}\n", max_size=6).map(Text)
_ATTRIBUTES = st.sampled_from([
    {}, {"class": "index"}, {"class": "k"}, {"href": "https://a.b/?c=1&d"}, {"href": "#x"},
    {"id": "x"}, {"data-language": "py"}, {"data-x": "1", "title": "a'b"},
])  # fmt: skip
_NAMES = st.sampled_from(["p", "a", "span", "code", "pre", "ul", "li", "em"])


def _around(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    inside = st.lists(children, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Element, _NAMES, _ATTRIBUTES, inside),
        st.builds(
            lambda found: Reference("a", {}, found, target="x", span=PLACE, anchor="x"), inside
        ),
        st.builds(
            lambda found, number, hint: Gap("mark", {}, found, number=number, hint=hint),
            inside, st.integers(1, 3), st.sampled_from(["", "", "h"]),
        ),
        st.just(Element("br")),
        st.just(Image("img", {"src": "a.png", "alt": "A"}, span=PLACE)),
        st.just(Formula("span", {"class": "math"}, (Text("x"),), tex="x", display=False, span=PLACE)),
    )  # fmt: skip


_NODES = st.lists(st.recursive(_TEXT, _around, max_leaves=8), max_size=4).map(tuple)


@settings(max_examples=400)
@given(_NODES)
def test_a_field_in_the_short_way_is_the_same(nodes: tuple[Node, ...]) -> None:
    """Words, elements and their attributes, references: the same HTML, or none."""
    field = Content(nodes)
    written = plain_html(field)
    assert written is None or written == field_of(field, {}).html


@settings(max_examples=400)
@given(_NODES)
def test_gaps_in_the_short_way_are_the_same(nodes: tuple[Node, ...]) -> None:
    """The text in Anki's syntax, what its gaps hide, what stands in view: the same, or nothing."""
    short = cloze.parse_plain(nodes)
    if short is None:
        return
    long = cloze.parse(field_of(Content(nodes), {}).tokens)
    given_numbers = {gap.number: gap.number for gap in long.gaps}
    assert short.write(given_numbers) == long.write(given_numbers)
    assert (short.gaps, short.visible) == (long.gaps, long.visible)
    assert long.plain, "only what cannot be anything else is taken"


def test_what_most_cards_are_takes_the_short_way() -> None:
    """A question with a term and code; a sentence with gaps."""
    assert plain_html(
        content('<p>What <a class="ref" href="#x">HTTP</a> <code>a</code> &lt;b?</p>')
    )
    gap = '<mark class="cloze" data-cloze="1">session state</mark>'
    assert cloze.parse_plain(content(f"<p>A server: keeps no {gap}.</p>").nodes)


def test_what_anki_could_take_for_something_takes_the_long_way() -> None:
    """A sound that is written about, and a picture."""
    assert plain_html(content("<p>Write [sound:a.mp3].</p>")) is None
    assert plain_html(content('<p><img src="a.png"></p>')) is None


_FIELDS = st.lists(
    st.text(alphabet='ab  -.:;!?<>/"\N{RIGHT SINGLE QUOTATION MARK}\n\t\x01\x1c\x1f', max_size=8)
    | st.sampled_from(["<span>a</span>", "<pre>a  b</pre>", "</span>", "a--b", "a...", "a !"]),
    max_size=4,
)


@settings(max_examples=400)
@given(_FIELDS)
def test_fields_that_pass_as_canonical_are(fields: list[str]) -> None:
    """What is taken for canonical at a glance would not be changed by any rule."""
    if is_canonical("\0".join(fields)):
        assert [canonical(field) for field in fields] == fields


def test_plain_fields_pass_as_canonical() -> None:
    """The short way is taken by what most fields are."""
    assert is_canonical("basic\0Front\0<p>What is it, then?</p>\0Back\0<p>A 1:1 copy.</p>")
