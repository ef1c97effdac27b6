"""`./press audit`: whether any pinned dependency has a known weakness, by pip-audit and the advisories it asks.

Of the pins of a build, or with `--all` of the tests too. Exit status: 0 where none has, 1 where one has, 3 where nobody
can be asked. What is asked are names and versions.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CLEAN, WEAK, ENVIRONMENT = 0, 1, 3
# Seconds for an answer.
_PATIENCE = 15


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, and print what is known."""
    parser = argparse.ArgumentParser(prog="./press audit", description=__doc__)
    parser.add_argument("--all", action="store_true", help="also what only tests and measures need")
    parser.add_argument(
        "--service",
        choices=("pypi", "osv"),
        default="pypi",
        help="whom to ask; default: %(default)s",
    )
    chosen = parser.parse_args(arguments)
    pins = ROOT / ("constraints-dev.txt" if chosen.all else "constraints.txt")
    found = ask(pins, chosen.service)
    if not isinstance(found, str) and found and all(one.get("skip_reason") for one in found):
        found = str(found[0]["skip_reason"])
    if isinstance(found, str):
        print(
            f"press: the advisories are out of reach; is there a network? ({found})",
            file=sys.stderr,
        )
        return ENVIRONMENT
    print("\n".join(report(found, pins.name)))
    if any(one.get("vulns") for one in found):
        return WEAK
    # Nothing is known of what nobody looked at.
    return ENVIRONMENT if any(one.get("skip_reason") for one in found) else CLEAN


def ask(pins: Path, service: str) -> list[dict[str, Any]] | str:
    """What is known of each pinned package; the reason, in a line, where nobody answers."""
    command = [
        sys.executable, "-m", "pip_audit", "--requirement", str(pins), "--require-hashes", "--disable-pip",
        "--format", "json", "--progress-spinner", "off", "--vulnerability-service", service,
        "--timeout", str(_PATIENCE),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        answer: Mapping[str, Any] = json.loads(done.stdout)
        found: list[dict[str, Any]] = list(answer["dependencies"])
    except (ValueError, KeyError, TypeError):
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return lines[-1].strip()[:200] if lines else f"pip-audit ended with {done.returncode}"
    return found


def report(found: Sequence[Mapping[str, Any]], pins: str) -> list[str]:
    """A line for each weakness, for each package that nobody could tell of, and a count."""
    lines = []
    for one in found:
        name = f"{one['name']} {one.get('version', '')}".strip()
        if reason := one.get("skip_reason"):
            lines.append(f"{name}: not looked at: {reason}")
        for weakness in one.get("vulns") or ():
            known = ", ".join([weakness["id"], *weakness.get("aliases", ())])
            fixed = ", ".join(weakness.get("fix_versions") or ()) or "no version"
            lines.append(f"{name}: {known}; mended in {fixed}")
    weak = sum(bool(one.get("vulns")) for one in found)
    lines.append(f"{len(found)} packages of {pins}: {weak} with a known weakness")
    return lines


if __name__ == "__main__":
    sys.exit(main())
