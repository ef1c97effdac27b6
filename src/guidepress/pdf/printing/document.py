"""A PDF for the press, from the finished one for the screen: PDF/X-4 (ISO 15930-7:2010)."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from guidepress.lengths import PT_PER_MM
from guidepress.pdf import xmp
from guidepress.pdf.model import Metadata
from guidepress.pdf.printing import marks
from guidepress.pdf.printing.content import ColourError, Rewriting
from guidepress.pdf.printing.inks import Inks, Spot
from guidepress.pdf.printing.pictures import grey_mask, separate_picture, separate_shading
from guidepress.pdf.printing.profile import described
from guidepress.pdf.saving import saved
from guidepress.pdf.space import IDENTITY, Box, Matrix, grown, matrix, product

# PDF/X-4 is PDF 1.6.
VERSION = "1.6"
# What a page of a file for the press has; thumbnails, actions and links go.
_PAGE_KEYS = frozenset(
    ("/Type", "/Parent", "/Resources", "/Contents", "/MediaBox", "/TrimBox", "/BleedBox", "/Rotate")
)


@dataclass(frozen=True, slots=True)
class Press:
    """How a PDF is printed.

    `profile` is the ICC profile of the printing condition, `condition` its name in ICC's registry (`FOGRA51`), where it
    has one. `named` are the inks of colours (#rrggbb); see `inks.Inks`. `bleed` is in mm. With `marks` the medium grows
    by a white slug, in which they stand; `folds` are distances from the left edge, mm, that are marked as well.
    """

    profile: bytes
    condition: str = ""
    named: Mapping[str, Any] = field(default_factory=dict)
    black_only: bool = False
    bleed: float = 3.0
    marks: bool = False
    folds: tuple[float, ...] = ()


class PressError(Exception):
    """A page that cannot be printed so: `page` is its index, the message says why."""

    def __init__(self, page: int, message: str) -> None:
        super().__init__(message)
        self.page = page


def for_press(
    data: bytes, press: Press, metadata: Metadata, leave_out: Collection[int] = ()
) -> bytes:
    """The PDF for the press; `leave_out` are indexes of pages that are not printed.

    The same bytes for the same arguments. `metadata` must have been `created` at some time: the standard asks for it.
    Raises PressError.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for index in sorted(leave_out, reverse=True):
            del pdf.pages[index]
        inks = Inks(press.profile, press.named, black_only=press.black_only)
        work = _Conversion(pdf, press, inks)
        for index, page in enumerate(pdf.pages):
            try:
                work.page(page.obj)
            except ColourError as problem:
                raise PressError(index, str(problem)) from problem
        identity = hashlib.sha256(data + press.profile).digest()
        _catalogue(pdf, press, metadata, identity)
        return saved(pdf, VERSION, forced=True)


@dataclass(slots=True)
class _Conversion:
    """What has been converted: objects are shared by pages, and each is converted once."""

    pdf: Pdf
    press: Press
    inks: Inks
    spots: dict[str, Any] = field(default_factory=dict)
    # By object: whether what it paints can be seen through.
    _done: dict[tuple[int, int], bool] = field(default_factory=dict)

    def page(self, page: Any) -> None:
        """Convert a page."""
        resources = page.get("/Resources", Dictionary())
        trim = _box(page, "/TrimBox") or _box(page, "/MediaBox")
        assert trim is not None
        bleed = grown(trim, self.press.bleed * PT_PER_MM)
        content, seen_through = b"", False
        if "/Contents" in page:
            content, seen_through = self.stream(page, resources, IDENTITY)
        for key in set(page.keys()) - _PAGE_KEYS:
            del page[key]
        page.TrimBox, page.BleedBox = _array(trim), _array(bleed)
        slug, drawn = bleed, b""
        if self.press.marks:
            slug = grown(bleed, marks.SLUG * PT_PER_MM)
            drawn = marks.drawn(trim, bleed, [trim[0] + f * PT_PER_MM for f in self.press.folds])
            self.add_space(resources, marks.SPACE, marks.registration())
        page.MediaBox = _array(slug)
        if seen_through:
            page.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)
        page.Resources = resources
        left, bottom, right, top = bleed
        clip = b"q %.3f %.3f %.3f %.3f re W n\n" % (left, bottom, right - left, top - bottom)
        page.Contents = self.pdf.make_stream(clip + content + b"\nQ\n" + drawn)

    def stream(self, holder: Any, resources: Any, outer: Matrix) -> tuple[bytes, bool]:
        """The content of a page or a form, converted with all that it uses; whether it can be seen through."""
        work = Rewriting(self.inks, lambda name: self.spot(name, resources))
        content = work.stream(holder, outer)
        seen_through = False
        for (kind, name), place in work.used.items():
            item = resources.get(kind, Dictionary()).get(name)
            if item is not None:
                seen_through |= self.used(kind, item, resources, place)
        for kind in ("/Pattern", "/Font"):
            for _, item in resources.get(kind, Dictionary()).items():
                seen_through |= self.used(kind, item, resources, outer)
        return content, seen_through

    def used(self, kind: str, item: Any, resources: Any, place: Matrix) -> bool:
        """Convert an object that a stream uses."""
        key = item.objgen
        if key != (0, 0) and key in self._done:
            return self._done[key]
        self._done[key] = False
        found = False
        match kind:
            case "/ExtGState":
                found = self.graphics_state(item)
            case "/Shading":
                separate_shading(item, self.inks)
            case "/Font" if item.get("/Subtype") == Name.Type3:
                self.glyphs(item, place)
            case "/Pattern" if "/Shading" in item:
                separate_shading(item.Shading, self.inks)
            case "/Pattern" | "/XObject":
                if item.get("/Subtype") == Name.Image:
                    separate_picture(item, self.inks)
                    found = "/SMask" in item
                else:
                    found = self.form(item, resources, place)
        self._done[key] = found
        return found

    def form(self, form: Any, resources: Any, place: Matrix) -> bool:
        outer = product(matrix(form.get("/Matrix", IDENTITY)), place)
        content, found = self.stream(form, form.get("/Resources", resources), outer)
        form.write(content)
        for key in ("/StructParents", "/StructParent"):
            if key in form:
                del form[key]
        if (group := form.get("/Group")) is not None and "/CS" in group:
            group.CS = Name.DeviceCMYK
        return found or "/Group" in form

    def graphics_state(self, state: Any) -> bool:
        """Whether it lets through."""
        mask = state.get("/SMask")
        if isinstance(mask, Dictionary):
            grey_mask(mask.G)
        opaque = all(float(state.get(key, 1)) == 1 for key in ("/ca", "/CA"))
        blends = state.get("/BM", Name.Normal) not in (Name.Normal, Name.Compatible)
        return not opaque or blends or isinstance(mask, Dictionary)

    def glyphs(self, font: Any, place: Matrix) -> None:
        """A font of pictures: emoji."""
        resources = font.get("/Resources", Dictionary())
        outer = product(matrix(font.FontMatrix), place)
        for _, glyph in font.CharProcs.items():
            content, _ = self.stream(glyph, resources, outer)
            glyph.write(content)

    def spot(self, name: str, resources: Any) -> str:
        """The resource name of a spot ink."""
        if name not in self.spots:
            ink = next(
                i for i in self.press.named.values() if isinstance(i, Spot) and i.name == name
            )
            tint = Dictionary(
                FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=list(ink.equivalent.shares), N=1
            )
            space = Array([Name.Separation, Name("/" + name), Name.DeviceCMYK, tint])
            self.spots[name] = self.pdf.make_indirect(space)
        key = f"/Spot{list(self.spots).index(name)}"
        self.add_space(resources, key, self.spots[name])
        return key

    @staticmethod
    def add_space(resources: Any, key: str, space: Any) -> None:
        if "/ColorSpace" not in resources:
            resources.ColorSpace = Dictionary()
        resources.ColorSpace[key] = space


def _catalogue(pdf: Pdf, press: Press, metadata: Metadata, identity: bytes) -> None:
    """A catalogue and metadata as ISO 15930-7 asks for, with nothing in it for a screen."""
    root = pdf.Root
    for key in set(root.keys()) - {"/Type", "/Pages", "/PageLabels"}:
        del root[key]
    name = described(press.profile)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=String(press.condition or name),
        OutputCondition=String(name),
        Info=String(name),
        DestOutputProfile=pikepdf.Stream(pdf, press.profile, N=4),
    )
    if press.condition:
        intent.RegistryName = String("http://www.color.org")
    root.OutputIntents = Array([intent])
    document = uuid.UUID(bytes=identity[:16], version=4)
    packet = xmp.press_packet(metadata, f"uuid:{document}")
    root.Metadata = pikepdf.Stream(pdf, packet, Type=Name.Metadata, Subtype=Name.XML)
    # PDF/X wants to know whether traps are in the file; making them is the printer's work.
    entries = {**xmp.information(metadata), "/Trapped": Name("/False")}
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    for key, value in entries.items():
        pdf.docinfo[key] = String(value) if isinstance(value, str) else value


def dated(metadata: Metadata, created: int) -> Metadata:
    """The metadata with the moment that the file counts as made, in seconds since 1970."""
    return replace(metadata, created=created)


def _box(page: Any, key: str) -> Box | None:
    if (edges := page.get(key)) is None:
        return None
    left, bottom, right, top = (float(edge) for edge in edges)
    return left, bottom, right, top


def _array(box: Box) -> Array:
    return Array([round(edge, 3) for edge in box])
