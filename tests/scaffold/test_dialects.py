"""What other tools write in their own way: understood where the meaning is plain, and reported where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress.markdown import convert
from guidepress.scaffold import adopt
from tests.fidelity import compare

DIALECTS = Path(__file__).parent / "dialects"
DOCS = Path(__file__).parents[2] / "docs"
# What a reader must never see of another tool's marks.
RAW = (
    ":::",
    "{{<",
    "{%",
    "[[",
    "???",
    '=== "',
    "export const",
    "import Tabs",
    "TabItem",
    ":rocket:",
    "$x",
    "(label)=",
)


def translated(tmp_path: Path, text: str, name: str = "a.md", **others: str) -> str:
    """The text of a file as it is in the guide."""
    book = tmp_path / "book"
    book.mkdir()
    (book / name).write_text(text, "utf-8")
    for file, content in others.items():
        (book / file.replace("__", ".")).write_text(content, "utf-8")
    adopt(tmp_path / "guide", book)
    return (tmp_path / "guide/source/chapters/a.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Docusaurus, VuePress, Quarto
        (":::note\nText\n:::", "/// note\nText\n///"),
        (":::tip Own *title*\nText\n:::", "/// tip | Own *title*\nText\n///"),
        (":::warning[Bracketed]\nText\n:::", "/// warning | Bracketed\nText\n///"),
        ("::: info\nText\n:::", "/// note\nText\n///"),
        ("::: details More\nText\n:::", "/// details | More\nText\n///"),
        ("::::note\n:::tip\nText\n:::\n::::", "//// note\n/// tip\nText\n///\n////"),
        ("::: {.callout-tip title=\"T\"}\nText\n:::", "/// tip | T\nText\n///"),
        ("::: {.callout-note}\n## T\nText\n:::", "/// note | T\n\nText\n///"),
        ("- a\n\n  :::note\n  Text\n  :::", "- a\n\n  /// note\n  Text\n  ///"),
        ("```md\n:::note\n:::\n```", "```md\n:::note\n:::\n```"),
        # Material
        ('??? note "T"\n    Text', '!!! note "T"\n    Text'),
        ("???+ abstract\n    Text", '!!! note "Abstract"\n    Text'),
        ("!!! danger\n    Text :rocket:\n\n    More :rocket:", "!!! danger\n    Text 🚀\n\n    More 🚀"),
        ('!!! info inline end "T"\n    Text', '!!! note "T"\n    Text'),
        ('=== "A"\n\n    x\n\n=== "B"\n\n    y', "**A**\n\nx\n\n**B**\n\ny"),
        ("Press ++ctrl+alt+del++.", "Press <kbd>Ctrl</kbd>+<kbd>Alt</kbd>+<kbd>Del</kbd>."),
        ("/// info | T\nText\n///", "/// note | T\nText\n///"),
        ("//// tab | A\n\n/// check\nText\n///\n\n////", "**A**\n\n/// tip | Check\nText\n///"),
        ("::: a.b.C\n    :docstring:\n    :members: x\n\n::: a.b", "\n\n\n\n"),
        # Git
        ("<<<<<<< HEAD\nOurs\n=======\nTheirs\n>>>>>>> 18b1314\n\nText", "\nOurs\n\nTheirs\n\n\nText"),
        # javascript.info
        ("````smart header=\"T `x`\"\nText\n```js run\nx\n```\n````", "/// note | T `x`\nText\n```js run\nx\n```\n///"),
        ("```warn\nText\n```\n\n```online\nText\n```", "/// warning\nText\n///\n\n\n\n"),
        ("```quote author=\"A B\"\nText\n```", "\n> Text\\\n> \u2014 A B"),
        ("```compare\n+ a\n- b\n```", "\n+ a\n- b\n"),
        ("```js\n*!*\nlet a;\n*/!*\nlet *!*b*/!*;\n```", "```js\nlet a;\nlet b;\n```"),
        ('[iframe src="a" height=10]\n\n[codetabs src="x" y]\n\n[demo]', "\n\n\n\n"),
        ("## T [#t-1]\n\nText [x]", "## T {#t-1}\n\nText [x]"),
        # Shortcodes, Liquid
        ("{{< note >}}\nText\n{{< /note >}}", "/// note\nText\n///"),
        ('{{% alert title="T" color="x" %}}\nText\n{{% /alert %}}', "/// warning | T\nText\n///"),
        ('{{< figure src="a.png" alt="An A" >}}', "![An A](a.png)"),
        ('{% hint style="info" %}\nText\n{% endhint %}', "/// note\nText\n///"),
        ("{% highlight ruby %}\nx = :rocket:\n{% endhighlight %}", "```ruby\nx = :rocket:\n```"),
        ("[b]({% link b.md %}) {{ site.baseurl }}", "[b](b.md) "),
        ("`{{< note >}}` and `{% if %}`", "`{{< note >}}` and `{% if %}`"),
        # MyST
        ("```{note} T\nText\n```", "/// note | T\nText\n///"),
        ("```{code-block} python\nx\n```", "```python\nx\n```"),
        ("```{figure} a.png\n:alt: An A\nCaption\n```", "![An A](a.png)\n\n\n"),
        ("(label)=\nSee {ref}`label` and {ref}`words <label>`.",
         '<a id="label"></a>\nSee [](#label) and [words](#label).'),
        # Wikis, contents, emoji
        ("[[_TOC_]]\n\n[TOC]\n\n* TOC\n{:toc}", "\n\n\n\n\n"),
        ("[[b]] [[b|words]] [[words|b]]", "[b](b.md) [words](b.md) [words](b.md)"),
        ("[[b#Some Head]]", "[b](b.md#some-head)"),
        ("[[nowhere]]", "nowhere"),
        ("a :rocket: `:rocket:` 10:30:20 :material-x: :no-such-emoji:", "a 🚀 `:rocket:` 10:30:20  :no-such-emoji:"),
        # Formulas
        ("Costs $5, $10 and $x^2$; `$y$`, \\$z\\$.", "Costs $5, $10 and \\(x^2\\); `$y$`, \\$z\\$."),
        ("$$\n\\begin{align}\na &= b\n\nc\n\\end{align}\n$$",
         "\\[\n\\begin{aligned}\na &= b\n%\nc\n\\end{aligned}\n\\]"),
        ("- item\n  $$x$$", "- item\n  \\[x\\]"),
        ("He \\[sic\\] \\(said\\) \\(x^2\\)", "He &#91;sic&#93; &#40;said&#41; \\(x^2\\)"),
        ("$HOME/$PATH and US$6 for $5-$10", "$HOME/$PATH and US$6 for $5-$10"),
        # Attributes, slashes
        ('[x](https://e.org){ target=_blank .big } ![](a.png){ loading=lazy width="300" }',
         '[x](https://e.org){: .big } ![](a.png){: width="300" }'),
        ("/// <summary>\n/// Text", "&#47;// <summary>\n&#47;// Text"),
        ("/// note | T\nText\n///", "/// note | T\nText\n///"),
        # Links of sites
        ("[b](b) [b](/b/) [b](./b.html#x) [b](../book/b.md)", "[b](b.md) [b](b.md) [b](b.md#x) [b](../book/b.md)"),
        ('<a href="b/">b</a>\n\n[r]: /b', '<a href="b.md">b</a>\n\n[r]: b.md'),
        ("![x](my picture.png)", "![x](<my picture.png>)"),
        ('<iframe src="https://e.org/v" width="1"></iframe>', "<https://e.org/v>"),
        ("<div markdown>\n\n**x**\n\n</div>", "\n\n**x**\n\n"),
        ("```mermaid\ngraph\n```", "```text\ngraph\n```"),
        ("a <!-- c -->\nb <!-- d -->c `<!-- e -->`\n\n<!-- f -->", "a\nb c `<!-- e -->`\n\n<!-- f -->"),
        # Vue's components; types and placeholders are no components
        ('Vec<String> <your-name> <Badge text="new" />', "Vec<String> <your-name> new"),
        ("<<<\n\n<T>\n", "<<<\n\n<T>\n"),
    ],
)  # fmt: skip
def test_translation(tmp_path: Path, text: str, expected: str) -> None:
    """Each construct, with what is beside it."""
    got = translated(tmp_path, f"# A\n\n{text}\n", b__md="# B\n\n## Some head\n")
    assert got.rstrip("\n") == f"# A\n\n{expected}".rstrip("\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import A from './a'\nimport {\n  B,\n} from 'b'\n\nText", "\n\n\n\n\nText"),
        ("export const x = {\n  a: 'b',\n}\n\nText", "\n\n\n\nText"),
        ("import is a word\n\nexports are, too", "import is a word\n\nexports are, too"),
        ("a {/* gone\nstill */} b", "a \n b"),
        ('<Tabs>\n  <TabItem value="x" label="X">\n\n    Text\n\n  </TabItem>\n</Tabs>', "\n**X**\n\nText\n\n\n"),
        ("<Note>\n\nText\n\n</Note>", "/// note\n\nText\n\n///"),
        ('<Admonition type="tip" title="T">\n\nText\n\n</Admonition>', "/// tip | T\n\nText\n\n///"),
        ("<Image src={require('./a.png').default} alt=\"An A\" />", "![An A](./a.png)"),
        ('<Link to="/b">words</Link>', '<a href="b.md">words</a>'),
        ("<div className=\"c\" style={{color: 'red'}}>\n\nText\n\n</div>", '<div class="c">\n\nText\n\n</div>'),
        ("{'a text'}{\" \"}more", "a text more"),
        ("<Own a={b}>\n\nkept\n\n</Own>\n\n<Alone x={1}\n  y={2} />", "\n\nkept\n\n\n\n\n"),
        ("    indented text", "    indented text"),
        ("```jsx\nimport A from 'a'\n<Tabs>{x}</Tabs>\n```", "```jsx\nimport A from 'a'\n<Tabs>{x}</Tabs>\n```"),
        ("<head>\n  <title>T</title>\n</head>\n\nText", "\n\n\n\nText"),
        (
            '<Listing number="4-1" file-name="a.rs" caption="A `b`">\n\nText\n\n</Listing>',
            "**Listing 4-1: A `b` (a.rs)**\n\nText\n\n",
        ),
    ],
)  # fmt: skip
def test_mdx(tmp_path: Path, text: str, expected: str) -> None:
    """Programs go, what components say stays."""
    got = translated(tmp_path, f"# A\n\n{text}\n", "a.mdx", b__md="# B\n")
    assert got.rstrip("\n") == f"# A\n\n{expected}".rstrip("\n")


def test_front_matter_of_other_tools(tmp_path: Path) -> None:
    """Keys that guidepress would take for its own are comments; no line moves."""
    text = "---\nid: My_Id\ntitle: 'A: b'\ntags:\n  - x\nlayout: post\n---\n# A\n"
    got = translated(tmp_path, text)
    assert got == "---\n# id: My_Id\n# title: 'A: b'\n# tags:\n#   - x\nlayout: post\n---\n# A\n"
    assert convert(got, "a.md").diagnostics == ()


@pytest.mark.parametrize(
    "front", ["a: [b", "a: b: c", "a: 1\na: 2", "- x", "a: !tag x", "a:\tb", "{{ x }}"]
)
def test_front_matter_that_cannot_be_read(tmp_path: Path, front: str) -> None:
    """It is a comment as a whole, and the build has nothing to say of it."""
    got = translated(tmp_path, f"---\n{front}\n---\n# A\n")
    assert convert(got, "a.md").diagnostics == ()


def test_encodings_and_control_characters(tmp_path: Path) -> None:
    """Files of Windows, and characters that no document can hold."""
    book = tmp_path / "book"
    book.mkdir()
    (book / "a.md").write_bytes("# Café\x07\n\n“Quoted”\n".encode("cp1252"))
    (book / "b.md").write_bytes("# Zwei\n".encode("utf-16"))
    adopt(tmp_path / "guide", book)
    chapters = tmp_path / "guide/source/chapters"
    assert (chapters / "a.md").read_text("utf-8") == "# Café\n\n“Quoted”\n"
    assert (chapters / "b.md").read_text("utf-8") == "# Zwei\n"
    report = (tmp_path / "guide/ADOPTED.md").read_text("utf-8")
    assert "the control character U+0007: 1\n  - `a.md`:1" in report
    assert "the encoding was cp1252, it is UTF-8 now: 1" in report


def test_what_is_not_understood_is_reported(tmp_path: Path) -> None:
    """With file and line."""
    text = "# A\n\n<Own />\n\n{{< odd x >}}\n\n::: strange\nx\n:::\n\n[[gone]]\n\n```mermaid\n```\n\n{{ x.y }}\n"
    translated(tmp_path, text)
    report = (tmp_path / "guide/ADOPTED.md").read_text("utf-8")
    section = report[report.index("## Not understood: 6") :]
    for line in (3, 5, 7, 11, 13, 16):
        assert f"  - `a.md`:{line}\n" in section, line


def test_no_line_moves() -> None:
    """Over all dialects: a text has as many lines as before."""
    from guidepress.scaffold.books.adopting import Wishes, read_book

    book = read_book(DIALECTS, Wishes(), lambda *_: None)
    assert len(book.pages) > 6
    for name, page in book.pages.items():
        assert len(page.lines) == len((DIALECTS / name).read_text("utf-8").split("\n")), name


def test_nothing_is_printed_raw(tmp_path: Path) -> None:
    """No mark of another tool reaches a reader, but in code."""
    adopt(tmp_path / "guide", DIALECTS)
    for path in (tmp_path / "guide/source/chapters").rglob("*.md"):
        document = convert(path.read_text("utf-8"), path.name).value
        assert document is not None
        shown = " ".join(_prose(document.content.html).split())
        for mark in RAW:
            assert mark not in shown, (path.name, mark)


def _prose(html: str) -> str:
    from lxml import html as lxml_html

    root = lxml_html.fromstring(f"<div>{html}</div>")
    for element in list(root.iter("pre", "code")):
        element.drop_tree()
    return str(root.text_content())


@pytest.mark.parametrize("folder", [DOCS, DIALECTS], ids=["docs", "dialects"])
def test_fidelity(folder: Path) -> None:
    """Everything that GitHub shows of the files is in the guide, or the report says where it went."""
    result = compare(folder)
    assert result.before.total() > 60
    assert result.unexplained == ()
    if folder == DOCS:
        assert result.differences == ()


def test_unquoted_attributes() -> None:
    """As browsers read them: the slash is of the address."""
    for text in ("<a href=http://x/>words</a> after", "<p><a href=http://x/?a=b>words</a> after"):
        document = convert(text, "a.md")
        assert document.value is not None
        assert '">words</a> after' in document.value.content.html
        assert 'href="http://x/' in document.value.content.html


def test_articles_in_folders(tmp_path: Path) -> None:
    """The only page of a folder comes before the folders below it and names their part; answers come last."""
    book = tmp_path / "book"
    for name, text in {
        "index.md": "# B\n\nText [b](info:beta#x), <info:task/beta>, [c](/beta), [d](info:gone), [m](mdn:js/Map).",
        "1-alpha/article.md": "# First\n\nText",
        "1-alpha/1-ask/task.md": "importance: 5\n\n---\n\n# Ask\n\nText",
        "1-alpha/1-ask/solution.md": 'Text\n\n[js src="x.js"]\n\n[html src="gone.html" height=9]',
        "1-alpha/1-ask/x.js": "let x;\n",
        "02-beta/article.md": "# Second\n\nText",
    }.items():
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        (book / name).write_text(text)
    adopt(tmp_path / "guide", book)
    guide = (tmp_path / "guide/source/guide.yaml").read_text()
    names = ["index.md", "alpha/article.md", "ask/task.md", "ask/solution.md", "beta/article.md"]
    places = [guide.index(name) for name in names]
    assert places == sorted(places)
    assert 'title: "First"' in guide
    assert (tmp_path / "guide/source/chapters/index.md").read_text() == (
        "# B\n\nText [b](02-beta/article.md#x), [](02-beta/article.md), [c](02-beta/article.md), [d](info:gone), "
        "[m](mdn:js/Map)."
    )
    task = (tmp_path / "guide/source/chapters/1-alpha/1-ask/task.md").read_text()
    assert task == "\n\n\n\n# Ask\n\nText"
    shown = (tmp_path / "guide/source/chapters/1-alpha/1-ask/solution.md").read_text()
    assert shown == "Text\n\n```js\nlet x;\n```\n"
    report = (tmp_path / "guide/ADOPTED.md").read_text()
    assert "a link to an article that is not there: 1" in report
    assert "a link to `mdn:…`, which is not an address; only its text is printed: 1" in report


def test_files_that_other_tools_include(tmp_path: Path) -> None:
    """Markdown as text, the rest as code; from the folder of the page, of the pages, or of the settings."""
    book = tmp_path / "book"
    (book / "docs/en").mkdir(parents=True)
    (book / "src").mkdir()
    (book / "mkdocs.yml").write_text("site_name: B\nnav: [en/a.md]\n")
    (book / "src/x.py").write_text("a = 1\n# --8<-- [start:two]\nb = 2\n# --8<-- [end:two]\n")
    (book / "src/text.md").write_text("Included *text*.\n")
    (book / "docs/en/a.md").write_text(
        '# A\n\n```py hl_lines="1"\n{!> ../src/x.py !}\n```\n\n{* ../../src/x.py ln[1] hl[1] *}\n\n'
        '--8<-- "src/text.md"\n\n```py\n--8<-- "src/x.py:two"\n```\n\n{! ../src/gone.py !}\n'
    )
    adopt(tmp_path / "guide", book)
    made = (tmp_path / "guide/source/chapters/docs/en/a.md").read_text()
    assert made == (
        '# A\n\n```py hl_lines="1"\na = 1\nb = 2\n```\n\n```py\na = 1\n```\n\nIncluded *text*.\n\n'
        "```py\nb = 2\n```\n\n{! ../src/gone.py !}\n"
    )
    report = (tmp_path / "guide/ADOPTED.md").read_text()
    assert "`../src/gone.py`, to be included, is not there: 1" in report


def test_mdbook(tmp_path: Path) -> None:
    """Files that it includes, by lines and by anchors; lines of Rust that it hides; its plug-in's admonitions."""
    book = tmp_path / "book"
    (book / "src").mkdir(parents=True)
    (book / "listings").mkdir()
    (book / "book.toml").write_text('[book]\ntitle = "B"\n')
    (book / "listings/a.rs").write_text(
        "use x;\n// ANCHOR: main\n# hidden();\nfn main() {}\n// ANCHOR_END: main\nlast\n"
    )
    (book / "src/SUMMARY.md").write_text("- [A](a.md)\n")
    (book / "src/a.md").write_text(
        "{{#title Other}}# A\n\n```rust\n{{#rustdoc_include ../listings/a.rs:main}}\n```\n\n"
        "```text\n{{#include ../listings/a.rs:1}}\n```\n\n{{#playground ../listings/a.rs:6}}\n\n"
        "```rust\n# fn main() {\n#[x]\nlet a = 1;\n# }\n```\n\n{{#include ../../outside.rs}}\n\n"
        '```admonish warning title="T"\nText\n```\n'
    )
    adopt(tmp_path / "guide", book)
    assert (tmp_path / "guide/source/chapters/src/a.md").read_text() == (
        "# A\n\n```rust\nfn main() {}\n```\n\n```text\nuse x;\n```\n\n```rust\nlast\n```\n\n"
        "```rust\n#[x]\nlet a = 1;\n```\n\n{{#include ../../outside.rs}}\n\n/// warning | T\nText\n///\n"
    )
    report = (tmp_path / "guide/ADOPTED.md").read_text()
    assert "`../../outside.rs`, to be included, is not there: 1\n  - `src/a.md`:20" in report
    assert "a line of Rust that mdBook hides: 2\n  - `src/a.md`:14, 17" in report
