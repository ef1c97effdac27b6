"""Starting a guide: an empty one, or one brought in."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from guidepress import console
from guidepress.cli.options import CLEAN, PROBLEMS, cli


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "markdown",
    metavar="SOURCE",
    type=click.Path(path_type=Path, exists=True),
    help="Adopt a folder of Markdown, or a deck: .apkg, .colpkg, a folder of CrowdAnki's, a table.",
)
@click.option("--cards", is_flag=True, help="Make cards of the questions in a Markdown book.")
@click.option("--fetch", is_flag=True, help="Bring the images that a Markdown book has on the web.")
def new(folder: Path, markdown: Path | None, cards: bool, fetch: bool) -> int:
    """Start a new guide in DIR."""
    from guidepress.scaffold import Wishes, adopt, equip, is_deck, start

    try:
        if markdown and is_deck(markdown):
            return _bring_in(folder, markdown)
        if markdown:
            with console.reporter() as reporter:
                made = adopt(folder, markdown, Wishes(cards, fetch), reporter.step)
            equip(folder)
            for line in (str(made.files[0]), str(made.files[-1]), *made.report):
                console.say(line)
            return CLEAN
        files = start(folder)
        equipped = equip(folder)
    except FileExistsError as there:
        raise click.UsageError(f"there is a guide already: {there.filename}") from there
    for file in files:
        console.say(str(file))
    _say_equipped(equipped, folder)
    _say_next(folder)
    return CLEAN


def _say_equipped(files: list[Path], folder: Path) -> None:
    """One line for the schemas and the settings, which are many and which nobody opens."""
    if files:
        console.say(
            f"{folder / '.vscode'}: what your editor needs to check YAML ({len(files)} files)"
        )


def _say_next(folder: Path) -> None:
    """The commands that come after `new`, as they are typed here."""
    called = os.environ.get("GUIDEPRESS_CALLED_AS", "guidepress")
    where = shlex.quote(str(folder))
    console.say("next:")
    for command, why in (
        ("check", "says what is wrong, while you write"),
        ("build", "makes handbook, deck and cards in build/"),
        ("release", "makes what learners get, once all is well"),
    ):
        console.say(f"  {called} {command} {where}  # {why}")


def _bring_in(folder: Path, path: Path) -> int:
    """Make a guide of a deck, and say what became of it."""
    from guidepress.scaffold import adopt_deck, equip, read_deck

    deck = read_deck(path)
    console.print_diagnostics(deck.diagnostics, folder)
    if deck.value is None:
        return PROBLEMS
    made = adopt_deck(folder, deck.value, path.stem)
    for file in made.files:
        console.say(str(file))
    _say_equipped(equip(folder), folder)
    for line in made.report:
        console.say(line)
    _say_next(folder)
    console.print_diagnostics(made.problems, folder)
    return PROBLEMS if made.problems else CLEAN
