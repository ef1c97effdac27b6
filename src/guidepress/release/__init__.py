"""A release: the deck that learners get is fixed, told of, packed to be published, and kept."""
