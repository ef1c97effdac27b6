"""Divisions of the cards: each part of the book, and each chapter outside of any part, has a letter and a colour.

Both, because colours are lost on greyscale printers and on colour-blind readers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guidepress.book.model import Book, Card

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Division:
    """A letter ("A"), a title, and the number of its colour in the layout's palette, from 0."""

    letter: str
    title: str
    colour: int


class Divisions:
    """The divisions of a book: the same whichever of its cards are printed."""

    def __init__(self, book: Book, colours: int) -> None:
        titles = {part.id: part.title for part in book.parts}
        parts = {chapter.id: part.id for part in book.parts for chapter in part.chapters}
        loose = {c.id: c.title for c in (*book.front, *book.back)}
        places = [_place(card, parts, titles, loose) for card in book.cards]
        used = set(places)
        order: list[tuple[str, str]] = [
            *(("", c.id) for c in book.front),
            *((part.id, "") for part in book.parts),
            *(("", c.id) for c in book.back),
            ("", ""),
        ]
        divisions = {
            place: Division(
                letters(number),
                titles.get(place[0]) or loose.get(place[1]) or book.title,
                number % colours,
            )
            for number, place in enumerate(place for place in order if place in used)
        }
        self._by_card: Mapping[str, Division] = {
            card.id: divisions[place] for card, place in zip(book.cards, places, strict=True)
        }

    def of(self, card: Card) -> Division:
        """The division of one of the book's cards."""
        return self._by_card[card.id]


def letters(number: int) -> str:
    """A to Z, then AA, AB, … for the numbers from 0."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, len(ALPHABET))
        text = ALPHABET[rest] + text
    return text


def runs(divisions: Sequence[Division]) -> list[tuple[Division, int, int]]:
    """Neighbours of one division: the division, the index of its first card, and how many there are."""
    found: list[tuple[Division, int, int]] = []
    for index, division in enumerate(divisions):
        if found and found[-1][0] == division:
            found[-1] = (division, found[-1][1], found[-1][2] + 1)
        else:
            found.append((division, index, 1))
    return found


def _place(
    card: Card, parts: Mapping[str, str], titles: Mapping[str, str], loose: Mapping[str, str]
) -> tuple[str, str]:
    """Part and, outside of parts, chapter."""
    part = card.part if card.part in titles else parts.get(card.chapter, "")
    return (part, "") if part else ("", card.chapter if card.chapter in loose else "")
