"""Whatever the document: no text is lost, and every element stands where its type may stand."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pdf.test_tags import Layout

from guidepress.pdf.tags import Content, Element

INLINE = ["em", "code", "a href='#x'", "span", "abbr title='t'", "q", "i lang='la'"]
BLOCK = ["p", "div", "section", "ul", "ol", "li", "dl", "dt", "dd", "table", "tbody", "thead", "tr"]
BLOCK += ["td", "th", "caption", "figure", "figcaption", "blockquote", "h2", "nav role='doc-toc'"]


def _nested(kids: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def wrap(tag: str, inner: list[str]) -> str:
        return f"<{tag}>{''.join(inner)}</{tag.split()[0]}>"

    return st.builds(wrap, st.sampled_from(INLINE + BLOCK), st.lists(kids, max_size=4))


DOCUMENTS = st.lists(
    st.recursive(
        st.sampled_from(["word", "<page/>", '<img alt="A"/>', '<img alt=""/>', "<br/>"]),
        _nested,
        max_leaves=20,
    ),
    max_size=5,
).map("".join)

ALLOWED = {
    "L": {"LI", "Caption"},
    "LI": {"Lbl", "LBody"},
    "TOC": {"TOC", "TOCI", "Caption"},
    "Table": {"Caption", "THead", "TBody", "TFoot", "TR"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TR": {"TH", "TD"},
}
PARENTS = {
    "LI": {"L"},
    "TOCI": {"TOC"},
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "LBody": {"LI"},
}


@settings(max_examples=150)
@given(DOCUMENTS)
def test_any_document(source: str) -> None:
    layout = Layout(source)
    tree = layout.tree()
    marks = [
        kid.mark for element in tree.root.walk() for kid in element.kids if isinstance(kid, Content)
    ]
    hidden = [mark for _, mark in tree.artifacts]
    assert sorted(marks + hidden) == list(range(len(layout.words)))
    for element in tree.root.walk():
        for kid in element.kids:
            if not isinstance(kid, Element):
                assert element.role not in {*ALLOWED, "Part", "Sect", "Div", "BlockQuote", "TOCI"}
                continue
            assert kid.role in ALLOWED.get(element.role, {kid.role})
            assert element.role in PARENTS.get(kid.role, {element.role})
            assert not (kid.role == "Link" and element.role == "Link")
