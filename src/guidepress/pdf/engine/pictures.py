"""Drawings as WeasyPrint gets them: without what no drawing may have, wherever they come from."""

from __future__ import annotations

import logging
from typing import Any

from weasyprint.images import SVGImage

from guidepress.pdf import log
from guidepress.source import svg

LOGGER = logging.getLogger(log.LOGGER)


class CleanDrawing(SVGImage):  # type: ignore[misc]
    """An SVG file, `data:` URL or element, cleaned before anything looks at it."""

    def __init__(self, tree: Any, base_url: str | None, url_fetcher: Any, context: Any) -> None:
        removals = svg.clean(tree)
        # What is in a file of the project was reported when that was read.
        if url_fetcher is None or base_url not in url_fetcher.files:
            for what in dict.fromkeys(removal.what for removal in removals):
                LOGGER.warning("Took %s out of a drawing", what)
        super().__init__(tree, base_url, url_fetcher, context)
