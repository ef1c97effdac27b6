import stat
import tempfile
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

import backup
import loans
import settings
import test_api
import test_loans
import test_postgres
from db import connect
from migrate import migrate

NOW = datetime(2026, 3, 2, 3, tzinfo=timezone.utc)


class SettingsTest(unittest.TestCase):
    def test_all_faults_are_told_at_once(self):
        with self.assertRaises(settings.Wrong) as raised:
            settings.read({"PROXIES": "many"})
        self.assertIn("DATABASE_URL is missing", str(raised.exception))
        self.assertIn("PROXIES", str(raised.exception))

    def test_a_file_in_a_container_is_no_database(self):
        with self.assertRaisesRegex(settings.Wrong, "forget"):
            settings.read({"DATABASE_URL": "library.db"})

    def test_secrets_come_from_files_and_are_not_printed(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "url"
            path.write_text("postgresql://library:geheim@db/library\n")
            found = settings.read({"DATABASE_URL_FILE": str(path), "PROXIES": "2"})
        self.assertEqual(found.database, "postgresql://library:geheim@db/library")
        self.assertEqual(found.proxies, 2)
        self.assertNotIn("geheim", repr(found))
        with self.assertRaisesRegex(settings.Wrong, "cannot be read"):
            settings.read({"DATABASE_URL_FILE": str(path)})


class BackupTest(test_loans.LibraryTest):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "copies"
        self.loan = loans.borrow(self.db, self.books[0], self.ada, test_loans.DAY)

    def test_what_is_backed_up_is_restored(self):
        path = backup.back_up(self.db, self.folder, NOW)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(backup.drill(path), {"book": 5, "member": 2, "loan": 1})
        other = connect(self.database_address())
        self.addCleanup(other.close)
        backup.restore(path, other)
        rows = [db.execute("SELECT * FROM loan").fetchall() for db in (self.db, other)]
        self.assertEqual([tuple(row) for row in rows[0]], [tuple(row) for row in rows[1]])
        # The library goes on from there.
        with self.assertRaises(loans.Refused):
            loans.borrow(other, self.books[0], self.tom, test_loans.DAY)
        self.assertEqual(loans.add_book(other, "New", "A", 2026), 6)

    def test_a_damaged_copy_is_refused(self):
        path = backup.back_up(self.db, self.folder, NOW)
        path.write_bytes(path.read_bytes()[:-1])
        with self.assertRaisesRegex(ValueError, "not what was written"):
            backup.drill(path)

    def test_a_database_in_use_is_not_overwritten(self):
        path = backup.back_up(self.db, self.folder, NOW)
        with self.assertRaisesRegex(ValueError, "not empty"):
            backup.restore(path, self.db)

    def test_two_weeks_are_kept(self):
        for day in range(backup.KEPT + 3):
            last = backup.back_up(self.db, self.folder, NOW + timedelta(days=day))
        kept = sorted(self.folder.iterdir())
        self.assertEqual((len(kept), kept[-1]), (backup.KEPT, last))


class OnPostgres(test_postgres.OnPostgres, BackupTest):
    pass


class EdgeTest(test_api.ApiTest):
    def test_alive_and_ready(self):
        self.assertEqual(self.ask("GET", "/health")[2], {"status": "ok"})
        self.assertEqual(self.ask("GET", "/ready")[2], {"status": "ready"})

    def test_browsers_are_told_not_to_guess(self):
        self.assertEqual(self.ask("GET", "/books")[1]["X-Content-Type-Options"], "nosniff")


class RehearsalTest(unittest.TestCase):
    def test_a_copy_of_an_empty_library(self):
        with tempfile.TemporaryDirectory() as folder:
            db = connect(":memory:")
            migrate(db)
            path = backup.back_up(db, Path(folder), NOW)
            db.close()
            self.assertEqual(backup.drill(path), {"book": 0, "member": 0, "loan": 0})


if __name__ == "__main__":
    unittest.main()
