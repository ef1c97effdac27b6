"""A digest for each page of a section: it changes with what is drawn on that page, and not with the pages beside it.

Neither does it change with how much of the section was laid out with the page: what a page paints with stands under
names that are counted, and its page numbers have the length of those that were expected.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any

import pikepdf

from guidepress.pdf import Fragment, Number
from guidepress.pdf.turning import turn

# What is not to be seen, and what leads back. Of resources only those count that are used.
_UNSEEN = frozenset(
    {"/Parent", "/StructParents", "/StructParent", "/Annots", "/Length", "/Resources", "/Contents"}
)  # fmt: skip
_NAME = re.compile(rb"/[^\s()<>\[\]{}/%]+")


def page_digests(fragment: Fragment) -> list[str]:
    """The digests of a fragment's pages, by their content streams and all that these use, but for page numbers.

    Fonts are named after their programs, so their names stand for them.
    """
    with pikepdf.open(io.BytesIO(fragment.pdf)) as pdf:
        if fragment.turned:
            turn(pdf, fragment.turns or ())
        digests = _Digests((*fragment.numbers, *fragment.folios))
        return [digests.page(page.obj).hex() for page in pdf.pages]


class _Digests:
    """Those of the objects of one fragment, in which these `numbers` stand."""

    def __init__(self, numbers: Iterable[Number]) -> None:
        # By the numbers of objects; b"" while one is being made.
        self._known: dict[tuple[int, int], bytes] = {}
        self._numbers: dict[int, list[Number]] = {}
        self._tables: dict[tuple[int, int], _Names] = {}
        for number in numbers:
            self._numbers.setdefault(number.stream, []).append(number)

    def page(self, page: Any) -> bytes:
        """The digest of a page."""
        total = blake2b(self._entries(page), digest_size=16)
        contents = page.get("/Contents", ())
        streams = contents if isinstance(contents, pikepdf.Array) else [contents]
        names = self._names(page)
        for stream in streams:
            total.update(self._painted(stream, names))
        return total.digest()

    def _of(self, value: Any) -> bytes:
        numbered = isinstance(value, pikepdf.Object) and value.is_indirect
        if numbered:
            if value.objgen in self._known:
                return self._known[value.objgen]
            self._known[value.objgen] = b""
        total = blake2b(digest_size=16)
        if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            total.update(self._entries(value))
            if isinstance(value, pikepdf.Stream):
                if "/Resources" in value:
                    total.update(self._painted(value, self._names(value)))
                else:
                    total.update(value.read_raw_bytes())
        elif isinstance(value, pikepdf.Array):
            for item in value:
                total.update(self._of(item))
        else:
            total.update(repr(value).encode())
        digest = total.digest()
        if numbered:
            self._known[value.objgen] = digest
        return digest

    def _entries(self, value: Any) -> bytes:
        names = sorted(set(value.keys()) - _UNSEEN)
        return b"".join(name.encode() + b" " + self._of(value[name]) for name in names)

    def _painted(self, stream: Any, names: _Names) -> bytes:
        """What a stream paints, with the digests of resources in the places of their names."""
        numbers = self._numbers.get(stream.objgen[0], ())
        data = _without(stream.read_bytes(), numbers)
        return _NAME.sub(lambda match: names[match[0]], data)

    def _names(self, owner: Any) -> _Names:
        """The resources of a page or a form, which pages have in common."""
        resources = owner.get("/Resources", {})
        number = resources.objgen if getattr(resources, "is_indirect", False) else (0, 0)
        if number == (0, 0):
            return _Names(self._of, resources)
        if number not in self._tables:
            self._tables[number] = _Names(self._of, resources)
        return self._tables[number]


class _Names(dict[bytes, bytes]):
    """What stands in a digest for names in a stream: the digests of `resources` by these names, or the name itself."""

    def __init__(self, digest: Callable[[Any], bytes], resources: Any) -> None:
        super().__init__()
        self._digest = digest
        self._values: dict[bytes, list[Any]] = {}
        for group in resources.values():
            if isinstance(group, pikepdf.Dictionary):
                for name, value in group.items():
                    self._values.setdefault(name.encode(), []).append(value)

    def __missing__(self, name: bytes) -> bytes:
        found = [self._digest(value).hex().encode() for value in self._values.get(name, ())]
        self[name] = b"".join(found) or name
        return self[name]


def _without(data: bytes, numbers: Iterable[Number]) -> bytes:
    """A content stream without page numbers, nor where they begin if their length has a say in that."""
    for one in sorted(numbers, key=lambda number: -number.offset):
        before = data[: one.shift]
        # The matrix of the run: its fifth number says how far to the right.
        end = before.rfind(b" Tm\n")
        line = before.rfind(b"\n", 0, max(end, 0)) + 1
        matrix = before[line:end].split(b" ")
        if one.align != "left" and end >= 0 and len(matrix) == 6:
            matrix[4] = one.align.encode()
            before = before[:line] + b" ".join(matrix) + before[end:]
        data = before + data[one.shift : one.offset] + data[one.offset + one.length :]
    return data
