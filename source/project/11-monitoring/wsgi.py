"""The application as servers find it, set up by the environment: `gunicorn
"wsgi:from_environment()"`.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import app
import logs
from cache import Cache, Redis
from db import connect
from migrate import migrate
from werkzeug.serving import make_server


# region settings
def from_environment() -> Any:
    """The application that DATABASE_URL and REDIS_URL describe."""
    logs.set_up()
    redis = os.environ.get("REDIS_URL")
    address = os.environ.get("DATABASE_URL", "library.db")
    return app.create_app(address, Redis(redis) if redis else None)


# endregion


class Server:
    """A server for development and tests; port 0 takes any that is free."""

    def __init__(
        self, database: str, port: int = 0, quiet: bool = False, cache: Cache | None = None
    ) -> None:
        if quiet:
            logging.getLogger("werkzeug").setLevel(logging.ERROR)
            logging.getLogger("library").setLevel(logging.CRITICAL)
        db = connect(database)
        migrate(db)  # on a developer's machine; elsewhere it is a step of the release
        db.close()
        made = app.create_app(database, cache)
        self._server = make_server("127.0.0.1", port, made, threaded=True)
        self.server_port = self._server.server_port
        self.serve_forever = self._server.serve_forever
        self.shutdown = self._server.shutdown
        self.server_close = self._server.server_close


def main() -> None:
    """Serve until it is stopped: `python wsgi.py [PORT [DATABASE]]`."""
    logs.set_up()
    given = sys.argv[1:]
    database = given[1] if len(given) > 1 else os.environ.get("DATABASE_URL", "library.db")
    server = Server(database, int(given[0]) if given else 8000)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
