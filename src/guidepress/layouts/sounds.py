"""Sounds in print: a QR code (ISO/IEC 18004) behind the words of each, where it is on the web."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from urllib.parse import quote

from lxml import etree
from lxml.html import HtmlElement

from guidepress.content import Content, Element, Text
from guidepress.content.sounds import KEY, SOUND
from guidepress.content.working import elements

# The side of a module, mm: cameras of telephones read smaller ones only from close by.
MODULE = 0.4
# Modules of white around it, as the standard asks for.
_QUIET = 4


def address(audio_url: str, key: str) -> str:
    """Where a sound is on the web; empty where the guide does not say (`Book.audio_url`)."""
    return audio_url.replace("{file}", quote(key)) if audio_url else ""


def said_after(key: str, words: str) -> Content:
    """A sound that comes with a card, as a paragraph of its own."""
    span = Element("span", {"class": SOUND, KEY: key}, (Text(words),))
    return Content((Element("p", {"class": "audio"}, (span,)),))


def give_codes(root: HtmlElement, audio_url: str) -> None:
    """Put the code of its address behind the words of each sound, where `audio_url` says where sounds are."""
    for sound in [one for one in elements(root, "span") if one.get(KEY)]:
        if url := address(audio_url, sound.attrib.pop(KEY)):
            size, drawn = _code(url)
            values = {"class": "qr", "src": drawn, "alt": url, "style": f"width: {size:.1f}mm"}
            picture = etree.SubElement(sound, "img", values)
            picture.tail = None


@lru_cache(maxsize=1024)
def _code(url: str) -> tuple[float, str]:
    """The width of a code in mm, and the drawing as a `data:` address: one path, so that no reader tears it apart."""
    # Few guides have sounds.
    import segno

    matrix = [
        list(row) for row in segno.make(url, error="m", micro=False, boost_error=False).matrix
    ]
    side = len(matrix) + 2 * _QUIET
    path = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:
                path.append(f"M{x + _QUIET} {y + _QUIET}h{run - x}v1h{x - run}z")
            x = max(run, x + 1)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{"".join(path)}"/></svg>'
    )
    return side * MODULE, f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode('ascii')}"
