"""A card in a `cards:` list of any YAML record."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from guidepress.model.base import Conditional, Id, Line, Markdown, Names, Tag
from guidepress.model.speech import Speech


class CardRecord(Conditional):
    """Either `front` and `back`, or `cloze` with `==…==` around what is hidden. All are Markdown.

    `kind` is for kinds of cards whose keys are those of another.
    """

    id: Id
    """The card's permanent name, different from every other card's of the guide."""
    kind: Id | None = None
    """The kind of card, where the keys do not say it, such as `code`."""
    front: Markdown | None = None
    """The question, in Markdown."""
    back: Markdown | None = None
    """The answer, in Markdown."""
    cloze: Markdown | None = None
    """In place of question and answer: a text that hides what stands between `==`."""
    extra: Markdown | None = None
    """What is shown with the answer, in Markdown."""
    hint: Markdown | None = None
    """What is shown on demand, in Markdown."""
    why: Markdown | None = None
    """Why the answer is as it is, in Markdown."""
    audio: Annotated[Line, Names("sound")] | None = None
    """A sound that belongs to the card."""
    speak: Speech = ()
    """What Anki reads aloud: `front`, `back` or both, each with a language if it is another: `front fr, back`."""
    reverse: bool = False
    """Whether the card is asked by its answer, too."""
    tags: tuple[Tag, ...] = ()
    """Ids to select cards by."""

    @model_validator(mode="after")
    def _one_kind(self) -> CardRecord:
        if self.cloze is not None:
            if self.front or self.back or self.reverse:
                raise ValueError("a cloze card has no front, back or reverse")
        elif not (self.front and self.back):
            raise ValueError("a card needs `front` and `back`, or `cloze`")
        return self
