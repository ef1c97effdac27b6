"""What has been of use and is taken apart when nobody waits for it: of a linked book that takes a fifth of linking."""

from __future__ import annotations

_left: list[object] = []


def leave(thing: object) -> None:
    """Keep the last thing until `clear`: before the next product, or when a process that stays has answered.

    A process that ends takes nothing apart.
    """
    _left[:] = [thing]


def clear() -> None:
    """Take apart what was left."""
    _left.clear()
