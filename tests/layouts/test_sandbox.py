"""A layout by a stranger: its templates get text and numbers, and reach no file and no code."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.handbook import books

from guidepress.book.model import Book
from guidepress.handbook.press import press
from guidepress.layouts import find_layout

MARK = "owned"
# Each would write MARK, or read a file, through an object that some template is given.
SHEETS = {
    "a function's arguments": "{{ drawing.keywords.composer.layout.folders[0].joinpath(TARGET).write_text('x') }}",
    "the same by filter": "{{ (drawing|attr('keywords')).composer.layout.folders[0].joinpath(TARGET).touch() }}",
    "the same by item": "{{ drawing['keywords']['composer']['layout'].folders[0].joinpath(TARGET).touch() }}",
    "the function itself": "{{ drawing.func.__globals__ }}",
    "the function's arguments by map": "{{ [drawing]|map(attribute='keywords.composer.layout.folders')|list }}",
    "a class": "{{ page.__class__.__mro__ }}",
    "a model's reader": "{{ page.type.parse_file(TARGET) }}",
    "a format string": "{{ '{0.keywords}'.format(drawing) }}",
}
TEMPLATES = {
    "a picture's path": "{{ (book.images.values()|first).path.parent.joinpath(TARGET).write_text('x') }}",
    "a picture's path by map": "{{ (book.images.values()|map(attribute='path')|first).read_bytes() }}",
    "a model's maker": "{{ settings.model_validate_json('1') }}",
    "a model's old reader": "{{ settings.parse_file(TARGET) }}",
    "a function's code": "{{ folio.__code__ }}",
    "a global's globals": "{{ cycler.__init__.__globals__ }}",
    "a generator's frame": "{{ (book.images.values()|map('upper')).gi_frame }}",
}


def attack(book: Book, project: Path, name: str, template: str) -> list[tuple[str, str]]:
    """Code and file of each error in a handbook whose layout replaces one template."""
    path = project / "layouts/default" / name
    path.parent.mkdir(parents=True)
    path.write_text(template.replace("TARGET", repr(str(project / MARK))))
    layout = find_layout("default", project).value
    assert layout is not None
    found = press(book, layout).diagnostics
    assert not (project / MARK).exists()
    return [(d.code, d.span.file) for d in found if d.span and d.code.startswith("layout")]


@pytest.mark.parametrize("name", SHEETS)
def test_a_style_sheet_reaches_no_file(sample_book: Book, tmp_path: Path, name: str) -> None:
    sheet = "handbook/custom.css"
    found = attack(sample_book, tmp_path, sheet, SHEETS[name])
    assert found
    assert {file for _, file in found} == {f"layouts/default/{sheet}"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_reaches_no_file(sample_book: Book, tmp_path: Path, name: str) -> None:
    imprint = "handbook/imprint.html"
    found = attack(sample_book, tmp_path, imprint, TEMPLATES[name])
    assert found
    assert {file for _, file in found} == {f"layouts/default/{imprint}"}


@pytest.fixture(scope="module")
def sample_book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return books.book(tmp_path_factory.mktemp("images"))
