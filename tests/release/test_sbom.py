"""The bill of materials of a release: held to CycloneDX's own schema; the same bytes, and nothing of the machine."""

from __future__ import annotations

import json
import os
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import cyclonedx.schema
import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from guidepress.release.sbom import sbom

SCHEMAS = Path(cyclonedx.schema.__file__).parent / "_res"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sbom("minimal", "A “Guide”", "2025.1", "2025-01-01"))
    return found


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.SNAPSHOT.schema.json").read_text())
    return found


def test_it_is_what_the_standard_says(document: dict[str, Any]) -> None:
    """Its schema, as cyclonedx-python-lib has it; which was broken here to see it refuse."""
    parts = {f"{name}.SNAPSHOT.schema.json": schema(name) for name in ("spdx", "jsf-0.82")}
    registry: Registry[Any] = Registry().with_resources(
        (f"http://cyclonedx.org/schema/{name}", Resource(contents, DRAFT7))
        for name, contents in parts.items()
    )
    validator = Draft7Validator(schema("bom-1.6"), registry=registry)
    assert [error.message for error in validator.iter_errors(document)] == []
    assert not validator.is_valid({**document, "components": [{"name": "no type"}]})


def test_all_that_is_installed_for_a_build_is_in_it(document: dict[str, Any]) -> None:
    """With version, purl and licence; hashes are those of the lock file."""
    components = {one["name"]: one for one in document["components"]}
    assert {"guidepress", "weasyprint", "genanki", "fonttools", "brotli", "pillow"} <= set(
        components
    )
    assert not {"pytest", "anki", "distributed", "pip-audit"} & set(components)
    pins = Path(__file__).parents[2].joinpath("constraints.txt").read_text()
    for name, one in components.items():
        assert one["bom-ref"] == one["purl"]
        if one["purl"].startswith("pkg:pypi/"):
            assert one["version"] == metadata.version(name)
            assert one["licenses"], name
            if name != "guidepress":
                (reference,) = one["externalReferences"]
                assert all(f"sha256:{each['content']}" in pins for each in reference["hashes"])
                assert reference["hashes"]
    refs = [one["bom-ref"] for one in document["components"]]
    assert len(refs) == len(set(refs))
    assert set(document["dependencies"][1]["dependsOn"]) == set(refs) - {
        components["guidepress"]["bom-ref"]
    }


def test_it_tells_nothing_of_the_machine(
    document: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No path, no user, no moment but the day of the release; the same bytes at any time and anywhere."""
    text = json.dumps(document)
    for part in (
        os.path.expanduser("~"),
        sys.prefix,
        str(Path(__file__).parents[2]),
        os.sep + "tmp",
    ):
        assert f'"{part}' not in text
    assert re.findall(r"\d{4}-\d\d-\d\dT[^\"]*", text) == ["2025-01-01T00:00:00Z"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    again = sbom("minimal", "A “Guide”", "2025.1", "2025-01-01")
    assert json.loads(again) == document
    assert again == sbom("minimal", "A “Guide”", "2025.1", "2025-01-01")
    assert sbom("minimal", "A “Guide”", "2025.2", "2025-01-01") != again
