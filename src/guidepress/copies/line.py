"""The line at the foot of each page that says whose copy it is: set by the engine, in whatever script a name is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import escape

from guidepress.cache import Cache
from guidepress.copies.recipients import Recipient
from guidepress.diagnostics import Diagnosed, Diagnostic, error
from guidepress.layouts import FontFace, Fonts, Layout
from guidepress.layouts.fonts import Characters, characters, fonts
from guidepress.layouts.words import direction
from guidepress.pdf import Fragment, Section, compile_section
from guidepress.pdf.compiler import Compiler
from guidepress.pdf.reading import read_pages
from guidepress.pdf.space import Box
from guidepress.pdf.workers import Workers
from guidepress.product import Progress
from guidepress.words import Words

# The type is as large as lets the line stay within its field: size and leading, points.
SIZES = ((6.5, 8.0), (5.5, 6.75), (4.5, 5.5))
# In the larger sizes the line has so many lines at most, in the smallest as many as it needs.
_LINES = 2
# What a page needs at least to hold a line, in points.
NARROWEST = 120.0


@dataclass(frozen=True, slots=True)
class Room:
    """What a line may take of a page: its width and its greatest height, in points."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line that is set: a fragment of one page, and the box around its text, in points from the bottom left."""

    fragment: Fragment
    box: Box


@dataclass(slots=True)
class Setter:
    """Sets lines in one language, with the fonts of a layout.

    `licence` stands where a recipient has no licence line of their own.
    """

    layout: Layout
    words: Words
    language: str
    licence: str
    workers: Workers
    cache: Cache
    _known: dict[FontFace, Characters] = field(default_factory=dict)

    def parts(self, recipient: Recipient) -> tuple[str, str, str]:
        """What a line says: the name, the licence line, the number of the copy."""
        number = self.words.phrase("copy-n", n=str(recipient.number))
        return recipient.name, recipient.licence or self.licence, number

    def set(
        self, recipients: Sequence[Recipient], room: Room, progress: Progress
    ) -> Diagnosed[tuple[SetLine, ...]]:
        """A line for each recipient.

        Errors: `recipient-unprintable` for characters that no font at hand has, `recipient-long` where the page is
        too small; those of the layout's fonts.
        """
        said = {r.number: self.parts(r) for r in recipients}
        letters = "".join(sorted(set("".join("".join(parts) for parts in said.values()))))
        found = fonts(self.layout, {}, self.language, letters)
        own = fonts(self.layout, {}, self.language, "")
        if found.value is None or own.value is None:
            return Diagnosed(None, found.diagnostics)
        self._known = {face: characters(face.file, self.cache) for face in found.value.faces}
        made: dict[int, SetLine] = {}
        left = list(recipients)
        for size, leading in SIZES:
            lines = int(room.height / leading) if size == SIZES[-1][0] else _LINES
            height = min(lines * leading, room.height)
            sections = [
                _section(
                    f"copy-{r.number}",
                    said[r.number],
                    self.language,
                    self._files(own.value, found.value, said[r.number]),
                    _style(found.value, Room(room.width, height), size, leading),
                )
                for r in left
            ]
            # Nothing is kept for later: names of people have no place in a cache.
            kind: Any = SetLine | None
            compiler = Compiler(set_line, kind, self.workers, Cache(None))
            for section, line in compiler.compile(sections):
                if line is not None:
                    made[int(section.name.removeprefix("copy-"))] = line
                    progress(len(made), len(recipients))
            left = [r for r in left if r.number not in made]
        problems = [
            error("recipient-long", f"the page has no room for {r.name[:40]!r}", r.span)
            for r in left
        ]
        problems += [p for r in recipients if r.number in made for p in _missing(r, made[r.number])]
        if problems:
            return Diagnosed(None, tuple(problems))
        return Diagnosed(tuple(made[r.number] for r in recipients))

    def _files(self, own: Fonts, found: Fonts, parts: Sequence[str]) -> Fonts:
        """The fonts that a line needs: the layout's, and what has characters that those lack.

        A font of all ideographs costs more to load than the line.
        """
        lacking = {ord(c) for c in "".join(parts)}
        for face in own.faces:
            lacking -= self._known[face].among(lacking)
        faces = [f for f in found.faces if f in own.faces or self._known[f].among(lacking)]
        return Fonts(found.stacks, tuple(f for f in faces if f.style == "normal"))


def set_line(section: Section) -> SetLine | None:
    """Set a line, in any process; None where it does not fit on one page. Raises EngineError."""
    fragment = compile_section(section)
    if fragment.page_count > 1:
        return None
    (seen,) = read_pages(fragment)
    assert seen.extent is not None, "a line shows at least the number of its copy"
    return SetLine(fragment, seen.extent)


def _style(found: Fonts, room: Room, size: float, leading: float) -> str:
    return (
        f"@page {{ size: {room.width:g}pt {room.height:g}pt; margin: 0 }}"
        f"html {{ font: {size}pt/{leading}pt {found.stacks['text']}; color: #4d4d4d }}"
        "body { margin: 0; text-align: center; overflow-wrap: anywhere }"
        "p { margin: 0 } bdi { unicode-bidi: isolate }"
    )


def _section(name: str, parts: Sequence[str], language: str, used: Fonts, style: str) -> Section:
    faces = "".join(
        f'@font-face {{ font-family: "{face.family}"; src: url(font:{face.name});'
        f"{f' font-weight: {face.weight};' if face.weight else ''} }}"
        for face in used.faces
    )
    said = " · ".join(f"<bdi>{escape(part)}</bdi>" for part in parts)
    html = (
        f'<!DOCTYPE html><html lang="{escape(language)}" dir="{direction(language)}">'
        f"<head><title>{escape(name)}</title></head><body><p>{said}</p></body></html>"
    )
    return Section(name, html, (faces, style), used.files, title=name)


def _missing(recipient: Recipient, line: SetLine) -> Iterator[Diagnostic]:
    """What no font has of a line."""
    missing = sorted({code for use in line.fragment.fonts.values() for code in use.missing})
    if missing:
        shown = ", ".join(f"{chr(code)} (U+{code:04X})" for code in missing[:10])
        yield error(
            "recipient-unprintable",
            f"no installed font has {shown}",
            recipient.span,
            hints=(
                "`pip install 'guidepress[cjk]'` brings fonts for Chinese, Japanese and Korean,"
                " `guidepress[rtl]` more for Arabic and Hebrew",
            ),
        )
