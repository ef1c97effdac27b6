"""Skills: `/// skills`, or those of one kind: `/// skills | language`."""

from __future__ import annotations

from guidepress.markdown.blocks.place import Place


class Skills(Place):
    """Skills, all or those of a kind."""

    NAME = "skills"
    ARGUMENT = None
