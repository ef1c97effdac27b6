"""`python -m bench.preview`: how long after a save the new picture is on the screen of a browser.

A guide of 300 pages (or the one in a folder) is previewed in headless Chromium. Ten times a word of a chapter is
changed, each time on another page and after everything of the time before is shown. The time runs from the moment the
file is written until the browser has the picture of that page decoded and in its place. With `--hasty` the next edit
comes half a second after that picture, while the rest of the book is still being brought up to date.

With `--typst` each edit is made in the same text for Typst, too, in turn. A compiler that stays, as that of `typst
watch` does, makes its PDF anew; that time ends when the file is written, and has no picture in it yet.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import book, guide_source, peers, typst_source
from bench.guide import PYTHON, chapter_files

# A line of plain prose, in which a word can be changed that means nothing to Markdown.
_PROSE = re.compile(r"^[A-Z][^`*_\[\](){}<>|#\n]{60,}$", re.MULTILINE)
_WORD = re.compile(r"\b[a-z]{5,}\b")
# Of the drawing of the times: ms in a line, characters for all of them.
_STEP, _WIDTH = 50, 60
# Called with the moment at which a page's picture is in its place, in ms since 1970.
_OBSERVE = """() => {
  window.drawn = [];
  new MutationObserver((records) => records.forEach(({ target }) => window.drawn.push(
    [performance.timeOrigin + performance.now(), [...target.parentNode.children].indexOf(target)])))
    .observe(document.getElementById("pages"), { subtree: true, attributeFilter: ["data-drawn"] });
}"""
_WATCHING = """
import sys, time, typst
main, pdf, *fonts = sys.argv[1:]
compiler = typst.Compiler(main, font_paths=fonts, ignore_system_fonts=True)
for line in sys.stdin:
    compiler.compile(output=pdf, pdf_standards=["ua-1"])
    print(time.time(), flush=True)
"""
_ITEM = "document.getElementById('pages').children[at]"
_READY = "() => document.getElementById('status').textContent === 'Up to date'"


@dataclass(frozen=True, slots=True)
class Edit:
    """A line of a chapter, and the page that it is on, from 0."""

    chapter: Path
    line: str
    page: int


def main() -> int:
    """Measure, and print each time and the median."""
    from playwright.sync_api import sync_playwright

    arguments = _arguments()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("there is no Chromium here", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory(prefix="guidepress-bench-") as folder, ExitStack() as stack:
        place = Path(folder)
        project, watch = place / "guide", None
        if arguments.guide:
            shutil.copytree(arguments.guide / "source", project / "source")
        else:
            text = book.book_of(arguments.pages, chapter_pages=arguments.chapter)
            guide_source.write(text, project)
            if arguments.typst:
                watch = stack.enter_context(_Watch(text, place))
        address = stack.enter_context(_served(project))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        times = list(_times(page, address, project, arguments.edits, watch, arguments.hasty))
        browser.close()
    _tell("guidepress, save to picture", [ours for ours, _ in times])
    if watch:
        _tell("Typst, save to PDF", [theirs for _, theirs in times])
        ratio = statistics.median(o for o, _ in times) / statistics.median(t for _, t in times)
        print(f"of Typst's time: {ratio:.2f}")
    return 0


def _tell(what: str, times: Sequence[float]) -> None:
    """The median and the slowest, and how many took how long."""
    ordered = sorted(times)
    late = ordered[min(len(ordered) * 95 // 100, len(ordered) - 1)]
    print(
        f"{what}: median of {len(times)} edits {statistics.median(times):.0f} ms, 95 % within {late:.0f}, "
        f"{ordered[0]:.0f} to {ordered[-1]:.0f}"
    )
    for step, count in sorted(Counter(int(one // _STEP) for one in times).items()):
        bar = "#" * -(-count * _WIDTH // len(times))
        print(f"{step * _STEP:6}–{(step + 1) * _STEP:<5}{count:5} {bar}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.preview", description=__doc__)
    parser.add_argument("--pages", type=int, default=300, help="Pages of the synthetic guide.")
    parser.add_argument(
        "--chapter", type=int, default=book.PAGES_PER_CHAPTER, help="Pages of its chapters."
    )
    parser.add_argument("--typst", action="store_true", help="Edit the same text in Typst, too.")
    parser.add_argument("--edits", type=int, default=10)
    parser.add_argument("--hasty", action="store_true", help="Do not wait for what is left.")
    parser.add_argument("--guide", type=Path, help="Measure a copy of the guide in this folder.")
    return parser.parse_args()


class _served:
    """A preview of a project, with a cache of its own; gives its address."""

    def __init__(self, project: Path) -> None:
        command = [sys.executable, "-m", "guidepress", "preview", str(project), "--port", "0"]
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            # One that is set is used, to measure once more without laying out everything again.
            env={"GUIDEPRESS_CACHE": str(project.parent / "cache"), **os.environ},
        )

    def __enter__(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().split()[0]

    def __exit__(self, *raised: object) -> None:
        self._process.terminate()
        self._process.wait()


class _Watch:
    """A compiler of Typst that stays, on the same text; a context."""

    def __init__(self, text: book.Book, place: Path) -> None:
        packages = peers.installed_typst(place / "packages")
        if packages is None:
            raise SystemExit("Typst is not installed, and could not be")
        self._main = typst_source.write(text, place / "typst")
        command = [PYTHON, "-c", _WATCHING, self._main, place / "typst.pdf", *peers.font_folders()]
        self._process = subprocess.Popen(
            list(map(str, command)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(packages)},
        )
        self._compiled()

    def __enter__(self) -> _Watch:
        return self

    def __exit__(self, *raised: object) -> None:
        self._process.kill()
        self._process.wait()

    def edit(self, line: str, changed: str) -> float:
        """Milliseconds from the save of a line that changed until there is a new PDF."""
        text = self._main.read_text()
        if line not in text:
            raise SystemExit(f"Typst's text has no such line: {line}")
        saved = time.time()
        self._main.write_text(text.replace(line, changed, 1))
        return (self._compiled() - saved) * 1000

    def _compiled(self) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(file=self._process.stdin, flush=True)
        return float(self._process.stdout.readline())


def _times(
    page: Any, address: str, project: Path, count: int, watch: _Watch | None, hasty: bool
) -> Iterator[tuple[float, float]]:
    """Milliseconds until each edit was to be seen, and until Typst had it in a PDF; says each as it is measured."""
    page.set_default_timeout(900_000)
    page.goto(address)
    page.wait_for_selector("#pages li")
    page.wait_for_function(_READY)
    page.evaluate(_OBSERVE)
    for edit in _edits(address, project, count):
        page.evaluate(f"at => {_ITEM}.scrollIntoView()", edit.page)
        page.wait_for_function(
            f"at => {{ const {{ drawn, key }} = {_ITEM}.dataset; return drawn && drawn === key }}",
            arg=edit.page,
        )
        page.wait_for_timeout(500)
        page.evaluate("() => { window.drawn = [] }")
        text = edit.chapter.read_text()
        changed = _WORD.sub("altogether", edit.line, count=1)
        saved = time.time()
        edit.chapter.write_text(text.replace(edit.line, changed, 1))
        page.wait_for_function("at => window.drawn.some(([, page]) => page === at)", arg=edit.page)
        drawn = page.evaluate("at => window.drawn.find(([, page]) => page === at)[0]", edit.page)
        if not hasty:
            page.wait_for_timeout(300)
            page.wait_for_function(_READY)
        ours, theirs = drawn - saved * 1000, 0.0
        beside = ""
        if watch:
            theirs = watch.edit(edit.line, changed)
            beside = f", Typst {theirs:.0f} ms"
        print(f"{edit.chapter.name}, page {edit.page + 1}: {ours:.0f} ms{beside}", flush=True)
        yield ours, theirs


def _edits(address: str, project: Path, count: int) -> Sequence[Edit]:
    """Lines on as many pages of the middle chapters."""
    with urllib.request.urlopen(f"{address}state") as answer:
        pages = json.load(answer)["pages"]
    found: list[Edit] = []
    chapters = [project / "source" / name for name in chapter_files(project / "source")]
    chapters = chapters[len(chapters) // 2 :] + chapters[: len(chapters) // 2]
    texts: dict[str, str] = {}
    for chapter in chapters:
        lines = [m[0] for m in _PROSE.finditer(chapter.read_text()) if _WORD.search(m[0])]
        for at, page in enumerate(pages):
            if page["section"] != f"chapter-{chapter.stem}" or not page["key"]:
                continue
            if page["key"] not in texts:
                with urllib.request.urlopen(f"{address}pages/{page['key']}.txt") as answer:
                    texts[page["key"]] = " ".join(answer.read().decode().split())
            line = next((one for one in lines if one[:40] in texts[page["key"]]), None)
            if line is not None:
                found.append(Edit(chapter, line, at))
                lines.remove(line)
            if len(found) == count:
                return found
    return found


if __name__ == "__main__":
    sys.exit(main())
