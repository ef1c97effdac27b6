"""Marks of other tools in running text, which mean nothing here: they are printed as they stand, and reported."""

from __future__ import annotations

import re

from guidepress.diagnostics import warning
from guidepress.markdown.inline.scanner import InlineRule, Scan

# As GitHub and Pandoc have it: no space inside of the marks, no letter or digit around them, so that prices are none.
_DOLLARS = re.compile(r"\$\$([^$]+)\$\$|\$(?![\s$`\d])((?:[^$\\`\n]|\\.)+?)(?<![\s\\])\$(?![\w$])")
# What a formula has and prose has not.
_TEX = re.compile(r"\\[A-Za-z]+|[\^_=]|^[A-Za-z]$")
_SHORTCODE = re.compile(r":[a-z0-9_+-]*[a-z+][a-z0-9_+-]*:(?!\w)")


class ForeignMarks(InlineRule):
    """`$…$`, `$$…$$` and `:rocket:`."""

    starts = r"\$(?=[^\s`\d])|:(?=[a-z0-9_+-]+:)"
    characters = "$:"

    def parse(self, scan: Scan, at: int) -> int:
        """Leave the text as it is."""
        before = scan.text[at - 1 : at]
        if not before.isalnum() and before not in ("\\", "$", ":"):
            if scan.text[at] == "$":
                _report_formula(scan, at)
            else:
                _report_shortcode(scan, at)
        return -1


def _report_formula(scan: Scan, at: int) -> None:
    match = _DOLLARS.match(scan.text, at)
    if match is None or not _TEX.search(match[1] or match[2]):
        return
    mark = "$$" if match[1] else "$"
    ways = ("write `\\[…\\]`",) if match[1] else ("write `\\(…\\)`",)
    message = f"`{mark}…{mark}` is not a formula here; it is printed as typed"
    hints = (*ways, "escape a dollar sign that is one: `\\$`")
    scan.report(warning("formula-dollars", message, scan.span(at, match.end()), hints=hints))


def _report_shortcode(scan: Scan, at: int) -> None:
    match = _SHORTCODE.match(scan.text, at)
    if match is None:
        return
    # A large table, for texts that have shortcodes.
    from rich.emoji import Emoji

    if (sign := Emoji.replace(match[0])) != match[0]:
        message = f"`{match[0]}` is printed as it stands"
        hints = (f"write the sign itself: {sign}",)
        scan.report(warning("shortcode-unknown", message, scan.span(at, match.end()), hints=hints))
