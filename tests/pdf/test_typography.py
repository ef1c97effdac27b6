"""What is measured of finished pages is what is on them."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from bench import pages
from bench.typography import Typography, measure
from tests.pdf.documents import section

from guidepress.pdf import Metadata, Placement, compile_section, link, paginate

STYLE = """<style>
@page { size: 120mm 160mm; margin: 20mm }
body, p { margin: 0; hyphens: none } .set { text-align: justify } .auto { hyphens: auto }
.index { break-before: page }
</style>"""
WORDS = "Some words of a paragraph that goes on and on, and never comes to any point that matters. "


def measured(folder: Path, *bodies: str) -> Typography:
    """The figures of a book with these sections."""
    placements = [
        Placement(compile_section(section(f"s{number}", STYLE + body)), recto=False)
        for number, body in enumerate(bodies)
    ]
    path = folder / "book.pdf"
    path.write_bytes(link(placements, paginate(placements), Metadata("T", "en")).pdf)
    return measure(path)


def test_ragged_lines_are_not_justified(tmp_path: Path) -> None:
    words = re.findall("[a-z]+", WORDS)
    text = " ".join(random.Random(1).choices(words, k=400))
    found = measured(tmp_path, f"<h1>T</h1><p>{text}</p>")
    assert found.lines.ratios == []


def test_justified_lines_are_counted_without_the_last(tmp_path: Path) -> None:
    """Spaces of the right size: text of 80 mm, with lines that are widened only."""
    text = "one two six ten " * 5
    found = measured(
        tmp_path, f'<h1>T</h1><p class="set" style="width: 80mm">{text}</p>' * 3 + "<p>end</p>"
    )
    ratios = found.lines.ratios
    assert ratios
    assert len(ratios) % 3 == 0
    assert all(0.7 < ratio < 2 for ratio in ratios)


@pytest.mark.parametrize("spacing", [1.5, 3.0])
def test_word_spaces_are_measured_by_those_of_the_font(tmp_path: Path, spacing: float) -> None:
    """Six words whose spaces take what they leave of the line: its width is made for the spacing."""
    style = f"word-spacing: {(spacing - 1) * 0.2}em; white-space: nowrap"
    lines = f'<div style="{style}">aa bb cc dd ee ff<br>aa bb cc dd ee ff<br></div>' * 3
    natural = measured(tmp_path, f"<h1>T</h1>{lines.replace(style, '')}<p>end</p>")
    wide = measured(tmp_path, f"<h1>T</h1>{lines}<p>end</p>")
    assert natural.lines.ratios == pytest.approx([1.0] * len(natural.lines.ratios), abs=0.02)
    # The space of Source Serif 4 is about a fifth of the em wide.
    assert wide.lines.ratios
    assert min(wide.lines.ratios) > 1 + (spacing - 1) * 0.6


def test_hyphens_ladders_and_broken_names_are_found(tmp_path: Path) -> None:
    lines = (
        "Some words and Postgr-<br>eSQL and some other hyphen-<br>ation of words that are of no<br>"
    )
    text = f'<p style="white-space: nowrap">{lines}width</p>'
    # All lines end at the same edge, as those of a justified paragraph do.
    style = "<style>p { font-family: Mono; text-align: right }</style>"
    found = measured(tmp_path, f"<h1>T</h1>{style}{text * 4}")
    assert found.lines.hyphened == 8 or not found.lines.ratios
    style = "<style>p { text-align: right }</style>"
    found = measured(tmp_path, f"<h1>T</h1>{style}{text * 4}")
    assert found.lines.hyphened == 8
    assert found.lines.ladders[2] == 4
    assert found.lines.broken_names == ["Postgr-eSQL"] * 4
    assert found.lines.hyphens == pytest.approx(2 / 3)


def test_compounds_are_no_broken_names(tmp_path: Path) -> None:
    text = '<p style="text-align: right">A header is called Strict-<br>Transport-Security here</p>'
    found = measured(tmp_path, f"<h1>T</h1>{text * 4}")
    assert found.lines.hyphened == 4
    assert found.lines.broken_names == []


def test_straight_marks_count_outside_code_only(tmp_path: Path) -> None:
    body = """<h1>It's a title</h1><p>He said "no" and <code>print("it's")</code>, it’s so.</p>
<pre><code>x = "y"</code></pre>"""
    found = measured(tmp_path, body)
    # The running head repeats the title.
    assert {place.text for place in found.straight} >= {"It's a title"}
    assert len([place for place in found.straight if "He said" in place.text]) == 2
    assert not [place for place in found.straight if place.text.startswith("x =")]


def test_pages_are_blank_or_as_full_as_their_last_line_is_low(tmp_path: Path) -> None:
    whole = f"<h1>T</h1><p>{WORDS * 90}</p>"
    broken = '<h1>U</h1><p>Only this.</p><p style="break-before: page">And that.</p>'
    found = measured(tmp_path, whole, '<div style="height: 1mm"></div>', broken)
    assert found.pages.blank == 1
    assert found.pages.under_quarter == len([fill for fill in found.pages.fills if fill < 0.25])
    assert found.pages.inner_short == [found.pages.count - 1]
    assert max(found.pages.fills) == 1
    assert found.pages.words > 100
    assert 0.3 < found.pages.block_share < 0.6


@pytest.mark.parametrize(("noted", "wide"), [(0, 40), (1, 40), (8, 70)])
def test_the_text_block_has_the_notes_column_that_is_in_use(
    tmp_path: Path, noted: int, wide: float
) -> None:
    """Eight pages of text 40 mm wide; `noted` of them have a note beside it, up to 30 mm further."""
    style = "<style>@page { margin: 20mm 30mm 20mm 20mm }</style><h1>T</h1>"
    note = (
        '<div style="position: absolute; right: 0; font-size: 5pt; line-height: 6pt">beside</div>'
    )
    body = f'<p class="set" style="width: 40mm">{WORDS * 5}</p>'
    shares = [
        measured(
            tmp_path,
            *(
                f'{style}<div style="position: relative">{note if number < notes else ""}{body}</div>'
                for number in range(8)
            ),
        ).pages.block_share
        for notes in (0, noted)
    ]
    assert shares[1] == pytest.approx(shares[0] * wide / 40, rel=0.03)


def test_facing_pages_are_level_where_they_end_within_a_line(tmp_path: Path) -> None:
    """By their text or the ground below it; the first page is a right one, the last of a section counts for none."""
    text = "".join(f"<p>Line {n}<br>and another</p>" for n in range(5))
    box = '<div style="background: #eee; height: {}pt"></div>'
    pages = [text, text + box.format(12), text, text, text + box.format(30), text]
    broken = '<p style="break-before: page"></p>'.join(pages)
    found = measured(tmp_path, f"<h1>T</h1>{broken}").pages
    assert (found.facing, found.level) == (2, 1)


def test_text_over_text_is_found(tmp_path: Path) -> None:
    placed = '<span style="position: absolute; left: 1mm; top: 1mm">over</span>'
    over = f'<p style="position: relative; height: 20mm">Below{placed}</p>'
    assert len(measured(tmp_path, f"<h1>T</h1>{over}").overlaps) == 1
    apart = over.replace("top: 1mm", "top: 10mm")
    assert not measured(tmp_path, f"<h1>T</h1>{apart}").overlaps


def test_lines_are_on_the_grid_or_off_it(tmp_path: Path) -> None:
    head = '<h1 style="margin: 0; font-size: 13pt; line-height: 13pt">T</h1>'
    even = "".join(f"<p>{WORDS * 3}</p>" for _ in range(5))
    assert measured(tmp_path, head + even).on_grid == 1
    odd = "".join(f'<p style="margin-bottom: 4.7pt">{WORDS * 3}</p>' for _ in range(5))
    assert measured(tmp_path, head + odd).on_grid < 0.5


def test_small_print_needs_no_grid(tmp_path: Path) -> None:
    """What is set in another size has lines of its own; an item of a list is running text."""
    head = '<h1 style="margin: 0; font-size: 13pt; line-height: 13pt">T</h1>'
    text = "".join(f"<p>{WORDS * 4}</p>" for _ in range(5))
    small = f'<p style="font-size: 7pt; line-height: 8.3pt; margin-bottom: 0">{WORDS * 3}</p>'
    assert measured(tmp_path, head + text + small).on_grid == 1
    items = f'<ul style="margin: 4.7pt 0 0">{f"<li>{WORDS}</li>" * 4}</ul>'
    assert measured(tmp_path, head + text + items).on_grid < 1


def test_pages_of_running_text_are_those_without_much_else(tmp_path: Path) -> None:
    text = f"<h1>T</h1><p>{WORDS * 15}</p>"
    found = measured(tmp_path, text).pages
    assert found.prose == [1]
    assert 200 < found.words <= found.holds
    code = "<pre><code>" + "a = 1\n" * 12 + "</code></pre>"
    assert measured(tmp_path, f"<h1>T</h1><p>{WORDS * 9}</p>{code}").pages.prose == []


def test_index_entries_are_counted_a_page(tmp_path: Path) -> None:
    entries = "".join(f'<p>word {n}, <a href="#t">1</a></p>' for n in range(12))
    text = f'<h1 id="u">T</h1><p>{WORDS}</p><p style="break-before: page">{WORDS}</p>'
    found = measured(tmp_path, text, f'<h1 id="t">I</h1>{entries}')
    assert found.index_entries == 6
    assert measured(tmp_path, text).index_entries == 0


def test_figures_stand_beside_their_targets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measured(tmp_path, f"<h1>T</h1><p class=set>{WORDS * 30} It's so.</p>")
    assert pages.main([tmp_path / "book.pdf"]) == 1
    out = capsys.readouterr().out
    assert "| straight quotation marks outside code | 1 | 0 | no |" in out
    assert "straight mark  p. " in out


def test_a_guide_is_made_to_be_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """And what was left to WeasyPrint is counted."""
    assert pages.main([Path(__file__).parents[1] / "guides" / "minimal"]) == 1
    out = capsys.readouterr().out
    assert "| justified lines | " in out
    assert "% of " in out


def test_a_picture_between_words_is_no_wide_space(tmp_path: Path) -> None:
    """Nor is a formula, which is one."""
    drawing = '<svg width="80" height="8"><rect width="80" height="8"/></svg>'
    found = measured(
        tmp_path,
        f'<h1>T</h1><p class="set" style="width: 80mm">{WORDS} {drawing} {WORDS * 4}</p>' * 3,
    )
    assert found.lines.ratios
    assert max(found.lines.ratios) < 3


def test_pages_of_review_questions_are_counted(tmp_path: Path) -> None:
    """From their head to the end of the section, and how many begin on each but the first."""
    asked = '<p id="card-{}">Why?</p>'
    broken = '<p id="card-{}" style="break-before: page">Why?</p>'
    review = "".join([asked.format(1), broken.format(2), asked.format(3), broken.format(4)])
    text = '<p>Text.</p><p style="break-before: page">More.</p>'
    found = measured(
        tmp_path, f'{text}<h2 id="one--review">Review</h2>{review}', f"{text}{asked.format(5)}"
    )
    assert found.pages.review == [2, 3, 4]
    assert found.pages.continued == [2, 1]


def test_a_blank_to_write_in_is_no_word_space(tmp_path: Path) -> None:
    line = 'aa <span style="padding-right: 6em">&nbsp;</span>; bb'
    style = "white-space: nowrap; width: max-content"
    text = f'<p style="{style}">{"<br>".join([line] * 5)}</p>'
    found = measured(tmp_path, f"<h1>T</h1>{text}<p>end</p>")
    assert found.lines.ratios
    assert found.lines.count(over=2.0) == 0
