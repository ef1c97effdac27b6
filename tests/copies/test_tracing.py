"""Whose copy it is: of whole copies, of pages of theirs, and of what other programs made of them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from tests.copies.conftest import Office
from tests.project import Run, run

PEOPLE = "name\nAda Lovelace\nمحمد بن سلمان\n王小明\n"


def trace(path: Path, *options: str | Path) -> list[dict[str, Any]]:
    done = run("trace", path, "--format", "json", *options)
    assert done.status == 0, done.err
    found: list[dict[str, Any]] = json.loads(done.out)
    return found


def names(path: Path) -> list[str]:
    return [one["name"] for one in trace(path)]


@pytest.fixture
def copies(office: Office) -> Office:
    assert office.people(PEOPLE).stamp().status == 0
    return office


def test_a_whole_copy(copies: Office) -> None:
    """By its marks and its metadata; the register beside it knows it."""
    with pikepdf.open(copies.book) as book:
        pages = list(range(1, len(book.pages) + 1))
    for number, (name, copy) in enumerate(
        zip(PEOPLE.split("\n")[1:], copies.copies, strict=False), 1
    ):
        (found,) = trace(copy)
        assert (found["copy"], found["name"], found["pages"]) == (number, name, pages)
        assert found["metadata"]
        assert found["genuine"]
    shown = run("trace", copies.copies[0]).out
    assert (
        f"copy 1: Ada Lovelace (mark {trace(copies.copies[0])[0]['mark']}, in the register; metadata; pages 1-"
        in shown
    )


def stripped(source: Path, target: Path) -> None:
    """Without any metadata, on the level of objects."""
    with pikepdf.open(source) as pdf:
        del pdf.docinfo
        del pdf.Root.Metadata
        pdf.save(target, static_id=True)


def one_page(source: Path, target: Path) -> None:
    with pikepdf.open(source) as pdf:
        made = pikepdf.new()
        made.pages.append(pdf.pages[-1])
        made.save(target)


def uncovered(source: Path, target: Path) -> None:
    """Without the line that can be read."""
    with pikepdf.open(source) as pdf:
        for own in pdf.pages:
            del own.resources.XObject["/Gp0"]
        del pdf.docinfo
        del pdf.Root.Metadata
        pdf.save(target)


def placed(source: Path, target: Path) -> None:
    """On a sheet, two pages side by side, each a form in a form."""
    with pikepdf.open(source) as pdf:
        made = pikepdf.new()
        sheet = made.add_blank_page(page_size=(842, 595))
        for at in (0, 1):
            sheet.add_overlay(pdf.pages[at], pikepdf.Rectangle(421 * at, 0, 421 * at + 421, 595))
        made.save(target)


def coalesced(source: Path, target: Path) -> None:
    """With its content in one stream, decompressed."""
    with pikepdf.open(source) as pdf:
        for own in pdf.pages:
            own.contents_coalesce()
        pdf.save(target, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False)


@pytest.mark.parametrize("work", [stripped, one_page, uncovered, placed, coalesced])
def test_what_somebody_did_to_a_copy(
    copies: Office, work: Callable[[Path, Path], None], tmp_path: Path
) -> None:
    for name, copy in zip(PEOPLE.split("\n")[1:], copies.copies, strict=False):
        work(copy, tmp_path / "leaked.pdf")
        assert names(tmp_path / "leaked.pdf") == [name]


def by_cairo(source: Path, page: int, target: Path) -> list[object]:
    return ["pdftocairo", "-pdf", "-f", page, "-l", page, source, target]


def by_ghostscript(source: Path, page: int, target: Path) -> list[object]:
    return [
        "gs",
        "-q",
        "-sDEVICE=pdfwrite",
        f"-dFirstPage={page}",
        f"-dLastPage={page}",
        "-o",
        target,
        source,
    ]


def smaller(source: Path, page: int, target: Path) -> list[object]:
    """On a smaller sheet, as the settings for screens have it."""
    return [
        *by_ghostscript(source, page, target)[:-3],
        "-dPDFFitPage",
        "-g3000x4000",
        "-dPDFSETTINGS=/screen",
        "-o",
        target,
        source,
    ]


def by_poppler(source: Path, page: int, target: Path) -> list[object]:
    return ["pdfseparate", "-f", page, "-l", page, source, target]


def by_qpdf(source: Path, page: int, target: Path) -> list[object]:
    return ["qpdf", source, "--pages", ".", page, "--", "--rotate=+90", "--linearize", target]


@pytest.mark.parametrize("command", [by_cairo, by_ghostscript, smaller, by_poppler, by_qpdf])
def test_a_page_printed_by_another_program(
    copies: Office, command: Callable[[Path, int, Path], list[object]], tmp_path: Path
) -> None:
    """A single one, with whatever paths and forms that program makes of it; of the cover too, which is dark."""
    for page in (1, 2):
        for number, name in enumerate(PEOPLE.split("\n")[1:-1]):
            leaked = tmp_path / f"leaked-{number}.pdf"
            words = list(map(str, command(copies.copies[number], page, leaked)))
            if shutil.which(words[0]) is None:
                pytest.skip(f"{words[0]} is not installed")
            subprocess.run(words, check=True, capture_output=True)
            assert names(leaked) == [name]


def test_through_postscript(copies: Office, tmp_path: Path) -> None:
    if not (shutil.which("pdftops") and shutil.which("gs")):
        pytest.skip("Poppler or Ghostscript is not installed")
    between, leaked = tmp_path / "page.ps", tmp_path / "leaked.pdf"
    subprocess.run(["pdftops", "-f", "2", "-l", "2", copies.copies[1], between], check=True)
    subprocess.run(["gs", "-q", "-sDEVICE=pdfwrite", "-o", leaked, between], check=True)
    assert names(leaked) == ["محمد بن سلمان"]


def test_pages_of_several_copies(copies: Office, tmp_path: Path) -> None:
    """Each by itself: who joined them is not taken for one of them."""
    made = pikepdf.new()
    sources = [pikepdf.open(copy) for copy in copies.copies]
    for own in (sources[0].pages[0], sources[1].pages[1], sources[0].pages[2]):
        made.pages.append(own)
    made.save(tmp_path / "mixed.pdf")
    found = trace(tmp_path / "mixed.pdf")
    assert [(one["name"], one["pages"]) for one in found] == [
        ("Ada Lovelace", [1, 3]),
        ("محمد بن سلمان", [2]),
    ]


def test_a_mark_that_the_register_does_not_know(
    copies: Office, office: Office, tmp_path: Path
) -> None:
    """Anybody can stamp anybody's name on a book; only who has the register makes a genuine copy."""
    forger = Office(tmp_path / "forger", office.book, office.deck)
    forger.folder.mkdir()
    forger.people(PEOPLE).stamp()
    register = copies.out / "register.json"
    (found,) = trace(forger.copies[0], "--register", register)
    assert (found["name"], found["genuine"]) == ("Ada Lovelace", False)
    assert "NOT in the register" in run("trace", forger.copies[0], "--register", register).out
    shutil.copy(copies.copies[0], tmp_path / "alone.pdf")
    (alone,) = trace(tmp_path / "alone.pdf")
    assert alone["genuine"] is None


def test_metadata_of_another(copies: Office, tmp_path: Path) -> None:
    """Both are reported, and the one without a mark on any page is not genuine where the name was changed."""
    with pikepdf.open(copies.copies[0]) as pdf, pikepdf.open(copies.copies[1]) as other:
        pdf.docinfo["/Recipient"] = "Grace Hopper"
        pdf.docinfo["/CopyMark"] = other.docinfo["/CopyMark"]
        pdf.save(tmp_path / "changed.pdf")
    found = trace(tmp_path / "changed.pdf", "--register", copies.out / "register.json")
    assert [
        (one["name"], bool(one["pages"]), one["metadata"], one["genuine"]) for one in found
    ] == [
        ("Ada Lovelace", True, False, True),
        ("Grace Hopper", False, True, False),
    ]


def test_protected_copies(office: Office) -> None:
    office.people("name,password\nAda,secret\nGrace,\n").stamp("--protect")
    ada, grace = office.copies
    assert names(grace) == ["Grace"]
    locked = run("trace", ada)
    assert locked.status == 1
    assert "error[trace-unreadable]" in locked.err
    owner = json.loads((office.out / "register.json").read_bytes())["owner-password"]
    assert [one["name"] for one in trace(ada, "--password", owner)] == ["Ada"]


def test_decks(office: Office, tmp_path: Path) -> None:
    office.people(PEOPLE).stamp("--deck", office.deck)
    deck = next(iter(sorted(office.out.glob("0002*.apkg"))))
    (found,) = trace(deck)
    assert (found["name"], found["genuine"]) == ("محمد بن سلمان", True)
    plain = run("trace", office.deck)
    assert plain.status == 1
    assert "error[trace-unknown]" in plain.err


def unreadable(path: Path, content: bytes) -> Run:
    path.write_bytes(content)
    return run("trace", path)


def test_what_names_nobody(office: Office, tmp_path: Path) -> None:
    assert "error[trace-unknown]" in run("trace", office.book).err
    for content in (
        b"",
        b"no pdf",
        b"PK\x03\x04 no zip",
        b"%PDF-1.7\n%%EOF\n",
        office.book.read_bytes()[:900],
    ):
        done = unreadable(tmp_path / "x.pdf", content)
        assert done.status == 1
        assert "Traceback" not in done.err
        assert "error[trace-un" in done.err


def test_forms_that_paint_themselves(tmp_path: Path) -> None:
    """Nobody is named, and it ends."""
    pdf = pikepdf.new()
    sheet = pdf.add_blank_page(page_size=(100, 100))
    form = pdf.make_stream(
        b"/F Do " * 50, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9])
    )
    form.Resources = Dictionary(XObject=Dictionary(F=form))
    sheet.Resources = Dictionary(XObject=Dictionary(F=form))
    sheet.Contents = pdf.make_stream(b"/F Do /G Do 1 2 re (x) 3 m 1 0 l f BT")
    pdf.save(tmp_path / "x.pdf")
    assert "error[trace-unknown]" in run("trace", tmp_path / "x.pdf").err
