"""What a Markdown text becomes: its content, and what the book needs to know of it besides.

Conventions of `content.nodes` before the book resolves them (the typed nodes speak for themselves):

- Headings h1…h6 as the author levelled them, `id` only where the author gave one (`{#id}`).
- Block elements have the `line` they start at in the file.
- A `Reference` without children means: title and number of its target.
- `<a data-href="report.pdf">`: a link to a file beside the book, which leads nowhere in print.
- `<em class="term">` as authored.
- `<section class="objectives|takeaways|exercise">`, `<aside class="aside">`: with `<p class="box-title">` where
  the author gave a title. `<div class="admonition note">`: always with `<p class="admonition-title">`, unless
  the author took it away; with `data-word="note"` where the author gave none, so that the book can translate it.
  `<details>` with `<summary>`.
- `<figure id=…>` with `<figcaption>`, also around tables (class "table").
- `<pre class="code" data-language="python"><code>…</code></pre>` with short Pygments classes; `data-title`,
  `data-linenums` (and the class "numbered"), `data-lines` where the author gave them. Tabs stay tabs.
- `<mark>` with `data-cloze` and `data-hint` where the author gave a number and a hint: in a cloze card, the book makes
  a `Gap` of it.
- `<li class="task-list-item"><input type="checkbox" disabled> …`.
- A `Formula` on lines of its own is a `<div>`, one in a paragraph a `<span>`.
- A `Variable` for `{{ name }}`; in attributes it stands as it was typed.
- An element with `data-edition` is not in every edition (`Document.conditions`); with `data-bare` it is no element of
  the page, and what is in it takes its place.
- `<abbr title="…">` for every abbreviation that the text defines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from guidepress.content import EMPTY, Content
from guidepress.diagnostics import Fix, Span
from guidepress.model.speech import Spoken

# Attributes of an element that not every edition has: its condition by number, and whether it is there for that alone.
EDITION, BARE = "data-edition", "data-bare"


@dataclass(frozen=True, slots=True)
class Condition:
    """The editions that have a block, by name or kind: all of them where `only` is empty, but for `except_`."""

    only: tuple[str, ...]
    except_: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class HeadingUse:
    """A heading: `anchor` is the author's id or empty, `text` its words without footnote calls."""

    level: int
    text: str
    anchor: str
    span: Span


@dataclass(frozen=True, slots=True)
class CardUse:
    """A card, written as the block `kind`. `id` is empty where the author gave none.

    Its parts are those that its kind holds: a card has `front` and `back`, a cloze card `text`.
    `option_line` opens a line for one more option. `has_id`: an id stands there, though perhaps none that can be
    one; `typed_id` is `id: …` at the beginning of its text, where it is no option.
    """

    kind: str
    id: str
    front: Content = EMPTY
    back: Content = EMPTY
    text: Content = EMPTY
    extra: Content = EMPTY
    hint: Content = EMPTY
    why: Content = EMPTY
    reverse: bool = False
    tags: tuple[str, ...] = ()
    # The path of a sound, as it was written.
    audio: str = ""
    speak: tuple[Spoken, ...] = ()
    span: Span = field(default_factory=lambda: Span(""))
    option_line: Fix | None = None
    has_id: bool = False
    typed_id: str = ""
    # What it and the blocks around it say of editions: positions in `Document.conditions`.
    conditions: tuple[int, ...] = ()
    # Whether its words depend on the edition; known once one was chosen.
    varies: bool = False

    @property
    def parts(self) -> dict[str, Content]:
        """Its texts by name, but for those that are empty."""
        found: dict[str, Content] = {name: getattr(self, name) for name in PARTS}
        return {name: part for name, part in found.items() if part.nodes}

    def with_parts(self, change: Callable[[Content], Content]) -> CardUse:
        """The card with each of its texts as `change` gives it; of an empty one nothing can be made."""
        changed: dict[str, Any] = {}
        for name, part in self.parts.items():
            if (made := change(part)) is not part:
                changed[name] = made
        return replace(self, **changed) if changed else self


# The parts of a card that are texts.
PARTS = tuple(one.name for one in fields(CardUse) if one.type == "Content")


@dataclass(frozen=True, slots=True)
class BlockUse:
    """A place for records of the guide: roadmap, stage, skills, data, profiles, faq, glossary."""

    kind: str
    argument: str
    span: Span


@dataclass(frozen=True, slots=True)
class NoteText:
    """A footnote: its name in the source, its number by first call, its content, and where it is defined."""

    name: str
    number: int
    content: Content
    span: Span


@dataclass(frozen=True, slots=True)
class Document:
    """A converted Markdown text."""

    content: Content = EMPTY
    front_matter: Mapping[str, Any] = field(default_factory=dict)
    headings: tuple[HeadingUse, ...] = ()
    cards: tuple[CardUse, ...] = ()
    blocks: tuple[BlockUse, ...] = ()
    footnotes: tuple[NoteText, ...] = ()
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    # What blocks say of the editions that have them; an element's attribute `data-edition` counts them.
    conditions: tuple[Condition, ...] = ()
    # Whether anything in it may depend on the edition: conditions, or braces as of a variable.
    varies: bool = False
