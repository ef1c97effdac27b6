"""What is done to the parsed tree: one step a file."""
