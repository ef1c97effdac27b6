"""The same tests once more, on PostgreSQL. `docker compose up -d db` starts one;
DATABASE_URL says where it is.
"""

import os
import threading
import unittest
import uuid
from datetime import date

import loans
import test_api
import test_auth
import test_loans
from db import connect

URL = os.environ.get("DATABASE_URL", "")


@unittest.skipUnless(URL.startswith("postgres"), "DATABASE_URL names no PostgreSQL server")
class OnPostgres:
    """A mixin: each test has a schema of its own."""

    def database_address(self):
        schema = f"test_{uuid.uuid4().hex}"
        import psycopg

        with psycopg.connect(URL, autocommit=True) as server:
            server.execute(f"CREATE SCHEMA {schema}")
        self.addCleanup(self.drop, schema)
        joint = "&" if "?" in URL else "?"
        return f"{URL}{joint}options=-csearch_path%3D{schema}"

    @staticmethod
    def drop(schema):
        import psycopg

        with psycopg.connect(URL, autocommit=True) as server:
            server.execute(f"DROP SCHEMA {schema} CASCADE")


class BorrowTest(OnPostgres, test_loans.BorrowTest):
    def test_the_limit_holds_for_requests_at_once(self):
        outcomes, together = [], threading.Barrier(5, timeout=60)

        def borrow(book):
            db = connect(self.path)
            together.wait()
            try:
                loans.borrow(db, book, self.ada, date(2026, 3, 2))
                outcomes.append("lent")
            except loans.Refused:
                outcomes.append("refused")
            finally:
                db.close()

        threads = [threading.Thread(target=borrow, args=(book,)) for book in self.books]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(outcomes), ["lent"] * 3 + ["refused"] * 2)


class DatabaseTest(OnPostgres, test_loans.DatabaseTest):
    pass


class ReportTest(OnPostgres, test_loans.ReportTest):
    pass


class LoanTest(OnPostgres, test_api.LoanTest):
    pass


class AttackTest(OnPostgres, test_auth.AttackTest):
    pass


if __name__ == "__main__":
    unittest.main()
