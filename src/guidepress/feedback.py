"""What learners wrote about cards, by card: from a mailbox, or from a table such as an export of issues."""

from __future__ import annotations

import csv
import email.policy
import io
import mailbox
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from guidepress.build import LOCK, compile_source
from guidepress.deck.languages import without_language
from guidepress.deck.lock import Lock, read_lock
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error
from guidepress.source.location import find

# A card in another language is called `ID@LANGUAGE`.
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:@[a-z]{2,3}(?:-[a-z0-9]+)*\b(?!\.\w))?")
_QUOTED = re.compile(r"^\s*(?:>|On .* wrote:$).*$", re.MULTILINE)
_SHOWN = 200
_HEADER = 8192


@dataclass(frozen=True, slots=True)
class Known:
    """The cards of a guide: where each is written (None for a withdrawn one), and its lock."""

    places: Mapping[str, Span | None]
    lock: Lock


@dataclass(frozen=True, slots=True)
class Report:
    """What one learner wrote: when, as it was written there, and the words."""

    date: str
    words: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """The reports by the id of their card, most reports first; and those that name no card."""

    cards: Mapping[str, tuple[Report, ...]]
    others: tuple[Report, ...]


def known_cards(folder: Path) -> Diagnosed[Known]:
    """The cards of the guide in `folder`. Errors: those of the source and of deck.lock, `lock-none` without one."""
    found = find(folder)
    if found.value is None:
        return Diagnosed(None, found.diagnostics)
    path = found.value[1] / LOCK
    if not path.is_file():
        message = "there is no deck.lock: the deck was never built"
        hints = ("build it: `guidepress build`",)
        return Diagnosed(None, (error("lock-none", message, Span(LOCK), hints=hints),))
    lock = read_lock(path.read_text("utf-8", "replace"), path.relative_to(folder).as_posix())
    source = compile_source(folder)
    if lock.value is None or source.value is None:
        return Diagnosed(None, (*lock.diagnostics, *source.diagnostics))
    written: dict[str, Span | None] = {card.id: card.span for card in source.value.book.cards}
    places = {name: written.get(without_language(name)) for name in lock.value.notes}
    places = {**places, **written}
    return Diagnosed(Known(places, lock.value))


def read_feedback(path: Path, known: Mapping[str, object]) -> Diagnosed[Feedback]:
    """The reports in a file; `known` are the ids of the guide's cards.

    A message or row is of the card whose id its subject or title names, else of the first that its text does; quoted
    lines do not count. Error: `feedback-unreadable`. Raises OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(_HEADER)
    messages = _mails(path) if start.startswith(b"From ") else _rows(path)
    if messages is None:
        return Diagnosed(None, (_unreadable(path),))
    cards: dict[str, list[Report]] = defaultdict(list)
    others: list[Report] = []
    for date, titles, text in messages:
        card = _card((*titles, _QUOTED.sub("", text)), known)
        words = " ".join(_QUOTED.sub("", text).split()) or " ".join(titles)
        report = Report(date, words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…")
        (cards[card] if card else others).append(report)
    ordered = sorted(cards.items(), key=lambda item: (-len(item[1]), item[0]))
    return Diagnosed(Feedback({card: tuple(found) for card, found in ordered}, tuple(others)))


def _unreadable(path: Path) -> Diagnostic:
    message = "this is neither a mailbox nor a table with a line of headings"
    hints = ("give an mbox file, or a .csv in UTF-8",)
    return error("feedback-unreadable", message, Span(str(path)), hints=hints)


def _card(texts: Sequence[str], known: Mapping[str, object]) -> str:
    """The first text that names a card decides; of two cards in it the longer name, which holds the shorter."""
    for text in texts:
        found: list[str] = [word for word in _WORD.findall(text.lower()) if word in known]
        if found:
            # A single word, such as `cache`, may be meant as such; a name of several is the name of a card.
            longest = max(word.count("-") for word in found)
            return next(word for word in found if word.count("-") == longest)
    return ""


def _mails(path: Path) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Date, subject and text of each message."""
    parser = BytesParser(policy=email.policy.default)
    box = mailbox.mbox(path, create=False, factory=None)
    try:
        for key in box.iterkeys():
            message = parser.parsebytes(box.get_bytes(key))
            assert isinstance(message, EmailMessage)
            yield str(message["date"] or ""), (str(message["subject"] or ""),), _text(message)
    finally:
        box.close()


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    try:
        text = str(body.get_content()) if body is not None else ""
    except (LookupError, KeyError, UnicodeError):
        return ""
    if body is not None and body.get_content_type() == "text/html":
        return re.sub(r"<[^>]*>", " ", text)
    return text


def _rows(path: Path) -> list[tuple[str, tuple[str, ...], str]] | None:
    """Date, what is in a column of that name or a title, and all text of each row; None where it is no table."""
    try:
        text = path.read_text("utf-8-sig")
        first = text.partition("\n")[0]
        if not first.strip():
            return None
        separator = max("\t;,", key=first.count)
        rows = list(csv.DictReader(io.StringIO(text, ""), delimiter=separator))
    except (UnicodeDecodeError, csv.Error):
        return None
    found = []
    for row in rows:
        low = {str(k).strip().lower(): str(v) for k, v in row.items() if k and isinstance(v, str)}
        titles = tuple(
            low[name] for name in ("card", "id", "card id", "subject", "title") if low.get(name)
        )
        date = next(
            (low[name] for name in ("date", "created", "created_at", "timestamp") if name in low),
            "",
        )
        words = [
            v
            for k, v in low.items()
            if k not in ("date", "created", "created_at", "timestamp", "card", "id")
        ]
        found.append((date, titles, "\n".join(words)))
    return found
