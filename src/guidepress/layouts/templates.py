"""Templates in compiled form, kept between builds: to compile Jinja takes longer than to fill it in."""

from __future__ import annotations

import sys

import jinja2
from jinja2.bccache import Bucket

from guidepress.cache import Cache, digest


class KeptTemplates(jinja2.BytecodeCache):
    """What Jinja made of each template's source, in the cache.

    What Jinja reads there is code that will be run, as with pickles: the cache gives back only what it wrote.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template's bucket the code that was kept for just this source."""
        if (code := self._cache.get(_key(bucket))) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template's bucket."""
        self._cache.put(_key(bucket), bucket.bytecode_to_string())


def _key(bucket: Bucket) -> str:
    # The bucket's key is of the template's name and file, its checksum of the text.
    return digest("template", jinja2.__version__, sys.version, bucket.key, bucket.checksum)
