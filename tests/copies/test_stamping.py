"""Copies: a line on each page, metadata, valid files; whole runs or none; whatever PDF comes."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from tests.copies.conftest import Office
from tests.deck.collection import Learner
from tests.pdf.inspection import flaws, texts
from tests.project import run

from guidepress.copies.master import stream
from guidepress.deck.ownership import owner_of
from guidepress.deck.packed import read_apkg

WORLD = "name\nAda Lovelace\nمحمد بن سلمان\n王小明\nअनिता शर्मा\nŽofie Παππά\nОльга\nAda 🎓\n"


def failures(data: bytes, profile: str) -> list[str]:
    report = page.validate_pdf_bytes(data, profile=profile, limits=page.SafetyLimits.unlimited())
    return [failure.message for failure in report.failures]


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_page_names_the_recipient(office: Office) -> None:
    """With licence line and number, in whatever script; no page without, and nobody else's name."""
    done = office.people(WORLD).stamp("--licence", "All rights reserved")
    assert done.status == 0, done.err
    names = WORLD.split("\n")[1:-1]
    assert len(office.copies) == len(names)
    for number, (name, copy) in enumerate(zip(names, office.copies, strict=True), 1):
        for text in texts(copy):
            seen = squeezed(text)
            assert f"Copy{number}" in seen
            assert "Allrightsreserved" in seen
            # pdftotext puts pieces of right-to-left words in its own order.
            assert set(squeezed(name)) <= set(seen)
        others = squeezed("".join(texts(copy)))
        assert number == 1 or "AdaLovelace" not in others


def test_copies_stay_valid(office: Office) -> None:
    """PDF/UA and PDF/A, whole structure, no complaint of qpdf; and the pages are those of the book."""
    office.people(WORLD).stamp()
    with pikepdf.open(office.book) as book:
        pages = len(book.pages)
        outline = len(book.open_outline().root)
    for copy in office.copies:
        for profile in ("ua1", "3a"):
            assert failures(copy.read_bytes(), profile) == []
        checked = subprocess.run(["qpdf", "--check", copy], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        with pikepdf.open(copy) as pdf:
            assert flaws(pdf) == []
            assert len(pdf.pages) == pages
            assert len(pdf.open_outline().root) == outline


def test_a_stream_that_ends_in_a_carriage_return_is_as_long_as_it_says() -> None:
    """As one of 256 compressed streams does."""
    data = next(d for d in map(b"%c".__mod__, range(256)) if zlib.compress(d, 6).endswith(b"\r"))
    made = stream(data)
    length = int(made.partition(b"/Length ")[2].partition(b">>")[0])
    raw = made.partition(b"stream\n")[2].removesuffix(b"endstream")
    assert raw.removesuffix(b"\r\n") == zlib.compress(data, 6)
    assert len(raw) == length + 2


def test_one_form_is_shared_by_all_pages(office: Office) -> None:
    """And painted as an artifact; every page still has what it had."""
    office.people("name\nAda\n").stamp()
    before = texts(office.book)
    with pikepdf.open(office.copies[0]) as pdf:
        forms: dict[str, set[tuple[int, int]]] = {}
        for one in pdf.pages:
            for name, form in one.resources.XObject.items():
                if name.startswith("/Gp"):
                    forms.setdefault(name, set()).add(form.objgen)
            for form_name in forms:
                content = pikepdf.parse_content_stream(one, "BDC BMC EMC Do")
                stack: list[str] = []
                for instruction in content:
                    if str(instruction.operator) in ("BDC", "BMC"):
                        stack.append(str(instruction.operands[0]))
                    elif str(instruction.operator) == "EMC":
                        stack.pop()
                    elif str(instruction.operands[0]) == form_name:
                        assert stack == ["/Artifact"]
        assert [len(found) for found in forms.values()] == [1, 1]
    for old, new in zip(before, texts(office.copies[0]), strict=True):
        assert squeezed(new).startswith(squeezed(old)[:400])


def test_metadata_name_the_recipient(office: Office) -> None:
    office.people('name,licence\n"Ada <b> & ""Co"" @@guidepress-mark@@",Mine\n').stamp()
    name = 'Ada <b> & "Co" @@guidepress-mark@@'
    with pikepdf.open(office.copies[0]) as pdf:
        assert str(pdf.docinfo["/Recipient"]) == name
        assert str(pdf.docinfo["/Copy"]) == "1"
        with pdf.open_metadata() as metadata:
            assert metadata["{urn:guidepress:copy#}name"] == name
            assert metadata["{urn:guidepress:copy#}licence"] == "Mine"
            assert metadata.pdfa_status == "3A"
        with pikepdf.open(office.book) as book:
            assert pdf.docinfo["/Title"] == book.docinfo["/Title"]
    assert failures(office.copies[0].read_bytes(), "3a") == []


def test_there_is_no_version_without_the_line(office: Office) -> None:
    """Cutting updates off the end of the file would bring it back."""
    office.people("name\nAda\n").stamp()
    assert office.copies[0].read_bytes().count(b"%%EOF") == 1
    assert office.copies[0].read_bytes().count(b"startxref") == 1


def test_the_same_bytes_every_time(office: Office, tmp_path: Path) -> None:
    """With the same register, whose secret is in the marks; with another, other marks."""
    office.people(WORLD).stamp()
    before = office.files
    for copy in office.copies:
        copy.unlink()
    office.stamp("--jobs", "2")
    assert office.files == before
    other = Office(tmp_path / "other", office.book, office.deck)
    other.folder.mkdir()
    other.people(WORLD).stamp()
    assert set(other.files) == set(before)
    assert not {n for n in before if other.files[n] == before[n]}


def test_what_stands_is_not_made_again(office: Office) -> None:
    office.people("name\nAda\nGrace\n").stamp()
    times = [copy.stat().st_mtime_ns for copy in office.copies]
    done = office.people("name\nAda\nGrace\nEmmy\n").stamp()
    assert "2 of them were made already" in done.out
    assert [copy.stat().st_mtime_ns for copy in office.copies][:2] == times
    assert len(office.copies) == 3


def test_a_damaged_copy_is_made_again(office: Office) -> None:
    """Such as one that lost its end in a power cut; and one of another book or with another licence line."""
    office.people("name\nAda\nGrace\n").stamp()
    good = office.files
    ada, grace = office.copies
    ada.write_bytes(ada.read_bytes()[:-500])
    grace.write_bytes(b"")
    office.stamp()
    assert office.files == good
    office.stamp("--licence", "Another")
    assert not {n for n in good if office.files[n] == good[n] and n.endswith(".pdf")}


def test_a_killed_run_goes_on_where_it_stopped(office: Office) -> None:
    """What it had finished stands, and nothing is left behind."""
    office.people("name\n" + "".join(f"Person {n}\n" for n in range(150)))
    arguments = ["stamp", office.book, "--recipients", office.list, "--out", office.out]
    process = subprocess.Popen([sys.executable, "-m", "guidepress", *map(str, arguments)],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    while process.poll() is None and not (office.out.exists() and len(office.copies) > 5):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = {copy.name: copy.stat().st_mtime_ns for copy in office.copies}
    assert 5 < len(done) < 150, "the run was over before it was killed"
    assert office.stamp().status == 0
    assert len(office.copies) == 150
    assert {name: (office.out / name).stat().st_mtime_ns for name in done} == done
    assert not [name for name in os.listdir(office.out) if name.startswith(".")]


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ("name,copy\nAda,1\nGrace,1\n", "recipient-copy"),
        ("name,password\nAda,secret\n", "recipient-password"),
        ("name\nAda \U000f0000\n", "recipient-unprintable"),
        ("name\nAda \u0378\n", "recipient-name"),
    ],
)
def test_a_list_with_errors_is_refused_whole(office: Office, people: str, code: str) -> None:
    done = office.people(people).stamp()
    assert done.status == 1
    assert f"error[{code}]" in done.err
    assert f"{office.list}:{people.count(chr(10))}" in done.err
    assert not office.out.exists()


def test_files_of_others_are_not_overwritten(office: Office) -> None:
    """Nor is any other copy written then."""
    office.out.mkdir()
    (office.out / "0002-Grace.pdf").write_bytes(b"mine")
    done = office.people("name\nAda\nGrace\n").stamp()
    assert done.status == 1
    assert "error[copies-occupied]" in done.err
    assert f"{office.list}:3" in done.err
    assert office.files == {"0002-Grace.pdf": b"mine"}


def test_a_damaged_register_is_not_replaced(office: Office) -> None:
    """With its secret, every mark that was ever made could no longer be proved."""
    office.people("name\nAda\n").stamp()
    register = office.out / "register.json"
    for broken in (
        b"",
        b"{}",
        b"[" * 100000,
        register.read_bytes().replace(b'"secret": "', b'"secret": "x'),
    ):
        register.write_bytes(broken)
        done = office.people("name\nGrace\n").stamp()
        assert done.status == 1
        assert "error[register-unreadable]" in done.err
        assert register.read_bytes() == broken
        assert len(office.copies) == 1


def test_long_names_fit_on_the_page(office: Office) -> None:
    """Three hundred characters of any width, with a licence line as long."""
    wide, word = "王" * 300, "W" * 300
    done = office.people(f"name,licence\n{wide},{word}\n{word},{wide}\n").stamp()
    assert done.status == 0, done.err
    for copy in office.copies:
        for text in texts(copy):
            assert text.count("王") >= 300
            assert text.count("W") >= 300
        with pikepdf.open(copy) as pdf:
            line = pdf.pages[0].resources.XObject["/Gp0"]
            left, bottom, right, top = (float(edge) for edge in line.BBox)
            assert right - left < float(pdf.pages[0].trimbox[2])
            assert top - bottom < float(pdf.pages[0].trimbox[3]) / 2


def foreign(change: Callable[[Pdf], None], pages: int = 3) -> bytes:
    """A PDF that guidepress did not make: text in a standard font, no structure, no metadata."""
    pdf = pikepdf.new()
    for number in range(pages):
        pdf.add_blank_page(page_size=(300, 400))
        own = pdf.pages[-1]
        own.Contents = pdf.make_stream(f"BT /F1 12 Tf 40 300 Td (Page {number + 1}) Tj ET".encode())
        own.Resources = Dictionary(
            Font=Dictionary(
                F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            )
        )
    change(pdf)
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def inherited(pdf: Pdf) -> None:
    """What pages have in common stands above them."""
    pages = pdf.Root.Pages
    pages.Resources = pdf.make_indirect(pdf.pages[0].obj.Resources)
    pages.MediaBox, pages.Rotate = Array([0, 0, 300, 400]), 90
    for own in pdf.pages:
        for key in ("/Resources", "/MediaBox"):
            del own.obj[key]


def turned(pdf: Pdf) -> None:
    for own, turn in zip(pdf.pages, (90, 180, 270), strict=True):
        own.Rotate = turn


def boxed(pdf: Pdf) -> None:
    """Pages that do not begin at the origin, are cropped, have corners in any order, or count in larger units."""
    one, two, three = (own.obj for own in pdf.pages)
    one.MediaBox = Array([-100, 500, 200, 900])
    two.MediaBox, two.CropBox = Array([300, 400, 0, 0]), Array([30, 40, 270, 360])
    three.UserUnit, three.TrimBox = 2, Array([1000, 1000, 1100, 1100])


def states(pdf: Pdf) -> None:
    """Pages that leave or restore states that nobody saved, clip all away, or have no content."""
    one, two, three = (own.obj for own in pdf.pages)
    one.Contents = Array([pdf.make_stream(b"q 0 0 1 1 re W n q 0.1 0 0 0.1 0 0 cm")])
    two.Contents = Array([pdf.make_stream(b"Q Q"), pdf.make_stream(b"0.2 0 0 0.2 9 9 cm")])
    del three["/Contents"]


def named(pdf: Pdf) -> None:
    """Names of our own are taken."""
    form = pdf.make_stream(
        b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9])
    )
    for own in pdf.pages:
        own.Resources.XObject = Dictionary(Gp0=form)


def bare(pdf: Pdf) -> None:
    pdf.Root.Metadata = pdf.make_stream(b"<not xmp")
    for own in pdf.pages:
        del own.obj["/Resources"]
        own.obj.Contents = pdf.make_stream(b"")


@pytest.mark.parametrize("change", [inherited, turned, boxed, states, named, bare])
def test_books_of_other_programs(
    office: Office, change: Callable[[Pdf], None], tmp_path: Path
) -> None:
    """The line is on each page, upright and within what is seen of it, wherever that is."""
    book = tmp_path / "foreign.pdf"
    book.write_bytes(foreign(change))
    done = office.people("name\nAda Lovelace\n").stamp(book=book)
    assert done.status == 0, done.err
    for number in (1, 2, 3):
        # pdftotext reads what is seen, as a reader turns it; -bbox gives places.
        found = subprocess.run(
            ["pdftotext", "-f", str(number), "-l", str(number), "-cropbox", "-bbox", office.copies[0], "-"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        width, height = (
            float(found.split(f'{side}="')[1].split('"')[0]) for side in ("width", "height")
        )
        with pikepdf.open(office.copies[0]) as pdf:
            if (
                pdf.pages[number - 1].rotation % 180
            ):  # -bbox gives the page as it lies, and words as they are seen
                width, height = height, width
        word = next(line for line in found.splitlines() if ">Lovelace<" in line)
        place = {
            k: float(word.split(f'{k}="')[1].split('"')[0])
            for k in ("xMin", "xMax", "yMin", "yMax")
        }
        assert 0 < place["xMin"] < place["xMax"] < width
        assert height * 0.8 < place["yMin"] < place["yMax"] < height
        assert place["xMax"] - place["xMin"] > place["yMax"] - place["yMin"]
    checked = subprocess.run(["qpdf", "--check", office.copies[0]], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    traced = json.loads(run("trace", office.copies[0], "--format", "json").out)
    assert traced[0]["pages"] == [1, 2, 3]


def signed(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(SigFlags=3, Fields=Array())


def narrow(pdf: Pdf) -> None:
    pdf.pages[1].obj.MediaBox = Array([0, 0, 100, 400])


@pytest.mark.parametrize("change", [signed, narrow])
def test_books_that_cannot_be_stamped(
    office: Office, change: Callable[[Pdf], None], tmp_path: Path
) -> None:
    book = tmp_path / "foreign.pdf"
    book.write_bytes(foreign(change))
    done = office.people("name\nAda\n").stamp(book=book)
    assert done.status == 1
    assert "error[copies-book]" in done.err
    assert not office.out.exists()


@pytest.mark.parametrize("user", ["", "secret"])
def test_an_encrypted_book_is_refused(office: Office, user: str, tmp_path: Path) -> None:
    book = tmp_path / "locked.pdf"
    with pikepdf.open(office.book) as pdf:
        pdf.save(book, encryption=pikepdf.Encryption(owner="o", user=user))
    done = office.people("name\nAda\n").stamp(book=book)
    assert done.status == 1
    assert "error[copies-book]" in done.err


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"no pdf", "truncated"])
def test_what_is_no_book_is_refused(office: Office, content: Any, tmp_path: Path) -> None:
    book = tmp_path / "broken.pdf"
    book.write_bytes(office.book.read_bytes()[:5000] if content == "truncated" else content)
    done = office.people("name\nAda\n").stamp(book=book)
    assert done.status == 1
    assert "error[copies-book]" in done.err
    assert "Traceback" not in done.err


def test_protected_copies(office: Office) -> None:
    """AES-256, what is allowed and no more, each with its own password; still PDF/UA, and no claim to be PDF/A."""
    office.people("name,password\nAda,secret\nGrace,\n")
    done = office.stamp("--protect", "--allow", "print", "--allow", "annotate", "--jobs", "2")
    assert done.status == 0, done.err
    ada, grace = office.copies
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(ada)
    owner = json.loads((office.out / "register.json").read_bytes())["owner-password"]
    for path, password in ((ada, "secret"), (ada, owner), (grace, "")):
        with pikepdf.open(path, password=password) as pdf:
            assert pdf.encryption.R == 6
            assert pdf.encryption.bits == 256
            allowed = pdf.allow
            assert (allowed.accessibility, allowed.print_highres, allowed.modify_annotation) == (
                True,
            ) * 3
            assert (allowed.extract, allowed.modify_other, allowed.modify_assembly) == (False,) * 3
            with pdf.open_metadata() as metadata:
                assert not metadata.pdfa_status
                assert metadata["pdfuaid:part"] == "1"
    assert failures(grace.read_bytes(), "ua1") == []
    assert (
        "2 of them were made already"
        in office.stamp("--protect", "--allow", "print", "--allow", "annotate").out
    )
    assert "made already" not in office.stamp("--protect").out


def test_allow_without_protect_is_a_mistake(office: Office) -> None:
    assert office.people("name\nAda\n").stamp("--allow", "print").status == 2


def test_a_deck_for_each_recipient(office: Office, tmp_path: Path) -> None:
    """The collection names them and no note does: an update from anybody's copy reaches every learner."""
    done = office.people("name\nAda\nمحمد\n").stamp("--deck", office.deck)
    assert done.status == 0, done.err
    decks = sorted(path for path in office.out.iterdir() if path.suffix == ".apkg")
    assert [deck.stem for deck in decks] == [copy.stem for copy in office.copies]
    plain = read_apkg(office.deck.read_bytes()).value
    assert plain is not None
    for name, deck in zip(("Ada", "محمد"), decks, strict=True):
        data = deck.read_bytes()
        assert read_apkg(data).value == plain
        owner = owner_of(data)
        assert owner is not None
        assert owner.name == name
    ada, other = decks
    learner = Learner(tmp_path / "learner")
    assert learner.take(ada.read_bytes()).new == len(plain.notes)
    for again in (other, office.deck):
        taken = learner.take(again.read_bytes())
        assert (taken.new, taken.updated, taken.conflicting) == (0, 0, 0)
    before = office.files
    assert "4 of them were made already" in office.stamp("--deck", office.deck).out
    for deck in decks:
        deck.unlink()
    office.stamp("--deck", office.deck)
    assert office.files == before


def test_what_is_no_deck_is_refused(office: Office) -> None:
    done = office.people("name\nAda\n").stamp("--deck", office.book)
    assert done.status == 1
    assert "error[apkg-unreadable]" in done.err
    assert not office.out.exists()
