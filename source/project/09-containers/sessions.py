"""Who is asking: accounts, and the tokens that stand for somebody who has signed in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta, timezone
from typing import Any

import passwords
from bodies import Problem
from db import Database

LIFETIME = timedelta(hours=12)
TRIES, WINDOW = 5, timedelta(minutes=15)


# region sign-in
def sign_in(db: Database, email: str, password: str, now: datetime) -> str:
    """A token for the member with this address and password."""
    email = email.lower()
    since = (now - WINDOW).isoformat()
    (failed,) = db.execute(
        "SELECT count(*) FROM failure WHERE email = ? AND at > ?", (email, since)
    ).fetchone()
    if failed >= TRIES:
        wait = {"Retry-After": str(int(WINDOW.total_seconds()))}
        raise Problem(429, "too many tries; wait a while", wait)
    member = db.execute(
        "SELECT id, password FROM member WHERE email = ?", (email,)
    ).fetchone()
    # One answer, after the same work, whether the address or the password is wrong.
    if not passwords.check(password, member["password"] if member else ""):
        db.execute(
            "INSERT INTO failure (email, at) VALUES (?, ?)", (email, now.isoformat())
        )
        raise Problem(401, "the address or the password is wrong")
    if passwords.outdated(member["password"]):
        new = passwords.hash_password(password)
        db.execute("UPDATE member SET password = ? WHERE id = ?", (new, member["id"]))
    token = secrets.token_urlsafe(32)
    db.execute(
        "INSERT INTO session (token, member, expires) VALUES (?, ?, ?)",
        (_hashed(token), member["id"], (now + LIFETIME).isoformat()),
    )
    db.execute("DELETE FROM session WHERE expires < ?", (now.isoformat(),))
    db.execute("DELETE FROM failure WHERE email = ? OR at < ?", (email, since))
    return token


# endregion


# region who
def who(db: Database, header: str, now: datetime) -> Any:
    """The member that a header `Authorization: Bearer TOKEN` stands for."""
    kind, _, token = header.partition(" ")
    row = db.execute(
        "SELECT member.id, member.name, member.librarian FROM session"
        " JOIN member ON member.id = session.member"
        " WHERE session.token = ? AND session.expires > ?",
        (_hashed(token), now.isoformat()),
    ).fetchone()
    if kind != "Bearer" or row is None:
        raise Problem(401, "sign in first", {"WWW-Authenticate": "Bearer"})
    return row


def sign_out(db: Database, header: str) -> None:
    """The token means nothing from now on."""
    db.execute("DELETE FROM session WHERE token = ?", (_hashed(header.partition(" ")[2]),))


# endregion


def current_time() -> datetime:
    """Now, in a zone that knows no summer time."""
    return datetime.now(timezone.utc)


def _hashed(token: str) -> str:
    # Fast, unlike a password's hash: nobody guesses 32 random bytes. A stolen table
    # holds no tokens.
    return hashlib.sha256(token.encode()).hexdigest()
