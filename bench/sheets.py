"""The cards of a guide, pressed on sheets to print and cut.

    python -m bench.sheets GUIDE FILE.pdf

Prints how many cards and pages there are, and the seconds from the composed book to the finished file.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from guidepress.book.compiler import compile_book
from guidepress.cards.press import press
from guidepress.layouts import find_layout
from guidepress.layouts.words import layout_words
from guidepress.pdf.workers import Workers
from guidepress.source.project import read_guide


def main(folder: Path, file: Path) -> None:
    guide = read_guide(folder)
    assert guide.value is not None, guide.diagnostics
    layout = find_layout(guide.value.source.products.handbook.layout, folder)
    assert layout.value is not None, layout.diagnostics
    words = layout_words(layout.value, guide.value.source.language, guide.value.brand.words)
    book = compile_book(guide.value, words)
    assert book.value is not None, book.diagnostics
    start = time.perf_counter()
    with Workers(2) as workers:
        pressed = press(book.value, layout.value, workers=workers)
    assert pressed.value is not None, pressed.diagnostics
    file.write_bytes(pressed.value.pdf)
    seconds = time.perf_counter() - start
    made = {"cards": pressed.value.cards, "pages": pressed.value.pages, "seconds": seconds}
    print(json.dumps(made))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
