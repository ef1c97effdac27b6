"""The last word on every piece of HTML: nh3's allow-list."""

from __future__ import annotations

import nh3

from guidepress.markdown.html.elements import ALLOWED, GLOBAL
from guidepress.markdown.tree.links import SCHEMES

# Authored HTML and attribute lists cannot set data attributes: those that arrive here are guidepress's own.
_CLEANER = nh3.Cleaner(
    tags=set(ALLOWED),
    clean_content_tags={"script", "style"},
    attributes={"*": set(GLOBAL), **{tag: set(names) for tag, names in ALLOWED.items() if names}},
    generic_attribute_prefixes={"data-"},
    link_rel=None,
    url_schemes=set(SCHEMES),
)


def sanitize(html: str) -> str:
    """The HTML without anything that is not allowed."""
    return _CLEANER.clean(html)
