"""Letters to members whose books are late. A job: run once a day, and safe to run
twice.
"""

from __future__ import annotations

import smtplib
from datetime import date, timedelta
from email.message import EmailMessage
from typing import Protocol

from db import Database

AGAIN = timedelta(days=7)


# region mailer
class Mailer(Protocol):
    """What a reminder needs of the world. Tests hand in one that only remembers."""

    def send(self, address: str, subject: str, text: str) -> None:
        """Send a letter; OSError if it cannot be sent."""


class Smtp:
    """Sends letters through a server."""

    def __init__(self, host: str, sender: str) -> None:
        self.host = host
        self.sender = sender

    def send(self, address: str, subject: str, text: str) -> None:
        """Send a letter."""
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.sender, address, subject
        letter.set_content(text)
        with smtplib.SMTP(self.host, timeout=10) as server:
            server.send_message(letter)


# endregion


# region remind
def remind(db: Database, mailer: Mailer, today: date) -> int:
    """Write to everybody whose book is late, once a week; the number of letters."""
    late = db.execute(
        "SELECT loan.id, loan.due, book.title, member.email FROM loan"
        " JOIN book ON book.id = loan.book JOIN member ON member.id = loan.member"
        " WHERE loan.returned IS NULL AND loan.due < ?"
        " AND (loan.reminded IS NULL OR loan.reminded <= ?) ORDER BY loan.id",
        (today.isoformat(), (today - AGAIN).isoformat()),
    ).fetchall()
    sent = 0
    for loan in late:
        text = f"“{loan['title']}” was due on {loan['due']}. Please bring it back."
        try:
            mailer.send(loan["email"], "A book of ours", text)
        except OSError:
            continue  # the next run tries again
        # Noted letter by letter: if the job dies, one letter at most is written twice.
        db.execute(
            "UPDATE loan SET reminded = ? WHERE id = ?", (today.isoformat(), loan["id"])
        )
        sent += 1
    return sent


# endregion
