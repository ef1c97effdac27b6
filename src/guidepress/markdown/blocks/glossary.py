"""The glossary: `/// glossary`."""

from __future__ import annotations

from guidepress.markdown.blocks.place import Place


class Glossary(Place):
    """All terms of glossary.yaml."""

    NAME = "glossary"
