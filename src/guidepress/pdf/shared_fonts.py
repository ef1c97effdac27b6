"""One subset of each font for a whole book, with the glyphs that all its fragments use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import astuple, replace
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
                users.setdefault(_identity(use), []).append((index, name, use))
        self._built = built
        self._users = sorted(users.values(), key=lambda found: min(name for _, name, _ in found))
        uses = [[use for _, _, use in found] for found in self._users]
        self._keys = [_key(of_one) for of_one in uses]
        missing = {
            key: of_one
            for key, of_one in zip(self._keys, uses, strict=True)
            if key not in self._built
        }
        # A worker is given all that it is to do at once: this process is busy, and does not see that one is done.
        shares = _shared_out(missing, workers.jobs)
        self._missing = [tuple(share) for share in shares]
        todo = [list(share.values()) for share in shares]
        self._made = workers.run(partial(_build_all, files), todo, lambda share: share[0][0].url)

    def finished(self) -> Iterator[tuple[bytes, list[tuple[int, str]]]]:
        """Each font as `build_font` made it, with its users: a fragment's index, and the font's name there.

        Raises FontError where a font program cannot be read or has changed.
        """
        for index, made in self._made:
            for key, font in zip(self._missing[index], made, strict=True):
                self._built[key] = font
        for key, found in zip(self._keys, self._users, strict=True):
            yield self._built[key], [(index, name) for index, name, _ in found]


class FontPool:
    """The fonts of all sections that were shown so far, each with every glyph that any of them used.

    A section that is laid out again mostly has no glyph that is new, and then its pages can be shown at once. The
    arguments are those of `SharedFonts`. For one thread at a time.
    """

    def __init__(
        self,
        files: Mapping[str, str] | None,
        built: MutableMapping[str, bytes],
        workers: Workers,
    ) -> None:
        self.files = files
        self._built = built
        self._workers = workers
        self._uses: dict[object, FontUse] = {}
        self._fonts: dict[object, bytes] = {}

    def take(self, fragments: Sequence[Fragment]) -> None:
        """Make ready the fonts of some fragments, in the order of the book. Raises FontError as `SharedFonts` does."""
        grown: dict[object, FontUse] = {}
        for fragment in fragments:
            for use in fragment.fonts.values():
                identity = _identity(use)
                known = grown.get(identity) or self._uses.get(identity)
                if known is None:
                    grown[identity] = use
                elif not _covers(known, use):
                    grown[identity] = _united(known, use)
        keys = {identity: _key([use]) for identity, use in grown.items()}
        missing = [identity for identity, key in keys.items() if key not in self._built]
        todo = [[grown[identity]] for identity in missing]
        work = partial(_build, self.files)
        for index, made in self._workers.run(work, todo, lambda uses: uses[0].url):
            self._built[keys[missing[index]]] = made
        self._uses |= grown
        self._fonts |= {identity: self._built[key] for identity, key in keys.items()}

    def finished(self, fragment: Fragment) -> Iterator[tuple[bytes, list[tuple[int, str]]]]:
        """The fonts of a fragment that was taken, as `SharedFonts.finished` gives them."""
        for name, use in fragment.fonts.items():
            yield self._fonts[_identity(use)], [(0, name)]


def _identity(use: FontUse) -> object:
    return use.digest, use.index, tuple(sorted(use.coordinates.items()))


def _covers(known: FontUse, use: FontUse) -> bool:
    return (
        known.text.keys() >= use.text.keys()
        and known.widths.keys() >= use.widths.keys()
        and known.missing.items() >= use.missing.items()
    )


def _united(known: FontUse, use: FontUse) -> FontUse:
    return replace(
        known,
        text=texts_of((known, use)),
        widths={**use.widths, **known.widths},
        missing={**known.missing, **use.missing},
    )


def _shared_out(
    missing: Mapping[str, Sequence[FontUse]], jobs: int
) -> list[dict[str, Sequence[FontUse]]]:
    """The fonts in at most `jobs` shares that take about as long as each other: by the number of their glyphs."""
    glyphs = {key: len(texts_of(uses)) for key, uses in missing.items()}
    shares: list[dict[str, Sequence[FontUse]]] = [{} for _ in range(jobs)]
    for key in sorted(missing, key=lambda key: -glyphs[key]):
        least = min(shares, key=lambda share: sum(glyphs[one] for one in share))
        least[key] = missing[key]
    return [share for share in shares if share]


def _build_all(files: Mapping[str, str] | None, fonts: Sequence[Sequence[FontUse]]) -> list[bytes]:
    return [_build(files, uses) for uses in fonts]


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
