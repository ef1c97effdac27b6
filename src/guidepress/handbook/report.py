"""What the engine and the linker report, as diagnostics; no line is dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree

from guidepress.book.model import Book
from guidepress.content.working import parse
from guidepress.diagnostics import Diagnostic, Span, error, warning
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.proof import Proof
from guidepress.layouts.fonts import missing_glyph
from guidepress.pdf import EngineError, Finding, LogLine, Problem, classify
from guidepress.pdf.errors import LimitError, NoFontError
from guidepress.pdf.log import severity


def engine_problems(log: Iterable[LogLine], draft: SectionDraft, book: Book) -> list[Diagnostic]:
    """A diagnostic for each line of a section's log."""
    return [_engine_problem(line, classify(line), draft, book) for line in log]


def engine_failure(problem: EngineError, drafts: Sequence[SectionDraft]) -> Diagnostic:
    """The error for a section that has no pages: it takes too much, or the engine gave up on it."""
    draft = next((draft for draft in drafts if draft.name == problem.section), None)
    span = Span(draft.file) if draft is not None and draft.file else None
    what = f"the section `{problem.section}`" if problem.section else "a section"
    if isinstance(problem, LimitError):
        hints = ("divide it into chapters, or raise the limit (docs/security.md)",)
        return error("handbook-limit", f"{what} cannot be laid out: {problem}", span, hints=hints)
    if isinstance(problem, NoFontError):
        return error("layout-font", f"no style sheet of the layout loads a font for {what}")
    message = f"{what} cannot be laid out; the engine says: {problem}"
    hints = ("this is a bug of the layout engine; write it another way",)
    return error("handbook-engine-failed", message, span, hints=hints)


def link_problems(
    problems: Iterable[Problem], drafts: Sequence[SectionDraft], book: Book
) -> list[Diagnostic]:
    """A diagnostic for each anchor or page number that could not be resolved."""
    by_name = {draft.name: draft for draft in drafts}
    messages = {
        "reference-unknown": "a link leads to `{}`, which stands nowhere in the handbook",
        "page-unknown": "no page number can be given for `{}`, which stands nowhere in the handbook",
        "page-unnumbered": "`{}` stands on a page without a number",
        "page-unprintable": "the font has no figures for the page number of `{}`",
        "anchor-ambiguous": "`{}` is defined in several chapters; links to it could mean any",
    }
    return [
        error(
            f"handbook-{problem.kind}",
            messages.get(problem.kind, f"{problem.kind}: {{}}").format(problem.target),
            span_of(f"{problem.target}", by_name.get(problem.section)),
        )
        for problem in problems
    ]


def proof_problems(proof: Proof, draft: SectionDraft) -> list[Diagnostic]:
    """An error for each text that is lost, a warning for each stranded heading."""
    return [
        *(
            error(
                "handbook-text-lost",
                f"these words are on no page, or cut off: “{loss.words}”",
                _line(draft, loss.line),
                hints=("a floating, absolute or inline block may be taller than the page",),
            )
            for loss in proof.losses
        ),
        *(
            warning(
                "handbook-heading-stranded",
                f"the heading “{heading.title}” stands alone at the foot of its page",
                _line(draft, heading.line),
            )
            for heading in proof.stranded
        ),
    ]


def _line(draft: SectionDraft, line: int) -> Span | None:
    return Span(draft.file, line) if draft.file else None


def span_of(subject: str, draft: SectionDraft | None) -> Span | None:
    """The line of a section's source where `subject` (an anchor, a URL, a character) stands."""
    if draft is None or not draft.file:
        return None
    line = 0
    for event, element in etree.iterwalk(parse(draft.html), events=("start", "end")):
        if event == "end":
            texts = [element.tail]
        else:
            written = element.get("data-line") or ""
            line = int(written) if written.isdigit() else line
            texts = [element.text, *element.attrib.values()]
        if any(subject in (text or "") for text in texts):
            return Span(draft.file, line)
    return Span(draft.file)


def _engine_problem(line: LogLine, finding: Finding, draft: SectionDraft, book: Book) -> Diagnostic:
    span = None if finding.of_layout else span_of(finding.subject, draft)
    if finding.code == "glyph-missing":
        message, hints = missing_glyph(finding.subject)
        return Diagnostic("handbook-glyph-missing", severity(line), message, span, hints)
    return Diagnostic(f"handbook-{finding.code}", severity(line), line.message, span)
