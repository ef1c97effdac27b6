"""The API on Flask: routes are functions, and what every request passes through is said
once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

import loans
import passwords
import reports
import rules
import sessions
from bodies import LIMIT, Problem, fields, number, read
from cache import Cache, Memory, aside
from db import Conflict, Database, connect, transaction
from flask import Flask, Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException

PAGE = 50


# region app
def create_app(database: str, cache: Cache | None = None) -> Flask:
    """The application on a database; `cache` is one in memory unless another is given."""
    connect(database).close()  # the tables, before the first request
    app = Flask(__name__, static_folder=None)
    app.config.update(DATABASE=database, MAX_CONTENT_LENGTH=LIMIT, CACHE=cache or Memory())
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
def database() -> Database:
    """The connection of this request, opened where it is first wanted."""
    if "db" not in g:
        g.db = connect(current_app.config["DATABASE"])
    return g.db


def close_database(failed: BaseException | None) -> None:
    """When the request is answered, however that went."""
    if db := g.pop("db", None):
        db.close()
    # After the commit: dropped before it, an entry could be made again from what was
    # there.
    if g.pop("stale", False):
        current_app.config["CACHE"].drop(POPULAR)


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


# region guards
def member() -> Any:
    """Who is asking; nobody who has not signed in gets further."""
    if "member" not in g:
        header = request.headers.get("Authorization", "")
        g.member = sessions.who(database(), header, sessions.current_time())
    return g.member


def librarian() -> Any:
    """Who is asking, who has to be a librarian."""
    asking = member()
    if not asking["librarian"]:
        raise Problem(403, "that is for librarians")
    return asking


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
        key = f"{member()['id']} {key}"
        asked = hashlib.sha256(request.path.encode() + request.get_data()).hexdigest()
        with transaction(db):
            found = db.execute("SELECT * FROM answered WHERE key = ?", (key,)).fetchone()
            if found is None:
                answer = view()
                row = (
                    key,
                    asked,
                    answer.status_code,
                    answer.get_data(True),
                    str(date.today()),
                )
                try:
                    db.execute("INSERT INTO answered VALUES (?, ?, ?, ?, ?)", row)
                except Conflict as problem:  # PostgreSQL lets two at once get here
                    raise Problem(409, "the same request is being answered") from problem
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
    app.get("/health")(health)
    app.get("/books")(list_books)
    app.post("/books")(once(add_book))
    app.get("/books/<int(max=2147483647):book>")(show_book)
    app.post("/members")(add_member)
    app.post("/sessions")(sign_in)
    app.delete("/sessions")(sign_out)
    app.post("/loans")(once(lend))
    app.get("/popular")(popular)
    app.get("/loans/<int(max=2147483647):loan>")(show_loan)
    app.put("/loans/<int(max=2147483647):loan>/return")(give_back)


# endregion


# region health
def health() -> Response:
    """For whoever starts and watches containers: the application runs and reaches its
    database.
    """
    database().execute("SELECT 1")
    return jsonify({"status": "ok"})


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
    return tagged(page)


# region popular
POPULAR = "popular"


def popular() -> Response:
    """The most lent books: a query over all loans, so its answer is kept for five
    minutes.
    """
    db = database()

    def count() -> list[dict[str, Any]]:
        return [dict(row) for row in reports.popular(db, 10)]

    return jsonify({"books": aside(current_app.config["CACHE"], POPULAR, 300, count)})


# endregion


# region etag
def tagged(value: dict[str, Any]) -> Response:
    """An answer that a client may keep, and ask about: 304, without a body, if it is
    still the same.
    """
    answer = jsonify(value)
    answer.headers["Cache-Control"] = (
        "private, no-cache"  # keep it, and ask before each use
    )
    answer.add_etag()
    return answer.make_conditional(request)


# endregion


# region book
def show_book(book: int) -> Response:
    """One book, and whether it can be borrowed."""
    return tagged(book_record(book))


def add_book() -> Response:
    """A new book."""
    librarian()
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


# region register
def add_member() -> Response:
    """A new member."""
    given = body(name=str, email=str, password=str)
    if len(given["password"]) < passwords.SHORTEST:
        raise Problem(422, f"a password has {passwords.SHORTEST} characters or more")
    hashed = passwords.hash_password(given["password"])
    new = loans.add_member(database(), given["name"], given["email"], hashed)
    return created({"id": new, "name": given["name"]})


def sign_in() -> Response:
    """A token, to be sent as `Authorization: Bearer TOKEN`."""
    given = body(email=str, password=str)
    now = sessions.current_time()
    answer = created(
        {"token": sessions.sign_in(database(), given["email"], given["password"], now)}
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def sign_out() -> Response:
    """The end of a token."""
    member()
    sessions.sign_out(database(), request.headers["Authorization"])
    return Response(status=204)


# endregion


# region lend
def lend() -> Response:
    """A new loan, to whoever asks. There is no field for another member to be named in."""
    asking = member()
    given = body(book=int)
    loan = loans.borrow(database(), given["book"], asking["id"], date.today())
    g.stale = True
    return created(loan_record(loan), f"/loans/{loan}")


# endregion


def give_back(loan: int) -> Response:
    """However often it is said, the loan is returned once."""
    loan_record(loan)
    loans.give_back(database(), loan, date.today())
    return jsonify(loan_record(loan))


def show_loan(loan: int) -> Response:
    """One loan."""
    return jsonify(loan_record(loan))


# region own
def loan_record(loan: int) -> dict[str, Any]:
    """A loan as clients see it: their own, or any for a librarian. Others' are as if
    they were not there.
    """
    asking = member()
    row = (
        database()
        .execute(
            "SELECT * FROM loan WHERE id = ? AND (member = ? OR ? = 1)",
            (loan, asking["id"], asking["librarian"]),
        )
        .fetchone()
    )
    if row is None:
        raise Problem(404, f"there is no loan {loan}")
    until = date.fromisoformat(row["returned"]) if row["returned"] else date.today()
    record = {
        name: row[name] for name in ("id", "book", "member", "taken", "due", "returned")
    }
    return record | {"fee": rules.fee(date.fromisoformat(row["due"]), until)}


# endregion
