"""Deck options as a preset, for learners who take it: Anki asks for that with every import, and takes none by itself.

A preset that a learner has is never replaced, so its id depends on the guide alone.
"""

from __future__ import annotations

from typing import Any

from guidepress.book.model import DeckPreset
from guidepress.deck.identity import preset_id

# Anki's numbers (`deck_config.proto`): new cards by their position, and in that order.
_LOWEST_POSITION, _AS_GATHERED = 1, 1


def preset(guide: str, name: str, options: DeckPreset) -> tuple[int, dict[str, Any]]:
    """The id of a guide's preset, and the preset as Anki's JSON. New cards come in the order of the book."""
    id_ = preset_id(guide)
    return id_, {
        "id": id_,
        "name": name,
        "mod": 0,
        "usn": 0,
        "maxTaken": 60,
        "autoplay": True,
        "timer": 0,
        "replayq": True,
        "dyn": False,
        "new": {
            "bury": True,
            "delays": [1, 10],
            "initialFactor": 2500,
            "ints": [1, 4, 0],
            "order": 1,
            "perDay": options.new,
        },
        "rev": {
            "bury": True,
            "ease4": 1.3,
            "hardFactor": 1.2,
            "ivlFct": 1,
            "maxIvl": 36500,
            "perDay": options.reviews,
        },
        "lapse": {"delays": [10], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0},
        "newGatherPriority": _LOWEST_POSITION,
        "newSortOrder": _AS_GATHERED,
        "desiredRetention": options.retention,
    }
