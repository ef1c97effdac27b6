"""Names of files: safe whatever a recipient is called, and never the same."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidepress.copies.naming import file_names
from guidepress.copies.recipients import Recipient
from guidepress.diagnostics import Span


def recipients(*names: str, **fields: str) -> list[Recipient]:
    return [
        Recipient(n, name, "", "", {"name": name, **fields}, Span("people.csv", n + 1))
        for n, name in enumerate(names, 1)
    ]


def names(template: str, *people: str, **fields: str) -> list[str]:
    found = file_names(template, recipients(*people, **fields), ".pdf")
    assert found.value is not None, found.diagnostics
    return list(found.value)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Ada Lovelace", "Ada Lovelace.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf"),
        ("..", "copy.pdf"),
        ("/", "copy.pdf"),
        ("C:\\Windows\\x", "C-Windows-x.pdf"),
        ('"Ada" <a@x> | *?', "Ada-a@x.pdf"),
        (".hidden", "hidden.pdf"),
        ("trailing. ", "trailing.pdf"),
        ("CON", "_CON.pdf"),
        ("nul.txt", "_nul.txt.pdf"),
        ("محمد بن سلمان", "محمد بن سلمان.pdf"),
        ("王小明", "王小明.pdf"),
        ("gnp\u202efdp", "gnpfdp.pdf"),
        ("Zoe\u0308", "Zoë.pdf"),
        ("a\nb\tc", "a b c.pdf"),
        ("\ud800Ada", "Ada.pdf"),
    ],
)
def test_names_that_would_break_paths(name: str, file: str) -> None:
    assert names("{name}", name) == [file]


def test_long_names_are_cut_between_characters() -> None:
    """What a file system counts are bytes; no letter loses its marks."""
    (file,) = names("{name}", "e" + "\u0928\u093f" * 300)
    assert len(file.encode()) <= 255
    assert file.removesuffix(".pdf").encode().decode()
    (marked,) = names("{name}", "x" * 179 + "a\u0310b")
    assert not marked.removesuffix(".pdf").endswith("a")


def test_those_who_are_alike_get_their_numbers() -> None:
    """Also where only capitals differ, or how letters are composed; whatever came of it is not anybody else's."""
    found = names("{name}.pdf", "Ada", "ADA", "Zoë", "Zoe\u0308", "Grace", "Ada-1")
    assert found == ["Ada-1.pdf", "ADA-2.pdf", "Zoë-3.pdf", "Zoë-4.pdf", "Grace.pdf", "Ada-1-6.pdf"]


def test_fields_of_the_list_can_be_named() -> None:
    assert names("{copy:03} {cohort} {NAME}", "Ada", cohort="2026/a") == ["001 2026-a Ada.pdf"]


@pytest.mark.parametrize(
    "template", ["{nmae}", "{name", "name}", "{name:3}", "a/{name}", "..\\{name}", "", "{copy:x}", "{}",
                 "{password}", "{name.__class__}", "{0}"],
)  # fmt: skip
def test_a_template_that_means_nothing_is_refused(template: str) -> None:
    found = file_names(template, recipients("Ada", password="secret"), ".pdf")
    assert found.value is None
    assert {problem.code for problem in found.diagnostics} == {"copies-template"}


@settings(max_examples=300)
@given(
    st.lists(st.text(max_size=400), min_size=1, max_size=12),
    st.sampled_from(["{name}", "{copy}{name}", "x"]),
)
def test_any_names_make_files_of_one_folder(people: list[str], template: str) -> None:
    found = names(template, *people)
    seen = {unicodedata.normalize("NFC", name.casefold()) for name in found}
    assert len(seen) == len(found)
    for name in found:
        assert len(name.encode()) <= 255
        assert name.endswith(".pdf")
        assert not name.startswith(".")
        assert Path(name).name == name == PureWindowsPath(name).name
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in name)
