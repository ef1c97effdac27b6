"""Text written for CommonMark and GitHub has the same structure here.

markdown-it-py is the reference. Where an example disagrees, the reason stands below; an example that newly
agrees or newly disagrees fails its test.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from tests.markdown.structure import structure

from guidepress.markdown import convert
from guidepress.markdown.html.elements import sanitize

FOLDER = Path(__file__).parent / "commonmark"
EXAMPLES: dict[str, dict[str, str]] = json.loads((FOLDER / "examples.json").read_text("utf-8"))

UNKNOWN = "a tag of no HTML element is text, and no word of it is lost"
UNCLOSED = "a tag left open ends with its paragraph or block, and does not reach into the next"
BARE = "bare addresses are links, as on GitHub"
MALFORMED = "a tag that never ends is text, and no word of it is lost"
FOREIGN = "instructions and CDATA are taken out whole; HTML parsers leave pieces of them"

REASONS = {
    21: UNCLOSED,
    31: UNCLOSED,
    148: UNCLOSED,
    150: UNKNOWN,
    156: MALFORMED,
    157: MALFORMED,
    158: MALFORMED,
    163: UNKNOWN,
    180: FOREIGN,
    187: UNCLOSED,
    201: UNKNOWN,
    344: UNCLOSED,
    476: UNCLOSED,
    477: UNCLOSED,
    491: UNKNOWN,
    494: UNCLOSED,
    524: UNKNOWN,
    536: UNKNOWN,
    608: BARE,
    611: BARE,
    612: BARE,
    613: UNKNOWN,
    614: UNKNOWN,
    615: UNKNOWN,
    616: UNCLOSED,
    617: UNKNOWN,
    623: UNKNOWN,
    629: FOREIGN,
    630: UNCLOSED,
    631: UNCLOSED,
    642: UNCLOSED,
    643: UNCLOSED,
}

# Section -> how many of its examples agree.
AGREE = {
    "Tabs": 11,  # of 11
    "Backslash escapes": 12,  # of 13
    "Entity and numeric character references": 16,  # of 17
    "Precedence": 1,  # of 1
    "Thematic breaks": 19,  # of 19
    "ATX headings": 18,  # of 18
    "Setext headings": 27,  # of 27
    "Indented code blocks": 12,  # of 12
    "Fenced code blocks": 29,  # of 29
    "HTML blocks": 36,  # of 44
    "Link reference definitions": 26,  # of 27
    "Paragraphs": 8,  # of 8
    "Blank lines": 1,  # of 1
    "Block quotes": 25,  # of 25
    "List items": 48,  # of 48
    "Lists": 26,  # of 26
    "Inlines": 1,  # of 1
    "Code spans": 21,  # of 22
    "Emphasis and strong emphasis": 130,  # of 132
    "Links": 86,  # of 90
    "Images": 22,  # of 22
    "Autolinks": 16,  # of 19
    "Raw HTML": 11,  # of 20
    "Hard line breaks": 13,  # of 15
    "Soft line breaks": 2,  # of 2
    "Textual content": 3,  # of 3
}

_REFERENCE = MarkdownIt("commonmark", {"strikethrough_single_tilde": True}).enable(
    ["table", "strikethrough"]
)


def reference(text: str) -> str:
    """What CommonMark says, as far as the allow-list lets it through."""
    html = _REFERENCE.render(text)
    return sanitize(re.sub(r'style="text-align:(\w+)"', r'align="\1"', html))


def ours(text: str) -> str:
    # From the second line on, `---` does not begin front matter.
    document = convert(text, "text.md", line=2).value
    assert document is not None
    return document.content.html


def agrees(text: str) -> bool:
    return structure(ours(text)) == structure(reference(text))


@pytest.mark.parametrize("section", EXAMPLES)
def test_section(section: str) -> None:
    disagreeing = {int(n) for n, text in EXAMPLES[section].items() if not agrees(text)}
    known = {n for n in REASONS if str(n) in EXAMPLES[section]}
    assert disagreeing == known
    assert len(EXAMPLES[section]) - len(known) == AGREE[section]


def test_every_reason_is_of_an_example() -> None:
    assert set(map(str, REASONS)) <= {n for examples in EXAMPLES.values() for n in examples}


def github_examples() -> list[tuple[str, str]]:
    examples = []
    section = ""
    for piece in re.split(r"^:::", (FOLDER / "github.md").read_text("utf-8"), flags=re.MULTILINE):
        if piece:
            title, _, text = piece.partition("\n")
            section = title.strip() or section
            examples.append((section, text))
    return examples


@pytest.mark.parametrize(("section", "text"), github_examples())
def test_github(section: str, text: str) -> None:
    assert structure(ours(text)) == structure(reference(text))
