"""Cards on paper: a Book and a Layout become sheets that are printed on both sides and cut.

Book ─► sides, each set on a page of its own ─► proof ─► imposition ─► cards.pdf
"""

from guidepress.cards.calibration import calibrate
from guidepress.cards.options import CardsOptions, Selection
from guidepress.cards.press import CardSheets, press

__all__ = ["CardSheets", "CardsOptions", "Selection", "calibrate", "press"]
