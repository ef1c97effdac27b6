"""The API on Flask: routes are functions, and what every request passes through is said
once.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

import loans
from bodies import LIMIT, Problem, fields, number, read
from db import connect, transaction
from flask import Flask, Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException

PAGE = 50


# region app
def create_app(database: str) -> Flask:
    """The application on a database."""
    connect(database).close()  # the tables, before the first request
    app = Flask(__name__, static_folder=None)
    app.config.update(DATABASE=database, MAX_CONTENT_LENGTH=LIMIT)
    app.json.sort_keys = False
    app.teardown_appcontext(close_database)
    app.register_error_handler(Problem, lambda p: problem(p.status, p.detail, p.headers))
    app.register_error_handler(loans.Unknown, lambda p: problem(404, str(p)))
    app.register_error_handler(loans.Refused, lambda p: problem(409, str(p)))
    app.register_error_handler(HTTPException, http_problem)
    add_routes(app)
    return app


# endregion


# region per-request
def database() -> sqlite3.Connection:
    """The connection of this request, opened where it is first wanted."""
    if "db" not in g:
        g.db = connect(current_app.config["DATABASE"])
    return g.db


def close_database(failed: BaseException | None) -> None:
    """When the request is answered, however that went."""
    if db := g.pop("db", None):
        db.close()


# endregion


# region problems
def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """An error, written like all others."""
    answer = jsonify(Problem(status, detail).body())
    answer.status_code = status
    answer.content_type = "application/problem+json"
    answer.headers.update(headers or {})
    return answer


def http_problem(raised: HTTPException) -> Response:
    """What Flask itself refuses: an unknown address, a wrong method, a long body, an
    exception of ours.
    """
    headers = {k: v for k, v in raised.get_headers() if k == "Allow"}
    return problem(raised.code or 500, raised.name, headers)


# endregion


def body(**types: type) -> dict[str, Any]:
    """The fields of the request's body."""
    if request.mimetype != "application/json":
        raise Problem(415, "the body has to be application/json")
    return fields(read(request.get_data()), **types)


# region once
def once(view: Callable[[], Response]) -> Callable[[], Response]:
    """A decorator, which is middleware for one route: a request with an Idempotency-Key
    is done once.
    """

    @wraps(view)
    def wrapped() -> Response:
        key = request.headers.get("Idempotency-Key", "")[:200]
        if not key:
            return view()
        db = database()
        asked = hashlib.sha256(request.path.encode() + request.get_data()).hexdigest()
        with transaction(db):
            found = db.execute("SELECT * FROM answered WHERE key = ?", (key,)).fetchone()
            if found is None:
                answer = view()
                db.execute(
                    "INSERT INTO answered VALUES (?, ?, ?, ?, ?)",
                    (
                        key,
                        asked,
                        answer.status_code,
                        answer.get_data(True),
                        str(date.today()),
                    ),
                )
                return answer
        if found["request"] != asked:
            raise Problem(422, "this Idempotency-Key was used for another request")
        return created(json.loads(found["body"]))

    return wrapped


# endregion


def created(value: dict[str, Any], location: str = "") -> Response:
    """The answer to a POST that made something."""
    answer = jsonify(value)
    answer.status_code = 201
    if location:
        answer.headers["Location"] = location
    return answer


# region routes
def add_routes(app: Flask) -> None:
    """Which function answers which method at which address."""
    app.get("/books")(list_books)
    app.post("/books")(once(add_book))
    app.get("/books/<int(max=2147483647):book>")(show_book)
    app.post("/members")(once(add_member))
    app.post("/loans")(once(lend))
    app.get("/loans/<int(max=2147483647):loan>")(show_loan)
    app.put("/loans/<int(max=2147483647):loan>/return")(give_back)


# endregion


def list_books() -> Response:
    """A page of books, and the address of the next one."""
    size = max(1, number(request.args.get("limit", "20"), "limit", PAGE))
    after = number(request.args.get("after", "0"), "after")
    rows = (
        database()
        .execute("SELECT * FROM book WHERE id > ? ORDER BY id LIMIT ?", (after, size + 1))
        .fetchall()
    )
    page: dict[str, Any] = {"books": [dict(row) for row in rows[:size]]}
    if len(rows) > size:
        page["next"] = f"/books?after={rows[size - 1]['id']}&limit={size}"
    return jsonify(page)


# region book
def show_book(book: int) -> Response:
    """One book, and whether it can be borrowed."""
    return jsonify(book_record(book))


def add_book() -> Response:
    """A new book."""
    given = body(title=str, author=str, year=int)
    book = loans.add_book(database(), given["title"], given["author"], given["year"])
    return created(book_record(book), f"/books/{book}")


# endregion


def book_record(book: int) -> dict[str, Any]:
    """A book as clients see it."""
    row = (
        database()
        .execute(
            "SELECT book.*, NOT EXISTS"
            " (SELECT 1 FROM loan WHERE book = book.id AND returned IS NULL)"
            " AS available FROM book WHERE id = ?",
            (book,),
        )
        .fetchone()
    )
    if row is None:
        raise Problem(404, f"there is no book {book}")
    return dict(row) | {"available": bool(row["available"])}


def add_member() -> Response:
    """A new member."""
    given = body(name=str, email=str)
    member = loans.add_member(database(), given["name"], given["email"])
    return created({"id": member, "name": given["name"]})


def lend() -> Response:
    """A new loan."""
    given = body(book=int, member=int)
    loan = loans.borrow(database(), given["book"], given["member"], date.today())
    return created(loan_record(loan), f"/loans/{loan}")


def give_back(loan: int) -> Response:
    """However often it is said, the loan is returned once."""
    loans.give_back(database(), loan, date.today())
    return jsonify(loan_record(loan))


def show_loan(loan: int) -> Response:
    """One loan."""
    return jsonify(loan_record(loan))


def loan_record(loan: int) -> dict[str, Any]:
    """A loan as clients see it."""
    row = database().execute("SELECT * FROM loan WHERE id = ?", (loan,)).fetchone()
    if row is None:
        raise Problem(404, f"there is no loan {loan}")
    return dict(row)
