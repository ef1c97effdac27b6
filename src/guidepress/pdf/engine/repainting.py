"""Content of pages that was painted for the last text of a section taken for those pages where they are taken.

What is painted on a page depends on its boxes, and on what the pages before it have left: which glyphs of which fonts
are known by then, how wide they are and what they stand for, which states of graphics have a name, and which looks of
page numbers have an index. `Painted` says what a page found of these, and what it added. It is taken where what it
found is there, as it was, and what it added is either not there yet or as it would add it; then it is added, in the
same order.

A page is painted anew that has more on it: groups, patterns and gradients, whose names count those before them, fonts
with pictures, glyphs that are missing, and whatever the engine has something to say of. Where there are scripts whose
clusters take back what is known of glyphs (`clusters`), all pages are. So is what stands in the margins and the ground.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import pydyf

from guidepress.pdf.engine.numbers import Recorded, Recorder

# Pages that were "painted" and "taken" since the process began; tests read it.
COUNTS: Counter[str] = Counter()
# What content takes by name: fonts with the glyphs that follow, and states of graphics.
_NAMED = re.compile(rb"/(\S+) \S+ Tf|<([0-9a-f]+)>|/(\S+) gs")
# States of graphics that are named by what they are: opacities.
_OPACITIES = ("a", "A")

_Entries = tuple[tuple[Any, Any], ...]


class _Table(NamedTuple):
    """Entries of a table that a page found, and those that it added, in this order."""

    found: _Entries
    added: _Entries

    def fits(self, table: Mapping[Any, Any]) -> bool:
        """Whether a page would find and add the same in another table."""
        return all(key in table and table[key] == value for key, value in self.found) and all(
            table.get(key, value) == value for key, value in self.added
        )

    def add(self, table: dict[Any, Any]) -> None:
        for key, value in self.added:
            table.setdefault(key, value)


class _Font(NamedTuple):
    """What a page found and added in a font; `new` is a font without glyphs where the page was the first with it."""

    key: Any
    new: Any
    texts: _Table
    widths: _Table


class _Number(NamedTuple):
    """A page number in the content: the items of its shift and of itself, and the look that it is painted in."""

    shift: int
    item: int
    look: Any
    recorded: Recorded


@dataclass(frozen=True, slots=True)
class Painted:
    """The content of a page: `items` of its stream, of which numbers are those of marked content, and its `tags`; and
    what it found and added of all else. `images` are those that it asked for.
    """

    items: tuple[bytes | int, ...]
    tags: Mapping[Any, Any]
    numbers: tuple[_Number, ...]
    fonts: tuple[_Font, ...]
    states: _Table
    looks: _Table
    images: tuple[tuple[Any, ...], ...]


class Repainting:
    """Stands beside the painting of the pages of one document, of which `before` has what is held, by page box.

    `said` are the lines of the log so far. Unless it `notes` what is painted, nothing of that can be held.
    """

    def __init__(
        self,
        before: Mapping[int, Painted],
        recorder: Recorder,
        said: Sequence[Any],
        *,
        notes: bool = True,
    ) -> None:
        self._notes = notes
        self.painted: dict[int, Painted] = {}
        self.took = False
        self._before = before
        self._recorder = recorder
        self._said = said
        self._images: list[tuple[Any, ...]] = []

    def asked(self, add_image: Any) -> Any:
        """WeasyPrint's method that has a stream paint an image, whose calls are noted."""

        def add(stream: Any, *image: Any) -> Any:
            self._images.append(image)
            return add_image(stream, *image)

        return add

    def holds(self, page: Any) -> bool:
        """Whether the content of a page is held, as it was painted once."""
        return id(page) in self._before

    def take(self, page: Any, stream: Any) -> bool:
        """Put the content of a page into its stream, if it is held and would be painted so."""
        painted = self._before.get(id(page))
        if painted is None or not self._fits(painted, stream):
            return False
        for font in painted.fonts:
            if font.key not in stream._fonts:
                stream._fonts[font.key] = _without_glyphs(font.new)
            font.texts.add(stream._fonts[font.key].to_unicode)
            font.widths.add(stream._fonts[font.key].widths)
        states = stream._resources["ExtGState"]
        for name, state in painted.states.added:
            if name not in states:
                states[name] = pydyf.Dictionary(dict(state))
        for image in painted.images:
            stream.add_image(*image)
        for look, figures in painted.looks.added:
            self._recorder.know(look, figures)
        at = len(stream.stream)
        for shift, item, look, number in painted.numbers:
            self._recorder.repeat(number, stream, at + shift, at + item, look)
        stream._tags.update(painted.tags)
        stream.stream += [
            item if isinstance(item, bytes) else pydyf.Dictionary({"MCID": item})
            for item in painted.items
        ]
        self.painted[id(page)] = painted
        self.took = True
        COUNTS["taken"] += 1
        return True

    def _fits(self, painted: Painted, stream: Any) -> bool:
        for font in painted.fonts:
            known = stream._fonts.get(font.key, font.new)
            if known is None:
                return False
            if not font.texts.fits(known.to_unicode) or not font.widths.fits(known.widths):
                return False
        states = stream._resources["ExtGState"]
        return (
            not stream._tags
            and painted.states.fits(states)
            and painted.looks.fits(self._recorder.looks())
        )

    @contextmanager
    def watching(self, page: Any, stream: Any) -> Iterator[None]:
        """While the content of a page is painted, note what it finds and adds."""
        if not self._notes:
            yield
            return
        resources = stream._resources
        looks = self._recorder.looks()
        said, start = len(self._said), len(stream.stream)
        numbers = len(self._recorder.recorded)
        known = {
            key: (dict(font.to_unicode), dict(font.widths), len(font.missing))
            for key, font in stream._fonts.items()
        }
        states = dict(resources["ExtGState"])
        counts = {kind: len(resources[kind]) for kind in ("Pattern", "Shading")}
        forms = _forms(resources)
        self._images.clear()
        marked = bool(stream._tags)
        yield
        COUNTS["painted"] += 1
        if (
            marked
            or len(self._said) != said
            or any(len(resources[kind]) != count for kind, count in counts.items())
            or _forms(resources) != forms
            or not all(
                name.startswith(_OPACITIES) for name in resources["ExtGState"].keys() - states
            )
        ):
            return
        recorded = self._recorder.recorded[numbers:]
        if any(number.stream is not stream for number in recorded):
            return
        packed = _packed(stream.stream[start:], recorded, start)
        if packed is None:
            return
        items, places = packed
        keys = list(self._recorder.looks())
        glyphs, names = _named(items)
        after = self._recorder.looks()
        for figures in islice(after.values(), len(looks), None):
            glyphs.setdefault(figures.font, set()).update(figures.glyphs.values())
        fonts = _fonts(stream._fonts, known, glyphs)
        if fonts is None:
            return
        used = {keys[number.figures] for number in recorded}
        self.painted[id(page)] = Painted(
            items=items,
            tags=dict(stream._tags),
            numbers=tuple(
                _Number(
                    places[number.shift - start],
                    places[number.item - start],
                    keys[number.figures],
                    number,
                )
                for number in recorded
            ),
            fonts=fonts,
            states=_table(resources["ExtGState"], states, names),
            looks=_table(after, looks, used),
            images=tuple(self._images),
        )


def _table(now: Mapping[Any, Any], before: Mapping[Any, Any], used: Iterable[Any]) -> _Table:
    """What was found and added in a table, of which those are `used`."""
    found = sorted((key, before[key]) for key in used if key in before)
    return _Table(tuple(found), tuple(islice(now.items(), len(before), None)))


def _fonts(
    now: Mapping[Any, Any],
    before: Mapping[Any, tuple[Mapping[int, str], Mapping[int, float], int]],
    glyphs: Mapping[str, set[int]],
) -> tuple[_Font, ...] | None:
    """What was found and added in fonts, whose glyphs are known by the names of the fonts; None where that cannot be
    said.
    """
    if len({font.hash for font in now.values()}) != len(now):
        return None
    found = []
    for key, font in now.items():
        used = glyphs.get(font.hash, set())
        texts, widths, missing = before.get(key, ({}, {}, 0))
        if len(font.missing) != missing:
            return None
        if not used and key in before:
            continue
        if font.bitmap or font.png or font.svg or font.colr:
            return None
        new = None if key in before else _without_glyphs(font)
        found.append(
            _Font(
                key,
                new,
                _table(font.to_unicode, texts, used),
                _table(font.widths, widths, used),
            )
        )
    return tuple(found)


def _without_glyphs(font: Any) -> Any:
    """A font as it is when it is first met, without what only fonts with pictures are asked for."""
    new = copy.copy(font)
    new.to_unicode, new.widths, new.missing = {}, {}, {}
    new.hb_font = new.hb_face = None
    # Known by the name of the font, in the environment.
    new.file_content = b""
    return new


def _forms(resources: Any) -> set[str]:
    """The names of forms, which count those before them."""
    return {name for name, item in resources["XObject"].items() if item is not None}


def _packed(
    items: Sequence[Any], recorded: Iterable[Recorded], start: int
) -> tuple[tuple[bytes | int, ...], dict[int, int]] | None:
    """Items of a stream, of which those in a row are one where nothing is ever asked for one of them; and where in
    these the recorded numbers are. None where an item is none of an engine's page.
    """
    alone = {at - start for number in recorded for at in (number.shift, number.item)}
    for at, item in enumerate(items):
        if isinstance(item, pydyf.Dictionary):
            if set(item) != {"MCID"}:
                return None
            # The tag before it may become another.
            alone |= {at - 1, at}
    packed: list[bytes | int] = []
    places: dict[int, int] = {}
    row: list[bytes] = []
    for at, item in enumerate(items):
        if at not in alone:
            row.append(_bytes(item))
            continue
        if row:
            packed.append(b"\n".join(row))
            row = []
        places[at] = len(packed)
        packed.append(item["MCID"] if isinstance(item, pydyf.Dictionary) else _bytes(item))
    if row:
        packed.append(b"\n".join(row))
    return tuple(packed), places


def _bytes(item: object) -> bytes:
    data = pydyf._to_bytes(item)
    assert isinstance(data, bytes)
    return data


def _named(items: Iterable[bytes | int]) -> tuple[dict[str, set[int]], set[str]]:
    """The glyphs that content shows, by the names of their fonts, and the states of graphics that it sets."""
    glyphs: dict[str, set[int]] = {}
    states: set[str] = set()
    shown: set[int] = set()
    for item in items:
        if isinstance(item, int):
            continue
        for name, codes, state in _NAMED.findall(item):
            if name:
                shown = glyphs.setdefault(name.decode(), set())
            elif codes:
                shown.update(int(codes[at : at + 4], 16) for at in range(0, len(codes), 4))
            else:
                states.add(state.decode())
    return glyphs, states
