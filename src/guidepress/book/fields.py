"""Markdown in YAML records -> HTML of the book, each problem at its line of the YAML file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from guidepress.book.references import Resolver
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
    converter: Converter = convert
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def html(self, record: Record, *keys: Key, chapter: str = "", inline: bool = True) -> str:
        """The field under `keys` as HTML; empty where the author left it out.

        `inline`: a single paragraph comes without its `<p>`. `chapter` is the id of the chapter that
        prints the record: its own headings may be referred to by their short names.
        """
        value: object = record
        for key in keys:
            value = value[key] if isinstance(key, int) else getattr(value, key)  # type: ignore[index]
        if not isinstance(value, str):
            return ""
        span = record.span(*keys)
        converted = self.converter(
            value, span.file, line=span.line, column=span.column, inline=inline
        )

        def typed(place: Span) -> Span:
            return record.typed(place, *keys)

        self.diagnostics.extend(
            replace(d, span=typed(d.span)) if d.span else d for d in converted.diagnostics
        )
        if converted.value is None:
            return ""
        document = replace(
            converted.value,
            references=tuple(replace(r, span=typed(r.span)) for r in converted.value.references),
            images=tuple(replace(i, span=typed(i.span)) for i in converted.value.images),
            formulas=tuple(replace(f, span=typed(f.span)) for f in converted.value.formulas),
            quotes=tuple(replace(q, span=typed(q.span)) for q in converted.value.quotes),
        )
        if document.footnotes:
            message = "a footnote cannot stand in a record: it belongs to no chapter"
            hints = ("put it into parentheses, or into the text of a chapter",)
            self.diagnostics.append(error("footnote-misplaced", message, span, hints=hints))
        return self.resolver.finish_apart(document.html, document, span, chapter)

    def each(self, record: Record, name: str, chapter: str = "") -> tuple[str, ...]:
        """A list of Markdown texts as HTML."""
        items: tuple[str, ...] = getattr(record, name)
        return tuple(self.html(record, name, i, chapter=chapter) for i in range(len(items)))
