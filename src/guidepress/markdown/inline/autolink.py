"""Links that are their own text: `<https://example.com>`, and bare addresses as GitHub links them."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.util import AtomicString

from guidepress.markdown.inline.characters import ENTITY, entity
from guidepress.markdown.inline.scanner import InlineRule, Scan

_POINTED = re.compile(r"<([A-Za-z][A-Za-z0-9.+-]{1,31}:[^\s<>\x00-\x1f]*)>")
_POINTED_MAIL = re.compile(
    r"<([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*)>"
)
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_PATH = re.compile(r"[^\s<]*")
_TRAILING_ENTITY = re.compile(r"&[A-Za-z0-9]+;$")
_LOCAL = re.compile(r"[A-Za-z0-9.+_-]{1,64}$")
_HOST = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")


class Autolink(InlineRule):
    """`<https://…>` and `<name@example.com>`."""

    starts = r"<"
    characters = "<"

    def parse(self, scan: Scan, at: int) -> int:
        """The link."""
        if match := _POINTED.match(scan.text, at):
            _push(scan, match[1], match[1], at, match.end())
        elif match := _POINTED_MAIL.match(scan.text, at):
            _push(scan, f"mailto:{match[1]}", match[1], at, match.end())
        else:
            return -1
        return match.end()


class BareLink(InlineRule):
    """`https://…` and `www.…` in running text."""

    starts = r"(?i:https?://|ftp://|www\.)"
    characters = "hHfFwW"

    def parse(self, scan: Scan, at: int) -> int:
        """The link, without the punctuation that follows it."""
        text = scan.text
        before = text[at - 1] if at else ""
        if before and not before.isspace() and before not in "*_~([\"'“‘«—–-:|=>":
            return -1
        www = text[at : at + 4].lower() == "www."
        start = at if www else text.index("://", at) + 3
        domain = _DOMAIN.match(text, start)
        if domain is None or (www and "." not in domain[0][4:]):
            return -1
        parts = domain[0].split(".")
        if any("_" in part for part in parts[-2:]):
            return -1
        path = _PATH.match(text, domain.end())
        assert path is not None  # the pattern matches everywhere
        end = _trim(text, at, path.end())
        if end <= start or _in_link(scan, at):
            return -1
        shown = text[at:end]
        _push(scan, f"http://{shown}" if www else shown, shown, at, end)
        return end


class BareMail(InlineRule):
    """`name@example.com` in running text."""

    starts = r"@"
    characters = "@"

    def parse(self, scan: Scan, at: int) -> int:
        """The link; its first half is the end of what was read before."""
        last = scan.tokens[-1] if scan.tokens else None
        if not isinstance(last, str) or _in_link(scan, at):
            return -1
        local = _LOCAL.search(last[-65:])
        host = _HOST.match(scan.text, at + 1)
        if local is None or host is None or not host[0][-1].isalpha():
            return -1
        start = at - len(local[0])
        if not scan.text.startswith(local[0], start):
            return -1
        before = scan.text[start - 1] if start else ""
        if before.isalnum() or (before and before in "/@:\\"):
            return -1
        scan.tokens[-1] = last[: -len(local[0])]
        address = f"{local[0]}@{host[0]}"
        _push(scan, f"mailto:{address}", address, start, host.end())
        return host.end()


def _in_link(scan: Scan, at: int) -> bool:
    """Whether this may be the text of a link, or of an image: `[https://…](target)`, `<a href="…">https://…</a>`."""
    return at < scan.linked or any(bracket.active for bracket in reversed(scan.brackets))


def _trim(text: str, start: int, end: int) -> int:
    """The end of an address without punctuation that belongs to the sentence."""
    while end > start:
        last = text[end - 1]
        if last in "?!.,:*_~'\"”’»":
            end -= 1
        elif last == ")":
            address = text[start:end]
            if address.count(")") <= address.count("("):
                break
            end -= 1
        elif last == ";":
            entity = _TRAILING_ENTITY.search(text, start, end)
            end = entity.start() if entity else end - 1
        else:
            break
    return end


def _push(scan: Scan, href: str, shown: str, at: int, end: int) -> None:
    if "&" in shown:
        href, shown = ENTITY.sub(entity, href), ENTITY.sub(entity, shown)
    element = Element("a", {"href": href})
    element.text = AtomicString(shown)
    scan.state.spans[element] = scan.span(at, end)
    scan.push(element)
