"""The handbook: a Book and a Layout become one tagged PDF."""

from guidepress.handbook.news import News, Withdrawn
from guidepress.handbook.press import Handbook, press

__all__ = ["Handbook", "News", "Withdrawn", "press"]
