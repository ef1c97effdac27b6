"""The preview's server: one page, its data, and nothing else, for browsers of this machine only."""

from __future__ import annotations

import asyncio
import errno
import json
import mimetypes
import socket
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guidepress.preview.board import Board
from guidepress.preview.stage import Stage

HOST = "127.0.0.1"
# Where nothing else is known to listen; if something does, any free port serves.
PORT = 7474
# Seconds after which a browser hears that nothing happened, so that a dead connection is found out.
_QUIET = 15.0
_APP = {
    "/": ("index.html", "text/html"),
    "/preview.js": ("preview.js", "text/javascript"),
    "/preview.css": ("preview.css", "text/css"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
# The page runs its own script and loads from this server only; no other page may show it in a frame.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# A card's page has style sheets and drawings of its own, and runs nothing.
_CARD_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; font-src 'self' data:;"
    " base-uri 'self'; form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
_FOR_EVER = "private, max-age=31536000, immutable"
_PARTS = (
    "title", "language", "pages", "contents", "problems", "broken", "settled", "edited",
    "progress", "failure",
)  # fmt: skip


class Guard:
    """Lets through only what a page of this server, or a person, asks for.

    A site elsewhere can have its name lead here (DNS rebinding), which its Host gives away, or send requests from its
    own pages, which Origin or Sec-Fetch-Site give away. `port` is the one that the server listens on.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        names = {f"{HOST}:{port}", f"localhost:{port}"}
        self._hosts = names | ({HOST, "localhost"} if port == 80 else set())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        if refusal := self._refusal(scope["method"], headers):
            status = 405 if scope["method"] not in ("GET", "HEAD") else 403
            await PlainTextResponse(refusal, status)(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                sent.setdefault("Content-Security-Policy", _POLICY)
                sent.setdefault("Cache-Control", "no-store")
                sent["X-Content-Type-Options"] = "nosniff"
                sent["Cross-Origin-Resource-Policy"] = "same-origin"
                sent["Cross-Origin-Opener-Policy"] = "same-origin"
                sent["Referrer-Policy"] = "no-referrer"
            await send(message)

        await self._app(scope, receive, guarded)

    def _refusal(self, method: str, headers: Headers) -> str:
        """Why a request is not answered; empty where it is."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return "this preview answers to 127.0.0.1 and localhost only"
        origins = {f"http://{host}" for host in self._hosts}
        if any(origin.lower() not in origins for origin in headers.getlist("origin")):
            return "this preview answers to its own pages only"
        site = headers.get("sec-fetch-site", "same-origin")
        opened = headers.get("sec-fetch-mode") == "navigate" and (
            headers.get("sec-fetch-dest") == "document"
        )
        if site not in ("same-origin", "none") and not opened:
            return "this preview answers to its own pages only"
        if method not in ("GET", "HEAD"):
            return "there is nothing to be changed here"
        return ""


def application(stage: Stage, port: int) -> ASGIApp:
    """What answers the browser."""
    routes = [
        *(Route(path, _file(*file)) for path, file in _APP.items()),
        Route("/state", _State(stage).respond),
        Route("/part/{name}", _State(stage).part),
        Route("/events", _Events(stage.board).respond),
        Route("/pages/{key}.png", _Pages(stage).picture),
        Route("/pages/{key}.bmp", _Pages(stage).picture_in_haste),
        Route("/pages/{key}.txt", _Pages(stage).text),
        Route("/place/{key}", _Pages(stage).place),
        Route("/cards/{key}/{side}.html", _Cards(stage).card),
        Route("/media/{name}", _Cards(stage).medium),
    ]
    return Guard(Starlette(routes=routes), port)


def _file(name: str, kind: str) -> Any:
    """The answer with one of the page's own files."""
    content = files("guidepress.preview").joinpath("app", name).read_bytes()

    async def respond(request: Request) -> Response:
        return Response(content, media_type=kind)

    return respond


class _State:
    def __init__(self, stage: Stage) -> None:
        self._board = stage.board

    async def respond(self, request: Request) -> Response:
        """All that changes with the pages."""
        return JSONResponse(self._board.read(*_PARTS))

    async def part(self, request: Request) -> Response:
        """One of the parts that are long and not always looked at."""
        name = request.path_params["name"]
        return JSONResponse(self._board.read(name)) if name in ("cards", "sheets") else _missing()


class _Events:
    def __init__(self, board: Board) -> None:
        self._board = board

    async def respond(self, request: Request) -> Response:
        """An event for each change, as long as somebody listens; with the page that was edited, if one was."""
        return StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[str]:
        board = self._board
        version = -1
        # A server that was started again is there within a second.
        yield "retry: 500\n\n"
        while not board.closed:
            if board.version == version:
                yield ": nothing new\n\n"
            else:
                known, now = version, board.read("edited")
                version = now["version"]
                news = {"session": now["session"], "version": version}
                if 0 <= known < now["versions"].get("edited", 0):
                    news["edited"] = now["edited"]
                yield f"event: change\nid: {version}\ndata: {json.dumps(news)}\n\n"
            await board.wait(version, _QUIET)


class _Pages:
    """Pages; drawing is done in a thread, so that events are sent meanwhile."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def picture(self, request: Request) -> Response:
        """A page as a picture."""
        data = self._stage.pictures.png(request.path_params["key"], self._width(request))
        if data is None:
            return _missing()
        return Response(data, media_type="image/png", headers={"Cache-Control": _FOR_EVER})

    def picture_in_haste(self, request: Request) -> Response:
        """The same, soon and large."""
        data = self._stage.pictures.bmp(request.path_params["key"], self._width(request))
        return _missing() if data is None else Response(data, media_type="image/bmp")

    def _width(self, request: Request) -> int:
        """The width that is asked for, in pixels."""
        self._stage.width = width = int(_number(request, "width", 900))
        return width

    def text(self, request: Request) -> Response:
        """The words of a page."""
        text = self._stage.pictures.text(request.path_params["key"])
        return _missing() if text is None else PlainTextResponse(text)

    def place(self, request: Request) -> Response:
        """Where in the source something on a page is written."""
        x, y = _number(request, "x", 0.5), _number(request, "y", 0)
        found = self._stage.place(request.path_params["key"], x, y)
        return _missing() if found is None else JSONResponse(found)


class _Cards:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def card(self, request: Request) -> Response:
        """One side of a card."""
        side, asked = request.path_params["side"], request.query_params
        if side not in ("front", "back"):
            return _missing()
        page = self._stage.card_page(
            request.path_params["key"], side == "back", "night" in asked, "phone" in asked
        )
        if page is None:
            return _missing()
        headers = {"Content-Security-Policy": _CARD_POLICY, "Cache-Control": _FOR_EVER}
        return Response(page, media_type="text/html", headers=headers)

    def medium(self, request: Request) -> Response:
        """A picture or a sound of the cards, which as a page of its own runs nothing either."""
        name = request.path_params["name"]
        data = self._stage.medium(name)
        if data is None:
            return _missing()
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(data, media_type=kind, headers={"Content-Security-Policy": _CARD_POLICY})


def _missing() -> Response:
    return PlainTextResponse("there is no such thing", 404)


def _number(request: Request, name: str, default: float) -> float:
    """A number of the query; the default where it is none, or not finite."""
    try:
        value = float(request.query_params.get(name, default))
    except ValueError:
        return default
    return value if abs(value) < 1e6 else default


def listen(port: int | None) -> socket.socket:
    """A socket of this machine's own; without a `port`, on the usual one or any that is free.

    Raises OSError, with what to do about it, where the port is taken.
    """
    try:
        return socket.create_server((HOST, PORT if port is None else port))
    except OSError as problem:
        if problem.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        if port is None:
            return socket.create_server((HOST, 0))
        taken = "in use" if problem.errno == errno.EADDRINUSE else "not for everybody to use"
        message = f"port {port} is {taken}; choose another with --port, or leave it out"
        raise OSError(problem.errno, message) from problem


class Server(uvicorn.Server):
    """Serves until it is interrupted; `end` has it leave from another thread."""

    def __init__(self, stage: Stage, listening: socket.socket) -> None:
        self._board = stage.board
        self._sockets = [listening]
        self._loop: asyncio.AbstractEventLoop | None = None
        config = uvicorn.Config(
            application(stage, listening.getsockname()[1]),
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        super().__init__(config)

    def serve_all(self) -> None:
        """Answer browsers; returns once it has ended."""
        self.run(sockets=self._sockets)

    def end(self) -> None:
        """Leave; connections that wait for events are closed."""
        self._board.close()
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Leave because of a signal."""
        # The board is closed by the loop: here it may be in the middle of something, and hold its lock.
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._board.close)
        super().handle_exit(sig, frame)
