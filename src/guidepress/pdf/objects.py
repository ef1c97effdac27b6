"""Objects of a PDF as text in which numbers are left open, until it is known where in a book they stand.

What a fragment becomes so depends on nothing else of the book. Copying objects from one PDF to another and saving them
all takes three times as long as filling in numbers, and that has to be done only where they have changed.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Object, Pdf

# Objects in one stream: few enough to read one without reading all, and that their places in it take one byte.
PACKED = 256
# qpdf writes an object in one line, parentheses in strings with a backslash. The names are those of keys of the parent
# tree.
_OPEN = re.compile(rb"\((?:[^()\\]|\\.)*\)|(/StructParents? )(\d+)|(\d+) 0 R")
# Enough where there is neither a string nor a key.
_REFERENCE = re.compile(rb"(\d+) 0 R")
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
        self._keys = keys
        self._outside = outside
        # Objects that are still to be opened, or are, and the same of streams.
        self._others: list[Object | tuple[bytes, list[int]]] = []
        self._streams: list[Object] = []
        self._slots: dict[bytes, int] = _Slots(self._found)
        self._slots |= {b"%d" % number: slot for number, slot in known.items()}

    def take(self, item: Object) -> int:
        """The slot of an object of the PDF."""
        return self._slots[b"%d" % item.objgen[0]]

    def add(self, text: bytes, slots: list[int]) -> int:
        """The slot of an object that is not in the PDF: its text, and the slots for it."""
        self._others.append((text, slots))
        return self._last()

    def key(self, value: int) -> int:
        """The slot of a key of the parent tree."""
        return self._keys + value

    def opened(self, text: bytes) -> tuple[bytes, list[int]]:
        """The text of an object of the PDF with `%d` for numbers, and their slots."""
        text = text.replace(b"%", b"%%")
        if b"(" not in text and b"/StructParent" not in text:
            parts = _REFERENCE.split(text)
            return b"%d 0 R".join(parts[::2]), [self._slots[number] for number in parts[1::2]]
        slots: list[int] = []

        def opened(found: re.Match[bytes]) -> bytes:
            key, value, number = found.groups()
            if number is not None:
                slots.append(self._slots[number])
                return b"%d 0 R"
            if key is not None:
                slots.append(self.key(int(value)))
                return bytes(key) + b"%d"
            return found[0]

        return _OPEN.sub(opened, text), slots

    @property
    def streams(self) -> Mapping[int, int]:
        """The places of streams that were taken, by their numbers in the PDF."""
        return {int(number): -1 - slot for number, slot in self._slots.items() if slot < 0}

    def taken(self) -> Objects:
        """All that was taken; nothing more can be then."""
        texts: list[tuple[bytes, list[int]]] = []
        streams: list[Stream] = []
        # Both lists grow as they are gone through.
        while len(texts) < len(self._others) or len(streams) < len(self._streams):
            for item in self._others[len(texts) :]:
                texts.append(
                    item if isinstance(item, tuple) else self.opened(item.unparse(resolved=True))
                )
            for item in self._streams[len(streams) :]:
                lines, slots = self.opened(_LENGTH.sub(b"", item.stream_dict.unparse()))
                text = Text(lines, array("i", slots), 1)
                streams.append(Stream(text, item.read_raw_bytes()))
        packed = []
        for start in range(0, len(texts), PACKED):
            some = texts[start : start + PACKED]
            slots = [slot for _, of_one in some for slot in of_one]
            lines = b"\n".join(line for line, _ in some)
            packed.append(Text(lines, array("i", slots), len(some)))
        # Or this, its slots and the PDF would hold each other until the collector of garbage comes by, which it does
        # not while all fragments of a book are taken.
        self._slots = dict(self._slots)
        return Objects(tuple(packed), tuple(streams), self._outside)

    def _found(self, number: bytes) -> int:
        """The slot of an object that is met for the first time."""
        item = self._pdf.get_object(int(number), 0)
        if isinstance(item, pikepdf.Stream):
            self._streams.append(item)
            return -len(self._streams)
        self._others.append(item)
        return self._last()

    def _last(self) -> int:
        return self._outside + len(self._others) - 1


class _Slots(dict[bytes, int]):
    """Slots by numbers as they are written; `found` gives those that are new."""

    def __init__(self, found: Callable[[bytes], int]) -> None:
        super().__init__()
        self._found = found

    def __missing__(self, number: bytes) -> int:
        slot = self[number] = self._found(number)
        return slot
