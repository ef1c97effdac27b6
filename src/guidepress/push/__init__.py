"""A built deck put into a running Anki, with what is the learner's own left as it is."""
