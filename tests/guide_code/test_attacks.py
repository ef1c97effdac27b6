"""Attacks that the guide names, tried on the code that it prints against them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.guide_code.conftest import Open


def test_guessing_is_limited_for_each_key_and_only_for_a_time(auth: dict[str, Any]) -> None:
    limiter = auth["Limiter"](most=2, seconds=10)
    assert [limiter.allows("ada", now) for now in (0, 1, 2, 3)] == [True, True, False, False]
    assert limiter.allows("tom", 3)
    assert limiter.allows("ada", 10)
    assert not limiter.allows("ada", 10)


def test_refused_attempts_do_not_fill_memory(auth: dict[str, Any]) -> None:
    limiter = auth["Limiter"](most=2, seconds=10)
    for _ in range(1000):
        limiter.allows("ada", 0)
    assert len(limiter.tries["ada"]) == 2


def test_unknown_name_costs_a_hash_too(
    auth: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that comes at once would tell that nobody of the name exists."""
    seen: list[str] = []

    def matches(password: str, stored: str) -> bool:
        seen.append(stored)
        return True

    auth["matches"] = matches
    assert auth["sign_in_as"]("nobody", "x", 1000) == 401
    assert seen == [auth["NOBODY"]]


def test_session_ends_with_its_time_and_with_the_sign_out(auth: dict[str, Any]) -> None:
    value = auth["open_session"](7, now=0, hours=1)
    assert auth["member_of"](value, now=3599) == 7
    assert auth["member_of"](value, now=3600) is None
    auth["close_session"](value)
    assert auth["member_of"](value, now=0) is None


def test_stolen_table_opens_no_session(auth: dict[str, Any]) -> None:
    auth["open_session"](7, now=0)
    rows = auth["db"].execute("SELECT hash FROM session").fetchall()
    assert rows
    assert all(auth["member_of"](hashed, now=1) is None for (hashed,) in rows)


def test_copied_refresh_token_ends_the_sign_in_and_no_other(auth: dict[str, Any]) -> None:
    with auth["db"]:
        first, other = auth["new_refresh"]("telephone"), auth["new_refresh"]("laptop")
    second = auth["renew"](first)
    for value in (first, second):
        with pytest.raises(auth["Refused"]):
            auth["renew"](value)
    assert auth["renew"](other)


def test_other_site_changes_nothing(auth: dict[str, Any]) -> None:
    client = auth["app"].test_client()
    for origin in ("https://evil.example.net", "null", "http://library.example.org"):
        assert client.post("/session", headers={"Origin": origin}).status_code == 403, origin
    assert client.post("/session", headers={"Origin": auth["ORIGIN"]}).status_code == 204


@pytest.mark.parametrize("field", ["role", "id", "password_hash"])
def test_field_that_gives_rights_cannot_be_set(auth: dict[str, Any], field: str) -> None:
    with pytest.raises(ValueError, match=field):
        auth["changed"]({"name": "Ada"}, {"name": "Ada M.", field: "librarian"})


def test_pasted_text_is_no_sql(played: Open) -> None:
    databases = played("databases").names
    for attack in ("' OR ''='", "x'; DROP TABLE loan; --", "\x00"):
        assert databases["titles_by"](databases["db"], attack) == []
    assert databases["db"].execute("SELECT count(*) FROM loan").fetchone()[0] > 0


def test_repeated_request_lends_once(played: Open) -> None:
    http = played("http-apis").names
    request = {"book": 77, "member": 1}
    answers = [http["lend_once"](http["db"], "key-77", request) for _ in range(3)]
    assert answers == [[201, "lent"]] * 3
    found = http["db"].execute("SELECT count(*) FROM lent WHERE book_id = 77").fetchone()
    assert found == (1,)
