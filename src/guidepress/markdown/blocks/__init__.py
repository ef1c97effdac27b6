"""The blocks in the syntax of pymdownx.blocks, `/// name | argument`: one a file."""

from __future__ import annotations
