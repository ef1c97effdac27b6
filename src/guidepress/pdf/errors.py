"""What can go wrong that is not a problem of the source."""


class FontError(Exception):
    """Text cannot be set: a section has no font, or a font changed between compile and link."""
