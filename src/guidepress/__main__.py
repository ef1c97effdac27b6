"""`python -m guidepress`, and the command `guidepress`."""

from __future__ import annotations

import atexit
import os
import sys

# What Python itself answers for an exception that nobody caught, and for output that cannot be written at the end.
_UNCAUGHT, _UNWRITTEN = 1, 120
_status = _UNCAUGHT


def run() -> None:
    """Run the command line, then end at once.

    Python would free the objects of a book one by one, which takes a fifth of a second, before the process may end.
    """
    global _status
    # Not above: each worker imports the script that a build was started by, and so this module.
    from guidepress.cli import main

    # The first to be registered is the last to be called: temporary files are gone by then.
    atexit.register(_end)
    try:
        main()
    except SystemExit as leave:
        _status = leave.code if isinstance(leave.code, int) else _UNCAUGHT
        raise


def _end() -> None:
    status = _status
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            status = status or _UNWRITTEN
    os._exit(status)


if __name__ == "__main__":
    run()
