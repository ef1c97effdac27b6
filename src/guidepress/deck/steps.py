"""Ordered lists as cards: one gap for each step, so that every step is asked with the others in view."""

from __future__ import annotations

from dataclasses import replace

from guidepress.book.model import Card, Html
from guidepress.deck.markup import tokens


def as_cloze(card: Card) -> Card | None:
    """A basic card whose answer is a numbered list as a cloze card; None if the answer is anything else."""
    marked, steps = _marked(card.back)
    if steps < 2:
        return None
    return replace(card, kind="cloze", text=f"{card.front}\n{marked}", front="", back="")


def _marked(answer: Html) -> tuple[Html, int]:
    """The answer with each item of its outermost numbered list marked as a gap, and how many there are."""
    out: list[str] = []
    lists: list[str] = []
    steps = 0
    for token in tokens(answer):
        if token.name in ("ol", "ul") and token.kind == "open":
            lists.append(token.name)
        elif token.name in ("ol", "ul") and token.kind == "close" and lists:
            lists.pop()
        item = token.name == "li" and lists == ["ol"]
        if item and token.kind == "close":
            out.append("</mark>")
        out.append(token.raw)
        if item and token.kind == "open":
            steps += 1
            out.append(f'<mark class="cloze" data-cloze="{steps}">')
    return "".join(out), steps
