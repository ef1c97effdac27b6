"""Where translations stand: `source/de/chapters/one.md` beside `source/chapters/one.md`, and the hash that they carry.

A translation says which original it is of: `original: HASH` in the front matter of a chapter, `# original: HASH` in the
first line of a YAML file. The hash is that of the text, whatever its line ends.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

# What a folder of a language is called: BCP 47, as `language` in guide.yaml.
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HASH = re.compile(r"(?:# )?original: *[\x22\x27]?([0-9a-f]{16})[\x22\x27]? *$", re.MULTILINE)
_FRONT = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*(?:\n|$)", re.DOTALL)


def translation_of(path: Path, root: Path, language: str) -> Path:
    """The translation of a file below `root`, the folder of guide.yaml."""
    return root / language / path.relative_to(root)


def text_hash(text: str) -> str:
    """What a translation of this text carries."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def hash_in(text: str, markdown: bool) -> tuple[str, int]:
    """The hash that a translation carries, and the line it stands in; ("", 0) where it carries none."""
    if markdown:
        front = _FRONT.match(text)
        place, end = (front.start(1), front.end(1)) if front else (0, 0)
    else:
        place, end = 0, (text + "\n").index("\n")
    found = _HASH.search(text, place, end)
    if found is None:
        return "", 0
    return found[1], text.count("\n", 0, found.start(1)) + 1


def with_hash(text: str, hashed: str, markdown: bool) -> str:
    """The text of a translation, with the hash of its original in place of one it may have."""
    if not markdown:
        first, _, rest = text.partition("\n")
        return f"# original: {hashed}\n{rest if hash_in(first, False)[0] else text}"
    front = _FRONT.match(text)
    if front is None:
        return f"---\noriginal: {hashed}\n---\n\n{text}"
    own = [line for line in front[1].splitlines() if not line.startswith("original:")]
    lines = "".join(f"{line}\n" for line in (*own, f"original: {hashed}"))
    return f"---\n{lines}---\n{text[front.end() :]}"
