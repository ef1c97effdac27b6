"""A synthetic book in the language of Typst, laid out like the default layout's pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from bench import book

PREAMBLE = """\
#set document(title: {title})
#set page(paper: "a4", margin: (top: 26mm, bottom: 33mm, inside: 24mm, outside: 68mm), numbering: "1")
#set text(font: "Source Serif 4", size: 10.5pt, lang: {language}, hyphenate: true)
#set par(justify: true, leading: 0.76em)
#set heading(numbering: "1.1")
#show heading: set text(font: "Source Sans 3")
#show heading.where(level: 1): it => {{ pagebreak(weak: true, to: "odd"); it }}
#show raw: set text(font: "JetBrains Mono", size: 8.5pt)
#let page-of(label) = context counter(page).at(label).first()
#outline(depth: 2)
"""


def write(text: book.Book, folder: Path) -> Path:
    """Write the book into `folder`; its main file."""
    folder.mkdir(parents=True)
    lines = [preamble(text.title)]
    for chapter in text.chapters:
        lines.append(f"= {_escaped(chapter.title)}")
        for block in chapter.blocks:
            lines.append(_block(block))
            if isinstance(block, book.Figure):
                (folder / f"{block.label}.svg").write_text(block.svg)
    main = folder / "book.typ"
    main.write_text("\n\n".join(lines) + "\n")
    return main


def preamble(title: str, language: str = "en") -> str:
    """What stands before the text of a book: its pages and styles, and its contents."""
    return PREAMBLE.format(title=_string(title), language=_string(language))


def _block(block: book.Block) -> str:
    match block:
        case book.Heading(level, words, label):
            return f"{'=' * level} {_escaped(words)} <{label}>"
        case book.Paragraph(spans):
            return _line(spans)
        case book.Items(items):
            return "\n".join(f"- {_line(item)}" for item in items)
        case book.Listing(language, code):
            return f"```{language}\n{code}\n```"
        case book.Table(label, caption, rows):
            head, *body = (", ".join(f"[{_escaped(cell)}]" for cell in row) for row in rows)
            cells = ",\n".join((f"table.header({head})", *body))
            table = f"table(columns: {len(rows[0])}, {cells})"
            return f"#figure({table}, caption: [{_escaped(caption)}]) <{label}>"
        case book.Figure(label, caption, boxes):
            image = f'image("{label}.svg", alt: {_string(", then ".join(boxes))})'
            return f"#figure({image}, caption: [{_escaped(caption)}]) <{label}>"
        case book.Box(kind, spans):
            return f"#block(fill: luma(95%), inset: 8pt)[*{kind.capitalize()}* {_line(spans)}]"
        case book.Card(_, question, answer):  # the question is asked; the book has no answers apart
            return f"+ {_escaped(question)} {_escaped(answer)}"
        case _:
            raise TypeError(block)


def _line(spans: Iterable[book.Span]) -> str:
    return "".join(map(_span, spans)).strip()


def _span(span: book.Span) -> str:
    match span:
        case book.Text(words):
            return _escaped(words)
        case book.Code(words):
            return f"`{words}`"
        case book.Indexed(words):
            return f"_{words}_"
        case book.Reference(label, words):
            return f"#link(<{label}>)[{words}] (p. #page-of(<{label}>))"
        case book.Note(_, words):
            return f"#footnote[{_escaped(words)}]"


def _escaped(words: str) -> str:
    return "".join(f"\\{c}" if c in "\\#$*_`<>@[]~" else c for c in words)


def _string(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
