"""Integration tests of a job: a real database, and a fake for what is outside of our
house.
"""

import tempfile
import unittest
from datetime import date, timedelta
from pathlib import Path

import loans
from db import connect
from migrate import migrate
from reminders import remind

DAY = date(2026, 3, 2)
LATE = DAY + timedelta(days=29)


# region fake
class Outbox:
    """A mailer that remembers; it fails for the addresses that a test names."""

    def __init__(self, *failing):
        self.failing = set(failing)
        self.letters = []

    def send(self, address, subject, text):
        if address in self.failing:
            raise OSError("no such host")
        self.letters.append((address, text))


# endregion


class ReminderTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.db = connect(Path(folder.name) / "library.db")
        self.addCleanup(self.db.close)
        migrate(self.db)
        self.loans = []
        for name in ("ada", "tom"):
            member = loans.add_member(self.db, name, f"{name}@example.org")
            book = loans.add_book(self.db, f"Book of {name}", "A", 2000)
            self.loans.append(loans.borrow(self.db, book, member, DAY))

    def test_late_books_are_asked_for(self):
        loans.give_back(self.db, self.loans[1], LATE)
        box = Outbox()
        self.assertEqual(remind(self.db, box, LATE), 1)
        ((address, text),) = box.letters
        self.assertEqual(address, "ada@example.org")
        self.assertIn("Book of ada", text)
        self.assertIn("2026-03-30", text)

    def test_nobody_is_asked_too_early_or_twice_a_week(self):
        box = Outbox()
        for days in (28, 29, 29, 30, 35, 36):
            remind(self.db, box, DAY + timedelta(days=days))
        self.assertEqual(len(box.letters), 4)

    def test_a_letter_that_fails_is_sent_the_next_day(self):
        self.assertEqual(remind(self.db, Outbox("ada@example.org"), LATE), 1)
        box = Outbox()
        remind(self.db, box, LATE + timedelta(days=1))
        self.assertEqual([address for address, _ in box.letters], ["ada@example.org"])


if __name__ == "__main__":
    unittest.main()
