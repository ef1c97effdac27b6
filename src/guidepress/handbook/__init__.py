"""The handbook: a Book and a Layout become one tagged PDF."""

from guidepress.handbook.press import Handbook, press

__all__ = ["Handbook", "press"]
