"""The first guess at pages: that of the text, or how sections extended when they were laid out last."""

from __future__ import annotations

from guidepress.book.model import HandbookOptions
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.estimate import Extent, estimated, guessed
from guidepress.handbook.geometry import handbook_settings, page_geometry
from guidepress.handbook.section_text import read
from guidepress.layouts import Layout

HTML = '<html><head></head><body><p id="one">a</p><p id="new">b</p></body></html>'


def test_a_section_is_guessed_to_be_as_long_as_it_was(layout: Layout) -> None:
    settings = handbook_settings(layout).value
    assert settings is not None
    geometry = page_geometry(settings, HandbookOptions(page="A4"))
    drafts = [SectionDraft("a", read(HTML)), SectionDraft("b", read("<html><body><p id=two>"))]
    assert estimated(drafts, geometry).starts == (0, 2)
    then = {"a": Extent(120, {"one": 98, "gone": 110})}
    page_map = guessed(drafts, geometry, {}, then)
    assert page_map.starts == (0, 120)
    assert {name: place.folio for name, place in page_map.anchors.items()} == {
        "one": "99", "new": "1", "two": "121",
    }  # fmt: skip
