"""Saving a finished PDF: the same bytes for the same objects."""

from __future__ import annotations

import io

import pikepdf


def saved(pdf: pikepdf.Pdf, version: str = "1.7", *, forced: bool = False) -> bytes:
    """The file of a PDF, compressed as far as that loses nothing; of a `version` or later, `forced` of that one."""
    target = io.BytesIO()
    pdf.save(
        target,
        min_version="" if forced else version,
        force_version=version if forced else "",
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    # A stream that ends with a carriage return seems to end with the line end that comes after
    # it, and then its length seems wrong. With another carriage return there is no such doubt.
    return target.getvalue().replace(b"\r\nendstream", b"\r\rendstream")
