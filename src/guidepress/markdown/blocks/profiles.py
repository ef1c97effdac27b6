"""A set of profiles: `/// profiles | id`."""

from __future__ import annotations

from guidepress.markdown.blocks.place import Place


class Profiles(Place):
    """Profiles of data/*.yaml."""

    NAME = "profiles"
    ARGUMENT = True
    MEANING = "the id of a set of profiles"
