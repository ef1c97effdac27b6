"""What the guide once taught wrongly, tried on the code that it prints today."""

from __future__ import annotations

import datetime
import json
import logging
import re
import sqlite3
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import jwt
import pytest
import yaml
from tests.guide_code.conftest import Open
from tests.guide_code.fences import SOURCE, fence
from tests.guide_code.session import Session


def text(name: str) -> str:
    return " ".join((SOURCE / name).read_text(encoding="utf-8").split())


# Databases


def test_foreign_key_is_enforced_on_both_connections(played: Open) -> None:
    databases = played("databases")
    for db in (databases.db, databases.names["db"]):
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            db.execute("INSERT INTO book (author_id, title) VALUES (99, 'Nobody')")


def test_card_says_when_a_foreign_key_holds() -> None:
    card = text("chapters/databases.md").partition("id: sql-foreign-key-guarantee")[2]
    assert "PRAGMA foreign_keys = ON" in card.partition("/// card")[0]


@pytest.fixture
def bank(played: Open) -> Session:
    return played("databases")


def balances(bank: Session) -> dict[int, int]:
    return dict(bank.names["db"].execute("SELECT id, balance FROM account").fetchall())


@pytest.mark.parametrize(
    ("source", "target", "cents", "refusal"),
    [
        (1, 99, 100, LookupError),
        (99, 1, 100, LookupError),
        (1, 2, 10_000_000, sqlite3.IntegrityError),
        (1, 2, 0, ValueError),
        (1, 2, -100, ValueError),
    ],
)
def test_transfer_that_fails_moves_nothing(
    bank: Session, source: int, target: int, cents: int, refusal: type[Exception]
) -> None:
    before = balances(bank)
    with pytest.raises(refusal):
        bank.names["transfer"](bank.names["db"], source, target, cents)
    # A later commit must not bring half of it in.
    bank.names["db"].commit()
    assert balances(bank) == before


def test_transfer_loses_no_money(bank: Session) -> None:
    before = balances(bank)
    bank.names["transfer"](bank.names["db"], 2, 1, 500)
    assert balances(bank) == {1: before[1] + 500, 2: before[2] - 500}


# Pipelines and containers


def test_column_is_renamed_without_losing_a_row(open_chapter: Open) -> None:
    """Old and new servers write while the steps are taken; every name is there in the end."""
    db = open_chapter("ci-cd").db
    code = fence("ci-cd", "sql", "-- step 1").code
    steps = {int(number): sql for number, sql in re.findall(r"-- step (\d)[^\n]*\n([^-]+)", code)}
    assert list(steps) == [1, 3, 6]
    old = "INSERT INTO member (name) VALUES (?1)"
    both = "INSERT INTO member (name, full_name) VALUES (?1, ?1)"
    new = "INSERT INTO member (full_name) VALUES (?1)"
    db.execute(steps[1])
    for writer, name in ((old, "during 2"), (both, "also during 2")):
        db.execute(writer, (name,))
    db.execute(steps[3])
    for writer, name in ((both, "during 4"), (both, "during 5"), (new, "also during 5")):
        db.execute(writer, (name,))
    db.execute(steps[6])
    names = {name for (name,) in db.execute("SELECT full_name FROM member")}
    assert names == {
        "Ada",
        "Tom",
        "during 2",
        "also during 2",
        "during 4",
        "during 5",
        "also during 5",
    }


def commands(job: dict[str, Any]) -> list[str]:
    return [step.get("run", step.get("uses", "")) for step in job["steps"]]


def test_workflow_deploys_the_image_that_it_tested() -> None:
    """One build, tests against the running container, and the saved image goes on."""
    jobs = yaml.safe_load(fence("ci-cd", "yaml", "jobs:").code)["jobs"]
    test, deploy = commands(jobs["test"]), commands(jobs["deploy"])
    builds = [i for i, x in enumerate(test) if x.startswith("docker build")]
    assert len(builds) == 1
    order = ["docker build", "docker run", "curl", "pytest", "docker save", "actions/upload"]
    places = [next(i for i, x in enumerate(test) if x.startswith(word)) for word in order]
    assert places == sorted(places)
    assert not any("docker build" in x for x in deploy)
    load = next(i for i, x in enumerate(deploy) if x.startswith("docker load"))
    push = next(i for i, x in enumerate(deploy) if "docker push" in x)
    release = next(i for i, x in enumerate(deploy) if "deploy.sh" in x)
    assert load < push < release
    assert jobs["deploy"]["needs"] == "test"


def test_service_leads_to_the_pods_of_the_deployment() -> None:
    deployment, service = yaml.safe_load_all(fence("containers", "yaml", "kind: Deployment").code)
    template = deployment["spec"]["template"]
    assert service["spec"]["selector"].items() <= template["metadata"]["labels"].items()
    (port,) = service["spec"]["ports"]
    ports = [x["containerPort"] for x in template["spec"]["containers"][0]["ports"]]
    assert port["targetPort"] in ports


def test_compose_names_only_what_it_defines() -> None:
    """Volumes, secrets and services that are waited for exist; one that has to be healthy says how."""
    file = yaml.safe_load(fence("containers", "yaml", "build: .").code)
    services = file["services"]
    for service in services.values():
        assert set(service.get("secrets", ())) <= set(file["secrets"])
        assert {x.partition(":")[0] for x in service.get("volumes", ())} <= set(file["volumes"])
        for name, wanted in service.get("depends_on", {}).items():
            assert wanted["condition"] != "service_healthy" or "healthcheck" in services[name]
    app = services["app"]["environment"]
    assert app["DATABASE_HOST"] in services
    assert app["DATABASE_PASSWORD_FILE"] == services["db"]["environment"]["POSTGRES_PASSWORD_FILE"]


def test_what_is_copied_leaves_secrets_out() -> None:
    """`COPY . .` with a .dockerignore, and libraries before code."""
    lines = fence("containers", "dockerfile", "EXPOSE").code.splitlines()
    assert lines.index("COPY requirements.txt .") < lines.index("COPY . .")
    assert {".env", ".git"} <= set(fence("containers", "text", ".git").code.split())


def test_docker_commands_are_reached() -> None:
    """A container in the foreground would keep the commands after it waiting."""
    code = fence("containers", "sh", "docker build").code
    (run,) = (x for x in code.splitlines() if x.startswith("docker run"))
    assert " -d " in run
    assert code.index("docker run") < code.index("docker ps") < code.index("docker stop")


# Authentication


def test_hash_meets_owasp_and_carries_its_parameters(auth: dict[str, Any]) -> None:
    """OWASP's floor for scrypt is N=2^17, r=8, p=1."""
    stored = auth["make_hash"]("correct horse")
    _, n, r, p, _, _ = stored.split("$")
    assert int(n) >= 2**17
    assert int(r) >= 8
    assert int(p) >= 1
    assert auth["matches"]("correct horse", stored)
    assert not auth["matches"]("wrong horse", stored)
    assert not auth["is_outdated"](stored)


def test_old_hash_still_counts_and_is_outdated(auth: dict[str, Any]) -> None:
    """Parameters come from the hash, not from today's constants."""
    key = auth["scrypt"]("old", b"salt", 2**10, 8, 1)
    stored = f"scrypt$1024$8$1${b'salt'.hex()}${key.hex()}"
    assert auth["matches"]("old", stored)
    assert auth["is_outdated"](stored)


@pytest.mark.parametrize(
    ("claims", "key", "refusal"),
    [
        ({"sub": "42", "exp": int(time.time()) - 1}, None, jwt.ExpiredSignatureError),
        ({"sub": "42"}, None, jwt.MissingRequiredClaimError),
        ({"exp": int(time.time()) + 99}, None, jwt.MissingRequiredClaimError),
        ({"sub": "42", "exp": int(time.time()) + 99}, "x" * 32, jwt.InvalidSignatureError),
    ],
)
def test_bad_token_is_refused(
    auth: dict[str, Any], claims: dict[str, Any], key: str | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        auth["read_token"](jwt.encode(claims, key or auth["KEY"], "HS256"))


def test_unsigned_token_is_refused(auth: dict[str, Any]) -> None:
    claims = {"sub": "42", "exp": int(time.time()) + 99}
    with pytest.raises(jwt.InvalidAlgorithmError):
        auth["read_token"](jwt.encode(claims, "", "none"))


def test_key_comes_from_outside(auth: dict[str, Any]) -> None:
    assert auth["KEY"] == "0123456789abcdef" * 4
    assert "exp" in jwt.decode(auth["make_token"]("7"), auth["KEY"], algorithms=["HS256"])


def test_session_cookie_is_guarded(auth: dict[str, Any]) -> None:
    header = auth["app"].test_client().post("/session").headers["Set-Cookie"]
    attributes = {x.strip() for x in header.split(";")}
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= attributes
    assert "Domain" not in header


def test_loan_of_somebody_else_is_not_found(auth: dict[str, Any]) -> None:
    auth["current_user"] = lambda: auth["Member"](1, "member")
    client = auth["app"].test_client()
    assert client.get("/loans/1041").status_code == 200
    assert client.get("/loans/1042").status_code == 404
    assert client.get("/loans/9999").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://images.example.org/a",
        "https://images.example.org.evil.example/a",
        "https://images.example.org@evil.example/a",
        "https://evil.example\\@images.example.org/a",
        "https://images.example.org:22/a",
        "https://images.example.org:x/a",
        "https://[::1]/a",
        "https://[/a",
        "file:///etc/passwd",
        "//images.example.org/a",
        "http://169.254.169.254/latest/meta-data/",
        "",
    ],
)
def test_url_that_was_not_allowed_is_not_fetched(auth: dict[str, Any], url: str) -> None:
    assert not auth["may_fetch"](url)


@pytest.mark.parametrize("attack", ["<b>", "<img src=x onerror=steal()>", "a & b"])
def test_comment_reaches_the_page_as_text(auth: dict[str, Any], attack: str) -> None:
    inner = auth["comment_html"](attack).removeprefix("<p>").removesuffix("</p>")
    assert "<" not in inner
    assert inner.count("&") == inner.count(";")


def test_cors_is_said_once_and_not_called_a_protection() -> None:
    table, _, after = (
        text("chapters/auth.md").partition("id: tbl-auth-protections")[2].partition(" /// ")
    )
    assert "CORS" not in table
    assert "CORS" in after
    assert "no protection" in after


def test_oauth_figure_shows_both_halves_of_pkce() -> None:
    drawn = re.findall(r">([^<>]+)</text>", (SOURCE / "images/oauth-code-flow.svg").read_text())
    words = " ".join(drawn)
    assert words.index("PKCE challenge") < words.index("PKCE verifier")


# APIs


BAD_BODIES = [
    b'{"title": [1, 2]}',
    b'{"title": {"a": 1}}',
    b'{"title": ""}',
    b'{"title": "   "}',
    b'{"title": true}',
    b'{"title": "a\\nb"}',
    b'{"title": "\\ud800"}',
    b'{"title": "a", "year": NaN}',
    b'{"title": "a", "year": -Infinity}',
    b'{"title": "a", "year": 1e999}',
    b'{"title": "a", "year": true}',
    b'{"title": "a", "year": "1999"}',
    b'{"title": "a", "year": 1999.5}',
    b'{"title": "a", "extra": NaN}',
    b"[" * 9_999,
    b'{"a":' * 1_900,
    b'{"title": "' + b"a" * 201 + b'"}',
    b'{"title": "a"}' + b" " * 10_000,
    b"[]",
    b"null",
    b"\xff",
    b"",
]
SHORT = [x[:30].decode("latin-1") for x in BAD_BODIES]


@pytest.fixture
def read_book(played: Open) -> Callable[[bytes], dict[str, Any]]:
    function: Callable[[bytes], dict[str, Any]] = played("http-apis").names["read_book"]
    return function


@pytest.mark.parametrize("body", BAD_BODIES, ids=SHORT)
def test_bad_body_is_refused(read_book: Callable[[bytes], dict[str, Any]], body: bytes) -> None:
    """By a ValueError, and by nothing else."""
    with pytest.raises(ValueError):  # noqa: PT011 - any message will do
        read_book(body)


def test_good_body_is_taken(read_book: Callable[[bytes], dict[str, Any]]) -> None:
    body = b'{"title": " Caf\xc3\xa9 ", "year": 1999, "is_admin": true}'
    assert read_book(body) == {"title": "Café", "year": 1999}
    assert read_book(b'{"title": "a"}') == {"title": "a", "year": None}


def test_application_answers_bad_bodies_with_400(played: Open) -> None:
    client = played("web-frameworks").names["app"].test_client()
    for body in BAD_BODIES:
        assert client.post("/books", data=body).status_code in (400, 413), body[:30]
    assert client.post("/books", data=b'{"title": "a"}').status_code == 201


# Monitoring and caching


def line(names: dict[str, Any], data: object) -> dict[str, Any]:
    record = logging.LogRecord("shop", logging.INFO, "", 1, "placed", None, None)
    record.data = data
    printed = names["handler"].format(record)
    assert "\n" not in printed

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    found: dict[str, Any] = json.loads(printed, parse_constant=refuse)
    return found


def test_formatter_loses_no_line(played: Open) -> None:
    names = played("monitoring").names
    cycle: dict[str, Any] = {}
    cycle["self"] = cycle
    odd = {"due": datetime.datetime(2025, 4, 7), "price": Decimal("9.90"), "id": b"x"}
    for data in (odd, {"ratio": float("nan")}, {(1, 2): "a"}, cycle):
        assert line(names, data)["event"] == "placed"
    assert line(names, odd)["data"]["price"] == "9.90"


def test_data_does_not_hide_the_level(played: Open) -> None:
    found = line(played("monitoring").names, {"level": "DEBUG", "time": "never", "event": "x"})
    assert found["level"] == "INFO"
    assert found["event"] == "placed"
    assert found["time"] != "never"


class Cache(dict[str, bytes]):
    """Bytes by key, as Redis gives them."""

    def set(self, key: str, value: str, *, ex: int) -> None:
        assert ex > 0
        self[key] = value.encode()

    def delete(self, key: str) -> None:
        self.pop(key, None)


class Shelf(dict[int, dict[str, Any]]):
    """Books by number."""

    def load_book(self, number: int) -> dict[str, Any] | None:
        found = self.get(number)
        return dict(found) if found else None

    def rename_book(self, number: int, title: str) -> None:
        self[number]["title"] = title


def test_cache_gives_the_same_on_hit_and_miss(played: Open) -> None:
    names = played("caching").names
    cache, shelf = Cache(), Shelf({1: {"title": "Emma", "price": Decimal("9.90")}})
    first = names["get_book"](shelf, cache, 1)
    shelf.clear()
    assert names["get_book"](shelf, cache, 1) == first
    assert type(first["price"]) is Decimal


def test_cache_does_not_hide_a_new_book(played: Open) -> None:
    names = played("caching").names
    cache, shelf = Cache(), Shelf()
    assert names["get_book"](shelf, cache, 1) is None
    shelf[1] = {"title": "Ema", "price": Decimal(5)}
    assert names["get_book"](shelf, cache, 1)["title"] == "Ema"
    names["rename_book"](shelf, cache, 1, "Emma")
    assert names["get_book"](shelf, cache, 1)["title"] == "Emma"


def test_rights_are_no_example_of_what_to_cache() -> None:
    before, _, after = text("chapters/caching.md").partition("## When not to cache")
    assert "rights" not in before
    assert "Rights" in after


# Claims


def test_exchange_rates_in_the_note_follow_from_the_rows() -> None:
    table = yaml.safe_load((SOURCE / "data/salaries-countries-local.yaml").read_text())
    rates = {currency: local / usd for _, usd, currency, local in table["rows"]}
    note = " ".join(table["note"].split())
    assert f"{rates['JPY']:.1f} yen" in note
    assert f"{rates['ZAR']:.1f} rand" in note


# The Federal Reserve's averages for 2023 (G.5A, 1 February 2024), units to the dollar.
FED_2023 = {
    "USD": 1,
    "CAD": 1.3494,
    "GBP": 1 / 1.2440,
    "EUR": 1 / 1.0817,
    "AUD": 1 / 0.6644,
    "INR": 82.5708,
    "BRL": 4.9946,
    "JPY": 140.5001,
    "ZAR": 18.4535,
    "CNY": 7.0809,
}


def test_only_the_flagged_rates_are_off_by_a_tenth() -> None:
    table = yaml.safe_load((SOURCE / "data/salaries-countries-local.yaml").read_text())
    off = {
        currency
        for _, usd, currency, local in table["rows"]
        if abs(local / usd / FED_2023[currency] - 1) >= 0.1
    }
    assert off == {"JPY", "ZAR"}


def test_table_of_exchange_rates_follows_from_both() -> None:
    salaries = yaml.safe_load((SOURCE / "data/salaries-countries-local.yaml").read_text())
    rates = {currency: local / usd for _, usd, currency, local in salaries["rows"]}
    table = yaml.safe_load((SOURCE / "data/exchange-rates.yaml").read_text())
    assert [row[1] for row in table["rows"]] == [c for c in rates if c != "USD"]
    for _, currency, implied, measured, difference in table["rows"]:
        assert implied == pytest.approx(rates[currency], abs=0.006)
        assert measured == pytest.approx(FED_2023[currency], abs=0.006)
        off = (rates[currency] / FED_2023[currency] - 1) * 100
        assert int(difference.split()[0]) == pytest.approx(off, abs=0.6)
        assert ("doubtful" in difference) == (abs(off) > 10)


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("chapters/databases.md", "the database rolls everything back"),
        ("chapters/ci-cd.md", "deploy the code that fills and reads it"),
        ("chapters/containers.md", "Each instruction makes a"),
        ("chapters/cloud.md", "nothing while it rests"),
        ("chapters/cloud.md", "set a spending limit"),
        ("chapters/cloud.md", "Most leaks"),
        ("chapters/cloud.md", "Cloud SQL | Azure SQL Database |"),
        ("chapters/demand.md", "than ever before"),
        ("chapters/salaries.md", "because more of them are wanted"),
        ("glossary.yaml", "that cannot feasibly be turned back"),
        ("glossary.yaml", "keeps nothing about a client"),
        ("chapters/testing.md", ":memory:"),
        ("chapters/what.md", "draws its power from"),
        ("skills.yaml", "works without friction"),
        ("chapters/ci-cd.md", "red pipeline"),
    ],
)
def test_wrong_claim_is_gone(name: str, claim: str) -> None:
    assert claim not in text(name)


def test_hours_say_whose_they_are() -> None:
    for name in ("roadmap.yaml", "chapters/roadmap.md"):
        assert "authors' own estimates" in text(name)


def test_csharp_is_met_again() -> None:
    assert "ASP.NET Core" in text("chapters/start.md")
    assert "ASP.NET Core" in text("chapters/web-frameworks.md")


@pytest.mark.parametrize("phrase", ["robust", "able to grow"])
def test_worn_words_are_rare(phrase: str) -> None:
    """At most five times in the whole guide."""
    files = [*SOURCE.rglob("*.md"), *SOURCE.rglob("*.yaml")]
    assert sum(path.read_text(encoding="utf-8").lower().count(phrase) for path in files) <= 5
