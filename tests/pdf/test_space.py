"""Transformations and boxes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidepress.pdf.space import (
    IDENTITY,
    Matrix,
    around,
    bounds,
    corners,
    grown,
    holds,
    product,
    transformed,
    within,
)

number = st.floats(-50, 50)
matrices = st.tuples(number, number, number, number, number, number)
points = st.tuples(number, number)


@given(matrices, matrices, points)
def test_a_product_is_one_after_the_other(
    first: Matrix, second: Matrix, point: tuple[float, float]
) -> None:
    [there] = transformed(transformed([point], first), second)
    assert transformed([point], product(first, second)) == [pytest.approx(there, abs=1e-6)]


@given(matrices)
def test_identity_changes_nothing(matrix: Matrix) -> None:
    assert product(matrix, IDENTITY) == product(IDENTITY, matrix) == matrix


def test_a_turned_box() -> None:
    quarter = (0, 1, -1, 0, 10, 0)
    assert bounds(corners((1, 2, 4, 3)), quarter) == (7, 1, 8, 4)


def test_boxes() -> None:
    one, other = (0, 0, 4, 4), (2, -1, 6, 3)
    assert around(one, other) == (0, -1, 6, 4)
    assert within(one, other) == (2, 0, 4, 3)
    assert around(None, one) == within(None, one) == one
    assert holds(around(one, other), one)
    assert not holds(one, other)
    assert holds(grown(one, 2), other)
