"""The register of a folder of copies: whose they are, and the secret by which a mark proves genuine.

It is written before the first copy and holds every copy that was ever made into its folder. It stays with whoever
made them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guidepress.diagnostics import Diagnosed, Span, error

FILE = "register.json"
_FORMAT = 1
_SECRET = 32


@dataclass(frozen=True, slots=True)
class Entry:
    """A copy: its number, whose it is, its file, and the book's title and SHA-256."""

    number: int
    name: str
    licence: str
    file: str
    title: str
    book: str


def deck_of(file: str) -> str:
    """The name of the deck that goes with a copy."""
    return f"{file.removesuffix('.pdf')}.apkg"


@dataclass(slots=True)
class Register:
    """Copies by their marks, in hexadecimal; `secret` makes marks that nobody else can make."""

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(_SECRET))
    copies: dict[str, Entry] = field(default_factory=dict)

    def seal(self, length: int, *parts: object) -> bytes:
        """Bytes that only this register makes of some parts, always the same ones."""
        message = json.dumps(parts, ensure_ascii=True).encode()
        return hmac.new(self.secret, message, hashlib.sha256).digest()[:length]

    @property
    def owner_password(self) -> str:
        """What lifts the restrictions of protected copies."""
        return self.seal(16, "owner").hex()

    @property
    def files(self) -> frozenset[str]:
        """The names of all files that were ever planned, decks beside the books."""
        names = [entry.file for entry in self.copies.values()]
        return frozenset([*names, *map(deck_of, names)])

    def encode(self) -> bytes:
        """The file, the same for the same register."""
        copies = {
            mark: {
                "copy": entry.number,
                "name": entry.name,
                "licence": entry.licence,
                "file": entry.file,
                "title": entry.title,
                "book": entry.book,
            }
            for mark, entry in self.copies.items()
        }
        whole = {
            "guidepress-register": _FORMAT,
            "secret": self.secret.hex(),
            "owner-password": self.owner_password,
            "copies": copies,
        }
        return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()


def read_register(path: Path) -> Diagnosed[Register]:
    """The register in a file. Error: `register-unreadable`. Raises OSError where it cannot be read at all."""
    try:
        whole = json.loads(path.read_bytes())
        if whole["guidepress-register"] != _FORMAT:
            raise ValueError
        secret = bytes.fromhex(whole["secret"])
        copies = {_hexadecimal(mark): _entry(entry) for mark, entry in whole["copies"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        hints = ("bring it back from a backup: without it no mark can be proved genuine",)
        message = "this is no register of copies, or a damaged one"
        span = Span(path.as_posix())
        return Diagnosed(None, (error("register-unreadable", message, span, hints=hints),))
    return Diagnosed(Register(secret, copies))


def _hexadecimal(mark: str) -> str:
    return bytes.fromhex(mark).hex()


def _entry(entry: Mapping[str, object]) -> Entry:
    number = entry["copy"]
    texts = [entry[key] for key in ("name", "licence", "file", "title", "book")]
    if not isinstance(number, int) or not all(isinstance(text, str) for text in texts):
        raise ValueError
    return Entry(number, *map(str, texts))
