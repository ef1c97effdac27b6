"""Reads `source/` once: text and hashes, YAML with a span for every key, validated into the Guide."""
