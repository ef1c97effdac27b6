"""The looks of a deck: which there are, that they can be read, and that another one touches nobody's notes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.deck.books import FIRST, LAYOUT, MONTH, Releases, basic, book, cloze, templates
from tests.deck.collection import Learner
from tests.project import Project

LOOKS = ("", *sorted(path.stem for path in (LAYOUT / "looks").glob("*.css")))
# The least contrast that text may have (WCAG 2.2, 1.4.3 and 1.4.6).
LEAST = {"contrast": 7.0}
_COLOUR = re.compile(r"#([0-9a-f]{6})\b")
_DEFINED = re.compile(
    r"--([\w-]+): var\(--day, (?:var\([\w-]+, )?(#\w{6})\)?\) var\(--night, (?:var\([\w-]+, )?(#\w{6})\)?\);"
)
# What Anki keeps behind cards by night on desktops.
ANKIS_NIGHT = "#2c2c2c"


def luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("look", LOOKS)
def test_every_text_can_be_read(look: str) -> None:
    """By day and by night, on the page and in boxes."""
    style = templates(look).style
    colours = {name: (day, night) for name, day, night in _DEFINED.findall(style)}
    texts = {"ink", "soft", "accent", *(name for name in colours if name.startswith("code-"))}
    assert {"paper", "box", "mark", "code-keyword", *texts} <= colours.keys()
    assert len(_COLOUR.findall(style)) == 2 * len(_DEFINED.findall(style)), (
        "no colour stands elsewhere"
    )
    for time in (0, 1):
        behind = {colours["paper"][time], colours["box"][time], *([ANKIS_NIGHT] if time else [])}
        low = {
            (name, ground): round(contrast(colours[name][time], ground), 2)
            for name in texts
            for ground in behind
            if contrast(colours[name][time], ground) < LEAST.get(look, 4.5)
        }
        assert not low
        assert contrast(colours["ink"][time], colours["mark"][time]) >= 7


def test_another_look_touches_no_note(tmp_path: Path) -> None:
    """The learner gets it, and keeps each card as it was; deck.lock changes in the lines of the note types alone."""
    made = book(basic("a"), cloze("b", "It is [[so]]."))
    releases, learner = Releases(), Learner(tmp_path)
    first, _ = releases.release(made)
    learner.take(first.apkg)
    before = releases.lock.splitlines()
    second, _ = releases.release(made, layout=templates("contrast"))
    changed = {line.split()[0] for line in set(releases.lock.splitlines()) - set(before)}
    assert changed == {"released", "type"}
    taken = learner.take(second.apkg)
    assert (taken.new, taken.updated, taken.conflicting) == (0, 0, 0)
    model = learner.note("a").note_type()
    assert model is not None
    assert model["css"] == templates("contrast").style + "\n"
    assert learner.note("a").mod == FIRST
    assert model["mod"] >= FIRST + MONTH
    assert len(learner.note_types()) == 2


def test_a_guide_names_its_look(project: Project) -> None:
    """One that the layout does not have is an error at its place; a project's layout may have others."""
    guide = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", f"{guide}products:\n  deck: {{style: contrats}}\n")
    done = project.build("--jobs", "1", "--only", "deck", "--pages", "none")
    assert done.status == 1
    assert "deck-style-unknown" in done.err
    assert "contrast" in done.err
    assert f"guide.yaml:{guide.count(chr(10)) + 2}:17" in done.err
    folder = project.folder / "layouts" / "own"
    (folder / "deck" / "looks").mkdir(parents=True)
    (folder / "layout.yaml").write_text("extends: default\n")
    (folder / "deck" / "looks" / "contrats.css").write_text(".card, .gp { --size: 3rem; }\n")
    project.edit("guide.yaml", "  deck:", "  handbook: {layout: own}\n  deck:")
    assert project.build("--jobs", "1", "--only", "deck", "--pages", "none").status == 0
    (folder / "deck" / "looks" / "contrats.css").write_text(
        ".gp { background: url(https://a.b/c); }"
    )
    done = project.build("--jobs", "1", "--only", "deck", "--pages", "none")
    assert done.status == 1
    assert "deck-template-unsafe" in done.err
