"""A guide on disk under test: built by guidepress in a cache of its own, and edited as an author would."""

from __future__ import annotations

import json
import re
import shutil
import sys
from hashlib import sha256
from pathlib import Path

import yaml

from bench import guide_source
from bench.book import page_of_text
from bench.measure import Failed, Run, measure

PYTHON = sys.executable
# A line of plain prose, in which a word can be changed that means nothing to Markdown.
_PROSE = re.compile(r"^[A-Z][^`*_\[\](){}<>|#]{60,}$", re.MULTILINE)
_WORD = re.compile(r"\b(?!altogether\b)[a-z]{5,}\b")


class Guide:
    """A copy of the guide in `folder`, at `place`; nothing of it was built before."""

    def __init__(self, folder: Path, place: Path) -> None:
        shutil.rmtree(place, ignore_errors=True)
        self.source = place / "source"
        self.out = place / "build"
        self.cache = place / "cache"
        shutil.copytree(folder / "source", self.source)
        self.chapters = [self.source / name for name in chapter_files(self.source)]

    def command(self, jobs: int) -> list[str]:
        """What presses the handbook."""
        command = [PYTHON, "-P", "-m", "guidepress", "build", str(self.source.parent)]
        return [*command, "--only", "handbook", "--jobs", str(jobs), "--out", str(self.out)]

    def build(self, jobs: int) -> Run:
        """Press the handbook; what the cache holds is used."""
        return measure(self.command(jobs), {"GUIDEPRESS_CACHE": str(self.cache)})

    @property
    def pages(self) -> int:
        """Pages of the last handbook."""
        manifest = json.loads((self.out / "manifest.json").read_text())
        return int(manifest["artifacts"]["handbook.pdf"]["pages"])

    @property
    def digest(self) -> str:
        """The hash of the last handbook."""
        return sha256((self.out / "handbook.pdf").read_bytes()).hexdigest()

    def change_word(self) -> None:
        """Write another word into the middle chapter."""
        chapter = self.chapters[len(self.chapters) // 2]
        text = chapter.read_text()
        line = next((m for m in _PROSE.finditer(text) if _WORD.search(m[0])), None)
        if line is None:
            raise Failed(f"{chapter.name} has no line of plain prose to edit")
        changed = _WORD.sub("altogether", line[0], count=1)
        chapter.write_text(text[: line.start()] + changed + text[line.end() :])

    def grow(self) -> None:
        """Write a page more into the first chapter."""
        with self.chapters[0].open("a") as file:
            file.write(f"\n\n{guide_source.passage(page_of_text())}")


def chapter_files(source: Path) -> list[str]:
    """The chapters of the parts in order, as guide.yaml names them."""
    parts = yaml.safe_load((source / "guide.yaml").read_text())["contents"]["parts"]
    chapters = [chapter for part in parts for chapter in part["chapters"]]
    return [chapter if isinstance(chapter, str) else chapter["file"] for chapter in chapters]
