"""How the cards of a note type look: what is compared of it, whether a package or a running Anki has it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from guidepress.deck.identity import short_hash
from guidepress.deck.packed import PackedType


@dataclass(frozen=True, slots=True)
class Look:
    """The style of a note type, and for each card template by its name its front and back."""

    css: str
    templates: Mapping[str, tuple[str, str]]

    @property
    def hash(self) -> str:
        """A hash of it, in whatever order the templates stand."""
        return short_hash("look", self.css, json.dumps(dict(sorted(self.templates.items()))))


def look_of(type_: PackedType) -> Look:
    """The look of a note type in a package."""
    model = json.loads(type_.json)
    return Look(model["css"], {t["name"]: (t["qfmt"], t["afmt"]) for t in model["tmpls"]})
