"""A press for a book's colours: which inks they are printed with, and a finished PDF made for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from guidepress.book.model import Book, Ink, PressOptions
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error
from guidepress.pdf import Metadata
from guidepress.pdf.printing.document import Press, PressError, for_press
from guidepress.pdf.printing.inks import BLACK, Process, Spot
from guidepress.pdf.printing.inks import Ink as PressInk
from guidepress.pdf.printing.preflight import preflight
from guidepress.pdf.printing.profile import packaged

# Roles of a layout's colours that are greys, whatever cast they have on a screen.
GREYS = ("paper", "muted", "rule", "tint")
# Roles that may be printed in inks of the brand.
INKED = ("accent", "link", "note", "tip", "warning", "danger")


@dataclass(frozen=True, slots=True)
class Job:
    """What is printed, and how: `colours` are those of the layout by role, `inks` those of the brand."""

    options: PressOptions
    profile: bytes
    inks: Mapping[str, Ink]
    colours: Mapping[str, str]
    bleed: float
    marks: bool = False

    def in_black(self) -> Press:
        """A press that prints a colour of the layout in black where it has no ink."""
        named: dict[str, PressInk | None] = {
            self.colours[role].lower(): None for role in (*GREYS, *INKED)
        }
        return self._press(named, self.options.black_only, ())

    def in_colour(self, *folds: float) -> Press:
        """A press in colour: what has no ink of its own is separated by the profile."""
        named: dict[str, PressInk | None] = {self.colours[r].lower(): None for r in GREYS}
        return self._press(named, False, folds)

    def _press(
        self, named: dict[str, PressInk | None], black_only: bool, folds: tuple[float, ...]
    ) -> Press:
        named[self.colours["ink"].lower()] = BLACK
        named |= {self.colours[role].lower(): _printed(ink) for role, ink in self.inks.items()}
        return Press(
            self.profile,
            self.options.condition,
            named,
            black_only,
            self.bleed,
            self.marks,
            folds,
        )


def _printed(ink: Ink) -> PressInk:
    process = Process(*ink.cmyk)
    return Spot(ink.spot, process) if ink.spot else process


def job(
    book: Book,
    options: PressOptions | None,
    colours: Mapping[str, str],
    bleed: float,
    *,
    marks: bool = False,
) -> Diagnosed[Job]:
    """How a book is printed, `bleed` in mm. Problems: `press-profile` where there is none."""
    if options is None or options.failed:
        return Diagnosed(None)
    profile = options.profile.path.read_bytes() if options.profile else packaged()
    if profile is None:
        return Diagnosed(None, tuple(missing_profile(options)))
    return Diagnosed(Job(options, profile, book.brand.inks, colours, bleed, marks))


def missing_profile(options: PressOptions | None) -> Iterable[Diagnostic]:
    """An error where a printer's files are wanted, and nothing says of what press."""
    if options is None or options.profile or options.failed or packaged() is not None:
        return
    hints = (
        "give the file that your printer names as `profile`, or install the extra `press` for one to try with",
    )
    message = "PDF/X-4 wants the ICC profile of the printing condition, and there is none"
    yield error("press-profile", message, options.span, hints=hints)


def contradictions(
    book: Book, colours: Mapping[str, str], spans: Mapping[str, Span]
) -> Iterable[Diagnostic]:
    """An error for each colour that is to be printed with two inks. `spans` are the places of the inks, by role."""
    by_colour: dict[str, str] = {}
    for role, ink in book.brand.inks.items():
        colour = colours[role].lower()
        other = by_colour.setdefault(colour, role)
        if book.brand.inks[other] != ink:
            message = f"`{other}` and `{role}` are one colour, {colour}, and have two inks"
            hints = ("give them one ink, or colours that differ",)
            yield error("press-inks", message, spans.get(role), hints=hints)


def pressed(
    pdf: bytes, press: Press, about: Metadata, leave_out: int, what: str, span: Span | None
) -> Diagnosed[bytes]:
    """A PDF for the press, and read again as a printer reads it.

    `leave_out` is how many pages at its beginning are not printed. Problems: `press-colour` where a page has a colour
    that is no ink, `press-preflight` where what came out breaks a rule of PDF/X-4.
    """
    try:
        done = for_press(pdf, press, about, range(leave_out))
    except PressError as problem:
        message = f"page {problem.page + 1} of {what} has {problem}, which is not printed with inks"
        hints = ("save the picture anew as PNG or JPEG, or draw it in plain colours",)
        return Diagnosed(None, (error("press-colour", message, span, hints=hints),))
    faults = [
        error(
            "press-preflight",
            f"{what}{f', page {fault.page + 1}' if fault.page is not None else ''}: {fault.message}",
            span,
        )
        for fault in preflight(done).faults
    ]
    return Diagnosed(None if faults else done, tuple(faults))
