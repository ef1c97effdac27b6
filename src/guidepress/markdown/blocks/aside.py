"""What stands beside the text: `/// aside`."""

from __future__ import annotations

from guidepress.markdown.blocks.box import Box


class Aside(Box):
    """An <aside>."""

    NAME = "aside"
    ABOUT = "What stands beside the text: in the margin where the book has a column for notes."
    TAG = "aside"
