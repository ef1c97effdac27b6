"""The code of templates, kept for as long as a process lives.

Each layout that is found has an environment of its own, and a process may find one for each of its builds. To compile
the default layout's templates takes a third of a second. In memory only: entries of the cache hold no code.
"""

from __future__ import annotations

from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

# Files that code is kept of; the default layout has some hundred.
MOST = 1000


class Compiled(BytecodeCache):
    """The code of the last text of each file; for environments whose options are the same."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of the bucket's text, if it is known."""
        checksum, code = self._codes.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of the bucket's text in place of what the file had before."""
        if len(self._codes) >= MOST:
            self._codes.clear()
        assert bucket.code is not None
        self._codes[bucket.key] = bucket.checksum, bucket.code
