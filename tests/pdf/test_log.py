"""The engine's log lines, and what they are about."""

from __future__ import annotations

import logging

import pytest

from guidepress.diagnostics import Severity
from guidepress.pdf import Finding, LogLine, classify
from guidepress.pdf.log import captured, severity
from guidepress.pdf.model import Level


@pytest.mark.parametrize(
    ("message", "code", "subject"),
    [
        ("Ignored `colour: red` at 1:9, unknown property.", "css-unsupported", "colour: red"),
        ("Parse error at 3:1: Expected '{}'", "css-broken", "Expected '{}'"),
        ("Failed to load image at 'guide:a b.png': X: y", "image-missing", "guide:a b.png"),
        ("No anchor #over there for internal URI reference", "anchor-missing", "over there"),
        ("Refused to read http://a.example/x: it is not", "url-refused", "http://a.example/x"),
        ("Cannot read guide:x.png: No such file", "file-unreadable", "guide:x.png"),
        ("Font-face 'Serif' cannot be loaded", "font-missing", "Serif"),
        ("Anchor defined twice: 'top'", "anchor-duplicate", "top"),
        (
            '.notdef glyph rendered for Unicode string unsupported by fonts: "中" (U+4E2D)',
            "glyph-missing",
            "中",
        ),
        (
            'Image "guide:x.png" has no required alt description',
            "image-alternative-missing",
            "guide:x.png",
        ),
        ("Something never seen", "engine-message", "Something never seen"),
    ],
)
def test_classify(message: str, code: str, subject: str) -> None:
    assert classify(LogLine("warning", message)) == Finding(code, subject)


def test_debug_lines_are_no_findings_of_their_own() -> None:
    assert classify(LogLine("debug", "Original exception:")).code == "engine-debug"


@pytest.mark.parametrize(
    ("level", "message", "wanted"),
    [
        ("debug", "Original exception:", Severity.NOTE),
        ("warning", "Something never seen", Severity.WARNING),
        ("error", "Something never seen", Severity.ERROR),
        # The author can do nothing about the layout's style sheets.
        ("error", "Parse error at 3:1: Expected '{}'", Severity.WARNING),
    ],
)
def test_severity(level: Level, message: str, wanted: Severity) -> None:
    assert severity(LogLine(level, message)) is wanted


def test_lines_are_captured_and_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.StreamHandler()
    logging.getLogger().addHandler(root)
    try:
        with captured() as lines:
            logging.getLogger("weasyprint").error("one %s", "two")
            logging.getLogger("weasyprint.progress").info("Step 1")
    finally:
        logging.getLogger().removeHandler(root)
    assert lines == [LogLine("error", "one two")]
    assert capfd.readouterr() == ("", "")
