"""Keep the fonts of the host out, so that a layout is the same on every machine."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from guidepress.pdf.variables import variable

_CONFIGURATION = Path(__file__).with_name("fonts.conf")


def without_host_fonts() -> AbstractContextManager[None]:
    """Make font configurations that are created meanwhile start without any font."""
    return variable("FONTCONFIG_FILE", str(_CONFIGURATION))
