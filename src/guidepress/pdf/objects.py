"""Objects of a PDF as text in which numbers are left open, until it is known where in a book they stand.

What a fragment becomes so depends on nothing else of the book. Copying objects from one PDF to another and saving them
all takes three times as long as filling in numbers, and that has to be done only where they have changed.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Object, Pdf

# Objects in one stream: few enough to read one without reading all, and that their places in it take one byte.
PACKED = 256
# What stands before a key of the parent tree where no name says that it is one; qpdf writes no such byte.
KEY = b"\0"
# qpdf writes an object in one line, parentheses in strings with a backslash.
_OPEN = re.compile(rb"\((?:[^()\\]|\\.)*\)|(/StructParents? |\0)(\d+)|(\d+) 0 R")
_LENGTH = re.compile(rb" /Length \d+(?: 0 R)?")


@dataclass(frozen=True, slots=True)
class Text:
    """So many objects, a line each. `slots` tell for every `%d` in it which of some numbers stands there."""

    lines: bytes
    slots: array[int]
    count: int

    def filled(self, numbers: Sequence[int]) -> bytes:
        """The text, with numbers."""
        return self.lines % tuple(map(numbers.__getitem__, self.slots))


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: its dictionary, without its length, and its bytes as they are in the file."""

    dictionary: Text
    data: bytes


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects that belong together, with numbers of their own from some number on: `packed` ones, the streams that hold
    these, and streams, the last first.

    The numbers they are filled with are `outside` others and then their own. Slots from 0 on count from the first,
    those below 0, of streams, from the last.
    """

    packed: tuple[Text, ...]
    streams: tuple[Stream, ...]
    outside: int

    @property
    def count(self) -> int:
        """How many numbers they take."""
        return sum(text.count for text in self.packed) + len(self.packed) + len(self.streams)

    def number(self, slot: int, first: int) -> int:
        """The number of one of them, where their own begin with `first`."""
        return first + slot - self.outside if slot >= 0 else first + self.count + slot


class Collector:
    """Takes objects out of a PDF, with all that they lead to.

    `known` are slots of objects that are not taken, by their numbers in the PDF; keys of the parent tree from 0 on have
    the slots from `keys` on. Of the slots, `outside` are not of what is taken.
    """

    def __init__(self, pdf: Pdf, known: Mapping[int, int], keys: int, outside: int) -> None:
        self._pdf = pdf
        self._slots = dict(known)
        self._keys = keys
        self._outside = outside
        self._others: list[Object | bytes] = []
        self._streams: list[Object] = []

    def take(self, item: Object) -> int:
        """The slot of an object of the PDF."""
        return self._slot(item.objgen[0])

    def add(self, text: bytes) -> int:
        """The slot of an object that is not in the PDF: its text, with references as in the PDF."""
        self._others.append(text)
        return self._last()

    @property
    def streams(self) -> Mapping[int, int]:
        """The places of streams that were taken, by their numbers in the PDF."""
        return {number: -1 - slot for number, slot in self._slots.items() if slot < 0}

    def taken(self) -> Objects:
        """All that was taken."""
        texts: list[tuple[bytes, list[int]]] = []
        streams: list[Stream] = []
        # Both lists grow as they are gone through.
        while len(texts) < len(self._others) or len(streams) < len(self._streams):
            for item in self._others[len(texts) :]:
                whole = item if isinstance(item, bytes) else item.unparse(resolved=True)
                texts.append(self._opened(whole))
            for item in self._streams[len(streams) :]:
                lines, slots = self._opened(_LENGTH.sub(b"", item.stream_dict.unparse()))
                text = Text(lines, array("i", slots), 1)
                streams.append(Stream(text, item.read_raw_bytes()))
        packed = []
        for start in range(0, len(texts), PACKED):
            some = texts[start : start + PACKED]
            slots = [slot for _, of_one in some for slot in of_one]
            lines = b"\n".join(line for line, _ in some)
            packed.append(Text(lines, array("i", slots), len(some)))
        return Objects(tuple(packed), tuple(streams), self._outside)

    def _last(self) -> int:
        return self._outside + len(self._others) - 1

    def _slot(self, number: int) -> int:
        slot = self._slots.get(number)
        if slot is None:
            item = self._pdf.get_object(number, 0)
            if isinstance(item, pikepdf.Stream):
                self._streams.append(item)
                slot = -len(self._streams)
            else:
                self._others.append(item)
                slot = self._last()
            self._slots[number] = slot
        return slot

    def _opened(self, text: bytes) -> tuple[bytes, list[int]]:
        """A text with `%d` for numbers, and their slots."""
        slots: list[int] = []

        def opened(found: re.Match[bytes]) -> bytes:
            key, value, number = found.groups()
            if number is not None:
                slots.append(self._slot(int(number)))
                return b"%d 0 R"
            if key is not None:
                slots.append(self._keys + int(value))
                return bytes(key.strip(KEY)) + b"%d"
            return found[0]

        return _OPEN.sub(opened, text.replace(b"%", b"%%")), slots
