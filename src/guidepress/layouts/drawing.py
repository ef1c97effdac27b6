"""Drawings of a layout in its style sheets and templates."""

from __future__ import annotations

from base64 import b64encode


def data_url(svg: str) -> str:
    """A drawing as a `data:` URL."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode('ascii')}"
