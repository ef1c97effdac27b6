"""Markdown text -> Document."""

from __future__ import annotations

import re
import threading

from guidepress.content import EMPTY
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, ordered, warning
from guidepress.markdown import front_matter
from guidepress.markdown.dialect import Dialect
from guidepress.markdown.document import CardUse, Document, NoteText
from guidepress.markdown.extensions import Extensions
from guidepress.markdown.inline.characters import usable
from guidepress.markdown.nodes import Reader
from guidepress.markdown.origin import Origin
from guidepress.markdown.state import CardDraft, ParseState

_LINE_ENDS = re.compile(r"\r\n?")
# White space of old: form feed and vertical tab.
_SPACES = {0x0B: " ", 0x0C: " "}


def convert(
    text: str,
    file: str,
    *,
    line: int = 1,
    column: int = 1,
    inline: bool = False,
    extensions: Extensions = (),
) -> Diagnosed[Document]:
    """Convert `text`, which stands at `line` and `column` of `file`.

    Later lines of the text are taken to start in the same column, as in a block of YAML. With `inline`, a
    text of one paragraph comes without its `<p>`. Front matter is read at the top of a file only.
    `extensions` are those of Python-Markdown. There is always a document, whatever the text.
    """
    problems: list[Diagnostic] = []
    text = _LINE_ENDS.sub("\n", text.removeprefix("\ufeff")).translate(_SPACES)
    if (clean := usable(text)) != text:
        problems.append(_unusable(text, clean, file, line, column))
        text = clean
    lines = text.split("\n")
    front = front_matter.FrontMatter({}, 0)
    if line == 1 and column == 1 and not inline:
        front = front_matter.read(lines, file)
        problems.extend(front.diagnostics)
    body = lines[front.lines :]
    starts = [(line + front.lines + at, column) for at in range(max(1, len(body)))]
    dialect = _instances.dialect(extensions)
    root = dialect.read("\n".join(body), Origin(file, starts))
    state = dialect.state
    reader = Reader(state)
    document = Document(
        content=reader.content(root, inline=inline),
        front_matter=front.values,
        headings=tuple(state.headings),
        cards=tuple(_card(card, reader) for card in state.cards),
        blocks=tuple(state.blocks),
        footnotes=tuple(
            NoteText(n.name, n.number, reader.content(n.element), n.span) for n in state.called
        ),
        abbreviations=dict(state.abbreviations),
        conditions=tuple(state.conditions),
        varies=bool(state.conditions) or "{{" in text,
    )
    _tell_unused(state)
    return Diagnosed(document, ordered((*problems, *state.diagnostics)))


class _Instances(threading.local):
    """Markdown instances of a thread: making one costs more than most texts, and it has a state."""

    def __init__(self) -> None:
        self._dialects: dict[Extensions, Dialect] = {}

    def dialect(self, extensions: Extensions) -> Dialect:
        """The instance with these extensions."""
        if extensions not in self._dialects:
            self._dialects[extensions] = Dialect(extensions)
        return self._dialects[extensions]


_instances = _Instances()


def _card(card: CardDraft, reader: Reader) -> CardUse:
    parts = {name: reader.content(part) for name, part in card.parts.items()}
    return CardUse(
        kind=card.kind,
        id=card.options["id"],
        front=parts.get("front", EMPTY),
        back=parts.get("back", EMPTY),
        text=parts.get("text", EMPTY),
        extra=parts.get("extra", EMPTY),
        hint=parts.get("hint", EMPTY),
        why=parts.get("why", EMPTY),
        reverse=card.options["reverse"],
        audio=card.options["audio"],
        speak=card.options["speak"],
        tags=card.options["tags"],
        span=card.span,
        option_line=card.option_line,
        has_id=card.has_id,
        typed_id=card.typed_id,
        conditions=card.conditions,
    )


def _tell_unused(state: ParseState) -> None:
    for note in state.notes.values():
        if not note.number:
            message = f"nothing calls the footnote `{note.name}`; it is not printed"
            hints = (f"call it with `[^{note.name}]`",)
            state.report(warning("footnote-unused", message, note.span, hints=hints))


def _unusable(text: str, clean: str, file: str, line: int, column: int) -> Diagnostic:
    """What is wrong with the first character that no document can hold."""
    at = next(i for i, (old, new) in enumerate(zip(text, clean, strict=True)) if old != new)
    number = text.count("\n", 0, at)
    offset = at - (text.rfind("\n", 0, at) + 1)
    message = f"the character U+{ord(text[at]):04X} cannot be printed"
    more = sum(old != new for old, new in zip(text, clean, strict=True)) - 1
    hints = (f"there are {more} more like it",) if more else ()
    return warning(
        "character-unusable", message, Span(file, line + number, column + offset), hints=hints
    )
