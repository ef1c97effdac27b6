"""What is given out: releases, catalogues of guides, personal copies."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import click

from guidepress import console
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
from guidepress.products import WORK


@cli.command(short_help="Make what learners get, and freeze the deck.")
@folder_argument
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
@all_option
@jobs_option
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
    """Release the guide in DIR: freeze its deck, say what changed, pack it for publication."""
    from guidepress.pdf.workers import Workers
    from guidepress.release.releasing import Releasing, Wishes

    wishes = Wishes(frozenset(accept), first, uncommitted)
    target, cache = out or folder / "build", Cache(own_folder())
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


@cli.command(short_help="Build every guide of a catalogue, in all its editions.")
@click.argument(
    "catalogue",
    metavar="CATALOGUE.yaml",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@jobs_option
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Of a Dask cluster that builds it, such as tcp://host:8786.",
)
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option(
    "--untrusted",
    is_flag=True,
    help="Every guide is by strangers. Default: those that are not yours, and those of which the catalogue says so.",
)
@format_option("How the report is printed", "text", "json")
def batch(
    catalogue: Path, jobs: int, scheduler: str | None, strict: bool, untrusted: bool, form: str
) -> int:
    """Build every guide of a catalogue, in all its editions; one that is broken does not stop the rest."""
    from guidepress.catalogue.reading import read_catalogue
    from guidepress.catalogue.report import lines
    from guidepress.catalogue.running import build_all
    from guidepress.pdf.workers import Workers

    place = own_folder()
    tasks = read_catalogue(catalogue, untrusted)
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

            outcomes = build_on_cluster(scheduler, tasks.value, place, strict, progress)
        else:
            outcomes = build_all(tasks.value, workers, place, strict, progress)
    if form == "json":
        console.say_json([one.as_dict() for one in outcomes])
    else:
        for one in outcomes:
            if not one.held:
                console.print_diagnostics(one.diagnostics, Path(one.folder))
        for line in lines(outcomes):
            console.say(line)
    return CLEAN if all(one.held for one in outcomes) else PROBLEMS


@cli.command(short_help="Make a personal copy of a PDF for each recipient.")
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
@jobs_option
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
    cache = Cache(own_folder())
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


@cli.command(short_help="Say whose personal copy a file is.")
@click.argument(
    "copy", metavar="COPY", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option(
    "--register",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The register of the copies; default: register.json beside COPY.",
)
@click.option("--password", default="", help="What opens a protected copy.")
@format_option("How it is printed", "text", "json")
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
