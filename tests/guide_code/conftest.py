"""Chapters of the shipped guide, worked through."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.guide_code.fences import guide_fences
from tests.guide_code.session import PLAIN, Session

Open = Callable[[str], Session]


@pytest.fixture(autouse=True, scope="module")
def _plain() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in PLAIN.items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def open_chapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens a chapter in a folder of its own; nothing of it is run yet."""
    modules = {Path(x.title).stem for x in guide_fences() if x.language == "python" and x.title}
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("TOKEN_KEY", "0123456789abcdef" * 4)
    sessions: list[Session] = []

    def open_(chapter: str) -> Session:
        sessions.append(Session(tmp_path, chapter))
        return sessions[-1]

    yield open_
    for session in sessions:
        session.close()
    for name in modules:
        sys.modules.pop(name, None)


@pytest.fixture
def played(open_chapter: Open) -> Open:
    """Opens a chapter and runs all its blocks."""

    def play(chapter: str) -> Session:
        session = open_chapter(chapter)
        session.play()
        return session

    return play


@pytest.fixture
def auth(open_chapter: Open, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names of the chapter on authentication; hashes are cheap only while its blocks are run."""
    session = open_chapter("auth")
    real = hashlib.scrypt

    def cheap(password: bytes, *, salt: bytes, n: int, r: int, p: int, maxmem: int) -> bytes:
        return real(password, salt=salt, n=16, r=r, p=p)

    with monkeypatch.context() as patch:
        patch.setattr(hashlib, "scrypt", cheap)
        session.play()
    return session.names
