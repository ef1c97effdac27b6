"""Building, checking and showing a guide."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from guidepress import console
from guidepress.artifacts import MANIFEST
from guidepress.cache import Cache, own_folder
from guidepress.cli.options import (
    CLEAN,
    PROBLEMS,
    all_option,
    cli,
    folder_argument,
    format_option,
    jobs_option,
)
from guidepress.cli.pool import make_workers
from guidepress.diagnostics import Diagnostic, stops
from guidepress.products import PRODUCTS, WORK, Pages
from guidepress.source.location import ALL, find
from guidepress.up_to_date import BuildNote, FinishedBuild

if TYPE_CHECKING:
    from guidepress.living import Living
    from guidepress.pdf.workers import Workers


@cli.command()
@folder_argument
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Default: DIR/build.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(tuple(PRODUCTS)),
    help="Press this product only; may be given more than once.",
)
@click.option(
    "--edition",
    help="The edition of guide.yaml to press; `all` presses each into a folder of its own.",
)
@jobs_option
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("--no-cache", is_flag=True, help="Build everything from scratch, and keep nothing.")
@click.option(
    "--pages",
    type=click.Choice(get_args(Pages)),
    help="Where page numbers come from when the handbook is not built: lay it out, an earlier build, or nowhere."
    " Default: cached for --only deck, else fresh.",
)
@click.option(
    "--untrusted",
    is_flag=True,
    help="For a stranger's guide: the build can reach its files and Python's, and nothing else (Linux only).",
)
@click.option("--watch", is_flag=True, help="Build again whenever the source changes.")
@click.option(
    "--daemon/--no-daemon",
    default=True,
    help="Build in a background process that stays for ten minutes, so the next build is fast (Linux only)."
    " Default: on, unless $CI or $GUIDEPRESS_NO_DAEMON is set.",
)
@all_option
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
    daemon: bool,
    everything: bool,
) -> int:
    """Press the guide in DIR."""
    target = out or folder / "build"
    products = [p for p in PRODUCTS if p in only or not only]
    if pages not in (None, "fresh") and "handbook" in products:
        raise click.UsageError("--pages is for builds without the handbook: add --only deck")
    pages = pages or ("cached" if products == ["deck"] else "fresh")
    place = None if no_cache else own_folder()
    cache = _memory(place) if watch else Cache(place)
    if untrusted:
        from guidepress.confinement.confining import cache_of, confine

        cache = type(cache)(cache_of(cache.place, folder))
        confine(folder, target, cache.place)
        if not watch:
            _limit_this_process()
    if edition == ALL:
        return _build_all(
            folder, target, products, jobs, strict, cache, pages, untrusted, everything
        )
    asked = [edition or "", str(strict), *products, *([] if pages == "fresh" else [pages])]
    note = BuildNote(folder, target, asked, cache)
    living: Living | None = None

    def press(workers: Workers) -> FinishedBuild:
        from guidepress.build import Build
        from guidepress.living import Living

        nonlocal living
        living = living or Living()
        with console.reporter() as reporter:
            report = Build(
                folder, target, products, edition, workers, strict, cache, note, reporter,
                pages=pages, living=living,
            ).run()  # fmt: skip
        return FinishedBuild(report.diagnostics, tuple(report.artifacts))

    # Where no page is laid out, no worker need be ready for one.
    warm = pages == "fresh" or products != ["deck"]

    def workers() -> AbstractContextManager[Workers]:
        return make_workers(jobs, cache.place, folder, warm=warm, spawn=untrusted, lasting=watch)

    if watch:
        return _build_again(folder, target, note, workers, press, everything)
    finished = note.read()
    if finished is None and daemon and place is not None and not untrusted:
        finished = _by_daemon(
            folder, target,
            products=tuple(products), edition=edition, jobs=jobs, strict=strict, pages=pages, options=tuple(asked),
        )  # fmt: skip
    if finished is None:
        # Not before it is known that there is something to do: it loads the engines.
        with workers() as made:
            finished = press(made)
    return _print_build(finished, folder, everything)


def _memory(place: Path | None) -> Cache:
    """The cache of a process that stays."""
    from guidepress.memory import MemoryCache

    return MemoryCache(place)


def _by_daemon(folder: Path, target: Path, **order: Any) -> FinishedBuild | None:
    """What the process in the background makes of an order; None where it is to be made here."""
    from guidepress.daemon import address

    if not address.wanted():
        return None
    from guidepress.daemon.client import ask
    from guidepress.daemon.messages import Order

    with console.reporter() as reporter:
        return ask(Order(**order), folder, target, reporter)


def _limit_this_process() -> None:
    """Give this process the memory and the time that a worker has for a section: a layout could ask for more.

    At their end it raises OSError.
    """
    from guidepress.pdf import limits

    limit = limits.chosen()

    def end(number: int, frame: object) -> None:
        what = f"the build takes more than {limit.seconds:,} seconds of CPU time"
        raise OSError(f"{what} (${limits.SECONDS_NAME})")

    if (number := getattr(signal, "SIGXCPU", None)) is not None:
        signal.signal(number, end)
    limit.confine()
    limit.begin()


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

    last: FinishedBuild | None = None
    try:
        with Watch(folder, target) as watch, workers() as made:
            while True:
                finished = note.read() or press(made)
                # A save that changes nothing is not worth a word.
                news = finished != last or not finished.artifacts
                last = finished
                if news:
                    _print_build(finished, folder, everything)
                    console.say(f"watching {folder}; Ctrl-C ends it")
                watch.include(note.files)
                watch.changes()
    except KeyboardInterrupt:
        # Once it watches, an interrupt is how it is meant to end, even where a save is being built without a word.
        if last is None:
            raise
        return CLEAN


def _build_all(
    folder: Path,
    out: Path,
    products: Sequence[str],
    jobs: int,
    strict: bool,
    cache: Cache,
    pages: Pages,
    untrusted: bool,
    everything: bool,
) -> int:
    """Press every edition of the guide, and say which sections they share."""
    from guidepress.every_edition import EveryEdition, variants
    from guidepress.pdf.workers import Workers

    known = variants(folder)
    if known.value is None:
        console.print_diagnostics(known.diagnostics, folder, everything=everything)
        return PROBLEMS
    with Workers(jobs, WORK, spawn=untrusted) as workers, console.reporter() as reporter:
        every = EveryEdition(folder, out, products, strict, cache, pages)
        built = every.run(known.value, workers, reporter)
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


@cli.command(short_help="Show the guide in a browser while you write.")
@folder_argument
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Default: 7474, or any that is free where that is in use.",
)
@click.option("--edition", help="The edition of guide.yaml to show.")
@jobs_option
def preview(folder: Path, port: int | None, edition: str | None, jobs: int) -> int:
    """Show the guide in DIR in a browser of this machine, and keep up with each save."""
    located = find(folder)
    if located.value is None:
        console.print_diagnostics(located.diagnostics, folder)
        return PROBLEMS
    from guidepress.memory import MemoryCache
    from guidepress.preview.running import preview as show

    def ready(address: str) -> None:
        console.say(f"{address} shows {folder}; Ctrl-C ends it")

    cache = MemoryCache(own_folder())
    with make_workers(jobs, cache.place, folder, lasting=True) as workers:
        try:
            show(folder, folder / "build", edition, port, workers, cache, ready)
        except KeyboardInterrupt:
            return CLEAN
    return CLEAN


@cli.command()
@folder_argument
@format_option("How problems are printed", "text", "json", "github", "sarif")
@click.option("--edition", help="The edition of guide.yaml to check; `all` checks each.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option(
    "--fix", is_flag=True, help="Correct in the source what needs no decision: ids of cards."
)
@all_option
def check(
    folder: Path, form: str, edition: str | None, strict: bool, fix: bool, everything: bool
) -> int:
    """Report every problem in the guide in DIR, without pressing it."""
    cache = Cache(own_folder())
    asked = ["check", edition or ""]
    note = BuildNote(folder, folder, asked, cache)
    checked = None if fix else note.read()
    if checked is None and not fix and edition != ALL:
        checked = _check_by_daemon(folder, edition, asked)
    found = _examine(folder, edition, note, fix) if checked is None else checked.diagnostics
    console.print_diagnostics(found, folder, form, everything=everything)
    return PROBLEMS if stops(found, strict) else CLEAN


def _check_by_daemon(folder: Path, edition: str | None, asked: list[str]) -> FinishedBuild | None:
    """What the process that has built the guide finds; None where there is none: to start one takes longer."""
    from guidepress.daemon import address

    if not address.wanted():
        return None
    from guidepress.daemon.client import ask
    from guidepress.daemon.messages import Order

    order = Order((), edition, 1, False, "none", tuple(asked))
    return ask(order, folder, folder / "build", None, start=False)


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
    from guidepress.every_edition import variants
    from guidepress.model.guide import MAIN

    known = variants(folder)
    return known.diagnostics + tuple(
        problem
        for name in known.value or ()
        for problem in examine(folder, None if name == MAIN else name, note.cache)
    )
