"""Text inside blocks, parsed in one pass with CommonMark's precedence: one construct a file."""
