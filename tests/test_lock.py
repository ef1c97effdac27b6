"""The lock files: complete, hashed, without a host, and in step with pyproject.toml."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
# One requirement: name, version, perhaps a marker, and at least one hash, each on its own line.
ENTRY = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\]+?))?"
    r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"
)


def locked(name: str) -> dict[str, str]:
    """Package -> version, of a lock file that holds nothing but such entries."""
    text = (ROOT / name).read_text()
    entries = list(ENTRY.finditer(text))
    assert "".join(entry[0] for entry in entries) == text
    versions = {entry["name"]: entry["version"] for entry in entries}
    assert len(versions) == len(entries), "one version for every Python and platform"
    return versions


def declared(*names: str) -> Iterator[Requirement]:
    """What pyproject.toml asks for: always, and for these extras and groups."""
    lines = list(PROJECT["project"]["dependencies"])
    for name in names:
        lines += {**PROJECT["project"]["optional-dependencies"], **PROJECT["dependency-groups"]}[
            name
        ]
    return (Requirement(line) for line in lines if isinstance(line, str))


EXTRAS = tuple(PROJECT["project"]["optional-dependencies"])
LOCKS = {"constraints.txt": ("build",), "constraints-dev.txt": ("build", "dev", *EXTRAS)}


@pytest.mark.parametrize("name", LOCKS)
def test_names_no_host(name: str) -> None:
    locked(name)  # entries only: no option, no URL, no comment
    assert not re.search(r"https?:|//|--index|--find-links", (ROOT / name).read_text())


@pytest.mark.parametrize("name", LOCKS)
def test_satisfies_pyproject(name: str) -> None:
    versions = locked(name)
    for requirement in declared(*LOCKS[name]):
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), (
            requirement
        )


def test_dev_adds_to_the_pins_of_a_build() -> None:
    assert locked("constraints.txt").items() <= locked("constraints-dev.txt").items()


def test_build_backend_is_locked() -> None:
    """./press builds without isolation, so what it builds with must come from the lock."""
    versions = locked("constraints.txt")
    for requirement in map(Requirement, PROJECT["build-system"]["requires"]):
        assert requirement.specifier.contains(versions[requirement.name])


def test_every_import_is_declared() -> None:
    """A library that is here only because another one wants it may be gone tomorrow."""
    distributions = packages_distributions()
    names = {canonicalize_name(requirement.name) for requirement in declared(*EXTRAS)}
    for path in sorted((ROOT / "src").rglob("*.py")):
        for module in sorted(imports(path) - sys.stdlib_module_names - {"guidepress"}):
            owners = {canonicalize_name(name) for name in distributions.get(module, ())}
            assert owners & names, f"{path.relative_to(ROOT)} imports {module}"


def imports(path: Path) -> set[str]:
    """The top-level modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found
