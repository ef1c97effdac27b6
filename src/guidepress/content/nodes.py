"""The nodes. An element is one of HTML; those of a class of their own mean more than HTML can say.

Frozen: whoever changes a tree makes a new one, which shares what stays (`walk.rewrite`). They are msgspec's structs,
which are made in a fraction of a dataclass's time and are data to the cache. A tree has no cycles, so the collector of
garbage need not know of its nodes (`gc=False`).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from guidepress.diagnostics import Span

# The attributes of an element that has none: one mapping for all of them, as most elements are such.
NO_ATTRIBUTES: Mapping[str, str] = {}


class Text(Struct, frozen=True, tag=True, gc=False):
    """Plain text; `typed` is what the author typed, where typographic marks took the place of it, else empty."""

    text: str
    typed: str = ""


class Element(Struct, frozen=True, tag=True, gc=False):
    """An element of HTML: its name, its attributes in their order, what is in it.

    `line` is the line of the file that a block starts at, 0 where none is known. `index` is the entry of the index
    that points here, as it was written (`HTTP!idempotence; REST`). Attributes are never changed.
    """

    name: str
    attributes: Mapping[str, str] = {}
    children: tuple[Node, ...] = ()
    line: int = 0
    index: str = ""

    @property
    def classes(self) -> list[str]:
        """The words of the class attribute."""
        return self.attributes.get("class", "").split()

    @property
    def id(self) -> str:
        """The element's id, empty where it has none."""
        return self.attributes.get("id", "")


class Code(Element, frozen=True, tag=True, gc=False):
    """Code: nothing is in it but texts and the spans of a highlighter. Ways through a tree do not enter it."""


class Reference(Element, frozen=True, tag=True, kw_only=True, gc=False):
    """A link into the book: `target` as it was written; in the Book, `anchor` is what it leads to."""

    target: str
    span: Span
    anchor: str = ""


class Image(Element, frozen=True, tag=True, kw_only=True, gc=False):
    """An image: its `src` as it was written, relative to its file; in the Book, the key in `Book.images`."""

    span: Span

    @property
    def src(self) -> str:
        """Where it is."""
        return self.attributes.get("src", "")

    @property
    def alt(self) -> str:
        """The text that stands for it."""
        return self.attributes.get("alt", "")


class Formula(Element, frozen=True, tag=True, kw_only=True, gc=False):
    """A formula: TeX on one line; `display` on lines of its own. Its text stands for it where nothing can be drawn.

    A formula with gaps has TeX as its children, with the gaps in it.
    """

    tex: str
    display: bool
    span: Span


class Gap(Element, frozen=True, tag=True, kw_only=True, gc=False):
    """Words that a cloze card hides. Gaps of one `number` are hidden together.

    `typed_hint` is the hint as it was typed, where typographic marks changed it, else empty.
    """

    number: int
    hint: str = ""
    typed_hint: str = ""


class NoteCall(Element, frozen=True, tag=True, kw_only=True, gc=False):
    """The call of a footnote: the anchor of its `note`, in the Book one that is unique in it.

    `number` is the note's in its chapter.
    """

    note: str
    number: int


class Quote(Element, frozen=True, tag=True, kw_only=True, gc=False):
    """The place of code that stands in a file: `path` as it was written, relative to the folder of guide.yaml.

    An empty `region` means the whole file, an empty `language` the one that the file's name says.
    """

    path: str
    region: str
    language: str
    span: Span


class Variable(Element, frozen=True, tag=True, kw_only=True, gc=False):
    """A value that the edition gives, before it has: its text is what was typed, `{{ cohort }}`."""

    variable: str
    span: Span


class RecordBlock(Element, frozen=True, tag=True, kw_only=True, gc=False):
    """The place where records of the guide are printed: `block` counts the blocks of its chapter."""

    block: int


Node = (
    Text
    | Element
    | Code
    | Reference
    | Image
    | Formula
    | Gap
    | NoteCall
    | Quote
    | Variable
    | RecordBlock
)
