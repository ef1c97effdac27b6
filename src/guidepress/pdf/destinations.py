"""The pages of a finished PDF, by the names of its destinations."""

from __future__ import annotations

from pathlib import Path

import pikepdf

from guidepress.pdf.trees import flat


def printed_pages(path: Path) -> dict[str, str]:
    """The printed number of the page of each named destination; empty where the file is no PDF that names any.

    Raises OSError where the file cannot be read.
    """
    try:
        with pikepdf.open(path) as pdf:
            folios = {str(page.objgen): page.label for page in pdf.pages}
            names = pdf.Root.get("/Names")
            tree = names.get("/Dests") if isinstance(names, pikepdf.Dictionary) else None
            found = {}
            for name, target in flat(tree, "/Names"):
                page = target[0] if isinstance(target, pikepdf.Array) and len(target) else None
                if isinstance(page, pikepdf.Dictionary) and str(page.objgen) in folios:
                    found[str(name)] = folios[str(page.objgen)]
            return found
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError):
        return {}
