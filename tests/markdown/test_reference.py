"""docs/markdown.md is the whole reference: every block, option, attribute and problem is in it."""

from __future__ import annotations

import re
from pathlib import Path

import guidepress.markdown
from guidepress.markdown import convert
from guidepress.markdown.attributes import NAMES
from guidepress.markdown.blocks.names import syntaxes

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "markdown.md").read_text("utf-8")
SOURCE = Path(guidepress.markdown.__file__).parent
_CODE = re.compile(r"(?:error|warning)\(\s*\"([a-z]+(?:-[a-z]+)+)\"|code=\"([a-z]+(?:-[a-z]+)+)\"")


def test_every_block_is_documented() -> None:
    for syntax in syntaxes().values():
        assert re.search(rf"(`|/// ?){syntax.NAME}\b", TEXT), syntax.NAME


def test_every_option_is_documented() -> None:
    for name in {name for syntax in syntaxes().values() for name in syntax.OPTIONS}:
        assert re.search(rf"`{name}\b", TEXT), name


def test_every_attribute_is_documented() -> None:
    for name in NAMES:
        assert f"`{name}`" in TEXT, name


def test_every_problem_is_documented() -> None:
    sources = [path.read_text("utf-8") for path in SOURCE.rglob("*.py")]
    codes = {a or b for text in sources for a, b in _CODE.findall(text)}
    documented = set(re.findall(r"^\| `([a-z]+(?:-[a-z]+)+)` \|", TEXT, re.MULTILINE))
    assert codes == documented


def test_it_reads_without_a_problem() -> None:
    assert convert(TEXT, "markdown.md").diagnostics == ()
