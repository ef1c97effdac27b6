"""The style sheets of the handbook: the layout's CSS templates filled with geometry, colours and fonts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guidepress.handbook.geometry import Geometry
from guidepress.layouts import Fonts

# In the order of the cascade.
SHEETS = (
    "shared/tokens.css",
    "handbook/page.css",
    "handbook/prose.css",
    "handbook/code.css",
    "handbook/blocks.css",
    "handbook/matter.css",
    "handbook/tabs.css",
)
OWN_SHEET = "handbook/custom.css"


def page_context(geometry: Geometry, colours: Mapping[str, str], faces: Fonts) -> dict[str, Any]:
    """What every CSS template can use: `page`, `type`, `lead` (pt), `colour`, `font`, `faces`."""
    return {
        "page": geometry,
        "type": geometry.type,
        "lead": geometry.type.body[1],
        "colour": colours,
        "font": faces.stacks,
        "faces": faces.faces,
    }
