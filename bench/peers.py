"""Other programs that make the same text into a PDF, where this machine has them, and what each leaves out."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import guide_source, pandoc, typst_source
from bench.book import Book
from bench.figures import Peer
from bench.guide import PYTHON, Guide, chapter_files
from bench.measure import Failed, Run, measure
from bench.trials import Say, page_count

TYPST = "0.15.0"
GUIDEPRESS_NAME, TYPST_NAME = "guidepress, 2 jobs", f"Typst {TYPST}"
FONTS = ("fontpkg_source_serif_4", "fontpkg_source_sans_3", "fontpkg_jetbrains_mono")
_TYPST = """
import sys, typst
main, pdf, standard, *fonts = sys.argv[1:]
typst.compile(main, output=pdf, font_paths=fonts, ignore_system_fonts=True, pdf_standards=standard.split())
"""
_LACKS = (
    "index, review questions with their answers apart, running heads, thumb tabs, the proof that no word was lost; "
    "each run starts from nothing"
)


@dataclass(frozen=True, slots=True)
class Contender:
    """A program, and how to make the text into `pdf` with it; no `run` where this machine lacks it."""

    peer: Peer
    run: Callable[[], Run] | None = None
    pdf: Path = Path()


def compare(
    text: Book, rounds: int, place: Path, say: Say, *, typst_only: bool = False
) -> list[Peer]:
    """Each program on the same synthetic book, in turn, or only Typst; those that are absent say why."""
    folder = guide_source.write(text, place / "guide")
    found = [_guidepress(folder, place), _typst(text, place)]
    return _compared(found if typst_only else [*found, *_others(folder, place)], rounds, say)


def compare_guide(folder: Path, rounds: int, place: Path, say: Say) -> list[Peer]:
    """Each program on the Markdown of the guide in `folder`, Typst on what pandoc makes of it."""
    found = [_guidepress(folder, place), _typst_of_markdown(folder, place)]
    return _compared([*found, *_others(folder, place)], rounds, say)


def _others(folder: Path, place: Path) -> list[Contender]:
    return [_chromium(folder, place), _latex(folder, place)]


def _compared(found: Sequence[Contender], rounds: int, say: Say) -> list[Peer]:
    for _ in range(rounds):
        for contender in found:
            _try(contender, say)
    return [contender.peer for contender in found]


def _try(contender: Contender, say: Say) -> None:
    peer = contender.peer
    if contender.run is None or peer.why:
        return
    try:
        run = contender.run()
        peer.pages = page_count(contender.pdf)
    except Failed as problem:
        peer.why = f"failed: {problem}"
        return
    peer.runs.add("cold", run)
    say(peer.name, run)


def _guidepress(folder: Path, place: Path) -> Contender:
    pressed = place / "pressed"
    return Contender(
        Peer(GUIDEPRESS_NAME, "nothing"),
        lambda: Guide(folder, pressed).build(2),
        pressed / "build" / "handbook.pdf",
    )


def _typst(text: Book, place: Path) -> Contender:
    lacks = f"{_LACKS}; the text has to be written in Typst's language"
    return _by_typst(lacks, "ua-1", place, lambda: typst_source.write(text, place / "typst"))


def _typst_of_markdown(folder: Path, place: Path) -> Contender:
    lacks = (
        f"{_LACKS}; references are words without pages, marks of guidepress's blocks are printed as text, HTML and "
        "remote pictures are left out, the mark of PDF/UA; pandoc's time is not counted"
    )

    def write() -> Path:
        program = pandoc.program(place / "packages")
        if program is None:
            raise Failed("pandoc is not installed, and could not be")
        return pandoc.write(folder, place / "typst", program)

    return _by_typst(lacks, "", place, write)


def _by_typst(lacks: str, standard: str, place: Path, write: Callable[[], Path]) -> Contender:
    peer = Peer(TYPST_NAME, lacks)
    packages = installed_typst(place / "packages")
    if packages is None:
        peer.why = "not installed, and could not be"
        return Contender(peer)
    try:
        main = write()
    except Failed as problem:
        peer.why = f"failed: {problem}"
        return Contender(peer)
    pdf = place / "typst.pdf"
    command = [PYTHON, "-c", _TYPST, main, pdf, standard, *font_folders()]
    return Contender(peer, lambda: measure(command, {"PYTHONPATH": str(packages)}), pdf)


def installed_typst(place: Path) -> Path | None:
    """The folder to import Typst from, which is put into `place` where there is none; None where that fails."""
    if importlib.util.find_spec("typst") is None:
        try:
            install = ["install", "-q", "--no-deps", "--target", place, f"typst=={TYPST}"]
            measure([PYTHON, "-m", "pip", *install])
        except Failed:
            return None
    return place


def _chromium(folder: Path, place: Path) -> Contender:
    peer = Peer(
        "headless Chromium, on the HTML of raw WeasyPrint",
        "page numbers in references, contents and index; footnotes (they stand in the text); running heads; "
        "the mark of PDF/UA",
    )
    browser = _first("chromium", "chromium-browser", "google-chrome")
    if not browser:
        peer.why = "not installed"
        return Contender(peer)
    html, pdf = place / "chromium.html", place / "chromium.pdf"
    measure([PYTHON, "-m", "bench.raw", folder, html])
    options = ["--headless", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")  # as root it refuses to run with it
    return Contender(peer, lambda: measure([browser, *options, html.as_uri()]), pdf)


def _latex(folder: Path, place: Path) -> Contender:
    peer = Peer(
        "pandoc with LaTeX, on the same Markdown",
        "tags, index, captions, review questions (it prints the marks of guidepress's blocks as text)",
    )
    pandoc, engine = _first("pandoc"), _first("lualatex", "xelatex")
    if not pandoc or not engine:
        peer.why = "not installed"
        return Contender(peer)
    source, pdf = folder / "source", place / "latex.pdf"
    chapters = [source / name for name in chapter_files(source)]
    options = f"--toc --number-sections --pdf-engine {engine} -V papersize=a4".split()
    files = ["--resource-path", source / "chapters", "-o", pdf]
    return Contender(peer, lambda: measure([pandoc, *chapters, *options, *files]), pdf)


def _first(*names: str) -> str:
    return next(filter(None, map(shutil.which, names)), "")


def font_folders() -> list[str]:
    """Where the fonts of the default layout lie."""
    specs = filter(None, map(importlib.util.find_spec, FONTS))
    return [folder for spec in specs for folder in spec.submodule_search_locations or ()]
