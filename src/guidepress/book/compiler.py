"""Guide -> Book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

from guidepress.book import front_matter, records
from guidepress.book.cards import CardCollector
from guidepress.book.draft import ChapterDraft, chapter_id, footnotes
from guidepress.book.editions import Editing
from guidepress.book.exam import draw_exam
from guidepress.book.fields import Converter, Fields
from guidepress.book.limits import too_much
from guidepress.book.model import (
    Book,
    Brand,
    Chapter,
    DeckOptions,
    DeckPreset,
    Exam,
    HandbookOptions,
    Label,
    Part,
    PressOptions,
    SheetOptions,
    StudyPlan,
)
from guidepress.book.numbering import roman
from guidepress.book.places import place_records, without_unplaced
from guidepress.book.pressing import inks_of, press_options, profiles_read
from guidepress.book.recall import Recall
from guidepress.book.references import Resolver
from guidepress.book.slugs import identify, unique
from guidepress.book.swallowed import without_consequences
from guidepress.book.teaching import assign
from guidepress.book.titles import title
from guidepress.content import Content
from guidepress.content.typography import Typography, typography
from guidepress.diagnostics import (
    Diagnosed,
    Diagnostic,
    Span,
    did_you_mean,
    error,
    ordered,
)
from guidepress.markdown import Document, convert, extension_fault
from guidepress.markdown.extensions import named
from guidepress.model import Chapter as Source
from guidepress.model import Guide, PartEntry
from guidepress.model.guide import Plan
from guidepress.source.consistency import left_out
from guidepress.source.editions import Filler
from guidepress.words import Words


def compile_book(
    guide: Guide, words: Words, converter: Converter = convert, recall: Recall | None = None
) -> Diagnosed[Book]:
    """The book of a guide, with every problem of its content. `converter` turns Markdown into content.

    `words` are those that the book says itself, such as "Chapter". `recall` is what is known of the guide's chapters
    from the time before: only what differs is compiled.

    There is a book even where there are errors, so that a preview can show it; a build stops at them.
    """
    compilation = _Compilation(guide, words, converter, recall or Recall())
    return Diagnosed(compilation.book(), ordered(compilation.problems()))


class _Compilation:
    """What a book is made of while it is: its chapters, where records are printed, and what both refer to."""

    def __init__(self, guide: Guide, words: Words, converter: Converter, recall: Recall) -> None:
        self.guide = guide
        self.words = words
        self.recall = recall
        converter, self._faults = _extended(guide, converter)
        style = typography("" if guide.source.typography == "none" else guide.source.language)
        self.editing = editing = Editing(guide.active, converter)
        converter = _typographic(editing, style, recall)
        self.chapters = chapters = _Chapters(guide, words, editing, converter, style, recall)
        chapters.convert()
        drafts = chapters.drafts
        self._faults = [*self._faults, *too_much(guide, drafts)]
        fitting = without_unplaced(guide, drafts, editing.left_out.blocks)
        self.guide = guide = fitting.guide
        self._unfit = fitting.diagnostics
        self.places = place_records(guide, drafts, style, converter)
        self.resolver = Resolver(
            guide,
            words,
            chapters.names,
            chapters={d.source.key: d.id for d in drafts},
            local={d.id: d.local for d in drafts},
            unprinted=self.places.unprinted,
            left_out=editing.left_out,
        )
        self.fields = Fields(self.resolver, style, converter)
        parts = {d.id: d.part for d in drafts}
        self.cards = CardCollector(
            guide, self.fields, self.places, parts, editing, fitting.displaced
        )
        self.cards.collect(drafts)
        products = guide.source.products
        pages = press_options(guide, products.handbook.press)
        sheets = press_options(guide, products.cards.press)
        self.press, self.cards_press = pages.value, sheets.value
        self._press_faults = (*pages.diagnostics, *sheets.diagnostics)

    def book(self) -> Book:
        """The book; made once, since its texts are resolved on the way."""
        guide, source, fields = self.guide, self.guide.source, self.fields
        chapters, places, words = self.chapters, self.places, self.words
        plan = source.plan
        teachers = _teachers(guide, chapters.drafts, chapters.diagnostics)
        teaching, problems = assign(guide, [(d.stage, d.lessons) for d in chapters.drafts])
        chapters.diagnostics += problems
        self.recall.begin(self.resolver)
        made = {d.id: self._chapter(d) for d in chapters.drafts}
        return Book(
            id=source.id,
            title=fields.line(source.title),
            subtitle=fields.line(source.subtitle),
            edition=source.edition,
            language=source.language,
            hyphenation=source.hyphenation,
            authors=tuple(map(fields.line, source.authors)),
            publisher=fields.line(source.publisher),
            isbn=source.isbn or "",
            description=fields.html(source, "description"),
            keywords=source.keywords,
            licence=source.licence or "",
            date=source.date or "",
            brand=_brand(guide, fields, self.resolver),
            handbook=_handbook(guide, self.press),
            deck=_deck(guide, fields, chapters),
            sheets=_sheets(guide, self.cards_press),
            web=source.products.web,
            epub=source.products.epub,
            front=tuple(made[d.id] for d in chapters.front),
            parts=tuple(self._part(part, made) for part in chapters.parts),
            back=tuple(made[d.id] for d in chapters.back),
            roadmap=records.roadmap(guide, words, fields, places, teachers, teaching),
            skills=records.skills(guide, fields, places),
            questions=records.questions(guide, fields, places),
            terms=records.terms(guide, fields, places),
            tables=records.tables(guide, words, fields, places, chapters.tables),
            profiles=records.profiles(guide, fields, places),
            others=records.others(guide, fields, places),
            cards=tuple(self.cards.cards),
            left_out=self._cards_left_out(),
            exam=self._exam(),
            plan=StudyPlan(plan.new, plan.days, plan.calendar, plan.errors) if plan else None,
            labels=chapters.names,
            images=self.resolver.images,
            sounds=self.resolver.sounds,
            audio_url=_audio_url(source.products.audio_url or ""),
            formulas=tuple(self.resolver.formulas),
            quoted={**self.resolver.quotes.read, **profiles_read(self.press, self.cards_press)},
        )

    def problems(self) -> Iterable[Diagnostic]:
        """All that is wrong with the book that was made."""
        found = (
            *self._faults,
            *self.chapters.diagnostics,
            *self._unfit,
            *(p for d in self.chapters.drafts for p in d.diagnostics),
            *self.places.diagnostics,
            *self.resolver.diagnostics,
            *self.fields.diagnostics,
            *self.cards.diagnostics,
            *self._press_faults,
        )
        texts = {draft.file: draft.source.text for draft in self.chapters.drafts}
        return without_consequences(found, texts)

    def _exam(self) -> Exam | None:
        active = self.guide.active
        if active.kind != "exam":
            return None
        if active.exam is None:
            span = self.guide.source.editions[active.name].span("kind")
            message = f"{active} is an exam, and has no `exam` that says what is asked"
            self.chapters.diagnostics.append(error("exam-missing", message, span))
            return None
        instructions = self.fields.html(active.exam, "instructions", inline=False)
        ids = [one.id for one in self.chapters.drafts]
        exam, problems = draw_exam(active.exam, self.cards.cards, ids, instructions)
        self.chapters.diagnostics += problems
        return exam

    def _cards_left_out(self) -> tuple[str, ...]:
        there = {card.id for card in self.cards.cards}
        return tuple(sorted((self.guide.cards_left_out | self.editing.left_out.cards) - there))

    def _part(self, part: _Part, made: Mapping[str, Chapter]) -> Part:
        return Part(
            id=part.id,
            number=part.number,
            title=part.title,
            summary=self.fields.html(part.source, "summary", inline=False),
            chapters=tuple(made[d.id] for d in part.drafts),
        )

    def _chapter(self, one: ChapterDraft) -> Chapter:
        span = Span(one.file, 1)
        texts = (one.body, one.lead.nodes, *one.notes)
        (body, references), (lead, _), *notes = [
            self.recall.resolve(self.resolver, text, span, one.id, part)
            for part, text in enumerate(texts)
        ]
        one.notes = [note for note, _ in notes]
        return Chapter(
            id=one.id,
            file=one.file,
            number=one.number,
            title=one.title,
            title_html=title(lead)[1] if one.title_html is one.lead else one.title_html,
            body=Content(body),
            promise=self._promise(one),
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

    def _promise(self, one: ChapterDraft) -> Content:
        if not one.promise:
            return Content()
        place = front_matter.span(one.source, "promise")
        converted = self.fields.converter(
            one.promise, one.file, line=place.line, column=place.column, inline=True
        )
        self.chapters.diagnostics.extend(converted.diagnostics)
        if (document := converted.value) is None:
            return Content()
        return self.resolver.finish(document.content, place, one.id)


def _extended(guide: Guide, converter: Converter) -> tuple[Converter, list[Diagnostic]]:
    """The converter with the guide's extensions of Markdown, and what is wrong with them."""
    options = guide.source.markdown
    problems = []
    for at, one in enumerate(options.extensions):
        if fault := extension_fault(*named(one.name, one.settings)):
            message = f"the Markdown extension `{one.name}` cannot be used: {fault}"
            hints = ("docs/markdown.md says which extensions work",)
            span = options.span("extensions", at)
            problems.append(error("markdown-extension", message, span, hints=hints))
    extensions = tuple(named(one.name, one.settings) for one in options.extensions)
    return partial(converter, extensions=extensions) if extensions else converter, problems


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
    editing: Editing
    converter: Converter
    style: Typography
    recall: Recall
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

    def convert(self) -> None:
        """Convert and draft them all."""
        guide = self.guide
        sources = [*guide.front, *(c for p in guide.parts for c in p.chapters), *guide.back]
        whole = {c.file: self._whole(c) for c in sources}
        self._identify(sources, whole)
        gone = self._left_out(whole)
        self._documents = {c.file: self._convert(c) for c in sources if c.file not in gone}
        for source in sources:
            if (span := gone.get(source.file)) is not None:
                name = self._ids[source.file]
                self.editing.left_out.chapter(source.file, name, whole[source.file], span)
        self._claim(sources)
        # Where no chapter could be read, that has been said.
        if sources and not self._documents:
            self.diagnostics.append(_empty(guide))
        taken = {part.entry.id for part in guide.parts if part.entry.id}
        for part in guide.parts:
            name = part.entry.id or unique(identify(part.entry.title) or "part", taken)
            taken.add(name)
            if all(one.file in gone for one in part.chapters) and gone:
                reason = gone[part.chapters[0].file] if part.chapters else part.entry.span()
                self.editing.left_out.names.setdefault(f"part-{name}", reason)
                continue
            number = roman(len(self.parts) + 1)
            called = self.style.text(part.entry.title)
            self.parts.append(_Part(part.entry, name, number, called))
            anchor, span = f"part-{name}", part.entry.span("title")
            label = Label(anchor, "part", anchor, called, number, "", span)
            self.names.setdefault(anchor, label)
        chapters = {id(part.entry): part.chapters for part in guide.parts}
        self.front = self._drafts(guide.front, "", numbered=False)
        for one in self.parts:
            one.drafts = self._drafts(chapters[id(one.source)], one.id, numbered=True)
        self.back = self._drafts(guide.back, "", numbered=False)
        self.drafts = [*self.front, *(d for p in self.parts for d in p.drafts), *self.back]

    def _identify(self, sources: Iterable[Source], whole: Mapping[str, Document]) -> None:
        """Ids of all chapters: those that are left out count, so that the others keep theirs in every edition."""
        for source in sources:
            name = chapter_id(source, whole[source.file], set(self._ids.values()))
            if name in self._ids.values():
                span = source.entry.span("id")
                self.diagnostics.append(
                    error("id-duplicate", f"a second chapter has the id `{name}`", span)
                )
            self._ids[source.file] = name

    def _claim(self, sources: Iterable[Source]) -> None:
        """Labels of chapters, before any other: a heading of the same name must not take a chapter's place."""
        for source in sources:
            if source.file in self._documents:
                name = self._ids[source.file]
                self.names[name] = Label(name, "chapter", name, name, "", name, Span(source.file))

    def _left_out(self, whole: Mapping[str, Document]) -> dict[str, Span]:
        """The files of chapters that are not in the edition, with the place that says so."""
        guide, active = self.guide, self.guide.active
        entries: list[tuple[Source, tuple[PartEntry, ...]]]
        entries = [(one, ()) for one in (*guide.front, *guide.back)]
        entries += [(one, (part.entry,)) for part in guide.parts for one in part.chapters]
        gone: dict[str, Span] = {}
        chosen = self._chosen()
        for one, around in entries:
            unfit = [entry for entry in (*around, one.entry) if not active.has(entry)]
            if unfit:
                gone[one.file] = unfit[0].condition_span
            elif chosen is not None and one.file not in chosen:
                gone[one.file] = guide.source.span("editions", active.name, "chapters")
        return gone

    def _chosen(self) -> set[str] | None:
        """The files of the chapters that the edition chooses; None where it chooses none."""
        guide, active = self.guide, self.guide.active
        if not active.chapters:
            return None
        sources = [*guide.front, *(c for p in guide.parts for c in p.chapters), *guide.back]
        names = {self._ids[c.file]: c.file for c in sources} | {
            c.entry.file: c.file for c in sources
        }
        for at, name in enumerate(active.chapters):
            if name not in names:
                self.diagnostics.append(
                    error(
                        "edition-chapter-unknown",
                        f"no chapter has the id or the file `{name}`",
                        guide.source.span("editions", active.name, "chapters", at),
                        hints=did_you_mean(name, names),
                    )
                )
        return {names[name] for name in active.chapters if name in names}

    def _whole(self, source: Source) -> Document:
        """A chapter for all editions. Its problems come with the edition's own."""
        document = self.editing.whole(source.text, source.file).value or Document()
        values, _ = front_matter.check(source, document.front_matter)
        return replace(document, front_matter=values)

    def _convert(self, source: Source) -> Document:
        converted = self.converter(source.text, source.file)
        self.diagnostics.extend(converted.diagnostics)
        document = converted.value or Document()
        values, problems = front_matter.check(source, document.front_matter)
        self.diagnostics.extend(problems)
        if "{{" in (text := values.get("title", "")):
            filler, place = Filler(self.guide.active), front_matter.span(source, "title")
            values["title"] = filler.text(text, lambda at, n: _within(place, at, n))
            self.diagnostics.extend(filler.diagnostics)
        return replace(document, front_matter=values)

    def _drafts(
        self, sources: Iterable[Source], part: str, *, numbered: bool
    ) -> list[ChapterDraft]:
        drafts = []
        for source in sources:
            if source.file not in self._documents:
                continue
            number = ""
            if numbered:
                self._number += 1
                number = str(self._number)
            document = self._documents[source.file]
            drafts.append(
                self.recall.take_apart(
                    ChapterDraft(
                        source=source,
                        document=document,
                        id=self._ids[source.file],
                        number=number,
                        body=document.content.nodes,
                        names=self.names,
                        words=self.words,
                        tables=self.tables,
                        typography=self.style,
                        part=part,
                    )
                )
            )
        return drafts


def _within(place: Span, at: int, length: int) -> Span:
    return Span(place.file, place.line, place.column + at, length)


def _empty(guide: Guide) -> Diagnostic:
    source, name = guide.source, guide.active.name
    edition = source.editions.get(name)
    span = source.span("contents") if edition is None else edition.span()
    return error("edition-empty", f"{guide.active} has no chapters", span)


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
            span = front_matter.span(one.source, "stage")
            gone = {record.label: record.span for record in guide.left_out}
            if (reason := gone.get(f"stage-{one.stage}")) is not None:
                problems.append(left_out(f"the stage `{one.stage}`", guide.active, span, reason))
                continue
            hints = did_you_mean(one.stage, stages)
            message = f"no stage has the id `{one.stage}`"
            problems.append(error("stage-unknown", message, span, hints=hints))
        elif one.stage:
            teachers.setdefault(one.stage, one.id)
    return teachers


def _typographic(converter: Converter, style: Typography, recall: Recall) -> Converter:
    """The converter with typographic marks in all that it gives; the attributes of its elements stay as typed."""

    def convert(text: str, file: str, **place: Any) -> Diagnosed[Document]:
        converted = converter(text, file, **place)
        if (document := converted.value) is None:
            return converted
        # A text without a place in its file is all of it.
        made = marked(document) if place else recall.typographic(document, file, style, marked)
        return Diagnosed(made, converted.diagnostics)

    def marked(document: Document) -> Document:
        return replace(
            document,
            content=style.content(document.content),
            cards=tuple(use.with_parts(style.content) for use in document.cards),
            footnotes=tuple(
                replace(note, content=style.content(note.content)) for note in document.footnotes
            ),
        )

    return convert if style.language else converter


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
        inks=inks_of(brand),
        words=brand.words,
        imprint=fields.html(brand, "imprint", inline=False),
    )


# Where the answers to review questions stand in editions that are not for students.
_ANSWERS: Mapping[str, Literal["in-place", "none"]] = {"instructor": "in-place", "workbook": "none"}


def _handbook(guide: Guide, press: PressOptions | None) -> HandbookOptions:
    options = guide.source.products.handbook
    return HandbookOptions(
        page=options.page,
        layout=options.layout,
        sides=options.sides,
        opening=options.opening,
        multiple=options.multiple,
        index=options.index,
        bleed=options.bleed or "",
        marks=options.marks,
        press=press,
        front_matter=options.front_matter,
        answers=_ANSWERS.get(guide.active.kind, "apart"),
        room=guide.active.kind == "workbook",
    )


def _sheets(guide: Guide, press: PressOptions | None) -> SheetOptions:
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
        guides=options.guides,
        parts=options.parts,
        chapters=options.chapters,
        tags=options.tags,
        news=options.news,
        press=press,
        span=options.span(),
    )


def _audio_url(written: str) -> str:
    """An address with `{file}` in it: at its end, where it does not say where."""
    return written if not written or "{file}" in written else f"{written.rstrip('/')}/{{file}}"


def _deck(guide: Guide, fields: Fields, contents: _Chapters) -> DeckOptions:
    options = guide.source.products.deck
    preset, plan = options.preset, guide.source.plan
    return DeckOptions(
        name=options.name or fields.line(guide.source.title),
        description=fields.html(options, "description", inline=False),
        parts={part.id: part.source.deck for part in contents.parts if part.source.deck},
        chapters={d.id: d.source.entry.deck for d in contents.drafts if d.source.entry.deck},
        report=options.report or "",
        speech=options.speech,
        preset=DeckPreset(preset.new or (plan or Plan()).new, preset.reviews, preset.retention)
        if preset
        else None,
    )
