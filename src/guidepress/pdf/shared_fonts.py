"""One subset of each font for a whole book, with the glyphs that all its fragments use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import astuple
from functools import partial
from hashlib import blake2b

from guidepress.pdf.model import FontUse, Fragment, texts_of
from guidepress.pdf.version import ENGINE_VERSION
from guidepress.pdf.workers import Workers


class SharedFonts:
    """The fonts of some fragments. Those that `built` lacks are made by the workers, from now on.

    `files` says where the font programs are, by the URLs of the sections; without it they are where they were at
    compile time. `built` keeps finished fonts by keys that change with their contents.
    """

    def __init__(
        self,
        fragments: Sequence[Fragment],
        files: Mapping[str, str] | None,
        built: MutableMapping[str, bytes],
        workers: Workers,
    ) -> None:
        users: dict[object, list[tuple[int, str, FontUse]]] = {}
        for index, fragment in enumerate(fragments):
            for name, use in fragment.fonts.items():
                # A font may have several names, such as where it does not have an axis that the
                # style asks for.
                identity = use.digest, use.index, tuple(sorted(use.coordinates.items()))
                users.setdefault(identity, []).append((index, name, use))
        self._built = built
        self._users = sorted(users.values(), key=lambda found: min(name for _, name, _ in found))
        uses = [[use for _, _, use in found] for found in self._users]
        self._keys = [_key(of_one) for of_one in uses]
        missing = {
            key: of_one
            for key, of_one in zip(self._keys, uses, strict=True)
            if key not in self._built
        }
        self._missing = tuple(missing)
        todo = list(missing.values())
        self._made = workers.run(partial(_build, files), todo, lambda uses: uses[0].url)

    def finished(self) -> Iterator[tuple[bytes, list[tuple[int, str]]]]:
        """Each font as `build_font` made it, with its users: a fragment's index, and the font's name there.

        Raises FontError where a font program cannot be read or has changed.
        """
        for index, made in self._made:
            self._built[self._missing[index]] = made
        for key, found in zip(self._keys, self._users, strict=True):
            yield self._built[key], [(index, name) for index, name, _ in found]


def _build(files: Mapping[str, str] | None, uses: Sequence[FontUse]) -> bytes:
    from guidepress.pdf.engine import build_font

    return build_font(uses, files)


def _key(uses: Sequence[FontUse]) -> str:
    """A key that changes with everything that a finished font depends on."""
    glyphs: dict[int, object] = {**texts_of(uses)}
    for use in uses:
        for glyph, width in use.widths.items():
            glyphs.setdefault(-1 - glyph, width)
    first = uses[0]
    parts = (
        ENGINE_VERSION,
        first.digest,
        first.index,
        sorted(first.coordinates.items()),
        astuple(first.attributes),
        sorted({pair for use in uses for pair in use.missing.items()}),
        sorted(glyphs.items()),
    )
    return "font-" + blake2b(repr(parts).encode(), digest_size=16).hexdigest()
