"""Where chapters print records: each record's label is defined at its first, fullest place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from guidepress.book.draft import Draft, define
from guidepress.book.model import Block, BlockKind, LabelKind
from guidepress.book.tree import plain
from guidepress.diagnostics import Diagnostic, did_you_mean, error
from guidepress.markdown import BlockUse, convert
from guidepress.model import Guide

# Block -> the prefix of the labels that its records have.
_LABELS = {
    "roadmap": "stage", "stage": "stage", "skills": "skill", "faq": "faq", "glossary": "term",
    "data": "data", "profiles": "profiles",
}  # fmt: skip


@dataclass(slots=True)
class Places:
    """`chapters` maps a record's label to the chapter that prints it; `unprinted` to the block that would."""

    chapters: dict[str, str] = field(default_factory=dict)
    unprinted: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Record:
    """A record as labels see it."""

    label: str
    kind: LabelKind
    title: str
    number: str = ""


def place_records(guide: Guide, drafts: list[Draft]) -> Places:
    """Turn the block uses of all drafts into blocks, and define the labels of the records they print.

    Problems: `stage-unknown`, `data-unknown`, `profiles-unknown`, `skills-unknown`, `block-empty`.
    """
    places = Places()
    anchors: dict[tuple[str, int], dict[str, str]] = {}
    uses = [(d, i, use) for d in drafts for i, use in enumerate(d.document.blocks)]
    # A stage's own block defines it, wherever the overview stands.
    for draft, position, use in sorted(uses, key=lambda u: u[2].kind == "roadmap"):
        own = anchors[draft.id, position] = {}
        if _LABELS[use.kind] in guide.unread:
            continue
        for record in _printed(guide, draft, use, places):
            if record.label in places.chapters:
                continue
            places.chapters[record.label] = draft.id
            own[record.label] = define(
                draft, record.label, record.kind, record.title, record.number, use.span
            )
    for draft, position, use in uses:
        kind: BlockKind = use.kind  # type: ignore[assignment]  # the markdown layer checked the name
        draft.blocks.append(Block(kind, use.argument, use.span, anchors[draft.id, position]))
    _note_unprinted(guide, places)
    return places


def _printed(guide: Guide, draft: Draft, use: BlockUse, places: Places) -> Iterator[_Record]:
    """The records that a block prints; its problems go to `places`."""
    name = use.argument
    if use.kind in ("roadmap", "stage"):
        stages = guide.roadmap.stages if guide.roadmap else ()
        if not stages:
            _empty(use, places, "roadmap.yaml")
        if use.kind == "stage" and name not in {s.id for s in stages}:
            _unknown("stage-unknown", "stage", use, [s.id for s in stages], places)
        for position, stage in enumerate(stages, 1):
            if use.kind == "roadmap" or stage.id == name:
                yield _Record(f"stage-{stage.id}", "stage", stage.title, str(position))
    elif use.kind == "skills":
        kinds = list(dict.fromkeys(s.kind for s in guide.skills))
        if not kinds:
            _empty(use, places, "skills.yaml")
        elif name and name not in kinds:
            _unknown("skills-unknown", "kind of skill", use, kinds, places)
        for skill in guide.skills:
            if not name or skill.kind == name:
                yield _Record(f"skill-{skill.id}", "skill", skill.name)
    elif use.kind == "faq":
        if not guide.questions:
            _empty(use, places, "faq.yaml")
        for question in guide.questions:
            words = convert(question.question, question.span("question").file).value
            title = plain(words.html) if words else question.question
            yield _Record(f"faq-{question.id}", "question", title)
    elif use.kind == "glossary":
        if not guide.terms:
            _empty(use, places, "glossary.yaml")
        for term in guide.terms:
            yield _Record(f"term-{term.id}", "term", term.term)
    elif use.kind == "data":
        if name not in {t.id for t in guide.tables}:
            _unknown("data-unknown", "table of data", use, [t.id for t in guide.tables], places)
        for table in guide.tables:
            if table.id == name:
                number = draft.tables.get(name, "")
                yield _Record(f"data-{name}", "data", table.title, number)
    elif use.kind == "profiles":
        if name not in {p.id for p in guide.profiles}:
            known = [p.id for p in guide.profiles]
            _unknown("profiles-unknown", "set of profiles", use, known, places)
        for profiles in guide.profiles:
            if profiles.id == name:
                yield _Record(f"profiles-{name}", "profiles", profiles.title)
                for profile in profiles.profiles:
                    yield _Record(f"profile-{profile.id}", "profile", profile.name)


def _empty(use: BlockUse, places: Places, file: str) -> None:
    message = f"there is nothing to print: the guide has no {file}"
    places.diagnostics.append(error("block-empty", message, use.span))


def _unknown(code: str, what: str, use: BlockUse, known: list[str], places: Places) -> None:
    message = f"no {what} is called `{use.argument}`" if use.argument else f"which {what}?"
    hints = did_you_mean(use.argument, known)
    if not hints and known:
        hints = (f"known: {', '.join(known[:12])}{', …' if len(known) > 12 else ''}",)
    places.diagnostics.append(error(code, message, use.span, hints=hints))


def _note_unprinted(guide: Guide, places: Places) -> None:
    stages = guide.roadmap.stages if guide.roadmap else ()
    wanted = {f"stage-{s.id}": "roadmap" for s in stages}
    wanted |= {f"skill-{s.id}": f"skills | {s.kind}" for s in guide.skills}
    wanted |= {f"faq-{q.id}": "faq" for q in guide.questions}
    wanted |= {f"term-{t.id}": "glossary" for t in guide.terms}
    wanted |= {f"data-{t.id}": f"data | {t.id}" for t in guide.tables}
    for profiles in guide.profiles:
        block = f"profiles | {profiles.id}"
        wanted |= {f"profiles-{profiles.id}": block}
        wanted |= {f"profile-{p.id}": block for p in profiles.profiles}
    places.unprinted = {k: f"`/// {b}`" for k, b in wanted.items() if k not in places.chapters}
