"""`guidepress new`: a guide to start from, or a Markdown book or a deck adopted as one."""

from guidepress.scaffold.books.adopting import Wishes, adopt
from guidepress.scaffold.decks import Adoption, adopt_deck
from guidepress.scaffold.editors import equip
from guidepress.scaffold.sources import is_deck, read_deck
from guidepress.scaffold.start import start

__all__ = ["Adoption", "Wishes", "adopt", "adopt_deck", "equip", "is_deck", "read_deck", "start"]
