"""Markdown in YAML records -> content of the book, each problem at its line of the YAML file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from guidepress.book.references import Resolver
from guidepress.content import Content
from guidepress.content.typography import Typography
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error
from guidepress.markdown import Document, convert
from guidepress.model import Record
from guidepress.model.base import Key

# `markdown.convert`, or something that gives the same and remembers.
Converter = Callable[..., Diagnosed[Document]]


@dataclass(slots=True)
class Fields:
    """Converts the Markdown fields of records; `html` is the one way they come in."""

    resolver: Resolver
    typography: Typography
    converter: Converter = convert
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def html(self, record: Record, *keys: Key, chapter: str = "", inline: bool = True) -> Content:
        """The field under `keys` as content; empty where the author left it out.

        `inline`: a single paragraph comes without its `<p>`. `chapter` is the id of the chapter that
        prints the record: its own headings may be referred to by their short names.
        """
        value: object = record
        for key in keys:
            value = value[key] if isinstance(key, int) else getattr(value, key)  # type: ignore[index]
        if not isinstance(value, str):
            return Content()
        span = record.span(*keys)
        converted = self.converter(
            value, span.file, line=span.line, column=span.column, inline=inline
        )

        def typed(place: Span) -> Span:
            return record.typed(place, *keys)

        # A fix is for the text as it was given; quoted or folded, it does not stand in the file like that.
        self.diagnostics.extend(
            replace(d, span=typed(d.span) if d.span else None, fix=None)
            for d in converted.diagnostics
        )
        if converted.value is None:
            return Content()
        document = converted.value
        if document.footnotes:
            message = "a footnote cannot stand in a record: it belongs to no chapter"
            hints = ("put it into parentheses, or into the text of a chapter",)
            self.diagnostics.append(error("footnote-misplaced", message, span, hints=hints))
        return self.resolver.finish_apart(document.content, span, chapter, typed)

    def line(self, text: str | None) -> str:
        """A line of plain text as it is printed; empty where there is none."""
        return self.typography.text(text) if text else ""

    def each(self, record: Record, name: str, chapter: str = "") -> tuple[Content, ...]:
        """A list of Markdown texts as content."""
        items: tuple[str, ...] = getattr(record, name)
        return tuple(self.html(record, name, i, chapter=chapter) for i in range(len(items)))
