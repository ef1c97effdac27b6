import contextlib
import io
import random
import tempfile
import unittest
from pathlib import Path

from books import Book, Shelf, load, main, save

DUNE = Book("Dune", "Frank Herbert", 1965)
EMMA = Book("Emma", "Jane Austen", 1815)


class ShelfTest(unittest.TestCase):
    def test_books_stand_in_order_however_they_come(self):
        books = [Book(f"Title {n}", "A", 2000) for n in range(50)]
        random.Random(1).shuffle(books)
        shelf = Shelf()
        for book in books:
            self.assertTrue(shelf.add(book))
        self.assertEqual(shelf.books, sorted(books))

    def test_a_book_is_added_once(self):
        shelf = Shelf([DUNE])
        self.assertFalse(shelf.add(DUNE))
        self.assertEqual(shelf.books, [DUNE])

    def test_find_gives_all_editions_and_nothing_else(self):
        later = Book("Dune", "Frank Herbert", 1984)
        shelf = Shelf([EMMA, later, DUNE, Book("Dune Messiah", "Frank Herbert", 1969)])
        self.assertEqual(shelf.find("Dune"), [DUNE, later])
        self.assertEqual(shelf.find("dune"), [])
        self.assertEqual(shelf.find("Zorba"), [])

    def test_other_orders_leave_the_shelf_as_it_is(self):
        shelf = Shelf([DUNE, EMMA])
        self.assertEqual(shelf.by("year"), [EMMA, DUNE])
        self.assertEqual(shelf.books, [DUNE, EMMA])

    def test_what_is_no_book_is_refused(self):
        for title, author, year in [("", "A", 2000), ("T", " ", 2000), ("T", "A", 65)]:
            with self.assertRaises(ValueError):
                Book(title, author, year)


class FileTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "books.json"

    def run_command(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(["--file", str(self.path), *arguments])
        return status, out.getvalue(), err.getvalue()

    def test_what_is_saved_is_loaded(self):
        save(Shelf([DUNE, Book("Пикник на обочине", "Стругацкие", 1972)]), self.path)
        self.assertEqual(load(self.path).find("Dune"), [DUNE])
        self.assertEqual(len(load(self.path).books), 2)

    def test_failed_save_leaves_the_old_file(self):
        save(Shelf([DUNE]), self.path)
        broken = Shelf([DUNE])
        broken.books.append(Book(EMMA.title, EMMA.author, 1815.5))
        object.__setattr__(broken.books[1], "year", {1815})  # what JSON cannot hold
        with self.assertRaises(TypeError):
            save(broken, self.path)
        self.assertEqual(load(self.path).books, [DUNE])

    def test_commands(self):
        self.assertEqual(self.run_command("list"), (0, "", ""))
        added = self.run_command("add", "Emma", "Jane Austen", "1815")
        self.assertEqual(added, (0, "Emma · Jane Austen · 1815\n", ""))
        self.run_command("add", "Dune", "Frank Herbert", "1965")
        status, out, _ = self.run_command("list", "--by", "author")
        self.assertEqual([line[:4] for line in out.splitlines()], ["Dune", "Emma"])
        self.assertEqual(self.run_command("find", "Ulysses")[0], 1)
        status, _, err = self.run_command("add", "Emma", "Jane Austen", "1815")
        self.assertEqual((status, err), (1, "books: that book is on the shelf already\n"))

    def test_damaged_file_is_reported(self):
        self.path.write_text("[{")
        status, _, err = self.run_command("list")
        self.assertEqual(status, 1)
        self.assertTrue(err.startswith("books: "))


if __name__ == "__main__":
    unittest.main()
