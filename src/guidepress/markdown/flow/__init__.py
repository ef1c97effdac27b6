"""Blocks, parsed line by line with CommonMark's container rules: one construct a file."""
