"""The tokens of raw HTML, as CommonMark defines them; an unquoted value may hold `=`, as in browsers."""

from __future__ import annotations

import re

_ATTRIBUTE = (
    r"""(?:\s+[A-Za-z_:][A-Za-z0-9_.:-]*(?:\s*=\s*(?:[^\s"'=<>`][^\s"'<>`]*|'[^']*'|"[^"]*"))?)"""
)
OPEN_TAG = re.compile(rf"<([A-Za-z][A-Za-z0-9-]*){_ATTRIBUTE}*\s*/?>")
CLOSE_TAG = re.compile(r"</([A-Za-z][A-Za-z0-9-]*)\s*>")
ATTRIBUTE = re.compile(
    r"""([A-Za-z_:][A-Za-z0-9_.:-]*)(?:\s*=\s*(?:([^\s"'=<>`][^\s"'<>`]*)|'([^']*)'|"([^"]*)"))?"""
)
# A tag's name in a block of HTML, where the rest may be less than well-formed.
LOOSE_TAG = re.compile(r"""</?([A-Za-z][^\s/>]*)(?:[^"'>]|"[^"]*"|'[^']*')*>""")
# Openings of what is no element -> what ends it.
DECLARATIONS = (
    ("<!-->", ""),
    ("<!--->", ""),
    ("<!--", "-->"),
    ("<?", "?>"),
    ("<![CDATA[", "]]>"),
    ("<!", ">"),
)
