import tempfile
import unittest
from pathlib import Path
from unittest import mock

import app
import loans
import migrate
import test_api
import test_postgres
from db import Conflict, connect

# What the release before asks of the database. It goes on asking while this release is
# rolled out.
BEFORE = [
    "INSERT INTO book (title, author, year) VALUES ('Emma', 'Jane Austen', 1815)",
    "SELECT * FROM book WHERE id > 0 ORDER BY id LIMIT 21",
    "UPDATE loan SET returned = '2026-03-09' WHERE id = 1 AND returned IS NULL",
]


class MigrationTest(unittest.TestCase):
    def setUp(self):
        self.db = connect(self.database_address())
        self.addCleanup(self.db.close)

    def database_address(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return str(Path(folder.name) / "library.db")

    def before(self):
        """A database as the stage before left it, with something in it."""
        self.db.script(migrate.known()[1].read_text())
        for statement in [
            "INSERT INTO book (title, author, year)"
            " VALUES ('Dune', 'Frank Herbert', 1965)",
            "INSERT INTO member (name, email) VALUES ('Ada', 'ada@example.org')",
            "INSERT INTO loan (book, member, taken, due)"
            " VALUES (1, 1, '2026-03-02', '2026-03-30')",
        ]:
            self.db.execute(statement)

    def test_a_new_database_gets_all_and_the_next_run_nothing(self):
        self.assertEqual(migrate.migrate(self.db), sorted(migrate.known()))
        self.assertEqual(migrate.migrate(self.db), [])
        self.assertEqual(migrate.pending(self.db), [])

    def test_nothing_is_lost(self):
        self.before()
        self.assertEqual(migrate.migrate(self.db), [2])
        rows = self.db.execute("SELECT title, isbn FROM book").fetchall()
        self.assertEqual([tuple(row) for row in rows], [("Dune", None)])
        self.assertEqual(len(self.db.execute("SELECT * FROM loan").fetchall()), 1)

    def test_both_releases_work_while_one_replaces_the_other(self):
        self.before()
        migrate.migrate(self.db)
        for statement in BEFORE:
            self.db.execute(statement)
        loans.add_book(self.db, "Dune", "Frank Herbert", 1965, "9780441172719")
        with self.assertRaises(loans.Refused):
            loans.add_book(self.db, "Dune", "Frank Herbert", 1984, "9780441172719")

    def test_a_migration_that_fails_leaves_nothing(self):
        migrate.migrate(self.db)
        with tempfile.TemporaryDirectory() as folder:
            bad = Path(folder) / "0003_bad.sql"
            bad.write_text(
                "CREATE TABLE half (id INTEGER PRIMARY KEY);\n"
                "INSERT INTO loan (id) VALUES (1);\n"
            )
            with mock.patch.object(migrate, "FOLDER", Path(folder)):
                for _ in range(2):
                    with self.assertRaises(Conflict):
                        migrate.migrate(self.db)
        self.assertFalse(self.db.has_table("half"))


class OnPostgres(test_postgres.OnPostgres, MigrationTest):
    pass


class StartTest(unittest.TestCase):
    def test_the_application_does_not_start_on_an_old_schema(self):
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(RuntimeError, "migrate.py"):
                app.create_app(str(Path(folder) / "library.db"))


class IsbnTest(test_api.ApiTest):
    def test_a_book_may_have_an_isbn(self):
        book = {"title": "Dune", "author": "Frank Herbert", "year": 1965}
        self.assertEqual(self.ask("POST", "/books", book)[2]["isbn"], None)
        right, wrong = book | {"isbn": "9780441172719"}, book | {"isbn": "9780441172718"}
        self.assertEqual(self.ask("POST", "/books", right)[2]["isbn"], right["isbn"])
        self.assertEqual(self.ask("POST", "/books", right)[0], 409)
        self.assertEqual(self.ask("POST", "/books", wrong)[0], 422)


if __name__ == "__main__":
    unittest.main()
