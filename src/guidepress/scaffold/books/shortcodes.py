"""Shortcodes of Hugo, tags of Liquid and GitBook, macros of MDN and DocFX, directives of MyST, cells of Quarto."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guidepress.scaffold.books import elements
from guidepress.scaffold.books.elements import Role, role_of
from guidepress.scaffold.books.page import Fence, Import, Page, Use
from guidepress.scaffold.books.partials import place
from guidepress.scaffold.books.report import Fate

_HUGO = re.compile(
    r"\{\{(?P<mark>[<%])\s*(?P<end>/?)\s*(?P<name>[\w/.-]+)(?P<more>(?:[^}]|\}(?!\}))*?)(?P<self>/?)\s*[>%]\}\}"
)
_LIQUID = re.compile(r"\{%-?\s*(?P<name>[\w-]+)(?P<more>(?:[^%]|%(?!\}))*?)-?%\}")
_MACRO = re.compile(r"\{\{\s*(?P<name>[A-Za-z_][\w-]*)\s*(?:\((?P<more>[^{}]*)\))?\s*\}\}")
_OUTPUT = re.compile(r"(?<!\$)\{\{-?\s*(?P<what>[^{}]*?)\s*-?\}\}")
_ARGUMENT = re.compile(
    r"""(?:([\w-]+)\s*[=:]\s*)?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`|([^\s"'`=,]+))"""
)
_FILTERED = re.compile(r"""(["'])([^"']*)\1\s*\|\s*(?:relative_url|absolute_url|url)$""")
_DIRECTIVE = re.compile(r"\{([\w:.-]+)(?:[ ,][^{}]*)?\}[ \t]*(.*)$")
_ADMONISH = re.compile(r"(?:admonish|ad-([a-z]+))(?:[ ,]+(.*))?$")
# javascript.info's fences that hold text -> what they are; what only its pages on the web show goes.
_TEXTS = {
    "smart": "note", "warn": "warning", "ponder": "note", "summary": "note", "online": "", "offline": "", "compare": "",
    "quote": "quote",
}  # fmt: skip
_TEXT = re.compile(rf"({'|'.join(_TEXTS)})(?:\s+(.*))?$")
_BRACKETS = re.compile(
    r"""^(?P<before>[ \t>]*)\[(?P<name>[a-z][\w-]*)(?P<more>(?:[ \t]+[\w-]+(?:=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'\]]+))?)*"""
    r"""[ \t]+[\w-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'\]]+)(?:[ \t]+[\w-]+)*)\](?P<words>.*\[/(?P=name)\])?[ \t]*$"""
)
# What shows a file, which the last step does.
_SHOWN = ("html", "js", "css")
_DEMO = re.compile(r"^[ \t>]*\[(?:demo|cut)\][ \t]*$")
_NAMED = re.compile(
    r"^(?P<heading>[ ]{0,3}#{1,6}[ \t].*?)[ \t]*\[#(?P<name>[A-Za-z][\w-]*)\][ \t]*$"
)
_NESTED = 4
_ROLE = re.compile(r"\{([\w:-]+)\}`([^`\n]+)`")
_TARGET = re.compile(r"^\(([\w:.-]+)\)=[ \t]*$")
_DOCFX = re.compile(
    r"\[!(?P<kind>INCLUDE|code(?:-[\w+#]+)?)\s*\[[^\[\]]*\]\((?P<file>[^()\s]+)\)\s*\]",
    re.IGNORECASE,
)
# What Liquid shows in no book.
_SILENT = frozenset((
    "raw", "endraw", "verbatim", "endverbatim", "assign", "capture", "endcapture", "include_cached", "seo",
    "set", "import", "from", "layout", "render",
))  # fmt: skip
_XREFS = (
    "xref",
    "glossary",
    "htmlelement",
    "svgelement",
    "httpheader",
    "httpstatus",
    "httpmethod",
    "event",
    "cssxref",
)


@dataclass(slots=True)
class _Code:
    """A shortcode: where it stands in the line, what it is called, whether it ends one."""

    at: int
    name: str
    attributes: dict[str, str]
    closing: bool
    alone: bool
    whole: str
    own_line: bool


def translate(page: Page) -> None:
    """Make Markdown of what they mean; take out and report the rest."""
    if page.has("{{<", "{{%"):
        _each(page, _HUGO, hugo=True)
    if page.has("{%"):
        _each(page, _LIQUID, hugo=False)
    if page.has("{{"):
        _macros(page)
        _outputs(page)
    for _ in range(_NESTED):
        # Those inside of others show when the outer ones are none any more.
        if not any(_is_directive(fence) for fence in page.fences):
            break
        _directives(page)
    if page.has("["):
        _brackets(page)
    if page.has("[!"):
        page.replace(_DOCFX, lambda match, at: _docfx(page, match, at), across=True)
    if page.has("}`"):
        page.replace(_ROLE, lambda match, at: _role(page, match, at), across=True)
    if page.has(")="):
        _targets(page)


def arguments(text: str) -> dict[str, str]:
    """`"a" key="b"` as a mapping; what has no key is numbered from 0."""
    found: dict[str, str] = {}
    count = 0
    for match in _ARGUMENT.finditer(text):
        value = next((g for g in match.groups()[1:] if g is not None), "")
        if match[1]:
            found[match[1].lower()] = value
        elif value not in ("/", "|"):
            found[str(count)] = value
            count += 1
    return found


# Hugo and Liquid


def _each(page: Page, pattern: re.Pattern[str], *, hugo: bool) -> None:
    codes = _find(page, pattern, hugo=hugo)
    pairs = _pair(codes)
    numbers = iter(range(len(codes)))

    def change(match: re.Match[str], at: int) -> str:
        number = next(numbers)
        code = codes[number]
        partner = codes[pairs[number]] if number in pairs else None
        if code.closing:
            return _end(partner, code)
        return _begin(page, code, partner)

    page.replace(pattern, change)
    page.scan()


def _find(page: Page, pattern: re.Pattern[str], *, hugo: bool) -> list[_Code]:
    codes: list[_Code] = []

    def note(match: re.Match[str], at: int) -> None:
        name = match["name"].strip("/").rpartition("/")[2].lower()
        closing = bool(match["end"]) if hugo else name.startswith("end") and len(name) > 3
        name = name.removeprefix("end") if closing else name
        start = match.string.rfind("\n", 0, match.start()) + 1
        end = match.string.find("\n", match.end())
        line = match.string[start : end if end >= 0 else None]
        own = line.replace(match[0], "", 1).strip(" \t>") == "" and "\n" not in match[0]
        alone = hugo and bool(match["self"])
        codes.append(_Code(at, name, arguments(match["more"]), closing, alone, match[0], own))

    page.replace(pattern, note)
    return codes


def _pair(codes: list[_Code]) -> dict[int, int]:
    found: dict[int, int] = {}
    stack: list[int] = []
    for number, code in enumerate(codes):
        if not code.closing:
            if not code.alone:
                stack.append(number)
            continue
        for depth in range(len(stack) - 1, -1, -1):
            if codes[stack[depth]].name == code.name:
                found[stack[depth]], found[number] = number, stack[depth]
                del stack[depth:]
                break
    return found


def _begin(page: Page, code: _Code, partner: _Code | None) -> str:
    role, given, at = role_of(code.name), code.attributes, code.at
    what = f"`{code.whole if len(code.whole) < 60 else code.name}`"
    if code.name in ("ref", "relref", "link", "post_url") and given.get("0"):
        page.say(Fate.CHANGED, f"`{code.name}` is the path of a file", at)
        return given["0"]
    if code.name in ("katex", "math", "latex") and partner is not None:
        page.say(Fate.CHANGED, f"`{code.name}` is a formula", at)
        return "$$" if code.own_line else "$"
    if role is Role.IMAGE and (made := elements.image(given)):
        page.say(Fate.CHANGED, f"`{code.name}` is an image", at)
        return made
    if role in (Role.BOX, Role.FOLD) and partner is not None:
        page.say(Fate.CHANGED, f"`{code.name}` is a block", at)
        if "0" in given and elements.kind_of(given["0"]):
            given = {**given, "type": given["0"]}
        elif "0" in given and "title" not in given:
            given = {**given, "title": given["0"]}
        if code.own_line and partner.own_line:
            return elements.box_header(code.name, given)
        return f"**{given.get('title') or code.name.capitalize()}** "
    if role is Role.LABEL and partner is not None:
        label = next(
            (given[k] for k in ("title", "name", "header", "label", "0") if given.get(k)), ""
        )
        page.say(Fate.CHANGED, f"`{code.name}` is a label over its content", at)
        return f"**{label}**" if label else ""
    if target := _address(code):
        page.say(Fate.CHANGED, f"`{code.name}` is a link", at)
        title = given.get("title") or given.get("text") or ""
        return f"[{title}]({target})" if title else f"<{target}>"
    if code.name in _SILENT or role in (Role.WRAPPER, Role.NOTHING):
        page.say(Fate.LEFT, what, at)
    else:
        kept = "; what it holds is kept" if partner is not None else ""
        page.say(Fate.UNKNOWN, f"{what} is left out{kept}", at)
    return ""


def _address(code: _Code) -> str:
    if role_of(code.name) in (Role.VIDEO, Role.LINK):
        return elements.address(code.name, code.attributes)
    return ""


def _end(opened: _Code | None, code: _Code) -> str:
    if opened is None:
        return ""
    role = role_of(opened.name)
    if code.name in ("katex", "math", "latex"):
        return "$$" if opened.own_line else "$"
    if role in (Role.BOX, Role.FOLD) and opened.own_line and code.own_line:
        return "///"
    return ""


# Macros of MDN, output of Liquid


def _macros(page: Page) -> None:
    if not any(key in page.front for key in ("page-type", "browser-compat", "slug")):
        return

    def change(match: re.Match[str], at: int) -> str | None:
        name = match["name"].lower()
        if match["more"] is None and name[0].islower() and "." in match[0]:
            return None
        given = arguments(match["more"] or "")
        if name.endswith(_XREFS) and given.get("0"):
            words = given.get("1") or given["0"]
            page.say(Fate.CHANGED, f"`{match['name']}` is its name", at)
            words = words if name != "htmlelement" or given.get("1") else f"<{words}>"
            return words if name == "glossary" else f"`{words}`"
        page.say(Fate.LEFT, f"the macro `{match['name']}`", at)
        return ""

    page.replace(_MACRO, change)


def _outputs(page: Page) -> None:
    def change(match: re.Match[str], at: int) -> str | None:
        what = match["what"]
        if what.startswith("#"):
            # mdBook's own; the last step reads them.
            return None
        if found := _FILTERED.fullmatch(what):
            page.say(Fate.CHANGED, "an address of Liquid is plain", at)
            return found[2]
        if what in ("site.baseurl", "site.url", "page.url", "base_url", "site.github.url"):
            page.say(Fate.CHANGED, f"`{match[0]}` is empty in a book", at)
            return ""
        page.say(Fate.UNKNOWN, "an expression in braces, printed as it stands", at)
        return None

    page.replace(_OUTPUT, change)


# DocFX


def _docfx(page: Page, match: re.Match[str], at: int) -> str:
    """`[!INCLUDE [title](file)]` is the file; `[!code-cpp[name](file#region)]` a link to it."""
    if match["kind"].lower() == "include":
        return place(page, Use(at, (("", Import(match["file"], raw=False)),)))
    page.say(Fate.UNKNOWN, "code of another file, whose name is shown", at)
    return f"`{match['file']}`"


# MyST and Quarto


def _is_directive(fence: Fence) -> bool:
    info = fence.info
    return info.startswith("{") or any(one.match(info) for one in (_ADMONISH, _TEXT))


def _directives(page: Page) -> None:
    for fence in page.fences:
        if match := _ADMONISH.match(fence.info):
            # mdbook-admonish, and Obsidian's plug-in.
            given = arguments(match[2] or "")
            kind = match[1] or given.get("type") or given.get("0") or "note"
            page.lines[fence.start] = fence.before + elements.box_header(kind, given)
            page.lines[fence.end] = f"{re.sub(r'[^ >]', ' ', fence.before)}///"
            _options(page, fence)
            page.say(Fate.CHANGED, f"a block `{match[0].split()[0]}` is a box", fence.start)
            continue
        if match := _TEXT.match(fence.info):
            _text(page, fence, match[1], arguments(match[2] or ""))
        elif match := _DIRECTIVE.match(fence.info):
            _directive(page, fence, match[1], match[2].strip())
    page.scan()


def _directive(page: Page, fence: Fence, name: str, argument: str) -> None:
    at, low = fence.start, name.lower()
    if name.startswith("."):
        # Attributes of Pandoc's: the first class is the language.
        page.lines[at] = f"{fence.before}{fence.mark}{name[1:]}"
        page.say(Fate.CHANGED, "`{.language}` of a block of code is its language", at)
        return
    before = re.sub(r"[^ \t>]", " ", fence.before)
    role = role_of(low)
    if low in ("code-block", "code", "code-cell", "sourcecode", "literalinclude") or role is None:
        language = argument.split()[0] if argument else ""
        if low not in ("code-block", "code", "code-cell", "sourcecode"):
            language = low if re.fullmatch(r"[a-z]\w*", low) and not argument else ""
            fate = Fate.CHANGED if language else Fate.UNKNOWN
            page.say(fate, f"a block `{{{name}}}` is code", at)
        else:
            page.say(Fate.CHANGED, f"a block `{{{name}}}` is code", at)
        page.lines[at] = f"{fence.before}{fence.mark}{language}"
        _options(page, fence)
    elif low == "math":
        page.lines[at] = f"{fence.before}{fence.mark}math"
        _options(page, fence)
    elif role in (Role.BOX, Role.FOLD):
        page.lines[at] = fence.before + elements.box_header(low, {"title": argument})
        page.lines[fence.end] = f"{before}///"
        _options(page, fence)
        page.say(Fate.CHANGED, f"a block `{{{name}}}` is a box", at)
    elif role is Role.IMAGE:
        options = _options(page, fence)
        caption = " ".join(line.strip() for line in page.lines[at + 1 : fence.end] if line.strip())
        page.blank(at, fence.end)
        page.lines[at] = fence.before + elements.image(
            {**options, "src": argument, "caption": caption}
        )
        page.say(Fate.CHANGED, f"a block `{{{name}}}` is an image", at)
    else:
        page.say(Fate.LEFT, f"a block `{{{name}}}`", at)
        page.blank(at, fence.end)


def _text(page: Page, fence: Fence, name: str, given: dict[str, str]) -> None:
    """A fence of javascript.info that holds no code."""
    at, end, kind = fence.start, fence.end, _TEXTS[name]
    inner = re.sub(r"[^ \t>]", " ", fence.before)
    if name == "online":
        page.say(Fate.LEFT, "a block `online`, which is for readers of the site", at)
        page.blank(at, end)
        return
    page.say(Fate.CHANGED, f"a block `{name}` is text", at)
    if kind == "quote":
        for line in range(at + 1, end):
            page.lines[line] = f"{inner}> {page.lines[line].removeprefix(inner)}"
        author = given.get("author")
        page.lines[at] = fence.before.rstrip(" \t")
        page.lines[end] = f"{inner}> \u2014 {author}" if author else ""
        if author and end > at + 1:
            page.lines[end - 1] += "\\"
        return
    page.lines[at] = fence.before + (elements.box_header(kind, given) if kind else "")
    page.lines[end] = f"{inner}///" if kind else ""


def _brackets(page: Page) -> None:
    """`[iframe src="…"]` on a line of its own, as javascript.info and WordPress have it."""
    for at in range(page.start, len(page.lines)):
        if page.code[at] or "[" not in page.lines[at]:
            continue
        if match := _NAMED.match(page.lines[at]):
            page.lines[at] = f"{match['heading']} {{#{match['name']}}}"
            page.say(Fate.CHANGED, "`[#name]` behind a heading names it", at)
        elif _DEMO.match(page.lines[at]):
            page.say(Fate.LEFT, f"`{page.lines[at].strip()}`", at)
            page.lines[at] = ""
        match = _BRACKETS.match(page.lines[at])
        if match is None or match["name"] in _SHOWN:
            continue
        given = arguments(match["more"])
        code = _Code(at, match["name"], given, False, True, match[0].strip(), True)
        page.lines[at] = match["before"] + _begin(page, code, None)


def _options(page: Page, fence: Fence) -> dict[str, str]:
    """Take the options of a directive out of it: `:name: value`, and Quarto's `#| name: value`."""
    found: dict[str, str] = {}
    for at in range(fence.start + 1, fence.end):
        match = re.match(r"\s*(?::([\w-]+):|#\|\s*([\w-]+):)\s*(.*)$", page.lines[at])
        if match is None:
            break
        found[(match[1] or match[2]).lower()] = match[3].strip("\"' ")
        page.lines[at] = ""
    return found


def _role(page: Page, match: re.Match[str], at: int) -> str | None:
    name, text = match[1].lower().rpartition(":")[2], match[2]
    named = re.fullmatch(r"(.*?)\s*<([^<>]+)>", text)
    words, target = (named[1], named[2]) if named else ("", text)
    if name in ("ref", "numref", "eq"):
        page.say(Fate.CHANGED, f"`{{{match[1]}}}` is a reference", at)
        return f"[{words}](#{target})"
    if name in ("doc", "download"):
        page.say(Fate.CHANGED, f"`{{{match[1]}}}` is a link", at)
        return f"[{words or target}]({target})"
    if name == "math":
        return f"$`{text}`$"
    if name in ("kbd", "sub", "sup", "abbr"):
        return f"<{name}>{text}</{name}>" if name != "abbr" else text
    page.say(Fate.UNKNOWN, f"the role `{{{match[1]}}}`; its text is kept", at)
    return f"`{words or text}`"


def _targets(page: Page) -> None:
    for at in range(page.start, len(page.lines)):
        if not page.code[at] and (match := _TARGET.match(page.lines[at])):
            page.lines[at] = f'<a id="{match[1]}"></a>'
            page.say(Fate.CHANGED, "`(label)=` is a place with a name", at)
