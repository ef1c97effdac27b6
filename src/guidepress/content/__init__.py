"""Authored text as a tree of frozen nodes: what Markdown becomes, what the Book holds, what each product writes out."""

from guidepress.content.nodes import (
    Code,
    Element,
    Formula,
    Gap,
    Image,
    Node,
    NoteCall,
    Quote,
    RecordBlock,
    Reference,
    Text,
    Variable,
)
from guidepress.content.tree import EMPTY, Content

__all__ = [
    "EMPTY",
    "Code",
    "Content",
    "Element",
    "Formula",
    "Gap",
    "Image",
    "Node",
    "NoteCall",
    "Quote",
    "RecordBlock",
    "Reference",
    "Text",
    "Variable",
]
