"""The group that every command joins, the options that several share, and the exit statuses."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click

CLEAN, PROBLEMS, USAGE, ENVIRONMENT = 0, 1, 2, 3

_Command = Callable[..., int]
folder_argument = click.argument(
    "folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False)
)
all_option = click.option(
    "--all", "everything", is_flag=True, help="Print every problem, even those with the same cause."
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Default: all cores."
)


def format_option(help_: str, *forms: str) -> Callable[[_Command], _Command]:
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
