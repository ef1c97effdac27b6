"""Reads `source/` once: text and hashes, YAML with a span for every key, validated into the Guide."""

from guidepress.source.project import find, read_guide

__all__ = ["find", "read_guide"]
