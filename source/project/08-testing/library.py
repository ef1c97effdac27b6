"""The command line of the library."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

import loans
import reports
from db import connect, transaction
from reminders import Smtp, remind


# region import
def import_books(db, path: Path) -> int:
    """Take over the file of the stages before; all of its books or none."""
    records = json.loads(path.read_text(encoding="utf-8"))
    with transaction(db):
        for record in records:
            loans.add_book(db, record["title"], record["author"], record["year"])
    return len(records)


# endregion


def main(arguments: list[str]) -> int:
    """Run a command; 0 if all went well, 1 if not."""
    parser = argparse.ArgumentParser(prog="library", description="Lends books to members.")
    parser.add_argument("--db", default="library.db")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, *fields in (
        ("import", "file"), ("book", "title", "author", "year"),
        ("member", "name", "email"),
        ("borrow", "book", "member"), ("return", "loan"), ("overdue",), ("popular",),
        ("librarian", "email"), ("remind", "host", "sender"),
    ):  # fmt: skip
        command = commands.add_parser(name)
        for field in fields:
            number = field in ("year", "loan") or (name == "borrow")
            command.add_argument(field, type=int if number else str)
    given = parser.parse_args(arguments)
    db = connect(given.db)
    try:
        run(db, given)
    except (loans.Refused, OSError, ValueError, KeyError) as problem:
        print(f"library: {problem}", file=sys.stderr)
        return 1
    finally:
        db.close()
    return 0


def run(db, given: argparse.Namespace) -> None:
    """Do what a command says."""
    today = date.today()
    if given.command == "import":
        print(f"{import_books(db, Path(given.file))} books")
    elif given.command == "book":
        print(f"book {loans.add_book(db, given.title, given.author, given.year)}")
    elif given.command == "member":
        print(f"member {loans.add_member(db, given.name, given.email)}")
    elif given.command == "borrow":
        print(f"loan {loans.borrow(db, given.book, given.member, today)}")
    elif given.command == "return":
        loans.give_back(db, given.loan, today)
    elif given.command == "remind":
        print(f"{remind(db, Smtp(given.host, given.sender), today)} letters")
    elif given.command == "librarian":
        changed = db.execute(
            "UPDATE member SET librarian = 1 WHERE email = ?", (given.email.lower(),)
        )
        if not changed.rowcount:
            raise loans.Unknown(f"nobody has the address {given.email}")
    else:
        found = (
            reports.overdue(db, today)
            if given.command == "overdue"
            else reports.popular(db, 3)
        )
        for row in found:
            print(" · ".join(str(value) for value in row))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
