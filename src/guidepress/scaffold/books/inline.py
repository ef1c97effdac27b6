r"""Marks of other tools in running text: `[[_TOC_]]`, `:rocket:`, `$…$`, `\[sic\]`, `{: target=… }`, `++ctrl+c++`."""

from __future__ import annotations

import re

from guidepress.markdown import formula
from guidepress.markdown.attributes import NAMES
from guidepress.scaffold.books.page import Page
from guidepress.scaffold.books.report import Fate

_TOC = re.compile(
    r"^[ \t]*(?:\[\[_?TOC_?\]\]|\[TOC\]|\{:\s*toc\b[^}]*\}|\$\{toc\}|@\[toc\].*)[ \t]*$",
    re.IGNORECASE,
)
_TOC_SEED = re.compile(
    r"^[ \t]*(?:[-*+]|\d+\.)[ \t]+(?:TOC|this will be replaced.*|seed list)[ \t]*$", re.IGNORECASE
)
_EMOJI = re.compile(r"(?<![\w:])(:[a-z0-9_+-]*[a-z+][a-z0-9_+-]*:)(?![\w:])(?:\{[^{}\n]*\})?")
_ICON = re.compile(r"^:(?:material|fontawesome|octicons|simple|custom)-")
_DOLLARS = re.compile(
    r"(?<![\\$\w])\$(?![\s$`])((?:[^$\\`\n]|\\.|\n(?!\n))+?)(?<![\s\\])\$(?![\w$])"
)
_DOUBLE = re.compile(r"(?<![\\$])\$\$((?:[^$]|\$(?!\$))+?)(?<!\\)\$\$(?:[ \t]*\{#[^{}]*\})?")
_OPENING = re.compile(r"^(?P<before>[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?)\$\$(?P<tex>.*)$")
_CLOSING = re.compile(r"^(?P<tex>.*?)\$\$(?:[ \t]*\{#[^{}]*\})?[ \t]*$")
_BRACKETS = re.compile(r"\\\[((?:[^\\\n]|\\[^\[\]\n])*?)\\\]|\\\(((?:[^\\\n]|\\[^()\n])*?)\\\)")
_MDBOOK = re.compile(r"\\\\\((.+?)\\\\\)|\\\\\[(.+?)\\\\\]", re.DOTALL)
# What prose has not got.
_TEX = re.compile(r"\\[A-Za-z]+|[\^_=+<>{}|]|\d\s*[-*/]\s*\d|^\s*[A-Za-z]\s*$|\w\(")
_ENVIRONMENTS = (
    (
        re.compile(r"\\(begin|end)\{(?:align|gather|eqnarray|multline|flalign)\*?\}"),
        r"\\\1{aligned}",
    ),
    (re.compile(r"\\(?:begin|end)\{(?:equation|displaymath|math)\*?\}"), ""),
    (re.compile(r"\\(?:label|tag)\{[^{}]*\}|\\(?:nonumber|notag)\b"), ""),
)
_ATTRIBUTE = r"""(?:[.#][\w:-]+|[\w:-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}]+)|markdown)"""
_PAIR = re.compile(_ATTRIBUTE)
_LIST = re.compile(rf"\{{:?[ ]*(?P<pairs>{_ATTRIBUTE}(?:[ ]+{_ATTRIBUTE})*)[ ]*\}}")
_KEYS = re.compile(r"(?<!\+)\+\+([\w\"'-]+(?:\+[\w\"'-]+)*)\+\+(?!\+)")
_COMMENT = re.compile(r"[ \t]*<!--(?:(?!-->)[^\n])*-->[ \t]*(?=\n|$)|<!--(?:(?!-->)[^\n])*-->")
_FRAME = re.compile(
    r"<(?P<name>iframe|video)\b[^<>]*?(?:/>|>.*?</(?P=name)\s*>)", re.IGNORECASE | re.DOTALL
)
_SOURCE = re.compile(r"""\ssrc\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_MOST_LINES = 90


def translate(page: Page, *, maths: bool) -> None:
    """Write them as guidepress does. `maths`: the book's tool has formulas between escaped brackets."""
    _contents(page)
    _mermaid(page)
    if page.has("<!--"):
        # Nobody sees them; at the end of a line, the space before them would stand before a line end.
        page.replace(_COMMENT, lambda match, at: "")
    if page.has("<iframe", "<video", "<IFRAME"):
        page.replace(_FRAME, lambda match, at: _frame(page, match, at), across=True)
    if page.has("$"):
        _display(page)
        page.replace(_DOUBLE, lambda match, at: _formula(page, match[1], at, r"\[", r"\]"))
        page.replace(_DOLLARS, lambda match, at: _formula(page, match[1], at, r"\(", r"\)"))
    if page.has("\\\\(", "\\\\["):
        page.replace(_MDBOOK, lambda match, at: _doubled(page, match, at, maths))
    if page.has("\\]", "\\)"):
        page.replace(_BRACKETS, lambda match, at: _escaped(page, match, at, maths))
    if page.has(":"):
        page.replace(_EMOJI, lambda match, at: _emoji(page, match, at))
    if page.has("}"):
        page.replace(_LIST, lambda match, at: _attributes(page, match, at), across=True)
    if page.has("++"):
        page.replace(_KEYS, lambda match, at: _keys(page, match, at))


def _frame(page: Page, match: re.Match[str], at: int) -> str | None:
    """What a frame or a film shows stands on the network; a book can say where."""
    source = _SOURCE.search(match[0])
    if source is None or not source[1].startswith(("http://", "https://", "//")):
        return None
    page.say(Fate.CHANGED, f"`<{match['name'].lower()}>` is a link to what it shows", at)
    address = f"https:{source[1]}" if source[1].startswith("//") else source[1]
    return f"<{address}>" if not re.search(r"[\s<>]", address) else None


def _contents(page: Page) -> None:
    for at in range(page.start, len(page.lines)):
        if not page.code[at] and _TOC.match(page.lines[at]):
            if at and _TOC_SEED.match(page.lines[at - 1]):
                page.lines[at - 1] = ""
            page.lines[at] = ""
            page.say(Fate.LEFT, "a mark for a table of contents, which the book has", at)


def _mermaid(page: Page) -> None:
    for fence in page.fences:
        word = fence.info.split()[0].strip("{}").lower() if fence.info.split() else ""
        if word in (
            "mermaid",
            "plantuml",
            "dot",
            "graphviz",
            "d2",
            "ditaa",
            "kroki",
            "flow",
            "sequence",
        ):
            page.lines[fence.start] = f"{fence.before}{fence.mark}text"
            page.say(Fate.UNKNOWN, f"a drawing by {word}, printed as its source", fence.start)


# Formulas


def _display(page: Page) -> None:
    """`$$` on lines of its own, over one line or several."""
    at = page.start
    while at < len(page.lines):
        match = None if page.code[at] else _OPENING.match(page.lines[at])
        end = _end_of(page, at, match["tex"]) if match else -1
        if match and end > at and not page.code[end]:
            closing = _CLOSING.match(page.lines[end])
            assert closing is not None  # it is what the end was found by
            page.lines[at] = f"{match['before']}\\[{_tidy(match['tex'])}"
            for one in range(at + 1, end):
                page.lines[one] = _tidy(page.lines[one]) if page.lines[one].strip() else "%"
            page.lines[end] = f"{_tidy(closing['tex'])}\\]"
            page.say(Fate.CHANGED, "`$$` is a formula", at)
            at = end
        at += 1


def _end_of(page: Page, at: int, first: str) -> int:
    if "$$" in first:
        return -1
    for end in range(at + 1, min(at + _MOST_LINES, len(page.lines))):
        if _CLOSING.match(page.lines[end]):
            return end
        if page.code[end] and "```" in page.lines[end]:
            return -1
    return -1


def _formula(page: Page, tex: str, at: int, opening: str, closing: str) -> str | None:
    if not tex.strip() or "\n\n" in tex:
        return None
    made = f"{opening}{_tidy(tex)}{closing}"
    if formula.end(made, 0) != len(made):
        page.say(Fate.UNKNOWN, "what may be a formula, printed as it stands", at)
        return None
    page.say(Fate.CHANGED, "`$` is a formula", at)
    return made


def _tidy(tex: str) -> str:
    for pattern, new in _ENVIRONMENTS:
        tex = pattern.sub(new, tex)
    return tex


def _doubled(page: Page, match: re.Match[str], at: int, maths: bool) -> str | None:
    """mdBook's way: the backslashes escape each other, and MathJax sees single ones."""
    inline, display = match[1], match[2]
    tex = inline if inline is not None else display
    if not maths and not _TEX.search(tex):
        return None
    page.say(Fate.CHANGED, "doubled backslashes before brackets are a formula", at)
    tex = _tidy(tex)
    return f"\\({tex}\\)" if inline is not None else f"\\[{tex}\\]"


def _escaped(page: Page, match: re.Match[str], at: int, maths: bool) -> str | None:
    """Escaped brackets around words, which guidepress would take for a formula."""
    words = match[1] if match[1] is not None else match[2]
    if maths or _TEX.search(words):
        return None
    page.say(Fate.CHANGED, "escaped brackets around words are written otherwise", at)
    # A numeric character reference is no bracket for any rule.
    if match[1] is not None:
        return f"&#91;{words}&#93;"
    return f"&#40;{words}&#41;"


# Emoji, attributes, keys


def _emoji(page: Page, match: re.Match[str], at: int) -> str | None:
    # A large table, for books that have shortcodes.
    from rich.emoji import Emoji

    name = match[1]
    if (sign := Emoji.replace(name)) != name:
        page.say(Fate.CHANGED, f"`{name}` is its sign", at)
        return sign
    if _ICON.match(name):
        page.say(Fate.LEFT, "an icon of a set of icons", at)
        return ""
    return None


def _attributes(page: Page, match: re.Match[str], at: int) -> str | None:
    """A list of attributes without those that guidepress has no use for."""
    pairs = _PAIR.findall(match["pairs"])
    kept = [p for p in pairs if p[0] in ".#" or (p.partition("=")[0] in NAMES and "=" in p)]
    kept = [p for p in kept if not p.startswith(("data-", "cloze=", "hint="))]
    if len(kept) == len(pairs):
        return None
    page.say(Fate.LEFT, "attributes that mean nothing in print", at)
    return f"{{: {' '.join(kept)} }}" if kept else ""


def _keys(page: Page, match: re.Match[str], at: int) -> str:
    names = [name.strip("\"'").replace("-", " ") for name in match[1].split("+")]
    page.say(Fate.CHANGED, "`++keys++` are keys", at)
    return "+".join(f"<kbd>{name[:1].upper()}{name[1:]}</kbd>" for name in names)
