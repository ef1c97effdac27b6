"""The engine's log as data: every line is kept, none is printed."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from guidepress.diagnostics import Severity
from guidepress.pdf.model import Level, LogLine

LOGGER = "weasyprint"
_LAYOUT_CODES = frozenset({"css-unsupported", "css-broken", "font-missing", "font-broken"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What a log line is about.

    `code` is stable; `subject` is the part that names the thing, such as a URL, a declaration,
    an anchor or a character, or the whole message where none stands out.
    """

    code: str
    subject: str

    @property
    def of_layout(self) -> bool:
        """Whether it is the layout's affair, or a bug of ours: the author can do nothing about it."""
        return self.code in _LAYOUT_CODES


class _Lines(logging.Handler):
    def __init__(self, lines: list[LogLine]) -> None:
        super().__init__()
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        # The child logger that announces each step of rendering reports no problem.
        if record.name == LOGGER + ".progress":
            return
        self.lines.append(LogLine(_level(record.levelno), record.getMessage()))


def _level(number: int) -> Level:
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warning"
    return "info" if number >= logging.INFO else "debug"


@contextmanager
def captured() -> Iterator[list[LogLine]]:
    """Collect the engine's log lines and Python's warnings into the list that is given."""
    lines: list[LogLine] = []
    logger = logging.getLogger(LOGGER)
    handler = _Lines(lines)
    before = logger.level, logger.propagate, logger.disabled
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.disabled = False
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                yield lines
            finally:
                lines.extend(LogLine("warning", str(warning.message)) for warning in caught)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before[0])
        logger.propagate, logger.disabled = before[1:]


# In the order of trial: the first pattern that matches decides.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (code, re.compile(pattern, re.DOTALL))
    for code, pattern in (
        ("url-refused", r"Refused to read (?P<subject>\S+): "),
        ("file-unreadable", r"Cannot read (?P<subject>\S+): "),
        ("image-missing", r"Failed to load image at '(?P<subject>.*?)'"),
        (
            "image-broken",
            r"Failed to (?:load|render) (?:inline )?SVG(?: image)?:? ?(?P<subject>.*)",
        ),
        ("drawing-cleaned", r"Took (?P<subject>.*) out of a drawing"),
        ("link-refused", r"Took the link to (?P<subject>.*) off the page"),
        ("image-alternative-missing", r'Image "(?P<subject>.*)" has no required alt description'),
        ("stylesheet-missing", r"Failed to load stylesheet at (?P<subject>\S+?) ?:"),
        ("font-missing", r"Font-face '(?P<subject>.*)' cannot be loaded"),
        ("font-broken", r'Unable to (?:subset|instantiate) "(?P<subject>.*?)"'),
        ("anchor-missing", r"No anchor #(?P<subject>.*) for internal URI reference"),
        (
            "anchor-missing",
            r"Content discarded: target points to undefined anchor '(?P<subject>.*)'",
        ),
        ("anchor-duplicate", r"Anchor defined twice: '(?P<subject>.*)'"),
        ("glyph-missing", r'\.notdef glyph rendered for .*"(?P<subject>.*)" \(U\+[0-9A-F]+\)'),
        ("language-missing", r'Missing required "(?P<subject>lang)" attribute'),
        ("page-number-fixed", r"Page number (?P<subject>\S+) cannot be replaced"),
        ("colour-unsuitable", r"Colours of (?P<subject>device-cmyk\(\))"),
        ("colour-unsuitable", r"(?P<subject>Image in CMYK colours)"),
        ("css-unsupported", r"Page numbers of (?P<subject>target-counter\(\))"),
        ("css-unsupported", r"Ignored `(?P<subject>.*?)` at \d+:\d+"),
        ("css-unsupported", r"Invalid or unsupported selector, (?P<subject>.*)"),
        ("css-unsupported", r"(?:Invalid|Unknown|Unsupported|Missing|Expected) (?P<subject>.*)"),
        ("css-broken", r"Parse error at \d+:\d+: (?P<subject>.*)"),
        ("url-relative", r"Relative URI reference without a base URI: (?P<subject>.*)"),
    )
)


def classify(line: LogLine) -> Finding:
    """Tell what a log line is about.

    Lines that match nothing known have the code `engine-debug` or `engine-message`,
    so that no line is ever lost.
    """
    for code, pattern in _PATTERNS:
        match = pattern.match(line.message)
        if match:
            return Finding(code, match["subject"])
    return Finding("engine-debug" if line.level == "debug" else "engine-message", line.message)


def severity(line: LogLine) -> Severity:
    """How bad a log line is for a build; what reports no loss is kept as a note."""
    finding = classify(line)
    if finding.code == "engine-debug":
        return Severity.NOTE
    if finding.of_layout or line.level != "error":
        return Severity.WARNING
    return Severity.ERROR
