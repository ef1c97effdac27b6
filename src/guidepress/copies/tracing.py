"""`guidepress trace`: whose copy a file is, or each of its pages."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Object, Page

from guidepress.copies import metadata
from guidepress.copies.mark import Bar, Mark, marks
from guidepress.copies.register import FILE, Register, read_register
from guidepress.deck.ownership import owner_of
from guidepress.diagnostics import Diagnosed, Span, error

# The operators of paths, and what ends them.
_PATHS = "re m l h f F f* B B* b b* S s n Do"
_PAINTED = frozenset({"f", "F", "f*", "B", "B*", "b", "b*"})
_ENDED = _PAINTED | {"S", "s", "n"}
_ZIP = b"PK\x03\x04"
# Forms within forms are followed so deep.
_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Trace:
    """A copy that a file, or some pages of it, comes from.

    `pages` count from 1 and bear its mark; `metadata` says whether the file's metadata name it. `genuine` is None
    where there is no register to compare with.
    """

    number: int
    name: str
    mark: str
    pages: tuple[int, ...]
    metadata: bool
    genuine: bool | None = None

    def line(self) -> str:
        """Such as "copy 17: Ada Lovelace (mark 5f…, in the register; metadata; pages 1-300)"."""
        known = {None: "", True: ", in the register", False: ", NOT in the register"}
        where = ["metadata"] if self.metadata else []
        if self.pages:
            where.append(f"page{'s' if len(self.pages) > 1 else ''} {_ranges(self.pages)}")
        about = "; ".join((f"mark {self.mark}{known[self.genuine]}", *where))
        return f"copy {self.number}: {self.name} ({about})"

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "copy": self.number,
            "name": self.name,
            "mark": self.mark,
            "pages": list(self.pages),
            "metadata": self.metadata,
            "genuine": self.genuine,
        }


def trace_file(
    path: Path, register: Path | None = None, password: str = ""
) -> Diagnosed[tuple[Trace, ...]]:
    """`trace` of a file, with the register in `register`, or with the one beside it. Raises OSError."""
    beside = path.parent / FILE
    place = register or (beside if beside.is_file() else None)
    register_ = None
    if place is not None:
        known = read_register(place)
        if known.value is None:
            return Diagnosed(None, known.diagnostics)
        register_ = known.value
    data, name = path.read_bytes(), path.as_posix()
    if data.startswith(_ZIP):
        return trace_deck(data, name, register_)
    return trace(data, name, register_, password)


def trace_deck(
    data: bytes, file: str, register: Register | None = None
) -> Diagnosed[tuple[Trace, ...]]:
    """Whose copy an .apkg is. Error: `trace-unknown`."""
    owner = owner_of(data)
    if owner is None:
        return Diagnosed(
            None, (error("trace-unknown", "this deck names no recipient", Span(file)),)
        )
    about = metadata.About(owner.name, owner.number, owner.licence, owner.mark)
    return Diagnosed(tuple(_traces({}, about, register)))


def trace(
    data: bytes, file: str, register: Register | None = None, password: str = ""
) -> Diagnosed[tuple[Trace, ...]]:
    """Every copy that the pages of a PDF come from, as its marks and its metadata say.

    Errors: `trace-unreadable` where it is no PDF that can be opened, `trace-unknown` where nothing names anybody.
    """
    span = Span(file)
    try:
        pdf = pikepdf.open(io.BytesIO(data), password=password)
    except pikepdf.PasswordError:
        hints = ("give it with --password; the register has one that opens every copy",)
        problem = error("trace-unreadable", "it is protected by a password", span, hints=hints)
        return Diagnosed(None, (problem,))
    except pikepdf.PdfError:
        problem = error("trace-unreadable", "it is not a PDF, or it is damaged", span)
        return Diagnosed(None, (problem,))
    with pdf:
        pages: dict[Mark, list[int]] = {}
        reader = _Reader()
        for number, page in enumerate(pdf.pages, 1):
            for found in reader.marks(page):
                pages.setdefault(found, []).append(number)
        about = metadata.read(pdf)
    traces = tuple(_traces(pages, about, register))
    if not traces:
        message = "nothing in it names a recipient"
        hints = ("a picture of a page keeps nothing but the line that can be read on it",)
        return Diagnosed(None, (error("trace-unknown", message, span, hints=hints),))
    return Diagnosed(traces)


def _traces(
    pages: dict[Mark, list[int]], about: metadata.About | None, register: Register | None
) -> Iterator[Trace]:
    named = about.mark if about else None
    for mark, numbers in pages.items():
        id_ = mark.id.hex()
        entry = register.copies.get(id_) if register else None
        genuine = None
        if register is not None:
            genuine = entry is not None and entry.number == mark.number
        name = entry.name if entry is not None and genuine else mark.name
        yield Trace(mark.number, name, id_, tuple(numbers), id_ == named, genuine)
    if about is not None and about.mark not in {mark.id.hex() for mark in pages}:
        entry = register.copies.get(about.mark) if register else None
        same = entry is not None and (entry.number, entry.name) == (about.number, about.name)
        genuine = same if register is not None else None
        yield Trace(about.number, about.name, about.mark, (), True, genuine)


def _ranges(numbers: Iterable[int]) -> str:
    """Such as "1-3, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in runs)


class _Reader:
    """Finds the marks of pages; a form that several pages paint is read once."""

    def __init__(self) -> None:
        self._forms: dict[tuple[int, int], list[Bar]] = {}

    def marks(self, page: Page) -> list[Mark]:
        """The marks of a page: those of a form it paints by itself, or else of all that it draws."""
        resources = page.obj.get("/Resources")
        if resources is None:
            resources = page.resources
        for form in _forms(resources):
            if found := marks(self._form(form, 1)):
                return found
        return marks(self._bars(page, resources, 0))

    def _form(self, form: Object, depth: int) -> list[Bar]:
        if form.objgen not in self._forms:
            self._forms[form.objgen] = []  # should it paint itself
            bars = self._bars(form, form.get("/Resources"), depth)
            self._forms[form.objgen] = bars
        return self._forms[form.objgen]

    def _bars(self, content: Page | Object, resources: Object | None, depth: int) -> list[Bar]:
        """The rectangles that are filled, in the order in which they are drawn; those of forms in their place."""
        found: list[Bar] = []
        path: list[Bar] = []
        corners: list[tuple[float, float]] = []
        try:
            instructions = pikepdf.parse_content_stream(content, _PATHS)
        except (pikepdf.PdfError, pikepdf.PdfParsingError):
            return found
        for instruction in instructions:
            operator = str(instruction.operator)
            if operator == "Do":
                form = _form_of(resources, instruction.operands)
                if form is not None and depth < _DEPTH:
                    found += self._form(form, depth + 1)
            elif operator in _ENDED:
                path += _rectangle(corners)
                if operator in _PAINTED:
                    found += path
                path, corners = [], []
            else:
                numbers = _numbers(instruction.operands)
                if operator == "re" and len(numbers) == 4:
                    path.append((abs(numbers[2]), abs(numbers[3])))
                elif operator == "m" and len(numbers) == 2:
                    path += _rectangle(corners)
                    corners = [(numbers[0], numbers[1])]
                elif operator == "l" and len(numbers) == 2:
                    corners.append((numbers[0], numbers[1]))
        return found


def _rectangle(corners: list[tuple[float, float]]) -> Iterable[Bar]:
    """The bar that lines from corner to corner make, if they make one."""
    if not 4 <= len(corners) <= 5:
        return ()
    across = [x for x, _ in corners]
    up = [y for _, y in corners]
    return ((max(across) - min(across), max(up) - min(up)),)


def _numbers(operands: Iterable[object]) -> list[float]:
    try:
        return [float(operand) for operand in operands]  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return []


def _forms(resources: Object) -> Iterator[Object]:
    for item in dict(resources.get("/XObject") or {}).values():
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form":
            yield item


def _form_of(resources: Object | None, operands: Iterable[object]) -> Object | None:
    """The form that `Do` paints, if it is one."""
    holder = resources.get("/XObject") if resources is not None else None
    for name in operands:
        item = holder.get(str(name)) if holder is not None else None
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form":
            return item
    return None
