"""`python -m bench.editor`: how long after a key the problems of a text are in the editor, in a guide of 300 pages.

A language server is spoken to as an editor does. Ten times a word is added to a chapter, each time in another; the
time runs from the moment the text is sent until its problems are there, the pause in which the server waits for more
keys among it. Completion is asked for right behind each edit, while the guide is being looked through.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from lsprotocol import types as lsp
from tests.editor.client import editor

from bench import book, guide_source
from bench.guide import chapter_files


def main() -> int:
    """Measure, and print the median and the worst time of each."""
    parser = argparse.ArgumentParser(prog="python -m bench.editor", description=__doc__)
    parser.add_argument("--pages", type=int, default=300, help="Pages of the synthetic guide.")
    parser.add_argument("--edits", type=int, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guidepress-bench-") as folder:
        project = Path(folder) / "guide"
        guide_source.write(book.book_of(arguments.pages), project)
        chapters = [project / "source" / name for name in chapter_files(project / "source")]
        problems, answers = [], []
        with editor(Path(folder) / "cache") as desk:
            started = time.perf_counter()
            for chapter in chapters:
                desk.send(chapter, chapter.read_text())
            desk.problems(chapters[-1], desk.version(chapters[-1]))
            print(f"first look, with nothing cached: {time.perf_counter() - started:.1f} s")
            for edit in range(arguments.edits):
                chapter = chapters[edit % len(chapters)]
                text = f"{desk.texts[chapter]}\nOne more word [x](#fig\n"
                end = lsp.Position(text.count("\n") - 1, len("One more word [x](#fig"))
                began = time.perf_counter()
                desk.send(chapter, text)
                identifier = lsp.TextDocumentIdentifier(chapter.as_uri())
                desk.await_(
                    desk.client.text_document_completion_async(
                        lsp.CompletionParams(identifier, end)
                    )
                )
                answers.append(time.perf_counter() - began)
                desk.problems(chapter, desk.version(chapter))
                problems.append(time.perf_counter() - began)
    for name, times in (("problems", problems), ("completion", answers)):
        median, worst = statistics.median(times), max(times)
        print(f"{name}: median {median * 1000:.0f} ms, worst {worst * 1000:.0f} ms")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
