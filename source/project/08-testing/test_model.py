"""A test against a model: random days at the library, and a few lines that say what
must come of them.
"""

import random
import tempfile
import unittest
from datetime import date, timedelta
from pathlib import Path

import loans
import rules
from db import connect


# region model
class Model:
    """The rules once more, in the simplest form: who has which book."""

    def __init__(self):
        self.held = {}

    def borrow(self, book, member):
        allowed = (
            book not in self.held and list(self.held.values()).count(member) < rules.LIMIT
        )
        if allowed:
            self.held[book] = member
        return allowed

    def give_back(self, book):
        self.held.pop(book, None)


# endregion


class ModelTest(unittest.TestCase):
    def test_random_days(self):
        for seed in range(20):
            with self.subTest(seed=seed), tempfile.TemporaryDirectory() as folder:
                self.play(random.Random(seed), connect(Path(folder) / "library.db"))

    def play(self, chance, db):
        self.addCleanup(db.close)
        books = [loans.add_book(db, f"Title {n}", "A", 2000) for n in range(6)]
        members = [loans.add_member(db, f"M{n}", f"m{n}@example.org") for n in range(3)]
        model, open_loans, day = Model(), {}, date(2026, 1, 1)
        for _ in range(60):
            day += timedelta(days=chance.randrange(3))
            book, member = chance.choice(books), chance.choice(members)
            if chance.random() < 0.6:
                try:
                    open_loans[book] = loans.borrow(db, book, member, day)
                    lent = True
                except loans.Refused:
                    lent = False
                self.assertEqual(lent, model.borrow(book, member))
            elif book in open_loans:
                loans.give_back(db, open_loans[book], day)
                model.give_back(book)
            rows = db.execute(
                "SELECT book, member FROM loan WHERE returned IS NULL"
            ).fetchall()
            self.assertEqual({row["book"]: row["member"] for row in rows}, model.held)


if __name__ == "__main__":
    unittest.main()
