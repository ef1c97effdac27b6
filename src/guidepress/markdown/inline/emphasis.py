"""`*emphasis*`, `**strong**`, `~~deleted~~`, `==marked==`."""

from __future__ import annotations

import re

from guidepress.markdown.inline.delimiters import run_at
from guidepress.markdown.inline.scanner import InlineRule, Scan

_RUN = {character: re.compile(re.escape(character) + "+") for character in "*_~="}


class Emphasis(InlineRule):
    """Runs of `*` and `_`."""

    starts = r"[*_]"
    characters = "*_"

    def parse(self, scan: Scan, at: int) -> int:
        """Add the run."""
        end, run = run_at(scan.text, at, _RUN[scan.text[at]])
        scan.push_run(run)
        return end


class Strike(InlineRule):
    """One or two `~`, as GitHub has it."""

    starts = r"~"
    characters = "~"

    def parse(self, scan: Scan, at: int) -> int:
        """Add the run; longer ones are text."""
        end, run = run_at(scan.text, at, _RUN["~"])
        if run.count > 2:
            scan.push(scan.text[at:end])
        else:
            scan.push_run(run)
        return end


class Mark(InlineRule):
    """Two `=`."""

    starts = r"=="
    characters = "="

    def parse(self, scan: Scan, at: int) -> int:
        """Add the run; longer ones are text."""
        end, run = run_at(scan.text, at, _RUN["="])
        if run.count > 2:
            scan.push(scan.text[at:end])
        else:
            scan.push_run(run)
        return end
