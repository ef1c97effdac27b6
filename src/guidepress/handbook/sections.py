"""The sections of the handbook in order: front matter, parts and chapters, back matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from markupsafe import Markup

from guidepress.book.model import Block, Book, Caption, Chapter, Part
from guidepress.content import Content
from guidepress.diagnostics import Span
from guidepress.handbook.calendar import calendar, error_rows
from guidepress.handbook.chapters import compose_chapter
from guidepress.handbook.composer import Composer
from guidepress.handbook.draft import COVER, SectionDraft
from guidepress.handbook.estimate import estimated
from guidepress.handbook.exam import exam_sections
from guidepress.handbook.figures import image_url
from guidepress.handbook.index import index_groups
from guidepress.handbook.news import news_groups
from guidepress.handbook.records import PlacedBlock, render_block, term_uses
from guidepress.handbook.review import answer_groups, answer_runs
from guidepress.handbook.section_text import SectionText, read
from guidepress.pdf.model import Numbering
from guidepress.product import News

# What the handbook adds to a book is called in a way that no author's id or file name is.
OWN = "handbook:"
NEWS = f"{OWN}news"
# What is printed for a study plan.
PLAN = ("review-calendar", "error-log")
# From so many pages on, by the estimate, a book has a half-title and a title page behind its cover.
LONG = 96
# Lists that begin below whatever ends before them.
RUN_ON = frozenset({"captions", "abbreviations"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: `level` 0 is a part, 1 a chapter, 2 a section."""

    level: int
    anchor: str
    number: str
    title: Markup


def sections(composer: Composer, news: News | None = None) -> list[SectionDraft]:
    """Every section of the book, with links between sections in the linker's form; `news` gets one of its own."""
    if composer.book.exam is not None:
        return list(exam_sections(composer))
    text = [*_front(composer), *_body(composer), *_back(composer), *_plan(composer)]
    text += _index(composer, _anchors(text))
    # Composed later, since they lead to what the book turned out to have.
    lists = [*_lists(composer), *_news(composer, news or News(), _anchors(text))]
    contents = _contents(composer, _anchors([*lists, *text]))
    inner = [*_run_on([contents, *lists]), *text]
    made = [*_titles(composer, inner), *inner]
    if composer.geometry.double:
        return made
    # Printed on one side, every page is a right-hand one, and a blank page would be a waste of paper.
    return [replace(draft, recto=False) for draft in made]


def chapter_section(composer: Composer, chapter: Chapter) -> SectionDraft:
    """The section of one chapter of the book, as `sections` has it, but for its place and what runs on behind it."""
    book = composer.book
    if any(one.id == chapter.id for one in book.front):
        return _chapter(chapter, composer, None, 0, "roman")
    for number, part in enumerate(book.parts, 1):
        if any(one.id == chapter.id for one in part.chapters):
            return _chapter(chapter, composer, part, number, opens=len(part.chapters) == 1)
    return _chapter(chapter, composer, None, 0)


def _run_on(drafts: Sequence[SectionDraft]) -> list[SectionDraft]:
    """The sections, those that need no page of their own (`captions`, `abbreviations`) at the end of the one before."""
    made: list[SectionDraft] = []
    for draft in drafts:
        if made and draft.name in RUN_ON:
            made[-1] = replace(made[-1], text=made[-1].text.followed_by(draft.text))
        else:
            made.append(draft)
    return made


def contents_entries(book: Book, composer: Composer) -> Iterator[Entry]:
    """The lines of the contents, down to the depth that the layout sets."""
    depth = composer.settings.contents_depth
    words = composer.words
    skills = {f"skill-{skill.id}": skill for skill in book.skills}
    recurring = _recurring(book, composer.settings.contents_recurring)

    def chapter(one: Chapter, level: int) -> Iterator[Entry]:
        yield Entry(level, one.anchor, one.number, Markup(one.title_html))
        below: list[tuple[Span | None, Entry]] = []
        for heading in one.headings:
            # A section of an unnumbered chapter would stand without a number among numbered ones.
            if heading.level <= depth and one.number and str(heading.content) not in recurring:
                entry = Entry(
                    heading.level, heading.anchor, heading.number, Markup(heading.content)
                )
                below.append((heading.span, entry))
        if depth > 1:
            for block in one.blocks:
                for label, anchor in block.anchors.items():
                    if (skill := skills.get(label)) is not None:
                        below.append((block.span, Entry(2, anchor, "", Markup.escape(skill.name))))
        # In the order of their pages: sections and skills come as the chapter's text has them.
        yield from (entry for _, entry in sorted(below, key=lambda pair: _line(pair[0])))

    yield Entry(1, NEWS, "", Markup.escape(words["news"]))
    for one in book.front:
        yield from chapter(one, 1)
    for part in book.parts:
        yield Entry(
            0, part.anchor, words.phrase("part-n", n=part.number), Markup.escape(part.title)
        )
        for one in part.chapters:
            yield from chapter(one, 1)
    for one in book.back:
        yield from chapter(one, 1)
    for name in ("glossary", "abbreviations", "answers", *PLAN, "index"):
        yield Entry(1, f"{OWN}{name}", "", Markup.escape(words[name]))


def _line(span: Span | None) -> int:
    return span.line if span is not None else 0


def _recurring(book: Book, least: int) -> Set[str]:
    """The titles of sections that so many chapters have; none where `least` is 0."""
    if not least:
        return frozenset()
    count = Counter(
        title
        for chapter in book.chapters()
        for title in {str(heading.content) for heading in chapter.headings}
    )
    return {title for title, chapters in count.items() if chapters >= least}


def _groups(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], ...]:
    """The lines of the contents in groups that stay together: a chapter with its sections, a part alone."""
    groups: list[list[Entry]] = []
    for entry in entries:
        if entry.level > 1 and groups:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return tuple(map(tuple, groups))


def _heads(verso: str, recto: str) -> dict[str, str]:
    return {"verso": verso, "recto": recto}


def _anchors(drafts: Sequence[SectionDraft]) -> frozenset[str]:
    return frozenset().union(*(draft.text.anchors for draft in drafts))


def _titles(composer: Composer, inner: Sequence[SectionDraft]) -> Iterator[SectionDraft]:
    """What stands before the contents: of a long book a half-title and a title page, too."""
    book = composer.book
    logo = image_url(book.brand.logo) if book.brand.logo else ""
    cover = composer.section("cover", "handbook/cover.html", logo=logo)
    if _titles_apart(composer, inner):
        yield SectionDraft(COVER, cover, "none", title=book.title)
        half = composer.section("half-title", "handbook/half-title.html")
        yield SectionDraft("half-title", half, "roman", 1, title=book.title)
        title = composer.section("title", "handbook/title.html", logo=logo)
        yield SectionDraft("title", title, "roman", title=book.title)
    else:
        yield SectionDraft(COVER, cover, "roman", 1, title=book.title)
    imprint = composer.section("imprint", "handbook/imprint.html")
    yield SectionDraft("imprint", imprint, "roman", recto=False, title=book.title)


def _titles_apart(composer: Composer, inner: Sequence[SectionDraft]) -> bool:
    options = composer.book.handbook
    if options.front_matter is not None:
        return options.front_matter == "full"
    # What is printed has its cover in a file of its own.
    return bool(options.press) or estimated(inner, composer.geometry).page_count >= LONG


def _contents(composer: Composer, defined: Set[str]) -> SectionDraft:
    book, words = composer.book, composer.words
    entries = tuple(e for e in contents_entries(book, composer) if e.anchor in defined)
    text = composer.section(
        "contents",
        "handbook/contents.html",
        entries=entries,
        groups=_groups(entries),
        **_heads(book.title, words["contents"]),
    )
    return SectionDraft("contents", text, "roman", title=words["contents"])


def _lists(composer: Composer) -> Iterator[SectionDraft]:
    if lists := _caption_lists(composer):
        heads = _heads(composer.book.title, "")
        text = composer.section("captions", "handbook/captions.html", lists=lists, **heads)
        yield SectionDraft("captions", text, "roman", recto=False, title=lists[0].title)


def _news(composer: Composer, news: News, defined: Set[str]) -> Iterator[SectionDraft]:
    groups = news_groups(news, composer, defined, f"{OWN}glossary")
    if groups or news.withdrawn:
        words = composer.words
        text = composer.section(
            "news",
            "handbook/news.html",
            groups=groups,
            withdrawn=news.withdrawn,
            **_heads(composer.book.title, words["news"]),
        )
        yield SectionDraft("news", text, "roman", recto=False, title=words["news"])


def _front(composer: Composer) -> Iterator[SectionDraft]:
    for chapter in composer.book.front:
        yield _chapter(chapter, composer, None, 0, "roman")


def _body(composer: Composer) -> Iterator[SectionDraft]:
    first: int | None = 1
    for number, part in enumerate(composer.book.parts, 1):
        if len(part.chapters) == 1:
            # An opener with a single entry would say what the next page says: the chapter opens the part.
            [chapter] = part.chapters
            draft = _chapter(chapter, composer, part, number, opens=True)
            yield replace(draft, first=first, recto=True)
        else:
            text = composer.section(f"part {part.id}", "handbook/part.html", part=part)
            yield SectionDraft(f"part-{number}", text, first=first, tab=number, title=part.title)
            for chapter in part.chapters:
                yield _chapter(chapter, composer, part, number)
        first = None


def _back(composer: Composer) -> Sequence[SectionDraft]:
    drafts = _run_on([*_ending(composer), *_lookups(composer)])
    # What follows the last part begins on the right, wherever its chapters may.
    return [replace(draft, recto=draft.recto or not place) for place, draft in enumerate(drafts)]


def _ending(composer: Composer) -> Iterator[SectionDraft]:
    for chapter in composer.book.back:
        yield _chapter(chapter, composer, None, 0)


def _lookups(composer: Composer) -> Iterator[SectionDraft]:
    book, words = composer.book, composer.words
    recto = _opens_right(composer)
    if book.terms and not any(b.kind == "glossary" for c in book.chapters() for b in c.blocks):
        yield SectionDraft("glossary", _glossary(composer), recto=recto, title=words["glossary"])
    if short := tuple(term for term in book.terms if term.long):
        text = composer.section(
            "abbreviations",
            "handbook/abbreviations.html",
            terms=short,
            uses=term_uses(book),
            **_heads(book.title, words["abbreviations"]),
        )
        yield SectionDraft("abbreviations", text, recto=recto, title=words["abbreviations"])
    apart = book.chapters() if book.handbook.answers == "apart" else ()
    for number, run in enumerate(answer_runs(answer_groups(tuple(apart), composer)), 1):
        first = number == 1
        text = composer.section(
            f"answers {number}",
            "handbook/answers.html",
            groups=run,
            first=first,
            **_heads(book.title, words["answers"]),
        )
        name = "answers" if first else f"answers-{number}"
        yield SectionDraft(name, text, recto=recto and first, title=words["answers"])


def _plan(composer: Composer) -> Iterator[SectionDraft]:
    """What the guide's study plan has printed: a calendar of reviews, pages to write errors down."""
    book, words = composer.book, composer.words
    if (plan := book.plan) is None:
        return
    recto = _opens_right(composer)
    name, log = PLAN
    if plan.calendar and (weeks := calendar(book, plan)):
        heads = _heads(book.title, words[name])
        html = composer.render(f"handbook/{name}.html", plan=plan, weeks=weeks, **heads)
        yield SectionDraft(name, read(html), recto=recto, title=words[name])
    if plan.errors:
        rows = error_rows(composer.geometry.lines, plan.errors)
        heads = _heads(book.title, words[log])
        html = composer.render(f"handbook/{log}.html", rows=rows, **heads)
        yield SectionDraft(log, read(html), recto=recto, title=words[log])


def _index(composer: Composer, defined: Set[str]) -> Iterator[SectionDraft]:
    """The index, of places that a layout has given an anchor."""
    book, words = composer.book, composer.words
    mentions = composer.mentions.found if composer.mentions else ()
    if index := index_groups(book, mentions, defined):
        text = composer.section(
            "index", "handbook/index.html", groups=index, **_heads(book.title, words["index"])
        )
        yield SectionDraft("index", text, recto=_opens_right(composer), title=words["index"])


def _glossary(composer: Composer) -> SectionText:
    """The glossary of a guide of which no chapter prints it."""
    chapter = Chapter("glossary", "", "", composer.words["glossary"], Content())
    anchors = {f"term-{term.id}": f"term-{term.id}" for term in composer.book.terms}
    place = PlacedBlock(Block("glossary", "", None, anchors), chapter, 1)
    html = composer.render(
        "handbook/glossary.html",
        body=render_block(place, composer),
        **_heads(composer.book.title, composer.words["glossary"]),
    )
    return read(html)


def _chapter(
    chapter: Chapter,
    composer: Composer,
    part: Part | None,
    tab: int,
    numbering: Numbering = "arabic",
    *,
    opens: bool = False,
) -> SectionDraft:
    """The section of a chapter; one that `opens` its part carries the part's title."""
    return SectionDraft(
        f"chapter-{chapter.id}",
        _composed(chapter, composer, part, opens=opens),
        numbering,
        recto=_opens_right(composer),
        tab=tab,
        file=chapter.file,
        title=chapter.title,
    )


def _composed(
    chapter: Chapter, composer: Composer, part: Part | None, *, opens: bool
) -> SectionText:
    """The text of a chapter. The places of terms that are in it are among those found then."""
    mentions, kept = composer.mentions, composer.kept
    own = kept.digest_of(chapter) if kept is not None else ""
    if not own:
        return compose_chapter(chapter, composer, part, opens=opens)

    def made() -> tuple[SectionText, list[tuple[str, str]]]:
        before = len(mentions.found) if mentions else 0
        text = compose_chapter(chapter, composer, part, opens=opens)
        found = mentions.found[before:] if mentions else []
        if mentions:
            del mentions.found[before:]
        return text, found

    # Of its part a chapter has the title, unless it opens it.
    around = part if opens or part is None else (part.number, part.title)
    wanted = (mentions.names, mentions.named_in(chapter)) if mentions else None
    text, found = composer.composed(
        f"chapter {chapter.id}",
        (own, around, opens, wanted),
        made,
        tuple[SectionText, list[tuple[str, str]]],
    )
    if mentions:
        mentions.found += found
    return text


def _opens_right(composer: Composer) -> bool:
    return composer.book.handbook.opening == "right"


@dataclass(frozen=True, slots=True)
class CaptionList:
    """The list of figures or that of tables."""

    anchor: str
    title: str
    captions: tuple[Caption, ...]


def _caption_lists(composer: Composer) -> tuple[CaptionList, ...]:
    captions = [c for chapter in composer.book.chapters() for c in _captions(chapter, composer)]
    found = []
    for kind in ("figure", "table"):
        own = tuple(c for c in captions if c.kind == kind)
        if own:
            found.append(CaptionList(f"list-of-{kind}s", composer.words[f"{kind}s"], own))
    return tuple(found)


def _captions(chapter: Chapter, composer: Composer) -> list[Caption]:
    """The captions of a chapter, those of its tables of data among them, in the order of their numbers."""
    tables = {table.id: table for table in composer.book.tables}
    printed = [
        tables[block.argument]
        for block in chapter.blocks
        if block.kind == "data" and f"data-{block.argument}" in block.anchors
    ]
    data = [Caption(f"data-{t.id}", "table", t.number, t.title) for t in printed]
    return sorted((*chapter.captions, *data), key=lambda c: [int(n) for n in c.number.split(".")])
