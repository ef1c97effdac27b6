"""What the reader will be able to do: `/// objectives`."""

from __future__ import annotations

from guidepress.markdown.blocks.box import Box


class Objectives(Box):
    """A section of class `objectives`."""

    NAME = "objectives"
    ABOUT = "What the reader will be able to do after the chapter."
