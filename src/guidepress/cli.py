"""The command line: arguments in, exit status out. 0 clean, 1 problems in the source, 2 usage, 3 environment."""

from __future__ import annotations

import errno
import gc
import json
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from guidepress import console
from guidepress.artifacts import MANIFEST
from guidepress.cache import Cache, refuse_shared
from guidepress.cache import folder as cache_folder
from guidepress.diagnostics import Diagnostic, Span, stops
from guidepress.products import PRODUCTS, Pages
from guidepress.source.location import ALL, find
from guidepress.up_to_date import BuildNote, FinishedBuild

if TYPE_CHECKING:
    from guidepress.pdf.workers import Workers
    from guidepress.push.pushing import Pushed

# After so many new objects Python looks for circular garbage, of which there is hardly any: what is read of a guide
# stays. The default is 700, which takes a tenth of the time of reading and composing.
_COLLECTED = 20_000
CLEAN, PROBLEMS, USAGE, ENVIRONMENT = 0, 1, 2, 3
# What a worker of a build runs. Where the main module is a script, not a package, it imports that again, and so this.
_MAIN = () if sys.modules["__main__"].__spec__ else (__name__,)
WORK = (
    "guidepress.pdf.warming",
    "guidepress.handbook.proof",
    "guidepress.cards.setting",
    *_MAIN,
)

_Command = Callable[..., int]
_folder = click.argument(
    "folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False)
)
_everything = click.option(
    "--all", "everything", is_flag=True, help="Print every problem, also those of one cause."
)


def _format(help_: str, *forms: str) -> Callable[[_Command], _Command]:
    """The option `--format`; the first of the forms is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        help=f"{help_}; default: {forms[0]}.",
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="guidepress", prog_name="guidepress")
def cli() -> None:
    """Press one source of a learning guide into a handbook, an Anki deck and printed cards."""


@cli.command()
@_folder
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Default: DIR/build.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(tuple(PRODUCTS)),
    help="Press this product only; may be given more than once.",
)
@click.option(
    "--edition",
    help="The edition of guide.yaml to press; `all` presses each into a folder of its name.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Default: all cores."
)
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("--no-cache", is_flag=True, help="Make everything anew, and keep nothing.")
@click.option(
    "--pages",
    type=click.Choice(get_args(Pages)),
    help="Where a deck or cards without the handbook take its page numbers from: lay it out, an earlier build, nowhere."
    " Default: cached for --only deck, else fresh.",
)
@click.option(
    "--untrusted",
    is_flag=True,
    help="For a guide by strangers: the build reaches its files and Python's, and nothing else (Linux only).",
)
@click.option("--watch", is_flag=True, help="Build again whenever the source changes.")
@_everything
def build(
    folder: Path,
    out: Path | None,
    only: tuple[str, ...],
    edition: str | None,
    jobs: int,
    strict: bool,
    no_cache: bool,
    pages: Pages | None,
    untrusted: bool,
    watch: bool,
    everything: bool,
) -> int:
    """Press the guide in DIR."""
    target = out or folder / "build"
    products = [p for p in PRODUCTS if p in only or not only]
    if pages not in (None, "fresh") and "handbook" in products:
        raise click.UsageError("--pages is for builds without the handbook: add --only deck")
    pages = pages or ("cached" if products == ["deck"] else "fresh")
    cache = Cache(None if no_cache else cache_folder())
    refuse_shared(cache.place)
    if untrusted:
        from guidepress.confinement.confining import cache_of, confine

        cache = Cache(cache_of(cache.place, folder))
        confine(folder, target, cache.place)
    if edition == ALL:
        return _build_all(folder, target, products, jobs, strict, cache, pages, everything)
    asked = [edition or "", str(strict), *products, *([] if pages == "fresh" else [pages])]
    note = BuildNote(folder, target, asked, cache)

    def press(workers: Workers) -> FinishedBuild:
        from guidepress.build import Build

        with console.reporter() as reporter:
            report = Build(
                folder, target, products, edition, workers, strict, cache, note, reporter,
                pages=pages,
            ).run()  # fmt: skip
        return FinishedBuild(report.diagnostics, tuple(report.artifacts))

    # Where no page is laid out, no worker need be ready for one.
    warm = pages == "fresh" or products != ["deck"]

    def workers() -> AbstractContextManager[Workers]:
        return _workers(jobs, cache.place, folder, warm=warm, spawn=untrusted)

    if watch:
        return _build_again(folder, target, note, workers, press, everything)
    finished = note.read()
    if finished is None:
        # Not before it is known that there is something to do: it loads the engines.
        with workers() as made:
            finished = press(made)
    return _print_build(finished, folder, everything)


@contextmanager
def _workers(
    jobs: int,
    place: Path | None,
    folder: Path,
    *,
    warm: bool = True,
    spawn: bool = False,
    lasting: bool = False,
) -> Iterator[Workers]:
    """Workers that, if `warm`, get ready for the project in `folder` while it is read."""
    from guidepress.pdf.warming import warm_up
    from guidepress.pdf.workers import Workers

    with Workers(jobs, WORK, spawn=spawn, lasting=lasting) as workers:
        if warm:
            workers.start(warm_up, (place, folder))
        yield workers


def _print_build(finished: FinishedBuild, folder: Path, everything: bool) -> int:
    made = _made(finished.artifacts)
    console.print_diagnostics(finished.diagnostics, folder, everything=everything, made=made)
    for artifact in finished.artifacts:
        console.say(str(artifact))
    return CLEAN if finished.artifacts else PROBLEMS


def _build_again(
    folder: Path,
    target: Path,
    note: BuildNote,
    workers: Callable[[], AbstractContextManager[Workers]],
    press: Callable[[Workers], FinishedBuild],
    everything: bool,
) -> int:
    """Build at each change, until the process is interrupted."""
    from guidepress.watching import Watch

    with Watch(folder, target) as watch, workers() as made:
        last: FinishedBuild | None = None
        while True:
            finished = note.read() or press(made)
            # Between builds an interrupt is how it is meant to end.
            try:
                # A save that changes nothing is not worth a word.
                if finished != last or not finished.artifacts:
                    _print_build(finished, folder, everything)
                    console.say(f"watching {folder}; Ctrl-C ends it")
                last = finished
                watch.include(note.files)
                watch.changes()
            except KeyboardInterrupt:
                return CLEAN


@cli.command()
@_folder
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Default: 7474, or any that is free where that is in use.",
)
@click.option("--edition", help="The edition of guide.yaml to show.")
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Default: all cores."
)
def preview(folder: Path, port: int | None, edition: str | None, jobs: int) -> int:
    """Show the guide in DIR in a browser of this machine, and keep up with each save."""
    located = find(folder)
    if located.value is None:
        console.print_diagnostics(located.diagnostics, folder)
        return PROBLEMS
    from guidepress.preview.memory import MemoryCache
    from guidepress.preview.running import preview as show

    def ready(address: str) -> None:
        console.say(f"{address} shows {folder}; Ctrl-C ends it")

    cache = MemoryCache(cache_folder())
    refuse_shared(cache.place)
    with _workers(jobs, cache.place, folder, lasting=True) as workers:
        try:
            show(folder, folder / "build", edition, port, workers, cache, ready)
        except KeyboardInterrupt:
            return CLEAN
    return CLEAN


def _build_all(
    folder: Path,
    out: Path,
    products: Sequence[str],
    jobs: int,
    strict: bool,
    cache: Cache,
    pages: Pages,
    everything: bool,
) -> int:
    """Press every edition of the guide, and say which sections they share."""
    from guidepress.every_edition import EveryEdition, edition_names
    from guidepress.pdf.workers import Workers

    names = edition_names(folder)
    if names.value is None:
        console.print_diagnostics(names.diagnostics, folder, everything=everything)
        return PROBLEMS
    with Workers(jobs, WORK) as workers, console.reporter() as reporter:
        every = EveryEdition(folder, out, products, strict, cache, pages)
        built = every.run(names.value, workers, reporter)
    console.print_diagnostics(built.diagnostics, folder, everything=everything)
    for artifact in built.artifacts:
        console.say(str(artifact))
    for line in built.lines():
        console.say(line)
    return CLEAN if built.held else PROBLEMS


def _made(artifacts: Sequence[Path]) -> str:
    """What a build came to: "23 pages, 22 cards", as its manifest has it."""
    manifest = next((path for path in artifacts if path.name == MANIFEST), None)
    try:
        listed = json.loads(manifest.read_bytes())["artifacts"] if manifest else {}
    except (OSError, ValueError, KeyError):
        return ""
    names = {path.name for path in artifacts}
    facts = (("handbook.pdf", "pages"), ("deck.apkg", "cards"))
    counts = ((listed.get(file, {}).get(fact), fact) for file, fact in facts if file in names)
    return ", ".join(f"{n} {fact[:-1] if n == 1 else fact}" for n, fact in counts if n is not None)


@cli.command()
@_folder
@_format("How problems are printed", "text", "json", "github", "sarif")
@click.option("--edition", help="The edition of guide.yaml to check; `all` checks each.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option(
    "--fix", is_flag=True, help="Correct in the source what needs no decision: ids of cards."
)
@_everything
def check(
    folder: Path, form: str, edition: str | None, strict: bool, fix: bool, everything: bool
) -> int:
    """Report every problem of the guide in DIR without pressing it."""
    cache = Cache(cache_folder())
    refuse_shared(cache.place)
    note = BuildNote(folder, folder, ["check", edition or ""], cache)
    if not fix and (checked := note.read()) is not None:
        found = checked.diagnostics
    else:
        found = _examine(folder, edition, note, fix)
    console.print_diagnostics(found, folder, form, everything=everything)
    return PROBLEMS if stops(found, strict) else CLEAN


def _examine(
    folder: Path, edition: str | None, note: BuildNote, fix: bool
) -> tuple[Diagnostic, ...]:
    """Check a guide, apply what fixes there are and check it again; what is then left."""
    from guidepress.build import check as examine

    if edition == ALL:
        if fix:
            raise click.UsageError("--fix looks at one edition at a time")
        return _examine_all(folder, note)
    found = examine(folder, edition, note.cache, note)
    if fix:
        from guidepress.fixes import fix as apply_fixes

        if fixed := apply_fixes(folder, found):
            for path, count in fixed.items():
                console.say(f"fixed {count} problem{'s' if count > 1 else ''} in {path}")
            found = examine(folder, edition, note.cache, note)
    return found


def _examine_all(folder: Path, note: BuildNote) -> tuple[Diagnostic, ...]:
    """The problems of all editions, each once."""
    from guidepress.build import check as examine
    from guidepress.every_edition import edition_names
    from guidepress.model.editions import MAIN

    names = edition_names(folder)
    return names.diagnostics + tuple(
        problem
        for name in names.value or ()
        for problem in examine(folder, None if name == MAIN else name, note.cache)
    )


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
    """Make a guide to start from in DIR."""
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
        files = [*start(folder), *equip(folder)]
    except FileExistsError as there:
        raise click.UsageError(f"there is a guide already: {there.filename}") from there
    for file in files:
        console.say(str(file))
    _say_next(folder)
    return CLEAN


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
    for file in (*made.files, *equip(folder)):
        console.say(str(file))
    for line in made.report:
        console.say(line)
    _say_next(folder)
    console.print_diagnostics(made.problems, folder)
    return PROBLEMS if made.problems else CLEAN


@cli.command()
@_folder
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
@_folder
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
    """Make a lost deck.lock of the guide in DIR again."""
    from guidepress.lockfile import restore

    made = restore(folder, decks)
    console.print_diagnostics(made.diagnostics, folder)
    if made.value is None:
        return PROBLEMS
    for file in made.value:
        console.say(str(file))
    return CLEAN


@cli.command()
@click.argument("old", required=False, type=click.Path(path_type=Path, exists=True))
@click.argument("new", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_format(
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
        raise click.UsageError("two decks or two locks are wanted, or --learner")
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


@cli.command()
@click.argument(
    "source", metavar="[DIR|DECK.apkg]", default=".", type=click.Path(path_type=Path, exists=True)
)
@_format("A folder for CrowdAnki, or a table for each note type", "crowdanki", "csv")
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


@cli.command()
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
    "--backups",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the decks are kept as they were; default: anki-backups beside the deck.",
)
@click.option("--address", default="http://127.0.0.1:8765", help="Of AnkiConnect on this machine.")
@click.option(
    "--key", default="", envvar="GUIDEPRESS_ANKICONNECT_KEY", help="The `apiKey` of AnkiConnect."
)
@_format("How it is printed", "text", "json")
def push(
    source: Path,
    applied: bool,
    released: tuple[Path, ...],
    overwrite: tuple[str, ...],
    most_deleted: int,
    prune: bool,
    backups: Path | None,
    address: str,
    key: str,
    form: str,
) -> int:
    """Put the built deck of DIR, or another one, into the Anki that runs here, through AnkiConnect."""
    from guidepress.push.ankiconnect import AnkiConnect
    from guidepress.push.plan import KINDS
    from guidepress.push.pushing import Pushing, Wishes

    deck = source / "build/deck.apkg" if source.is_dir() else source
    if not deck.is_file():
        raise click.UsageError(f"there is no {deck}: run `guidepress build` first")
    try:
        anki = AnkiConnect.at(address, key)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from None
    if not released and source.is_dir():
        released = tuple(sorted((source / "releases").glob("*.apkg")))
    replaced = frozenset(kind for kind in KINDS if kind in overwrite)
    wishes = Wishes(replaced, most_deleted, prune, applied)
    done = Pushing(anki, deck, released, backups or deck.parent / "anki-backups", wishes).run()
    if done.value is not None:
        _print_push(done.value, applied and not done.diagnostics, form)
    console.print_diagnostics(done.diagnostics, Path())
    return PROBLEMS if done.diagnostics else CLEAN


def _print_push(pushed: Pushed, applied: bool, form: str) -> None:
    counts = {name: count for name, count in pushed.plan.counts().items() if count}
    rows = list(pushed.plan.rows())
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
    if pushed.plan and not applied:
        console.say("nothing was changed; `--apply` does it")


@cli.command()
@click.argument("collection", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_folder
@click.option("--worst", type=click.IntRange(1), default=20, help="So many cards; default: 20.")
@_format("How it is printed; JSON has all cards", "text", "json")
def stats(collection: Path, folder: Path, worst: int, form: str) -> int:
    """The cards of the guide in DIR that most need to be written anew, as reviews in a collection of Anki's show."""
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


@cli.command()
@_folder
@click.option("--suggest", is_flag=True, help="Print what could be marked; nothing is changed.")
def index(folder: Path, suggest: bool) -> int:
    """The index of the guide in DIR: its entries with the number of their places, or proposals for more."""
    from guidepress.build import compile_source
    from guidepress.handbook.index import index_groups
    from guidepress.handbook.proposals import proposals

    source = compile_source(folder)
    console.print_diagnostics(source.diagnostics, folder)
    if source.value is None:
        return PROBLEMS
    if suggest:
        for one in proposals(source.value.book):
            console.say(f"{one.file}:{one.line}: {one.markup}  ({one.reason})")
        return CLEAN
    for group in index_groups(source.value.book):
        for line in group.lines:
            console.say(f"{'  ' * line.depth}{line.term}: {len(line.anchors)}")
    return CLEAN


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_folder
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


@cli.command()
@_folder
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Default: DIR/build/calibration.pdf.",
)
def calibrate(folder: Path, out: Path | None) -> int:
    """Make a sheet to print on both sides, from which `offset` of guide.yaml's cards is read."""
    from guidepress.build import calibration

    target = out or folder / "build" / "calibration.pdf"
    found, written = calibration(folder, target)
    console.print_diagnostics(found, folder)
    if written:
        console.say(str(target))
    return CLEAN if written else PROBLEMS


@cli.command()
@_folder
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Default: DIR/build.")
@click.option("--edition", help="The edition of guide.yaml to release.")
@click.option(
    "--accept",
    multiple=True,
    metavar="CODE",
    help="Release in spite of warnings of this code; may be given more than once.",
)
@click.option("--first", is_flag=True, help="Learners have no deck yet, whatever deck.lock says.")
@click.option("--uncommitted", is_flag=True, help="Release what git does not have, too.")
@_everything
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Default: all cores."
)
def release(
    folder: Path,
    out: Path | None,
    edition: str | None,
    accept: tuple[str, ...],
    first: bool,
    uncommitted: bool,
    everything: bool,
    jobs: int,
) -> int:
    """Release the guide in DIR: fix its deck, say what changed, pack it to be published."""
    from guidepress.pdf.workers import Workers
    from guidepress.release.releasing import Releasing, Wishes

    wishes = Wishes(frozenset(accept), first, uncommitted)
    target, cache = out or folder / "build", Cache(cache_folder())
    with Workers(jobs, WORK) as workers, console.reporter() as reporter:
        done = Releasing(folder, target, edition, wishes, workers, cache, reporter).run()
    console.print_diagnostics(done.diagnostics, folder, everything=everything)
    if done.value is None:
        return PROBLEMS
    for file in done.value.files:
        console.say(str(file))
    if done.value.again:
        console.say(f"{done.value.name} is as it was released")
    else:
        console.say(f"released; commit the changes and tag them: git tag {done.value.name}")
    return CLEAN


@cli.command()
@click.argument(
    "catalogue",
    metavar="CATALOGUE.yaml",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Default: all cores."
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Of a Dask cluster that builds it, such as tcp://host:8786.",
)
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@_format("How the report is printed", "text", "json")
def batch(catalogue: Path, jobs: int, scheduler: str | None, strict: bool, form: str) -> int:
    """Build every guide of a catalogue, in all its editions; one that is broken does not stop the rest."""
    from guidepress.catalogue.building import build_all
    from guidepress.catalogue.reading import read_catalogue
    from guidepress.catalogue.report import lines
    from guidepress.pdf.workers import Workers

    tasks = read_catalogue(catalogue)
    console.print_diagnostics(tasks.diagnostics, catalogue.parent)
    if tasks.value is None:
        return PROBLEMS
    with Workers(jobs, WORK) as workers, console.reporter() as reporter:

        def progress(done: int, total: int) -> None:
            reporter.step("building the catalogue", done, total)

        if scheduler is not None:
            if find_spec("distributed") is None:
                raise click.UsageError("--scheduler needs `pip install guidepress[cluster]`")
            from guidepress.catalogue.cluster import build_on_cluster

            outcomes = build_on_cluster(scheduler, tasks.value, cache_folder(), strict, progress)
        else:
            outcomes = build_all(tasks.value, workers, cache_folder(), strict, progress)
    if form == "json":
        console.say_json([one.as_dict() for one in outcomes])
    else:
        for one in outcomes:
            if not one.held:
                console.print_diagnostics(one.diagnostics, Path(one.folder))
        for line in lines(outcomes):
            console.say(line)
    return CLEAN if all(one.held for one in outcomes) else PROBLEMS


@cli.command()
@click.argument("book", metavar="PDF", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--recipients",
    required=True,
    metavar="FILE.csv",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Who gets a copy: a table with a column `name`.",
)
@click.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the copies and their register go.",
)
@click.option(
    "--deck",
    metavar="FILE.apkg",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="An Anki deck of which each recipient gets a copy too.",
)
@click.option("--names", metavar="TEMPLATE", help="Names of the files; default: {copy:04}-{name}.")
@click.option("--licence", default="", metavar="TEXT", help="The licence line on each page.")
@click.option("--protect", is_flag=True, help="Encrypt each copy with AES-256.")
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice(["print", "copy", "annotate", "fill", "assemble", "change", "nothing"]),
    help="What protected copies permit; may be given more than once. Default: print.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Default: all cores."
)
def stamp(
    book: Path,
    recipients: Path,
    out: Path,
    deck: Path | None,
    names: str | None,
    licence: str,
    protect: bool,
    allow: tuple[str, ...],
    jobs: int,
) -> int:
    """Make a personal copy of PDF for each recipient: their name on every page, and a mark that nobody sees."""
    from guidepress.copies.stamping import Options, stamp
    from guidepress.pdf.workers import Workers

    if allow and not protect:
        raise click.UsageError("--allow has no meaning without --protect")
    options = Options(licence=licence, protect=protect, deck=deck)
    if names is not None:
        options = replace(options, names=names)
    if allow:
        options = replace(options, allow=tuple(a for a in allow if a != "nothing"))
    cache = Cache(cache_folder())
    with Workers(jobs, WORK) as workers, console.reporter() as reporter:
        done = stamp(book, recipients, out, options, workers, cache, reporter.step)
    console.print_diagnostics(done.diagnostics, Path())
    if done.value is None:
        return PROBLEMS
    for file in done.value.files:
        console.say(str(file))
    if done.value.kept:
        console.say(f"{done.value.kept} of them were made already")
    return CLEAN


@cli.command()
@click.argument(
    "copy", metavar="COPY", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option(
    "--register",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The register of the copies; default: register.json beside COPY.",
)
@click.option("--password", default="", help="What opens a protected copy.")
@_format("How it is printed", "text", "json")
def trace(copy: Path, register: Path | None, password: str, form: str) -> int:
    """Whose personal copy a PDF is, or each of its pages, or a deck."""
    from guidepress.copies.tracing import trace_file

    traced = trace_file(copy, register, password)
    console.print_diagnostics(traced.diagnostics, Path())
    if traced.value is None:
        return PROBLEMS
    if form == "json":
        found = [one.as_dict() for one in traced.value]
        console.say_json(found)
    else:
        for one in traced.value:
            console.say(one.line())
    return CLEAN


@cli.group()
def translate() -> None:
    """Translations of a guide, in folders named by their language."""


@translate.command("status")
@_folder
@click.option("--language", help="Look at this language only, such as `de`.")
@_format("How it is printed", "text", "json", "github", "sarif")
def translation_state(folder: Path, language: str | None, form: str) -> int:
    """List what is missing, stale or too many in the translations of the guide in DIR."""
    from guidepress.translating import translation_status

    found = translation_status(folder, language)
    console.print_diagnostics(found.diagnostics, folder, form, everything=True)
    if found.value == 0 and form == "text":
        console.say("no edition of the guide has another language")
    return PROBLEMS if found.diagnostics else CLEAN


_language = click.option("--language", required=True, metavar="CODE", help="Such as `de`.")


@translate.command("export")
@_folder
@_language
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Default: DIR/LANGUAGE.po."
)
def translation_out(folder: Path, language: str, out: Path | None) -> int:
    """Write the texts of the guide in DIR into a catalogue for translators' tools.

    Translations that a catalogue of that name has, or the translated files, are in it.
    """
    from guidepress.artifacts import write_atomically
    from guidepress.po import export

    target = out or folder / f"{Path(language).name}.po"
    done = export(folder, language, target)
    console.print_diagnostics(done.diagnostics, folder)
    if done.value is None:
        return PROBLEMS
    write_atomically(target, done.value.data)
    console.say(str(target))
    console.say(f"{done.value.translated} of {done.value.messages} messages are translated")
    return CLEAN


@translate.command("import")
@_folder
@_language
@click.option(
    "--from",
    "po",
    metavar="FILE.po",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Default: DIR/LANGUAGE.po.",
)
def translation_in(folder: Path, language: str, po: Path | None) -> int:
    """Write the translated files of the guide in DIR from a catalogue."""
    from guidepress.po import bring_in

    source = po or folder / f"{Path(language).name}.po"
    if not source.is_file():
        raise click.UsageError(f"there is no {source}: name the catalogue with --from")
    done = bring_in(folder, language, source)
    console.print_diagnostics(done.diagnostics, folder)
    if done.value is None:
        return PROBLEMS
    for file in done.value.files:
        console.say(str(file))
    console.say(f"{done.value.translated} of {done.value.messages} messages are translated")
    return CLEAN


@cli.group()
def cache() -> None:
    """What earlier builds left to be used again."""


@cache.command()
def info() -> int:
    """Where it is, and how much is kept."""
    place = cache_folder()
    contents = Cache(place).info()
    console.say(
        f"{place or 'no folder'}: {contents.entries} entries, {contents.size / 1048576:.1f} MB"
    )
    return CLEAN


@cache.command()
def clear() -> int:
    """Forget everything."""
    Cache(cache_folder()).clear()
    return CLEAN


@cli.command()
def lsp() -> int:
    """Answer an editor on standard input and output, as a language server (wants the extra `editor`)."""
    try:
        from guidepress.editor.server import serve
    except ModuleNotFoundError as problem:
        if problem.name not in ("pygls", "lsprotocol"):
            raise
        raise OSError("pygls is missing: pip install 'guidepress[editor]'") from problem
    serve()
    return CLEAN


@cli.command()
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write them into this folder, a file for each kind of source file.",
)
def schema(out: Path | None) -> int:
    """Print the JSON Schemas of the source files, or write them into a folder."""
    from guidepress.schema import schemas, write

    if out is None:
        console.say_json(schemas())
        return CLEAN
    for file in write(out):
        console.say(str(file))
    return CLEAN


class _Ended(BaseException):
    """The system wants this process to end."""


def main() -> None:
    """Run the command line and leave with its exit status."""
    gc.set_threshold(_COLLECTED, 20, 20)
    try:
        with _ending_in_order():
            status = cli.main(standalone_mode=False)
    except click.exceptions.Exit as leave:
        status = leave.exit_code
    except click.ClickException as problem:
        problem.show()
        status = USAGE
    except (click.Abort, KeyboardInterrupt):
        console.complain("interrupted; what stands is the last finished build")
        status = 130
    except _Ended as ended:
        console.complain(f"ended by {ended}; what stands is the last finished build")
        status = 128 + signal.Signals[str(ended)]
    except OSError as problem:
        console.complain(_environment(problem))
        status = ENVIRONMENT
    except ImportError as problem:
        from guidepress.pdf.errors import LibraryMissing

        if not isinstance(problem, LibraryMissing):
            raise
        console.complain(_environment(OSError(str(problem))))
        status = ENVIRONMENT
    except MemoryError:
        console.complain("out of memory; try --jobs 1")
        status = ENVIRONMENT
    sys.exit(status if isinstance(status, int) else CLEAN)


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Make an exception of SIGTERM (and of a terminal that is closed), so that temporary files go and workers end."""

    def end(number: int, frame: object) -> None:
        raise _Ended(signal.Signals(number).name)

    before = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Whoever has these ignored, as nohup does, means it.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _environment(problem: OSError) -> str:
    """What the machine lacks, in one line with what to do."""
    text = str(problem)
    if "cannot load library" in text or "libpango" in text or "libgobject" in text:
        return (
            "the Pango library is missing; on Debian or Ubuntu: "
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        )
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; what stands is the last finished build"
    return f"{problem.strerror or text}{f': {problem.filename}' if problem.filename else ''}"
