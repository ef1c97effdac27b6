"""The list of recipients: what is read, and what is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidepress.copies.recipients import Recipient, read_recipients
from guidepress.diagnostics import Diagnostic


def problems(path: Path, text: str | bytes) -> list[Diagnostic]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    found = read_recipients(path)
    assert bool(found.diagnostics) == (found.value is None)
    return list(found.diagnostics)


def people(path: Path, text: str | bytes) -> tuple[Recipient, ...]:
    assert problems(path, text) == []
    found = read_recipients(path).value
    assert found is not None
    return found


def test_rows_are_numbered_in_their_order(tmp_path: Path) -> None:
    """Empty lines count for nothing, columns come in any order, and names lose what surrounds them."""
    text = "Email, Name \n\na@x, Ada  Lovelace \n\n , \nb@x,Grace\n"
    found = people(tmp_path / "p.csv", text)
    assert [(p.number, p.name, p.span.line) for p in found] == [
        (1, "Ada Lovelace", 3),
        (2, "Grace", 6),
    ]
    assert found[0].fields == {"email": "a@x", "name": " Ada  Lovelace "}


def test_spreadsheets_write_semicolons_and_a_mark_in_front(tmp_path: Path) -> None:
    found = people(tmp_path / "p.csv", '\ufeffname;licence\r\n"Żak; Łukasz";One\r\n')
    assert [(p.name, p.licence) for p in found] == [("Żak; Łukasz", "One")]


def test_a_value_may_run_over_lines(tmp_path: Path) -> None:
    """The next row's place is counted in lines of the file, not by the rows."""
    text = 'name,note\nAda,"one\ntwo\nthree"\n,x\n'
    assert [(p.code, p.span and p.span.line) for p in problems(tmp_path / "p.csv", text)] == [
        ("recipient-name", 5)
    ]


def test_copies_keep_the_numbers_they_are_given(tmp_path: Path) -> None:
    found = people(tmp_path / "p.csv", "copy,name\n7,Ada\n 3 ,Grace\n")
    assert [p.number for p in found] == [7, 3]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "recipients-unreadable", 0),
        ("name\n", "recipients-unreadable", 0),
        (b"name\nAda\nJ\xfcrgen\n", "recipients-unreadable", 3),
        ("name\nAda\x00\n", "recipient-name", 2),
        ('name\nAda\n"Grace\n', "recipients-unreadable", 3),
        ('name\n"Ada" Lovelace,x\n', "recipients-unreadable", 2),
        ("nmae\nAda\n", "recipients-header", 1),
        ("name,Name\nAda,Ada\n", "recipients-header", 1),
        ("name,,\nAda,,\n", "recipients-header", 1),
        ("name,email\nAda\n", "recipients-row", 2),
        ("name\nLovelace, Ada\n", "recipients-row", 2),
        ("name,email\n,a@x\n", "recipient-name", 2),
        ("name\n" + "x" * 301 + "\n", "recipient-name", 2),
        ("name\nAda \u202egnp\n", "recipient-name", 2),
        ("name\nAda\x1b[31m\n", "recipient-name", 2),
        ("name,licence\nAda," + "x" * 301 + "\n", "recipient-licence", 2),
        ("name,copy\nAda,0\n", "recipient-copy", 2),
        ("name,copy\nAda,٣\n", "recipient-copy", 2),
        ("name,copy\nAda,-1\n", "recipient-copy", 2),
        ("name,copy\nAda," + "9" * 5000 + "\n", "recipient-copy", 2),
        ("name,copy\nAda,1\nGrace,01\n", "recipient-copy", 3),
        ("name,password\nAda," + "ü" * 64 + "\n", "recipient-password", 2),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, text: str | bytes, code: str, line: int
) -> None:
    found = problems(tmp_path / "p.csv", text)
    assert [(p.code, p.span and p.span.line) for p in found] == [(code, line)]


def test_all_errors_are_told_at_once(tmp_path: Path) -> None:
    text = "name,copy\nAda,1\n,2\nGrace,x\nEmmy,1\na,b,c\n"
    assert [p.span and p.span.line for p in problems(tmp_path / "p.csv", text)] == [3, 4, 5, 6]


@settings(max_examples=300)
@given(
    st.one_of(st.text(), st.binary(), st.lists(st.sampled_from('name,;"\n\r\0 copy1')).map("".join))
)
def test_no_list_makes_it_fail(tmp_path_factory: pytest.TempPathFactory, text: str | bytes) -> None:
    """Whatever stands in a file, it is read or refused at a line that it has."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    path = tmp_path_factory.getbasetemp() / "any.csv"
    for problem in problems(path, data):
        assert problem.span is not None
        assert problem.span.line <= data.count(b"\n") + data.count(b"\r") + 1
