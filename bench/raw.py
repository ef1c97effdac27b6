"""A guide as one HTML document that WeasyPrint alone can render: what guidepress is compared with.

    python -m bench.raw GUIDE FILE.html [--placeholders]

Its HTML and style sheets are the very ones that guidepress composes, lean as they are. Sections follow each
other with `break-before`; every page number is CSS's own `target-counter`, as an author would write it, or
with `--placeholders` two digits that stand for any number. It has no thumb tabs, and counts pages from the
cover.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path

from guidepress.book.compiler import compile_book
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.press import Prepared, prepare
from guidepress.layouts import find_layout
from guidepress.layouts.words import layout_words
from guidepress.source.project import read_guide

_BODY = re.compile(r"<body>(.*)</body>", re.DOTALL)
_HEAD = re.compile(r".*<head>", re.DOTALL)
_NUMBER = re.compile(r'<span data-page="([^"]*)"[^>]*>([^<]*)</span>')
_NUMBERS = re.compile(r'<span data-pages="([^"]*)">[^<]*</span>')
STYLE = ".folio::after { content: target-counter(attr(data-target), page) }"


def prepared(folder: Path) -> Prepared:
    """The sections of a guide without errors."""
    guide = read_guide(folder)
    assert guide.value is not None, guide.diagnostics
    layout = find_layout(guide.value.source.products.handbook.layout, folder)
    assert layout.value is not None, layout.diagnostics
    words = layout_words(layout.value, guide.value.source.language, guide.value.brand.words)
    book = compile_book(guide.value, words)
    assert book.value is not None, book.diagnostics
    ready = prepare(book.value, layout.value)
    assert ready.value is not None, ready.diagnostics
    return ready.value


def document(ready: Prepared, placeholders: bool = False) -> str:
    """All sections in one document."""
    styles = "\n".join((*ready.styles[min(ready.styles)], STYLE))
    head = _HEAD.match(ready.drafts[0].html)
    assert head is not None
    body = "\n".join(_section(draft, placeholders) for draft in ready.drafts)
    html = f"<title>The same text</title>\n<style>{styles}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    return head[0] + _with_files(html, ready.files)


def _section(draft: SectionDraft, placeholders: bool) -> str:
    body = _BODY.search(draft.filled(None) if placeholders else draft.html)
    assert body is not None
    inner = (
        body[1].replace('href="xref:', 'href="#')
        if placeholders
        else _NUMBER.sub(_one, _NUMBERS.sub(_many, body[1]))
    )
    side = "recto" if draft.recto else "page"
    return f'<div style="break-before: {side}">{inner}</div>'


def _one(match: re.Match[str]) -> str:
    return match[2] + _folio(match[1])


def _many(match: re.Match[str]) -> str:
    names = map(escape, unescape(match[1]).split())
    return ", ".join(f'<a class="plain" href="#{name}">{_folio(name)}</a>' for name in names)


def _folio(anchor: str) -> str:
    return f'<span class="folio" data-target="#{anchor}"></span>'


def _with_files(html: str, files: Mapping[str, str]) -> str:
    """The document with the addresses of files for the names that guidepress gives them."""
    for name, path in files.items():
        address = Path(path).as_uri()
        html = html.replace(f"url({name})", f"url({address})")
        html = html.replace(f'src="{escape(name)}"', f'src="{address}"')
    return html


if __name__ == "__main__":
    html = document(prepared(Path(sys.argv[1])), "--placeholders" in sys.argv)
    Path(sys.argv[2]).write_text(html, encoding="utf-8")
