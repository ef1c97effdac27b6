"""What sections with the same styles share in a process: parsed style sheets and fonts.

An environment depends only on the styles and on the files that they read, so that a section
comes out the same whatever the process did before.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import re
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from multiprocessing import util
from pathlib import Path
from typing import Any, TypeVar

from fontTools.ttLib import TTFont, woff2
from weasyprint import CSS
from weasyprint.css.counters import CounterStyle
from weasyprint.text.ffi import ffi, fontconfig
from weasyprint.text.fonts import FontConfiguration, get_hb_object_data
from weasyprint.urls import URLFetcher, URLFetcherResponse, iri_to_uri

from guidepress import scratch
from guidepress.pdf import log
from guidepress.pdf.model import LogLine, Section
from guidepress.pdf.variables import without_host_fonts

LOGGER = logging.getLogger(log.LOGGER)

# Environments, and style sheets beside them, kept in a process. A book has a few of either.
KEPT = 16
# What makes a style sheet more than rules: it loads fonts or other sheets, or defines counter styles, or may do so
# by a name that is written with an escape.
_LOADING = re.compile(r"@(font-face|import|counter-style)\b|@[a-z-]*\\", re.IGNORECASE)

MEDIA_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}
PROGRAM_MAGIC = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf")

K = TypeVar("K")
V = TypeVar("V")

# A file's path, time of change in nanoseconds and size: enough to see that it changed.
Stamp = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Program:
    """A font program that was read: its URL, and the file behind it, "" for a data URL."""

    url: str
    path: str


class Fetcher(URLFetcher):  # type: ignore[misc]
    """Reads the files that a section names, and nothing else.

    `read` keeps the stamp of every file that was read, None for a refused URL.
    `programs` maps the digests of font programs to where they come from.
    """

    def __init__(self, files: Mapping[str, str]) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False)
        self.files = {iri_to_uri(url): path for url, path in files.items()}
        self.read: dict[str, Stamp | None] = {}
        self.programs: dict[str, Program] = {}

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """Return the contents behind a URL; raise ValueError or OSError where there are none."""
        if url.startswith("data:"):
            response = super().fetch(url, headers)
            data = unpacked(response.read())
            self._note_program(data, url, "")
            return URLFetcherResponse(url, data, response.headers)
        url = iri_to_uri(url)
        path = self.files.get(url)
        if path is None:
            self.read[url] = None
            LOGGER.error("Refused to read %s: it is not among the files of the section", url)
            raise ValueError("not among the files of the section")
        try:
            self.read[url] = stamp(path)
            data = unpacked(Path(path).read_bytes())
        except OSError as error:
            self.read[url] = None
            LOGGER.error("Cannot read %s: %s", url, error.strerror)
            raise
        self._note_program(data, url, path)
        kind = MEDIA_TYPES.get(Path(path).suffix.lower(), "application/octet-stream")
        return URLFetcherResponse(url, data, {"Content-Type": kind})

    def _note_program(self, data: bytes, url: str, path: str) -> None:
        if data[:4] in PROGRAM_MAGIC:
            self.programs[digest(data)] = Program(url, path)


def stamp(path: str) -> Stamp:
    """Return what shows whether a file is still the same."""
    status = os.stat(path)
    return path, status.st_mtime_ns, status.st_size


def digest(data: bytes) -> str:
    """Return the identity of a font program."""
    return blake2b(data, digest_size=16).hexdigest()


def coordinates(program: bytes, index: int, variations: Mapping[str, float]) -> dict[str, float]:
    """Return the value that layout used on each axis of a variable font.

    The high half of `index` chooses one of the font's named instances, `variations` are what
    the style asks for on top of it. Axes that the font does not have are left out.
    """
    font = TTFont(io.BytesIO(program), fontNumber=index & 0xFFFF, lazy=True)
    if "fvar" not in font:
        return {}
    table = font["fvar"]
    instance = (index >> 16) & 0x7FFF
    named = table.instances[instance - 1].coordinates if instance else {}
    values = {}
    for axis in table.axes:
        tag = axis.axisTag
        value = variations.get(tag, named.get(tag, axis.defaultValue))
        values[tag] = float(min(max(value, axis.minValue), axis.maxValue))
    return values


def read_program(url: str, path: str) -> bytes:
    """Read a font program from a file, or from the URL itself if it holds the program."""
    if url.startswith("data:"):
        program: bytes = Fetcher({}).fetch(url).read()
        return program
    return unpacked(Path(path).read_bytes())


def unpacked(data: bytes) -> bytes:
    """Return the font program in a WOFF file; return other data as they are."""
    if data[:3] != b"wOF":
        return data
    target = io.BytesIO()
    if data[3:4] == b"2":
        woff2.decompress(io.BytesIO(data), target)
    else:
        font = TTFont(io.BytesIO(data), recalcTimestamp=False)
        font.flavor = None
        font.save(target)
    return target.getvalue()


class Fonts(FontConfiguration):  # type: ignore[misc]
    """A font configuration that starts empty, and cleans up in the process that made it."""

    def __init__(self) -> None:
        with without_host_fonts():
            super().__init__()
        # How text is set up in these fonts, and the shapes of words, by what a style asks for.
        self.setups: dict[tuple[object, ...], Any] = {}
        self.shapes: dict[tuple[object, ...], Any] = {}
        self._folder = Path(tempfile.mkdtemp(prefix="fonts-", dir=scratch.folder()))
        self._clean_up = util.Finalize(None, shutil.rmtree, (self._folder, True), exitpriority=0)

    def add_font_face(self, rule_descriptors: Any, url_fetcher: Any) -> None:
        """Load a font. Processes of a build that load the same one have it in memory once."""
        before = self.loaded()
        super().add_font_face(rule_descriptors, url_fetcher)
        for name in self.loaded() - before:
            with suppress(OSError):  # as where a file system has no links
                _share(self._folder / name)

    def __del__(self) -> None:
        # The finalizer does nothing in forked processes, which share the folder.
        if hasattr(self, "_clean_up"):
            self._clean_up()

    def any(self) -> bool:
        """Say whether there is a font to set text in."""
        fonts = fontconfig.FcConfigGetFonts(self._config, fontconfig.FcSetApplication)
        return bool(fonts != ffi.NULL and fonts.nfont)

    def loaded(self) -> frozenset[str]:
        """Return names that stand for the fonts loaded so far."""
        return frozenset(os.listdir(self._folder))


def _share(font: Path) -> None:
    """Put the file of the first process of a build that has the same font in the place of a file, or this one first."""
    with font.open("rb") as file:
        name = hashlib.file_digest(file, "sha256").hexdigest()
    first = scratch.folder() / f"font-{name}"
    try:
        os.link(font, first)
    except FileExistsError:
        here = font.with_suffix(".shared")
        os.link(first, here)
        here.replace(font)


@dataclass(slots=True, eq=False)
class Environment:
    """Parsed styles, the fonts that they load, and what was logged and read meanwhile."""

    fonts: Fonts
    counters: CounterStyle
    sheets: list[CSS]
    log: tuple[LogLine, ...]
    read: dict[str, Stamp | None]
    programs: dict[str, Program]
    # What is known of fonts by their names in content streams.
    known: dict[str, tuple[str, dict[str, float]]] = field(default_factory=dict)

    def identify(self, font: Any) -> tuple[str, dict[str, float]]:
        """Return the digest of a font's program, and where on its axes a variable font stands."""
        if font.hash not in self.known:
            program = get_hb_object_data(font.hb_face)
            self.known[font.hash] = (
                digest(program),
                coordinates(program, font.index, font.variations),
            )
        return self.known[font.hash]

    def serves(self, files: Mapping[str, str]) -> bool:
        """Say whether the styles would read the same from these files."""
        available = {iri_to_uri(url): path for url, path in files.items()}
        try:
            return all(
                known == (stamp(available[url]) if url in available else None)
                for url, known in self.read.items()
            )
        except OSError:
            return False


_environments: OrderedDict[tuple[str, ...], Environment] = OrderedDict()
_plain: OrderedDict[str, tuple[CSS, tuple[LogLine, ...]]] = OrderedDict()


def environment_of(section: Section) -> Environment:
    """Return the environment of a section, from an earlier one with the same styles if possible.

    Sections whose styles differ only in sheets that load nothing share their fonts, and the other sheets.
    """
    loading = tuple(style for style in section.styles if _LOADING.search(style))
    environment = _environments.pop(loading, None)
    if environment is None or not environment.serves(section.files):
        environment = _parse(loading, section.files)
    _remember(_environments, loading, environment)
    parsed = dict(zip(loading, environment.sheets, strict=True))
    sheets, lines = [], list(environment.log)
    for style in section.styles:
        if style in parsed:
            sheets.append(parsed[style])
        else:
            sheet, messages = _plain_sheet(style)
            sheets.append(sheet)
            lines += messages
    return replace(environment, sheets=sheets, log=tuple(lines))


def forget(section: Section) -> None:
    """Drop the environment of a section, so that no later section gets it."""
    _environments.pop(tuple(s for s in section.styles if _LOADING.search(s)), None)


def _parse(styles: tuple[str, ...], files: Mapping[str, str]) -> Environment:
    fonts, counters, fetcher = Fonts(), CounterStyle(), Fetcher(files)
    with log.captured() as lines:
        sheets = [
            CSS(string=style, url_fetcher=fetcher, font_config=fonts, counter_style=counters)
            for style in styles
        ]
    return Environment(fonts, counters, sheets, tuple(lines), fetcher.read, fetcher.programs)


def _plain_sheet(style: str) -> tuple[CSS, tuple[LogLine, ...]]:
    """A sheet that loads nothing, and what was logged over it."""
    found = _plain.pop(style, None)
    if found is None:
        with log.captured() as lines:
            sheet = CSS(string=style, url_fetcher=Fetcher({}))
        found = sheet, tuple(lines)
    _remember(_plain, style, found)
    return found


def _remember(known: OrderedDict[K, V], key: K, value: V) -> None:
    known[key] = value
    while len(known) > KEPT:
        known.popitem(last=False)
