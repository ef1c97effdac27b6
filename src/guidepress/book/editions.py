"""Documents as the edition has them that is built: blocks that it leaves out go, variables get their values.

Markdown is converted once, whatever the edition; what of it is left out is remembered, so that a reference to it can
be told from one to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from urllib.parse import quote

from msgspec.structs import replace

from guidepress.book.slugs import slugify
from guidepress.book.titles import title
from guidepress.content import (
    Content,
    Element,
    Image,
    Node,
    NoteCall,
    RecordBlock,
    Reference,
    Text,
    Variable,
)
from guidepress.content.walk import elements, joined, rewrite, with_attributes
from guidepress.diagnostics import Diagnosed, Diagnostic, Span
from guidepress.markdown import BlockUse, CardUse, Document
from guidepress.markdown.document import BARE, EDITION, HeadingUse
from guidepress.model.editions import ActiveEdition
from guidepress.source.editions import undefined, unknown_edition

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Attributes whose text is the author's.
_AUTHORED = ("alt", "title", "href", "data-href", "src", "data-title")
# A variable in an address may be percent-encoded.
_IN_ATTRIBUTE = re.compile(
    r"(?<!\$)(?:\{\{|%7B%7B)(?:\s|%20)*([A-Za-z_][A-Za-z0-9_-]*)(?:\s|%20)*(?:\}\}|%7D%7D)"
)


@dataclass(slots=True)
class LeftOut:
    """What of the chapters is not in the edition; each with the place that says so.

    `names` are labels of the whole book, `local` the names of headings by file, `chapters` are whole files, `blocks`
    those that would print records. `cards` are ids.
    """

    names: dict[str, Span] = field(default_factory=dict)
    local: dict[str, dict[str, Span]] = field(default_factory=dict)
    chapters: dict[str, Span] = field(default_factory=dict)
    blocks: list[tuple[BlockUse, Span]] = field(default_factory=list)
    cards: set[str] = field(default_factory=set)

    def chapter(self, file: str, id_: str, document: Document, span: Span) -> None:
        """A chapter as a whole."""
        self.chapters[file] = span
        self.names.setdefault(id_, span)
        self.nodes(file, document.content.nodes, span)
        for note in document.footnotes:
            self.nodes(file, note.content.nodes, span)
        self.blocks += [(block, span) for block in document.blocks]
        for card in document.cards:
            self.card(card.id, span)

    def nodes(self, file: str, nodes: Sequence[Node], span: Span) -> None:
        """What has a name in a tree."""
        own = self.local.setdefault(file, {})
        for element in elements(nodes):
            if element.id:
                self.names.setdefault(element.id, span)
                own.setdefault(element.id, span)
            if element.name in HEADINGS:
                own.setdefault(slugify(title(element.children)[0]), span)

    def card(self, id_: str, span: Span) -> None:
        """A card of a chapter."""
        if id_:
            self.cards.add(id_)
            self.names.setdefault(f"card-{id_}", span)


@dataclass(slots=True)
class Editing:
    """A converter whose documents are those of one edition. `changes` counts what depended on it so far."""

    active: ActiveEdition
    converter: Callable[..., Diagnosed[Document]]
    left_out: LeftOut = field(default_factory=LeftOut)
    changes: int = 0
    # What was converted already for all editions, and is wanted for this one.
    _waiting: dict[tuple[str, str], Diagnosed[Document]] = field(default_factory=dict)

    def __call__(self, text: str, file: str, **options: object) -> Diagnosed[Document]:
        """What the converter gives, as the edition has it.

        Errors besides: `edition-unknown`, `variable-undefined`.
        """
        converted = self._waiting.pop((file, text), None) or self.converter(text, file, **options)
        if converted.value is None or not converted.value.varies:
            return converted
        work = _Edition(self, file, converted.value)
        document = work.document()
        return Diagnosed(document, (*converted.diagnostics, *work.problems))

    def whole(self, text: str, file: str) -> Diagnosed[Document]:
        """A chapter as the converter gives it, for all editions."""
        converted = self._waiting[file, text] = self.converter(text, file)
        return converted


class _Edition:
    """One document on its way to what the edition has of it."""

    def __init__(self, editing: Editing, file: str, source: Document) -> None:
        self.editing = editing
        self.file = file
        self.source = source
        self.problems: list[Diagnostic] = []
        self._dropped: list[Element] = []
        active = editing.active
        self._holds = [active.holds(c.only, c.except_) for c in source.conditions]

    def document(self) -> Document:
        """The document as the edition has it."""
        source, active = self.source, self.editing.active
        for condition in source.conditions:
            for name in (*condition.only, *condition.except_):
                if name not in active.known:
                    self.problems.append(unknown_edition(name, active, condition.span))
        content = self._content(source.content)
        notes = [changed(note, content=self._content(note.content)) for note in source.footnotes]
        cards = [card for use in source.cards if (card := self._card(use)) is not None]
        made = changed(
            source, content=content, footnotes=tuple(notes), cards=tuple(cards), varies=False
        )
        if self._dropped:
            made = changed(made, headings=self._headings())
            made = _without_blocks(made, self._dropped_blocks())
        if self._dropped or len(cards) < len(source.cards):
            made = _without_uncalled(made)
        return made

    def _content(self, content: Content) -> Content:
        nodes = self._nodes(content.nodes)
        return content if nodes is content.nodes else Content(nodes)

    def _nodes(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        made: list[Node] = []
        same = True
        for node in nodes:
            one = self._node(node) if isinstance(node, Element) else node
            same = same and one is node
            if isinstance(one, tuple):
                made += one
            else:
                made.append(one)
        if same:
            return nodes if isinstance(nodes, tuple) else tuple(nodes)
        return joined(made)

    def _node(self, node: Element) -> Node | tuple[Node, ...]:
        """What stands in an element's place."""
        if isinstance(node, Variable):
            value = self._value(node.variable, node.span)
            return node.children if value is None else Text(value)
        at = node.attributes.get(EDITION, "")
        condition = int(at) if at.isdigit() and int(at) < len(self._holds) else None
        if condition is not None and not self._holds[condition]:
            self._drop(node, self.source.conditions[condition].span)
            return ()
        children = self._nodes(node.children) if node.children else node.children
        made = node if children is node.children else replace(node, children=children)
        if condition is not None:
            self.editing.changes += 1
            made = with_attributes(made, **{EDITION: None})
            if BARE in made.attributes:
                return made.children
        return self._filled(made)

    def _drop(self, node: Element, span: Span) -> None:
        self.editing.changes += 1
        self._dropped.append(node)
        self.editing.left_out.nodes(self.file, (node,), span)
        for element in elements((node,)):
            if isinstance(element, RecordBlock):
                self.editing.left_out.blocks.append((self.source.blocks[element.block], span))

    def _value(self, name: str, span: Span) -> str | None:
        """The value of a variable; None with a problem noted."""
        value = self.editing.active.variables.get(name)
        if value is None:
            self.problems.append(undefined(name, self.editing.active, span))
        else:
            self.editing.changes += 1
        return value

    def _filled(self, node: Element) -> Element:
        """An element with the values of variables in its attributes."""
        span = node.span if isinstance(node, Image | Reference) else Span(self.file, node.line)
        own = {
            name: self._in(text, name, span)
            for name in _AUTHORED
            if "{{" in (text := node.attributes.get(name, "")) or "%7B%7B" in text
        }
        if any(node.attributes[name] != text for name, text in own.items()):
            node = replace(node, attributes={**node.attributes, **own})
        if isinstance(node, Reference) and "{{" in node.target:
            node = replace(node, target=self._in(node.target, "href", span))
        return node

    def _in(self, text: str, attribute: str, span: Span) -> str:
        def value(use: re.Match[str]) -> str:
            found = self._value(use[1], span)
            if found is None:
                return use[0]
            return quote(found) if attribute in ("href", "src") else found

        return _IN_ATTRIBUTE.sub(value, text)

    def _card(self, use: CardUse) -> CardUse | None:
        """A card as the edition has it; None where it does not."""
        for at in use.conditions:
            if not self._holds[at]:
                self.editing.left_out.card(use.id, self.source.conditions[at].span)
                return None
        before = self.editing.changes
        made = use.with_parts(self._content)
        varies = bool(use.conditions) or self.editing.changes > before
        return changed(made, varies=varies)

    def _headings(self) -> tuple[HeadingUse, ...]:
        """The uses of the headings that stayed. They are matched from the end, as the chapter does it."""
        gone = {id(h) for node in self._dropped for h in elements((node,), *HEADINGS)}
        found = list(elements(self.source.content.nodes, *HEADINGS))
        uses = list(self.source.headings)
        for at in range(1, min(len(found), len(uses)) + 1):
            if id(found[-at]) in gone:
                del uses[len(self.source.headings) - at]
        return tuple(uses)

    def _dropped_blocks(self) -> frozenset[int]:
        return frozenset(
            e.block for n in self._dropped for e in elements((n,)) if isinstance(e, RecordBlock)
        )


def _without_blocks(document: Document, gone: frozenset[int]) -> Document:
    """The document without these uses of blocks; the others are counted anew."""
    if not gone:
        return document
    kept = [at for at in range(len(document.blocks)) if at not in gone]
    numbers = {old: new for new, old in enumerate(kept)}

    def visit(_: Element, new: Element) -> Element:
        return replace(new, block=numbers[new.block]) if isinstance(new, RecordBlock) else new

    return changed(_rewritten(document, visit), blocks=tuple(document.blocks[at] for at in kept))


def _without_uncalled(document: Document) -> Document:
    """The document without footnotes that nothing calls any more; the others are numbered anew."""
    texts = {note.number: note.content.nodes for note in document.footnotes}
    called: set[int] = set()
    waiting = [
        document.content.nodes,
        *(part.nodes for card in document.cards for part in card.parts.values()),
    ]
    while waiting:
        for element in elements(waiting.pop()):
            if isinstance(element, NoteCall) and element.number not in called:
                called.add(element.number)
                waiting.append(texts.get(element.number, ()))
    if len(called) == len(texts):
        return document
    notes = [note for note in document.footnotes if note.number in called]
    numbers = {note.number: new for new, note in enumerate(notes, 1)}

    def visit(_: Element, new: Element) -> Element:
        if isinstance(new, NoteCall) and new.number in numbers:
            return replace(new, number=numbers[new.number])
        return new

    kept = (changed(note, number=numbers[note.number]) for note in notes)
    return _rewritten(changed(document, footnotes=tuple(kept)), visit)


def _rewritten(document: Document, visit: Callable[[Element, Element], Element]) -> Document:
    """The document with every tree in it rewritten."""

    def content(one: Content) -> Content:
        nodes = rewrite(one.nodes, visit)
        return one if nodes is one.nodes else Content(nodes)

    return changed(
        document,
        content=content(document.content),
        footnotes=tuple(changed(n, content=content(n.content)) for n in document.footnotes),
        cards=tuple(use.with_parts(content) for use in document.cards),
    )
