"""Cases in fixtures/*.md: input and expected outcome side by side.

A case is `::: title`, the input, and `::: html` with the HTML (without `data-line`); then, where there is
something to say, `::: problems`, `::: cards`, `::: references`, `::: images`, `::: headings`, `::: blocks`,
`::: footnotes`, `::: front-matter`. Problems and footnotes are always compared, the others if they are there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from guidepress.content import Element, Image, Reference
from guidepress.content.walk import elements
from guidepress.diagnostics import Diagnosed
from guidepress.markdown import CardUse, Document

FIXTURES = Path(__file__).parent / "fixtures"
SECTIONS = (
    "html", "problems", "cards", "references", "images", "headings", "blocks", "footnotes",
    "front-matter",
)  # fmt: skip
ALWAYS = ("html", "problems", "footnotes")
_MARK = re.compile(r"^::: (.+)$", re.MULTILINE)
N = TypeVar("N", bound=Element)
_LINE = re.compile(r' data-line="\d+"')


@dataclass
class Case:
    file: str
    title: str
    source: str
    expected: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"


def read_cases(path: Path) -> list[Case]:
    cases: list[Case] = []
    _, *pieces = _MARK.split(path.read_text("utf-8"))
    for title, text in zip(pieces[::2], pieces[1::2], strict=True):
        text = text[1:].rstrip("\n")
        if title in SECTIONS:
            cases[-1].expected[title] = text
        else:
            cases.append(Case(path.stem, title, f"{text}\n"))
    return cases


def all_cases() -> list[Case]:
    return [case for path in sorted(FIXTURES.glob("*.md")) for case in read_cases(path)]


def nodes_of(document: Document, kind: type[N]) -> list[N]:
    """The nodes of a kind in a document: in its text, then in its footnotes and cards."""
    contents = [document.content, *(note.content for note in document.footnotes)]
    for card in document.cards:
        contents += [card.front, card.back, card.text, card.extra, card.hint]
    return [node for one in contents for node in elements(one.nodes) if isinstance(node, kind)]


def outcome(result: Diagnosed[Document]) -> dict[str, str]:
    """A result as the sections of a case."""
    document = result.value
    assert document is not None
    sections = {
        "html": document.content.html,
        "problems": "\n".join(
            f"{d.span and f'{d.span.line}:{d.span.column}+{d.span.length}'} "
            f"{d.severity} {d.code}: {d.message}" + "".join(f" ({h})" for h in d.hints)
            for d in result.diagnostics
        ),
        "cards": "\n\n".join(_card(card) for card in document.cards),
        "references": "\n".join(
            f"{r.span.line}:{r.span.column}+{r.span.length} {r.target}"
            for r in nodes_of(document, Reference)
        ),
        "images": "\n".join(
            f"{i.span.line}:{i.span.column}+{i.span.length} {i.src} | {i.alt}"
            for i in nodes_of(document, Image)
        ),
        "headings": "\n".join(
            f"{h.span.line}:{h.span.column}+{h.span.length} {'#' * h.level} {h.text}"
            + (f" | {h.anchor}" if h.anchor else "")
            for h in document.headings
        ),
        "blocks": "\n".join(
            f"{b.span.line}:{b.span.column} {b.kind} | {b.argument}" for b in document.blocks
        ),
        "footnotes": "\n".join(
            f"{n.number} {n.name}: {n.content.html}" for n in document.footnotes
        ),
        "front-matter": "\n".join(f"{k}: {v!r}" for k, v in document.front_matter.items()),
    }
    return {name: _LINE.sub("", text).strip("\n") for name, text in sections.items()}


def _card(card: CardUse) -> str:
    lines = [f"{card.span.line}:{card.span.column} {card.kind} {card.id or '-'}"]
    for name in ("front", "back", "text", "extra", "hint"):
        if value := getattr(card, name):
            lines.append(f"{name}: {value.html}")
    if card.reverse:
        lines.append("reverse")
    if card.tags:
        lines.append(f"tags: {', '.join(card.tags)}")
    return "\n".join(lines)
