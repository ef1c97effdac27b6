"""What the blocks of guidepress share: a place in the file, options, and children of Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple
from xml.etree.ElementTree import Element, SubElement

from guidepress.diagnostics import Fix, Span
from guidepress.markdown.document import Condition
from guidepress.markdown.instance import Instance
from guidepress.markdown.origin import Origin
from guidepress.markdown.state import ParseState

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAX_ID = 80


class Option(NamedTuple):
    """An option of a block: its default, what reads a value of YAML (ValueError where it is none), what it is for."""

    default: Any
    read: Callable[[Any], Any]
    about: str = ""


Options = dict[str, Option]


class Syntax:
    """A block of one name: what it takes, and the elements it becomes.

    `span` and `origin` say where its header and its argument stand, `option_line` how a line for one more option is
    opened below the header.
    """

    NAME: ClassVar[str] = ""
    # What it is for, in a sentence to authors.
    ABOUT: ClassVar[str] = ""
    # Whether an argument must be given; None: it may be.
    ARGUMENT: ClassVar[bool | None] = False
    # What the argument is, for messages: "the block `card` needs a question".
    MEANING: ClassVar[str] = "an argument"
    OPTIONS: ClassVar[Options] = {}
    # Whether the options `only` and `except` may leave it to some editions.
    CONDITIONAL: ClassVar[bool] = True

    def __init__(self, md: Instance, span: Span, origin: Origin, option_line: Fix) -> None:
        self.md = md
        self.span = span
        self.origin = origin
        self.option_line = option_line
        self.argument: str | None = None
        self.options: dict[str, Any] = {}
        self.option_spans: dict[str, Span] = {}
        # Whether an option `id` stands there, be its value one or not.
        self.has_id = False
        # What it and the blocks around it say of editions: positions in `ParseState.conditions`.
        self.conditions: tuple[int, ...] = ()

    @classmethod
    def known_options(cls) -> Options:
        """Its own options, and those of all blocks."""
        return {**cls.OPTIONS, **CONDITIONS} if cls.CONDITIONAL else cls.OPTIONS

    def condition(self) -> Condition | None:
        """What it says itself of the editions that have it."""
        only, except_ = self.options.get("only", ()), self.options.get("except", ())
        if not only and not except_:
            return None
        return Condition(
            only, except_, self.option_spans.get("only" if only else "except", self.span)
        )

    def on_create(self, parent: Element) -> Element:
        """Make the block's element in `parent`."""
        raise NotImplementedError

    def on_add(self, block: Element) -> Element:
        """The element that the block's content goes into."""
        return block

    def on_end(self, block: Element) -> None:
        """Look at the content, of which paragraphs are not parsed yet."""

    def on_inline_end(self, block: Element) -> None:
        """Look at the content, all of which is parsed."""

    @property
    def state(self) -> ParseState:
        """What the conversion gathers."""
        return self.md.state

    def text(self, parent: Element, tag: str, classes: str = "") -> Element:
        """An element in `parent` that holds the argument as inline Markdown."""
        element = SubElement(parent, tag)
        if classes:
            element.set("class", classes)
        element.text = self.argument
        self.state.origins[element] = self.origin
        return element

    def option_origin(self, name: str) -> Origin:
        """Where the text of an option stands."""
        span = self.option_spans.get(name, self.span)
        return Origin(span.file, ((span.line, span.column),))


def identifier(value: Any) -> str:
    """An id: lower-case words joined by hyphens."""
    if not isinstance(value, str) or not _ID.fullmatch(value) or len(value) > _MAX_ID:
        raise ValueError(f"an id is lower-case words joined by hyphens, not `{_shown(value)}`")
    return str(value)


def anchor(value: Any) -> str:
    """A name that references use."""
    if not isinstance(value, str) or not value or re.search(r"\s", value):
        raise ValueError("a name without spaces is wanted")
    return value.removeprefix("#")


def boolean(value: Any) -> bool:
    """`true` or `false`."""
    if not isinstance(value, bool):
        raise ValueError(f"it is `true` or `false`, not `{_shown(value)}`")
    return value


def words(value: Any) -> str:
    """Text."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("text is wanted")
    return str(value)


def placement(value: Any) -> str:
    """Where a figure stands: `here`, or wherever there is room."""
    if value not in ("here", "any"):
        raise ValueError(f"it is `here` or `any`, not `{_shown(value)}`")
    return str(value)


def tags(value: Any) -> tuple[str, ...]:
    """Ids in a list, or in one line with commas or spaces between."""
    if isinstance(value, str):
        value = re.split(r"[,\s]+", value.strip())
    if not isinstance(value, list):
        raise ValueError("a list of tags is wanted, such as `[http, caching]`")
    return tuple(dict.fromkeys(identifier(one) for one in value))


def editions(value: Any) -> tuple[str, ...]:
    """Names or kinds of editions, as `tags`."""
    names = tags(value)
    if not names:
        raise ValueError("names of editions are wanted, such as `[student, acme]`")
    return names


CONDITIONS: Options = {
    "only": Option((), editions, "Editions that have this, by name or kind; default: all."),
    "except": Option((), editions, "Editions that do not have this, by name or kind."),
}


def classes(value: Any) -> str:
    """Names of classes."""
    text = words(value)
    if not all(re.fullmatch(r"[A-Za-z][\w-]*", one) for one in text.split()):
        raise ValueError("names of classes are wanted, with spaces between")
    return text


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
