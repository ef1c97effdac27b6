"""The records of the guide, compiled: every Markdown field content, every value as it is printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields as members
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from guidepress.book import model as book
from guidepress.book.fields import Fields
from guidepress.book.places import Places
from guidepress.book.teaching import Teaching
from guidepress.content import Content
from guidepress.model import Guide, Profiles, Record, Stage, Table
from guidepress.model.base import Conditional, Line, is_markdown, type_of
from guidepress.model.kinds import KINDS, listed
from guidepress.words import Words

T = TypeVar("T", book.Stage, book.Skill, book.Question, book.Term)
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")


def roadmap(
    guide: Guide,
    words: Words,
    fields: Fields,
    places: Places,
    teachers: dict[str, str],
    teaching: Teaching,
) -> book.Roadmap | None:
    """The roadmap; `teachers` maps a stage to the chapter whose front matter names it."""
    if guide.roadmap is None:
        return None
    stages = []
    for number, stage in enumerate(guide.roadmap.stages, 1):
        chapter = teachers.get(stage.id) or places.chapters.get(f"stage-{stage.id}", "")
        stages.append(_stage(stage, number, fields, chapter, teaching))
    return book.Roadmap(
        title=fields.line(guide.roadmap.title) or words["roadmap"],
        introduction=fields.html(guide.roadmap, "introduction", inline=False),
        stages=tuple(stages),
    )


def _stage(
    stage: Stage, number: int, fields: Fields, chapter: str, teaching: Teaching
) -> book.Stage:
    return _compiled(
        book.Stage,
        stage,
        fields,
        chapter,
        number=number,
        chapter=chapter,
        objective_places=teaching.anchors(stage.id, "objectives", len(stage.objectives)),
        topic_places=teaching.anchors(stage.id, "topics", len(stage.topics)),
    )


def skills(guide: Guide, fields: Fields, places: Places) -> tuple[book.Skill, ...]:
    """Skills and technologies."""
    return tuple(
        _compiled(book.Skill, one, fields, places.chapters.get(f"skill-{one.id}", ""))
        for one in guide.skills
    )


def questions(guide: Guide, fields: Fields, places: Places) -> tuple[book.Question, ...]:
    """The FAQ."""
    return tuple(
        _compiled(book.Question, one, fields, places.chapters.get(f"faq-{one.id}", ""))
        for one in guide.questions
    )


def terms(guide: Guide, fields: Fields, places: Places) -> tuple[book.Term, ...]:
    """The glossary in alphabetical order (the alphabet of the letters, case apart)."""
    return tuple(
        _compiled(book.Term, one, fields, places.chapters.get(f"term-{one.id}", ""))
        for one in sorted(guide.terms, key=lambda t: (t.term.casefold(), t.id))
    )


# Markdown of records that may be several blocks; any other is printed in a line of its own.
_BLOCKS = frozenset({"answer", "details", "introduction"})
_EMPTY = {"str": "", "int": 0}


def _compiled(kind: type[T], record: Record, fields: Fields, chapter: str, /, **own: Any) -> T:
    """A record as the Book has it: each field of its class there, from that of the same name; `own` are the others.

    The types of the Book say what becomes of them: content, words as they are printed, or what was written.
    `chapter` is the one that prints the record.
    """
    for one in members(kind):
        name = one.name
        if name in own:
            continue
        value = getattr(record, name)
        match one.type:
            case "Html" | "Content":
                inline = name not in _BLOCKS
                own[name] = fields.html(record, name, chapter=chapter, inline=inline)
            case "tuple[Html, ...]":
                own[name] = fields.each(record, name, chapter)
            case "Words":
                own[name] = fields.line(value)
            case "tuple[Words, ...]":
                own[name] = tuple(map(fields.line, value))
            case _:
                own[name] = _EMPTY[str(one.type)] if value is None else value
    return kind(**own)


def tables(
    guide: Guide, words: Words, fields: Fields, places: Places, numbers: dict[str, str]
) -> tuple[book.DataTable, ...]:
    """The tables of data; `numbers` maps a table to its number in print."""
    return tuple(_table(t, words, fields, places, numbers.get(t.id, "")) for t in guide.tables)


def _table(
    table: Table, words: Words, fields: Fields, places: Places, number: str
) -> book.DataTable:
    kinds = [column.kind for column in table.columns]
    # A row of the wrong length is a problem already; here its surplus is left out.
    typed = _sorted(table, kinds)
    values = tuple(tuple(map(_value, row, kinds)) for row in typed)
    return book.DataTable(
        id=table.id,
        number=number,
        title=fields.line(table.title),
        columns=tuple(
            book.Column(c.id, fields.line(c.name), c.kind, c.unit or "") for c in table.columns
        ),
        rows=tuple(
            tuple(
                fields.line(cell) if number is None else words.number(cell)
                for cell, number in zip(row, numbers, strict=False)
            )
            for row, numbers in zip(typed, values, strict=True)
        ),
        values=values,
        as_of=table.as_of,
        source=fields.line(table.source),
        note=fields.html(table, "note", chapter=places.chapters.get(f"data-{table.id}", "")),
    )


def _sorted(table: Table, kinds: Sequence[str]) -> Sequence[Sequence[str]]:
    """The rows in the order that the table asks for: numbers by size, text by alphabet, what is neither last."""
    name = (table.sort or "").removeprefix("-")
    at = next((n for n, column in enumerate(table.columns) if column.id == name), None)
    if at is None:
        return table.rows

    def key(row: Sequence[str]) -> tuple[float, str]:
        number = _value(row[at], kinds[at])
        return (number or 0.0, "" if kinds[at] != "text" else row[at].casefold())

    filled = [row for row in table.rows if len(row) > at]
    comparable = [
        row for row in filled if kinds[at] == "text" or _value(row[at], kinds[at]) is not None
    ]
    others = [row for row in table.rows if row not in comparable]
    return [*sorted(comparable, key=key, reverse=(table.sort or "").startswith("-")), *others]


def _value(cell: str, kind: str) -> float | None:
    """The number in a cell; years and versions in a column of text are no numbers."""
    return float(cell) if kind != "text" and _NUMBER.fullmatch(cell) else None


def profiles(guide: Guide, fields: Fields, places: Places) -> tuple[book.ProfileSet, ...]:
    """The sets of profiles."""
    return tuple(_profiles(p, fields, places) for p in guide.profiles)


def _profiles(record: Profiles, fields: Fields, places: Places) -> book.ProfileSet:
    chapter = places.chapters.get(f"profiles-{record.id}", "")
    names = {f.id: fields.line(f.name) for f in record.fields}
    return book.ProfileSet(
        id=record.id,
        title=fields.line(record.title),
        introduction=fields.html(record, "introduction", chapter=chapter, inline=False),
        profiles=tuple(
            book.Profile(
                id=p.id,
                name=fields.line(p.name),
                place=fields.line(p.place),
                summary=fields.html(p, "summary", chapter=chapter),
                facts=tuple(
                    (name, fields.line(p.facts[i])) for i, name in names.items() if i in p.facts
                ),
            )
            for p in record.profiles
        ),
        as_of=record.as_of or "",
        source=fields.line(record.source),
    )


def others(guide: Guide, fields: Fields, places: Places) -> dict[str, tuple[book.Entry, ...]]:
    """The records of kinds that have no class in the Book."""
    return {
        kind.name: tuple(
            _entry(one.record, fields, places.chapters.get(one.label, ""))
            for one in listed(guide, kind)
        )
        for kind in KINDS.values()
        if not kind.home
    }


# What a record has besides what is printed of it.
_UNPRINTED = frozenset({"cards", *Conditional.model_fields})


def _entry(record: Record, fields: Fields, chapter: str) -> book.Entry:
    """Raises TypeError for a field that an Entry has no place for: it would be lost without a word."""
    html: dict[str, Content] = {}
    lists: dict[str, tuple[Content, ...]] = {}
    plain: dict[str, str] = {}
    lines: dict[str, tuple[str, ...]] = {}
    names: dict[str, str] = {}
    model = type(record)
    for name in model.model_fields:
        if name in _UNPRINTED:
            continue
        value = getattr(record, name)
        hint = _given(type_of(model, name))
        if is_markdown(model, name):
            if isinstance(value, tuple):
                lists[name] = fields.each(record, name, chapter)
            else:
                html[name] = fields.html(record, name, chapter=chapter)
        elif hint == tuple[Line, ...]:
            lines[name] = tuple(map(fields.line, value or ()))
        elif hint == Line:
            plain[name] = fields.line(value)
        elif _bare(hint) is int:
            plain[name] = "" if value is None else str(value)
        elif _bare(hint) is str or get_origin(hint) is Literal:
            names[name] = value or ""
        else:
            raise TypeError(
                f"{model.__name__}.{name}: an Entry cannot hold it; give the kind a class in the Book"
            )
    return book.Entry(names["id"], html, lists, plain, lines, names)


def _given(hint: Any) -> Any:
    """The type of a field where it is not left out."""
    given = [one for one in get_args(hint) if one is not NoneType]
    return given[0] if get_origin(hint) in (Union, UnionType) and len(given) == 1 else hint


def _bare(hint: Any) -> Any:
    """A type without what narrows it."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint
