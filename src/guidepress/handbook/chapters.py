"""Chapters in print: the opener, the body with its records and notes, the review questions."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement
from markupsafe import Markup

from guidepress.book.model import Block, Chapter, Part, Stage, Writing
from guidepress.book.printed import stage_named
from guidepress.book.words import words_of
from guidepress.content import EMPTY, Content
from guidepress.content.working import elements, fill_in, has_class, serialize, tree
from guidepress.handbook import review
from guidepress.handbook.body import apply_passes, place_notes, prepared
from guidepress.handbook.composer import Composer
from guidepress.handbook.proof import FLOATS
from guidepress.handbook.records import (
    PlacedBlock,
    render_block,
    stage_context,
    term_anchors,
)
from guidepress.handbook.section_text import SectionText, read

# Lines to write on below an exercise of a workbook.
EXERCISE_LINES = 6
# Where answers start: the anchor that the back matter defines for a chapter.
ANSWERS = "handbook:answers-{}"
# What a template is given in the place of a chapter's body. No author can write it: it is of Unicode's private use.
_BODY = "\uf8ffbody\uf8ff"


def compose_chapter(
    chapter: Chapter, composer: Composer, part: Part | None = None, *, opens: bool = False
) -> SectionText:
    """The whole section of a chapter; one that `opens` its part says so."""
    root, opening, lists = _body(chapter, composer)
    if composer.book.handbook.room:
        _give_room(root)
    blocks = [*_set_blocks(root, chapter, composer), *lists]
    endnotes = place_notes(root, chapter.footnotes, composer)
    # Records bring their own prepared HTML, so they come after the passes.
    for holder, printed in blocks:
        fill_in(holder, printed)
    heads = _running_heads(chapter, composer, part)
    html = composer.render(
        "handbook/chapter.html",
        chapter=chapter,
        part=part if opens else None,
        promise=Markup(prepared(_promise(chapter, composer), composer)),
        opening=opening.html,
        body=Markup(_BODY if len(root) or root.text else ""),
        endnotes=endnotes,
        review=_review(chapter, composer),
        verso=heads[0],
        recto=heads[1],
    )
    return read(html, {_BODY: root})


# Elements that wait for records, and the HTML of these.
_Waiting = list[tuple[HtmlElement, str]]


def _body(chapter: Chapter, composer: Composer) -> tuple[HtmlElement, _Opening, _Waiting]:
    """The text of a chapter after the passes, what is taken from its beginning, and elements that are still empty."""
    root = tree(chapter.body.nodes)
    _mark_terms(root, chapter)
    if composer.mentions is not None:
        composer.mentions.mark(root, chapter)
    opening = _opening(root, chapter, composer)
    lists = _stage_lists(root, chapter, composer) if opening.staged else []
    apply_passes(root, composer)
    return root, opening, lists


def _give_room(root: HtmlElement) -> None:
    """Lines to write on below each exercise of a workbook."""
    for element in elements(root, "section"):
        if has_class(element, "exercise"):
            for _ in range(EXERCISE_LINES):
                line = element.makeelement("div")
                line.set("class", "writing")
                element.append(line)


def _running_heads(chapter: Chapter, composer: Composer, part: Part | None) -> tuple[str, str]:
    own = f"{chapter.number}\u2002{chapter.title}" if chapter.number else chapter.title
    if part is None:
        return (composer.book.title, own)
    return (f"{composer.words.phrase('part-n', n=part.number)}\u2002{part.title}", own)


def _promise(chapter: Chapter, composer: Composer) -> Content:
    if chapter.promise or not chapter.stage:
        return chapter.promise
    stage = stage_named(chapter.stage, composer.book)
    return stage.promise if stage else EMPTY


@dataclass(frozen=True, slots=True)
class _Opening:
    """What stands below the promise; `staged` where it is a stage, whose lists are still to be printed."""

    html: Markup
    staged: bool = False


def _opening(root: HtmlElement, chapter: Chapter, composer: Composer) -> _Opening:
    """The chapter's stage, or the objectives that its text begins with."""
    first = next((child for child in root if isinstance(child.tag, str)), None)
    if first is not None and not (root.text or "").strip():
        block = _block(first, chapter)
        if block is not None and block.kind == "stage" and block.argument == chapter.stage:
            first.drop_tree()
            stage = stage_named(chapter.stage, composer.book)
            if stage is not None:
                html = _stage_opening(chapter, composer, _position(first))
                return _Opening(html, not _has_lists(html, stage, composer))
        if has_class(first, "objectives"):
            first.drop_tree()
            apply_passes(first := _alone(first), composer)
            return _Opening(Markup(serialize(first)))
    return _Opening(Markup())


def _has_lists(html: Markup, stage: Stage, composer: Composer) -> bool:
    """Whether an opener prints all that a stage teaches itself, as the template of a layout may."""
    above = {id(one) for one in stage.objectives}
    listed = [
        text
        for writing, text in words_of(stage)
        if writing is Writing.HTML and isinstance(text, Content) and id(text) not in above
    ]
    return bool(listed) and all(f">{prepared(one, composer)}<" in html for one in listed)


def _stage_lists(root: HtmlElement, chapter: Chapter, composer: Composer) -> _Waiting:
    """Make room for what a stage teaches below the prose that the chapter begins with.

    In the opener itself the lists would leave a small page no room for prose.
    """
    stage = stage_named(chapter.stage, composer.book)
    assert stage is not None
    printed = composer.render(
        "shared/blocks/stage-lists.html",
        html=lambda text: Markup(prepared(text, composer)),
        **stage_context(stage, composer),
    )
    holder = root.makeelement("div", {"class": "records stage"})
    below = next((at for at, child in enumerate(root) if child.tag != "p"), len(root))
    if below:
        # What an author wrote after the last paragraph stays where it is.
        holder.tail, root[below - 1].tail = root[below - 1].tail, None
    root.insert(below, holder)
    return [(holder, str(printed))]


def _position(element: HtmlElement) -> int:
    """The index of a block's place in `Chapter.blocks`, -1 for any other element."""
    number = element.get("data-block") or ""
    return int(number) if number.isdigit() else -1


def _alone(element: HtmlElement) -> HtmlElement:
    """A tree of an element alone."""
    holder = tree(())
    holder.append(element)
    return holder


def _block(element: HtmlElement, chapter: Chapter) -> Block | None:
    position = _position(element)
    return chapter.blocks[position] if 0 <= position < len(chapter.blocks) else None


def _stage_opening(chapter: Chapter, composer: Composer, position: int) -> Markup:
    stage = stage_named(chapter.stage, composer.book)
    assert stage is not None
    place = PlacedBlock(chapter.blocks[position], chapter, 1)
    return composer.render(
        "shared/blocks/stage.html",
        anchor=place.anchor,
        html=lambda text: Markup(prepared(text, composer)),
        heading=2,
        in_opener=True,
        **stage_context(stage, composer),
    )


def _set_blocks(root: HtmlElement, chapter: Chapter, composer: Composer) -> _Waiting:
    """Put an element in the place of each block, and print its records."""
    level = 1
    places: list[tuple[HtmlElement, PlacedBlock]] = []
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in ("h2", "h3", "h4", "h5", "h6"):
            level = int(element.tag[1])
        elif has_class(element, "block") and (block := _block(element, chapter)) is not None:
            places.append((element, PlacedBlock(block, chapter, level)))
    blocks: _Waiting = []
    for element, place in places:
        printed = element.makeelement("div")
        blocks.append((printed, str(render_block(place, composer))))
        if place.block.span is not None:
            printed.set("data-line", str(place.block.span.line))
        floats = f" {FLOATS}" if place.block.kind == "data" else ""
        printed.set("class", f"records {place.block.kind}{floats}")
        printed.tail = element.tail
        parent = element.getparent()
        assert parent is not None
        parent.replace(element, printed)
    return blocks


def _mark_terms(root: HtmlElement, chapter: Chapter) -> None:
    """Give each use of a glossary term an anchor, for the pages in the glossary."""
    anchors = term_anchors(chapter)
    for element in elements(root, "em", "span", "a", "strong", "code"):
        if element.get("data-term"):
            element.set("id", next(anchors)[0])


def _review(chapter: Chapter, composer: Composer) -> Markup:
    cards = review.review_cards(composer, chapter)
    if not cards:
        return Markup()
    place = composer.book.handbook.answers
    return composer.render(
        "handbook/review.html",
        anchor=f"{chapter.id}--review",
        groups=review.groups(review.questions(cards, composer)),
        answers=ANSWERS.format(chapter.id) if place == "apart" else "",
        # Who teaches has no days to tick.
        days=() if place == "in-place" else composer.settings.study_days,
    )
