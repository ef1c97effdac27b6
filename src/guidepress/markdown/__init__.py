"""Markdown as guidepress reads it: CommonMark's structure, GitHub's habits, blocks between fences.

The parser is our own: `flow/` reads lines into blocks, `inline/` texts into inlines, `tree/` finishes, and everything
has a span. Of Python-Markdown it uses the instance with its registries, in which the rules stand, and the interface of
extensions, so that patterns and processors written for that library work here (`extensions.py`, the two
`guests.py`). `nodes.py` makes content of the tree.
"""

from guidepress.markdown.convert import convert
from guidepress.markdown.dialect import fault as extension_fault
from guidepress.markdown.document import (
    BlockUse,
    CardUse,
    Document,
    HeadingUse,
)

__all__ = [
    "BlockUse",
    "CardUse",
    "Document",
    "HeadingUse",
    "convert",
    "extension_fault",
]
