"""The adapter to WeasyPrint: lay out and paint sections, and build the fonts of a book.

Only the modules of this package import WeasyPrint. Parts of it that are private are replaced
while a section is painted, so its version is pinned, and checked here.
"""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO

from guidepress.pdf.engine.libraries import found_by_soname
from guidepress.pdf.errors import LibraryMissing
from guidepress.pdf.log import captured
from guidepress.pdf.variables import without_host_fonts
from guidepress.pdf.version import WEASYPRINT

# WeasyPrint looks for the fonts of the host when it is imported, and warns if there are none. Where a library is
# missing it prints pages of advice. A fork server passes over what cannot be imported; a worker then reports it.
with without_host_fonts(), found_by_soname(), captured(), redirect_stdout(StringIO()):
    try:
        import weasyprint
    except OSError as missing:
        raise LibraryMissing(str(missing)) from missing
    # Before the modules below name any type.
    from guidepress.pdf.engine.declarations import parse_by_few

    parse_by_few()

if weasyprint.__version__ != WEASYPRINT:
    raise ImportError(f"WeasyPrint {WEASYPRINT} is needed, not {weasyprint.__version__}")

from guidepress.pdf.engine.compiling import beginnings_of, compile_excerpt, compile_section
from guidepress.pdf.engine.programs import build_font

__all__ = ["beginnings_of", "build_font", "compile_excerpt", "compile_section"]
