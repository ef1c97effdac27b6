"""What is not loaded: each of these would be waited for at every edit."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("loaded", "unwanted"),
    [
        # Each worker imports the main module, be it the script of an installed guidepress.
        ("guidepress.__main__", {"guidepress.cli", "click"}),
        # A command asks its daemon before it has anything to print.
        ("guidepress.cli, guidepress.daemon.client", {"rich", "guidepress.build"}),
        # The handbook needs the deck's news, and neither what writes decks and printers' files nor the network.
        (
            "guidepress.build, guidepress.handbook.product",
            {"genanki", "guidepress.pdf.printing.document", "ssl", "asyncio", "http.client"},
        ),
    ],
)
def test_what_a_build_does_not_need_is_not_loaded(loaded: str, unwanted: set[str]) -> None:
    code = f"import sys, {loaded}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not unwanted & set(done.stdout.split())
