"""Cards that deck.lock knows from drafts only: no learner has them, so their ids, kinds and guide are free to change.

A card is released once it is in a deck that was given out, which are those in `releases/`. deck.lock also holds what
builds made since; that binds nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from guidepress import card_kinds
from guidepress.book.model import Book
from guidepress.deck.languages import ONLY, DeckLanguage, Translation, suffix_in
from guidepress.deck.lock import Lock, NoteLock
from guidepress.deck.occlusion import occlusion_type_id
from guidepress.diagnostics import Diagnosed, Diagnostic, Severity, Span

_SHOWN = 5


def forget_drafts(
    book: Book,
    lock: Lock,
    released: Callable[[], Diagnosed[Lock]],
    file: str,
    translations: Sequence[Translation] = (),
) -> Diagnosed[Lock]:
    """`lock` without the cards that no learner has and that the book no longer has as they were.

    `released` reads what learners have, without a value where that cannot be read: then nothing is forgotten. It is
    called only where something would be. `file` names deck.lock; `translations` are the other languages of the deck.
    Notes: `lock-restarted`, `lock-drafts-forgotten`.
    """
    other = lock.guide not in ("", book.id)
    masked = occlusion_type_id(lock.guide or book.id)
    changed = _changed(book, lock, translations)
    if not other and not changed:
        return Diagnosed(lock)
    given = released().value
    if given is None:
        return Diagnosed(lock)
    if other:
        bound = bool(given.notes) or any(id_ != masked for id_ in lock.adopted)
        return Diagnosed(lock) if bound else Diagnosed(Lock(book.id, 0), (_restarted(lock, file),))
    # Cards that came with a deck were learners' before there was a guide.
    drafts = [
        id_ for id_ in changed if id_ not in given.notes and lock.notes[id_].type in (0, masked)
    ]
    if not drafts:
        return Diagnosed(lock)
    gone = frozenset(drafts)
    notes = {id_: note for id_, note in lock.notes.items() if id_ not in gone}
    variants = {key: note for key, note in lock.variants.items() if key[1] not in gone}
    return Diagnosed(replace(lock, notes=notes, variants=variants), (_forgotten(drafts, file),))


def _changed(book: Book, lock: Lock, translations: Sequence[Translation]) -> list[str]:
    """The ids of cards of a lock that the book has no longer, or has as a note of another type."""
    masked = occlusion_type_id(lock.guide or book.id)
    kinds = {
        language.card(card.id): card_kinds.kind_of(card_kinds.as_asked(card))
        for language, one in _books(book, translations)
        for card in one.cards
        if card.id
    }
    # Other editions have these.
    others = left_out(book, lock, translations)

    def is_other(note: NoteLock) -> bool:
        if note.id in others:
            return False
        kind = kinds.get(note.id)
        if kind is None:
            return note.status == "active"
        return kind.note != note.kind or kind.masked != (note.type == masked)

    return [id_ for id_, note in lock.notes.items() if is_other(note)]


def _books(book: Book, translations: Iterable[Translation]) -> Iterator[tuple[DeckLanguage, Book]]:
    yield ONLY, book
    yield from ((one.language, one.book) for one in translations)


def left_out(book: Book, lock: Lock, translations: Sequence[Translation]) -> frozenset[str]:
    """The cards of a lock that other editions have, and those of languages that this deck does not hold."""
    languages = {one.language.suffix for one in translations} | {""}
    own = {
        language.card(id_) for language, one in _books(book, translations) for id_ in one.left_out
    }
    foreign = (id_ for id_ in lock.notes if suffix_in(id_) not in languages)
    return frozenset(own.union(foreign))


def _restarted(lock: Lock, file: str) -> Diagnostic:
    return Diagnostic(
        "lock-restarted",
        Severity.NOTE,
        f"the guide's id was `{lock.guide}`; no deck of it was released, so deck.lock starts anew",
        Span(file),
        hints=_HINTS,
    )


def _forgotten(ids: Iterable[str], file: str) -> Diagnostic:
    names = sorted(ids)
    shown = ", ".join(f"`{name}`" for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return Diagnostic(
        "lock-drafts-forgotten",
        Severity.NOTE,
        f"deck.lock forgets {shown}{more}: no released deck has "
        + ("this card" if len(names) == 1 else "these cards"),
        Span(file),
        hints=_HINTS,
    )


_HINTS = ("if learners have such a deck, put it into releases/ and deck.lock back as it was",)
