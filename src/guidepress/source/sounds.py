"""Sounds of the project: found and hashed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from guidepress.diagnostics import Diagnosed, Span, error
from guidepress.source.files import MAX_IMAGE, read_bytes

# What Anki plays on every platform.
SUFFIXES = {".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".flac"}
MAX_SOUND = MAX_IMAGE


def read_sound(path: Path, name: str) -> Diagnosed[str]:
    """The SHA-256 of a sound; `name` is what messages call it.

    Problems: those of `read_bytes`, `sound-unknown-format`.
    """
    if path.suffix.lower() not in SUFFIXES:
        kinds = ", ".join(sorted(s[1:] for s in SUFFIXES))
        message = f"`{name}` is not a sound that Anki plays everywhere ({kinds})"
        return Diagnosed(None, (error("sound-unknown-format", message, Span(name)),))
    read = read_bytes(path, name, MAX_SOUND)
    if read.value is None:
        return Diagnosed(None, read.diagnostics)
    return Diagnosed(hashlib.sha256(read.value).hexdigest())
