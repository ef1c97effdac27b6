"""`python -m bench.preview`: how long after a save the new picture is on the screen of a browser.

A guide of 300 pages (or the one in a folder) is previewed in headless Chromium. Ten times a word of a chapter is
changed, each time on another page and after everything of the time before is shown. The time runs from the moment the
file is written until the browser has the picture of that page decoded and in its place.
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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import book, guide_source
from bench.guide import chapter_files

# A line of plain prose, in which a word can be changed that means nothing to Markdown.
_PROSE = re.compile(r"^[A-Z][^`*_\[\](){}<>|#\n]{60,}$", re.MULTILINE)
_WORD = re.compile(r"\b[a-z]{5,}\b")
# Called with the moment at which a page's picture is in its place, in ms since 1970.
_OBSERVE = """() => {
  window.drawn = [];
  new MutationObserver((records) => records.forEach(({ target }) => window.drawn.push(
    [performance.timeOrigin + performance.now(), [...target.parentNode.children].indexOf(target)])))
    .observe(document.getElementById("pages"), { subtree: true, attributeFilter: ["data-drawn"] });
}"""
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
    with tempfile.TemporaryDirectory(prefix="guidepress-bench-") as folder:
        project = Path(folder) / "guide"
        if arguments.guide:
            shutil.copytree(arguments.guide / "source", project / "source")
        else:
            guide_source.write(book.book_of(arguments.pages), project)
        with _served(project) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1300, "height": 900})
            times = list(_times(page, address, project, arguments.edits))
            browser.close()
    for at, milliseconds in times:
        print(f"{at}: {milliseconds:.0f} ms")
    print(f"median of {len(times)} edits: {statistics.median(t for _, t in times):.0f} ms")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.preview", description=__doc__)
    parser.add_argument("--pages", type=int, default=300, help="Pages of the synthetic guide.")
    parser.add_argument("--edits", type=int, default=10)
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


def _times(page: Any, address: str, project: Path, count: int) -> Iterator[tuple[str, float]]:
    """Where each edit was, and the milliseconds until it was to be seen."""
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
        yield f"{edit.chapter.name}, page {edit.page + 1}", drawn - saved * 1000
        page.wait_for_timeout(300)
        page.wait_for_function(_READY)


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
