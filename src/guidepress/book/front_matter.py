"""What the front matter of a chapter may say."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from guidepress.diagnostics import Diagnostic, Hint, Span, error, warning
from guidepress.model import Chapter
from guidepress.model.base import ID

# A foreign book may carry more keys, and use `tags` for its own ends: neither is an error.
KEYS: Mapping[str, str] = {
    "id": "The chapter's name for references; default: made from the file's name.",
    "title": "The title; default: the first heading.",
    "stage": "The id of the stage of the roadmap that the chapter teaches.",
    "promise": "What the reader will be able to do, in a sentence of Markdown.",
    "tags": "Of other tools; guidepress passes over it.",
}


def check(
    chapter: Chapter, values: Mapping[str, object]
) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """The texts under known keys, and what is wrong with the others.

    Problems: `front-matter-unknown`, `front-matter-invalid`.
    """
    texts: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for key, value in values.items():
        if key not in KEYS:
            if close := difflib.get_close_matches(key.lower(), KEYS, n=1, cutoff=0.8):
                message = f"the front matter's key `{key}` is not used"
                hints = (Hint(f"did you mean `{close[0]}`?", key, close[0]),)
                problems.append(
                    warning("front-matter-unknown", message, span(chapter, key), hints=hints)
                )
        elif key == "tags" or value is None:
            continue
        elif not isinstance(value, str):
            message = f"`{key}` must be a text"
            problems.append(error("front-matter-invalid", message, span(chapter, key)))
        elif key == "id" and not re.fullmatch(ID, value):
            message = "`id`: an id is lower-case letters, digits and single hyphens"
            problems.append(error("front-matter-invalid", message, span(chapter, key)))
        else:
            texts[key] = " ".join(value.split())
    return texts, tuple(problems)


def span(chapter: Chapter, key: str) -> Span:
    """Where the front matter says `key`: its value, inside of quotes."""
    for number, line in enumerate(chapter.text.split("\n"), 1):
        if line.startswith(f"{key}:"):
            value = line[len(key) + 1 :].strip()
            words = value.strip("\"'") or key
            return Span(chapter.file, number, line.rindex(words) + 1, len(words))
    return Span(chapter.file, 1)
