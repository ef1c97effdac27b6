"""The whole roadmap: `/// roadmap`."""

from __future__ import annotations

from guidepress.markdown.blocks.place import Place


class Roadmap(Place):
    """All stages."""

    NAME = "roadmap"
