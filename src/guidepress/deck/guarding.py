"""Finished notes and note types, looked through for what a learner's Anki must not get (`deck.safety`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guidepress import confinement
from guidepress.deck import occlusion
from guidepress.deck.adopted import AdoptedType
from guidepress.deck.notes import Note
from guidepress.deck.safety import is_plain, unsafe_field, unsafe_style, unsafe_template
from guidepress.diagnostics import Diagnostic, Span, error, warning

# How much of what is refused a message repeats.
_MOST = 60


def unsafe_notes(notes: Iterable[Note]) -> Iterator[Diagnostic]:
    """An error (`card-unsafe`) for each note with a field that a learner's Anki must not get."""
    for note in notes:
        if is_plain(note.written):
            continue
        found = next(filter(None, map(unsafe_field, note.values)), None)
        if found is not None:
            message = f"card `{note.id}`: `{_short(found)}` may not stand on a card"
            hints = (
                "a card holds text, formulas, pictures and links to the web (docs/security.md)",
            )
            yield error("card-unsafe", message, note.span, hints=hints)


def unsafe_types(types: Iterable[AdoptedType], drawn: int) -> Iterator[Diagnostic]:
    """`adopted-type-unsafe` for each note type of a deck that was brought in, where it runs or loads something.

    Learners who have the deck have it so, and a card may not work without: a warning, and an error where the build is
    confined, its guide being a stranger's. `drawn` is the id of the note type in which Anki draws masks on pictures.
    """
    for one in types:
        if one.id == drawn and (one.fronts, one.backs) == occlusion.SIDES:
            continue
        found = unsafe_style(str(one.model.get("css", ""))) or next(
            filter(None, map(unsafe_template, (*one.fronts, *one.backs))), None
        )
        if found is not None:
            message = f"the note type `{one.model['name']}`, which came with a deck, has `{_short(found)}`"
            hints = ("learners' Anki runs or loads what note types say: look whether you trust it",)
            place = Span("source/deck.lock")
            if confinement.confined():
                yield error("adopted-type-unsafe", message, place, hints=hints)
            else:
                yield warning("adopted-type-unsafe", message, place, hints=hints)


def _short(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST - 1] + "…"
