"""The script that checks exercises: it accepts what the book prints, and refuses what is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.guide_code.fences import SOURCE, fence, guide_fences
from tests.guide_code.session import _IDENTITY

SCRIPT = SOURCE / "checks" / "check.py"
CHAPTERS = (
    "fundamentals",
    "version-control",
    "databases",
    "http-apis",
    "web-frameworks",
    "auth",
    "caching",
    "testing",
    "containers",
    "ci-cd",
    "monitoring",
    "cloud",
)


def printed(holding: str) -> str:
    """A block of code of one of the chapters of solutions."""
    chapters = ("solutions-foundations", "solutions-operations")
    (found,) = (
        x
        for x in guide_fences()
        if x.path.stem in chapters and x.language == "python" and holding in x.code
    )
    return found.code


def run(name: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", SCRIPT, name, path], capture_output=True, text=True
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the modules that the chapters define."""
    for one in guide_fences():
        if one.language == "python" and one.title:
            (tmp_path / one.title).write_text(one.code)
    return tmp_path


ASIDE = fence("caching", "python", "def pack(book)").code
SAFE = """
import logging
from shelf import pack, unpack

def ask(call, *args, **options):
    try:
        return call(*args, **options)
    except ConnectionError as problem:
        logging.warning("the cache failed: %r", problem)

def get_book(db, cache, number):
    if (hit := ask(cache.get, f"book:{number}")) is not None:
        return unpack(hit)
    book = db.load_book(number)
    if book is not None:
        ask(cache.set, f"book:{number}", pack(book), ex=300)
    return book
"""
GIVE_BACK = "from lending import connect, borrow\n" + printed("def give_back")
LOANS = """
class Loans:
    def __init__(self):
        self.lent = {}

    def add(self, book, member):
        if book in self.lent:
            raise ValueError("lent already")
        self.lent[book] = member

    def open_for(self, member):
        return [book for book, who in self.lent.items() if who == member]
"""
SET = 'def test_titles():\n    assert list({"Emma", "Dracula"}) == ["Emma", "Dracula"]\n'
DOCKERFILE = fence("containers", "dockerfile", "EXPOSE").code
STAGED = fence("containers", "dockerfile", "AS build").code
WORKFLOW = fence("ci-cd", "yaml", "jobs:").code
PLAN = printed("PLAN = [")
NEW = 'INSERT INTO member (name, card) SELECT ?, "N" || count(*) FROM member'
IDS = printed("def enter")
FIELDS = """
def clean(data):
    return {key: value for key, value in data.items() if key in {"book", "member", "status"}}
"""
BLACKLIST = fence("monitoring", "python", "SECRET = {").code.partition("handler.addFilter")[0]
TIMES = "TIMES = [0.1 + n / 10_000 for n in range(1000)]\n"
POLICY = """[{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
  "Resource": "arn:aws:s3:::library-covers/*"}]"""
SEND = printed("stop_at is where the worker dies").replace(
    "send, stop_at=None", "send, stop_at=None"
)

REMOVE = printed("def remove(self, member)")
BORROWED = printed("def most_borrowed")
ORDER = printed("def order(needs)")
COPIES = fence("solutions-foundations", "sql", "book_author").code
LEND = printed("def lend(db").partition("one, two = (")[0]
INDEX = "CREATE INDEX open_loans ON loan (member_id, lent_on DESC) WHERE returned_on IS NULL;"
READ = printed("def read_loan").partition("for book, due in")[0]
PAGE = printed("def page(db")
WRAPPED = printed("def with_request_id").partition("def failing")[0]
COUNTED = printed("def at_most").partition("db = sqlite3")[0]
RESETS = printed("class Resets")
TOKENS = printed("TOKENS = {")

DESIGN = fence("solutions-foundations", "text", "/reservations/").code
POOL = printed("class Pool").partition("pool = Pool(")[0]
SIGN_IN = printed("def sign_in(users")
COMPOSE = fence("containers", "yaml", "db-data:").code.replace("service_started", "service_healthy")
COMPOSE = COMPOSE.replace(
    "    build: .\n", "    build: .\n    healthcheck: {test: [CMD, ./ready]}\n"
)
COMPOSE = COMPOSE.replace(
    "  cache:\n", "  cache:\n    healthcheck: {test: [CMD, redis-cli, ping]}\n"
)
COSTS = json.dumps(
    [
        {"option": option, "requests": requests, "as_of": "2025-06-01", "largest": "database",
         "items": {"machine": 5.0, "database": price}, "total": 5.0 + price}
        for option, price in (("one machine", 5.5), ("managed", 30.0), ("functions", 42.25))
        for requests in (1_000, 1_000_000)
    ]
)  # fmt: skip

GOOD = [
    ("remove-member", REMOVE),
    ("most-borrowed", BORROWED),
    ("study-order", ORDER),
    ("copies", COPIES),
    ("fourth-book", LEND),
    ("open-loans-index", INDEX),
    ("api-design", DESIGN),
    ("read-loan", READ),
    ("cursor", PAGE),
    ("wsgi-request-id", WRAPPED),
    ("pool", POOL),
    ("count-queries", COUNTED),
    ("raise-price", SIGN_IN),
    ("reset-password", RESETS),
    ("bad-tokens", TOKENS),
    ("remember-nothing", printed("NOTHING = ")),
    ("cache-may-fail", SAFE),
    ("newer-version", printed("class VersionedCache")),
    ("give-back", GIVE_BACK),
    ("loans-fake", LOANS),
    ("flaky", SET.replace("list", "sorted").replace('["Emma", "Dracula"]', '["Dracula", "Emma"]')),
    ("dockerfile", DOCKERFILE),
    ("dockerfile", STAGED),
    ("compose", COMPOSE),
    ("one-build", WORKFLOW),
    ("card-number", PLAN),
    ("request-id", IDS),
    ("nothing-secret", FIELDS),
    ("bounds", TIMES + "BOUNDS = [0.12, 0.15, 0.18, 0.2]\n"),
    ("rights", POLICY),
    ("costs", COSTS),
    ("send-once", SEND),
]
BAD = [
    ("remove-member", REMOVE.replace("if node is self.last", "if False"), "wait"),
    ("most-borrowed", BORROWED.replace("(-pair[1], pair[0])", "-pair[1]"), "ties"),
    (
        "study-order",
        ORDER.replace("ready.popleft()", "ready.popleft()\n        missing[stage] = 9").replace(
            "len(done) < len(needs)", "False"
        ),
        "circle",
    ),
    ("copies", COPIES.replace("UNIQUE INDEX", "INDEX"), "two open loans"),
    ("fourth-book", LEND.replace("BEGIN IMMEDIATE", "BEGIN"), "before either writes"),
    ("fourth-book", LEND.replace(">= 3", ">= 4"), "4 books"),
    ("open-loans-index", "CREATE INDEX x ON loan (lent_on, member_id);", None),
    ("open-loans-index", "CREATE INDEX x ON loan (member_id);", "sorts"),
    ("api-design", DESIGN.replace("409 422", "422"), "409"),
    ("api-design", DESIGN + "POST /loans/{id}/renew 201 404\n", "names an action"),
    ("api-design", DESIGN.replace("200 401 403 404 409", "200 404"), "five answers"),
    ("api-design", DESIGN.replace("/copies/{id}              200 404", "/copies/{id} 200"), "404"),
    ("read-loan", READ.replace("type(value) is not int", "not isinstance(value, int)"), "taken"),
    ("cursor", PAGE.replace("(due_on, id) > (?, ?)", "due_on >= ? AND ? >= 0"), "rows came"),
    ("wsgi-request-id", WRAPPED.replace("fullmatch", "match"), "has the id"),
    ("pool", POOL.replace("db = self.connect()", "pass"), "after one was closed"),
    ("pool", POOL.replace("stack()[2]", "stack()[1]"), "held it too long"),
    ("pool", POOL.replace("held > self.patience", "True"), "for a moment"),
    (
        "count-queries",
        COUNTED.replace("db.set_trace_callback(None)", "pass").replace("*sent", "str(len(sent))"),
        "which queries",
    ),
    ("raise-price", SIGN_IN.replace("if is_outdated(stored)", "if False"), "still there"),
    ("raise-price", SIGN_IN.replace("if is_outdated(stored)", "if stored"), "up to date"),
    ("raise-price", SIGN_IN.replace("if not matches(password, stored)", "if False"), "wrong"),
    ("reset-password", RESETS.replace(".pop(", ".get("), "works twice"),
    ("reset-password", RESETS.replace("1800", "3600"), "half an hour"),
    ("bad-tokens", TOKENS.replace("SOON - 1800", "SOON"), "`expired` is accepted"),
    ("remember-nothing", ASIDE, "30 queries"),
    ("remember-nothing", printed("NOTHING = ").replace("ex=10", "ex=60"), "not found"),
    ("cache-may-fail", ASIDE, "got out"),
    ("cache-may-fail", SAFE.replace("logging.warning", "print"), "were logged"),
    ("newer-version", printed("class VersionedCache").replace("< version", "!= version"), "late"),
    ("give-back", GIVE_BACK.replace("return fine(", "return 0 * fine("), "costs 0"),
    ("give-back", GIVE_BACK.replace("if open_loan is None", "if not db"), None),
    ("loans-fake", LOANS.replace("if book in self.lent", "if False"), "lent twice"),
    ("flaky", SET, "it fails with PYTHONHASHSEED"),
    ("dockerfile", DOCKERFILE.replace("USER app\n", ""), "root"),
    ("dockerfile", DOCKERFILE.replace("3.13.9-slim-bookworm", "latest"), "version"),
    ("dockerfile", DOCKERFILE.replace("COPY requirements.txt .", "COPY . ."), "before the libr"),
    ("dockerfile", re.sub("CMD.*", "CMD gunicorn loans:app", DOCKERFILE), "brackets"),
    ("dockerfile", DOCKERFILE + "ENV DB_PASSWORD=sesame\n", "a secret"),
    ("dockerfile", fence("containers", "dockerfile", "latest").code, "latest"),
    ("compose", COMPOSE.replace("healthy", "started"), "until db works"),
    ("compose", COMPOSE.replace("17.6", "latest"), "version"),
    ("compose", COMPOSE.replace("db-data:/var", "/var"), "no volume"),
    ("compose", COMPOSE.replace("PASSWORD_FILE: /run", "PASSWORD: sesame/"), "a secret"),
    ("compose", COMPOSE.replace("healthcheck: {test: [CMD, ./ready]}", "init: true"), "health"),
    ("one-build", WORKFLOW + "      - run: docker build -t loans .\n", "2 times"),
    ("card-number", f"PLAN = [('release', {NEW!r})]", "no column named card"),
    ("card-number", PLAN.replace("UNIQUE ", ""), "two members"),
    ("card-number", re.sub(r"\n[^\n]*UPDATE[^\n]*", "", PLAN), "different cards"),
    ("request-id", IDS.replace('r"[A-Za-z0-9-]{1,64}"', '".*"').split("assert")[0], "became"),
    ("nothing-secret", BLACKLIST, "is logged"),
    ("bounds", TIMES + "BOUNDS = [10]\n", "is estimated"),
    ("rights", POLICY.replace('["s3:GetObject", "s3:PutObject"]', '"s3:*"'), "DeleteObject"),
    ("rights", POLICY.replace("covers/*", "*"), "is allowed"),
    ("rights", POLICY.replace("s3:PutObject", "s3:Put"), "refused"),
    ("costs", COSTS.replace('"total": 10.5', '"total": 12'), "add up to 10.50"),
    ("costs", COSTS.replace('"largest": "database"', '"largest": "machine"'), "costs most"),
    ("costs", COSTS.replace('"option": "managed"', '"option": "functions"'), "2 options"),
    ("send-once", "def handle(db, number, send):\n    send(number)\n", "2 mails"),
    ("send-once", "def handle(db, number, send):\n    pass\n", "0 mails"),
]


@pytest.mark.parametrize(("name", "code"), GOOD, ids=[x[0] for x in GOOD])
def test_right_solution_is_accepted(folder: Path, name: str, code: str) -> None:
    (folder / "mine.py").write_text(code)
    result = run(name, folder / "mine.py")
    assert (result.returncode, result.stderr) == (0, ""), result.stdout


@pytest.mark.parametrize(("name", "code", "reason"), BAD, ids=[x[0] for x in BAD])
def test_wrong_solution_is_refused(folder: Path, name: str, code: str, reason: str | None) -> None:
    """With the reason, or, if the code itself fails, with its own traceback."""
    (folder / "mine.py").write_text(code)
    result = run(name, folder / "mine.py")
    assert result.returncode == 1
    if reason is not None:
        assert reason in result.stdout.partition("not yet: ")[2]


def test_usage_lists_all_exercises(tmp_path: Path) -> None:
    for arguments in ([], ["no-such-exercise", "x"], ["dockerfile", tmp_path / "missing"]):
        result = subprocess.run(
            [sys.executable, "-B", SCRIPT, *arguments], capture_output=True, text=True
        )
        assert result.returncode == 2
    listed = subprocess.run([sys.executable, "-B", SCRIPT], capture_output=True, text=True).stderr
    assert all(name in listed for name, _ in GOOD)


def test_book_names_the_checks_that_there_are() -> None:
    """At least three of five exercises in each chapter are checked by the script."""
    named: list[str] = []
    for chapter in CHAPTERS:
        text = (SOURCE / "chapters" / f"{chapter}.md").read_text()
        here = re.findall(r"`check\.py ([a-z-]+)`", text)
        assert len(here) >= 3, chapter
        named += here
    assert set(named) == {name for name, _ in GOOD} | {"conflict", "two-commits", "late", "leak"}
    assert len(named) >= 30


@pytest.fixture
def bundle(tmp_path: Path) -> Callable[[str], Path]:
    """Makes a bundle of a repository by commands of a shell."""

    def make(commands: str) -> Path:
        code = f"{commands}\ngit bundle create --quiet ../mine.bundle --all HEAD"
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **_IDENTITY}
        code = f"mkdir repository; cd repository; git init -q -b main .\n{code}"
        subprocess.run(["sh", "-eu", "-c", code], cwd=tmp_path, env=env, check=True)
        return tmp_path / "mine.bundle"

    return make


CONFLICT = fence("solutions-foundations", "sh", "LOAN_DAYS").code
CONFLICT = CONFLICT.partition("cd conflict\n")[2].removesuffix("cd ..\n")
TWO = """
seq 9 > file; git add file; git commit -q -m base
sed 's/1/one/' file > new; cat new > file; git commit -q -m top file
{} sed 's/9/nine/' file > new; cat new > file; git commit -q -m bottom file
"""


def test_history_is_read_from_a_bundle(bundle: Callable[[str], Path]) -> None:
    result = run("conflict", bundle(CONFLICT))
    assert result.returncode == 0, result.stdout + result.stderr


def test_merge_that_was_not_taken_back_is_told(bundle: Callable[[str], Path]) -> None:
    result = run("conflict", bundle(CONFLICT.replace("git revert -m 1 --no-edit HEAD", "true")))
    assert result.returncode == 1
    assert "not as they were" in result.stdout


@pytest.mark.parametrize(("more", "status"), [("", 0), ("sed -i.bak 's/5/five/' file;", 1)])
def test_two_commits_have_one_place_each(
    bundle: Callable[[str], Path], more: str, status: int
) -> None:
    result = run("two-commits", bundle(TWO.format(more)))
    assert result.returncode == status, result.stdout + result.stderr


LATE = """
seq 9 > file; git add file; git commit -q -m base
sed 's/5/five/' file > new; cat new > file; git commit -q -m first file
sed 's/{}/fifth/' file > new; cat new > file; git commit -q -m second file
"""


@pytest.mark.parametrize(("line", "status"), [("five", 0), ("8", 1)])
def test_the_same_line_was_changed_twice(
    bundle: Callable[[str], Path], line: str, status: int
) -> None:
    result = run("late", bundle(LATE.format(line)))
    assert result.returncode == status, result.stdout + result.stderr
    assert status == 0 or "different lines" in result.stdout


LEAK = """
echo 'DEBUG = False' > settings.py; git add .; git commit -q -m base
git switch -q -c keys
echo 'API_KEY = "sesame-123456"' >> settings.py; git commit -q -a -m add
{} git commit -q -a -m remove --allow-empty
git switch -q main; git merge -q {} keys; git commit -q --allow-empty -m merged; git branch -q -D keys
"""
TAKEN = "echo 'DEBUG = False' > settings.py;"


@pytest.mark.parametrize(
    ("taken", "how", "reason"),
    [
        (TAKEN, "--no-ff", None),
        ("", "--no-ff", "no key was taken out"),
        (TAKEN, "--squash", "nothing was merged"),
    ],
)
def test_a_key_is_found_in_the_history(
    bundle: Callable[[str], Path], taken: str, how: str, reason: str | None
) -> None:
    result = run("leak", bundle(LEAK.format(taken, how)))
    assert result.returncode == (reason is not None), result.stdout + result.stderr
    assert reason is None or reason in result.stdout
