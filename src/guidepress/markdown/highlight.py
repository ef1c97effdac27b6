"""Code blocks as HTML: highlighted by Pygments, every character kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from xml.etree.ElementTree import Element, SubElement

from markdown.extensions.attr_list import get_attrs_and_remainder
from markdown.util import AtomicString
from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name, get_lexer_for_filename
from pygments.token import STANDARD_TYPES, Token, _TokenType
from pygments.util import ClassNotFound

from guidepress.diagnostics import Diagnosed, Diagnostic, Span, did_you_mean, warning
from guidepress.markdown import attributes
from guidepress.markdown.inline.characters import decode
from guidepress.markdown.origin import Origin
from guidepress.markdown.state import ParseState

# Words for "no language" that Pygments does not know.
_PLAIN = frozenset({"", "none", "plain", "plaintext", "raw", "text", "txt"})
# GitHub's names for what Pygments calls otherwise.
_ALIASES = {"cjs": "js", "cmd": "batch", "mjs": "js", "patch": "diff", "terminal": "console"}
# rustdoc and others write options behind a comma.
_WORD = re.compile(r"(?!\w+=)[^\s{,]+")
# Names of options in an info string -> attributes of <pre>.
_OPTIONS = {"title": "data-title", "linenums": "data-linenums", "hl_lines": "data-lines"}

# A text and its class, empty for what is set like plain text.
Piece = tuple[str, str]
# Most tokens are names and punctuation, which no style sets apart; a span for each doubles the HTML.
_UNSTYLED = frozenset({Token, Token.Name, Token.Punctuation, Token.Literal})


def fill(element: Element, code: str, info: str, place: Origin, state: ParseState) -> None:
    """Make a <pre> of code whose fence says `info`, which stands at `place`."""
    span = place.span(info, 0, len(info))
    language = _read_info(element, info, span, state)
    lexer = None
    if language not in _PLAIN:
        lexer = _lexer(_ALIASES.get(language, language))
        if lexer is None:
            at = max(0, info.lower().find(language))
            state.report(_unknown(language, place.span(info, at, len(language))))
    element.set("class", " ".join(["code", *(element.get("class") or "").split()]))
    if language:
        element.set("data-language", language)
    _write(SubElement(element, "code"), code, lexer)


def quoted(
    code: str, name: str, language: str, span: Span
) -> Diagnosed[tuple[str, Sequence[Piece]]]:
    """The language and the pieces of code from a file called `name`; `language` is what the author calls it.

    What Pygments does not know is printed plain, and reported where the author wrote it (at `span`).
    """
    if not language:
        lexer = _lexer_for(name)
        language = lexer.aliases[0] if lexer is not None and lexer.aliases else ""
        found = None if language in _PLAIN else lexer
        return Diagnosed((language, _remembered(code, found)))
    language = language.lower()
    found = None if language in _PLAIN else _lexer(_ALIASES.get(language, language))
    problems = [] if found or language in _PLAIN else [_unknown(language, span)]
    return Diagnosed((language, _remembered(code, found)), tuple(problems))


@lru_cache(maxsize=256)
def _lexer_for(name: str) -> Lexer | None:
    """What a fence in the language of the suffix would get; Pygments has several for some suffixes, such as .sql."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix and (lexer := _lexer(_ALIASES.get(suffix, suffix))):
        return lexer
    try:
        return get_lexer_for_filename(name, stripnl=False, ensurenl=False)
    except (ClassNotFound, ImportError, ValueError):
        return None


def turned(character: str, span: Span) -> Diagnostic:
    """The warning for a character in code that matches `source.files.TURNING`."""
    message = f"U+{ord(character):04X} in code turns the direction of what follows: it may look otherwise than it runs"
    hints = ("take it out, or write its escape in the language of the code",)
    return warning("code-direction", message, span, hints=hints)


def _unknown(language: str, span: Span) -> Diagnostic:
    message = f"no language is called `{language}`; the code is printed plain"
    return warning("code-language-unknown", message, span, hints=_hints(language))


def _read_info(element: Element, info: str, span: Span, state: ParseState) -> str:
    """The language of an info string; its options become attributes."""
    word = _WORD.match(info)
    language = decode(word[0]) if word else ""
    options = info[word.end() :].strip(" ,") if word else info
    if options.startswith("{") and options.endswith("}"):
        options = options[1:-1].lstrip(":").strip()
    if not options:
        return language.lower()
    pairs, _ = get_attrs_and_remainder(options)
    for name, value in pairs:
        if name == "." and not language:
            language = value or ""
        elif name in _OPTIONS:
            element.set(_OPTIONS[name], value or "1")
            if name == "linenums" and value != "0":
                attributes.apply(element, [("class", "numbered")], span, state)
        elif name in (".", "class", "id"):
            attributes.apply(element, [(name, value)], span, state)
    return language.lower()


@lru_cache(maxsize=256)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except (ClassNotFound, ImportError, ValueError):
        return None


@lru_cache(maxsize=256)
def _hints(language: str) -> tuple[str, ...]:
    known = [alias for lexer in get_all_lexers() for alias in lexer[1]]
    return did_you_mean(language, known) or ("use `text` for no language",)


@lru_cache(maxsize=128)
def _remembered(code: str, lexer: Lexer | None) -> tuple[Piece, ...]:
    """Of code that a process that stays reads again for each build: from files, and in a chapter that is edited."""
    return tuple(pieces(code, lexer))


def pieces(code: str, lexer: Lexer | None) -> list[Piece]:
    """Code as texts with the short classes of what they are."""
    found = list(_merge(_tokens(code, lexer))) if lexer else []
    # A lexer that loses or changes characters is not worth its colours.
    return found if "".join(text for _, text in found) == code else [("", code)]


def _write(element: Element, code: str, lexer: Lexer | None) -> None:
    last: Element | None = None
    for style, text in _remembered(code, lexer):
        if style:
            last = SubElement(element, "span", {"class": style})
            last.text = AtomicString(text)
        elif last is None:
            element.text = AtomicString((element.text or "") + text)
        else:
            last.tail = AtomicString((last.tail or "") + text)


def _tokens(code: str, lexer: Lexer) -> Iterator[tuple[_TokenType, str]]:
    try:
        yield from lexer.get_tokens(code)
    except Exception:
        # Third-party lexers are regular expressions over any text: one that trips is treated as absent.
        return


def _merge(tokens: Iterator[tuple[_TokenType, str]]) -> Iterator[tuple[str, str]]:
    """Neighbours of one class as one piece, with the white space between them; that at the end is plain."""
    style, texts = "", [""]
    for kind, text in tokens:
        new = style if not text.strip() else _style(kind)
        if new != style:
            yield from _split(style, "".join(texts))
            style, texts = new, []
        texts.append(text)
    yield from _split(style, "".join(texts))


def _split(style: str, text: str) -> Iterator[tuple[str, str]]:
    words = text.rstrip()
    yield style, words
    yield "", text[len(words) :]


@lru_cache(maxsize=1024)
def _style(kind: _TokenType) -> str:
    """The short class of a kind of token; none for what is set like plain text."""
    if kind in _UNSTYLED or kind[:1] in (Token.Error, Token.Text):
        return ""
    at: _TokenType | None = kind
    while at is not None and at not in STANDARD_TYPES:
        at = at.parent
    return STANDARD_TYPES.get(at, "") if at is not None else ""
