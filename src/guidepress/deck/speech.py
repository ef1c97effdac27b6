"""Text to speech: what a card has Anki read aloud, and in which voice (Anki manual, "Text to speech")."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from guidepress.content import Content, Element, Formula, NoteCall, RecordBlock
from guidepress.content.sounds import sound_key
from guidepress.content.walk import line
from guidepress.deck.tokens import Html
from guidepress.model.speech import Side, Spoken

# What ends or begins a command of Anki's within the words.
_BRACKETS = re.compile(r"[\[\]{}]+")


def voice_of(language: str) -> str | None:
    """A language as Anki asks voices for it, `fr_CA`; one without a country in that where most speak it. None where
    no such language is known.
    """
    name, *more = language.replace("_", "-").split("-")
    country = next((one.upper() for one in more if len(one) == 2), "")
    if not country:
        likely = get_global("likely_subtags")
        script = next((one.title() for one in more if len(one) == 4), "")
        found = likely.get(f"{name.lower()}_{script}") if script else likely.get(name.lower())
        try:
            country = Locale.parse(found or likely[name.lower()]).territory or ""
        except (KeyError, ValueError, UnknownLocaleError):
            return None
    return f"{name.lower()}_{country}" if country else None


def aloud(content: Content, voice: str) -> Html:
    """The words of a content as Anki reads them: it shows a button in their place.

    Formulas and code have none, and sounds play by themselves.
    """
    words = _BRACKETS.sub(" ", line(content.nodes, _is_silent))
    said = " ".join(words.split())
    return f"[anki:tts lang={voice}]{escape(said, quote=False)}[/anki:tts]" if said else ""


def spoken_sides(speech: Iterable[Spoken], language: str) -> dict[Side, str]:
    """The voice of each side of cards that a guide has read aloud. A language for which none is known is left out."""
    voices = {side: voice_of(own or language) for side, own in speech}
    return {side: voice for side, voice in voices.items() if voice is not None}


def _is_silent(element: Element) -> bool:
    if isinstance(element, (Formula, NoteCall, RecordBlock)) or element.name == "pre":
        return True
    return bool(sound_key(element))
