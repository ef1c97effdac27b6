"""A chapter on its way into the book: its tree, its names, and what it prints, before references resolve."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Container, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from msgspec.structs import replace

from guidepress.book.model import Block, Caption, Footnote, Heading, IndexEntry, Label
from guidepress.book.numbering import SectionNumbers
from guidepress.book.slugs import identify, slugify, unique
from guidepress.book.teaching import Lesson, read_lessons
from guidepress.book.titles import title
from guidepress.content import EMPTY, Content, Element, Image, Node, NoteCall, RecordBlock, Text
from guidepress.content.typography import Typography, typed
from guidepress.content.walk import (
    elements,
    joined,
    line_of,
    placed,
    rewrite,
    substitute,
    trimmed,
    with_attributes,
)
from guidepress.content.walk import words as words_of
from guidepress.diagnostics import Diagnostic, Hint, Related, Span, warning
from guidepress.markdown import Document
from guidepress.model import Chapter as Source
from guidepress.words import Words

# Anchors of notes, their calls, and cards begin with these.
_RESERVED = ("fn-", "fnref-", "card-")
# What `{teaches="…"}` of a heading is on its way here.
TEACHES = "data-teaches"
# What becomes of an element, whose children have changed already.
Change = Callable[[Element], Element | Sequence[Node]]
Placed = tuple[Element, tuple[Element, ...]]
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(slots=True)
class ChapterDraft:
    """One chapter being compiled.

    `names` is the book's table of labels, shared by all drafts: the first chapter that defines a name has it.
    So are `tables`, the numbers of the tables of data.
    """

    source: Source
    document: Document
    id: str
    number: str
    body: tuple[Node, ...]
    names: MutableMapping[str, Label]
    words: Words
    tables: MutableMapping[str, str]
    typography: Typography
    part: str = ""
    title: str = ""
    title_html: Content = EMPTY
    # The first heading as it was written, when it is the title or would be.
    lead: Content = EMPTY
    stage: str = ""
    promise: str = ""
    headings: list[Heading] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    # The footnotes, in the order of document.footnotes.
    notes: list[tuple[Node, ...]] = field(default_factory=list)
    index: list[IndexEntry] = field(default_factory=list)
    # What the sections teach of the chapter's stage.
    lessons: list[Lesson] = field(default_factory=list)
    # Names that hold in this chapter (slugs of headings too) -> label.
    local: dict[str, Label] = field(default_factory=dict)
    cards: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
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


def take_apart(result: ChapterDraft) -> ChapterDraft:
    """Find a chapter's title, headings, captions, places and notes; define its labels."""
    result.notes = [note.content.nodes for note in result.document.footnotes]
    _front_matter(result)
    _title(result)
    _changes(result)
    _marks(result)
    _index(result)
    return result


def _front_matter(draft: ChapterDraft) -> None:
    values = draft.document.front_matter
    draft.stage, draft.promise = str(values.get("stage", "")), str(values.get("promise", ""))


def _title(draft: ChapterDraft) -> None:
    """The title from the contents, the front matter, the first heading, or the name of the file."""
    first = next(elements(draft.body, *_HEADINGS), None)
    leads = first is not None and first.name == "h1" and not _words_before(draft.body, first)
    aliases: set[str] = set()
    chosen = draft.source.entry.title or str(draft.document.front_matter.get("title") or "")
    if leads and first is not None:
        draft.lead = Content(trimmed(first.children))
        draft.title, draft.title_html = title(first.children)[0], draft.lead
        aliases = {first.id, slugify(title(typed(first.children))[0])} - {""}
        for element in elements((first,)):
            _enter(draft, element.index, draft.id, element.line)
        draft.body = substitute(draft.body, {id(first): lambda _: ()})
        if pictures := tuple(e for e in elements(first.children) if isinstance(e, Image)):
            # A logo beside the title, as READMEs have it, opens the text.
            draft.body = (Element("p", {}, pictures), *draft.body)
    stem = posixpath.splitext(posixpath.basename(draft.file))[0]
    if not draft.title:
        chosen = chosen or stem.replace("-", " ").replace("_", " ").capitalize()
    if chosen:
        draft.title_html = draft.typography.content(Content((Text(chosen),)))
        draft.title = draft.title_html.words
    span = draft.document.headings[0].span if leads else Span(draft.file)
    label = Label(draft.id, "chapter", draft.id, draft.title, draft.number, draft.id, span)
    draft.names[draft.id] = draft.local[draft.id] = label
    for alias in aliases:
        draft.local.setdefault(alias, label)


def _words_before(nodes: Sequence[Node], heading: Element) -> bool:
    """Whether any text or picture stands before the heading: then it is no title."""
    for node in nodes:
        if node is heading:
            return False
        if isinstance(node, Text):
            if node.text.strip():
                return True
        elif node.name == "img":
            return True
        elif any(one is heading for one in elements(node.children)):
            return _words_before(node.children, heading)
        elif _words_before(node.children, heading):
            return True
    return False


def define(draft: ChapterDraft, name: str, kind: str, title: str, number: str, span: Span) -> str:
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
                f"the name `{name}` is already defined",
                span,
                hints=("references from other chapters go to the first",),
                related=(Related(first.span, "first here"),) if first.span else (),
            )
        )
    draft.anchors.add(label.anchor)
    draft.local.setdefault(name, label)
    return label.anchor


def _changes(draft: ChapterDraft) -> None:
    """Number and name what is in the text: headings, captions, places, calls of footnotes."""
    changes: dict[int, Change] = {}
    every = list(placed(draft.body))
    _headings(draft, every, changes)
    _captions(draft, every, changes)
    every += (one for note in draft.notes for one in placed(note))
    _places(draft, every, changes)
    _calls(draft, every, changes)
    draft.body = substitute(draft.body, changes)
    draft.notes = [substitute(note, changes) for note in draft.notes]


def _span(draft: ChapterDraft, element: Element, above: Sequence[Element]) -> Span:
    return Span(draft.file, line_of(element, above))


def _headings(draft: ChapterDraft, every: Sequence[Placed], changes: dict[int, Change]) -> None:
    """Levels without gaps from 2 on, numbers, anchors, labels."""
    found = [(element, above) for element, above in every if element.name in _HEADINGS]
    quoted = {id(h) for h, above in found if any(one.name == "blockquote" for one in above)}
    levels = _levels(int(h.name[1]) for h, _ in found if id(h) not in quoted)
    spans = {
        id(h): use.span
        for (h, _), use in zip(reversed(found), reversed(draft.document.headings), strict=False)
    }
    numbers = SectionNumbers(draft.number)
    # The level of the heading without a number whose section this is; 7 outside of any.
    silent = 7
    # A file with several h1 is written one level too high.
    previous = 0 if 1 in levels and not draft.lead else 1
    taken: set[str] = set()
    second = _second_title(draft, found, quoted)
    for element, above in found:
        span = spans.get(id(element)) or _span(draft, element, above)
        words, content = title(element.children)
        if id(element) in quoted:
            changes[id(element)] = partial(
                _plain_heading, anchor=_label(draft, element, words, "", taken, span)
            )
            continue
        written = int(element.name[1])
        level = levels[written]
        if element is second:
            draft.diagnostics.append(_second(draft, words, span))
        _check_heading(draft, words, written, previous, span)
        previous = written
        if level <= silent:
            silent = level if "unnumbered" in element.classes else 7
        number = numbers.next(level) if level < silent else ""
        anchor = _label(draft, element, words, number, taken, span)
        draft.headings.append(Heading(anchor, level, number, words, content, span))
        _teaches(draft, element, anchor, span)
        changes[id(element)] = partial(_heading, level=level, number=number, anchor=anchor)


def _second_title(
    draft: ChapterDraft, found: Sequence[Placed], quoted: Container[int]
) -> Element | None:
    """The first `#` below one that is the chapter's title."""
    if not draft.lead:
        return None
    return next((h for h, _ in found if h.name == "h1" and id(h) not in quoted), None)


def _second(draft: ChapterDraft, words: str, span: Span) -> Diagnostic:
    return warning(
        "heading-second-title",
        f"a second `#`: the chapter is called “{draft.title}” already, and “{words}” becomes a section",
        span,
        hints=(
            Hint("write `##` for a section", "#", "##"),
            "or move it into a file of its own, for a chapter",
        ),
    )


def _levels(written: Iterable[int]) -> dict[int, int]:
    """Level as written -> level in the book: the same for the same, from 2 on, without those that nobody uses."""
    return {level: min(rank, 6) for rank, level in enumerate(sorted(set(written)), 2)}


def _teaches(draft: ChapterDraft, heading: Element, anchor: str, span: Span) -> None:
    if (said := heading.attributes.get(TEACHES)) is not None:
        lessons, problems = read_lessons(said, anchor, span)
        draft.lessons += lessons
        draft.diagnostics += problems


def _check_heading(draft: ChapterDraft, words: str, wanted: int, previous: int, span: Span) -> None:
    if not words:
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
                f"a heading of level {wanted} follows one of level {previous}",
                span,
                hints=(Hint(f"use {'#' * (previous + 1)}", "#" * wanted, "#" * (previous + 1)),),
            )
        )


def _heading(element: Element, level: int, number: str, anchor: str) -> Element:
    children = _numbered(number, element.children) if number else element.children
    made = with_attributes(element, id=anchor)
    if TEACHES in made.attributes:
        made = replace(made, attributes={k: v for k, v in made.attributes.items() if k != TEACHES})
    return replace(made, name=f"h{level}", children=children)


def _numbered(number: str, children: tuple[Node, ...]) -> tuple[Node, ...]:
    mark = Element("span", {"class": "number"}, (Text(number),))
    return (mark, *joined((Text(" "), *children)))


def _label(
    draft: ChapterDraft, element: Element, words: str, number: str, taken: set[str], span: Span
) -> str:
    """The anchor of a heading, which gets a label by its id and by its words."""
    slug = unique(slugify(title(typed(element.children))[0]) or "section", taken)
    taken.add(slug)
    authored = element.id
    anchor = unique(f"{draft.id}--{slug}", draft.anchors)
    if authored:
        anchor = define(draft, authored, "section", words, number, span)
    draft.anchors.add(anchor)
    label = Label(authored, "section", anchor, words, number, draft.id, span)
    draft.local.setdefault(slug, label)
    return anchor


def _plain_heading(element: Element, anchor: str) -> Element:
    """A heading in a quotation is one of the text that is quoted: a strong line, and no section of the book."""
    made = with_attributes(element, id=anchor, class_="quoted-heading")
    return replace(made, name="p", children=(Element("strong", {}, element.children),))


def _captions(draft: ChapterDraft, every: Sequence[Placed], changes: dict[int, Change]) -> None:
    """Figures and tables with a caption get numbers, and code with a title and a name: "Figure 3.2"."""
    counts = {"figure": 0, "table": 0, "listing": 0}

    def count(kind: str) -> str:
        counts[kind] += 1
        return f"{draft.number}.{counts[kind]}" if draft.number else str(counts[kind])

    for element, above in every:
        if element.name == "figure":
            caption = next(
                (c for c in element.children if isinstance(c, Element) and c.name == "figcaption"),
                None,
            )
            kind: Literal["figure", "table"] = "table" if "table" in element.classes else "figure"
            if caption is not None and words_of(caption.children):
                _caption(draft, element, above, caption, kind, count(kind), changes)
        elif element.name == "pre" and element.id and element.attributes.get("data-title"):
            _listing(draft, element, above, count("listing"), changes)
        elif isinstance(element, RecordBlock):
            # A data table is numbered with the chapter's tables; the layout prints the number.
            use = draft.document.blocks[element.block]
            if use.kind == "data" and use.argument not in draft.tables:
                draft.tables[use.argument] = count("table")


def _caption(
    draft: ChapterDraft,
    element: Element,
    above: Sequence[Element],
    caption: Element,
    kind: Literal["figure", "table"],
    number: str,
    changes: dict[int, Change],
) -> None:
    words, span = title(caption.children)[0], _span(draft, element, above)
    anchor = unique(f"{draft.id}--{kind}-{number.rpartition('.')[2]}", draft.anchors)
    if element.id:
        anchor = define(draft, element.id, kind, words, number, span)
    changes[id(element)] = lambda new: with_attributes(new, id=anchor)
    draft.anchors.add(anchor)
    draft.captions.append(Caption(anchor, kind, number, words, span))
    called = draft.words.phrase(f"{kind}-n", n=number)
    changes[id(caption)] = lambda new: replace(new, children=_numbered(called, new.children))


def _listing(
    draft: ChapterDraft,
    element: Element,
    above: Sequence[Element],
    number: str,
    changes: dict[int, Change],
) -> None:
    """Code whose title is its caption; who prints the title prints `data-number` before it."""
    words, span = element.attributes["data-title"], _span(draft, element, above)
    anchor = define(draft, element.id, "listing", words, number, span)
    called = draft.words.phrase("listing-n", n=number)
    changes[id(element)] = lambda new: with_attributes(new, id=anchor, data_number=called)
    draft.captions.append(Caption(anchor, "listing", number, words, span))


def _places(draft: ChapterDraft, every: Sequence[Placed], changes: dict[int, Change]) -> None:
    """Every other element with an id is a place that a reference may name."""
    for element, above in every:
        if element.id and id(element) not in changes:
            span = _span(draft, element, above)
            anchor = define(draft, element.id, "place", draft.title, "", span)
            changes[id(element)] = partial(with_attributes, id=anchor)


def _calls(draft: ChapterDraft, every: Sequence[Placed], changes: dict[int, Change]) -> None:
    """Calls of footnotes get names that are unique in the book."""
    calls = (element for element, _ in every if isinstance(element, NoteCall))
    for count, call in enumerate(calls, 1):
        changes[id(call)] = partial(with_attributes, id=f"fnref-{draft.id}-{count}")


def _marks(draft: ChapterDraft) -> None:
    """A paragraph of nothing but `<a id="…"></a>` marks the place of what follows: it must not part from it."""

    def visit(_: Element, new: Element) -> Element | Sequence[Node]:
        if new.name != "p":
            return new
        within = list(elements(new.children))
        if words_of(new.children) or not all(e.name in ("a", "span") for e in within):
            return new
        names = [element.id for element in within if element.id]
        return [Element("div", {"class": "mark", "id": name}) for name in names] or new

    draft.body = rewrite(draft.body, visit)


def footnotes(draft: ChapterDraft) -> tuple[Footnote, ...]:
    """The chapter's notes as they are now."""
    return tuple(
        Footnote(f"fn-{draft.id}-{note.number}", note.number, Content(nodes))
        for note, nodes in zip(draft.document.footnotes, draft.notes, strict=True)
    )


def _index(draft: ChapterDraft) -> None:
    """Places that the index points to, each with an anchor of its own."""
    changes: dict[int, Change] = {}
    for nodes in (draft.body, *draft.notes):
        for element, above in placed(nodes):
            if element.index:
                count = len(changes) + 1
                anchor = element.id or unique(f"{draft.id}--index-{count}", draft.anchors)
                changes[id(element)] = partial(with_attributes, id=anchor)
                draft.anchors.add(anchor)
                _enter(draft, element.index, anchor, line_of(element, above))
    draft.body = substitute(draft.body, changes)
    draft.notes = [substitute(note, changes) for note in draft.notes]


def _enter(draft: ChapterDraft, entry: str, anchor: str, line: int) -> None:
    """Note the terms of an index entry: `HTTP!idempotence; REST|main; safe methods|see HTTP!idempotence`."""
    for one in entry.split(";"):
        term, _, how = one.partition("|")
        how = " ".join(how.split())
        if not (path := _path(draft, term)):
            continue
        if how == "main":
            draft.index.append(IndexEntry(path, anchor, "main", line=line))
        elif how.startswith("see also "):
            target = _path(draft, how.removeprefix("see also "))
            draft.index.append(IndexEntry(path, anchor, "see-also", target, line))
        elif how.startswith("see "):
            target = _path(draft, how.removeprefix("see "))
            draft.index.append(IndexEntry(path, anchor, "see", target, line))
        else:
            # Anything else behind a bar belongs to the term, as in `a | b`.
            path = _path(draft, one) if how else path
            draft.index.append(IndexEntry(path, anchor, line=line))


def _path(draft: ChapterDraft, term: str) -> tuple[str, ...]:
    return tuple(draft.typography.text(" ".join(p.split())) for p in term.split("!") if p.strip())
