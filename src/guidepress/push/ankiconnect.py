"""AnkiConnect, the add-on through which other programs speak with a running Anki: JSON over HTTP on this machine.

Actions and their parameters: https://git.sr.ht/~foosoft/anki-connect (version 6 of the interface).
"""

from __future__ import annotations

import http.client
import ipaddress
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

DEFAULT = "http://127.0.0.1:8765"
VERSION = 6
# An import or an export of a large deck takes Anki a while; seconds.
_PATIENCE = 600
# The add-on takes one request at a time and looks for the next one every 25 ms, so that many go in one.
_TOGETHER = 100

Call = tuple[str, Mapping[str, Any]]


class AnkiError(OSError):
    """Anki is not there, or refused what it was asked for."""


@dataclass(frozen=True, slots=True)
class AnkiConnect:
    """The add-on at an address of this machine; `key` is its `apiKey`, if it has one.

    Anki reads and writes files for us by their paths, and the add-on knows neither encryption nor, by default, a
    password: so no other machine is spoken to.
    """

    host: str
    port: int
    key: str = ""

    @classmethod
    def at(cls, address: str, key: str = "") -> AnkiConnect:
        """The add-on at an address such as `http://127.0.0.1:8765`. Raises ValueError where that is not one of this
        machine.
        """
        parts = urlsplit(address if "://" in address else f"http://{address}")
        host, port = parts.hostname or "", parts.port or 8765
        if parts.scheme != "http" or parts.path.strip("/") or parts.username:
            raise ValueError(f"`{address}` is no address such as {DEFAULT}")
        if not _is_loopback(host):
            raise ValueError(f"`{host}` is not this machine; Anki has to run here")
        return cls(host, port, key)

    def call(self, action: str, **params: Any) -> Any:
        """What an action gives. Raises AnkiError."""
        return _result(self._send(self._request(action, params)), action)

    def calls(self, calls: Sequence[Call]) -> Iterator[Any]:
        """What each of many actions gives, in order. Raises AnkiError; what came after may be done."""
        for start in range(0, len(calls), _TOGETHER):
            some = calls[start : start + _TOGETHER]
            replies = self.call("multi", actions=[self._request(*one) for one in some])
            if not isinstance(replies, list) or len(replies) != len(some):
                raise AnkiError("AnkiConnect did not answer each of several actions")
            for (action, _), reply in zip(some, replies, strict=True):
                yield _result(reply, action)

    def _request(self, action: str, params: Mapping[str, Any]) -> dict[str, Any]:
        request = {"action": action, "version": VERSION, "params": dict(params)}
        return {**request, "key": self.key} if self.key else request

    def _send(self, request: Mapping[str, Any]) -> Any:
        # No proxy of the environment and no redirection: http.client knows neither.
        connection = http.client.HTTPConnection(self.host, self.port, timeout=_PATIENCE)
        where = f"{self.host}:{self.port}"
        try:
            connection.request(
                "POST", "/", json.dumps(request).encode(), {"Content-Type": "application/json"}
            )
            answer = connection.getresponse().read()
        except ConnectionRefusedError as problem:
            message = (
                f"nobody answers at {where}; start Anki with the add-on AnkiConnect (2055492159)"
            )
            raise AnkiError(message) from problem
        except (OSError, http.client.HTTPException) as problem:
            raise AnkiError(f"Anki at {where} does not answer: {problem}") from problem
        finally:
            connection.close()
        try:
            return json.loads(answer)
        except ValueError as problem:
            raise AnkiError(f"what answers at {where} is not AnkiConnect") from problem


def _result(reply: Any, action: str) -> Any:
    if not isinstance(reply, dict) or not {"result", "error"} <= reply.keys():
        raise AnkiError(f"this is no answer of AnkiConnect's to `{action}`: {str(reply)[:80]}")
    if reply["error"] is not None:
        raise AnkiError(f"AnkiConnect refused `{action}`: {reply['error']}")
    return reply["result"]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
