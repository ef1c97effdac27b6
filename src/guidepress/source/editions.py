"""What an edition makes of a guide: records that it leaves out go, plain texts get the values of variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeVar, get_args

from guidepress.diagnostics import Diagnosed, Diagnostic, Span, did_you_mean, error, warning
from guidepress.model.base import Conditional, Key, Line, Record, type_of
from guidepress.model.data import Cell
from guidepress.model.editions import ActiveEdition, LeftOutRecord
from guidepress.model.faq import Question
from guidepress.model.glossary import Term
from guidepress.model.guide import MAIN, GuideFile
from guidepress.model.project import Guide
from guidepress.source.location import ALL

R = TypeVar("R", bound=Record)
# What says that a record of a kind is not in an edition; None where it is.
Reason = Callable[[str, Record], Span | None]
# `${{ … }}` is another tool's.
USE = re.compile(r"(?<!\$)\{\{[ \t]*([A-Za-z_][A-Za-z0-9_-]*)[ \t]*\}\}")
# Keys of guide.yaml that hold no text of the book.
_SETTINGS = frozenset({"editions", "variables", "markdown"})
# What an edition says otherwise, as one line.
_OWN = ("title", "subtitle", "edition", "publisher", "language")


def of_edition(guide: Guide) -> tuple[Guide, tuple[Diagnostic, ...]]:
    """The guide as its active edition has it.

    Errors: `edition-unknown` (in `only` and `except`), `edition-name`, `variable-undefined`.
    """
    problems = [*_names(guide), *_reserved(guide.source)]
    guide = without(guide, lambda _, record: _unfit(record, guide.active))
    filler = Filler(guide.active)
    guide = replace(
        guide,
        brand=filler.record(guide.brand),
        roadmap=filler.record(guide.roadmap) if guide.roadmap else None,
        skills=filler.each(guide.skills),
        questions=filler.each(guide.questions),
        terms=filler.each(guide.terms),
        tables=filler.each(guide.tables),
        profiles=filler.each(guide.profiles),
        others={name: filler.each(records) for name, records in guide.others.items()},
    )
    return guide, (*problems, *filler.diagnostics)


def chosen(source: GuideFile, active: ActiveEdition) -> Diagnosed[GuideFile]:
    """guide.yaml with what the active edition says otherwise in place, and the values of variables."""
    filler = Filler(active)
    edition = source.editions.get(active.name)
    if edition is None or active.name == MAIN:
        return Diagnosed(filler.record(source, _SETTINGS), tuple(filler.diagnostics))
    own = {key: value for key in _OWN if (value := getattr(edition, key)) is not None}
    source = filler.record(source, _SETTINGS | own.keys())
    edition = filler.record(edition, frozenset({"variables", "chapters"}))
    changed: dict[str, Any] = {key: getattr(edition, key) for key in own}
    # Two editions never share one.
    changed["isbn"] = edition.isbn
    if edition.products is not None:
        changed["products"] = _over(source.products, edition.products)
    # A copy keeps the private span index, which points at the guide's own values.
    return Diagnosed(source.changed(changed), tuple(filler.diagnostics))


def in_words_of(theirs: GuideFile, active: ActiveEdition) -> Diagnosed[GuideFile]:
    """A translated guide.yaml with the values of variables in place."""
    filler = Filler(active)
    said = theirs.editions.get(active.of)
    filled = filler.record(theirs, _SETTINGS)
    if said is not None:
        said = filler.record(said, frozenset({"variables", "chapters"}))
        filled = filled.changed({"editions": {**theirs.editions, active.of: said}})
    return Diagnosed(filled, tuple(filler.diagnostics))


def translated_edition(
    source: GuideFile, theirs: GuideFile, active: ActiveEdition
) -> ActiveEdition:
    """The active edition with what a translated guide.yaml (`theirs`) says of it in its language.

    That is the values of variables, as far as there are words in them, and the instructions of an exam. It counts where
    `languages` makes the edition; one that guide.yaml names says itself what is its own.
    """
    if not source.spoken or (active.translation and not active.of and active.name != MAIN):
        return active
    base = active.of or active.name
    own, said = source.editions.get(base), theirs.editions.get(base)
    values = dict(active.variables)
    for variables, spoken in (
        (source.variables, theirs.variables),
        (own.variables if own else {}, said.variables if said else {}),
    ):
        for name, value in variables.items():
            values[name] = spoken.get(name, value) if has_words(value) else value
    exam = active.exam
    if exam is not None and said is not None and said.exam is not None:
        # Its own copy, so that a fault in the instructions is reported where they stand.
        exam = said.exam.changed({"seed": exam.seed, "draw": exam.draw})
    return replace(active, variables=values, exam=exam)


def has_words(text: str) -> bool:
    """Whether there is anything in a text to translate."""
    return any(sign.isalpha() for sign in text)


def _over(base: R, changes: R) -> R:
    """`base` with the keys that `changes` gives, at every level."""
    changed: dict[str, Any] = {}
    for key in changes.model_fields_set:
        old, new = getattr(base, key), getattr(changes, key)
        changed[key] = (
            _over(old, new) if isinstance(old, Record) and isinstance(new, Record) else new
        )
    return base.changed(changed)


def without(guide: Guide, reason: Reason) -> Guide:
    """The guide without the records for which there is a `reason`, and without cards that its edition does not have."""
    gone: list[LeftOutRecord] = []
    cards: set[str] = set()

    def kept(kind: str, records: Sequence[R]) -> tuple[R, ...]:
        made = []
        for record in records:
            if (span := reason(kind, record)) is not None:
                gone.append(LeftOutRecord(kind, record, span))
                cards.update(cards_of(record))
            else:
                made.append(_with_cards(record, guide.active, cards))
        return tuple(made)

    roadmap = guide.roadmap
    if roadmap is not None:
        stages = kept("stage", roadmap.stages)
        roadmap = roadmap.changed({"stages": stages}) if stages else None
    sets = kept("profiles", guide.profiles)
    return replace(
        guide,
        roadmap=roadmap,
        skills=kept("skill", guide.skills),
        questions=kept("faq", guide.questions),
        terms=kept("term", guide.terms),
        tables=kept("data", guide.tables),
        profiles=tuple(s.changed({"profiles": kept("profile", s.profiles)}) for s in sets),
        others={name: kept(name, records) for name, records in guide.others.items()},
        left_out=(*guide.left_out, *gone),
        cards_left_out=guide.cards_left_out | cards,
    )


def cards_of(record: Record) -> Iterator[str]:
    """The ids of the cards that a record carries, or those below it."""
    if isinstance(record, Question) and record.card:
        yield record.card_id
    if isinstance(record, Term) and record.card != "none":
        yield record.card_id
    yield from (card.id for card in getattr(record, "cards", ()))
    for profile in getattr(record, "profiles", ()):
        yield from cards_of(profile)


def _with_cards(record: R, active: ActiveEdition, gone: set[str]) -> R:
    cards = getattr(record, "cards", ())
    kept = tuple(card for card in cards if active.has(card))
    if len(kept) == len(cards):
        return record
    gone.update(card.id for card in cards if card not in kept)
    return record.changed({"cards": kept})


def _unfit(record: Record, active: ActiveEdition) -> Span | None:
    if active.has(record):
        return None
    assert isinstance(record, Conditional)
    return record.condition_span


def _names(guide: Guide) -> Iterator[Diagnostic]:
    """Errors for names in `only` and `except` that are none of an edition."""
    roots: list[Record] = [guide.source.contents, *guide.skills, *guide.questions, *guide.terms]
    roots += [*guide.tables, *guide.profiles, *(r for some in guide.others.values() for r in some)]
    if guide.roadmap is not None:
        roots.append(guide.roadmap)
    for root in roots:
        for record in _conditionals(root):
            for key, names in (("only", record.only), ("except", record.except_)):
                for at, name in enumerate(names):
                    if name not in guide.active.known:
                        yield unknown_edition(name, guide.active, record.span(key, at))


def _conditionals(value: Any) -> Iterator[Conditional]:
    if isinstance(value, Record):
        if isinstance(value, Conditional):
            yield value
        for name in type(value).model_fields:
            yield from _conditionals(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _conditionals(item)


def unknown_edition(name: str, active: ActiveEdition, span: Span) -> Diagnostic:
    """The error of a name in `only` or `except` that is none of an edition."""
    hints = did_you_mean(name, active.known) or (
        f"known: {', '.join(dict.fromkeys(active.known))}",
    )
    return error("edition-unknown", f"this guide has no edition `{name}`", span, hints=hints)


def _reserved(source: GuideFile) -> Iterator[Diagnostic]:
    if ALL in source.editions:
        message = f"no edition can be called `{ALL}`: `--edition {ALL}` stands for all of them"
        yield error("edition-name", message, source.editions[ALL].span())


@dataclass(slots=True)
class Filler:
    """Puts the values of an edition's variables into plain texts; `diagnostics` are the variables without any."""

    active: ActiveEdition
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def each(self, records: Sequence[R]) -> tuple[R, ...]:
        """Records with the values in place."""
        return tuple(self.record(record) for record in records)

    def record(self, record: R, skipped: frozenset[str] = frozenset()) -> R:
        """A record, and those below it, with the values in place. Markdown is left to its parser."""
        changed: dict[str, Any] = {}
        own = False
        for name, info in type(record).model_fields.items():
            value = getattr(record, name)
            if name in skipped or not value:
                continue
            if is_plain(type(record), name):
                key = info.alias or name
                filled = self._plain(value, record, (key,))
                own = own or filled is not value
            else:
                filled = self._below(value)
            if filled is not value:
                changed[name] = filled
        return record.changed(changed, varies=own) if changed else record

    def _below(self, value: Any) -> Any:
        if isinstance(value, Record):
            return self.record(value)
        if isinstance(value, tuple) and value and isinstance(value[0], Record):
            made = self.each(value)
            return value if all(a is b for a, b in zip(made, value, strict=True)) else made
        return value

    def _plain(self, value: Any, record: Record, path: tuple[Key, ...]) -> Any:
        if isinstance(value, str):
            if "{{" not in value:
                return value
            start = record.span(*path)

            def span(at: int, length: int) -> Span:
                place = Span(start.file, start.line, start.column + at, length)
                return record.typed(place, *path)

            return self.text(value, span)
        if isinstance(value, Mapping):
            made = {key: self._plain(item, record, (*path, key)) for key, item in value.items()}
            return value if all(made[key] is item for key, item in value.items()) else made
        if isinstance(value, tuple):
            items = tuple(self._plain(item, record, (*path, at)) for at, item in enumerate(value))
            return value if all(a is b for a, b in zip(items, value, strict=True)) else items
        return value

    def text(self, text: str, span: Callable[[int, int], Span]) -> str:
        """A text with the values in place; `span` says where a part of it stands, by offset and length."""

        def value(use: re.Match[str]) -> str:
            found = self.active.variables.get(use[1])
            if found is not None:
                return found
            if not self.active.declares:
                return use[0]
            self.diagnostics.append(undefined(use[1], self.active, span(use.start(), len(use[0]))))
            return use[0]

        return USE.sub(value, text)


def undefined(name: str, active: ActiveEdition, span: Span) -> Diagnostic:
    """The problem of a variable that the edition does not have.

    In a guide that has no variables at all, the braces may be meant: then it is a warning, and none in a plain line.
    """
    literal = f"write `\\{{{{ {name} }}}}` to print the braces"
    if not active.declares:
        message = f"`{{{{ {name} }}}}` is printed as it is, since this guide has no variables"
        hints = (f"give `{name}` a value under `variables` in guide.yaml", literal)
        return warning("variable-undefined", message, span, hints=hints)
    message = f"the variable `{name}` has no value in {active}"
    close = did_you_mean(name, active.variables)
    way = f"give it one under `variables` in guide.yaml; {literal}"
    return error("variable-undefined", message, span, hints=close or (way,))


@cache
def is_plain(model: type[Record], name: str) -> bool:
    """Whether a field holds plain text that is printed, in whatever lists and tables."""
    return _holds_plain(type_of(model, name))


def _holds_plain(hint: Any) -> bool:
    return hint in (Line, Cell) or any(_holds_plain(inner) for inner in get_args(hint))
