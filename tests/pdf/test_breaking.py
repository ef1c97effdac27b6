"""Lines break where they are full, whatever follows the text."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from tests.pdf.documents import section
from tests.pdf.inspection import texts

from guidepress.pdf import Metadata, Placement, compile_section, link, paginate


def printed(body: str, folder: Path) -> list[str]:
    """The lines of a small book."""
    placements = [Placement(compile_section(section("one", f"<h1>T</h1>{body}")))]
    book = link(placements, paginate(placements), Metadata("T", "en"))
    path = folder / "book.pdf"
    path.write_bytes(book.pdf)
    return [line.strip() for page in texts(path) for line in page.splitlines()]


def test_no_word_is_left_alone_before_an_inline_element(tmp_path: Path) -> None:
    """At any width, the first line holds as many words as fit: never the first word alone."""
    words = "What does it mean that an HTTP method is <em>idempotent</em>? More follows here."
    paragraphs = "".join(f'<p style="width: {150 + w / 2}pt">{words}</p>' for w in range(260))
    lines = printed(paragraphs, tmp_path)
    assert lines.count("What") == 0
    assert sum(line.startswith("What does it") for line in lines) == 260


def test_nor_between_two_inline_elements(tmp_path: Path) -> None:
    """Text that begins with a space and ends with one is broken where its line is full, as any other."""
    words = "The speed of <em>zlib</em> compression is affected most dramatically by the <em>level</em> setting."
    paragraphs = "".join(f'<p style="width: {200 + w / 2}pt">{words}</p>' for w in range(300))
    lines = printed(paragraphs, tmp_path)
    assert sum(line.startswith("The speed of zlib compression is") for line in lines) == 300


def test_no_word_is_hyphenated_before_an_element_where_it_fits(tmp_path: Path) -> None:
    """At any width: what sticks out of the line is only the space behind it, as it may where there are no elements."""
    style = "<style>p { hyphens: auto; hyphenate-limit-chars: 5 2 2 }</style>"
    start, found = "A program has a minimal set", []
    for name, text in (
        ("elements", "A <span>program</span> has a minimal set <span>of</span> rules"),
        ("plain", f"{start} of rules"),
    ):
        paragraphs = "".join(f'<p style="width: {100 + w / 6}pt">{text}</p>' for w in range(200))
        (tmp_path / name).mkdir()
        lines = printed(style + paragraphs, tmp_path / name)
        found.append([line.startswith(start) for line in lines if line.startswith("A program")])
    assert found[0] == found[1]
    assert 0 < sum(found[0]) < len(found[0]) == 200


def test_the_last_line_of_ragged_text_is_no_piece_of_a_word(tmp_path: Path) -> None:
    """At any width; a word that is wider than its line is hyphenated all the same."""
    style = "<style>p { hyphens: auto; hyphenate-limit-chars: 5 2 2 }</style>"
    text = "Nothing of that responsibility is in the information of an organization."
    paragraphs = "".join(f'<p style="width: {90 + w}pt">{text}</p>' for w in range(100))
    lines = printed(style + paragraphs, tmp_path)
    assert sum(line.endswith("\u2010") for line in lines) > 20
    assert not [
        line for line in lines if line and "organization.".endswith(line) and line[0] != "o"
    ]
    lines = printed(f'{style}<p style="width: 30pt">An organization.</p>', tmp_path)
    assert len([line for line in lines if line.endswith("\u2010")]) >= 1


def test_no_two_lines_in_a_row_of_ragged_text_end_in_a_hyphen(tmp_path: Path) -> None:
    """At any width, over the end of a page; none is added below that of a compound."""
    style = "<style>p { hyphens: auto; hyphenate-limit-chars: 5 2 2 }</style>"
    text = "responsibility information organization asynchronous-communication international understanding "
    paragraphs = "".join(f'<p style="width: {140 + w}pt">{text * 2} end</p>' for w in range(60))
    lines = [line for line in printed(style + paragraphs, tmp_path) if line]
    hyphened = [line[-1] in "-\u2010" for line in lines]
    assert sum(hyphened) > 60
    assert not any(
        one and other and not lines[at][:-1].endswith("asynchronous")
        for at, (one, other) in enumerate(pairwise(hyphened), 1)
    )


@pytest.mark.parametrize("align", ["left", "justify"])
def test_addresses_are_not_hyphenated(align: str, tmp_path: Path) -> None:
    """In text that the engine sets; they break at what they consist of."""
    style = (
        f"<style>p {{ hyphens: auto; hyphenate-limit-chars: 6 2 3; text-align: {align} }}</style>"
    )
    link = "<a href='https://e.org'>https://www.rfc-editor.org/informational/standards</a>"
    text = f"See {link} for<span style='float: right'></span> a fast-forward."
    paragraphs = "".join(f'<p style="width: {130 + w}pt">{text}</p>' for w in range(150))
    lines = printed(style + paragraphs, tmp_path)
    ends = {line[-4:-1] for line in lines if line[-1:] in ("-", "\u2010")}
    assert ends == {"rfc", "ast"}


def test_a_word_breaks_only_where_it_has_a_line_of_its_own(tmp_path: Path) -> None:
    """At any width; in an element that starts the line as anywhere else."""
    words = "<em>A caption of some words with a <code>Constructor</code> and <code>more</code></em>"
    style = "<style>code { overflow-wrap: anywhere; hyphens: none; padding: 0 2pt }</style>"
    paragraphs = "".join(f'<p style="width: {100 + w / 2}pt">{words}</p>' for w in range(200))
    narrow = (
        '<p style="width: 30pt"><em><code>Constructor</code> of <code>Constructor</code></em></p>'
    )
    text = " ".join(printed(f"{style}{paragraphs}<h2>N</h2>{narrow}", tmp_path))
    assert text.count("Constructor") == 200
    assert "Constructor" not in text.rpartition(" N ")[2]


def test_code_that_fits_no_line_is_broken_behind_its_marks(tmp_path: Path) -> None:
    """At any width that has room for its parts, wherever the engine sets it; a part without any is broken anywhere."""
    style = "<style>code { overflow-wrap: anywhere; hyphens: none }</style>"
    code = "<code>idle_in_transaction_session_timeout</code>"
    cells = "".join(f'<p style="width: {60 + w}pt">Set {code}</p>' for w in range(80))
    lines = printed(style + cells, tmp_path)
    ends = {line for line in lines if line and not line.endswith(("_", "timeout", "Set", "T"))}
    assert not {line for line in ends if not line.isdigit()}
    lines = printed(f'{style}<p style="width: 30pt"><code>{"x" * 30}</code></p>', tmp_path)
    assert sum("xx" in line for line in lines) > 2


def test_an_element_may_start_a_line_that_has_a_style_of_its_own(tmp_path: Path) -> None:
    style = "<style>.lead::first-line { font-weight: bold } em { margin-left: auto }</style>"
    lines = printed(f'{style}<p class="lead"><em>Then</em> some words</p>', tmp_path)
    assert "Then some words" in lines


def test_leaders_do_not_begin_a_line(tmp_path: Path) -> None:
    """At any width: dots and number stand behind the last word of a title, which turns with them."""
    style = "<style>.dots::before { content: leader(' .  ') }</style>"
    title = "Three things in one pair of hands<span class='dots'></span><span>88</span>"
    entries = "".join(f'<p style="width: {60 + w / 2}pt">{title}</p>' for w in range(240))
    lines = printed(style + entries, tmp_path)
    numbered = [line for line in lines if line.endswith("88")]
    assert len(numbered) == 240
    assert all(line[0].isalpha() for line in numbered)
    assert not any(line.startswith(".") for line in lines)


@pytest.mark.parametrize("align", ["left", "justify"])
@pytest.mark.parametrize(
    ("before", "behind"),
    [("<p", "</p>"), ("<table><tr><td", "</td></tr></table>")],
    ids=["p", "td"],
)
def test_no_line_ends_with_the_hyphens_that_a_word_begins_with(
    before: str, behind: str, align: str, tmp_path: Path
) -> None:
    """At any width; an option would read as two words, and a path as less. Others end lines as before."""
    style = f"<style>p, td {{ text-align: {align}; margin: 0; hyphens: manual; overflow-wrap: anywhere }}</style>"
    text = (
        "x <code>log -p --durations=10 (--wait) -KILL</code> of pre-receive, <code>/users/7</code>"
    )
    widths = range(60, 240, 3)
    paragraphs = "".join(f'{before} style="width: {w}pt">{text}{behind}' for w in widths)
    lines = printed(style + paragraphs, tmp_path)
    ends = {line.split()[-1] for line in lines if line.endswith(("-", "/"))}
    assert ends <= {"pre-", "/users/"}
