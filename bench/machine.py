"""The machine that figures come from, in words that name no host."""

from __future__ import annotations

import os
import platform
import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def description() -> list[str]:
    """What a reader needs to know, a fact a line."""
    return [
        f"{len(os.sched_getaffinity(0))} cores of {_processor()}",
        f"{_memory():.0f} GB of memory",
        f"{platform.system()}, Python {platform.python_version()}, {_build()}",
        ", ".join(f"{name} {release(name)}" for name in ("weasyprint", "genanki", "pikepdf")),
        f"load average {os.getloadavg()[0]:.1f} at the start",
    ]


def _build() -> str:
    """How this Python was built: one without optimizations takes a fifth more time for the same bytes."""
    options = sysconfig.get_config_var("CONFIG_ARGS") or ""
    if "--enable-optimizations" in options:
        return "built with --enable-optimizations"
    if sys.base_prefix == "/usr":
        return "the system's own"
    return "built without --enable-optimizations"


def release(name: str) -> str:
    """The version of an installed package, empty where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    return _field("/proc/cpuinfo", "model name") or platform.machine()


def _memory() -> float:
    return int((_field("/proc/meminfo", "MemTotal") or "0").split()[0]) * 1024 / 1e9


def _field(file: str, name: str) -> str:
    for line in Path(file).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""
