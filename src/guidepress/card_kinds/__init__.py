"""The kinds of cards: a module and a line below for each, and what there is to know of a card by its kinds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from guidepress.book.model import Card
from guidepress.card_kinds import (
    basic,
    cloze,
    code,
    occlusion,
    overlapping,
    reversed,
    statements,
    steps,
    typed,
)
from guidepress.card_kinds.kind import CardKind, NoteKind
from guidepress.content import Content
from guidepress.diagnostics import Diagnostic, Related, Span, error

__all__ = [
    "KINDS",
    "CardKind",
    "NoteKind",
    "answer",
    "as_asked",
    "count",
    "faults",
    "kind_of",
    "kinds_of",
    "question",
    "settled",
]

KINDS: dict[str, CardKind] = {
    kind.name: kind
    for kind in (
        basic.KIND,
        cloze.KIND,
        occlusion.KIND,
        code.KIND,
        statements.KIND,
        overlapping.KIND,
        reversed.KIND,
        # Steps become gaps before those are typed.
        steps.KIND,
        typed.KIND,
    )
}


# Many cards of a book are alike in what their kinds go by.
_found: dict[tuple[int, str, bool, tuple[str, ...]], tuple[CardKind, ...]] = {}
_MOST = 4096


def blocks() -> Mapping[str, CardKind]:
    """The kinds that are blocks, by the names of these."""
    return {kind.block: kind for kind in KINDS.values() if kind.block}


def kind_of(card: Card) -> CardKind:
    """The kind that a card is written as."""
    return KINDS[card.kind]


def kinds_of(card: Card) -> tuple[CardKind, ...]:
    """Every kind that a card is of, that which it is written as among them."""
    key = (len(KINDS), card.kind, card.reverse, card.tags)
    if (found := _found.get(key)) is None:
        if len(_found) >= _MOST:
            _found.clear()
        found = _found[key] = tuple(kind for kind in KINDS.values() if kind.includes(card))
    return found


def settled(card: Card) -> Card:
    """The card with gaps for what its kinds ask in pieces, numbered once for all products."""
    for kind in kinds_of(card):
        card = kind.settled(card)
    return card


def question(card: Card) -> Content:
    """What a card asks, in print; the gaps in it are to be hidden."""
    return kind_of(card).question(card)


def answer(card: Card) -> Content:
    """What answers a card, in print."""
    return kind_of(card).answer(card)


def as_asked(card: Card) -> Card:
    """The card as Anki asks it."""
    for kind in kinds_of(card):
        card = kind.asked(card)
    return card


def count(card: Card) -> int:
    """How many cards Anki makes of it."""
    asked = as_asked(card)
    return sum(kind.count(asked) for kind in kinds_of(asked))


def is_directive(tag: str) -> bool:
    """Whether a tag says how a card is asked, and means nothing to a learner."""
    return any(kind.tag == tag for kind in KINDS.values())


def faults(cards: Iterable[Card], excused: Collection[str] = ()) -> Iterator[Diagnostic]:
    """An error for each card that cannot be made: two of one id, and those that are not what their kinds hold.

    Of cards with the ids in `excused` only the first is said. `card-duplicate`; of the kinds
    `card-empty`, `cloze-empty`, `cloze-gap-empty`, `occlusion-empty`, `card-code-missing`, `card-overlapping`,
    `card-statements`, `card-steps`, `card-typed`.
    """
    first: dict[str, Span] = {}
    for card in cards:
        if card.id in first:
            yield error(
                "card-duplicate",
                f"a second card has the id `{card.id}`",
                card.span,
                hints=("give it an id of its own: progress would go to one of the two",),
                related=(Related(first[card.id], "first here"),),
            )
        elif card.id:
            first[card.id] = card.span
        asked = card
        for kind in () if card.id in excused else kinds_of(card):
            for fault in kind.faults(asked):
                yield error(fault.code, fault.message, card.span, hints=fault.hints)
            asked = kind.asked(asked)
