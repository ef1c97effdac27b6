"""Markdown text -> Document."""

from __future__ import annotations

import re

import markdown
import nh3
import yaml

from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error
from guidepress.markdown.document import Document, HeadingUse

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")

_MD = markdown.Markdown(
    extensions=[
        "tables", "attr_list", "def_list", "abbr", "md_in_html",
        "pymdownx.superfences", "pymdownx.mark", "pymdownx.tilde", "pymdownx.betterem",
        "pymdownx.tasklist", "pymdownx.magiclink",
    ]
)  # fmt: skip


def convert(
    text: str, file: str, *, line: int = 1, column: int = 1, inline: bool = False
) -> Diagnosed[Document]:
    """Convert `text`, which stands at `line` and `column` of `file`."""
    problems: list[Diagnostic] = []
    front: dict[str, object] = {}
    if found := _FRONT.match(text):
        try:
            front = dict(yaml.load(found[1], yaml.BaseLoader) or {})
        except (yaml.YAMLError, ValueError, TypeError) as why:
            problems.append(error("front-matter-invalid", str(why), Span(file, line)))
        text = text[found.end() :]
        line += found[0].count("\n")
    html = nh3.clean(_MD.reset().convert(text))
    if inline and html.startswith("<p>") and html.count("<p>") == 1 and html.endswith("</p>"):
        html = html[3:-4]
    headings = tuple(
        HeadingUse(int(m[1]), m[3], _TAG.sub("", m[3]), "", Span(file, line))
        for m in _HEADING.finditer(html)
    )
    return Diagnosed(Document(html, front, headings), tuple(problems))
