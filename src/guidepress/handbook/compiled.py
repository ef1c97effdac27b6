"""What becomes of one section, in a process that needs to know nothing of the book."""

from __future__ import annotations

from dataclasses import dataclass

from guidepress.handbook.proof import Proof, prove
from guidepress.pdf import Fragment, Section, compile_section


@dataclass(frozen=True, slots=True)
class Compiled:
    """A section's HTML, the fragment it became, and what reading the fragment back has shown."""

    html: str
    fragment: Fragment
    proof: Proof


def compile_and_prove(section: Section) -> Compiled:
    """Compile a section and read it back; a pure function, run in any process. Raises what `compile_section` does."""
    fragment = compile_section(section)
    return Compiled(section.html, fragment, prove(section.html, fragment))
