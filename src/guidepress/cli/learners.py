"""What learners have, and what comes back from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from guidepress import console
from guidepress.cli.options import CLEAN, PROBLEMS, cli, folder_argument, format_option
from guidepress.diagnostics import Span

if TYPE_CHECKING:
    from guidepress.push.pushing import Pushed
    from guidepress.push.stages import Unlock


@cli.command(short_help="Put a deck into the Anki running on this machine.")
@click.argument(
    "source", metavar="[DIR|DECK.apkg]", default=".", type=click.Path(path_type=Path, exists=True)
)
@click.option(
    "--apply", "applied", is_flag=True, help="Do it; without, only say what would change."
)
@click.option(
    "--released",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A deck that was imported by hand; default: DIR/releases/*.apkg.",
)
@click.option(
    "--overwrite",
    multiple=True,
    type=click.Choice(["text", "tags", "decks", "look", "deleted"]),
    help="What of the learner's own to replace all the same; may be given more than once.",
)
@click.option(
    "--delete-at-most",
    "most_deleted",
    type=click.IntRange(0),
    default=10,
    help="Change nothing where more notes would go; default: 10.",
)
@click.option(
    "--prune", is_flag=True, help="Also delete what was pushed and is in the deck no more."
)
@click.option(
    "--unlock",
    type=click.Choice(["known", "all"]),
    help="Suspend the new cards of stages until those before them are known; `all` opens every stage.",
)
@click.option(
    "--backups",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the decks are kept as they were; default: anki-backups beside the deck.",
)
@click.option("--address", default="http://127.0.0.1:8765", help="Of AnkiConnect on this machine.")
@click.option(
    "--key", default="", envvar="GUIDEPRESS_ANKICONNECT_KEY", help="The `apiKey` of AnkiConnect."
)
@format_option("How it is printed", "text", "json")
def push(
    source: Path,
    applied: bool,
    released: tuple[Path, ...],
    overwrite: tuple[str, ...],
    most_deleted: int,
    prune: bool,
    unlock: Unlock | None,
    backups: Path | None,
    address: str,
    key: str,
    form: str,
) -> int:
    """Put the built deck of DIR, or another one, into the Anki running on this machine, through AnkiConnect."""
    from guidepress.push.ankiconnect import AnkiConnect
    from guidepress.push.plan import KINDS
    from guidepress.push.pushing import Pushing, Wishes
    from guidepress.push.stages import read_stages

    deck = source / "build/deck.apkg" if source.is_dir() else source
    if not deck.is_file():
        raise click.UsageError(f"there is no {deck}: run `guidepress build` first")
    try:
        anki = AnkiConnect.at(address, key)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from None
    if not released and source.is_dir():
        released = tuple(sorted((source / "releases").glob("*.apkg")))
    if unlock and not source.is_dir():
        raise click.UsageError("`--unlock` needs the folder of the guide, which has the stages")
    stages = read_stages(source) if unlock else None
    if stages is not None and stages.value is None:
        console.print_diagnostics(stages.diagnostics, source)
        return PROBLEMS
    replaced = frozenset(kind for kind in KINDS if kind in overwrite)
    wishes = Wishes(replaced, most_deleted, prune, applied, unlock)
    folder = backups or deck.parent / "anki-backups"
    done = Pushing(anki, deck, released, folder, wishes, stages.value if stages else None).run()
    if done.value is not None:
        _print_push(done.value, applied and not done.diagnostics, form)
    console.print_diagnostics(done.diagnostics, Path())
    return PROBLEMS if done.diagnostics else CLEAN


def _print_push(pushed: Pushed, applied: bool, form: str) -> None:
    counts = {name: count for name, count in pushed.plan.counts().items() if count}
    rows = list(pushed.plan.rows())
    for one in pushed.stages:
        counts["cards_locked" if one.locked else "cards_opened"] = sum(
            len(other.cards) for other in pushed.stages if other.locked is one.locked
        )
        said = f"{len(one.cards)} new cards; {one.why}" if one.locked else f"{len(one.cards)} cards"
        rows.append(("lock" if one.locked else "open", one.stage, said))
    if form == "json":
        report = {
            "applied": applied,
            "counts": counts,
            "rows": [{"what": what, "name": name, "how": how} for what, name, how in rows],
            "backups": [str(path) for path in pushed.backups],
        }
        console.say_json(report)
        return
    width = max((len(name) for _, name, _ in rows), default=0)
    for what, name, how in rows:
        console.say(f"{what:8}{name:{width}}  {how}".rstrip())
    for path in pushed.backups:
        console.say(f"backup  {path}")
    said = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
    console.say(said or "there is nothing to push")
    if (pushed.plan or pushed.stages) and not applied:
        console.say("nothing was changed; `--apply` does it")


@cli.command(short_help="List the cards that most need rewriting.")
@click.argument("collection", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@folder_argument
@click.option("--worst", type=click.IntRange(1), default=20, help="So many cards; default: 20.")
@format_option("How it is printed; JSON has all cards", "text", "json")
def stats(collection: Path, folder: Path, worst: int, form: str) -> int:
    """The cards of the guide in DIR that most need rewriting, as the reviews in an Anki collection show."""
    from guidepress.deck.statistics import read_statistics
    from guidepress.feedback import known_cards

    known = known_cards(folder)
    found = read_statistics(collection, known.value.lock) if known.value else None
    console.print_diagnostics((*known.diagnostics, *(found.diagnostics if found else ())), folder)
    if known.value is None or found is None or found.value is None:
        return PROBLEMS
    if form == "json":
        listed = [
            {**card.as_dict(), "place": _place(known.value.places.get(card.id))}
            for card in found.value
        ]
        console.say_json(listed)
        return CLEAN
    for card in found.value[:worst]:
        said = [f"{card.again} of {card.reviews} answers wrong", f"{card.lapses} lapses"]
        said += [f"ease {card.ease}"] if card.ease else []
        said += [f"difficulty {card.difficulty}"] if card.difficulty else []
        said += [f"{card.seconds} s"]
        said += [word for word in ("leech", "suspended") if getattr(card, word)]
        console.say(f"{_place(known.value.places.get(card.id))}: {card.id}: {', '.join(said)}")
    return CLEAN


@cli.command(short_help="Sort learners' reports by card.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@folder_argument
def feedback(file: Path, folder: Path) -> int:
    """Reports of learners, from a mailbox or a table, by the cards of the guide in DIR."""
    from guidepress.feedback import known_cards, read_feedback

    known = known_cards(folder)
    found = read_feedback(file, known.value.places) if known.value else None
    console.print_diagnostics((*known.diagnostics, *(found.diagnostics if found else ())), folder)
    if known.value is None or found is None or found.value is None:
        return PROBLEMS
    for card, reports in found.value.cards.items():
        console.say(f"{_place(known.value.places[card])}: {card}: {len(reports)}")
        for report in reports:
            console.say(f"  {report.date}: {report.words}" if report.date else f"  {report.words}")
    if found.value.others:
        console.say(f"without a card of this guide: {len(found.value.others)}")
        for report in found.value.others:
            console.say(f"  {report.date}: {report.words}" if report.date else f"  {report.words}")
    return CLEAN


def _place(span: Span | None) -> str:
    """Where a card is written."""
    return f"{span.file}:{span.line}" if span else "withdrawn"
