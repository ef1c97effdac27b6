"""Names for anchors, as GitHub makes them from headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

_DROPPED = re.compile(r"[^\w\- ]")


def slugify(text: str) -> str:
    """Lower case, spaces to hyphens, punctuation dropped; letters of all scripts stay."""
    text = unicodedata.normalize("NFC", text).strip().lower()
    return _DROPPED.sub("", text).replace(" ", "-")


def identify(text: str) -> str:
    """An id (`[a-z0-9-]+`) for a file or title; empty where nothing of it is left."""
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")


def unique(name: str, taken: Container[str]) -> str:
    """`name`, or the first of `name-1`, `name-2`, … that is free."""
    if name not in taken:
        return name
    number = 1
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
