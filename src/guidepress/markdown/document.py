"""What a Markdown text becomes: HTML, and everything in it that the book needs to know of.

Conventions of `Document.html` (and of the HTML in cards and footnotes), after the allow-list:

- Headings h1…h6 as the author levelled them, `id` only where the author gave one (`{#id}`).
- Block elements carry `data-line`, the line they start at in the file.
- `<a class="ref" href="#target" data-ref="N">`: a reference (`#label`, `other.md`, `other.md#label`);
  `N` counts `references`. An empty text means: title and number of the target.
- `<a data-href="report.pdf">`: a link to a file beside the book, which leads nowhere in print.
- `<img src="…" alt="…" data-image="N">`: `N` counts `images`; `src` as written.
- `<em class="term">`, `<… data-index="HTTP!idempotence">` as authored.
- `<sup class="footnote-ref"><a href="#fn-NAME">n</a></sup>`; notes are in `Document.footnotes`.
- `<div class="block" data-block="N"></div>`: the place of `blocks[N]`.
- `<section class="objectives|takeaways|exercise">`, `<aside class="aside">`: with `<p class="box-title">` where
  the author gave a title. `<div class="admonition note">`: always with `<p class="admonition-title">`, unless
  the author took it away; with `data-word="note"` where the author gave none, so that the book can translate it.
  `<details>` with `<summary>`.
- `<figure id=…>` with `<figcaption>`, also around tables (class "table").
- `<pre class="code" data-language="python"><code>…</code></pre>` with short Pygments classes; `data-title`,
  `data-linenums` (and the class "numbered"), `data-lines` where the author gave them. Tabs stay tabs.
- `<pre class="code" data-quote="N" data-title="…"></pre>`: the place of the code that `quotes[N]` names.
- `<mark class="cloze" data-cloze="N" data-hint="…">` in the text of cloze cards.
- `<li class="task-list-item"><input type="checkbox" disabled> …`.
- `<span class="math" data-tex="E = mc^2">E = mc²</span>`: a formula in the line; on lines of its own
  `<div class="math display" …>`, inside of a paragraph `<span class="math display" …>`. `data-tex` is the TeX on one
  line, the text what stands for it where nothing can be drawn.
- `<abbr title="…">` for every abbreviation that the text defines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from guidepress.diagnostics import Span

Html = str


@dataclass(frozen=True, slots=True)
class Reference:
    """A link to a label of the book, as it was written after `](`."""

    target: str
    span: Span


@dataclass(frozen=True, slots=True)
class ImageUse:
    """An image as it was written; `src` is relative to the Markdown file."""

    src: str
    alt: str
    span: Span


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: its TeX on one line, and whether it is displayed on lines of its own."""

    tex: str
    display: bool
    span: Span


@dataclass(frozen=True, slots=True)
class HeadingUse:
    """A heading: `anchor` is the author's id or empty, `text` its words without footnote calls."""

    level: int
    html: Html
    text: str
    anchor: str
    span: Span


@dataclass(frozen=True, slots=True)
class CardUse:
    """A card or cloze block, as `kind` says. `id` is empty where the author gave none.

    A card has `front` and `back`, a cloze card `text`.
    """

    kind: str
    id: str
    front: Html = ""
    back: Html = ""
    text: Html = ""
    extra: Html = ""
    hint: Html = ""
    reverse: bool = False
    tags: tuple[str, ...] = ()
    span: Span = field(default_factory=lambda: Span(""))


@dataclass(frozen=True, slots=True)
class BlockUse:
    """A place for records of the guide: roadmap, stage, skills, data, profiles, faq, glossary."""

    kind: str
    argument: str
    span: Span


@dataclass(frozen=True, slots=True)
class QuoteUse:
    """Code quoted from a file: `path` as it was written, seen from the folder of guide.yaml.

    An empty `region` means the whole file, an empty `language` the one that the file's name says.
    """

    path: str
    region: str
    language: str
    span: Span


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: its name in the source, its number by first call, its HTML."""

    name: str
    number: int
    html: Html


@dataclass(frozen=True, slots=True)
class Document:
    """A converted Markdown text."""

    html: Html
    front_matter: Mapping[str, object] = field(default_factory=dict)
    headings: tuple[HeadingUse, ...] = ()
    references: tuple[Reference, ...] = ()
    images: tuple[ImageUse, ...] = ()
    cards: tuple[CardUse, ...] = ()
    blocks: tuple[BlockUse, ...] = ()
    footnotes: tuple[Note, ...] = ()
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    formulas: tuple[Formula, ...] = ()
    quotes: tuple[QuoteUse, ...] = ()
