"""Images of cards as Anki's media: one flat folder for all decks of a learner, where a name is permanent.

Anki never replaces a media file of the same name in a collection, and two decks may both have a
`diagram.png`. So the name carries a hash of the content.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from guidepress.book.model import Image, Sound
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error
from guidepress.source.images import cleaned_svg

_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


def media_name(file: Image | Sound) -> str:
    """The name of a file in the deck: `stem-HASH.ext`, in ASCII, which every platform and sync server keeps."""
    path = PurePosixPath(file.key)
    hashed = (isinstance(file, Image) and file.cleaned) or file.sha256
    stem = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode()
    stem = _UNSAFE.sub("-", stem).strip("-").lower()[:40].strip("-") or "image"
    return f"{stem}-{hashed[:16].lower()}{path.suffix.lower()}"


def read_media(
    keys: Iterable[str], files: Mapping[str, Image | Sound]
) -> Diagnosed[dict[str, bytes]]:
    """The files of the images and sounds in `keys`, by media name in alphabetical order.

    A file that is gone or is no longer what the book was compiled with is an error
    (`image-changed`).
    """
    found: dict[str, bytes] = {}
    problems: list[Diagnostic] = []
    for key in keys:
        image = files[key]
        try:
            content = image.path.read_bytes()
        except OSError as problem:
            message = f"the file cannot be read: {problem.strerror}"
            problems.append(error("image-missing", message, Span(key)))
            continue
        if hashlib.sha256(content).hexdigest() != image.sha256.lower():
            problems.append(
                error("image-changed", "the file changed while building", Span(key),
                      hints=("build again",))
            )  # fmt: skip
            continue
        found[media_name(image)] = (
            cleaned_svg(content) if isinstance(image, Image) and image.cleaned else content
        )
    return Diagnosed(dict(sorted(found.items())), tuple(problems))
