"""Cards: from blocks in chapters, `cards:` lists, questions and terms, in the order of the book.

What a card hides is settled and numbered here, for all products.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from guidepress import card_kinds
from guidepress.book.draft import ChapterDraft
from guidepress.book.editions import Editing
from guidepress.book.fields import Fields
from guidepress.book.gaps import settle
from guidepress.book.model import Card
from guidepress.book.occlusion import settle_masks
from guidepress.book.places import Places
from guidepress.book.slugs import identify, unique
from guidepress.card_kinds import basic, cloze, occlusion
from guidepress.content import Content, Element, Text
from guidepress.content.typography import typed_content
from guidepress.content.walk import INLINE
from guidepress.diagnostics import Diagnostic, Span, did_you_mean, error
from guidepress.markdown import CardUse
from guidepress.model import CardRecord, Guide, Question, Record, Term
from guidepress.model.base import Conditional
from guidepress.model.kinds import KINDS, listed


@dataclass(slots=True)
class CardCollector:
    """Gathers the cards of a book; `parts` maps a chapter to its part.

    `displaced` are the labels of records that the edition prints elsewhere than the guide does.
    """

    guide: Guide
    fields: Fields
    places: Places
    parts: dict[str, str]
    editing: Editing
    displaced: frozenset[str] = frozenset()
    cards: list[Card] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _owners: dict[str, tuple[Record, str]] = field(init=False)
    _collected: set[str] = field(default_factory=set)
    # Ids of cards of which something was left out, with an error of its own; what they lack then is no news.
    _incomplete: set[str] = field(default_factory=set)
    # Ids that are in use or have been suggested.
    _taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._owners = _owners(self.guide)

    def collect(self, drafts: Iterable[ChapterDraft]) -> None:
        """Every card of the guide, chapter by chapter; then those of records that no chapter prints."""
        drafts = list(drafts)
        self._taken = {use.id for draft in drafts for use in draft.document.cards}
        records = (record for record, _ in self._owners.values())
        self._taken |= {card.id for record in records for card in getattr(record, "cards", ())}
        for draft in drafts:
            for card in self._chapter(draft):
                self.cards.append(card)
                draft.cards.append(card.id)
        self.cards.extend(self._records(set(self._owners), ""))
        self.diagnostics += card_kinds.faults(self.cards, self._incomplete)

    def _chapter(self, draft: ChapterDraft) -> Iterator[Card]:
        """A chapter's cards by line: its own blocks, and those of the records it prints."""
        document = draft.document
        steps: list[tuple[int, int, CardUse | int]] = [
            (use.span.line, 0, use) for use in document.cards
        ]
        steps += [
            (block.span.line if block.span else 0, 1, i) for i, block in enumerate(draft.blocks)
        ]
        for _, _, step in sorted(steps, key=lambda s: s[:2]):
            if isinstance(step, int):
                yield from self._records(set(draft.blocks[step].anchors), draft.id, draft.stage)
            elif card := self._use(step, draft):
                yield card

    def _use(self, use: CardUse, draft: ChapterDraft) -> Card | None:
        before = self._problems

        def html(content: Content) -> Content:
            return self.fields.resolver.finish_apart(content, use.span, draft.id)

        made = Card(
            id=use.id,
            kind=card_kinds.blocks()[use.kind].name,
            origin="card",
            span=use.span,
            front=html(use.front),
            back=html(use.back),
            text=self._masked(self._cloze(html(use.text)), use),
            extra=self._explained(html(use.extra), html(use.why)),
            hint=html(use.hint),
            reverse=use.reverse,
            tags=use.tags,
            audio=self._sound(use.audio, use.span),
            speak=use.speak,
            chapter=draft.id,
            part=draft.part,
            anchor=f"card-{use.id}",
            stage=draft.stage,
            varies=use.varies or bool(self.guide.originals),
        )
        card = card_kinds.settled(made)
        if self._problems > before:
            self._incomplete.add(use.id)
        if not use.id:
            self.diagnostics += card_kinds.faults((card,), self._incomplete)
            if not use.has_id:
                self.diagnostics.append(self._without_id(use, draft))
            return None
        return card

    def _without_id(self, use: CardUse, draft: ChapterDraft) -> Diagnostic:
        """The error of a card without an id. There is no fix where one is typed: a second would be no better."""
        line, hint = use.option_line, f"move `{use.typed_id}` to the line right below the header"
        fix = None
        if not use.typed_id:
            words = identify(typed_content(use.front or use.text).words)[:40]
            suggestion = unique(f"{draft.id}-{words}"[:75].strip("-"), self._taken)
            self._taken.add(suggestion)
            hint = f"add `id: {suggestion}` and never change it again"
            fix = replace(line, text=f"{line.text}id: {suggestion}") if line else None
        message = "this card has no id; learners' progress depends on it"
        return error("card-id-missing", message, use.span, hints=(hint,), fix=fix)

    def _records(self, labels: set[str], chapter: str, stage: str = "") -> Iterator[Card]:
        """The cards of the records with these labels, in the order of their files, each once."""
        for label, (record, origin) in self._owners.items():
            if label not in labels or label in self._collected:
                continue
            self._collected.add(label)
            before, changes = self._problems, self.editing.changes
            for card in self._of(record, label, origin, chapter, stage):
                varies = self.editing.changes > changes or label in self.displaced
                if varies or self._varies(record, card):
                    card = replace(card, varies=True)
                changes = self.editing.changes
                if self._problems > before:
                    self._incomplete.add(card.id)
                before = self._problems
                yield card

    def _varies(self, record: Record, card: Card) -> bool:
        """Whether an edition may have another card of the same id than another, or none."""
        carried = (one for one in getattr(record, "cards", ()) if one.id == card.id)
        return (
            record.varies
            or bool(self.guide.originals)
            or any(
                isinstance(one, Conditional) and bool(one.only or one.except_)
                for one in (record, *carried)
            )
        )

    @property
    def _problems(self) -> int:
        """How many problems the texts of cards had so far."""
        return len(self.fields.diagnostics) + len(self.fields.resolver.diagnostics)

    def _of(
        self, record: Record, label: str, origin: str, chapter: str, stage: str
    ) -> Iterator[Card]:
        """The cards of one record."""
        if isinstance(record, Question):
            yield from self._question(record, chapter, stage)
        if isinstance(record, Term):
            yield from self._term(record, chapter, stage)
        cards: tuple[CardRecord, ...] = getattr(record, "cards", ())
        for card in cards:
            belongs = label.removeprefix("stage-") if origin == "stage" else stage
            skill = label.removeprefix("skill-") if origin == "skill" else ""
            made = self._record(card, origin, chapter, belongs, skill)
            yield replace(card_kinds.settled(made), record=label)

    def _record(
        self, record: CardRecord, origin: str, chapter: str, stage: str, skill: str
    ) -> Card:
        def html(name: str) -> Content:
            return self.fields.html(record, name, chapter=chapter)

        return Card(
            id=record.id,
            kind=self._kind(record),
            origin=origin,
            span=record.span("id"),
            front=html("front"),
            back=html("back"),
            text=self._cloze(html("cloze")),
            extra=self._explained(html("extra"), html("why")),
            hint=html("hint"),
            reverse=record.reverse,
            tags=record.tags,
            audio=self._sound(record.audio or "", record.span("audio")),
            speak=record.speak,
            chapter=chapter,
            part=self.parts.get(chapter, ""),
            anchor=f"card-{record.id}",
            stage=stage,
            skill=skill,
        )

    def _kind(self, record: CardRecord) -> str:
        """The kind that a record names, else the one whose keys it has."""
        if record.kind is None:
            return (cloze.KIND if record.cloze is not None else basic.KIND).name
        # A record has no room for masks.
        known = {kind.name for kind in card_kinds.blocks().values() if not kind.masked}
        if record.kind not in known:
            message = f"there is no kind of cards `{record.kind}`"
            hints = did_you_mean(record.kind, known) or (f"known: {', '.join(sorted(known))}",)
            self.diagnostics.append(
                error("value-invalid", message, record.span("kind"), hints=hints)
            )
            return basic.KIND.name
        return record.kind

    def _cloze(self, text: Content) -> Content:
        """The text of a cloze card with its gaps, those in formulas among them."""
        if not text:
            return text
        gaps = settle(text, self.fields.typography)
        self.fields.resolver.formulas.update(dict.fromkeys(gaps.formulas))
        self.diagnostics += gaps.diagnostics
        return gaps.text

    def _sound(self, written: str, span: Span) -> str:
        """The key of a sound in the book; empty where there is none."""
        return self.fields.resolver.sound(written, span.file, span) if written else ""

    def _explained(self, extra: Content, why: Content) -> Content:
        """What stands below the answer, with the reason for it folded away where there is a screen."""
        if not why:
            return extra
        summary = Element("summary", {}, (Text(self.fields.resolver.words["why"]),))
        body = why.nodes if any(isinstance(n, Element) and n.name not in INLINE for n in why.nodes) else (
            Element("p", {}, why.nodes),
        )  # fmt: skip
        return Content((*extra.nodes, Element("details", {"class": "why"}, (summary, *body))))

    def _masked(self, text: Content, use: CardUse) -> Content:
        """The text of a card that hides parts of a picture, with the place of each."""
        if use.kind != occlusion.KIND.block:
            return text
        settled = settle_masks(text, self.fields.resolver.images, use.span)
        self.diagnostics += settled.diagnostics
        if settled.diagnostics:
            self._incomplete.add(use.id)
        assert settled.value is not None
        return settled.value

    def _question(self, record: Question, chapter: str, stage: str) -> Iterator[Card]:
        if not record.card:
            return
        answer = self.fields.html(record, "answer", chapter=chapter)
        short = self.fields.html(record, "short", chapter=chapter)
        yield Card(
            id=record.card_id,
            kind=basic.KIND.name,
            origin="faq",
            span=record.span("id"),
            front=self.fields.html(record, "question", chapter=chapter),
            back=short or answer,
            extra=answer if short else Content(),
            tags=record.tags,
            chapter=chapter,
            part=self.parts.get(chapter, ""),
            anchor=f"card-{record.card_id}",
            stage=stage,
        )

    def _term(self, record: Term, chapter: str, stage: str) -> Iterator[Card]:
        if record.card == "none":
            return
        yield Card(
            id=record.card_id,
            kind=basic.KIND.name,
            origin="term",
            span=record.span("id"),
            front=self._plain(record.term),
            back=self.fields.html(record, "definition", chapter=chapter),
            extra=self._plain(record.long or ""),
            reverse=record.card == "both",
            tags=record.tags,
            chapter=chapter,
            part=self.parts.get(chapter, ""),
            anchor=f"card-{record.card_id}",
            stage=stage,
        )

    def _plain(self, text: str) -> Content:
        return self.fields.typography.content(Content((Text(text),) if text else ()))


def _owners(guide: Guide) -> dict[str, tuple[Record, str]]:
    """The label of each record -> the record, which may carry cards, and the name of its kind."""
    return {
        one.label: (one.record, kind.name) for kind in KINDS.values() for one in listed(guide, kind)
    }
