"""Personal copies of a book: by guidepress, by qpdf's overlay, and by pikepdf as its manual shows it.

    python -m bench.copies naive qpdf|pikepdf BOOK.pdf RECIPIENTS.csv FOLDER

makes copies the naive way: a page with the line in a standard font, laid over each page of the book. That is less than
guidepress does: no mark, no metadata, no script but Latin, no artifact, no PDF/A.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, String

from bench import book as text
from bench import guide_source
from bench.figures import Copies
from bench.guide import PYTHON, Guide
from bench.measure import measure
from bench.trials import Say

GUIDEPRESS, NAIVE = "guidepress", ("qpdf", "pikepdf")
FIRST = ("Ada", "Émile", "Grace", "Ольга", "محمد", "小明", "अनिता", "Jürgen", "Łukasz", "Σοφία")
LAST = ("Lovelace", "Zola", "Hopper", "Иванова", "سلمان", "王", "शर्मा", "Müller", "Żak", "Παππά")


def recipients(count: int, file: Path) -> Path:
    """So many people, of many scripts."""
    rows = [f"{FIRST[n % 10]} {LAST[n // 10 % 10]} {n},p{n}@example.org" for n in range(count)]
    file.write_text("name,email\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def compare(pages: int, count: int, few: int, rounds: int, place: Path, say: Say) -> Copies:
    """`count` copies by guidepress, `few` of the same book by the others, in turn."""
    guide = Guide(guide_source.write(text.book_of(pages), place / "source"), place / "guide")
    guide.build(2)
    book = guide.out / "handbook.pdf"
    found = Copies(guide.pages, count, few)
    all_, some = recipients(count, place / "all.csv"), recipients(few, place / "some.csv")
    for number in range(rounds):
        out = place / f"copies-{number}"
        options = ["--recipients", all_, "--out", out, "--jobs", "2"]
        run = measure([PYTHON, "-P", "-m", "guidepress", "stamp", book, *options])
        found.runs.add(GUIDEPRESS, run)
        say(f"{count:,} copies of {guide.pages} pages", run)
        for name in NAIVE:
            folder = place / f"{name}-{number}"
            folder.mkdir()
            run = measure([PYTHON, "-m", "bench.copies", "naive", name, book, some, folder])
            found.runs.add(name, run)
            say(f"{few:,} copies by {name}", run)
        for folder in place.glob(f"*-{number}"):
            for file in folder.iterdir():
                file.unlink()
    return found


def _stamp(line: str, size: tuple[float, float]) -> bytes:
    """A page with nothing but a line at its foot."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=size)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary(Font=Dictionary(F1=font))
    shown = String(line.encode("latin-1", "replace").decode("latin-1")).unparse()
    page.Contents = pdf.make_stream(b"BT /F1 6.5 Tf 60 12 Td " + shown + b" Tj ET")
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def naive(way: str, book: Path, people: Path, folder: Path) -> None:
    """A copy for each, one after the other."""
    with pikepdf.open(book) as pdf:
        left, bottom, right, top = (float(edge) for edge in pdf.pages[0].mediabox)
    with people.open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    for number, name in enumerate(names, 1):
        stamp = _stamp(f"{name} - personal copy - {number}", (right - left, top - bottom))
        if way == "qpdf":
            over = folder / "stamp.pdf"
            over.write_bytes(stamp)
            target = folder / f"{number}.pdf"
            subprocess.run(
                ["qpdf", book, "--overlay", over, "--repeat=1", "--", target], check=True
            )
            continue
        with pikepdf.open(book) as pdf, pikepdf.open(io.BytesIO(stamp)) as over_pdf:
            for page in pdf.pages:
                page.add_overlay(over_pdf.pages[0])
            pdf.save(folder / f"{number}.pdf")


if __name__ == "__main__":
    naive(sys.argv[2], *map(Path, sys.argv[3:]))
