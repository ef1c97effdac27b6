"""MDX and Vue in Markdown: imports, exports, expressions and components."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guidepress.markdown.html.elements import is_element
from guidepress.scaffold.books import elements
from guidepress.scaffold.books.elements import Role, role_of
from guidepress.scaffold.books.page import Import, Page, Use, code_spans, padded
from guidepress.scaffold.books.partials import imported, place
from guidepress.scaffold.books.report import Fate

_IMPORT = re.compile(r"import(?:\s+[\w*{][^;]*?\bfrom)?\s*(['\"])[^'\"\n]+\1\s*;?\s*$", re.DOTALL)
_NAMED = re.compile(r"import\s+(?P<name>\w+)\s.*?(['\"])(?P<address>[^'\"\n]+)\2", re.DOTALL)
# A name in an expression, with the key that it is the value of.
_MEMBER = re.compile(
    r"""(?:(["'])(?P<key>[^"'\n]+)\1\s*:\s*|(?P<bare>\w+)\s*:\s*)?\b(?P<name>[A-Za-z_]\w*)"""
)
_EXPORT = re.compile(r"export\s+(?:const|let|var|function|default|class|async|\{|\*)")
_NAME = re.compile(r"<(/?)([A-Za-z][\w.:-]*)?")
_ATTRIBUTE = re.compile(r"\s*([A-Za-z_@:v#][\w:.@-]*)\s*(=)?\s*")
_SOURCE = re.compile(
    r"""(?:require\(|useBaseUrl\(|withBase\()?\s*(["'`])([^"'`$]+)\1\s*\)?(?:\.default)?$"""
)
_LITERAL = re.compile(r"""\{\s*(["'`])((?:(?!\1)[^\\\n$])*)\1\s*\}""")
_MOST_LINES = 60
_HTML_NAMES = {"classname": "class", "htmlfor": "for"}


@dataclass(slots=True)
class _Tag:
    start: int
    end: int
    name: str
    attributes: dict[str, str]
    closing: bool
    alone: bool
    # Attributes that are programs.
    programs: tuple[str, ...] = ()


def translate(page: Page) -> None:
    """Take the program out of a page, and make Markdown of what its components say."""
    if page.mdx:
        _modules(page)
        if page.has("{/*"):
            _comments(page)
        if page.has("{"):
            _expressions(page)
    if page.has("<head>"):
        _heads(page)
    if page.has("<"):
        _Components(page).run()


def _heads(page: Page) -> None:
    """`<head>` of Docusaurus: titles and descriptions for search engines."""
    begin = -1
    for at in range(page.start, len(page.lines)):
        line = page.lines[at].strip()
        if page.code[at]:
            continue
        if line.startswith("<head>"):
            begin = at
        if begin >= 0 and line.endswith("</head>"):
            page.say(Fate.LEFT, "`<head>`, which is for browsers", begin)
            page.blank(begin, at)
            begin = -1


# Imports, exports, comments


def _modules(page: Page) -> None:
    at = page.start
    while at < len(page.lines):
        line = page.lines[at]
        if page.code[at] or not line.startswith(("import", "export")):
            at += 1
            continue
        end = _end_of_import(page, at) if line.startswith("import") else _end_of_export(page, at)
        if end >= at:
            named = _NAMED.match("\n".join(page.lines[at : end + 1]))
            if named and (what := imported(named["address"])):
                page.imports[named["name"]] = what
            page.say(Fate.LEFT, f"`{line.split(maxsplit=1)[0]}` of MDX", at)
            page.blank(at, end)
            for one in range(at, end + 1):
                page.code[one] = False
            at = end
        at += 1


def _end_of_import(page: Page, at: int) -> int:
    for end in range(at, min(at + _MOST_LINES, len(page.lines))):
        if not page.lines[end].strip():
            break
        if _IMPORT.fullmatch("\n".join(page.lines[at : end + 1])):
            return end
    return -1


def _end_of_export(page: Page, at: int) -> int:
    if not _EXPORT.match(page.lines[at]):
        return -1
    depth = 0
    for end in range(at, len(page.lines)):
        bare = re.sub(r"""(["'`])(?:\\.|(?!\1).)*\1|//.*$""", "", page.lines[end])
        depth += sum(bare.count(c) for c in "{[(") - sum(bare.count(c) for c in "}])")
        if depth <= 0 and (end + 1 == len(page.lines) or not page.lines[end + 1].strip()):
            return end
        if depth <= 0 and bare.rstrip().endswith((";", "}")):
            return end
    return -1


def _comments(page: Page) -> None:
    within = False
    for at in range(page.start, len(page.lines)):
        line = page.lines[at]
        if page.code[at]:
            continue
        if within:
            _before, mark, after = line.partition("*/}")
            page.lines[at] = after if mark else ""
            within = not mark
            continue
        masked = code_spans(line) if "`" in line else []
        while (start := line.find("{/*")) >= 0 and not any(a <= start < b for a, b in masked):
            end = line.find("*/}", start)
            page.say(Fate.LEFT, "a comment of MDX", at)
            within = end < 0
            line = line[:start] + ("" if within else line[end + 3 :])
            if within:
                break
        page.lines[at] = line


def _expressions(page: Page) -> None:
    page.replace(_LITERAL, lambda match, at: match[2])

    def tell(match: re.Match[str], at: int) -> str | None:
        if what := page.imports.get(match[0][1:-1]):
            return place(page, Use(at, (("", what),)))
        page.say(Fate.UNKNOWN, "an expression of MDX, printed as it stands", at)
        return None

    page.replace(re.compile(r"(?<![\\={$\w}])\{(?![#:.{%\s])[A-Za-z_][\w.()\[\]]*\}"), tell)


# Components


class _Components:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.text = "\n".join(page.lines)
        self.starts = [0]
        for line in page.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.hidden = self._hidden()

    def run(self) -> None:
        """Find the tags, pair them, and write them anew."""
        tags = [tag for tag in self._tags() if self._counts(tag)]
        if not tags:
            return
        pairs = _pairs(tags)
        made: list[str] = []
        at = 0
        for number, tag in enumerate(tags):
            partner = tags[pairs[number]] if number in pairs else None
            single = partner is None and not (tag.name and is_element(tag.name))
            if single and (tag.closing or not tag.alone):
                # A type such as `Vec<String>`, or a placeholder: it is printed as it stands.
                continue
            new = self._end(tag, partner) if tag.closing else self._begin(tag, partner)
            if new is not None and tag.start >= at:
                made += [self.text[at : tag.start], padded(new, self.text[tag.start : tag.end])]
                at = tag.end
        made.append(self.text[at:])
        self.page.lines[:] = "".join(made).split("\n")
        if self.page.mdx:
            self._dedent(tags, pairs)
        self.page.scan()

    def _hidden(self) -> list[tuple[int, int]]:
        page = self.page
        hidden = [(0, self.starts[page.start])] if page.start else []
        hidden += [(self.starts[at], self.starts[at + 1]) for at, c in enumerate(page.code) if c]
        for first, behind in page.prose():
            text = "\n".join(page.lines[first:behind])
            if "`" in text:
                base = self.starts[first]
                hidden += [(base + a, base + b) for a, b in code_spans(text)]
        return sorted(hidden)

    def _tags(self) -> list[_Tag]:
        found: list[_Tag] = []
        hidden = iter(self.hidden)
        region = next(hidden, None)
        at = self.text.find("<")
        while at >= 0:
            while region is not None and region[1] <= at:
                region = next(hidden, None)
            if region is not None and region[0] <= at:
                at = self.text.find("<", region[1])
                continue
            tag = _read_tag(self.text, at, mdx=self.page.mdx)
            if tag is not None:
                found.append(tag)
            at = self.text.find("<", tag.end if tag else at + 1)
        return found

    def _counts(self, tag: _Tag) -> bool:
        """Whether a tag is a component, and no HTML and no type such as `Vec<String>`."""
        if not tag.name:
            return self.page.mdx
        if is_element(tag.name):
            return bool(tag.programs) or (
                self.page.mdx and any(n in tag.attributes for n in _HTML_NAMES)
            )
        before = "" if tag.closing else self.text[tag.start - 1 : tag.start]
        return (self.page.mdx or tag.name[0].isupper() or "-" in tag.name) and not before.isalnum()

    def _line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset)

    def _own_line(self, tag: _Tag) -> bool:
        before = self.text[self.text.rfind("\n", 0, tag.start) + 1 : tag.start]
        end = self.text.find("\n", tag.end)
        after = self.text[tag.end : end if end >= 0 else len(self.text)]
        return not before.strip(" \t>") and not after.strip()

    def _begin(self, tag: _Tag, partner: _Tag | None) -> str | None:
        at, paired = self._line(tag.start), partner is not None
        if not tag.name:
            return ""
        if is_element(tag.name):
            return self._html(tag, at)
        if shown := self._imported(tag):
            return place(self.page, Use(at, shown, tag.attributes))
        role = role_of(tag.name)
        say = self.page.say
        if role is Role.IMAGE and (made := elements.image(tag.attributes)):
            say(Fate.CHANGED, f"`<{tag.name}>` is an image", at)
            return made
        if role is Role.LINK and paired and (target := _target(tag)):
            say(Fate.CHANGED, f"`<{tag.name}>` is a link", at)
            return f'<a href="{target}">'
        if role is Role.LINK and tag.alone and (target := _target(tag)):
            title = tag.attributes.get("title") or tag.attributes.get("label") or target
            say(Fate.CHANGED, f"`<{tag.name}>` is a link", at)
            return f"[{title}]({target})"
        if role in (Role.BOX, Role.FOLD) and paired:
            say(Fate.CHANGED, f"`<{tag.name}>` is a block", at)
            if partner is not None and self._is_block(tag, partner):
                return elements.box_header(tag.name, tag.attributes)
            title = tag.attributes.get("title") or elements.title_for(tag.name, "")
            return f"**{title or tag.name}** "
        if role is Role.LABEL and (label := _label(tag)):
            say(Fate.CHANGED, f"`<{tag.name}>` is a label over its content", at)
            return f"**{label}**"
        if role is Role.VIDEO and (target := elements.address(tag.name, tag.attributes)):
            say(Fate.CHANGED, f"`<{tag.name}>` is a link", at)
            return f"<{target}>"
        if role in (Role.WRAPPER, Role.LABEL, Role.NOTHING):
            say(Fate.LEFT, f"`<{tag.name}>`, the content kept", at)
            return _shown(tag)
        what = "its text is kept" if paired else "it is left out"
        say(Fate.UNKNOWN, f"the component `<{tag.name}>`; {what}", at)
        return _shown(tag)

    def _imported(self, tag: _Tag) -> tuple[tuple[str, Import], ...]:
        """The files that a component is, or that its attributes name; those are labelled if they are several."""
        known = self.page.imports
        if what := known.get(tag.name):
            return (("", what),)
        found = [
            (match["key"] or match["bare"] or match["name"], known[match["name"]])
            for program in tag.programs
            for match in _MEMBER.finditer(program)
            if match["name"] in known
        ]
        return tuple(found) if len(found) > 1 else tuple(("", what) for _, what in found)

    def _is_block(self, tag: _Tag, partner: _Tag) -> bool:
        return self._own_line(tag) and self._own_line(partner)

    def _end(self, tag: _Tag, opened: _Tag | None) -> str | None:
        if not tag.name:
            return ""
        if is_element(tag.name):
            return None
        role = role_of(tag.name)
        if opened is not None and role is Role.LINK and _target(opened):
            return "</a>"
        if opened is not None and role in (Role.BOX, Role.FOLD) and self._is_block(opened, tag):
            return "///"
        return ""

    def _html(self, tag: _Tag, at: int) -> str:
        """An element of HTML with attributes of JSX."""
        kept = {}
        for name, value in tag.attributes.items():
            low = _HTML_NAMES.get(name.lower(), name.lower())
            if low != "for":
                kept[low] = value
        if tag.programs:
            self.page.say(Fate.LEFT, f"attributes of `<{tag.name}>` that are programs", at)
        if tag.name.lower() == "img" and tag.alone and kept.get("src"):
            return elements.image(kept)
        text = "".join(f' {name}="{value}"' for name, value in kept.items())
        return f"<{tag.name}{text}{' /' if tag.alone else ''}>"

    def _dedent(self, tags: list[_Tag], pairs: dict[int, int]) -> None:
        """Take the indentation from what is inside of components: MDX has no indented code, guidepress has."""
        lines = self.page.lines
        for number, partner in sorted(pairs.items()):
            if partner <= number or not self._own_line(tags[number]):
                continue
            first, last = self._line(tags[number].end) + 1, self._line(tags[partner].start)
            body = [line for line in lines[first:last] if line.strip()]
            margin = min((len(line) - len(line.lstrip(" ")) for line in body), default=0)
            for at in range(first, last):
                lines[at] = lines[at][margin:] if lines[at].strip() else ""
            if lines[last].strip() == "///" or not lines[last].strip():
                lines[last] = lines[last].strip()


def _read_tag(text: str, at: int, *, mdx: bool) -> _Tag | None:
    """The tag at `at`, with attributes that are texts; None where there is none."""
    match = _NAME.match(text, at)
    if match is None:
        return None
    closing, name = match[1] == "/", match[2] or ""
    end = match.end()
    if not name:
        if mdx and text.startswith(">", end):
            return _Tag(at, end + 1, "", {}, closing, False)
        return None
    attributes: dict[str, str] = {}
    programs: list[str] = []
    while end < len(text) and end - at < 5000:
        rest = re.compile(r"\s*").match(text, end)
        end = rest.end() if rest else end
        if text.startswith("/>", end):
            return _Tag(at, end + 2, name, attributes, closing, True, tuple(programs))
        if text.startswith(">", end):
            return _Tag(at, end + 1, name, attributes, closing, False, tuple(programs))
        if text.startswith("{", end):
            begin, end = end, _braces(text, end)
            if end < 0:
                return None
            programs.append(text[begin:end])
            continue
        found = _ATTRIBUTE.match(text, end)
        if found is None or "\n\n" in text[at:end]:
            return None
        end = found.end()
        if not found[2]:
            attributes[found[1]] = ""
            continue
        value, end, plain = _value(text, end)
        if end < 0:
            return None
        if plain:
            attributes[found[1]] = value
        else:
            programs.append(text[found.end() : end])
    return None


def _value(text: str, at: int) -> tuple[str, int, bool]:
    """The value of an attribute, where it ends, and whether it is a text."""
    quote = text[at : at + 1]
    if quote in ("'", '"'):
        end = text.find(quote, at + 1)
        return (text[at + 1 : end], end + 1, True) if end >= 0 else ("", -1, False)
    if quote == "{":
        end = _braces(text, at)
        inside = text[at + 1 : end - 1].strip() if end > 0 else ""
        if match := _SOURCE.fullmatch(inside):
            return match[2], end, True
        if re.fullmatch(r"\d+", inside):
            return inside, end, True
        return "", end, False
    match = re.compile(r"[^\s\"'=<>`{}]+").match(text, at)
    return (match[0], match.end(), True) if match else ("", -1, False)


def _braces(text: str, at: int) -> int:
    """Where the braces end that begin at `at`; -1 if they never do."""
    depth = 0
    for match in re.compile(
        r"""[{}]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`"""
    ).finditer(text, at, at + 20_000):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return -1


def _pairs(tags: list[_Tag]) -> dict[int, int]:
    """Tag -> the tag that it belongs to, both ways."""
    found: dict[int, int] = {}
    stack: list[int] = []
    for number, tag in enumerate(tags):
        if tag.alone:
            continue
        if not tag.closing:
            stack.append(number)
            continue
        for depth in range(len(stack) - 1, -1, -1):
            if tags[stack[depth]].name == tag.name:
                found[stack[depth]], found[number] = number, stack[depth]
                del stack[depth:]
                break
    return found


def _target(tag: _Tag) -> str:
    return next(
        (tag.attributes[k] for k in ("to", "href", "url", "link") if tag.attributes.get(k)), ""
    )


def _label(tag: _Tag) -> str:
    given = tag.attributes
    if tag.name.lower() == "listing":
        # The Rust book's: text refers to it by its number.
        number = f"{tag.name} {given['number']}" if given.get("number") else ""
        words = ": ".join(filter(None, (number, given.get("caption"))))
        file = given.get("file-name", "")
        return f"{words} ({file})" if words and file else words or file
    return next(
        (
            tag.attributes[k]
            for k in ("label", "title", "value", "name", "header")
            if tag.attributes.get(k)
        ),
        "",
    )


def _shown(tag: _Tag) -> str:
    """Words that a component shows by itself."""
    words = [
        tag.attributes[k] for k in ("title", "label", "text", "caption") if tag.attributes.get(k)
    ]
    return words[0] if words and tag.alone else f"**{words[0]}**" if words else ""
