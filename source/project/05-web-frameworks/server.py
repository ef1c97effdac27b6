"""The application behind a server. This one is for development; the stage on containers
puts another in its place.
"""

from __future__ import annotations

import logging
import sys

from app import create_app
from werkzeug.serving import make_server


class Server:
    """The API on a port of this machine; port 0 takes any that is free."""

    def __init__(self, database: str, port: int = 0, quiet: bool = False) -> None:
        if quiet:
            logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = make_server("127.0.0.1", port, create_app(database), threaded=True)
        self.server_port = self._server.server_port
        self.serve_forever = self._server.serve_forever
        self.shutdown = self._server.shutdown
        self.server_close = self._server.server_close


def main() -> None:
    """Serve until it is stopped: `python server.py [PORT [DATABASE]]`."""
    given = sys.argv[1:]
    server = Server(
        given[1] if len(given) > 1 else "library.db", int(given[0]) if given else 8000
    )
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
