"""The resources of the API, and what may be done with them. Nothing here knows how a
request travels.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import loans
from bodies import Problem, fields, number
from db import transaction

PAGE = 50


@dataclass
class Request:
    """What a client asks for: `path` in its parts, `body` as it was read from JSON."""

    method: str
    path: tuple[str, ...]
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    key: str = ""  # Idempotency-Key


@dataclass
class Answer:
    """What it gets: a status, and a body to be written as JSON."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


# region books
def list_books(db: sqlite3.Connection, request: Request) -> Answer:
    """A page of books, and the address of the next one."""
    size = max(1, number(request.query.get("limit", "20"), "limit", PAGE))
    after = number(request.query.get("after", "0"), "after")
    # By the last id that was seen: OFFSET would read all that it skips, and miss what
    # moves meanwhile.
    rows = db.execute(
        "SELECT * FROM book WHERE id > ? ORDER BY id LIMIT ?", (after, size + 1)
    ).fetchall()
    more = len(rows) > size
    answer: dict[str, Any] = {"books": [dict(row) for row in rows[:size]]}
    if more:
        answer["next"] = f"/books?after={rows[size - 1]['id']}&limit={size}"
    return Answer(200, answer)


def show_book(db: sqlite3.Connection, book: int) -> Answer:
    """One book, and whether it can be borrowed."""
    row = db.execute(
        "SELECT book.*, NOT EXISTS"
        " (SELECT 1 FROM loan WHERE book = book.id AND returned IS NULL)"
        " AS available FROM book WHERE id = ?",
        (book,),
    ).fetchone()
    if row is None:
        raise Problem(404, f"there is no book {book}")
    return Answer(200, dict(row) | {"available": bool(row["available"])})


def add_book(db: sqlite3.Connection, request: Request) -> Answer:
    """A new book."""
    given = fields(request.body, title=str, author=str, year=int)
    book = loans.add_book(db, given["title"], given["author"], given["year"])
    return Answer(201, show_book(db, book).body, {"Location": f"/books/{book}"})


# endregion


def add_member(db: sqlite3.Connection, request: Request) -> Answer:
    """A new member."""
    given = fields(request.body, name=str, email=str)
    member = loans.add_member(db, given["name"], given["email"])
    return Answer(201, {"id": member, "name": given["name"]})


# region lend
def lend(db: sqlite3.Connection, request: Request) -> Answer:
    """A new loan."""
    given = fields(request.body, book=int, member=int)
    loan = loans.borrow(db, given["book"], given["member"], date.today())
    return Answer(201, show_loan(db, loan), {"Location": f"/loans/{loan}"})


def give_back(db: sqlite3.Connection, loan: int) -> Answer:
    """PUT: however often it is said, the loan is returned once."""
    loans.give_back(db, loan, date.today())
    return Answer(200, show_loan(db, loan))


def show_loan(db: sqlite3.Connection, loan: int) -> dict[str, Any]:
    """A loan as clients see it."""
    row = db.execute("SELECT * FROM loan WHERE id = ?", (loan,)).fetchone()
    if row is None:
        raise Problem(404, f"there is no loan {loan}")
    return dict(row)


# endregion


# region route
def handle(db: sqlite3.Connection, request: Request) -> Answer:
    """Find out what is wanted, and do it."""
    match request.method, request.path:
        case "GET", ("books",):
            return list_books(db, request)
        case "POST", ("books",):
            return add_book(db, request)
        case "GET", ("books", book):
            return show_book(db, number(book, "the book"))
        case "POST", ("members",):
            return add_member(db, request)
        case "POST", ("loans",):
            return lend(db, request)
        case "GET", ("loans", loan):
            return Answer(200, show_loan(db, number(loan, "the loan")))
        case "PUT", ("loans", loan, "return"):
            return give_back(db, number(loan, "the loan"))
    allowed = ALLOWED.get(
        (request.path[0], len(request.path)) if request.path else ("", 0)
    )
    if allowed is None:
        raise Problem(404, "there is nothing at this address")
    raise Problem(405, f"what can be asked here is {allowed}", {"Allow": allowed})


ALLOWED = {
    ("books", 1): "GET, POST", ("books", 2): "GET", ("members", 1): "POST",
    ("loans", 1): "POST",
    ("loans", 2): "GET", ("loans", 3): "PUT",
}  # fmt: skip
# endregion


# region idempotent
def answer_once(db: sqlite3.Connection, request: Request) -> Answer:
    """The answer to a request. With an Idempotency-Key, one that is sent again gets the
    first answer again.
    """
    if not request.key or request.method != "POST":
        return handle(db, request)
    said = json.dumps([request.path, request.body], sort_keys=True)
    asked = hashlib.sha256(said.encode()).hexdigest()
    # One transaction with the work itself: a crash leaves neither or both, and of two
    # at once the second waits.
    with transaction(db):
        found = db.execute(
            "SELECT * FROM answered WHERE key = ?", (request.key,)
        ).fetchone()
        if found is None:
            answer = handle(db, request)
            db.execute(
                "INSERT INTO answered VALUES (?, ?, ?, ?, ?)",
                (
                    request.key,
                    asked,
                    answer.status,
                    json.dumps(answer.body),
                    str(date.today()),
                ),
            )
            return answer
    if found["request"] != asked:
        raise Problem(422, "this Idempotency-Key was used for another request")
    return Answer(found["status"], json.loads(found["body"]))


# endregion
