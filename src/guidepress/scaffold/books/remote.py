"""Images on the network, brought into the project once, when that is asked for; a build never reads the network."""

from __future__ import annotations

import hashlib
import posixpath
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from http.client import HTTPException
from urllib.parse import urlsplit

from guidepress.source.files import MAX_IMAGE
from guidepress.source.images import is_image

# What a server calls an image -> the suffix it gets here.
_TYPES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/svg+xml": ".svg",
}  # fmt: skip
_PATIENCE = 20
_AT_ONCE = 8


class _Web(urllib.request.HTTPRedirectHandler):
    """Follows redirections to the web only: not to files, nor to other schemes."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        if not newurl.lower().startswith(("http://", "https://")):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(
    urls: Iterable[str], keep: Callable[[str, bytes], object], step: Callable[[int, int], None]
) -> tuple[dict[str, str], dict[str, str]]:
    """Bring images: address -> the file's name, and address -> why it could not be had. `keep` is given name and bytes.

    An image has to say that it is one, be no larger than the limit, and be one by its bytes.
    """
    wanted = list(dict.fromkeys(urls))
    names: dict[str, str] = {}
    problems: dict[str, str] = {}
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        tasks = {pool.submit(_fetch, url): url for url in wanted}
        for done, task in enumerate(as_completed(tasks), 1):
            name, data, problem = task.result()
            if problem:
                problems[tasks[task]] = problem
            else:
                keep(name, data)
                names[tasks[task]] = name
            step(done, len(wanted))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return names, problems


def _fetch(url: str) -> tuple[str, bytes, str]:
    """The name and the bytes of an image, or why there is none."""
    opener = urllib.request.build_opener(_Web)
    request = urllib.request.Request(url, headers={"User-Agent": "guidepress"})
    try:
        with opener.open(request, timeout=_PATIENCE) as answer:
            kind = answer.headers.get_content_type().lower()
            if kind not in _TYPES:
                return "", b"", f"it is `{kind}`, and no image that can be printed"
            data = answer.read(MAX_IMAGE + 1)
    except urllib.error.HTTPError as problem:
        return "", b"", f"the server says {problem.code}"
    except (OSError, HTTPException, ValueError) as problem:
        return "", b"", f"it cannot be had: {getattr(problem, 'reason', None) or problem}"
    if len(data) > MAX_IMAGE:
        return "", b"", f"it has more than {MAX_IMAGE // 1048576} MB"
    stem = posixpath.splitext(posixpath.basename(urlsplit(url).path))[0]
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:40] or "image"
    name = f"{stem}-{hashlib.sha256(url.encode()).hexdigest()[:8]}{_TYPES[kind]}"
    if not is_image(name, data):
        return "", b"", "it is broken, or not the image that the server says"
    return name, data, ""
