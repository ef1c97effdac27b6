"""Links and images: `[text](target "title")`, `[text][label]`, `[label]`; spans: `[text]{: .class }`."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from guidepress.diagnostics import Span, did_you_mean, warning
from guidepress.markdown import attributes
from guidepress.markdown.inline.delimiters import resolve
from guidepress.markdown.inline.destination import LABEL, destination, normalize_label, title
from guidepress.markdown.inline.scanner import InlineRule, Scan
from guidepress.markdown.inline.tokens import Attributes, Bracket, Close, Open, build
from guidepress.markdown.markup import plain

_SPACE = re.compile(r"[ \t\n]*")
# CommonMark's limit for labels.
_MAX_LABEL = 999


class LinkStart(InlineRule):
    """`[` and `![`."""

    starts = r"!?\["
    characters = "!["

    def parse(self, scan: Scan, at: int) -> int:
        """Remember the bracket."""
        image = scan.text[at] == "!"
        bracket = Bracket(at, len(scan.tokens), image, scan.runs.top)
        scan.push(bracket)
        scan.brackets.append(bracket)
        return at + 1 + image


class LinkEnd(InlineRule):
    """`]`, and what makes a link of it."""

    starts = r"\]"
    characters = "]"

    def parse(self, scan: Scan, at: int) -> int:
        """Make a link, an image or a span, or leave the bracket as text."""
        if not scan.brackets:
            return -1
        bracket = scan.brackets.pop()
        if not bracket.active:
            # A link holds no link, but a span may.
            return self._span(scan, bracket, at)
        target = _inline(scan, at + 1) or _reference(scan, bracket, at)
        if target is None:
            return self._span(scan, bracket, at)
        href, words, end, span = target
        element = Element("img" if bracket.image else "a")
        element.set("src" if bracket.image else "href", href)
        if words is not None:
            element.set("title", words)
        scan.state.spans[element] = span
        resolve(scan.runs, bracket.bottom)
        if bracket.image:
            holder = Element("span")
            build(holder, scan.tokens[bracket.index + 1 :], scan.state, scan.origin)
            element.set("alt", " ".join(plain(holder).split("\n")))
            del scan.tokens[bracket.index :]
            scan.push(element)
        else:
            scan.tokens[bracket.index] = Open(element, "[")
            scan.push(Close(scan.text[at:end]))
            # Links do not hold links.
            for outer in scan.brackets:
                if not outer.image:
                    outer.active = False
        return end

    def _span(self, scan: Scan, bracket: Bracket, at: int) -> int:
        """`[text]{: … }` is a <span> of these attributes."""
        match = attributes.LIST.match(scan.text, at + 1)
        if match is None or bracket.image or (pairs := attributes.parse(match)) is None:
            return -1
        resolve(scan.runs, bracket.bottom)
        scan.tokens[bracket.index] = Open(Element("span"), "[")
        scan.push(Close("]"))
        scan.push(Attributes(pairs, match[0], scan.span(match.start(), match.end())))
        return match.end()


class AttributeList(InlineRule):
    """`{: … }` right behind what it belongs to."""

    starts = r"\{"
    characters = "{"

    def parse(self, scan: Scan, at: int) -> int:
        """Add the list, for the element that ends before it."""
        if not at or not scan.tokens or isinstance(scan.tokens[-1], str):
            return -1
        match = attributes.LIST.match(scan.text, at)
        if match is None or (pairs := attributes.parse(match)) is None:
            return -1
        scan.push(Attributes(pairs, match[0], scan.span(at, match.end())))
        return match.end()


Target = tuple[str, str | None, int, Span]


def _inline(scan: Scan, at: int) -> Target | None:
    """`(target "title")`."""
    text = scan.text
    if not text.startswith("(", at):
        return None
    start = _skip(text, at + 1)
    target = destination(text, start)
    if target is None:
        return None
    end = _skip(text, target.end)
    words = None
    if end > target.end and (found := title(text, end)) is not None:
        words, end = found.text, _skip(text, found.end)
    if not text.startswith(")", end):
        return None
    span = scan.span(start, max(target.end, start + 1))
    return target.text, words, end + 1, span


def _reference(scan: Scan, bracket: Bracket, at: int) -> Target | None:
    """`[text][label]`, `[label][]`, `[label]`."""
    text, definitions = scan.text, scan.state.definitions
    start = bracket.at + len(bracket.text)
    full = LABEL.match(text, at + 1)
    end = full.end() if full else at + (3 if text.startswith("[]", at + 1) else 1)
    if full:
        label = normalize_label(full[1])
    elif at - start > _MAX_LABEL or not LABEL.fullmatch(text, start - 1, at + 1):
        return None
    else:
        label = normalize_label(text[start:at])
    found = definitions.get(label)
    if found is None:
        if full and label:
            _tell_unknown(scan, bracket, full, label)
        return None
    return found.target, found.title, end, scan.span(bracket.at, end)


def _tell_unknown(scan: Scan, bracket: Bracket, full: re.Match[str], label: str) -> None:
    """Warn of `[text][label]` that no definition belongs to, where it can be nothing else."""
    text = scan.text
    before = text[bracket.at - 1 : bracket.at] if bracket.at else ""
    if before.isalnum() or before in ("]", ")", "_") or text[bracket.at + 1] == "]":
        return
    # The second bracket may belong to a link of its own: `[one][two](three)`.
    if text.startswith(("(", "["), full.end()) or label.startswith("^"):
        return
    hints = did_you_mean(label, scan.state.definitions) or (f"add a line `[{label}]: target`",)
    message = f"no link is defined as `[{label}]`"
    span = scan.span(full.start(), full.end())
    scan.report(warning("link-reference-unknown", message, span, hints=hints))


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None  # the pattern matches everywhere
    return match.end()
