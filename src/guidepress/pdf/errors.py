"""What can go wrong that is not a problem of the source."""


class EngineError(Exception):
    """WeasyPrint gave up on a section: its layout has a bug that the content ran into.

    `section` is its name, where that is known.
    """

    section: str = ""


class LimitError(EngineError):
    """A section takes more time or memory than a worker may. `index` is its place among those given to the workers."""

    index: int = -1


class FontError(Exception):
    """Text cannot be set: a section has no font, or a font changed between compile and link."""


class NoFontError(FontError, EngineError):
    """The styles of a section load no font: a layout's mistake."""


class LibraryMissing(ImportError):
    """A library that the engine cannot do without is not there."""
