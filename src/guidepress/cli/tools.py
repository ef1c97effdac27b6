"""What serves authors beside the build."""

from __future__ import annotations

from pathlib import Path

import click

from guidepress import console
from guidepress.cache import Cache
from guidepress.cache import folder as cache_folder
from guidepress.cli.options import CLEAN, PROBLEMS, cli, folder_argument


@cli.command(short_help="List the index entries, or propose more.")
@folder_argument
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


@cli.command(short_help="Make a sheet for aligning fronts and backs.")
@folder_argument
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


@cli.command(short_help="Print or write the JSON Schemas of the source files.")
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


@cli.command(short_help="Run the language server, for an editor.")
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


@cli.group(short_help="Show what earlier builds keep, or forget it.")
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
    """Forget everything; processes that builds left in the background end, too."""
    from guidepress.daemon import address

    address.clear()
    Cache(cache_folder()).clear()
    return CLEAN
