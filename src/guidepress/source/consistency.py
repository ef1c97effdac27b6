"""What no single file can tell: ids used twice, names that nothing defines, roadmaps that go in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from guidepress.diagnostics import Diagnostic, Related, Span, did_you_mean, error
from guidepress.model.editions import ActiveEdition
from guidepress.model.kinds import KINDS, listed
from guidepress.model.project import Guide
from guidepress.model.roadmap import Roadmap


def check(guide: Guide) -> tuple[Diagnostic, ...]:
    """Problems: `id-duplicate`, `stage-unknown`, `term-unknown`, `row-length`, `fact-unknown`, `roadmap-cycle`,
    `reference-left-out`.
    """
    return tuple(_check(guide))


def _check(guide: Guide) -> Iterator[Diagnostic]:
    for kind in KINDS.values():
        records = (one.record for one in listed(guide, kind))
        yield from _unique(kind.what, ((r.id, r.span("id")) for r in records))
    yield from _unique(
        "part", ((p.entry.id, p.entry.span("id")) for p in guide.parts if p.entry.id)
    )
    yield from references(guide)
    for table in guide.tables:
        columns = [column.id for column in table.columns]
        if table.sort and (name := table.sort.removeprefix("-")) not in columns:
            message = f"no column `{name}` to sort the table by"
            hints = did_you_mean(name, columns)
            yield error("sort-unknown", message, table.span("sort"), hints=hints)
        for i, row in enumerate(table.rows):
            if len(row) != len(table.columns):
                message = (
                    f"this row has {_count(row, 'cell')} for {_count(table.columns, 'column')}"
                )
                yield error("row-length", message, table.span("rows", i))
    for profiles in guide.profiles:
        fields = [f.id for f in profiles.fields]
        for profile in profiles.profiles:
            for name in profile.facts:
                if name not in fields:
                    hints = did_you_mean(name, fields)
                    message = f"no field `{name}` in the set `{profiles.id}`"
                    yield error("fact-unknown", message, profile.span("facts", name), hints=hints)
    if guide.roadmap:
        yield from _circles(guide.roadmap)


def references(guide: Guide) -> Iterator[Diagnostic]:
    """Problems of records that name others: `stage-unknown`, `term-unknown`, `reference-left-out`."""
    stages = guide.roadmap.stages if guide.roadmap else ()
    known = [s.id for s in stages]
    for stage in stages:
        for i, need in enumerate(stage.needs):
            yield from _known("stage", need, known, stage.span("needs", i), guide)
    for skill in guide.skills:
        for i, name in enumerate(skill.stages if "stage" not in guide.unread else ()):
            yield from _known("stage", name, known, skill.span("stages", i), guide)
    terms = [t.id for t in guide.terms]
    for term in guide.terms:
        for i, name in enumerate(term.see):
            yield from _known("term", name, terms, term.span("see", i), guide)


def left_out(what: str, active: ActiveEdition, span: Span, reason: Span) -> Diagnostic:
    """The error of a reference to something that the edition leaves out, `reason` says where."""
    return error(
        "reference-left-out",
        f"{what} is not in {active}",
        span,
        hints=("leave the reference out there too, with `only` or `except`",),
        related=(Related(reason, "left out here"),),
    )


def _unique(what: str, ids: Iterable[tuple[str, Span]]) -> Iterator[Diagnostic]:
    first: dict[str, Span] = {}
    for name, span in ids:
        if name in first:
            related = (Related(first[name], "first here"),)
            yield error(
                "id-duplicate", f"a second {what} with the id `{name}`", span, related=related
            )
        first.setdefault(name, span)


def _count(things: Sequence[object], name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def _known(
    what: str, name: str, known: list[str], span: Span, guide: Guide
) -> Iterator[Diagnostic]:
    if name in known:
        return
    gone = {one.label: one.span for one in guide.left_out}
    if (reason := gone.get(f"{what}-{name}")) is not None:
        yield left_out(f"the {what} `{name}`", guide.active, span, reason)
    else:
        hints = did_you_mean(name, known)
        code = "stage-unknown" if what == "stage" else "term-unknown"
        yield error(code, f"no {what} has the id `{name}`", span, hints=hints)


def _circles(roadmap: Roadmap) -> Iterator[Diagnostic]:
    by_id = {stage.id: stage for stage in roadmap.stages}
    graph = {s.id: [n for n in s.needs if n in by_id] for s in roadmap.stages}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as problem:
        # graphlib lists the circle from a needed stage to the one that needs it.
        circle: list[str] = problem.args[1][::-1]
        start = min(range(len(circle) - 1), key=lambda i: list(by_id).index(circle[i]))
        circle = circle[:-1][start:] + circle[:-1][:start]
        links = list(zip(circle, circle[1:] + circle[:1], strict=True))
        spans = [by_id[a].span("needs", by_id[a].needs.index(b)) for a, b in links]
        way = " → ".join(f"`{name}`" for name in (*circle, circle[0]))
        yield error(
            "roadmap-cycle",
            f"these stages need each other in a circle: {way}",
            spans[0],
            hints=("take one of these `needs` out",),
            related=[
                Related(span, f"`{a}` needs `{b}`")
                for span, (a, b) in zip(spans[1:], links[1:], strict=True)
            ],
        )
