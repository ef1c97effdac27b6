"""A layout by a stranger: its templates get text and numbers, and reach no file and no code."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import BuiltinMethodType, MethodType
from typing import Any

import pytest
from msgspec import Struct
from pydantic import BaseModel
from tests.handbook import books
from tests.project import Project

from guidepress.book.model import Book
from guidepress.cards.calibration import calibrate
from guidepress.cards.options import options_of
from guidepress.cards.press import press as press_cards
from guidepress.handbook.press import press
from guidepress.layouts import Layout, find_layout
from guidepress.layouts.layout import layout_names
from guidepress.layouts.sandbox import METHODS, Function, PlainDataEnvironment, given

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
    "a record as a whole": "{{ book }}",
    "a function as a whole": "{{ folio }}",
    "a method that is not on the list": "{{ words.pieces('page', {}, folio) }}",
    "a method of a record's class": "{{ page.type.copy() }}",
    "nonsense": "{{ lipsum() }}",
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


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, dict[str, Any]]]:
    """The name of each template that the products of the full guide fill in, and what it is given."""
    filled: list[tuple[str, dict[str, Any]]] = []
    render = Layout.render

    def noted(self: Layout, name: str, context: Mapping[str, Any]) -> Any:
        filled.append((name, given(context)))
        return render(self, name, context)

    project = Project(tmp_path_factory.mktemp("full") / "guide", "full")
    book = project.book()
    layout = find_layout("default", project.folder).value
    assert layout is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Layout, "render", noted)
        press(book, layout)
        press_cards(book, layout)
        calibrate(layout, options_of(book.sheets), language=book.language, brand=book.brand)
    return filled


LEAVES = (str, bool, int, float, type(None), date, Decimal)


def parts(value: Any, environment: PlainDataEnvironment) -> Iterator[tuple[str, Any]]:
    """What a template can get from a value: items, and attributes that are allowed."""
    if isinstance(value, Mapping):
        yield from ((f"[{key!r}]", item) for key, item in value.items())
        yield from (("[]", key) for key in value)
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from (("[]", item) for item in value)
    # Of a name with underscores Jinja itself gives nothing, and some of them raise.
    for name in (name for name in dir(value) if not name.startswith("_")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            part = getattr(value, name, None)
        if environment.is_safe_attribute(value, name, part):
            yield f".{name}", part


def test_everything_that_a_template_can_reach_is_on_the_list(
    contexts: list[tuple[str, dict[str, Any]]],
) -> None:
    """No path, no module, no code, nothing that can be called but what is documented."""
    assert {"handbook/imprint.html", "handbook/page.css", "cards/front.html"} <= {
        n for n, _ in contexts
    }
    environment = PlainDataEnvironment()
    called: set[str] = set()
    seen: dict[int, Any] = {}
    todo = [(f"{name}: {key}", value) for name, given_ in contexts for key, value in given_.items()]
    while todo:
        way, value = todo.pop()
        if isinstance(value, LEAVES) or id(value) in seen or way.count(".turned") > 1:
            continue
        seen[id(value)] = value
        if isinstance(value, MethodType | BuiltinMethodType):
            owner = type(value.__self__)
            if owner.__module__.startswith("guidepress") and environment.is_safe_callable(value):
                called.add(f"{owner.__qualname__}.{value.__name__}")
            continue
        if isinstance(value, Function):
            called.add(repr(value))
            assert not list(parts(value, environment)), way
            continue
        assert not callable(value), way
        plain = isinstance(value, (Mapping, list, tuple, set, frozenset))
        frozen = is_dataclass(value) and type(value).__dataclass_params__.frozen  # type: ignore[attr-defined]
        frozen = frozen or (isinstance(value, Struct) and value.__struct_config__.frozen)
        assert plain or frozen or isinstance(value, BaseModel), f"{way} is a {type(value)}"
        assert "PosixPath" not in repr(value), way
        assert " at 0x" not in repr(value), way
        todo += [(way + step, part) for step, part in parts(value, environment)]
    builtin = {name for name in called if name.partition(".")[2] in dir(dict)}
    assert called - builtin == METHODS | {
        f"<function {name}>"
        for name in ("anchor", "drawing", "folio", "html", "on_page", "pages", "say")
    }


def test_no_way_of_printing_shows_a_path(sample_book: Book, tmp_path: Path) -> None:
    """Filters make text of anything."""
    path = tmp_path / "layouts/default/handbook/imprint.html"
    path.parent.mkdir(parents=True)
    ways = [
        "book|string",
        "'%s' % book",
        "book ~ ''",
        "[book]|join",
        "book.images",
        "book.images|pprint",
        "folio|string",
    ]
    path.write_text(
        "{{ [" + ", ".join(ways) + "]|join('\n')|length }}{{ [" + ", ".join(ways) + "]|join|e }}"
    )
    layout = find_layout("default", tmp_path).value
    assert layout is not None
    rendered = layout.render("handbook/imprint.html", {"book": sample_book, "folio": find_layout})
    assert rendered.value is not None, rendered.diagnostics
    assert "images/" in rendered.value
    places = {str(image.path.parent.parent) for image in sample_book.images.values()}
    assert places
    assert not [place for place in [*places, "PosixPath", " at 0x"] if place in rendered.value]


def evil(project: Project, settings: str = "", template: str | bytes = "x") -> Path:
    """A layout of a stranger's with one template."""
    folder = project.folder / "layouts" / "evil"
    project.write("../layouts/evil/layout.yaml", settings)
    project.write("../layouts/evil/handbook/x.html", template)
    return folder


def rendered(project: Project, name: str = "handbook/x.html") -> str:
    """What a template of it prints, or the problems."""
    layout = find_layout("evil", project.folder)
    if layout.value is None:
        return str(layout.diagnostics)
    done = layout.value.render(name, {"settings": layout.value.settings})
    return done.value if done.value is not None else str(done.diagnostics)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file of the user's, in a folder of its own."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "layout.yaml").write_text("token: a secret\n")
    return folder


@pytest.mark.parametrize("how", ["absolute", "relative", "dots"])
def test_what_a_layout_extends_is_a_layout(project: Project, secret: Path, how: str) -> None:
    """Not a folder elsewhere, whose files its templates would include."""
    there = os.path.relpath(secret, project.folder / "layouts")
    extends = {"absolute": secret, "relative": there, "dots": ".."}[how]
    evil(project, f"extends: {extends}\n", "{% include 'layout.yaml' %}")
    assert "layout-unknown" in rendered(project)


def test_a_link_is_no_layout(project: Project, secret: Path) -> None:
    """Neither its folder, nor its settings; one to another folder of the project is."""
    (project.folder / "layouts").mkdir()
    link = project.folder / "layouts" / "evil"
    link.symlink_to(secret)
    assert "layout-unknown" in rendered(project, "layout.yaml")
    assert "evil" not in layout_names(project.folder)
    link.unlink()
    folder = evil(project, template="{{ settings.token }}")
    (folder / "layout.yaml").unlink()
    (folder / "layout.yaml").symlink_to(secret / "layout.yaml")
    assert "secret" not in rendered(project)
    folder.rename(project.folder / "looks")
    link.symlink_to(project.folder / "looks")
    assert rendered(project, "handbook/x.html") != ""
    assert "evil" in layout_names(project.folder)


@pytest.mark.parametrize(
    ("settings", "template", "told"),
    [
        ("", b"\xff\xfe", "not UTF-8"),
        ("", "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "levels of nesting"),
        ("", "{% if 1 %}" * 2000 + "{% endif %}" * 2000, "levels of nesting"),
        ("", "{% include 'handbook/x.html' %}", "levels of nesting"),
        ("", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "levels of nesting"),
        ("a: 2020-99-99", "x", "month must be in 1..12"),
        ("a: " + "[" * 200_000 + "]" * 200_000, "x", "nested too deep"),
    ],
)
def test_what_no_designer_writes_is_told(
    project: Project, settings: str, template: str | bytes, told: str
) -> None:
    evil(project, settings, template)
    assert told in rendered(project)


def test_a_string_can_be_formatted(project: Project) -> None:
    evil(project, template="{{ '{:>3}'.format(1) }}|{{ '{0.__class__}'.format(1) }}")
    assert "layout-template" in rendered(project)
    evil(project, template="{{ '{:>3}'.format(1) }}")
    assert rendered(project) == "  1"
