"""Builds that are killed, starved and disturbed."""
