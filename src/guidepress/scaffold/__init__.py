"""`guidepress new`: a guide to start from, or a Markdown book adopted as one."""

from guidepress.scaffold.adopt import adopt
from guidepress.scaffold.start import start

__all__ = ["adopt", "start"]
