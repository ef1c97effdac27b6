"""Layouts: what a product looks like, apart from what it says.

`layout` finds a layout and renders its templates; `colours`, `fonts` and `words` are what its settings give to
every product, `code` sets code blocks for its style sheets. Nothing of guides: a brand comes as colours and families.
"""

from guidepress.layouts.fonts import FontFace, Fonts
from guidepress.layouts.layout import Layout, find_layout, layout_names

__all__ = ["FontFace", "Fonts", "Layout", "find_layout", "layout_names"]
