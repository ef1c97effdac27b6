"""HTTP by hand: what a web framework will do from the next stage on."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import api
import loans
from bodies import LIMIT, Problem, number, read
from db import connect


# region handler
class Handler(BaseHTTPRequestHandler):
    """Reads a request, has it answered, and writes the answer."""

    protocol_version = "HTTP/1.1"
    timeout = 10  # seconds for a client that sends nothing
    server: Server

    def answer(self) -> None:
        """Answer any request, whatever comes of it."""
        db = connect(self.server.database)
        try:
            answer = api.answer_once(db, self.request_of())
            self.send(answer.status, answer.body, answer.headers)
        except Problem as problem:
            self.send(problem.status, problem.body(), problem.headers)
        except loans.Unknown as problem:
            self.send(404, Problem(404, str(problem)).body())
        except loans.Refused as problem:
            self.send(409, Problem(409, str(problem)).body())
        except Exception:
            # The client learns that it is not at fault, and nothing else.
            self.log_error("%s", sys.exc_info()[1])
            self.send(500, Problem(500, "the server failed").body())
        finally:
            db.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer

    def request_of(self) -> api.Request:
        """The request in its parts."""
        url = urlsplit(self.path)
        request = api.Request(
            self.command,
            tuple(url.path.strip("/").split("/")) if url.path.strip("/") else (),
            dict(parse_qsl(url.query, keep_blank_values=True)),
            key=(self.headers.get("Idempotency-Key") or "")[:200],
        )
        if self.command in ("POST", "PATCH"):
            request.body = read(self.body())
        elif (
            self.headers.get("Content-Length", "0") != "0"
            or "Transfer-Encoding" in self.headers
        ):
            self.close_connection = (
                True  # or what nobody reads would be taken for the next request
            )
        return request

    def body(self) -> bytes:
        """The body, whose length is checked before a byte of it is read."""
        if self.headers.get_content_type() != "application/json":
            self.close_connection = True
            raise Problem(415, "the body has to be application/json")
        length = self.headers.get("Content-Length")
        if length is None or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            raise Problem(411, "say how long the body is: Content-Length")
        try:
            return self.rfile.read(number(length, "Content-Length", LIMIT))
        except Problem:
            self.close_connection = True  # the body is still on its way
            raise Problem(413, f"the body is longer than {LIMIT} bytes") from None

    def send(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        """Write an answer."""
        data = json.dumps(body, ensure_ascii=False).encode()
        kind = "application/problem+json" if status >= 400 else "application/json"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: Any) -> None:
        """One line for each request, on standard error."""
        if not self.server.quiet:
            super().log_message(format, *arguments)


# endregion


class Server(ThreadingHTTPServer):
    """The API on a port of this machine; port 0 takes any that is free."""

    daemon_threads = True

    def __init__(self, database: str, port: int = 0, quiet: bool = False) -> None:
        connect(database).close()  # the tables, before the first request
        self.database = database
        self.quiet = quiet
        super().__init__(("127.0.0.1", port), Handler)


def main() -> None:
    """Serve until it is stopped: `python server.py [PORT [DATABASE]]`."""
    given = sys.argv[1:]
    port = given[0] if given else "8000"
    database = given[1] if len(given) > 1 else "library.db"
    with Server(database, int(port)) as server:
        print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
