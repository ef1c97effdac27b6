"""Sources that nobody would write: compiled a few thousand at a time, or for as long as `./press fuzz` is given."""
