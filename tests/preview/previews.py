"""A preview of a small guide, in a process of its own, and a client that asks it what a browser would."""

from __future__ import annotations

import http.client
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from PIL import Image

from tests.project import Project

# Seconds until a test gives up on what should come; none measures how long it takes.
PATIENCE = 60.0

GUIDE = """\
id: previewed
title: A Previewed Guide
edition: "1"
language: en
contents:
  parts:
    - title: The Only Part
      chapters: [chapters/one.md, chapters/two.md, chapters/three.md]
"""
ONE = """\
# One

A first paragraph of the first chapter.

## Apples

Apples are red.

| fruit | colour |
|---|---|
| apple | red |
| pear | green |

- a first item
- a second item

/// card | What colour is an apple?
    id: apple

Red, and *sometimes* green.
///
"""
TWO = """\
# Two

The second chapter has [a way back](#apples), and a formula: \\(x^2\\).

/// cloze
    id: pear

A pear is ==green==.
///
"""
THREE = "# Three\n\n" + "\n\n".join(
    f"Paragraph {n} of the last chapter. " + "It goes on for a while, as paragraphs do. " * 9
    for n in range(1, 25)
)


def guide(folder: Path) -> Project:
    """A guide of three chapters, the last one of some pages, with a card, a cloze and a table."""
    project = Project(folder)
    project.write("guide.yaml", GUIDE)
    for name, text in (("one", ONE), ("two", TWO), ("three", THREE)):
        project.write(f"chapters/{name}.md", text)
    return project


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def picture(self) -> Image.Image:
        assert self.status == 200, self.body
        return Image.open(io.BytesIO(self.body)).convert("RGB")


class Previewed:
    """A running preview."""

    def __init__(self, project: Project, cache: Path, port: int = 0, *arguments: str) -> None:
        self.project = project
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "guidepress",
                "preview",
                project.folder,
                "--port",
                str(port),
                "--jobs",
                "2",
                *arguments,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "GUIDEPRESS_CACHE": str(cache)},
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        if found is None:
            self.process.kill()
            raise AssertionError(line + self.process.communicate()[1])
        self.port = int(found[1])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """One request; `headers` replace those that a client sends by itself. Underscores stand for hyphens."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_host="Host" in given)
            for name, value in given.items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, names, answer.read())
        finally:
            connection.close()

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.ask("/state").json
        return state

    def part(self, name: str) -> list[Any]:
        return list(
            self.until(lambda _: name in self.ask(f"/part/{name}").json)
            and self.ask(f"/part/{name}").json[name]
        )

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first state that is as it is wanted."""
        end = time.monotonic() + PATIENCE
        while not wanted(state := self.state()):
            assert time.monotonic() < end, {**state, "pages": len(state.get("pages", ()))}
            assert self.process.poll() is None, self.process.communicate()[1]
            time.sleep(0.02)
        return state

    def at_rest(self) -> dict[str, Any]:
        """The state once everything is shown."""
        return self.until(lambda s: "sheets" in s["versions"] and s["progress"] is None)

    def settled(self, before: dict[str, Any]) -> dict[str, Any]:
        """The state once another build than that of `before` is shown wholly."""
        return self.until(
            lambda s: (
                s["version"] > before["version"]
                and s["progress"] is None
                and s["settled"]
                and s["versions"]["progress"] > before["versions"]["progress"]
            )
        )

    def picture(self, key: str, width: int = 600) -> Image.Image:
        return self.ask(f"/pages/{key}.png?width={width}").picture

    @contextmanager
    def events(self) -> Iterator[Callable[[], str]]:
        """Gives the next line of the stream of events that says something."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", "/events")
        answer = connection.getresponse()
        assert answer.getheader("Content-Type", "").startswith("text/event-stream")
        lines: Queue[str] = Queue()

        def read() -> None:
            while line := answer.fp.readline() if answer.fp else b"":
                lines.put(line.decode().strip())

        # A thread, since a test must not wait forever for what does not come.
        threading.Thread(target=read, daemon=True).start()

        def following() -> str:
            try:
                return lines.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError("no event came") from None

        try:
            yield following
        finally:
            connection.close()

    def end(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """End it; the exit status, and what it printed to standard error."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            _, err = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode, err


def pages_of(state: Mapping[str, Any], section: str) -> list[dict[str, Any]]:
    """The pages of a section that are not blank."""
    return [page for page in state["pages"] if page["section"] == section and page["key"]]
