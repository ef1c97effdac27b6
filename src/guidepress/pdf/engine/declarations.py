"""C types by their names, such as `hb_codepoint_t[39]`: cffi parses each of them as C once.

It does so behind a `typedef` for every name that WeasyPrint declares, some 5 ms for a type, and each font that is built
has arrays of sizes of its own: a tenth of a second of a small build. Only the names that are in the text can matter.
"""

from __future__ import annotations

import re
from typing import Any

from weasyprint.text.ffi import ffi

_TYPEDEF = "typedef "
_NAME = re.compile(r"\w+")


def parse_by_few() -> None:
    """Have WeasyPrint's types be parsed behind the declarations alone that their names need."""
    parser: Any = ffi._parser
    original = type(parser).parse_type_and_quals

    def parse_type_and_quals(text: str) -> Any:
        every = parser._declarations
        names = {_TYPEDEF + name for name in _NAME.findall(text)}
        few = {n: one for n, one in every.items() if n in names or not n.startswith(_TYPEDEF)}
        parser._declarations = few
        try:
            return original(parser, text)
        finally:
            # A structure that nobody declared is declared by its first use.
            every.update(few)
            parser._declarations = every

    parser.parse_type_and_quals = parse_type_and_quals
