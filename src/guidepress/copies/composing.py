"""One copy: the master, and behind it the line, the mark and the metadata of a recipient."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name

from guidepress.copies import mark, metadata
from guidepress.copies.line import SetLine
from guidepress.copies.mark import Mark
from guidepress.copies.master import Master, stream
from guidepress.copies.metadata import About

_EDGE = 2.0  # points around the text
# Grey in any printing condition, and dark enough to be read at its size.
_INK = "0.3"
_COLOURS = frozenset(["rg", "RG", "g", "G", "k", "K", "cs", "CS", "sc", "SC", "scn", "SCN", "gs"])


@dataclass(frozen=True, slots=True)
class Own:
    """What is a copy's own. `fonts` are the keys of its line's fonts in the master, by their names in the line.

    `id` becomes the file's identity in its trailer.
    """

    about: About
    line: SetLine
    fonts: Mapping[str, str]
    id: bytes


def composed(master: Master, own: Own) -> list[bytes]:
    """The bytes of a copy, in pieces."""
    about = own.about
    invisible = mark.drawn(Mark(about.number, bytes.fromhex(about.mark), about.name))
    box = f"/Type/XObject/Subtype/Form/BBox[0 0 {mark.WIDTH:g} {mark.HEIGHT:g}]/Resources<<>>"
    packet = metadata.packet(master.xmp, about)
    # Not compressed, as PDF/A asks for.
    xmp = b"<</Type/Metadata/Subtype/XML/Length %d>>stream\n%s\nendstream" % (len(packet), packet)
    numbers = master.numbers
    objects = {
        numbers.line: _line(own, numbers.fonts),
        numbers.mark: stream(invisible, box.encode()),
        numbers.xmp: xmp,
    }
    return master.copy(objects, metadata.information(about), own.id)


def _line(own: Own, numbers: Mapping[str, int]) -> bytes:
    """The form object that shows the line: what its page shows, in one ink, as no part of the structure."""
    with pikepdf.open(io.BytesIO(own.line.fragment.pdf)) as pdf:
        page = pdf.pages[0]
        content = pikepdf.unparse_content_stream(list(_plain(pikepdf.parse_content_stream(page))))
    fonts = "".join(f"/{name} {numbers[key]} 0 R" for name, key in own.fonts.items())
    left, bottom, right, top = own.line.box
    about = (
        f"/Type/XObject/Subtype/Form/BBox[{left - _EDGE:.3f} {bottom - _EDGE:.3f}"
        f" {right + _EDGE:.3f} {top + _EDGE:.3f}]/Matrix[1 0 0 1 0 {-bottom:.3f}]"
        f"/Resources<</Font<<{fonts}>>>>"
    )
    # On paper of its own, so that it can be read on a dark cover too.
    width, height = right - left + 2 * _EDGE, top - bottom + 2 * _EDGE
    paper = f"1 g {left - _EDGE:.3f} {bottom - _EDGE:.3f} {width:.3f} {height:.3f} re f"
    return stream(f"{paper}\n{_INK} g\n".encode() + content, about.encode())


def _plain(
    content: Iterable[pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage],
) -> Iterator[pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage]:
    """Content without colours, and without marks of the structure; what text stands for glyphs stays."""
    marked: list[bool] = []
    for instruction in content:
        operator = str(instruction.operator)
        if operator in ("BMC", "BDC"):
            properties = instruction.operands[-1]
            marked.append(isinstance(properties, Dictionary) and "/ActualText" in properties)
            if marked[-1]:
                own = Dictionary(ActualText=properties["/ActualText"])
                yield pikepdf.ContentStreamInstruction([Name.Span, own], instruction.operator)
        elif operator == "EMC":
            if marked and marked.pop():
                yield instruction
        elif operator not in _COLOURS:
            yield instruction
