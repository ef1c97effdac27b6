"""Decks: proved in Anki, compared, brought back, written for other tools."""

from __future__ import annotations

from pathlib import Path

import click

from guidepress import console
from guidepress.cli.options import CLEAN, PROBLEMS, cli, folder_argument, format_option


@cli.command(short_help="Import the decks into the real Anki, as learners would.")
@folder_argument
@click.option(
    "--released",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A deck learners have, oldest first; default: DIR/releases/*.apkg by name.",
)
@click.option(
    "--profiles/--no-profiles",
    "played",
    default=True,
    help="Also play learners who changed things, or import otherwise; default: yes.",
)
def verify(folder: Path, released: tuple[Path, ...], played: bool) -> int:
    """Import the released decks and then DIR/build/deck.apkg into the real Anki, as learners would."""
    from guidepress.deck.carried import of_one_edition
    from guidepress.deck.profiles import profiles
    from guidepress.deck.verify import verify as try_out

    built = folder / "build/deck.apkg"
    if not built.is_file():
        raise click.UsageError(f"there is no {built}: run `guidepress build` first")
    decks = [*(released or sorted((folder / "releases").glob("*.apkg"))), built]
    named = [(str(deck), deck.read_bytes()) for deck in decks]
    if not released:
        # A learner takes one edition: another may lack cards of this one.
        named = of_one_edition(named)
    result = try_out(named)
    found = list(result.diagnostics)
    verifications = [(v.file, v) for v in result.value or ()]
    if played and not found:
        # From the release before; where there is none, from the deck itself.
        earlier = named[-2:][0]
        learners = profiles(earlier, named[-1])
        if learners.value is not None:
            title = f"learners of {earlier[0]} who take {named[-1][0]}"
            verifications.append((title, learners.value))
    for title, verification in verifications:
        console.say(title)
        for check in verification.checks:
            console.say(f"  {'ok' if check.held else 'NO'}  {check.name} ({check.count})")
        found += verification.diagnostics()
    console.print_diagnostics(found, folder)
    return PROBLEMS if found else CLEAN


@cli.command()
@folder_argument
@click.option(
    "--from",
    "decks",
    multiple=True,
    required=True,
    metavar="DECK.apkg",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The deck that was released last; once for each edition.",
)
def lock(folder: Path, decks: tuple[Path, ...]) -> int:
    """Restore the lost deck.lock of the guide in DIR."""
    from guidepress.lockfile import restore

    made = restore(folder, decks)
    console.print_diagnostics(made.diagnostics, folder)
    if made.value is None:
        return PROBLEMS
    for file in made.value:
        console.say(str(file))
    return CLEAN


@cli.command(short_help="Say what changes for learners between two decks or locks.")
@click.argument("old", required=False, type=click.Path(path_type=Path, exists=True))
@click.argument("new", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@format_option(
    "How it is printed; `notes` are for learners, in Markdown; `patch` is for --learner",
    *("text", "json", "notes", "patch"),
)
@click.option(
    "--learner",
    metavar="THEIRS.apkg",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What a learner edited on their cards of the guide in DIR: `diff --learner THEIRS.apkg [DIR]`.",
)
@click.option(
    "--apply",
    "applied",
    multiple=True,
    metavar="CARD",
    help="Write this card's edit into the source.",
)
@click.option("--ask", is_flag=True, help="Ask of each edit whether to write it into the source.")
def diff(
    old: Path | None,
    new: Path | None,
    form: str,
    learner: Path | None,
    applied: tuple[str, ...],
    ask: bool,
) -> int:
    """What changes for learners between two decks, or two locks: new, changed, withdrawn, moved."""
    if learner is not None:
        if new is not None or form == "notes" or (old is not None and not old.is_dir()):
            raise click.UsageError("--learner takes the folder of a guide, and no `--format notes`")
        return _suggested(old or Path(), learner, form, applied, ask)
    if old is None or new is None or old.is_dir() or form == "patch" or applied or ask:
        raise click.UsageError("give two decks or two locks, or --learner")
    from guidepress.deck.diff import compare_files, release_notes

    compared = compare_files(old.read_bytes(), new.read_bytes(), str(old), str(new))
    console.print_diagnostics(compared.diagnostics, Path())
    if compared.value is None:
        return PROBLEMS
    if form == "json":
        console.say_json(compared.value.as_dict())
    elif form == "notes":
        for line in release_notes(compared.value):
            console.say(line)
    else:
        for line in compared.value.lines() if compared.value else ("no difference",):
            console.say(line)
    return CLEAN


def _suggested(folder: Path, learner: Path, form: str, applied: tuple[str, ...], ask: bool) -> int:
    """Print what a learner edited, or write it into the source."""
    from guidepress.suggestions import lines, read_suggestions, unknown

    read = read_suggestions(folder, learner)
    if (made := read.value) is None:
        console.print_diagnostics(read.diagnostics, folder)
        return PROBLEMS
    wrong = tuple(unknown(made, applied))
    if form == "json":
        found = [one.as_dict() for one in made.found]
        console.say_json(found)
    elif form == "patch":
        console.say_exactly(made.patch().removesuffix("\n"))
    elif not applied:
        for line in lines(made):
            console.say(line)
    chosen = list(applied)
    if ask:
        ready = [one for one in made.found if one.edits]
        chosen += [one.card for one in ready if click.confirm(f"apply {one.card}?")]
    if not wrong:
        for path in made.apply(chosen):
            console.say(str(path))
    console.print_diagnostics(wrong, folder)
    return PROBLEMS if wrong else CLEAN


@cli.command(short_help="Write a deck for CrowdAnki, or as tables.")
@click.argument(
    "source", metavar="[DIR|DECK.apkg]", default=".", type=click.Path(path_type=Path, exists=True)
)
@format_option("A folder for CrowdAnki, or a table for each note type", "crowdanki", "csv")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Default: `crowdanki` or `csv` beside the deck.",
)
def export(source: Path, form: str, out: Path | None) -> int:
    """Write the built deck of DIR, or any other deck, for other tools."""
    from guidepress.artifacts import Staging
    from guidepress.deck.foreign import read_foreign
    from guidepress.exporting import crowdanki, tables

    deck = source / "build/deck.apkg" if source.is_dir() else source
    if not deck.is_file():
        raise click.UsageError(f"there is no {deck}: run `guidepress build` first")
    read = read_foreign(deck.read_bytes(), str(deck))
    console.print_diagnostics(read.diagnostics, Path())
    if read.value is None:
        return PROBLEMS
    files = crowdanki(read.value) if form == "crowdanki" else tables(read.value)
    target = out or deck.parent / form
    (target / "media").mkdir(parents=True, exist_ok=True)
    with Staging(target) as staging:
        for name, data in files.items():
            staging.add(name, data)
        staging.publish()
    for name in files:
        if "/" not in name:
            console.say(str(target / name))
    return CLEAN
