"""Catalogues: many guides in many editions, built by one command."""
