"""What becomes of some sides of cards, in a process that needs to know nothing of the book."""

from __future__ import annotations

from dataclasses import dataclass

from guidepress.pdf import Fragment, Section, compile_section
from guidepress.pdf.reading import Print, read_pages


@dataclass(frozen=True, slots=True)
class SetPages:
    """A section that was set, and what is on each of its pages."""

    fragment: Fragment
    prints: tuple[Print, ...]


def set_and_read(section: Section) -> SetPages:
    """Compile a section and read it back; a pure function, run in any process. Raises EngineError."""
    fragment = compile_section(section)
    return SetPages(fragment, read_pages(fragment))
