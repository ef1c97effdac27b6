"""The pages around an edit, laid out alone, are those of the chapter as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pypdfium2
import pytest
from PIL import Image, ImageChops

from guidepress.build import read_source
from guidepress.cache import Cache
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.press import Prepared, prepare
from guidepress.pdf import (
    Fragment,
    PageMap,
    Placement,
    Section,
    beginnings_of,
    compile_excerpt,
    compile_section,
    paginate,
    resident,
)
from guidepress.pdf.linker import excerpt
from guidepress.pdf.shared_fonts import FontPool
from guidepress.pdf.workers import Workers
from guidepress.preview.digests import page_digests
from guidepress.preview.pages import Pictures
from guidepress.preview.window import Window, window
from tests.project import Project

PARAGRAPH = "It goes on for a while, as paragraphs do, and says nothing at all. "
BLOCKS = [
    block
    for n in range(1, 61)
    for block in (
        [f"## Section {n}"] if n % 7 == 0 else []
    ) + [
        f"Paragraph {n} says this.[^{n}] " + PARAGRAPH * (1 + n % 9) if n % 11 == 0 else
        f"Paragraph {n} says this. " + PARAGRAPH * (1 + n % 9)
    ] + (["- an item\n- another\n    - one below"] if n % 5 == 0 else [])
]  # fmt: skip
NOTES = "\n\n".join(f"[^{n}]: A note to paragraph {n}." for n in range(11, 61, 11))


def text(blocks: list[str]) -> str:
    return "# Long\n\n" + "\n\n".join(blocks) + f"\n\n{NOTES}\n"


class Chapter:
    """A long chapter, prepared and laid out."""

    def __init__(self, folder: Path, blocks: list[str] = BLOCKS) -> None:
        self.project = Project(folder)
        self.prepared = self.prepare(blocks)
        self.draft = self.section(self.prepared)
        # What is laid out later has pages as high as these are.
        self.longer: float | None = None
        resident.stay()
        try:
            self.fragment = self.laid_out(self.draft)
        finally:
            resident.stay(stays=False)
        self.longer = self.fragment.longer
        html = self.draft.filled(None)
        self.beginnings = beginnings_of(self.whole(self.draft, html))

    def prepare(self, blocks: list[str]) -> Prepared:
        self.project.chapter(text(blocks))
        source = read_source(self.project.folder, None, Cache(None))
        assert source.value is not None
        assert not source.failed, source.diagnostics
        ready = prepare(source.value.book, source.value.layout)
        assert ready.value is not None
        return ready.value

    def section(self, prepared: Prepared) -> SectionDraft:
        return next(d for d in prepared.drafts if d.name == "chapter-one")

    def laid_out(self, draft: SectionDraft) -> Fragment:
        return compile_section(self.whole(draft, draft.filled(None)))

    def whole(self, draft: SectionDraft, html: str) -> Section:
        styles, files = self.prepared.styles[draft.tab], self.prepared.files
        return replace(draft.section(html, styles, files), longer=self.longer)

    def window(self, after: SectionDraft, within: bool = False) -> Window | None:
        begins = self.beginnings if within else ()
        return window(self.draft.filled(None), after.filled(None), self.fragment, beginnings=begins)

    def early(self, after: SectionDraft, seen: Window) -> Fragment | None:
        return compile_excerpt(seen.excerpt(self.whole(after, seen.html)))


@pytest.fixture(scope="module")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    made = Chapter(tmp_path_factory.mktemp("long") / "guide")
    assert made.fragment.page_count >= 7
    return made


# Most edits of a chapter have the same glyphs.
_built: dict[str, bytes] = {}


def pictures(
    fragment: Fragment, page_map: PageMap, start: int, wanted: slice = slice(None)
) -> list[Image.Image]:
    """The pages of a fragment that are wanted."""
    pool = FontPool(None, _built, Workers(1))
    pool.take([fragment])
    document = pypdfium2.PdfDocument(excerpt(fragment, page_map, start, pool))
    pages = range(len(document))[wanted]
    return [document[page].render(scale=0.8).to_pil().convert("RGB") for page in pages]


def word(blocks: list[str], at: int) -> list[str]:
    return [*blocks[:at], blocks[at].replace("nothing", "something", 1), *blocks[at + 1 :]]


def gone(blocks: list[str], at: int) -> list[str]:
    return [*blocks[:at], *blocks[at + 1 :]]


def more(blocks: list[str], at: int) -> list[str]:
    return [*blocks[:at], "A new paragraph. " + PARAGRAPH * 5, "And one more.", *blocks[at:]]


@pytest.mark.slow
@pytest.mark.parametrize("edit", [word, gone, more])
@pytest.mark.parametrize("at", [0, 18, 33, 47, len(BLOCKS) - 1])
def test_early_pages_are_final(
    chapter: Chapter, edit: Callable[[list[str], int], list[str]], at: int
) -> None:
    after = chapter.section(chapter.prepare(edit(BLOCKS, at)))
    seen = chapter.window(after)
    if at == 0 and edit is not more:
        assert seen is None or seen.first == 0
    if seen is not None:
        assert_final(chapter, after, seen)


@pytest.mark.slow
def test_a_page_that_begins_in_the_midst_of_a_block_is_laid_out_without_those_before(
    chapter: Chapter,
) -> None:
    inside: dict[int, Window] = {}
    for at, block in enumerate(BLOCKS):
        if not block.startswith("Paragraph"):
            continue
        after = chapter.section(chapter.prepare(word(BLOCKS, at)))
        seen = chapter.window(after, within=True)
        if seen is None or seen.beginning is None or seen.first in inside:
            continue
        inside[seen.first] = seen
        without = chapter.window(after)
        assert without is None or len(seen.html) <= len(without.html)
        assert_final(chapter, after, seen)
    assert len(inside) >= 3


@pytest.mark.slow
def test_the_lines_of_a_broken_paragraph_end_where_they_did(tmp_path: Path) -> None:
    """They are chosen together with those on the page before."""
    rng = Random(5)
    long = ["internationalization", "misunderstandings", "extraordinarily", "considerably"]
    words = [*long, "a", "of", "the", "under", "layout", "paragraph", "setting", "another"]
    texts = [
        [*rng.choices(long, k=20), *rng.choices(words, k=rng.randint(80, 120))] for _ in range(20)
    ]
    blocks = [f"Text {n} says nothing. {' '.join(one)}." for n, one in enumerate(texts)]
    chapter = Chapter(tmp_path / "guide", blocks)
    inside: set[int] = set()
    for at in range(len(blocks)):
        after = chapter.section(chapter.prepare(word(blocks, at)))
        seen = chapter.window(after, within=True)
        if seen is not None and seen.beginning is not None and seen.first not in inside:
            inside.add(seen.first)
            assert_final(chapter, after, seen)
    assert len(inside) >= 3


@pytest.mark.slow
def test_what_is_added_to_a_page_that_begins_in_the_midst_of_a_block(chapter: Chapter) -> None:
    known = [beginning is not None for beginning in chapter.beginnings]
    page = known.index(True, 2)
    lines = {box.line: box.page for box in chapter.fragment.lines}
    blocks = [line for line in sorted(lines) if lines[line] == page]
    at = next(
        i for i, block in enumerate(BLOCKS)
        if block.startswith("Paragraph") and line_of(block) in blocks[2:]
    )  # fmt: skip
    for edit in (more, gone):
        after = chapter.section(chapter.prepare(edit(BLOCKS, at)))
        seen = chapter.window(after, within=True)
        assert seen is not None
        assert seen.beginning is not None
        assert_final(chapter, after, seen)


def test_beginnings_are_of_the_text_that_was_laid_out(chapter: Chapter) -> None:
    html = chapter.draft.filled(None)
    mine = chapter.whole(chapter.draft, html)
    other = chapter.whole(chapter.draft, html.replace("Paragraph 3", "Passage 3"))
    resident.stay()
    try:
        compile_section(mine)
        assert any(beginnings_of(mine))
        assert beginnings_of(other) == ()
    finally:
        resident.stay(stays=False)
    compile_section(mine)
    assert beginnings_of(mine) == ()


def line_of(block: str) -> int:
    """The line of a block in the chapter's file."""
    return text(BLOCKS).partition(block)[0].count("\n") + 1


def assert_final(chapter: Chapter, after: SectionDraft, seen: Window) -> None:
    """The pages of a window look as they do in the whole chapter."""
    whole = chapter.laid_out(after)
    early = chapter.early(after, seen)
    assert early is not None
    assert seen.first <= seen.edited < seen.first + early.page_count
    page_map = paginate([Placement(whole)])
    padded = replace(page_map, labels=(*page_map.labels, "", "", ""))
    shown = pictures(early, padded, seen.first)
    final = pictures(whole, page_map, 0, slice(seen.first, seen.first + len(shown)))
    assert final
    for index, (one, other) in enumerate(zip(shown, final, strict=False)):
        difference = ImageChops.difference(one, other)
        assert difference.getbbox() is None, (seen.first, index, difference.getbbox())
    digests = page_digests(whole)[seen.first :][: early.page_count]
    assert page_digests(early)[: len(digests)] == digests


def test_a_figure_that_text_passes_hides_no_edit(tmp_path: Path) -> None:
    """It stands on a page after the text that comes behind it in the source."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="400" height="400"/>'
    image = tmp_path / "guide/source/images/tall.svg"
    image.parent.mkdir(parents=True)
    image.write_text(drawing, encoding="utf-8")
    figure = "/// figure | A tall one\n\n![Nothing](../images/tall.svg)\n///"
    blocks = [b for b in BLOCKS if not b.startswith("##")][:40]
    blocks[12:12] = [figure]
    chapter = Chapter(tmp_path / "guide", blocks)
    first: dict[int, int] = {}
    for box in chapter.fragment.lines:
        first[box.line] = min(box.page, first.get(box.line, box.page))
    pages = [first[line] for line in sorted(first)]
    assert pages != sorted(pages)
    for at in (
        blocks.index(b)
        for b in blocks
        if b[:13] in ("Paragraph 7 s", "Paragraph 10 ", "Paragraph 25 ")
    ):
        after = chapter.section(chapter.prepare(word(blocks, at)))
        seen = chapter.window(after)
        assert seen is not None, at
        assert_final(chapter, after, seen)


@pytest.mark.slow
@pytest.mark.parametrize("edit", [word, more])
def test_pages_that_look_the_same_keep_their_keys(
    chapter: Chapter, edit: Callable[[list[str], int], list[str]]
) -> None:
    """So a browser keeps their pictures; and no other page has a key of before."""
    drawn, keys = [], []
    shown = Pictures()
    pool = FontPool(None, {}, Workers(1))
    changed = chapter.laid_out(chapter.section(chapter.prepare(edit(BLOCKS, 33))))
    for fragment in (chapter.fragment, changed):
        pool.take([fragment])
        page_map = paginate([Placement(fragment)])
        leaves = shown.place([Placement(fragment)], page_map, pool)
        drawn.append(pictures(fragment, page_map, 0))
        keys.append([leaf.key for leaf in leaves])
    same = [
        index
        for index, (old, new) in enumerate(zip(*drawn, strict=False))
        if ImageChops.difference(old, new).getbbox() is None
    ]
    assert [i for i, (old, new) in enumerate(zip(*keys, strict=False)) if old == new] == same
    assert 0 < len(same) < len(keys[0])
    assert len(set(keys[1])) == len(keys[1])


def test_an_edit_far_in_is_laid_out_without_what_is_before_and_after(chapter: Chapter) -> None:
    after = chapter.section(chapter.prepare(word(BLOCKS, 41)))
    seen = chapter.window(after)
    assert isinstance(seen, Window)
    assert seen.first > 0
    assert seen.cut
    assert len(seen.html) < 0.7 * len(after.html)


def test_where_nothing_differs_there_is_nothing_to_see(chapter: Chapter) -> None:
    assert window(chapter.draft.html, chapter.draft.html, chapter.fragment) is None


def test_what_is_not_known_on_a_page_is_left_to_the_whole(chapter: Chapter) -> None:
    bare = replace(chapter.fragment, lines=())
    after = chapter.section(chapter.prepare(word(BLOCKS, 47)))
    assert window(chapter.draft.html, after.html, bare) is None
