"""Attacks, each of which has to fail."""

import unittest
from datetime import datetime, timedelta, timezone
from unittest import mock

import passwords
import sessions
from bodies import Problem
from db import connect
from test_api import ApiTest

NOW = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)


class PasswordTest(unittest.TestCase):
    def test_a_hash_has_owasps_cost_a_salt_and_its_parameters(self):
        first, second = (
            passwords.hash_password("correct horse battery") for _ in range(2)
        )
        self.assertNotEqual(first, second)
        self.assertEqual(first.split("$")[:4], ["scrypt", "17", "8", "1"])
        self.assertTrue(passwords.check("correct horse battery", first))
        self.assertFalse(passwords.check("correct horse batterz", first))

    def test_no_hash_fits_no_password(self):
        with mock.patch.object(passwords, "COST", 4):
            passwords._nobody.cache_clear()
            self.addCleanup(passwords._nobody.cache_clear)
            self.assertFalse(passwords.check("", ""))

    def test_old_parameters_still_fit_and_are_known(self):
        with mock.patch.object(passwords, "COST", 4):
            old = passwords.hash_password("correct horse battery")
        self.assertTrue(passwords.check("correct horse battery", old))
        self.assertTrue(passwords.outdated(old))


class AttackTest(ApiTest):
    def as_member(self, name):
        self.token = ""
        member = self.member(name)
        self.token = self.sign_in(name)
        return member

    def database_text(self):
        db = connect(self.database)
        self.addCleanup(db.close)
        return "\n".join(db.iterdump())

    def test_neither_password_nor_token_is_in_the_database(self):
        self.as_member("Ada")
        text = self.database_text()
        self.assertIn("ada@example.org", text)
        self.assertNotIn("correct horse", text)
        self.assertNotIn(self.token, text)

    def test_nobody_gets_in_without_a_token(self):
        book = self.book()
        for token in ["", "x", "null", f"{self.token} "]:
            self.token = token
            for method, path, body in [
                ("POST", "/books", {"title": "T", "author": "A", "year": 2000}),
                ("POST", "/loans", {"book": book}), ("GET", "/loans/1", None),
                ("PUT", "/loans/1/return", None), ("DELETE", "/sessions", None),
            ]:  # fmt: skip
                status, headers, _ = self.ask(method, path, body)
                self.assertEqual(
                    (status, headers["WWW-Authenticate"]), (401, "Bearer"), path
                )

    def test_loans_of_others_are_out_of_reach(self):
        book = self.book()
        self.as_member("Ada")
        loan = self.made("/loans", {"book": book})
        self.as_member("Mallory")
        self.assertEqual(self.ask("GET", f"/loans/{loan}")[0], 404)
        self.assertEqual(self.ask("PUT", f"/loans/{loan}/return")[0], 404)
        # Nor can a loan be made in another's name.
        other = self.ask("POST", "/loans", {"book": book, "member": 2})
        self.assertEqual(other[0], 422)
        self.token = self.sign_in("Ada")
        self.assertIsNone(self.ask("GET", f"/loans/{loan}")[2]["returned"])

    def test_a_member_does_not_become_a_librarian(self):
        self.as_member("Mallory")
        self.assertEqual(
            self.ask("POST", "/books", {"title": "T", "author": "A", "year": 2000})[0], 403
        )
        body = {
            "name": "M",
            "email": "m@example.org",
            "password": "x" * 12,
            "librarian": 1,
        }
        self.assertEqual(self.ask("POST", "/members", body)[0], 422)

    def test_a_key_of_another_member_gives_nothing_away(self):
        book, key = self.book(), {"Idempotency-Key": "1"}
        self.as_member("Ada")
        self.assertEqual(self.ask("POST", "/loans", {"book": book}, key)[0], 201)
        self.as_member("Mallory")
        self.assertEqual(self.ask("POST", "/loans", {"book": book}, key)[0], 409)

    def test_signing_out_ends_the_token(self):
        self.assertEqual(self.ask("DELETE", "/sessions")[0], 204)
        self.assertEqual(self.ask("GET", "/loans/1")[0], 401)

    def test_wrong_address_and_wrong_password_get_one_answer(self):
        self.token = ""
        bodies = [
            {"email": "librarian@example.org", "password": "wrong wrong wrong"},
            {"email": "nobody@example.org", "password": "wrong wrong wrong"},
        ]
        first, second = (self.ask("POST", "/sessions", body) for body in bodies)
        self.assertEqual((first[0], first[2]), (401, second[2]))

    def test_short_passwords_are_refused(self):
        body = {"name": "Eve", "email": "eve@example.org", "password": "x" * 11}
        self.assertEqual(self.ask("POST", "/members", body)[0], 422)


class TimeTest(ApiTest):
    def setUp(self):
        super().setUp()
        self.db = connect(self.database)
        self.addCleanup(self.db.close)

    def try_password(self, password, now):
        return sessions.sign_in(self.db, "librarian@example.org", password, now)

    def test_a_token_expires(self):
        header = f"Bearer {self.try_password('correct horse battery', NOW)}"
        late = NOW + sessions.LIFETIME
        self.assertTrue(sessions.who(self.db, header, late - timedelta(seconds=1)))
        with self.assertRaises(Problem):
            sessions.who(self.db, header, late)

    def test_guessing_is_slowed_down(self):
        for _ in range(sessions.TRIES):
            with self.assertRaises(Problem) as raised:
                self.try_password("wrong", NOW)
            self.assertEqual(raised.exception.status, 401)
        with self.assertRaises(Problem) as raised:
            self.try_password("correct horse battery", NOW)
        self.assertEqual(raised.exception.status, 429)
        self.assertTrue(
            self.try_password("correct horse battery", NOW + sessions.WINDOW * 2)
        )

    def test_a_hash_is_renewed_when_its_member_signs_in(self):
        with mock.patch.object(passwords, "COST", 5):
            self.try_password("correct horse battery", NOW)
        (stored,) = self.db.execute("SELECT password FROM member WHERE id = 1").fetchone()
        self.assertTrue(stored.startswith("scrypt$5$"))


del ApiTest  # or its tests, if it had any, would run here again


if __name__ == "__main__":
    unittest.main()
