"""A card in a `cards:` list of any YAML record."""

from __future__ import annotations

from pydantic import model_validator

from guidepress.model.base import Conditional, Id, Line, Markdown


class CardRecord(Conditional):
    """Either `front` and `back`, or `cloze` with `==…==` around what is hidden. All are Markdown.

    `kind` is for kinds of cards whose keys are those of another.
    """

    id: Id
    kind: Id | None = None
    front: Markdown | None = None
    back: Markdown | None = None
    cloze: Markdown | None = None
    extra: Markdown | None = None
    hint: Markdown | None = None
    why: Markdown | None = None
    audio: Line | None = None
    reverse: bool = False
    tags: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _one_kind(self) -> CardRecord:
        if self.cloze is not None:
            if self.front or self.back or self.reverse:
                raise ValueError("a cloze card has no front, back or reverse")
        elif not (self.front and self.back):
            raise ValueError("a card needs `front` and `back`, or `cloze`")
        return self
