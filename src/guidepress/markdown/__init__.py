"""Markdown as guidepress reads it: Python-Markdown with pymdown-extensions, and GitHub's habits."""

from guidepress.markdown.convert import convert
from guidepress.markdown.document import (
    BlockUse,
    CardUse,
    Document,
    Formula,
    HeadingUse,
    ImageUse,
    QuoteUse,
    Reference,
)

__all__ = [
    "BlockUse",
    "CardUse",
    "Document",
    "Formula",
    "HeadingUse",
    "ImageUse",
    "QuoteUse",
    "Reference",
    "convert",
]
