"""What is new in an edition: for each chapter its questions that came or changed, and those that were withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from markupsafe import Markup

from guidepress.book.gaps import framed
from guidepress.book.model import Card
from guidepress.book.titles import title
from guidepress.card_kinds import question
from guidepress.content import Element, Gap, Text
from guidepress.content.walk import elements, rewrite
from guidepress.handbook.composer import Composer
from guidepress.handbook.review import review_cards
from guidepress.product import News

# What stands for hidden words, as on the front of a card.
GAP = "[…]"
GAP_IN_FORMULA = "\\dots"


@dataclass(frozen=True, slots=True)
class Item:
    """A question that is new, or `changed`.

    `number` is that among the review questions of its chapter, 0 for one that is asked elsewhere; `anchor` is where,
    empty for one that stands on no page.
    """

    anchor: str
    number: int
    html: Markup
    changed: bool


@dataclass(frozen=True, slots=True)
class NewsGroup:
    """What is new in one chapter, or in the glossary of a guide of which no chapter prints it."""

    anchor: str
    number: str
    title: Markup
    items: tuple[Item, ...]


def news_groups(
    news: News, composer: Composer, defined: Set[str], glossary: str
) -> tuple[NewsGroup, ...]:
    """The news in the order of the book.

    `defined` are the anchors of all sections, `glossary` is that of the glossary which the handbook makes itself.
    """
    book = composer.book
    unlisted = {card.id: card for card in book.cards if card.id in news.cards}
    groups = []
    for chapter in book.chapters():
        numbers = {card.id: n for n, card in enumerate(review_cards(composer, chapter), 1)}
        cards = [unlisted.pop(name) for name in chapter.cards if name in unlisted]
        items = tuple(_items(cards, numbers, news, defined))
        groups.append(NewsGroup(chapter.anchor, chapter.number, Markup(chapter.title_html), items))
    rest = tuple(_items(unlisted.values(), {}, news, defined))
    groups.append(NewsGroup(glossary, "", Markup.escape(composer.words["glossary"]), rest))
    return tuple(group for group in groups if group.items)


def _items(
    cards: Iterable[Card], numbers: dict[str, int], news: News, defined: Set[str]
) -> Iterator[Item]:
    for card in cards:
        anchor = card.anchor if card.anchor in defined else ""
        asked = Markup(_asked(card))
        yield Item(anchor, numbers.get(card.id, 0), asked, card.id in news.changed)


def _asked(card: Card) -> str:
    """The first paragraph of a question, without what may stand in a book once only; the id where it has no words."""
    nodes = rewrite(framed(question(card), lambda *_: GAP_IN_FORMULA).nodes, _hidden)
    paragraph = next(elements(nodes, "p"), None)
    words, content = title(nodes if paragraph is None else paragraph.children)
    return content.html if words else card.id


def _hidden(_: Element, new: Element) -> Element:
    return Element("span", {}, (Text(GAP),)) if isinstance(new, Gap) else new
