"""What made a release, as a bill of materials: CycloneDX 1.6 in JSON, beside the files of the release.

<https://cyclonedx.org/docs/1.6/json/>. It tells of guidepress, of every package that it needs as they are installed
here, and of the libraries of the system that set the pages; nothing of the machine, the user or the moment.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import guidepress
from guidepress.pdf.version import native_versions

_SPEC = "1.6"
_OWN = "guidepress"
# A pin of constraints.txt with its hashes.
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)((?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_NATIVE = re.compile(r"(\w+?)_version_string ([\w.+-]+)")
_NATIVE_NAMES = {"hb": "harfbuzz"}
_OSI = "License :: OSI Approved :: "
_NAME_LENGTH = 100


def sbom(guide: str, title: str, edition: str, date: str) -> bytes:
    """The bill of materials of a release of a guide: the same bytes wherever the same packages are installed."""
    root = f"guide:{guide}@{edition}"
    packages = sorted(_packages(), key=lambda one: str(one["bom-ref"]))
    libraries = sorted(_libraries(), key=lambda one: str(one["bom-ref"]))
    found = [*packages, *libraries]
    (own,) = [one for one in packages if one["name"] == _OWN]
    others = [one["bom-ref"] for one in found if one is not own]
    document: dict[str, Any] = {
        "$schema": f"http://cyclonedx.org/schema/bom-{_SPEC}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": _SPEC,
        "version": 1,
        "metadata": {
            "timestamp": f"{date}T00:00:00Z",
            "tools": {"components": [own | {"bom-ref": f"{own['bom-ref']}#tool"}]},
            "component": {
                "type": "data", "bom-ref": root, "name": guide, "version": edition, "description": title,
            },
        },
        "components": found,
        "dependencies": [
            {"ref": root, "dependsOn": [own["bom-ref"]]},
            {"ref": own["bom-ref"], "dependsOn": others},
        ],
    }  # fmt: skip
    written = json.dumps(document, sort_keys=True)
    document["serialNumber"] = uuid.uuid5(uuid.NAMESPACE_URL, written).urn
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _packages() -> Iterator[dict[str, Any]]:
    hashes = _hashes()
    for name, one in _installed({_OWN: frozenset()}).items():
        purl = f"pkg:pypi/{name}@{one.version}"
        component: dict[str, Any] = {
            "type": "library", "bom-ref": purl, "name": name, "version": one.version, "purl": purl,
        }  # fmt: skip
        if summary := _said(one, "Summary"):
            component["description"] = summary[0]
        if licences := _licences(one):
            component["licenses"] = licences
        if known := hashes.get((name, _plain(one.version))):
            # Of its files in a package index; which of them is here depends on the machine.
            listed = [{"alg": "SHA-256", "content": digest} for digest in known]
            component["externalReferences"] = [
                {"type": "distribution", "url": purl, "hashes": listed}
            ]
        yield component


def _libraries() -> Iterator[dict[str, Any]]:
    """Pango and HarfBuzz, of the system."""
    for name, version in _NATIVE.findall(native_versions()):
        called = _NATIVE_NAMES.get(name, name)
        purl = f"pkg:generic/{called}@{version}"
        yield {
            "type": "library", "bom-ref": purl, "name": called, "version": version, "purl": purl
        }  # fmt: skip


def _installed(wanted: Mapping[str, frozenset[str]]) -> dict[str, metadata.Distribution]:
    """Packages, and all that they need as far as it is installed; the values of `wanted` are extras."""
    found: dict[str, metadata.Distribution] = {}
    seen: dict[str, frozenset[str]] = {}
    todo = dict(wanted)
    while todo:
        name, extras = todo.popitem()
        if extras <= seen.get(name, frozenset()) and name in seen:
            continue
        seen[name] = seen.get(name, frozenset()) | extras
        try:
            one = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            # An extra that is not wanted here.
            continue
        found[name] = one
        for other, more in _needs(one.requires or (), seen[name]):
            todo[other] = todo.get(other, frozenset()) | more
    return found


def _needs(
    requirements: Iterable[str], extras: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    for requirement in map(Requirement, requirements):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras or {""}):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)


def _licences(one: metadata.Distribution) -> list[dict[str, Any]]:
    """Core Metadata 2.4: an SPDX expression; before that classifiers, or some text."""
    if expression := _said(one, "License-Expression"):
        return [{"expression": expression[0]}]
    said = [c for c in _said(one, "Classifier") if c.startswith(_OSI)]
    text = "\n".join(_said(one, "License")).strip().splitlines()
    names = [c.removeprefix(_OSI) for c in said] or [line[:_NAME_LENGTH] for line in text[:1]]
    return [{"license": {"name": name}} for name in names]


def _said(one: metadata.Distribution, field: str) -> list[str]:
    return [str(value) for value in one.metadata.get_all(field) or ()]


def _hashes() -> dict[tuple[str, str], list[str]]:
    """The hashes of constraints.txt, which stands in a checkout and is not installed."""
    path = Path(guidepress.__path__[0]).parents[1] / "constraints.txt"
    if not path.is_file():
        return {}
    return {
        (canonicalize_name(name), _plain(version)): sorted(_HASH.findall(rest))
        for name, version, rest in _PIN.findall(path.read_text(encoding="utf-8"))
    }


def _plain(version: str) -> str:
    """PEP 440: `4.004` is 4.4."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", version)
