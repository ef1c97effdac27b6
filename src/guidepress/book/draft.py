"""A chapter on its way into the book: its tree, its names, and what it prints, before references resolve."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from lxml.html import HtmlElement, builder

from guidepress.book.model import Block, Caption, Footnote, Heading, IndexEntry, Label
from guidepress.book.numbering import SectionNumbers
from guidepress.book.slugs import identify, slugify, unique
from guidepress.book.tree import (
    elements,
    escape,
    has_class,
    inner,
    line_of,
    parse,
    prepend,
    serialize,
    text_of,
    title,
)
from guidepress.diagnostics import Diagnostic, Related, Span, warning
from guidepress.markdown import Document
from guidepress.model import Chapter as Source
from guidepress.words import Words

# Anchors of notes, their calls, and cards begin with these.
_RESERVED = ("fn-", "fnref-", "card-")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(slots=True)
class Draft:
    """One chapter being compiled.

    `names` is the book's table of labels, shared by all drafts: the first chapter that defines a name has it.
    So are `tables`, the numbers of the tables of data.
    """

    source: Source
    document: Document
    id: str
    number: str
    root: HtmlElement
    names: dict[str, Label]
    words: Words
    tables: dict[str, str]
    part: str = ""
    title: str = ""
    title_html: str = ""
    # The first heading as it was written, when it is the title or would be.
    lead: str = ""
    stage: str = ""
    promise: str = ""
    headings: list[Heading] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    # The footnotes, each a tree of its own, in the order of document.footnotes.
    notes: list[HtmlElement] = field(default_factory=list)
    index: list[IndexEntry] = field(default_factory=list)
    # Names that hold in this chapter (slugs of headings too) -> label.
    local: dict[str, Label] = field(default_factory=dict)
    cards: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    # Headings and figures: what has its anchor.
    named: set[HtmlElement] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def file(self) -> str:
        """The chapter's file, relative to the project."""
        return self.source.file


def chapter_id(source: Source, document: Document, taken: set[str]) -> str:
    """The id of a chapter: authored, or made from the name of its file."""
    authored = source.entry.id or str(document.front_matter.get("id") or "")
    if authored:
        return authored
    stem = posixpath.splitext(posixpath.basename(source.file))[0]
    if stem.lower() in ("readme", "index"):
        stem = posixpath.basename(posixpath.dirname(source.file)) or stem
    return unique(identify(stem) or "chapter", taken)


def take_apart(result: Draft) -> Draft:
    """Find a chapter's title, headings, captions, places and notes; define its labels."""
    result.notes = [parse(note.html) for note in result.document.footnotes]
    _front_matter(result)
    _title(result)
    _headings(result)
    _captions(result)
    _places(result)
    _marks(result)
    _footnotes(result)
    _index(result)
    return result


def _front_matter(draft: Draft) -> None:
    values = draft.document.front_matter
    draft.stage, draft.promise = str(values.get("stage", "")), str(values.get("promise", ""))


def _title(draft: Draft) -> None:
    """The title from the contents, the front matter, the first heading, or the name of the file."""
    first = next(iter(elements(draft.root, *_HEADINGS)), None)
    leads = first is not None and first.tag == "h1" and not _words_before(draft.root, first)
    aliases: set[str] = set()
    chosen = draft.source.entry.title or str(draft.document.front_matter.get("title") or "")
    if leads and first is not None:
        draft.title, draft.lead = title(first)[0], inner(first)
        draft.title_html = draft.lead
        aliases = {first.get("id") or "", slugify(draft.title)} - {""}
        pictures = list(elements(first, "img"))
        for element in first.iter():
            _enter(draft, element.get("data-index") or "", draft.id)
        first.drop_tree()
        if pictures:
            # A logo beside the title, as READMEs have it, opens the text.
            draft.root.insert(0, builder.P(*pictures))
    stem = posixpath.splitext(posixpath.basename(draft.file))[0]
    if not draft.title:
        chosen = chosen or stem.replace("-", " ").replace("_", " ").capitalize()
    if chosen:
        draft.title, draft.title_html = chosen, escape(chosen)
    span = draft.document.headings[0].span if leads else Span(draft.file)
    label = Label(draft.id, "chapter", draft.id, draft.title, draft.number, draft.id, span)
    draft.names[draft.id] = draft.local[draft.id] = label
    for alias in aliases:
        draft.local.setdefault(alias, label)


def _words_before(root: HtmlElement, heading: HtmlElement) -> bool:
    """Whether any text stands before the heading: then it is no title."""
    for element in root.iter():
        if element is heading:
            return False
        if (element.text or "").strip() or element.tag == "img":
            return True
    return False


def define(draft: Draft, name: str, kind: str, title: str, number: str, span: Span) -> str:
    """Define a name; the anchor to use, which is the name unless another place has it."""
    first, anchor = draft.names.get(name), name
    if first or name.startswith(_RESERVED):
        anchor = unique(f"{draft.id}--{name}", draft.anchors)
    label = Label(name, kind, anchor, title, number, draft.id, span)
    draft.names.setdefault(name, label)
    if first:
        draft.diagnostics.append(
            warning(
                "label-duplicate",
                f"the name `{name}` is defined a second time",
                span,
                hints=("references from other chapters go to the first",),
                related=(Related(first.span, "first here"),) if first.span else (),
            )
        )
    draft.anchors.add(label.anchor)
    draft.local.setdefault(name, label)
    return label.anchor


def _span(draft: Draft, element: HtmlElement) -> Span:
    return Span(draft.file, line_of(element))


def _headings(draft: Draft) -> None:
    """Levels without gaps from 2 on, numbers, anchors, labels."""
    found = list(elements(draft.root, *_HEADINGS))
    quoted = {h for h in found if next(h.iterancestors("blockquote"), None) is not None}
    # A file with several h1 is written one level too high.
    shift = 1 if any(h.tag == "h1" and h not in quoted for h in found) else 0
    spans = {
        id(h): u.span
        for h, u in zip(reversed(found), reversed(draft.document.headings), strict=False)
    }
    numbers = SectionNumbers(draft.number)
    # The level of the heading without a number whose section this is; 7 outside of any.
    silent = 7
    previous = 1
    taken: set[str] = set()
    for element in found:
        span = spans.get(id(element)) or _span(draft, element)
        if element in quoted:
            _label(draft, element, "", taken, span)
            _plain_heading(element)
            continue
        wanted = int(element.tag[1]) + shift
        level = max(2, min(wanted, previous + 1, 6))
        if not title(element)[0]:
            draft.diagnostics.append(
                warning(
                    "heading-empty",
                    "this heading has no words of its own for the table of contents",
                    span,
                    hints=("write some; a reference may be among them",),
                )
            )
        if wanted > previous + 1:
            draft.diagnostics.append(
                warning(
                    "heading-skipped",
                    f"a heading of level {wanted - shift} follows one of level {previous - shift}",
                    span,
                    hints=(f"use {'#' * (previous + 1 - shift)}",),
                )
            )
        previous = level
        element.tag = f"h{level}"
        words, html = title(element)
        if level <= silent:
            silent = level if has_class(element, "unnumbered") else 7
        number = numbers.next(level) if level < silent else ""
        anchor = _label(draft, element, number, taken, span)
        draft.headings.append(Heading(anchor, level, number, words, html, span))
        if number:
            prepend(element, builder.SPAN(number, {"class": "number"}))


def _label(draft: Draft, element: HtmlElement, number: str, taken: set[str], span: Span) -> str:
    """Give a heading its anchor, and a label by its id and by its words."""
    words = title(element)[0]
    slug = unique(slugify(words) or "section", taken)
    taken.add(slug)
    authored = element.get("id") or ""
    anchor = unique(f"{draft.id}--{slug}", draft.anchors)
    if authored:
        anchor = define(draft, authored, "section", words, number, span)
    element.set("id", anchor)
    draft.named.add(element)
    draft.anchors.add(anchor)
    label = Label(authored, "section", anchor, words, number, draft.id, span)
    draft.local.setdefault(slug, label)
    return anchor


def _plain_heading(element: HtmlElement) -> None:
    """A heading in a quotation is one of the text that is quoted: a strong line, and no section of the book."""
    strong = builder.STRONG(*element)
    strong.text, element.text = element.text, None
    element.tag = "p"
    element.set("class", "quoted-heading")
    element.append(strong)


def _captions(draft: Draft) -> None:
    """Figures and tables with a caption get numbers: "Figure 3.2"."""
    counts = {"figure": 0, "table": 0}

    def count(kind: str) -> str:
        counts[kind] += 1
        return f"{draft.number}.{counts[kind]}" if draft.number else str(counts[kind])

    for element in elements(draft.root, "figure", "div"):
        if element.tag == "figure":
            caption = element.find("figcaption")
            kind: Literal["figure", "table"] = "table" if has_class(element, "table") else "figure"
            if caption is not None and text_of(caption):
                _caption(draft, element, caption, kind, count(kind))
        elif has_class(element, "block") and _block_kind(draft, element) == "data":
            # A data table is numbered with the chapter's tables; the layout prints the number.
            use = draft.document.blocks[int(element.get("data-block", "0"))]
            if use.argument not in draft.tables:
                draft.tables[use.argument] = count("table")


def _caption(
    draft: Draft,
    element: HtmlElement,
    caption: HtmlElement,
    kind: Literal["figure", "table"],
    number: str,
) -> None:
    words, span = title(caption)[0], _span(draft, element)
    authored = element.get("id") or ""
    anchor = unique(f"{draft.id}--{kind}-{number.rpartition('.')[2]}", draft.anchors)
    if authored:
        anchor = define(draft, authored, kind, words, number, span)
    element.set("id", anchor)
    draft.named.add(element)
    draft.anchors.add(anchor)
    draft.captions.append(Caption(anchor, kind, number, words, span))
    prepend(caption, builder.SPAN(draft.words.phrase(f"{kind}-n", n=number), {"class": "number"}))


def _block_kind(draft: Draft, element: HtmlElement) -> str:
    position = int(element.get("data-block", "-1"))
    uses = draft.document.blocks
    return uses[position].kind if 0 <= position < len(uses) else ""


def _places(draft: Draft) -> None:
    """Every other element with an id is a place that a reference may name."""
    for element in _all(draft):
        name = element.get("id")
        if not name or element in draft.named:
            continue
        element.set("id", define(draft, name, "place", draft.title, "", _span(draft, element)))


def _marks(draft: Draft) -> None:
    """A paragraph of nothing but `<a id="…"></a>` marks the place of what follows: it must not part from it."""
    for paragraph in list(draft.root.iter("p")):
        within = list(paragraph.iterdescendants())
        if text_of(paragraph) or not within or any(e.tag not in ("a", "span") for e in within):
            continue
        names = [e.get("id") for e in within if e.get("id")]
        for name in names:
            paragraph.addprevious(builder.DIV({"class": "mark", "id": name}))
        if names:
            paragraph.drop_tree()


def _footnotes(draft: Draft) -> None:
    """Calls get names that are unique in the book."""
    calls = (e for e in _all(draft) if e.tag == "sup" and has_class(e, "footnote-ref"))
    for count, call in enumerate(calls, 1):
        call.set("id", f"fnref-{draft.id}-{count}")


def _all(draft: Draft) -> Iterator[HtmlElement]:
    """Every element of the text, then of the footnotes."""
    for root in (draft.root, *draft.notes):
        yield from elements(root, "*")


def footnotes(draft: Draft) -> tuple[Footnote, ...]:
    """The chapter's notes as they are now."""
    return tuple(
        Footnote(f"fn-{draft.id}-{note.number}", note.number, serialize(root))
        for note, root in zip(draft.document.footnotes, draft.notes, strict=True)
    )


def _index(draft: Draft) -> None:
    """Places that the index points to, each with an anchor of its own."""
    count = 0
    for element in _all(draft):
        entry = element.get("data-index")
        if not entry:
            continue
        count += 1
        anchor = element.get("id") or unique(f"{draft.id}--index-{count}", draft.anchors)
        element.set("id", anchor)
        draft.anchors.add(anchor)
        _enter(draft, entry, anchor)


def _enter(draft: Draft, entry: str, anchor: str) -> None:
    """Note the terms of an index entry: `HTTP!idempotence; REST`."""
    for one in entry.split(";"):
        path = tuple(" ".join(p.split()) for p in one.split("!") if p.strip())
        if path:
            draft.index.append(IndexEntry(path, anchor))
