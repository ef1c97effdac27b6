import sqlite3
import tempfile
import threading
import unittest
from datetime import date, timedelta
from pathlib import Path

import loans
import reports
from db import connect, transaction

DAY = date(2026, 3, 2)


class LibraryTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "library.db"
        self.db = self.open()
        self.ada = loans.add_member(self.db, "Ada", "ada@example.org")
        self.tom = loans.add_member(self.db, "Tom", "tom@example.org")
        self.books = [
            loans.add_book(self.db, f"Title {n}", "A", 2000 + n) for n in range(5)
        ]

    def open(self):
        db = connect(self.path)
        self.addCleanup(db.close)
        return db

    def count(self, table):
        return self.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


class BorrowTest(LibraryTest):
    def test_a_book_is_lent_and_comes_back(self):
        loan = loans.borrow(self.db, self.books[0], self.ada, DAY)
        row = self.db.execute("SELECT * FROM loan WHERE id = ?", (loan,)).fetchone()
        self.assertEqual((row["taken"], row["due"]), ("2026-03-02", "2026-03-30"))
        loans.give_back(self.db, loan, DAY + timedelta(days=3))
        loans.give_back(self.db, loan, DAY + timedelta(days=9))
        row = self.db.execute("SELECT returned FROM loan WHERE id = ?", (loan,)).fetchone()
        self.assertEqual(row["returned"], "2026-03-05")
        loans.borrow(self.db, self.books[0], self.tom, DAY + timedelta(days=10))

    def test_a_book_is_lent_to_one_member(self):
        loans.borrow(self.db, self.books[0], self.ada, DAY)
        with self.assertRaisesRegex(loans.Refused, "is lent"):
            loans.borrow(self.db, self.books[0], self.tom, DAY)

    def test_members_have_a_limit(self):
        for book in self.books[:3]:
            loans.borrow(self.db, book, self.ada, DAY)
        with self.assertRaisesRegex(loans.Refused, "3 books"):
            loans.borrow(self.db, self.books[3], self.ada, DAY)
        self.assertEqual(self.count("loan"), 3)

    def test_what_does_not_exist_is_told(self):
        for book, member in [(99, self.ada), (self.books[0], 99)]:
            with self.assertRaises(loans.Unknown):
                loans.borrow(self.db, book, member, DAY)
        with self.assertRaises(loans.Unknown):
            loans.give_back(self.db, 99, DAY)

    def test_two_clerks_at_once_lend_a_book_once(self):
        outcomes = []
        together = threading.Barrier(8, timeout=60)

        def clerk(member):
            db = connect(self.path)
            together.wait()
            try:
                loans.borrow(db, self.books[0], member, DAY)
                outcomes.append("lent")
            except loans.Refused:
                outcomes.append("refused")
            finally:
                db.close()

        threads = [
            threading.Thread(target=clerk, args=(m,)) for m in [self.ada, self.tom] * 4
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(outcomes), ["lent"] + ["refused"] * 7)

    def test_text_is_never_run(self):
        evil = "x'); DROP TABLE loan; --"
        book = loans.add_book(self.db, evil, evil, 2000)
        (title,) = self.db.execute(
            "SELECT title FROM book WHERE id = ?", (book,)
        ).fetchone()
        self.assertEqual(title, evil)
        self.assertEqual(self.count("loan"), 0)


class DatabaseTest(LibraryTest):
    def test_foreign_keys_are_checked_in_each_connection(self):
        with self.assertRaises(sqlite3.IntegrityError):
            self.open().execute(
                "INSERT INTO loan (book, member, taken, due)"
                " VALUES (99, 1, '2026-01-01', '2026-02-01')"
            )

    def test_a_transaction_that_fails_leaves_nothing(self):
        with self.assertRaises(ZeroDivisionError), transaction(self.db):
            loans.add_book(self.db, "Half", "A", 2000)
            raise ZeroDivisionError
        self.assertEqual(self.count("book"), 5)

    def test_a_wrong_book_is_refused(self):
        for title, author, year in [("", "A", 2000), ("T", "", 2000), ("T", "A", 99)]:
            with self.assertRaises(loans.Refused):
                loans.add_book(self.db, title, author, year)

    def test_an_address_belongs_to_one_member(self):
        with self.assertRaises(loans.Refused):
            loans.add_member(self.db, "Another", "ADA@example.org")


class ReportTest(LibraryTest):
    def setUp(self):
        super().setUp()
        for book, member, day in [(0, self.ada, 0), (1, self.tom, 5), (0, self.tom, 40)]:
            loan = loans.borrow(
                self.db, self.books[book], member, DAY + timedelta(days=day)
            )
            if (book, day) == (0, 0):
                loans.give_back(self.db, loan, DAY + timedelta(days=7))

    def test_overdue(self):
        found = reports.overdue(self.db, DAY + timedelta(days=50))
        self.assertEqual([tuple(row) for row in found], [("Tom", "Title 1", "2026-04-04")])

    def test_popular_books_share_a_place(self):
        loans.borrow(self.db, self.books[2], self.ada, DAY + timedelta(days=50))
        found = [(row["title"], row["rank"]) for row in reports.popular(self.db, 2)]
        self.assertEqual(found, [("Title 0", 1), ("Title 1", 2), ("Title 2", 2)])

    def test_never_lent(self):
        self.assertEqual(reports.never_lent(self.db), ["Title 2", "Title 3", "Title 4"])

    def test_the_index_is_used(self):
        query = "SELECT * FROM loan WHERE member = ? AND returned IS NULL"
        self.assertIn("loans_of_member", " ".join(reports.plan(self.db, query, (1,))))
        self.db.execute("DROP INDEX loans_of_member")
        self.assertTrue(reports.plan(self.open(), query, (1,))[0].startswith("SCAN"))


if __name__ == "__main__":
    unittest.main()
