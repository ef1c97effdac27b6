"""Something to do: `/// exercise | Title`."""

from __future__ import annotations

from guidepress.markdown.blocks.box import Box


class Exercise(Box):
    """A section of class `exercise`."""

    NAME = "exercise"
    ABOUT = "Something to do."
