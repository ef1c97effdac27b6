"""Extensions of Python-Markdown that a guide names: found, loaded, and put into the dialect.

What adds inline patterns, block processors or tree processors works. Preprocessors and postprocessors change the text
before it is read, or HTML after it has been written: places would be lost, and the allow-list passed by, so such an
extension is refused.
"""

from __future__ import annotations

import importlib.machinery
import json
import re
import sysconfig
from collections.abc import Mapping
from functools import cache
from importlib.metadata import (
    PackageNotFoundError,
    entry_points,
    packages_distributions,
    requires,
    version,
)
from typing import Any

from markdown.core import Markdown

# Name, settings as JSON.
Extensions = tuple[tuple[str, str], ...]

_GROUP = "markdown.extensions"
_MARKDOWN = re.compile(r"markdown\s*(?:[<>=!~;(\[]|$)", re.IGNORECASE)


def named(name: str, settings: Mapping[str, Any]) -> tuple[str, str]:
    """An extension and its settings in the form that can be a key."""
    return name, json.dumps(settings, sort_keys=True)


def versions(extensions: Extensions) -> tuple[str, ...]:
    """What conversions depend on besides the settings: the version of the package of each extension."""
    return tuple(_version(name) for name, _ in extensions)


def register(md: Markdown, name: str, settings: str) -> str:
    """Put an extension into a dialect without processors of text; says why it cannot be used, or nothing."""
    if not _installed(name):
        return "it is not installed"
    if not _extends(name):
        return "its package is not made for Python-Markdown"
    try:
        md.registerExtensions([name], {name: json.loads(settings)})
    except Exception as problem:
        return f"it cannot be loaded: {type(problem).__name__}: {problem}"
    for kind, registry in (("pre", md.preprocessors), ("post", md.postprocessors)):
        for one in registry:
            return f"it adds a {kind}processor (`{type(one).__name__}`), which works on text and not on the tree"
    return ""


def _installed(name: str) -> bool:
    """Whether an installed package has the extension; a module in the folder of the guide would be code of its own."""
    if entry_points(group=_GROUP, name=name):
        return True
    places = list(dict.fromkeys(sysconfig.get_path(one) for one in ("purelib", "platlib")))
    return importlib.machinery.PathFinder.find_spec(name.partition(".")[0], places) is not None


@cache
def _extends(name: str) -> bool:
    """Whether a package of extensions has it. To load any other module may do anything: some run as they are loaded."""
    if entry_points(group=_GROUP, name=name):
        return True
    return any(
        _MARKDOWN.match(requirement)
        for one in packages_distributions().get(name.partition(".")[0], ())
        if one != "guidepress"
        for requirement in requires(one) or ()
    )


@cache
def _version(name: str) -> str:
    for entry in entry_points(group=_GROUP, name=name):
        return f"{entry.dist.name} {entry.dist.version}" if entry.dist else ""
    top = name.partition(".")[0]
    try:
        return " ".join(f"{one} {version(one)}" for one in packages_distributions().get(top, ()))
    except PackageNotFoundError:
        return ""
