"""Which section of a chapter teaches what its stage promises: `## Branches {teaches="objective 2, topic 4"}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from guidepress.diagnostics import Diagnostic, Related, Span, error, warning
from guidepress.model import Guide, Stage

Kind = Literal["objectives", "topics"]
# As an author counts them -> the key of roadmap.yaml.
_KEYS: Mapping[str, Kind] = {"objective": "objectives", "topic": "topics"}
_ITEM = re.compile(r"(objective|topic) ([1-9][0-9]{0,2})")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One promise that a section keeps: the objective or topic of a stage, counted from 1 as in roadmap.yaml."""

    kind: Kind
    number: int
    anchor: str
    span: Span


@dataclass(slots=True)
class Teaching:
    """The sections by what they teach: stage -> (kind, number from 1) -> anchor."""

    sections: dict[str, dict[tuple[Kind, int], str]] = field(default_factory=dict)

    def anchors(self, stage: str, kind: Kind, count: int) -> tuple[str, ...]:
        """For each objective or topic of a stage the anchor of its section, empty where none teaches it."""
        known = self.sections.get(stage, {})
        return tuple(known.get((kind, number), "") for number in range(1, count + 1))


def read_lessons(value: str, anchor: str, span: Span) -> tuple[list[Lesson], list[Diagnostic]]:
    """What a heading's `teaches` names: objectives and topics, with commas between them."""
    lessons: list[Lesson] = []
    for item in value.split(","):
        match = _ITEM.fullmatch(" ".join(item.split()))
        if match is None:
            message = f"`{item.strip()}` names no objective and no topic"
            hints = ('write `teaches="objective 2, topic 1"`, counted as in roadmap.yaml',)
            return lessons, [warning("attribute-invalid", message, span, hints=hints)]
        lessons.append(Lesson(_KEYS[match[1]], int(match[2]), anchor, span))
    return lessons, []


def assign(
    guide: Guide, chapters: Iterable[tuple[str, Sequence[Lesson]]]
) -> tuple[Teaching, list[Diagnostic]]:
    """Match lessons with the stages they belong to; `chapters` gives for each chapter its stage and its lessons.

    Once one section of a stage's chapters says what it teaches, all that the stage promises needs a section.
    """
    stages = {s.id: s for s in guide.roadmap.stages} if guide.roadmap else {}
    teaching = Teaching()
    problems: list[Diagnostic] = []
    first: dict[str, Span] = {}
    for name, lessons in chapters:
        stage = stages.get(name)
        for lesson in lessons:
            if stage is None:
                # A stage that is unknown, or left out of the edition, has been reported.
                if not name:
                    problems.append(_stageless(lesson))
                continue
            if lesson.number > len(getattr(stage, lesson.kind)):
                problems.append(_unknown(stage, lesson))
                continue
            first.setdefault(name, lesson.span)
            known = teaching.sections.setdefault(name, {})
            known.setdefault((lesson.kind, lesson.number), lesson.anchor)
    for name, known in teaching.sections.items():
        problems += _untaught(stages[name], known, first[name])
    return teaching, problems


def _stageless(lesson: Lesson) -> Diagnostic:
    return error(
        "teaches-unknown",
        "this section teaches something of a stage, but its chapter belongs to none",
        lesson.span,
        hints=("name the stage in the chapter's front matter: `stage: …`",),
    )


def _unknown(stage: Stage, lesson: Lesson) -> Diagnostic:
    count = len(getattr(stage, lesson.kind))
    singular = lesson.kind.removesuffix("s")
    there = f"{count} {singular if count == 1 else lesson.kind}" if count else f"no {lesson.kind}"
    return error(
        "teaches-unknown",
        f"the stage `{stage.id}` has {there}; this section teaches {singular} {lesson.number}",
        lesson.span,
        related=(Related(stage.span(lesson.kind) if count else stage.span(), "the stage"),),
    )


def _untaught(
    stage: Stage, known: Mapping[tuple[Kind, int], str], first: Span
) -> Iterable[Diagnostic]:
    for singular, kind in _KEYS.items():
        for number in range(1, len(getattr(stage, kind)) + 1):
            if (kind, number) not in known:
                yield warning(
                    "topic-untaught",
                    f"no section teaches {singular} {number} of the stage `{stage.id}`",
                    stage.span(kind, number - 1),
                    hints=(
                        f'add `teaches="{singular} {number}"` to the heading of the section that does',
                    ),
                    related=(Related(first, "sections say here what they teach"),),
                )
