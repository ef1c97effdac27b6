"""Fonts of a layout: the families of its roles, the brand's over them, and others for what those lack."""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files as resource_files
from pathlib import Path
from typing import BinaryIO

import fontpkg

from guidepress.cache import Cache, code_digest, digest
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, did_you_mean, error
from guidepress.layouts.layout import Layout
from guidepress.source.fonts import read_font

ROLES = ("text", "headings", "code")
# Optional packages with fonts for what the text fonts lack: other scripts, symbols, emoji in outline.
FALLBACK_PACKAGES = ("justmytype_intl_rtl", "justmytype_intl_cjk", "manimgx_fonts")
# Which of the Noto families draws a shared ideograph the way readers of a language know it.
_SHARED_IDEOGRAPHS = (
    ("ja", "NotoSansJP"),
    ("ko", "NotoSansKR"),
    ("zh-Hant", "NotoSansTC"),
    ("zh-TW", "NotoSansTC"),
    ("zh-HK", "NotoSansTC"),
)
FONT_SUFFIXES = (".ttf", ".otf")


# The optional extra, and the package it brings, with fonts for scripts (ISO 15924).
_EXTRAS = {
    **dict.fromkeys(("Hani", "Hira", "Kana", "Hang", "Bopo"), ("cjk", "justmytype-intl-cjk")),
    **dict.fromkeys(("Arab", "Hebr"), ("rtl", "justmytype-intl-rtl")),
}
# Of characters that are of all scripts, or of none.
_NO_SCRIPT = ("Zyyy", "Zinh", "Zzzz")


@dataclass(frozen=True, slots=True)
class Characters:
    """Code points, as runs of them: where one begins, where it is over, where the next begins, and so on. As a set they
    would take 35 MB for the fonts of all scripts.
    """

    runs: tuple[int, ...]

    def among(self, wanted: Iterable[int]) -> set[int]:
        """Those of some code points that are here."""
        return {one for one in wanted if bisect_right(self.runs, one) % 2}


# What is known of font files in this process, by their contents.
_characters: dict[str, Characters] = {}


@dataclass(frozen=True, slots=True)
class FontFace:
    """One font file: the family CSS calls it by, its style, its weight ("400"), empty for a variable font."""

    family: str
    style: str
    weight: str
    file: Path = field(repr=False)

    @property
    def name(self) -> str:
        """What stands in `url(font:NAME)`: unique among the faces of a layout, safe in a URL."""
        words = f"{self.family} {self.style} {self.weight or 'variable'}".lower().split()
        return "-".join("".join(c for c in word if c.isalnum()) for word in words)


@dataclass(frozen=True, slots=True)
class Fonts:
    """Font stacks of CSS by role, the brand's over the layout's, and the faces behind them."""

    stacks: Mapping[str, str]
    faces: tuple[FontFace, ...]

    @property
    def files(self) -> dict[str, str]:
        """What `url(font:…)` in a style sheet stands for."""
        return {f"font:{face.name}": str(face.file) for face in self.faces}


def fonts(layout: Layout, brand: Mapping[str, str], language: str, text: str) -> Diagnosed[Fonts]:
    """The fonts of a product; `brand` are families by role that stand in for the layout's.

    `text` is all that will be printed, to see which scripts it needs; `language` says how readers know the
    ideographs that several languages share.
    """
    problems: list[Diagnostic] = []
    faces: list[FontFace] = []
    names: dict[str, str] = {}
    for role, found in _faces(layout, brand, {}).items():
        problems += found.diagnostics
        if found.value:
            names[role] = found.value[0].family
            faces += [face for face in found.value if face not in faces]
    more = fallbacks(text, faces, language, layout.cache)
    faces += more
    rest = [face.family for face in more]
    # Sans and serif fill in for each other: a glyph that one lacks the other may have.
    stacks = {
        role: ", ".join(f'"{f}"' for f in dict.fromkeys([names[role], *names.values(), *rest]))
        for role in names
    }
    if problems:
        return Diagnosed(None, tuple(problems))
    return Diagnosed(Fonts(stacks, tuple(faces)))


def check_fonts(
    layout: Layout, brand: Mapping[str, str], places: Mapping[str, Span]
) -> Iterator[Diagnostic]:
    """What is wrong with the families that layout and brand name; `places` says where the brand does, by role."""
    for found in _faces(layout, brand, places).values():
        yield from found.diagnostics


def _faces(
    layout: Layout, brand: Mapping[str, str], places: Mapping[str, Span]
) -> dict[str, Diagnosed[tuple[FontFace, ...]]]:
    """The faces of each role, or what is wrong with it."""
    made: dict[str, Diagnosed[tuple[FontFace, ...]]] = {}
    for role, family in {**layout.settings.get("fonts", {}), **brand}.items():
        span = places.get(role) if role in brand else layout.settings_span
        if role not in ROLES:
            message, hints = f"fonts.{role}: there is no such role", did_you_mean(role, ROLES)
            made[role] = Diagnosed(None, (error("layout-setting", message, span, hints=hints),))
            continue
        found = font_faces(str(family), layout.project, layout.cache)
        made[role] = replace(
            found, diagnostics=tuple(replace(d, span=span) for d in found.diagnostics)
        )
    return made


def font_faces(
    family: str, project: Path | None = None, cache: Cache | None = None
) -> Diagnosed[tuple[FontFace, ...]]:
    """The faces of a family: one of an installed fontpkg package, or a font file of the project.

    Problems: `layout-font`, those of a file that cannot be read.
    """
    if family.lower().endswith(FONT_SUFFIXES):
        path = (project or Path()) / family
        if not path.is_file():
            return Diagnosed(None, (error("layout-font", f"there is no font file `{family}`"),))
        read = read_font(project or Path(), family)
        if read.value is None:
            return Diagnosed(None, read.diagnostics)
        try:
            characters(path, cache or Cache(None))
        except ValueError as problem:
            return Diagnosed(None, (error("layout-font", f"`{family}` is not a font: {problem}"),))
        return Diagnosed((FontFace(path.stem, "normal", "", path),))
    try:
        found = fontpkg.family(family)
    except fontpkg.FamilyNotInstalled:
        known = [f.name for f in fontpkg.families().values()]
        hints = (
            *did_you_mean(family, known),
            "name one that is installed, or a font file of the project: docs/layouts.md, Fonts",
        )
        message = f"no installed package has the font family `{family}`"
        return Diagnosed(None, (error("layout-font", message, hints=hints),))
    return Diagnosed(
        tuple(
            FontFace(
                found.name,
                f.style,
                # WeasyPrint takes no range of weights, and reads a variable font's from the file.
                "" if f.variable else str(f.weight or 400),
                f.path,
            )
            for f in sorted(found.files, key=lambda f: (f.style, f.weight or 0, f.path.name))
        )
    )


def missing_glyph(character: str) -> tuple[str, tuple[str, ...]]:
    """The message and the hints for a character that no font has: the same for all letters of its script."""
    from fontTools.unicodedata import script, script_name

    code = script(character)
    own = "else name a font file that has it in brand.yaml or layout.yaml, under `fonts`"
    if code in _NO_SCRIPT:
        message = f"no font has the character {character} (U+{ord(character):04X})"
        return message, (own.removeprefix("else "),)
    message = f"no font has letters of the script {script_name(code)}"
    if code not in _EXTRAS:
        return message, (own.removeprefix("else ").replace(" it ", " them "),)
    extra, package = _EXTRAS[code]
    install = (
        f"`pip install 'guidepress[{extra}]'` brings fonts; with ./press,"
        f" `.venv/bin/pip install {package}` does"
    )
    return message, (install, own.replace(" it ", " them "))


def fallback_faces() -> tuple[FontFace, ...]:
    """One face of each family in the optional font packages that are installed."""
    found: dict[str, FontFace] = {}
    for package in FALLBACK_PACKAGES:
        try:
            root = Path(str(resource_files(package)))
        except ModuleNotFoundError:
            continue
        for path in sorted(root.rglob("*.ttf")):
            # File names are such as `NotoSansSC[wght].ttf`; the family is called by what precedes the axes.
            family = path.name.split("[")[0]
            if "Italic" not in family:
                found.setdefault(family, FontFace(family, "normal", "", path))
    return tuple(found.values())


def fallbacks(
    text: str, faces: Sequence[FontFace], language: str, cache: Cache
) -> tuple[FontFace, ...]:
    """The fallback faces that are needed for characters of `text` which none of `faces` has.

    `language` says how readers know the ideographs that several languages share.
    """
    missing = {ord(c) for c in set(text) if _shows(c)}
    for face in faces:
        missing -= characters(face.file, cache).among(missing)
    if not missing:
        return ()
    # What the packages hold does not change but with their versions.
    versions = [f"{name} {_version(name)}" for name in FALLBACK_PACKAGES]
    key = digest("fallbacks", code_digest(), language, repr(sorted(missing)), *versions)
    candidates = fallback_faces()
    names = cache.memo(key, lambda: _chosen(candidates, missing, language, cache), tuple[str, ...])
    return tuple(f for name in names for f in candidates if f.family == name)


def _chosen(
    candidates: Iterable[FontFace], missing: Set[int], language: str, cache: Cache
) -> tuple[str, ...]:
    """The families of the faces that have the missing characters, in the order in which they are tried."""
    found = []
    first = next((f for tag, f in _SHARED_IDEOGRAPHS if language.startswith(tag)), "NotoSansSC")
    # Emoji last: that font also has digits and arrows, which text should not take from it.
    for face in sorted(candidates, key=lambda f: (f.family != first, "Emoji" in f.family)):
        if has := characters(face.file, cache).among(missing):
            missing = missing - has
            found.append(face.family)
    return tuple(found)


def _version(package: str) -> str:
    """The version of an installed package of fonts, empty where it is not installed."""
    try:
        return version(package.replace("_", "-"))
    except PackageNotFoundError:
        return ""


def characters(file: Path, cache: Cache) -> Characters:
    """The characters that a font file has glyphs for.

    Taking a font apart takes longer than all else that is done before there are pages, so it is done once for a file:
    `cache` keeps what came out. Raises ValueError for what is no font.
    """
    with file.open("rb") as opened:
        key = digest("characters in runs", hashlib.file_digest(opened, "sha256").hexdigest())
        if key not in _characters:
            made = cache.memo(key, lambda: _runs(_code_points(opened)), tuple[int, ...])
            _characters[key] = Characters(made)
    return _characters[key]


def _runs(code_points: Iterable[int]) -> tuple[int, ...]:
    found: list[int] = []
    for one in sorted(code_points):
        if found and found[-1] == one:
            found[-1] = one + 1
        else:
            found += (one, one + 1)
    return tuple(found)


def _code_points(opened: BinaryIO) -> Iterable[int]:
    from fontTools.ttLib import TTFont

    opened.seek(0)
    try:
        with TTFont(opened, lazy=True) as font:
            # Without names, which it would make up for all glyphs: most of the time goes into that.
            font.setGlyphOrder(list(map(str, range(font["maxp"].numGlyphs))))
            return frozenset(font.getBestCmap() or ())
    except Exception as problem:  # a damaged one makes it raise anything
        raise ValueError(str(problem) or type(problem).__name__) from problem


def _shows(character: str) -> bool:
    """Whether a character needs a glyph: controls, joiners and variation selectors need none."""
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Mn", "Zl", "Zp", "Zs")
