"""The sample book, pressed once for all tests that only look at it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from guidepress.book.model import Book
from guidepress.diagnostics import Diagnostic
from guidepress.handbook.press import Handbook, press
from guidepress.layouts import Layout, find_layout
from guidepress.product import News
from tests.handbook import books
from tests.pdf.inspection import texts


@dataclass(frozen=True)
class Pressed:
    """A handbook with the text of its pages."""

    handbook: Handbook
    diagnostics: tuple[Diagnostic, ...]
    pages: list[str]
    path: Path

    def page(self, anchor: str) -> str:
        """The text of the page that an anchor is on."""
        return self.pages[self.handbook.page_map.anchors[anchor].index]

    def pages_of(self, chapter: str) -> list[str]:
        """The text of the pages from a chapter's first to the next section's."""
        starts = self.handbook.page_map.starts
        first = self.handbook.page_map.anchors[chapter].index
        after = min((s for s in starts if s > first), default=len(self.pages))
        return self.pages[first:after]

    def folio(self, anchor: str) -> str:
        return self.handbook.pages[anchor]


@pytest.fixture(scope="session", autouse=True)
def _kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    books.KEPT.place = tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="session")
def layout() -> Layout:
    found = find_layout("default")
    assert found.value is not None, found.diagnostics
    return found.value


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return books.book(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="session")
def pressed(sample: Book, layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Pressed:
    return read(sample, layout, tmp_path_factory.mktemp("pressed"))


def read(book: Book, layout: Layout, folder: Path, news: News | None = None) -> Pressed:
    """Press a book and read its pages."""
    result = press(book, layout, news=news, cache=books.KEPT)
    assert result.value is not None, result.diagnostics
    path = folder / "handbook.pdf"
    path.write_bytes(result.value.pdf)
    return Pressed(result.value, result.diagnostics, texts(path), path)
