"""Bytes of a foreign file -> Page: decoded, its front matter read, and made such that guidepress takes no offence."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from functools import cache
from typing import Any

import yaml

from guidepress.markdown.front_matter import is_meant
from guidepress.model.base import ID
from guidepress.scaffold.books.page import Page
from guidepress.scaffold.books.report import Fate, Report
from guidepress.source.files import CONTROL
from guidepress.source.yaml import require_shallow

_KEY = re.compile(r"[A-Za-z_][\w-]*\s*:(?:\s|$)")
# Keys that mean something to guidepress, and mostly something else in other tools.
_OURS = re.compile(r"\s*(id|title|stage|promise|tags)\s*:")
_OURS_BEGIN = "<<<<<<< "
# Translators translate the keys that stand above a title, too.
_TRANSLATED = re.compile(r"[^\W\d_][\w -]{0,30}:[ \t]*\S.{0,60}")
# A line of front matter that says the same to every reader of YAML.
_PLAIN = re.compile(
    r"""([A-Za-z][\w.-]*):[ ]+(?:"[^"\\]*"|\[(?:"[^"\\]*"(?:, ?)?)*\]"""
    r"""|[A-Za-z0-9/](?:[^:#"'{}\[\]]|:(?=[^ ])|(?<=\S)#)*)[ ]*"""
)
_DECODERS = ("utf-8-sig", "utf-16", "cp1252", "latin-1")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as other tools read it; tags that only they know are null."""


def _unknown(loader: Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return None


Loader.add_multi_constructor("", _unknown)


def load_yaml(text: str) -> Any:
    """A foreign YAML text as plain data; None where it is none."""
    with suppress(yaml.YAMLError, ValueError, TypeError, RecursionError, AttributeError):
        require_shallow(text)
        # The loader is a SafeLoader: it makes plain data only.
        return yaml.load(text, Loader)
    return None


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the encoding it is in."""
    for encoding in _DECODERS:
        if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        with suppress(UnicodeDecodeError):
            return data.decode(encoding), encoding
    return data.decode("latin-1"), "latin-1"


def read_page(data: bytes, name: str, target: str, report: Report, *, mdx: bool) -> Page:
    """The page of a file's bytes."""
    text, encoding = decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ").replace("\v", " ")
    page = Page(name, target, text.split("\n"), report, mdx)
    if encoding != "utf-8-sig":
        page.say(Fate.CHANGED, f"the encoding was {encoding}, it is UTF-8 now", 0)
    if CONTROL.search(text):
        _clean(page)
    if _OURS_BEGIN in text:
        _conflicts(page)
    _front_matter(page)
    return page


def _conflicts(page: Page) -> None:
    """Take out the marks of a merge that Git could not make: they would be headings and quotations."""
    begin, marks = -1, []
    for at, line in enumerate(page.lines):
        if line.startswith(_OURS_BEGIN):
            begin, marks = at, [at]
        elif begin >= 0 and (line.rstrip() == "=======" or line.startswith("||||||| ")):
            marks.append(at)
        elif begin >= 0 and line.startswith(">>>>>>> "):
            for one in (*marks, at):
                page.lines[one] = ""
            page.say(Fate.UNKNOWN, "a merge that Git could not make; both texts are kept", begin)
            begin = -1


def _clean(page: Page) -> None:
    for at, line in enumerate(page.lines):
        if bad := CONTROL.search(line):
            page.say(Fate.LEFT, f"the control character U+{ord(bad[0]):04X}", at)
            page.lines[at] = CONTROL.sub("", line)


def _front_matter(page: Page) -> None:
    lines = page.lines
    mark = lines[0].rstrip() if lines else ""
    if mark not in ("---", "+++") or len(lines) < 2:
        _metadata(page)
        return
    ends = (mark, "...") if mark == "---" else (mark,)
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in ends), 0)
    body = lines[1:end]
    if mark == "---" and (not lines[1].strip() or (not end and not _KEY.match(lines[1]))):
        return
    if not end:
        lines[0] = ""
        page.say(Fate.UNKNOWN, "front matter that never ends", 0)
        return
    if mark == "---" and not is_meant(body):
        return
    values: Any = None
    if mark == "+++":
        with suppress(ValueError):
            values = tomllib.loads("\n".join(body))
    else:
        values = load_yaml("\n".join(body))
    page.start = end + 1
    if isinstance(values, dict):
        page.front = {str(key): value for key, value in values.items()}
    elif any(line.strip() and not line.lstrip().startswith("#") for line in body):
        page.say(Fate.UNKNOWN, "front matter that cannot be read", 0)
    _quiet(page, end, whole=mark == "+++" or not isinstance(values, dict))


def _metadata(page: Page) -> None:
    """Keys above a rule, without one above them, as javascript.info has it."""
    end = next((at for at, line in enumerate(page.lines) if line.rstrip() == "---"), 0)
    keys = page.lines[: max(end - 1, 0)]
    if not keys or page.lines[end - 1].strip() or not all(map(_TRANSLATED.fullmatch, keys)):
        return
    below = next(filter(str.strip, page.lines[end + 1 :]), "")
    if not below.startswith("# "):
        return
    values = load_yaml("\n".join(keys))
    if isinstance(values, dict):
        page.front = {str(key): value for key, value in values.items()}
        page.blank(0, end)
        page.start = end + 1
        page.say(Fate.LEFT, "keys above a rule, which are no text", 0)


def _quiet(page: Page, end: int, *, whole: bool) -> None:
    """Make comments of what guidepress would take for its own; guide.yaml says it instead."""
    page.lines[0] = page.lines[end] = "---"
    within = False
    for at in range(1, end):
        line = page.lines[at]
        if line[:1] not in (" ", "\t", "-", "#", ""):
            within = bool(_OURS.match(line)) or _is_near(line)
        if line.strip() and (whole or within):
            page.lines[at] = f"# {line}"
    if not whole and _is_plain(page.lines[1:end]):
        return
    if not whole and load_yaml("\n".join(page.lines[1:end])) is None:
        _comment(page, end)
    elif not whole:
        # What this reader accepts may be too much for that of guidepress: YAML 1.2, each key once.
        from guidepress.markdown import front_matter

        if front_matter.read(page.lines[: end + 1], page.name).diagnostics:
            _comment(page, end)


def _is_plain(lines: list[str]) -> bool:
    """Whether it is nothing but keys with plain values, each once, which every reader of YAML reads alike."""
    keys = [match[1] for line in lines if (match := _PLAIN.fullmatch(line))]
    rest = sum(1 for line in lines if line.strip() and not line.startswith("#"))
    return len(keys) == rest == len(set(keys))


def _comment(page: Page, end: int) -> None:
    for at in range(1, end):
        if page.lines[at].strip() and not page.lines[at].startswith("#"):
            page.lines[at] = f"# {page.lines[at]}"


def _is_near(line: str) -> bool:
    return _is_nearly_ours(line.partition(":")[0].strip().lower())


@cache
def _is_nearly_ours(key: str) -> bool:
    import difflib

    return bool(difflib.get_close_matches(key, ("id", "title", "stage", "promise", "tags"), 1, 0.8))


def is_id(value: object) -> bool:
    """Whether a value of front matter can be an id."""
    return isinstance(value, str) and re.fullmatch(ID, value) is not None
