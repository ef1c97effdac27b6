"""Rules for good cards: what breaks them in a book, but for what its cards allow.

Each rule stands in a file of its own in `lint/rules/`, has a code, says why in its message, and can be allowed at a
card: rule `card-answer-long` by the tag `allow-answer-long`, which the deck leaves out. The rules and their numbers
come from Wozniak, "Twenty rules of formulating knowledge" (4 minimum information, 9 sets, 10 enumerations, 11
interference, 12 wording, 16 context, 18 sources, 19 dates), and Matuschak, "How to write good prompts" (focused,
precise, consistent, tractable, effortful). docs/rules.md lists them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guidepress.book.model import Book, Card
from guidepress.diagnostics import Diagnostic, did_you_mean, error, ordered, warning
from guidepress.lint.card_reading import read
from guidepress.lint.rule import ALLOW, Finding, Rule
from guidepress.lint.rules import RULES


def check(book: Book) -> tuple[Diagnostic, ...]:
    """Every breach of a rule in the cards of a book, but for those that a card allows.

    An `allow-…` tag that names no rule is a warning (`card-allow-unknown`), and so is one that allows nothing
    that is there (`card-allow-unused`). On cards that are made of a question or a term nothing is an error.
    """
    readings = read(book)
    found = [(rule, one) for rule in RULES.values() for one in rule.check(readings)]
    problems = (_problem(rule, one) for rule, one in found if rule.tag not in one.reading.card.tags)
    broken = {(one.reading.card.id, rule.code) for rule, one in found}
    return ordered((*problems, *_allowances(book.cards, broken)))


def _problem(rule: Rule, found: Finding) -> Diagnostic:
    card = found.reading.card
    report = error if found.severe and card.origin not in ("faq", "term") else warning
    return report(
        rule.code,
        f"card `{card.id}`: {found.what}: {rule.why}",
        card.span,
        hints=(found.hint, f"or allow it here with the tag `{rule.tag}`"),
        related=found.related,
    )


def _allowances(cards: Iterable[Card], broken: set[tuple[str, str]]) -> Iterator[Diagnostic]:
    known = {rule.tag: rule.code for rule in RULES.values()}
    for card in cards:
        for tag in card.tags:
            if not tag.startswith(ALLOW):
                continue
            if tag not in known:
                message = f"card `{card.id}`: the tag `{tag}` allows no rule there is"
                yield warning(
                    "card-allow-unknown", message, card.span, hints=did_you_mean(tag, known)
                )
            elif (card.id, known[tag]) not in broken:
                message = f"card `{card.id}`: the tag `{tag}` allows what the card does not do"
                yield warning("card-allow-unused", message, card.span, hints=("remove the tag",))
