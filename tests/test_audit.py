"""`./press audit`: pip-audit is asked with the pins as they are; what nobody answered is no good news."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import audit

PINS = "a-name==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy to which HTTPS is sent, and that is not there."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)


@pytest.mark.slow
@pytest.mark.usefixtures("no_network")
def test_without_a_network_it_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "constraints.txt").write_text(PINS)
    monkeypatch.setattr(audit, "ROOT", tmp_path)
    monkeypatch.setattr(audit, "_PATIENCE", 1)
    assert audit.main([]) == 3
    err = capsys.readouterr().err
    assert err.startswith("press: the advisories are out of reach; is there a network? (")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("found", "status", "told"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], 0, "1 packages of constraints.txt: 0 with"),
        (
            [{"name": "a", "version": "1", "vulns": [{"id": "X-1", "aliases": ["CVE-1"], "fix_versions": ["2"]}]},
             {"name": "b", "version": "1", "vulns": []}],
            1, "a 1: X-1, CVE-1; mended in 2",
        ),
        (
            [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}],
            3, "b: not looked at: not found",
        ),
        ([{"name": "b", "skip_reason": "not found"}], 3, ""),
    ],
)  # fmt: skip
def test_what_is_known_is_told(
    found: list[dict[str, Any]],
    status: int,
    told: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What nobody looked at is not clean."""
    monkeypatch.setattr(audit, "ask", lambda pins, service: found)
    assert audit.main([]) == status
    assert told in capsys.readouterr().out
