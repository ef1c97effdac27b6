"""The typographic marks of languages: quotation marks, dashes, the spaces that belong to them; and text without them.

The pairs are CLDR's where it has one that books of the language use. CLDR is not read for them: Babel, which brings it
in, leaves its quotation marks out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"

Pair = tuple[str, str]
_ENGLISH, _ENGLISH_SINGLE = ("“", "”"), ("‘", "’")
_GERMAN, _GERMAN_SINGLE = ("„", "“"), ("‚", "‘")
_POLISH, _POLISH_SINGLE = ("„", "”"), ("‚", "’")
_GUILLEMETS, _ANGLES = ("«", "»"), ("‹", "›")
_SWEDISH, _SWEDISH_SINGLE = ("”", "”"), ("’", "’")
_CORNERS, _WHITE_CORNERS = ("「", "」"), ("『", "』")


@dataclass(frozen=True, slots=True)
class Marks:
    """What a language sets for the marks of a typewriter.

    `double`, `inner` and `single` are what `"`, a `"` inside of another and `'` become. `dash` stands between spaces,
    `joint` between words without any. `inside` is the space inside of quotation marks, `before` the one before `;!?`,
    `colon` the one before a colon: empty where the language has none. `elisions` matches what begins with an
    apostrophe.
    """

    double: Pair = _ENGLISH
    inner: Pair | None = None
    single: Pair = _ENGLISH_SINGLE
    dash: str = "–"
    joint: str = "–"
    long: str = "—"
    ellipsis: str = "…"
    inside: str = ""
    before: str = ""
    colon: str = ""
    elisions: re.Pattern[str] = re.compile(r"(?!)")


def _begins(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


_DE = Marks(
    _GERMAN, single=_GERMAN_SINGLE,
    elisions=_begins("s", "n", "ne", "nen", "nem", "ner", "rum", "raus", "rein", "ran", "rauf"),
)  # fmt: skip
_FR = Marks(_GUILLEMETS, _ENGLISH, inside=NARROW, before=NARROW, colon=NO_BREAK)
_GUILLEMET = Marks(_GUILLEMETS, _ENGLISH)
_RU = Marks(_GUILLEMETS, _GERMAN, dash="—")
_SV = Marks(_SWEDISH, single=_SWEDISH_SINGLE)
_PL = Marks(_POLISH, _GUILLEMETS, _POLISH_SINGLE)
_ZH = Marks(dash="——", joint="——", long="——", ellipsis="……")
_ZH_HANT = replace(_ZH, double=_CORNERS, single=_WHITE_CORNERS)
_CS = Marks(_GERMAN, single=_GERMAN_SINGLE)

# By BCP 47 tag in lower case; what stands for none is set as English is, but for its elisions.
_MARKS: dict[str, Marks] = {
    "en": Marks(
        joint="—",
        elisions=_begins(
            "n(?=')", "tis", "twas", "twere", "twill", "em", "til", "till", "cause", "cos", "coz", "bout", "round",
            "tween", "neath", "gainst", "nuff",
        ),
    ),
    "ar": _GUILLEMET, "be": _RU, "bg": replace(_CS, dash="—"), "bs": _PL, "ca": _GUILLEMET, "cs": _CS,
    "da": Marks(), "de": _DE, "de-ch": replace(_DE, double=_GUILLEMETS, single=_ANGLES),
    "de-li": replace(_DE, double=_GUILLEMETS, single=_ANGLES), "el": _GUILLEMET,
    "es": replace(_GUILLEMET, dash="—", joint="—"), "es-419": Marks(dash="—", joint="—"),
    "es-mx": Marks(dash="—", joint="—"), "es-us": Marks(dash="—", joint="—"), "et": Marks(_GERMAN),
    "eu": _GUILLEMET, "fa": Marks(_GUILLEMETS, single=_ANGLES), "fi": _SV, "fr": _FR,
    "fr-ca": replace(_FR, inside=NO_BREAK, before=""), "gl": _GUILLEMET,
    "he": Marks(_SWEDISH, single=_SWEDISH_SINGLE), "hr": _PL, "hu": replace(_PL, inner=None),
    "hy": _GUILLEMET, "is": _CS, "it": _GUILLEMET, "ja": replace(_ZH_HANT, ellipsis="……"), "ka": _CS,
    "ko": Marks(), "lt": Marks(_GERMAN), "mk": _CS, "nb": _GUILLEMET,
    "nl": Marks(elisions=_begins("s", "t", "n", "k", "m", "r", "ie")), "nn": _GUILLEMET, "no": _GUILLEMET,
    "pl": _PL, "pt": Marks(dash="—", joint="—"), "pt-pt": replace(_GUILLEMET, dash="—", joint="—"), "ro": _PL,
    "ru": _RU, "sk": _CS, "sl": _CS, "sq": _GUILLEMET, "sr": _PL, "sv": _SV, "uk": _RU, "zh": _ZH,
    "zh-hant": _ZH_HANT, "zh-hk": _ZH_HANT, "zh-mo": _ZH_HANT, "zh-tw": _ZH_HANT,
}  # fmt: skip


@cache
def marks_of(language: str) -> Marks:
    """The marks of a BCP 47 language: of `fr-CA` those of French in Canada, of `fr-BE` those of French."""
    for name in _names(language):
        if (found := _MARKS.get(name)) is not None:
            return found
    return Marks()


def _names(language: str) -> Iterator[str]:
    """The tag and what it is a variety of, the most particular first."""
    parts = language.lower().split("-")
    yield from ("-".join(parts[:end]) for end in range(len(parts), 0, -1))


# Each is looked for only where there is such a sign: most texts have one kind at most.
_SIGNS = str.maketrans({
    **dict.fromkeys("“”„‟″״「」", '"'),
    **dict.fromkeys("‘’‚‛′׳‹›『』", "'"),
    NO_BREAK: " ",
    NARROW: " ",
})  # fmt: skip
_AROUND = re.compile(r"«\s*|\s*»")
_DASH = re.compile("[-–—]{2,}|[–—]")
_DOTS = re.compile(r"(?:…|\.{3})+")
_BEFORE = re.compile(r"\s+(?=[;:!?])")
_FOLDED = re.compile(r"[^\x00-\x7f]|--|\.\.\.|\s[;:!?]")


def may_fold(text: str) -> bool:
    """Whether there is anything in a text that `folded` might change."""
    return _FOLDED.search(text) is not None


def folded(text: str) -> str:
    """The text with the marks of a typewriter: what two texts have in common that differ in typography only.

    Spaces that go with a mark are gone; `Typography.text` never changes what this gives.
    """
    if not may_fold(text):
        return text
    text = text.translate(_SIGNS)
    if "«" in text or "»" in text:
        text = _AROUND.sub('"', text)
    if "--" in text or "–" in text or "—" in text:
        text = _DASH.sub("--", text)
    if "…" in text or "..." in text:
        text = _DOTS.sub("...", text)
    return _BEFORE.sub("", text)
