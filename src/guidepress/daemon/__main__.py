"""`python -m guidepress.daemon PLACE CONNECTED NAME DIR OUT`: handles, a name and paths, from `client`."""

from __future__ import annotations

import gc
import socket
import sys
from pathlib import Path


def run() -> None:
    """Serve until there is a reason to end."""
    # Not above: each worker imports this module.
    from guidepress.daemon.address import Address
    from guidepress.daemon.server import Server

    # As in `cli.main`.
    gc.set_threshold(20_000, 20, 20)
    place, connected, name, folder, out = sys.argv[1:]
    first = socket.socket(fileno=int(connected))
    Server(Address(int(place), name), Path(folder), Path(out)).run(first)


if __name__ == "__main__":
    run()
