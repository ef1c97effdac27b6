"""Rules on a compiled book; one family of rules a file."""
