"""The words that the cards themselves print, in the language of the book."""

from __future__ import annotations

from collections.abc import Mapping

from guidepress.layouts import Layout
from guidepress.layouts.words import layout_words

# English, for layouts that leave a word out.
WORDS: Mapping[str, str] = {
    "cards": "Cards",
    "card": "Card",
    "question": "Question",
    "answer": "Answer",
    "hint": "Hint",
    "both-ways": "both ways",
    "handbook": "Handbook",
    "page": "p.",
    "calibration": "Calibration of the backs",
    "calibration-print": "Print this page and the next on both sides of one sheet, at actual size (100 %), "
    "the way the cards will be printed.",
    "calibration-measure": "Measure the long lines. If they are not 100 mm, turn off any setting that fits "
    "or scales the page, and print again.",
    "calibration-pierce": "Push a pin through the middle of each cross.",
    "calibration-turn": "Turn the sheet over.",
    "calibration-read": "Read on the scales where each hole is: first to the right (+) or left (−), "
    "then down (+) or up (−).",
    "calibration-average": "The middle of the four readings is the offset. Write it into guide.yaml:",
    "calibration-again": "Holes at 0, 0 need no offset. If they differ by more than 1 mm from corner to corner, "
    "the paper runs askew: set the guides of its tray closer.",
    "cross": "Cross",
    "scale": "Scale from −5 to +5 mm in both directions",
    "ruler": "A line of 100 mm",
}


def card_words(layout: Layout, language: str) -> Mapping[str, str]:
    """The words for a BCP 47 language, as `layout_words` finds them."""
    return layout_words(layout, language, WORDS)
