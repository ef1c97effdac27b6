"""Write what in docs/ is made from the code, between its marks: `.venv/bin/python docs/tables.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from guidepress.card_kinds import KINDS
from guidepress.lint.rule import Example, Rule
from guidepress.lint.rules import RULES

DOCS = Path(__file__).parent


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    lines.insert(1, "|---" * len(head) + "|")
    return "\n".join(lines)


def problems() -> str:
    """The rules as docs/diagnostics.md has all problems."""
    rows = ((f"`{rule.code}`", rule.means, rule.remedy) for rule in RULES.values())
    return _table(("code", "what it means", "what to do"), rows)


def limits() -> str:
    """The rules for whoever writes cards."""
    rows = ((f"`{rule.code}`", rule.finds, rule.why) for rule in RULES.values())
    return _table(("code", "finds", "why"), rows)


def examples() -> str:
    """Each rule with its examples."""
    return "\n\n".join("\n\n".join(_section(rule)) for rule in RULES.values())


def _section(rule: Rule) -> Iterator[str]:
    yield f"## `{rule.code}`"
    yield f"{rule.means} What is found: {rule.finds}."
    yield f"Why: {rule.why}. {rule.remedy} To allow it at a card: `{rule.tag}`."
    yield "This breaks the rule:"
    yield from _example(rule.bad)
    yield "This does not:"
    yield from _example(rule.good)


def _example(example: Example) -> Iterator[str]:
    yield f"````markdown\n{example.text}````"
    for name, text in example.files.items():
        yield f"with `{name}`"
        yield f"````{Path(name).suffix[1:]}\n{text}````"


def kinds() -> str:
    """The kinds of cards."""
    rows = ((kind.name, kind.written, kind.anki, kind.paper) for kind in KINDS.values())
    return _table(("kind", "how it is written", "cards in Anki", "on paper: front; back"), rows)


BLOCKS: Mapping[str, Callable[[], str]] = {
    "rules": problems,
    "limits": limits,
    "examples": examples,
    "kinds": kinds,
}
PAGES = ("diagnostics.md", "deck.md", "rules.md")
_BLOCK = re.compile(r"(<!-- tables\.py: (\w+) -->\n).*?(\n<!-- end -->)", re.DOTALL)


def renewed(text: str) -> str:
    """A page with its blocks as the code is now."""
    return _BLOCK.sub(lambda match: f"{match[1]}\n{BLOCKS[match[2]]()}\n{match[3]}", text)


def main() -> None:
    """Renew the pages."""
    for name in PAGES:
        page = DOCS / name
        page.write_text(renewed(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
