r"""Formulas in running text: `\(…\)`, `\[…\]`, and GitHub's ``$`…`$``."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from guidepress.markdown import formula
from guidepress.markdown.inline.scanner import InlineRule, Scan


class Bracketed(InlineRule):
    r"""`\(…\)` in the line, `\[…\]` on a line of its own. What is never closed is an escaped bracket."""

    starts = r"\\[(\[]"
    characters = "\\"

    def parse(self, scan: Scan, at: int) -> int:
        """Take the TeX as it is."""
        opening = scan.text[at : at + 2]
        closing = formula.ENDS.get(opening)
        if closing is None or scan.find(closing, at) < 0:
            return -1
        end = formula.end(scan.text, at)
        if end < 0:
            return -1
        element = Element("span")
        tex = scan.text[at + 2 : end - 2]
        formula.fill(element, tex, scan.span(at, end), scan.state, display=opening == "\\[")
        scan.push(element)
        return end


class Dollared(InlineRule):
    """GitHub's way, which hides TeX from other readers of Markdown as code. A dollar sign alone is text."""

    starts = r"\$`"
    characters = "$"

    def parse(self, scan: Scan, at: int) -> int:
        """Take the TeX as it is."""
        closing = scan.find("`$", at + 2)
        if closing < 0 or not scan.text.startswith("`", at + 1):
            return -1
        tex = scan.text[at + 2 : closing]
        if not tex.strip() or tex.startswith("`"):
            return -1
        element = Element("span")
        formula.fill(element, tex, scan.span(at, closing + 2), scan.state, display=False)
        scan.push(element)
        return closing + 2
