"""One stage of the roadmap: `/// stage | id`."""

from __future__ import annotations

from guidepress.markdown.blocks.place import Place


class Stage(Place):
    """A stage."""

    NAME = "stage"
    ARGUMENT = True
    MEANING = "the id of a stage"
