"""The language of a book, from its settings, its front matter, its folders and its script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from guidepress.scaffold.books.folder import language_of
from guidepress.scaffold.books.page import Page

# Blocks of Unicode -> the language that most texts in them are in.
_SCRIPTS = (
    (0x0370, 0x03FF, "el"), (0x0400, 0x052F, "ru"), (0x0530, 0x058F, "hy"), (0x0590, 0x05FF, "he"),
    (0x0600, 0x06FF, "ar"), (0x0900, 0x097F, "hi"), (0x0980, 0x09FF, "bn"), (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"), (0x0B80, 0x0BFF, "ta"), (0x0C00, 0x0C7F, "te"), (0x0C80, 0x0CFF, "kn"),
    (0x0D00, 0x0D7F, "ml"), (0x0E00, 0x0E7F, "th"), (0x10A0, 0x10FF, "ka"), (0x3040, 0x30FF, "ja"),
    (0x4E00, 0x9FFF, "zh-Hans"), (0xAC00, 0xD7AF, "ko"),
)  # fmt: skip
# Letters that only some languages of a script have.
_LETTERS = {"ur": "ٹڈڑےں", "fa": "پچژگیک", "uk": "іїєґ", "zh-Hant": "這個們說國"}
# Other languages that are written in the script.
_SAME = {
    "ar": ("ar", "fa", "ur", "ps", "ckb", "ug"), "ru": ("ru", "uk", "be", "bg", "sr", "mk", "kk", "mn"),
    "he": ("he", "yi"), "hi": ("hi", "mr", "ne", "sa"), "zh-Hans": ("zh", "ja"), "ja": ("ja",),
}  # fmt: skip
_ENOUGH = 200_000


def guess_language(pages: Iterable[Page], *stated: str, root: Path) -> str:
    """A code of BCP 47; `stated` is what was said somewhere, the most reliable first. English if nothing is known."""
    pages = list(pages)
    fronts = Counter(
        code
        for page in pages
        for key in ("lang", "language", "locale")
        if isinstance(value := page.front.get(key), str) and (code := language_of(value))
    )
    said = [language_of(one.replace("_", "-")) for one in stated if one]
    said += [code for code, _ in fronts.most_common(1)]
    said.append(_of_folder(root.resolve()))
    script = _script(pages)
    for one in filter(None, said):
        # Settings are copied from the original more often than its script is.
        if script and not _fits(one, script):
            continue
        if not script and one.partition("-")[0] in _FOREIGN:
            continue
        return one
    return script or "en"


def _of_folder(folder: Path) -> str:
    """The language in a folder's name; a short one such as `it` is one only where languages are to be expected."""
    code = language_of(folder.name)
    expected = ("content", "docs", "i18n", "l10n", "locales", "translations", "translated_content")
    return code if "-" in code or folder.parent.name in expected else ""


_FOREIGN = frozenset(
    {code.partition("-")[0] for _, _, code in _SCRIPTS} | {"fa", "ur", "uk", "yi", "mr", "ne"}
)


def _fits(language: str, script: str) -> bool:
    own = language.partition("-")[0]
    for base, others in _SAME.items():
        if script == base or script.partition("-")[0] in others:
            return own in others
    return own == script.partition("-")[0]


def _script(pages: Iterable[Page]) -> str:
    """The language that the script says; nothing for Latin letters."""
    counts: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    seen = 0
    for page in pages:
        for at in range(page.start, len(page.lines)):
            line = page.lines[at]
            if page.code[at]:
                continue
            seen += len(line)
            if line.isascii():
                counts[""] += sum(map(str.isalpha, line))
                continue
            for character in line:
                if character.isalpha():
                    code = _of(ord(character)) if character > "ʯ" else ""
                    counts[code] += 1
                    if code:
                        letters[character] += 1
        if seen > _ENOUGH:
            break
    total = counts.total()
    foreign = Counter({code: n for code, n in counts.items() if code})
    if not total or foreign.total() * 4 < total:
        return ""
    [(best, number)] = foreign.most_common(1)
    if best == "zh-Hans" and foreign["ja"] * 10 > number:
        return "ja"
    for code, own in _LETTERS.items():
        share = sum(letters[letter] for letter in own)
        if _fits(code, best) and share * 50 > number:
            return code
    return best


def _of(point: int) -> str:
    return next((code for low, high, code in _SCRIPTS if low <= point <= high), "")
