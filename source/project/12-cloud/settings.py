"""What differs from one environment to another: it comes from outside, and is checked
before anything starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class Wrong(Exception):
    """The environment is not what the application needs. The message names each fault."""


# region settings
@dataclass(frozen=True)
class Settings:
    """Where the database and the cache are, and how many proxies stand in front."""

    database: str
    redis: str
    proxies: int

    def __repr__(self) -> str:
        # The addresses hold passwords, and settings end up in logs.
        return f"Settings(proxies={self.proxies})"


def read(environment: Mapping[str, str]) -> Settings:
    """The settings, or all that is wrong with them at once."""
    faults: list[str] = []
    database = secret("DATABASE_URL", environment, faults)
    redis = secret("REDIS_URL", environment, faults, needed=False)
    if database and not database.startswith(("postgresql://", "postgres://")):
        faults.append(
            "DATABASE_URL is no address of PostgreSQL: containers forget their files"
        )
    proxies = environment.get("PROXIES", "1")
    if not (proxies.isascii() and proxies.isdigit() and int(proxies) <= 5):
        faults.append("PROXIES is a number from 0 to 5")
        proxies = "0"
    if faults:
        raise Wrong("; ".join(faults))
    return Settings(database, redis, int(proxies))


def secret(
    name: str, environment: Mapping[str, str], faults: list[str], needed: bool = True
) -> str:
    """A secret: from the file that NAME_FILE names, as platforms mount them, or from
    NAME itself.
    """
    path = environment.get(f"{name}_FILE")
    try:
        value = (
            Path(path).read_text(encoding="utf-8") if path else environment.get(name, "")
        )
    except (OSError, ValueError):
        faults.append(f"the file of {name}_FILE cannot be read")
        return ""
    if needed and not value.strip():
        faults.append(f"{name} is missing")
    return value.strip()


# endregion
