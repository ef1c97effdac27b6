"""A synthetic book as a guide: guide.yaml, chapters in Markdown, images."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bench import book


def write(text: book.Book, folder: Path) -> Path:
    """Write the guide's project into `folder`."""
    source = folder / "source"
    for name in ("chapters", "images"):
        (source / name).mkdir(parents=True)
    (source / "guide.yaml").write_text(_guide(text))
    for chapter in text.chapters:
        (source / "chapters" / f"{chapter.label}.md").write_text(chapter_text(chapter))
        for block in chapter.blocks:
            if isinstance(block, book.Figure):
                (source / "images" / f"{block.label}.svg").write_text(block.svg)
    return folder


def chapter_text(chapter: book.Chapter) -> str:
    """A chapter's file."""
    return f"# {chapter.title}\n\n{passage(chapter.blocks)}"


def passage(blocks: Iterable[book.Block]) -> str:
    """Blocks one after the other."""
    return "".join(f"{_block(block)}\n\n" for block in blocks)


def _guide(text: book.Book) -> str:
    lines = ["id: synthetic-book", f"title: {text.title}", 'edition: "1"', "language: en"]
    lines += ["contents:", "  parts:"]
    for part in text.parts:
        files = ", ".join(f"chapters/{chapter.label}.md" for chapter in part.chapters)
        lines += [f"    - title: {part.title}", f"      chapters: [{files}]"]
    return "\n".join(lines) + "\n"


def _block(block: book.Block) -> str:
    match block:
        case book.Heading(level, words, label):
            return f"{'#' * level} {words} {{#{label}}}"
        case book.Paragraph(spans):
            return _paragraph(spans)
        case book.Items(items):
            return "\n".join(f"- {_line(item)}" for item in items) + _notes(
                span for item in items for span in item
            )
        case book.Listing(language, code):
            return f"```{language}\n{code}\n```"
        case book.Table(label, caption, (head, *rows)):
            lines = [head, ("---",) * len(head), *rows]
            drawn = "\n".join(f"| {' | '.join(line)} |" for line in lines)
            return f"/// table | {caption}\n    id: {label}\n\n{drawn}\n///"
        case book.Figure(label, caption, boxes):
            alt = ", then ".join(boxes)
            return (
                f"/// figure | {caption}\n    id: {label}\n\n![{alt}](../images/{label}.svg)\n///"
            )
        case book.Box(kind, spans):
            return f"/// {kind}\n\n{_line(spans)}\n///{_notes(spans)}"
        case book.Card(id_, question, answer):
            return f"/// card | {question}\n    id: {id_}\n\n{answer}\n///"
        case _:
            raise TypeError(block)


def _paragraph(spans: Iterable[book.Span]) -> str:
    spans = tuple(spans)
    return _line(spans) + _notes(spans)


def _line(spans: Iterable[book.Span]) -> str:
    return "".join(map(_span, spans)).strip()


def _span(span: book.Span) -> str:
    match span:
        case book.Text(words):
            return words
        case book.Code(words):
            return f"`{words}`"
        case book.Indexed(words):
            return f'*{words}*{{: index="{words}" }}'
        case book.Reference(label, words):
            return f"[{words}](#{label})"
        case book.Note(name, _):
            return f"[^{name}]"


def _notes(spans: Iterable[book.Span]) -> str:
    return "".join(f"\n\n[^{s.name}]: {s.text}" for s in spans if isinstance(s, book.Note))
