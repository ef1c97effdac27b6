"""Blocks of other tools that hold blocks: `:::note`, `!!! abstract`, `??? note`, `=== "Tab"`, `/// info`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guidepress.markdown.flow.admonition import KINDS
from guidepress.scaffold.books.elements import (
    Role,
    box_header,
    image,
    kind_of,
    one_line,
    role_of,
    title_for,
)
from guidepress.scaffold.books.page import Page
from guidepress.scaffold.books.report import Fate

_COLONS = re.compile(
    r"^(?P<before>(?:[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t])*)(?P<mark>:{3,})[ \t]*(?P<rest>.*?)[ \t]*:*$"
)
# mkdocstrings: a name of Python, and options below it.
_REFERENCE = re.compile(r"^:::[ ]+(?P<name>[A-Za-z_]\w*(?:\.\w+)*)[ ]*$")
_OPTION = re.compile(r"^(?: {4}|\t)[ \t]*(?::?[\w.-]+:|- )")
_NAME = re.compile(r"^\{?\.?(?P<name>[A-Za-z][\w-]*)\}?")
_TITLE = re.compile(r"""(?:title|label|name)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s}]+))""")
_PAIR = re.compile(r'([\w-]+)\s*=\s*"([^"]*)"')
_CALLOUT = re.compile(r"callout-([a-z]+)")
_MATERIAL = re.compile(
    r"^(?P<before>[ \t>]*)(?P<mark>!!!|\?\?\?\+?)[ ]?(?P<kind>[\w-]+)(?P<more>(?:[ ]+[\w-]+)*)"
    r'(?:[ ]+"(?P<title>.*)")?[ \t]*$'
)
_WRAPPER = re.compile(
    r"<(?P<end>/?)(?P<name>div|figure|figcaption|section|article|aside|center|details|p|span)\b[^<>]*>",
    re.IGNORECASE,
)
_MARKED = re.compile(r"""\smarkdown(?:\s*=\s*["']?\w+["']?)?(?=[\s/>])""", re.IGNORECASE)
_TAB = re.compile(r'^(?P<before>[ \t>]*)===[!+]?[ ]*"(?P<title>[^"]*)"[ \t]*$')
_SLASHES = re.compile(r"^(?P<before>[ \t>]*)(?P<mark>/{3,})(?P<rest>.*)$")
_BLOCKS = re.compile(r"[ \t]*(?P<name>[A-Za-z][\w-]*)[ \t]*(?:\|.*)?$")


@dataclass(slots=True)
class _Open:
    at: int
    before: str
    name: str
    title: str
    kind: Role | None


def translate(page: Page) -> None:
    """Make guidepress's blocks of them."""
    if page.has("markdown"):
        _wrappers(page)
    if page.has("///"):
        _escape_slashes(page)
        _slashes(page)
    if page.has(":::"):
        _colons(page)
    if page.has("!!!", "???"):
        _material(page)
    if page.has("==="):
        _tabs(page)


def _wrappers(page: Page) -> None:
    """`<div markdown>`: the tag goes, and what is in it is Markdown like any other."""
    stack: list[tuple[str, bool]] = []
    for at in range(page.start, len(page.lines)):
        if page.code[at]:
            continue
        line = page.lines[at]
        for match in list(_WRAPPER.finditer(line)):
            name = match["name"].lower()
            if not match["end"]:
                marked = _MARKED.search(match[0]) is not None
                stack.append((name, marked))
                if marked:
                    line = line.replace(match[0], "", 1)
                    page.say(Fate.CHANGED, f"`<{name} markdown>`, its content kept", at)
            elif name in (one for one, _ in stack):
                while stack:
                    one, marked = stack.pop()
                    if one == name:
                        break
                if marked:
                    line = line.replace(match[0], "", 1)
        page.lines[at] = line


def _text(page: Page, at: int) -> bool:
    return not page.code[at] and bool(page.lines[at].strip())


def _escape_slashes(page: Page) -> None:
    """Lines of slashes that are no blocks: comments of C# and Rust in running text."""
    opened = 0
    for at in range(page.start, len(page.lines)):
        if not _text(page, at) or not (match := _SLASHES.match(page.lines[at])):
            continue
        rest = match["rest"].strip()
        block = _BLOCKS.fullmatch(rest) and (
            kind_of(rest.split("|")[0].strip())
            or rest.split()[0] in ("details", "html", "caption", "tab")
        )
        if block:
            opened += 1
        elif not rest and opened:
            opened -= 1
        else:
            page.lines[at] = f"{match['before']}&#47;{match['mark'][1:]}{match['rest']}"
            page.say(Fate.CHANGED, "slashes that open no block are escaped", at)


def _slashes(page: Page) -> None:
    """pymdownx's blocks: kinds that guidepress has under another name, and tabs."""
    stack: list[tuple[str, str]] = []
    for at in range(page.start, len(page.lines)):
        if not _text(page, at) or not (match := _SLASHES.match(page.lines[at])):
            continue
        before, rest = match["before"], match["rest"].strip()
        name, _, title = (one.strip() for one in rest.partition("|"))
        if not rest:
            # A block ends with as many slashes as it began with.
            if stack and stack[-1][1] == match["mark"] and stack.pop()[0] == "tab":
                page.lines[at] = before.rstrip()
            continue
        stack.append((name, match["mark"]))
        if name == "tab":
            page.lines[at] = f"{before}**{title}**"
            page.say(Fate.CHANGED, "`/// tab` is a label over its content", at)
        elif name not in KINDS and kind_of(name):
            page.lines[at] = before + box_header(name, {"title": title}).replace(
                "///", match["mark"], 1
            )
            page.say(Fate.CHANGED, f"`/// {name}` is a block", at)


def renest(page: Page) -> None:
    """Give outer blocks longer fences than those inside of them."""
    stack: list[int] = []
    heights: dict[int, int] = {}
    ends: dict[int, int] = {}
    for at in range(page.start, len(page.lines)):
        if page.code[at] or not (match := _SLASHES.match(page.lines[at])):
            continue
        if _BLOCKS.fullmatch(match["rest"]):
            stack.append(at)
            heights[at] = 0
        elif not match["rest"].strip() and stack:
            begin = stack.pop()
            ends[begin] = at
            if stack:
                heights[stack[-1]] = max(heights[stack[-1]], heights[begin] + 1)
    for begin, end in ends.items():
        mark = "/" * (3 + heights[begin])
        for at in (begin, end):
            page.lines[at] = re.sub("/{3,}", mark, page.lines[at], count=1)


# :::


def _colons(page: Page) -> None:
    _references(page)
    stack: list[_Open] = []
    for at in range(page.start, len(page.lines)):
        if not _text(page, at) or not (match := _COLONS.match(page.lines[at])):
            continue
        rest = match["rest"]
        if rest:
            name, title = _header(rest)
            if name in ("image", "image-end"):
                _image(page, name, match, at)
            elif name.endswith("-end"):
                if stack and stack[-1].name == name.removesuffix("-end"):
                    _close(page, stack.pop(), at)
                else:
                    page.say(Fate.UNKNOWN, "colons that end nothing", at)
                    page.lines[at] = ""
            elif name:
                role = role_of(name)
                stack.append(_Open(at, match["before"], name, title, role))
            else:
                page.say(Fate.UNKNOWN, "a container of colons", at)
        elif stack:
            _close(page, stack.pop(), at)
        else:
            page.say(Fate.UNKNOWN, "colons that end nothing", at)
            page.lines[at] = ""
    for one in reversed(stack):
        page.say(Fate.CHANGED, f"`:::{one.name}` never ends; it ends with its file", one.at)
        if page.lines[-1].strip():
            page.lines.append("")
        page.lines.append("")
        _close(page, one, len(page.lines) - 1)
    if stack:
        page.scan()


def _references(page: Page) -> None:
    """`::: package.module` stands for what mkdocstrings writes of the code; it has options below, and no end."""
    for at in range(page.start, len(page.lines)):
        if page.code[at] or not (match := _REFERENCE.match(page.lines[at])):
            continue
        last = at
        while last + 1 < len(page.lines) and _OPTION.match(page.lines[last + 1]):
            last += 1
        if last > at or "." in match["name"]:
            page.say(Fate.LEFT, "a reference that mkdocstrings makes of the code", at)
            page.blank(at, last)


def _image(page: Page, name: str, match: re.Match[str], at: int) -> None:
    """DocFX's `:::image source="…" alt-text="…":::`; a longer description may stand below it."""
    given = dict(_PAIR.findall(match["rest"]))
    made = image({**given, "alt": given.get("alt-text", "")})
    page.lines[at] = f"{match['before']}{made}"
    if name == "image":
        page.say(Fate.CHANGED if made else Fate.UNKNOWN, "`:::image` is an image", at)


def _header(rest: str) -> tuple[str, str]:
    """The name and the title of `note Title`, `note[Title]`, `{.callout-note title="…"}`, `{note} Title`."""
    if callout := _CALLOUT.search(rest):
        found = _TITLE.search(rest)
        return callout[1], next(filter(None, found.groups()), "") if found else ""
    match = _NAME.match(rest)
    if match is None:
        # Pandoc's `{#id .class}`: a wrapper.
        return ("div", "") if rest.startswith("{") else ("", "")
    after = rest[match.end() :].strip()
    if found := _TITLE.search(after):
        title = next(filter(None, found.groups()), "")
    elif bracketed := re.match(r"\[(.*)\](?:\{.*\})?$", after):
        title = bracketed[1]
    elif rest.startswith("{."):
        title = ""
    else:
        title = re.sub(r"\{[^{}]*\}$", "", after).strip()
    return match["name"], title


def _close(page: Page, one: _Open, end: int) -> None:
    """Write a container whose end is known."""
    if one.kind in (Role.BOX, Role.FOLD):
        if not one.title and one.kind is Role.BOX:
            _inner_title(page, one, end)
        page.lines[one.at] = one.before + box_header(one.name, {"title": one.title})
        page.lines[end] = f"{_continued(one.before)}///"
        page.say(Fate.CHANGED, f"`:::{one.name}` is a block", one.at)
        return
    label = one.title if one.kind is Role.LABEL else ""
    page.lines[one.at] = f"{one.before}**{label}**" if label else one.before.rstrip(" \t")
    page.lines[end] = ""
    if one.kind is None:
        page.say(Fate.UNKNOWN, f"the container `:::{one.name}`; its content is kept", one.at)
    else:
        page.say(Fate.CHANGED, f"`:::{one.name}` is left out, its content kept", one.at)


def _inner_title(page: Page, one: _Open, end: int) -> None:
    """Quarto's callouts have a heading for a title."""
    for at in range(one.at + 1, end):
        if page.lines[at].strip():
            if match := re.match(r"#{1,6}[ \t]+(.+)$", page.lines[at]):
                one.title = match[1].strip()
                page.lines[at] = ""
            return


def _continued(before: str) -> str:
    """What stands before the later lines of a block that begins behind markers of lists."""
    return re.sub(r"[^ \t>]", " ", before)


# Material for MkDocs


def _material(page: Page) -> None:
    for at in range(page.start, len(page.lines)):
        if not _text(page, at) or not (match := _MATERIAL.match(page.lines[at])):
            continue
        kind, mark = match["kind"], match["mark"]
        given = match["title"]
        if mark == "!!!" and kind in KINDS:
            if match["more"] and not set(match["more"].split()) - {"inline", "end"}:
                title = "" if given is None else f' "{given}"'
                page.lines[at] = f"{match['before']}!!! {kind}{title}"
            continue
        title = given if given is not None else title_for(kind, "")
        if not kind_of(kind) and given is None:
            title = kind.replace("-", " ").capitalize()
        quoted = f' "{one_line(title)}"' if title or given == "" else ""
        page.lines[at] = f"{match['before']}!!! {kind_of(kind) or 'note'}{quoted}"
        what = f"`{mark} {kind}` is an admonition"
        page.say(Fate.CHANGED if kind_of(kind) else Fate.UNKNOWN, what, at)


def _tabs(page: Page) -> None:
    """`=== "Tab"` over an indented body: a label over the body."""
    for at in range(page.start, len(page.lines)):
        if page.code[at] or not (match := _TAB.match(page.lines[at])):
            continue
        before = match["before"]
        inner = f"{before}    "
        last = at
        for below in range(at + 1, len(page.lines)):
            line = page.lines[below]
            if line.startswith(inner) or line.startswith(f"{before}\t"):
                last = below
            elif line.strip(" \t>"):
                break
        if last == at:
            continue
        for below in range(at + 1, last + 1):
            line = page.lines[below]
            if line.startswith(inner):
                page.lines[below] = before + line[len(inner) :]
            elif line.startswith(f"{before}\t"):
                page.lines[below] = before + line[len(before) + 1 :]
        follows = at + 1 < len(page.lines) and page.lines[at + 1].strip(" \t>")
        page.lines[at] = f"{before}**{match['title']}**" + ("  " if follows else "")
        page.say(Fate.CHANGED, '`=== "Tab"` is a label over its content', at)
    page.scan()
