"""What structure elements become, from boxes as a layout would make them."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element as Source

import pytest

from guidepress.pdf.tags import ROLES, Annotation, Box, Content, Element, Tree, build

BLOCKS = frozenset(ROLES) - {"a", "code", "kbd", "q", "samp"} | {"body", "dd", "dt", "main"}


class Layout:
    """Boxes for a piece of XHTML: a box for each element, and one with a mark for each text.

    `<page/>` starts a new page, and whatever it stands in goes on there. List items get markers.
    """

    def __init__(self, source: str) -> None:
        self.root = ElementTree.fromstring(f"<body>{source}</body>")
        self.words: list[str] = []
        self.pages: list[Box] = []
        self.path: list[Source] = []
        self.open: list[Box] = []
        self.turn()
        self.visit(self.root)

    def turn(self) -> None:
        self.open = []
        for element in self.path:
            self.enter(element)

    def enter(self, element: Source) -> None:
        tag = element.tag
        box = Box(element, tag, block=tag in BLOCKS, marker="disc", repeated=tag == "thead")
        box.link = tag == "a" and "href" in element.attrib
        if box.link:
            box.annotations.append(element.get("href"))
        box.colspan = int(element.get("colspan", "1"))
        if tag == "img":
            box.bounds = (1.0, 2.0, 3.0, 4.0)
            box.mark = self.mark("image")
        if self.open:
            self.open[-1].kids.append(box)
        else:
            self.pages.append(box)
        self.open.append(box)

    def mark(self, words: str) -> int:
        self.words.append(words)
        return len(self.words) - 1

    def text(self, words: str | None) -> None:
        if words and words.strip():
            element = self.path[-1]
            self.open[-1].kids.append(
                Box(element, element.tag, mark=self.mark(" ".join(words.split())))
            )

    def visit(self, element: Source) -> None:
        if element.tag == "page":
            heads = [box for box in self.open if box.tag == "table"]
            self.turn()
            for head in heads:
                self.repeat(head)
            return
        self.path.append(element)
        self.enter(element)
        if element.tag == "li" and element.get("class") != "plain":
            marker = Box(element, "li::marker", kids=[Box(element, "li::marker")])
            marker.kids[0].mark = self.mark("*")
            self.open[-1].kids.append(marker)
        self.text(element.text)
        for kid in element:
            self.visit(kid)
            self.text(kid.tail)
        self.path.pop()
        self.open.pop()

    def repeat(self, table: Box) -> None:
        """Repeat a table's head at the top of the page."""
        head = next((kid for kid in table.kids if kid.tag == "thead"), None)
        here = next((box for box in self.open if box.source is table.source), None)
        if head and here:
            here.kids.insert(0, self.copy(head))

    def copy(self, box: Box) -> Box:
        mark = None if box.mark is None else self.mark("again")
        kids = [self.copy(kid) for kid in box.kids]
        return Box(box.source, box.tag, kids, mark, block=box.block, repeated=box.repeated)

    def tree(self) -> Tree:
        return build([[page] for page in self.pages], "en", "")

    def show(self, element: Element | Content | Annotation) -> str:
        if isinstance(element, Content):
            return self.words[element.mark]
        if isinstance(element, Annotation):
            return f"@{element.target}"
        facts = [
            *(f"{key}={value}" for key, value in element.attributes.items() if key != "BBox"),
            *([f"lang={element.language}"] if element.language else []),
            *([f"alt={element.alternative}"] if element.alternative else []),
            *([f"e={element.expansion}"] if element.expansion else []),
        ]
        described = f"[{' '.join(facts)}]" if facts else ""
        return f"{element.role}{described}({' '.join(self.show(kid) for kid in element.kids)})"


def shown(source: str) -> str:
    layout = Layout(source)
    return layout.show(layout.tree().root).removeprefix("Part(").removesuffix(")")


DISC = "L[ListNumbering=Disc]"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>one <em>two</em> three</p>", "P(one two three)"),
        ("<p>press <kbd>Esc</kbd></p>", "P(press Code(Esc))"),
        ("<main><section><h1>t</h1></section></main>", "Sect(H1(t))"),
        ("<div>bare <b>text</b><p>p</p>more</div>", "Div(P(bare text) P(p) P(more))"),
        ("<custom>text</custom>", "P(text)"),
        ("<pre><code>x</code></pre>", "P(Code(x))"),
        ("<blockquote>q</blockquote>", "BlockQuote(P(q))"),
        ("<p></p><div><span/></div>", ""),
        # languages, abbreviations
        ('<p lang="fr">oui</p>', "P[lang=fr](oui)"),
        ('<p lang="en">yes</p>', "P(yes)"),
        ('<p>a <i lang="la">b</i></p>', "P(a Span[lang=la](b))"),
        ('<p><abbr title="World">W</abbr></p>', "P(Span[e=World](W))"),
        # links
        ('<p><a href="#x">a <code>b</code></a></p>', "P(Link(@#x a Code(b)))"),
        ('<p><a id="x">no link</a></p>', "P(no link)"),
        ('<div><a href="#x">a</a></div>', "Div(P(Link(@#x a)))"),
        ('<p><a href="#x">a<page/>b</a></p>', "P(Link(@#x a @#x b))"),
        # images
        ('<p>an <img alt="A  box"/></p>', "P(an Figure[alt=A box](image))"),
        ('<p>an <img class="math" alt="x^2"/></p>', "P(an Formula[alt=x^2](image))"),
        ('<p>an <img alt=""/></p>', "P(an)"),
        ('<p>an <img alt="x" role="presentation"/></p>', "P(an)"),
        ('<p>a <b aria-hidden="true">b</b></p>', "P(a)"),
        (
            '<figure><img alt="A"/><figcaption>c</figcaption></figure>',
            "Div(P(Figure[alt=A](image)) Caption(c))",
        ),
        # lists
        ("<ul><li>a</li></ul>", f"{DISC}(LI(Lbl(*) LBody(a)))"),
        ("<ul><li><p>a</p><p>b</p></li></ul>", f"{DISC}(LI(Lbl(*) LBody(P(a) P(b))))"),
        (
            "<ul><li>a<ul><li>b</li></ul>c</li></ul>",
            f"{DISC}(LI(Lbl(*) LBody(a {DISC}(LI(Lbl(*) LBody(b))) c)))",
        ),
        ('<ul><li class="plain">a</li></ul>', f"{DISC}(LI(LBody(a)))"),
        ("<ul>stray<li>a</li></ul>", f"{DISC}(LI(LBody(stray)) LI(Lbl(*) LBody(a)))"),
        ("<li>a</li>", "Div(P(* a))"),
        ("<ul><li>a<page/>b</li></ul>", f"{DISC}(LI(Lbl(*) LBody(a b)))"),
        (
            "<dl><dt>t</dt><dd>a</dd><dd>b</dd><div><dt>u</dt><dt>v</dt><dd>c</dd></div></dl>",
            "L(LI(Lbl(t) LBody(a Div(P(b)))) LI(Lbl(u) Lbl(v) LBody(c)))",
        ),
        (
            '<nav role="doc-toc"><ul><li class="plain"><a href="#x">x</a></li></ul></nav>',
            "Sect(TOC(TOCI(Reference(Link(@#x x)))))",
        ),
        (
            '<nav role="doc-toc"><ol><li>a<ol><li>b</li></ol></li></ol></nav>',
            "Sect(TOC(TOCI(Lbl(*) Reference(a) TOC(TOCI(Lbl(*) Reference(b))))))",
        ),
        # tables
        (
            "<table><tbody><tr><td>a</td></tr></tbody><caption>c</caption></table>",
            "Table(Caption(c) TBody(TR(TD(a))))",
        ),
        (
            "<table><thead><tr><th colspan='2'>h</th></tr></thead>"
            "<tbody><tr><th>r</th><td></td></tr></tbody></table>",
            "Table(THead(TR(TH[ColSpan=2 Scope=Column](h))) TBody(TR(TH[Scope=Row](r) TD())))",
        ),
        (
            "<table><thead><tr><th>h</th></tr></thead>"
            "<tbody><tr><td>a<page/>b</td></tr><tr><td>c</td></tr></tbody></table>",
            "Table(THead(TR(TH[Scope=Column](h))) TBody(TR(TD(a b)) TR(TD(c))))",
        ),
    ],
)
def test_structure(source: str, expected: str) -> None:
    assert shown(source) == expected


def test_a_paragraph_over_pages_is_one() -> None:
    assert shown("<p>one<page/>two</p><p>three</p>") == "P(one two) P(three)"


def test_a_repeated_head_is_an_artifact() -> None:
    layout = Layout(
        "<table><thead><tr><th>h</th></tr></thead><tbody><tr><td>a</td></tr><page/>"
        "<tr><td>b</td></tr></tbody></table>"
    )
    again = layout.words.index("again")
    assert layout.tree().artifacts == {(1, again)}


def test_a_note_is_read_where_it_is_called() -> None:
    page = ElementTree.fromstring("<body><p>text<span>note</span> on</p></body>")
    paragraph, note = page[0], page[0][0]
    boxes = [
        Box(
            paragraph,
            "p",
            [
                Box(paragraph, "p", mark=0),
                Box(note, "span::footnote-call", [Box(note, "span::footnote-call", mark=1)]),
                Box(paragraph, "p", mark=2),
            ],
            block=True,
        ),
        Box(
            note,
            "span",
            [
                Box(note, "span::footnote-marker", mark=3),
                Box(note, "span", mark=4),
            ],
            block=True,
        ),
    ]
    layout = Layout("")
    layout.words = ["text", "1", "on", "1.", "note"]
    root = build([boxes], "en", "").root
    assert layout.show(root) == "Part(P(text Reference(1) Note(Lbl(1.) note) on))"


def test_images_without_description_are_named() -> None:
    layout = Layout('<p><img src="a.png"/><img src="b.png" alt=""/></p>')
    tree = layout.tree()
    assert tree.undescribed == ["a.png"]
    assert len(tree.artifacts) == 2


def test_no_level_of_headings_is_skipped() -> None:
    """PDF/UA-1, 7.4.2: a heading that stands too deep for what precedes it is taken up, the others keep their level."""
    layout = Layout("".join(f"<h{level}>x</h{level}>" for level in (1, 4, 3, 4, 2, 5, 6)))
    tree = build([layout.pages], "en", "T")
    roles = [e.role for e in tree.root.walk() if e.role.startswith("H")]
    assert roles == ["H1", "H2", "H3", "H4", "H2", "H3", "H4"]
