"""Two thousand sources that nobody would write: none of them leads to a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from guidepress.build import check
from guidepress.diagnostics import has_errors
from tests.fuzz.examining import examine, finds, guide, input_of, with_input
from tests.fuzz.generators import CHAPTER, GENERATORS, Input, corpus
from tests.project import Project

# By generator; in all 2,000.
EXAMPLES = {"bytes": 600, "lines": 500, "tokens": 500, "grammar": 400}
SETTINGS = settings(
    # The same in each run: what a run finds that the one before did not is the change, and no luck.
    derandomize=True,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return guide(tmp_path_factory.mktemp("fuzz") / "guide")


@pytest.mark.slow
@pytest.mark.parametrize("name", GENERATORS)
def test_no_source_leads_to_a_traceback(name: str, project: Project) -> None:
    @settings(SETTINGS, max_examples=EXAMPLES[name])
    @given(GENERATORS[name])
    def any_source(one: Input) -> None:
        examine(project, one)

    any_source()


def test_the_corpus_itself(project: Project) -> None:
    for name, seeds in corpus().items():
        for seed in seeds if name != CHAPTER else seeds[-12:]:
            examine(project, (name, seed))


@pytest.mark.parametrize("find", finds(), ids=lambda path: path.parent.name)
def test_finds_stay_mended(find: Path, project: Project) -> None:
    examine(project, input_of(find))


def whole(project: Project) -> Iterator[Input]:
    """A chapter without an error by each generator."""
    found: dict[str, Input] = {}

    @settings(SETTINGS, max_examples=60, phases=[Phase.generate])
    @given(st.data())
    def choose(data: st.DataObject) -> None:
        for name, generator in GENERATORS.items():
            one = data.draw(generator)
            if one[0] == CHAPTER and name not in found:
                with with_input(project, one):
                    if not has_errors(check(project.folder)):
                        found[name] = one

    choose()
    yield from found.values()


@pytest.mark.slow
def test_some_are_built_wholly(project: Project) -> None:
    """All products or none, status 0 or 1, and nothing left behind."""
    built = 0
    for one in whole(project):
        with with_input(project, one):
            done = project.build("--jobs", "1")
        assert done.status in (0, 1), done.err
        assert "Traceback" not in done.err
        built += done.status == 0
        made = set(project.artifacts)
        assert not [name for name in made if name.startswith(".")]
        # No cards, no sheets.
        assert not made or {"handbook.pdf", "deck.apkg", "manifest.json"} <= made
    assert built
