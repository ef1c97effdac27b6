"""A field of a note in pieces: what is written, what is seen of it, and where gaps begin and end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from guidepress.content import Gap

# HTML of a field.
Html = str
TokenKind = Literal["text", "open", "close"]


class Token(NamedTuple):
    """A piece of a field: `raw` is its HTML, `words` what a reader sees of it.

    A `gap` begins or ends here. `code` says that the text is code, in which nothing is maths. `picture` is what a
    picture is called.
    """

    kind: TokenKind
    raw: Html
    words: str = ""
    gap: Gap | None = None
    code: bool = False
    picture: str = ""


def words(tokens: Iterable[Token]) -> str:
    """The words of tokens on one line, those of neighbouring blocks apart."""
    return " ".join("".join([token.words for token in tokens]).split())
