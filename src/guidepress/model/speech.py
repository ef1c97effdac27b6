"""What is read aloud: sides of cards, each in a language. Written `front fr, back`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator

Side = Literal["front", "back"]
SIDES: tuple[Side, Side] = ("front", "back")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_WANTED = "it is `front`, `back` or both, each with a language if it is another: `front fr, back`"


class Spoken(NamedTuple):
    """A side that is read aloud; `language` is a code such as `fr-CA`, empty for the guide's."""

    side: Side
    language: str = ""


def spoken(value: Any) -> tuple[Spoken, ...]:
    """Take it apart; ValueError where it is something else."""
    if isinstance(value, (list, tuple)) and all(isinstance(one, Spoken) for one in value):
        return tuple(value)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(_WANTED)
    found: dict[Side, Spoken] = {}
    for one in value.split(","):
        side, _, language = one.strip().partition(" ")
        known: Side | None = next((name for name in SIDES if name == side), None)
        language = language.strip()
        if known is None or (language and not _LANGUAGE.fullmatch(language)):
            raise ValueError(_WANTED)
        if known in found:
            raise ValueError(f"`{known}` stands there twice")
        found[known] = Spoken(known, language)
    return tuple(found.values())


Speech = Annotated[tuple[Spoken, ...], BeforeValidator(spoken, json_schema_input_type=str)]
