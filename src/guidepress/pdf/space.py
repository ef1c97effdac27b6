"""Boxes of a page and transformations, as PDF writes them; lengths in points, from the bottom left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# a, b, c, d, e, f of a transformation; left, bottom, right, top of a box.
Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
Point = tuple[float, float]

IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


def matrix(values: Iterable[Any]) -> Matrix:
    """The transformation that six operands or items of an array are."""
    a, b, c, d, e, f = (float(value) for value in values)
    return a, b, c, d, e, f


def product(first: Matrix, second: Matrix) -> Matrix:
    """The transformation that is `first`, then `second`."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def transformed(points: Iterable[Point], matrix: Matrix) -> list[Point]:
    """Where a transformation takes points."""
    a, b, c, d, e, f = matrix
    return [(a * x + c * y + e, b * x + d * y + f) for x, y in points]


def bounds(points: Iterable[Point], matrix: Matrix) -> Box:
    """The box around points that are transformed."""
    xs, ys = zip(*transformed(points, matrix), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def corners(box: Box) -> tuple[Point, ...]:
    """The four points of a box."""
    left, bottom, right, top = box
    return (left, bottom), (right, bottom), (right, top), (left, top)


def around(one: Box | None, other: Box) -> Box:
    """The box that holds both; None holds nothing."""
    if one is None:
        return other
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def within(one: Box | None, other: Box) -> Box:
    """What two boxes have in common; None is the whole plane."""
    if one is None:
        return other
    return (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )


def grown(box: Box, by: float) -> Box:
    """A box that is larger on each side by so many points."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def holds(outer: Box, inner: Box) -> bool:
    """Whether a box lies in another."""
    return (
        inner[0] >= outer[0]
        and inner[1] >= outer[1]
        and inner[2] <= outer[2]
        and inner[3] <= outer[3]
    )
