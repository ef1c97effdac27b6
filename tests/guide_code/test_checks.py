"""The script that checks exercises: it accepts what the book prints, and refuses what is wrong."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.guide_code.fences import SOURCE, fence, guide_fences

SCRIPT = SOURCE / "checks" / "check.py"
CHAPTERS = ("caching", "testing", "containers", "ci-cd", "monitoring", "cloud")


def printed(holding: str) -> str:
    """A block of code of the chapter of solutions."""
    return fence("solutions-operations", "python", holding).code


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

GOOD = [
    ("remember-nothing", printed("NOTHING = ")),
    ("cache-may-fail", SAFE),
    ("newer-version", printed("class VersionedCache")),
    ("give-back", GIVE_BACK),
    ("loans-fake", LOANS),
    ("flaky", SET.replace("list", "sorted").replace('["Emma", "Dracula"]', '["Dracula", "Emma"]')),
    ("dockerfile", DOCKERFILE),
    ("dockerfile", STAGED),
    ("one-build", WORKFLOW),
    ("card-number", PLAN),
    ("request-id", IDS),
    ("nothing-secret", FIELDS),
    ("bounds", TIMES + "BOUNDS = [0.12, 0.15, 0.18, 0.2]\n"),
    ("rights", POLICY),
    ("send-once", SEND),
]
BAD = [
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
    """At least two of five exercises in each chapter, half of all, are checked by the script."""
    named: list[str] = []
    for chapter in CHAPTERS:
        text = (SOURCE / "chapters" / f"{chapter}.md").read_text()
        here = re.findall(r"`check\.py ([a-z-]+)`", text)
        assert len(here) >= 2, chapter
        named += here
    assert set(named) == {name for name, _ in GOOD}
    assert len(named) >= 15
