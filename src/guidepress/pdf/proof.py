"""The proof that nothing was lost: every word and every formula that was laid out is on a page.

WeasyPrint cuts long floats, absolute boxes, inline blocks and footnotes without a word in its log. So what is
painted is read back and compared, text by text, with the HTML that was laid out; and the HTML, by `Words`, with the
Book. Formulas are pictures, and are counted by their descriptions. What to expect is said by each product.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

import msgspec
from lxml.html import HtmlElement

# Texts are compared by all their stretches of so many characters. A line or page break inside of a text
# breaks fewer stretches than that in a row; where more are missing, characters are.
STRETCH = 8
# What a line break may add, drop or change: white space, hyphens. What nobody sees: joiners, marks of direction,
# variation selectors.
_IGNORED = re.compile(
    "[-\u00ad\u061c\u200b-\u2011\u202a-\u202e\u2060\u2066-\u2069\ufe00-\ufe0f\ufeff]+"
)
# What lists print beside the author's words.
_MARKERS = "0-9.–•◦▪()"
_SKIPPED_TAGS = frozenset({"title", "style", "script", "head"})
# How much of a lost text is quoted.
QUOTE = 80


@dataclass(frozen=True, slots=True)
class Loss:
    """Words that stand on no page; `line` is the source line of their block, 0 where none is known."""

    line: int
    words: str


class Text(msgspec.Struct, frozen=True):
    """One stretch of text of HTML, between two tags."""

    line: int
    words: str


def texts_of(root: HtmlElement) -> list[Text]:
    """Every text below `root` in order, except for page numbers, which the linker writes."""
    found: list[Text] = []
    _gather(root, root.tag, 0, found)
    return found


def formulas_of(root: HtmlElement) -> Iterator[Text]:
    """Every formula below `root`, by its TeX as the description of its picture."""
    for picture in root.iter("img"):
        if "math" in (picture.get("class") or "").split():
            around = (e.get("data-line") or "" for e in picture.iterancestors())
            line = next((own for own in around if own.isdigit()), "0")
            yield Text(int(line), " ".join((picture.get("alt") or "").split()))


def lost(texts: Sequence[Text], pages: Sequence[str]) -> Iterator[Loss]:
    """The texts of which characters are missing on the (normalized) pages."""
    everything = "".join(pages)
    # Right-to-left text is painted in the order of sight.
    sight = _bare(everything) if _is_rtl(everything) else ""
    found_any = False
    at = 0
    normalized = normals([text.words for text in texts])
    if unseen := frozenset("".join(normalized)) - frozenset(everything):
        normalized = [_as_painted(words, unseen, everything) for words in normalized]
    for text, wanted in zip(texts, normalized, strict=True):
        # Mostly a text stands behind the one before it; searching from the start each time adds up.
        found = everything.find(wanted, at)
        if found < 0:
            found = everything.find(wanted, 0, at + len(wanted))
        if found >= 0:
            at = found
            continue
        if not _is_rtl(wanted) and not _missing(wanted, everything):
            continue
        if sight and all(_is_seen(normal(word), everything, sight) for word in text.words.split()):
            continue
        found_any = True
        yield Loss(text.line, quoted(text.words))
    if not found_any:
        yield from _uncounted(texts, normalized, everything)


def undrawn(formulas: Iterable[Text], pages: Iterable[Iterable[str]]) -> Iterator[Loss]:
    """Formulas that are on no page, or not wholly: they are counted, as each is one picture."""
    left = Counter(chain.from_iterable(pages))
    for formula in formulas:
        if left[formula.words] > 0:
            left[formula.words] -= 1
        else:
            yield Loss(formula.line, quoted(formula.words))


def normal(text: str) -> str:
    """Text as it is compared: case, compatibility forms, white space and hyphens do not count."""
    if text.isascii():
        return "".join(text.lower().split()).replace("-", "")
    text = unicodedata.normalize("NFKC", text)
    return _IGNORED.sub("", "".join(text.casefold().split()))


def normals(texts: Sequence[str]) -> list[str]:
    """Texts as they are compared, in one go."""
    found = normal("\0".join(texts)).split("\0")
    # HTML has no place for null characters; other texts may have.
    return found if len(found) == len(texts) else list(map(normal, texts))


def quoted(text: str) -> str:
    """The beginning of a text, for a message."""
    words = " ".join(text.split())
    return words if len(words) <= QUOTE else words[: QUOTE - 1].rstrip() + "…"


class Words:
    """Words in print, normalized, in which an author's texts are looked for in about the order in which they stand."""

    # What follows on a text in the source mostly follows on it in print, within so many characters.
    NEAR = 4_000

    def __init__(self, words: Iterable[str]) -> None:
        self._words = "".join(words)
        self._at = 0

    def has(self, words: str) -> bool:
        """Whether the (normalized) words stand somewhere in a row."""
        found = self._words.find(words, self._at, self._at + self.NEAR)
        if found < 0:
            found = self._words.find(words, self._at)
        if found < 0:
            found = self._words.find(words, 0, self._at + len(words))
        # A word or two stand in many places: one far away says nothing of what comes next.
        if found >= 0 and (len(words) > 40 or abs(found - self._at) < self.NEAR):
            self._at = found
        return found >= 0


def _gather(element: HtmlElement, tag: str, line: int, found: list[Text]) -> None:
    own = element.get("data-line")
    line = int(own) if own and own.isdigit() else line
    if tag not in _SKIPPED_TAGS and element.get("data-page") is None:
        if text := element.text:
            found.append(Text(line, text))
        for child in element:
            if isinstance(name := child.tag, str):
                _gather(child, name, line, found)
            if tail := child.tail:
                found.append(Text(line, tail))


def _as_painted(wanted: str, unseen: frozenset[str], everything: str) -> str:
    """The text as it is painted. Characters that look alike (`∙` and `·`) may share a glyph, which has one name.

    `unseen` are those that stand on no page. A text of hardly anything else has to be there as it is.
    """
    shared = sum(c in unseen for c in wanted)
    if not 0 < 2 * shared < len(wanted):
        return wanted
    pattern = "".join(f"[^{_MARKERS}]" if c in unseen else re.escape(c) for c in wanted)
    found = re.search(pattern, everything)
    return found[0] if found else wanted


def _missing(wanted: str, everything: str) -> bool:
    """Whether more stretches in a row are missing than one break accounts for."""
    last = len(wanted) - STRETCH
    if last <= 0:
        # Broken over lines at most; then both halves are there, which counting letters shows.
        return False
    run = at = 0
    while at <= last:
        found = everything.find(wanted[at : at + STRETCH])
        if found < 0:
            run += 1
            if run >= STRETCH:
                return True
            at += 1
            continue
        run = 0
        # While both go on alike, their stretches need not be looked for.
        offset = found - at
        end = min(len(wanted), len(everything) - offset)
        at += STRETCH
        while at < end and wanted[at] == everything[at + offset]:
            at += 1
        at -= STRETCH - 1
    return False


def _uncounted(texts: Sequence[Text], normalized: Sequence[str], everything: str) -> Iterator[Loss]:
    """Short texts, found by counting: the letters of all texts must be on the pages as often."""
    absent = _letters("".join(normalized)) - _letters(everything)
    if not absent:
        return
    # The likeliest is one that is nowhere as a whole, nor in two halves as over the end of a page; any with one of the
    # letters is a place to begin.
    counted = list(zip(texts, normalized, strict=True))
    whole = [(text, words) for text, words in counted if words and words not in everything]
    partly = [(text, words) for text, words in counted if not absent.keys().isdisjoint(words)]
    stretches = {everything[i : i + STRETCH] for i in range(len(everything) - STRETCH + 1)}

    def share(found: tuple[Text, str]) -> tuple[float, int]:
        wanted = [found[1][i : i + STRETCH] for i in range(max(1, len(found[1]) - STRETCH + 1))]
        gone = sum(stretch not in stretches for stretch in wanted) / len(wanted)
        return gone, (Counter(found[1]) & absent).total()

    text, _ = max(whole or partly, key=share)
    yield Loss(text.line, quoted(text.words))


def _letters(text: str) -> Counter[str]:
    """How often each letter is in a text."""
    apart = _apart(text)
    return Counter({c: apart.count(c) for c in set(apart) if c.isalpha()})


def _apart(text: str) -> str:
    """The text with letters and their marks apart: a mark may be painted behind the letter of another word."""
    return text if text.isascii() else unicodedata.normalize("NFD", text)


def _is_seen(word: str, everything: str, sight: str) -> bool:
    """Whether a word is on pages with right-to-left text, of which `sight` are the letters as they are painted.

    The bidirectional algorithm (Unicode, UAX #9) reorders a word that mixes scripts: each run of one direction stays
    whole, while brackets and full stops move around it. So the runs are looked for, each in its own direction.
    """
    if word in everything:
        return True
    mirrored = sight[::-1]
    return all(_holds(mirrored if rtl else sight, run) for rtl, run in _runs(word))


def _runs(word: str) -> Iterator[tuple[bool, str]]:
    """The letters and digits of a word by direction (True: right to left); other characters but marks end a run."""
    solid = "".join(c for c in _apart(word) if not unicodedata.category(c).startswith("M"))
    for piece in re.split(r"[\W_]+", solid):
        for rtl, letters in groupby(piece, key=_is_rtl):
            yield rtl, _bare("".join(letters))


def _holds(painted: str, run: str) -> bool:
    """Whether a run is there, in two halves where a line was broken inside of it."""
    return run in painted or any(
        run[:at] in painted and run[at:] in painted for at in range(1, len(run))
    )


def _bare(text: str) -> str:
    """The letters and digits of right-to-left text: its fonts order marks as they like, and brackets are mirrored."""
    return "".join(filter(str.isalnum, _apart(text)))


def _is_rtl(text: str) -> bool:
    return not text.isascii() and any(
        unicodedata.bidirectional(c) in ("R", "AL") for c in set(text)
    )
