"""Products of a build: what each may leave, what it needs, and one that a test adds to the table."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from graphlib import CycleError
from pathlib import Path

import pytest

from guidepress.diagnostics import Diagnosed, error
from guidepress.product import File, Order, Pressed, Product
from guidepress.products import PRODUCTS, in_order, load
from tests.project import Project, run


class Outline:
    """The titles of the chapters."""

    name = "outline"
    files = ("outline.txt",)
    needs: tuple[str, ...] = ()

    def press(self, order: Order) -> Diagnosed[Pressed]:
        titles = "".join(f"{chapter.title}\n" for chapter in order.book.chapters())
        return Diagnosed(Pressed((File("outline.txt", titles.encode(), {"lines": 1}),)))


class Register:
    """The folios of the handbook's anchors."""

    name = "register"
    files = ("register.json",)
    needs = ("handbook",)

    def press(self, order: Order) -> Diagnosed[Pressed]:
        assert set(order.pressed) == {"handbook"}
        folios = json.dumps(dict(order.pressed["handbook"].folios))
        return Diagnosed(Pressed((File("register.json", folios.encode()),)))


class Stray(Outline):
    """A product that leaves a file it does not name."""

    files = ("contents.txt",)


class Refusal(Outline):
    """A product that finds an error in every guide."""

    def press(self, order: Order) -> Diagnosed[Pressed]:
        return Diagnosed(None, (error("outline-refused", "there is nothing to outline"),))


# What a new product adds to the table is one line; the command line is loaded after it.
ADDING = """
import sys
from guidepress.products import PRODUCTS
PRODUCTS[{name!r}] = {place!r}
from guidepress.cli import main
if __name__ == "__main__":
    main()
"""


def press_with(
    product: type[Product], project: Project, tmp_path: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Build a project by a guidepress that has one more product."""
    script = tmp_path / "with_a_product.py"
    place = f"{__name__}:{product.__name__}"
    script.write_text(ADDING.format(name=product.name, place=place))
    return subprocess.run(
        [sys.executable, script, "build", project.folder, "--jobs", "1", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )


def test_a_line_in_the_table_makes_a_product(tmp_path: Path) -> None:
    """Chosen with `--only`, built, listed in the manifest with its facts; no page is laid out for it."""
    project = Project(tmp_path / "guide")
    result = press_with(Outline, project, tmp_path, "--only", "outline")
    assert result.returncode == 0, result.stderr
    assert set(project.artifacts) == {"outline.txt", "manifest.json"}
    assert project.artifacts["outline.txt"].decode() == "One\n"
    entry = json.loads(project.artifacts["manifest.json"])["artifacts"]["outline.txt"]
    assert entry["lines"] == 1
    assert "handbook" not in result.stderr
    assert not (project.source / "deck.lock").exists()


def test_what_a_product_needs_is_pressed_but_not_written(tmp_path: Path) -> None:
    """One that cites pages gets the handbook's folios; handbook.pdf is written for whoever asks for it."""
    project = Project(tmp_path / "guide")
    result = press_with(Register, project, tmp_path, "--only", "register", "--only", "cards")
    assert result.returncode == 0, result.stderr
    assert set(project.artifacts) == {"cards.pdf", "register.json", "manifest.json"}
    assert "1" in json.loads(project.artifacts["register.json"]).values()


def test_a_build_without_only_presses_a_new_product_too(tmp_path: Path) -> None:
    """The others are as they are without it."""
    project, other = Project(tmp_path / "guide"), Project(tmp_path / "other")
    assert press_with(Outline, project, tmp_path).returncode == 0
    assert other.build("--jobs", "1").status == 0
    made = {n: data for n, data in project.artifacts.items() if n != "manifest.json"}
    assert made.pop("outline.txt")
    assert made == {n: data for n, data in other.artifacts.items() if n != "manifest.json"}


def test_an_error_of_one_product_stops_all(tmp_path: Path) -> None:
    """Nothing is written, and deck.lock is not there."""
    project = Project(tmp_path / "guide")
    result = press_with(Refusal, project, tmp_path)
    assert result.returncode == 1
    assert "outline-refused" in result.stderr
    assert not project.artifacts
    assert not (project.source / "deck.lock").exists()


def test_a_file_that_a_product_does_not_name_is_not_written(tmp_path: Path) -> None:
    """It might be another product's; whoever wrote the product is to hear of it."""
    project = Project(tmp_path / "guide")
    result = press_with(Stray, project, tmp_path, "--only", "outline")
    assert "AssertionError" in result.stderr
    assert not project.artifacts


@pytest.mark.parametrize("name", PRODUCTS)
def test_products_are_what_the_table_says(name: str) -> None:
    """Each goes by its name, needs others of the table, and shares no file with them."""
    product = load(name)
    assert product.name == name
    assert set(product.needs) <= set(PRODUCTS) - {name}
    others = {file for other in PRODUCTS if other != name for file in load(other).files}
    assert product.files
    assert not others & set(product.files)


def test_needs_come_first() -> None:
    """Whatever the order in which products are asked for."""
    assert [p.name for p in in_order(["cards", "deck"])] == ["handbook", "cards", "deck"]
    assert [p.name for p in in_order(["handbook"])] == ["handbook"]


def test_products_that_need_each_other_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A circle is a mistake of whoever wrote the products."""
    monkeypatch.setattr(Outline, "needs", ("register",))
    monkeypatch.setattr(Register, "needs", ("outline",))
    monkeypatch.setitem(PRODUCTS, "outline", f"{__name__}:Outline")
    monkeypatch.setitem(PRODUCTS, "register", f"{__name__}:Register")
    with pytest.raises(CycleError):
        in_order(["outline"])


def test_a_product_that_the_guide_does_not_have_is_missed(project: Project) -> None:
    """Where it was asked for by name: a warning, which --strict makes an error."""
    done = project.build("--jobs", "1", "--only", "web")
    assert done.status == 0
    assert "warning[product-empty]: the guide has no `web`" in done.err
    assert "`products: {web: true}`" in done.err
    assert project.build("--jobs", "1", "--only", "web", "--strict").status == 1


def test_only_takes_the_products_of_the_table() -> None:
    """And says which there are."""
    assert "|".join(PRODUCTS) in re.sub(r"\s", "", run("build", "--help").out)
    refused = run("build", "--only", "scroll")
    assert refused.status == 2
    assert all(f"'{name}'" in refused.err for name in PRODUCTS)


def test_cards_are_loaded_only_where_they_are_wanted() -> None:
    """Most of an author's builds are of the handbook alone."""
    code = (
        "import sys; from guidepress.products import in_order; import guidepress.build; in_order(['handbook']);"
        "print([m for m in sys.modules if m.startswith('guidepress.cards.')])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
