"""A list of books in a file: add, list and find them from the command line."""

from __future__ import annotations

import argparse
import json
import os
import sys
from bisect import bisect_left, insort
from dataclasses import asdict, dataclass
from pathlib import Path


# region book
@dataclass(frozen=True, order=True)
class Book:
    """A book. Books compare by title, then author, then year."""

    title: str
    author: str
    year: int

    def __post_init__(self) -> None:
        if not self.title.strip() or not self.author.strip():
            raise ValueError("a book has a title and an author")
        if not 1450 <= self.year <= 2100:
            raise ValueError(f"{self.year} is not a year in which books were printed")


# endregion


# region shelf
class Shelf:
    """Books in the order of their titles, each of them once."""

    def __init__(self, books: list[Book] | None = None) -> None:
        self.books = sorted(set(books or []))

    def add(self, book: Book) -> bool:
        """Put a book in its place; False if it stands there already."""
        at = bisect_left(self.books, book)
        if self.books[at : at + 1] == [book]:
            return False
        insort(self.books, book)
        return True

    def find(self, title: str) -> list[Book]:
        """The books of this title, by binary search: 20 steps among a million books."""
        first = bisect_left(self.books, title, key=lambda book: book.title)
        found = []
        for book in self.books[first:]:
            if book.title != title:
                break
            found.append(book)
        return found

    # endregion

    # region sort
    def by(self, field: str) -> list[Book]:
        """The books in another order; those that are alike in it stay in that of their
        titles.
        """
        return sorted(self.books, key=lambda book: getattr(book, field))

    # endregion


# region file
def load(path: Path) -> Shelf:
    """The shelf that a file holds; an empty one if there is no file yet."""
    if not path.exists():
        return Shelf()
    records = json.loads(path.read_text(encoding="utf-8"))
    return Shelf([Book(**record) for record in records])


def save(shelf: Shelf, path: Path) -> None:
    """Write the shelf so that a crash leaves the old file or the new one, never half of
    one.
    """
    text = json.dumps([asdict(book) for book in shelf.books], ensure_ascii=False, indent=1)
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


# endregion


def main(arguments: list[str]) -> int:
    """Run a command; 0 if all went well, 1 if not."""
    parser = argparse.ArgumentParser(
        prog="books", description="Keeps a list of books in a file."
    )
    parser.add_argument("--file", type=Path, default=Path("books.json"))
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="add a book")
    add.add_argument("title")
    add.add_argument("author")
    add.add_argument("year", type=int)
    show = commands.add_parser("list", help="list all books")
    show.add_argument("--by", choices=["title", "author", "year"], default="title")
    find = commands.add_parser("find", help="find books by their exact title")
    find.add_argument("title")
    given = parser.parse_args(arguments)
    try:
        shelf = load(given.file)
        found = shelf.books
        if given.command == "add":
            book = Book(given.title, given.author, given.year)
            if not shelf.add(book):
                raise ValueError("that book is on the shelf already")
            save(shelf, given.file)
            found = [book]
        elif given.command == "list":
            found = shelf.by(given.by)
        else:
            found = shelf.find(given.title)
    except (OSError, ValueError, TypeError) as problem:
        print(f"books: {problem}", file=sys.stderr)
        return 1
    for book in found:
        print(f"{book.title} · {book.author} · {book.year}")
    return 0 if found or given.command == "list" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
