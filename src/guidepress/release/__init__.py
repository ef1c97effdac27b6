"""A release: the deck that learners get is fixed, announced, packed to be published, and kept."""
