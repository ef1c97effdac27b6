"""docs/licences.md lists the licence of everything that a build installs."""

from __future__ import annotations

import importlib.util
import re
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| ([\w.-]+) \| ([\w.-]+) \| (.+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    """The script that writes the page."""
    spec = importlib.util.spec_from_file_location("licences", ROOT / "docs/licences.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows() -> dict[str, tuple[str, str]]:
    found = ROW.findall((ROOT / "docs/licences.md").read_text())
    return {name: (version, licence) for name, version, licence in found if version != "version"}


def test_the_list_is_complete(licences: ModuleType) -> None:
    """Whoever moves a pin writes the page anew: `.venv/bin/python docs/licences.py`."""
    pins = licences.pins()
    assert len(pins) > 50
    assert {name: version for name, (version, _) in rows().items()} == pins


def test_each_has_the_licence_that_it_states(licences: ModuleType) -> None:
    installed = {
        str(one.metadata["Name"]).lower().replace("_", "-"): one.version
        for one in metadata.distributions()
    }
    for name, (version, licence) in rows().items():
        assert licence != "?", name
        if installed.get(name) == version:
            assert licences.licence(name) == licence, name


def test_nothing_that_a_build_needs_is_under_the_agpl() -> None:
    assert not [
        name for name, (_, licence) in rows().items() if re.search("AGPL|Affero|SSPL", licence)
    ]
