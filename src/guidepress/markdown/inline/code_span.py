"""Code spans."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.util import AtomicString

from guidepress.markdown.highlight import turned
from guidepress.markdown.inline.scanner import InlineRule, Scan
from guidepress.source.files import TURNING

_TICKS = re.compile(r"`+")


class CodeSpan(InlineRule):
    """Text between as many backticks on both sides."""

    starts = r"`"
    characters = "`"

    def parse(self, scan: Scan, at: int) -> int:
        """The code, with one space stripped from both sides."""
        text = scan.text
        opening = _TICKS.match(text, at)
        assert opening is not None  # the rule starts at a backtick
        ticks = opening[0]
        # A mark that no other can be: "`` " and "``x" differ, "```" holds no "``".
        missing = f"`{len(ticks)}"
        if missing not in scan.missing:
            for closing in _TICKS.finditer(text, opening.end()):
                if len(closing[0]) == len(ticks):
                    for turn in TURNING.finditer(text, opening.end(), closing.start()):
                        scan.report(turned(turn[0], scan.span(turn.start(), turn.end())))
                    element = Element("code")
                    element.text = AtomicString(_strip(text[opening.end() : closing.start()]))
                    scan.push(element)
                    return closing.end()
            scan.missing.add(missing)
        scan.push(ticks)
        return opening.end()


def _strip(code: str) -> str:
    code = code.replace("\n", " ")
    if len(code) > 1 and code[0] == code[-1] == " " and code.strip(" "):
        return code[1:-1]
    return code
