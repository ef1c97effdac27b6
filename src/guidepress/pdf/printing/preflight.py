"""Preflight: a PDF read as a printer reads it. Which inks each page wants, and what PDF/X-4 does not allow.

It knows nothing of how the file was made. The rules are those of ISO 15930-7:2010, by its clauses where they have one.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from guidepress.pdf.printing.lines import thin_lines
from guidepress.pdf.space import Box, holds

_PROCESS = ("cyan", "magenta", "yellow", "black")
_FILLS = frozenset(("f", "F", "f*", "B", "B*", "b", "b*"))
_STROKES = frozenset(("S", "s", "B", "B*", "b", "b*"))
_SHOWS = frozenset(("Tj", "TJ", "'", '"'))
_NAMESPACES = {
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_XMP = (
    "pdfxid:GTS_PDFXVersion", "xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate",
    "xmpMM:DocumentID", "xmpMM:VersionID", "xmpMM:RenditionClass", "pdf:Trapped", "dc:title",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Breach:
    """What breaks a rule: on a page (its index), or of the file."""

    message: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a printer sees: the inks of each page by name, and the faults. Marks on all plates (`All`) are no ink."""

    inks: tuple[frozenset[str], ...]
    faults: tuple[Breach, ...]


def preflight(data: bytes) -> Preflight:
    """Read a PDF."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        faults = [Breach(message) for message in (*_file(pdf), *_metadata(pdf), *_intent(pdf))]
        inks = []
        for index, page in enumerate(pdf.pages):
            reader = _Reader()
            reader.content(page.obj, page.obj.get("/Resources", Dictionary()))
            inks.append(frozenset(reader.inks))
            messages = (
                *_boxes(page.obj),
                *_annotations(page.obj),
                *_groups(page.obj),
                *_lines(page.obj),
            )
            faults += [Breach(m, index) for m in (*messages, *sorted(reader.faults))]
        return Preflight(tuple(inks), tuple(faults))


def _file(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Clauses 6.1, 6.2, 6.15, 6.17: what a file may be, and what it may not do."""
    if pdf.pdf_version > "1.6":
        yield f"the file is PDF {pdf.pdf_version}, and PDF/X-4 is 1.6"
    if pdf.is_encrypted:
        yield "the file is encrypted"
    if "/ID" not in pdf.trailer:
        yield "the trailer has no ID"
    for key in ("/OpenAction", "/AA", "/AcroForm", "/Collection"):
        if key in pdf.Root:
            yield f"the catalogue has {key}"
    for key in ("/JavaScript", "/EmbeddedFiles"):
        if key in pdf.Root.get("/Names", Dictionary()):
            yield f"the catalogue names {key}"
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream):
            filters = item.get("/Filter", Array())
            names = filters if isinstance(filters, Array) else [filters]
            if Name.LZWDecode in list(names):
                yield "a stream is packed with LZW"
            if "/F" in item:
                yield "a stream stands in another file"


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Clauses 6.16 and 6.18: what the file says of itself."""
    if "/Metadata" not in pdf.Root:
        yield "there is no XMP packet"
        return
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        said = {
            name: xmp.get(f"{{{_NAMESPACES[name.partition(':')[0]]}}}{name.partition(':')[2]}")
            for name in _XMP
        }
    yield from (f"the metadata lack {name}" for name, value in said.items() if not value)
    if said["pdfxid:GTS_PDFXVersion"] not in ("PDF/X-4", None):
        yield f"the file says that it is {said['pdfxid:GTS_PDFXVersion']}"
    trapped = pdf.docinfo.get("/Trapped")
    if trapped not in (Name("/True"), Name("/False")):
        yield "whether it is trapped is not said"
    elif said["pdf:Trapped"] not in (str(trapped)[1:], None):
        yield "the two places that say whether it is trapped differ"
    for key in ("/Title", "/CreationDate", "/ModDate"):
        if key not in pdf.docinfo:
            yield f"the document information lacks {key}"


def _intent(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Clause 6.2.3: one output intent, with the profile of a press in it."""
    intents = [i for i in pdf.Root.get("/OutputIntents", ()) if i.get("/S") == Name.GTS_PDFX]
    if len(intents) != 1:
        yield f"there are {len(intents)} output intents for PDF/X, and not one"
        return
    [intent] = intents
    if not str(intent.get("/OutputConditionIdentifier", "")):
        yield "the output intent names no printing condition"
    if "/DestOutputProfile" not in intent:
        yield "the output intent has no profile"
        return
    profile = intent.DestOutputProfile.read_bytes()
    if (
        profile[12:16] != b"prtr"
        or profile[16:20] != b"CMYK"
        or int(intent.DestOutputProfile.N) != 4
    ):
        yield "the profile of the output intent is not that of a press with four inks"


def _boxes(page: Any) -> Iterator[str]:
    """Clause 6.12: the trimmed page lies in the bleed, and that on the medium."""
    if "/TrimBox" not in page:
        yield "the page has no TrimBox"
        return
    if "/ArtBox" in page:
        yield "the page has a TrimBox and an ArtBox"
    trim, media = _box(page.TrimBox), _box(page.MediaBox)
    bleed = _box(page.get("/BleedBox", page.TrimBox))
    if not holds(bleed, trim) or not holds(media, bleed):
        yield "the boxes of the page do not lie in each other"
    if "/CropBox" in page and not holds(_box(page.CropBox), bleed):
        yield "the CropBox cuts the bleed"


def _annotations(page: Any) -> Iterator[str]:
    """Clause 6.13: nothing to click lies on the printed page."""
    if "/AA" in page:
        yield "the page acts by itself"
    printed = _box(page.get("/BleedBox", page.MediaBox))
    for annotation in page.get("/Annots", ()):
        if annotation.get("/Subtype") in (Name.PrinterMark, Name.TrapNet):
            continue
        left, bottom, right, top = _box(annotation.Rect)
        if left < printed[2] and right > printed[0] and bottom < printed[3] and top > printed[1]:
            yield f"there is an annotation on the page ({str(annotation.Subtype)[1:]})"


def _groups(page: Any) -> Iterator[str]:
    """Clause 6.3: pages blend in the inks of the press."""
    if page.get("/Group", Dictionary()).get("/CS", Name.DeviceCMYK) != Name.DeviceCMYK:
        yield "the page blends in other colours than the inks"


def _lines(page: Any) -> Iterator[str]:
    """Not of the standard: what a plate does not hold."""
    for thickness in sorted(thin_lines(page, page.get("/Resources", Dictionary()))):
        yield f"a line is {thickness:g} pt thick, too thin to be printed"


@dataclass(slots=True)
class _Reader:
    """Reads what is painted."""

    inks: set[str] = field(default_factory=set)
    faults: set[str] = field(default_factory=set)
    seen: set[tuple[int, int]] = field(default_factory=set)

    def content(self, holder: Any, resources: Any) -> None:
        """Read the content of a page, a form, a pattern or a glyph."""
        # Black is where a page begins; a form begins where its page is, whose inks are counted there.
        fill: frozenset[str] = frozenset(("black",))
        stroke = fill
        saved: list[tuple[frozenset[str], frozenset[str], int]] = []
        mode = 0
        for instruction in pikepdf.parse_content_stream(holder):
            operator, values = str(instruction.operator), instruction.operands
            match operator:
                case "q":
                    saved.append((fill, stroke, mode))
                case "Q" if saved:
                    fill, stroke, mode = saved.pop()
                case "g" | "k" | "rg" | "cs" | "sc" | "scn":
                    fill = self.colour(operator, list(values), resources, fill)
                case "G" | "K" | "RG" | "CS" | "SC" | "SCN":
                    stroke = self.colour(operator.lower(), list(values), resources, stroke)
                case "Tr":
                    mode = int(values[0])
                case "Tf":
                    self.font(resources.Font[str(values[0])])
                case "gs":
                    self.state(resources.ExtGState[str(values[0])])
                case "sh":
                    self.shading(resources.Shading[str(values[0])])
                case "Do":
                    self.object(resources.XObject[str(values[0])], resources)
            if (operator in _SHOWS and mode in (0, 2, 4, 6)) or operator in _FILLS:
                self.inks |= fill
            if (operator in _SHOWS and mode in (1, 2, 5, 6)) or operator in _STROKES:
                self.inks |= stroke

    def colour(
        self, operator: str, values: list[Any], resources: Any, before: frozenset[str]
    ) -> frozenset[str]:
        """The inks of a colour."""
        match operator:
            case "g":
                return frozenset(("black",)) if float(values[0]) < 1 else frozenset()
            case "k":
                return _wanted(values)
            case "rg":
                self.faults.add("a colour is red, green and blue")
                return before
            case "cs":
                name = str(values[0])
                if name.startswith("/Device"):
                    self.space(values[0])
                    return frozenset(("black",))
                if name == "/Pattern":
                    return before
                return self.space(resources.ColorSpace[name])
        if values and isinstance(values[-1], Name):
            self.pattern(resources.Pattern[str(values[-1])], resources)
            return frozenset()
        # A tint of nothing wants no plate.
        return frozenset() if len(values) == 1 and float(values[0]) == 0 else before

    def space(self, space: Any) -> frozenset[str]:
        """The inks of a colour space."""
        name = space if isinstance(space, Name) else space[0]
        if name == Name.Separation:
            ink = str(space[1])[1:]
            self.space(space[2])
            return frozenset() if ink == "All" else frozenset((ink,))
        if name == Name.Indexed:
            return self.space(space[1])
        if name == Name.DeviceGray:
            return frozenset(("black",))
        if name in (Name.DeviceRGB, Name.CalRGB):
            self.faults.add("a colour is red, green and blue")
        return frozenset(_PROCESS)

    def font(self, font: Any) -> None:
        if not self.first(font):
            return
        if font.Subtype == Name.Type3:
            for _, glyph in font.CharProcs.items():
                self.content(glyph, font.get("/Resources", Dictionary()))
            return
        inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        descriptor = inner.get("/FontDescriptor", Dictionary())
        if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            self.faults.add(f"the font {str(font.get('/BaseFont', ''))[1:]} is not embedded")

    def state(self, state: Any) -> None:
        """Clause 6.2.4: no halftones and transfer functions of its own."""
        for key in ("/TR", "/HTP"):
            if key in state:
                self.faults.add(f"a graphics state has {key}")
        if state.get("/TR2", Name.Default) != Name.Default:
            self.faults.add("a graphics state has /TR2")
        mask = state.get("/SMask")
        if isinstance(mask, Dictionary) and self.first(mask.G):
            if mask.G.get("/Group", Dictionary()).get("/CS") in (Name.DeviceRGB, Name.CalRGB):
                self.faults.add("a group blends in red, green and blue")
            # What a mask shows takes no ink.
            inks = set(self.inks)
            self.content(mask.G, mask.G.get("/Resources", Dictionary()))
            self.inks = inks

    def object(self, item: Any, resources: Any) -> None:
        if item.Subtype == Name.Image:
            self.picture(item)
        elif item.Subtype == Name.PS or "/Ref" in item:
            self.faults.add("a form is PostScript, or stands in another file")
        elif self.first(item):
            if item.get("/Group", Dictionary()).get("/CS") in (Name.DeviceRGB, Name.CalRGB):
                self.faults.add("a group blends in red, green and blue")
            self.content(item, item.get("/Resources", resources))

    def pattern(self, pattern: Any, resources: Any) -> None:
        if "/Shading" in pattern:
            self.shading(pattern.Shading)
        elif self.first(pattern):
            self.content(pattern, pattern.get("/Resources", resources))

    def shading(self, shading: Any) -> None:
        inks = self.space(shading.ColorSpace)
        functions = [shading.get("/Function")]
        ends = []
        while functions:
            function = functions.pop()
            functions += list(function.get("/Functions", ()))
            ends += [list(function[key]) for key in ("/C0", "/C1") if key in function]
        if shading.ColorSpace == Name.DeviceCMYK and ends:
            inks = frozenset().union(*map(_wanted, ends))
        self.inks |= inks

    def picture(self, image: Any) -> None:
        if image.get("/ImageMask", False):
            return
        if "/Alternates" in image or "/OPI" in image:
            self.faults.add("a picture stands for another")
        inks = self.space(image.ColorSpace)
        if image.ColorSpace == Name.DeviceCMYK and image.BitsPerComponent == 8:
            data = image.read_bytes()
            inks = frozenset(ink for i, ink in enumerate(_PROCESS) if any(data[i::4]))
        self.inks |= inks

    def first(self, item: Any) -> bool:
        """Whether an object has not been read yet, by this page."""
        if item.objgen in self.seen:
            return False
        self.seen.add(item.objgen)
        return True


def _wanted(shares: Any) -> frozenset[str]:
    return frozenset(ink for ink, share in zip(_PROCESS, shares, strict=True) if float(share) > 0)


def _box(edges: Any) -> Box:
    left, bottom, right, top = (float(edge) for edge in edges)
    return left, bottom, right, top
