"""A table of data: `/// data | id`."""

from __future__ import annotations

from guidepress.markdown.blocks.place import Place


class Data(Place):
    """A table of data/*.yaml."""

    NAME = "data"
    ARGUMENT = True
    MEANING = "the id of a table of data"
