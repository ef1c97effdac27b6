"""Says whether a solution of an exercise meets the criteria that a program can see.

usage: python3 check.py EXERCISE FILE

Without arguments it lists the exercises and what each expects of the file. It runs your file, so
run it on your own code only. The exit status is 0 if the criteria are met, 1 if not, 2 if it was
called wrongly.
"""

from __future__ import annotations

import fnmatch
import importlib.util
import json
import logging
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

CHECKS: dict[str, tuple[str, Callable[[Path], None]]] = {}


class NotYet(Exception):
    """A criterion is not met; the message says which."""


def check(name: str, expects: str) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    """Register the check of an exercise."""

    def register(function: Callable[[Path], None]) -> Callable[[Path], None]:
        CHECKS[name] = (expects, function)
        return function

    return register


def want(condition: object, message: str) -> None:
    """Raise NotYet unless the condition holds."""
    if not condition:
        raise NotYet(message)


def load(path: Path, *names: str) -> ModuleType:
    """The file as a module, which must define the names. Modules beside it can be imported."""
    sys.path.insert(0, str(path.resolve().parent))
    spec = importlib.util.spec_from_file_location("solution", path)
    want(spec and spec.loader, f"{path} is no Python file")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in names:
        want(hasattr(module, name), f"{path} does not define {name}")
    return module


# Fundamentals


@check("remove-member", "a class WaitingList with add, remove and __iter__")
def check_remove_member(path: Path) -> None:
    """First, last, middle and only member can leave, and the list goes on working."""
    waiting_list = load(path, "WaitingList").WaitingList
    for names in (["Ada"], ["Ada", "Tom"], ["Ada", "Tom", "Mia"]):
        for leaving in names:
            waiting = waiting_list()
            for name in names:
                waiting.add(name)
            waiting.remove(leaving)
            waiting.add("Bo")
            wanted = [name for name in names if name != leaving] + ["Bo"]
            want(list(waiting) == wanted, f"{leaving} left {names}, and {list(waiting)} wait")
            try:
                waiting.remove(leaving)
            except LookupError:
                continue
            raise NotYet("somebody who does not wait can be removed")


@check("most-borrowed", "most_borrowed(titles, count=10)")
def check_most_borrowed(path: Path) -> None:
    """Counts, in order; equal counts by title."""
    most_borrowed = load(path, "most_borrowed").most_borrowed
    titles = [f"Book {30 - n % 97 % 31:02}" for n in range(100_000)]
    counts = {title: titles.count(title) for title in set(titles)}
    wanted = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    found = [tuple(pair) for pair in most_borrowed(iter(titles))]
    want(found == wanted, f"the first is {found[:1]}, not {wanted[:1]}; or ties are not by title")
    want(len(most_borrowed(["Emma"])) == 1, "a list with one title fails")


@check("study-order", "order(needs)")
def check_study_order(path: Path) -> None:
    """Each stage after all it needs; a circle is refused."""
    order = load(path, "order").order
    needs: dict[str, list[str]] = {"g": ["e", "d"], "e": ["c", "d"], "a": [], "d": ["b"]}
    needs |= {"c": ["b", "a"], "b": ["a"]}
    found = list(order(needs))
    want(sorted(found) == sorted(needs), f"{found} has not each stage once")
    for stage, before in needs.items():
        for one in before:
            want(found.index(one) < found.index(stage), f"{stage} comes before {one}")
    for circle in ({"a": ["b"], "b": ["a"]}, {"a": [], "b": ["b"], "c": ["a"]}):
        try:
            order(circle)
        except ValueError:
            continue
        raise NotYet(f"{circle} is a circle and was ordered")


# Version control


def git(folder: Path, *arguments: str) -> str:
    """What a command of Git prints."""
    result = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
    want(result.returncode == 0, f"git {arguments[0]}: {result.stderr.strip()}")
    return result.stdout.strip()


def cloned(bundle: Path, folder: str) -> Path:
    """The repository of a bundle."""
    git(Path(folder), "clone", "--quiet", str(bundle.resolve()), "repository")
    return Path(folder) / "repository"


@check("conflict", "a bundle: git bundle create FILE --all HEAD")
def check_conflict(path: Path) -> None:
    """A merge whose effect a later commit takes back, with both in the history."""
    with tempfile.TemporaryDirectory() as folder:
        repository = cloned(path, folder)
        merges = git(repository, "rev-list", "--merges", "HEAD").split()
        want(merges, "there is no merge commit")
        want(
            "<<<<<<<" not in git(repository, "log", "-p", "--first-parent"),
            "a marker was committed",
        )
        for merge in merges:
            before = git(repository, "rev-parse", f"{merge}^1^{{tree}}")
            want(before != git(repository, "rev-parse", f"{merge}^{{tree}}"), "the merge is empty")
            if before == git(repository, "rev-parse", "HEAD^{tree}"):
                return
        raise NotYet("the files are not as they were before the merge")


@check("two-commits", "a bundle: git bundle create FILE --all HEAD")
def check_two_commits(path: Path) -> None:
    """The last two commits change one place each, in the same file."""
    with tempfile.TemporaryDirectory() as folder:
        repository = cloned(path, folder)
        changed = set()
        for commit in ("HEAD", "HEAD~1"):
            shown = git(repository, "show", "--format=", "-U0", commit)
            hunks = re.findall(r"^@@ ", shown, flags=re.M)
            want(len(hunks) == 1, f"{commit} changes {len(hunks)} places")
            changed.add(git(repository, "show", "--format=", "--name-only", commit))
        want(len(changed) == 1, "the two commits change different files")


@check("late", "a bundle of one clone: git bundle create FILE --all HEAD")
def check_late(path: Path) -> None:
    """The last two commits change the same line, one after the other, and nothing was merged."""
    with tempfile.TemporaryDirectory() as folder:
        repository = cloned(path, folder)
        want(not git(repository, "rev-list", "--merges", "HEAD"), "there is a merge commit")
        want("<<<<<<<" not in git(repository, "log", "-p"), "a marker was committed")
        places = []
        for commit in ("HEAD~1", "HEAD"):
            shown = git(repository, "show", "--format=", "-U0", commit)
            hunks = re.findall(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", shown, flags=re.M)
            want(len(hunks) == 1, f"{commit} changes {len(hunks)} places")
            name = git(repository, "show", "--format=", "--name-only", commit)
            places.append((name, hunks[0]))
        (first, (_, _, start, count)), (second, (line, _, _, _)) = places
        want(first == second, f"one changes {first}, the other {second}")
        lines = range(int(start), int(start) + int(count or 1))
        want(int(line) in lines, "they change different lines, so nothing was in conflict")


# Databases


@check("copies", "the SQL that makes the tables author, book, copy, member and loan")
def check_copies(path: Path) -> None:
    """A book has copies and authors; a copy has one open loan."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(path.read_text(encoding="utf-8"))
        db.execute("PRAGMA foreign_keys = ON")
        tables = {x for (x,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        missing = {"author", "book", "copy", "member", "loan"} - tables
        want(not missing, f"missing: {', '.join(sorted(missing))}")
        titles = [
            table
            for table in tables
            if any(row[1] == "title" for row in db.execute(f"PRAGMA table_info({table})"))
        ]
        want(titles == ["book"], f"a title is stored in {sorted(titles)}")
        pairs = [
            table
            for table in tables
            if {row[2] for row in db.execute(f"PRAGMA foreign_key_list({table})")}
            >= {"author", "book"}
        ]
        want(pairs, "a book cannot have several authors")
        want(
            any(row[2] == "copy" for row in db.execute("PRAGMA foreign_key_list(loan)")),
            "a loan does not refer to a copy",
        )
        guards = [
            row[0]
            for row in db.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'loan'")
            if row[0] and re.search(r"UNIQUE.*WHERE.*NULL", row[0], flags=re.I | re.S)
        ]
        want(guards, "nothing keeps a copy from having two open loans")


@check("fourth-book", "lend(db, book, member, day); db has the table loan of the solution")
def check_fourth_book(path: Path) -> None:
    """Three loans at most, whoever calls; the right to write is taken before the count."""
    lend = load(path, "lend").lend
    with tempfile.TemporaryDirectory() as folder:
        name = Path(folder) / "loans.db"
        first, second = (sqlite3.connect(name, isolation_level=None, timeout=0) for _ in "ab")
        with closing(first), closing(second):
            first.execute(
                "CREATE TABLE loan (id INTEGER PRIMARY KEY, copy_id INTEGER, member_id INTEGER,"
                " lent_on TEXT, returned_on TEXT)"
            )
            seen: list[str] = []
            first.set_trace_callback(seen.append)
            for copy in range(1, 7):
                with suppress(Exception):
                    lend((first, second)[copy % 2], copy, 1, "2025-04-01")
            (count,) = first.execute("SELECT count(*) FROM loan WHERE member_id = 1").fetchone()
            want(count == 3, f"the member has {count} books")
            counted = next((i for i, x in enumerate(seen) if "count" in x.lower()), len(seen))
            begun = any(
                "IMMEDIATE" in x.upper() or "EXCLUSIVE" in x.upper() for x in seen[:counted]
            )
            want(begun, "two sessions can count before either writes")
            want(not first.in_transaction, "a refused loan leaves a transaction open")


@check("open-loans-index", "the SQL that makes the index")
def check_open_loans_index(path: Path) -> None:
    """The plan of the question searches an index and sorts nothing."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(
            "CREATE TABLE loan (id INTEGER PRIMARY KEY, book_id INTEGER, member_id INTEGER,"
            " lent_on TEXT, due_on TEXT, returned_on TEXT)"
        )
        db.executescript(path.read_text(encoding="utf-8"))
        steps = " / ".join(
            row[3]
            for row in db.execute(
                "EXPLAIN QUERY PLAN SELECT * FROM loan WHERE member_id = 42"
                " AND returned_on IS NULL ORDER BY lent_on DESC LIMIT 10"
            )
        )
        want("SEARCH" in steps, f"the plan reads the whole table: {steps}")
        want("TEMP B-TREE" not in steps, f"the plan sorts: {steps}")


# HTTP


@check("api-design", "a line for each request: its method, path and status codes")
def check_api_design(path: Path) -> None:
    """Nouns as paths, the codes that each method must have, and a renewal with five answers."""
    lines = [x.strip() for x in path.read_text(encoding="utf-8").splitlines()]
    requests = []
    for line in filter(None, lines):
        match = re.fullmatch(r"(GET|POST|PUT|PATCH|DELETE)\s+(/\S*)((?:\s+[1-5]\d\d)+)", line)
        want(match, f"`{line}` is not a method, a path and status codes")
        assert match is not None
        requests.append((match[1], match[2], set(match[3].split())))
    for method, where, codes in requests:
        verb = re.search(
            r"(?i)/(add|borrow|create|delete|get|lend|list|renew|return|update)s?\b", where
        )
        want(not verb, f"{where} names an action: the method says that")
        good = {"GET": {"200"}, "POST": {"201", "202"}, "DELETE": {"200", "202", "204"}}
        want(codes & good.get(method, {"200", "204"}), f"{method} {where} has no code for success")
        want(method != "GET" or "201" not in codes, f"GET {where} creates something")
        want("{" not in where or "404" in codes, f"{method} {where} has no 404")
    for noun in ("members", "copies", "loans", "reservations"):
        want(any(noun in where.split("/") for _, where, _ in requests), f"there are no {noun}")
    lent = [
        codes for method, where, codes in requests if method == "POST" and where.endswith("/loans")
    ]
    want(any("409" in x for x in lent), "borrowing a copy that is out has no 409")
    renewed = [
        codes
        for method, where, codes in requests
        if method in ("PATCH", "PUT") and re.search(r"/loans/\{\w+\}", where)
    ]
    want(any(len(x) >= 5 for x in renewed), "no request that changes a loan has five answers")


@check("read-loan", "read_loan(body), which returns book, member and due_on")
def check_read_loan(path: Path) -> None:
    """A good body is taken, bad ones are refused by a ValueError that names the field."""
    read_loan = load(path, "read_loan").read_loan
    good = {"book": 1, "member": 2, "due_on": "2025-04-22"}
    found = read_loan(json.dumps(good | {"is_admin": True}).encode())
    want(set(found) == set(good), f"these fields came out: {sorted(found)}")
    want((found["book"], found["member"]) == (1, 2), f"it came out as {found}")
    for field, values in (
        ("book", ["true", "-1", "0", '"1"', "1.5", "[1]", "null"]),
        ("member", ["false", "-2"]),
        ("due_on", ['"2025-02-30"', '"2025-04-22T10:00"', '"22.4.2025"', "20250422", "null"]),
    ):
        for value in values:
            body = json.dumps(good | {field: 0}).replace(f'"{field}": 0', f'"{field}": {value}')
            _refuses(read_loan, body.encode(), field)
    for raw in (b"[]", b"{", b"\xff", b'{"book": NaN, "member": 2, "due_on": "2025-04-22"}'):
        _refuses(read_loan, raw, "")
    _refuses(read_loan, b"[" * 100_000, "")


def _refuses(read: Callable[[bytes], object], body: bytes, field: str) -> None:
    try:
        read(body)
    except ValueError as problem:
        want(field in str(problem), f"{body[:60]!r}: the message does not name {field}")
    except Exception as problem:
        raise NotYet(f"{body[:60]!r} ends in {type(problem).__name__}") from None
    else:
        raise NotYet(f"{body[:60]!r} is taken")


@check("cursor", "page(db, after, size): rows (due_on, id) after a row, None at first")
def check_cursor(path: Path) -> None:
    """Every loan once, in pages of seven."""
    page = load(path, "page").page
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE loan (id INTEGER PRIMARY KEY, due_on TEXT)")
        for n in range(100):
            db.execute("INSERT INTO loan (due_on) VALUES (?)", (f"2025-04-{1 + n * 7 % 3:02}",))
        found: list[tuple[str, int]] = []
        after = None
        for _ in range(20):
            rows = [tuple(row)[:2] for row in page(db, after, 7)]
            if not rows:
                break
            want(len(rows) <= 7, f"a page has {len(rows)} rows")
            found += rows
            after = rows[-1]
        wanted = db.execute("SELECT due_on, id FROM loan ORDER BY due_on, id").fetchall()
        want(found == wanted, f"{len(found)} rows came, {len(set(found))} different ones of 100")


# Web frameworks


@check("wsgi-request-id", "with_request_id(app), a WSGI middleware")
def check_wsgi_request_id(path: Path) -> None:
    """An id for each answer; a proper one is taken over, any other is not."""
    with_request_id = load(path, "with_request_id").with_request_id

    def fine(environ: dict[str, str], start_response: Callable[..., object]) -> list[bytes]:
        start_response(environ["status"], [])
        return [b""]

    def failing(environ: dict[str, str], start_response: Callable[..., object]) -> list[bytes]:
        raise ZeroDivisionError

    proper, bad = ("abc-1", "x" * 64), ("", "x" * 65, "a b", "a\nb", "abc\n", "ä")
    for app, status in ((fine, "200 OK"), (fine, "404 Not Found"), (failing, "500")):
        for given in (*proper, *bad):
            seen: list[tuple[str, dict[str, str]]] = []

            def start(
                status: str,
                headers: list[tuple[str, str]],
                *rest: object,
                seen: list[tuple[str, dict[str, str]]] = seen,
            ) -> None:
                seen.append((status, dict(headers)))

            list(with_request_id(app)({"HTTP_X_REQUEST_ID": given, "status": status}, start))
            want(seen and seen[-1][0].startswith(status[:3]), f"{status} became {seen[-1:]}")
            number = seen[-1][1].get("X-Request-Id", "")
            want(re.fullmatch(r"[A-Za-z0-9-]{1,64}", number), f"{status} has the id {number!r}")
            want((number == given) == (given in proper), f"{given!r} became {number!r}")


@check("pool", "class Pool(connect, size, timeout) with connection(), as in the chapter")
def check_pool(path: Path) -> None:
    """A connection that was closed is replaced; one held for over a second is logged with its holder."""
    pool = load(path, "Pool").Pool(lambda: sqlite3.connect(":memory:"), 1, 0.5)
    with pool.connection() as db:
        db.close()
    for _ in range(2):
        with pool.connection() as db:
            try:
                db.execute("SELECT 1")
            except sqlite3.Error as problem:
                raise NotYet(f"after one was closed, a connection fails: {problem}") from None
    records: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: records.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)

    def quick_reader() -> None:
        with pool.connection() as db:
            db.execute("SELECT 1")

    def yearly_report() -> None:
        with pool.connection():
            time.sleep(1.1)

    quick_reader()
    want(not records, f"a connection held for a moment was logged: {records}")
    yearly_report()
    want(
        any("yearly_report" in x for x in records),
        f"yearly_report held it too long; logged: {records}",
    )


@check("count-queries", "at_most(db, n), for a with statement")
def check_count_queries(path: Path) -> None:
    """It fails when there are too many, says which, and leaves the connection as it was."""
    at_most = load(path, "at_most").at_most
    with closing(sqlite3.connect(":memory:")) as db:
        with at_most(db, 2):
            db.execute("SELECT 1")
            db.execute("SELECT 2")
        try:
            with at_most(db, 2):
                for n in (41, 42, 43):
                    db.execute(f"SELECT {n}")
        except AssertionError as problem:
            want("SELECT 42" in str(problem), "it does not say which queries there were")
        else:
            raise NotYet("three queries pass where two are allowed")
        for n in range(5):
            db.execute(f"SELECT {n}")
        with at_most(db, 1):
            db.execute("SELECT 1")


# Authentication


@check("raise-price", "sign_in(users, name, password), with the chapter's N and make_hash")
def check_raise_price(path: Path) -> None:
    """A sign-in with the right password replaces an old hash, once, and only then.

    users maps a name to its hash; sign_in returns whether the password is right.
    """
    module = load(path, "make_hash", "sign_in")
    home = sys.modules.get(module.make_hash.__module__, module)  # where N is, if it was imported
    want(hasattr(home, "N"), "there is no N beside make_hash")
    now, home.N = home.N, 2**14
    want(now > 2**14, "N is not above 2 to the 14th")
    users = {"ada": module.make_hash("sesame")}
    old, home.N = users["ada"], now
    want(not module.sign_in(users, "ada", "guess"), "a wrong password is accepted")
    want(users["ada"] == old, "a wrong password replaced the hash")
    want(not module.sign_in(users, "tom", "sesame"), "a user that there is not may sign in")
    want(module.sign_in(users, "ada", "sesame"), "the password of before is refused")
    new = users["ada"]
    want(new != old, "the old hash is still there")
    want(module.sign_in(users, "ada", "sesame"), "the password is refused with the new hash")
    want(users["ada"] == new, "a hash that is up to date was replaced")


@check("reset-password", "class Resets(now) with start(name), finish(value, password), table")
def check_reset_password(path: Path) -> None:
    """A link works once and for half an hour; the table does not hold it."""
    resets_class = load(path, "Resets").Resets
    clock = Clock()
    resets = resets_class(lambda: clock.now)
    value = resets.start("ada")
    want(len(value) >= 22, "the value is too short to be safe from guessing")
    want(value not in repr(resets.table), "the value itself is stored")
    want(value != resets.start("ada"), "the same value comes twice")
    value = resets.start("ada")
    want(resets.finish(value, "new") == "ada", "a fresh link is refused")
    want(resets.finish(value, "newer") is None, "a link works twice")
    want(resets.finish("guess", "new") is None, "a made-up link works")
    value = resets.start("ada")
    clock.now += 1801
    want(resets.finish(value, "late") is None, "a link works after half an hour")


@check("bad-tokens", "KEY and TOKENS: a token for expired, key, sub and none (needs PyJWT)")
def check_bad_tokens(path: Path) -> None:
    """Each is refused, and for the reason that its name says."""
    import jwt

    module = load(path, "KEY", "TOKENS")
    for name, refusal in (
        ("expired", jwt.ExpiredSignatureError),
        ("key", jwt.InvalidSignatureError),
        ("sub", jwt.MissingRequiredClaimError),
        ("none", jwt.InvalidAlgorithmError),
    ):
        want(name in module.TOKENS, f"the token `{name}` is missing")
        try:
            jwt.decode(
                module.TOKENS[name],
                module.KEY,
                algorithms=["HS256"],
                options={"require": ["sub", "exp"]},
            )
        except refusal:
            continue
        except jwt.InvalidTokenError as problem:
            raise NotYet(f"`{name}` is refused for another reason: {problem}") from None
        raise NotYet(f"`{name}` is accepted")


# Caching


class Clock:
    """A clock that is moved by hand."""

    now = 0.0


class ClockCache:
    """The three methods of the chapter's cache, on a clock of its own."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.entries: dict[str, tuple[object, float]] = {}

    def get(self, key: str) -> object:
        """What is kept, or None."""
        value, until = self.entries.get(key, (None, 0.0))
        return value if self.clock.now < until else None

    def set(self, key: str, value: object, ex: float) -> None:
        """Keep the value for ex seconds."""
        want(value is not None, "None was stored; then a hit looks like a miss")
        self.entries[key] = (value, self.clock.now + ex)

    def delete(self, key: str) -> None:
        """Forget the value."""
        self.entries.pop(key, None)


class Books:
    """A database of books that counts its queries."""

    def __init__(self, rows: dict[int, dict[str, object]]) -> None:
        self.rows = rows
        self.queries = 0

    def load_book(self, number: int) -> dict[str, object] | None:
        """A row, or None."""
        self.queries += 1
        return self.rows.get(number)


def a_book() -> dict[str, object]:
    """As the chapter has it."""
    from decimal import Decimal

    return {"title": "Emma", "price": Decimal("8.50")}


@check("remember-nothing", "get_book(db, cache, number), as in the chapter on caching")
def check_remember_nothing(path: Path) -> None:
    """One query in ten seconds for a book that is missing; found ten seconds after it came."""
    get_book = load(path, "get_book").get_book
    clock, db = Clock(), Books({})
    cache = ClockCache(clock)
    for second in range(30):
        clock.now = second
        want(get_book(db, cache, 999_999) is None, "a book came out that does not exist")
    want(db.queries <= 3, f"{db.queries} queries in 30 seconds; at most 3 are allowed")
    db.rows[999_999] = a_book()
    clock.now += 10
    want(get_book(db, cache, 999_999) == a_book(), "the new book is not found after ten seconds")


@check("cache-may-fail", "get_book(db, cache, number), as in the chapter on caching")
def check_cache_may_fail(path: Path) -> None:
    """The book comes without the cache, and each failed call is logged as a warning."""
    get_book = load(path, "get_book").get_book
    calls = []

    class Broken:
        def get(self, key: str) -> object:
            calls.append("get")
            raise ConnectionError

        def set(self, key: str, value: object, ex: float) -> None:
            calls.append("set")
            raise ConnectionError

    warnings: list[logging.LogRecord] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = warnings.append  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        found = get_book(Books({42: a_book()}), Broken(), 42)
    except ConnectionError:
        raise NotYet("the exception of the cache got out") from None
    finally:
        logging.getLogger().removeHandler(handler)
    want(found == a_book(), f"the book is {found!r}")
    want("get" in calls, "the cache was not asked")
    want(len(warnings) == len(calls), f"{len(calls)} calls failed, {len(warnings)} were logged")


@check("newer-version", "a class VersionedCache(size) with get and set_if_newer")
def check_newer_version(path: Path) -> None:
    """An older version never replaces a newer one."""
    cache = load(path, "VersionedCache").VersionedCache(10)
    cache.set_if_newer("book:42", 2, "Emma", 300)
    cache.set_if_newer("book:42", 1, "Ema", 300)
    want(cache.get("book:42") in ("Emma", None), "the late reader replaced the new title")
    cache.set_if_newer("book:42", 3, "Emma, a novel", 300)
    want(cache.get("book:42") == "Emma, a novel", "a newer version was refused")
    cache.set_if_newer("book:1", 1, "Dracula", 300)
    want(cache.get("book:1") == "Dracula", "another book was refused")


# Testing


@check("give-back", "the chapter's lending.py, with give_back(db, book, today)")
def check_give_back(path: Path) -> None:
    """The loan is closed, the fine is right, and what is not lent is refused."""
    module = load(path, "give_back", "borrow", "connect", "Refused")
    start = date(2025, 3, 1)
    due = start + timedelta(days=28)
    for late, cents in ((-5, 0), (0, 0), (1, 20), (50, 1000), (400, 1000)):
        with (
            tempfile.TemporaryDirectory() as folder,
            closing(module.connect(Path(folder) / "loans.db")) as db,
        ):
            module.borrow(db, 1, 7, start, due)
            day = due + timedelta(days=late)
            fine = module.give_back(db, 1, day)
            want(fine == cents, f"{late} days late costs {fine}, not {cents}")
            rows = db.execute("SELECT returned FROM loan").fetchall()
            want(rows == [(day.isoformat(),)], f"the table holds {rows}")
            for book, what in ((1, "was given back before"), (2, "was never lent")):
                try:
                    module.give_back(db, book, day)
                except module.Refused:
                    continue
                raise NotYet(f"a book that {what} is taken back")
            again = due + timedelta(days=500)
            module.borrow(db, 1, 8, day, again)


@check("loans-fake", "a class Loans with add(book, member) and open_for(member)")
def check_loans_fake(path: Path) -> None:
    """What was added comes back, for the member who borrowed it, and once at a time."""
    loans = load(path, "Loans").Loans()
    want(list(loans.open_for(7)) == [], "somebody without loans has some")
    loans.add(1, 7)
    loans.add(2, 7)
    loans.add(3, 8)
    want(sorted(loans.open_for(7)) == [1, 2], "open_for(7) does not give the books 1 and 2")
    want(sorted(loans.open_for(8)) == [3], "open_for(8) does not give the book 3")
    try:
        loans.add(1, 8)
    except Exception:
        want(sorted(loans.open_for(8)) == [3], "the refused loan was kept")
        return
    raise NotYet("a book was lent twice at a time; the database would refuse that")


@check("flaky", "a file of tests for pytest")
def check_flaky(path: Path) -> None:
    """It passes with 20 values of PYTHONHASHSEED."""
    want("assert" in path.read_text(encoding="utf-8"), "there is no assert in it")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    for seed in range(20):
        # Without plugins it starts in a fraction of the time.
        environment = {
            **os.environ,
            "PYTHONHASHSEED": str(seed),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        result = subprocess.run(command, env=environment, capture_output=True, text=True)
        want(result.returncode == 0, f"it fails with PYTHONHASHSEED={seed}:\n{result.stdout}")


# Containers


@check("dockerfile", "a Dockerfile")
def check_dockerfile(path: Path) -> None:
    """What can be seen in the file: versions, order, user, start command, no secrets."""
    text = re.sub(r"\\\n", " ", path.read_text(encoding="utf-8"))
    lines = [x.strip() for x in text.splitlines() if x.strip() and not x.lstrip().startswith("#")]
    words = [(x.split()[0].upper(), x.partition(" ")[2].strip()) for x in lines]
    stages = {rest.split()[-1] for word, rest in words if word == "FROM" and " AS " in rest.upper()}
    for word, rest in words:
        if word == "FROM" and rest.split()[0] not in stages:
            pinned = re.search(r":\d+(\.\d+)+|@sha256:[0-9a-f]{64}", rest.split()[0])
            want(pinned, f"the base image {rest.split()[0]} has no full version")
        secret = re.search(r"(?i)(password|secret|token|_key)\s*[= ]|://[^\s/]+:[^\s/@]+@", rest)
        want(word not in ("ENV", "ARG") or not secret, f"a secret in {word} {rest}")
    last = max(i for i, (word, _) in enumerate(words) if word == "FROM")
    final = words[last:]
    users = [rest for word, rest in final if word == "USER"]
    want(users and users[-1] not in ("root", "0"), "it runs as root: there is no USER")
    starts = [rest for word, rest in final if word in ("CMD", "ENTRYPOINT")]
    want(starts, "there is no start command")
    want(all(x.startswith("[") for x in starts), "the start command runs in a shell: use brackets")
    names = [word for word, _ in final]
    want(names.index("USER") < names.index("CMD" if "CMD" in names else "ENTRYPOINT"), "USER first")
    copied = False
    for word, rest in words:
        copied = copied or (word in ("COPY", "ADD") and rest.split()[0] == ".")
        installs = word == "RUN" and re.search(r"\b(pip|npm|apt-get|uv) (ci|install|sync)", rest)
        want(not (installs and copied), "the code is copied before the libraries are installed")


@check("compose", "a compose.yaml (needs PyYAML)")
def check_compose(path: Path) -> None:
    """Health checks, an order by health, a volume for the data, versions, no password in the file."""
    yaml = importlib.import_module("yaml")
    text = path.read_text(encoding="utf-8")
    whole = yaml.safe_load(text)
    services = whole.get("services") or {}
    want(len(services) >= 3, f"{len(services)} services: application, database and cache are three")
    for name, service in services.items():
        image = service.get("image", "")
        want("build" in service or image, f"{name} has neither an image nor a build")
        pinned = re.search(r":\d+(\.\d+)+|@sha256:[0-9a-f]{64}", image)
        want("build" in service or pinned, f"{name}: the image {image} has no full version")
        checked = "healthcheck" in service
        want(checked, f"{name} has no health check, so `--wait` does not wait until it works")
        needs = service.get("depends_on") or {}
        want(isinstance(needs, dict), f"{name} waits for others to start, not to work")
        for other, how in needs.items():
            want(
                how.get("condition") == "service_healthy",
                f"{name} does not wait until {other} works",
            )
    built = [x for x in services.values() if "build" in x]
    want(any(x.get("depends_on") for x in built), "your application waits for nothing")
    named = set(whole.get("volumes") or {})
    used = {str(v).partition(":")[0] for x in services.values() for v in x.get("volumes") or ()}
    want(named & used, "the data is in no volume with a name, and goes with the container")
    secret = re.search(r"(?im)^\s*-?\s*\w*(password|secret_key|token)[ \t]*[:=][ \t]*[\w\"']", text)
    want(not secret, f"a secret in `{secret[0].strip() if secret else ''}`")


# CI/CD


@check("one-build", "the YAML file of your pipeline")
def check_one_build(path: Path) -> None:
    """There is one build of the image, and something is pushed or saved after it."""
    text = re.sub(r"(?m)^\s*#.*$", "", path.read_text(encoding="utf-8"))
    builds = re.findall(r"docker (?:buildx )?build\b|build-push-action", text)
    want(len(builds) == 1, f"the image is built {len(builds)} times, not once")
    want(re.search(r"docker (save|push)\b|push: true", text), "the image goes nowhere")


@check("card-number", "PLAN: pairs of 'migrate' or 'release' and SQL, in order")
def check_card_number(path: Path) -> None:
    """Old and new servers write all the time; nobody is lost, and every card is there, once.

    A release is the INSERT by which a server adds a member, with ? for the name.
    """
    plan = load(path, "PLAN").PLAN
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute("CREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
        db.executemany("INSERT INTO member (name) VALUES (?)", [("Ada",), ("Tom",)])
        running, written = ["INSERT INTO member (name) VALUES (?)"], 2

        def traffic(when: str) -> None:
            nonlocal written
            for statement in running:
                written += 1
                try:
                    db.execute(statement, (f"member {written}",))
                except sqlite3.Error as problem:
                    raise NotYet(f"{when}: a server fails with {problem}") from None

        for kind, sql in plan:
            want(kind in ("migrate", "release"), f"{kind} is neither migrate nor release")
            if kind == "migrate":
                try:
                    db.execute(sql)
                except sqlite3.Error as problem:
                    raise NotYet(f"{sql}: {problem}") from None
            else:
                running = [running[-1], sql]  # some servers are old, some are new
                traffic(f"during the release of {sql}")
                traffic(f"during the release of {sql}")
                running = [sql]
            traffic(f"after {kind} {sql}")
        (total,) = db.execute("SELECT count(*) FROM member").fetchone()
        want(total == written, f"{written} members were written, {total} are there")
        (cards,) = db.execute("SELECT count(DISTINCT card) FROM member").fetchone()
        want(cards == total, f"{total} members have {cards} different cards")
        last = running[-1]
        with suppress(sqlite3.IntegrityError):
            db.execute("INSERT INTO member (name, card) SELECT name, card FROM member LIMIT 1")
            raise NotYet(f"two members can have one card; after {last}")


@check("leak", "a bundle, after the merge: git bundle create FILE --all HEAD")
def check_leak(path: Path) -> None:
    """A key that is in no file any more, and in the history of what was merged."""
    assigned = r"(?im)^-.*?(?:key|password|secret|token)\w*['\"]?\s*[:=]\s*['\"]?([\w/+.-]{6,})"
    with tempfile.TemporaryDirectory() as folder:
        repository = cloned(path, folder)
        want(
            git(repository, "rev-list", "--merges", "HEAD"),
            "nothing was merged, or it was squashed",
        )
        heads = [
            x for x in git(repository, "branch", "-r").split() if x not in ("origin/HEAD", "->")
        ]
        want(
            len(set(heads)) == 1,
            f"there are more branches than one: {', '.join(sorted(set(heads)))}",
        )
        history = git(repository, "log", "-p", "--format=", "HEAD")
        taken = set(re.findall(assigned, history))
        now = git(repository, "grep", "-h", "", "HEAD")
        want(taken, "no key was taken out of a file")
        want([x for x in taken if x not in now], "the key still stands in a file")


# Monitoring


@check("request-id", "enter(header), which returns the id of the request")
def check_request_id(path: Path) -> None:
    """A good id is taken over; anything else gets a new one, different each time."""
    enter = load(path, "enter").enter
    want(enter("a1-B2") == "a1-B2", "a good id is not taken over")
    for attack in ("x\n", "a\nlevel: ERROR", "\r\nSet-Cookie: a=b", "a" * 10_000, "é", " ", '"'):
        given = enter(attack)
        want(re.fullmatch(r"[A-Za-z0-9_-]{1,100}", given), f"{attack[:30]!r} became {given!r}")
    want(len({enter(None) for _ in range(100)}) == 100, "requests without an id share one")


@check("nothing-secret", "clean(data), which returns what may be logged")
def check_nothing_secret(path: Path) -> None:
    """A secret does not get out, whatever it is called; the number of the book does."""
    clean = load(path, "clean").clean
    for data in (
        {"password": "sesame"},
        {"Passwd": "sesame"},
        {"pwd": "sesame", "nested": {"user_password": "sesame"}},
        {"title": "sesame"},
        {"items": [{"token": "sesame"}, "sesame"]},
        {"url": "https://example.org/?token=sesame"},
        {"error": ValueError("wrong password: sesame")},
        {"sesame": 1},
    ):
        logged = repr(clean({"book": 42, **data}))
        want("sesame" not in logged, f"the secret of {data} is logged: {logged}")
        want("42" in logged, f"the number of the book is lost: {logged}")


@check("bounds", "TIMES, at least 1,000 response times, and BOUNDS, at most eight of them")
def check_bounds(path: Path) -> None:
    """Percentiles that are estimated from the buckets are within 10 % of the real ones."""
    module = load(path, "TIMES", "BOUNDS")
    times, bounds = sorted(module.TIMES), sorted(module.BOUNDS)
    want(len(times) >= 1000, f"{len(times)} times are too few")
    want(len(bounds) <= 8, f"{len(bounds)} bounds are too many")
    want(bounds and bounds[-1] >= times[-1], "the highest bound is below the slowest request")
    counts = [sum(t <= bound for t in times) for bound in bounds]
    for percent in (50, 95, 99):
        real, wanted = times[len(times) * percent // 100], percent / 100 * len(times)
        low, before = 0.0, 0
        for high, count in zip(bounds, counts, strict=True):
            if count >= wanted:
                guess = low + (high - low) * (wanted - before) / (count - before)
                break
            low, before = high, count
        close = abs(guess - real) <= real / 10
        want(close, f"{percent} %: {guess:.4g} is estimated, {real:.4g} is real")


# Cloud


@check("rights", "JSON: the list of statements of a policy for the bucket library-covers")
def check_rights(path: Path) -> None:
    """Reading and writing covers is allowed, and nothing else."""
    statements = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(statements, dict):
        statements = statements.get("Statement", [])

    def some(value: str | list[str]) -> list[str]:
        return [value] if isinstance(value, str) else value

    def allowed(action: str, resource: str) -> bool:
        effects = {
            statement["Effect"]
            for statement in statements
            if any(fnmatch.fnmatchcase(action, x) for x in some(statement["Action"]))
            and any(fnmatch.fnmatchcase(resource, x) for x in some(statement["Resource"]))
        }
        return effects == {"Allow"}

    bucket = "arn:aws:s3:::library-covers"
    for action in ("s3:GetObject", "s3:PutObject"):
        want(allowed(action, f"{bucket}/42.jpg"), f"{action} is refused for a cover")
    for action, resource in (
        ("s3:DeleteObject", f"{bucket}/42.jpg"),
        ("s3:PutBucketPolicy", bucket),
        ("s3:GetObject", "arn:aws:s3:::library-covers-backup/42.jpg"),
        ("s3:GetObject", "arn:aws:s3:::payroll/2025.csv"),
        ("s3:ListAllMyBuckets", "*"),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-central-1:1:secret:other"),
        ("iam:CreateUser", "*"),
    ):
        want(not allowed(action, resource), f"{action} is allowed on {resource}")


@check("costs", "JSON: six times option, requests, as_of, items, largest, total")
def check_costs(path: Path) -> None:
    """Three options at two loads, dated, added up right, with the largest item named.

    items maps the name of each item to its price a month.
    """
    sums = json.loads(path.read_text(encoding="utf-8"))
    pairs = {(x["option"], x["requests"]) for x in sums}
    options = {option for option, _ in pairs}
    wanted = {(x, n) for x in options for n in (1_000, 1_000_000)}
    want(len(options) == 3, f"{len(options)} options are compared, not three")
    want(pairs == wanted, "each option is needed at 1,000 and at 1,000,000 requests a day")
    for one in sums:
        name = f"{one['option']} at {one['requests']} requests"
        want(date.fromisoformat(one["as_of"]) <= date.today(), f"{name}: a date in the future")
        added = sum(one["items"].values())
        want(abs(added - one["total"]) < 0.01, f"{name}: the items add up to {added:.2f}")
        largest = max(one["items"], key=one["items"].get)
        want(one["items"][one["largest"]] == one["items"][largest], f"{name}: {largest} costs most")


@check("send-once", "handle(db, number, send): remind once; db has a table sent (message)")
def check_send_once(path: Path) -> None:
    """Two deliveries lead to one mail; a worker that dies before it has sent loses none."""
    handle = load(path, "handle").handle
    for dies, mails in ((None, 1), ("before", 1), ("other", 2)):
        with closing(sqlite3.connect(":memory:")) as db:
            db.execute("CREATE TABLE sent (message INTEGER PRIMARY KEY)")
            db.commit()
            outbox: list[int] = []

            def send(number: int, dies: str | None = dies, outbox: list[int] = outbox) -> None:
                if dies == "before" and not outbox:
                    outbox.append(0)
                    raise KeyboardInterrupt
                outbox.append(number)

            with suppress(KeyboardInterrupt):
                handle(db, 7, send)
            db.rollback()  # what the worker had not committed is gone with it
            handle(db, 8 if dies == "other" else 7, send)
            sent = [x for x in outbox if x]
            what = "two messages led" if dies == "other" else "one message led"
            want(len(sent) == mails, f"{what} to {len(sent)} mails")


def main(arguments: list[str]) -> int:
    """Check one file; the exit status."""
    if len(arguments) != 2 or arguments[0] not in CHECKS:
        print("usage: python3 check.py EXERCISE FILE\n", file=sys.stderr)
        for name, (expects, _) in CHECKS.items():
            print(f"  {name:18}{expects}", file=sys.stderr)
        return 2
    name, path = arguments[0], Path(arguments[1])
    if not path.is_file():
        print(f"{path} is no file", file=sys.stderr)
        return 2
    try:
        CHECKS[name][1](path)
    except NotYet as problem:
        print(f"not yet: {problem}")
        return 1
    print(f"{name}: the criteria are met")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
