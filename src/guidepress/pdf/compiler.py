"""Many sections at a time: from the cache where they were compiled before, else by the workers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from functools import cache, lru_cache, partial
from typing import Generic, TypeVar, overload

from guidepress.cache import Cache, code_digest, decoded, digest, encoded
from guidepress.pdf.errors import LimitError
from guidepress.pdf.model import Section
from guidepress.pdf.version import ENGINE_VERSION, native_versions
from guidepress.pdf.workers import Workers

T = TypeVar("T")
# Sections with their keys in the cache; and what workers made of such, by index.
Keyed = list[tuple[Section, str]]
Made = Iterator[tuple[int, bytes | object]]


class Compiler(Generic[T]):
    """Gives each section to `work`, where the cache does not know what comes out.

    `work` is a pure function at the top of a module: it runs in any process. What it returns is a value of `kind`,
    which the cache can keep. The result does not depend on `workers`, nor on what the cache holds. `keys` are those of
    the sections by name, as they were last compiled.
    """

    def __init__(
        self, work: Callable[[Section], T], kind: type[T], workers: Workers, cache: Cache
    ) -> None:
        self.work = work
        self.kind = kind
        self.workers = workers
        self.cache = cache
        self.keys: dict[str, str] = {}
        self._digests: dict[str, str] = {}

    def begin(self, section: Section) -> None:
        """Hand a section to a worker before `compile` is asked for it, and others. If it is not, that is given up."""
        if not self.cache.shared and not self.cache.has(self._key(section)):
            self.workers.begin(_encoding(self.work), section, _name)

    def compile(
        self,
        sections: Sequence[Section],
        fresh: Callable[[Section], Section] | None = None,
        spare: Callable[[], bool] | None = None,
    ) -> Iterator[tuple[Section, T]]:
        """Each section with what `work` made of it, in whatever order they are ready.

        The workers begin at once, with the longest; what comes out is waited for as it is asked for. With `fresh` they
        take the sections in the order given, each as `fresh` returns it when its turn has come: more is known then
        than at the beginning. What the cache has by then is not made. `spare` is called while a worker has nothing to
        do, as by `Workers.run`. Raises what `work` raises, ChildProcessError where a process dies over a section again
        and again, and LimitError where one takes more than a worker may.
        """
        keyed = [(section, self._key(section)) for section in sections]
        self.keys |= {section.name: key for section, key in keyed}
        known: Keyed = []
        missing: Keyed = []
        settled: Keyed = []
        for section, key in keyed:
            (known if self.cache.has(key) else missing).append((section, key))
        others = self.cache.claim([key for _, key in missing]) if missing else frozenset()
        elsewhere = [(section, key) for section, key in missing if key in others]
        missing = [(section, key) for section, key in missing if key not in others]
        for section in self.workers.begun(_encoding(self.work)):
            key = self._key(section)
            at = next((at for at, (_, other) in enumerate(missing) if other == key), None)
            if at is not None:
                # Its files may be others, but for those that it names.
                missing.insert(0, (section, missing.pop(at)[1]))
        if self.cache.shared:
            # Other processes have been told what is made here.
            fresh = None
        made = self._made(missing, fresh, spare, settled)
        return self._compiled(known, missing, elsewhere, made, settled)

    def _key(self, section: Section) -> str:
        return digest(self.work.__qualname__, section_key(section, self._digests))

    def _compiled(
        self, known: Keyed, missing: Keyed, elsewhere: Keyed, made: Made, settled: Keyed
    ) -> Iterator[tuple[Section, T]]:
        # What is known is read while the workers are busy with what is not.
        damaged: Keyed = []
        yield from self._known(known, damaged)
        yield from self._kept(missing, made)
        yield from self._known(settled, damaged)
        yield from self._kept(damaged, self._made(damaged))
        # Last: whoever is at them may wait for one of ours.
        lost: Keyed = []
        for section, key in elsewhere:
            data = self.cache.awaited(key)
            value = None if data is None else decoded(data, self.kind)
            if value is None:
                lost.append((section, key))
            else:
                yield section, value
        yield from self._kept(lost, self._made(lost))

    def _known(self, sections: Keyed, damaged: Keyed) -> Iterator[tuple[Section, T]]:
        """Those that the cache has; `damaged` gets the others."""
        for section, key in sections:
            if (value := self.cache.get(key, self.kind)) is None:
                damaged.append((section, key))
            else:
                yield section, value

    def _made(
        self,
        missing: Keyed,
        fresh: Callable[[Section], Section] | None = None,
        spare: Callable[[], bool] | None = None,
        settled: Keyed | None = None,
    ) -> Made:
        """What the workers make of sections, by their places in `missing`, which gets them as they are in the end.

        `settled` gets those that the cache knows when their turn has come.

        Unless they come in an order and `fresh`, it is sorted: the long ones first, so that no worker is left alone
        with one at the end.
        """
        todo: Sequence[Section | None]
        if fresh is None:
            begun = self.workers.begun(_encoding(self.work))
            missing.sort(key=lambda m: (m[0] not in begun, -len(m[0].html), m[0].name))
            todo = [section for section, _ in missing]
        else:

            def turn(index: int) -> Section | None:
                section, key = missing[index]
                newer = fresh(section)
                if newer is not section and (new_key := self._key(newer)) != key:
                    section, key = newer, new_key
                    missing[index] = section, key
                    self.keys[section.name] = key
                    if settled is not None and self.cache.has(key):
                        settled.append((section, key))
                        return None
                return section

            todo = _Turns(len(missing), turn)
        made = self.workers.run(_encoding(self.work), todo, _name, spare=spare)
        return _named(made, todo)

    def _kept(self, missing: Keyed, made: Made) -> Iterator[tuple[Section, T]]:
        for index, data in made:
            section, key = missing[index]
            if isinstance(data, bytes):
                self.cache.put_encoded(key, data)
                data = decoded(data, self.kind)
            assert isinstance(data, self.kind), f"{self.work} gives no {self.kind}"
            yield section, data


class _Turns(Sequence[Section | None]):
    """Sections that are asked for when their turn has come, each once; None where one is not wanted any more."""

    def __init__(self, count: int, turn: Callable[[int], Section | None]) -> None:
        self._count = count
        self._turn = turn
        self._taken: dict[int, Section | None] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Section | None: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Section | None]: ...

    def __getitem__(self, index: int | slice) -> Section | Sequence[Section | None] | None:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(self._count))]
        if not 0 <= index < self._count:
            raise IndexError(index)
        if index not in self._taken:
            self._taken[index] = self._turn(index)
        return self._taken[index]


def _named(made: Made, todo: Sequence[Section | None]) -> Made:
    try:
        yield from made
    except LimitError as problem:
        if (section := todo[problem.index]) is not None:
            problem.section = section.name
        raise


def _name(section: Section) -> str:
    return section.title or section.name


@cache
def _encoding(work: Callable[[Section], object]) -> Callable[[Section], object]:
    """`_encoded`, the same one each time."""
    return partial(_encoded, work)


def _encoded(work: Callable[[Section], object], section: Section) -> object:
    """In a worker: encoded there, so that the same bytes are sent, kept and read.

    What has no such form, as a path that is not UTF-8, is sent as it is.
    """
    done = work(section)
    data = encoded(done)
    return done if data is None else data


def section_key(section: Section, digests: dict[str, str]) -> str:
    """The key of a section's fragment: everything that its pages depend on.

    `digests` holds the hashes of files by path, and gets those that are missing: the files of a book
    are read once, and taken to stay as they are while it is built.
    """
    styles, named = _of_styles(section.styles, frozenset(section.files))
    used = sorted(url for url in section.files if url in named or url in section.html)
    return digest(
        ENGINE_VERSION,
        native_versions(),
        code_digest(),
        section.name,
        section.title,
        "\n".join(section.hyphenation),
        repr(section.longer),
        section.html,
        styles,
        *(part for url in used for part in (url, _digest_of(section.files[url], digests))),
    )


@lru_cache(maxsize=16)
def _of_styles(styles: tuple[str, ...], urls: frozenset[str]) -> tuple[str, frozenset[str]]:
    """A digest of styles, which most sections of a book have in common, and the URLs in them."""
    return digest(*styles), frozenset(url for url in urls if any(url in text for text in styles))


def _digest_of(path: str, digests: dict[str, str]) -> str:
    if path not in digests:
        try:
            with open(path, "rb") as file:
                digests[path] = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            digests[path] = "unreadable"
    return digests[path]


class FontStore(MutableMapping[str, bytes]):
    """Finished fonts in the cache, for `link`, which asks by keys that change with their contents."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._taken: dict[str, bytes] = {}

    def __getitem__(self, key: str) -> bytes:
        if key not in self._taken:
            data = self._cache.get(digest("font", ENGINE_VERSION, code_digest(), key), bytes)
            if data is None:
                raise KeyError(key)
            self._taken[key] = data
        return self._taken[key]

    def __setitem__(self, key: str, data: bytes) -> None:
        self._taken[key] = data
        self._cache.put(digest("font", ENGINE_VERSION, code_digest(), key), data)

    def __delitem__(self, key: str) -> None:
        del self._taken[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._taken)

    def __len__(self) -> int:
        return len(self._taken)
