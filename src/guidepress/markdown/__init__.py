"""Markdown as guidepress reads it: Python-Markdown with pymdown-extensions, and GitHub's habits."""

from guidepress.markdown.convert import convert
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
]
