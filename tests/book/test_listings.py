"""Code with a title and a name is a listing: numbered, called by its number, its title on cards too."""

from __future__ import annotations

from tests.project import Project

from guidepress.content.walk import elements
from guidepress.content.working import parse, serialize
from guidepress.deck.field import field_of, plain_html
from guidepress.layouts.code import give_title

CHAPTER = """# One

```python title="app.py" id="app"
x = 1
```

```python title="plain.py"
x = 2
```

See [](#app).

/// card | What is it?
    id: a

```python title="b <c>.py"
y = 1
```
///
"""


def test_a_listing_is_numbered_and_called_by_its_number(project: Project) -> None:
    project.chapter(CHAPTER)
    book = project.book()
    [chapter] = book.chapters()
    [caption] = chapter.captions
    assert (caption.kind, caption.number, caption.title) == ("listing", "1.1", "app.py")
    assert book.labels["app"].kind == "listing"
    assert "See Listing 1.1" in chapter.body.words
    named, plain, *_ = elements(chapter.body.nodes, "pre")
    assert named.attributes["data-number"] == "Listing 1.1"
    assert "data-number" not in plain.attributes


def test_the_title_of_code_stands_on_cards(project: Project) -> None:
    project.chapter(CHAPTER)
    [card] = project.book().cards
    written = field_of(card.back, {}).html
    assert '<p class="code-title">b &lt;c&gt;.py</p>' in written
    assert plain_html(card.back) in (None, written)


def test_a_title_stands_above_its_code_behind_its_number() -> None:
    root = parse('<div><pre data-title="a.py" data-number="Listing 1.1">x</pre><pre>y</pre></div>')
    for block in list(root.iter("pre")):
        give_title(block)
    html = serialize(root)
    assert '<p class="code-title"><span class="number">Listing 1.1</span> a.py</p><pre>' in html
    assert html.count("code-title") == 1
    assert "data-" not in html
