"""Pictures that a layout draws as SVG templates, as URLs to put into an image or a background."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from guidepress.handbook.composer import Composer


def svg_url(template: str, composer: Composer, **context: Any) -> str:
    """The template as a `data:` URL; empty where it fails."""
    drawing = composer.render(template, **context)
    if not drawing:
        return ""
    return f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode('ascii')}"
