"""Personal copies of a finished book: whose they are, on every page, in the metadata and in a mark that nobody sees."""
