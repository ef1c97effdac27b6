"""A digest for each page of a section: it changes with what is drawn on that page, and not with the pages beside it."""

from __future__ import annotations

import io
from hashlib import blake2b

import pikepdf

from guidepress.pdf import Fragment
from guidepress.pdf.turning import turn

# What is not to be seen, and what leads back.
_UNSEEN = frozenset({"/Parent", "/StructParents", "/StructParent", "/Annots", "/Length"})


def page_digests(fragment: Fragment) -> list[str]:
    """The digests of a fragment's pages, by their content streams and all that these use.

    Fonts are named after their programs, so their names stand for them.
    """
    with pikepdf.open(io.BytesIO(fragment.pdf)) as pdf:
        if fragment.turned:
            turn(pdf, fragment.turns or ())
        known: dict[tuple[int, int], bytes] = {}
        return [_digest(page.obj, known).hex() for page in pdf.pages]


def _digest(value: object, known: dict[tuple[int, int], bytes]) -> bytes:
    """The digest of a value; `known` are those of objects that have a number, b"" while one is being made."""
    numbered = isinstance(value, pikepdf.Object) and value.is_indirect
    if isinstance(value, pikepdf.Object) and numbered:
        if value.objgen in known:
            return known[value.objgen]
        known[value.objgen] = b""
    total = blake2b(digest_size=16)
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        for name in sorted(value.keys()):
            if name not in _UNSEEN:
                total.update(name.encode() + b" " + _digest(value[name], known))
        if isinstance(value, pikepdf.Stream):
            total.update(value.read_raw_bytes())
    elif isinstance(value, pikepdf.Array):
        for item in value:
            total.update(_digest(item, known))
    else:
        total.update(repr(value).encode())
    digest = total.digest()
    if isinstance(value, pikepdf.Object) and numbered:
        known[value.objgen] = digest
    return digest
