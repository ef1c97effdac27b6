"""The command line: arguments in, exit status out. 0 clean, 1 problems in the source, 2 usage, 3 environment."""

from __future__ import annotations

import errno
import gc
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from guidepress import console

# Each joins its commands to the group.
from guidepress.cli import (  # noqa: F401
    building,
    decks,
    learners,
    publishing,
    starting,
    tools,
    translations,
)
from guidepress.cli.options import CLEAN, ENVIRONMENT, USAGE, cli
from guidepress.products import WORK

__all__ = ["WORK", "cli", "main"]

# After so many new objects Python looks for circular garbage, of which there is hardly any: what is read of a guide
# stays. The default is 700, which takes a tenth of the time of reading and composing.
_COLLECTED = 20_000


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
