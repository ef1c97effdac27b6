"""A foreign Markdown file on its way into a guide: its lines, and which of them are code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from guidepress.scaffold.books.report import Fate, Report

_CONTAINER = r"(?:[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t])*"
_FENCE = re.compile(rf"^(?P<before>{_CONTAINER})(?P<fence>`{{3,}}|~{{3,}})(?P<info>.*)$")
# A box of javascript.info, whose title may hold code.
_TITLED = re.compile(r"`{3,}[ ]*[a-z]+[ ]+header=\"[^\"]*\"[ ]*$")
# What has a body indented by four: boxes and tabs of Material, footnotes, definitions.
_BODY = re.compile(r"^[ \t]*(?:(?:!!!|\?\?\?\+?|===[!+]?)[ ]*[\w\"-]|\[\^[^\]\s]+\]:|:[ ]{1,3}\S)")
_ITEM = re.compile(r"^([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+|$)")
# What other tools put around code instead of a fence -> what ends it.
_LIQUID_CODE = (
    (
        re.compile(r"^\s*\{%-?\s*highlight\s+([\w+#-]+).*?%\}\s*$"),
        re.compile(r"^\s*\{%-?\s*endhighlight\s*-?%\}\s*$"),
    ),
    (
        re.compile(r"^\s*\{\{[<%]\s*highlight\s+\"?([\w+#-]+).*?[>%]\}\}\s*$"),
        re.compile(r"^\s*\{\{[<%]\s*/\s*highlight\s*[>%]\}\}\s*$"),
    ),
)
_VERBATIM = re.compile(r"<(pre|script|style|textarea)(?=[\s>])", re.IGNORECASE)


@dataclass(slots=True)
class Fence:
    """A fenced block of code: its first and last line from 0, what precedes the fence, the fence, its info string."""

    start: int
    end: int
    before: str
    mark: str
    info: str


@dataclass(frozen=True, slots=True)
class Import:
    """A file that a page imports: as it is addressed, and whether as text instead of as a component."""

    address: str
    raw: bool


@dataclass(frozen=True, slots=True)
class Use:
    """A place of a page that shows imported files, each under its label; `props` are what it passes to them."""

    at: int
    shown: tuple[tuple[str, Import], ...]
    props: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Page:
    """One file. `name` is relative to the folder that is adopted, `target` to the guide's `chapters`.

    `mdx` is true where the file is MDX, which has no indented code.
    """

    name: str
    target: str
    lines: list[str]
    report: Report
    mdx: bool = False
    front: dict[str, Any] = field(default_factory=dict)
    # The first line behind the front matter.
    start: int = 0
    code: list[bool] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    # What MDX imports that can be shown, by its name, and where it is.
    imports: dict[str, Import] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)

    def say(self, fate: Fate, what: str, at: int) -> None:
        """Note what became of line `at`, counted from 0."""
        self.report.say(fate, what, self.name, at + 1)

    def has(self, *marks: str) -> bool:
        """Whether any of the marks stands in the text, code or not: what costs time is asked for this first."""
        text = "\n".join(self.lines)
        return any(mark in text for mark in marks)

    def scan(self) -> None:
        """Find the code."""
        _Scanner(self).run()

    def prose(self) -> list[tuple[int, int]]:
        """Runs of lines that are text, without empty ones: the first line and the one behind the last."""
        runs: list[tuple[int, int]] = []
        begin = -1
        for at in range(self.start, len(self.lines) + 1):
            text = at < len(self.lines) and not self.code[at] and self.lines[at].strip()
            if text and begin < 0:
                begin = at
            elif not text and begin >= 0:
                runs.append((begin, at))
                begin = -1
        return runs

    def blank(self, first: int, last: int) -> None:
        """Empty the lines from `first` to `last`; those behind keep their numbers."""
        for at in range(first, last + 1):
            self.lines[at] = ""

    def replace(
        self,
        pattern: re.Pattern[str],
        change: Callable[[re.Match[str], int], str | None],
        *,
        across: bool = False,
    ) -> None:
        """Change each match in the text, but for code; `change` gets it with its line, and gives None to leave it.

        A match may begin where no code span is; with `across` one may be inside of it. Line ends in it are kept.
        """
        if not pattern.search("\n".join(self.lines)):
            return
        for first, behind in self.prose():
            text = "\n".join(self.lines[first:behind])
            if not pattern.search(text):
                continue
            masked = code_spans(text) if "`" in text else ()
            made: list[str] = []
            at = 0
            for match in pattern.finditer(text):
                hidden = any(
                    a <= match.start() < b or (not across and match.start() < a < match.end())
                    for a, b in masked
                )
                if hidden or match.start() < at:
                    continue
                new = change(match, first + text.count("\n", 0, match.start()))
                if new is None:
                    continue
                made += [text[at : match.start()], padded(new, match[0])]
                at = match.end()
            if made:
                made.append(text[at:])
                self.lines[first:behind] = "".join(made).split("\n")


def padded(new: str, old: str) -> str:
    """`new` with as many line ends as `old`."""
    return new + "\n" * (old.count("\n") - new.count("\n"))


def code_spans(text: str) -> list[tuple[int, int]]:
    """Where code spans begin and end."""
    found = []
    at = 0
    runs = [(m.start(), m.end()) for m in re.finditer(r"`+", text)]
    for number, (start, end) in enumerate(runs):
        if start < at or (start and text[start - 1] == "\\"):
            continue
        for other, behind in runs[number + 1 :]:
            if behind - other == end - start:
                found.append((start, behind))
                at = behind
                break
    return found


class _Scanner:
    """Goes over the lines once. It knows fences, indented code, comments and elements that hold no Markdown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.open: Fence | None = None
        self.width = 0
        self.until: re.Pattern[str] | None = None
        # The column at which the text of the innermost list item begins; and whether the line before was empty.
        self.item = 0
        self.free = True

    def run(self) -> None:
        page = self.page
        page.fences = []
        page.code = [False] * len(page.lines)
        liquid: re.Pattern[str] | None = None
        for at in range(page.start, len(page.lines)):
            line = page.lines[at]
            if liquid is not None:
                page.code[at] = True
                if liquid.match(line):
                    page.lines[at] = "```"
                    liquid = None
            elif self.open is not None:
                page.code[at] = self._inside(at, line)
            elif self.until is not None:
                page.code[at] = True
                if self.until.search(line):
                    self.until = None
            elif liquid := self._liquid(at, line):
                page.code[at] = True
            else:
                page.code[at] = self._text(at, line)
        if self.open is not None:
            self.open.end = len(page.lines) - 1

    def _liquid(self, at: int, line: str) -> re.Pattern[str] | None:
        if "highlight" not in line:
            return None
        for opening, closing in _LIQUID_CODE:
            if (match := opening.match(line)) and any(map(closing.match, self.page.lines[at:])):
                self.page.lines[at] = f"```{match[1]}"
                self.page.say(Fate.CHANGED, "`highlight` is a block of code", at)
                return closing
        return None

    def _inside(self, at: int, line: str) -> bool:
        """A line below an open fence; False where the block around the fence has ended before."""
        fence = self.open
        assert fence is not None
        if ">" in fence.before and ">" not in line:
            self.open = None
            fence.end = at - 1
            return self._text(at, line)
        indent = _columns(line)
        stripped = line.strip(" \t>")
        if stripped and self.width and indent < self.width and ">" not in fence.before:
            # The item that holds the fence has ended.
            self.open = None
            fence.end = at - 1
            return self._text(at, line)
        if (
            len(stripped) >= len(fence.mark)
            and stripped.strip(fence.mark[0]) == ""
            and indent < max(self.width, _columns(fence.before)) + 4
        ):
            fence.end = at
            self.open = None
            self.free = True
        return True

    def _text(self, at: int, line: str) -> bool:
        page = self.page
        if not line.strip():
            self.free = True
            return False
        indent = _columns(line)
        if match := _FENCE.match(line):
            code_like = (
                "`" not in match["info"]
                or match["fence"][0] != "`"
                or _TITLED.match(line.lstrip(" \t>")) is not None
            )
            # Four columns more than the item's text: the fence is code itself.
            deep = indent >= self.item + 4 and self.free and not page.mdx
            if code_like and not deep:
                fence = Fence(at, at, match["before"], match["fence"], match["info"].strip())
                page.fences.append(fence)
                self.open = fence
                within = _ITEM.match(line)
                if within:
                    self.item = _columns_of(within[0])
                self.width = self.item if within or indent >= self.item > 0 else 0
                self.free = False
                return True
        if (indent < self.item + 4 or not self.free) and _BODY.match(line):
            self.item = indent + 4
            self.free = False
            return False
        if found := _ITEM.match(line):
            if indent < self.item + 4 or not self.free:
                self.item = _columns_of(found[0])
                self.free = False
                return False
        elif self.free and indent < self.item:
            self.item = 0 if indent == 0 else min(self.item, indent)
        if self.free and indent >= self.item + 4 and not page.mdx:
            return True
        self.free = False
        return self._markup(at, line)

    def _markup(self, at: int, line: str) -> bool:
        """Comments, and elements whose content is no Markdown."""
        stripped = line.lstrip()
        if stripped.startswith("<!--"):
            if "-->" not in stripped[4:]:
                self.until = re.compile("-->")
            return True
        if match := _VERBATIM.match(stripped):
            closing = re.compile(rf"</{match[1]}>", re.IGNORECASE)
            if not closing.search(stripped):
                self.until = closing
            return True
        return False


def _columns(line: str) -> int:
    """How far a line is indented; a tab goes to the next multiple of four."""
    column = 0
    for character in line:
        if character == " ":
            column += 1
        elif character == "\t":
            column += 4 - column % 4
        else:
            break
    return column


def _columns_of(marker: str) -> int:
    """Where the text behind a list marker begins; five spaces and more are code."""
    width = len(marker.expandtabs(4))
    text = len(marker.rstrip().expandtabs(4))
    return text + 1 if width - text > 4 or width == text else width
