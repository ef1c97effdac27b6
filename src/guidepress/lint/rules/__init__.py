"""The rules for good cards, one a file: each module defines `RULE`, and is found by being here."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module

from guidepress.lint.rule import Rule


def _found() -> Iterator[Rule]:
    for module in pkgutil.iter_modules(__path__):
        rule: Rule = import_module(f"{__name__}.{module.name}").RULE
        yield rule


RULES: Mapping[str, Rule] = {rule.code: rule for rule in sorted(_found(), key=lambda r: r.code)}
