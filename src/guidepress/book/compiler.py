"""Guide -> Book."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from guidepress.book import front_matter, records
from guidepress.book.cards import CardCollector
from guidepress.book.draft import ChapterDraft, chapter_id, footnotes, take_apart
from guidepress.book.fields import Converter, Fields
from guidepress.book.model import (
    Book,
    Brand,
    Chapter,
    DeckOptions,
    HandbookOptions,
    Label,
    Part,
    SheetOptions,
)
from guidepress.book.numbering import roman
from guidepress.book.places import place_records
from guidepress.book.references import Resolver
from guidepress.book.slugs import identify, unique
from guidepress.book.titles import title
from guidepress.content import Content
from guidepress.diagnostics import (
    Diagnosed,
    Diagnostic,
    Span,
    did_you_mean,
    error,
    ordered,
)
from guidepress.markdown import Document, convert
from guidepress.model import Chapter as Source
from guidepress.model import Guide, PartEntry
from guidepress.words import Words


def compile_book(guide: Guide, words: Words, converter: Converter = convert) -> Diagnosed[Book]:
    """The book of a guide, with every problem of its content. `converter` turns Markdown into content.

    `words` are those that the book says itself, such as "Chapter".

    There is a book even where there are errors, so that a preview can show it; a build stops at them.
    """
    contents = _Chapters(guide, words, converter)
    names = contents.names
    drafts = contents.drafts
    places = place_records(guide, drafts)
    resolver = Resolver(
        guide,
        words,
        names,
        chapters={d.file: d.id for d in drafts},
        local={d.id: d.local for d in drafts},
        unprinted=places.unprinted,
    )
    fields = Fields(resolver, converter)
    collector = CardCollector(guide, fields, places, {d.id: d.part for d in drafts})
    collector.collect(drafts)
    teachers = _teachers(guide, drafts, contents.diagnostics)
    chapters = {d.id: _chapter(d, resolver, contents.diagnostics) for d in drafts}
    book = Book(
        id=guide.source.id,
        title=guide.source.title,
        subtitle=guide.source.subtitle or "",
        edition=guide.source.edition,
        language=guide.source.language,
        authors=guide.source.authors,
        publisher=guide.source.publisher or "",
        description=fields.html(guide.source, "description"),
        keywords=guide.source.keywords,
        licence=guide.source.licence or "",
        date=guide.source.date or "",
        brand=_brand(guide, fields, resolver),
        handbook=_handbook(guide),
        deck=_deck(guide, fields, contents),
        sheets=_sheets(guide),
        web=guide.source.products.web,
        epub=guide.source.products.epub,
        front=tuple(chapters[d.id] for d in contents.front),
        parts=tuple(
            Part(
                id=part.id,
                number=part.number,
                title=part.title,
                summary=fields.html(part.source, "summary", inline=False),
                chapters=tuple(chapters[d.id] for d in part.drafts),
            )
            for part in contents.parts
        ),
        back=tuple(chapters[d.id] for d in contents.back),
        roadmap=records.roadmap(guide, words, fields, places, teachers),
        skills=records.skills(guide, fields, places),
        questions=records.questions(guide, fields, places),
        terms=records.terms(guide, fields, places),
        tables=records.tables(guide, words, fields, places, contents.tables),
        profiles=records.profiles(guide, fields, places),
        others=records.others(guide, fields, places),
        cards=tuple(collector.cards),
        labels=names,
        images=resolver.images,
        formulas=tuple(resolver.formulas),
        quoted=resolver.quotes.read,
    )
    problems = (
        *contents.diagnostics,
        *(p for d in drafts for p in d.diagnostics),
        *places.diagnostics,
        *resolver.diagnostics,
        *fields.diagnostics,
        *collector.diagnostics,
    )
    return Diagnosed(book, ordered(problems))


@dataclass(slots=True)
class _Part:
    source: PartEntry
    id: str
    number: str
    title: str
    drafts: list[ChapterDraft] = field(default_factory=list)


@dataclass(slots=True)
class _Chapters:
    """The chapters in order, converted and drafted: ids first, so that labels can name any of them."""

    guide: Guide
    words: Words
    converter: Converter
    names: dict[str, Label] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    front: list[ChapterDraft] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)
    back: list[ChapterDraft] = field(default_factory=list)
    drafts: list[ChapterDraft] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _number: int = 0
    _documents: dict[str, Document] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        guide = self.guide
        sources = [*guide.front, *(c for p in guide.parts for c in p.chapters), *guide.back]
        self._documents = {c.file: self._convert(c) for c in sources}
        for source in sources:
            name = chapter_id(source, self._documents[source.file], set(self._ids.values()))
            if name in self._ids.values():
                span = source.entry.span("id")
                self.diagnostics.append(
                    error("id-duplicate", f"a second chapter has the id `{name}`", span)
                )
            self._ids[source.file] = name
            # Claimed now: a heading of the same name must not take the chapter's place.
            self.names[name] = Label(name, "chapter", name, name, "", name, Span(source.file))
        taken = {part.entry.id for part in guide.parts if part.entry.id}
        for number, part in enumerate(guide.parts, 1):
            name = part.entry.id or unique(identify(part.entry.title) or "part", taken)
            taken.add(name)
            self.parts.append(_Part(part.entry, name, roman(number), part.entry.title))
            anchor, span = f"part-{name}", part.entry.span("title")
            label = Label(anchor, "part", anchor, part.entry.title, roman(number), "", span)
            self.names.setdefault(anchor, label)
        self.front = self._drafts(guide.front, "", numbered=False)
        for one, part in zip(self.parts, guide.parts, strict=True):
            one.drafts = self._drafts(part.chapters, one.id, numbered=True)
        self.back = self._drafts(guide.back, "", numbered=False)
        self.drafts = [*self.front, *(d for p in self.parts for d in p.drafts), *self.back]

    def _convert(self, source: Source) -> Document:
        converted = self.converter(source.text, source.file)
        self.diagnostics.extend(converted.diagnostics)
        document = converted.value or Document()
        values, problems = front_matter.check(source, document.front_matter)
        self.diagnostics.extend(problems)
        return replace(document, front_matter=values)

    def _drafts(
        self, sources: Iterable[Source], part: str, *, numbered: bool
    ) -> list[ChapterDraft]:
        drafts = []
        for source in sources:
            number = ""
            if numbered:
                self._number += 1
                number = str(self._number)
            document = self._documents[source.file]
            drafts.append(
                take_apart(
                    ChapterDraft(
                        source=source,
                        document=document,
                        id=self._ids[source.file],
                        number=number,
                        body=document.content.nodes,
                        names=self.names,
                        words=self.words,
                        tables=self.tables,
                        part=part,
                    )
                )
            )
        return drafts


def _teachers(
    guide: Guide, drafts: list[ChapterDraft], problems: list[Diagnostic]
) -> dict[str, str]:
    """Stage -> the chapter whose front matter names it."""
    stages = [s.id for s in guide.roadmap.stages] if guide.roadmap else []
    teachers: dict[str, str] = {}
    for one in drafts:
        if one.stage and one.stage not in stages:
            if "stage" in guide.unread:
                continue
            hints = did_you_mean(one.stage, stages)
            message = f"no stage has the id `{one.stage}`"
            span = front_matter.span(one.source, "stage")
            problems.append(error("stage-unknown", message, span, hints=hints))
        elif one.stage:
            teachers.setdefault(one.stage, one.id)
    return teachers


def _chapter(one: ChapterDraft, resolver: Resolver, problems: list[Diagnostic]) -> Chapter:
    span = Span(one.file, 1)
    body, references = resolver.resolve(one.body, span, one.id)
    one.notes = [resolver.resolve(note, span, one.id)[0] for note in one.notes]
    lead = resolver.finish(one.lead, span, one.id)
    promise = Content()
    if one.promise:
        place = front_matter.span(one.source, "promise")
        converted = convert(
            one.promise, one.file, line=place.line, column=place.column, inline=True
        )
        problems.extend(converted.diagnostics)
        if document := converted.value:
            promise = resolver.finish(document.content, place, one.id)
    return Chapter(
        id=one.id,
        file=one.file,
        number=one.number,
        title=one.title,
        title_html=title(lead.nodes)[1] if one.title_html is one.lead else one.title_html,
        body=Content(body),
        promise=promise,
        stage=one.stage,
        headings=tuple(one.headings),
        blocks=tuple(one.blocks),
        captions=tuple(one.captions),
        footnotes=footnotes(one),
        index=tuple(one.index),
        cards=tuple(one.cards),
        references=references,
        span=span,
    )


def _brand(guide: Guide, fields: Fields, resolver: Resolver) -> Brand:
    brand = guide.brand
    logo = ""
    if brand.logo:
        span = brand.span("logo")
        image = resolver.image(brand.logo, span.file, span)
        logo = image.key if image else ""
    return Brand(
        name=brand.name or "",
        colours={k: v for k, v in brand.colours.model_dump().items() if v},
        fonts={k: v for k, v in brand.fonts.model_dump().items() if v},
        logo=logo,
        logo_alt=brand.logo_alt or brand.name or "",
        words=brand.words,
        imprint=fields.html(brand, "imprint", inline=False),
    )


def _handbook(guide: Guide) -> HandbookOptions:
    options = guide.source.products.handbook
    return HandbookOptions(
        page=options.page,
        layout=options.layout,
        sides=options.sides,
        bleed=options.bleed or "",
        marks=options.marks,
    )


def _sheets(guide: Guide) -> SheetOptions:
    options = guide.source.products.cards
    return SheetOptions(
        sheet=options.sheet,
        card=options.card or "",
        gutter=options.gutter or "",
        margin=options.margin or "",
        bleed=options.bleed or "",
        safe=options.safe or "",
        flip=options.flip or "",
        order=options.order,
        offset=options.offset,
        ticks=options.ticks,
        parts=options.parts,
        chapters=options.chapters,
        tags=options.tags,
        news=options.news,
        span=options.span(),
    )


def _deck(guide: Guide, fields: Fields, contents: _Chapters) -> DeckOptions:
    options = guide.source.products.deck
    return DeckOptions(
        name=options.name or guide.source.title,
        description=fields.html(options, "description", inline=False),
        parts={part.id: part.source.deck for part in contents.parts if part.source.deck},
        chapters={d.id: d.source.entry.deck for d in contents.drafts if d.source.entry.deck},
        report=options.report or "",
    )
