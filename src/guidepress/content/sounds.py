"""Sounds in text: a span around the words that stand for one, with the key of the sound in the Book."""

from __future__ import annotations

from guidepress.content.nodes import Element

# The class of the span, and the attribute with the key.
SOUND = "sound"
KEY = "data-sound"


def sound_key(element: Element) -> str:
    """The key of the sound that an element is; empty for any other element."""
    return element.attributes.get(KEY, "") if element.name == "span" else ""
