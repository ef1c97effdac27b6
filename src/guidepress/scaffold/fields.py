"""The HTML of a field of Anki as Markdown.

What Markdown has no words for stays HTML. Nothing here promises that the result means the same: whoever writes it has
to render it and to compare what is `seen`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from lxml import etree
from lxml import html as lxml_html

_ESCAPED = re.compile(r"[\\`*_{}<>~^|$]|==|:::|&(?=#?\w+;)")
# A bracket may open a link or a footnote; behind a backslash it would open a formula.
_BRACKET = re.compile(r"[\[\]]")
_LINKING = re.compile(r"\](?=\s?[(\[:{])|\[(?=[\^!])|(?<=!)\[")
# What would begin a block, at the start of a line.
_LINE_START = re.compile(
    r"^(\s*)(#{1,6}(?=\s|$)|[-+*=](?=\s|$)|[-=]{2,}(?=\s*$)|\d+[.)](?=\s|$)|/{3,}|:(?=\s)|>)",
    re.MULTILINE,
)
_FORMULA = re.compile(r"\\\(.+?\\\)|\\\[.+?\\\]", re.DOTALL)
_SOUND = re.compile(r"\[sound:[^\]]+\]")
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
# Tags that do not part one word from another.
_WITHIN = re.compile(
    r"</?(?:a|b|code|em|font|i|s|small|span|strong|sub|sup|u)\b[^>]*>", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://[^\s<>\\{}\[\]()*`|^\"']+")
_ANY_TAG = re.compile(r"<[^>]*>")
_NO_BREAK = re.compile(
    r"<!--.*?-->|</?(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|"
    r"u|var)\b[^>]*>",
    re.DOTALL | re.IGNORECASE,
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_PAIRS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
# Elements that the allow-list keeps, inside of a line; of others the content is kept.
_INLINE = frozenset({
    "u", "s", "sub", "sup", "small", "kbd", "mark", "del", "ins", "q", "cite", "var", "samp", "ruby", "rt", "rp",
    "abbr",
})  # fmt: skip
_DROPPED = frozenset(("script", "style", "template", "iframe", "object"))
_RAW = frozenset(("table", "dl", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"))


def words_of(fragment: str) -> str:
    """The words of some HTML on one line, those of neighbouring blocks apart."""
    shown = _ANY_TAG.sub(" ", _NO_BREAK.sub("", fragment))
    return " ".join(html.unescape(shown).split())


class SeenGap(NamedTuple):
    """A gap as learners have it: its number, what it hides in words, its hint."""

    number: int
    words: str
    hint: str


class Seen(NamedTuple):
    """What a learner sees of a field: words, pictures, sounds, gaps."""

    words: str
    pictures: tuple[str, ...]
    sounds: tuple[str, ...]
    gaps: tuple[SeenGap, ...]


class Unwritable(ValueError):
    """A field that no card can be written of, such as one with a gap in a gap."""


def seen(value: str, names: Mapping[str, str] | None = None) -> Seen:
    """What a learner sees of a field in Anki's HTML. `names` maps names of pictures to those that they have now."""
    plain = value.replace("<!-- -->", "")
    shown, found = _gaps(plain)
    gaps = [SeenGap(number, words_of(inner), words_of(hint)) for number, inner, hint in found]
    pictures = [
        html.unescape(src)
        for src in re.findall(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'>\s][^\"'>]*)", plain)
    ]
    sounds = _SOUND.findall(plain)
    shown = _UNSEEN.sub("", shown)
    shown = re.sub(r"\\[()\[\]]", " ", shown)
    # White space in and around formulas and gaps is nobody's; words that differ in it alone are the same.
    words = "".join(words_of(shown).split())
    return Seen(words, tuple((names or {}).get(p, p) for p in pictures), tuple(sounds), tuple(gaps))


def _gaps(value: str) -> tuple[str, list[tuple[int, str, str]]]:
    """A field with its gaps filled in, and number, content and hint of each. Raises Unwritable for one in another or
    for one of two numbers.
    """
    if "{{c" not in value:
        return value, []
    found: list[tuple[int, str, str]] = []
    shown: list[str] = []
    opened: tuple[int, int] | None = None
    end = 0
    for match in re.finditer(r"\{\{c([\d,]+)::|\}\}", value):
        if match[1] is not None:
            if opened is not None or "," in match[1]:
                raise Unwritable("a gap within a gap, or one of two numbers")
            opened = (int(match[1]), match.end())
            shown.append(value[end : match.start()])
            end = match.start()
        elif opened is not None:
            inner, _, hint = value[opened[1] : match.start()].partition("::")
            found.append((opened[0], inner, hint))
            shown.append(inner)
            opened, end = None, match.end()
    return "".join((*shown, value[end:])), found


class Writer:
    """Writes fields as Markdown. `pictures` maps a name of a picture to its path, from the chapter; those that are not
    in it are left out, and counted in `lost`.
    """

    def __init__(self, pictures: Mapping[str, str], *, formulas: bool = True) -> None:
        self._pictures = pictures
        self._formulas = formulas
        self.lost: list[str] = []

    def write(self, value: str, *, cloze: bool = False) -> str:
        """The Markdown of a field. With `cloze`, Anki's gaps become `==…==`. Raises Unwritable."""
        if cloze:
            value = self._marked(value)
        if not value.strip():
            return ""
        try:
            root = lxml_html.fragment_fromstring(value, create_parent="div")
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            return self._text(html.unescape(re.sub(r"<[^>]*>", " ", value)))
        blocks = [block.strip("\n") for block in self._blocks(root)]
        return "\n\n".join(block for block in blocks if block.strip())

    def plain(self, value: str, *, cloze: bool = False) -> str:
        """The Markdown of a field's words, pictures and gaps alone, for one that cannot be written otherwise."""
        if cloze:
            value = self._marked(value)
        value = _UNSEEN.sub("", value)
        value = _WITHIN.sub("", value)
        value = re.sub(r"<(?!/?(?:img|mark|br)\b)[^>]*>", " ", value)
        root = lxml_html.fragment_fromstring(value, create_parent="div")
        return _begin(_tidy(self._inner(root)))

    def _marked(self, value: str) -> str:
        out, end = [], 0
        _gaps(value)
        for match in re.finditer(r"\{\{c(\d+)::(.*?)(?:::((?:(?!::).)*?))?\}\}", value, re.DOTALL):
            hint = f' title="{html.escape(words_of(match[3]))}"' if match[3] else ""
            out += [
                value[end : match.start()],
                f'<mark data-gap="{match[1]}"{hint}>{match[2]}</mark>',
            ]
            end = match.end()
        return "".join((*out, value[end:]))

    def _blocks(self, root: Any) -> list[str]:
        """The blocks of an element, each as Markdown."""
        out: list[str] = []
        line: list[str] = [self._text(root.text or "")]

        def flush() -> None:
            if text := _tidy("".join(line)):
                out.append(_begin(text))
            line.clear()

        for child in root:
            name = child.tag if isinstance(child.tag, str) else ""
            if name in _BLOCKS:
                # Anki's editor makes a `div` of each line: one after another, they are lines of one paragraph.
                if name == "div" and not any(e.tag in _BLOCKS for e in child.iterdescendants()):
                    if line and "".join(line).strip():
                        line.append("\\\n")
                    line.append(self._inner(child))
                    if (child.tail or "").strip() or child.getnext() is not None:
                        line.append("\\\n")
                else:
                    flush()
                    out += self._block(child, name)
            elif name:
                line.append(self._element(child, name))
            line.append(self._text(child.tail or ""))
        flush()
        return out

    def _block(self, element: Any, name: str) -> list[str]:
        if name == "hr":
            return ["***"]
        if name == "pre":
            code = element.text_content().strip("\n")
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", code)), 3)
            return [f"{fence}\n{code}\n{fence}"]
        if name in ("ul", "ol"):
            return [self._list(element, name)]
        if name in _RAW:
            return [self._raw(element)]
        return self._blocks(element)

    def _list(self, element: Any, name: str) -> str:
        lines = []
        for at, item in enumerate((e for e in element if e.tag == "li"), 1):
            mark = f"{at}. " if name == "ol" else "- "
            inner = "\n\n".join(self._blocks(item))
            lines.append(mark + inner.replace("\n", "\n" + " " * len(mark)))
        return "\n".join(lines)

    def _raw(self, element: Any) -> str:
        """An element as HTML on one line, pictures where they are now."""
        for child in list(element.iter()):
            if child.tag == "img":
                child.set("src", self._pictures.get(html.unescape(child.get("src") or ""), ""))
            if isinstance(child.tag, str) and child.tag != "img":
                for attribute in set(child.attrib) - {"colspan", "rowspan"}:
                    del child.attrib[attribute]
        if any(child.tag == "mark" for child in element.iter()):
            # Gaps can only be written in Markdown.
            return _tidy(self._inner(element))
        tail, element.tail = element.tail, None
        written = etree.tostring(element, encoding="unicode", method="html")
        element.tail = tail
        return _SPACE.sub(" ", written)

    def _inner(self, element: Any) -> str:
        """The content of an element, within a line."""
        out = [self._text(element.text or "")]
        for child in element:
            if isinstance(child.tag, str):
                out.append(self._element(child, child.tag))
            out.append(self._text(child.tail or ""))
        return "".join(out)

    def _element(self, element: Any, name: str) -> str:
        if name == "br":
            return "\\\n"
        if name == "img":
            return self._picture(element)
        if name in _DROPPED:
            return ""
        inner = self._inner(element)
        if name in _BLOCKS:
            return f" {inner} "
        if name == "mark" and element.get("data-gap"):
            hint = element.get("title")
            hinted = f" hint={_quoted(hint)}" if hint else ""
            # A line that ends in a gap goes on in it.
            held = re.sub(r"^(?:\\\n\s*)+|(?:\s*\\\n)+$", "", inner.strip(" ")).strip()
            held = re.sub(r"\s*\\?\n\s*", "<br>", held)
            if not held:
                raise Unwritable("a gap hides nothing that can be kept")
            lead = " " if inner[:1].isspace() else ""
            trail = " " if inner[-1:].isspace() else ""
            return f"{lead}=={held}=={{: cloze={element.get('data-gap')}{hinted} }}{trail}"
        if not inner.strip():
            return inner
        if name in _PAIRS:
            lead = inner[: len(inner) - len(inner.lstrip())]
            trail = inner[len(inner.rstrip()) :]
            sign = _PAIRS[name]
            return f"{lead}{sign}{inner.strip()}{sign}{trail}"
        if name == "code" and not len(element):
            return self._code(element.text or "")
        if name == "a" and re.match(r"https?://[^\s<>()]+$", element.get("href") or ""):
            return f"[{inner.strip()}]({element.get('href')})"
        if name in _INLINE:
            return f"<{name}>{inner}</{name}>"
        return inner

    @staticmethod
    def _code(code: str) -> str:
        fence = "`" * (max((len(run) for run in re.findall("`+", code)), default=0) + 1)
        space = " " if code.startswith("`") or code.endswith("`") else ""
        return f"{fence}{space}{code}{space}{fence}" if code.strip() else ""

    def _picture(self, element: Any) -> str:
        name = html.unescape(element.get("src") or "")
        if name not in self._pictures:
            self.lost.append(name)
            return self._text(element.get("alt") or "")
        return f"![{self._text(element.get('alt') or '')}]({self._pictures[name]})"

    def _text(self, text: str) -> str:
        """Words as Markdown that means them and nothing else."""
        text = _SPACE.sub(" ", text.replace("\xa0", " "))
        if not self._formulas:
            return _BRACKET.sub(_entity, _escaped(text))
        out, end = [], 0
        for match in _FORMULA.finditer(text):
            out += [_escaped(text[end : match.start()]), match[0]]
            end = match.end()
        return "".join((*out, _escaped(text[end:])))


def _escaped(text: str) -> str:
    out, end = [], 0
    for match in _ADDRESS.finditer(text):
        out += [_escaped_words(text[end : match.start()]), f"<{match[0]}>"]
        end = match.end()
    return "".join((*out, _escaped_words(text[end:])))


def _escaped_words(text: str) -> str:
    return _LINKING.sub(_entity, _ESCAPED.sub(lambda m: "".join(f"\\{c}" for c in m[0]), text))


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


def _tidy(text: str) -> str:
    """Lines without space at their ends and without breaks around them."""
    lines = [line.strip() for line in text.split("\n")]
    while lines and lines[0] in ("", "\\"):
        del lines[0]
    while lines and lines[-1] in ("", "\\"):
        del lines[-1]
    if lines:
        lines[-1] = re.sub(r"(?<!\\)\\$", "", lines[-1])
    # Two breaks in a row are the end of a paragraph.
    return re.sub(r"\\?\n(?:\\?\n)+", "\n\n", "\n".join(lines))


def _begin(paragraph: str) -> str:
    """A paragraph whose lines begin no other kind of block by accident."""
    return _LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if not m[2][0].isdigit()
                           else f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", paragraph)  # fmt: skip


def _quoted(text: str) -> str:
    return '"' + re.sub(r"[\"{}\n]", "'", text) + '"'
