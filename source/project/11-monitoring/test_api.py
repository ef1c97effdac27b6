"""The contract: what any server of this API does. The next stages replace the server
and keep these tests.
"""

import http.client
import json
import re
import tempfile
import threading
import unittest
from pathlib import Path

import passwords
from db import connect
from wsgi import Server

DESCRIPTION = json.loads(Path(__file__).with_name("openapi.json").read_text())


class ApiTest(unittest.TestCase):
    def setUp(self):
        # A test makes many members; the right cost is tried in test_auth.
        self.addCleanup(setattr, passwords, "COST", passwords.COST)
        passwords.COST = 4
        self.database = self.database_address()
        self.server = Server(self.database, quiet=True)
        thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        thread.start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(self.server.shutdown)
        self.token = ""
        self.member("Librarian")
        db = connect(self.database)
        db.execute("UPDATE member SET librarian = 1")
        db.close()
        self.token = self.librarian = self.sign_in("Librarian")

    def database_address(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return str(Path(folder.name) / "library.db")

    def sign_in(self, name, password="correct horse battery"):
        body = {"email": f"{name}@example.org", "password": password}
        return self.ask("POST", "/sessions", body)[2].get("token", "")

    def ask(self, method, path, body=None, headers=None):
        """Status, headers and body of an answer; a body that is not text is sent as
        JSON.
        """
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.server.server_port, timeout=20
        )
        self.addCleanup(connection.close)
        data = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        if self.token:
            kind["Authorization"] = f"Bearer {self.token}"
        connection.request(method, path, data, kind | (headers or {}))
        answer = connection.getresponse()
        text = answer.read()
        kind = answer.headers.get_content_type()
        return (
            answer.status,
            answer.headers,
            json.loads(text) if text and "json" in kind else text or None,
        )

    def made(self, path, body):
        status, _, answer = self.ask("POST", path, body)
        self.assertEqual(status, 201, answer)
        return answer["id"]

    def book(self, title="Dune"):
        return self.made("/books", {"title": title, "author": "A", "year": 1965})

    def member(self, name="Ada"):
        body = {
            "name": name,
            "email": f"{name}@example.org",
            "password": "correct horse battery",
        }
        return self.made("/members", body)


class LoanTest(ApiTest):
    def test_a_book_is_borrowed_and_returned(self):
        book = self.book()
        status, headers, loan = self.ask("POST", "/loans", {"book": book})
        self.assertEqual((status, headers["Location"]), (201, f"/loans/{loan['id']}"))
        self.assertIsNone(loan["returned"])
        self.assertFalse(self.ask("GET", f"/books/{book}")[2]["available"])
        status, headers, problem = self.ask("POST", "/loans", {"book": book})
        self.assertEqual((status, problem["status"]), (409, 409))
        self.assertEqual(headers["Content-Type"], "application/problem+json")
        first = self.ask("PUT", f"{'/loans/'}{loan['id']}/return")
        again = self.ask("PUT", f"{'/loans/'}{loan['id']}/return")
        self.assertEqual((first[0], first[2]), (again[0], again[2]))
        self.assertTrue(self.ask("GET", f"/books/{book}")[2]["available"])

    def test_a_request_sent_twice_is_done_once(self):
        body, key = {"book": self.book()}, {"Idempotency-Key": "a1"}
        first = self.ask("POST", "/loans", body, key)
        again = self.ask("POST", "/loans", body, key)
        self.assertEqual((first[0], first[2]), (again[0], again[2]))
        status, _, problem = self.ask(
            "POST", "/loans", body | {"book": self.book("E")}, key
        )
        self.assertEqual(status, 422, problem)

    def test_a_refused_request_may_be_sent_again(self):
        key = {"Idempotency-Key": "a1"}
        self.assertEqual(self.ask("POST", "/loans", {"book": 1}, key)[0], 404)
        self.book()
        self.assertEqual(self.ask("POST", "/loans", {"book": 1}, key)[0], 201)


class PageTest(ApiTest):
    def test_pages_hold_every_book_once(self):
        made = [self.book(f"Title {n}") for n in range(5)]
        seen, path = [], "/books?limit=2"
        while path:
            status, _, page = self.ask("GET", path)
            self.assertEqual(status, 200)
            seen += [book["id"] for book in page["books"]]
            path = page.get("next")
        self.assertEqual(seen, made)

    def test_numbers_are_checked(self):
        for query in ["limit=x", "limit=-1", "limit=51", "after=1e3", "after=²", "limit="]:
            self.assertEqual(
                self.ask("GET", f"/books?{query}".replace("²", "%C2%B2"))[0], 400
            )
        self.assertEqual(len(self.ask("GET", "/books?limit=0")[2]["books"]), 0)


class BodyTest(ApiTest):
    def test_what_is_no_book_is_refused(self):
        good = {"title": "T", "author": "A", "year": 2000}
        for wrong in [
            {"title": [1, 2]}, {"title": ""}, {"title": "x" * 201}, {"year": "2000"},
            {"year": True}, {"year": 2000.5}, {"year": 2**40},
            {"more": 1}, {"author": None},
        ]:  # fmt: skip
            self.assertEqual(self.ask("POST", "/books", good | wrong)[0], 422, wrong)
        self.assertEqual(self.ask("POST", "/books", good | {"year": 99})[0], 409)

    def test_what_is_no_object_is_refused(self):
        for body, status in [
            ("{", 400), ('{"year": NaN}', 400), (b"\xff", 400), ("[" * 15000, 400),
            ("[]", 422), ("null", 422), ("{}", 422),
        ]:  # fmt: skip
            self.assertEqual(self.ask("POST", "/books", body)[0], status, body[:20])

    def test_a_body_has_a_limit_and_a_type(self):
        status, _, _ = self.ask("POST", "/books", " " * 20000)
        self.assertEqual(status, 413)
        plain = {"Content-Type": "text/plain"}
        self.assertEqual(self.ask("POST", "/books", "{}", plain)[0], 415)


class AddressTest(ApiTest):
    def test_unknown_addresses_and_methods(self):
        for path in ["/", "/nothing", "/books/99", "/loans/99", "/books/1/2/3"]:
            self.assertEqual(self.ask("GET", path)[0], 404, path)
        for path in ["/books/x", "/books/-1", "/books/99999999999999999999"]:
            self.assertEqual(self.ask("GET", path)[0] // 100, 4, path)
        status, headers, _ = self.ask("DELETE", "/books/1")
        self.assertEqual(status, 405)
        self.assertIn("GET", headers["Allow"])

    def test_the_description_names_what_is_answered(self):
        """Each operation of openapi.json is known, and answers with a status that it
        lists.
        """
        for path, operations in DESCRIPTION["paths"].items():
            for method, operation in operations.items():
                body = {} if "requestBody" in operation else None
                asked = re.sub("{.*?}", "1", path)
                status, _, answer = self.ask(method.upper(), asked, body)
                self.assertIn(str(status), operation["responses"], (method, path, answer))


if __name__ == "__main__":
    unittest.main()
