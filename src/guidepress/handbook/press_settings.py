"""What is wrong with files for a printer before anything is laid out: their profile, and inks that contradict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from guidepress.book.model import Book
from guidepress.diagnostics import Diagnostic, Span, error
from guidepress.pdf.printing.profile import packaged


def missing_profile(book: Book) -> Iterable[Diagnostic]:
    """An error where a printer's files are wanted, and nothing says of what press."""
    options = book.handbook.press
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
