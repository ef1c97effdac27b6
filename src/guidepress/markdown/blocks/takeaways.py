"""What to remember: `/// takeaways`."""

from __future__ import annotations

from guidepress.markdown.blocks.box import Box


class Takeaways(Box):
    """A section of class `takeaways`."""

    NAME = "takeaways"
    ABOUT = "What to remember of the chapter."
