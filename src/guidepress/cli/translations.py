"""Translations of a guide."""

from __future__ import annotations

from pathlib import Path

import click

from guidepress import console
from guidepress.cli.options import CLEAN, PROBLEMS, cli, folder_argument, format_option


@cli.group(short_help="List, export and import translations.")
def translate() -> None:
    """Translations of a guide, in folders named by their language."""


@translate.command("status")
@folder_argument
@click.option("--language", help="Look at this language only, such as `de`.")
@format_option("How it is printed", "text", "json", "github", "sarif")
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
@folder_argument
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
@folder_argument
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
