"""What becomes of authored HTML: allowed tags are written anew, others go, and nobody's text is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

from guidepress.content.html import VOID
from guidepress.diagnostics import Span, error, warning
from guidepress.markdown.attributes import RESERVED
from guidepress.markdown.document import HeadingUse
from guidepress.markdown.html.elements import (
    ALLOWED,
    DROPPED,
    GLOBAL,
    OPTIONAL_END,
    SILENT,
    is_element,
)
from guidepress.markdown.html.tags import ATTRIBUTE, CLOSE_TAG, DECLARATIONS, LOOSE_TAG, OPEN_TAG
from guidepress.markdown.inline.characters import usable
from guidepress.markdown.origin import Origin
from guidepress.markdown.state import ParseState
from guidepress.markdown.tree import links

# Tags in tags.
MAX_DEPTH = 40
# Tables in tables: the engine measures what is in a cell once for each table around it.
MAX_TABLES = 3
# Attributes without meaning in print; nothing is lost with them.
_IDLE = frozenset({
    "autocomplete", "bgcolor", "border", "cellpadding", "cellspacing", "decoding",
    "fetchpriority", "hspace", "loading", "name", "rel", "role", "sizes", "srcset", "tabindex",
    "target", "vspace",
})  # fmt: skip
_TAG = re.compile(r"<[^>]*>")


class Scope:
    """The tags that are open inside one element of the tree; none of them reaches out of it.

    `depth` counts those around it, `tables` the tables among these and the tables of Markdown.
    """

    def __init__(self, depth: int = 0, tables: int = 0) -> None:
        self.open: list[tuple[str, Span]] = []
        self.depth = depth
        self._tables = tables

    @property
    def tables(self) -> int:
        """How many tables stand around what comes next."""
        return self._tables + sum(name == "table" for name, _ in self.open)

    def inside(self, tag: str) -> Scope:
        """The scope of an element in this one."""
        return Scope(len(self.open) + self.depth, self.tables + (tag == "table"))


class Filter:
    """Filters the authored HTML of one document."""

    def __init__(self, state: ParseState) -> None:
        self.state = state
        self._told_of_tables = False

    def fragment(self, html: str, origin: Origin, scope: Scope) -> str:
        """HTML that is safe and balanced as far as it goes; `finish` closes what is left open."""
        return "".join(self._pieces(html, origin, scope))

    def finish(self, scope: Scope) -> str:
        """The closing tags of what the author left open."""
        closing = []
        for name, span in reversed(scope.open):
            closing.append(f"</{name}>")
            if name not in OPTIONAL_END:
                message = f"`<{name}>` is not closed; it ends where the text around it ends"
                self.state.report(warning("html-unclosed", message, span))
        scope.open.clear()
        return "".join(closing)

    def check_table(self, around: int, span: Span) -> None:
        """An error where more tables stand around one than may; once."""
        if around >= MAX_TABLES and not self._told_of_tables:
            self._told_of_tables = True
            message = f"tables are nested more than {MAX_TABLES} deep"
            hints = ("move the inner table out of the outer one",)
            self.state.report(error("nesting-too-deep", message, span, hints=hints))

    def _pieces(self, html: str, origin: Origin, scope: Scope) -> Iterator[str]:
        at = 0
        while (start := html.find("<", at)) >= 0:
            yield html[at:start].replace(">", "&gt;")
            if (end := self._declaration(html, start, origin)) > 0:
                at = end
                continue
            match = OPEN_TAG.match(html, start) or CLOSE_TAG.match(html, start)
            if match is None:
                match = LOOSE_TAG.match(html, start)
                if match is None or not is_element(match[1]):
                    yield "&lt;"
                    at = start + 1
                    continue
                self._removed(f"`<{match[1]}>`, which is not well-formed", match, origin)
                at = match.end()
                continue
            at = match.end()
            name = match[1].lower()
            if not is_element(match[1]):
                self._tell_unknown(match, origin)
                yield escape(match[0], quote=False)
            elif name in ALLOWED:
                yield self._tag(name, match, html, origin, scope)
            elif name in DROPPED:
                at = self._drop(name, match, html, origin)
            elif name not in SILENT and not match[0].startswith("</"):
                self._removed(f"the tag `<{name}>`", match, origin)
        yield html[at:].replace(">", "&gt;")

    def _declaration(self, html: str, at: int, origin: Origin) -> int:
        """The end of a comment or the like at `at`; 0 if there is none."""
        for opening, closing in DECLARATIONS:
            if not html.startswith(opening, at):
                continue
            if opening == "<!" and not html[at + 2 : at + 3].isalpha():
                return 0
            found = html.find(closing, at + len(opening))
            end = found + len(closing) if found >= 0 else len(html)
            if not opening.startswith("<!--"):
                span = origin.span(html, at, end - at)
                message = f"`{opening}…` was removed: a book has no use for it"
                self.state.report(warning("html-removed", message, span))
            elif found < 0:
                message = "this comment is never closed, and what follows is lost"
                span = origin.span(html, at, len(opening))
                hints = ("end it with `-->`",)
                self.state.report(error("html-unclosed", message, span, hints=hints))
            return end
        return 0

    def _tag(self, name: str, match: re.Match[str], html: str, origin: Origin, scope: Scope) -> str:
        if match[0].startswith("</"):
            return self._end_tag(name, match, origin, scope)
        if name == "input" and not re.search(r"type\s*=\s*[\"']?checkbox", match[0], re.IGNORECASE):
            self._removed("`<input>`", match, origin)
            return ""
        attributes = self._attributes(name, match, origin)
        if name == "input":
            attributes |= {"type": "checkbox", "disabled": ""}
        text = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
        if name in VOID:
            return f"<{name}{text}>"
        if _closes_itself(match):
            return f"<{name}{text}></{name}>"
        span = self._span(match, origin)
        if len(scope.open) + scope.depth >= MAX_DEPTH:
            message = f"tags are nested more than {MAX_DEPTH} deep; what is deeper is left out"
            self.state.report_once(warning("nesting-too-deep", message, span))
            return ""
        if name == "table":
            self.check_table(scope.tables, span)
        if name[0] == "h" and name[1:].isdigit():
            self._heading(name, attributes.get("id", ""), match, html, span)
        scope.open.append((name, span))
        return f"<{name}{text}>"

    def _end_tag(self, name: str, match: re.Match[str], origin: Origin, scope: Scope) -> str:
        if name in VOID:
            return ""
        closing = []
        for at in range(len(scope.open) - 1, -1, -1):
            closing.append(f"</{scope.open[at][0]}>")
            if scope.open[at][0] == name:
                del scope.open[at:]
                return "".join(closing)
        if name not in OPTIONAL_END:
            self._removed(f"`</{name}>`, which closes nothing here", match, origin)
        return ""

    def _attributes(self, tag: str, match: re.Match[str], origin: Origin) -> dict[str, str]:
        allowed = ALLOWED[tag] | GLOBAL
        result: dict[str, str] = {}
        end = match.end(1) - match.start()
        raw = {
            one[1].lower(): usable(unescape(one[2] or one[3] or one[4] or ""))
            for one in ATTRIBUTE.finditer(match[0], end)
        }
        if tag == "a" and "name" in raw:
            raw.setdefault("id", raw.pop("name"))
        for name, value in raw.items():
            if name == "href" and tag == "a":
                result |= links.link(value.strip(), self._span(match, origin), self.state)
            elif name == "src" and tag == "img":
                span = self._span(match, origin)
                result |= links.image(value.strip(), raw.get("alt", ""), span, self.state)
            elif name in allowed and not (name == "cite" and ":" in value):
                result[name] = value
            elif name not in _IDLE and not name.startswith("aria-"):
                self._removed(f"the attribute `{name}` of `<{tag}>`", match, origin)
        if "class" in raw:
            words = [word for word in raw["class"].split() if word not in RESERVED]
            if len(words) < len(raw["class"].split()):
                self._removed(f"a class of `<{tag}>` that is guidepress's own", match, origin)
            if tag == "a" and "data-ref" in result:
                words.insert(0, "ref")
            result["class"] = " ".join(words)
        return {name: value for name, value in result.items() if value or name != "class"}

    def _drop(self, name: str, match: re.Match[str], html: str, origin: Origin) -> int:
        """Report an element that goes with its content; gives the offset after it."""
        if match[0].startswith("</"):
            return match.end()
        hints = ("save it as a file and show it as an image: `![…](images/….svg)`",)
        self._removed(f"`<{name}>` with its content", match, origin, hints if name == "svg" else ())
        if _closes_itself(match):
            return match.end()
        end = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(html, match.end())
        if end is not None:
            return end.end()
        if html[match.end() :].strip():
            message = f"`<{name}>` is never closed, and what follows is lost"
            span = self._span(match, origin)
            self.state.report(error("html-unclosed", message, span))
            return len(html)
        return match.end()

    def _heading(self, name: str, anchor: str, match: re.Match[str], html: str, span: Span) -> None:
        """Note a heading typed as HTML."""
        end = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(html, match.end())
        inside = html[match.end() : end.start()] if end else ""
        text = " ".join(unescape(_TAG.sub("", inside)).split())
        self.state.headings.append(HeadingUse(int(name[1:]), text, anchor, span))

    def _tell_unknown(self, match: re.Match[str], origin: Origin) -> None:
        if match[0].startswith("</"):
            return
        hints = ("put it in backticks if it is code",)
        message = f"`<{match[1]}>` is not an HTML tag; it is printed as text"
        self.state.report(
            warning("html-unknown-tag", message, self._span(match, origin), hints=hints)
        )

    def _removed(
        self, what: str, match: re.Match[str], origin: Origin, hints: tuple[str, ...] = ()
    ) -> None:
        message = f"{what} was taken out"
        self.state.report(warning("html-removed", message, self._span(match, origin), hints=hints))

    def _span(self, match: re.Match[str], origin: Origin) -> Span:
        return origin.span(match.string, match.start(), len(match[0]))


def _closes_itself(match: re.Match[str]) -> bool:
    """Whether a tag ends with a slash that is none of the last value's: `<a href=http://x/>` opens a link."""
    tag = match[0]
    if not tag.endswith("/>"):
        return False
    found = ATTRIBUTE.finditer(tag, match.end(1) - match.start())
    return not any(one[2] is not None and one.end() == len(tag) - 1 for one in found)
