"""HTML tags in running text."""

from __future__ import annotations

from guidepress.markdown.html.elements import DROPPED, is_element
from guidepress.markdown.html.tags import CLOSE_TAG, DECLARATIONS, OPEN_TAG
from guidepress.markdown.inline.scanner import InlineRule, Scan
from guidepress.markdown.markup import authored


class RawHtml(InlineRule):
    """A tag, a comment or the like; the filter decides what becomes of it."""

    starts = r"<"
    characters = "<"

    def parse(self, scan: Scan, at: int) -> int:
        """Add the tag as it is."""
        end = self._end(scan, at)
        if end < 0:
            return -1
        element = authored(scan.text[at:end])
        scan.state.spans[element] = scan.span(at, end)
        scan.push(element)
        match = OPEN_TAG.match(scan.text, at)
        if match and match[1].lower() == "a" and "href" in match[0].lower():
            scan.linked = max(scan.linked, scan.find("</a", end, lower=True))
        return end

    def _end(self, scan: Scan, at: int) -> int:
        text = scan.text
        if match := OPEN_TAG.match(text, at):
            name = match[1].lower()
            if not is_element(match[1]) or name not in DROPPED or text[match.end() - 2] == "/":
                return match.end()
            # What will be dropped with all that is in it is taken as a whole.
            closing = scan.find(f"</{name}", match.end(), lower=True)
            end = text.find(">", closing) + 1 if closing >= 0 else 0
            return end or match.end()
        if match := CLOSE_TAG.match(text, at):
            return match.end()
        for opening, closing_mark in DECLARATIONS:
            if text.startswith(opening, at):
                if not closing_mark:
                    return at + len(opening)
                if opening == "<!" and not text[at + 2 : at + 3].isalpha():
                    return -1
                found = scan.find(closing_mark, at + len(opening))
                return found + len(closing_mark) if found >= 0 else -1
        return -1
