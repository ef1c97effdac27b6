"""The tags of a note, one branch for each guide, so that a learner's own tags are never mixed with them:

    backend-developer::chapter::databases    where it is taught
    backend-developer::stage::storage        the stage of the roadmap
    backend-developer::skill::sql            the skill
    backend-developer::kind::database        the kind of that skill
    backend-developer::from::faq             what it was made from
    backend-developer::language::de          the language, in a deck of several
    backend-developer::http                  what the author wrote

Only the author's own count as content: a card that moves to another chapter is not a changed card.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from guidepress import card_kinds
from guidepress.book.model import Book, Card
from guidepress.lint.rule import ALLOW

_SPACE = re.compile(r"[\s,\"]+")


def is_directive(tag: str) -> bool:
    """Whether a tag of a card speaks to guidepress (`typed`, `steps`, `allow-RULE`)."""
    return card_kinds.is_directive(tag) or tag.startswith(ALLOW)


def authored(card: Card) -> list[str]:
    """The tags that are part of a card's content, sorted."""
    return sorted({_clean(tag) for tag in card.tags if not is_directive(tag)} - {""})


class Tagger:
    """Gives each card of a book its tags; all of them have those `besides`."""

    def __init__(self, book: Book, besides: Sequence[str] = ()) -> None:
        self._besides = besides
        self._guide = book.id
        self._chapters = {chapter.id for chapter in book.chapters()}
        self._skills = {skill.id: skill for skill in book.skills}
        # Most cards of a chapter have the same tags.
        self._made: dict[tuple[object, ...], tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def of(self, card: Card) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The tags of a card, sorted: those that are part of its content, and all that Anki gets."""
        key = (card.tags, card.origin, card.stage, card.skill, card.chapter)
        if (found := self._made.get(key)) is None:
            found = self._made[key] = self._make(card)
        return found

    def _make(self, card: Card) -> tuple[tuple[str, ...], tuple[str, ...]]:
        own = authored(card)
        found = {*own, *self._besides, f"from::{card.origin}"}
        stages = {card.stage}
        if card.chapter in self._chapters:
            found.add(f"chapter::{card.chapter}")
        if (skill := self._skills.get(card.skill)) is not None:
            found |= {f"skill::{skill.id}", f"kind::{_clean(skill.kind)}"}
            stages.update(skill.stages)
        found.update(f"stage::{stage}" for stage in stages if stage)
        return tuple(own), tuple(sorted(f"{self._guide}::{name}" for name in found))


def _clean(tag: str) -> str:
    """A tag without what Anki separates tags by."""
    return _SPACE.sub("-", tag.strip()).strip(":-")
