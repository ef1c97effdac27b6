"""What strangers may write into a guide, and a browser's view of what became of it."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import tinycss2
import tinyhtml5
import yaml

# HTML, CSS and TeX that would run something, load something or lead somewhere, if it reached a browser or a viewer.
PAYLOADS = (
    "<script>alert(1)</script>", "<ScRiPt src=//evil.example/x.js></sCrIpT>", "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>', '<a href=" &#106;avascript:alert(1)">x</a>', "[x](javascript:alert(1))",
    '[x](<java\tscript:alert(1)>)', "[x](file:///etc/passwd)", "[x](data:text/html,<script>1</script>)",
    "[x]: javascript:alert(1)\n", "<javascript:alert(1)>", "[x](vbscript:msgbox)", "![x](javascript:alert(1))",
    '<svg onload="alert(1)"><script>1</script></svg>', '<math href="javascript:alert(1)">x</math>',
    '<iframe src="javascript:alert(1)"></iframe>', '<object data="x.swf"></object>', '<embed src="x">',
    "<style>@import url(https://evil.example/x.css);</style>", '<link rel="stylesheet" href="//evil.example/x">',
    '<b style="background:url(https://evil.example/x)">b</b>', '<p style="behavior:url(#x)" onclick="x()">p</p>',
    '<div onmouseover="alert(1)" style="x:expression(alert(1))">d</div>', "<!-- --><script>alert(1)</script>",
    '<a href="x" \nonclick\n=\n"alert(1)">x</a>', '<b title="&quot; onclick=alert(1) x=&quot;">b</b>',
    '<b title="\'><script>alert(1)</script>">b</b>',
    '"><script>alert(1)</script>', "'\"><img src=x onerror=alert(1)>",
    "</section></article><script>alert(1)</script>",
    "<!--<script>alert(1)</script>", "<![CDATA[<script>1</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;", "`<script>alert(1)</script>`",
    '" onmouseover="alert(1)', "' onmouseover='alert(1)",
    "{{Front}}", "{{c1::<script>1</script>}}", "{% raw %}", "{{ 7*7 }}",
    r"\\(\\href{javascript:alert(1)}{x}\\)",
    r"\\[\\require{html}\\style{x:y}{z}\\]", r"&#92;(\\href{javascript:1}{x}&#92;)",
    r"\\\\(\\href{javascript:1}{x}\\\\)",
    r"\(\text{\\(\\href{javascript:1}{x}\\)}\)", r"\(\href{javascript:alert(1)}{x}\)",
    r"\(x\)\href{javascript:1}{y}", r"\\**(**\\href{javascript:1}{x}\\)", r"\<b></b>(\href{javascript:1}{x}\\)",
    "[sound:../../x.mp3]", "[sound:https://evil.example/x.mp3]", "[latex]\\\\input{/etc/passwd}[/latex]", "[$]x[/$]",
    "[anki:tts lang=en]x[/anki:tts]", "[anki:play:q:0]", "==x=={: hint=\"\\\\(\\\\href{javascript:1}{x}\\\\)\" }",
    "==x=={: hint='[sound:x.mp3]<script>1</script>' }",
    "[x](https://ok.example/){: onclick=\"alert(1)\" style=\"x:url(//evil)\" }",
    "*x*{: .x #y data-x=\"javascript:1\" href=\"javascript:1\" }",
    '<input type="image" src="https://evil.example/x" checked>',
    '<form action="https://evil.example"><button>x</button></form>', '<base href="https://evil.example/">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<img srcset="https://evil.example/x 2x" src="y">',
    '<blockquote cite="javascript:alert(1)">q</blockquote>', '<details open ontoggle="alert(1)">d</details>',
    '<a href="https://ok.example/&quot; onclick=&quot;alert(1)">x</a>',
    "<a href=https://ok.example/`onclick=alert(1)>x</a>",
    "=HYPERLINK(\"https://evil.example\")", "@SUM(1)", "\\=1+1",
)  # fmt: skip
# Keys of YAML files whose values are prose, in one way or another.
_PROSE = frozenset({
    "title", "subtitle", "description", "summary", "name", "question", "answer", "definition", "long",
    "promise", "introduction", "details", "front", "back", "hint", "extra", "cloze", "note", "source",
    "imprint", "short", "known-for", "height", "logo_alt", "publisher", "practice", "objectives", "topics",
    "unit", "place",
})  # fmt: skip
_PROSE_LINE = re.compile(r"(?![/#|\[\]`*{~ -]|$|\w+:|>).*\w.*")

# Elements that run, load or leave; the rest draws.
_ACTIVE = frozenset({
    "script", "iframe", "object", "embed", "link", "meta", "base", "form", "button", "style", "svg", "math",
    "frame", "frameset", "applet", "audio", "video", "source", "template", "portal", "noscript",
})  # fmt: skip
_SCHEMES = re.compile(r"(?:https?:|mailto:|tel:)", re.IGNORECASE)
_TEX = re.compile(r"\\(?:href|style|class|cssId|require|unicode|data|url)(?![A-Za-z])")
# Where MathJax looks for formulas: texts that only comments interrupt, and none of code.
_FORMULA = re.compile(r"\\\([^\x00]*?\\\)|\\\[[^\x00]*?\\\]")


def infest(source: Path, chance: random.Random) -> None:
    """Put payloads behind everything that is prose in the source of a guide."""
    for path in sorted(source.rglob("*.yaml")):
        if path.name != "school.yaml":
            data = yaml.load(path.read_text(), yaml.CSafeLoader)
            path.write_text(
                yaml.safe_dump(_infested(data, "", chance), allow_unicode=True, sort_keys=False)
            )
    for path in sorted(source.rglob("*.md")):
        fenced = False
        lines = path.read_text().split("\n")
        front = lines[0] == "---"
        for at, line in enumerate(lines):
            fenced ^= line.startswith("```")
            if front and at:
                front = line != "---"
            elif _PROSE_LINE.fullmatch(line) and not fenced:
                lines[at] = f"{line} {chance.choice(PAYLOADS)}"
            elif line.startswith(("- ", "# ")) and not line.endswith("}"):
                lines[at] = f"{line} {_line(chance)}"
        path.write_text("\n".join(lines))


def _line(chance: random.Random) -> str:
    return chance.choice([one for one in PAYLOADS if "\n" not in one])


def _infested(data: Any, key: str, chance: random.Random) -> Any:
    if isinstance(data, dict):
        return {name: _infested(value, name, chance) for name, value in data.items()}
    if isinstance(data, list):
        return [_infested(value, key, chance) for value in data]
    if isinstance(data, str) and key in _PROSE and data != "default":
        return f"{data} {_line(chance)}"
    return data


def dangers(html: str, *, template: bool = False) -> list[str]:
    """What a browser would run, load or follow of a fragment of HTML, as an HTML5 parser sees it."""
    found: list[str] = []
    root = tinyhtml5.parse(f"<!doctype html><body>{html}")
    body = next(e for e in root.iter() if _name(e) == "body")
    for element in root.iter():
        name = _name(element)
        if name in _ACTIVE:
            found.append(f"<{name}>")
        for attribute, value in element.attrib.items():
            found += _danger(str(attribute).lower(), str(value), template)
    texts: list[str] = []
    _texts(body, texts)
    for formula in _FORMULA.finditer("".join(texts)):
        found += _TEX.findall(formula[0])
    return found


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _danger(attribute: str, value: str, template: bool) -> list[str]:
    bare = re.sub(r"[\x00-\x20]", "", value)
    if attribute.startswith("on") or attribute in (
        "srcset",
        "action",
        "formaction",
        "data",
        "background",
        "ping",
    ):
        return [f"{attribute}={value}"]
    if attribute in ("href", "src", "cite", "longdesc", "poster") or attribute.endswith("}href"):
        scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", bare)
        wrong = scheme and not (attribute == "href" and _SCHEMES.match(bare))
        return [f"{attribute}={value}"] if wrong or "//" in bare[:2] else []
    if attribute == "style":
        return style_dangers(value) if template else [f"style={value}"]
    return (
        ["{{ in a tag"]
        if template and re.search(r"\{\{(?!CardKey|text:Source|Tags)", value)
        else []
    )


def style_dangers(style: str) -> list[str]:
    """What a style sheet loads from elsewhere, and whether it would end the `<style>` that it stands in."""
    found = ["</"] if "</" in style else []
    todo = tinycss2.parse_component_value_list(style, skip_comments=True)
    while todo:
        token = todo.pop()
        if token.type == "at-keyword" and token.lower_value == "import":
            found.append("@import")
        elif token.type == "url" and not token.value.startswith(
            ("#", "data:image/", "data:font/", "_")
        ):
            found.append(token.value)
        elif token.type == "function" and token.lower_name in (
            "url",
            "image-set",
            "expression",
            "src",
            "image",
        ):
            found.append(token.lower_name)
        todo += getattr(token, "arguments", None) or getattr(token, "content", None) or []
    return found


def _texts(element: Any, texts: list[str]) -> None:
    """The text of an element as MathJax reads it: comments are nothing, other elements end a formula, code has none."""
    name = _name(element)
    comment = not name
    if name in ("code", "pre", "script", "style", "textarea", "noscript"):
        texts.append("\x00")
        return
    if name and name not in ("br", "wbr", "body"):
        texts.append("\x00")
    if not comment:
        texts.append(element.text or "")
        for child in element:
            _texts(child, texts)
            texts.append(child.tail or "")
    if name and name not in ("br", "wbr", "body"):
        texts.append("\x00")
