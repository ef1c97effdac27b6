"""The first guess at pages: that of the text, or how sections extended when they were laid out last."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from guidepress.book.model import HandbookOptions
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.estimate import Extent, estimated, guessed
from guidepress.handbook.geometry import handbook_settings, page_geometry
from guidepress.handbook.section_text import read
from guidepress.layouts import Layout
from guidepress.pdf import Fragment

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


def test_a_section_is_guessed_to_have_grown_as_its_text(layout: Layout) -> None:
    """What stands before the growth stays where it was."""
    settings = handbook_settings(layout).value
    assert settings is not None
    geometry = page_geometry(settings, HandbookOptions(page="A4"))
    old, new = (
        read(
            f"<html><body><p id='a'>{'word ' * 900}</p>{more}<p id='b'>{'word ' * 900}</p></body></html>"
        )
        for more in ("", f"<p>{'word ' * 900}</p>")
    )
    measured = estimated([SectionDraft("a", old)], geometry)
    assert measured.page_count > 2
    pages = 2 * measured.page_count
    fragment = SimpleNamespace(
        page_count=pages,
        anchors={"a": SimpleNamespace(page=0), "b": SimpleNamespace(page=pages // 2)},
    )
    then = Extent.of(cast("Fragment", fragment), old, geometry)
    page_map = guessed([SectionDraft("a", new)], geometry, {}, {"a": then})
    assert page_map.page_count == pytest.approx(1.5 * pages, abs=1)
    assert page_map.anchors["a"].index == 0
    assert page_map.anchors["b"].index == pytest.approx(pages, abs=1)
