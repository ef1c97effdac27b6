"""Markdown that was converted before, file by file, so that an edit converts one file and not the book."""

from __future__ import annotations

from dataclasses import dataclass, field

from guidepress.cache import Cache, code_digest, digest
from guidepress.diagnostics import Diagnosed
from guidepress.markdown import Document, convert
from guidepress.markdown.extensions import Extensions, versions

# What a conversion depends on: text, line, column, inline; extensions and the versions of their packages.
_Call = tuple[str, int, int, bool, Extensions, tuple[str, ...]]
_Kept = tuple[tuple[_Call, Diagnosed[Document]], ...]


@dataclass(slots=True)
class _File:
    """The conversions of one file: those of earlier builds, and those that this build asked for."""

    before: dict[_Call, Diagnosed[Document]]
    used: dict[_Call, Diagnosed[Document]] = field(default_factory=dict)


class Conversions:
    """`convert`, remembering; `keep` writes what is new to the cache."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._files: dict[str, _File] = {}

    def __call__(
        self,
        text: str,
        file: str,
        *,
        line: int = 1,
        column: int = 1,
        inline: bool = False,
        extensions: Extensions = (),
    ) -> Diagnosed[Document]:
        """What `convert` gives for the same arguments."""
        if file not in self._files:
            self._files[file] = _File(dict(self._cache.get(self._key(file), _Kept) or ()))
        known = self._files[file]
        call = (text, line, column, inline, extensions, versions(extensions))
        found = known.used.get(call) or known.before.get(call)
        if found is None:
            found = convert(
                text, file, line=line, column=column, inline=inline, extensions=extensions
            )
        known.used[call] = found
        return found

    def keep(self) -> None:
        """Write the conversions of every file that has others than before."""
        for file, known in self._files.items():
            if known.used.keys() != known.before.keys():
                self._cache.put(self._key(file), tuple(known.used.items()))

    @staticmethod
    def _key(file: str) -> str:
        # Two projects with a file of this name share an entry; each call names its text, so both are right.
        return digest("conversions", code_digest(), file)
