"""The first chapter that changed, handed to a worker before the book around it is composed.

An edit waits for the layout of its chapter. That takes the chapter and, of all else, no more than a guess: that the
other sections extend, and that style sheets and their files are, as in the last build. If so, the section is the very
one that `press` wants a little later, and is on its way then; if not, nothing is lost but the time of an idle core.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from guidepress.book.model import Book
from guidepress.cache import Cache, code_digest, digest
from guidepress.handbook.estimate import Standing, grown
from guidepress.handbook.hyphenation import hyphenation
from guidepress.handbook.press import Prepared, composer_of
from guidepress.handbook.proof import Compiled, compile_and_prove
from guidepress.handbook.sections import chapter_section
from guidepress.layouts import Layout
from guidepress.maths import Drawings
from guidepress.pdf.compiler import Compiler
from guidepress.pdf.workers import Workers


@dataclass(frozen=True, slots=True)
class _Last:
    """What the last build came to: digests of its chapters by id, its sections, its style sheets by thumb tab."""

    chapters: Mapping[str, str]
    sections: tuple[Standing, ...]
    styles: Mapping[int, tuple[str, ...]]
    files: Mapping[str, str]


def begin(book: Book, layout: Layout, workers: Workers, cache: Cache) -> None:
    """Hand the first chapter that is not as it was in the last build to a worker, if there is one to spare."""
    last = cache.get(_key(book, layout), _Last) if workers.jobs > 1 else None
    composer = None if last is None else composer_of(book, layout).value
    if last is None or composer is None or (kept := composer.kept) is None:
        return
    before = last.chapters
    changed = (one for one in book.chapters() if kept.digest_of(one) != before.get(one.id))
    if (chapter := next(changed, None)) is None or chapter.id not in before:
        return
    draft = chapter_section(composer, chapter)
    if composer.problems or draft.tab not in last.styles:
        return
    page_map = grown(last.sections, draft, composer.geometry)
    text = draft.text.pictured(Drawings(cache), composer.colours["ink"])
    draft = replace(draft, text=text, hyphenation=hyphenation(book, composer.settings))
    section = draft.section(draft.filled(page_map), last.styles[draft.tab], last.files)
    Compiler(compile_and_prove, Compiled, workers, cache).begin(section)


def keep(
    book: Book, layout: Layout, prepared: Prepared, sections: Sequence[Standing], cache: Cache
) -> None:
    """Remember a book that was laid out, for `begin`; `sections` is how they stand in it."""
    if (kept := prepared.composer.kept) is not None:
        chapters = {one.id: kept.digest_of(one) for one in book.chapters()}
        last = _Last(chapters, tuple(sections), prepared.styles, prepared.files)
        cache.put(_key(book, layout), last)


def _key(book: Book, layout: Layout) -> str:
    return digest("ahead", code_digest(), book.id, book.edition, book.language, layout.digest)
