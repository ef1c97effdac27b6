"""What can go wrong that is not a problem of the source."""


class EngineError(Exception):
    """WeasyPrint gave up on a section: its layout has a bug that the content ran into."""


class FontError(Exception):
    """Text cannot be set: a section has no font, or a font changed between compile and link."""
