"""The mark: what is drawn is read again, however it was drawn once more, and nothing else is taken for one."""

from __future__ import annotations

import math
import random

import pikepdf
from hypothesis import given, settings
from hypothesis import strategies as st

from guidepress.copies import mark
from guidepress.copies.mark import Bar, Mark, decode, encode, marks

ADA = Mark(17, b"\x00\xff" * 4, "Ada Lovelace")


def bars(drawing: Mark) -> list[Bar]:
    """What is in the content stream of a mark."""
    pdf = pikepdf.new()
    content = pikepdf.parse_content_stream(pdf.make_stream(mark.drawn(drawing)), "re")
    return [(float(re.operands[2]), float(re.operands[3])) for re in content]


@settings(max_examples=100)
@given(st.integers(1, 2**31 - 1), st.binary(min_size=8, max_size=8), st.text(max_size=300))
def test_what_is_drawn_is_read(number: int, id_: bytes, name: str) -> None:
    """A long name by its beginning; lone surrogates have no bytes, and never come so far."""
    name = name.encode(errors="ignore").decode()
    (found,) = marks(bars(Mark(number, id_, name)))
    assert (found.number, found.id) == (number, id_)
    assert name == found.name or name.startswith(found.name.removesuffix("…"))
    assert len(encode(Mark(number, id_, name))) <= 16 * 16


@settings(max_examples=100)
@given(st.floats(0.05, 30), st.booleans(), st.randoms(use_true_random=False))
def test_scaled_turned_and_rounded(scale: float, turned: bool, chance: random.Random) -> None:
    """Printers round to a tenth of a unit of the mark, and draw other rectangles before and after it."""
    drawn = [(w * scale + chance.uniform(-0.075, 0.075) * scale, h * scale) for w, h in bars(ADA)]
    around = [(chance.uniform(0, 9), chance.uniform(0, 9)) for _ in range(chance.randrange(90))]
    found = [*around, *drawn, *around]
    assert marks([(h, w) for w, h in found] if turned else found) == [ADA]


def test_rows_in_another_order() -> None:
    drawn = bars(ADA)
    rows = [drawn[at : at + 73] for at in range(0, len(drawn), 73)]
    assert len(rows) > 1
    assert marks([bar for row in reversed(rows) for bar in row]) == [ADA]


def test_pages_of_two_copies() -> None:
    other = Mark(18, b"87654321", "Grace Hopper")
    assert marks([*bars(ADA), *bars(other), *bars(ADA)]) == [ADA, other]


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_mark_is_none(data: st.DataObject) -> None:
    """A bar of another width, or one that is missing: nobody is named who was not."""
    drawn = bars(ADA)
    at = data.draw(st.integers(0, len(drawn) - 1))
    width, height = drawn[at]
    drawn[at : at + 1] = data.draw(
        st.sampled_from([[], [(width + 0.75, height)], [(width * 3, height)]])
    )
    assert marks(drawn) in ([], [ADA])


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_other_bytes_are_no_mark(message: bytes) -> None:
    assert decode(message) is None


def test_other_drawings_are_no_mark() -> None:
    chance = random.Random(1)
    assert marks([(1.0, 1.0)] * 500) == []
    assert marks([(0.0, 0.0)] * 500) == []
    assert marks([(chance.choice([1, 2, 3, 4]), 1.0) for _ in range(5000)]) == []
    assert marks([(math.inf, 1.0)] * 100) == []
    assert marks([(math.nan, math.nan)] * 100) == []
