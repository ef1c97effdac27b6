"""What learners wrote, by the card that it is about."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from guidepress.feedback import Report, read_feedback
from tests.project import Project, run

KNOWN = dict.fromkeys(("http-idempotent", "http-idempotent-put", "cache"))


def mailed(path: Path, *messages: tuple[str, str]) -> Path:
    box = mailbox.mbox(path)
    for subject, text in messages:
        message = EmailMessage()
        message["Subject"], message["From"], message["Date"] = (
            subject,
            "a@b.org",
            "Sat, 28 Nov 2026 10:00:00 +0000",
        )
        message.set_content(text)
        box.add(message)
    box.close()
    return path


def test_a_mailbox(tmp_path: Path) -> None:
    path = mailed(
        tmp_path / "reports.mbox",
        ("http-idempotent (Handbook 2025.1, ch. 7, p. 87)", "PUT is wrong\nhere."),
        ("Re: http-idempotent-put", "Me too.\n> the card cache says"),
        ("Héllo", "The card http-idempotent is unclear: see cache."),
        ("Re: http-idempotent", "Thanks."),
        ("Thanks", "> http-idempotent\nGreat book!"),
    )
    found = read_feedback(path, KNOWN).value
    assert found is not None
    assert {card: len(reports) for card, reports in found.cards.items()} == {
        "http-idempotent": 3, "http-idempotent-put": 1,
    }  # fmt: skip
    assert list(found.cards) == ["http-idempotent", "http-idempotent-put"]
    assert found.cards["http-idempotent"][0] == Report(
        "Sat, 28 Nov 2026 10:00:00 +0000", "PUT is wrong here."
    )
    assert found.cards["http-idempotent-put"][0].words == "Me too."
    assert [report.words for report in found.others] == ["Great book!"]


def test_a_message_of_html_alone(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "A card"
    message.set_content("<p>The card <b>cache</b> is&nbsp;wrong</p>", subtype="html")
    box = mailbox.mbox(tmp_path / "m")
    box.add(message)
    box.close()
    found = read_feedback(tmp_path / "m", KNOWN).value
    assert found is not None
    assert list(found.cards) == ["cache"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table(separator: str, tmp_path: Path) -> None:
    rows = [
        ("created_at", "title", "body"),
        ("2026-11-28", "http-idempotent is wrong", "No"),
        ("", "Typo", "in cache"),
    ]
    path = tmp_path / "issues.csv"
    path.write_text("\n".join(separator.join(row) for row in rows))
    found = read_feedback(path, KNOWN).value
    assert found is not None
    assert {card: reports[0].date for card, reports in found.cards.items()} == {
        "http-idempotent": "2026-11-28", "cache": "",
    }  # fmt: skip


def test_what_is_neither(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for content in (b"", b"\xff\xfe\x00"):
        path.write_bytes(content)
        found = read_feedback(path, KNOWN)
        assert [d.code for d in found.diagnostics] == ["feedback-unreadable"]


def test_the_command_names_the_lines(project: Project, tmp_path: Path) -> None:
    path = mailed(tmp_path / "m", ("minimal-what", "Wrong."), ("x", "y"))
    assert "error[lock-none]" in run("feedback", path, project.folder).err
    assert project.build("--jobs", "1", "--only", "deck").status == 0
    shown = run("feedback", path, project.folder)
    assert shown.status == 0, shown.err
    first, said, *rest = shown.out.splitlines()
    assert first.startswith("source/chapters/one.md:")
    assert first.endswith(": minimal-what: 1")
    assert said.endswith(": Wrong.")
    assert rest[0] == "without a card of this guide: 1"
