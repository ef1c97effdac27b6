"""The calendar of reviews: which cards are new in which week of the guide's plan, and which weeks' cards come again.

For who studies with the printed cards, in piles. Anki finds a day for each card by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from guidepress import card_kinds
from guidepress.book.model import Book, Chapter, StudyPlan

# In how many weeks after its first a pile comes again: each time after twice as long.
AGAIN = (1, 2, 4, 8, 16)
# The lines that a row of the error log takes, and those of a page that its title takes.
_ROW, _TITLE = 3, 7


@dataclass(frozen=True, slots=True)
class Week:
    """A week: `new` cards, of these chapters; `again` are the numbers of the weeks whose cards come again."""

    number: int
    new: int
    chapters: tuple[Chapter, ...]
    again: tuple[int, ...]


def calendar(book: Book, plan: StudyPlan) -> tuple[Week, ...]:
    """The weeks in which there is something to do, numbered from 1."""
    weekly = plan.new * plan.days
    chapters = _new_by_chapter(book)
    total = sum(count for _, count in chapters)
    last = ceil(total / weekly)
    found: list[list[Chapter]] = [[] for _ in range(last)]
    begun = 0
    for chapter, count in chapters:
        if count:
            first, final = begun // weekly, (begun + count - 1) // weekly
            for week in range(first, final + 1):
                found[week].append(chapter)
        begun += count
    weeks = []
    for number in range(1, last + AGAIN[-1] + 1 if last else 1):
        again = tuple(sorted(number - after for after in AGAIN if 0 < number - after <= last))
        new = max(0, min(weekly, total - (number - 1) * weekly))
        if new or again:
            own = tuple(found[number - 1]) if number <= last else ()
            weeks.append(Week(number, new, own, again))
    return tuple(weeks)


def error_rows(lines: int, pages: int) -> int:
    """How many errors there is room for on pages of so many lines."""
    return pages * max(1, (lines - _TITLE) // _ROW)


def _new_by_chapter(book: Book) -> Sequence[tuple[Chapter, int]]:
    """The chapters in order, with how many cards Anki makes of each one's; those of no chapter come with the last."""
    counts = {chapter.id: 0 for chapter in book.chapters()}
    last = next(reversed(counts), "")
    for card in book.cards:
        place = card.chapter if card.chapter in counts else last
        counts[place] = counts.get(place, 0) + card_kinds.count(card)
    return list(_in_order(book, counts))


def _in_order(book: Book, counts: dict[str, int]) -> Iterator[tuple[Chapter, int]]:
    for chapter in book.chapters():
        yield chapter, counts[chapter.id]
