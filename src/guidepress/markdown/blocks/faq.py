"""The questions and answers: `/// faq`."""

from __future__ import annotations

from guidepress.markdown.blocks.place import Place


class Faq(Place):
    """All questions of faq.yaml."""

    NAME = "faq"
