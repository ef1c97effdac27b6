"""A finished PDF made into one for a printer: PDF/X-4 (ISO 15930-7), with inks in place of colours.

`document.for_press` is a pure function of a PDF and of what is to become of it; `preflight.preflight` reads the result,
or any other PDF, as a printer would.
"""

from __future__ import annotations
