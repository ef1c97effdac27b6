"""Markdown that was converted and YAML that was loaded before, file by file, so that an edit reads one and not all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guidepress.cache import Cache, code_digest, digest
from guidepress.diagnostics import Diagnosed, Span
from guidepress.markdown import Document, convert
from guidepress.markdown.extensions import Extensions, versions
from guidepress.model.base import Key, Row, SpanIndex
from guidepress.pdf.workers import Workers
from guidepress.source.yaml import Loaded, load

# What a conversion depends on: text, line, column, inline; extensions and the versions of their packages.
_Call = tuple[str, int, int, bool, Extensions, tuple[str, ...]]
_Kept = tuple[tuple[_Call, Diagnosed[Document]], ...]


# A worker takes as long to load what converts Markdown as it takes to convert 200 kB of it.
_WORTH = 200_000


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
        known = self._file(file)
        call = (text, line, column, inline, extensions, versions(extensions))
        found = known.used.get(call) or known.before.get(call)
        if found is None:
            found = convert(
                text, file, line=line, column=column, inline=inline, extensions=extensions
            )
        known.used[call] = found
        return found

    def ahead(self, texts: Mapping[str, str], workers: Workers) -> None:
        """Convert whole files, texts by name, before they are asked for: some of them here, some in a worker."""
        missing = [
            (text, file)
            for file, text in texts.items()
            if (known := self._file(file)) and _whole(text) not in known.before
        ]
        if sum(len(text) for text, _ in missing) < _WORTH:
            return
        for at, found in workers.beside(_converted, missing):
            text, file = missing[at]
            self._files[file].used[_whole(text)] = found

    def _file(self, name: str) -> _File:
        if name not in self._files:
            self._files[name] = _File(dict(self._cache.get(self._key(name), _Kept) or ()))
        return self._files[name]

    def keep(self) -> None:
        """Write the conversions of every file that has others than before."""
        for file, known in self._files.items():
            if known.used.keys() != known.before.keys():
                self._cache.put(self._key(file), tuple(known.used.items()))

    @staticmethod
    def _key(file: str) -> str:
        # Two projects with a file of this name share an entry; each call names its text, so both are right.
        return digest("conversions", code_digest(), file)


def _whole(text: str) -> _Call:
    """The call for a file."""
    return text, 1, 1, False, (), ()


def _converted(one: tuple[str, str]) -> Diagnosed[Document]:
    text, file = one
    return convert(text, file)


@dataclass(frozen=True, slots=True)
class _Yaml:
    """A YAML file by the digest of its text: its value, and what its `SpanIndex` is made of."""

    text: str
    value: Any
    spans: Mapping[tuple[Key, ...], Span]
    keys: Mapping[tuple[Key, ...], Span]
    rows: Mapping[tuple[Key, ...], tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class Loading:
    """`source.yaml.load`, remembering what has no problems."""

    cache: Cache

    def __call__(self, text: str, file: str) -> Diagnosed[Loaded]:
        """What `load` gives for the same arguments."""
        key, own = digest("yaml", code_digest(), file), digest(text)
        known = self.cache.get(key, _Yaml)
        if known is not None and known.text == own:
            return Diagnosed(
                Loaded(known.value, SpanIndex(file, known.spans, known.keys, known.rows))
            )
        loaded = load(text, file)
        if loaded.value is not None and not loaded.diagnostics and not loaded.value.aliased:
            self.cache.put(key, _Yaml(own, loaded.value.value, *loaded.value.index.parts))
        return loaded
